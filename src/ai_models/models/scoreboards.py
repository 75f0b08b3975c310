"""``Scoreboard``: the scores of all models in one benchmark, by series, and the choice of one score of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from ai_models.errors import AmbiguousScoreError, UnknownBenchmarkError, UnknownConditionError
from ai_models.models.benchmarks import Benchmark, Series, fold

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = ["NOT_STATED", "Pick", "Scoreboard", "Scoreboards"]

NOT_STATED = "not stated"
"""Asks for the scores of which a part is not stated: ``harness="not stated"``."""

Pick = Literal["only", "highest", "lowest"]
"""Which of a model's scores in one series stands where there are several: none, which is an error, or one end of them."""

_PARTS = ("harness", "metric", "dataset", "version")


class Scoreboard:
    """One benchmark with every score that a model of the catalogue has in it; scores rank within a series only."""

    def __init__(self, name: str, scores: Iterable[tuple[ModelSpec, Benchmark]], *, version: str | None = None) -> None:
        """Hold scores, each with its model; ``version`` is the only one whose scores these are, if there is such a one."""
        self.name = name
        self.version = version
        self.scores = tuple(scores)

    def __repr__(self) -> str:
        return f"<Scoreboard {self.title}: {len(self.scores)} scores in {len(self.series)} series>"

    @property
    def title(self) -> str:
        """The name, with the version where the scores are of one version only because it was asked for."""
        return self.name if self.version is None else f"{self.name} {self.version}"

    @property
    def models(self) -> list[ModelSpec]:
        """The models that have a score, each once, by maker and id."""
        return list({spec.key: spec for spec, _ in self.scores}.values())

    @property
    def newest(self) -> date | None:
        """The day of the newest score; None where none has a date."""
        return max((score.date for _, score in self.scores if score.date is not None), default=None)

    @property
    def series(self) -> dict[Series, int]:
        """The series with the number of their scores, the largest first."""
        counted = Counter(score.series for _, score in self.scores)
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0].key)))

    def ranked(self, series: Series) -> list[tuple[ModelSpec, Benchmark]]:
        """The scores of one series with their models, the highest first."""
        found = [(spec, score) for spec, score in self.scores if score.series == series]
        return sorted(found, key=lambda pair: (-pair[1].score, pair[0].key, pair[1].setting))

    def series_of(
        self,
        *,
        harness: str | None = None,
        metric: str | None = None,
        dataset: str | None = None,
        version: str | None = None,
    ) -> Series:
        """The one series that is meant; whoever compares models by a benchmark asks for it first.

        Args:
            harness, metric, dataset, version: what its scores state, in any spelling, or ``NOT_STATED`` for those that do
                not state it; None takes all.

        Raises:
            UnknownConditionError: no score of the benchmark states this; it carries those that there are.
            AmbiguousScoreError: several series answer; it lists them.
        """
        asked = {"harness": harness, "metric": metric, "dataset": dataset, "version": version}
        found = list(dict.fromkeys(score.series for score in self._answering([score for _, score in self.scores], asked)))
        if len(found) > 1:
            lines = [series.words for series in found]
            raise AmbiguousScoreError(self.title, subject="the catalogue", candidates=lines, by=_PARTS)
        if not found:
            said = ", ".join(f"{part} {value}" for part, value in asked.items() if value is not None)
            raise UnknownConditionError(f"{self.title} with", said, known=[f"({series.words})" for series in self.series])
        return found[0]

    def score_of(
        self,
        spec: ModelSpec,
        *,
        series: Series | None = None,
        harness: str | None = None,
        metric: str | None = None,
        dataset: str | None = None,
        version: str | None = None,
        variant: str | None = None,
        pick: Pick = "only",
    ) -> Benchmark | None:
        """The score of a model, or None where no score of it answers; scores of two series never stand for each other.

        Args:
            spec: the model.
            series: the one to look in; scores of several models compare only where all are asked for in the same one.
            harness, metric, dataset, version: as in ``series_of``.
            variant: the setting of the model, in the same way.
            pick: which one stands where the model has several in one series: at several settings, or contradicting ones.

        Raises:
            UnknownConditionError: no score of the benchmark states this; it carries those that there are.
            AmbiguousScoreError: several answer; it lists them.
        """
        asked = {"harness": harness, "metric": metric, "dataset": dataset, "version": version, "variant": variant}
        found = self._answering([score for score in spec.benchmarks if self._holds(score)], asked)
        if series is not None:
            found = [score for score in found if score.series == series]
        if len(found) < 2:
            return found[0] if found else None
        if pick == "only" or len({score.series for score in found}) > 1:
            lines = [f"{score.score} ({score.words})" for score in found]
            raise AmbiguousScoreError(self.title, subject=spec.key, candidates=lines, by=(*_PARTS, "variant", "pick"))
        return (max if pick == "highest" else min)(found, key=lambda score: score.score)

    def _holds(self, score: Benchmark) -> bool:
        is_version = self.version is None or fold(score.version or "") == fold(self.version)
        return is_version and fold(score.name) == fold(self.name)

    def _answering(self, scores: Sequence[Benchmark], asked: Mapping[str, str | None]) -> list[Benchmark]:
        """The scores that state what was asked for.

        Raises:
            UnknownConditionError: none of the benchmark's scores does.
        """
        wanted = {part: self._known(part, value) for part, value in asked.items() if value is not None}
        return [score for score in scores if all(_stated(score, part) == value for part, value in wanted.items())]

    def _known(self, part: str, asked: str) -> str:
        """What was asked for as ``_stated`` has it."""
        known: dict[str, str] = {}
        for _, score in self.scores:
            known.setdefault(_stated(score, part), getattr(score, part) or NOT_STATED)
        folded = fold(asked)
        if folded == fold(NOT_STATED) and "" in known:
            return ""
        if not folded or folded not in known:
            near = [known[found] for found in _near(folded, known)]
            raise UnknownConditionError(f"{part} of {self.title}", asked, known=sorted(known.values()), suggestions=near)
        return folded


