"""A rate card while it is put together from claims: its overrides, its conditions, and how a card is finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct, structs

from ai_models.catalog.claims import Claim, Rejected
from ai_models.models.base import Conflict
from ai_models.pricing.meters import METERS, RATE_KEYS

__all__ = [
    "BASE",
    "MOVED",
    "Card",
    "Condition",
    "Override",
    "Prices",
    "beginning",
    "carry_units",
    "condition_of",
    "conflict_name",
    "copied_overrides",
    "drop_idle",
    "drop_repeats",
    "moves_a_picture",
    "place_in_force",
    "rate_key",
    "share_rates",
    "tidy",
    "written_rates",
]

BASE = frozenset({"input_per_1m_tokens", "output_per_1m_tokens"})
"""The rates that a vendor derives others from."""

MOVED = "the feed gave pictures a key of their own: the price of text did not change"

_PICTURE = 8
"""Tokens of pictures cost at least so many times those of text."""

_REASONING = "reasoning_per_1m_tokens"

Condition = tuple[tuple[str, str], ...]
"""A ``when`` as sorted pairs of text; empty is the standard card."""


class Override(Struct, kw_only=True):
    """Rates under a condition, factors, or a combination that is not sold."""

    when: Condition
    rates: dict[str, Decimal] = {}
    multiply: dict[str, Decimal] = {}
    unavailable: bool = False
    notes: str = ""


class Card(Struct, kw_only=True):
    """One version while it is put together; ``start`` None is the first one, whose date is not stated."""

    start: date | None
    precision: str = "effective"
    rates: dict[str, Decimal] = {}
    overrides: dict[Condition, Override] = {}
    same_as: dict[str, str] = {}
    minimums: dict[str, Decimal] = {}
    """The least quantity that is charged, by rate key, in the units of its meter."""
    evidence: set[str] = set()
    notes: list[str] = []


class Prices(Struct, kw_only=True):
    """The versions of one offering, oldest first, with the disagreements and what was left out."""

    cards: list[Card]
    conflicts: list[Conflict]
    quarantined: list[Rejected]
    as_of: date | None = None


def rate_key(name: str) -> str:
    """The key of a pricing file for what rules call a rate: the key itself, or the name of a token meter.

    Raises:
        ValueError: neither.
    """
    for key in (name, f"{name}_per_1m_tokens"):
        if key in RATE_KEYS:
            return key
    raise ValueError(f"{name!r} is no rate key")


def condition_of(when: Mapping[str, object]) -> Condition:
    """A ``when`` as it stands in a file, as sorted pairs of text; attributes are pairs of their own."""
    pairs: list[tuple[str, str]] = []
    for name, value in when.items():
        if isinstance(value, Mapping):
            pairs.extend((f"{name}.{key}", str(text)) for key, text in value.items())
        elif isinstance(value, list):
            pairs.append((name, ",".join(map(str, value))))
        else:
            pairs.append((name, str(value)))
    return tuple(sorted(pairs))


def conflict_name(key: str, when: Condition, start: date | None) -> str:
    """The field that a conflict names: the rate, under which condition, in which version."""
    condition = f" when {', '.join(f'{name} {value}' for name, value in when)}" if when else ""
    return f"{key}{condition}{f' from {start}' if start else ''}"


def place_in_force(cards: list[Card], day: date) -> int:
    """Where the version in force on a day stands; the first one also before its date."""
    return max(at for at, card in enumerate(cards) if card.start is None or card.start <= day or at == 0)


def copied_overrides(overrides: Mapping[Condition, Override]) -> dict[Condition, Override]:
    """Overrides that another version may change."""
    return {
        when: structs.replace(override, rates=dict(override.rates), multiply=dict(override.multiply))
        for when, override in overrides.items()
    }


def beginning(card: Card, start: date) -> Card:
    """The same rates as a version that begins on another day."""
    return Card(
        start=start,
        rates=dict(card.rates),
        overrides=copied_overrides(card.overrides),
        minimums=dict(card.minimums),
        evidence=set(card.evidence),
        notes=[],
    )


def written_rates(rates: Mapping[str, Decimal], minimums: Mapping[str, Decimal]) -> dict[str, object]:
    """Rates as a file writes them, in its order; an override that re-prices a meter restates its minimum."""
    return {
        key: {"price": rates[key], "minimum": minimums[key]} if key in minimums else rates[key]
        for key in RATE_KEYS
        if key in rates
    }


def moves_a_picture(name: str, pairs: Mapping[str, tuple[Decimal, Decimal]], rates: Mapping[str, Decimal]) -> bool:
    """Whether an observed change only moved the price of a picture's tokens out of the output of an image model.

    The card in force has the old price as that of pictures; or the output falls to a price of text and the input does not.
    """
    old, new = pairs.get("output_per_1m_tokens", (None, None))
    if old is None or new is None or "image" not in name:
        return False
    before, after = pairs.get("input_per_1m_tokens", (Decimal(0), Decimal(0)))
    return old == rates.get("image_output_per_1m_tokens") or (old >= _PICTURE * new and before <= after)


# The last steps.


def carry_units(cards: list[Card], claims: list[Claim]) -> None:
    """Keep what is billed by unit (searches, storage) in a version that begins after the feeds were read."""
    read = max((claim.as_of for claim in claims), default=date.max)
    for older, newer in pairwise(cards):
        if newer.start is not None and newer.start > read:
            newer.rates |= {
                key: rate
                for key, rate in older.rates.items()
                if key not in newer.rates and METERS[RATE_KEYS[key].meter].token_key is None
            }


def share_rates(card: Card, same_as: Mapping[str, str]) -> None:
    """Say that a meter is billed as another one where the card gives it the same rate, or none at all."""
    for meter, other in same_as.items():
        key, target = rate_key(meter), rate_key(other)
        if target not in card.rates or card.rates.get(key, card.rates[target]) != card.rates[target]:
            continue
        distinct = [
            override
            for override in card.overrides.values()
            if override.rates.get(key, None) not in (None, _under(card, override, target))
        ]
        if distinct:
            continue
        card.rates.pop(key, None)
        card.same_as[key] = other
        for override in card.overrides.values():
            override.rates.pop(key, None)


def _under(card: Card, override: Override, key: str) -> Decimal | None:
    return override.rates.get(key, card.rates.get(key))


def tidy(cards: list[Card], release: date | None) -> None:
    """A first price without a date opens at the release, and says that nobody dated it."""
    cards.sort(key=lambda card: card.start or date.min)
    if len(cards) > 1 and cards[0].start is None and release is not None and cards[1].start == release:
        del cards[0]
    if cards and cards[0].start is None:
        cards[0].start, cards[0].precision = release, "assumed"
    for card in cards:
        output = card.rates.get("output_per_1m_tokens")
        if card.rates.get(_REASONING) == output and not any(_REASONING in o.rates for o in card.overrides.values()):
            card.rates.pop(_REASONING, None)  # reasoning is billed as output unless it has a rate of its own


def drop_repeats(cards: list[Card]) -> None:
    """Remove a version that differs from the one before in nothing but its evidence."""
    for older, newer in reversed(list(pairwise(cards))):
        same = (older.rates, older.overrides, older.minimums) == (newer.rates, newer.overrides, newer.minimums)
        if same and not newer.notes and newer.precision != "effective":
            older.evidence |= newer.evidence
            cards.remove(newer)


def drop_idle(cards: list[Card]) -> None:
    """Remove override rates that change nothing, and overrides that are left without effect.

    A rate stays where a wider override sets the same key: there it restores the standard.
    """
    for card in cards:
        for when, override in card.overrides.items():
            wider = [o for known, o in card.overrides.items() if known != when and set(known) < set(when)]
            override.rates = {
                key: value
                for key, value in override.rates.items()
                if value != card.rates.get(key) or any(key in other.rates for other in wider)
            }
        card.overrides = {
            when: override
            for when, override in sorted(card.overrides.items())
            if override.rates or override.multiply or override.unavailable
        }
