"""The content of a feed's file: JSON, or a line of it a row, with every number exact.

A file that cannot be opened as its format raises; a line that cannot be read is rejected with its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn

from ai_models.catalog.sources.reading import NOT_A_MAPPING, Intake
from ai_models.errors import CatalogFileError

__all__ = ["parsed", "read_json", "read_lines"]

_LONGEST_INTEGER = 1_000
_NOT_JSON = object()


def read_json(path: Path) -> object:
    """The content of a JSON file, with every fraction as an exact ``Decimal``.

    Raises:
        CatalogFileError: the file cannot be read, or is not JSON.
    """
    try:
        return parsed(_content(path))
    except (ValueError, RecursionError) as problem:
        _refuse(path, f"not JSON: {problem}")


def read_lines(path: Path, intake: Intake) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The mappings of a JSONL file with their places (``line 7``); lines that are none are rejected.

    Raises:
        CatalogFileError: the file cannot be read, or no line of it is JSON.
    """
    # Not splitlines: JSON may hold U+2028 and its like as they are.
    lines = [(number, line) for number, line in enumerate(_content(path).split("\n"), 1) if line.strip()]
    rows = [(f"line {number}", _line(line)) for number, line in lines]
    if rows and all(row is _NOT_JSON for _, row in rows):
        _refuse(path, "no line of it is JSON")
    for where, row in rows:
        if isinstance(row, dict):
            yield where, row
        else:
            intake.reject(where, "not JSON" if row is _NOT_JSON else NOT_A_MAPPING, "" if row is _NOT_JSON else row)


def _line(line: str) -> object:
    try:
        return parsed(line)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        _refuse(path, problem.strerror or "cannot be read")
    except UnicodeDecodeError:
        _refuse(path, "not UTF-8")


def parsed(content: str) -> object:
    """JSON with every fraction as an exact ``Decimal``; in place of two values under one key stands what nobody reads.

    Raises:
        ValueError: not JSON.
        RecursionError: nested deeper than Python can go.
    """
    return json.loads(
        content, parse_float=_number, parse_int=_integer, parse_constant=Decimal, object_pairs_hook=_without_twice
    )


class _Twice:
    """Stands for values that contradict each other under one key of one object; no reader takes it."""

    def __repr__(self) -> str:
        return "two values under one key"


def _without_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, value in pairs:
            if value != found[key]:
                found[key] = _Twice()
    return found


def _integer(written: str) -> int | Decimal:
    """Python refuses to read integers of thousands of digits, and would refuse the whole file for one of them."""
    return int(written) if len(written) <= _LONGEST_INTEGER else Decimal(written)


def _number(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")


def _refuse(path: Path, reason: str) -> NoReturn:
    raise CatalogFileError(f"{path}: {reason}; fetch the feed again or give another file")
