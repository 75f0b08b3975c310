"""The shape of an answer: a JSON Schema for the model, and the answer read back as the caller's own type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from ai_models.errors import InvalidRequestError

__all__ = ["ResponseSchema"]


class ResponseSchema:
    """What ``response_schema`` asks for: a type, a msgspec Struct, a pydantic model, or a JSON Schema as a mapping."""

    def __init__(self, shape: Any) -> None:
        """Find the schema of a shape.

        Raises:
            InvalidRequestError: no JSON Schema can describe it.
        """
        self._shape = shape
        self._is_schema = isinstance(shape, Mapping)
        self._is_pydantic = isinstance(shape, type) and hasattr(shape, "model_json_schema")
        self.schema = self._find()
        self.is_wrapped = self.schema.get("type") != "object"
        """Whether providers, which want an object, get the shape as the property ``value`` of one."""

    @property
    def name(self) -> str:
        """What the shape is called, in letters that every provider takes."""
        return _name(self._shape)

    def _find(self) -> dict[str, Any]:
        if self._is_schema:
            return dict(self._shape)
        if self._is_pydantic:
            return _closed(dict(self._shape.model_json_schema()))
        try:
            schema = msgspec.json.schema(self._shape)
        except TypeError as error:
            raise InvalidRequestError(f"response_schema {self.name} has no JSON Schema: {error}") from None
        return _closed(_inlined(schema))

    @property
    def as_object(self) -> dict[str, Any]:
        """The schema as an object's, as every provider takes it."""
        if not self.is_wrapped:
            return self.schema
        wrapped = {"type": "object", "properties": {"value": self.schema}, "required": ["value"]}
        return {**wrapped, "additionalProperties": False}

    def parse(self, text: str) -> Any:
        """The value in an answer's text.

        Raises:
            ValueError: it is no JSON, or not of the shape; msgspec's and pydantic's own errors are ValueErrors too.
        """
        found = json.loads(text)
        return self.convert(found["value"] if self.is_wrapped and isinstance(found, Mapping) and "value" in found else found)

    def convert(self, found: Any) -> Any:
        """A plain value as the caller's type.

        Raises:
            ValueError: it is not of the shape.
        """
        if self._is_schema:
            return found
        if self._is_pydantic:
            return self._shape.model_validate(found)
        return msgspec.convert(found, self._shape, strict=False)


def _name(shape: Any) -> str:
    written = shape.get("title") if isinstance(shape, Mapping) else getattr(shape, "__name__", None)
    name = "".join(letter if letter.isalnum() or letter in "_-" else "_" for letter in str(written or "answer"))
    return name[:64]


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """msgspec gives a reference to ``$defs`` at the top; providers want the object itself there."""
    reference = schema.get("$ref", "")
    definitions = schema.get("$defs", {})
    name = reference.rpartition("/")[2]
    if name not in definitions:
        return schema
    rest = {key: value for key, value in definitions.items() if key != name}
    if f'"#/$defs/{name}"' in json.dumps(definitions):
        rest = definitions  # it holds itself
    return {**definitions[name], **({"$defs": rest} if rest else {})}


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Objects without further properties, as strict structured output wants them."""
    closed = {key: _closed_within(value) for key, value in schema.items()}
    if closed.get("type") == "object" and isinstance(closed.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    return closed


def _closed_within(found: Any) -> Any:
    if isinstance(found, list):
        return [_closed_within(item) for item in found]
    return _closed(found) if isinstance(found, dict) else found
