"""``Plan``: what a migration would do to a tree, edit by edit, and what it leaves to whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

from msgspec import Struct

__all__ = ["Edit", "FileChange", "Plan", "Remark", "RemarkKind", "digest"]

RemarkKind = Literal["undecided", "difference", "drift", "manual"]
"""``undecided``: left as it was, because only its author knows what is meant. ``difference``: rewritten, and it behaves
otherwise in the case described. ``drift``: an old value that the catalogue contradicts. ``manual``: to be done besides."""


class Edit(Struct, frozen=True, kw_only=True):
    """New text in the place of a span of a file's old text; ``start`` and ``end`` count characters of the decoded text.

    An empty span is an insertion, and an empty ``text`` a deletion. ``rule`` names the rule that made it, ``reason`` says
    in one sentence why.
    """

    start: int
    end: int
    text: str
    rule: str
    reason: str


class FileChange(Struct, frozen=True, kw_only=True):
    """A file before and after, as bytes; None where there is none: a new file, or one that goes.

    ``path`` is relative to the root, with ``/`` between its parts. Where ``edits`` are given, ``after`` is ``before`` with
    these spans replaced and not one byte else; a new or removed file has none.
    """

    path: str
    before: bytes | None
    after: bytes | None
    reason: str
    edits: tuple[Edit, ...] = ()
    mode: int = 0o644
    """Permission bits of a new file; a changed one keeps its own."""


class Remark(Struct, frozen=True, kw_only=True):
    """What a reader of the plan must know: at which line (from 1; 0 is the file as a whole), and what to do about it."""

    kind: RemarkKind
    path: str
    line: int
    rule: str
    message: str
    advice: str = ""
    column: int = 0
    legacy: str = ""
    """The old name that it is about, such as ``ModelRegistry.get_spec``; empty where it is about none."""


class Plan(Struct, frozen=True, kw_only=True):
    """All of a migration: changes in the order of their paths, remarks in the order of path and line."""

    root: str
    changes: tuple[FileChange, ...]
    remarks: tuple[Remark, ...]

    @classmethod
    def of(cls, root: str, changes: Iterable[FileChange], remarks: Iterable[Remark]) -> Plan:
        """A plan in its order; changes that change nothing are left out."""
        kept = (change for change in changes if change.before != change.after)
        return cls(
            root=root,
            changes=tuple(sorted(kept, key=lambda change: change.path)),
            remarks=tuple(
                sorted(set(remarks), key=lambda remark: (remark.path, remark.line, remark.column, remark.message))
            ),
        )


def digest(data: bytes | None) -> str | None:
    """The SHA-256 of a file's content in hexadecimal; None for none."""
    return None if data is None else sha256(data).hexdigest()
