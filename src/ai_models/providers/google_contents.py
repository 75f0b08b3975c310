"""A request in the words of Google's ``generateContent``: contents, and the configuration beside them."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from ai_models.errors import InvalidRequestError
from ai_models.models.base import ModelSpec
from ai_models.pricing.context import service_tier_of
from ai_models.providers.google_thinking import thinking_of
from ai_models.providers.request import Audio, Document, Image, Message, Part, Request, Text, Tool, ToolCall, ToolResult
from ai_models.providers.schema import ResponseSchema

__all__ = ["UNNAMED", "payload_of"]

UNNAMED = "unnamed:"
"""How the identifiers begin that we give to calls that have none of Google's; they are not sent back."""

_TIERS = ("standard", "flex", "priority")

_NO_SIGNATURE = base64.urlsafe_b64decode("skip_thought_signature_validator")
"""What Google asks for in the place of the thought signature of a call that another model has made: the SDK encodes it
back to this text. Source: ai.google.dev/gemini-api/docs/thought-signatures."""

_UPLOADED = re.compile(r"https://[\w.-]*generativelanguage[\w.-]*\.googleapis\.com/(?:v\w+/)?files/")
"""The addresses of uploaded files, whose type Google knows."""

_ROLES = {"user": "user", "assistant": "model"}


def payload_of(request: Request, *, model: str, spec: ModelSpec | None) -> dict[str, Any]:
    """The arguments of the SDK's ``generate_content``.

    Raises:
        InvalidRequestError: something that Google's API has no words for.
    """
    contents = request.only_text or _contents(request.messages)
    return {"model": model, "contents": contents, "config": _config(request, spec)}


def _config(request: Request, spec: ModelSpec | None) -> dict[str, Any]:
    # One call is one request: neither does the SDK call functions by itself, nor ask for more than was asked for.
    config: dict[str, Any] = {"automatic_function_calling": {"disable": True}, "automatic_continuation": False}
    said: dict[str, Any] = {
        "system_instruction": request.system or None,
        "max_output_tokens": request.max_tokens,
        "temperature": request.temperature,
        "stop_sequences": list(request.stop) or None,
        "labels": dict(request.metadata) or None,
        "service_tier": _tier(request.service_tier),
        "thinking_config": thinking_of(request, spec).config,
    }
    config.update((name, value) for name, value in said.items() if value is not None)
    if request.response_schema is not None:
        schema = ResponseSchema(request.response_schema).as_object
        config |= {"response_mime_type": "application/json", "response_json_schema": _schema(schema)}
    if request.tools:
        config["tools"] = [{"function_declarations": [_declaration(tool) for tool in request.tools]}]
    choice = _choice(request)
    if choice is not None:
        config["tool_config"] = {"function_calling_config": choice}
    return _with_extra(config, request.extra)


