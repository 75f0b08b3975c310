"""``rates``: what the rates of a model are, were and will be."""

from __future__ import annotations

from typing import Annotated

import typer

from ai_models.cli.cards import price_blocks
from ai_models.cli.facts import price_facts
from ai_models.cli.history import history_blocks, history_facts
from ai_models.cli.library import catalog, now, prices
from ai_models.cli.options import EXIT_NO, AsJson, At, ModelName
from ai_models.cli.output import Note, print_json, show
from ai_models.cli.volume import NO_PRICE
from ai_models.errors import OfferingNotFoundError, PricingNotFoundError

__all__ = ["rates"]


def rates(
    model: ModelName,
    at: At = None,
    history: Annotated[bool, typer.Option("--history", help="Every known version, the newest first, and a chart.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the rates of a model: every meter, and what changes them (batch, long context, hours).

    Rates are those of the model's maker; provider:id names another seller. Dates are UTC. A date is `effective` (the
    vendor's), `observed` (the day on which a feed changed) or `assumed` (nobody states it).

    Exits with 1 where no price is known at that time.
    """
    if history and at is not None:
        raise typer.BadParameter("--history lists every version; --at asks for one: use one of them")
    if history:
        _history(model, as_json=as_json)
        return
    asked = at or now()
    try:
        pricing = prices().get_pricing(model, asked)
    except NO_PRICE as error:
        if as_json:
            print_json({"name": model, "at": asked, "price": None})
        raise _not_known(error) from None
    if as_json:
        print_json({"name": model, "at": asked, "price": price_facts(pricing)})
        return
    floating = catalog().is_floating(model, at=asked)
    notes = [Note(f"{model} is a floating name; it means {pricing.model_id} here", "yellow")] if floating else []
    show(*notes, *price_blocks(pricing, now()))


def _history(model: str, *, as_json: bool) -> None:
    try:
        offering = catalog().get_offering(model)
    except OfferingNotFoundError as error:
        raise _not_known(error) from None
    if as_json:
        versions = history_facts(offering, now())
        print_json({"name": model, "provider": offering.provider, "offering_id": offering.id, "versions": versions})
    elif offering.versions:
        show(*history_blocks(offering, now()))
    if not offering.versions:
        raise _not_known(PricingNotFoundError(f"no price of {model!r} ({offering.key}) is known", name=model))


def _not_known(reason: Exception) -> typer.Exit:
    """Say why there is no answer; the exit to raise."""
    typer.echo(f"error: {reason}", err=True)
    return typer.Exit(EXIT_NO)
