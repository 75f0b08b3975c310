"""``Tally``: the counts of one part of a response, with a memory of what was read, so that no count is lost unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from operator import index
from typing import Any

from ai_models.errors import InconsistentUsageError, InvalidUsageError
from ai_models.pricing.shapes.plain import members, simple

__all__ = ["Fields", "Tally", "agreed", "total_of", "writes"]

Fields = dict[str, Any]
"""Keyword arguments of ``Usage.of``."""

_MOST = 10**18
_SHOWN_UNREAD = 12
_DEEPEST = 8
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Tally:
    """The members of one part of a response; every reading is remembered.

    With ``camel``, names written in camel case are read as their snake case.
    """

    def __init__(self, found: object, name: str = "usage", *, camel: bool = False) -> None:
        held = members(simple(found)) or {}
        self._members = {_snake(key): value for key, value in held.items()} if camel else held
        self._name = name
        self._camel = camel
        self._read: set[str] = set()
        self._parts: dict[str, Tally] = {}
        self._entries: list[Tally] = []

    def __bool__(self) -> bool:
        return any(value is not None for value in self._members.values())

    def get(self, *names: str) -> Any:
        """The first of these that is stated, or None."""
        for name in names:
            self._read.add(name)
        for name in names:
            if (found := self._members.get(name)) is not None:
                return simple(found)
        return None

    def count(self, *names: str) -> int | None:
        """A whole number under any of these names; None where none is stated.

        Raises:
            InvalidUsageError: no whole number from 0 to 10**18.
            InconsistentUsageError: two names state different ones.
        """
        if len(names) == 1:
            return self._count(names[0])
        self._read.update(names)
        return agreed(self._name, {name: self._count(name) for name in names if name in self._members})

    def quantity(self, *names: str) -> int | float | Decimal | None:
        """A number under any of these names, fractions included."""
        found = self.get(*names)
        if found is None or isinstance(found, int | float | Decimal):
            return found
        raise InvalidUsageError(f"{self._name}.{names[0]}", found, whole=False)

    def word(self, *names: str) -> str | None:
        """Text under any of these names."""
        found = self.get(*names)
        if found is None or isinstance(found, str):
            return found or None
        raise self._must_be("text", names[0], found)

    def part(self, *names: str) -> Tally:
        """The nested object under any of these names; an empty one where none is stated."""
        name = next((name for name in names if self._members.get(name) is not None), names[0])
        found = self.get(*names)
        if found is None:
            return _NOTHING
        if members(found) is None:
            raise self._must_be("an object", name, found)
        if name not in self._parts:
            self._parts[name] = self._nested(found, name)
        return self._parts[name]

    def each(self, *names: str) -> list[Tally]:
        """The objects of the list under any of these names."""
        found = self.get(*names)
        if found is None:
            return []
        if isinstance(found, str | bytes | Mapping) or not isinstance(found, Iterable):
            raise self._must_be("a list", names[0], found)
        entries = [self._nested(one, names[0]) for one in found if members(one) is not None]
        self._entries += entries
        return entries

    def ignore(self, *names: str) -> None:
        """Say that these are nothing that is billed."""
        self._read.update(names)

    def notes(self) -> list[str]:
        """A remark on every count that was not read."""
        unread = list(self._unread())
        more = [f"the response has {len(unread) - _SHOWN_UNREAD} more counts that are not read"]
        return unread[:_SHOWN_UNREAD] + (more if len(unread) > _SHOWN_UNREAD else [])

    def _nested(self, found: object, name: str) -> Tally:
        return Tally(found, f"{self._name}.{name}", camel=self._camel)

    def _count(self, name: str) -> int | None:
        self._read.add(name)
        found: Any = simple(self._members.get(name))
        if found is None or (type(found) is int and 0 <= found <= _MOST):
            return found
        try:
            count = index(found)
        except TypeError:
            raise InvalidUsageError(f"{self._name}.{name}", found) from None
        if isinstance(found, bool) or not 0 <= count <= _MOST:
            raise InvalidUsageError(f"{self._name}.{name}", found)
        return count

    def _must_be(self, kind: str, name: str, found: object) -> InvalidUsageError:
        path = f"{self._name}.{name}"
        return InvalidUsageError(path, found, problem=f"{path} must be {kind}, found {repr(found)[:60]}")

    def _unread(self) -> Iterator[str]:
        for part in (*self._parts.values(), *self._entries):
            yield from part._unread()
        for name, value in self._members.items():
            if name not in self._read:
                yield from _counts_in(f"{self._name}.{name}", value)


def agreed(what: str, stated: Mapping[str, int | None]) -> int | None:
    """The one count that several names state; gateways fill the names that they do not use with 0.

    Raises:
        InconsistentUsageError: two of them, neither 0, differ.
    """
    counts = {name: count for name, count in stated.items() if count is not None}
    if len(counts) < 2:
        return next(iter(counts.values()), None)
    if len({count for count in counts.values() if count}) > 1:
        shown = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        raise InconsistentUsageError(f"{what} states one count in several ways, and they differ: {shown}", parts=counts)
    return max(counts.values())


def total_of(counts: Iterable[int | None]) -> int:
    """The sum of what is stated."""
    return sum(count or 0 for count in counts)


def writes(what: str, total: int | None, by_lifetime: Mapping[str, int | None]) -> Fields:
    """Cache writes by lifetime (``cache_write_5m_tokens`` …); of unstated lifetime where only their sum is known.

    Raises:
        InconsistentUsageError: the lifetimes do not add up to the total.
    """
    if all(count is None for count in by_lifetime.values()):
        return {"cache_write_tokens": total, **dict.fromkeys(by_lifetime, None if total is None else 0)}
    stated = {field: count or 0 for field, count in by_lifetime.items()}
    if total is not None and total != sum(stated.values()):
        shown = " + ".join(f"{field} {count:,}" for field, count in stated.items())
        raise InconsistentUsageError(
            f"{what}: {total:,} cache-write tokens, and their breakdown by lifetime is {shown}; ask the provider which is "
            f"right, and correct the response, or leave the breakdown out",
            parts={"cache_write_tokens": total, **stated},
        )
    return stated


_NOTHING = Tally(None)
"""A part that is not stated, of which there are many in every response."""


def _counts_in(path: str, found: object, depth: int = 0) -> Iterator[str]:
    """A remark on every number in something that was not read."""
    if isinstance(found, int | float | Decimal) and not isinstance(found, bool):
        if found:
            yield f"the response counts {path} ({found}), which is not read"
    elif depth < _DEEPEST and (held := members(found)) is not None:
        for name, value in held.items():
            yield from _counts_in(f"{path}.{name}", value, depth + 1)
    elif depth < _DEEPEST and isinstance(found, list | tuple):
        for one in found:
            yield from _counts_in(f"{path}[]", one, depth + 1)


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()
