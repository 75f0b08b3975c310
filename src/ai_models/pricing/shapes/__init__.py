"""The shapes in which providers report what a request consumed, read into the fields of a ``Usage``.

A module a provider says what its names mean; ``plain`` makes mappings of whatever holds them, and ``tally`` reads counts
so that none is lost unsaid. Nothing here knows ``Usage``: it reads through here, and checks what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ai_models.errors import UnknownShapeError
from ai_models.pricing.shapes import anthropic, bedrock, google, openai, otel
from ai_models.pricing.shapes.ordinary import ORDINARY
from ai_models.pricing.shapes.plain import Members, describe, members, opened

__all__ = ["SHAPES", "read"]


class _Shape(Protocol):
    """What a module of a provider offers."""

    MARKS: frozenset[str]

    def owns(self, found: Members) -> bool: ...
    def joined(self, events: Sequence[Members]) -> tuple[Members, list[str]]: ...
    def fields(self, found: Members) -> dict[str, Any]: ...


_SHAPES: dict[str, _Shape] = {"anthropic": anthropic, "openai": openai, "google": google, "bedrock": bedrock, "otel": otel}

_SURE_MARKS = {"openai": openai.SURE_MARKS, "google": google.MARKS, "bedrock": bedrock.MARKS}
"""Names that settle the shape, whatever stands beside them."""

SHAPES = tuple(_SHAPES)
"""The names of the shapes that are read."""

_CONSTRUCTORS = " or ".join(f"Usage.from_{name}" for name in SHAPES)


def read(shape: str | None, found: object) -> dict[str, Any]:
    """The fields of ``Usage.of`` that a response states; None is what it could have stated and did not.

    Args:
        shape: one of ``SHAPES``; None recognises it.
        found: a response, its usage, or a stream's events; as an SDK's object, mapping, JSON or SSE text.

    Raises:
        UnknownShapeError: it is of no known shape, of several, without a usage, or must be awaited first.
        InvalidUsageError: a count that is no whole number from 0 to 10**18.
        InconsistentUsageError: counts that contradict each other.
    """
    if shape is not None and shape not in _SHAPES:
        raise UnknownShapeError(repr(shape), expected=f"a shape: {', '.join(SHAPES)}")
    if shape is not None and shape in ORDINARY and (plain := ORDINARY[shape](found)) is not None:
        return plain
    held = opened(found)
    events = held if isinstance(held, list) else [held]
    context = {}
    if len(events) == 1 and (answer := members(events[0].get("modelOutput"))) is not None:
        events, context = [answer], {"service_tier": "batch"}  # a line of a Bedrock batch, around a model's own shape
    module = _SHAPES[shape or _recognised(events)]
    response, notes = module.joined(events)
    fields = module.fields(response)
    return {**fields, **context, "notes": (*notes, *fields.get("notes", ()))}


def _recognised(events: Sequence[Members]) -> str:
    """The shape of the first event that shows one.

    Raises:
        UnknownShapeError: none does, or one event could be of several.
    """
    for event in events:
        names = _claimants(event)
        if len(names) == 1:
            return names[0]
        if names:
            raise UnknownShapeError(
                describe(event), expected="of one shape only", hint=f"it could be of {' or '.join(names)}: {_asking(names)}"
            )
    raise UnknownShapeError(
        describe(events[0]),
        expected=f"a response of a known shape ({', '.join(SHAPES)})",
        hint=f"to name it: {_CONSTRUCTORS}",
    )


def _claimants(found: Members) -> list[str]:
    """The shapes that something can be of: by what it says that it is, and then by the names in its usage."""
    if owners := [name for name, shape in _SHAPES.items() if shape.owns(found)]:
        return owners
    for usage in _usages(found):
        names = usage.keys()
        for marks in (_SURE_MARKS, {name: shape.MARKS for name, shape in _SHAPES.items()}):
            if marked := [name for name, known in marks.items() if known & names]:
                return marked
        if details := members(usage.get("output_tokens_details")):
            return ["anthropic"] if "thinking_tokens" in details else ["openai"]
        if {"input_tokens", "output_tokens"} & names:
            return ["anthropic", "openai"]  # the one excludes what was cached from the input, the other includes it
    return []


def _usages(found: Members) -> list[Members]:
    """Where a usage can be: within a response, in an envelope around one, or the thing itself."""
    inner = [members(found.get(name)) for name in ("usage", "response", "data", "x_groq")]
    deeper = [members(held.get("usage")) for held in inner if held is not None]
    return [held for held in (*inner[:1], *deeper, found) if held is not None]


def _asking(names: Sequence[str]) -> str:
    return "say which with " + " or ".join(f"Usage.from_{name}" for name in names)
