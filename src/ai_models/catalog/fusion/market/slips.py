"""Unit slips: prices that stand a hundred times above or below what the other providers of a model ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from ai_models.catalog.claims import Rejected
from ai_models.catalog.fusion.market.offerings import Offered
from ai_models.catalog.fusion.precedence import shown
from ai_models.models.base import Conflict

__all__ = ["quarantine_slips"]

_FACTOR = 100
_FEWEST = 3
"""With fewer sellers nobody knows which of them slipped."""
_KEYS = ("input_per_1m_tokens", "output_per_1m_tokens")


def quarantine_slips(offered: Iterable[Offered]) -> None:
    """Take the prices of slips away, and say so at the offering and in its report."""
    by_model: dict[str, list[Offered]] = defaultdict(list)
    for entry in offered:
        if entry.match.model is not None and entry.prices.cards:
            by_model[entry.match.model.path].append(entry)
    for entries in by_model.values():
        for key in _KEYS:
            _check(key, [entry for entry in entries if entry.prices.cards and entry.prices.cards[-1].rates.get(key)])


def _check(key: str, entries: list[Offered]) -> None:
    if len(entries) < _FEWEST:
        return
    middle = sorted(entry.prices.cards[-1].rates[key] for entry in entries)[len(entries) // 2]
    for entry in entries:
        rate = entry.prices.cards[-1].rates[key]
        if not middle / _FACTOR < rate < middle * _FACTOR:
            _take_away(entry, key, rate, middle)


def _take_away(entry: Offered, key: str, rate: Decimal, middle: Decimal) -> None:
    prices = entry.prices
    sources = ", ".join(sorted(prices.cards[-1].evidence))
    reason = f"{_FACTOR} times off what other providers ask"
    where = entry.row.key
    prices.quarantined.append(Rejected(source=sources, where=where, reason=f"{key}: {reason}", found=shown(rate)))
    for name in _KEYS:
        if name in prices.cards[-1].rates:
            values = {sources: shown(prices.cards[-1].rates[name])}
            values |= {"other providers": shown(middle)} if name == key else {}
            prices.conflicts.append(Conflict(field=name, values=values, settled_by=f"quarantined: {reason}"))
    prices.cards.clear()
