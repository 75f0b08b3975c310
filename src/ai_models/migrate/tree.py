"""``Tree``: a folder in which files are seen and changed by relative paths, and never anything outside of it.

Where the system has directory descriptors, a path is walked from the root part by part, and no part may be a symbolic
link: one that is swapped in between a look and a change is an error, and no way out. Elsewhere each part is looked at
right before the change.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal, NamedTuple

from msgspec import Struct

__all__ = ["ABSENT", "InTheWay", "Owner", "Seen", "Tree", "outer_folders", "unfit"]

HAS_DESCRIPTORS = {os.open, os.stat, os.mkdir, os.rmdir, os.unlink, os.rename, os.symlink, os.readlink} <= os.supports_dir_fd

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_BINARY", 0)

Owner = tuple[int, int]
"""User and group by number."""


class Seen(Struct, frozen=True, kw_only=True):
    """What stands at a path: ``digest`` of a file's content, ``target`` of a symbolic link.

    ``blocked`` is a path of which a part, ``at``, is no folder, so that nothing can stand there.
    """

    kind: Literal["absent", "file", "link", "folder", "other", "blocked"]
    digest: str = ""
    mode: int = 0
    owner: Owner | None = None
    target: str = ""
    at: str = ""


ABSENT = Seen(kind="absent")


class InTheWay(NotADirectoryError):
    """A part of a path is no folder but a file or a symbolic link; ``at`` is the part's own path."""

    def __init__(self, at: str) -> None:
        super().__init__(errno.ENOTDIR, "is no folder", at)
        self.at = at


class _Folder(NamedTuple):
    """An open folder; where folders cannot be opened, the path of one."""

    handle: int | None
    path: str

    def named(self, name: str) -> str:
        """A name in the folder as the system's calls take it."""
        return name if self.handle is not None else os.path.join(self.path, name)


def unfit(path: str) -> str:
    """Why a path must not be used as one relative to a tree's root; empty where it may."""
    if "\0" in path:
        return "holds a NUL character"
    if not path or path.startswith("/") or os.path.isabs(path):
        return "is not relative to the tree"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "has a part that names no file: '', '.' or '..'"
    if sys.platform == "win32" and ("\\" in path or ":" in path):
        return "holds a backslash or a colon"
    return ""


