"""``price`` and ``price_many`` asked with what they cannot be asked with, and about many unknown names at many times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ai_models import PricingService, Usage
from ai_models.catalog import resolve
from ai_models.errors import InvalidUsageError, UnknownConditionError

SERVICE, USAGE = PricingService(), Usage(input_tokens=1_000, output_tokens=10)


@pytest.mark.parametrize("field", ["service_tier", "region", "speed", "attributes"])
@pytest.mark.parametrize("found", [[], {"a": []}, 1, True])
def test_conditions_are_text(field: str, found: Any) -> None:
    if found != [] or field != "attributes":  # no attributes
        with pytest.raises(UnknownConditionError):
            SERVICE.price("o3", USAGE, **{field: found})


@pytest.mark.parametrize("attributes", [{"quality": []}, {None: "x"}, {1: "x", "quality": "high"}])
def test_attributes_are_text_by_text(attributes: Any) -> None:
    with pytest.raises(UnknownConditionError):
        SERVICE.price("o3", USAGE, attributes=attributes)


@pytest.mark.parametrize(("model", "provider"), [([], None), ({}, None), (None, None), ("o3", []), ("o3", 5)])
def test_names_are_text(model: Any, provider: Any) -> None:
    with pytest.raises(TypeError, match=r"name is text, found"):
        SERVICE.price(model, USAGE, provider=provider)
    assert SERVICE.price_many([(model, USAGE, None, None, None, provider), ("o3", USAGE)]).unpriced == 1


def test_a_contract_is_one_or_a_name() -> None:
    with pytest.raises(TypeError, match="contract must be a Contract or the name of one, found 5"):
        SERVICE.price("o3", USAGE, contract=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("volume", [-1, 1.5, float("nan"), "5"])
def test_a_month_volume_that_cannot_be_is_refused_without_a_contract_too(volume: Any) -> None:
    with pytest.raises(InvalidUsageError):
        SERVICE.price("o3", USAGE, month_volume=volume)


@pytest.mark.parametrize("item", [None, "o3", (), ("o3",), ("o3", USAGE, *[None] * 6), 5])
def test_an_item_that_is_no_request_is_told_what_one_is(item: Any) -> None:
    with pytest.raises(TypeError, match=r"a request is \(model, usage\)"):
        SERVICE.price_many([item])


@pytest.mark.parametrize("wrong", [("o3", USAGE, []), ("o3", USAGE, None, []), ("o3", USAGE, None, None, {}), ("o3", None)])
def test_a_request_that_cannot_be_is_counted_and_the_run_goes_on(wrong: Any) -> None:
    coverage = SERVICE.price_many([wrong, ("o3", USAGE)], keep=True)
    assert (coverage.priced, coverage.unpriced, coverage.costs[0]) == (1, 1, None)


def test_an_unknown_name_is_looked_for_once_at_whatever_times_it_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    monkeypatch.setattr(resolve, "suggestions_for", lambda name, *_, **__: searched.append(name) or [])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    coverage = SERVICE.price_many([("a-name-of-this-test-alone", USAGE, start + timedelta(seconds=n)) for n in range(500)])
    assert coverage.unpriced == 500
    assert searched == ["a-name-of-this-test-alone"]


def test_requests_in_any_order_of_time_have_the_price_of_their_own() -> None:
    days = [datetime(2025, 6, day, 12, tzinfo=UTC) for day in (9, 10, 9, 30, 1)]
    coverage = SERVICE.price_many([("o3", Usage(input_tokens=1_000_000), day) for day in days], keep=True)
    assert [cost and int(cost.total) for cost in coverage.costs] == [10, 2, 10, 2, 10]
    assert SERVICE.price("o3", Usage(input_tokens=1_000_000)).total == 2
