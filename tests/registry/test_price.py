"""``price`` and ``price_many`` on the shipped catalogue and on made-up ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import ai_models
from ai_models import PricingService, Usage, price
from ai_models.errors import (
    InconsistentUsageError,
    InvalidUsageError,
    ModelNotFoundError,
    NotSoldError,
    PricingNotFoundError,
    UnknownConditionError,
)
from ai_models.registry.coverage import PriceRequest

M = 1_000_000
Writer = Callable[[str, str], Path]

PRICES = """
provider: acme
regions: [us, eu]
models:
  wise:
    pricing_versions:
      - effective_date: 2026-07-01
        input_per_1m_tokens: 2
        output_per_1m_tokens: 8
        overrides:
          - {when: {service_tier: batch}, multiply: {tokens: 0.5}}
          - {when: {hours: "01:00-02:00"}, input_per_1m_tokens: 1}
      - effective_date: 2026-01-01
        input_per_1m_tokens: 4
        output_per_1m_tokens: 8
  calm:
    pricing_versions: [{input_per_1m_tokens: 7, currency: CNY}]
"""


@pytest.fixture
def service(write: Writer) -> PricingService:
    return PricingService(write("prices/acme.yaml", PRICES))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_version_in_force_at_the_instant_is_used(service: PricingService) -> None:
    usage = Usage(input_tokens=M)
    assert service.price("acme:wise", usage, at=at("2026-06-30T23:59:59")).total == 4
    assert service.price("acme:wise", usage, at=at("2026-07-01")).total == 2
    version = service.price("acme:wise", usage, at=at("2026-07-01")).to_dict()["version"]
    assert version["effective_from"] == "2026-07-01T00:00:00+00:00"
    with pytest.raises(PricingNotFoundError, match="the first holds since 2026-01-01"):
        service.price("acme:wise", usage, at=at("2025-12-31T23:59:59"))


def test_a_naive_instant_is_utc_and_the_hour_counts(service: PricingService) -> None:
    usage = Usage(input_tokens=M)
    assert service.price("acme:wise", usage, at=datetime(2026, 8, 1, 1, 59)).total == 1
    assert service.price("acme:wise", usage, at=datetime(2026, 8, 1, 2)).total == 2


def test_what_the_response_reports_and_what_the_caller_says_agree(service: PricingService) -> None:
    usage, when = Usage(input_tokens=M, service_tier="batch"), at("2026-08-01T12:00")
    assert service.price("acme:wise", usage, at=when).total == 1
    assert service.price("acme:wise", usage, at=when, service_tier="batch").total == 1
    assert service.price("acme:wise", Usage(input_tokens=M), at=when, service_tier="batch").total == 1
    with pytest.raises(InconsistentUsageError):
        service.price("acme:wise", usage, at=when, service_tier="standard")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"service_tier": "flex"}, NotSoldError),
        ({"service_tier": "flexible"}, UnknownConditionError),
        ({"region": "uk"}, UnknownConditionError),
        ({"attributes": {"sise": "1"}}, UnknownConditionError),
        ({"speed": "fast"}, NotSoldError),
    ],
)
def test_what_is_unknown_is_an_error_and_not_the_standard_price(
    service: PricingService, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        service.price("acme:wise", Usage(input_tokens=1), **options)


def test_a_usage_is_asked_for_by_name(service: PricingService) -> None:
    with pytest.raises(InvalidUsageError, match="usage must be a Usage, found dict"):
        service.price("acme:wise", {"input_tokens": 5})  # type: ignore[arg-type]


def test_the_function_prices_by_the_process_wide_catalogue() -> None:
    usage = Usage(input_tokens=12_307, cache_write_5m_tokens=12_304, output_tokens=550)
    assert price("claude-sonnet-4-5", usage).total == Decimal("0.054399")
    assert ai_models.price("gpt-5.5", Usage(input_tokens=M, output_tokens=1), service_tier="batch").status == "complete"
    with pytest.raises(ModelNotFoundError):
        price("no-such-model", usage)


def test_threads_share_a_service(service: PricingService) -> None:
    def ask(tokens: int) -> Decimal:
        when = at("2026-08-01T12:00") if tokens % 2 else at("2026-02-01")
        return service.price("acme:wise", Usage(input_tokens=tokens), at=when).total

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(1, 400))) == [Decimal(n * (2 if n % 2 else 4)) / M for n in range(1, 400)]


# ---- many


def test_many_are_counted_summed_and_explained(service: PricingService) -> None:
    requests = [
        ("acme:wise", Usage(input_tokens=M), at("2026-08-01T12:00")),
        PriceRequest("acme:wise", Usage(input_tokens=M), at("2026-02-01")),
        ("acme:calm", Usage(input_tokens=M)),
        ("acme:wise", Usage(input_tokens=M, web_searches=1), at("2026-02-01")),
        ("acme:wise", Usage(input_tokens=M), at("2020-01-01")),
        ("nobody", Usage(input_tokens=M)),
        ("nobody", Usage(input_tokens=M)),
    ]
    coverage = service.price_many(requests, keep=True)
    assert (coverage.priced, coverage.partial, coverage.unpriced, coverage.requests) == (3, 1, 3, 7)
    assert coverage.totals == {"USD": Decimal(10), "CNY": Decimal(7)}
    assert [None if cost is None else cost.total for cost in coverage.costs] == [2, 4, 7, 4, None, None, None]
    assert coverage.reasons["web_searches has no known rate or count"] == 1
    assert sum(count for reason, count in coverage.reasons.items() if "nobody" in reason) == 2
    assert coverage.share == pytest.approx(3 / 7)
    assert str(coverage).startswith("3 of 7 priced (42.9%), 1 partial, 3 unpriced")


def test_many_are_read_once_and_not_kept_unless_asked(service: PricingService) -> None:
    def requests() -> Iterator[tuple[str, Usage]]:
        for count in range(1, 101):
            yield "acme:wise", Usage(output_tokens=count)

    coverage = service.price_many(requests(), at=at("2026-08-01T12:00"))
    assert coverage.totals == {"USD": Decimal(8 * 5050) / M}
    assert coverage.costs == []


@pytest.mark.parametrize(
    ("count", "calls"),
    [(0, [(0, 0)]), (9_999, [(9_999, 9_999)]), (10_000, [(10_000, 10_000)]), (10_001, [(10_000, 10_001), (10_001, 10_001)])],
)
def test_progress_is_told_now_and_then_and_at_the_end(
    service: PricingService, count: int, calls: list[tuple[int, int]]
) -> None:
    told: list[tuple[int, int | None]] = []
    requests = [("acme:calm", Usage())] * count
    service.price_many(requests, progress=lambda done, total: told.append((done, total)))
    assert told == calls


def test_nothing_has_no_share(service: PricingService) -> None:
    coverage = service.price_many([])
    assert (coverage.share, coverage.totals) == (None, {})


def test_an_item_that_is_no_request_is_an_error(service: PricingService) -> None:
    with pytest.raises(TypeError):
        service.price_many([("acme:wise",)])


def test_a_sum_of_many_is_the_sum_of_each(service: PricingService) -> None:
    requests = [("acme:wise", Usage(input_tokens=count), at("2026-08-01T01:30")) for count in range(200)]
    coverage = service.price_many(requests, keep=True)
    assert coverage.totals["USD"] == sum(cost.total for cost in coverage.costs if cost is not None)
