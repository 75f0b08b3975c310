"""A dictionary that cannot be changed: what immutable values hand out, so that no caller can spoil them for the others."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from msgspec import Struct, structs

__all__ = ["FrozenDict", "freeze"]

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A ``dict`` for every reader, and a ``TypeError`` for every writer; it can be hashed, copied and pickled."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping belongs to a value that cannot change; take a copy with dict(…)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def __copy__(self) -> FrozenDict[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> FrozenDict[K, V]:
        return self  # its values are immutable too


def freeze(value: Struct, *fields: str) -> None:
    """Put a ``FrozenDict`` in the place of each named field's dictionary; called where a struct has just been made.

    An empty one stays as it is: it holds nothing that could be spoilt, and only so an encoder leaves it out.
    """
    for field in fields:
        if mapping := getattr(value, field):
            structs.force_setattr(value, field, FrozenDict(mapping))
