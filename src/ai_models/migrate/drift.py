"""What was written about a model, compared with the catalogue: a window, a price, a cutoff, an identifier, with both dates.

A figure that agrees is said once, by the catalogue. One that does not is drift, and both values are named; nobody decides
which is right, and nothing is copied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

from msgspec import Struct

from ai_models.catalog.catalog import Catalog
from ai_models.errors import NotFoundError
from ai_models.models.base import ModelSpec, ModelStatus

__all__ = [
    "Comparison",
    "as_cutoff",
    "compare_cutoff",
    "compare_identifier",
    "compare_rate",
    "compare_tokens",
    "gone",
]

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_AND_YEAR = re.compile(r"([a-z]{3,9})\.?,?\s+(\d{4})|(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?|(\d{4})", re.IGNORECASE)
_ROUGHLY = Decimal("0.05")
"""How far a window written in thousands or millions may be off: 1M stands for 1,048,576."""


class Comparison(Struct, frozen=True, kw_only=True):
    """A figure as it was written, and as the catalogue has it; ``agrees`` is None where the catalogue knows none."""

    what: str
    stated: str
    known: str
    agrees: bool | None


def compare_tokens(what: str, stated: int, known: int | None, spec: ModelSpec, *, roughly: bool = False) -> Comparison:
    """A window in tokens; ``roughly`` where it was written in thousands or millions."""
    if known is None:
        return Comparison(what=what, stated=f"{stated:,}", known="unknown", agrees=None)
    agrees = abs(stated - known) <= known * _ROUGHLY if roughly else stated == known
    return Comparison(what=what, stated=f"{stated:,}", known=f"{known:,} (verified {spec.last_verified})", agrees=agrees)


def compare_rate(catalog: Catalog, spec: ModelSpec, meter: str, stated: Decimal, days: Sequence[date]) -> Comparison:
    """A price in USD per 1M tokens, on each of the days; it agrees where it was right on all of them."""
    what = f"{meter} price per 1M"
    try:
        offering = catalog.get_offering(spec.key)
    except NotFoundError:
        return Comparison(what=what, stated=f"{stated}", known="unknown", agrees=None)
    known, rates = [], []
    for day in sorted(set(days)):
        pricing = offering.pricing_at(datetime.combine(day, time(12), tzinfo=UTC))
        rate = pricing.rate(meter) if pricing is not None and pricing.currency == "USD" else None
        rates.append(rate)
        since = f", since {pricing.effective_date}" if pricing is not None and pricing.effective_date else ""
        known.append(f"unknown on {day}" if rate is None else f"{rate} on {day}{since}")
    agrees = None if all(rate is None for rate in rates) else all(rate == stated for rate in rates)
    return Comparison(what=what, stated=f"{stated}", known="; ".join(known), agrees=agrees)


def compare_cutoff(stated: str, spec: ModelSpec) -> Comparison:
    """A knowledge cutoff, compared as far as both are precise: a year with a month is the month's year."""
    known = spec.knowledge_cutoff
    if known is None:
        return Comparison(what="knowledge cutoff", stated=stated, known="unknown", agrees=None)
    one, other = as_cutoff(stated), as_cutoff(known)
    length = min(len(one or ""), len(other or ""))
    agrees = bool(length) and (one or "")[:length] == (other or "")[:length]
    return Comparison(
        what="knowledge cutoff", stated=stated, known=f"{known} (verified {spec.last_verified})", agrees=agrees
    )


def compare_identifier(stated: str, spec: ModelSpec) -> Comparison:
    """What an API call names; every name of the model is right."""
    names = {spec.model_id, spec.api_identifier, *(alias.name for alias in spec.aliases)}
    agrees = stated.casefold() in {name.casefold() for name in names}
    return Comparison(what="API identifier", stated=stated, known=spec.api_identifier, agrees=agrees)


def as_cutoff(text: str) -> str | None:
    """A cutoff as the catalogue writes it: ``2025-01`` for ``January 2025``; None where it names no day, month or year."""
    match = _MONTH_AND_YEAR.search(text)
    if match is None:
        return None
    if match[1]:
        month = next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(match[1].casefold()[:3])), 0)
        return f"{match[2]}-{month:02}" if month else match[2]
    if match[6]:
        return match[6]
    if not 1 <= int(match[4]) <= 12:
        return match[3]
    day = f"-{int(match[5]):02}" if match[5] else ""
    return f"{match[3]}-{int(match[4]):02}{day}"


def gone(spec: ModelSpec, today: date) -> str:
    """When a model went or goes, and what to use instead, in a sentence; empty where it stays."""
    status = spec.status_at(today)
    if status not in (ModelStatus.RETIRED, ModelStatus.DEPRECATED):
        return ""
    day = spec.lifecycle.retires_on
    if status is ModelStatus.RETIRED:
        when = f"retired on {day}" if day else "is retired"
    else:
        when = f"is deprecated and retires on {day}" if day else "is deprecated"
    instead = " or ".join(spec.lifecycle.replacement)
    return f"{spec.name} {when}" + (f"; use {instead} instead" if instead else "")
