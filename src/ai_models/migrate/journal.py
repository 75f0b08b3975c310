"""The journal of a run: what every file was and will be, written before the first of them changes, and how far it came.

Two files. The manifest never changes: every path with its old and its new content by SHA-256, its permissions, and the
folders that come and go. The state says where the run stands, and the hash of the manifest that it speaks of. Both are
JSON in ASCII, which holds names of files that are no UTF-8 as they are.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from ai_models.errors import JournalError
from ai_models.migrate.plan import Edit, Remark
from ai_models.migrate.tree import Owner, Seen, outer_folders, unfit

__all__ = [
    "FORMAT",
    "Entry",
    "FolderImage",
    "Image",
    "Journal",
    "Manifest",
    "Moment",
    "RunState",
    "Standing",
    "digest_of",
    "encode",
    "read_journal",
    "read_manifest",
]

FORMAT = 1
"""The version of the journal's form; another one is not followed."""

Standing = Literal["before", "after", "changed"]
"""How a file on the disk compares with a run: as it was before, as the run left it, or neither."""

Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Permissions = Annotated[int, Meta(ge=0, le=0o7777)]

T = TypeVar("T", bound=Struct)


class RunState(StrEnum):
    """Where a run stands: ``applying`` and ``rolling back`` are unfinished once nobody is at work."""

    PLANNED = "planned"
    APPLYING = "applying"
    APPLIED = "applied"
    ROLLING_BACK = "rolling back"
    ROLLED_BACK = "rolled back"

    @property
    def is_unfinished(self) -> bool:
        """Whether files may be half changed."""
        return self in (RunState.APPLYING, RunState.ROLLING_BACK)

    @property
    def is_in_force(self) -> bool:
        """Whether there is anything of it that could be rolled back."""
        return self is RunState.APPLIED or self.is_unfinished


