"""What a person curated about prices, on top of what the feeds say: versions, their rates, conditions, and their ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise

from ai_models.catalog.fusion.precedence import VERIFIED, shown, vouched_for_by
from ai_models.catalog.fusion.rate_cards import (
    Card,
    Condition,
    Override,
    beginning,
    condition_of,
    conflict_name,
    place_in_force,
    rate_key,
)
from ai_models.catalog.fusion.rules import CuratedPrice, Ended
from ai_models.models.base import Conflict

__all__ = ["apply_curated", "apply_end"]


def apply_curated(cards: list[Card], curated: Iterable[CuratedPrice], conflicts: dict[str, Conflict]) -> None:
    """First the versions, made from what the feeds say; then their standard rates; then what holds under conditions."""
    entries = sorted(curated, key=lambda price: (str(price.since or ""), repr(condition_of(price.when))))
    for price in entries:
        _redate(cards, price)
    feeds = list(cards)
    newest = max((price.since for price in entries if price.since is not None and not price.when), default=None)
    for price in entries:
        if price.replace and price.since == newest and price.source in VERIFIED and not price.when:
            _note_replaced(cards, price, conflicts)
        if price.since is not None or price.replace or (not feeds and not price.when):
            _begin(cards, feeds, price)
    _supplement_all(cards, (price for price in entries if not price.when), conflicts)
    _inherit(cards)
    for price in entries:
        _forget_before(cards, price)
    _supplement_all(cards, (price for price in entries if price.when), conflicts)


def _supplement_all(cards: list[Card], entries: Iterable[CuratedPrice], conflicts: dict[str, Conflict]) -> None:
    for price in entries:
        for card in cards:
            if _covers(price, card):
                _supplement(card, price, conflicts, cards)


def _inherit(cards: list[Card]) -> None:
    """A version that only a condition's change begins keeps the standard rates of the one before."""
    for older, newer in pairwise(cards):
        if not newer.rates:
            newer.rates = dict(older.rates)


def _forget_before(cards: list[Card], price: CuratedPrice) -> None:
    """A condition that a person dated is not carried back by feeds that state it without a date."""
    if price.when and price.since is not None:
        for card in cards:
            if card.start is None or card.start < price.since:
                card.overrides.pop(condition_of(price.when), None)


def _redate(cards: list[Card], price: CuratedPrice) -> None:
    for card in cards:
        if price.redates is not None and card.start == price.redates:
            card.start, card.precision = price.since, price.precision


def _note_replaced(cards: list[Card], price: CuratedPrice, conflicts: dict[str, Conflict]) -> None:
    """Keep as a conflict what the feeds say of the version in force, before a person's card takes its place."""
    if cards:
        card = cards[place_in_force(cards, price.since)] if price.since else cards[-1]
        _note_differences(card, _rates(price), price.source, conflicts)


def _begin(cards: list[Card], feeds: list[Card], price: CuratedPrice) -> None:
    """Make sure that a version begins on the entry's day; a replaced one keeps nothing of the feeds."""
    known = next((card for card in cards if card.start == price.since), None)
    if known is None:
        known = (
            beginning(feeds[place_in_force(feeds, price.since)], price.since)
            if feeds and price.since
            else Card(start=price.since)
        )
        cards.append(known)
        cards.sort(key=lambda card: card.start or date.min)
    if price.replace:
        known.rates, known.overrides, known.minimums, known.evidence, known.notes = {}, {}, {}, set(), []
    if not price.when:
        known.precision = price.precision


def _rates(price: CuratedPrice) -> dict[str, Decimal]:
    return {rate_key(name): value for name, value in price.rates.items()}


def _covers(price: CuratedPrice, card: Card) -> bool:
    if not price.when:
        return price.since is None or card.start == price.since
    after = price.since is None or (card.start is not None and card.start >= price.since)
    return after and (price.until is None or card.start is None or card.start < price.until)


def _supplement(card: Card, price: CuratedPrice, conflicts: dict[str, Conflict], cards: list[Card]) -> None:
    """Add an entry to a version; it stands before what the feeds say, and the difference is kept as a conflict."""
    when = condition_of(price.when)
    rates = _rates(price)
    if price.source in VERIFIED and not price.multiply:
        _note_differences(card, rates if not when else {}, price.source, conflicts)
        if not when and card.rates and all(rates.get(key, old) != old for key, old in card.rates.items()):
            card.evidence.clear()  # nothing is left of what the feeds said
        card.evidence.add(price.source)
    card.minimums |= {rate_key(name): least for name, least in price.minimums.items()}
    if not when:
        card.rates.update(rates)
        if price.notes and price.notes not in card.notes:
            card.notes.append(price.notes)
        return
    if price.multiply:
        card.overrides = {known: o for known, o in card.overrides.items() if not _subsumed(known, when, price, card, cards)}
    override = card.overrides.setdefault(when, Override(when=when, rates={}, multiply={}))
    override.rates.update(rates)
    override.multiply.update(price.multiply)
    override.unavailable = override.unavailable or price.unavailable
    if override.unavailable:
        override.rates, override.multiply = {}, {}
    override.notes = override.notes or price.notes


def _subsumed(known: Condition, when: Condition, price: CuratedPrice, card: Card, cards: list[Card]) -> bool:
    """Whether a factor that the vendor states says all that absolute rates of the same condition say.

    They may be those of another version: a feed without dates states the tiers of the day on which it was read for all.
    """
    if not set(when) <= set(known) or not card.overrides[known].rates:
        return False
    factor = price.multiply.get("tokens")
    rest = tuple(pair for pair in known if pair not in when)
    bases = [{**other.rates, **(other.overrides[rest].rates if rest in other.overrides else {})} for other in cards]
    rates = card.overrides[known].rates
    return factor is not None and any(
        all(key in base and value == base[key] * factor for key, value in rates.items()) for base in bases
    )


def apply_end(cards: list[Card], end: Ended) -> None:
    """From the day on, every override that needs the ended condition is gone."""
    when = set(condition_of(end.when))
    at = place_in_force(cards, end.since)
    current = cards[at]
    if current.start != end.since:
        following = beginning(current, end.since)
        following.precision = end.precision
        cards.insert(at + 1, following)
    for card in cards:
        if card.start is not None and card.start >= end.since:
            card.overrides = {known: o for known, o in card.overrides.items() if not when <= set(known)}
    ended = next(card for card in cards if card.start == end.since)
    if end.notes:
        ended.notes.append(end.notes)


def _note_differences(card: Card, rates: Mapping[str, Decimal], source: str, conflicts: dict[str, Conflict]) -> None:
    others = sorted(card.evidence - {source})
    for key, value in rates.items():
        if others and card.rates.get(key, value) != value:
            name = conflict_name(key, (), card.start)
            said = {", ".join(others): shown(card.rates[key])}
            values = {**said, source: shown(value)}
            conflicts[name] = Conflict(field=name, values=values, settled_by=vouched_for_by(source))
