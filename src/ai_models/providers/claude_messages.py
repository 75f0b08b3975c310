"""A request in the words of Anthropic's Messages API, which Claude speaks at Anthropic, Bedrock and Vertex alike.

Source: the ``anthropic`` SDK 2.12 (``MessageCreateParams`` and the blocks below it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ai_models.errors import InvalidRequestError
from ai_models.models.capabilities import ModelCapability, Support
from ai_models.providers.claude_schema import accepted
from ai_models.providers.claude_thinking import Doubt, thinking_of
from ai_models.providers.request import (
    Audio,
    Document,
    Image,
    Message,
    Part,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)
from ai_models.providers.schema import ResponseSchema

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = ["ANSWER_TOOL", "payload_of"]

ANSWER_TOOL = "give_answer"
"""The tool through which a model without structured output gives its answer."""

_MOST_BREAKPOINTS = 4
"""Marks of the cache that the API takes in one request."""

_OUTPUT_UNKNOWN = 8_192
_LEAST_OUTPUT = 4_096
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_TIERS = {"auto": "auto", "priority": "auto", "standard": "standard_only", "default": "standard_only"}
_CACHED = {"cache_control": {"type": "ephemeral"}}
_OPTIONS_OF_THE_CALL = ("extra_headers", "extra_query")


def payload_of(request: Request, *, model: str, spec: ModelSpec | None, caching: bool, doubt: Doubt) -> dict[str, Any]:
    """The keyword arguments of ``messages.create``.

    Raises:
        InvalidRequestError: the request asks for what the API has no words for.
    """
    most = request.max_tokens or _most_output(request, spec)
    known = spec is not None
    steered = thinking_of(request, spec.reasoning if spec else None, known=known, most=most, doubt=doubt)
    payload: dict[str, Any] = {"model": model, "max_tokens": most, "messages": [_turn(turn) for turn in request.messages]}
    if request.system:
        payload["system"] = [{"type": "text", "text": request.system}]
    payload |= _tools(request)
    output: dict[str, Any] = {"effort": steered.pop("effort")} if "effort" in steered else {}
    payload |= steered
    if request.response_schema is not None:
        output |= _shape(request, payload, spec)
    if output:
        payload["output_config"] = output
    if request.stop:
        payload["stop_sequences"] = list(request.stop)
    if "user_id" in request.metadata:
        payload["metadata"] = {"user_id": request.metadata["user_id"]}
    if request.service_tier is not None:
        payload["service_tier"] = _tier(request.service_tier)
    _mark_cache(request, payload, caching=caching)
    return payload | _outside_the_signature(request, payload)


def _most_output(request: Request, spec: ModelSpec | None) -> int:
    """The API wants a limit always: the model's own, less where the window leaves no room for it beside the prompt."""
    metadata = spec.metadata if spec else None
    limit = metadata.context_window_output if metadata else None
    if limit is None or metadata is None:
        return _OUTPUT_UNKNOWN
    if metadata.context_window_input is None:
        return limit
    texts = sum(len(part.text) for part in request.parts() if isinstance(part, Text)) + len(request.system)
    texts += sum(len(part.content) for part in request.parts() if isinstance(part, ToolResult))
    room = metadata.context_window_input - texts // 3  # a token has 3 to 4 characters; too small a limit is safe
    return max(min(limit, room), min(limit, _LEAST_OUTPUT))


# ---- messages


def _turn(message: Message) -> dict[str, Any]:
    if (text := message.only_text) and message.parts[0] == Text(text):  # without a mark for the cache
        return {"role": message.role, "content": text}
    blocks = [_block(part) for part in message.parts if not (isinstance(part, Text) and not part.text)]
    thoughts = [block for part in message.parts if isinstance(part, ToolCall) for block in _thoughts(part)]
    if message.role == "user":
        blocks.sort(key=lambda block: block["type"] != "tool_result")  # the API wants results before anything else
    return {"role": message.role, "content": [*thoughts, *blocks]}


def _block(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text, **(_CACHED if part.cache else {})}
    if isinstance(part, Image):
        return {"type": "image", "source": _image(part)}
    if isinstance(part, Document):
        return {"type": "document", "source": _document(part), **({"title": part.name} if part.name else {})}
    if isinstance(part, ToolCall):
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": dict(part.arguments)}
    if isinstance(part, ToolResult):
        failed = {"is_error": True} if part.is_error else {}
        return {"type": "tool_result", "tool_use_id": part.call_id, "content": part.content, **failed}
    if isinstance(part, Audio):
        raise InvalidRequestError("Claude's API takes no audio; give the text of the recording instead")
    raise InvalidRequestError(f"Claude's API takes no {type(part).__name__}")


def _image(part: Image) -> dict[str, Any]:
    if part.url is not None:
        return {"type": "url", "url": part.url}
    if part.media_type not in _IMAGES:
        raise InvalidRequestError(f"Claude's API takes images of {', '.join(_IMAGES)}, found {part.media_type}")
    return {"type": "base64", "media_type": part.media_type, "data": part.base64}


