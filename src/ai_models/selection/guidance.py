"""``guide``: what to mind about a model, which models are for a task, and where guidance speaks of something."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any, overload

from msgspec import Struct

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.errors import InvalidSelectionError
from ai_models.models.base import GUIDANCE, ModelSpec, ModelStatus
from ai_models.models.tasks import Task

__all__ = ["CURRENT", "Guidance", "guide", "least_prefix"]

CURRENT = (ModelStatus.ACTIVE, ModelStatus.PREVIEW, ModelStatus.DEPRECATED)
"""The models that guidance is given for, unless it is asked otherwise: those that can still be called."""

_STATEMENTS = GUIDANCE[1:]
_WORD = re.compile(r"\w+")


class Guidance(Struct, frozen=True, kw_only=True):
    """What is said of a model: its tasks, and statements by their kind; after a search, only those that were found."""

    key: str
    name: str
    family: str | None = None
    status: ModelStatus = ModelStatus.ACTIVE
    since: date | None = None
    tasks: tuple[Task, ...] = ()
    recommended_for: tuple[str, ...] = ()
    selection_criteria: tuple[str, ...] = ()
    best_practices: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()

    def statements(self) -> Iterator[tuple[str, str]]:
        """Every statement with its kind, in the order in which they are read."""
        return ((kind, text) for kind in _STATEMENTS for text in getattr(self, kind))

    def to_dict(self) -> dict[str, Any]:
        """The guidance as JSON has it."""
        return {
            "key": self.key,
            "name": self.name,
            "family": self.family,
            "status": str(self.status),
            "since": None if self.since is None else self.since.isoformat(),
            "tasks": [str(task) for task in self.tasks],
            **{kind: list(getattr(self, kind)) for kind in _STATEMENTS},
        }


@overload
def guide(model: str, *, at: date | datetime | None = None, catalog: Catalog | None = None) -> Guidance: ...
@overload
def guide(
    *,
    task: Task | str | None = None,
    search: str | None = None,
    maker: str | None = None,
    status: Collection[ModelStatus | str] | None = CURRENT,
    at: date | datetime | None = None,
    catalog: Catalog | None = None,
) -> list[Guidance]: ...
def guide(
    model: str | None = None,
    *,
    task: Task | str | None = None,
    search: str | None = None,
    maker: str | None = None,
    status: Collection[ModelStatus | str] | None = CURRENT,
    at: date | datetime | None = None,
    catalog: Catalog | None = None,
) -> Guidance | list[Guidance]:
    """The guidance of one model, or of all models for a task or with statements that hold some words.

    Args:
        model: a model's name; then nothing else is asked for.
        task: what the model is for, such as ``classification``; ``Task`` has them all.
        search: words that a statement must all hold, in any case and order; a word's beginning is enough.
        maker: only models of this maker.
        status: active, preview and deprecated by default.
        at: the day on which names and status are judged; today by default.
        catalog: the catalogue to look in; the process-wide one by default.

    Returns:
        The guidance of the model; or a list by maker and model, with the statements that were found where words were given.

    Raises:
        InvalidSelectionError: neither a model nor a question, or words that are none.
        ModelNotFoundError, AmbiguousModelError: the name means no model, or several.
        UnknownTaskError: there is no such task; it carries the nearest ones.
    """
    known = default_catalog() if catalog is None else catalog
    if model is not None:
        if task is not None or search is not None or maker is not None:
            raise InvalidSelectionError("model", model, expected="given alone, without a task, words or a maker")
        return _of(known.get_model(model, at=at), at)
    if task is None and search is None and maker is None:
        raise InvalidSelectionError("model", model, expected="a name; or give a task, words to search for, or a maker")
    wanted = None if task is None else task if isinstance(task, Task) else Task.parse(task)
    words = None if search is None else _words(search)
    found = (_of(spec, at) for spec in known.models(maker=maker, status=status, at=at))
    asked = (each for each in found if wanted is None or wanted in each.tasks)
    if words is not None:
        return [kept for each in asked if (kept := _holding(each, words)) is not None]
    return [each for each in asked if each.tasks or any(each.statements())]


_CACHED_FROM = re.compile(r"prefix of fewer than ([\d,]+) tokens is not cached|prefixes from ([\d,]+) tokens are cached")


def least_prefix(spec: ModelSpec) -> int | None:
    """The fewest tokens of a prefix that a model caches, as its guidance states them; None where it does not."""
    said = spec.optimization
    for text in (*said.best_practices, *said.tips, *said.pitfalls):
        found = _CACHED_FROM.search(text)
        if found is not None:
            return int((found[1] or found[2]).replace(",", ""))
    return None


def _of(spec: ModelSpec, at: date | datetime | None) -> Guidance:
    said = spec.optimization
    return Guidance(
        key=spec.key,
        name=spec.name,
        family=spec.metadata.family,
        status=spec.status if at is None else spec.status_at(at),
        since=said.since,
        **{kind: getattr(said, kind) for kind in GUIDANCE},
    )


def _words(search: Any) -> list[str]:
    words = _WORD.findall(search.casefold()) if isinstance(search, str) else []
    if not words:
        raise InvalidSelectionError("search", search, expected="one word or more")
    return words


def _holding(guidance: Guidance, words: Iterable[str]) -> Guidance | None:
    """The guidance with the statements that hold all the words; None where none does."""
    wanted = list(words)
    kept = {kind: tuple(text for text in getattr(guidance, kind) if _holds(text, wanted)) for kind in _STATEMENTS}
    if not any(kept.values()):
        return None
    return Guidance(
        key=guidance.key,
        name=guidance.name,
        family=guidance.family,
        status=guidance.status,
        since=guidance.since,
        tasks=guidance.tasks,
        **kept,
    )


def _holds(text: str, words: Iterable[str]) -> bool:
    held = _WORD.findall(text.casefold())
    return all(any(each.startswith(word) for each in held) for word in words)
