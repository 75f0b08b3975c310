"""Price changes that feeds' histories show, joined to the price in force: newest first, as far as the chain holds.

A change counts if it leads to the price that followed it. Where it does not there is a gap: what lies before is left out.
A price that went and came back within sixty days never was one, and one change in several feeds is one, at its first day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.precedence import rejected
from ai_models.catalog.fusion.rate_cards import BASE, MOVED, Card, copied_overrides, moves_a_picture
from ai_models.catalog.fusion.rate_cards import place_in_force as place

__all__ = ["Change", "changes_of", "extend", "without_moved"]

OSCILLATION = timedelta(days=60)
SAME_CHANGE = timedelta(days=200)
_DEAR = 3
OBSERVED = "price-observations"


class Change(Struct, kw_only=True):
    """What one commit of one feed changed: the old and the new rates by key."""

    day: date
    pairs: dict[str, tuple[Decimal, Decimal]]
    claims: list[Claim]


def changes_of(observed: Iterable[Claim], left_out: list[Rejected]) -> list[Change]:
    """The vendor's changes, oldest first; slips, corrections, roundings and oscillations are left out."""
    grouped: dict[tuple[date, str, str], list[Claim]] = {}
    for claim in sorted(observed, key=lambda c: (c.as_of, c.where, c.field, c.subject)):
        notes = dict(claim.conditions)
        if notes.get("kind") != "change" or not isinstance(claim.value, Decimal):
            left_out.append(rejected(claim, f"a feed's own {notes.get('kind', 'remark')}, not a price change"))
        else:
            grouped.setdefault((claim.as_of, notes.get("feed", ""), claim.subject), []).append(claim)
    changes = [Change(day=key[0], pairs=_pairs(claims), claims=claims) for key, claims in sorted(grouped.items())]
    return _without_oscillations(_without_repeats(changes, left_out), left_out)


def _pairs(claims: list[Claim]) -> dict[str, tuple[Decimal, Decimal]]:
    return {
        claim.field.removeprefix("rate:"): (Decimal(dict(claim.conditions)["previous"]), Decimal(str(claim.value)))
        for claim in claims
    }


def _without_repeats(changes: list[Change], left_out: list[Rejected]) -> list[Change]:
    """One change for several sightings of the same values."""
    kept: list[Change] = []
    for change in changes:
        if any(earlier.pairs == change.pairs and change.day - earlier.day <= SAME_CHANGE for earlier in kept):
            left_out.extend(rejected(claim, "the same change was seen earlier") for claim in change.claims)
        else:
            kept.append(change)
    return kept


def _without_oscillations(changes: list[Change], left_out: list[Rejected]) -> list[Change]:
    """Drop both halves of a change that was taken back within sixty days."""
    dropped: set[int] = set()
    for later, change in enumerate(changes):
        for earlier in range(later):
            before = changes[earlier]
            back = {key: (new, old) for key, (old, new) in before.pairs.items()}
            if earlier not in dropped and change.pairs == back and change.day - before.day <= OSCILLATION:
                dropped |= {earlier, later}
                break
    for at in sorted(dropped):
        left_out.extend(rejected(claim, "went and came back within 60 days") for claim in changes[at].claims)
    return [change for at, change in enumerate(changes) if at not in dropped]


def without_moved(name: str, cards: list[Card], changes: list[Change], left_out: list[Rejected]) -> list[Change]:
    """The changes without those by which a feed moved a picture's price to a key of its own, or corrected a slip."""
    kept = []
    for change in changes:
        rates = cards[place(cards, change.day)].rates if cards else {}
        slip = not BASE & change.pairs.keys() and any(
            key.startswith("cache_write") and old > _DEAR * rates.get("input_per_1m_tokens", old)
            for key, (old, _) in change.pairs.items()
        )
        if slip or moves_a_picture(name, change.pairs, rates):
            reason = "corrects a slip: no cache write costs three times the input" if slip else MOVED
            left_out.extend(rejected(claim, reason) for claim in change.claims)
        else:
            kept.append(change)
    return kept


def extend(cards: list[Card], changes: list[Change], left_out: list[Rejected]) -> None:
    """Split the cards at the changes that join them, from the newest back; at the first gap the chain ends."""
    for at in range(len(changes) - 1, -1, -1):
        change = changes[at]
        if _is_dated(cards, change):
            left_out.extend(rejected(claim, "the same change as a dated version") for claim in change.claims)
        elif _joins(cards, change):
            _split(cards, change)
        else:
            for lost in changes[: at + 1]:
                left_out.extend(rejected(claim, "does not join the price that follows: a gap") for claim in lost.claims)
            cards[0].notes.append(f"What held before is not known: the change seen on {change.day} does not join")
            return


def _is_dated(cards: list[Card], change: Change) -> bool:
    near = [card for card in cards if card.start is not None and abs(card.start - change.day) <= SAME_CHANGE]
    return any(all(card.rates.get(key) == new for key, (_, new) in change.pairs.items()) for card in near)


def _joins(cards: list[Card], change: Change) -> bool:
    current = cards[place(cards, change.day)]
    earlier = current.start is not None and change.day <= current.start
    return not earlier and all(current.rates.get(key) == new for key, (_, new) in change.pairs.items())


def _split(cards: list[Card], change: Change) -> None:
    """Let the version in force begin on the day, and put what held before in front of it."""
    at = place(cards, change.day)
    newer = cards[at]
    base_changed = bool(BASE & change.pairs.keys())
    kept = {key: rate for key, rate in newer.rates.items() if not base_changed or key in BASE}
    older = Card(
        start=newer.start,
        precision=newer.precision,
        rates={**kept, **{key: before for key, (before, _) in change.pairs.items() if before}},
        overrides={} if base_changed else copied_overrides(newer.overrides),
        evidence={OBSERVED} if base_changed else newer.evidence | {OBSERVED},
        notes=[],
    )
    newer.start, newer.precision = change.day, "observed"
    newer.evidence = newer.evidence | {OBSERVED}
    cards.insert(at, older)
