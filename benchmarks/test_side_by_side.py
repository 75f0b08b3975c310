"""Ours and the peers, each in its own environment. What is asserted are answers, never times."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.row import ROWS


def test_a_new_process_resolves_a_name_and_prices_it(bench: Bench) -> None:
    """Whole processes: import, resolve an alias, price Claude Sonnet 4.5 at $3 and $15.

    1M tokens in and 1M out as a volume, and a tenth of that as one request.
    """
    bench.start()
    assert float(bench.report.ours.answer) == 18.0
    assert float(bench.report.ours.request) == 1.8


def test_single_calls(bench: Bench) -> None:
    """``get_model``, ``calculate_cost``, ``price``, ``find_models_with_capabilities``, and what is nearest to them."""
    bench.calls()
    assert bench.report.ours.values.keys() >= bench.ours.subject.calls.keys()


def test_the_price_cache(bench: Bench) -> None:
    """Hit rate on a realistic mix, and what a miss costs."""
    bench.cache()
    rows = {row.key for row in ROWS if row.key.startswith(("mix.", "miss."))}
    assert bench.report.ours.values.keys() >= rows


def test_the_overhead_of_one_call(bench: Bench) -> None:
    """What checks, usage, price and metrics add to a call of the SDK."""
    bench.overhead()
    rows = {row.key for row in ROWS if row.key.startswith("call.")}
    assert bench.report.ours.values.keys() >= rows


def test_the_legacy_application_before_and_after(bench: Bench) -> None:
    """One classification, peak memory and own lines: on its old packages, on ``ai-models-legacy``, and migrated."""
    bench.legacy_app()
    rows = {row.key for row in ROWS if row.key.startswith("legacy.")}
    assert bench.report.ours.values.keys() >= rows


def test_the_audit_against_bare_parsing(bench: Bench) -> None:
    """``ai-models audit`` in one process over real code, as a multiple of ``ast.parse`` over the same files."""
    bench.audit()
    assert bench.report.ours.values["stdlib.ratio"] > 0
