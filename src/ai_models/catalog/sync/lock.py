"""One sync at a time: a lock file that names the process, and that the system gives up when the process ends.

The lock is the operating system's own, on the open file: what a killed process left behind is a file that nobody holds,
and the next one takes it. The pid in it is for people.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ai_models.errors import CatalogError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["LOCK", "is_locked", "locked"]

LOCK = ".sync-lock"


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the lock of a tree.

    Raises:
        CatalogError: another process holds it; the message has its pid.
    """
    path = root / LOCK
    handle = _acquire(path)
    if handle is None:
        raise CatalogError(f"another sync of {root} is at work (process {_holder(path)}); wait for it to end")
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0) if sys.platform != "win32" else None
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def is_locked(root: Path) -> bool:
    """Whether a living process holds the lock of a tree."""
    path = root / LOCK
    if not path.exists():
        return False
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def _acquire(path: Path) -> int | None:
    """The open lock file, or None where another process holds it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
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


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip() or "unknown"
    except OSError:
        return "unknown"
