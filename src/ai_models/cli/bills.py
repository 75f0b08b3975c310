"""The bill of one request: its lines, its total or bounds, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from ai_models.cli.comparison import print_comparison
from ai_models.cli.library import catalog, now
from ai_models.cli.options import EXIT_NO
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, print_json, show, text_of
from ai_models.cli.quotes import Quote, Request, bound, difference, in_per_cent, quotes, total
from ai_models.cli.words import UNKNOWN, amount, change, condition, tokens, unit
from ai_models.errors import NotFoundError

if TYPE_CHECKING:
    from ai_models.pricing.cost import Cost, CostLine
    from ai_models.pricing.models import Pricing

__all__ = ["price_request"]


def price_request(request: Request, *, as_json: bool) -> None:
    """Print what one request costs, with every rule that its prices have.

    Raises:
        typer.Exit: with 1 where a cost is partial or not known.
        typer.BadParameter: a flag says otherwise than the response.
    """
    asked = request.at or now()
    answers = quotes(request, asked)
    if as_json:
        _print_json(request, answers, asked)
    elif len(answers) == 1:
        _print_bill(request, answers[0], asked)
    else:
        print_comparison(request, answers, asked)
    if not all(answer.is_complete for answer in answers):
        raise typer.Exit(EXIT_NO)


# JSON


def _print_json(request: Request, answers: Sequence[Quote], at: datetime) -> None:
    from msgspec import to_builtins  # an answer for people does without it

    stated = {name: getattr(request.usage, name) for name in request.usage.__struct_fields__}
    usage = {name: value for name, value in stated.items() if value or name in request.usage.unknown}
    costs = [{**_facts(answer), **_difference_facts(answer, answers)} for answer in answers]
    print_json({"at": at, "usage": to_builtins(usage), "costs": costs})


def _facts(answer: Quote) -> dict[str, Any]:
    card, cost = answer.card, answer.cost
    return {
        "name": answer.name,
        "model_id": card and card.model_id,
        "provider": card and card.provider,
        "offering_id": card and card.offering_id,
        **(cost.to_dict() if cost else {"total": None, "status": "unknown"}),
        "unknown_because": answer.reason or None,
    }


def _difference_facts(answer: Quote, answers: Sequence[Quote]) -> dict[str, Any]:
    if len(answers) == 1:
        return {}
    return {"difference": difference(answer, answers[0]), "difference_percent": in_per_cent(answer, answers[0])}


# One bill


def _print_bill(request: Request, answer: Quote, at: datetime) -> None:
    from ai_models.pricing.statement import in_order  # brings msgspec, which --help does not need

    cost, card = answer.cost, answer.card
    if cost is None or card is None:
        typer.echo(f"error: {answer.reason}", err=True)
        return
    columns = [
        Column("Meter"),
        Column("Quantity", "number"),
        Column(cost.currency, "number"),
        Column("per"),
        Column(f"Amount {cost.currency}", "number"),
        Column("Because", "prose"),
    ]
    rows = [_row(line, card) for line in in_order(cost.lines)]
    last: list[Cell | str] = ["total", "", "", "", total(cost), bound(cost)]
    if not any(text_of(row[-1]) for row in (*rows, last)):
        columns, rows, last = columns[:-1], [row[:-1] for row in rows], last[:-1]
    show(
        Title("One request", Cell(_where(request, answer, at), "dim")),
        Table(columns, rows, total=last, empty="nothing that is billed was used"),
        *_contract_notes(cost),
        *_notes(answer, request),
    )


def _where(request: Request, answer: Quote, at: datetime) -> str:
    assert answer.card is not None  # noqa: S101 asked of priced answers only
    return f"{answer.model} at {answer.card.provider}, {request.when(at)}"


def _row(line: CostLine, card: Pricing) -> list[Cell | str]:
    quantity = tokens(line.quantity) if isinstance(line.quantity, int) else amount(line.quantity, least=0)
    if line.rate is None:
        return [line.meter, quantity, Cell(UNKNOWN, "yellow"), "", Cell(UNKNOWN, "yellow"), Cell("no known rate", "yellow")]
    return [line.meter, quantity, amount(line.rate), _per(line), amount(line.amount), _because(line, card)]


def _per(line: CostLine) -> str:
    """What a rate is for; the noun goes without saying beside the meter: ``1M``, ``1,000``, ``minute``, ``image``."""
    return unit(line.meter, line.per).partition(" ")[0]


def _because(line: CostLine, card: Pricing) -> str:
    """Why a line is not its meter's standard rate times its quantity."""
    billed = line.billed
    parts = [
        f"{amount(billed, least=0)} billed" if billed is not None else "",
        f"at the rate of {line.fallback}" if line.fallback else "",
        *(_in_words(text, card) for text in line.overrides),
        f"contract {line.contract}" if line.contract else "",
    ]
    return "; ".join(part for part in parts if part)


def _in_words(text: str, card: Pricing) -> str:
    """An override's condition as the other commands write it; a factor stays behind it."""
    for override in card.overrides:
        spelled = str(override.when)
        if text == spelled or text.startswith(f"{spelled} x"):
            return f"{condition(override.when)}{text.removeprefix(spelled).replace(' x', ' x ')}"
    return text


def _contract_notes(cost: Cost) -> Iterator[Block]:
    if cost.contracted_cost is None:
        return
    less = cost.list_cost - cost.total
    percent = change(cost.list_cost, cost.total)
    yield Note(
        f"list price {amount(cost.list_cost)} {cost.currency}; "
        f"the contract makes it {amount(abs(less))} {'less' if less >= 0 else 'more'}{f' ({percent})' if percent else ''}"
    )


def _notes(answer: Quote, request: Request) -> Iterator[Block]:
    """What a reader must know: what is open, what the price rests on, names that move or disagree."""
    cost = answer.cost
    if cost is None:
        return
    if cost.status == "partial":
        unpriced = f": without {', '.join(cost.unpriced)}" if cost.unpriced else ""
        yield Note(f"the cost is partial{unpriced}", "yellow")
    yield from (Note(warning, "yellow") for warning in cost.warnings)
    yield from _name_notes(answer, request)


def _name_notes(answer: Quote, request: Request) -> Iterator[Block]:
    known = catalog()
    if known.is_floating(answer.name):
        yield Note(f"{answer.name} is a floating name; it means {answer.model} here", "yellow")
    named = request.usage.model
    if named is None or answer.card is None or named == answer.name or answer.name not in request.models:
        return
    try:
        meant = known.get_offering(named)
    except NotFoundError:
        return  # a deployment's own name
    if meant.model is not None and meant.model != answer.card.model:
        yield Note(f"the response names {named}; it is priced as {answer.model}, as asked", "yellow")
