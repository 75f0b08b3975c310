"""One difference between the sources and the catalogue's files, and the rule by which a value may change at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from ai_models.catalog.fusion.precedence import VERIFIED
from ai_models.catalog.sync.plain import is_empty, same, text_of

__all__ = [
    "NOT_WRITTEN",
    "Difference",
    "Kind",
    "Verdict",
    "by_a_person",
    "merged_evidence",
    "names",
    "put",
    "verdict",
]

Kind = Literal[
    "new model",
    "new offering",
    "price change",
    "correction",
    "lifecycle",
    "limits",
    "capabilities",
    "facts",
    "scores",
    "names",
    "conflict",
    "evidence",
    "confirmed",
    "kept",
    "removed claim",
]

NOT_WRITTEN: frozenset[Kind] = frozenset({"kept", "removed claim"})
"""What is shown and never written: a person's word stands, and what a source no longer says is still what it said."""

Verdict = Literal["same", "apply", "kept", "removed"]


class Difference(Struct, frozen=True, kw_only=True):
    """One field of one subject that the sources now state otherwise.

    ``subject`` is ``maker/model_id``, ``provider:id``, or a provider. ``on`` is the day from which the new value holds, or
    for which the sources speak; ``evidence`` names the sources of the new value.
    """

    kind: Kind
    subject: str
    field: str = ""
    old: str = ""
    new: str = ""
    on: date | None = None
    evidence: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_written(self) -> bool:
        """Whether ``--write`` changes a file for it."""
        return self.kind not in NOT_WRITTEN


def names(value: object) -> tuple[str, ...]:
    """A list of names as text."""
    return tuple(map(text_of, value)) if isinstance(value, list | tuple) else ()


def by_a_person(evidence: Iterable[str]) -> bool:
    """Whether a person wrote or verified a value; one for which no source is named was written by a person."""
    sources = tuple(evidence)
    return not sources or any(source in VERIFIED for source in sources)


def verdict(old: object, new: object, evidence: Iterable[str], read: frozenset[str]) -> tuple[Verdict, str]:
    """What becomes of a value, and why, where it is kept.

    Args:
        old, new: the value in the file, and the one that the sources give.
        evidence: the sources of the old value.
        read: the sources that were read this time.
    """
    sources = tuple(evidence)
    if same(old, new):
        return "same", ""
    if is_empty(old) and not any(source in VERIFIED for source in sources):
        return "apply", ""
    if is_empty(new):
        return "removed", "no source that was read says so any longer" if set(sources) <= read else "its source was not read"
    if by_a_person(sources):
        return "kept", f"a person wrote it ({', '.join(sources) or 'no source is named'})"
    unread = sorted(set(sources) - read)
    if unread:
        return "kept", f"it rests on {', '.join(unread)}, which was not read"
    return "apply", ""


def merged_evidence(old: Iterable[str], new: Iterable[str], said: Mapping[str, Any] | None) -> list[str]:
    """The sources of a value that stays: those that ever stated it, without those that now say something else."""
    stated = set(new)
    return sorted((set(old) | stated) - (set(said or ()) - stated))


def put(target: Mapping[str, Any], key: str, value: Any, order: Iterable[str]) -> dict[str, Any]:
    """A mapping with a key set; a new key stands behind the one that precedes it in ``order``."""
    if key in target:
        return {**target, key: value}
    before = []
    for name in order:
        if name == key:
            break
        before.append(name)
    places = [place for place, name in enumerate(target) if name in before]
    at = max(places) + 1 if places else len(target) if key not in order else 0
    items = list(target.items())
    return dict([*items[:at], (key, value), *items[at:]])
