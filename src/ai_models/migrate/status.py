"""The runs of a tree, and how each of their files compares with what the run left."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Literal

from msgspec import Struct

from ai_models.errors import JournalError
from ai_models.migrate.guard import at_work, left_elsewhere
from ai_models.migrate.journal import RunState
from ai_models.migrate.store import Run, Store
from ai_models.migrate.tree import Tree

__all__ = ["FileStatus", "RunStatus", "Status", "status"]

FileState = Literal["as before", "as applied", "changed since", "changed by a later run"]
_WORDS: dict[str, FileState] = {"before": "as before", "after": "as applied", "changed": "changed since"}


class FileStatus(Struct, frozen=True, kw_only=True):
    """A file of a run; ``difference`` says in a few words what was done to it since."""

    path: str
    state: FileState
    difference: str = ""


class RunStatus(Struct, frozen=True, kw_only=True):
    """A run; ``damaged`` says why its journal cannot be followed, and then nothing else is known of it.

    ``aside`` are files that a forced rollback put aside, and their new names.
    """

    run: str
    backup: str
    state: RunState | None = None
    since: datetime | None = None
    why: str = ""
    files: tuple[FileStatus, ...] = ()
    aside: dict[str, str] = {}
    damaged: str = ""

    def counts(self) -> dict[str, int]:
        """How many files there are of each state."""
        return dict(Counter(file.state for file in self.files))


class Status(Struct, frozen=True, kw_only=True):
    """All that is known of the migrations of a tree, the oldest run first.

    ``at_work``: a living process is changing the tree. ``unfinished``: the run that one was killed in; ``elsewhere``: the
    folder of such a run whose backup is in another directory.
    """

    root: str
    store: str
    at_work: bool
    unfinished: str
    elsewhere: str
    runs: tuple[RunStatus, ...]


def status(root: Path, *, backup_dir: Path | None = None, allow_inside: bool = False) -> Status:
    """The runs of a tree and their files; nothing is changed, and nobody is waited for.

    Raises:
        MigrationError: the backups may not be trusted: they belong to somebody else.
        OSError: a file may not be looked at.
    """
    store = Store.of(Tree(root), backup_dir, allow_inside=allow_inside)
    known: list[RunStatus] = []
    later: set[str] = set()
    for run in reversed(store.runs()):
        known.insert(0, _run_status(run, later))
        if known[0].state is not None and known[0].state.is_in_force:
            later.update(file.path for file in known[0].files)
    is_at_work = at_work(store.tree)
    unfinished = next((each.run for each in known if each.state is not None and each.state.is_unfinished), "")
    return Status(
        root=store.tree.root,
        store=str(store.folder),
        at_work=is_at_work,
        unfinished="" if is_at_work else unfinished,
        elsewhere="" if is_at_work else left_elsewhere(store),
        runs=tuple(known),
    )


def _run_status(run: Run, later: set[str]) -> RunStatus:
    try:
        journal, manifest = run.journal, run.manifest
    except JournalError as error:
        return RunStatus(run=run.name, backup=str(run.folder), damaged=str(error))
    files = []
    for entry in manifest.entries:
        seen = run.store.tree.see(entry.path)
        standing = entry.standing(seen)
        if entry.path in later:
            files.append(FileStatus(path=entry.path, state="changed by a later run"))
        else:
            difference = entry.difference(seen) if standing == "changed" else ""
            files.append(FileStatus(path=entry.path, state=_WORDS[standing], difference=difference))
    return RunStatus(
        run=run.name,
        backup=str(run.folder),
        state=journal.state,
        since=journal.moments[-1].at,
        why=journal.moments[-1].why,
        files=tuple(files),
        aside={path: name for path, name in journal.kept.items() if name},
    )
