"""One request at several models side by side, cheapest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ai_models.cli.library import catalog
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, show, text_of
from ai_models.cli.quotes import Quote, Request, bound, difference, in_per_cent, total
from ai_models.cli.words import UNKNOWN, amount, money, plural, tokens

if TYPE_CHECKING:
    from ai_models.pricing.usage import Usage

__all__ = ["print_comparison"]


def print_comparison(request: Request, answers: Sequence[Quote], at: datetime) -> None:
    """Print a row a model, the cheapest first, with what it costs more or less than the first one named."""
    base, ordered = answers[0], sorted(answers, key=_order)
    currencies = {answer.cost.currency for answer in answers if answer.cost}
    columns = [
        Column("Model"),
        Column("Provider", rank=20),
        Column(f"Total {currencies.pop()}" if len(currencies) == 1 else "Total", "number"),
        Column("Currency", rank=40),
        Column("Difference", "number", rank=30),
        Column("in %", "number", rank=50),
        Column("Remark", "prose"),
    ]
    rows = [_compared(answer, base) for answer in ordered]
    wanted = [place for place in range(len(columns)) if place != (3 if not currencies else None)]
    if not any(text_of(row[-1]) for row in rows):
        wanted.pop()
    title = f"{_consumed(request.usage)}, {request.when(at)}; differences from {base.model}"
    show(
        Title("One request", Cell(title, "dim")),
        Table([columns[place] for place in wanted], [[row[place] for place in wanted] for row in rows]),
        *_reasons(ordered),
        Note("the same counts at each: another model's tokenizer would count other ones", terminal_only=True),
    )


def _order(answer: Quote) -> tuple[bool, bool, Decimal, str]:
    """Cheapest first; other currencies after USD, unknown last."""
    cost = answer.cost
    return cost is None, cost is not None and cost.currency != "USD", cost.total if cost else Decimal(0), answer.name


def _compared(answer: Quote, base: Quote) -> list[Cell | str]:
    cost, card = answer.cost, answer.card
    if cost is None or card is None:
        return [answer.name, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "", Cell("no known price, see below", "yellow")]
    more = difference(answer, base)
    shown = "" if answer is base else UNKNOWN if more is None else _signed(more)
    percent = in_per_cent(answer, base) or ""
    least = Cell(total(cost), "bold")
    remark = "; ".join(part for part in (text_of(bound(cost)), answer.remark) if part)
    return [answer.model, card.provider, least, cost.currency, shown, percent, Cell(remark, "yellow")]


def _consumed(usage: Usage) -> str:
    """The most that a title has room for: tokens in and out, or the other counts."""
    if usage.input_tokens or usage.output_tokens:
        return f"{tokens(usage.input_tokens)} input and {tokens(usage.output_tokens)} output tokens"
    return ", ".join(f"{amount(quantity, least=0)} {meter}" for meter, quantity in usage.buckets.counts) or plural(
        1, "request"
    )


def _reasons(answers: Sequence[Quote]) -> Iterator[Block]:
    """Why there is no price, or only a bound, and what else the prices rest on; the same said of several is said once."""
    said: dict[str, list[str]] = {}
    models = [answer.model for answer in answers]
    for answer in answers:
        if answer.cost is None:
            yield Note(answer.reason, "yellow")
            continue
        unpriced = answer.cost.unpriced
        for text in (*answer.cost.warnings, *([f"without {', '.join(unpriced)}"] if unpriced else [])):
            said.setdefault(text, []).append(answer.model if models.count(answer.model) == 1 else answer.place)
        if catalog().is_floating(answer.name):
            yield Note(f"{answer.name} is a floating name; it means {answer.model} here", "yellow")
    yield from (Note(f"{', '.join(dict.fromkeys(whose))}: {text}", "yellow") for text, whose in said.items())


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{money(abs(value))}"
