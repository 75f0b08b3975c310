"""Any object that holds a response, as mappings: SDK objects, dataclasses, dicts, JSON or SSE text, and streams of them.

Everything is read shallowly and on demand: a response may hold megabytes that no bill needs. SDK objects are read by
their attributes, so none of the SDKs is imported, and an object of another release still reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import msgspec

from ai_models.errors import UnknownShapeError

__all__ = ["Members", "describe", "held", "kind_of", "members", "opened", "simple"]

Members = dict[str, Any]
"""What one object holds, by name; the values are as they were found."""

_A_RESPONSE = "a response, its usage, or the events of its stream"
_NAMED_FIELDS = ("__struct_fields__", "_fields", "__dataclass_fields__", "__attrs_attrs__")
_PLAIN = (str, bytes, int, float, list, tuple, set, type)
_TEXT = {str}
_SHOWN_NAMES = 8


def opened(found: object) -> Members | list[Members]:
    """One response as its members, or the events of a stream as a list of theirs.

    Raises:
        UnknownShapeError: it is neither, or a stream that must be awaited first.
    """
    if isinstance(found, str | bytes | bytearray | memoryview):
        return _of_text(found)
    if _is_model(found):
        return members(found) or {}
    if hasattr(found, "__aiter__") or hasattr(found, "__await__"):
        raise UnknownShapeError(
            f"{describe(found)} must be awaited, which a constructor cannot do: it",
            expected=_A_RESPONSE,
            hint="await it first; of a stream, collect the events: [event async for event in stream]",
        )
    if not isinstance(found, Mapping) and not _has_named_members(found) and isinstance(found, Iterable):
        return _of_events(list(found))
    response = members(found)
    if response is None:
        raise UnknownShapeError(describe(found), expected=_A_RESPONSE)
    events = response.get("stream")  # boto3's converse_stream holds its events so
    if isinstance(events, Iterable) and not isinstance(events, Mapping | str | bytes):
        return _of_events(list(events))
    return response


def members(found: object) -> Members | None:
    """What an object holds, by name; None where it is a plain value or a list."""
    if found is None:
        return None
    if type(found) is dict and set(map(type, found)) <= _TEXT:  # JSON, as most is: read often, so without a copy
        return found
    if isinstance(found, Mapping):
        return {key: value for key, value in found.items() if isinstance(key, str)}
    if isinstance(found, _PLAIN) and not hasattr(found, "_fields"):
        return None
    if _is_model(found):  # the official SDKs' own objects: read often, so without looking around
        return {name: value for name, value in (held(found) or {}).items() if name[:1] != "_"}
    names = [*_declared_names(found), *getattr(found, "__dict__", {}), *(getattr(found, "__pydantic_extra__", None) or {})]
    named = {name: getattr(found, name, None) for name in names if isinstance(name, str) and not name.startswith("_")}
    if not named and isinstance(attributes := getattr(found, "attributes", None), Mapping):
        return {"attributes": attributes}  # OpenTelemetry's spans hold theirs behind a property
    return named if named or hasattr(found, "__dict__") else None


def held(found: Any) -> Members | None:
    """What a dictionary or an object of an official SDK holds, as it is and without a copy; None for anything else."""
    if type(found) is dict:
        return found
    if not _is_model(found):
        return None
    extra = found.__pydantic_extra__
    return {**found.__dict__, **extra} if extra else found.__dict__


def _is_model(found: object) -> bool:
    """Whether something is an instance of a pydantic model, which is not imported for it."""
    return "__pydantic_fields__" in type(found).__dict__


def simple(found: object) -> object:
    """The value of an enumeration's member, and anything else as it is."""
    return found.value if isinstance(found, Enum) else found


def kind_of(found: Members) -> str:
    """The type that something says it is of; empty where it says none."""
    kind = found.get("type")
    return kind if isinstance(kind, str) else ""


def describe(found: object) -> str:
    """What something is, for an error: its names where it has any, and its type."""
    if isinstance(found, str | bytes | bytearray | memoryview):
        return f"text of {len(found):,} characters"
    named = found if isinstance(found, dict) else members(found)
    if named is None:
        return f"{type(found).__name__} {found!r}"[:80]
    if not named:
        return f"an empty {type(found).__name__}"
    names = ", ".join(list(named)[:_SHOWN_NAMES]) + (", …" if len(named) > _SHOWN_NAMES else "")
    kind = "an object" if isinstance(found, dict) else type(found).__name__
    return f"{kind} with {names}"


def _declared_names(found: object) -> Iterator[str]:
    for marker in _NAMED_FIELDS:
        for field in getattr(type(found), marker, ()):
            yield getattr(field, "name", field)
    for kind in type(found).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


def _has_named_members(found: object) -> bool:
    """Whether something iterable is an object all the same: pydantic's models iterate over their fields."""
    return any(hasattr(type(found), marker) for marker in (*_NAMED_FIELDS, "__pydantic_fields__"))


def _of_events(found: list[object]) -> Members | list[Members]:
    if found and all(isinstance(line, str | bytes) for line in found):  # the lines of a response, as HTTP clients give them
        lines = [line.decode("utf-8", "replace") if isinstance(line, bytes) else str(line) for line in found]
        return _of_text("\n".join(lines))
    events = [named for event in found if (named := members(event)) is not None]
    if not events:
        raise UnknownShapeError(f"a list of {len(found):,} without an object in it", expected=_A_RESPONSE)
    return events


def _of_text(found: str | bytes | bytearray | memoryview) -> Members | list[Members]:
    """JSON, lines of JSON, or the lines of a server-sent stream."""
    text = found if isinstance(found, str) else bytes(found).decode("utf-8-sig", "replace")
    try:
        decoded = _decoded(text)
    except ValueError as failure:
        chunks = list(_chunks(text))
        if not chunks:
            raise UnknownShapeError(describe(found), expected="JSON, or a stream of it", hint=str(failure)) from None
        return _of_events(chunks)
    if isinstance(decoded, dict):
        return decoded
    if isinstance(decoded, list):
        return _of_events(decoded)
    raise UnknownShapeError(f"JSON that holds {describe(decoded)}", expected=_A_RESPONSE)


def _decoded(text: str) -> object:
    """What JSON text holds.

    Raises:
        ValueError: it is not JSON, or nested beyond measure.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as failure:
        raise ValueError(str(failure)) from None


def _chunks(text: str) -> Iterator[object]:
    """The objects that a stream's text carries; lines that carry none (names of events, ``[DONE]``) are passed over."""
    waiting: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("data:"):
            waiting.append(line.removeprefix("data:").strip())
            data = "\n".join(waiting)
        else:
            waiting, data = [], line
        try:
            decoded = _decoded(data)
        except ValueError:
            continue
        waiting = []
        if isinstance(decoded, dict):
            yield decoded
