"""The engine against the rules, on cards that nobody sells.

The oracle below is written from the architecture's rules 2 to 5 in rational numbers. It uses nothing of the engine but the
types that cards and usages are made of: conditions are compared as sets of requests, not by the engine's ``implies``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from ai_models.errors import (
    ContradictingRatesError,
    InconsistentUsageError,
    InvalidInstantError,
    InvalidUsageError,
    NotSoldError,
    UnknownConditionError,
)
from ai_models.pricing.conditions import SERVICE_TIERS, When
from ai_models.pricing.context import STANDARD, Context, context_of
from ai_models.pricing.cost import Cost
from ai_models.pricing.engine import Tariff
from ai_models.pricing.meters import METERS
from ai_models.pricing.models import Override, Rate, RateCard
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)

# Made-up cards. Every bound, hour and name is one of a few, so that conditions meet, nest and contradict each other.

BOUNDS = (5, 10)
HOURS = ("22:00-06:00", "00:00-04:00", "08:00-12:00", "10:00-22:00")
CLOCKS = (0, 3, 5, 8, 11, 13, 21, 23)
"""Hours of the day that tell all of ``HOURS`` apart."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LIFETIMES = ("cache_write_5m", "cache_write_30m", "cache_write_1h", "cache_write_12h")
TEXT_WRITES = ("cache_write", *LIFETIMES)
INPUTS = (
    "input",
    "cache_read",
    *TEXT_WRITES,
    "tool_input",
    "audio_input",
    "image_input",
    "video_input",
    "cached_audio_input",
)
OUTPUTS = ("output", "reasoning", "audio_output", "image_output", "video_output", "citation")
UNITS = ("web_searches", "requests", "pages", "audio_seconds", "images", "cache_token_hours")
OTHERS = ("cached_image_input", "cached_video_input", "audio_cache_write")

amounts = st.decimals(0, 100, places=4)
whens = st.builds(
    When,
    input_tokens_above=st.none() | st.sampled_from(BOUNDS),
    input_tokens_from=st.none() | st.sampled_from(BOUNDS),
    output_tokens_above=st.none() | st.sampled_from(BOUNDS),
    service_tier=st.sampled_from([None, None, "batch", "flex"]),
    region=st.sampled_from([None, None, None, "eu"]),
    speed=st.sampled_from([None, None, None, "fast"]),
    hours=st.none() | st.none() | st.sampled_from(HOURS),
    weekdays=st.sampled_from([(), (), (), ("sat", "sun"), ("sun",)]),
    attributes=st.sampled_from([{}, {}, {}, {"size": "l"}]),
)
token_bounds = st.builds(
    When,
    input_tokens_above=st.none() | st.sampled_from(BOUNDS),
    input_tokens_from=st.none() | st.sampled_from(BOUNDS),
    output_tokens_above=st.none() | st.sampled_from(BOUNDS),
)


@st.composite
def unit_rates(draw: st.DrawFn) -> Rate:
    minimum, increment = (draw(st.none() | st.none() | st.decimals("0.5", 20, places=1)) for _ in range(2))
    return Rate(draw(amounts), draw(st.sampled_from([1, 60, 1_000, 3_600])), minimum, increment)


@st.composite
def rate_tables(draw: st.DrawFn, fewest: int = 0) -> dict[str, Rate]:
    meters = draw(st.lists(st.sampled_from([*INPUTS, *OUTPUTS, *OTHERS]), unique=True, min_size=fewest, max_size=9))
    table = {meter: Rate(draw(amounts)) for meter in meters}
    return table | {meter: draw(unit_rates()) for meter in draw(st.lists(st.sampled_from(UNITS), unique=True, max_size=2))}


@st.composite
def overrides(draw: st.DrawFn, conditions: st.SearchStrategy[When] = whens) -> Override:
    kind = draw(st.sampled_from(["rates", "rates", "multiply", "both", "unavailable"]))
    factors = st.dictionaries(
        st.sampled_from(["tokens", "input", "output", "cache_read", "reasoning"]),
        st.decimals("0.1", 3, places=2),
        max_size=2,
    )
    return Override(
        when=draw(conditions),
        rates=draw(rate_tables()) if kind in ("rates", "both") else {},
        multiply=draw(factors) if kind in ("multiply", "both") else {},
        unavailable=kind == "unavailable",
    )