class Image(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands at a path: a file, or a symbolic link with the text that it holds."""

    digest: Digest
    mode: Permissions = 0o777
    link: str | None = None
    owner: Owner | None = None

    @classmethod
    def of(cls, seen: Seen) -> Image | None:
        """The image of a file or link that was seen; None of anything else."""
        if seen.kind == "link":
            return cls(digest=digest_of(seen.target), link=seen.target, owner=seen.owner)
        return cls(digest=seen.digest, mode=seen.mode, owner=seen.owner) if seen.kind == "file" else None

    def is_like(self, seen: Seen) -> bool:
        """Whether this stands there: content and permissions; who owns it does not count."""
        if self.link is not None:
            return seen.kind == "link" and seen.target == self.link
        return seen.kind == "file" and (seen.digest, seen.mode) == (self.digest, self.mode)


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A path that changes; None where there is nothing before, or nothing after."""

    path: str
    before: Image | None
    after: Image | None
    reason: str = ""
    edits: tuple[Edit, ...] = ()

    def standing(self, seen: Seen) -> Standing:
        """How what is seen at the path compares with the run."""
        if _is(self.after, seen):
            return "after"
        return "before" if _is(self.before, seen) else "changed"

    def difference(self, seen: Seen) -> str:
        """What was done to the path since, in a few words."""
        if seen.kind == "blocked":
            return f"{seen.at} is no folder any more"
        if seen.kind == "absent":
            return "is gone"
        if seen.kind not in ("file", "link"):
            return f"is a {'folder' if seen.kind == 'folder' else 'special file'} now"
        images = [image for image in (self.before, self.after) if image is not None]
        for image in images:
            if seen.kind == "file" and image.link is None and seen.digest == image.digest:
                return f"its permissions were changed to {seen.mode:04o}"
        if seen.kind == "link" and not any(image.link for image in images):
            return "is a symbolic link now"
        return "its content was changed" if images and self.after else "something else stands there"


def _is(image: Image | None, seen: Seen) -> bool:
    return seen.kind == "absent" if image is None else image.is_like(seen)


class FolderImage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A folder that is removed because nothing is left in it."""

    path: str
    mode: Permissions
    owner: Owner | None = None


class Manifest(Struct, frozen=True, kw_only=True):
    """All that a run changes; ``made`` folders run from the outermost on, ``emptied`` ones from the innermost."""

    format: int
    root: str
    run: str
    plan: Digest
    entries: tuple[Entry, ...]
    made: tuple[str, ...] = ()
    emptied: tuple[FolderImage, ...] = ()
    beside: dict[str, str] = {}
    """The other files of the tree as they were: their hashes, or sizes and times of very large ones."""
    remarks: tuple[Remark, ...] = ()

    def staged(self, place: int) -> str:
        """The name under which the content of the entry at this place waits in its folder."""
        return f".ai-models-{self.run[:4]}-{place:05}"


class Moment(Struct, frozen=True):
    """When a run came into a state (UTC), and why where that is not plain."""

    state: RunState
    at: datetime
    why: str = ""


class Journal(Struct, frozen=True, kw_only=True):
    """How far a run came."""

    manifest: Digest
    moments: tuple[Moment, ...]
    kept: dict[str, str] = {}
    """What was changed since, and is rolled back all the same: its path, and the name under which it is put aside."""

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self.moments[-1].state

    def entering(self, state: RunState, why: str = "", kept: dict[str, str] | None = None) -> Journal:
        """The journal one step on."""
        moment = Moment(state, datetime.now(UTC), why)
        return Journal(manifest=self.manifest, moments=(*self.moments, moment), kept={**self.kept, **(kept or {})})


def digest_of(text: str | bytes) -> str:
    """The SHA-256 of a content; texts are taken as names of files are."""
    return sha256(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")).hexdigest()


def encode(value: Struct, *, indent: int | None = None) -> bytes:
    """A part of the journal as its file has it; in one line, which is written four times as fast, without ``indent``."""
    return json.dumps(msgspec.to_builtins(value), indent=indent).encode("ascii") + b"\n"


def read_journal(data: bytes) -> Journal:
    """The state of a run.

    Raises:
        JournalError: it is damaged.
    """
    journal = _decoded(data, Journal)
    if not journal.moments:
        raise JournalError("the state of the run is empty")
    for path in (*journal.kept, *filter(None, journal.kept.values())):
        _refuse_unfit(path)
    return journal


def read_manifest(data: bytes, *, root: str, run: str) -> Manifest:
    """The manifest of a run of this tree.

    Raises:
        JournalError: it is damaged or of another tree, or it names what no run would have written.
    """
    manifest = _decoded(data, Manifest)
    if manifest.format != FORMAT:
        raise JournalError(f"the journal has the form {manifest.format}; this version of ai-models follows form {FORMAT}")
    if manifest.root != root or manifest.run != run:
        raise JournalError(
            f"the journal is that of {manifest.root!r}, run {manifest.run!r}, and not of {root!r}, run {run!r}"
        )
    _check_paths(manifest)
    return manifest


def _decoded(data: bytes, kind: type[T]) -> T:
    try:
        content: Any = json.loads(data)
        return msgspec.convert(content, kind)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise JournalError(f"the journal is damaged: {error}") from None


def _check_paths(manifest: Manifest) -> None:
    paths = [entry.path for entry in manifest.entries]
    folders = {folder for path in paths for folder in outer_folders(path)}
    for path in (*paths, *manifest.made, *(folder.path for folder in manifest.emptied)):
        _refuse_unfit(path)
    if any(first == second for first, second in pairwise(sorted(paths))):
        raise JournalError("the journal names a file twice")
    if not folders.issuperset(manifest.made) or not folders.issuperset(folder.path for folder in manifest.emptied):
        raise JournalError("the journal makes or removes a folder in which none of its files is")
    if folders.intersection(paths):
        raise JournalError("the journal has a path that is a file and a folder at once")


def _refuse_unfit(path: str) -> None:
    why = unfit(path)
    if why:
        raise JournalError(f"the journal names {path!r}, which {why}")
