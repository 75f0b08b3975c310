"""What a request consumed, from a response in a file or on standard input, and from flags."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from ai_models.cli.library import catalog
from ai_models.cli.parsing import one_of, read_tokens
from ai_models.errors import UnknownShapeError

if TYPE_CHECKING:
    from ai_models.pricing.contracts import Contract
    from ai_models.pricing.usage import Usage

__all__ = [
    "Count",
    "contract_named",
    "in_flags",
    "lines_of",
    "of_flags",
    "of_response",
    "pairs",
    "read_counts",
    "read_text",
    "usage_of",
]

Count = int | Decimal

_QUANTITY = re.compile(r"\d+\.\d+|\.\d+")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),  # what PowerShell writes by ">"
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_NAME = 80
_CORRECTION = re.compile(r", or correct the usage with usage\.replace\(.*\)")
_CONSTRUCTOR = re.compile(r"Usage\.from_(?!response)(\w+)")


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


@contextmanager
def lines_of(source: str, *, option: str) -> Iterator[tuple[Iterable[bytes], int | None]]:
    """The lines of a file, or of standard input where the source is ``-``, and its size in bytes where that is known.

    Raises:
        typer.BadParameter: it cannot be read.
    """
    if source == "-":
        yield sys.stdin.buffer, None
        return
    try:
        with Path(source).open("rb") as file:
            yield file, Path(source).stat().st_size or None
    except OSError as error:
        raise typer.BadParameter(f"{source} cannot be read: {error.strerror}", param_hint=option) from None


def of_response(source: str, shape: str | None = None) -> Usage:
    """The usage that a response states: a whole one, its usage, or the text of its stream.

    Raises:
        typer.BadParameter: it cannot be read, broken JSON with its line and column, or is no response that is known.
        InvalidUsageError, InconsistentUsageError: it counts what cannot be.
    """
    text = read_text(source, option="--response")
    if text.lstrip()[:1] in ("{", "["):
        _require_json(text, _name(source))
    try:
        return usage_of(text, shape)
    except UnknownShapeError as error:
        raise typer.BadParameter(f"{_name(source)}: {in_flags(error)}", param_hint="--response") from None


def usage_of(text: str | bytes, shape: str | None) -> Usage:
    """The usage in a response's text; ``shape`` names the provider's format where it cannot be recognised.

    Raises:
        typer.BadParameter: no shape has this name.
        UnknownShapeError, InvalidUsageError, InconsistentUsageError: as ``Usage.from_response``.
    """
    from ai_models.pricing.usage import Usage  # brings msgspec, which --help does not need

    if shape is None:
        return Usage.from_response(text)
    from ai_models.pricing.shapes import SHAPES  # as above

    read: Callable[[object], Usage] = getattr(Usage, f"from_{one_of(shape, SHAPES, what='shape', option='--shape')}")
    return read(text)


def in_flags(error: Exception) -> str:
    """An error's text with this command's options in the place of the library's constructors and methods."""
    return _CORRECTION.sub("", _CONSTRUCTOR.sub(r"--shape \1", str(error))).replace("the argument", "the option")


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
    known = {field: field for field in fields} | {
        METER_OF_FIELD[field]: field for field in fields if field in METER_OF_FIELD
    }
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
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
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


def contract_named(name: str) -> Contract:
    """A contract of the overlays by its name, or the one of a file.

    Raises:
        typer.BadParameter: there is none of this name.
        CatalogError: the file has problems.
    """
    if name.endswith((".yaml", ".yml")) or Path(name).is_file():
        from ai_models.catalog.contract_files import load_contract  # the YAML machinery, which no name needs

        return load_contract(name, catalog())
    known = catalog().contracts
    return known[one_of(name, known, what="contract", option="--contract")]