cards = st.builds(
    RateCard,
    rates=rate_tables(fewest=1)
    | rate_tables().map(lambda table: {"input": Rate(Decimal("1.5")), "output": Rate(Decimal(6)), **table}),
    overrides=st.lists(overrides(), max_size=4).map(tuple),
)
contexts = st.builds(
    Context,
    service_tier=st.sampled_from(["standard", "batch", "flex"]),
    region=st.sampled_from([None, "eu"]),
    speed=st.sampled_from([None, "fast"]),
    attributes=st.sampled_from([(), (("size", "l"),), (("size", "standard"),)]),
)
instants = st.builds(lambda day, hour: MONDAY + timedelta(days=day, hours=hour), st.integers(0, 6), st.sampled_from(CLOCKS))
small = st.integers(0, 12)


@st.composite
def usages(draw: st.DrawFn, counts: st.SearchStrategy[int] = small) -> dict[str, int]:
    """Disjoint counts by meter; audio beside a cache only where its intersections are given."""
    inputs = ("input", "cache_read", *TEXT_WRITES, "tool_input")
    modal = ("input", "audio_input", "image_input", "video_input")
    both = ("input", "cache_read", "audio_input", "cached_audio_input", "image_input", "cached_image_input")
    meters = draw(st.sampled_from([inputs, inputs, modal, both]))
    chosen = draw(st.lists(st.sampled_from([*meters, *OUTPUTS, *UNITS]), unique=True, max_size=7))
    return {meter: draw(counts) for meter in chosen}


def usage_of(counts: Mapping[str, int]) -> Usage:
    """The totals that include their parts, as callers give them."""

    def total(*meters: str) -> int:
        return sum(counts.get(meter, 0) for meter in meters)

    return Usage(
        input_tokens=total(*INPUTS, *OTHERS),
        output_tokens=total(*OUTPUTS),
        cache_read_tokens=total("cache_read", "cached_audio_input", "cached_image_input"),
        **{f"{write}_tokens": total(write) for write in TEXT_WRITES},
        tool_input_tokens=total("tool_input"),
        input_audio_tokens=total("audio_input", "cached_audio_input"),
        input_image_tokens=total("image_input", "cached_image_input"),
        input_video_tokens=total("video_input"),
        cached_audio_tokens=total("cached_audio_input"),
        cached_image_tokens=total("cached_image_input"),
        reasoning_tokens=total("reasoning"),
        output_audio_tokens=total("audio_output"),
        output_image_tokens=total("image_output"),
        output_video_tokens=total("video_output"),
        citation_tokens=total("citation"),
        requests=counts.get("requests", 1),
        **{unit: total(unit) for unit in UNITS if unit != "requests"},
    )


# The oracle.


class NotSold(Exception):
    """The oracle's word for it."""


class Contradiction(Exception):
    """Two rates for one meter, and neither condition is the narrower."""


Points = dict[str, frozenset[Any]]


def points(when: When) -> Points:
    """The requests that satisfy a condition: a set of points on each axis."""
    clocks = {clock for clock in CLOCKS if when.hours is None or _covers(when.hours, clock)}
    return {
        "input": frozenset(n for n in range(13) if _passes(n, when.input_tokens_above, when.input_tokens_from)),
        "output": frozenset(n for n in range(13) if _passes(n, when.output_tokens_above, when.output_tokens_from)),
        "tier": frozenset([when.service_tier] if when.service_tier else SERVICE_TIERS),
        "region": frozenset([when.region] if when.region else [None, "eu"]),
        "speed": frozenset([when.speed] if when.speed else [None, "fast"]),
        "clock": frozenset(clocks),
        "weekday": frozenset(when.weekdays or WEEKDAYS),
        "size": frozenset([when.attributes["size"]] if when.attributes else [None, "l", "standard"]),
    }


