"""``cost`` and ``rates``: what a volume of tokens costs, and what the rates are, were and will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.cards import price_blocks
from ai_models.cli.facts import price_facts
from ai_models.cli.history import history_blocks, history_facts
from ai_models.cli.library import catalog, now, prices
from ai_models.cli.options import EXIT_NO, AsJson, At, ModelName, ModelNames
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, print_json, show
from ai_models.cli.parsing import read_tokens
from ai_models.cli.words import UNKNOWN, day, instant, money, tokens
from ai_models.errors import OfferingNotFoundError, PricingIncompleteError, PricingNotFoundError

if TYPE_CHECKING:
    from ai_models.pricing.models import Pricing
    from ai_models.registry import PricingService

__all__ = ["cost", "rates"]

_NO_PRICE = (PricingNotFoundError, PricingIncompleteError, OfferingNotFoundError)


@dataclass(frozen=True)
class _Answer:
    """The cost of a volume at one model: amounts by meter, or the reason why there is none."""

    name: str
    model: str
    pricing: Pricing | None = None
    amounts: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
    total: Decimal | None = None
    reason: str = ""

    @property
    def order(self) -> tuple[bool, bool, Decimal, str]:
        """Cheapest first; other currencies after USD, unknown last."""
        foreign = self.pricing is not None and self.pricing.currency != "USD"
        return self.total is None, foreign, self.total or Decimal(0), self.name


def cost(
    models: ModelNames,
    input_tokens: Annotated[
        int, typer.Option("--input", "-i", parser=read_tokens, metavar="N", help="Input tokens: 1M, 200k, 1_000_000.")
    ] = 0,
    output_tokens: Annotated[
        int, typer.Option("--output", "-o", parser=read_tokens, metavar="N", help="Output tokens: 1M, 200k, 1_000_000.")
    ] = 0,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Price a volume of tokens at one or several models, cheapest first.

    The volume is priced linearly at standard rates: 1M tokens cost a thousand times what 1,000 cost. What depends on a
    single request (long context, batch, cache, peak hours) is not in it; `rates` lists those rates.

    Exits with 1 where a model has no known price at that time.
    """
    if not input_tokens and not output_tokens:
        raise typer.BadParameter("say how many tokens: --input N, --output N, or both")
    volume, asked = (input_tokens, output_tokens), at or now()
    when = f"on {instant(at)}" if at else f"now, {day(asked)}"
    service = prices()
    answers = sorted((_answer(service, name, volume, asked) for name in dict.fromkeys(models)), key=lambda a: a.order)
    if as_json:
        print_json(
            {
                "at": asked,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "costs": [_cost_facts(answer, volume) for answer in answers],
            }
        )
    elif len(answers) == 1:
        _print_one(answers[0], volume, when)
    else:
        _print_many(answers, volume, when)
    if any(answer.total is None for answer in answers):
        raise typer.Exit(EXIT_NO)


def _answer(service: PricingService, name: str, volume: tuple[int, int], at: datetime) -> _Answer:
    try:
        pricing = service.get_pricing(name, at)
        inputs = service.calculate_cost(name, volume[0], 0, at=at)
        outputs = service.calculate_cost(name, 0, volume[1], at=at)
        total = service.calculate_cost(name, *volume, at=at)
    except _NO_PRICE as error:
        return _Answer(name, name, reason=str(error))
    return _Answer(name, pricing.model_id, pricing, (_exactly(inputs), _exactly(outputs)), _exactly(total))


def _exactly(amount: float) -> Decimal:
    """The shortest decimal that is this float: ``calculate_cost`` rounds once, to the nearest float."""
    return Decimal(repr(amount))


def _lines(answer: _Answer, volume: tuple[int, int]) -> list[dict[str, Any]]:
    assert answer.pricing is not None  # noqa: S101 asked of priced answers only
    return [
        {"meter": meter, "tokens": count, "rate": rate.amount, "per": rate.per, "amount": amount}
        for meter, count, amount in zip(("input", "output"), volume, answer.amounts, strict=True)
        for rate in ([answer.pricing.rates[meter]] if count else [])
    ]


def _cost_facts(answer: _Answer, volume: tuple[int, int]) -> dict[str, Any]:
    pricing = answer.pricing
    return {
        "name": answer.name,
        "model_id": pricing and pricing.model_id,
        "provider": pricing and pricing.provider,
        "offering_id": pricing and pricing.offering_id,
        "currency": pricing and pricing.currency,
        "effective_from": pricing and pricing.effective_from,
        "date_precision": pricing and pricing.date_precision,
        "lines": _lines(answer, volume) if pricing else [],
        "total": answer.total,
        "unknown_because": answer.reason or None,
    }


def _print_one(answer: _Answer, volume: tuple[int, int], when: str) -> None:
    pricing = answer.pricing
    if pricing is None:
        typer.echo(f"error: {answer.reason}", err=True)
        return
    columns = (
        Column("Meter"),
        Column("Tokens", "number"),
        Column(f"{pricing.currency} per 1M", "number"),
        Column(f"Amount {pricing.currency}", "number"),
    )
    rows = [
        [line["meter"], tokens(line["tokens"]), money(line["rate"]), money(line["amount"])]
        for line in _lines(answer, volume)
    ]
    show(
        Title(answer.model, Cell(f"{pricing.provider}, standard rates {when}", "dim")),
        Table(columns, rows, total=["total", tokens(sum(volume)), "", money(answer.total)]),
        *_warnings([answer]),
    )


def _print_many(answers: Sequence[_Answer], volume: tuple[int, int], when: str) -> None:
    columns = (
        Column("Model"),
        Column("Provider", rank=10),
        Column("Input\nper 1M", "number", rank=20),
        Column("Output\nper 1M", "number", rank=20),
        Column("Total", "number"),
        Column("Currency", rank=40),
    )
    question = f"{tokens(volume[0])} input and {tokens(volume[1])} output tokens, standard rates {when}"
    show(
        Note(question, terminal_only=True),
        Table(columns, [_row(answer) for answer in answers]),
        *_warnings(answers),
        *(Note(answer.reason, "yellow") for answer in answers if answer.reason),
    )


def _row(answer: _Answer) -> list[Cell | str]:
    pricing = answer.pricing
    if pricing is None:
        return [answer.model, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
    per_1m = [money(pricing.rate("input")), money(pricing.rate("output"))]
    return [answer.model, pricing.provider, *per_1m, Cell(money(answer.total), "bold"), pricing.currency]


def _warnings(answers: Sequence[_Answer]) -> list[Block]:
    """What a reader must know: prices whose date nobody stated, and names that move."""
    notes = [
        Note(f"{a.model}: no source dates this price; it is assumed to hold since the release", "yellow")
        for a in answers
        if a.pricing is not None and a.pricing.date_precision == "assumed"
    ]
    known = catalog()
    floating = [a for a in answers if known.is_floating(a.name)]
    return [*notes, *(Note(f"{a.name} is a floating name; it means {a.model} here", "yellow") for a in floating)]


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
    except _NO_PRICE as error:
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
