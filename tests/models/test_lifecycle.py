"""Status at an instant: each date on the day before, on it, and after it; and the small parts beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ai_models.models.base import (
    Alias,
    Documentation,
    Lifecycle,
    Metadata,
    ModelSpec,
    ModelStatus,
    Optimization,
    as_utc,
    family_guidance,
    status_on,
)

DAY = date(2026, 6, 15)
ONE = timedelta(days=1)
SHANGHAI = timezone(timedelta(hours=8))
NEW_YORK = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("written", "which", "before", "on"),
    [
        (None, "release", "unreleased", "active"),
        ("preview", "release", "unreleased", "preview"),
        ("retired", "release", "unreleased", "retired"),
        (None, "deprecated", "active", "deprecated"),
        ("preview", "deprecated", "preview", "deprecated"),
        ("deprecated", "deprecated", "active", "deprecated"),
        (None, "retires", "active", "retired"),
        ("deprecated", "retires", "deprecated", "retired"),
        ("retired", "retires", "active", "retired"),
        ("preview", "retires", "preview", "retired"),
    ],
)
def test_each_date_counts_from_its_own_day_on(written: str | None, which: str, before: str, on: str) -> None:
    dates: dict[str, date | None] = {"release": None, "deprecated": None, "retires": None, which: DAY}
    assert status_on(DAY - ONE, written, **dates) == before
    assert status_on(DAY, written, **dates) == on
    assert status_on(DAY + ONE, written, **dates) == on


@pytest.mark.parametrize(
    ("written", "status"),
    [(None, "active"), ("active", "active"), ("preview", "preview"), ("deprecated", "deprecated"), ("retired", "retired")],
)
def test_without_dates_the_written_status_holds(written: str | None, status: str) -> None:
    assert status_on(DAY, written, None, None, None) == status


def test_a_whole_life() -> None:
    release, deprecated, retires = DAY, DAY + 10 * ONE, DAY + 20 * ONE
    life = Lifecycle(deprecated_on=deprecated, retires_on=retires)
    expected = {-1: "unreleased", 0: "active", 9: "active", 10: "deprecated", 19: "deprecated", 20: "retired", 21: "retired"}
    for offset, status in expected.items():
        assert life.status_at(DAY + offset * ONE, release_date=release) == status


def test_retirement_comes_before_a_release_that_never_was() -> None:
    assert status_on(DAY, None, DAY + ONE, None, DAY) is ModelStatus.RETIRED


@given(
    written=st.sampled_from([None, "preview", "active", "deprecated", "retired"]),
    days=st.tuples(*[st.none() | st.integers(1, 9)] * 3),
    day=st.integers(0, 10),
)
def test_ordinals_and_dates_agree(written: str | None, days: tuple[int | None, ...], day: int) -> None:
    release, deprecated, retires = (None if offset is None else DAY + offset * ONE for offset in days)
    assert status_on(day, written, *days) is status_on(DAY + day * ONE, written, release, deprecated, retires)


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        (datetime(2026, 6, 14, 23, 59, 59, 999_999), "active"),
        (datetime(2026, 6, 15), "retired"),
        (datetime(2026, 6, 14, 23, 59, 59, tzinfo=UTC), "active"),
        (datetime(2026, 6, 15, tzinfo=UTC), "retired"),
        (datetime(2026, 6, 15, 7, 59, tzinfo=SHANGHAI), "active"),
        (datetime(2026, 6, 15, 8, 0, tzinfo=SHANGHAI), "retired"),
        (datetime(2026, 6, 14, 19, 59, tzinfo=NEW_YORK), "active"),
        (datetime(2026, 6, 14, 20, 0, tzinfo=NEW_YORK), "retired"),
        (date(2026, 6, 14), "active"),
        (date(2026, 6, 15), "retired"),
    ],
)
def test_a_day_begins_at_midnight_utc_wherever_the_caller_is(instant: date, status: str) -> None:
    assert Lifecycle(retires_on=DAY).status_at(instant) == status


def test_instants_in_utc() -> None:
    assert as_utc(DAY) == datetime(2026, 6, 15, tzinfo=UTC)
    assert as_utc(datetime(2026, 6, 15, 1)) == datetime(2026, 6, 15, 1, tzinfo=UTC)
    moved = as_utc(datetime(2026, 6, 15, 1, tzinfo=SHANGHAI))
    assert moved == datetime(2026, 6, 14, 17, tzinfo=UTC)
    assert moved.tzinfo is UTC


@pytest.mark.parametrize(("offset", "holds"), [(-1, False), (0, True), (1, True), (9, True), (10, False), (11, False)])
def test_an_alias_holds_from_since_until_before_until(offset: int, holds: bool) -> None:
    alias = Alias(name="a", since=DAY, until=DAY + 10 * ONE)
    assert alias.holds_at(DAY + offset * ONE) is holds
    assert Alias(name="a", since=DAY).holds_at(DAY + offset * ONE) is (offset >= 0)
    assert Alias(name="a", until=DAY).holds_at(DAY + offset * ONE) is (offset < 0)
    assert Alias(name="a").holds_at(DAY)


def test_an_instant_at_the_edge_of_the_calendar_stays_there() -> None:
    assert as_utc(datetime.min.replace(tzinfo=SHANGHAI)) == datetime.min.replace(tzinfo=UTC)
    assert as_utc(datetime.max.replace(tzinfo=NEW_YORK)) == datetime.max.replace(tzinfo=UTC)


class Rates:
    """A maker's offering that has an input rate only."""

    def usd_per_1m(self, meter: str) -> Decimal | None:
        return Decimal("2.5") if meter == "input" else None


