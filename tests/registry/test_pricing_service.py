"""Prices at an instant, their history, exact volume costs, the cache, and reloads."""

from __future__ import annotations

import copy
import logging
import os
import pickle
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog, use_as_default
from ai_models.errors import (
    AIModelsError,
    CatalogError,
    InvalidInstantError,
    InvalidUsageError,
    ModelNotFoundError,
    PricingIncompleteError,
    PricingNotFoundError,
    ProviderNotFoundError,
    UnknownMeterError,
)
from ai_models.registry.pricing_service import PricingService

MODEL = """
    model_id: one
    provider: acme
    aliases: [uno, {name: newest, since: 2025-01-01, until: 2026-01-01, floating: true}]
    metadata: {name: One, last_verified: 2025-12-01}
    pricing_ref: one
"""
NEXT = """
    model_id: next
    provider: acme
    aliases: [{name: newest, since: 2026-01-01, floating: true}]
    metadata: {name: Next, last_verified: 2025-12-01}
    pricing_ref: next
"""
PRICES = """
    provider: acme
    models:
      one:
        pricing_versions:
          - effective_date: 2026-01-01T16:00:00+00:00
            input_per_1m_tokens: 0.3
            output_per_1m_tokens: 2
            overrides: [{when: {service_tier: batch}, multiply: {tokens: 0.5}}]
          - {effective_date: 2025-06-01, input_per_1m_tokens: 3, output_per_1m_tokens: 15.00, cache_read_per_1m_tokens: 0.30}
          - {effective_date: 2025-01-01, date_precision: assumed, input_per_1m_tokens: 6, output_per_1m_tokens: 30}
      next: {pricing_versions: [{input_per_1m_tokens: 7, output_per_1m_tokens: 9}]}
      embed: {pricing_versions: [{input_per_1m_tokens: 0.02}]}
      seconds: {pricing_versions: [{audio_per_hour: 0.36}]}
      unpriced: {}
      free: {pricing_versions: [{input_per_1m_tokens: 0, output_per_1m_tokens: 0}]}
      yuan: {pricing_versions: [{currency: CNY, input_per_1m_tokens: 2, output_per_1m_tokens: 8}]}
"""
SWITCH = datetime(2026, 1, 1, 16, tzinfo=UTC)


@pytest.fixture
def service(write, tmp_path: Path) -> PricingService:
    for name, text in (("one", MODEL), ("next", NEXT), ("acme", PRICES)):
        write(f"{name}.yaml", text)
    return PricingService(tmp_path)


@pytest.mark.parametrize(
    ("instant", "rate"),
    [
        (date(2025, 1, 1), 6.0),
        (date(2025, 5, 31), 6.0),
        (datetime(2025, 5, 31, 23, 59, 59, 999999, tzinfo=UTC), 6.0),
        (date(2025, 6, 1), 3.0),
        (datetime(2025, 6, 1, tzinfo=UTC), 3.0),
        (datetime(2025, 6, 1), 3.0),
        (datetime(2025, 6, 1, 1, 59, 59, tzinfo=timezone(timedelta(hours=2))), 6.0),
        (datetime(2025, 6, 1, 2, tzinfo=timezone(timedelta(hours=2))), 3.0),
        (SWITCH - timedelta(microseconds=1), 3.0),
        (SWITCH, 0.3),
        (date(2999, 1, 1), 0.3),
    ],
)
def test_the_version_in_force_is_the_newest_not_after_the_instant(
    service: PricingService, instant: date, rate: float
) -> None:
    assert service.get_pricing("one", instant).input_per_1m == rate


def test_a_price_carries_its_identity_its_period_and_its_sources(service: PricingService) -> None:
    pricing = service.get_pricing("uno", date(2025, 7, 1))
    assert (pricing.provider, pricing.offering_id, pricing.model, pricing.model_id) == ("acme", "one", "acme/one", "one")
    assert (pricing.effective_date, pricing.effective_until) == (date(2025, 6, 1), SWITCH)
    assert pricing.rate("cache_read") == Decimal("0.30")
    assert pricing.cache_read_per_1m == 0.3
    assert pricing.rate("cache_write") is None
    assert pricing.cache_write_per_1m is pricing.cache_write_5m_per_1m is pricing.cache_write_1h_per_1m is None
    assert service.get_pricing("one", date(2025, 2, 1)).date_precision == "assumed"
    assert service.get_pricing("one", SWITCH).effective_until is None


def test_before_the_first_price_the_error_says_since_when_there_is_one(service: PricingService) -> None:
    with pytest.raises(PricingNotFoundError, match="the first holds since 2025-01-01") as caught:
        service.get_pricing("one", date(2024, 12, 31))
    assert caught.value.since == datetime(2025, 1, 1, tzinfo=UTC)
    with pytest.raises(PricingNotFoundError, match="no price of 'unpriced'") as caught:
        service.get_pricing("unpriced")
    assert caught.value.since is None


