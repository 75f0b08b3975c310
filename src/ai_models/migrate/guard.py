"""One migration of a tree at a time, and none over one that was killed: a lock file in its root while anybody is at work.

The file names the run that is at work, wherever its backup is kept. It is removed at the end; one that a killed process
left behind is the sign, to people and to the next command, that files may be half changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_models.catalog.lock import Lock, is_locked, locked, noted
from ai_models.catalog.problems import one_line
from ai_models.errors import CatalogError, JournalError, MigrationError, UnfinishedMigrationError
from ai_models.migrate.journal import read_journal
from ai_models.migrate.store import STATE, Run, Store, journal_content
from ai_models.migrate.tree import Tree

__all__ = ["LOCK", "at_work", "guarded", "left_elsewhere", "note_run"]

_LONGEST_PATH = 1_000

LOCK = ".ai-models-migration"
"""The lock file in the root of a tree."""


@contextmanager
def guarded(store: Store) -> Iterator[Lock]:
    """Hold a tree, so that nobody else changes it; the lock file stays as long as a run is unfinished.

    Raises:
        MigrationError: another process is at work, or a run whose backup is kept elsewhere was killed.
        OSError: the tree's root cannot be written to.
    """
    path = Path(store.tree.root, LOCK)
    try:
        with locked(path, f"another migration of {store.tree.root}") as lock:
            try:
                _refuse_elsewhere(store, lock.left_by_another)
                yield lock
            finally:
                lock.kept = _is_needed(store, lock.left_by_another)
    except CatalogError as error:
        raise MigrationError(str(error)) from None


def note_run(lock: Lock, run: Run) -> None:
    """Say in the lock file which run is at work, before it changes anything."""
    lock.note(str(run.folder))


def at_work(tree: Tree) -> bool:
    """Whether a living process is migrating the tree, or rolling it back."""
    return is_locked(Path(tree.root, LOCK))


def left_elsewhere(store: Store) -> str:
    """The folder of an unfinished run whose backup is in another store; empty where there is none."""
    return _elsewhere(store, noted(Path(store.tree.root, LOCK)))


def _elsewhere(store: Store, note: str) -> str:
    folder = note.partition("\n")[0]
    if not folder or Path(folder).parent == store.folder:
        return ""
    try:
        return folder if read_journal(journal_content(Path(folder, STATE))).state.is_unfinished else ""
    except (ValueError, JournalError):  # ValueError: a NUL in the path
        return folder


def _refuse_elsewhere(store: Store, note: str) -> None:
    folder = _elsewhere(store, note)
    if not folder:
        return
    raise UnfinishedMigrationError(
        f"a migration of {store.tree.root} was killed whose backup is {one_line(folder, _LONGEST_PATH)}: roll it back with "
        f"that backup directory; if it is gone for good, remove {store.tree.root}/{LOCK}",
        run=Path(folder).name,
    )


def _is_needed(store: Store, note: str) -> bool:
    try:
        return bool(_elsewhere(store, note)) or store.unfinished() is not None
    except (OSError, MigrationError):
        return True  # nobody can tell, so the sign stays
