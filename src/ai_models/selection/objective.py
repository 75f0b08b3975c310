"""What makes one candidate better than another: a dimension, or weights over several."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from ai_models.errors import InvalidSelectionError, UnknownBenchmarkError
from ai_models.pricing.counts import exact_number
from ai_models.selection.subject import Subject

__all__ = ["DIMENSIONS", "Dimension", "Key", "Number", "Objective", "Weighted", "objective_of"]

Number = int | Fraction
"""Tokens, days (ordinals), USD and scores, all of them exact."""

Key = tuple[float, Number]
"""A number as it is compared: its nearest float settles nearly every comparison at once, and the number itself the rest."""


class Dimension(NamedTuple):
    """Something by which candidates are compared; ``value`` is None where it is not known.

    ``lower`` says whether less is better, ``ratio`` whether twice as much matters the same everywhere on the scale, as it
    does for money and windows.
    """

    name: str
    label: str
    value: Callable[[Subject], Number | None]
    lower: bool = False
    ratio: bool = False

    def key(self, value: Number) -> Key:
        """The value so that less is better."""
        number = value if self.lower else -value
        return float(number), number


def _released(subject: Subject) -> int | None:
    day = subject.spec.metadata.release_date
    return None if day is None else day.toordinal()


DIMENSIONS = {
    dimension.name: dimension
    for dimension in (
        Dimension("cost", "the lowest cost", lambda subject: subject.cost.exact, lower=True, ratio=True),
        Dimension("context", "the largest prompt window", lambda subject: subject.window, ratio=True),
        Dimension("newest", "the latest release", _released),
    )
}


class Weighted(NamedTuple):
    """A dimension with its part in the whole; the parts add up to 1."""

    dimension: Dimension
    weight: Fraction


class Objective(NamedTuple):
    """What is wanted: one dimension, or several by weight."""

    parts: tuple[Weighted, ...]

    @property
    def label(self) -> str:
        """The objective in words."""
        if len(self.parts) == 1:
            return self.parts[0].dimension.label
        return ", ".join(f"{float(part.weight):.0%} {part.dimension.label}" for part in self.parts)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions that count."""
        return tuple(part.dimension for part in self.parts)

    def scores(self, candidates: Sequence[Subject]) -> list[Key | None]:
        """A score for each candidate, less being better; None where a value that counts is not known.

        Several dimensions are each brought to 0 (the best of the candidates) to 1 (the worst of them): money and windows by
        their ratio, days and scores by their difference.
        """
        columns = [[part.dimension.value(candidate) for candidate in candidates] for part in self.parts]
        if len(self.parts) == 1:
            dimension = self.parts[0].dimension
            return [None if value is None else dimension.key(value) for value in columns[0]]
        scaled = [_scaled(part.dimension, column) for part, column in zip(self.parts, columns, strict=True)]
        weights = [float(part.weight) for part in self.parts]
        return [
            None
            if None in row
            else (sum(weight * value for weight, value in zip(weights, row, strict=True) if value is not None), 0)
            for row in zip(*scaled, strict=True)
        ]


def _scaled(dimension: Dimension, column: Sequence[Number | None]) -> list[float | None]:
    keys = [None if value is None else _on_scale(dimension, value) for value in column]
    known = [key for key in keys if key is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [None if key is None else (key - low) / (high - low) if high > low else 0.0 for key in keys]


def _on_scale(dimension: Dimension, value: Number) -> float:
    placed = math.log1p(float(value) * _FINE) if dimension.ratio else float(value)
    return placed if dimension.lower else -placed


_FINE = 1e6
"""So that a cost of nothing has a place on the scale of ratios, a millionth below the least that is asked for anything."""


def objective_of(given: str | Mapping[str, float | Decimal], benchmark: Callable[[str], Dimension]) -> Objective:
    """The objective that a name or weights mean; ``benchmark`` makes the dimension of one.

    Raises:
        InvalidSelectionError: a name that is no dimension, or weights that are none.
        AmbiguousScoreError: a benchmark with several series; it lists them.
    """
    wanted: Any = {given: 1} if isinstance(given, str) else given
    if not isinstance(wanted, Mapping) or not wanted:
        raise InvalidSelectionError("objective", given, expected=_EXPECTED)
    weights = {name: _weight(name, weight) for name, weight in wanted.items()}
    total = sum(weights.values())
    return Objective(tuple(Weighted(_dimension(name, benchmark), weight / total) for name, weight in weights.items()))


_EXPECTED = "cost, context, newest, a benchmark's name, or weights over several, such as {'cost': 3, 'context': 1}"


def _dimension(name: Any, benchmark: Callable[[str], Dimension]) -> Dimension:
    found = DIMENSIONS.get(name)
    if found is not None:
        return found
    if not isinstance(name, str) or not name.strip():
        raise InvalidSelectionError("objective", name, expected=_EXPECTED)
    try:
        return benchmark(name)
    except UnknownBenchmarkError as error:
        from difflib import get_close_matches  # only on the way to an error

        near = [*get_close_matches(name, DIMENSIONS, n=1), *error.suggestions]
        raise InvalidSelectionError("objective", name, expected=_EXPECTED, suggestions=near) from None


def _weight(name: str, given: object) -> Fraction:
    is_number = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
    weight = exact_number(given) if is_number else None  # type: ignore[arg-type] # a number by now
    if weight is None or weight <= 0:
        raise InvalidSelectionError(f"objective[{name!r}]", given, expected="a weight above 0")
    return weight
