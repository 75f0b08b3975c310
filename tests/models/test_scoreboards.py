"""One score of a model where several exist: never of two series, and never one of several without being told which."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ai_models.errors import AmbiguousScoreError, UnknownBenchmarkError, UnknownConditionError
from ai_models.models.base import Lifecycle, Metadata, ModelSpec
from ai_models.models.benchmarks import Benchmark
from ai_models.models.scoreboards import NOT_STATED, Scoreboard, Scoreboards


def score(figure: str, name: str = "Swing Bench", **more: Any) -> Benchmark:
    return Benchmark(name=name, score=Decimal(figure), source="https://acme.example/eval", **more)


def model(model_id: str, *scores: Benchmark) -> ModelSpec:
    return ModelSpec(
        model_id=model_id,
        provider="acme",
        metadata=Metadata(name=model_id, last_verified=date(2026, 1, 1)),
        lifecycle=Lifecycle(),
        supported_mask=0,
        unsupported_mask=0,
        benchmarks=scores,
    )


BIG = model(
    "big",
    score("60", metric="pass@1", harness="Claude Code", variant="max", date=date(2026, 3, 1)),
    score("50", metric="pass@1", harness="Claude Code", variant="medium"),
    score("70", metric="resolve rate"),
    score("40", name="Terminal Bench", version="2.1"),
)
SMALL = model("small", score("9.90", metric="pass@1", harness="Codex", date=date(2026, 5, 1)), score("1", name="Aider"))
MID = model("mid", score("55", metric="Pass@1", harness="claude code"), score("30", name="Terminal Bench", version="1"))
BARE = model("bare")
BOARDS = Scoreboards([BARE, BIG, MID, SMALL])


@pytest.fixture
def swing() -> Scoreboard:
    return BOARDS.named("swing-bench")


def test_benchmarks_are_listed_by_name_with_their_counts() -> None:
    assert [(board.name, len(board.scores), len(board.models), len(board.series), board.newest) for board in BOARDS] == [
        ("Aider", 1, 1, 1, None),
        ("Swing Bench", 5, 3, 3, date(2026, 5, 1)),
        ("Terminal Bench", 2, 2, 2, None),
    ]


def test_series_come_with_the_largest_first_and_rank_the_highest_first(swing: Scoreboard) -> None:
    assert [(series.words, count) for series, count in swing.series.items()] == [
        ("pass@1, harness Claude Code", 3),
        ("pass@1, harness Codex", 1),
        ("resolve rate, harness not stated", 1),
    ]
    ranked = swing.ranked(next(iter(swing.series)))
    assert [(spec.model_id, str(found.score)) for spec, found in ranked] == [("big", "60"), ("mid", "55"), ("big", "50")]


@pytest.mark.parametrize("name", ["Swing Bench", "swingbench", "SWING_BENCH", " swing-bench "])
def test_a_name_is_found_in_any_spelling(name: str) -> None:
    assert BOARDS.named(name).name == "Swing Bench"


def test_a_name_with_a_version_is_that_version_alone() -> None:
    board = BOARDS.named("terminal-bench 2.1")
    assert (board.title, [spec.model_id for spec in board.models]) == ("Terminal Bench 2.1", ["big"])
    assert board.score_of(MID) is None
    assert BOARDS.named("terminal bench").score_of(MID) is not None


def test_an_unknown_name_is_an_error_with_the_nearest_ones() -> None:
    with pytest.raises(UnknownBenchmarkError, match="did you mean Swing Bench") as found:
        BOARDS.named("swings bench")
    assert found.value.suggestions == ("Swing Bench",)
    assert found.value.known == ("Aider", "Swing Bench", "Terminal Bench")
    with pytest.raises(UnknownBenchmarkError, match="the catalogue holds no scores"):
        Scoreboards([]).named("x")


def test_the_only_score_of_a_model_needs_no_choice(swing: Scoreboard) -> None:
    found = swing.score_of(SMALL)
    assert found is not None
    assert str(found.score) == "9.90", "as published"
    assert swing.score_of(BARE) is None


def test_scores_of_two_harnesses_are_never_mixed(swing: Scoreboard) -> None:
    with pytest.raises(AmbiguousScoreError) as found:
        swing.score_of(BIG)
    assert "acme/big has 3 scores of Swing Bench" in str(found.value)
    assert "70 (resolve rate, harness not stated)" in found.value.candidates
    for pick in ("highest", "lowest"):
        with pytest.raises(AmbiguousScoreError):
            swing.score_of(BIG, pick=pick)  # type: ignore[arg-type]


def test_a_harness_chooses_and_a_model_without_it_has_no_score(swing: Scoreboard) -> None:
    assert swing.score_of(MID, harness="CLAUDE-CODE") is MID.benchmarks[0]
    assert swing.score_of(SMALL, harness="Claude Code") is None
    assert swing.score_of(BIG, harness=NOT_STATED) is BIG.benchmarks[2]
    assert swing.score_of(BIG, metric="resolve rate") is BIG.benchmarks[2]


def test_several_settings_of_one_series_need_a_variant_or_one_end(swing: Scoreboard) -> None:
    with pytest.raises(AmbiguousScoreError, match=r"variant max.*variant medium"):
        swing.score_of(BIG, harness="Claude Code")
    assert swing.score_of(BIG, harness="Claude Code", variant="Medium") is BIG.benchmarks[1]
    assert swing.score_of(BIG, harness="Claude Code", pick="highest") is BIG.benchmarks[0]
    assert swing.score_of(BIG, harness="Claude Code", pick="lowest") is BIG.benchmarks[1]


def test_what_no_score_states_is_an_error_and_not_the_answer_none(swing: Scoreboard) -> None:
    with pytest.raises(UnknownConditionError, match=r"harness of Swing Bench.*did you mean Claude Code") as found:
        swing.score_of(SMALL, harness="claud cod")
    assert found.value.known == ("Claude Code", "Codex", NOT_STATED)
    with pytest.raises(UnknownConditionError):
        swing.score_of(BIG, harness="")
    with pytest.raises(UnknownConditionError):
        BOARDS.named("Aider").score_of(SMALL, version="2")


def test_models_that_are_compared_are_asked_for_in_one_series(swing: Scoreboard) -> None:
    with pytest.raises(AmbiguousScoreError, match="the catalogue has 3 scores of Swing Bench"):
        swing.series_of()
    series = swing.series_of(harness="claude code")
    found = [swing.score_of(spec, series=series, pick="highest") for spec in (BIG, MID, SMALL, BARE)]
    assert [None if one is None else str(one.score) for one in found] == ["60", "55", None, None]
    with pytest.raises(UnknownConditionError, match=r"metric resolve rate.*pass@1, harness Codex"):
        swing.series_of(harness="Codex", metric="resolve rate")
