"""``ResponseSchema``: types as JSON Schemas for the model, and answers as the caller's types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import msgspec
import pydantic
import pytest

from ai_models.errors import InvalidRequestError
from ai_models.providers import MockProvider
from ai_models.providers.schema import ResponseSchema


class Inner(msgspec.Struct):
    number: int


class Outer(msgspec.Struct):
    name: str
    inner: Inner
    many: list[Inner] = []


class Tree(msgspec.Struct):
    value: int
    children: list[Tree] = []


class Modelled(pydantic.BaseModel):
    name: str
    inner: dict[str, int] = {}


@dataclass
class Point:
    x: int
    y: int


class Typed(TypedDict):
    a: int


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (Outer, '{"name": "a", "inner": {"number": 1}}', Outer("a", Inner(1))),
        (Modelled, '{"name": "a", "inner": {"b": 2}}', Modelled(name="a", inner={"b": 2})),
        (Point, '{"x": 1, "y": 2}', Point(1, 2)),
        (Typed, '{"a": 1}', {"a": 1}),
        (Tree, '{"value": 1, "children": [{"value": 2}]}', Tree(1, [Tree(2)])),
        (list[int], '{"value": [1, 2]}', [1, 2]),
        (list[int], "[1, 2]", [1, 2]),
        (Literal["yes", "no"], '{"value": "yes"}', "yes"),
        (int, '{"value": 5}', 5),
        ({"type": "object", "properties": {"value": {}}}, '{"value": 5}', {"value": 5}),
        ({"type": "array"}, '{"value": [1]}', [1]),
    ],
)
def test_an_answer_becomes_the_type_that_was_asked_for(shape: Any, text: str, value: object) -> None:
    assert ResponseSchema(shape).parse(text) == value


@pytest.mark.parametrize("shape", [Outer, Modelled, Point, Typed, Tree, list[int], int, Literal["a"], {"type": "string"}])
def test_providers_always_get_an_object(shape: Any) -> None:
    schema = ResponseSchema(shape).as_object
    assert schema["type"] == "object"
    assert schema["properties"]


def test_objects_are_closed_at_every_depth_and_references_resolve() -> None:
    schema = ResponseSchema(Outer).schema
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Inner"]["additionalProperties"] is False
    assert "Outer" not in schema["$defs"]
    assert "Tree" in ResponseSchema(Tree).schema["$defs"], "it holds itself"


def test_a_schema_of_the_callers_is_left_as_it_is() -> None:
    given = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}
    assert ResponseSchema(given).schema == given
    assert ResponseSchema(given).schema is not given


@pytest.mark.parametrize(
    ("shape", "name"),
    [(Outer, "Outer"), ({"title": "my shape!"}, "my_shape_"), ({}, "answer"), ({"title": "x" * 99}, "x" * 64)],
)
def test_its_name_is_one_that_providers_take(shape: Any, name: str) -> None:
    assert ResponseSchema(shape).name == name


def test_what_no_schema_describes_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="has no JSON Schema"):
        ResponseSchema(object())


@pytest.mark.parametrize("text", ["", "no json", '{"name": 1}', '{"name": "a"}', "[]"])
def test_an_answer_of_another_shape_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 msgspec's own texts
        ResponseSchema(Outer).parse(text)


def test_the_call_succeeds_with_a_warning_where_the_answer_is_cut_off() -> None:
    provider = MockProvider(answers=['{"name": "a", "in', '{"name": "a", "inner": {"number": 1}}'])
    cut = provider.complete("x", response_schema=Outer)
    assert cut.parsed is None
    assert "not of the shape" in cut.warnings[0]
    whole = provider.complete("x", response_schema=Outer)
    assert (whole.parsed, whole.warnings) == (Outer("a", Inner(1)), ())
