"""A model's list of scores as its file has it and as the sources state it, made one: nothing that stands is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from ai_models.catalog.fusion.text import Score
from ai_models.errors import CatalogError
from ai_models.models.benchmarks import Benchmark, in_order, sort_key

__all__ = ["Change", "Held", "merged_scores", "score_document", "score_of_document"]

T = TypeVar("T")

_ORDER = ("name", "score", "metric", "harness", "variant", "dataset", "version", "date", "source", "via")


class Held(NamedTuple, Generic[T]):
    """A score with its entry in a file."""

    score: Benchmark
    entry: T


class Change(NamedTuple):
    """A score that is new (no ``old``), that its source now states otherwise, or that no source states (no ``new``)."""

    old: Benchmark | None
    new: Benchmark | None


def merged_scores(
    present: Sequence[Held[T]], stated: Iterable[Benchmark], written: Callable[[Benchmark], T]
) -> tuple[list[T], list[Change]]:
    """The entries that a file is to have, and what is different about them.

    A person's entry (one without ``via``) is never touched. What the sources say anew is added beside the entries that it
    contradicts; only an entry of the same page, setting and source takes the source's new figure or date, and only if the
    source no longer states the old one. An entry that no source states any more stays.

    Args:
        present: the entries of the file.
        stated: what the sources state.
        written: makes an entry of a score.
    """
    new = in_order(stated)
    said = {_identity(score) for score in new}
    standing = {_identity(held.score): place for place, held in reversed([*enumerate(present)])}
    unstated = {place: h.score for place, h in enumerate(present) if h.score.via and _identity(h.score) not in said}
    pages = {_page(score): place for place, score in reversed(unstated.items())}
    entries, changes, added = [held.entry for held in present], list[Change](), list[Benchmark]()
    for score in new:
        place = standing[_identity(score)] if _identity(score) in standing else pages.pop(_page(score), None)
        if place is None:
            added.append(score)
            changes.append(Change(None, score))
        elif _says_more(score, present[place].score):
            unstated.pop(place, None)
            entries[place] = written(score)
            changes.append(Change(present[place].score, score))
    changes += [Change(score, None) for score in unstated.values()]
    return list(_inserted(present, entries, added, written)), changes


def _inserted(
    present: Sequence[Held[T]], entries: Sequence[T], added: Sequence[Benchmark], written: Callable[[Benchmark], T]
) -> Iterator[T]:
    """The entries with each new score before the first of those that come behind it; the others keep their places."""
    waiting = deque(added)
    for held, entry in zip(present, entries, strict=True):
        while waiting and sort_key(waiting[0]) < sort_key(held.score):
            yield written(waiting.popleft())
        yield entry
    yield from map(written, waiting)


def _identity(score: Benchmark) -> tuple[object, ...]:
    return score.setting, score.score


def _page(score: Benchmark) -> tuple[object, ...]:
    return score.setting, score.via, score.source


def _says_more(new: Benchmark, old: Benchmark) -> bool:
    """Whether a page now states another figure, or another day of the same one."""
    if old.via is None or _page(new) != _page(old):
        return False
    return new.score != old.score or new.date not in (None, old.date)


def score_document(score: Benchmark) -> dict[str, Any]:
    """A score as an entry of a definition, in the order in which people read it."""
    said = {key: getattr(score, key) for key in _ORDER}
    said["score"] = Score(score.score)
    return {key: value for key, value in said.items() if value is not None}


def score_of_document(entry: Mapping[str, str]) -> Benchmark:
    """The score that an entry of a definition states, its scalars as text.

    Raises:
        CatalogError: it is no score.
    """
    try:
        return msgspec.convert(entry, Benchmark, strict=False)
    except msgspec.ValidationError as error:
        raise CatalogError(f"a file holds a benchmark that is none ({error}); `ai-models validate` says more") from None
