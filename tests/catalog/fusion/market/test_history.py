"""Which observed changes begin a version: made-up chains, at the boundaries of the rules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.market.history import changes_of, extend, without_moved
from ai_models.catalog.fusion.rate_cards import Card

DAY = date(2026, 1, 1)
INPUT = "input_per_1m_tokens"


def seen(after: int, old: str, new: str, *, kind: str = "change", feed: str = "models.dev", key: str = INPUT) -> Claim:
    day = DAY + timedelta(days=after)
    return Claim(
        source="price-observations",
        provider="acme",
        subject="one",
        field=f"rate:{key}",
        value=Decimal(new),
        as_of=day,
        since=day,
        conditions=(("feed", feed), ("kind", kind), ("previous", old)),
        where=f"line {after} {feed}",
    )


def history(now: str, *claims: Claim) -> tuple[list[tuple[int | None, str]], list[str]]:
    """The versions as (days after the first day, input rate), and why claims were left out."""
    left_out: list[Rejected] = []
    cards = [Card(start=None, rates={INPUT: Decimal(now)}, evidence={"litellm"}, notes=[])]
    extend(cards, changes_of(claims, left_out), left_out)
    versions = [(None if card.start is None else (card.start - DAY).days, str(card.rates[INPUT])) for card in cards]
    return versions, [left.reason.partition(": ")[2] for left in left_out]


def test_changes_that_join_become_versions() -> None:
    assert history("1", seen(10, "3", "2"), seen(100, "2", "1")) == ([(None, "3"), (10, "2"), (100, "1")], [])


def test_the_order_of_the_observations_does_not_matter() -> None:
    claims = [seen(10, "3", "2"), seen(100, "2", "1"), seen(30, "3", "2", feed="litellm")]
    assert history("1", *claims) == history("1", *reversed(claims))


def test_a_chain_that_does_not_join_ends_at_the_gap() -> None:
    versions, reasons = history("1", seen(10, "5", "4"), seen(50, "3", "2"), seen(100, "2", "1"))
    assert versions == [(None, "3"), (50, "2"), (100, "1")]
    assert reasons == ["does not join the price that follows: a gap"]


def test_nothing_is_made_of_changes_that_lead_elsewhere() -> None:
    versions, reasons = history("9", seen(10, "3", "2"), seen(100, "2", "1"))
    assert versions == [(None, "9")]
    assert len(reasons) == 2


def test_a_gap_is_noted_at_the_oldest_version() -> None:
    cards = [Card(start=None, rates={INPUT: Decimal(9)}, evidence={"litellm"}, notes=[])]
    extend(cards, changes_of([seen(10, "3", "2")], []), [])
    assert cards[0].notes == ["What held before is not known: the change seen on 2026-01-11 does not join"]


def test_a_price_that_came_back_within_sixty_days_never_was_one() -> None:
    versions, reasons = history("1", seen(10, "1", "2"), seen(70, "2", "1"))
    assert versions == [(None, "1")]
    assert reasons == ["went and came back within 60 days"] * 2


def test_a_price_that_came_back_after_sixty_days_was_one() -> None:
    assert history("1", seen(10, "1", "2"), seen(71, "2", "1"))[0] == [(None, "1"), (10, "2"), (71, "1")]


def test_one_change_in_two_feeds_is_one_at_its_earliest_day() -> None:
    versions, reasons = history("1", seen(40, "2", "1", feed="litellm"), seen(30, "2", "1", feed="genai-prices"))
    assert versions == [(None, "2"), (30, "1")]
    assert reasons == ["the same change was seen earlier"]


def test_only_changes_begin_versions() -> None:
    for kind in ("correction", "zero", "unit", "rounding"):
        versions, reasons = history("1", seen(10, "2", "1", kind=kind))
        assert versions == [(None, "1")]
        assert reasons == [f"a feed's own {kind}, not a price change"]


def test_a_change_that_a_source_dates_is_that_version() -> None:
    cards = [
        Card(start=None, rates={INPUT: Decimal(2)}, evidence={"genai-prices"}, notes=[]),
        Card(start=DAY, rates={INPUT: Decimal(1)}, evidence={"genai-prices"}, notes=[]),
    ]
    extend(cards, changes_of([seen(10, "2", "1")], []), [])
    assert [card.start for card in cards] == [None, DAY]


def test_what_vendors_derive_from_the_base_rates_is_not_carried_back() -> None:
    cards = [
        Card(start=None, rates={INPUT: Decimal(1), "cache_read_per_1m_tokens": Decimal("0.1")}, evidence=set(), notes=[])
    ]
    extend(cards, changes_of([seen(10, "2", "1")], []), [])
    assert cards[0].rates == {INPUT: Decimal(2)}
    assert cards[1].precision == "observed"


# What a feed did with its own keys.


def kept(name: str, rates: dict[str, str], *claims: Claim) -> int:
    """How many of the changes are the vendor's."""
    card = Card(start=None, rates={key: Decimal(rate) for key, rate in rates.items()}, evidence={"litellm"}, notes=[])
    return len(without_moved(name, [card], changes_of(claims, []), []))


OUTPUT, PICTURE = "output_per_1m_tokens", "image_output_per_1m_tokens"


def test_a_picture_that_gets_a_key_of_its_own_is_no_change_of_the_text() -> None:
    moved = seen(10, "120", "100", key=OUTPUT)
    assert kept("one-image", {OUTPUT: "100", PICTURE: "120"}, moved) == 0
    assert kept("one-image", {OUTPUT: "100", PICTURE: "119"}, moved) == 1


@pytest.mark.parametrize(("name", "old", "changes"), [("one-image", "8", 0), ("one-image", "7.9", 1), ("one", "8", 1)])
def test_an_image_models_output_that_falls_to_a_price_of_text_was_the_picture(name: str, old: str, changes: int) -> None:
    assert kept(name, {OUTPUT: "1"}, seen(10, old, "1", key=OUTPUT)) == changes
    with_input = [seen(10, old, "1", key=OUTPUT), seen(10, "2", "1")]
    assert kept(name, {OUTPUT: "1"}, *with_input) == 1, "a cut of both is one"


@pytest.mark.parametrize(("old", "changes"), [("3", 1), ("3.1", 0)])
def test_a_cache_write_of_more_than_three_times_the_input_was_a_slip(old: str, changes: int) -> None:
    assert kept("one", {INPUT: "1"}, seen(10, old, "1.25", key="cache_write_per_1m_tokens")) == changes
