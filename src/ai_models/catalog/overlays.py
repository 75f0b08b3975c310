"""A user's own definitions and prices, overlays on the shipped catalogue: where they are, and what names them.

From the weakest to the strongest: the user's configuration directory, the project's ``pyproject.toml``, ``AI_MODELS_PATH``.
A process without overlays does not load this module.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from ai_models.catalog.location import ENVIRONMENT, config_directory, project_tables, working_directory

__all__ = ["CONFIGURATION", "Overlay", "find_overlays", "named_in"]

CONFIGURATION = "the configuration directory"

_TABLE = "ai-models"
_KEY = "catalogue"
_OF_THE_AUDIT = "audit"
"""A table that ``ai-models audit`` reads."""


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
        named = named_in(path, data)
        if named is not None:
            return named
    return []


def named_in(path: str, data: bytes) -> list[Overlay] | None:
    """The overlays that a ``pyproject.toml`` of this content names; None where it has no such table."""
    import tomllib  # 4 ms, and few projects have the table

    try:
        text = data.decode()
        tool = tomllib.loads(text).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if b"[tool.ai-models" not in data:
            return None  # it may only mention this package, and is not ours to judge
        return [Overlay(path, path, problem=f"not valid TOML: {error}")]
    table = tool.get("ai-models") if isinstance(tool, dict) else None
    if table is None or (isinstance(table, dict) and set(table) == {_OF_THE_AUDIT}):
        return None
    if not isinstance(table, dict):
        return [Overlay(path, path, _line_of(text, _TABLE), "tool.ai-models", f"must be a table with the key {_KEY}")]
    found = [
        Overlay(path, path, _line_of(text, key), f"tool.ai-models.{key}", f"is not a key here; the key is {_KEY}")
        for key in table
        if key not in (_KEY, _OF_THE_AUDIT)
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
