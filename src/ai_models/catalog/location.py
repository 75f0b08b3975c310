"""Where the catalogue's files are: the YAML of a checkout, the snapshot, what stands for a user's own, and their states.

Every process asks for these, so this module loads nothing that a process would not load anyway.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

__all__ = [
    "ENVIRONMENT",
    "JOURNAL",
    "SNAPSHOT",
    "YAML_SUFFIXES",
    "Place",
    "config_directory",
    "fingerprint",
    "has_journal",
    "has_overlays",
    "packaged_roots",
    "project_tables",
    "states",
    "user_directory",
    "working_directory",
    "yaml_files",
]

_PACKAGE = Path(__file__).parents[1]
_COMPILED_BY = (_PACKAGE / "models", _PACKAGE / "pricing", _PACKAGE / "catalog")

YAML_SUFFIXES = (".yaml", ".yml")

ENVIRONMENT = "AI_MODELS_PATH"
"""The variable that names overlays, divided as ``PATH`` is."""

JOURNAL = ".sync-journal"
"""The file in a root that says that a sync has written new files which are not all in place; see ``sync.journal``."""

_NAMED = (
    *(b"tool.ai-models", b'tool."ai-models"', b"tool.'ai-models'"),
    *(b"ai-models = {", b"ai-models={", b"ai-models.catalogue"),
)
"""How TOML spells the key of this package's table, and no requirement on the package, or script of it, its name."""
_LARGEST_PROJECT = 4 * 1024 * 1024

SNAPSHOT = _PACKAGE / "catalog" / "snapshot.msgpack"
"""Shipped in the wheel; compiled on first use in a checkout."""


class Place(NamedTuple):
    """The two directories of a catalogue: one of definitions by maker, one of pricing files by provider."""

    definitions: Path
    pricing: Path


def packaged_roots() -> tuple[Path, ...]:
    """Where the catalogue's own YAML stands in a checkout; empty in an installed wheel, which ships the snapshot."""
    roots = (_PACKAGE / "models" / "definitions", _PACKAGE / "pricing" / "data")
    return roots if all(root.is_dir() for root in roots) else ()


def has_journal(roots: Iterable[Path]) -> bool:
    """Whether a sync was interrupted while it renamed its files into place."""
    return any(os.path.lexists(f"{root}/{JOURNAL}") for root in roots)


def yaml_files(roots: Iterable[Path]) -> Iterator[Path]:
    """The YAML files at or below the roots, in order; links to directories are not followed, so no loop can arise.

    Hidden files are not read: editors leave locks and copies beside the file that they write.

    Raises:
        OSError: a folder cannot be read.
    """
    for root in roots:
        if root.is_dir():
            yield from _below(str(root), YAML_SUFFIXES)
        else:
            yield root


def _below(root: str, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=_raise):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffixes) and not name.startswith("."))


def _raise(error: OSError) -> None:
    raise error  # os.walk passes over folders that it cannot read unless it is told otherwise


def fingerprint(roots: Iterable[Path]) -> str:
    """What the YAML, and the code that compiles it, look like from outside: paths, sizes and times of change.

    A file that is added, removed, renamed or written gives another fingerprint. Not a cryptographic hash: importing one
    would cost a new process more than reading the catalogue does.
    """
    count = total = check = 0
    for root in roots:
        for folder, status in states(str(root), YAML_SUFFIXES):
            count, total = count + 1, total + status.st_size
            check ^= zlib.crc32(f"{folder}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    for package in _COMPILED_BY:
        for name, status in states(str(package), (".py",)):
            check ^= zlib.crc32(f"{name}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    return f"{count}-{total}-{check:08x}"


def states(root: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    """The files below a folder with their states; links to directories are not followed.

    Raises:
        OSError: a folder or a file cannot be looked at.
    """
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from states(entry.path, suffixes)
            elif entry.name.endswith(suffixes) and not entry.name.startswith("."):
                yield entry.path, entry.stat()


def has_overlays() -> bool:
    """Whether anything may name overlays; ``overlays`` knows which ones, and costs a process more than this question."""
    if os.environ.get(ENVIRONMENT):
        return True
    folder = config_directory()
    return (bool(folder) and os.path.isdir(folder)) or next(project_tables(), None) is not None


def config_directory() -> str:
    """Where a user's own catalogue files lie for all of their projects; empty where the user has no home."""
    folder = user_directory("config")
    return os.path.join(folder, "catalogue") if folder else ""


def user_directory(kind: Literal["config", "cache", "state"]) -> str:
    """This package's directory among the user's; empty where the user has no home."""
    if sys.platform != "linux":
        import platformdirs  # knows Windows and macOS; where the rule is the four lines below, they save 7 ms a process

        named = {
            "config": platformdirs.user_config_dir,
            "cache": platformdirs.user_cache_dir,
            "state": platformdirs.user_state_dir,
        }
        return named[kind]("ai-models", appauthor=False)
    home = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
    if not os.path.isabs(home):  # the XDG specification: a relative path is to be ignored
        home = os.path.expanduser("~/.local/state" if kind == "state" else f"~/.{kind}")
    return os.path.join(home, "ai-models") if os.path.isabs(home) else ""


def working_directory() -> str:
    """Where the process works; empty where that was removed under it."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def project_tables() -> Iterator[tuple[str, bytes]]:
    """Each ``pyproject.toml`` that may have a table of this package, and its content, from the working directory upwards."""
    folder = working_directory()
    while folder:
        path = os.path.join(folder, "pyproject.toml")
        data = _content(path)
        if any(name in data for name in _NAMED):
            yield path, data
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            return


def _content(path: str) -> bytes:
    """The bytes of a file; none where there is no such file, or nobody may read it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError:
        return b""
    try:
        return os.read(handle, _LARGEST_PROJECT) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(handle)
