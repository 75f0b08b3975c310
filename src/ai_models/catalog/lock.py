"""One at a time: a lock file that names the process, and that the system gives up when the process ends.

The lock is the operating system's own, on the open file: what a killed process left behind is a file that nobody holds,
and the next one takes it. What stands in the file is for people, and for whoever comes after one that was killed.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ai_models.errors import CatalogError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Lock", "is_locked", "locked", "noted"]

# A link that somebody put there must not lead the process number into another file, nor a FIFO hold the process up.
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LONGEST_NOTE = 64 * 1024


class Lock:
    """A lock that is held; its file goes when it is given up, unless it is ``kept``."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.kept = False
        self.left_by_another = _note(handle)
        """The note of a process that did not live to remove the file; empty where there was none."""

    def note(self, text: str) -> None:
        """Write into the file: the process, and below it a text of one or more lines."""
        data = os.fsencode(f"{os.getpid()}\n{text}\n" if text else f"{os.getpid()}\n")
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, data)
        os.ftruncate(self._handle, len(data))  # last: whoever is killed in between leaves the note's first line whole
        os.fsync(self._handle)


@contextmanager
def locked(path: Path, work: str) -> Iterator[Lock]:
    """Hold a lock file; ``work`` says in the message to a second process what the first one does.

    Raises:
        CatalogError: another process holds it; the message has its pid.
        OSError: the file cannot be written, or is no regular file.
    """
    handle = _acquire(path)
    if handle is None:
        raise CatalogError(f"{work} is at work (process {_holder(path)}); wait for it to end")
    lock = Lock(handle)
    try:
        lock.note(lock.left_by_another)
        yield lock
    finally:
        if not lock.kept:
            with suppress(OSError):
                path.unlink()
        os.close(handle)


def is_locked(path: Path) -> bool:
    """Whether a living process holds a lock file."""
    if not path.exists():
        return False
    try:
        handle = os.open(path, _FLAGS)
    except FileNotFoundError:
        return False
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def noted(path: Path) -> str:
    """What the holder of a lock file, living or dead, wrote below its process number; empty where there is nothing."""
    try:
        handle = os.open(path, os.O_RDONLY | (_FLAGS & ~os.O_RDWR))
    except OSError:
        return ""
    try:
        return _note(handle) if stat.S_ISREG(os.fstat(handle).st_mode) else ""
    finally:
        os.close(handle)


def _acquire(path: Path) -> int | None:
    """The open lock file, or None where another process holds it."""
    while True:
        handle = os.open(path, _FLAGS | os.O_CREAT, 0o644)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(f"{path} is no regular file, so no process left it there")
        if not _take(handle):
            os.close(handle)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)  # its last holder removed it after we had opened it


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _note(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.fsdecode(os.read(handle, _LONGEST_NOTE)).partition("\n")[2].strip("\n")


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").partition("\n")[0].strip() or "unknown"
    except OSError:
        return "unknown"
