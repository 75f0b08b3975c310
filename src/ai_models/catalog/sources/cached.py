"""The last good body of a source and what is known of it, in two files that agree after a crash at any point.

The body is replaced whole. Before that, the note beside it is made to speak of the old body *and* the new one, each by its
SHA-256: whichever body is found later, its note is there. A body without a note is counted again and fetched anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from ai_models.catalog.aside import write_aside
from ai_models.catalog.sources.reading import UnreadableError

__all__ = ["Cached", "Note"]

_LEFT_BEHIND_AFTER = 3_600
"""Seconds after which a file written aside is taken for the remains of a process that was killed."""


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a body: where it came from, how many rows it has, and when (UTC) it was read and last confirmed."""

    url: str
    sha256: str
    rows: int
    retrieved: datetime
    checked: datetime
    etag: str | None = None


class Cached:
    """The body of one source in a cache directory: ``<name>.json``, and its notes in ``<name>.note.json``."""

    def __init__(self, cache: Path, name: str) -> None:
        self.path = cache / f"{name}.json"
        self.notes_path = cache / f"{name}.note.json"

    def note(self, rows: Callable[[bytes], int]) -> Note | None:
        """The note of the body that is here; None where there is no body, or none that ``rows`` can count."""
        try:
            body = self.path.read_bytes()
        except FileNotFoundError:
            return None
        digest = sha256(body).hexdigest()
        return self._written(digest) or self._adopted(body, digest, rows)

    def replace(self, body: bytes, note: Note, last: Note | None) -> None:
        """Put a new body in the place of the last one."""
        self._write(*filter(None, (note, last)))
        write_aside(self.path, body)
        self._clear()

    def confirm(self, note: Note) -> None:
        """Write the note of the body that is here."""
        self._write(note)

    def _written(self, digest: str) -> Note | None:
        with suppress(FileNotFoundError, msgspec.MsgspecError):
            for note in msgspec.json.decode(self.notes_path.read_bytes(), type=list[Note]):
                if note.sha256 == digest:
                    return note
        return None

    def _adopted(self, body: bytes, digest: str, rows: Callable[[bytes], int]) -> Note | None:
        """A note for a body that has none: it can be compared with, but was read from nowhere."""
        try:
            count = rows(body)
        except UnreadableError:
            return None
        written = datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        return Note(url="", sha256=digest, rows=count, retrieved=written, checked=written)

    def _write(self, *notes: Note) -> None:
        write_aside(self.notes_path, msgspec.json.format(msgspec.json.encode(notes), indent=2))

    def _clear(self) -> None:
        """Remove what killed processes left beside the two files."""
        for kept in (self.path, self.notes_path):
            for aside in kept.parent.glob(f"{kept.name}.*"):
                with suppress(FileNotFoundError):
                    if time.time() - aside.stat().st_mtime > _LEFT_BEHIND_AFTER:
                        aside.unlink()
