"""Binds the nodes of a YAML file to a typed value, and reports every place that does not fit.

The types of ``schema`` are walked with ``msgspec.inspect``; a scalar's text is read as the type that stands at its place.
All problems of a file are collected, so that one run shows everything there is to mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from msgspec import Struct, inspect

from ai_models.catalog.document import Document, Mapping, Node, Scalar, Sequence
from ai_models.catalog.problems import nearest, shown
from ai_models.catalog.schema import FLATTENED
from ai_models.models.base import as_utc
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["bind", "bind_partly"]

T = TypeVar("T", bound=Struct)

# No zero in front: YAML 1.1 reads 0100 as 64, YAML 1.2 as 100.
_WHOLE = r"(?:0|[1-9][0-9]*(?:_[0-9]+)*)"
_INTEGER = re.compile(rf"[+-]?{_WHOLE}")
_DECIMAL = re.compile(rf"[+-]?(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{{1,2}})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}.{0,30}", re.ASCII)

# The snapshot keeps whole numbers in 64 bits; a longer one could not even be printed.
_MOST_DIGITS = 18
# Of an amount: more than any price has, and few enough for exact sums.
_LONGEST_AMOUNT = 30


class _Unbound:
    """Stands where a value did not fit; the problem is already reported."""


_UNBOUND = _Unbound()


@cache
def _type_of(kind: type[Struct]) -> inspect.StructType:
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)  # noqa: S101 narrows for the type checker
    return described


def bind(document: Document, kind: type[T]) -> T | None:
    """The file's content as ``kind``; None where anything does not fit, with the reasons in ``document.problems``."""
    before = len(document.problems)
    value = bind_partly(document, kind)
    return value if len(document.problems) == before else None


def bind_partly(document: Document, kind: type[T]) -> T | None:
    """What fits of the file's content as ``kind``: a field that does not is reported and has its default.

    For checks that want to show everything that is wrong at once; ``document.unbound`` names what they must not judge. None
    where not even the required fields fit.
    """
    if document.root is None:
        return None
    value = _Binder(document).struct(document.root, _type_of(kind), "")
    return value if isinstance(value, kind) else None


