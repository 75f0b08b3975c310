"""``Store``: where the runs of one tree are kept, with the files as they were, for their owner's eyes only.

By default that is a folder among the user's own state, named after the tree. A run is there from the moment when its
state file is: what a killed process wrote before that is thrown away by the next one.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from ai_models.catalog.aside import flush_folder, write_aside
from ai_models.catalog.location import user_directory
from ai_models.errors import JournalError, MigrationError
from ai_models.migrate.flushing import flush_each
from ai_models.migrate.journal import (
    Journal,
    Manifest,
    Moment,
    RunState,
    digest_of,
    encode,
    read_journal,
    read_manifest,
)
from ai_models.migrate.tree import Tree

__all__ = ["STATE", "Run", "Store", "journal_content"]

_RUN = re.compile(r"\d{4}-\d{8}T\d{6}Z", re.ASCII)
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST_NAME = 40
_MANIFEST, _OBJECTS = "manifest.json", "objects"

STATE = "state.json"
"""The file that says where a run stands; without it there is no run."""


class Store:
    """The runs of one tree; nothing is written before the first backup."""

    def __init__(self, tree: Tree, folder: Path, *, inside: str | None = None) -> None:
        self.tree = tree
        self.folder = folder
        self.inside = inside
        """Where the store lies in the tree itself, relative to it; None where it lies outside."""

    @classmethod
    def of(cls, tree: Tree, backup_dir: Path | None = None, *, allow_inside: bool = False) -> Store:
        """The store of a tree.

        Args:
            tree: the code base.
            backup_dir: a directory for the stores of any number of trees; the user's own state by default.
            allow_inside: take a directory that lies in the tree; it is left out of every migration.

        Raises:
            MigrationError: the directory lies in the tree, or there is none because the user has no home.
        """
        home = Path(backup_dir) if backup_dir is not None else _default_home()
        real = Path(os.path.realpath(home))
        if not real.is_relative_to(tree.root):
            return cls(tree, real / _name(tree))
        if not allow_inside:
            raise MigrationError(
                f"the backup directory {home} lies in the tree that is migrated, where it may be committed or removed with "
                "it; give one outside, or allow it expressly"
            )
        relative = (real / _name(tree)).relative_to(tree.root).as_posix()
        return cls(tree, real / _name(tree), inside=relative)

    def runs(self) -> list[Run]:
        """The runs, the oldest first."""
        try:
            names = sorted(path.name for path in self.folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        _check_owner(self.folder)
        return [run for run in (Run(self, name) for name in names if _RUN.fullmatch(name)) if run.exists]

    def run(self, name: str) -> Run:
        """A run by its name, or by the number that its name begins with.

        Raises:
            MigrationError: there is none, or more than one.
        """
        found = [run for run in self.runs() if run.name == name or run.name.split("-")[0] == name.rjust(4, "0")]
        if len(found) != 1:
            known = ", ".join(run.name for run in self.runs()) or "none"
            raise MigrationError(f"no run of {self.tree.root} is called {name!r}; there are: {known} (in {self.folder})")
        return found[0]

    def unfinished(self) -> Run | None:
        """The run that somebody was killed in, if there is one."""
        return next((run for run in self.runs() if run.journal.state.is_unfinished), None)

    def new(self) -> Run:
        """A run that is still to be written; what earlier processes could not finish writing is thrown away."""
        self._make()
        last = 0
        for name in sorted(path.name for path in self.folder.iterdir()):
            if not _RUN.fullmatch(name):
                continue
            if Run(self, name).exists:
                last = int(name[:4])
            else:
                shutil.rmtree(self.folder / name)
        if last >= 9999:
            raise MigrationError(f"{self.folder} holds as many runs as it can; move it away, once none of them is needed")
        run = Run(self, f"{last + 1:04}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        run.folder.mkdir(mode=0o700)
        (run.folder / _OBJECTS).mkdir(mode=0o700)
        return run

    def _make(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.mkdir(exist_ok=True, mode=0o700)
        _check_owner(self.folder)
        self.folder.chmod(0o700)
        if self.inside is not None:
            write_aside(self.folder / ".gitignore", b"*\n")


class Run:
    """One migration of a tree, from its backup on."""

    def __init__(self, store: Store, name: str) -> None:
        self.store = store
        self.name = name
        self.folder = store.folder / name

    @property
    def exists(self) -> bool:
        """Whether its backup is complete."""
        return (self.folder / STATE).is_file()

    @property
    def journal(self) -> Journal:
        """How far it came, read anew.

        Raises:
            JournalError: it is damaged.
        """
        data = self._content(STATE)
        try:
            return read_journal(data)
        except JournalError as error:
            raise JournalError(f"{self.folder / STATE}: {error}") from None

    @cached_property
    def manifest(self) -> Manifest:
        """All that it changes.

        Raises:
            JournalError: it is damaged, was changed by hand, or is that of another tree.
        """
        data = self._content(_MANIFEST)
        if digest_of(data) != self.journal.manifest:
            raise JournalError(f"{self.folder / _MANIFEST} was changed since it was written, so it is not followed")
        return read_manifest(data, root=self.store.tree.root, run=self.name)

    def write(self, manifest: Manifest, objects: Iterable[bytes]) -> None:
        """Write the backup: the contents, what is to be done with them, and last the state that makes it count.

        Raises:
            OSError: it cannot be written; the run does not exist.
        """
        try:
            self._write_objects(objects)
            data = encode(manifest)
            write_aside(self.folder / _MANIFEST, data, mode=0o600)
            self._write_state(Journal(manifest=digest_of(data), moments=(Moment(RunState.PLANNED, datetime.now(UTC)),)))
            flush_folder(self.store.folder)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)  # the next run removes what cannot be removed now
            raise

    def _write_objects(self, objects: Iterable[bytes]) -> None:
        written = []
        for data in objects:
            path = self._object(digest_of(data))
            if not path.exists():
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                written.append(path)
        flush_each(_flush_file, written)
        flush_folder(self.folder / _OBJECTS)

    def enter(self, state: RunState, why: str = "", kept: dict[str, str] | None = None) -> None:
        """Say on the disk that the run has come to a state.

        Raises:
            OSError: it cannot be written; the run is where it was.
        """
        self._write_state(self.journal.entering(state, why, kept))

    def _write_state(self, journal: Journal) -> None:
        write_aside(self.folder / STATE, encode(journal, indent=1), mode=0o600)
        flush_folder(self.folder)

    def content(self, digest: str) -> bytes:
        """A content that was backed up.

        Raises:
            JournalError: it is missing, or is not what was written.
        """
        try:
            data = self._object(digest).read_bytes()
        except OSError as error:
            raise JournalError(f"the backup of a file cannot be read: {error}") from None
        if digest_of(data) != digest:
            raise JournalError(f"{self._object(digest)} was changed since it was written, so nothing is made of it")
        return data

    def _object(self, digest: str) -> Path:
        return self.folder / _OBJECTS / digest

    def _content(self, name: str) -> bytes:
        return journal_content(self.folder / name)


def journal_content(path: Path) -> bytes:
    """A file of a journal.

    Raises:
        JournalError: it is no regular file, or cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                return file.read()
    except OSError as error:
        raise JournalError(f"the journal cannot be read: {error}") from None
    raise JournalError(f"the journal cannot be read: {path} is no regular file")


def _flush_file(path: Path) -> None:
    """Have a file's content on the disk.

    Raises:
        OSError: it cannot be.
    """
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _default_home() -> Path:
    folder = user_directory("state")
    if not folder:
        raise MigrationError("there is no home directory to keep a backup in; name one with --backup-dir")
    return Path(folder, "migrations")


def _name(tree: Tree) -> str:
    """A tree's own name, and what tells it from others of the same."""
    name = _NOT_IN_A_NAME.sub("_", Path(tree.root).name)[:_LONGEST_NAME].strip(".") or "root"
    return f"{name}-{digest_of(os.fsencode(tree.root))[:12]}"


def _check_owner(folder: Path) -> None:
    """A store that somebody else can write to would make this user restore what they want."""
    if sys.platform == "win32":
        return
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode):
        raise MigrationError(f"{folder} is no directory")
    if state.st_uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        raise MigrationError(f"{folder} belongs to another user, who could have put anything there; give another directory")
    if state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise MigrationError(f"{folder} can be written to by others ({stat.S_IMODE(state.st_mode):04o}); mend that first")