def spec(**fields: object) -> ModelSpec:
    given_fields = {"metadata": Metadata(name="One", last_verified=DAY), "lifecycle": Lifecycle(), **fields}
    return ModelSpec(model_id="one", provider="acme", supported_mask=0, unsupported_mask=0, **given_fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("now", "status"), [("2026-06-14T23:59:59", "active"), ("2026-06-15T00:00:00", "retired")])
def test_the_status_of_a_model_is_that_of_the_clock(now: str, status: str) -> None:
    model = spec(lifecycle=Lifecycle(retires_on=DAY))
    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False):
        assert model.status == status
        assert repr(model) == f"<ModelSpec acme/one: One, {status}>"


def test_a_model_not_yet_released_is_unreleased() -> None:
    model = spec(metadata=Metadata(name="One", last_verified=DAY, release_date=DAY))
    assert model.status_at(DAY - ONE) is ModelStatus.UNRELEASED
    assert model.status_at(DAY) is ModelStatus.ACTIVE


def test_the_flat_fields_are_those_of_the_parts() -> None:
    model = spec(
        metadata=Metadata(
            name="One", last_verified=DAY, context_window_input=5, context_window_output=3, knowledge_cutoff="2025"
        ),
        documentation=Documentation(url="https://acme.example", notes="n"),
        optimization=Optimization(recommended_for=("a",)),
        list_price=Rates(),
    )
    assert (model.name, model.key, model.api_identifier) == ("One", "acme/one", "one")
    assert (model.context_window_input, model.context_window_output) == (5, 3)
    assert (model.knowledge_cutoff, model.last_verified) == ("2025", DAY)
    assert (model.docs_url, model.notes, model.recommended_for) == ("https://acme.example", "n", ("a",))
    assert model.input_price_per_1m == 2.5
    assert model.output_price_per_1m is None
    assert hash(model) == hash(spec())


def test_what_is_unknown_is_none_and_not_zero() -> None:
    model = spec(metadata=Metadata(name="One", last_verified=DAY, api_identifier="api-one"))
    assert model.api_identifier == "api-one"
    assert model.context_window_input is None
    assert model.input_price_per_1m is None
    assert model.knowledge_cutoff is None


def test_a_models_own_guidance_follows_its_familys() -> None:
    family = Optimization(since=DAY, tips=("a", "b"), pitfalls=("p",))
    own = Optimization(since=DAY - ONE, tips=("b", "c"))
    assert family_guidance(own, None) is own
    assert family_guidance(own, family) == Optimization(since=DAY, tips=("a", "b", "c"), pitfalls=("p",))
    assert family_guidance(Optimization(), Optimization()) == Optimization()
