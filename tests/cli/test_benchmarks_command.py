"""``ai-models benchmarks``, and the scores in ``show`` and ``doctor``: never without their series, day and source."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import FILES, Run, uncoloured

from ai_models.cli.options import complete_benchmark

PAGE = "https://acme.example/eval"
BIG = f"""
        benchmarks:
          - {{name: Swing Bench, score: 60.0, metric: percent, harness: Codex, variant: max,
             date: 2026-03-01, source: {PAGE}}}
          - {{name: Swing Bench, score: 50, metric: percent, harness: Codex, variant: medium, source: {PAGE}}}
          - {{name: swing bench, score: 71.25, metric: percent, dataset: hard, source: "https://other.example/a"}}
          - {{name: Terminal, score: 40, version: "2.1", source: {PAGE}, via: feed}}
"""
MINI = f"""
        benchmarks:
          - {{name: Swing Bench, score: 9.5, metric: percent, harness: Codex, date: 2026-05-01, source: {PAGE}}}
          - {{name: Swing-Bench, score: 80, metric: percent, dataset: hard, source: "https://third.example/b"}}
          - {{name: Aider, score: 1, source: {PAGE}}}
"""


@pytest.fixture(autouse=True)
def scored(install: Callable[[dict[str, str]], Path], standing_clock: None) -> Path:
    """The made-up catalogue with scores."""
    more = {"acme/big.yaml": FILES["acme/big.yaml"] + BIG, "acme/mini.yaml": FILES["acme/mini.yaml"] + MINI}
    return install({**FILES, **more})


def test_the_list_counts_scores_models_and_series_with_the_newest_day(run: Run) -> None:
    answer = run("benchmarks")
    assert answer.code == 0
    assert [line.split() for line in answer.lines] == [
        ["Benchmark", "Scores", "Models", "Series", "Newest"],
        ["Aider", "1", "1", "1", "?"],
        ["Swing", "Bench", "5", "2", "2", "2026-05-01"],
        ["Terminal", "1", "1", "1", "?"],
    ]


def test_the_list_as_json_names_the_series_and_as_csv_is_a_table(run: Run) -> None:
    swing = run("benchmarks", "--json").json[1]
    assert {key: swing[key] for key in ("name", "scores", "models", "newest")} == {
        "name": "Swing Bench", "scores": 5, "models": 2, "newest": "2026-05-01",
    }  # fmt: skip
    assert swing["series"][0] == {"metric": "percent", "harness": "Codex", "dataset": None, "version": None, "scores": 3}
    rows = list(csv.reader(io.StringIO(run("benchmarks", "--csv").out)))
    assert rows == [
        ["name", "scores", "models", "series", "newest"],
        ["Aider", "1", "1", "1", ""],
        ["Swing Bench", "5", "2", "2", "2026-05-01"],
        ["Terminal", "1", "1", "1", ""],
    ]


def test_a_benchmark_is_a_table_for_each_series_and_nothing_is_ranked_across_them(run: Run) -> None:
    lines = run("benchmarks", "SWING_bench").lines
    assert lines[0] == "Swing Bench  percent, harness Codex: 3 scores"
    assert [line.split() for line in lines[1:5]] == [
        ["Model", "Score", "Variant", "Date", "Source"],
        ["acme/big-2", "60.0", "max", "2026-03-01", PAGE],
        ["acme/big-2", "50", "medium", "?", PAGE],
        ["acme/mini", "9.5", "2026-05-01", PAGE],
    ]
    assert lines[6] == "Swing Bench  percent, harness not stated, dataset hard: 2 scores"
    assert [line.split()[:2] for line in lines[8:10]] == [["acme/mini", "80"], ["acme/big-2", "71.25"]]
    assert lines[10] == "no harness is stated: 2 pages, and each may have used one of its own"


def test_a_version_may_be_asked_for_alone(run: Run) -> None:
    assert (
        run("benchmarks", "terminal 2.1").lines[0] == "Terminal  metric not stated, harness not stated, version 2.1: 1 score"
    )


def test_a_benchmark_as_json_and_csv_has_every_part(run: Run) -> None:
    facts = run("benchmarks", "swing bench", "--json").json
    assert facts["name"] == "Swing Bench"
    assert [len(series["scores"]) for series in facts["series"]] == [3, 2]
    assert facts["series"][0]["scores"][0] == {
        "model_id": "big-2", "maker": "acme", "name": "Swing Bench", "score": "60.0", "metric": "percent",
        "harness": "Codex", "variant": "max", "dataset": None, "version": None, "date": "2026-03-01",
        "source": PAGE, "via": None,
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(run("benchmarks", "swing bench", "--csv").out)))
    assert [(row["model_id"], row["score"], row["harness"], row["variant"]) for row in rows] == [
        ("big-2", "60.0", "Codex", "max"),
        ("big-2", "50", "Codex", "medium"),
        ("mini", "9.5", "Codex", ""),
        ("mini", "80", "", ""),
        ("big-2", "71.25", "", ""),
    ]


def test_an_unknown_benchmark_exits_with_2_and_the_nearest_name(run: Run) -> None:
    answer = run("benchmarks", "swing-bensh")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "error: no benchmark is called 'swing-bensh'; did you mean Swing Bench?\n"
    assert "\x1b" not in run("benchmarks", "\x1b[31m").err


def test_two_forms_at_once_are_refused(run: Run) -> None:
    assert run("benchmarks", "--json", "--csv").code == 2


def test_a_catalogue_without_scores_says_so_and_exits_with_1(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    install(FILES)
    answer = run("benchmarks")
    assert (answer.code, answer.out) == (1, "the catalogue holds no scores\n")
    assert (run("benchmarks", "--json").code, run("benchmarks", "--json").json) == (1, [])
    assert run("benchmarks", "x").err == "error: no benchmark is called 'x'; the catalogue holds no scores\n"
    assert "Published scores" not in run("show", "big-2").out


def test_show_has_the_scores_with_metric_harness_variant_day_and_source(run: Run) -> None:
    answer = run("show", "big-2")
    start = answer.lines.index("Published scores  compare within a series only: ai-models benchmarks NAME")
    assert [line.split() for line in answer.lines[start + 1 : start + 6]] == [
        ["Benchmark", "Score", "Metric", "Harness", "Variant", "Date", "Source"],
        ["Swing", "Bench", "60.0", "percent", "Codex", "max", "2026-03-01", PAGE],
        ["Swing", "Bench", "50", "percent", "Codex", "medium", "?", PAGE],
        ["swing", "bench", "(hard)", "71.25", "percent", "?", "?", "https://other.example/a"],
        ["Terminal", "2.1", "40", "?", "?", "?", PAGE],
    ]
    facts = run("show", "big-2", "--json").json
    assert [score["score"] for score in facts["benchmarks"]] == ["60.0", "50", "71.25", "40"]
    assert facts["benchmarks"][3]["via"] == "feed"
    assert run("show", "bare", "--json").json["benchmarks"] == []


def test_tables_fit_a_narrow_terminal_and_name_what_they_leave_out(run: Run) -> None:
    out = uncoloured(run("benchmarks", "swing bench", width=40).out)
    assert max(map(len, out.splitlines())) <= 75, "notes wrap at words only where the terminal does"
    assert "not shown at this width: source" in out
    shown = uncoloured(run("show", "big-2", width=80).out)
    assert max(map(len, shown.splitlines())) <= 80


def test_contradicting_scores_are_listed_as_conflicts(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    twice = f"""
        benchmarks:
          - {{name: Swing Bench, score: 60, source: {PAGE}}}
          - {{name: swing-bench, score: 61, source: "https://other.example/a"}}
    """
    install({**FILES, "acme/mini.yaml": FILES["acme/mini.yaml"] + twice})
    found = run("conflicts", "--json").json
    assert found[1] == {
        "subject": "acme/mini",
        "field": "benchmarks: Swing Bench, metric not stated, harness not stated",
        "values": {PAGE: "60", "https://other.example/a": "61"},
        "settled_by": "nothing: each stands with its source",
    }
    assert run("doctor", "--json").json["conflicts"] == 2


def test_the_evidence_of_a_score_is_its_page_and_what_led_to_it(run: Run) -> None:
    facts = {fact["value"]: fact for fact in run("show", "big-2", "--evidence", "--json").json}
    found = facts["40 (metric not stated, harness not stated, version 2.1)"]
    assert (found["field"], found["sources"]) == ("benchmark Terminal", [PAGE, "feed (2026-11-01)"])
    assert facts["60.0 (percent, harness Codex, variant max)"]["sources"] == [PAGE]


def test_doctor_counts_the_scores(run: Run) -> None:
    facts = run("doctor", "--json").json
    assert (facts["benchmark_scores"], facts["benchmarks"], facts["models_with_scores"]) == (7, 3, 2)
    assert run("doctor").line("published scores").endswith("7 in 3 benchmarks, of 2 models")


def test_names_complete() -> None:
    assert complete_benchmark("S") == ["Swing Bench"]
