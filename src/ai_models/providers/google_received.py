"""A whole answer of Google's, read from its JSON under the names that the SDK's objects have.

The SDK needs longer for its objects than for the rest of a call; ``Response.raw`` has them made when it is asked for.
"""

from __future__ import annotations

from copy import deepcopy
from importlib import import_module
from typing import Any

from msgspec import Struct, ValidationError, convert

from ai_models.providers.failures import failure_of_form
from ai_models.providers.received import Received

__all__ = ["Answer", "answer_of", "as_gemini_response", "as_vertex_response"]


class _Call(Struct, rename="camel"):
    id: str | None = None
    name: str | None = None
    args: dict[str, Any] | None = None


class _Part(Struct, rename="camel"):
    text: str | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    function_call: _Call | None = None


class _Content(Struct, rename="camel"):
    parts: list[_Part] | None = None


class _Candidate(Struct, rename="camel"):
    content: _Content | None = None
    finish_reason: str | None = None
    finish_message: str | None = None
    grounding_metadata: dict[str, Any] | None = None


class _Feedback(Struct, rename="camel"):
    block_reason: str | None = None
    block_reason_message: str | None = None


class _Http(Struct):
    headers: dict[str, str] | None = None


class Answer(Struct, rename="camel"):
    """What an answer says that a ``Response`` has a place for, and its usage as it is written."""

    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback | None = None
    usage_metadata: dict[str, Any] | None = None
    model_version: str | None = None
    response_id: str | None = None
    sdk_http_response: _Http | None = None


def answer_of(raw: Any, *, provider: str, model: str) -> Any:
    """An answer that can be read: of one received, its ``Answer``; an object of the SDK's as it is.

    Raises:
        ServerError: it is of another form than Google's answers.
    """
    if not isinstance(raw, Received):
        return raw
    try:
        return convert(raw.data, Answer)
    except ValidationError as error:
        raise failure_of_form(error, provider=provider, model=model) from error


def as_gemini_response(data: dict[str, Any], request_id: str | None, shape: Any = None) -> Any:  # noqa: ARG001 the answer says it
    """The SDK's object of an answer of the Gemini API, ``parsed`` by the shape that was asked for."""
    return _made(data, "_GenerateContentResponse_from_mldev", shape)


def as_vertex_response(data: dict[str, Any], request_id: str | None, shape: Any = None) -> Any:  # noqa: ARG001 the answer says it
    """The SDK's object of an answer of Vertex AI, as ``as_gemini_response``."""
    return _made(data, "_GenerateContentResponse_from_vertex", shape)


def _made(data: dict[str, Any], reader: str, shape: Any) -> Any:
    # What the SDK itself does with an answer; it has no public name for it.
    read = getattr(import_module("google.genai.models"), reader)
    response = import_module("google.genai.types").GenerateContentResponse
    asked = {"config": {"response_schema": shape}}
    return response._from_response(response=read(deepcopy(data), None, None), kwargs=asked)  # drops what it does not know
