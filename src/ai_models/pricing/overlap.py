"""Input tokens counted twice over: by modality and by cache use, without saying how the two counts intersect.

The counts are the margins of a table with a row a modality and a column a kind. ``settle`` fills the cells that follow
from the margins; ``cheapest`` finds the table with the least cost among those that are possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

from ai_models.errors import InconsistentUsageError

__all__ = ["Cell", "Overlap", "cheapest", "settle"]

Cell = tuple[str, str]
"""A modality and a kind."""


class Overlap(NamedTuple):
    """A table of which some cells are known; ``rows`` and ``columns`` are what is left for the ``free`` ones."""

    known: dict[Cell, int]
    rows: dict[str, int]
    columns: dict[str, int]
    free: tuple[Cell, ...]


def settle(rows: Mapping[str, int], columns: Mapping[str, int], fixed: Mapping[Cell, int]) -> Overlap:
    """Fill every cell that the margins and the cells given leave only one value for.

    Raises:
        InconsistentUsageError: a cell that is given cannot be.
    """
    left, above = dict(rows), dict(columns)
    known: dict[Cell, int] = {}
    free = {(row, column) for row in rows for column in columns}
    for cell, count in fixed.items():
        if cell in free:
            _place(cell, count, known, left, above)
            free.remove(cell)
        elif count:
            raise InconsistentUsageError.impossible(f"{count} tokens are both {cell[0]} and {cell[1]}", {**rows, **columns})
    while forced := _forced(free, left, above):
        cell, count = forced
        _place(cell, count, known, left, above)
        free.remove(cell)
    if not free and any((*left.values(), *above.values())):
        raise InconsistentUsageError.impossible("the intersections leave tokens over", {**rows, **columns})
    return Overlap(known, left, above, tuple(sorted(free)))


def _place(cell: Cell, count: int, known: dict[Cell, int], left: dict[str, int], above: dict[str, int]) -> None:
    row, column = cell
    left[row] -= count
    above[column] -= count
    if left[row] < 0 or above[column] < 0:
        raise InconsistentUsageError.impossible(f"{count} tokens are both {row} and {column}", {**left, **above})
    known[cell] = count


def _forced(free: set[Cell], left: Mapping[str, int], above: Mapping[str, int]) -> tuple[Cell, int] | None:
    """A free cell with one possible value: its margin is used up, or it is the last one of it."""
    for row, column in sorted(free):
        if not left[row] or not above[column]:
            return (row, column), 0
        if sum(cell[0] == row for cell in free) == 1:
            return (row, column), left[row]
        if sum(cell[1] == column for cell in free) == 1:
            return (row, column), above[column]
    return None


def cheapest(overlap: Overlap, price: Callable[[Cell], Fraction]) -> dict[Cell, int]:
    """The free cells of the table that costs least, ``price`` being what a token of a cell costs.

    A transport problem, solved exactly by successive cheapest paths; it has at most four rows and eight columns.

    Raises:
        InconsistentUsageError: no table has these margins.
    """
    costs = {cell: price(cell) for cell in overlap.free}
    filled = dict.fromkeys(overlap.free, 0)
    rows, columns = dict(overlap.rows), dict(overlap.columns)
    while any(rows.values()):
        path = _cheapest_path(costs, filled, rows, columns)
        if path is None:
            raise InconsistentUsageError.impossible("the intersections leave no possible table", {**rows, **columns})
        first, last = path[0][0], path[-1][1]
        amount = min([rows[first], columns[last], *(filled[cell] for cell in path[1::2])])
        for place, cell in enumerate(path):
            filled[cell] += -amount if place % 2 else amount
        rows[first] -= amount
        columns[last] -= amount
    return filled


def _cheapest_path(
    costs: Mapping[Cell, Fraction], filled: Mapping[Cell, int], rows: Mapping[str, int], columns: Mapping[str, int]
) -> list[Cell] | None:
    """Cells that lead from a row with tokens left to a column with room, every second one given back on the way."""
    best: dict[tuple[str, str], tuple[Fraction, list[Cell]]] = {
        ("row", row): (Fraction(0), []) for row, count in rows.items() if count
    }
    for _ in range(len(rows) + len(columns)):  # Bellman and Ford: giving back has a negative cost
        for cell, cost in costs.items():
            row, column = ("row", cell[0]), ("column", cell[1])
            _relax(best, row, column, cell, cost)
            if filled[cell]:
                _relax(best, column, row, cell, -cost)
    ends = [best["column", column] for column, room in columns.items() if room and ("column", column) in best]
    return min(ends, key=lambda end: (end[0], end[1]))[1] if ends else None


def _relax(
    best: dict[tuple[str, str], tuple[Fraction, list[Cell]]],
    start: tuple[str, str],
    end: tuple[str, str],
    cell: Cell,
    cost: Fraction,
) -> None:
    if start in best:
        total, path = best[start]
        if (end not in best or total + cost < best[end][0]) and cell not in path:
            best[end] = (total + cost, [*path, cell])
