"""The earlier prices of resellers that ask what the makers ask, by their own statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from ai_models.catalog.fusion.market.offerings import Offered
from ai_models.catalog.fusion.rate_cards import BASE, Card, Override

__all__ = ["pass_on"]

_KEYS = (*sorted(BASE), "cache_read_per_1m_tokens", "cache_write_per_1m_tokens")
_WRITES = ("cache_write_5m_per_1m_tokens", "cache_write_per_1m_tokens")
_SNAPSHOT = re.compile(r"\d{4}-\d{2}-\d{2}|:")
"""Names of what may be younger than its model, or has a price of its own: a snapshot, a variant."""


def pass_on(offered: Iterable[Offered], own: Mapping[str, list[Card]]) -> None:
    """Put the maker's earlier prices before an undated one that equals the maker's of a later day.

    Without that, a feed that states only today's price would have it hold since the release. All of it stays ``assumed``.
    What was only observed is not passed on: it may have been a feed that corrected itself.
    """
    for entry in offered:
        cards, model = entry.prices.cards, entry.match.model
        if not cards or model is None or cards[0].precision != "assumed" or _SNAPSHOT.search(entry.row.id):
            continue
        theirs = own.get(model.path, [])
        at = next((at for at, card in enumerate(theirs) if _base(card) == _base(cards[0])), 0)
        start = theirs[at].start if at and theirs[at].precision != "observed" else None
        if start is None or (len(cards) > 1 and cards[1].start is not None and cards[1].start <= start):
            continue
        if cards[0].start is not None and cards[0].start >= start:
            continue
        older = [_earlier(card) for card in theirs[:at]]
        cards[0].start = start
        cards[0].notes.append("What held before is the maker's own price, which the provider says it passes on")
        cards[:0] = older


def _base(card: Card) -> dict[str, Decimal]:
    return {key: card.rates[key] for key in BASE if key in card.rates}


def _earlier(card: Card) -> Card:
    """A version of the maker's as the reseller had it: no tiers, and cache writes of the usual lifetime."""
    rates = {key: card.rates[key] for key in _KEYS if key in card.rates}
    write = next((card.rates[key] for key in _WRITES if key in card.rates), None)
    if write is not None:
        rates["cache_write_per_1m_tokens"] = write
    overrides = {
        when: Override(when=when, rates={key: value for key, value in override.rates.items() if key in _KEYS})
        for when, override in card.overrides.items()
        if when and all(name.startswith("input_tokens_") for name, _ in when) and override.rates
    }
    return Card(
        start=card.start, precision="assumed", rates=rates, overrides=overrides, evidence=set(card.evidence), notes=[]
    )