def outer_folders(path: str) -> list[str]:
    """The folders that a path lies in, the outermost first; the root is not among them."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


class Tree:
    """A folder; every method takes paths below it, with ``/`` between their parts."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = os.path.realpath(root)

    # Looking

    def see(self, path: str) -> Seen:
        """What stands at a path, without following a link there.

        Raises:
            OSError: it may not be looked at.
        """
        try:
            with self._parent(path) as (folder, name):
                return _seen(folder, name)
        except InTheWay as error:
            return Seen(kind="blocked", at=error.at)
        except FileNotFoundError:
            return ABSENT

    def read(self, path: str) -> bytes:
        """A file's content.

        Raises:
            OSError: there is no regular file, or it may not be read.
        """
        with self._parent(path) as (folder, name), open(_opened(folder, name, _READ), "rb") as file:
            return file.read()

    def names(self, path: str) -> list[str]:
        """What a folder holds; ``""`` is the root.

        Raises:
            OSError: there is no folder, or it may not be read.
        """
        with self._opened(path) as folder:
            return os.listdir(folder.handle if folder.handle is not None else folder.path)

    def real(self, path: str, *, itself: bool) -> str | None:
        """The path without links in it; ``itself`` follows a link at its end too. None where it leads out of the tree."""
        folder, name = os.path.split(os.path.join(self.root, *path.split("/")))
        full = os.path.join(folder, name)
        real = os.path.realpath(full) if itself else os.path.join(os.path.realpath(folder), name)
        prefix = self.root if self.root.endswith(os.sep) else self.root + os.sep
        return real.removeprefix(prefix).replace(os.sep, "/") if real.startswith(prefix) else None

    # Changing

    def create(self, path: str, data: bytes, mode: int, owner: Owner | None = None) -> None:
        """Write a file; whatever file or link stood at the path goes before. ``flush_file`` has it on the disk.

        The owner is kept where this process may give files away.

        Raises:
            OSError: it cannot be written; nothing is left of it.
        """
        with self._parent(path) as (folder, name):
            _unlink(folder, name)
            handle = os.open(folder.named(name), _CREATE, 0o600, dir_fd=folder.handle)
            try:
                try:
                    _write(handle, data)
                    _give(handle, mode, owner)
                finally:
                    os.close(handle)
                if sys.platform == "win32":
                    os.chmod(folder.named(name), mode)
            except BaseException:
                _unlink(folder, name)
                raise

    def create_link(self, path: str, target: str) -> None:
        """Make a symbolic link; whatever file or link stood at the path goes before."""
        with self._parent(path) as (folder, name):
            _unlink(folder, name)
            os.symlink(target, folder.named(name), dir_fd=folder.handle)

    def move(self, path: str, name: str) -> None:
        """Rename what stands at a path within its folder, over what has the name."""
        with self._parent(path) as (folder, old):
            os.replace(folder.named(old), folder.named(name), src_dir_fd=folder.handle, dst_dir_fd=folder.handle)

    def remove(self, path: str) -> None:
        """Remove a file or link, if it is there."""
        with suppress(FileNotFoundError), self._parent(path) as (folder, name):
            _unlink(folder, name)

    def make_folder(self, path: str, mode: int = 0o777) -> None:
        """Make a folder, unless it is there; the process's umask takes bits from the mode.

        Raises:
            InTheWay: something else is there.
        """
        with self._parent(path) as (folder, name):
            try:
                state = _state(folder, name)
            except FileNotFoundError:
                os.mkdir(folder.named(name), mode, dir_fd=folder.handle)
                return
            if not stat.S_ISDIR(state.st_mode):
                raise InTheWay(path)

    def remove_folder(self, path: str) -> bool:
        """Remove a folder; False where it stays, because it holds something or is none."""
        try:
            with self._parent(path) as (folder, name):
                os.rmdir(folder.named(name), dir_fd=folder.handle)
        except FileNotFoundError:
            return True
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                return False
            raise
        return True

    def set_folder(self, path: str, mode: int, owner: Owner | None = None) -> None:
        """Give a folder its permissions, and its owner where this process may."""
        with self._opened(path) as folder:
            if folder.handle is not None:
                _give(folder.handle, mode, owner)
            else:
                os.chmod(folder.path, mode)

    def flush_file(self, path: str) -> None:
        """Have a file's content on the disk; a link has none of its own.

        Raises:
            OSError: it cannot be.
        """
        with self._parent(path) as (folder, name):
            if stat.S_ISREG(_state(folder, name).st_mode):
                handle = _opened(folder, name, _READ if sys.platform != "win32" else os.O_RDWR)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)

    def flush(self, path: str) -> None:
        """Have a folder's entries on the disk; ``""`` is the root. Some systems cannot, and some folders are gone."""
        with suppress(OSError), self._opened(path) as folder:
            if folder.handle is not None:
                os.fsync(folder.handle)

    # Walking

    @contextmanager
    def _parent(self, path: str) -> Iterator[tuple[_Folder, str]]:
        outer, _, name = path.rpartition("/")
        with self._opened(outer) as folder:
            yield folder, name

    @contextmanager
    def _opened(self, path: str) -> Iterator[_Folder]:
        """A folder of the tree, reached without following a link."""
        parts = path.split("/") if path else []
        if not HAS_DESCRIPTORS:
            yield _Folder(None, self._checked(parts))
            return
        handle = os.open(self.root, _FOLDER)
        try:
            for depth, part in enumerate(parts, 1):
                try:
                    inner = os.open(part, _FOLDER | _NO_LINK, dir_fd=handle)
                except OSError as error:
                    if error.errno in (errno.ENOTDIR, errno.ELOOP):
                        raise InTheWay("/".join(parts[:depth])) from None
                    raise
                os.close(handle)
                handle = inner
            yield _Folder(handle, path)
        finally:
            os.close(handle)

    def _checked(self, parts: list[str]) -> str:
        path = self.root
        for depth, part in enumerate(parts, 1):
            path = os.path.join(path, part)
            state = os.lstat(path)
            is_junction = getattr(state, "st_reparse_tag", 0) != 0
            if is_junction or not stat.S_ISDIR(state.st_mode):
                raise InTheWay("/".join(parts[:depth]))
        return path


def _state(folder: _Folder, name: str) -> os.stat_result:
    return os.stat(folder.named(name), dir_fd=folder.handle, follow_symlinks=False)


def _seen(folder: _Folder, name: str) -> Seen:
    state = _state(folder, name)
    mode, owner = stat.S_IMODE(state.st_mode), (state.st_uid, state.st_gid)
    if stat.S_ISLNK(state.st_mode):
        return Seen(kind="link", target=os.readlink(folder.named(name), dir_fd=folder.handle), owner=owner)
    if stat.S_ISDIR(state.st_mode):
        return Seen(kind="folder", mode=mode, owner=owner)
    if not stat.S_ISREG(state.st_mode):
        return Seen(kind="other", mode=mode, owner=owner)
    with open(_opened(folder, name, _READ), "rb") as file:
        return Seen(kind="file", digest=hashlib.file_digest(file, "sha256").hexdigest(), mode=mode, owner=owner)


def _opened(folder: _Folder, name: str, flags: int) -> int:
    return os.open(folder.named(name), flags, dir_fd=folder.handle)


def _unlink(folder: _Folder, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(folder.named(name), dir_fd=folder.handle)


def _write(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _give(handle: int, mode: int, owner: Owner | None) -> None:
    """Permissions last: giving a file away takes some of them from it."""
    if sys.platform == "win32":
        return
    state = os.fstat(handle)
    if owner is not None and owner != (state.st_uid, state.st_gid):
        with suppress(PermissionError):
            os.fchown(handle, *owner)
    os.fchmod(handle, mode)
