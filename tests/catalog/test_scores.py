"""Which published scores cannot be, at their boundaries, and which contradict each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.scores import impossible, is_address, is_percentage, score_conflicts
from ai_models.models.benchmarks import Benchmark

PAGE = "https://acme.example/eval"
BARE = "model_id: one\nprovider: acme\nmetadata: {name: One, last_verified: 2026-01-01}\n"


def score(figure: str = "50", **more: Any) -> Benchmark:
    return Benchmark(**{"name": "Bench", "score": Decimal(figure), "source": PAGE, **more})


@pytest.mark.parametrize(
    "metric",
    ["percent", "Percent correct", "percent resolved", "resolved", "resolve rate", "success rate", "accuracy", "pass@1",
     "average pass@10", "% solved", "percentage"],
)  # fmt: skip
def test_metrics_that_say_so_are_parts_of_a_hundred(metric: str) -> None:
    assert is_percentage(metric)
    assert impossible(score("100", metric=metric)) is None
    assert impossible(score("0", metric=metric)) is None
    over = impossible(score("100.01", metric=metric))
    assert over == ("score", "is above a hundred, and its metric is a part of a hundred")


@pytest.mark.parametrize("metric", [None, "index", "Elo", "score", "rating", "points", "percentile rank"])
def test_metrics_that_say_nothing_may_have_any_scale(metric: str | None) -> None:
    assert not is_percentage(metric)
    assert impossible(score("1350", metric=metric)) is None


@pytest.mark.parametrize("figure", ["-0.1", "-0", "-5"])
def test_a_negative_score_cannot_be(figure: str) -> None:
    assert impossible(score(figure)) == ("score", "is negative")


@pytest.mark.parametrize(
    "source",
    [PAGE, "http://a.io", "https://x.example:8080/a?b=c#d", "https://arxiv.org/abs/2602.10604", "https://xn--bcher-kva.example/",
     "https://a.example/" + "x" * 1_982],
)  # fmt: skip
def test_addresses_of_pages_are_sources(source: str) -> None:
    assert is_address(source)


@pytest.mark.parametrize(
    "source",
    ["", "acme", "the paper", "ftp://a.example/x", "javascript:alert(1)", "https://", "https://nohost", "https:///x",
     "https://a.example/a b", "https://user:secret@a.example/", "https://a.example\\x", "https://a.example/\x1b[31m",
     "https://a.example/" + "x" * 1_983, "see https://a.example", "https://a.example:999999/"],
)  # fmt: skip
def test_anything_else_is_no_source(source: str) -> None:
    assert not is_address(source)
    found = impossible(score(source=source))
    assert found is not None
    assert found[0] == "source"


@pytest.mark.parametrize("field", ["name", "metric", "harness", "variant", "dataset", "version"])
def test_a_word_without_a_letter_or_digit_says_nothing(field: str) -> None:
    assert impossible(score(**{field: "--"})) == (field, "has neither a letter nor a digit")


def test_scores_of_one_setting_that_differ_are_a_conflict_with_both_pages_and_days() -> None:
    found = score_conflicts(
        [
            score("61.3", metric="pass@1", date=date(2026, 1, 2)),
            score("62.0", metric="Pass@1", source="https://other.example/x"),
            score("70", metric="pass@1", variant="max"),
            score("61.3", metric="resolved"),
        ]
    )
    assert [(conflict.field, dict(conflict.values)) for conflict in found] == [
        ("benchmarks: Bench, pass@1, harness not stated", {PAGE: "61.3 (2026-01-02)", "https://other.example/x": "62.0"})
    ]
    assert found[0].settled_by == "nothing: each stands with its source"


def test_figures_of_one_page_are_named_side_by_side_and_equal_ones_are_no_conflict() -> None:
    (found,) = score_conflicts([score("1"), score("2")])
    assert dict(found.values) == {PAGE: "1 / 2"}
    assert score_conflicts([score("1"), score("1.0", source="https://other.example/x")]) == ()


# In files.


@pytest.mark.parametrize(
    ("entry", "field", "message"),
    [
        (f"{{name: B, score: 100.1, metric: percent, source: {PAGE}}}", "score", "is above a hundred"),
        ("{name: C, score: 5, source: our own run}", "source", "is not the address of a public page"),
        (f"{{name: '--', score: 5, source: {PAGE}}}", "name", "has neither a letter nor a digit"),
        (f"{{name: D, score: -5, source: {PAGE}}}", "score", "must not be negative"),
        (f"{{name: E, score: many, source: {PAGE}}}", "score", "must be a number"),
        (f"{{name: F, source: {PAGE}}}", "score", "is missing"),
        (f"{{name: G, score: 1, sauce: {PAGE}, source: {PAGE}}}", "sauce", "is not a key here"),
    ],
)
def test_a_definition_with_an_impossible_score_names_line_and_field(
    report: Any, entry: str, field: str, message: str
) -> None:
    good = f"{{name: A, score: 100, metric: percent, source: {PAGE}}}"
    (problem,) = report(BARE + f"benchmarks:\n  - {good}\n  - {entry}\n")
    assert (problem.line, problem.field) == (6, f"benchmarks[1].{field}")
    assert problem.message.startswith(message)


def test_the_source_that_led_to_a_score_must_be_known(report: Any) -> None:
    sources = "sources: {feed: {name: A feed, url: 'https://feed.example', licence: MIT}}"
    text = BARE + f"benchmarks: [{{name: A, score: 1, source: {PAGE}, via: fed}}]"
    (problem,) = report(text, sources)
    assert (problem.message, problem.nearest) == ("is not named in the sources file", "feed")
    assert report(text.replace("via: fed", "via: feed"), sources) == []


def test_a_compiled_model_has_each_score_once_and_shows_what_contradicts(write: Any, tmp_path: Any) -> None:
    entry = f"source: {PAGE}, metric: percent"
    write(
        "files/one.yaml",
        BARE
        + f"""benchmarks:
  - {{name: A, score: 12.0, {entry}}}
  - {{name: a, score: 12, {entry}}}
  - {{name: A, score: 13, {entry}}}
""",
    )
    spec = Catalog.load(tmp_path / "files").get_model("one")
    assert [str(found.score) for found in spec.benchmarks] == ["12.0", "13"]
    assert [conflict.field for conflict in spec.conflicts] == ["benchmarks: A, percent, harness not stated"]