class _Binder:
    def __init__(self, document: Document) -> None:
        self._document = document

    def _wrong(self, node: Node, field: str, message: str, valid: list[str] | None = None) -> _Unbound:
        found = shown(node.text) if isinstance(node, Scalar) else type(node).__name__.lower()
        close = nearest(node.text, valid) if isinstance(node, Scalar) and valid and not self._document.is_full else ""
        self._report(node.line, message, field=field, found=found, nearest=close)
        return _UNBOUND

    def _report(self, line: int, message: str, *, field: str, found: str = "", nearest: str = "") -> None:
        self._document.unbound.append(field)
        self._document.report(line, message, field=field, found=found, nearest=nearest)

    def value(self, node: Node, kind: inspect.Type, field: str) -> Any:
        """One node as the type at its place."""
        if isinstance(kind, inspect.Metadata):
            return self.value(node, kind.type, field)
        if isinstance(kind, inspect.UnionType):
            return self._union(node, kind, field)
        for shape, method in _CONTAINERS.items():
            if isinstance(kind, shape):
                return method(self, node, kind, field)
        if not isinstance(node, Scalar):
            return self._wrong(node, field, f"must be {_described(kind)}")
        if node.is_null:
            return self._wrong(node, field, f"must be {_described(kind)}, not null")
        return self._scalar(node, kind, field)

    def _union(self, node: Node, kind: inspect.UnionType, field: str) -> Any:
        if isinstance(node, Scalar) and node.is_null and kind.includes_none:
            return None
        choices = [choice for choice in kind.types if not isinstance(choice, inspect.NoneType)]
        wants = (inspect.StructType, inspect.DictType) if isinstance(node, Mapping) else ()
        fitting = (
            [c for c in choices if isinstance(c, wants)]
            if wants
            else [c for c in choices if not isinstance(c, inspect.StructType)]
        )
        return self.value(node, (fitting or choices)[0], field)

    def struct(self, node: Node, kind: inspect.StructType, field: str) -> Any:
        """A mapping as a struct: unknown and missing keys are reported, and every other field is still read."""
        if not isinstance(node, Mapping):
            return self._wrong(node, field, "must be a mapping of keys to values")
        flat = FLATTENED.get(kind.cls)
        fields = {spec.encode_name: spec for spec in kind.fields if spec.name != flat}
        values: dict[str, Any] = {}
        rates: dict[str, Any] = {}
        for key, child in node.items:
            path = f"{field}.{key.text}" if field else key.text
            if key.text in fields:
                values[fields[key.text].name] = self._field(child, fields[key.text], path)
            elif flat and key.text in RATE_KEYS:
                rates[key.text] = self.value(child, _rate_type(kind, flat), path)
            else:
                self._unknown_key(key, path, [*fields, *(RATE_KEYS if flat else ())])
        complete = self._has_required(node, fields, values, field)
        bound = {name: value for name, value in values.items() if not isinstance(value, _Unbound)}
        if not complete or any(spec.required and spec.name not in bound for spec in fields.values()):
            return _UNBOUND
        if flat:
            bound[flat] = {key: rate for key, rate in rates.items() if not isinstance(rate, _Unbound)}
        return kind.cls(**bound)

    def _field(self, node: Node, spec: inspect.Field, path: str) -> Any:
        """A field's value; an empty text may be written out where it is the default."""
        if isinstance(node, Scalar) and not node.plain and node.text == spec.default == "":
            return ""
        return self.value(node, spec.type, path)

    def _unknown_key(self, key: Scalar, path: str, valid: list[str]) -> None:
        close = "" if self._document.is_full else nearest(key.text, valid)
        self._report(key.line, "is not a key here", field=path, nearest=close)

    def _has_required(self, node: Mapping, fields: dict[str, inspect.Field], values: dict[str, Any], field: str) -> bool:
        missing = [name for name, spec in fields.items() if spec.required and spec.name not in values]
        for name in missing:
            self._report(node.line, "is missing", field=f"{field}.{name}" if field else name)
        return not missing

    def _list(self, node: Node, kind: Any, field: str) -> Any:
        if not isinstance(node, Sequence):
            return self._wrong(node, field, "must be a list")
        items = [self.value(item, kind.item_type, f"{field}[{place}]") for place, item in enumerate(node.items)]
        if any(isinstance(item, _Unbound) for item in items):
            return _UNBOUND
        return tuple(items) if isinstance(kind, inspect.VarTupleType) else items

    def _dict(self, node: Node, kind: inspect.DictType, field: str) -> Any:
        if not isinstance(node, Mapping):
            return self._wrong(node, field, "must be a mapping of keys to values")
        items = {key.text: self.value(child, kind.value_type, f"{field}.{key.text}") for key, child in node.items}
        return {key: item for key, item in items.items() if not isinstance(item, _Unbound)}

    def _scalar(self, node: Scalar, kind: inspect.Type, field: str) -> Any:
        choices = _choices(kind)
        if choices is not None:
            if node.text in choices:
                return choices[node.text]
            return self._wrong(node, field, f"must be one of {_listed(list(choices))}", list(choices))
        read = _READERS.get(type(kind))
        if read is None:
            raise TypeError(f"no reader for {kind} at {field}: the schema uses a type that binding does not know")
        try:
            value = read(node)
        except ValueError as error:
            return self._wrong(node, field, str(error) or f"must be {_described(kind)}")
        return self._bounded(node, kind, field, value)

    def _bounded(self, node: Scalar, kind: Any, field: str, value: Any) -> Any:
        least = getattr(kind, "ge", None)
        if least is not None and value < least:
            return self._wrong(node, field, f"must be at least {least}")
        pattern = getattr(kind, "pattern", None)
        if pattern is not None and not re.fullmatch(pattern, value):  # $ alone allows a line end
            return self._wrong(node, field, f"must match {pattern}")
        return value


_CONTAINERS: dict[type, Callable[[_Binder, Node, Any, str], Any]] = {
    inspect.StructType: _Binder.struct,
    inspect.ListType: _Binder._list,
    inspect.VarTupleType: _Binder._list,
    inspect.DictType: _Binder._dict,
}


