"""A plan carried out: all of it or nothing, each file whole, and whoever is killed leaves what can be finished or undone.

    applied = apply(plan)

1. The backup is written: the files as they are and as they will be, with a journal, flushed to the disk.
2. Every file is compared with the plan; where one has changed, nothing is written.
3. The state ``applying`` is on the disk before anything in the tree changes.
4. New contents are written beside their files and flushed: a full disk or a folder that may not be written to shows here.
5. They are renamed over the old ones, files that go are removed, then folders in which nothing is left.
6. The state is ``applied``.

An error in 4 or 5 undoes what was done. A process that is killed leaves the state and a lock file in the tree's root:
``status`` shows them, ``resume`` finishes the run, ``rollback`` undoes it, and nothing else begins before.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from ai_models.errors import MigrationError, TreeChangedError
from ai_models.migrate.backup import check_before, plan_digest, prepared, refuse_unfinished
from ai_models.migrate.flushing import flush_each
from ai_models.migrate.guard import guarded, note_run
from ai_models.migrate.journal import Entry, Manifest, RunState
from ai_models.migrate.plan import Plan
from ai_models.migrate.restoring import all_folders, flush_staged, folder_of, put_back, stage, standings
from ai_models.migrate.restoring import beside as beside_path
from ai_models.migrate.store import Run, Store
from ai_models.migrate.tree import Tree

__all__ = ["Applied", "apply", "apply_run", "carry_on"]


class Applied(Struct, frozen=True, kw_only=True):
    """A run that was carried out; ``left`` are folders without a planned file that still hold something."""

    run: str
    backup: str
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    left: tuple[str, ...] = ()


def apply(
    plan: Plan, *, backup_dir: Path | None = None, allow_inside: bool = False, beside: Iterable[str] | None = None
) -> Applied | None:
    """Carry out a plan: back up, then change every file, or none; None where the plan changes nothing.

    A backup of the very same plan that waits to be carried out is taken, and no second one made.

    Raises:
        UnfitPlanError, TreeChangedError, UnfinishedMigrationError: as ``backup``; nothing was changed.
        MigrationError, OSError: it failed and was undone; a message says where even that failed.
    """
    if not plan.changes:
        return None
    store = Store.of(Tree(plan.root), backup_dir, allow_inside=allow_inside)
    with guarded(store) as lock:
        refuse_unfinished(store)
        run = _waiting(store, plan) or prepared(plan, store, beside)
        note_run(lock, run)
        return _begun(run)


def apply_run(root: Path, *, run: str | None = None, backup_dir: Path | None = None, allow_inside: bool = False) -> Applied:
    """Carry out a run that was backed up before: the newest, or the one that is named.

    Raises:
        MigrationError: there is none that waits.
        TreeChangedError, OSError: as ``apply``.
    """
    store = Store.of(Tree(root), backup_dir, allow_inside=allow_inside)
    with guarded(store) as lock:
        refuse_unfinished(store)
        chosen = store.run(run) if run is not None else next(iter(store.runs()[-1:]), None)
        if chosen is None or chosen.journal.state is not RunState.PLANNED:
            is_now = "there is none" if chosen is None else f"{chosen.name} is {chosen.journal.state}"
            raise MigrationError(f"no backup of {store.tree.root} waits to be applied: {is_now}")
        note_run(lock, chosen)
        return _begun(chosen)


def _waiting(store: Store, plan: Plan) -> Run | None:
    newest = next(iter(store.runs()[-1:]), None)
    if newest is None or newest.journal.state is not RunState.PLANNED or newest.manifest.plan != plan_digest(plan):
        return None
    return newest


def _begun(run: Run) -> Applied:
    check_before(run.store.tree, run.manifest)
    run.enter(RunState.APPLYING)
    return carry_on(run)


def carry_on(run: Run) -> Applied:
    """Do what is left to do of a run whose state is ``applying``.

    Raises:
        MigrationError, OSError: it failed and was undone.
    """
    placed: set[str] = set()
    try:
        left = _carried_out(run, placed)
        run.enter(RunState.APPLIED)
    except BaseException as error:
        _undo(run, placed, error)
        raise
    return _applied(run, left)


def _carried_out(run: Run, placed: set[str]) -> list[str]:
    tree, manifest = run.store.tree, run.manifest
    for folder in manifest.made:
        tree.make_folder(folder)
    waiting = [(place, entry) for place, entry in enumerate(manifest.entries) if not _is_done(tree, entry)]
    for place, entry in waiting:
        if entry.after is not None:
            stage(tree, run, place, entry, entry.after)
    flush_staged(tree, run, [(place, entry) for place, entry in waiting if entry.after is not None])
    # What goes, goes last: whoever looks meanwhile finds too much rather than too little.
    for place, entry in sorted(waiting, key=lambda pair: pair[1].after is None):
        _check_again(tree, entry)
        if entry.after is None:
            tree.remove(entry.path)
        else:
            tree.move(beside_path(entry.path, manifest.staged(place)), entry.path.rpartition("/")[2])
        placed.add(entry.path)
    left = [folder.path for folder in manifest.emptied if not tree.remove_folder(folder.path)]
    flush_each(tree.flush, all_folders(manifest))
    return left + _no_longer_needed(tree, manifest, left)


def _is_done(tree: Tree, entry: Entry) -> bool:
    seen = tree.see(entry.path)
    standing = entry.standing(seen)
    if standing == "changed":
        raise TreeChangedError("a file was changed meanwhile:", files={entry.path: entry.difference(seen)})
    return standing == "after"


def _check_again(tree: Tree, entry: Entry) -> None:
    """The last look before the rename; whoever writes between the two is overwritten, and is in nobody's backup."""
    seen = tree.see(entry.path)
    if entry.standing(seen) != "before":
        raise TreeChangedError("a file was changed while this was at work:", files={entry.path: entry.difference(seen)})