def _covers(hours: str, clock: int) -> bool:
    start, end = (int(part[:2]) for part in hours.split("-"))
    return start <= clock < end if start < end else clock >= start or clock < end


def _passes(tokens: int, above: int | None, inclusive: int | None) -> bool:
    return (above is None or tokens > above) and (inclusive is None or tokens >= inclusive)


def is_within(narrow: When, wide: When) -> bool:
    inner, outer = points(narrow), points(wide)
    return all(inner[axis] <= outer[axis] for axis in inner)


@dataclass
class Oracle:
    """What a request costs by the rules: the least, the most (None where nobody knows), and what has no price."""

    card: RateCard
    context: Context
    at: datetime
    counts: Mapping[str, int]
    matched: list[Override] = field(init=False)
    unpriced: set[str] = field(default_factory=set)
    lower: Fraction = Fraction(0)
    upper: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        totals = (sum(self.counts.get(m, 0) for m in (*INPUTS, *OTHERS)), sum(self.counts.get(m, 0) for m in OUTPUTS))
        request = {
            "input": min(totals[0], 12),
            "output": min(totals[1], 12),
            "tier": self.context.service_tier,
            "region": self.context.region,
            "speed": self.context.speed,
            "clock": self.at.hour,
            "weekday": WEEKDAYS[self.at.weekday()],
            "size": dict(self.context.attributes).get("size"),
        }
        self.matched = [
            override
            for override in self.card.overrides
            if all(value in points(override.when)[axis] for axis, value in request.items())
        ]
        self._require_sold()
        for meter in {meter for meters in (self.card, *self.matched) for meter in meters.rates}:
            self.rate(meter)  # a contradiction is one even where nothing of the meter was used
        for meter, count in {"requests": 1, **self.counts}.items():
            self._add(meter, count)

    def _require_sold(self) -> None:
        for override in self.matched:
            exempt = any(
                not other.unavailable and is_within(other.when, override.when) and not is_within(override.when, other.when)
                for other in self.matched
            )
            if override.unavailable and not exempt:
                raise NotSold

    def _add(self, meter: str, count: int) -> None:
        if not count or (meter == "requests" and self.rate(meter) is None):
            return
        rates = self.with_fallback(meter)
        if not rates:
            self.unpriced.add(meter)
            return
        costs = [unit * billed(rate, count) for unit, rate in rates]
        self.lower += min(costs)
        self.upper += max(costs)

    def rate(self, meter: str) -> tuple[Fraction, Rate] | None:
        """What a unit costs by the meter's own rate, overrides applied."""
        setting = [override for override in self.matched if meter in override.rates]
        chosen, when = self.card.rates.get(meter), None
        if setting:
            narrowest = [one for one in setting if all(is_within(one.when, other.when) for other in setting)]
            if not narrowest or len({_key(one.rates[meter]) for one in narrowest}) > 1:
                raise Contradiction
            chosen, when = narrowest[0].rates[meter], narrowest[0].when
        if chosen is None:
            return None
        unit = Fraction(chosen.amount) / chosen.per
        for override in self.matched:
            if when is None or not is_within(when, override.when):
                unit *= self._factor(override, meter)
        return unit, chosen

    @staticmethod
    def _factor(override: Override, meter: str) -> Fraction:
        key = METERS[meter].token_key
        groups = [meter] if key is None else [meter, key.direction, "tokens"]
        return next((Fraction(override.multiply[group]) for group in groups if group in override.multiply), Fraction(1))

    def with_fallback(self, meter: str) -> list[tuple[Fraction, Rate]]:
        """The rate of a meter by rule 5; several where a cache write's lifetime is not stated; none where nobody knows."""
        own = self.rate(meter)
        if own is not None:
            return [own]
        writes = [write for write in TEXT_WRITES if self.rate(write) is not None]
        if meter in TEXT_WRITES and not writes:
            return self.with_fallback("input")
        if meter == "audio_cache_write" and not writes:  # a provider without write rates bills what is written as heard
            return self.with_fallback("audio_input")
        if meter == "cache_write":
            found = [rate for write in LIFETIMES if (rate := self.rate(write)) is not None]
            return found[:1] if len({unit for unit, _ in found}) == 1 else found
        if meter == "cache_write_5m":
            return self.with_fallback("cache_write") if "cache_write" in writes else []
        parents = {
            "cache_read": "input",
            "image_input": "input",
            "tool_input": "input",
            "reasoning": "output",
            "cached_audio_input": "audio_input",
            "cached_video_input": "video_input",
            "cached_image_input": "image_input" if self.rate("image_input") is not None else "cache_read",
        }
        return self.with_fallback(parents[meter]) if meter in parents else []


