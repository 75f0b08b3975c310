"""Files put back as they were before a run: what apply undoes when it fails, and what a rollback consists of.

Every step can be taken again: whoever is killed in between leaves a tree in which each file is as before or as after, and
the next one goes on with those that are not as before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from ai_models.errors import TreeChangedError
from ai_models.migrate.flushing import flush_each
from ai_models.migrate.journal import Entry, Image, Manifest, Standing
from ai_models.migrate.store import Run
from ai_models.migrate.tree import InTheWay, Tree, outer_folders

__all__ = ["all_folders", "beside", "flush_staged", "folder_of", "put_back", "stage", "standings"]


def folder_of(path: str) -> str:
    """The folder that a path lies in; empty for the root."""
    return path.rpartition("/")[0]


def beside(path: str, name: str) -> str:
    """The path of another name in the same folder."""
    folder = folder_of(path)
    return f"{folder}/{name}" if folder else name


def standings(tree: Tree, manifest: Manifest) -> dict[str, Standing]:
    """How every path of a run compares with it."""
    return {entry.path: entry.standing(tree.see(entry.path)) for entry in manifest.entries}


def stage(tree: Tree, run: Run, place: int, entry: Entry, image: Image) -> None:
    """Write a content beside its file, under the run's own name."""
    path = beside(entry.path, run.manifest.staged(place))
    if image.link is not None:
        tree.create_link(path, image.link)
    else:
        tree.create(path, run.content(image.digest), image.mode, image.owner)


def flush_staged(tree: Tree, run: Run, staged: Iterable[tuple[int, Entry]]) -> None:
    """Have what was staged on the disk, and then its names: from here on no lack of room can stop a rename."""
    paths = [beside(entry.path, run.manifest.staged(place)) for place, entry in staged]
    flush_each(tree.flush_file, paths)
    flush_each(tree.flush, sorted({folder_of(path) for path in paths}))


def all_folders(manifest: Manifest) -> list[str]:
    """Every folder in which a run changes something, the root included."""
    return sorted({folder for entry in manifest.entries for folder in ("", *outer_folders(entry.path))})


def put_back(tree: Tree, run: Run, paths: Collection[str]) -> list[str]:
    """Restore these files of a run, its folders, and nothing else; gives the folders that it made and that stay, not empty.

    Raises:
        OSError, JournalError, TreeChangedError: a file cannot be restored; what has been restored stays so.
    """
    manifest = run.manifest
    chosen = [(place, entry) for place, entry in enumerate(manifest.entries) if entry.path in paths]
    _make_folders(tree, manifest, [entry for _, entry in chosen if entry.before is not None])
    for place, entry in chosen:
        if entry.before is not None:
            stage(tree, run, place, entry, entry.before)
    flush_staged(tree, run, [(place, entry) for place, entry in chosen if entry.before is not None])
    for place, entry in chosen:
        _check_again(tree, entry)
        if entry.before is not None:
            tree.move(beside(entry.path, manifest.staged(place)), entry.path.rpartition("/")[2])
        else:
            tree.remove(entry.path)
    for place, entry in enumerate(manifest.entries):
        _remove_staged(tree, beside(entry.path, manifest.staged(place)))
    left = [folder for folder in reversed(manifest.made) if not tree.remove_folder(folder)]
    for image in manifest.emptied:
        if tree.see(image.path).kind == "folder":
            tree.set_folder(image.path, image.mode, image.owner)
    flush_each(tree.flush, all_folders(manifest))
    return left


def _make_folders(tree: Tree, manifest: Manifest, entries: Iterable[Entry]) -> None:
    """The folders that files are restored to; those that the run removed, so that only their owner can see into them yet."""
    emptied = {image.path for image in manifest.emptied}
    needed = {folder for entry in entries for folder in outer_folders(entry.path)}
    for folder in sorted(needed | emptied):
        tree.make_folder(folder, 0o700 if folder in emptied else 0o777)


def _check_again(tree: Tree, entry: Entry) -> None:
    """The last look before a file is replaced or removed: what somebody wrote meanwhile is not written over."""
    seen = tree.see(entry.path)
    if seen.kind != "absent" and entry.standing(seen) == "changed":
        raise TreeChangedError("a file was changed while this was at work:", files={entry.path: entry.difference(seen)})


def _remove_staged(tree: Tree, path: str) -> None:
    with suppress(InTheWay):  # then it is not there either
        tree.remove(path)
