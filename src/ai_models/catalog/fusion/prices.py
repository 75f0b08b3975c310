"""Price claims of many sources become dated rate cards: one version a change, with its overrides.

A feed describes the card in force on its day; a dated claim begins a version; a change seen in a feed's history splits
the version in force on that day, if what it changed *to* is what the version says (otherwise there is a gap, and nothing
is made up). What a person curated is applied last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import structs

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.curated import apply_curated, apply_end
from ai_models.catalog.fusion.precedence import DERIVED, VERIFIED, in_fixed_order, rejected, settle, shown
from ai_models.catalog.fusion.price_changes import OBSERVATIONS, apply_changes, changes_of
from ai_models.catalog.fusion.rate_cards import (
    Card,
    Condition,
    Override,
    Prices,
    carry_units,
    conflict_name,
    drop_idle,
    place_in_force,
    share_rates,
    tidy,
)
from ai_models.catalog.fusion.rules import CuratedPrice, Ended
from ai_models.models.base import Conflict

__all__ = ["fuse_prices"]


def fuse_prices(
    claims: Iterable[Claim],
    *,
    curated: Iterable[CuratedPrice] = (),
    ended: Iterable[Ended] = (),
    same_as: Mapping[str, str] | None = None,
    release: date | None = None,
) -> Prices:
    """The versions of one offering from every claim on its rates; deterministic for any order of the claims."""
    claims = tuple(claims)
    quarantined: list[Rejected] = []
    priced = [c for c in in_fixed_order(claims) if c.source not in DERIVED and c.field.startswith("rate:")]
    observed = [claim for claim in priced if claim.source == OBSERVATIONS]
    stated = [_spoken(claim) for claim in priced if claim.source != OBSERVATIONS and claim.value is not None]
    usable = _without_implausible([claim for claim in stated if _plausible(claim, quarantined)], quarantined)
    conflicts: dict[str, Conflict] = {}
    cards = _dated_cards(usable, conflicts)
    for claim in in_fixed_order(c for c in claims if c.field == "multiplier:tokens"):
        _apply_factor(cards, claim)
    changes = changes_of(observed, quarantined)
    if cards:
        apply_changes(cards, changes, quarantined, conflicts)
    apply_curated(cards, curated, conflicts)
    for end in sorted(ended, key=lambda item: item.since):
        apply_end(cards, end)
    carry_units(cards, usable)
    tidy(cards, release)
    for card in cards:
        share_rates(card, same_as or {})
    drop_idle(cards)
    as_of = max((claim.as_of for claim in usable), default=None)
    return Prices(cards=cards, conflicts=[conflicts[key] for key in sorted(conflicts)], quarantined=quarantined, as_of=as_of)


def _spoken(claim: Claim) -> Claim:
    """A claim without the remarks that say when it was true: the interval that holds its day is what it speaks of."""
    return structs.replace(claim, conditions=tuple(pair for pair in claim.conditions if pair[0] != "historical"))


def _plausible(claim: Claim, quarantined: list[Rejected]) -> bool:
    """A zero is a placeholder unless a person wrote it down."""
    if claim.value == 0 and claim.source not in VERIFIED:
        quarantined.append(rejected(claim, "a rate of 0 from a feed is a placeholder"))
        return False
    return True


def _without_implausible(claims: list[Claim], quarantined: list[Rejected]) -> list[Claim]:
    """Drop cache rates that contradict their own card: reading dearer than input, or writing cheaper."""
    inputs = {
        (c.source, c.subject, c.conditions, c.since): c.value
        for c in claims
        if c.field == "rate:input_per_1m_tokens" and isinstance(c.value, Decimal)
    }
    kept = []
    for claim in claims:
        base = inputs.get((claim.source, claim.subject, claim.conditions, claim.since))
        reason = _cache_fault(claim, base)
        if reason:
            quarantined.append(rejected(claim, reason))
        else:
            kept.append(claim)
    return kept


def _cache_fault(claim: Claim, base: object) -> str:
    if not isinstance(base, Decimal) or not isinstance(claim.value, Decimal):
        return ""
    if claim.field == "rate:cache_read_per_1m_tokens" and claim.value >= base:
        return f"reading a cache cannot cost the input rate of {shown(base)} or more"
    if claim.field.startswith("rate:cache_write") and claim.value < base:
        return f"writing a cache cannot cost less than the input rate of {shown(base)}"
    return ""


# Versions that a source dates.


def _dated_cards(claims: list[Claim], conflicts: dict[str, Conflict]) -> list[Card]:
    starts = sorted({c.since for c in claims if c.since is not None and not c.conditions and _begins_version(c)})
    bounds: list[date | None] = [None, *starts]
    cards = []
    for start, following in zip(bounds, [*starts, None], strict=True):
        cards.append(_card(start, following, claims, conflicts))
    return [card for card in cards if card.rates]


def _begins_version(claim: Claim) -> bool:
    return claim.source not in VERIFIED


def _card(start: date | None, following: date | None, claims: list[Claim], conflicts: dict[str, Conflict]) -> Card:
    """The card of one interval: each key from the claims that hold in it."""
    card = Card(start=start, rates={}, overrides={}, evidence=set(), notes=[])
    grouped: dict[tuple[Condition, str], list[Claim]] = {}
    for claim in claims:
        key = claim.field.removeprefix("rate:")
        if _holds(claim, start, following, claims):
            grouped.setdefault((tuple(sorted(claim.conditions)), key), []).append(claim)
    for (when, key), said in sorted(grouped.items()):
        fact = settle("rate", _newest_of_each(said))
        if not isinstance(fact.value, Decimal):
            continue
        card.evidence.update(fact.evidence)
        if when:
            card.overrides.setdefault(when, Override(when=when, rates={}, multiply={})).rates[key] = fact.value
        else:
            card.rates[key] = fact.value
        if fact.conflict is not None:
            name = conflict_name(key, when, start)
            conflicts[name] = structs.replace(fact.conflict, field=name)
    return card


def _holds(claim: Claim, start: date | None, following: date | None, claims: list[Claim]) -> bool:
    """Whether a claim speaks of the interval: by its own dates where its source gives any, else by the day it was made."""
    dated = _dates_its_cards(claim, claims)
    if claim.since is None and not dated:
        return (start is None or start <= claim.as_of) and (following is None or claim.as_of < following)
    if claim.since is None:
        return start is None or not _superseded(claim, start, claims)
    if claim.conditions and start is not None and claim.since > start:
        # a tier that was first verified within the interval belongs to the version in force on that day
        return following is None or claim.since < following
    if claim.conditions and start is None:
        return following is None or claim.since < following
    return start is not None and claim.since <= start and not _superseded(claim, start, claims)


def _dates_its_cards(claim: Claim, claims: list[Claim]) -> bool:
    return any(
        other.since is not None and not other.conditions and other.source == claim.source and other.subject == claim.subject
        for other in claims
    )


def _superseded(claim: Claim, start: date, claims: list[Claim]) -> bool:
    """Whether the same source states a newer value of the key, or a newer card, by the start of the interval."""
    floor = claim.since
    return any(
        other.since is not None
        and other.source == claim.source
        and other.subject == claim.subject
        and other.since <= start
        and (floor is None or other.since > floor)
        and (not other.conditions or (other.field == claim.field and other.conditions == claim.conditions))
        for other in claims
    )


def _newest_of_each(claims: list[Claim]) -> list[Claim]:
    """Of each source and subject, the newest statement within the interval; the claims' own dates are spent by then."""
    newest: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        known = newest.get((claim.source, claim.subject))
        if known is None or (claim.since or date.min) >= (known.since or date.min):
            newest[claim.source, claim.subject] = claim
    return [structs.replace(claim, since=None) for claim in newest.values()]


def _apply_factor(cards: list[Card], claim: Claim) -> None:
    """A factor on all token rates, in the version of its day, unless the card has rates for that condition."""
    when = tuple(sorted(claim.conditions))
    card = cards[place_in_force(cards, claim.as_of)] if cards else None
    if card is not None and when not in card.overrides and isinstance(claim.value, Decimal):
        card.overrides[when] = Override(when=when, rates={}, multiply={"tokens": claim.value})