class Scoreboards:
    """The benchmarks of a catalogue, found by name in any spelling; ``Terminal-Bench 2.1`` is one version of its own."""

    def __init__(self, specs: Iterable[ModelSpec]) -> None:
        held: dict[str, list[tuple[ModelSpec, Benchmark]]] = {}
        for spec in specs:
            for score in spec.benchmarks:
                held.setdefault(fold(score.name), []).append((spec, score))
        boards = {key: Scoreboard(scores[0][1].name, scores) for key, scores in held.items()}
        self._boards = dict(sorted(boards.items(), key=lambda item: (item[1].name.casefold(), item[0])))
        self._versions = {fold(one.title): one for board in boards.values() for one in _by_version(board)}

    def __iter__(self) -> Iterator[Scoreboard]:
        return iter(self._boards.values())

    def named(self, name: str) -> Scoreboard:
        """The benchmark of a name, or one version of it.

        Raises:
            UnknownBenchmarkError: there is none; it carries the nearest names.
        """
        known = self._versions | self._boards
        board = known.get(fold(name))
        if board is None:
            near = [known[found].title for found in _near(fold(name), known)]
            raise UnknownBenchmarkError(name, known=[board.title for board in self], suggestions=near)
        return board


def _by_version(board: Scoreboard) -> Iterator[Scoreboard]:
    for version in dict.fromkeys(score.version for _, score in board.scores if score.version is not None):
        scores = [(spec, score) for spec, score in board.scores if fold(score.version or "") == fold(version)]
        yield Scoreboard(board.name, scores, version=version)


def _stated(score: Benchmark, part: str) -> str:
    """A part of how a score was measured, folded; empty where it is not stated."""
    return fold(getattr(score, part) or "")


def _near(name: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches  # only on the way to an error

    return get_close_matches(name, known, n=3)
