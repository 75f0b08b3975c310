"""The engine's rules on made-up cards, each at its boundary: N and N+1, the minute before and the minute after."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from ai_models.errors import (
    ContradictingRatesError,
    InconsistentUsageError,
    InvalidInstantError,
    NotSoldError,
    UnknownConditionError,
)
from ai_models.pricing.conditions import When
from ai_models.pricing.context import STANDARD, Context, context_of
from ai_models.pricing.cost import Cost
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Override, PricingVersion, Rate, RateCard
from ai_models.pricing.usage import Usage

M = 1_000_000


def rates(**amounts: Any) -> dict[str, Rate]:
    return {meter: amount if isinstance(amount, Rate) else Rate(Decimal(str(amount))) for meter, amount in amounts.items()}


def card(*overrides: Override, **amounts: Any) -> RateCard:
    return RateCard(rates=rates(**amounts), overrides=overrides)


def override(when: dict[str, Any] | None = None, **fields: Any) -> Override:
    known = {name: fields.pop(name) for name in ("multiply", "unavailable", "marginal") if name in fields}
    if "multiply" in known:
        known["multiply"] = {name: Decimal(str(factor)) for name, factor in known["multiply"].items()}
    return Override(when=When(**(when or {})), rates=rates(**fields), **known)


def cost(priced: RateCard, context: Context = STANDARD, at: datetime | None = None, **counts: Any) -> Cost:
    return Tariff(priced, context).price(Usage(**counts), at)


# ---- thresholds (rules 2 and 3)

LONG = card(override({"input_tokens_above": 200_000}, input=6, output=22.5), input=3, output=15, cache_read=0.3)


@pytest.mark.parametrize(("tokens", "rate"), [(199_999, 3), (200_000, 3), (200_001, 6)])
def test_a_strict_threshold_is_passed_by_the_next_token(tokens: int, rate: int) -> None:
    assert cost(LONG, input_tokens=tokens).total == Decimal(tokens * rate) / M


@pytest.mark.parametrize(("tokens", "rate"), [(199_999, 3), (200_000, 6), (200_001, 6)])
def test_an_inclusive_threshold_is_passed_at_it(tokens: int, rate: int) -> None:
    inclusive = card(override({"input_tokens_from": 200_000}, input=6), input=3)
    assert cost(inclusive, input_tokens=tokens).total == Decimal(tokens * rate) / M


def test_a_threshold_counts_cached_tokens_and_prices_the_whole_request_anew() -> None:
    under = cost(LONG, input_tokens=200_000, cache_read_tokens=150_000, output_tokens=M)
    over = cost(LONG, input_tokens=200_001, cache_read_tokens=150_000, output_tokens=M)
    assert under.total == Decimal("0.15") + Decimal("0.045") + 15
    assert over.total == Decimal("0.300006") + Decimal("0.045") + Decimal("22.5")
    assert [line.overrides for line in over.lines] == [("input_tokens > 200,000",), (), ("input_tokens > 200,000",)]


@pytest.mark.parametrize(("tokens", "rate"), [(100, 2), (101, 4)])
def test_a_threshold_may_stand_on_the_output(tokens: int, rate: int) -> None:
    assert (
        cost(card(override({"output_tokens_above": 100}, output=4), output=2), output_tokens=tokens).total
        == Decimal(tokens * rate) / M
    )


def test_of_two_thresholds_the_higher_one_wins_whatever_their_order() -> None:
    steps = [override({"input_tokens_above": 100 * step}, input=step + 1) for step in (1, 2, 3)]
    for order in permutations(steps):
        priced = [
            cost(card(*order, input=1), input_tokens=tokens).total * M / tokens for tokens in (100, 101, 200, 201, 301)
        ]
        assert priced == [1, 2, 2, 3, 4]


def test_marginal_prices_only_what_lies_beyond() -> None:
    steps = (
        override({"input_tokens_above": 100}, input=2, marginal=True),
        override({"input_tokens_above": 200}, input=4, marginal=True),
    )
    for tokens, total in ((100, 100), (101, 102), (200, 300), (201, 304), (1000, 3500)):
        assert cost(card(*steps, input=1), input_tokens=tokens).exact == Fraction(total, M)


def test_beyond_a_marginal_threshold_lies_first_what_was_not_cached() -> None:
    priced = card(
        override({"input_tokens_above": 100}, input=2, cache_read=Decimal("0.2"), marginal=True), input=1, cache_read=0.1
    )
    assert cost(priced, input_tokens=130, cache_read_tokens=90).exact == (Decimal("0.1") * 90 + 10 + 2 * 30) / M
    assert (
        cost(priced, input_tokens=130, cache_read_tokens=110).exact
        == (Decimal("0.1") * 100 + Decimal("0.2") * 10 + 2 * 20) / M
    )


def test_a_marginal_threshold_composes_with_a_tier() -> None:
    priced = card(
        override({"input_tokens_above": 100}, input=2, marginal=True),
        override({"service_tier": "batch"}, multiply={"tokens": 0.5}),
        input=1,
    )
    assert cost(priced, Context("batch"), input_tokens=150).exact == Fraction(100, M) / 2 + Fraction(100, M) / 2


def test_thresholds_are_judged_on_each_iteration() -> None:
    call = Usage(input_tokens=150_000, output_tokens=10)
    both = Usage(input_tokens=300_000, output_tokens=20, iterations=(call, call), web_searches=2)
    assert (
        Tariff(LONG).price(call.replace(web_searches=0)).exact * 2 == Tariff(LONG).price(both.replace(web_searches=0)).exact
    )
    searched = Tariff(card(input=3, output=15, web_searches=Rate(Decimal(10), 1000))).price(both)
    assert [line.quantity for line in searched.lines if line.meter == "web_searches"] == [2]
    assert searched.status == "complete"


# ---- tiers, regions, speed, attributes

TIERS = card(
    override({"service_tier": "batch"}, multiply={"tokens": 0.5}),
    override({"service_tier": "priority"}, input=6),
    override({"region": "us"}, multiply={"tokens": 1.1}),
    override({"service_tier": "priority", "region": "us"}, input=7),
    input=3,
    output=15,
)


@pytest.mark.parametrize(
    ("context", "rate"),
    [
        (Context(), "3"),
        (Context("batch"), "1.5"),
        (Context(region="us"), "3.3"),
        (Context("batch", "us"), "1.65"),  # factors stack
        (Context("priority"), "6"),
        (Context("priority", "us"), "7"),  # a price for the combination has its factors in it
    ],
)
def test_conditions_compose(context: Context, rate: str) -> None:
    assert cost(TIERS, context, input_tokens=M).total == Decimal(rate)


def test_the_order_of_a_file_does_not_matter() -> None:
    for order in permutations(TIERS.overrides):
        shuffled = RateCard(rates=TIERS.rates, overrides=order)
        assert cost(shuffled, Context("priority", "us"), input_tokens=M, output_tokens=M) == cost(
            TIERS, Context("priority", "us"), input_tokens=M, output_tokens=M
        )


def test_the_narrower_name_of_a_multiplier_wins() -> None:
    priced = card(
        override({"service_tier": "batch"}, multiply={"tokens": 0.5, "input": 0.25, "cache_read": 0.1}),
        input=8,
        output=8,
        cache_read=8,
        cache_write=8,
    )
    lines = cost(
        priced,
        Context("batch"),
        input_tokens=3 * M,
        cache_read_tokens=M,
        cache_write_tokens=M,
        output_tokens=M,
    ).lines
    assert {line.meter: line.amount for line in lines} == {
        "input": 2,
        "cache_read": Decimal("0.8"),
        "cache_write": 2,
        "output": 4,
    }


def test_a_tier_without_a_price_is_never_priced_as_standard() -> None:
    with pytest.raises(NotSoldError, match="no known price under service_tier=flex; known: standard, batch, priority"):
        Tariff(TIERS, Context("flex"))
    with pytest.raises(NotSoldError, match="speed=fast"):
        Tariff(TIERS, Context(speed="fast"))


def test_a_combination_that_is_not_sold_is_an_error_unless_a_narrower_one_is() -> None:
    withheld = override({"service_tier": "priority", "input_tokens_above": 100}, unavailable=True)
    sold = override({"service_tier": "priority", "input_tokens_above": 100, "region": "us"}, input=9)
    tier = override({"service_tier": "priority"}, input=2)
    region = override({"region": "us"}, input=3)
    both = override({"service_tier": "priority", "region": "us"}, input=4)
    priced = card(withheld, sold, tier, region, both, input=1)
    assert cost(priced, Context("priority"), input_tokens=100).exact == Fraction(200, M)
    with pytest.raises(NotSoldError, match="is not sold under service_tier=priority, input_tokens > 100"):
        cost(priced, Context("priority"), input_tokens=101)
    assert cost(priced, Context("priority", "us"), input_tokens=101).exact == Fraction(909, M)


def test_two_rates_at_once_are_an_error() -> None:
    priced = card(override({"service_tier": "batch"}, input=1), override({"region": "us"}, input=2), input=3)
    with pytest.raises(ContradictingRatesError, match="region=us and service_tier=batch") as caught:
        cost(priced, Context("batch", "us"), input_tokens=1)
    assert caught.value.meter == "input"


IMAGES = card(
    override({"attributes": {"quality": "hd"}}, images=Rate(Decimal("0.08"), 1)),
    override({"attributes": {"quality": "hd", "size": "1024x1792"}}, images=Rate(Decimal("0.12"), 1)),
    images=Rate(Decimal("0.04"), 1),
)


@pytest.mark.parametrize(
    ("attributes", "amount"),
    [
        ((), "0.04"),
        ((("quality", "standard"),), "0.04"),
        ((("quality", "hd"),), "0.08"),
        ((("quality", "HD"),), "0.08"),
        ((("quality", "hd"), ("size", "1024x1792")), "0.12"),
    ],
)
def test_attributes_of_the_request_choose_the_rate(attributes: Any, amount: str) -> None:
    assert cost(IMAGES, Context(attributes=attributes), images=1).total == Decimal(amount)


def test_an_attribute_that_the_card_has_not_is_an_error() -> None:
    with pytest.raises(UnknownConditionError, match="'hdd' is unknown; known: standard, hd; did you mean hd"):
        Tariff(IMAGES, Context(attributes=(("quality", "hdd"),)))
    assert Tariff(IMAGES, Context(attributes=(("route", "anything"),)))  # this card does not price by it


def test_a_region_is_checked_where_the_provider_lists_its_regions() -> None:
    with pytest.raises(UnknownConditionError, match="region 'uss' is unknown; known: us, eu; did you mean us"):
        Tariff(TIERS, Context(region="uss"), regions=["us", "eu"])
    assert Tariff(TIERS, Context(region="eu"), regions=["us", "eu"]).price(Usage(input_tokens=1)).warnings == ()
    unchecked = Tariff(TIERS, Context(region="mars")).price(Usage(input_tokens=1))
    assert unchecked.warnings == ("region 'mars' was not checked: the provider's regions are not known here",)


# ---- hours

PEAK = card(
    override({"hours": "22:00-06:00", "timezone": "Asia/Shanghai", "except_dates": (date(2026, 10, 1),)}, input=1),
    override({"weekdays": ("sat", "sun")}, multiply={"tokens": 0.5}),
    input=4,
)


@pytest.mark.parametrize(
    ("instant", "rate"),
    [
        ("2026-11-18T13:59:59", "4"),  # 21:59 in Shanghai
        ("2026-11-18T14:00:00", "1"),
        ("2026-11-18T21:59:59", "1"),  # 05:59
        ("2026-11-18T22:00:00", "4"),  # 06:00
        ("2026-10-01T14:00:00", "4"),  # the excepted day there
        ("2026-09-30T15:59:59", "1"),  # its eve
        ("2026-09-30T16:00:00", "4"),  # it has begun there
        ("2026-11-20T23:59:59", "4"),  # Friday
        ("2026-11-21T00:00:00", "2"),  # Saturday, UTC
        ("2026-11-21T14:00:00", "0.5"),  # and at night: both hold
        ("2026-11-23T00:00:00", "4"),  # Monday
    ],
)
def test_hours_and_weekdays_are_judged_in_their_zone(instant: str, rate: str) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert cost(PEAK, at=at, input_tokens=M).total == Decimal(rate)


def test_a_price_that_depends_on_the_hour_needs_one() -> None:
    assert Tariff(PEAK).has_hours
    with pytest.raises(InvalidInstantError):
        cost(PEAK, input_tokens=1)


# ---- fallbacks (rule 5)


@pytest.mark.parametrize(
    ("priced", "counts", "meter", "fallback", "amount"),
    [
        (card(input=2), {"cache_read_tokens": M}, "cache_read", "input", "2"),
        (card(input=2), {"cache_write_1h_tokens": M}, "cache_write_1h", "input", "2"),
        (card(input=2, cache_write=3), {"cache_write_5m_tokens": M}, "cache_write_5m", "cache_write", "3"),
        (card(input=2, cache_write_5m=3), {"cache_write_tokens": M}, "cache_write", "cache_write_5m", "3"),
        (card(input=2), {"input_image_tokens": M}, "image_input", "input", "2"),
        (card(input=2), {"tool_input_tokens": M}, "tool_input", "input", "2"),
        (
            card(input=2, audio_input=5),
            {"input_audio_tokens": M, "cache_read_tokens": M},
            "cached_audio_input",
            "audio_input",
            "5",
        ),
        (
            card(input=2, image_input=5),
            {"input_image_tokens": M, "cache_read_tokens": M},
            "cached_image_input",
            "image_input",
            "5",
        ),
        (
            card(input=2, cache_read=1),
            {"input_image_tokens": M, "cache_read_tokens": M},
            "cached_image_input",
            "cache_read",
            "1",
        ),
        (card(input=2), {"input_image_tokens": M, "cache_read_tokens": M}, "cached_image_input", "input", "2"),
    ],
)
def test_a_bucket_without_a_rate_falls_back_as_providers_bill(
    priced: RateCard, counts: dict[str, int], meter: str, fallback: str, amount: str
) -> None:
    found = cost(priced, input_tokens=M, **counts)
    assert [(line.meter, line.fallback, line.amount) for line in found.lines] == [(meter, fallback, Decimal(amount))]
    assert found.status == "complete"
    assert f"at the rate of {fallback}" in str(found)


def test_reasoning_is_output_unless_it_has_a_rate() -> None:
    counts = {"output_tokens": M, "reasoning_tokens": M}
    assert cost(card(output=4), **counts).lines[0].fallback == "output"
    assert cost(card(output=4, reasoning=3), **counts).total == 3


@pytest.mark.parametrize(
    ("priced", "counts", "meter"),
    [
        (card(input=2, cache_write_5m=3), {"input_tokens": M, "cache_write_1h_tokens": M}, "cache_write_1h"),
        (card(input=2, cache_write=3), {"input_tokens": M, "cache_write_1h_tokens": M}, "cache_write_1h"),
        (card(input=2), {"input_tokens": M, "input_audio_tokens": M}, "audio_input"),
        (card(input=2), {"input_tokens": M, "input_video_tokens": M}, "video_input"),
        (card(output=2), {"output_tokens": M, "output_audio_tokens": M}, "audio_output"),
        (card(output=2), {"output_tokens": M, "output_image_tokens": M}, "image_output"),
        (card(output=2), {"output_tokens": M, "citation_tokens": M}, "citation"),
        (card(input=2), {"web_searches": 1}, "web_searches"),
        (card(output=2), {"input_tokens": M}, "input"),
    ],
)
def test_a_bucket_without_rate_and_parent_is_unpriced_and_never_free(
    priced: RateCard, counts: dict[str, int], meter: str
) -> None:
    found = cost(priced, output_tokens=counts.pop("output_tokens", 0), **counts)
    assert found.status == "partial"
    assert found.unpriced == (meter,)
    assert found.upper is None
    assert [line.amount for line in found.lines if line.meter == meter] == [None]
    assert "no known rate" in str(found)


def test_same_as_follows_the_other_meter_through_overrides_and_factors() -> None:
    priced = card(
        override({"input_tokens_above": 100}, input=10),
        override({"service_tier": "batch"}, multiply={"tokens": 0.5}),
        input=4,
        audio_input=Rate(Decimal(4), same_as="input"),
    )
    short = cost(priced, Context("batch"), input_tokens=100, input_audio_tokens=100)
    assert short.exact == Fraction(200, M)
    assert cost(priced, Context("batch"), input_tokens=101, input_audio_tokens=101).exact == Fraction(505, M)


def test_writes_of_unstated_lifetime_cost_between_the_least_and_the_most() -> None:
    found = cost(card(input=2, cache_write_5m=3, cache_write_1h=5), input_tokens=M, cache_write_tokens=M)
    assert (found.status, found.lower, found.upper, found.unpriced) == ("partial", 3, 5, ())
    assert "unstated lifetime" in found.warnings[0]
    same = cost(card(input=2, cache_write_5m=3, cache_write_1h=3), input_tokens=M, cache_write_tokens=M)
    assert (same.status, same.total) == ("complete", 3)


def test_free_is_a_rate_and_unknown_is_not() -> None:
    free = cost(card(input=0, output=0), input_tokens=5, output_tokens=5)
    assert (free.total, free.status) == (0, "complete")


def test_a_request_is_charged_where_the_card_charges_for_it() -> None:
    assert cost(card(input=1, requests=Rate(Decimal(5), 1000))).total == Decimal("0.005")
    assert cost(card(input=1, requests=Rate(Decimal(5), 1000)), requests=3).total == Decimal("0.015")
    assert cost(card(input=1), requests=3).lines == ()


# ---- minimum and increment


@pytest.mark.parametrize(
    ("seconds", "billed"), [(0, 0), (Decimal("0.1"), 10), (10, 10), (Decimal("10.5"), 11), (11, 11), (Decimal("11.01"), 12)]
)
def test_minimum_and_increment_round_up_what_is_charged(seconds: Any, billed: int) -> None:
    priced = card(input_audio_seconds=Rate(Decimal("0.36"), 3600, minimum=Decimal(10), increment=Decimal(1)))
    found = cost(priced, input_audio_seconds=seconds)
    assert found.exact == Fraction(36, 100) * billed / 3600
    assert found.status == "complete"


def test_an_amount_without_an_end_stays_exact() -> None:
    found = cost(card(input_audio_seconds=Rate(Decimal("0.01"), 60)), input_audio_seconds=1)
    assert found.exact == Fraction(1, 6000)
    assert str(found.total).startswith("0.000166666666666666666666666")
    assert (found + found + found).exact == Fraction(1, 2000)


# ---- bounds


def test_an_open_intersection_costs_between_the_cheapest_and_the_dearest_split() -> None:
    priced = card(input=1, cache_read=Decimal("0.1"), audio_input=10, cached_audio_input=2)
    found = cost(priced, input_tokens=100, cache_read_tokens=40, input_audio_tokens=30)
    every = [
        cost(priced, input_tokens=100, cache_read_tokens=40, input_audio_tokens=30, cached_audio_tokens=both).exact
        for both in range(31)
    ]
    assert (found.bill.lower, found.bill.upper) == (min(every), max(every))
    assert found.status == "partial"
    assert found.total == found.lower
    assert "both audio and cache_read is not stated" in found.warnings[0]


def test_an_open_intersection_that_makes_no_difference_is_complete() -> None:
    priced = card(
        input=1, cache_read=Decimal("0.1"), audio_input=Rate(Decimal(1), same_as="input"), cached_audio_input=Decimal("0.1")
    )
    found = cost(priced, input_tokens=100, cache_read_tokens=40, input_audio_tokens=30)
    assert (found.status, found.exact, found.warnings) == ("complete", Fraction(64, M), ())


def test_an_open_intersection_with_an_unpriced_part_has_no_upper_bound() -> None:
    found = cost(card(input=1, cache_read=Decimal("0.1")), input_tokens=100, cache_read_tokens=40, input_audio_tokens=30)
    assert found.upper is None
    assert found.unpriced == ("audio_input", "cached_audio_input")


def test_an_unknown_total_is_a_lower_bound() -> None:
    found = cost(card(input=1, output=1), input_tokens=M, output_tokens=None)
    assert (found.total, found.status, found.upper, found.unpriced) == (1, "partial", None, ("output_tokens",))


def test_an_unknown_part_is_named_where_it_matters() -> None:
    found = cost(
        card(input=1, cache_read=Decimal("0.1"), output=1), input_tokens=M, cache_read_tokens=None, reasoning_tokens=None
    )
    assert found.warnings == ("cache_read_tokens is not stated: the total prices any as input",)
    assert found.status == "complete"


def test_an_assumed_price_says_so() -> None:
    version = PricingVersion(rates=rates(input=1), date_precision="assumed", effective_from=datetime(2026, 1, 2, tzinfo=UTC))
    assert Tariff(version).price(Usage(input_tokens=1)).warnings == (
        "the price is assumed to hold since 2026-01-02: no source dates it",
    )


# ---- context


@pytest.mark.parametrize(
    ("spelled", "tier"),
    [
        ("default", "standard"),
        ("ON_DEMAND", "standard"),
        ("on-demand", "standard"),
        ("auto", "standard"),
        ("Batch", "batch"),
    ],
)
def test_tiers_normalise(spelled: str, tier: str) -> None:
    assert context_of(Usage(), service_tier=spelled).service_tier == tier


def test_the_reported_tier_wins_and_contradiction_is_an_error() -> None:
    reported = Usage(service_tier="flex")
    assert context_of(reported).service_tier == "flex"
    assert context_of(reported, service_tier="auto").service_tier == "flex"
    with pytest.raises(InconsistentUsageError, match="reports service_tier 'flex', and 'batch' was asked for"):
        context_of(reported, service_tier="batch")


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"service_tier": "bach"}, "did you mean batch"),
        ({"speed": "fst"}, "did you mean fast"),
        ({"attributes": {"qualty": "hd"}}, "did you mean quality"),
        ({"service_tier": 3}, "known: text"),
    ],
)
def test_an_unknown_condition_offers_the_nearest(options: Any, hint: str) -> None:
    with pytest.raises(UnknownConditionError, match=hint):
        context_of(Usage(), **options)


def test_calls_of_other_models_leave_the_cost_open() -> None:
    found = cost(card(input=1), input_tokens=M, elsewhere=("an advisor read 5 tokens",))
    assert (found.status, found.total, found.upper, found.unpriced) == ("partial", 1, None, ("other_models",))
    assert found.warnings == ("an advisor read 5 tokens",)


def test_what_tools_give_is_text() -> None:
    priced = card(input=1, audio_input=10)
    found = cost(priced, input_tokens=M, input_audio_tokens=M // 2, tool_input_tokens=M // 4)
    assert (found.status, found.total) == ("complete", Decimal("5.5"))
