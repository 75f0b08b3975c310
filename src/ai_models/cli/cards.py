"""A rate card for people: every meter, and every override beside its condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, on_terminal, terminal_width
from ai_models.cli.words import by_meter, condition, effect, exact, instant, money, rates_in_order, since, unit

if TYPE_CHECKING:
    from ai_models.pricing.models import Override, Pricing, Rate

__all__ = ["price_blocks"]

_ROOM_FOR_CONDITIONS = 26

_CAVEATS = {
    "assumed": "no source dates this price; it is assumed to hold since the release",
    "observed": "the date is the day on which a feed changed; the vendor's may be earlier",
}


def price_blocks(pricing: Pricing, now: datetime) -> Iterator[Block]:
    """The card's title, its rates, its overrides, and what else is known of it."""
    until = f" until {instant(pricing.effective_until)}" if pricing.effective_until else ""
    begins = since(pricing.effective_from, now=now)
    held = f"{pricing.provider}:{pricing.offering_id}, {begins if begins.startswith('from') else f'since {begins}'}{until}"
    yield Title("Price", Cell(f"{held} ({pricing.date_precision})", "dim"))
    columns = [Column("Meter"), Column(pricing.currency, "number"), Column("per"), Column("Terms", "prose", rank=10)]
    rows = [
        [meter, money(rate.amount), unit(meter, rate.per), _terms(rate)] for meter, rate in rates_in_order(pricing.rates)
    ]
    if not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    yield Table(columns, rows, empty="no rate is known")
    if pricing.overrides:
        yield Note("")
        yield _override_table(pricing.overrides, pricing.currency)
    yield from (Note(f"{condition(o.when)}: {o.notes}") for o in pricing.overrides if o.notes)
    if pricing.notes:
        yield Note(pricing.notes)
    if pricing.date_precision in _CAVEATS:
        yield Note(_CAVEATS[pricing.date_precision], "yellow")
    if pricing.evidence:
        yield Note(f"sources: {', '.join(pricing.evidence)}")


def _terms(rate: Rate) -> str:
    parts = [
        f"as {rate.same_as}" if rate.same_as else "",
        f"at least {rate.minimum:f}" if rate.minimum is not None else "",
        f"in steps of {rate.increment:f}" if rate.increment is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def _override_table(overrides: Sequence[Override], currency: str) -> Table:
    """Overrides as rows and meters as columns where they fit; in words where they do not."""
    meters = by_meter({meter for override in overrides for meter in (*override.rates, *override.multiply)})
    width = _ROOM_FOR_CONDITIONS + sum(len(meter) + 2 for meter in meters)
    if on_terminal() and width > terminal_width():
        words = [[condition(override.when), effect(override)] for override in overrides]
        return Table((Column("Where", "prose"), Column(f"{currency} instead", "prose")), words)
    columns = [Column("Where", "prose"), *(Column(meter, "number") for meter in meters), Column("")]
    rows = [[condition(o.when), *(_changed(o, meter) for meter in meters), _remark(o)] for o in overrides]
    if not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(columns, rows)


def _changed(override: Override, meter: str) -> str:
    """What an override makes of a meter: another rate, a factor, or nothing."""
    rate, factor = override.rates.get(meter), override.multiply.get(meter)
    if rate is not None:
        return money(rate.amount)
    return "" if factor is None else f"x {exact(factor)}"


def _remark(override: Override) -> str:
    if override.unavailable:
        return "not sold"
    return "only the tokens beyond" if override.marginal else ""