def _no_longer_needed(tree: Tree, manifest: Manifest, known: list[str]) -> list[str]:
    """Folders of removed files that hold no planned file any more, and still something: caches, as a rule."""
    removed = {folder_of(entry.path) for entry in manifest.entries if entry.after is None}
    kept = {folder_of(entry.path) for entry in manifest.entries if entry.after is not None}
    gone = {folder.path for folder in manifest.emptied}
    return [
        folder
        for folder in sorted(removed - kept - gone - {""} - set(known))
        if tree.see(folder).kind == "folder" and all(name.startswith((".", "__pycache__")) for name in tree.names(folder))
    ]


def _undo(run: Run, placed: set[str], error: BaseException) -> None:
    """Put back what was placed; a file that somebody else changed meanwhile stays theirs.

    Raises:
        MigrationError: it cannot be put back now.
    """
    tree, manifest = run.store.tree, run.manifest
    why = f"{type(error).__name__}: {error}".partition("\n")[0]
    try:
        standing = standings(tree, manifest)
        put_back(tree, run, [path for path, how in standing.items() if how == "after"])
        stuck = [path for path, how in standing.items() if how == "changed" and path in placed]
        if stuck:
            raise TreeChangedError("changed after they had been written:", files=dict.fromkeys(stuck, "was changed"))
    except (OSError, MigrationError) as second:
        raise MigrationError(
            f"run {run.name} failed ({why}), and undoing it failed too ({' '.join(str(second).split())}); nothing is lost: "
            "run `rollback` once the reason is gone"
        ) from error
    try:
        run.enter(RunState.ROLLED_BACK, why)
    except OSError as second:
        raise MigrationError(
            f"run {run.name} failed ({why}); every file is as it was, which could not be written down ({second}): run "
            "`rollback` once the reason is gone"
        ) from error


def _applied(run: Run, left: list[str]) -> Applied:
    entries = run.manifest.entries
    return Applied(
        run=run.name,
        backup=str(run.folder),
        changed=tuple(entry.path for entry in entries if entry.before is not None and entry.after is not None),
        added=tuple(entry.path for entry in entries if entry.before is None),
        removed=tuple(entry.path for entry in entries if entry.after is None),
        left=tuple(left),
    )
