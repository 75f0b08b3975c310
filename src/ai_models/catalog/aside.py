"""Files that are replaced whole: written aside, flushed to the disk, and renamed into place."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["flush_folder", "write_aside", "write_output"]


def write_aside(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that a reader, or a crash, sees the old one or the new one and nothing between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(mode)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_output(path: Path, data: bytes) -> None:
    """Write what somebody asked for where they asked for it: through a link at its target, which is replaced whole; into a
    device or a pipe, such as ``/dev/stdout``, which stays what it is."""
    target = Path(os.path.realpath(path))
    if target.exists() and not (target.is_file() or target.is_dir()):
        target.write_bytes(data)
    else:
        write_aside(target, data)


def flush_folder(folder: Path) -> None:
    """Have a folder's entries on the disk; some systems cannot, and some folders are gone."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
