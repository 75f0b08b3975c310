"""What a request consumed, from a response in a file or on standard input, and from flags."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from ai_models.cli.parsing import one_of, read_tokens

if TYPE_CHECKING:
    from ai_models.pricing.usage import Usage

__all__ = ["Count", "of_flags", "of_response", "pairs", "read_counts", "read_text"]

Count = int | Decimal

_QUANTITY = re.compile(r"\d+\.\d+|\.\d+")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # what PowerShell writes by ">"
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_NAME = 80


def read_text(source: str, *, option: str) -> str:
    """The text of a file, or of standard input where the source is ``-``.

    Raises:
        typer.BadParameter: it cannot be read, or is no text, or empty.
    """
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        encoding = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), "utf-8")
        text = raw.decode(encoding)
    except OSError as error:
        raise typer.BadParameter(f"{source} cannot be read: {error.strerror}", param_hint=option) from None
    except ValueError as error:
        raise typer.BadParameter(f"{_name(source)} cannot be read as text: {error}", param_hint=option) from None
    if not text.strip():
        raise typer.BadParameter(f"{_name(source)} is empty", param_hint=option)
    return text


def of_response(source: str) -> Usage:
    """The usage that a response states: a whole one, its usage, or the text of its stream.

    Raises:
        typer.BadParameter: it cannot be read; broken JSON is named with its line and column.
        UnknownShapeError: it is no response that is known.
        InvalidUsageError, InconsistentUsageError: it counts what cannot be.
    """
    from ai_models.pricing.usage import Usage  # brings msgspec, which --help does not need

    text = read_text(source, option="--response")
    if text.lstrip()[:1] in ("{", "["):
        _require_json(text, _name(source))
    return Usage.from_response(text)


def of_flags(counts: Mapping[str, Count], response: Usage | None) -> Usage:
    """The usage that flags describe; with a response, they complete what it leaves out.

    Raises:
        typer.BadParameter: a flag says otherwise than the response.
        InvalidUsageError, InconsistentUsageError: counts that cannot be.
    """
    from ai_models.pricing.usage import Usage  # as above

    if response is None:
        return Usage.of(counts)
    for field, count in counts.items():
        stated = getattr(response, field)
        is_default = stated == 0 and field not in ("input_tokens", "output_tokens")
        if stated is not None and stated != count and not is_default:
            raise typer.BadParameter(f"the response states {field} {stated:,}, and {count:,} was asked for; leave one out")
    return response.replace(**counts) if counts else response


def read_counts(common: Mapping[str, int | None], named: Iterable[str]) -> dict[str, Count]:
    """The counts of the flags that were given, by field of a ``Usage``; ``named`` are ``NAME=N``.

    Raises:
        typer.BadParameter: a name that there is not, one that is given twice, or what is no number.
    """
    from ai_models.pricing.usage import METER_OF_FIELD, Usage  # as above

    counts: dict[str, Count] = {field: count for field, count in common.items() if count is not None}
    named = list(named)
    if not named:
        return counts
    start, end = (Usage.__struct_fields__.index(field) for field in ("input_tokens", "service_tier"))
    fields = Usage.__struct_fields__[start:end]
    known = {field: field for field in fields} | {METER_OF_FIELD[field]: field for field in fields if field in METER_OF_FIELD}
    known |= {"input": "input_tokens", "output": "output_tokens"}
    for name, value in pairs(named, option="--usage"):
        field = known[one_of(name.replace("-", "_"), known, what="count", option="--usage")]
        if field in counts:
            raise typer.BadParameter(f"{field} is given twice", param_hint="--usage")
        counts[field] = _quantity(name, value)
    return counts


def pairs(texts: Iterable[str], *, option: str) -> list[tuple[str, str]]:
    """``NAME=VALUE`` as names and values.

    Raises:
        typer.BadParameter: there is no name, or no value.
    """
    found = []
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name or not value:
            raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint=option)
        found.append((name, value))
    return found


def _quantity(name: str, text: str) -> Count:
    if _QUANTITY.fullmatch(text):
        return Decimal(text)
    try:
        return read_tokens(text)
    except typer.BadParameter:
        raise typer.BadParameter(
            f"{name}={text}: {text!r} is not a number from 0; write 12, 12.5 (of seconds), 200k or 1M", param_hint="--usage"
        ) from None


def _name(source: str) -> str:
    if source == "-":
        return "standard input"
    return source if len(source) <= _LONGEST_NAME else f"…{source[-_LONGEST_NAME:]}"


def _require_json(text: str, name: str) -> None:
    """See to it that text which begins like JSON is JSON, or lines of it.

    Raises:
        typer.BadParameter: it is neither; the first fault is named with its line and column.
    """
    whole = _fault(text)
    if whole is None:
        return
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if _fault(lines[0][1]) is None:  # lines of JSON, each by itself
        number, fault = next(((number, fault) for number, line in lines if (fault := _fault(line))), (0, None))
        if fault is None:
            return
        whole = fault._replace(line=number)
    where = f"{name}:{whole.line}:{whole.column}" if whole.line else name
    raise typer.BadParameter(f"{where}: this is not JSON: {whole.reason}", param_hint="--response")


class _Fault(NamedTuple):
    line: int
    column: int
    reason: str


def _fault(text: str) -> _Fault | None:
    """The first fault of text as JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _Fault(error.lineno, error.colno, error.msg[:1].lower() + error.msg[1:])
    except (RecursionError, ValueError):
        return _Fault(0, 0, "it is nested too deeply, or holds a number that is too long")
    return None
