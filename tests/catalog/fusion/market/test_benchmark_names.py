"""The reviewed table of names: what it joins, and what it leaves apart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ai_models.catalog.fusion.market.benchmark_names import BenchmarkTable, Named
from ai_models.catalog.fusion.market.rules import read_market_rules
from ai_models.models.benchmarks import Benchmark, fold

TABLE = read_market_rules().scores


def spelled(name: str, **more: Any) -> tuple[str | None, ...]:
    """Name, version, metric, harness and variant under the shipped table."""
    found = TABLE.spelled(Benchmark(name=name, score=Decimal(1), source="https://acme.example/eval", **more))
    return found.name, found.version, found.metric, found.harness, found.variant


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SWE Bench Pro", ("SWE-Bench Pro", None)),
        ("swe-bench verified", ("SWE-Bench Verified", None)),
        ("Humanity\u2019s Last Exam", ("Humanity's Last Exam", None)),
        ("Terminal Bench 2.1", ("Terminal-Bench", "2.1")),
        ("Terminal-Bench 2", ("Terminal-Bench", "2")),
        ("terminal-bench", ("Terminal-Bench", None)),
        ("Terminal-Bench Hard", ("Terminal-Bench Hard", None)),
        ("Terminal-Bench Hard 2.0", ("Terminal-Bench Hard 2.0", None)),
        ("MRCRv2", ("MRCRv2", None)),
        ("GPQA 2.1", ("GPQA 2.1", None)),
    ],
)
def test_a_name_is_that_of_the_table_and_a_number_behind_some_is_the_version(
    name: str, expected: tuple[str, str | None]
) -> None:
    assert spelled(name)[:2] == expected


def test_a_version_that_contradicts_the_name_leaves_it_as_it_is() -> None:
    assert spelled("Terminal-Bench 2.1", version="2.1")[:2] == ("Terminal-Bench", "2.1")
    assert spelled("Terminal-Bench 2.1", version="2.0")[:2] == ("Terminal-Bench 2.1", "2.0")


@pytest.mark.parametrize("metric", ["resolved", "percent resolved", "Resolve Rate"])
def test_the_part_of_issues_that_is_resolved_is_one_metric_of_swe_bench(metric: str) -> None:
    assert spelled("SWE Bench Pro", metric=metric)[2] == "percent resolved"


@pytest.mark.parametrize("metric", ["pass@1", "score", "percent", None])
def test_other_metrics_stay_apart(metric: str | None) -> None:
    assert spelled("SWE-Bench Pro", metric=metric)[2] == metric


def test_the_same_word_means_nothing_in_a_benchmark_that_nobody_reviewed() -> None:
    assert spelled("Other Bench", metric="resolved")[2] == "resolved"


def test_a_program_in_the_place_of_the_variant_is_the_harness_where_none_is_stated() -> None:
    assert spelled("X", variant="claude code")[3:] == ("Claude Code", None)
    assert spelled("X", variant="Claude Code", harness="Terminus-2")[3:] == ("Terminus-2", "Claude Code")
    assert spelled("X", variant="max")[3:] == (None, "max")
    assert spelled("X", harness="Codex CLI")[3:] == ("Codex CLI", None), "harnesses are not joined"


def test_no_two_names_of_the_table_are_spellings_of_one() -> None:
    assert len({fold(name) for name in TABLE.benchmarks}) == len(TABLE.benchmarks)
    for named in TABLE.benchmarks.values():
        words = [fold(word) for metric, others in named.metrics.items() for word in (metric, *others)]
        assert len(set(words)) == len(words)


def test_an_empty_table_changes_nothing() -> None:
    score = Benchmark(name="Terminal Bench 2.1", score=Decimal(1), source="https://a.example", variant="Claude Code")
    assert BenchmarkTable().spelled(score) == score
    unversioned = BenchmarkTable(benchmarks={"Terminal Bench": Named()})
    assert unversioned.spelled(score).name == "Terminal Bench 2.1"
