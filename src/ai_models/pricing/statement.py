"""A cost as a person reads it: a line a meter, the total, what is open, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ai_models.pricing.cost import plain

if TYPE_CHECKING:
    from ai_models.pricing.cost import Cost, CostLine

__all__ = ["statement"]

_UNITS = {1: "", 1_000: "1k ", 1_000_000: "1M "}


def statement(cost: Cost) -> str:
    """The bill as text: aligned columns, then the total and the warnings."""
    rows = [_row(line, cost.currency) for line in cost.lines]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    lines = [
        f"{name:<{widths[0]}}  {quantity:>{widths[1]}}  {rate:<{widths[2]}}  {amount:>{widths[3]}}{remark}".rstrip()
        for name, quantity, rate, amount, remark in rows
    ]
    return "\n".join([*lines, *_summary(cost)])


def _row(line: CostLine, currency: str) -> tuple[str, str, str, str, str]:
    quantity = f"{plain(line.quantity)} {line.unit}{'' if line.quantity == 1 else 's' if line.unit[-2:] != 'ch' else 'es'}"
    if line.rate is None:
        return line.meter, quantity, "no known rate", "?", ""
    per = f"{_UNITS.get(line.per, f'{line.per:,} ')}{line.unit}s".replace("searchs", "searches")
    remarks = [
        *([f"{plain(line.billed)} billed"] if line.billed is not None else []),
        *([f"at the rate of {line.fallback}"] if line.fallback else []),
        *line.overrides,
        *([f"contract {line.contract}"] if line.contract else []),
    ]
    amount = f"{plain(line.amount or 0)} {currency}"
    return line.meter, quantity, f"{plain(line.rate)} per {per}", amount, f"  ({'; '.join(remarks)})" if remarks else ""


def _summary(cost: Cost) -> Iterator[str]:
    if cost.status == "partial":
        upper = "unknown" if cost.upper is None else f"{plain(cost.upper)} {cost.currency}"
        yield f"total    at least {plain(cost.lower)} {cost.currency}, at most {upper}"
        if cost.unpriced:
            yield f"unpriced {', '.join(cost.unpriced)}"
    else:
        yield f"total    {plain(cost.total)} {cost.currency}"
    if cost.contracted_cost is not None:
        yield f"list     {plain(cost.list_cost)} {cost.currency}"
    for warning in cost.warnings:
        yield f"warning  {warning}"