def test_an_open_ended_price_holds_at_any_time(service: PricingService) -> None:
    assert service.get_pricing("next", date(1990, 1, 1)).effective_date is None


def test_history_runs_from_the_oldest_version_to_the_newest(service: PricingService) -> None:
    history = service.get_pricing_history("one")
    assert [version.effective_date for version in history] == [date(2025, 1, 1), date(2025, 6, 1), date(2026, 1, 1)]
    assert [version.input_per_1m for version in history] == [6.0, 3.0, 0.3]
    assert service.get_pricing_history("unpriced") == []


def test_a_floating_name_has_the_price_of_the_model_that_it_meant(service: PricingService) -> None:
    assert service.get_pricing("newest", date(2025, 12, 31)).model_id == "one"
    assert service.get_pricing("newest", date(2026, 1, 1)).model_id == "next"
    with time_machine.travel(datetime(2025, 12, 31, 23, 59, tzinfo=UTC), tick=False) as clock:
        assert service.calculate_cost("newest", 1_000_000, 0) == 3.0
        clock.shift(60)
        assert service.calculate_cost("newest", 1_000_000, 0) == 7.0


def test_a_cached_cost_ends_with_its_version(service: PricingService) -> None:
    with time_machine.travel(SWITCH - timedelta(seconds=1), tick=False) as clock:
        assert [service.calculate_cost("one", 1_000_000, 0) for _ in range(2)] == [3.0, 3.0]
        clock.shift(1)
        assert [service.calculate_cost("one", 1_000_000, 0) for _ in range(2)] == [0.3, 0.3]
        assert service.calculate_cost("one", 1_000_000, 0, at=date(2025, 6, 1)) == 3.0
        clock.shift(-1)
        assert service.calculate_cost("one", 1_000_000, 0) == 3.0


def test_many_prices_share_one_instant_and_missing_ones_are_all_named(service: PricingService) -> None:
    prices = service.get_pricing_many(["one", "uno", "next"], date(2025, 6, 1))
    assert {name: price.input_per_1m for name, price in prices.items()} == {"one": 3.0, "uno": 3.0, "next": 7.0}
    with pytest.raises(PricingNotFoundError, match="2 of 3 models have no price") as caught:
        service.get_pricing_many(["one", "unpriced", "nonsense"])
    assert caught.value.name == "unpriced, nonsense"
    assert list(service.get_pricing_many(["one", "unpriced"], missing="omit")) == ["one"]


def test_unknown_names_are_errors(service: PricingService) -> None:
    with pytest.raises(ModelNotFoundError, match="did you mean"):
        service.get_pricing("onne")
    with pytest.raises(ProviderNotFoundError, match="no provider is called 'elsewhere'; known: acme"):
        service.get_pricing("one", provider="elsewhere")
    assert service.get_pricing("one", provider="acme").offering_id == "one"


@pytest.mark.parametrize("count", [-1, 1.0, 0.5, float("nan"), True, "5", None, Decimal(3)])
def test_a_count_that_cannot_be_is_refused(service: PricingService, count: object) -> None:
    with pytest.raises(InvalidUsageError, match="input_tokens must be a whole number") as caught:
        service.calculate_cost("one", count, 0)  # type: ignore[arg-type]
    assert caught.value.field == "input_tokens"
    with pytest.raises(InvalidUsageError, match="output_tokens"):
        service.calculate_cost("one", 0, count)  # type: ignore[arg-type]


def test_a_rate_that_is_unknown_is_never_taken_for_nothing(service: PricingService) -> None:
    assert service.calculate_cost("embed", 1_000_000, 0) == 0.02
    for _ in range(2):
        with pytest.raises(PricingIncompleteError, match="no known rate for 'output'") as caught:
            service.calculate_cost("embed", 1_000_000, 1)
    assert (caught.value.meter, caught.value.known) == ("output", ("input",))
    with pytest.raises(PricingIncompleteError, match="known rates: audio_seconds"):
        service.calculate_cost("seconds", 1, 0)
    assert service.calculate_cost("seconds", 0, 0) == 0.0


def test_an_explicit_zero_is_free_and_other_currencies_stay_theirs(service: PricingService) -> None:
    assert service.calculate_cost("free", 10**9, 10**9) == 0.0
    assert service.calculate_cost("yuan", 1_000_000, 1_000_000) == 10.0
    assert service.get_pricing("yuan").currency == "CNY"


