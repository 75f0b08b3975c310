"""A JSON Schema as Anthropic's structured output takes it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

import msgspec

from ai_models.providers.claude_sdk import sdk

__all__ = ["AcceptedSchema", "accepted"]

_NO_SCHEMAS = ("enum", "const", "default", "examples")
"""Keywords of a JSON Schema that hold values."""


class AcceptedSchema(NamedTuple):
    """What the API accepts of a schema. Where it ``is_open``, some object in it may have any keys.

    Structured output closes every object, so that a mapping of any keys would always come back empty.
    """

    schema: dict[str, Any]
    is_open: bool


def accepted(schema: dict[str, Any]) -> AcceptedSchema:
    """A schema with what the API refuses moved into descriptions, as the SDK itself does it; it is shared by all calls.

    A schema that the SDK cannot read goes as it is: the API says best what is wrong with it.
    """
    try:
        key = msgspec.json.encode(schema)
    except (TypeError, ValueError, RecursionError):
        return _accepted(schema)  # it cannot be sent, which the SDK will say
    found = _KEPT.get(key)
    if found is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        found = _KEPT[key] = _accepted(deepcopy(schema))  # the caller may change its own
    return found


_MOST_KEPT = 64
_KEPT: dict[bytes, AcceptedSchema] = {}
"""A program asks with a few schemas, thousands of times."""


def _accepted(schema: dict[str, Any]) -> AcceptedSchema:
    try:
        return AcceptedSchema(sdk().transform_schema(schema), _is_open(schema))
    except (ValueError, AssertionError, TypeError, AttributeError):
        return AcceptedSchema(schema, _is_open(schema))


def _is_open(schema: dict[str, Any] | list[Any]) -> bool:
    if isinstance(schema, list):
        return any(_is_open(each) for each in schema if isinstance(each, dict | list))
    if schema.get("type") == "object" and not schema.get("properties") and schema.get("additionalProperties") is not False:
        return True
    inner = [value for key, value in schema.items() if key not in _NO_SCHEMAS]
    return any(_is_open(each) for each in inner if isinstance(each, dict | list))
