"""The order of search results: by the price in force, and the same however often it was asked before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from ai_models.catalog.ranking import Ranking
from ai_models.catalog.snapshot import ModelRow
from ai_models.models.base import ModelStatus

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
ACTIVE = frozenset({ModelStatus.ACTIVE})


def row(model_id: str, blend: list[tuple[float | None, float]], *, release: date | None = None) -> ModelRow:
    return ModelRow(
        maker="acme",
        model_id=model_id,
        supported=1,
        unsupported=0,
        offering=model_id,
        family=None,
        window=None,
        status=None,
        release=None if release is None else release.toordinal(),
        deprecated=None,
        retires=None,
        blend=blend,
    )


def places(ranking: Ranking, at: datetime) -> list[int]:
    return [place for _, place in ranking.cheapest_first(ACTIVE, at)]


def test_the_order_turns_at_the_very_instant_of_a_price() -> None:
    ranking = Ranking([row("a", [(None, 1.0), (FIRST.timestamp(), 3.0)]), row("b", [(None, 2.0)])])
    assert places(ranking, FIRST - timedelta(microseconds=1)) == [0, 1]
    assert places(ranking, FIRST) == [1, 0]


def test_a_model_without_a_price_in_force_comes_last_and_equal_ones_by_name() -> None:
    ranking = Ranking([row("later", [(FIRST.timestamp(), 0.1)]), row("b", [(None, 2.0)]), row("a", [(None, 2.0)])])
    assert places(ranking, FIRST - timedelta(days=1)) == [2, 1, 0]


def test_a_long_lived_process_that_asks_of_everything_is_answered_rightly() -> None:
    days = [FIRST + timedelta(days=number) for number in range(140)]
    rows = [row(f"m{number:03}", [(None, 1.0)], release=day.date()) for number, day in enumerate(days)]
    subsets = [frozenset(chosen) for size in range(1, 6) for chosen in combinations(ModelStatus, size)]
    ranking = Ranking(rows)
    for day in days:
        for statuses in subsets:
            ranking.cheapest_first(statuses, day)
    assert places(ranking, days[0]) == [0]
    assert places(ranking, days[-1]) == list(range(140))
