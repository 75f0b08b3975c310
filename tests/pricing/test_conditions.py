"""How conditions relate: implication, overlap and conjunction, checked against requests that satisfy them."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_models.pricing.conditions import (
    SERVICE_TIERS,
    ServiceTier,
    Weekday,
    When,
    conjunction,
    implies,
    minutes_of,
    overlaps,
)

MIDNIGHT = date(2026, 1, 3)
HOURS = ("00:00-24:00", "22:00-06:00", "06:00-22:00", "05:00-07:00", "12:00-00:00", "23:59-00:01")

conditions = st.builds(
    When,
    input_tokens_above=st.none() | st.integers(0, 3),
    input_tokens_from=st.none() | st.integers(0, 3),
    output_tokens_above=st.none() | st.integers(0, 2),
    service_tier=st.none() | st.sampled_from(["batch", "flex"]),
    region=st.none() | st.sampled_from(["eu", "us"]),
    speed=st.none() | st.sampled_from(["fast"]),
    hours=st.none() | st.sampled_from(HOURS),
    weekdays=st.sampled_from([(), ("sat",), ("sat", "sun"), ("mon", "sun"), get_args(Weekday)]),
    timezone=st.sampled_from([None, "UTC", "Asia/Shanghai"]),
    except_dates=st.sampled_from([(), (MIDNIGHT,), (MIDNIGHT, date(2026, 1, 4))]),
    attributes=st.dictionaries(st.sampled_from(["size", "quality"]), st.sampled_from(["s", "l"]), max_size=2),
)
in_one_zone = conditions.map(
    lambda when: When(**{**{f: getattr(when, f) for f in When.__struct_fields__}, "timezone": None})
)


Request = tuple[int, int, str, date | None, str, str, str]


def holds(when: When, request: Request) -> bool:
    """Whether a request satisfies a condition; its output is as long as its input, and it is fast."""
    tokens, minute, weekday, day, tier, region, size = request
    return all(
        (
            when.input_tokens_above is None or tokens > when.input_tokens_above,
            when.input_tokens_from is None or tokens >= when.input_tokens_from,
            when.output_tokens_above is None or tokens > when.output_tokens_above,
            when.output_tokens_from is None or tokens >= when.output_tokens_from,
            when.service_tier in (None, tier),
            when.region in (None, region),
            when.hours is None or minute in minutes_of(when.hours),
            not when.weekdays or weekday in when.weekdays,
            day not in when.except_dates,
            when.attributes.get("size", size) == size,
            when.attributes.get("quality", "s") == "s",
        )
    )


REQUESTS = list(
    product(
        (0, 1, 2, 3, 4),
        (0, 310, 400, 1430),
        ("mon", "sat", "sun", "wed"),
        (None, MIDNIGHT),
        ("batch", "flex"),
        ("eu", "us"),
        ("s",),
    )
)


def satisfying(when: When) -> set[int]:
    return {place for place, request in enumerate(REQUESTS) if holds(when, request)}


@given(when=conditions)
def test_a_condition_implies_and_overlaps_itself(when: When) -> None:
    assert implies(when, when)
    assert overlaps(when, when)


@given(one=conditions, other=conditions)
def test_what_implies_can_hold_together_and_overlap_is_mutual(one: When, other: When) -> None:
    if implies(one, other):
        assert overlaps(one, other)
    assert overlaps(one, other) == overlaps(other, one)


@given(three=conditions, more=conditions, further=conditions)
def test_implication_is_transitive(three: When, more: When, further: When) -> None:
    two = conjunction(three, more) or three
    one = conjunction(two, further) or two
    assert implies(two, three)
    assert implies(one, two)
    assert implies(one, three)


@given(when=conditions)
def test_everything_implies_the_empty_condition(when: When) -> None:
    assert implies(when, When())
    assert when.is_empty == implies(When(), when)


@settings(max_examples=60, deadline=None)
@given(one=in_one_zone, other=in_one_zone)
def test_relations_agree_with_what_requests_satisfy(one: When, other: When) -> None:
    first, second = satisfying(one), satisfying(other)
    if implies(one, other):
        assert first <= second
    if first & second:
        assert overlaps(one, other)
    both = conjunction(one, other)
    if both is not None:
        assert satisfying(both) == first & second


@given(one=conditions, other=conditions)
def test_a_conjunction_implies_both_parts(one: When, other: When) -> None:
    both = conjunction(one, other)
    if both is None:
        return
    assert implies(both, one)
    assert implies(both, other)
    assert overlaps(one, other)
    reverse = conjunction(other, one)
    assert reverse is not None
    assert implies(both, reverse)
    assert implies(reverse, both)


@given(wide=conditions, more=conditions)
def test_the_conjunction_with_what_is_implied_adds_nothing(wide: When, more: When) -> None:
    narrow = conjunction(wide, more) or wide
    both = conjunction(narrow, wide)
    assert both is not None
    assert implies(narrow, both)
    assert implies(both, narrow)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (When(region="eu"), When(region="us")),
        (When(attributes={"size": "s"}), When(attributes={"size": "l"})),
        (When(hours="22:00-06:00"), When(hours="06:00-22:00")),
        (When(weekdays=("sat",)), When(weekdays=("sun",))),
        (When(hours="22:00-08:00"), When(hours="06:00-23:00")),
        (When(hours="22:00-08:00"), When(weekdays=("sat",), timezone="Asia/Shanghai")),
    ],
)
def test_there_is_no_conjunction_where_one_condition_cannot_say_it(one: When, other: When) -> None:
    assert conjunction(one, other) is None
    assert conjunction(other, one) is None


def test_a_conjunction_is_written_as_a_person_would() -> None:
    one = When(input_tokens_above=200_000, hours="22:00-06:00", weekdays=("sun", "sat"), timezone="Asia/Shanghai")
    other = When(
        service_tier="batch", output_tokens_from=5, hours="23:00-12:00", weekdays=("sat", "fri"), timezone="Asia/Shanghai"
    )
    assert conjunction(one, other) == When(
        input_tokens_from=200_001,
        output_tokens_from=5,
        service_tier="batch",
        hours="23:00-06:00",
        weekdays=("sat",),
        timezone="Asia/Shanghai",
    )
    late = conjunction(When(hours="20:00-24:00"), When(hours="22:00-06:00", except_dates=(MIDNIGHT,)))
    assert late == When(hours="22:00-00:00", except_dates=(MIDNIGHT,))


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (When(input_tokens_above=200_000), When(input_tokens_above=128_000), True),
        (When(input_tokens_above=128_000), When(input_tokens_above=200_000), False),
        (When(input_tokens_from=6), When(input_tokens_above=5), True),
        (When(input_tokens_above=5), When(input_tokens_from=6), True),
        (When(input_tokens_from=5), When(input_tokens_above=5), False),
        (When(region="eu", speed="fast"), When(region="eu"), True),
        (When(region="eu"), When(region="eu", speed="fast"), False),
        (When(attributes={"a": "1", "b": "2"}), When(attributes={"a": "1"}), True),
        (When(hours="23:00-01:00"), When(hours="22:00-06:00"), True),
        (When(hours="22:00-06:00"), When(hours="23:00-01:00"), False),
        (When(hours="23:00-01:00", timezone="Asia/Shanghai"), When(hours="22:00-06:00"), False),
        (When(hours="23:00-01:00", timezone="UTC"), When(hours="22:00-06:00"), True),
        (When(hours="22:00-06:00"), When(hours="00:00-24:00", timezone="Asia/Shanghai"), True),
        (When(weekdays=("sat",)), When(weekdays=("sun", "sat")), True),
        (When(), When(weekdays=("sat",)), False),
        (When(except_dates=(MIDNIGHT,)), When(), True),
        (When(), When(except_dates=(MIDNIGHT,)), False),
    ],
)
def test_implication_at_its_boundaries(narrow: When, wide: When, expected: bool) -> None:
    assert implies(narrow, wide) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (When(hours="08:00-12:00"), When(hours="12:00-14:00"), False),
        (When(hours="08:00-12:00"), When(hours="11:59-14:00"), True),
        (When(hours="22:00-06:00"), When(hours="06:00-08:00"), False),
        (When(hours="22:00-06:00"), When(hours="05:59-08:00"), True),
        (When(hours="08:00-12:00"), When(hours="12:00-14:00", timezone="Asia/Shanghai"), True),
        (When(hours="08:00-12:00"), When(hours="12:00-14:00", timezone="UTC"), False),
        (When(weekdays=("mon",)), When(weekdays=("tue",)), False),
        (When(weekdays=("mon",)), When(weekdays=("tue", "mon")), True),
        (When(service_tier="batch"), When(service_tier="flex"), False),
        (When(service_tier="batch"), When(region="eu"), True),
        (When(attributes={"a": "1"}), When(attributes={"b": "1"}), True),
        (When(input_tokens_above=5), When(input_tokens_above=500), True),
    ],
)
def test_overlap_at_its_boundaries(one: When, other: When, expected: bool) -> None:
    assert overlaps(one, other) is expected


@pytest.mark.parametrize(
    ("hours", "count", "inside", "outside"),
    [
        ("00:00-24:00", 1440, (0, 1439), ()),
        ("08:00-08:01", 1, (480,), (479, 481)),
        ("22:00-06:00", 480, (1320, 1439, 0, 359), (1319, 360)),
        ("22:00-00:00", 120, (1320, 1439), (0, 1319)),
        ("00:00-00:01", 1, (0,), (1, 1439)),
    ],
)
def test_minutes_start_inclusive_and_end_exclusive(
    hours: str, count: int, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    minutes = minutes_of(hours)
    assert len(minutes) == count
    assert minutes.issuperset(inside)
    assert minutes.isdisjoint(outside)


@pytest.mark.parametrize(
    ("when", "empty"),
    [
        (When(), True),
        (When(timezone="Asia/Shanghai"), True),
        (When(input_tokens_from=0), True),
        (When(hours="00:00-24:00"), True),
        (When(weekdays=get_args(Weekday)), True),
        (When(input_tokens_above=0), False),
        (When(input_tokens_from=1), False),
        (When(except_dates=(MIDNIGHT,)), False),
        (When(attributes={"size": "s"}), False),
        (When(speed="fast"), False),
    ],
)
def test_a_condition_is_empty_when_every_request_satisfies_it(when: When, empty: bool) -> None:
    assert when.is_empty is empty


def test_the_listed_tiers_are_those_of_the_type() -> None:
    assert get_args(ServiceTier) == SERVICE_TIERS
