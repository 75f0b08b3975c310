"""``Benchmark``: a score that somebody published; ``Series``: what scores must share before they may be compared.

A score means something only beside others that were measured in the same way: the same questions (``dataset``,
``version``), counted in the same way (``metric``), run by the same program (``harness``). A ``variant`` is a setting of the
model (an effort, thinking) and no part of the measurement, so that one series holds a model at several settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize

from msgspec import Struct

__all__ = ["Benchmark", "Series", "comparable", "each_once", "fold", "in_order", "sort_key"]

_MEANT = frozenset(".@%+")
"""Signs that tell names apart: 2.1 is not 21."""


@lru_cache(maxsize=4_096)
def fold(name: str) -> str:
    """What the spellings of one name have in common: case, spaces, dashes and apostrophes do not count."""
    return "".join(sign for sign in normalize("NFKC", name).casefold() if sign.isalnum() or sign in _MEANT)


class Series(Struct, frozen=True, eq=False):
    """What was measured and how; two scores compare only within one. None is not stated.

    Two spellings of one name are equal, as ``fold`` sees them.
    """

    name: str
    metric: str | None = None
    harness: str | None = None
    dataset: str | None = None
    version: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two series one; an empty text is not stated."""
        parts = (self.name, self.version, self.dataset, self.metric, self.harness)
        return tuple(fold(part) if part is not None else "" for part in parts)

    @property
    def words(self) -> str:
        """How it was measured: ``resolve rate, harness not stated, dataset public``."""
        parts = [self.metric or "metric not stated", f"harness {self.harness or 'not stated'}"]
        parts += [f"{part} {value}" for part, value in (("dataset", self.dataset), ("version", self.version)) if value]
        return ", ".join(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Series) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


class Benchmark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A score that somebody published, with who and when; it compares with others of its ``series`` only.

    ``score`` is as published, in the unit of ``metric`` (percent, index, Elo …); ``harness`` is the program that ran it,
    ``variant`` how the model was set (an effort, thinking), ``dataset`` and ``version`` what was asked. None is not stated.
    ``date`` is the day of the publication. ``source`` is its address, ``via`` the catalogue's source that led to it; without
    one a person wrote the score down.
    """

    name: str
    score: Decimal
    source: str
    metric: str | None = None
    harness: str | None = None
    variant: str | None = None
    dataset: str | None = None
    version: str | None = None
    date: date | None = None
    via: str | None = None

    @property
    def series(self) -> Series:
        """The scores that this one may be compared with."""
        return Series(self.name, self.metric, self.harness, self.dataset, self.version)

    @property
    def words(self) -> str:
        """How it was measured, as ``Series.words``, and the setting of the model."""
        return self.series.words if self.variant is None else f"{self.series.words}, variant {self.variant}"

    @property
    def setting(self) -> tuple[str, ...]:
        """The series and the variant: two scores of one model in one setting are the same score, or contradict."""
        return (*self.series.key, fold(self.variant or ""))


def comparable(one: Benchmark, other: Benchmark) -> bool:
    """Whether two scores were measured alike, as far as their sources say: they are of one series.

    Where neither states its harness they count as alike; whether two publishers really ran the same program is then unknown.
    """
    return one.series == other.series


def each_once(scores: Iterable[Benchmark]) -> tuple[Benchmark, ...]:
    """The scores of one model without those that only repeat an earlier one; those that contradict it stay."""
    first: dict[tuple[tuple[str, ...], Decimal], Benchmark] = {}
    for score in scores:
        first.setdefault((score.setting, score.score), score)
    return tuple(first.values())


def in_order(scores: Iterable[Benchmark]) -> list[Benchmark]:
    """Scores by what was measured, then by their settings; of one setting the first published comes first."""
    return sorted(scores, key=sort_key)


def sort_key(score: Benchmark) -> tuple[tuple[str, ...], date, str, Decimal]:
    """The place of a score in that order."""
    return score.setting, score.date or date.max, score.source, score.score
