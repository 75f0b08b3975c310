"""Rate cards from many sources: what begins a version, what does not, and what a person adds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.prices import fuse_prices
from ai_models.catalog.fusion.rate_cards import Card, Prices, rate_key
from ai_models.catalog.fusion.rules import CuratedPrice, Ended

READ = date(2026, 11, 1)
RELEASE = date(2025, 1, 15)
CUT = date(2025, 6, 10)


def rate(key: str, value: str, *, source: str = "genai-prices", since: date | None = None, **conditions: str) -> Claim:
    return Claim(
        source=source,
        provider="acme",
        subject="one",
        field=f"rate:{rate_key(key)}",
        value=Decimal(value),
        as_of=READ,
        since=since,
        conditions=tuple(sorted(conditions.items())),
    )


def seen(key: str, before: str, after: str, day: date = CUT, *, feed: str = "litellm", kind: str = "change") -> Claim:
    return rate(key, after, source="price-observations", since=day, feed=feed, kind=kind, previous=before)


def curated(**fields: Any) -> CuratedPrice:
    rates = {key: Decimal(value) for key, value in fields.pop("rates", {}).items()}
    multiply = {key: Decimal(value) for key, value in fields.pop("multiply", {}).items()}
    return CuratedPrice(rates=rates, multiply=multiply, **fields)


def base(card: Card) -> tuple[str, str]:
    return str(card.rates["input_per_1m_tokens"]), str(card.rates["output_per_1m_tokens"])


def starts(prices: Prices) -> list[tuple[date | None, str]]:
    return [(card.start, card.precision) for card in prices.cards]


def reasons(prices: Prices) -> list[str]:
    return [left.reason.partition(": ")[2] for left in prices.quarantined]


NOW = (rate("input", "2"), rate("output", "8"))


# Versions.


def test_a_first_price_without_a_date_opens_at_the_release_and_says_so() -> None:
    assert starts(fuse_prices(NOW, release=RELEASE)) == [(RELEASE, "assumed")]
    assert starts(fuse_prices(NOW)) == [(None, "assumed")]


def test_a_dated_price_begins_a_version() -> None:
    prices = fuse_prices(
        [rate("input", "10"), rate("output", "40"), rate("input", "2", since=CUT), rate("output", "8", since=CUT)],
        release=RELEASE,
    )
    assert starts(prices) == [(RELEASE, "assumed"), (CUT, "effective")]
    assert [base(card) for card in prices.cards] == [("10", "40"), ("2", "8")]


def test_a_price_that_lies_ahead_is_a_version_ahead_and_keeps_what_is_billed_by_unit() -> None:
    ahead = date(2027, 1, 1)
    prices = fuse_prices(
        [*NOW, rate("web_search_per_1k", "14"), rate("input", "4", since=ahead), rate("output", "9", since=ahead)]
    )
    assert [card.start for card in prices.cards] == [None, ahead]
    assert prices.cards[1].rates["web_search_per_1k"] == 14


def test_a_tier_that_was_read_later_belongs_to_the_version_in_force() -> None:
    prices = fuse_prices([*NOW, rate("input", "1", since=date(2026, 10, 14), service_tier="batch")], release=RELEASE)
    assert starts(prices) == [(RELEASE, "assumed")]
    assert list(prices.cards[0].overrides) == [(("service_tier", "batch"),)]


def test_an_undated_feed_speaks_of_the_version_of_its_day_alone() -> None:
    prices = fuse_prices(
        [
            rate("input", "10"),
            rate("input", "2", since=CUT),
            rate("input", "2", source="litellm"),
            rate("input", "1", source="litellm", service_tier="flex"),
        ]
    )
    assert [sorted(card.evidence) for card in prices.cards] == [["genai-prices"], ["genai-prices", "litellm"]]
    assert [len(card.overrides) for card in prices.cards] == [0, 1]


def test_feeds_that_disagree_are_settled_by_the_specialist_and_recorded() -> None:
    prices = fuse_prices([rate("web_search_per_1k", "10"), rate("web_search_per_1k", "25", source="litellm"), *NOW])
    assert prices.cards[0].rates["web_search_per_1k"] == 10
    [conflict] = prices.conflicts
    assert (conflict.field, conflict.settled_by) == ("web_search_per_1k", "specialist before generalist")


# Changes that were seen.


def test_a_change_that_was_seen_splits_the_version_on_its_day() -> None:
    prices = fuse_prices(
        [*NOW, rate("cache_read", "0.5"), seen("input", "10", "2"), seen("output", "40", "8")], release=RELEASE
    )
    assert starts(prices) == [(RELEASE, "assumed"), (CUT, "observed")]
    assert [base(card) for card in prices.cards] == [("10", "40"), ("2", "8")]
    assert "cache_read_per_1m_tokens" not in prices.cards[0].rates, "nobody said what reading cost before"


def test_changes_chain_from_the_newest_back() -> None:
    prices = fuse_prices(
        [*NOW, seen("input", "4", "2"), seen("input", "8", "4", date(2024, 3, 1))], release=date(2024, 1, 1)
    )
    assert [base(card)[0] for card in prices.cards] == ["8", "4", "2"]


def test_a_change_to_what_no_version_says_is_refused() -> None:
    prices = fuse_prices([*NOW, seen("input", "0.35", "3.5")])
    assert len(prices.cards) == 1
    assert "does not join" in reasons(prices)[0]


@pytest.mark.parametrize("kind", ["correction", "rounding", "zero", "unit"])
def test_a_feeds_own_corrections_are_no_changes(kind: str) -> None:
    prices = fuse_prices([*NOW, seen("input", "10", "2", kind=kind)])
    assert len(prices.cards) == 1
    assert reasons(prices) == [f"a feed's own {kind}, not a price change"]


def test_a_generalist_alone_begins_no_version() -> None:
    prices = fuse_prices([*NOW, seen("input", "10", "2", feed="models.dev")])
    assert len(prices.cards) == 1
    assert "a generalist corrects itself" in reasons(prices)[0]


def test_the_same_change_in_two_feeds_counts_at_its_earliest_day() -> None:
    later = date(2025, 8, 1)
    prices = fuse_prices([*NOW, seen("input", "10", "2", later), seen("input", "10", "2", CUT, feed="genai-prices")])
    assert [card.start for card in prices.cards] == [None, CUT]
    assert "the same change was seen earlier" in reasons(prices)[0]


def test_a_change_that_a_source_dates_is_not_made_twice() -> None:
    prices = fuse_prices([rate("input", "10"), rate("input", "2", since=CUT), seen("input", "10", "2", date(2025, 7, 1))])
    assert [card.start for card in prices.cards] == [None, CUT]
    assert "the same change as a dated version" in reasons(prices)[0]


def test_a_rate_that_was_carried_back_in_time_is_restored() -> None:
    prices = fuse_prices(
        [
            *(rate(key, value) for key, value in (("input", "10"), ("output", "40"), ("cache_read", "0.5"))),
            *(rate(key, value, since=CUT) for key, value in (("input", "2"), ("output", "8"), ("cache_read", "0.5"))),
            seen("input", "10", "2"),
            seen("output", "40", "8"),
            seen("cache_read", "2.5", "0.5"),
        ]
    )
    assert [str(card.rates["cache_read_per_1m_tokens"]) for card in prices.cards] == ["2.5", "0.5"]
    [conflict] = prices.conflicts
    assert conflict.values == {"genai-prices": "0.5", "price-observations": "2.5"}


def test_an_older_version_keeps_a_threshold_but_no_tier_that_was_read_later() -> None:
    prices = fuse_prices(
        [
            *NOW,
            rate("cache_read", "0.2"),
            rate("input", "4", input_tokens_above="200000"),
            rate("cache_read", "0.4", input_tokens_above="200000"),
            rate("input", "1", service_tier="batch"),
            seen("cache_read", "0.5", "0.2"),
        ]
    )
    [older, newer] = prices.cards
    assert len(newer.overrides) == 2
    [threshold] = older.overrides.values()
    assert threshold.rates == {"input_per_1m_tokens": Decimal(4)}
    assert str(older.rates["cache_read_per_1m_tokens"]) == "0.5"


# What cannot be.


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("cache_read", "0", "a rate of 0 from a feed is a placeholder"),
        ("cache_read", "2", "reading a cache cannot cost the input rate"),
        ("cache_write_5m", "0.3", "writing a cache cannot cost less than the input rate"),
    ],
)
def test_an_implausible_rate_is_quarantined(key: str, value: str, reason: str) -> None:
    prices = fuse_prices([*NOW, rate(key, value)])
    assert sorted(prices.cards[0].rates) == ["input_per_1m_tokens", "output_per_1m_tokens"]
    assert reason in reasons(prices)[0]


def test_a_person_may_say_that_a_model_is_free() -> None:
    prices = fuse_prices([], curated=[curated(rates={"input": "0", "output": "0"}, source="manual")])
    assert base(prices.cards[0]) == ("0", "0")


@pytest.mark.parametrize("derived", ["rates", "openrouter"])
def test_a_derived_feed_prices_nothing(derived: str) -> None:
    assert fuse_prices([rate("input", "1", source=derived)]).cards == []


# What a person adds.


def test_a_curated_rate_stands_before_the_feeds_and_the_difference_is_kept() -> None:
    prices = fuse_prices(NOW, curated=[curated(rates={"input": "3"}, source="manual")])
    assert base(prices.cards[0]) == ("3", "8")
    assert prices.conflicts[0].values == {"genai-prices": "2", "manual": "3"}


def test_feeds_of_which_nothing_is_left_are_no_evidence() -> None:
    prices = fuse_prices(NOW, curated=[curated(rates={"input": "3", "output": "9"}, source="manual")])
    assert prices.cards[0].evidence == {"manual"}


def test_a_curated_day_begins_a_version_of_what_the_feeds_say() -> None:
    prices = fuse_prices(NOW, curated=[curated(since=CUT, rates={"cache_read": "0.2"})], release=RELEASE)
    assert starts(prices) == [(RELEASE, "assumed"), (CUT, "effective")]
    assert "cache_read_per_1m_tokens" in prices.cards[1].rates
    assert "cache_read_per_1m_tokens" not in prices.cards[0].rates


def test_a_replaced_version_keeps_nothing_of_the_feeds() -> None:
    replaced = curated(since=RELEASE, replace=True, rates={"input": "5", "output": "15"}, source="manual")
    prices = fuse_prices([*NOW, rate("cache_read", "1"), seen("input", "9", "2")], curated=[replaced], release=RELEASE)
    assert prices.cards[0].rates == {"input_per_1m_tokens": 5, "output_per_1m_tokens": 15}
    assert prices.cards[0].evidence == {"manual"}


def test_a_person_gives_a_change_that_was_seen_the_vendors_own_date() -> None:
    vendors = date(2025, 5, 2)
    prices = fuse_prices([*NOW, seen("input", "10", "2")], curated=[curated(since=vendors, redates=CUT)])
    assert starts(prices)[1] == (vendors, "effective")
    assert base(prices.cards[1]) == ("2", "8")


def test_a_condition_holds_from_its_day_until_another() -> None:
    tier = curated(when={"input_tokens_above": 200_000}, rates={"input": "4"}, since=CUT)
    end = Ended(when={"input_tokens_above": 200_000}, since=date(2026, 4, 30), notes="it ended")
    prices = fuse_prices(NOW, curated=[tier], ended=[end], release=RELEASE)
    assert [len(card.overrides) for card in prices.cards] == [0, 1, 0]
    assert prices.cards[2].notes == ["it ended"]
    assert prices.cards[2].rates == prices.cards[1].rates


def test_a_condition_that_a_person_dated_is_not_carried_back() -> None:
    undated = rate("input", "4", input_tokens_above="200000")
    tier = curated(when={"input_tokens_above": 200_000}, rates={"output": "9"}, since=CUT)
    prices = fuse_prices([*NOW, undated], curated=[tier], release=RELEASE)
    assert [len(card.overrides) for card in prices.cards] == [0, 1]


def test_a_version_that_only_a_condition_begins_keeps_the_standard_rates() -> None:
    prices = fuse_prices(
        [],
        curated=[
            curated(since=CUT, rates={"input": "2", "output": "8"}),
            curated(when={"service_tier": "fast"}, multiply={"tokens": "3"}, until=date(2027, 3, 1)),
            curated(when={"service_tier": "fast"}, multiply={"tokens": "6"}, since=date(2027, 3, 1)),
        ],
    )
    assert [base(card) for card in prices.cards] == [("2", "8"), ("2", "8")]
    factors = [next(iter(card.overrides.values())).multiply["tokens"] for card in prices.cards]
    assert factors == [3, 6]


def test_a_stated_factor_replaces_rates_that_say_the_same_and_leaves_those_that_do_not() -> None:
    tiers = [
        rate("input", "1", service_tier="batch"),
        rate("output", "4", service_tier="batch"),
        rate("input", "2", service_tier="batch", input_tokens_above="200000"),
        rate("input", "4", input_tokens_above="200000"),
    ]
    half = curated(when={"service_tier": "batch"}, multiply={"tokens": "0.5"})
    [card] = fuse_prices([*NOW, *tiers], curated=[half]).cards
    assert set(card.overrides) == {(("service_tier", "batch"),), (("input_tokens_above", "200000"),)}
    odd = [*tiers[:2], rate("cache_read", "0.2"), rate("cache_read", "0.2", service_tier="batch")]
    [card] = fuse_prices([*NOW, *odd], curated=[half]).cards
    assert card.overrides[("service_tier", "batch"),].rates, "a factor of a half would misprice reading"


def test_what_is_not_sold_has_no_rates() -> None:
    none = curated(when={"service_tier": "batch"}, unavailable=True)
    [card] = fuse_prices([*NOW, rate("input", "1", service_tier="batch")], curated=[none]).cards
    [override] = card.overrides.values()
    assert (override.unavailable, override.rates) == (True, {})


# The last steps.


def test_an_override_that_changes_nothing_is_dropped() -> None:
    [card] = fuse_prices([*NOW, rate("input", "2", service_tier="flex")]).cards
    assert card.overrides == {}


def test_a_rate_that_restores_the_standard_under_a_narrower_condition_stays() -> None:
    [card] = fuse_prices(
        [*NOW, rate("input", "1", service_tier="flex"), rate("input", "2", service_tier="flex", input_tokens_above="9")]
    ).cards
    assert len(card.overrides) == 2


def test_reasoning_at_the_output_rate_is_output() -> None:
    [card] = fuse_prices([*NOW, rate("reasoning", "8")]).cards
    assert "reasoning_per_1m_tokens" not in card.rates
    [card] = fuse_prices([*NOW, rate("reasoning", "3")]).cards
    assert card.rates["reasoning_per_1m_tokens"] == 3


@pytest.mark.parametrize(("stated", "same"), [(None, True), ("2", True), ("5", False)])
def test_a_meter_that_is_billed_as_another_says_so(stated: str | None, same: bool) -> None:
    claims = [*NOW, *([rate("audio_input", stated)] if stated else [])]
    [card] = fuse_prices(claims, same_as={"audio_input": "input"}).cards
    assert card.same_as == ({"audio_input_per_1m_tokens": "input"} if same else {})
    assert ("audio_input_per_1m_tokens" in card.rates) is not same


def test_a_meter_with_a_rate_of_its_own_under_a_condition_is_not_billed_as_another() -> None:
    claims = [*NOW, rate("audio_input", "2"), rate("audio_input", "3", service_tier="priority")]
    [card] = fuse_prices(claims, same_as={"audio_input": "input"}).cards
    assert card.same_as == {}
    assert card.rates["audio_input_per_1m_tokens"] == 2


def test_a_name_of_no_rate_is_an_error() -> None:
    with pytest.raises(ValueError, match="is no rate key"):
        rate_key("coffee")


# Determinism.

CLAIMS = st.lists(
    st.one_of(
        st.builds(
            rate,
            st.sampled_from(["input", "output", "cache_read"]),
            st.sampled_from(["0", "1", "2", "8"]),
            source=st.sampled_from(["genai-prices", "litellm", "models.dev", "vendor"]),
            since=st.none() | st.sampled_from([RELEASE, CUT]),
        ),
        st.builds(
            rate,
            st.sampled_from(["input", "output"]),
            st.sampled_from(["1", "4"]),
            source=st.sampled_from(["genai-prices", "litellm"]),
            service_tier=st.sampled_from(["batch", "flex"]),
        ),
        st.builds(
            seen,
            st.sampled_from(["input", "output"]),
            st.sampled_from(["4", "10"]),
            st.sampled_from(["2", "8"]),
            st.sampled_from([CUT, date(2025, 9, 1)]),
            feed=st.sampled_from(["litellm", "models.dev", "genai-prices"]),
        ),
    ),
    max_size=10,
)


@given(CLAIMS, st.randoms())
def test_the_order_of_the_claims_does_not_matter(claims: list[Claim], random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert fuse_prices(shuffled, release=RELEASE) == fuse_prices(claims, release=RELEASE)
