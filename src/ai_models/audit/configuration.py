"""``[tool.ai_models.audit]`` in ``pyproject.toml``: what a project always wants of an audit.

``[tool.ai-models.audit]`` means the same, for projects that name their overlays in ``[tool.ai-models]``.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from msgspec import Struct

from ai_models.audit.codes import unknown_selectors
from ai_models.audit.files import walk_parents
from ai_models.audit.ignored import file_pattern
from ai_models.errors import AuditError

__all__ = ["MOST_DAYS", "Configuration", "find_configuration", "read_configuration"]

_TABLES: Final = ("ai_models", "ai-models")
_FILE: Final = "pyproject.toml"
MOST_DAYS: Final = 36_500
"""The most days before a retirement from which it can be news."""


class Configuration(Struct, frozen=True, kw_only=True):
    """What a project says; ``root`` is the folder of its file, to which patterns and paths are relative."""

    root: str
    file: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    exclude: tuple[str, ...] = ()
    within: int | None = None
    baseline: str | None = None


def find_configuration(path: str) -> Configuration:
    """The configuration for a file or folder: of the nearest ``pyproject.toml`` above it that has the table.

    Without one: nothing, with the root where the repository begins; outside of any, at the nearest ``pyproject.toml``, or at
    the working directory, where the path is below it, or at the folder itself.

    Raises:
        AuditError: the table has a mistake; it names file, key and the nearest valid one. Or nobody stands anywhere.
    """
    try:
        here = os.getcwd()
    except OSError as error:
        raise AuditError(f"the working directory is gone: {error.strerror}") from None
    repository = project = ""
    for folder in walk_parents(path):
        file = os.path.join(folder, _FILE)
        if os.path.isfile(file):
            found = read_configuration(file, required=False)
            if found is not None:
                return found
            project = project or folder
        if not repository and os.path.exists(os.path.join(folder, ".git")):
            repository = folder
    folders = [*walk_parents(path)]
    return Configuration(root=repository or project or (here if here in folders else folders[0]))


def read_configuration(file: str, *, required: bool = True) -> Configuration | None:
    """The configuration that a file holds; None where it has no such table and none is required.

    Raises:
        AuditError: the file cannot be read, is no TOML, or its table has a mistake.
    """
    try:
        data = Path(file).read_bytes()
        if not required and not any(name.encode() in data for name in _TABLES):
            return None
        text = data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise AuditError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        tool = tomllib.loads(text).get("tool")
    except tomllib.TOMLDecodeError as error:
        if not required and "audit" not in text:
            return None  # it may only mention this package, and is not ours to judge
        raise AuditError(f"{file} is no valid TOML: {error}") from None
    if tool is not None and isinstance(tool, dict):
        _check_beside(file, text, tool.get(_TABLES[0]))
    tables = [(name, table) for name in _TABLES if (table := _audit_table(tool, name)) is not None]
    if len(tables) > 1:
        raise AuditError(f"{file}: [tool.ai_models.audit] and [tool.ai-models.audit] are one table; keep one of them")
    if not tables:
        if required:
            raise AuditError(f"{file} has no table [tool.ai_models.audit]")
        return None
    name, table = tables[0]
    return _Reader(file, f"tool.{name}.audit", text).configuration(table)


def _check_beside(file: str, text: str, table: object) -> None:
    """Refuse what stands beside the table in ``[tool.ai_models]``, which holds nothing else: it would mean nothing."""
    for key in table if isinstance(table, dict) else ():
        if key == "catalogue":
            hint = "overlays are named in [tool.ai-models]"
        else:
            hint = "did you mean audit?" if get_close_matches(key, ["audit"], n=1) else "the only key is audit"
        if key != "audit":
            raise _Reader(file, "tool.ai_models", text).mistake(key, f"is not a key here; {hint}")


def _audit_table(tool: object, name: str) -> object:
    outer = tool.get(name) if isinstance(tool, dict) else None
    return outer.get("audit") if isinstance(outer, dict) else None


class _Reader:
    """Reads the values of one table; every mistake names the file, the line and the key."""

    def __init__(self, file: str, table: str, text: str) -> None:
        self.file = file
        self.table = table
        self.lines = text.splitlines()

    def configuration(self, table: object) -> Configuration:
        if not isinstance(table, dict):
            raise AuditError(f"{self.file}: {self.table} must be a table, found {table!r}")
        known = ("select", "ignore", "per-file-ignores", "exclude", "within", "baseline")
        for key in table:
            if key not in known:
                near = get_close_matches(key.replace("_", "-"), known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(known)}"
                raise self.mistake(key, f"is not a key here; {hint}")
        baseline = table.get("baseline")
        if baseline is not None and not (isinstance(baseline, str) and baseline):
            raise self.mistake("baseline", f"must be the path of a file, found {baseline!r}")
        root = str(Path(self.file).parent)
        return Configuration(
            root=root,
            file=self.file,
            select=self.selectors("select", table.get("select", [])),
            ignore=self.selectors("ignore", table.get("ignore", [])),
            per_file_ignores=self.per_file(table.get("per-file-ignores", {})),
            exclude=tuple(self.pattern("exclude", each) for each in self.texts("exclude", table.get("exclude", []))),
            within=self.days(table.get("within")),
            baseline=os.path.join(root, baseline) if baseline else None,
        )

    def mistake(self, key: str, what: str, *, inner: str = "") -> AuditError:
        """An error about a key of the table, or about a key within its value."""
        header = self.header(f"{self.table}.{key}") or self.header(self.table)
        line = self.line_of(lambda line: line.strip("\"'").startswith(key), after=header)
        if inner:
            line = self.line_of(lambda each: inner in each, after=line - 1) or line
        shown = f"{self.table}.{key}" + (f".{json.dumps(inner)}" if inner else "")
        return AuditError(f"{self.file}:{line or header or 1}: {shown} {what}")

    def header(self, table: str) -> int:
        """The number of the line on which a table begins; 0 where there is none."""
        return self.line_of(lambda line: line.startswith("[") and table in line.replace(" ", ""), after=0)

    def line_of(self, fits: Callable[[str], bool], *, after: int) -> int:
        """The number of the first line of this kind below another one; 0 where there is none."""
        return next((n for n, line in enumerate(self.lines[max(after, 0) :], max(after, 0) + 1) if fits(line.strip())), 0)

    def texts(self, key: str, value: object, *, inner: str = "") -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise self.mistake(key, f"must be a list of texts, found {value!r}", inner=inner)
        return tuple(value)

    def selectors(self, key: str, value: object, *, inner: str = "") -> tuple[str, ...]:
        codes = tuple(each.strip().upper() for each in self.texts(key, value, inner=inner))
        for code, near in unknown_selectors(codes).items():
            hint = f"; did you mean {near[0]}?" if near else ""
            raise self.mistake(key, f"names no code {code}{hint}", inner=inner)
        return codes

    def per_file(self, value: object) -> dict[str, tuple[str, ...]]:
        key = "per-file-ignores"
        if not isinstance(value, dict):
            raise self.mistake(key, f"must be a table of patterns and lists of codes, found {value!r}")
        for pattern in value:
            self.pattern(key, pattern.removeprefix("!"), inner=pattern)
        return {pattern: self.selectors(key, codes, inner=pattern) for pattern, codes in value.items()}

    def pattern(self, key: str, written: str, *, inner: str = "") -> str:
        try:
            return file_pattern(written)
        except AuditError as error:
            raise self.mistake(key, f"is no list of files: {error}", inner=inner) from None

    def days(self, value: object) -> int | None:
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= MOST_DAYS:
            raise self.mistake("within", f"must be a number of days from 0 to {MOST_DAYS}, found {value!r}")
        return value