def _key(rate: Rate) -> tuple[object, ...]:
    return rate.amount, rate.per, rate.minimum, rate.increment


def billed(rate: Rate, count: int) -> Fraction:
    charged = Fraction(count)
    if rate.increment is not None:
        step = Fraction(rate.increment)
        charged = math.ceil(charged / step) * step
    return charged if rate.minimum is None else max(charged, Fraction(rate.minimum))


def priced(card: RateCard, usage: Usage, context: Context, at: datetime | None) -> Cost | str:
    """The cost, or the name of the documented error that there is instead."""
    try:
        return Tariff(card, context).price(usage, at)
    except (NotSoldError, ContradictingRatesError, UnknownConditionError, InvalidInstantError) as error:
        return type(error).__name__


def knows(card: RateCard, context: Context) -> bool:
    """Whether a tariff can be made: the card prices by the context's tier and speed."""
    conditions = [override.when for override in card.overrides]
    return context.service_tier in {"standard", *(when.service_tier for when in conditions)} and context.speed in {
        None,
        *(when.speed for when in conditions),
    }


# Properties.


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cards, usages(), contexts, instants)
@example(RateCard(rates={"requests": Rate(Decimal("0.01"), 1, minimum=Decimal(2))}), {}, STANDARD, MONDAY)
def test_a_price_is_the_oracles_to_the_last_digit(
    card: RateCard, counts: dict[str, int], context: Context, at: datetime
) -> None:
    cost = priced(card, usage_of(counts), context, at)
    if not knows(card, context):
        assert cost == "NotSoldError"
        return
    try:
        oracle = Oracle(card, context, at, counts)
    except NotSold:
        assert cost in ("NotSoldError", "ContradictingRatesError")
        return
    except Contradiction:
        assert cost == "ContradictingRatesError"
        return
    assert isinstance(cost, Cost), cost
    assert cost.exact == oracle.lower
    assert set(cost.unpriced) == oracle.unpriced
    assert cost.bill.upper == (None if oracle.unpriced else oracle.upper)
    assert sum((line.exact or Fraction(0) for line in cost.lines), Fraction(0)) == cost.exact
    assert (cost.status == "complete") == (not oracle.unpriced and oracle.lower == oracle.upper)


@settings(max_examples=150, deadline=None)
@given(st.data(), cards, usages(), contexts, instants)
def test_the_order_of_overrides_does_not_matter(
    data: st.DataObject, card: RateCard, counts: dict[str, int], context: Context, at: datetime
) -> None:
    shuffled = RateCard(rates=card.rates, overrides=tuple(data.draw(st.permutations(card.overrides))))
    one, other = (priced(version, usage_of(counts), context, at) for version in (card, shuffled))
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
    else:
        assert (one.exact, one.bill.upper, set(one.unpriced)) == (other.exact, other.bill.upper, set(other.unpriced))


linear_rates = st.fixed_dictionaries({meter: amounts.map(Rate) for meter in ("input", "output")}).flatmap(
    lambda base: st.dictionaries(
        st.sampled_from([*INPUTS, *OUTPUTS, *OTHERS, "web_searches"]), amounts.map(Rate), max_size=8
    ).map(lambda more: {**more, **base})
)


