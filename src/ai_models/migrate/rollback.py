"""A run undone, byte for byte: files, permissions and folders as they were before; and one that was killed, finished.

    rolled_back = rollback(root)

A file that was changed since the run is named, and nothing is touched: ``force`` puts it aside under a name that it tells,
and restores the old one. Whoever is killed while rolling back rolls back again.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from msgspec import Struct

from ai_models.errors import MigrationError, TreeChangedError
from ai_models.migrate.applying import Applied, carry_on
from ai_models.migrate.guard import guarded, note_run
from ai_models.migrate.journal import Entry, RunState, Standing
from ai_models.migrate.restoring import put_back, standings
from ai_models.migrate.store import Run, Store
from ai_models.migrate.tree import Seen, Tree

__all__ = ["RolledBack", "resume", "rollback"]


class RolledBack(Struct, frozen=True, kw_only=True):
    """A run that was undone.

    ``restored`` are the files that were put back, ``removed`` those that it had added, ``aside`` the new names of those
    that were changed since, and ``left`` folders that it had made and that hold something of somebody else's.
    ``already`` is True where it had been rolled back before, and there was nothing to do; ``in_force`` is then an earlier
    run that could be rolled back by its name, if there is one.
    """

    run: str
    restored: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    aside: dict[str, str] = {}
    left: tuple[str, ...] = ()
    already: bool = False
    in_force: str = ""


def rollback(
    root: Path,
    *,
    run: str | None = None,
    force: bool = False,
    backup_dir: Path | None = None,
    allow_inside: bool = False,
) -> RolledBack:
    """Undo the newest run of a tree, or the one that is named, if no later one is in force.

    Args:
        root: the tree.
        run: the run's name or number.
        force: put files aside that were changed since, and restore all the same.
        backup_dir: where the backup is, if not among the user's own state.
        allow_inside: the backup lies in the tree.

    Raises:
        TreeChangedError: files were changed since; it names them, and nothing was touched.
        MigrationError: there is nothing to roll back, or a later run comes first.
        JournalError: the backup is damaged; nothing was touched.
        OSError: a file cannot be written; the same call goes on once it can.
    """
    store = Store.of(Tree(root), backup_dir, allow_inside=allow_inside)
    with guarded(store) as lock:
        chosen = _chosen(store, run)
        if chosen.journal.state is RunState.ROLLED_BACK:
            return RolledBack(run=chosen.name, already=True, in_force=_newest_in_force(store))
        note_run(lock, chosen)
        return _rolled_back(chosen, force=force)


def resume(root: Path, *, backup_dir: Path | None = None, allow_inside: bool = False) -> Applied | RolledBack:
    """Finish what a killed process was doing: go on applying, or go on rolling back.

    Raises:
        MigrationError: nothing was interrupted.
        TreeChangedError, JournalError, OSError: as ``apply`` and ``rollback``.
    """
    store = Store.of(Tree(root), backup_dir, allow_inside=allow_inside)
    with guarded(store) as lock:
        run = store.unfinished()
        if run is None:
            raise MigrationError(f"no run of {store.tree.root} was interrupted (looked in {store.folder})")
        note_run(lock, run)
        if run.journal.state is RunState.ROLLING_BACK:
            return _rolled_back(run, force=False)
        _refuse_changed(run, _changed(run)[1], "resume it")
        return carry_on(run)


def _chosen(store: Store, name: str | None) -> Run:
    begun = [run for run in store.runs() if run.journal.state is not RunState.PLANNED]
    if name is not None:
        chosen = store.run(name)
        if chosen.name not in [run.name for run in begun]:
            raise MigrationError(f"run {chosen.name} was never applied, so there is nothing to roll back")
        later = [run.name for run in begun if run.name > chosen.name and run.journal.state.is_in_force]
        if later and chosen.journal.state.is_in_force:
            raise MigrationError(f"run {later[-1]} came after {chosen.name}: roll it back first")
        return chosen
    if not begun:
        raise MigrationError(f"no migration of {store.tree.root} is known to roll back (looked in {store.folder})")
    return store.unfinished() or begun[-1]


def _newest_in_force(store: Store) -> str:
    return next((run.name for run in reversed(store.runs()) if run.journal.state.is_in_force), "")


def _changed(run: Run) -> tuple[dict[str, Standing], dict[str, Seen]]:
    """How each file stands, and what is seen of those that are neither as before nor as after."""
    tree = run.store.tree
    standing = standings(tree, run.manifest)
    return standing, {path: tree.see(path) for path, how in standing.items() if how == "changed"}


def _refuse_changed(run: Run, changed: dict[str, Seen], what: str) -> None:
    if changed:
        entries = {entry.path: entry for entry in run.manifest.entries}
        raise TreeChangedError(
            f"{len(changed)} of the files of run {run.name} were changed since; nothing was touched: mend them and {what}, "
            "or force the rollback, which keeps them under other names",
            files={path: entries[path].difference(seen) for path, seen in changed.items()},
        )


def _rolled_back(run: Run, *, force: bool) -> RolledBack:
    standing, changed = _changed(run)
    if not force:
        kept = run.journal.kept
        # What a forced rollback that was killed had put aside, or was about to, need not be forced again.
        unforced = {path: seen for path, seen in changed.items() if (seen.at or path) not in kept}
        _refuse_changed(run, unforced, "roll back")
    restored = [entry for entry in run.manifest.entries if standing[entry.path] != "before"]
    _check_backup(run, restored)
    aside = _names_aside(run, changed)
    run.enter(RunState.ROLLING_BACK, kept=aside)
    for path, name in aside.items():
        if name:
            run.store.tree.move(path, name.rpartition("/")[2])
    left = put_back(run.store.tree, run, {entry.path for entry in restored})
    run.enter(RunState.ROLLED_BACK)
    return RolledBack(
        run=run.name,
        restored=tuple(entry.path for entry in restored if entry.before is not None),
        removed=tuple(entry.path for entry in restored if entry.before is None),
        aside={path: name for path, name in run.journal.kept.items() if name},
        left=tuple(left),
    )


def _check_backup(run: Run, entries: list[Entry]) -> None:
    """Read every old content once, so that a damaged backup shows before anything is touched."""
    for entry in entries:
        if entry.before is not None and entry.before.link is None:
            run.content(entry.before.digest)


def _names_aside(run: Run, changed: dict[str, Seen]) -> dict[str, str]:
    """A free name for everything that stands where a file is restored or removed; none for what is simply gone."""
    tree = run.store.tree
    names = {path: "" for path, seen in changed.items() if seen.kind == "absent" and path not in run.journal.kept}
    for path in sorted({seen.at or path for path, seen in changed.items() if seen.kind != "absent"}):
        for number in count(1):
            name = f"{path}.changed-{run.name[:4]}" + (f"-{number}" if number > 1 else "")
            if tree.see(name).kind == "absent":
                names[path] = name
                break
    return names