@given(inputs=st.integers(0, 10**15), outputs=st.integers(0, 10**15))
def test_a_cost_is_the_exact_sum_rounded_once(exact_service: PricingService, inputs: int, outputs: int) -> None:
    exact = (Fraction("0.3") * inputs + 2 * outputs) / 1_000_000
    assert exact_service.calculate_cost("one", inputs, outputs) == float(exact)
    assert exact_service.calculate_cost("one", inputs, outputs, at=date(2026, 2, 1)) == float(exact)


@pytest.fixture(scope="module")
def exact_service(tmp_path_factory: pytest.TempPathFactory) -> PricingService:
    root = tmp_path_factory.mktemp("exact")
    (root / "acme.yaml").write_text(
        "provider: acme\nmodels: {one: {pricing_versions: [{input_per_1m_tokens: 0.3, output_per_1m_tokens: 2}]}}"
    )
    return PricingService(root)


def test_a_pricing_file_alone_is_enough(write) -> None:
    path = write("acme.yaml", PRICES)
    assert PricingService(path).calculate_cost("one", 1_000_000, 1_000_000) == 2.3
    assert PricingService(str(path)).get_pricing("ONE").model is None


# The cache


def test_the_cache_counts_and_is_bounded(write) -> None:
    service = PricingService(write("acme.yaml", PRICES), cache_size=2)
    assert service.cache_info().hit_rate is None
    for name in ("one", "one", "next", "one"):
        service.get_pricing(name)
    info = service.cache_info()
    assert (info.hits, info.misses, info.maxsize, info.currsize) == (2, 2, 2, 2)
    assert info.hit_rate == 0.5
    for name in ("one", "next", "free", "yuan"):
        service.calculate_cost(name, 1, 1)
    assert service.cache_info().currsize == 2
    assert len(service._state.volume) <= 2


# Reloads


def replace(path: Path, old: str, new: str) -> None:
    """Change a file as an editor does, with a time of change that no clock's grain can hide."""
    path.write_text(path.read_text().replace(old, new))
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))


def test_a_reload_serves_the_new_prices_and_a_new_cache(service: PricingService, tmp_path: Path) -> None:
    assert service.calculate_cost("next", 1_000_000, 0) == 7.0
    replace(tmp_path / "acme.yaml", "input_per_1m_tokens: 7", "input_per_1m_tokens: 8")
    catalog = service.reload().result(timeout=30)
    assert catalog is service.catalog
    assert service.calculate_cost("next", 1_000_000, 0) == 8.0
    assert service.degraded is None


