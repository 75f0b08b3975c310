"""Where the catalogue's files are: the YAML of a checkout, the snapshot, and whether the one is newer than the other."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["SNAPSHOT", "fingerprint", "packaged_roots", "yaml_files"]

_PACKAGE = Path(__file__).parents[1]
_SUFFIXES = (".yaml", ".yml")
_COMPILED_BY = (_PACKAGE / "models", _PACKAGE / "pricing", _PACKAGE / "catalog")

SNAPSHOT = _PACKAGE / "catalog" / "snapshot.msgpack"
"""Shipped in the wheel; compiled on first use in a checkout."""


def packaged_roots() -> tuple[Path, ...]:
    """Where the catalogue's own YAML stands in a checkout; empty in an installed wheel, which ships the snapshot."""
    roots = (_PACKAGE / "models" / "definitions", _PACKAGE / "pricing" / "data")
    return roots if all(root.is_dir() for root in roots) else ()


def yaml_files(roots: Iterable[Path]) -> Iterator[Path]:
    """The YAML files at or below the roots, in order; links to directories are not followed, so no loop can arise.

    Raises:
        OSError: a folder cannot be read.
    """
    for root in roots:
        if root.is_dir():
            yield from _below(str(root), _SUFFIXES)
        else:
            yield root


def _below(root: str, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=_raise):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffixes))


def _raise(error: OSError) -> None:
    raise error  # os.walk passes over folders that it cannot read unless it is told otherwise


def fingerprint(roots: Iterable[Path]) -> str:
    """What the YAML, and the code that compiles it, look like from outside: paths, sizes and times of change.

    A file that is added, removed, renamed or written gives another fingerprint. Not a cryptographic hash: importing one
    would cost a new process more than reading the catalogue does.
    """
    count = total = check = 0
    for root in roots:
        for folder, status in _states(str(root), _SUFFIXES):
            count, total = count + 1, total + status.st_size
            check ^= zlib.crc32(f"{folder}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    for package in _COMPILED_BY:
        for name, status in _states(str(package), (".py",)):
            check ^= zlib.crc32(f"{name}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return f"{count}-{total}-{check:08x}"


def _states(root: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _states(entry.path, suffixes)
            elif entry.name.endswith(suffixes):
                yield entry.path, entry.stat()