@settings(max_examples=150, deadline=None)
@given(
    linear_rates, st.lists(overrides(token_bounds.filter(lambda when: not when.is_empty)), max_size=3), usages(), usages()
)
def test_below_every_threshold_a_price_is_linear_in_each_bucket(
    rates: dict[str, Rate], more: list[Override], one: dict[str, int], other: dict[str, int]
) -> None:
    added = {meter: one.get(meter, 0) + other.get(meter, 0) for meter in {*one, *other, "requests"}}
    added["requests"] = one.get("requests", 1) + other.get("requests", 1)
    assume(_is_consistent(added))
    lowest = [bound for override in more for bound in _lowest(override.when)]
    usage = usage_of(added)
    assume(all((usage.input_tokens, usage.output_tokens)[side] < bound for side, bound in lowest))
    tariff = Tariff(RateCard(rates=rates, overrides=tuple(more)))
    assert sum(tariff.price(usage_of(part)).exact for part in (one, other)) == tariff.price(usage).exact


def _is_consistent(counts: Mapping[str, int]) -> bool:
    """No cache write beside audio, images or video: what of it was which is not stated."""
    modal = any(
        counts.get(meter)
        for meter in ("audio_input", "image_input", "video_input", "cached_audio_input", "cached_image_input")
    )
    return not (modal and any(counts.get(meter) for meter in (*TEXT_WRITES, "tool_input", "cache_read", "video_input")))


def _lowest(when: When) -> Iterator[tuple[int, int]]:
    """Every bound of a condition that a request can stay below, so that the condition does not hold."""
    inputs = [n + 1 for n in [when.input_tokens_above] if n is not None]
    inputs += [n for n in [when.input_tokens_from] if n is not None]
    outputs = [n + 1 for n in [when.output_tokens_above] if n is not None]
    yield (0, max(inputs)) if inputs else (1, max(outputs))


@settings(max_examples=150, deadline=None)
@given(
    linear_rates,
    st.lists(st.tuples(token_bounds, st.decimals(1, 3, places=2)), max_size=3),
    usages(st.integers(0, 30)),
    st.sampled_from(["input", "output", "cache_read", "reasoning", "web_searches"]),
    st.integers(1, 9),
)
def test_more_tokens_never_cost_less_where_tiers_do_not_fall(
    rates: dict[str, Rate], tiers: list[tuple[When, Decimal]], counts: dict[str, int], meter: str, more: int
) -> None:
    dearer = {**counts, meter: counts.get(meter, 0) + more}
    assume(_is_consistent(counts) and _is_consistent(dearer))
    card = RateCard(rates=rates, overrides=tuple(Override(when=when, multiply={"tokens": factor}) for when, factor in tiers))
    assert Tariff(card).price(usage_of(dearer)).exact >= Tariff(card).price(usage_of(counts)).exact


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([5, 10, 17]), amounts), max_size=3, unique_by=lambda step: step[0]),
    st.lists(st.tuples(st.sampled_from([3, 8]), amounts), max_size=2, unique_by=lambda step: step[0]),
    amounts,
    amounts,
    st.integers(0, 25),
    st.integers(0, 25),
    st.integers(0, 25),
)
def test_marginal_thresholds_price_every_token_by_its_place(
    inputs: list[tuple[int, Decimal]],
    outputs: list[tuple[int, Decimal]],
    base: Decimal,
    read: Decimal,
    plain: int,
    cached: int,
    output: int,
) -> None:
    steps = [(When(input_tokens_above=n), "input", amount) for n, amount in inputs]
    steps += [(When(output_tokens_above=n), "output", amount) for n, amount in outputs]
    card = RateCard(
        rates={"input": Rate(base), "cache_read": Rate(read), "output": Rate(base)},
        overrides=tuple(Override(when=when, rates={meter: Rate(amount)}, marginal=True) for when, meter, amount in steps),
    )

    def rate(place: int, thresholds: list[tuple[int, Decimal]]) -> Decimal:
        passed = [step for step in thresholds if place > step[0]]
        return max(passed)[1] if passed else base

    expected = cached * Fraction(read)
    expected += sum((Fraction(rate(place, inputs)) for place in range(cached + 1, cached + plain + 1)), Fraction(0))
    expected += sum((Fraction(rate(place, outputs)) for place in range(1, output + 1)), Fraction(0))
    usage = Usage(input_tokens=plain + cached, cache_read_tokens=cached, output_tokens=output)
    assert Tariff(card).price(usage).exact == expected / 1_000_000


