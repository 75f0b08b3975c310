"""Files of JSON lines that several processes append to: a line is one write at the end of the file, never half of one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ai_models_legacy.errors import LogError

__all__ = ["append", "read"]

_SHOWN = 60


def append(path: str, record: Mapping[str, Any]) -> None:
    """Add a line.

    Raises:
        OSError: the file cannot be opened or written.
    """
    line = json.dumps(record, default=str).encode() + b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        written = os.write(handle, line)
    finally:
        os.close(handle)
    if written != len(line):
        raise OSError(f"{path}: the line was cut off after {written} of {len(line)} bytes; is the disk full?")


def read(paths: Iterable[Path], required: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    """The records of files, one after the other; ``object`` in ``required`` stands for any value.

    Raises:
        LogError: a file that cannot be read, or a line without the keys ``required``, or with values of other types.
    """
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LogError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _record(line, f"{path}:{number}", required)


def _record(line: str, where: str, required: Mapping[str, type]) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise LogError(f"{where}: no JSON: {line[:_SHOWN]!r}") from None
    if not isinstance(record, dict):
        raise LogError(f"{where}: no JSON object: {line[:_SHOWN]!r}")
    for name, kind in required.items():
        if name not in record:
            raise LogError(f"{where}: {name!r} is missing; is this a log of another kind?")
        if type(record[name]) is not kind and kind is not object:
            raise LogError(f"{where}: {name!r} must be {kind.__name__}, found {record[name]!r:.60}")
    return record
