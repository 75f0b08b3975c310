"""``add``: a new model, asked for on a terminal or given by options."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.files import unwritable
from ai_models.cli.library import catalog, now
from ai_models.cli.options import complete_capability, complete_maker, complete_model
from ai_models.cli.output import Note, show
from ai_models.cli.parsing import read_amount, read_instant, read_tokens
from ai_models.models.capabilities import ModelCapability

if TYPE_CHECKING:
    from ai_models.catalog.adding import Added, NewModel
    from ai_models.catalog.catalog import Catalog
    from ai_models.catalog.location import Place

__all__ = ["add"]

Rate = Annotated[
    list[str] | None,
    typer.Option(
        "--rate", metavar="KEY=USD", help="Another rate by its key: cache_read_per_1m_tokens=0.30, web_search_per_1k=10."
    ),
]
Tokens = typer.Option(parser=read_tokens, metavar="TOKENS", show_default=False)


def add(
    model_id: Annotated[
        str | None, typer.Argument(metavar="MODEL_ID", show_default=False, help="What the API calls it.")
    ] = None,
    maker: Annotated[
        str | None, typer.Option("--maker", metavar="NAME", help="Who trained it.", autocompletion=complete_maker)
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="The vendor's name of it.")] = None,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="MODEL",
            help="Take family, windows and capabilities that are not given from this model; never a price.",
            autocompletion=complete_model,
        ),
    ] = None,
    input_rate: Annotated[
        Decimal | None, typer.Option("--input", parser=read_amount, metavar="USD", help="USD per 1M input tokens.")
    ] = None,
    output_rate: Annotated[
        Decimal | None, typer.Option("--output", parser=read_amount, metavar="USD", help="USD per 1M output tokens.")
    ] = None,
    rate: Rate = None,
    context: Annotated[
        int | None, typer.Option("--context", parser=read_tokens, metavar="TOKENS", help="The largest prompt: 200k, 1M.")
    ] = None,
    answer: Annotated[
        int | None, typer.Option("--answer", parser=read_tokens, metavar="TOKENS", help="The longest answer: 64k.")
    ] = None,
    released: Annotated[
        str | None, typer.Option("--released", metavar="DATE", help="The day of release, from which the price holds.")
    ] = None,
    capability: Annotated[
        list[str] | None,
        typer.Option(
            "--capability", "-c", metavar="NAME", help="It supports this; repeat.", autocompletion=complete_capability
        ),
    ] = None,
    lacks: Annotated[
        list[str] | None,
        typer.Option(
            "--lacks", metavar="NAME", help="It does not support this; repeat.", autocompletion=complete_capability
        ),
    ] = None,
    alias: Annotated[list[str] | None, typer.Option("--alias", metavar="NAME", help="Another name of it; repeat.")] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="DIR",
            help="The catalogue to add it to: a directory with definitions/ and pricing/; this checkout by default.",
        ),
    ] = None,
) -> None:
    """Add a model: write its definition and its price, check the whole catalogue, and show the result.

    On a terminal, what is missing is asked for. Nothing is written where the catalogue would have problems.
    """
    from ai_models.catalog.adding import NewModel  # the YAML machinery, which few commands need
    from ai_models.catalog.default import use_as_default
    from ai_models.cli.models import show_model

    model_id = _ask("Model id, as the API calls it", model_id)
    model = NewModel(
        model_id=model_id,
        maker=_ask("Maker", maker),
        name=_ask("Name", name, default=model_id),
        verified=now().date(),
        context_window_input=context,
        context_window_output=answer,
        release_date=_day(released),
        aliases=tuple(alias or ()),
        capabilities=frozenset(map(ModelCapability.parse, capability or ())),
        unsupported=frozenset(map(ModelCapability.parse, lacks or ())),
        rates=_rates(input_rate, output_rate, rate or []),
    )
    if like is not None:
        model = model.like(catalog().get_model(like))
    files, result = _added(model, into)
    show(*(Note(f"wrote {path}", "green") for path in files if path is not None))
    use_as_default(result)
    show_model(f"{model.maker}/{model.model_id}")


def _ask(question: str, given: str | None, *, default: str | None = None) -> str:
    """What was given, or what a person on the terminal answers.

    Raises:
        typer.BadParameter: nothing was given and nobody can be asked.
    """
    if given is not None:
        return given
    if _somebody_is_there():
        return str(typer.prompt(question, default=default))
    if default is not None:
        return default
    raise typer.BadParameter(f"missing: {question.lower()} (nobody can be asked, the input is not a terminal)")


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _day(text: str | None) -> date | None:
    return None if text is None else read_instant(text).date()


def _rates(input_rate: Decimal | None, output_rate: Decimal | None, others: list[str]) -> dict[str, Decimal]:
    from ai_models.pricing.meters import RATE_KEYS  # as above

    given = {"input_per_1m_tokens": input_rate, "output_per_1m_tokens": output_rate}
    rates = {key: amount for key, amount in given.items() if amount is not None}
    for pair in others:
        key, found, amount = pair.partition("=")
        if not found or key not in RATE_KEYS:
            raise typer.BadParameter(f"{pair!r} is not KEY=USD with a known key; `ai-models schema pricing` lists them")
        rates[key] = read_amount(amount)
    return rates


def _place(into: Path | None) -> Place:
    from ai_models.catalog.location import Place, packaged_roots  # as above

    if into is not None:
        return Place(into / "definitions", into / "pricing")
    roots = packaged_roots()
    if not roots:
        raise typer.BadParameter("an installed package has no files to add to; give --into DIR, a directory of your own")
    return Place(*roots)


def _added(model: NewModel, into: Path | None) -> tuple[Added, Catalog]:
    """Write the model, and give the catalogue that has it; a directory of its own is shown by itself.

    Raises:
        CatalogError: nothing was written.
    """
    from ai_models.catalog.adding import add_model, add_to_compiled  # as above
    from ai_models.catalog.catalog import Catalog
    from ai_models.catalog.default import shipped_snapshot

    try:
        if into is not None:
            return add_model(model, _place(into), beside=catalog()), Catalog.load([into])
        files, compiled = add_to_compiled(model, _place(None), shipped_snapshot())
    except OSError as error:
        raise unwritable(error) from None
    return files, Catalog(compiled)
