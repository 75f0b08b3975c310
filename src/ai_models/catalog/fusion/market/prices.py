"""What an offering costs: one source's card, joined by those that agree with it, and its history.

A card is not put together from sources that disagree: the cache rate of one beside the input rate of another is a price
that nobody asks. So the source that stands decides, and the others add to it only where their input and output rates are
its own. It stands by agreement of independent sources, then as the specialist; what the others say is a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import structs

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.curated import apply_curated
from ai_models.catalog.fusion.market.audio import audio_as_billed
from ai_models.catalog.fusion.market.history import changes_of, extend, without_moved
from ai_models.catalog.fusion.market.overrides import settle_overrides
from ai_models.catalog.fusion.market.rows import OBSERVED, Row
from ai_models.catalog.fusion.precedence import PRECEDENCE, rejected, shown
from ai_models.catalog.fusion.prices import fuse_prices
from ai_models.catalog.fusion.rate_cards import Card, Prices, drop_repeats
from ai_models.catalog.fusion.rules import CuratedPrice
from ai_models.models.base import Conflict

__all__ = ["offering_prices"]

BASE = ("input_per_1m_tokens", "output_per_1m_tokens")
ORDER = ("vendor", *PRECEDENCE["rate"])
_CACHED = "cache_read_per_1m_tokens"
_LATE = timedelta(days=31)
"""A feed whose day is known to the month may list a model a little before its release."""
_ATTRIBUTES = ("attribute.quality", "attribute.size", "attribute.steps")
_USUAL = ("standard", "medium", "low", "1024x1024", "512x512", "50")
"""What an image costs that nobody described further."""


def offering_prices(row: Row, *, flat: bool, release: date | None, curated: Sequence[CuratedPrice] = ()) -> Prices:
    """The versions of one offering with their history, and the disagreements of the sources."""
    prices = _of_feeds(row, flat=flat, release=release)
    if curated:
        conflicts: dict[str, Conflict] = {}
        apply_curated(prices.cards, curated, conflicts)
        drop_repeats(prices.cards)
        known = {conflict.field for conflict in prices.conflicts}
        prices.conflicts.extend(conflicts[field] for field in sorted(conflicts.keys() - known))
    return prices


def _of_feeds(row: Row, *, flat: bool, release: date | None) -> Prices:
    left_out: list[Rejected] = []
    rates = [claim for claim in row.claims if claim.field.startswith(("rate:", "multiplier:", "currency"))]
    claims = audio_as_billed(rates, left_out)
    by_source = _one_subject_each(claims)
    for source, said in by_source.items():
        by_source[source] = _with_usual_image(said, left_out)
    by_source = {source: said for source, said in by_source.items() if any(_is_rate(c) and not c.conditions for c in said)}
    free = _free_sources(row, claims, flat=flat)
    if free:
        return _free(row, free)
    if not by_source:
        return _last_seen(row, release, left_out)
    winner = _winner(by_source, [claim for claim in claims if ("historical", "true") in claim.conditions])
    agreeing = [source for source in by_source if source == winner or _agree(by_source[source], by_source[winner])]
    chosen = [claim for source in agreeing for claim in by_source[source]]
    prices = fuse_prices(_conditions_of_one(chosen, agreeing), release=None)
    cards = prices.cards
    for card in cards:
        left_out.extend(settle_overrides(card, row.key))
    if cards:
        extend(cards, without_moved(row.id, cards, changes_of(row.observed, left_out), left_out), left_out)
        read = min(claim.as_of for claim in chosen)
        _open(cards, release if release is not None and release <= read + _LATE else None)
        _drop_dear_caches(cards, row, left_out)
    conflicts = _conflicts(claims, cards)
    return Prices(cards=cards, conflicts=conflicts, quarantined=[*left_out, *prices.quarantined], as_of=prices.as_of)


def _is_rate(claim: Claim) -> bool:
    return claim.field.startswith("rate:") and claim.value is not None and ("historical", "true") not in claim.conditions


def _free_sources(row: Row, claims: Iterable[Claim], *, flat: bool) -> set[str]:
    """Who puts a ``:free`` id, or a flat-rate plan without other prices, at 0; empty where it costs something."""
    rates = [claim for claim in claims if _is_rate(claim) and not claim.conditions]
    if any(claim.value for claim in rates) or not (flat or row.id.endswith(":free")):
        return set()
    return row.zeros | {claim.source for claim in rates}


def _free(row: Row, sources: set[str]) -> Prices:
    card = Card(start=None, precision="assumed", rates=dict.fromkeys(BASE, Decimal(0)), evidence=set(sources), notes=[])
    return Prices(cards=[card], conflicts=[], quarantined=[], as_of=max(claim.as_of for claim in row.claims))


def _last_seen(row: Row, release: date | None, left_out: list[Rejected]) -> Prices:
    """The prices of an offering that no feed lists any more: what its newest change led to, and what was before."""
    changes = without_moved(row.id, [], changes_of(row.observed, left_out), left_out)
    if not changes:
        return Prices(cards=[], conflicts=[], quarantined=left_out)
    rates = {key: new for key, (_, new) in changes[-1].pairs.items() if new}
    cards = [Card(start=None, rates=rates, evidence={OBSERVED}, notes=[])] if rates else []
    if cards:
        extend(cards, changes, left_out)
        _open(cards, release)
        _drop_dear_caches(cards, row, left_out)
    return Prices(cards=cards, conflicts=[], quarantined=left_out, as_of=changes[-1].day)


def _drop_dear_caches(cards: Iterable[Card], row: Row, left_out: list[Rejected]) -> None:
    """Reading a cache cannot cost more than reading anew, nor writing it less: a version joined from two may say so."""
    for card in cards:
        fresh = card.rates.get(BASE[0])
        for key, rate in list(card.rates.items()):
            dear = key == _CACHED and fresh is not None and rate > fresh
            cheap = key.startswith("cache_write") and fresh is not None and rate < fresh
            if fresh is not None and (dear or cheap):
                del card.rates[key]
                words = "reading a cache cannot cost more" if dear else "writing a cache cannot cost less"
                reason = f"{key}: {words} than the input rate of {shown(fresh)}"
                source = ", ".join(sorted(card.evidence)) if OBSERVED not in card.evidence else OBSERVED
                left_out.append(Rejected(source=source, where=row.key, reason=reason, found=shown(rate)))


def _one_subject_each(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The claims by source; where a source spells an offering twice, those of the fuller row."""
    grouped: dict[str, dict[tuple[str, str], list[Claim]]] = defaultdict(lambda: defaultdict(list))
    pictures: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if any(name in _ATTRIBUTES for name, _ in claim.conditions):
            pictures[claim.source].append(claim)
        else:
            grouped[claim.source][claim.provider, claim.subject].append(claim)
    best = {source: max(rows.items(), key=lambda item: (len(item[1]), item[0]))[1] for source, rows in grouped.items()}
    for source, said in pictures.items():
        best[source] = [*best.get(source, []), *said]
    return {source: best[source] for source in sorted(best, key=_rank)}


