"""``ProviderMetrics``: totals and averages, unknown costs, and threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ai_models import PricingService
from ai_models.errors import ServerError
from ai_models.providers import MockProvider, ProviderMetrics, Retries


def test_before_the_first_request_every_average_is_zero() -> None:
    metrics = ProviderMetrics()
    assert (metrics.average_cost, metrics.average_latency_ms, metrics.cache_hit_rate) == (0, 0, 0)
    assert set(metrics.to_dict().values()) == {0}


def test_totals_and_averages() -> None:
    metrics = ProviderMetrics()
    metrics.record_request(0.5, 100, 20.0, 40)
    metrics.record_request(1.5, 300, 40.0)
    assert metrics.to_dict() == {
        "total_requests": 2, "total_cost": 2.0, "total_tokens": 400, "total_cached_tokens": 40, "total_latency_ms": 60.0,
        "unpriced_requests": 0, "failed_requests": 0, "average_cost": 1.0, "average_latency_ms": 30.0, "cache_hit_rate": 0.1,
    }  # fmt: skip


def test_an_unknown_cost_is_counted_and_adds_nothing() -> None:
    metrics = ProviderMetrics()
    metrics.record_request(None, 10, 1.0)
    metrics.record_request(0.0, 10, 1.0)
    assert (metrics.unpriced_requests, metrics.total_cost, metrics.total_requests) == (1, 0.0, 2)


def test_threads_lose_no_request() -> None:
    metrics = ProviderMetrics()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: metrics.record_request(1.0, 1, 1.0, 1), range(4_000)))
    assert (metrics.total_requests, metrics.total_cost, metrics.total_cached_tokens) == (4_000, 4_000.0, 4_000)


def test_a_provider_counts_what_it_did_and_begins_anew_when_told(acme: PricingService) -> None:
    provider = MockProvider("able", acme, answers=["a", ServerError("down"), "b"], retries=Retries(attempts=1))
    provider.complete("hi")
    with pytest.raises(ServerError):
        provider.complete("hi")
    provider.complete("hi")
    counted = provider.get_metrics()
    assert (counted.total_requests, counted.failed_requests, counted.unpriced_requests) == (2, 1, 0)
    assert counted.total_cost > 0
    provider.reset_metrics()
    assert provider.get_metrics().total_requests == 0
    assert counted.total_requests == 2, "who kept the old ones keeps them"