def _document(part: Document) -> dict[str, Any]:
    if part.url is not None:
        return {"type": "url", "url": part.url}
    if part.media_type == "application/pdf":
        return {"type": "base64", "media_type": part.media_type, "data": part.base64}
    if (part.media_type or "").partition(";")[0] == "text/plain":
        try:
            text = (part.data or b"").decode()
        except UnicodeDecodeError as error:
            raise InvalidRequestError(f"the text of a document must be UTF-8: {error}") from None
        return {"type": "text", "media_type": "text/plain", "data": text}
    raise InvalidRequestError(f"Claude's API takes documents of application/pdf and text/plain, found {part.media_type}")


def _thoughts(call: ToolCall) -> Iterable[dict[str, Any]]:
    """The thinking blocks that came before a call: with thinking on, the API wants to see them again, unchanged."""
    try:
        found = json.loads(call.signature or "[]")
    except ValueError:
        return ()  # another provider's signature
    blocks = found if isinstance(found, list) else []
    return (block for block in blocks if isinstance(block, dict) and "thinking" in str(block.get("type")))


# ---- tools and the shape of the answer


def _tools(request: Request) -> dict[str, Any]:
    choice, names = request.tool_choice, [tool.name for tool in request.tools]
    if choice not in ("auto", "none", "required", *names):
        raise InvalidRequestError(f"tool_choice is {choice!r}, and the tools are {', '.join(names) or 'none'}")
    if not names:
        if choice == "required":
            raise InvalidRequestError("tool_choice is 'required', and there are no tools")
        return {}
    found: dict[str, Any] = {"tools": [_tool(tool) for tool in request.tools]}
    if choice in ("none", "required"):
        found["tool_choice"] = {"type": "any" if choice == "required" else "none"}
    elif choice != "auto":
        found["tool_choice"] = {"type": "tool", "name": choice}
    return found


def _tool(tool: Tool) -> dict[str, Any]:
    described = {"description": tool.description} if tool.description else {}
    return {"name": tool.name, **described, "input_schema": tool.parameters, **({"strict": True} if tool.strict else {})}


def _shape(request: Request, payload: dict[str, Any], spec: ModelSpec | None) -> dict[str, Any]:
    """The format of the output; a tool that must be called in its place where the model has no structured output."""
    shape = ResponseSchema(request.response_schema)
    schema, is_open = accepted(shape.as_object)
    if not is_open and not _lacks_structured_output(spec):
        return {"format": {"type": "json_schema", "schema": schema}}
    tool = Tool(ANSWER_TOOL, f"Gives the answer: {shape.name}.", shape.as_object)
    payload["tools"] = [*payload.get("tools", ()), _tool(tool)]
    thinks = payload.get("thinking", {}).get("type") not in (None, "disabled")
    forced = {"type": "any"} if request.tools else {"type": "tool", "name": ANSWER_TOOL}
    if not thinks:  # a model that thinks cannot be forced: it is asked by the tool alone
        payload.setdefault("tool_choice", forced)
    return {}


def _lacks_structured_output(spec: ModelSpec | None) -> bool:
    """Whether a model is known to call tools, and not known to have structured output."""
    if spec is None or spec.support(ModelCapability.STRUCTURED_OUTPUT) is Support.SUPPORTED:
        return False
    return spec.support(ModelCapability.FUNCTION_CALLING) is Support.SUPPORTED


# ---- how it is served


def _tier(asked: str) -> str:
    tier = _TIERS.get(asked)
    if tier is None:
        hint = "; submit_batch sends batches" if asked == "batch" else ""
        raise InvalidRequestError(f"Anthropic has the service tiers standard and priority, found {asked!r}{hint}")
    return tier


def _mark_cache(request: Request, payload: dict[str, Any], *, caching: bool) -> None:
    """Mark the end of the system text and of the tools, as far as the caller's own marks leave room."""
    room = _MOST_BREAKPOINTS - sum(isinstance(part, Text) and part.cache for part in request.parts())
    if room < 0:
        raise InvalidRequestError(f"Anthropic caches up to {_MOST_BREAKPOINTS} parts of a request, found {4 - room}")
    if not caching:
        return
    for blocks in (payload.get("system"), payload.get("tools")):
        if blocks and room > 0:
            blocks[-1] = {**blocks[-1], **_CACHED}
            room -= 1


def _outside_the_signature(request: Request, payload: dict[str, Any]) -> dict[str, Any]:
    """What the SDK's call has no argument for: it goes into the body as it is.

    Source: ``messages.create`` of the SDK 2.12 has no ``temperature`` among its arguments; whether a model takes one,
    the API says best.
    """
    found: dict[str, Any] = {name: dict(request.extra[name]) for name in _OPTIONS_OF_THE_CALL if name in request.extra}
    body: dict[str, Any] = {}
    if request.temperature is not None:
        if request.temperature > 1:
            raise InvalidRequestError(f"Claude takes temperatures from 0 to 1, found {request.temperature!r}")
        body["temperature"] = request.temperature
    for name, value in request.extra.items():
        if name == "extra_body":
            body |= dict(value)
        elif name == "tools":  # the provider's own tools stand beside the caller's
            found["tools"] = [*payload.get("tools", ()), *value]
        elif name not in _OPTIONS_OF_THE_CALL:
            body[name] = value
    return found | ({"extra_body": body} if body else {})