ROWS, COLUMNS = ("text", "audio", "image"), ("plain", "cache_read", "cache_write")
CELLS = {
    ("text", "plain"): "input",
    ("text", "cache_read"): "cache_read",
    ("text", "cache_write"): "cache_write",
    ("audio", "plain"): "audio_input",
    ("audio", "cache_read"): "cached_audio_input",
    ("audio", "cache_write"): "audio_cache_write",
    ("image", "plain"): "image_input",
    ("image", "cache_read"): "cached_image_input",
    ("image", "cache_write"): "cache_write",
}
STATED = {("audio", "cache_read"): "cached_audio_tokens", ("image", "cache_read"): "cached_image_tokens"}
Table = dict[tuple[str, str], int]


def tables(rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[Table]:
    """Every table with these margins."""
    first, *others = rows
    for values in product(*(range(min(first, column) + 1) for column in columns)):
        if sum(values) == first:
            row = {(ROWS[3 - len(rows)], column): value for column, value in zip(COLUMNS, values, strict=True)}
            left = tuple(column - value for column, value in zip(columns, values, strict=True))
            if others:
                yield from ({**row, **rest} for rest in tables(tuple(others), left))
            elif not any(left):
                yield row


@settings(max_examples=120, deadline=None)
@given(
    st.fixed_dictionaries({cell: st.integers(0, 3) for cell in CELLS}),
    st.dictionaries(
        st.sampled_from(sorted({*CELLS.values(), "cache_write_5m", "cache_write_1h"})), amounts.map(Rate), min_size=6
    ),
    st.sets(st.sampled_from(sorted(STATED))),
)
def test_the_bounds_of_an_unknown_overlap_are_those_of_every_possible_one(
    table: Table, rates: dict[str, Rate], stated: set[tuple[str, str]]
) -> None:
    rows, columns = (
        tuple(sum(count for cell, count in table.items() if cell[axis] == name) for name in names)
        for axis, names in ((0, ROWS), (1, COLUMNS))
    )
    usage = Usage(
        input_tokens=sum(rows),
        input_audio_tokens=rows[1],
        input_image_tokens=rows[2],
        cache_read_tokens=columns[1],
        cache_write_tokens=columns[2],
        **{STATED[cell]: table[cell] for cell in stated},
    )
    card = RateCard(rates={"input": Rate(Decimal(2)), "audio_input": Rate(Decimal(5)), **rates})
    cost = Tariff(card).price(usage)
    possible = [other for other in tables(rows, columns) if all(other[cell] == table[cell] for cell in stated)]
    oracles = [
        Oracle(card, STANDARD, MONDAY, _merged((CELLS[cell], count) for cell, count in other.items())) for other in possible
    ]
    assert table in possible
    if any(oracle.unpriced for oracle in oracles):
        assert cost.upper is None
        return
    bounds = min(oracle.lower for oracle in oracles), max(oracle.upper for oracle in oracles)
    assert (cost.bill.lower, cost.bill.upper) == bounds


def _merged(counts: Iterator[tuple[str, int]]) -> dict[str, int]:
    merged: dict[str, int] = {}
    for meter, count in counts:
        merged[meter] = merged.get(meter, 0) + count
    return merged


anything = (
    st.none()
    | st.booleans()
    | st.integers(-3, 10)
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.fractions()
    | st.text(max_size=3)
    | st.sampled_from([10**18, 10**18 + 1, 2.0, Decimal("1.5"), [], {}, object()])
)
COUNT_FIELDS = [
    name for name in Usage.__struct_fields__ if name not in {"attributes", "notes", "elsewhere", "iterations", "model"}
]
REPORTED = ("service_tier", "region", "speed")


@settings(max_examples=200, deadline=None)
@given(
    cards,
    st.dictionaries(st.sampled_from([name for name in COUNT_FIELDS if name not in REPORTED]), anything | small, max_size=6),
    st.fixed_dictionaries(
        {}, optional={name: st.none() | st.text(max_size=6) | st.sampled_from(["batch", "Fast", "eu"]) for name in REPORTED}
    ),
    st.none() | st.dictionaries(st.sampled_from(["size", "quality", "colour"]), st.sampled_from(["l", "S", ""]), max_size=2),
    st.none() | instants,
)
@example(RateCard(), {"input_tokens": None, "cached_audio_tokens": -1}, {}, None, None)
def test_no_input_raises_anything_but_the_documented_errors(
    card: RateCard,
    fields: dict[str, Any],
    reported: dict[str, Any],
    attributes: dict[str, str] | None,
    at: datetime | None,
) -> None:
    try:
        usage = Usage(**fields, **reported)
        context = context_of(usage, attributes=attributes, speed="fast" if at is None else None)
    except (InvalidUsageError, InconsistentUsageError, UnknownConditionError):
        return
    cost = priced(card, usage, context, at)
    if isinstance(cost, Cost):
        assert cost.lower <= cost.total
        assert cost.upper is None or cost.total <= cost.upper
        assert str(cost)
        assert cost.to_dict()["total"]
        assert (cost + cost).exact == 2 * cost.exact


@settings(max_examples=150, deadline=None)
@given(cards, usages(st.integers(0, 10**12)), contexts, instants)
def test_the_quick_way_and_the_itemised_one_say_the_same(
    card: RateCard, counts: dict[str, int], context: Context, at: datetime
) -> None:
    """``price`` sums whole numbers where it can; the lines are made later, from the rates."""
    cost = priced(card, usage_of(counts), context, at)
    if isinstance(cost, Cost):
        assert cost.exact == cost.bill.lower == sum((line.exact or Fraction(0) for line in cost.lines), Fraction(0))
        assert Fraction(cost.total) == cost.exact or cost.exact.denominator % 3 == 0


PRICES = """
provider: made-up
display_name: Made up
models:
  tiered:
    display_name: Tiered
    pricing_versions:
      - effective_date: 2024-01-01
        input_per_1m_tokens: {input}
        output_per_1m_tokens: {output}
        overrides:
          - {{when: {{input_tokens_above: 1000}}, input_per_1m_tokens: 9.99, output_per_1m_tokens: 99.9}}
          - {{when: {{service_tier: batch}}, multiply: {{tokens: 0.5}}}}
          - {{when: {{hours: '00:00-23:59'}}, multiply: {{tokens: 3}}}}
"""


@pytest.fixture(scope="module")
def volume_cost(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], float]:
    path: Path = tmp_path_factory.mktemp("volume") / "made-up.yaml"
    path.write_text(PRICES.format(input="0.1234", output="7.05"), encoding="utf-8")
    service = PricingService(data_path=path)
    return lambda inputs, outputs: service.calculate_cost("made-up:tiered", inputs, outputs)


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=6))
def test_splitting_a_volume_never_changes_its_cost(
    volume_cost: Callable[[int, int], float], parts: list[tuple[int, int]]
) -> None:
    """A volume is priced linearly, whatever its size: thresholds, tiers and hours belong to requests."""
    exact = [(Fraction("0.1234") * inputs + Fraction("7.05") * outputs) / 1_000_000 for inputs, outputs in parts]
    whole = volume_cost(sum(inputs for inputs, _ in parts), sum(outputs for _, outputs in parts))
    costs = [volume_cost(*part) for part in parts]
    assert costs == [float(part) for part in exact]
    assert whole == float(sum(exact))
    assert abs(math.fsum(costs) - whole) <= len(parts) * math.ulp(whole)
