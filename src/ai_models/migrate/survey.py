"""``Survey``: what a plan changes, as it stands on the disk, and every reason why it must not be carried out.

Links in the tree are followed where they lead to files of the tree, so that the file is changed and the link stays one. A
link that leads out of it is refused. One that the plan removes is removed itself, and not what it leads to.
"""

from __future__ import annotations

from ai_models.errors import TreeChangedError, UnfitPlanError
from ai_models.migrate.guard import LOCK
from ai_models.migrate.journal import Entry, FolderImage, Image, digest_of
from ai_models.migrate.plan import FileChange, Plan
from ai_models.migrate.store import Store
from ai_models.migrate.tree import Seen, outer_folders, unfit

__all__ = ["Survey"]


class Survey:
    """The changes of a plan as entries of a journal, and the contents that belong to them, by their hashes."""

    def __init__(self, plan: Plan, store: Store) -> None:
        """Look at every file.

        Raises:
            UnfitPlanError: paths lead out of the tree, or contradict each other.
            TreeChangedError: files are not as the plan says.
            OSError: a file may not be read.
        """
        self._store = store
        self._tree = store.tree
        self._entries: dict[str, Entry] = {}
        self._refused: dict[str, str] = {}
        self._changed: dict[str, str] = {}
        self.contents: dict[str, bytes] = {}
        for change in plan.changes:
            self._add(change)
        self._refuse_nested()
        if self._refused:
            raise UnfitPlanError(f"the plan does not fit {self._tree.root}; nothing was written:", files=self._refused)
        if self._changed:
            raise TreeChangedError(
                f"{self._tree.root} is not as the plan says; nothing was written: make a new plan", files=self._changed
            )

    @property
    def entries(self) -> list[Entry]:
        """What changes, in the order of the paths."""
        return [self._entries[path] for path in sorted(self._entries)]

    def made(self) -> list[str]:
        """The folders that new files need, the outermost first."""
        folders = {folder for entry in self.entries if entry.before is None for folder in outer_folders(entry.path)}
        return [folder for folder in sorted(folders) if self._tree.see(folder).kind == "absent"]

    def emptied(self) -> list[FolderImage]:
        """The folders in which nothing is left, the innermost first."""
        gone = {entry.path for entry in self.entries if entry.after is None}
        kept = {folder for entry in self.entries if entry.before is None for folder in outer_folders(entry.path)}
        folders = {folder for path in gone for folder in outer_folders(path)} - kept
        emptied = []
        for folder in sorted(folders, key=lambda path: (-path.count("/"), path)):
            if all(f"{folder}/{name}" in gone for name in self._tree.names(folder)):
                seen = self._tree.see(folder)
                emptied.append(FolderImage(path=folder, mode=seen.mode, owner=seen.owner))
                gone.add(folder)
        return emptied

    def _add(self, change: FileChange) -> None:
        path, why = self._real_path(change)
        if why:
            self._refused[change.path] = why
            return
        seen = self._tree.see(path)
        data = self._content(path, seen)
        is_expected = seen.kind == "absent" if change.before is None else change.before == data
        if not is_expected:
            self._changed[change.path] = _contradiction(change, seen)
            return
        before = Image.of(seen)
        entry = Entry(path=path, before=before, after=_after(change, before), reason=change.reason, edits=change.edits)
        if self._entries.setdefault(path, entry).after != entry.after:
            self._refused[change.path] = f"leads to {path}, which is changed in another way too"
        if data is not None and before is not None and before.link is None:
            self.contents[before.digest] = data
        if change.after is not None:
            self.contents[digest_of(change.after)] = change.after

    def _real_path(self, change: FileChange) -> tuple[str, str]:
        """The path of the file itself, and why it must not be changed."""
        why = unfit(change.path)
        if why:
            return change.path, why
        path = self._tree.real(change.path, itself=change.before is not None and change.after is not None)
        inside = self._store.inside
        if path is None:
            return change.path, "leads out of the tree"
        if path == LOCK:
            return path, "is the lock file of migrations"
        if inside is not None and (path == inside or path.startswith(f"{inside}/")):
            return path, "lies in the backup directory"
        return path, ""

    def _content(self, path: str, seen: Seen) -> bytes | None:
        """What a reader finds at the path; None where that is no file of the tree."""
        if seen.kind == "file":
            return self._tree.read(path)
        led_to = self._tree.real(path, itself=True) if seen.kind == "link" else None
        if led_to is None or self._tree.see(led_to).kind != "file":
            return None
        return self._tree.read(led_to)

    def _refuse_nested(self) -> None:
        for path in self._entries:
            for folder in outer_folders(path):
                if folder in self._entries:
                    self._refused[folder] = f"is to be a file, and the folder of {path}"


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
