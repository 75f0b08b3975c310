"""Ours in the project's own environment, by pytest-benchmark: its table has the spread as well as the median."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations, cycle

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from ai_models import ModelCapability, ModelRegistry, PricingService, Usage, find_models_with_capabilities, get_model, select

SONNET = "claude-sonnet-4-5-20250929"


def in_turn(function: Callable[..., object], arguments: list[tuple[object, ...]]) -> Callable[[], object]:
    """A call of the function with the next of the arguments each time."""
    following = cycle(arguments).__next__
    return lambda: function(*following())


@pytest.fixture(scope="module")
def service() -> PricingService:
    """One service, as a program would keep one."""
    return PricingService()


def test_get_model_alias(benchmark: BenchmarkFixture) -> None:
    """One alias, again and again."""
    assert benchmark(get_model, "claude-sonnet-4.5").model_id == SONNET


def test_get_model_rotating(benchmark: BenchmarkFixture) -> None:
    """Every model in turn, by its key."""
    assert benchmark(in_turn(get_model, [(spec.key,) for spec in ModelRegistry.list_models()]))


def test_calculate_cost(benchmark: BenchmarkFixture, service: PricingService) -> None:
    """One model, again and again."""
    assert benchmark(service.calculate_cost, SONNET, input_tokens=1_000_000, output_tokens=1_000_000) == 18.0


def test_price(benchmark: BenchmarkFixture, service: PricingService) -> None:
    """One request of one model, again and again."""
    usage = Usage(input_tokens=12_307, cache_read_tokens=9_000, output_tokens=550)
    assert benchmark(service.price, SONNET, usage).lines


def test_price_many(benchmark: BenchmarkFixture, service: PricingService) -> None:
    """A thousand requests of one model."""
    requests = [(SONNET, Usage(input_tokens=1_000 + place, output_tokens=place)) for place in range(1_000)]
    assert benchmark(service.price_many, requests).priced == 1_000


def test_get_pricing_now(benchmark: BenchmarkFixture, service: PricingService) -> None:
    """The rates in force now."""
    assert benchmark(service.get_pricing, SONNET)


def test_get_pricing_then(benchmark: BenchmarkFixture, service: PricingService) -> None:
    """The rates on a past day."""
    assert benchmark(service.get_pricing, SONNET, datetime(2026, 1, 15, 12, tzinfo=UTC))


def test_find_repeated(benchmark: BenchmarkFixture) -> None:
    """One question, again and again."""
    required = {ModelCapability.IMAGE_INPUT, ModelCapability.FUNCTION_CALLING}
    assert benchmark(find_models_with_capabilities, required, {ModelCapability.PROMPT_CACHING})


def test_select(benchmark: BenchmarkFixture, service: PricingService) -> None:
    """The whole catalogue, with a workload priced at every model's maker."""
    found = benchmark(select, workload="100k:1k@80%cached x 1M/month", pricing_service=service)
    assert len(found.ranked) + len(found.rejected) == len(ModelRegistry.list_models())


def test_find_rotating(benchmark: BenchmarkFixture) -> None:
    """Another question each time: every pair of capabilities with every preference."""
    pairs = combinations(ModelCapability, 2)
    questions: list[tuple[object, ...]] = [({a, b}, {c}) for a, b in pairs for c in ModelCapability]
    assert benchmark(in_turn(find_models_with_capabilities, questions)) is not None
