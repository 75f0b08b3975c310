"""Published scores as values: which are of one series, which repeat each other, and how names are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from ai_models.models.benchmarks import Benchmark, Series, comparable, each_once, fold, in_order


def score(figure: str = "50", name: str = "SWE-Bench Pro", **more: Any) -> Benchmark:
    return Benchmark(name=name, score=Decimal(figure), **{"source": "https://acme.example/eval", **more})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SWE-Bench Pro", "swe bench pro"),
        ("SWE-Bench Pro", "SWE_BENCH\u2011PRO"),
        ("Humanity's Last Exam", "Humanity\u2019s last exam"),
        ("τ³ Banking", "τ3 banking"),
    ],
)
def test_spellings_that_differ_in_case_dashes_spaces_and_apostrophes_are_one_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Bench 2.1", "Bench 21"), ("pass@1", "pass 1"), ("LiveCodeBench", "LiveCodeBench Pro"), ("C++", "C")]
)
def test_what_tells_names_apart_still_does(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_series_is_the_same_in_every_spelling_and_holds_one_model_at_several_settings() -> None:
    one = score(metric="pass@1", harness="Claude Code", dataset="public", version="2.1", variant="max")
    other = score("60", name="swe bench pro", metric="Pass@1", harness="claude-code", dataset="Public", version="2.1")
    assert comparable(one, other)
    assert one.series == other.series
    assert len({one.series, other.series}) == 1
    assert one.setting != other.setting, "the variant tells two scores of one model apart"


@pytest.mark.parametrize("part", ["name", "metric", "harness", "dataset", "version"])
def test_scores_do_not_compare_where_one_part_differs_or_is_stated_by_one_alone(part: str) -> None:
    alike = {"metric": "pass@1", "harness": "Codex", "dataset": "public", "version": "1"}
    one, other = score(**alike), score(**{**alike, part: "another"})
    assert not comparable(one, other)
    if part != "name":
        assert not comparable(one, score(**{**alike, part: None}))
    assert Series("A") != "A"


def test_how_a_score_was_measured_can_be_said_in_words() -> None:
    assert score().words == "metric not stated, harness not stated"
    full = score(metric="resolve rate", harness="Codex", dataset="public", version="2", variant="high")
    assert full.words == "resolve rate, harness Codex, dataset public, version 2, variant high"


def test_the_same_score_stated_twice_is_one_and_another_figure_is_another_score() -> None:
    first, again, other = score("61.3"), score("61.30", source="https://other.example/x"), score("61.4")
    assert each_once([first, again, other]) == (first, other)
    assert each_once([first, score("61.3", variant="max")]) == (first, score("61.3", variant="max"))


def test_the_order_is_that_of_what_was_measured_and_of_the_days_whatever_came_first() -> None:
    expected = [
        score("9", name="Aider"),
        score("3", date=date(2026, 1, 1)),
        score("1", date=date(2026, 1, 2)),
        score("2"),
        score("0", version="2"),
    ]
    for found in permutations(expected):
        assert in_order(found) == expected
