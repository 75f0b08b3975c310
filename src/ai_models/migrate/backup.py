"""A backup: every file that a plan changes as it is, checked against the plan and kept before the first of them changes.

    run = backup(plan)

Links in the tree are followed where they lead to files of the tree, so that the file is changed and the link stays one. A
link that leads out of it is refused. One that the plan removes is removed itself, and not what it leads to.

What is kept of a file are its name, its content, its permissions and, where the process may give files away, its owner. Not
kept are extended attributes, access lists and times; of a file with several hard links, the other names keep the old text.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ai_models.errors import TreeChangedError, UnfinishedMigrationError, UnfitPlanError
from ai_models.migrate.census import Census, take_census
from ai_models.migrate.guard import LOCK, guarded
from ai_models.migrate.journal import FORMAT, Entry, FolderImage, Image, Manifest, digest_of
from ai_models.migrate.plan import FileChange, Plan, digest
from ai_models.migrate.store import Run, Store
from ai_models.migrate.tree import Seen, Tree, outer_folders, unfit

__all__ = ["backup", "check_before", "prepared", "refuse_unfinished"]


def backup(
    plan: Plan, *, backup_dir: Path | None = None, allow_inside: bool = False, beside: Iterable[str] | None = None
) -> Run:
    """Keep every file that a plan changes, and what is to become of it; nothing in the tree changes.

    Args:
        plan: what is to be done to its ``root``.
        backup_dir: where; among the user's own state by default.
        allow_inside: take a directory that lies in the tree.
        beside: the other files of the tree whose hashes are kept too, so that ``validate`` can say that they are as they
            were; by default all but those of version control, environments and caches.

    Raises:
        UnfitPlanError: the plan must not be carried out on the tree.
        TreeChangedError: files are not as the plan says.
        UnfinishedMigrationError: a run of the tree was killed, and is to be finished first.
        MigrationError, OSError: the backup cannot be written; there is none.
    """
    store = Store.of(Tree(plan.root), backup_dir, allow_inside=allow_inside)
    with guarded(store):
        refuse_unfinished(store)
        return prepared(plan, store, beside)


def refuse_unfinished(store: Store) -> None:
    """Let nothing begin while a run is half done.

    Raises:
        UnfinishedMigrationError: one is.
    """
    run = store.unfinished()
    if run is not None:
        raise UnfinishedMigrationError(
            f"run {run.name} of {store.tree.root} was killed while it was {run.journal.state}: finish it with `resume`, or "
            "undo it with `rollback`, before another one",
            run=run.name,
        )


def prepared(plan: Plan, store: Store, beside: Iterable[str] | None = None) -> Run:
    """``backup`` in a tree that is held already."""
    tree = store.tree
    entries, contents = _surveyed(plan, store)
    census = take_census(tree, beside, excluded=[store.inside] if store.inside else [])
    run = store.new()
    manifest = Manifest(
        format=FORMAT,
        root=tree.root,
        run=run.name,
        plan=plan_digest(plan),
        entries=tuple(entries),
        made=tuple(_made(tree, entries)),
        emptied=tuple(_emptied(tree, entries)),
        beside=_without_changed(census, entries),
        remarks=plan.remarks,
    )
    run.write(manifest, contents)
    return run


def plan_digest(plan: Plan) -> str:
    """One hash over all that a plan changes."""
    lines = [
        f"{change.path}\0{digest(change.before)}\0{digest(change.after)}\0{change.mode if change.before is None else ''}\n"
        for change in plan.changes
    ]
    return digest_of("".join(lines))


def _without_changed(census: Census, entries: list[Entry]) -> Census:
    changed = {entry.path for entry in entries}
    return {path: mark for path, mark in census.items() if path not in changed}


# What the plan changes, as it stands on the disk


def _surveyed(plan: Plan, store: Store) -> tuple[list[Entry], list[bytes]]:
    """Every change as an entry of the journal, and every content that belongs to one."""
    refused: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    contents: dict[str, bytes] = {}
    changed: dict[str, str] = {}
    for change in plan.changes:
        path, why = _real_path(change, store)
        if path in entries and not why and _after(change, entries[path].before) != entries[path].after:
            why = f"leads to {path}, which is changed in another way too"
        if why:
            refused[change.path] = why
            continue
        seen = store.tree.see(path)
        data = b"" if seen.kind == "absent" else _content(path, seen, store.tree)
        before = Image.of(seen)
        if change.before != (None if seen.kind == "absent" else data):
            changed[change.path] = _contradiction(change, seen)
            continue
        entries[path] = Entry(
            path=path, before=before, after=_after(change, before), reason=change.reason, edits=change.edits
        )
        for content in (data if before and before.link is None else None, change.after):
            if content is not None:
                contents[digest_of(content)] = content
    refused |= _nested(entries)
    if refused:
        raise UnfitPlanError(f"the plan does not fit {store.tree.root}; nothing was written:", files=refused)
    if changed:
        raise TreeChangedError(
            f"{store.tree.root} is not as the plan says; nothing was written: make a new plan", files=changed
        )
    return [entries[path] for path in sorted(entries)], list(contents.values())


def _real_path(change: FileChange, store: Store) -> tuple[str, str]:
    """The path of the file itself, and why it must not be changed."""
    why = unfit(change.path)
    if why:
        return change.path, why
    is_removed = change.after is None
    path = store.tree.real(change.path, itself=change.before is not None and not is_removed)
    if path is None:
        return change.path, "leads out of the tree"
    if path == LOCK:
        return path, "is the lock file of migrations"
    if store.inside is not None and (path == store.inside or path.startswith(f"{store.inside}/")):
        return path, "lies in the backup directory"
    return path, ""


def _content(path: str, seen: Seen, tree: Tree) -> bytes | None:
    """What a reader finds at the path; None where that is no file of the tree."""
    if seen.kind == "file":
        return tree.read(path)
    led_to = tree.real(path, itself=True) if seen.kind == "link" else None
    if led_to is None or tree.see(led_to).kind != "file":
        return None
    return tree.read(led_to)


def _contradiction(change: FileChange, seen: Seen) -> str:
    if seen.kind == "absent":
        return "is gone"
    if seen.kind == "blocked":
        return f"cannot be there, because {seen.at} is no folder"
    if change.before is None:
        return "is there already"
    return "was changed since" if seen.kind == "file" else "is no regular file"


def _after(change: FileChange, before: Image | None) -> Image | None:
    if change.after is None:
        return None
    mode, owner = (change.mode & 0o777, None) if before is None else (before.mode, before.owner)
    return Image(digest=digest_of(change.after), mode=mode, owner=owner)


def _nested(entries: dict[str, Entry]) -> dict[str, str]:
    return {
        folder: f"is to be a file, and the folder of {path}"
        for path in entries
        for folder in outer_folders(path)
        if folder in entries
    }


def _made(tree: Tree, entries: list[Entry]) -> list[str]:
    """The folders that new files need, the outermost first."""
    folders = {folder for entry in entries if entry.before is None for folder in outer_folders(entry.path)}
    return [folder for folder in sorted(folders) if tree.see(folder).kind == "absent"]


def _emptied(tree: Tree, entries: list[Entry]) -> list[FolderImage]:
    """The folders in which nothing is left, the innermost first."""
    removed = {entry.path for entry in entries if entry.after is None}
    added = {entry.path for entry in entries if entry.before is None}
    folders = {folder for path in removed for folder in outer_folders(path)}
    kept = {folder for path in added for folder in outer_folders(path)}
    emptied: dict[str, FolderImage] = {}
    for folder in sorted(folders - kept, key=lambda path: (-path.count("/"), path)):
        if all(f"{folder}/{name}" in removed or f"{folder}/{name}" in emptied for name in tree.names(folder)):
            seen = tree.see(folder)
            emptied[folder] = FolderImage(path=folder, mode=seen.mode, owner=seen.owner)
    return list(emptied.values())


def check_before(tree: Tree, manifest: Manifest) -> None:
    """Refuse to begin where the tree is not as it was when the backup was made.

    Raises:
        TreeChangedError: it names every file that is not.
    """
    changed: dict[str, str] = {}
    for entry in manifest.entries:
        seen = tree.see(entry.path)
        if entry.standing(seen) != "before":
            changed[entry.path] = "is there already" if entry.before is None else entry.difference(seen)
    for folder in manifest.made:
        if tree.see(folder).kind != "absent":
            changed[folder] = "is there now"
    if changed:
        raise TreeChangedError(
            f"{tree.root} was changed since the backup; nothing was written: make a new plan", files=changed
        )
