"""Published scores as what a choice is made by: a dimension, a floor, and what another model would lose.

``SWE-Bench Pro[harness=Codex, metric=pass@1]`` names one series of a benchmark; the name alone will do where there is only
one. Scores of two series are never compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from ai_models.catalog.catalog import Catalog
from ai_models.errors import InvalidSelectionError
from ai_models.models.base import ModelSpec
from ai_models.models.benchmarks import Series
from ai_models.models.scoreboards import Scoreboard
from ai_models.pricing.counts import exact_number
from ai_models.selection.constraints import Constraint, Reason
from ai_models.selection.objective import Dimension
from ai_models.selection.subject import Subject

__all__ = ["dimension_of", "floors", "lost_scores"]

_NAMED = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<parts>[^\[\]]*)\])?")
_PARTS = ("harness", "metric", "dataset", "version")


class _Asked(NamedTuple):
    """One series of a benchmark."""

    board: Scoreboard
    series: Series

    @property
    def label(self) -> str:
        return f"{self.board.title} ({self.series.words})"

    def score(self, spec: ModelSpec) -> Fraction | None:
        """The highest score of a model in the series, at whatever setting; None where it has none."""
        found = self.board.score_of(spec, series=self.series, pick="highest")
        return None if found is None else Fraction(found.score)


def _asked(catalog: Catalog, text: Any) -> _Asked:
    """The series that is meant.

    Raises:
        InvalidSelectionError: it cannot be read.
        UnknownBenchmarkError, UnknownConditionError: there is no such benchmark, or no such series.
        AmbiguousScoreError: it has several series; it lists them.
    """
    named = _NAMED.fullmatch(text.strip()) if isinstance(text, str) else None
    if named is None:
        raise InvalidSelectionError("benchmark", text, expected="NAME, or NAME[harness=…, metric=…]")
    parts: dict[str, str] = {}
    for part in filter(None, map(str.strip, (named["parts"] or "").split(","))):
        key, separator, value = (piece.strip() for piece in part.partition("="))
        if not separator or key not in _PARTS:
            raise InvalidSelectionError("benchmark", part, expected=f"one of {', '.join(f'{each}=…' for each in _PARTS)}")
        parts[key] = value
    board = catalog.benchmark(named["name"].strip())
    return _Asked(board, board.series_of(**parts))


def dimension_of(catalog: Catalog, name: str) -> Dimension:
    """The scores of a benchmark as a dimension.

    Raises:
        as ``_asked``.
    """
    asked = _asked(catalog, name)
    return Dimension(name, f"the highest score in {asked.label}", lambda subject: asked.score(subject.spec))


def floors(catalog: Catalog, benchmarks: Mapping[str, float | Decimal] | None) -> Iterator[Constraint]:
    """A constraint for each least score.

    Raises:
        InvalidSelectionError: no mapping, or a least score that is no number.
        UnknownBenchmarkError, UnknownConditionError, AmbiguousScoreError: as ``dimension_of``.
    """
    if benchmarks is not None and not isinstance(benchmarks, Mapping):
        raise InvalidSelectionError("benchmarks", benchmarks, expected="least scores by benchmark, such as {'SciCode': 40}")
    for name, least in (benchmarks or {}).items():
        yield _floor(_asked(catalog, name), name, least)


def _floor(asked: _Asked, name: str, least: Any) -> Constraint:
    is_number = isinstance(least, int | float | Decimal) and not isinstance(least, bool)
    limit, title = exact_number(least) if is_number else None, f"benchmark {name}"
    if limit is None:
        raise InvalidSelectionError(f"benchmarks[{name!r}]", least, expected="a number")

    def judge(subject: Subject) -> Reason | None:
        found = asked.score(subject.spec)
        if found is None:
            return Reason(title, f"has no published score in {asked.label}", unknown=True)
        return None if found >= limit else Reason(title, f"scores {float(found):g} in {asked.label}, less than {least}")

    return Constraint(title, f"scores at least {least} in {asked.label}", judge)


def lost_scores(current: ModelSpec, other: ModelSpec) -> Iterator[str]:
    """Where the other model's score is lower in a series in which both have one, at whatever setting."""
    theirs = _highest(other)
    for series, score in _highest(current).items():
        found = theirs.get(series)
        if found is not None and found < score:
            yield f"{series.name}: {found} instead of {score} ({series.words})"


def _highest(spec: ModelSpec) -> dict[Series, Decimal]:
    found: dict[Series, Decimal] = {}
    for score in spec.benchmarks:
        found[score.series] = max(score.score, found.get(score.series, score.score))
    return found
