"""Published scores as the catalogue takes them: which ones cannot be, and which ones contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ai_models.models.base import Conflict
from ai_models.models.benchmarks import Benchmark, fold

__all__ = ["impossible", "is_address", "is_percentage", "score_conflicts"]

_PERCENTAGE = re.compile(r"%|\b(percent|percentage|per cent|rate|accuracy|resolved|pass@\d+)(?!\w)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://([\w-]+\.)+[\w-]{2,}(:\d{1,5})?([/?#][^\s\\]*)?", re.IGNORECASE)
_LONGEST_ADDRESS = 2_000
_WHOLE = 100
_NAMED = ("metric", "harness", "variant", "dataset", "version")

UNSETTLED = "nothing: each stands with its source"
"""What settles two scores that contradict each other: whoever chooses one has to say which."""


def is_percentage(metric: str | None) -> bool:
    """Whether a metric's own words say that it is a part of a hundred; what says nothing may have any scale."""
    return metric is not None and _PERCENTAGE.search(metric) is not None


def is_address(source: str) -> bool:
    """Whether a source is the address of a page that anybody can open: http or https, a host, no user and no password."""
    return len(source) <= _LONGEST_ADDRESS and source.isprintable() and _ADDRESS.fullmatch(source) is not None


def impossible(score: Benchmark) -> tuple[str, str] | None:
    """The field of a score that cannot be as it is, and why; None where nothing in the score itself speaks against it."""
    if not fold(score.name):
        return "name", "has neither a letter nor a digit"
    for field in _NAMED:
        value = getattr(score, field)
        if value is not None and not fold(value):
            return field, "has neither a letter nor a digit"
    if not is_address(score.source):
        return "source", "is not the address of a public page, as https://example.com/page"
    if score.score.is_signed():
        return "score", "is negative"
    if score.score > _WHOLE and is_percentage(score.metric):
        return "score", "is above a hundred, and its metric is a part of a hundred"
    return None


def score_conflicts(scores: Iterable[Benchmark]) -> tuple[Conflict, ...]:
    """The settings in which one model has scores that differ, with what each source says."""
    by_setting: dict[tuple[str, ...], list[Benchmark]] = {}
    for score in scores:
        by_setting.setdefault(score.setting, []).append(score)
    return tuple(_conflict(found) for found in by_setting.values() if len({score.score for score in found}) > 1)


def _conflict(scores: list[Benchmark]) -> Conflict:
    said: dict[str, list[str]] = {}
    for score in scores:
        figure = format(score.score, "f")
        said.setdefault(score.source, []).append(figure if score.date is None else f"{figure} ({score.date})")
    values = {source: " / ".join(figures) for source, figures in said.items()}
    return Conflict(field=f"benchmarks: {scores[0].name}, {scores[0].words}", values=values, settled_by=UNSETTLED)
