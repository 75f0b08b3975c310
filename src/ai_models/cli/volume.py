"""A volume of tokens at standard rates: what ``ai-models cost`` answers where no single request is described."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from ai_models.cli.library import catalog, now, prices
from ai_models.cli.options import EXIT_NO
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, print_json, show
from ai_models.cli.words import UNKNOWN, day, instant, money, tokens
from ai_models.errors import OfferingNotFoundError, PricingIncompleteError, PricingNotFoundError

if TYPE_CHECKING:
    from ai_models.pricing.models import Pricing
    from ai_models.registry import PricingService

__all__ = ["NO_PRICE", "price_volume"]

NO_PRICE = (PricingNotFoundError, PricingIncompleteError, OfferingNotFoundError)
"""The errors that answer "no": a model that is known, and has no price that can be told."""


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


def price_volume(models: Sequence[str], volume: tuple[int, int], at: datetime | None, *, as_json: bool) -> None:
    """Print what input and output tokens cost at each model, linearly.

    Raises:
        typer.Exit: with 1 where a model has no known price at that time.
    """
    asked = at or now()
    when = f"on {instant(at)}" if at else f"now, {day(asked)}"
    service = prices()
    answers = sorted((_answer(service, name, volume, asked) for name in dict.fromkeys(models)), key=lambda a: a.order)
    if as_json:
        print_json(
            {
                "at": asked,
                "input_tokens": volume[0],
                "output_tokens": volume[1],
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
    except NO_PRICE as error:
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
