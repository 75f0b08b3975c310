"""Published scores in a choice: as an objective, as a floor and as a loss, in one series only."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from shop import MONDAY

from ai_models import PricingService
from ai_models.errors import AmbiguousScoreError, InvalidSelectionError, UnknownBenchmarkError, UnknownConditionError
from ai_models.selection import Selection, select
from ai_models.selection.scores import lost_scores

Choose = Callable[..., Selection]
ALIVE = ["active", "preview", "deprecated"]


@pytest.fixture
def choose(shop: PricingService) -> Choose:
    def ask(**options: Any) -> Selection:
        return select(**{"at": MONDAY, "pricing_service": shop, "status": ALIVE, **options})

    return ask


def test_a_series_is_an_objective_and_the_highest_setting_counts(choose: Choose) -> None:
    found = choose(objective="puzzle[harness=A]")
    assert [(each.key, each.values["puzzle[harness=A]"]) for each in found.ranked] == [
        ("acme/old", Fraction("70.5")),
        ("acme/new", Fraction(65)),
    ]
    assert found.asked.objective == "the highest score in Puzzle (percent, harness A)"
    reasons = {reason for entry in found.rejected for reason in entry.reasons if reason.constraint == "objective"}
    assert {reason.text for reason in reasons} == {"no source states its puzzle[harness=A]"}
    assert all(reason.unknown for reason in reasons)


def test_a_model_without_a_score_ranks_last_where_it_is_allowed(choose: Choose) -> None:
    found = choose(objective="Puzzle[harness=C]", unknown="allow", makers="acme")
    assert [each.key for each in found.ranked] == ["acme/new", "acme/old", "acme/peaky"]
    assert found.ranked[1].unknown == ("no source states its Puzzle[harness=C]",)


def test_scores_have_a_weight_beside_the_cost(choose: Choose) -> None:
    by_score = choose(objective={"Puzzle[harness=A]": 3, "cost": 1})
    assert [each.key for each in by_score.ranked] == ["acme/old", "acme/new"]
    assert [each.key for each in choose(objective={"Puzzle[harness=A]": 1, "cost": 3}).ranked] == ["acme/new", "acme/old"]
    assert {each.key for each in by_score.frontier} == {"acme/old", "acme/new"}  # one is cheaper, one scores higher


@pytest.mark.parametrize(
    ("least", "found"),
    [
        (65, ["acme/new", "acme/old"]),
        (Decimal("65.1"), ["acme/old"]),
        (70.5, ["acme/old"]),
        (Decimal("70.51"), []),
    ],
)
def test_a_floor_is_inclusive(choose: Choose, least: Any, found: list[str]) -> None:
    assert [each.key for each in choose(benchmarks={"Puzzle[harness=A, metric=percent]": least}).ranked] == found


def test_why_a_model_is_below_a_floor_is_said(choose: Choose) -> None:
    found = choose(benchmarks={"Puzzle[harness=A]": 70})
    reasons = {entry.key: entry.reasons for entry in found.rejected}
    (below,) = reasons["acme/new"]
    assert below == (
        "benchmark Puzzle[harness=A]",
        "scores 65 in Puzzle (percent, harness A), less than 70",
        False,
    )
    (none,) = reasons["acme/peaky"]
    assert (none.text, none.unknown) == ("has no published score in Puzzle (percent, harness A)", True)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Puzzle", AmbiguousScoreError),  # harness A, B or C
        ("Puzzle[harness=D]", UnknownConditionError),
        ("Riddle", UnknownBenchmarkError),
        ("Puzzle[colour=red]", InvalidSelectionError),
        ("Puzzle[harness]", InvalidSelectionError),
        ("Puzzle[", InvalidSelectionError),
        ("", InvalidSelectionError),
    ],
)
def test_a_benchmark_that_means_none_or_several_is_refused(choose: Choose, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        choose(benchmarks={name: 1})
    with pytest.raises((error, InvalidSelectionError)):
        choose(objective=name)


@pytest.mark.parametrize(
    "benchmarks", [{"Puzzle[harness=A]": least} for least in ("70", None, True, float("nan"))] + [["x"]]
)
def test_a_floor_that_is_none_is_refused(choose: Choose, benchmarks: Any) -> None:
    with pytest.raises(InvalidSelectionError, match="benchmarks"):
        choose(benchmarks=benchmarks)


def test_only_scores_of_one_series_are_lost(shop: PricingService) -> None:
    old, new = shop.catalog.get_model("old"), shop.catalog.get_model("new")
    assert list(lost_scores(old, new)) == ["Puzzle: 65 instead of 70.5 (percent, harness A)"]
    assert list(lost_scores(new, old)) == []  # higher in the only series that both have
    assert list(lost_scores(old, old)) == []
