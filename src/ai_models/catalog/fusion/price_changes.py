"""Changes that a feed's history shows: which are the vendor's, and how each splits the version in force on its day.

A change counts if what it changed *to* is what the version says; otherwise there is a gap, and nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.precedence import rejected, shown
from ai_models.catalog.fusion.rate_cards import (
    BASE,
    MOVED,
    Card,
    Condition,
    Override,
    copied_overrides,
    moves_a_picture,
    place_in_force,
)
from ai_models.models.base import Conflict

__all__ = ["OBSERVATIONS", "apply_changes", "changes_of"]

GENERALISTS = frozenset({"models.dev"})
"""Feeds whose changes are corrections of their own as often as the vendor's: alone, they begin no version."""

OBSERVATIONS = "price-observations"
"""The source whose claims are changes: ``since`` is the day it was seen, ``previous`` the price before."""

_SAME_CHANGE_DAYS = 200
"""Feeds have taken that long to notice a change; a later sighting of the same values is the same change."""


class _Change(Struct, frozen=True, kw_only=True):
    """What one commit of one feed changed: old and new value by rate key."""

    day: date
    feed: str
    pairs: dict[str, tuple[Decimal, Decimal]]
    claims: tuple[Claim, ...]

    @property
    def base(self) -> dict[str, tuple[Decimal, Decimal]]:
        """The change of the input and output rates, or everything where those stayed."""
        return {key: pair for key, pair in self.pairs.items() if key in BASE} or self.pairs


def changes_of(observed: list[Claim], quarantined: list[Rejected]) -> list[_Change]:
    """The real changes, newest first; corrections, slips and placeholders of a feed are no prices of the vendor."""
    grouped: dict[tuple[date, str, str], list[Claim]] = {}
    for claim in observed:
        notes = dict(claim.conditions)
        if notes.get("kind") != "change" or claim.since is None:
            quarantined.append(rejected(claim, f"a feed's own {notes.get('kind', 'undated remark')}, not a price change"))
        else:
            grouped.setdefault((claim.since, notes.get("feed", ""), claim.subject), []).append(claim)
    changes = []
    for (day, feed, _), claims in sorted(grouped.items(), reverse=True):
        pairs = {
            claim.field.removeprefix("rate:"): (Decimal(dict(claim.conditions)["previous"]), claim.value)
            for claim in claims
            if isinstance(claim.value, Decimal)
        }
        changes.append(_Change(day=day, feed=feed, pairs=pairs, claims=tuple(claims)))
    return changes


def apply_changes(
    cards: list[Card], changes: list[_Change], quarantined: list[Rejected], conflicts: dict[str, Conflict]
) -> None:
    """Split the versions at the changes, from the newest back; the same change in two feeds counts at its earliest day."""
    earliest: dict[str, date] = {}
    for change in changes:
        signature = repr(sorted(change.base.items()))
        if change.feed not in GENERALISTS:
            earliest[signature] = min(change.day, earliest.get(signature, change.day))
    for change in changes:
        reason = _refusal(cards, change)
        _restore(cards, change, conflicts)
        if not reason and earliest[repr(sorted(change.base.items()))] != change.day:
            reason = "the same change was seen earlier"
        if reason:
            quarantined.extend(rejected(claim, reason) for claim in change.claims)
        else:
            _split(cards, change)


def _restore(cards: list[Card], change: _Change, conflicts: dict[str, Conflict]) -> None:
    """Correct a dated card that carries a new rate back in time, where a feed's history shows the rate before.

    A source that adds history later copies what it knows into the older card; the change itself was seen as it happened.
    """
    for older, newer in pairwise(cards):
        near = newer.start is not None and abs((change.day - newer.start).days) <= _SAME_CHANGE_DAYS
        base = [key for key in change.pairs if key in BASE]
        if not near or not base or any((older.rates.get(key), newer.rates.get(key)) != change.pairs[key] for key in base):
            continue
        for key, (before, after) in change.pairs.items():
            if older.rates.get(key) == newer.rates.get(key) == after != before:
                name = f"{key} before {newer.start}"
                values = {", ".join(sorted(older.evidence)): shown(after), OBSERVATIONS: shown(before)}
                conflicts[name] = Conflict(field=name, values=values, settled_by="the latest dated change")
                older.rates[key] = before
                older.evidence = older.evidence | {OBSERVATIONS}


def _refusal(cards: list[Card], change: _Change) -> str:
    if change.feed in GENERALISTS:
        return "a generalist corrects itself as often as it follows the vendor, and no other feed saw the change"
    nearby = [card for card in cards if card.start and abs((change.day - card.start).days) <= _SAME_CHANGE_DAYS]
    if any(all(card.rates.get(key) == new for key, (_, new) in change.base.items()) for card in nearby):
        return "the same change as a dated version"
    current = cards[place_in_force(cards, change.day)].rates
    if moves_a_picture(change.claims[0].subject, change.pairs, current):
        return MOVED
    if any(current.get(key) != new for key, (_, new) in change.base.items()):
        return "does not join: the version in force says otherwise, so there is a gap"
    own = current.get("input_per_1m_tokens")
    if own is not None and all(key.startswith("cache_read") and old >= own for key, (old, _) in change.pairs.items()):
        return "corrects a slip: reading a cache cannot cost the input rate"
    return ""


def _split(cards: list[Card], change: _Change) -> None:
    """Let the version in force begin on the day, and put what held before in front of it."""
    at = place_in_force(cards, change.day)
    newer = cards[at]
    old = {key: before for key, (before, _) in change.pairs.items()}
    base_changed = bool(BASE & change.pairs.keys())
    # Where the base rates changed, nothing is known of the rates that a vendor derives from them.
    kept = {key: rate for key, rate in newer.rates.items() if not base_changed or key in BASE}
    older = Card(
        start=newer.start,
        precision=newer.precision,
        rates={**kept, **old},
        overrides={} if base_changed else _before(newer.overrides, change.pairs),
        evidence={OBSERVATIONS} if base_changed else newer.evidence | {OBSERVATIONS},
        notes=list(newer.notes),
    )
    newer.start, newer.precision = change.day, "observed"
    newer.evidence = newer.evidence | {OBSERVATIONS}
    cards.insert(at, older)


def _before(overrides: Mapping[Condition, Override], changed: Iterable[str]) -> dict[Condition, Override]:
    """Thresholds without the keys that changed, for the older version; tiers that were read later are not known of it."""
    kept = {
        when: o
        for when, o in copied_overrides(overrides).items()
        if not {"service_tier", "speed"} & {name for name, _ in when}
    }
    for override in kept.values():
        override.rates = {key: rate for key, rate in override.rates.items() if key not in set(changed)}
    return kept