def _rank(source: str) -> tuple[int, str]:
    return (ORDER.index(source) if source in ORDER else len(ORDER)), source


def _with_usual_image(claims: list[Claim], left_out: list[Rejected]) -> list[Claim]:
    """Prices by quality and size, and the usual one of them as the standard, unless tokens are what is billed."""
    sized = [claim for claim in claims if any(name in _ATTRIBUTES for name, _ in claim.conditions)]
    if not sized:
        return claims
    others = [claim for claim in claims if claim not in sized]
    rates = [claim for claim in sized if claim.field.startswith("rate:")]
    if any("image_output_per_1m_tokens" in claim.field or claim.field == f"rate:{BASE[1]}" for claim in [*others, *rates]):
        left_out.extend(rejected(claim, "repeats per picture what tokens are billed for") for claim in rates[:1])
        return others
    standard = {claim.field for claim in others if not claim.conditions}
    found = [*others, *_without_twins(rates)]
    for field in sorted({claim.field for claim in rates} - standard):
        usual = min((claim for claim in rates if claim.field == field), key=_unusual)
        found.append(structs.replace(usual, conditions=()))
    return found


def _without_twins(rates: list[Claim]) -> list[Claim]:
    kept: dict[tuple[str, tuple[tuple[str, str], ...]], Claim] = {}
    for claim in sorted(rates, key=lambda c: (c.subject, shown(c.value))):
        kept.setdefault((claim.field, claim.conditions), claim)
    return list(kept.values())


def _unusual(claim: Claim) -> tuple[list[int], str]:
    values = [value for _, value in claim.conditions]
    return [_USUAL.index(value) if value in _USUAL else len(_USUAL) for value in values], shown(claim.value)


def _base(claims: Iterable[Claim]) -> dict[str, Decimal]:
    """The standard input and output rates of a source today; every other standard rate where it has neither."""
    today: dict[str, Claim] = {}
    for claim in claims:
        if claim.conditions or not claim.field.startswith("rate:") or not isinstance(claim.value, Decimal):
            continue
        key = claim.field.removeprefix("rate:")
        if claim.since is not None and claim.since > claim.as_of:
            continue
        if key not in today or (claim.since or date.min) >= (today[key].since or date.min):
            today[key] = claim
    rates = {key: claim.value for key, claim in today.items() if isinstance(claim.value, Decimal)}
    return {key: rates[key] for key in BASE if key in rates} or rates


