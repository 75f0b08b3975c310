"""What a changed file must still be: Python that compiles, a notebook of such cells, YAML, TOML, JSON.

What was wrong with a file before is no fault of the migration, and is not reported.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from msgspec import Struct

from ai_models.migrate.editing import PYTHON_SUFFIXES

__all__ = ["Fault", "faults"]

_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMPILING = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)

# What a notebook's kernel takes and Python does not: commands of the shell, magics, questions.
_MAGIC_LINE = re.compile(r"^(\s*)(?:[%!].*|.*\?)$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"^(\s*[\w.,\s\[\]'\"]+=\s*)[%!].*$", re.MULTILINE)
_PYTHON_CELL = re.compile(r"^%%(?:time|timeit|capture|prun)\b.*$", re.MULTILINE)


class Fault(Struct, frozen=True):
    """What is wrong with a file, at a line; 0 is the file as a whole."""

    line: int
    message: str


def faults(path: str, before: bytes | None, after: bytes) -> list[Fault]:
    """What is wrong with a file by its suffix that was not wrong with it before."""
    suffix = f".{path.rpartition('/')[2].rpartition('.')[2]}"
    reader = _READERS.get(suffix)
    if reader is None:
        return []
    found = list(reader(after))
    if not found or before is None:
        return found
    known = {fault.message for fault in reader(before)}
    return [fault for fault in found if fault.message not in known]


def _python(source: bytes | str, *, flags: int = 0) -> Iterator[Fault]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of whoever wrote the file
            compile(source, "<migrated>", "exec", flags=flags, dont_inherit=True)
    except SyntaxError as error:
        yield Fault(error.lineno or 0, f"does not compile: {error.msg}")
    except _COMPILING as error:
        yield Fault(0, f"does not compile: {str(error) or type(error).__name__}")


def _notebook(data: bytes) -> Iterator[Fault]:
    cells = _cells(data)
    if cells is None:
        yield Fault(0, "is no notebook any more")
        return
    for number, cell in enumerate(cells, 1):
        source = _source(cell)
        if source.startswith("%%") and not _PYTHON_CELL.match(source):
            continue
        plain = _PYTHON_CELL.sub("", source, count=1) if source.startswith("%%") else source
        plain = _MAGIC_LINE.sub(r"\1pass", _MAGIC_VALUE.sub(r"\1None", plain))
        for fault in _python(plain, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
            yield Fault(0, f"cell {number}, line {fault.line}: {fault.message}")


def _cells(data: bytes) -> list[dict[str, Any]] | None:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    cells = content.get("cells") if isinstance(content, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else None


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "") if cell.get("cell_type") == "code" else ""
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _json(data: bytes) -> Iterator[Fault]:
    try:
        json.loads(data)
    except (ValueError, RecursionError) as error:
        yield Fault(getattr(error, "lineno", 0), f"is not valid JSON: {getattr(error, 'msg', error)}")


def _toml(data: bytes) -> Iterator[Fault]:
    try:
        tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        yield Fault(0, f"is not valid TOML: {error}")


def _yaml(data: bytes) -> Iterator[Fault]:
    try:
        for _ in yaml.parse(data, Loader=_SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        yield Fault(line, f"is not valid YAML: {error.problem or error.context}")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        yield Fault(0, f"is not valid YAML: {' '.join(str(error).split())}")


_READERS: dict[str, Callable[[bytes], Iterator[Fault]]] = {
    **dict.fromkeys(PYTHON_SUFFIXES, _python),
    ".ipynb": _notebook,
    ".json": _json,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}
