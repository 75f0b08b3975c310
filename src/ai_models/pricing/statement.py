"""A cost as a person reads it: a line a meter, the total under their amounts, what is open, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ai_models.pricing.amounts import plain
from ai_models.pricing.meters import GROUPS, METERS

if TYPE_CHECKING:
    from ai_models.pricing.cost import Cost, CostLine

__all__ = ["in_order", "statement"]

_PER = {1_000: "1k ", 1_000_000: "1M "}
_SECONDS = {1: "second", 60: "minute", 3_600: "hour"}
_PLACES = {meter: (meter not in GROUPS["input"], meter not in GROUPS["output"], place) for place, meter in enumerate(METERS)}


class _Row(NamedTuple):
    name: str
    quantity: str
    rate: str
    amount: str
    remark: str = ""


def in_order(lines: Iterable[CostLine]) -> list[CostLine]:
    """Lines as they are read: what went in, what came out, and what was counted besides."""
    return sorted(lines, key=lambda line: _PLACES[line.meter])


def statement(cost: Cost) -> str:
    """The bill as text: aligned columns, the total below them, then what is open and the warnings."""
    rows = [*(_line(line, cost.currency) for line in in_order(cost.lines)), _total(cost)]
    name, quantity, rate, amount = (max(len(row[column]) for row in rows) for column in range(4))
    table = [
        f"{row.name:<{name}}  {row.quantity:>{quantity}}  {row.rate:>{rate}}  {row.amount:>{amount}}  {row.remark}".rstrip()
        for row in rows
    ]
    return "\n".join([*table, *_remarks(cost)])


def _line(line: CostLine, currency: str) -> _Row:
    quantity = f"{plain(line.quantity)} {_nouns(line.unit, plural=line.quantity != 1)}"
    if line.rate is None:
        return _Row(line.meter, quantity, "no known rate", "?")
    reasons = [
        *([f"{plain(line.billed)} billed"] if line.billed is not None else []),
        *([f"at the rate of {line.fallback}"] if line.fallback else []),
        *line.overrides,
        *([f"contract {line.contract}"] if line.contract else []),
    ]
    rate = f"{plain(line.rate)} per {_per(line.unit, line.per)}"
    remark = f"({'; '.join(reasons)})" if reasons else ""
    return _Row(line.meter, quantity, rate, f"{plain(line.amount or 0)} {currency}", remark)


def _nouns(unit: str, *, plural: bool) -> str:
    return f"{unit}{'es' if unit.endswith('ch') else 's'}" if plural else unit


def _per(unit: str, per: int) -> str:
    """What a rate is for: ``1M tokens``, ``1k searches``, ``minute``, ``image``."""
    if unit == "second" and per in _SECONDS:
        return _SECONDS[per]
    return unit if per == 1 else f"{_PER.get(per, f'{per:,} ')}{_nouns(unit, plural=True)}"


def _total(cost: Cost) -> _Row:
    amount = f"{plain(cost.lower)} {cost.currency}"
    if cost.status == "complete":
        return _Row("total", "", "", amount)
    most = "the most is unknown" if cost.upper is None else f"at most {plain(cost.upper)} {cost.currency}"
    return _Row("total", "", "at least", amount, f"({most})")


def _remarks(cost: Cost) -> Iterator[str]:
    if cost.unpriced:
        yield f"unpriced: {', '.join(cost.unpriced)}"
    if cost.contracted_cost is not None:
        yield f"list price: {plain(cost.list_cost)} {cost.list_currency}"
    for warning in cost.warnings:
        yield f"warning: {warning}"