def _stated(claims: list[Claim]) -> dict[str, Decimal]:
    """What a source's row states of a card's main rates: beside input and output, what reading a cache costs."""
    cached = [claim for claim in claims if claim.field == f"rate:{_CACHED}"]
    return _base(claims) | (_base(cached) if len(cached) < len(claims) else {})


def _agree(one: Iterable[Claim], other: Iterable[Claim]) -> bool:
    first, second = _base(one), _base(other)
    shared = first.keys() & second.keys()
    return bool(shared) and all(first[key] == second[key] for key in shared)


def _winner(by_source: dict[str, list[Claim]], past: list[Claim]) -> str:
    """What a person read, a dated newest price, the card that most sources state, then the specialist's.

    A source that repeats what the vendor says was true once is passed over, if another one has moved on.
    """
    sources = [source for source in by_source if not _is_stale(by_source[source], past)] or list(by_source)
    sources.sort(key=_rank)
    if "vendor" in sources and BASE[0] in _base(by_source["vendor"]):
        return "vendor"
    dated = [
        s for s in sources if any(c.since is not None and c.since <= c.as_of and not c.conditions for c in by_source[s])
    ]
    if dated:
        return dated[0]
    support = {s: sum(s == t or _agree(by_source[s], by_source[t]) for t in sources) for s in sources}
    return min(sources, key=lambda source: (-support[source], _rank(source)))


def _is_stale(said: Iterable[Claim], past: Iterable[Claim]) -> bool:
    values = {(claim.field, claim.value) for claim in said if ("historical", "true") not in claim.conditions}
    old = {(claim.field, claim.value) for claim in past if claim.field.removeprefix("rate:") in BASE}
    return bool(old) and old <= values


def _conditions_of_one(claims: list[Claim], agreeing: list[str]) -> list[Claim]:
    """Prices under conditions come from one source: tiers of two are not made to be combined.

    The days of its hours may come from another one, where a source has no words for days.
    """
    with_conditions = {claim.source for claim in claims if claim.conditions and claim.field.startswith("rate:")}
    source = next((source for source in sorted(agreeing, key=_rank) if source in with_conditions), None)
    others = [claim for claim in claims if claim.source != source]
    return [_on_its_days(claim, others) for claim in claims if not claim.conditions or claim.source == source]


def _on_its_days(claim: Claim, others: Iterable[Claim]) -> Claim:
    """A price at hours of every day on the weekdays that another source states for the same price at the same hours."""
    names = {name for name, _ in claim.conditions}
    if "hours" not in names or names & {"weekdays", "timezone"}:
        return claim
    for other in others:
        days = tuple(pair for pair in other.conditions if pair[0] == "weekdays")
        rest = tuple(pair for pair in other.conditions if pair[0] != "weekdays")
        if days and rest == claim.conditions and (other.field, other.value) == (claim.field, claim.value):
            return structs.replace(claim, conditions=other.conditions)
    return claim


def _open(cards: list[Card], release: date | None) -> None:
    """A first price without a date opens at the release, if that lies before the next one."""
    first = cards[0]
    if first.start is None:
        following = cards[1].start if len(cards) > 1 else None
        first.precision = "assumed"
        first.start = release if release is not None and (following is None or release < following) else None


def _conflicts(claims: list[Claim], cards: list[Card]) -> list[Conflict]:
    """Where a source's standard rate is another one than ours on the source's day; what changed since is history."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    disputed: set[str] = set()
    for rows in _by_row(claims).values():
        card = _on_day(cards, rows[0].as_of)
        for key, value in _stated(rows).items():
            ours = None if card is None else card.rates.get(key)
            text = shown(value)
            if ours != value:
                disputed.add(key)
            if text not in said[key][rows[0].source]:
                said[key][rows[0].source].append(text)
    found = []
    for key in sorted(disputed):
        stated = {source: " / ".join(texts) for source, texts in sorted(said[key].items())}
        reason = "specialist before generalist" if len(stated) > 1 else "the fuller of two rows"
        if key == _CACHED and not any(key in card.rates for card in cards):
            reason = "left out: the card is not of a source that states it"
        found.append(Conflict(field=key, values=stated, settled_by=reason))
    return found if cards else []


def _on_day(cards: list[Card], day: date) -> Card | None:
    begun = [card for card in cards if card.start is None or card.start <= day]
    return begun[-1] if begun else None


def _by_row(claims: Iterable[Claim]) -> dict[tuple[str, str, str], list[Claim]]:
    rows: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if not any(name in _ATTRIBUTES for name, _ in claim.conditions):
            rows[claim.source, claim.provider, claim.subject].append(claim)
    return rows
