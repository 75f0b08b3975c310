"""What Anthropic's API accepts of a JSON Schema, found once for each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ai_models.providers import claude_schema
from ai_models.providers.claude_schema import accepted


def schema_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def test_what_the_api_refuses_moves_into_descriptions() -> None:
    found = accepted(schema_of(count={"type": "integer", "minimum": 3})).schema
    assert found["properties"]["count"] == {"type": "integer", "description": "{minimum: 3}"}


def test_the_same_schema_is_read_once() -> None:
    assert accepted(schema_of(a={"type": "string"})) is accepted(schema_of(a={"type": "string"}))


def test_a_schema_that_its_owner_changes_is_another_one() -> None:
    mine = schema_of(a={"not": "read"})  # the SDK refuses it, so that it goes as it is
    before = accepted(mine).schema
    mine["properties"]["b"] = {"type": "string"}
    assert set(before["properties"]) == {"a"}
    assert set(accepted(mine).schema["properties"]) == {"a", "b"}


def test_only_so_many_are_kept() -> None:
    for number in range(claude_schema._MOST_KEPT + 2):
        accepted(schema_of(**{f"field_{number}": {"type": "string"}}))
        assert len(claude_schema._KEPT) <= claude_schema._MOST_KEPT


def test_what_cannot_be_sent_is_left_to_the_sdk() -> None:
    assert accepted({"type": "string", "default": object}).is_open is False
    assert accepted({"type": "string", "default": Decimal("1.5")}).schema["type"] == "string"


@pytest.mark.parametrize(
    ("schema", "is_open"),
    [
        ({"type": "object"}, True),
        ({"type": "object", "additionalProperties": False}, False),
        ({"type": "object", "properties": {"a": {"type": "object"}}}, True),
        ({"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}, True),
        ({"anyOf": [{"type": "string"}, {"type": "object"}]}, True),
        ({"type": "string", "enum": [{"type": "object"}]}, False),
        ({"type": "string", "default": {"type": "object"}}, False),
    ],
)
def test_an_object_of_any_keys_is_open(schema: dict[str, Any], is_open: bool) -> None:
    assert accepted(schema).is_open is is_open