def _with_extra(config: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The caller's own options: they win, but for tools, which join the functions."""
    given = dict(extra)
    if given.pop("response_format", None) == {"type": "json_object"}:
        config.setdefault("response_mime_type", "application/json")
    tools = [*config.get("tools", ()), *given.pop("tools", ())]
    tool_config = {**config.get("tool_config", {}), **given.pop("tool_config", {})}
    more = {name: value for name, value in (("tools", tools), ("tool_config", tool_config)) if value}
    return {**config, **given, **more}


def _tier(asked: str | None) -> str | None:
    tier = service_tier_of(asked)
    if tier is not None and tier not in _TIERS:
        hint = "; submit_batch submits a batch" if tier == "batch" else ""
        raise InvalidRequestError(f"Google serves a call as {', '.join(_TIERS)}, found service_tier {asked!r}{hint}")
    return tier


# ---- tools


def _declaration(tool: Tool) -> dict[str, Any]:
    described = {"description": tool.description} if tool.description else {}
    return {"name": tool.name, **described, "parameters_json_schema": _schema(tool.parameters)}


def _choice(request: Request) -> dict[str, Any] | None:
    """Whether and which function is called; None where the model decides, as it does unasked.

    Raises:
        InvalidRequestError: a function that is not among the tools.
    """
    choice = request.tool_choice
    names = [tool.name for tool in request.tools]
    if choice in ("none", "required"):
        return {"mode": "NONE" if choice == "none" else "ANY"} if names else None
    if choice != "auto":
        if choice not in names:
            raise InvalidRequestError(f"tool_choice {choice!r} is none of the tools: {', '.join(names) or 'there are none'}")
        return {"mode": "ANY", "allowed_function_names": [choice]}
    return {"mode": "VALIDATED"} if any(tool.strict for tool in request.tools) else None


def _schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON Schema within what Google reads: ``const`` is an ``enum`` of one, and nothing stands beside a ``$ref``."""
    if "$ref" in schema:
        schema = {key: value for key, value in schema.items() if key.startswith("$")}
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "const":
            made.setdefault("enum", [value])
        elif key in ("properties", "$defs", "definitions", "patternProperties") and isinstance(value, Mapping):
            made[key] = {name: _schema_within(one) for name, one in value.items()}
        elif key in ("enum", "default", "example", "examples"):
            made[key] = value
        else:
            made[key] = _schema_within(value)
    return made


def _schema_within(found: Any) -> Any:
    if isinstance(found, Mapping):
        return _schema(found)
    return [_schema_within(item) for item in found] if isinstance(found, list | tuple) else found


# ---- messages


def _contents(messages: Iterable[Message]) -> list[dict[str, Any]]:
    contents = []
    names: dict[str, str] = {}
    for message in messages:
        parts: list[dict[str, Any]] = []
        has_call = False
        for part in message.parts:
            if isinstance(part, ToolCall):
                names[part.id] = part.name
                parts.append(_call(part, is_first=not has_call))
                has_call = True
            else:
                parts.append(_part(part, names))
        contents.append({"role": _ROLES[message.role], "parts": parts})
    return contents


def _part(part: Part, names: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"text": part.text}
    if isinstance(part, ToolResult):
        return _result(part, names)
    if isinstance(part, Image | Audio | Document):
        return _media(part)
    raise InvalidRequestError(f"Google takes no part of type {type(part).__name__}")


def _call(call: ToolCall, *, is_first: bool) -> dict[str, Any]:
    """A call that the model has made, with its thoughts' signature: the first of a message must have one."""
    part: dict[str, Any] = {"function_call": {**_identifier(call.id), "name": call.name, "args": dict(call.arguments)}}
    signature = _signature(call.signature)
    if signature is None and is_first:
        signature = _NO_SIGNATURE
    return part if signature is None else {**part, "thought_signature": signature}


def _signature(written: str | None) -> bytes | None:
    """Google's signature; None where there is none, or another provider's."""
    try:
        return base64.b64decode(written, validate=True) or None if written else None
    except (binascii.Error, ValueError):
        return None


def _result(result: ToolResult, names: Mapping[str, str]) -> dict[str, Any]:
    name = result.name or names.get(result.call_id)
    if not name:
        raise InvalidRequestError(
            f"Google needs the name of the function that a result is of; ToolResult {result.call_id!r} has none, "
            f"and no message before it has that call"
        )
    answer = {"error" if result.is_error else "output": result.content}
    return {"function_response": {**_identifier(result.call_id), "name": name, "response": answer}}


def _identifier(call_id: str) -> dict[str, str]:
    return {} if not call_id or call_id.startswith(UNNAMED) else {"id": call_id}


def _media(part: Image | Audio | Document) -> dict[str, Any]:
    if part.data is not None:
        return _inline(part.data, part.media_type)
    url = part.url or ""
    if url.startswith("data:"):
        return _inline_of(url, part.media_type)
    media_type = part.media_type or mimetypes.guess_type(urlsplit(url).path)[0]
    if media_type is None and not _UPLOADED.match(url):
        kind = type(part).__name__
        raise InvalidRequestError(f"Google needs the media_type of what is at an address; give it to the {kind}")
    typed = {} if media_type is None else {"mime_type": _plain_type(media_type)}
    return {"file_data": {"file_uri": url, **typed}}


def _inline_of(url: str, media_type: str | None) -> dict[str, Any]:
    """The data of a ``data:`` address, which Google does not open.

    Raises:
        InvalidRequestError: it is no such address.
    """
    head, comma, body = url.removeprefix("data:").partition(",")
    written, *parameters = head.split(";")
    try:
        data = unquote_to_bytes(body)
        data = base64.b64decode(data, validate=True) if "base64" in parameters else data
    except binascii.Error:
        comma = ""
    if not comma:
        raise InvalidRequestError("a data: address is data:<type>;base64,<data>, and this one is not")
    return _inline(data, media_type or written or "text/plain")


def _inline(data: bytes, media_type: str | None) -> dict[str, Any]:
    return {"inline_data": {"data": data, "mime_type": _plain_type(media_type or "")}}


def _plain_type(media_type: str) -> str:
    """A media type without the ``x-`` that Python's table still gives to recordings."""
    return media_type.replace("audio/x-", "audio/")