def test_a_reload_of_bad_files_keeps_the_last_good_prices_and_says_so(
    service: PricingService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    replace(tmp_path / "acme.yaml", "input_per_1m_tokens: 7", "input_per_1m_token: 8")
    with caplog.at_level(logging.WARNING):
        error = service.reload().exception(timeout=30)
    assert isinstance(error, CatalogError)
    assert "the last good prices stay" in caplog.text
    assert service.degraded is not None
    assert "did you mean input_per_1m_tokens" in service.degraded
    assert service.calculate_cost("next", 1_000_000, 0) == 7.0
    replace(tmp_path / "acme.yaml", "input_per_1m_token: 8", "input_per_1m_tokens: 8")
    service.reload().result(timeout=30)
    assert service.degraded is None


def test_callers_are_served_while_a_reload_is_under_way(service: PricingService, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    load = Catalog.load

    def slow_load(paths) -> Catalog:
        begun.set()
        assert go_on.wait(30)
        return load(paths)

    monkeypatch.setattr(Catalog, "load", slow_load)
    future = service.reload()
    assert begun.wait(30)
    assert service.calculate_cost("next", 1_000_000, 0) == 7.0
    assert not future.done()
    go_on.set()
    future.result(timeout=30)


def test_threads_that_price_during_reloads_see_whole_catalogues(service: PricingService) -> None:
    wrong: list[object] = []

    def price() -> None:
        for _ in range(300):
            cost = service.calculate_cost("next", 1_000_000, 0)
            name = service.get_pricing("one").model_id
            if (cost, name) != (7.0, "one"):
                wrong.append((cost, name))

    threads = [threading.Thread(target=price) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        service.reload().result(timeout=30)
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_process_wide_catalogue_is_reloaded_for_everyone(restored_default: None) -> None:
    before = default_catalog()
    service = PricingService()
    assert service.catalog is before
    service.reload().result(timeout=60)
    assert default_catalog() is service.catalog
    assert default_catalog() is not before


# The fallback of the original's Risk 4


def test_bad_files_at_the_start_are_an_error_unless_a_fallback_is_asked_for(write, caplog: pytest.LogCaptureFixture) -> None:
    path = write("bad.yaml", "provider: acme\nmodels: {one: {pricing_version: []}}")
    with pytest.raises(CatalogError, match="did you mean pricing_versions"):
        PricingService(path)
    with caplog.at_level(logging.WARNING):
        service = PricingService(path, fallback=True)
    assert service.catalog is default_catalog()
    assert service.degraded is not None
    assert "the shipped prices are served" in caplog.text


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="does not exist"):
        PricingService(tmp_path / "nothing")
    assert issubclass(CatalogError, AIModelsError)
    assert issubclass(CatalogError, ValueError)


# What callers pass by mistake


def test_integers_of_other_libraries_count(service: PricingService) -> None:
    class Count:
        def __index__(self) -> int:
            return 1_000_000

    assert service.calculate_cost("one", Count(), 0, at=date(2025, 6, 1)) == 3.0  # type: ignore[arg-type]


def test_an_absurd_count_is_refused_and_the_largest_one_is_priced(service: PricingService) -> None:
    assert service.calculate_cost("one", 10**18, 0) == 0.3 * 10**12
    with pytest.raises(InvalidUsageError, match=r"from 0 to 10\*\*18"):
        service.calculate_cost("one", 10**18 + 1, 0)
    with pytest.raises(InvalidUsageError) as caught:
        service.calculate_cost("one", 10**400, 0)
    assert len(str(caught.value)) < 150


def test_text_is_no_instant(service: PricingService) -> None:
    with pytest.raises(InvalidInstantError, match="found '2025-06-09'; write date"):
        service.get_pricing("one", "2025-06-09")  # type: ignore[arg-type]


def test_an_unknown_meter_is_not_an_unknown_price(service: PricingService) -> None:
    pricing = service.get_pricing("one")
    assert pricing.rate("image_output") is None
    with pytest.raises(UnknownMeterError, match="'inptu' is not a meter; did you mean input"):
        pricing.rate("inptu")


def test_a_lone_name_stands_for_a_list_of_one(service: PricingService) -> None:
    assert list(service.get_pricing_many("one")) == ["one"]
    with pytest.raises(ValueError, match="missing must be 'raise' or 'omit', found 'ignore'"):
        service.get_pricing_many(["one"], missing="ignore")  # type: ignore[arg-type]


def test_nobody_can_spoil_a_price_for_the_others(service: PricingService) -> None:
    pricing = service.get_pricing("one")
    for spoil in (pricing.rates.clear, pricing.rates.popitem, lambda: pricing.rates.update(input=None)):
        with pytest.raises(TypeError, match="take a copy with dict"):
            spoil()
    with pytest.raises(TypeError, match="take a copy"):
        pricing.rates["input"] = pricing.rates["output"]
    assert dict(pricing.rates)["input"].amount == Decimal("0.3")
    assert hash(pricing) == hash(copy.deepcopy(pricing))
    assert pickle.loads(pickle.dumps(pricing)) == pricing  # noqa: S301 our own bytes
    assert repr(pricing) == "<Pricing of acme:one since 2026-01-01 (effective), USD: input 0.3, output 2>"


def test_files_without_a_price_are_no_price_list(write, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CatalogError, match="holds no catalogue file"):
        PricingService(tmp_path / "empty")
    with pytest.raises(CatalogError, match="holds no prices"):
        PricingService(write("models/one.yaml", MODEL))
    with pytest.raises(CatalogError, match="data_path is empty"):
        PricingService("")


def test_an_emptied_directory_does_not_take_the_last_good_prices_away(service: PricingService, tmp_path: Path) -> None:
    for path in tmp_path.glob("*.yaml"):
        path.unlink()
    assert isinstance(service.reload().exception(timeout=30), CatalogError)
    assert service.calculate_cost("next", 1_000_000, 0) == 7.0
    assert service.degraded is not None


def test_a_reload_that_breaks_in_an_unexpected_way_still_answers(
    service: PricingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> Catalog:
        raise ZeroDivisionError("unexpected")

    monkeypatch.setattr(Catalog, "load", broken)
    future = service.reload()
    assert isinstance(future.exception(timeout=30), ZeroDivisionError)
    assert not future.cancel()
    assert service.degraded is not None


def test_an_earlier_reload_does_not_undo_a_later_one(service: PricingService, write) -> None:
    old = Catalog.load(write("old/acme.yaml", PRICES))
    new = Catalog.load(write("new/acme.yaml", PRICES.replace("input_per_1m_tokens: 7", "input_per_1m_tokens: 8")))
    service._apply(new, 2)
    service._apply(old, 1)
    assert service.calculate_cost("next", 1_000_000, 0) == 8.0


def test_a_service_without_files_follows_the_process_wide_catalogue(restored_default: None, write) -> None:
    service = PricingService()
    use_as_default(Catalog.load(write("acme.yaml", PRICES)))
    assert service.calculate_cost("one", 1_000_000, 0, at=date(2025, 6, 1)) == 3.0
    assert service.catalog is default_catalog()
