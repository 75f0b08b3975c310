"""Differences between what the old packages said and what the catalogue says: found, written, and read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

__all__ = ["Difference", "compare", "fields_of", "plain"]


class Difference(NamedTuple):
    """One value that differs; ``subject`` is a model of the roster, or a name of the old packages. Values are plain."""

    subject: str
    field: str
    old: Any
    new: Any


def compare(subject: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """What differs, key by key; a key that one of the two lacks is None there."""
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield Difference(subject, name, plain(old.get(name)), plain(new.get(name)))


def fields_of(spec: Any) -> dict[str, Any]:
    """A specification by field."""
    return dict(vars(spec))


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, Decimal)):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value
