"""What changed between two days, on a made-up catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.changes import changes_between

MODEL = """
    model_id: one
    provider: acme
    metadata: {name: One, last_verified: 2025-12-01, release_date: 2025-01-10}
    lifecycle: {deprecated_on: 2025-06-01, retires_on: 2026-06-01, replacement: [two]}
    pricing_ref: one
    evidence: {release_date: [litellm], retires_on: [vendor]}
"""
NEXT = """
    model_id: two
    provider: acme
    metadata: {name: Two, last_verified: 2025-12-01}
"""
PRICES = """
    provider: acme
    models:
      one:
        pricing_versions:
          - effective_date: 2026-01-01
            input_per_1m_tokens: 2
            output_per_1m_tokens: 8
            overrides: [{when: {service_tier: batch}, multiply: {tokens: 0.5}}]
            evidence: [litellm]
          - {effective_date: 2025-09-01, date_precision: observed, input_per_1m_tokens: 2, output_per_1m_tokens: 8}
          - {effective_date: 2025-01-10, input_per_1m_tokens: 4, output_per_1m_tokens: 8, cache_read_per_1m_tokens: 1}
      guess: {pricing_versions: [{effective_date: 2025-01-10, date_precision: assumed, input_per_1m_tokens: 4}]}
      always: {pricing_versions: [{input_per_1m_tokens: 4}]}
"""


@pytest.fixture
def catalog(write, tmp_path: Path) -> Catalog:
    for name, text in (("one", MODEL), ("two", NEXT), ("acme", PRICES)):
        write(f"{name}.yaml", text)
    return Catalog.load([tmp_path])


def told(catalog: Catalog, since: date, until: date) -> list[tuple[str, str, str]]:
    return [(c.on.isoformat(), c.kind, c.meter or c.detail) for c in changes_between(catalog, since, until)]


def test_changes_run_from_the_oldest_to_the_newest(catalog: Catalog) -> None:
    assert told(catalog, date(2025, 1, 1), date(2026, 12, 31)) == [
        ("2025-01-10", "priced", "cache_read"),
        ("2025-01-10", "priced", "input"),
        ("2025-01-10", "priced", "output"),
        ("2025-01-10", "released", "One"),
        ("2025-06-01", "deprecated", "replaced by two"),
        ("2025-09-01", "price", "cache_read"),
        ("2025-09-01", "price", "input"),
        ("2026-01-01", "price", "conditions changed"),
        ("2026-06-01", "retired", "replaced by two"),
    ]


def test_a_change_says_what_was_before_and_how_sure_its_day_is(catalog: Catalog) -> None:
    gone, lower = changes_between(catalog, date(2025, 9, 1), date(2025, 9, 1))
    assert (gone.before, gone.after) == (Decimal(1), None)
    assert (lower.before, lower.after, lower.currency, lower.precision) == (Decimal(4), Decimal(2), "USD", "observed")
    retired = changes_between(catalog, date(2026, 6, 1), date(2026, 6, 1))[0]
    assert (retired.subject, retired.evidence) == ("acme/one", ("vendor",))


def test_both_days_are_included(catalog: Catalog) -> None:
    assert told(catalog, date(2025, 6, 1), date(2025, 6, 1)) == [("2025-06-01", "deprecated", "replaced by two")]
    assert told(catalog, date(2025, 6, 2), date(2025, 8, 31)) == []


def test_the_future_is_told_only_when_asked_for(catalog: Catalog) -> None:
    with time_machine.travel(datetime(2026, 1, 31, tzinfo=UTC), tick=False):
        assert [c.kind for c in changes_between(catalog, date(2026, 1, 1))] == ["price"]
    assert [c.kind for c in changes_between(catalog, date(2026, 1, 1), date(2026, 6, 1))] == ["price", "retired"]
