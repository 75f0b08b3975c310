"""A user's own definitions and prices on top of the shipped catalogue: where they are, and the snapshot of both together.

From the weakest to the strongest: the user's configuration directory, the project's ``pyproject.toml``, ``AI_MODELS_PATH``.
A process without overlays does not load this module, and one with overlays that did not change loads no YAML.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from ai_models.catalog.location import (
    ENVIRONMENT,
    YAML_SUFFIXES,
    config_directory,
    project_tables,
    states,
    user_directory,
    working_directory,
)
from ai_models.catalog.snapshot import Snapshot
from ai_models.errors import CatalogError

__all__ = ["CONFIGURATION", "Overlay", "find_overlays", "with_overlays"]

CONFIGURATION = "the configuration directory"

_TABLE = "[tool.ai-models"
_KEY = "catalogue"


class Overlay(Struct, frozen=True):
    """A file or directory of definitions and prices, and what names it; ``problem`` says why it cannot even be read.

    ``line`` is that of the naming file, 0 where no file names it.
    """

    path: str
    named_in: str
    line: int = 0
    field: str = ""
    problem: str = ""


def find_overlays() -> tuple[Overlay, ...]:
    """The overlays of this process, the weakest first; one that is named several times counts where it is strongest."""
    found = [*_in_configuration(), *_in_project(), *_in_environment()]
    if len(found) < 2:
        return tuple(found)
    strongest: dict[tuple[str, str], Overlay] = {}
    for overlay in reversed(found):
        strongest.setdefault((os.path.realpath(overlay.path), overlay.field if overlay.problem else ""), overlay)
    return tuple(reversed(strongest.values()))


def _in_configuration() -> Iterator[Overlay]:
    folder = config_directory()
    if folder and Path(folder).is_dir():
        yield Overlay(folder, CONFIGURATION)


def _in_environment() -> Iterator[Overlay]:
    for path in os.environ.get(ENVIRONMENT, "").split(os.pathsep):
        if path.strip():
            yield Overlay(_place(path, working_directory()), ENVIRONMENT)


def _place(path: str, folder: str) -> str:
    return os.path.normpath(Path(folder, os.path.expanduser(path)))  # noqa: PTH111 a user without a home is no error here


def _in_project() -> list[Overlay]:
    """What the nearest ``pyproject.toml`` with the table names."""
    for path, data in project_tables():
        named = _named_in(path, data)
        if named is not None:
            return named
    return []


def _named_in(path: str, data: bytes) -> list[Overlay] | None:
    """The overlays that a ``pyproject.toml`` names; None where it has no such table."""
    import tomllib  # 4 ms, and few projects have the table

    try:
        text = data.decode()
        tool = tomllib.loads(text).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [Overlay(path, path, problem=f"not valid TOML: {error}")]
    table = tool.get("ai-models") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return None
    found = [
        Overlay(path, path, _line_of(text, key), f"tool.ai-models.{key}", f"is not a key here; the key is {_KEY}")
        for key in table
        if key != _KEY
    ]
    paths = table.get(_KEY, [])
    if not isinstance(paths, list) or not all(
        isinstance(entry, str) and entry.strip() and entry.isprintable() for entry in paths
    ):
        found.append(Overlay(path, path, _line_of(text, _KEY), f"tool.ai-models.{_KEY}", "must be a list of paths"))
        return found
    folder = str(Path(path).parent)
    return found + [Overlay(_place(entry, folder), path, _line_of(text, entry), f"tool.ai-models.{_KEY}") for entry in paths]


def _line_of(text: str, word: str) -> int:
    """The first line from the table on that holds the word; the table's where none does."""
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if _TABLE in line), 0)
    return next((place for place, line in enumerate(lines[start:], start + 1) if word in line), start + 1)


def with_overlays(base: Snapshot, overlays: Sequence[Overlay]) -> Snapshot:
    """The shipped catalogue with overlays laid on it: as an earlier process kept it, or combined and kept for the next one.

    Raises:
        CatalogError: the overlays have problems; it lists all of them.
    """
    if not overlays:
        return base
    seen = _fingerprint(overlays)
    mark = f"{base.header.fingerprint}+{seen}"
    kept = _kept_at(base, overlays) if seen else None
    snapshot = None if kept is None else _kept(kept, mark)
    if snapshot is not None:
        return snapshot
    from ai_models.catalog.layers import combine, keep  # the YAML machinery, which a kept snapshot spares

    data = combine(base, overlays, mark)
    if kept is not None:
        keep(kept, data)
    return Snapshot(data, origin=f"{base.origin} with overlays" if kept is None else str(kept))


def _kept_at(base: Snapshot, overlays: Sequence[Overlay]) -> Path | None:
    """One file for each set of overlays on each installation, so that what is out of date is replaced."""
    folder = user_directory("cache")
    if not folder:
        return None
    named = "\0".join((base.origin, *(overlay.path for overlay in overlays)))
    return Path(folder, f"overlays-{zlib.crc32(os.fsencode(named)):08x}.msgpack")


def _kept(path: Path, mark: str) -> Snapshot | None:
    try:
        snapshot = Snapshot.open(path)
    except (OSError, CatalogError):
        return None  # not there, damaged, or of another version: it is combined again
    return snapshot if snapshot.header.fingerprint == mark else None


def _fingerprint(overlays: Sequence[Overlay]) -> str:
    """What the overlays look like from outside, by order, place, size and time of change; empty where something is wrong."""
    check = count = 0
    for overlay in overlays:
        if overlay.problem:
            return ""
        check = zlib.crc32(os.fsencode(overlay.path), check)
        try:
            place = Path(overlay.path)
            found = sorted(states(overlay.path, YAML_SUFFIXES)) if place.is_dir() else [(overlay.path, place.stat())]
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return ""  # reading it will say what is wrong
        for path, status in found:
            count += 1
            # The change of the inode too: a copy may keep the size and the time of its original.
            seen = f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_ino}"
            check = zlib.crc32(os.fsencode(seen), check)
    return f"{count}-{check:08x}"
