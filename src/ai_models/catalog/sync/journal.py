"""Many files of a tree written as one: whoever is killed leaves the old tree, or one that the next reader completes.

New contents are staged inside each root under names that are no YAML, and flushed to the disk. A journal that lists every
file with its old and its new hash is then renamed into place: that is the moment from which the new tree counts. The
staged files are renamed over the old ones, and the journal is removed. ``recover`` finishes what a journal lists; what
was staged without a journal is thrown away.

A journal may lie in a directory that somebody else made, such as an overlay of a project that was cloned: one that names
anything but YAML files of its own tree is refused. Nothing that imports the library needs more of this than ``recover``'s
one question whether there is a journal at all.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec

from ai_models.catalog.aside import flush_folder
from ai_models.catalog.location import JOURNAL, YAML_SUFFIXES, has_journal
from ai_models.catalog.lock import is_locked, locked
from ai_models.errors import CatalogError

__all__ = ["LOCK", "STAGING", "recover", "write_all"]

STAGING = ".sync-staging"
LOCK = ".sync-lock"


class _Entry(msgspec.Struct, frozen=True):
    """A file that changes: its path and that of its new content, relative to the journal's folder, and both hashes."""

    path: str
    staged: str
    old: str | None
    new: str


class _Journal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that is written together; a file that only points to the journal of another root has ``kept_in``."""

    roots: list[str] = []
    files: list[_Entry] = []
    kept_in: str | None = None


def write_all(
    roots: tuple[Path, ...], texts: Mapping[Path, bytes], *, expected: Mapping[Path, bytes | None] | None = None
) -> None:
    """Write files below the roots: all of them, or after a crash none that a reader would see without the others.

    ``expected`` is what files must still hold (None: they must still be absent) for the new texts to be those that were
    wanted: whoever computed them has read those, and they may have changed since.

    Raises:
        CatalogError: another sync is at work, an interrupted one cannot be completed, or a file is not as expected.
        OSError: a file cannot be written; none has been changed.
    """
    if not texts:
        return
    home = roots[0].resolve()
    for root in roots:
        root.mkdir(parents=True, exist_ok=True)
    with locked(home / LOCK, f"another sync of {home}"):
        for root in roots:
            _recover(root)
            _discard(root)
        _expect(expected or {})
        try:
            journal = _staged(home, [root.resolve() for root in roots], texts)
            _commit(home, journal)
        except BaseException:
            if not (home / JOURNAL).exists():
                _clear(home, [root.resolve() for root in roots])
            raise
        _complete(home, journal)


def _expect(expected: Mapping[Path, bytes | None]) -> None:
    changed = sorted(path for path, data in expected.items() if _hash(path) != (None if data is None else _digest(data)))
    if changed:
        more = f" and {len(changed) - 1} more" if changed[1:] else ""
        raise CatalogError(f"{changed[0]}{more} was changed while this was at work; nothing was written: run it again")


def recover(paths: Iterable[Path]) -> None:
    """Complete the syncs that were interrupted in the trees that these paths are, lie in, or hold.

    Costs microseconds where there is nothing to complete.

    Raises:
        CatalogError: a file was changed by hand after the interruption, or cannot be written.
    """
    for path in paths:
        for place in (path, path / "definitions", path / "pricing", *path.parents[:3]):
            if has_journal([place]):
                _recover(place)


def _recover(root: Path) -> None:
    """Complete what the journal in this root lists, or points to."""
    if _is_shared(root):
        return
    journal = _read(root)
    if journal is None:
        return
    if journal.kept_in is None:
        _complete_own(root.resolve(), journal)
        return
    home = (root / journal.kept_in).resolve()
    kept = _read(home)
    if kept is not None and kept.kept_in is None:
        _complete_own(home, kept)
    elif not is_locked(home / LOCK):  # a living sync has pointed here, and is about to write its journal
        (root / JOURNAL).unlink(missing_ok=True)


def _is_shared(root: Path) -> bool:
    """Whether everybody may put files there, as in /tmp: no catalogue's root, and what lies in it may be anybody's."""
    try:
        return bool(root.stat().st_mode & stat.S_ISVTX)
    except OSError:
        return False  # reading it says what is wrong


def _complete_own(home: Path, journal: _Journal) -> None:
    """Complete a journal that speaks of its own tree alone."""
    if _is_own(home, journal):
        _complete(home, journal)
    elif (home / JOURNAL).exists():  # else another process has completed it since it was read
        raise CatalogError(
            f"{home / JOURNAL} names other files than the YAML of its own tree, so no sync wrote it; nothing was changed: "
            "remove it, and look who put it there"
        )


def _is_own(home: Path, journal: _Journal) -> bool:
    """Whether every file lies below a root that says itself that its journal is here, and was staged there."""
    roots = [(home / name).resolve() for name in journal.roots]
    return all(map(partial(_points_to, home), roots)) and all(
        target.suffix in YAML_SUFFIXES
        and any(target.parent.resolve().is_relative_to(root) for root in roots)
        and staged.parent.resolve() in [root / STAGING for root in roots]
        for target, staged in ((home / entry.path, home / entry.staged) for entry in journal.files)
    )


def _points_to(home: Path, root: Path) -> bool:
    if root == home:
        return True
    pointer = _read(root)
    return pointer is not None and pointer.kept_in is not None and (root / pointer.kept_in).resolve() == home


def _read(root: Path) -> _Journal | None:
    """The journal of a root; it was renamed into place whole, so one that cannot be read is no journal of ours."""
    try:
        return msgspec.json.decode((root / JOURNAL).read_bytes(), type=_Journal)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise CatalogError(f"{root / JOURNAL} cannot be read ({error}); see docs/syncing.md") from None


def _staged(home: Path, roots: list[Path], texts: Mapping[Path, bytes]) -> _Journal:
    """Write every new content aside, flushed, and give the journal of them."""
    entries = []
    for number, (path, data) in enumerate(sorted(texts.items())):
        target = path.resolve()
        root = next((root for root in roots if target.is_relative_to(root)), None)
        if root is None:
            raise CatalogError(f"{path} lies outside the catalogue's directories")
        staged = root / STAGING / f"{number:05}.new"
        staged.parent.mkdir(exist_ok=True)
        _write(staged, data, mode=target.stat().st_mode & 0o777 if target.exists() else 0o644)
        old = _hash(target)
        entries.append(_Entry(os.path.relpath(target, home), os.path.relpath(staged, home), old, _digest(data)))
    for root in roots:
        flush_folder(root / STAGING)
    return _Journal([os.path.relpath(root, home) for root in roots], entries)


def _commit(home: Path, journal: _Journal) -> None:
    """Rename the journal into place; the other roots first say where it will be."""
    for name in journal.roots:
        root = (home / name).resolve()
        if root != home:
            pointer = _Journal(kept_in=os.path.relpath(home, root))
            (root / STAGING).mkdir(exist_ok=True)
            _place(root, msgspec.json.encode(pointer))
    (home / STAGING).mkdir(exist_ok=True)
    _place(home, msgspec.json.format(msgspec.json.encode(journal), indent=1))


def _place(root: Path, data: bytes) -> None:
    aside = root / STAGING / "journal"
    _write(aside, data, mode=0o644)
    aside.replace(root / JOURNAL)
    flush_folder(root)


def _complete(home: Path, journal: _Journal) -> None:
    """Rename every staged file into place; several processes may do so at once, and each may find it done."""
    folders = set()
    try:
        for entry in journal.files:
            target = home / entry.path
            _put(home / entry.staged, target, entry)
            folders.add(target.parent)
        for folder in folders:
            flush_folder(folder)
        _clear(home, [(home / name).resolve() for name in journal.roots])
    except OSError as error:
        raise CatalogError(
            f"an interrupted sync of {home} cannot be completed ({error}); run `ai-models validate` as who may write there"
        ) from error


def _put(staged: Path, target: Path, entry: _Entry) -> None:
    found = _hash(target)
    if found == entry.new:
        return
    if found != entry.old:
        raise CatalogError(
            f"{target} was changed after a sync of it had been interrupted; to keep the change, remove {JOURNAL} and "
            f"{STAGING} of the tree; see docs/syncing.md"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        staged.replace(target)
    except FileNotFoundError:
        if _hash(target) != entry.new:  # else another process has done it between the two lines
            raise


def _clear(home: Path, roots: list[Path]) -> None:
    """Remove the journal, then what points to it, then what was staged."""
    (home / JOURNAL).unlink(missing_ok=True)
    flush_folder(home)
    for root in roots:
        (root / JOURNAL).unlink(missing_ok=True)
        _discard(root)


def _discard(root: Path) -> None:
    shutil.rmtree(root / STAGING, ignore_errors=True)


def _write(path: Path, data: bytes, *, mode: int) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _hash(path: Path) -> str | None:
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None
