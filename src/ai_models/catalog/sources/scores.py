"""Reads the published scores of a feed's row: each entry is one claim, or is left out whole with the reason.

An entry without its metric, harness or date states less, and is taken; one of them that cannot be read would make another
statement of it, so the entry is left out. Whether a score can be true is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from ai_models.catalog.sources.reading import NOT_A_MAPPING, Row, UnreadableError, day, text

__all__ = ["SCORE", "read_scores"]

SCORE = "benchmark"
"""The field of these claims, before a colon and the benchmark; how it was measured stands in their conditions."""

_LABELS = ("name", "metric", "harness", "variant", "dataset", "version")
_KEYS = frozenset({*_LABELS, "score", "source", "date"})
_LONGEST_LABEL = 80
"""A longer one is a sentence, and sentences are not taken from feeds."""
_LARGEST_EXPONENT = 15
_LONGEST_FIGURE = 30

T = TypeVar("T")


def read_scores(row: Row, listed: object, unknown: dict[str, str]) -> None:
    """State every score of a list.

    Args:
        row: whose scores they are.
        listed: what the feed holds for them; None is no score.
        unknown: keys of entries that nobody reads, each with the place where it was seen first.
    """
    if listed is None:
        return
    if not isinstance(listed, list):
        row.reject(f"{SCORE}: not a list", listed, at="benchmarks")
        return
    for place, entry in enumerate(listed):
        at = f"benchmarks[{place}]"
        try:
            _read(row, entry, at, unknown)
        except UnreadableError as problem:
            row.reject(f"{SCORE}: {problem}", entry, at=at)


def _read(row: Row, entry: object, at: str, unknown: dict[str, str]) -> None:
    if not isinstance(entry, dict):
        raise UnreadableError(NOT_A_MAPPING)
    for key in sorted(entry.keys() - _KEYS):
        unknown.setdefault(key, row.place(at))
    stated = [key for key in _LABELS if key == "name" or entry.get(key) is not None]
    said = {key: _named(key, entry, _version if key == "version" else _label) for key in stated}
    said["url"] = _named("source", entry, text)
    row.claim(
        f"{SCORE}:{_slug(said['name'])}",
        _named("score", entry, _figure),
        at=at,
        since=_named("date", entry, day) if entry.get("date") is not None else None,
        conditions=said,
    )


def _named(key: str, entry: Mapping[str, object], reader: Callable[[object], T]) -> T:
    """The value of a key.

    Raises:
        UnreadableError: it is missing, or not what the reader takes.
    """
    if entry.get(key) is None:
        raise UnreadableError(f"no {key}")
    try:
        return reader(entry[key])
    except UnreadableError as problem:
        raise UnreadableError(f"{key}: {problem}") from None


def _label(found: object) -> str:
    label = text(found)
    if len(label) > _LONGEST_LABEL:
        raise UnreadableError("longer than a name")
    if label.casefold() == "null":
        raise UnreadableError("a placeholder")
    return label


def _version(found: object) -> str:
    """A version, which may be written as a number."""
    is_number = isinstance(found, int | Decimal) and not isinstance(found, bool)
    return _label(format(_figure(found), "f") if is_number else found)


def _figure(found: object) -> Decimal:
    """A score as it is published: no digit is added, rounded or dropped."""
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise UnreadableError("not a number")
    number = Decimal(found)
    if not number.is_finite():
        raise UnreadableError("not a finite number")
    if number and abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise UnreadableError("beyond any plausible score")
    if len(format(number, "f")) > _LONGEST_FIGURE:
        raise UnreadableError("too many digits")
    return number


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "unnamed"
