"""The order in which searches answer: the models of some statuses at an instant, the cheaper ones first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

from ai_models.catalog.snapshot import ModelRow
from ai_models.models.base import ModelStatus, status_on

__all__ = ["Ranking", "row_status", "seconds_at"]

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY_SECONDS = 86_400
_MOST_KEPT = 4_096


class Ranking:
    """Orders the rows of an index. Between two instants at which a status or a price changes, the order stays."""

    def __init__(self, rows: Sequence[ModelRow]) -> None:
        self._rows = rows
        self._kept: dict[tuple[frozenset[ModelStatus], int], list[tuple[int, int]]] = {}

    def cheapest_first(self, statuses: frozenset[ModelStatus], at: datetime) -> list[tuple[int, int]]:
        """(supported mask, row) of the models with these statuses, by the price of 1M input plus 1M output tokens.

        Models without such a price in USD come last; equal ones stand by maker and id.
        """
        seconds = at.timestamp()
        era = bisect_right(self._boundaries, seconds)
        ranked = self._kept.get((statuses, era))
        if ranked is None:
            ranked = self._rank(statuses, seconds)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[statuses, era] = ranked
        return ranked

    def _rank(self, statuses: frozenset[ModelStatus], seconds: float) -> list[tuple[int, int]]:
        day = int(seconds // _DAY_SECONDS) + _EPOCH_ORDINAL
        rows = ((place, row) for place, row in enumerate(self._rows) if row_status(row, day) in statuses)
        priced = sorted((_price(row, seconds), row.maker, row.model_id, row.supported, place) for place, row in rows)
        return [(supported, place) for *_, supported, place in priced]

    @cached_property
    def _boundaries(self) -> list[float]:
        """Every instant at which a status or a price changes, in seconds since 1970."""
        instants: set[float] = set()
        for row in self._rows:
            days = (row.release, row.deprecated, row.retires)
            instants.update(seconds_at(day, 0.0) for day in days if day is not None)
            instants.update(start for start, _ in row.blend if start is not None)
        return sorted(instants)


def seconds_at(day: int | None, otherwise: float) -> float:
    """The midnight UTC of an ordinal day in seconds since 1970; ``otherwise`` where there is none."""
    return otherwise if day is None else float((day - _EPOCH_ORDINAL) * _DAY_SECONDS)


def row_status(row: ModelRow, day: int) -> ModelStatus:
    """The status of a row's model on an ordinal day."""
    return status_on(day, row.status, row.release, row.deprecated, row.retires)


def _price(row: ModelRow, seconds: float) -> float:
    known = [price for start, price in row.blend if start is None or start <= seconds]
    return known[-1] if known else float("inf")