def _rate_type(kind: inspect.StructType, flat: str) -> inspect.Type:
    collected = next(spec.type for spec in kind.fields if spec.name == flat)
    assert isinstance(collected, inspect.DictType)  # noqa: S101 narrows for the type checker
    return collected.value_type


def _choices(kind: inspect.Type) -> dict[str, Any] | None:
    """The texts that an enum or a literal accepts, with their values; None for other types."""
    if isinstance(kind, inspect.EnumType):
        members: list[Enum] = list(kind.cls)
        return {str(member.value): member for member in members}
    if isinstance(kind, inspect.LiteralType):
        return {str(value): value for value in kind.values}
    return None


def _listed(choices: list[str]) -> str:
    return ", ".join(choices) if len(choices) <= 8 else f"{len(choices)} known values"


def _text(node: Scalar) -> str:
    if not node.text.strip():
        raise ValueError("must not be empty")
    if _CONTROL.search(node.text):
        raise ValueError("must not hold control characters")  # a terminal would obey them
    return node.text


def _integer(node: Scalar) -> int:
    if not _INTEGER.fullmatch(node.text):
        raise ValueError("must be a whole number")
    if not node.plain:
        raise ValueError("must be a whole number without quotes")
    digits = node.text.replace("_", "")
    if digits.startswith("-"):
        raise ValueError("must not be negative")  # no count of the formats can be
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"must have at most {_MOST_DIGITS} digits")
    return int(digits)


def _decimal(node: Scalar) -> Decimal:
    if not _DECIMAL.fullmatch(node.text):
        raise ValueError("must be a number")
    if not node.plain:
        raise ValueError("must be a number without quotes")
    if node.text.startswith("-"):
        raise ValueError("must not be negative")  # no amount, factor, minimum or increment of the formats can be
    if len(node.text) > _LONGEST_AMOUNT:
        raise ValueError(f"must be written in at most {_LONGEST_AMOUNT} characters")
    return Decimal(node.text.replace("_", ""))


# As YAML 1.2 spells them; yes, no, on and off are text there.
_BOOLEANS = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}


def _boolean(node: Scalar) -> bool:
    if node.text not in _BOOLEANS:
        raise ValueError("must be true or false")
    if not node.plain:
        raise ValueError("must be true or false without quotes")
    return _BOOLEANS[node.text]


def _date(node: Scalar) -> date:
    if not _DAY.fullmatch(node.text):
        raise ValueError("must be a date, as YYYY-MM-DD")
    try:
        return date.fromisoformat(node.text)
    except ValueError as error:
        raise ValueError(f"must be a date that exists ({error})") from None


def _instant(node: Scalar) -> datetime:
    """A date is its midnight UTC; an instant needs its zone."""
    if _DAY.fullmatch(node.text):
        return as_utc(_date(node))
    if not _INSTANT.fullmatch(node.text):
        raise ValueError("must be a date or an instant with a zone, as 2026-01-31T16:00:00+00:00")
    try:
        instant = datetime.fromisoformat(node.text)
    except ValueError as error:
        raise ValueError(f"must be an instant that exists, as 2026-01-31T16:00:00+00:00 ({error})") from None
    if instant.tzinfo is None:
        raise ValueError("must name its zone, as 2026-01-31T16:00:00+00:00")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie within the years 1 to 9999 in UTC") from None


_READERS: dict[type, Callable[[Scalar], Any]] = {
    inspect.StrType: _text,
    inspect.IntType: _integer,
    inspect.DecimalType: _decimal,
    inspect.BoolType: _boolean,
    inspect.DateType: _date,
    inspect.DateTimeType: _instant,
}

_DESCRIPTIONS: dict[type, str] = {
    inspect.StrType: "text",
    inspect.IntType: "a whole number",
    inspect.DecimalType: "a number",
    inspect.BoolType: "true or false",
    inspect.DateType: "a date, as YYYY-MM-DD",
    inspect.DateTimeType: "a date or an instant with a zone",
    inspect.EnumType: "one of the known values",
    inspect.LiteralType: "one of the known values",
}


def _described(kind: inspect.Type) -> str:
    return _DESCRIPTIONS.get(type(kind), "a different kind of value")
