"""What a changed file must still be: Python that compiles, a notebook of such cells, YAML, TOML, JSON.

What was wrong with a file before is no fault of the migration, and is not reported.
"""

from __future__ import annotations

import ast
import json
import tomllib
import warnings
from collections.abc import Callable, Iterator

import yaml
from msgspec import Struct

from ai_models.audit.notebooks import cells_of
from ai_models.audit.python_source import Unparsable
from ai_models.migrate.editing import is_python

__all__ = ["Fault", "faults"]

_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMPILING = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


class Fault(Struct, frozen=True):
    """What is wrong with a file, at a line; 0 is the file as a whole."""

    line: int
    message: str


Reader = Callable[[bytes], Iterator[Fault]]


def faults(path: str, before: bytes | None, after: bytes) -> list[Fault]:
    """What is wrong with a file by its kind that was not wrong with it before."""
    reader = _reader(path, after)
    found = list(reader(after)) if reader is not None else []
    if reader is None or not found or before is None:
        return found
    known = {fault.message for fault in reader(before)}
    return [fault for fault in found if fault.message not in known]


def _reader(path: str, data: bytes) -> Reader | None:
    if is_python(path, data):
        return _python
    return _READERS.get(f".{path.rpartition('/')[2].rpartition('.')[2]}")


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
    try:
        cells = cells_of(data.decode())
    except (Unparsable, UnicodeDecodeError) as error:
        yield Fault(0, f"is no notebook any more: {error}")
        return
    for cell in cells:
        if cell.kind == "code":
            for fault in _python(cell.python, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
                yield Fault(0, f"cell {cell.number}, line {fault.line}: {fault.message}")


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


_READERS: dict[str, Reader] = {
    ".ipynb": _notebook,
    ".json": _json,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}
