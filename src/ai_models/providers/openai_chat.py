"""Chat Completions, OpenAI's and its dialects: a request as its arguments, an answer or its stream of chunks read back.

Source: the ``openai`` SDK 3.54, ``types/chat``; what endpoints do otherwise stands in their ``Endpoint``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from ai_models.errors import InvalidRequestError, ProviderConnectionError, ServerError
from ai_models.providers.calls import StreamReader
from ai_models.providers.endpoints import Endpoint
from ai_models.providers.failures import failure_in, failure_told
from ai_models.providers.openai_plan import (
    Plan,
    arguments_of,
    calls_signature,
    chosen_tool,
    extra_of,
    read_usage,
    shape_of,
)
from ai_models.providers.openai_sdk import as_answer
from ai_models.providers.received import Received, data_of, no_answer, request_id_of
from ai_models.providers.request import Audio, Document, Image, Message, Part, Request, Text, ToolCall, ToolResult
from ai_models.providers.response import FinishReason, Reading, StreamEvent

__all__ = ["ChatReader", "check_completion", "read_completion", "translate"]

_AUDIO_FORMATS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav", "x-m4a": "m4a", "mp4": "m4a"}
_REASONING_FIELDS = ("reasoning_content", "reasoning")
_SCHEMA_IN_WORDS = "Answer with one JSON value of this JSON Schema, and nothing else:\n"
_FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "model_length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "sensitive": "content_filter",
}
_BROKEN = {"error", "network_error", "insufficient_system_resource"}
"""Finish reasons that say that the provider failed: OpenRouter's, Z.ai's and DeepSeek's."""


def translate(request: Request, model: str, endpoint: Endpoint, plan: Plan, *, streamed: bool) -> dict[str, Any]:
    """The keyword arguments of ``client.chat.completions.create``.

    Raises:
        InvalidRequestError: this API cannot take it.
    """
    shape = shape_of(request, endpoint)
    extra = extra_of(request, endpoint)
    reasoning, body = _reasoning(endpoint, plan)
    if body:
        extra["extra_body"] = {**body, **extra.get("extra_body", {})}
    choices = {
        endpoint.max_tokens: request.max_tokens,
        "temperature": plan.temperature,
        "stop": list(request.stop) or None,
        "reasoning_effort": reasoning,
        "service_tier": plan.service_tier,
        "metadata": plan.metadata,
        "response_format": _response_format(shape, endpoint),
        "stream": streamed or None,
        "stream_options": {"include_usage": True} if streamed and endpoint.stream_usage else None,
        **_tools(request, endpoint),
        **extra,
    }
    in_words = shape is not None and endpoint.structured != "json_schema"
    system = "\n\n".join(filter(None, (request.system, _in_words(shape) if in_words else "")))
    messages: list[dict[str, Any]] = [{"role": endpoint.system_role, "content": system}] if system else []
    messages += [item for each in request.messages for item in _messages(each, endpoint)]
    payload: dict[str, Any] = {"model": model, "messages": messages}
    return payload | {key: value for key, value in choices.items() if value not in (None, "", {})}


def _in_words(shape: dict[str, Any] | None) -> str:
    return "" if shape is None else _SCHEMA_IN_WORDS + json.dumps(shape["schema"])


def _response_format(shape: dict[str, Any] | None, endpoint: Endpoint) -> dict[str, Any] | None:
    if shape is None or endpoint.structured == "none":
        return None
    if endpoint.structured == "json_object":
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": shape}


def _reasoning(endpoint: Endpoint, plan: Plan) -> tuple[str | None, dict[str, Any]]:
    """The parameter for the effort, and what stands in the body beside the SDK's parameters."""
    if plan.budget is not None:
        return None, {"reasoning": {"max_tokens": plan.budget}}
    if plan.effort is None or endpoint.reasoning == "effort":
        return plan.effort, {}
    if endpoint.reasoning == "object":
        return None, {"reasoning": {"effort": plan.effort}}
    is_off = plan.effort == "none"
    effort = plan.effort if endpoint.reasoning == "thinking" and not is_off else None
    return effort, {"thinking": {"type": "disabled" if is_off else "enabled"}}


def _tools(request: Request, endpoint: Endpoint) -> dict[str, Any]:
    name = chosen_tool(request)
    if not request.tools:
        return {}
    tools = []
    for tool in request.tools:
        function: dict[str, Any] = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
        if tool.strict and endpoint.strict:
            function["strict"] = True
        tools.append({"type": "function", "function": function})
    choice = {"type": "function", "function": {"name": name}} if name else request.tool_choice
    return {"tools": tools, "tool_choice": None if choice == "auto" else choice}


def _messages(message: Message, endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    """A message as the API's: results of tools are messages of their own, and come before what the user says to them."""
    if message.role == "assistant":
        yield _assistant(message, endpoint)
        return
    for part in message.parts:
        if isinstance(part, ToolResult):
            content = f"error: {part.content}" if part.is_error else part.content
            yield {"role": "tool", "tool_call_id": part.call_id, "content": content}
    said = [part for part in message.parts if not isinstance(part, ToolResult)]
    if said:
        is_plain = len(said) == 1 and isinstance(said[0], Text) and not (said[0].cache and endpoint.cache_control)
        yield {"role": "user", "content": message.text if is_plain else [_content(part, endpoint) for part in said]}


def _assistant(message: Message, endpoint: Endpoint) -> dict[str, Any]:
    calls = [part for part in message.parts if isinstance(part, ToolCall)]
    said: dict[str, Any] = {"role": "assistant", "content": message.text or None}
    if any(not isinstance(part, Text | ToolCall) for part in message.parts):
        raise InvalidRequestError("Chat Completions take only text and tool calls as what the model said")
    if calls:
        said["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": json.dumps(call.arguments)}}
            for call in calls
        ]
    reasoning = next(filter(None, (calls_signature(call, endpoint.reasoning_field) for call in calls)), None)
    if reasoning is not None and endpoint.echo_reasoning:
        said[endpoint.reasoning_field] = reasoning
    return said


def _content(part: Part, endpoint: Endpoint) -> dict[str, Any]:
    if isinstance(part, Text):
        marked = {"cache_control": {"type": "ephemeral"}} if part.cache and endpoint.cache_control else {}
        return {"type": "text", "text": part.text, **marked}
    if isinstance(part, Image):
        return {"type": "image_url", "image_url": {"url": part.data_url}}
    if isinstance(part, Audio | Document) and part.url is not None:
        raise InvalidRequestError(f"Chat Completions take no address of a part of type {type(part).__name__}; give its data")
    if isinstance(part, Audio):
        kind = (part.media_type or "").partition("/")[2].partition(";")[0]
        return {"type": "input_audio", "input_audio": {"data": part.base64, "format": _AUDIO_FORMATS.get(kind, kind)}}
    if isinstance(part, Document):
        return {"type": "file", "file": {"filename": part.name or "document.pdf", "file_data": part.data_url}}
    raise InvalidRequestError(f"a user's message has no part of type {type(part).__name__}")


# ---- the answer


def check_completion(raw: Any, *, provider: str, model: str) -> Any:
    """The answer itself, unless it says that there is none: gateways answer 200 and tell of an error inside.

    Raises:
        ProviderError: it tells of one, or there is no answer in it.
    """
    completion = data_of(raw)
    _check_chunk(completion, provider=provider, model=model)
    if not completion.get("choices"):
        if "choices" not in completion:
            raise no_answer(provider=provider, model=model, request_id=request_id_of(raw))
        said = f"{provider} answered without a choice for {model}, and gave no reason"
        raise ServerError(said, provider=provider, model=model, request_id=request_id_of(raw))
    return raw


def _check_chunk(completion: dict[str, Any], *, provider: str, model: str) -> None:
    """Pass for a completion, or for a chunk of one, that tells of no error.

    Raises:
        ProviderError: it tells of one.
    """
    choices = completion.get("choices") or ()
    error = completion.get("error") or next(filter(None, (choice.get("error") for choice in choices)), None)
    if error:
        raise failure_in(error, provider=provider, model=model)
    broken = next((ending for choice in choices if (ending := choice.get("finish_reason")) in _BROKEN), None)
    if broken is not None:
        raise failure_told("server_error", f"the answer ended with {broken}", provider=provider, model=model)


def read_completion(raw: Any, reasoning_field: str = "") -> Reading:
    """What a completion says, received or as the SDK's object: its first choice; a refusal is its text."""
    completion = data_of(raw)
    choice: dict[str, Any] = next(iter(completion.get("choices") or ()), {})
    message = choice.get("message") or {}
    text, thoughts = _spoken(message.get("content"))
    reasoning = _reasoning_of(message, reasoning_field)
    refusal = message.get("refusal")
    calls = _calls(message.get("tool_calls") or (), reasoning)
    finish = _FINISH.get(choice.get("finish_reason") or "", "other")
    usage, warnings = read_usage(completion)
    return Reading(
        text=text or refusal or "",
        reasoning=reasoning[1] or thoughts,
        tool_calls=calls,
        finish_reason="refusal" if refusal else "tool_calls" if calls and finish == "stop" else finish,
        model=completion.get("model"),
        usage=usage,
        request_id=request_id_of(raw),
        warnings=warnings,
    )


def _spoken(content: Any) -> tuple[str, str]:
    """Text and thoughts of a content, which is text, or with Mistral a list of pieces.

    Raises:
        TypeError: it is neither.
    """
    if content is None or isinstance(content, str):
        return content or "", ""
    if not isinstance(content, list):
        raise TypeError(f"a content is text or a list, found {type(content).__name__}")
    text, thoughts = "", ""
    for piece in content:
        held = {"text": piece} if isinstance(piece, str) else piece
        if held.get("type") == "thinking":
            thoughts += _spoken(held.get("thinking"))[0]
        else:
            text += str(held.get("text") or "")
    return text, thoughts


def _reasoning_of(message: Mapping[str, Any], usual: str) -> tuple[str, str]:
    """Where a message carries reasoning, and what it says; servers differ, and so do their versions."""
    for field in filter(None, (usual, *_REASONING_FIELDS)):
        found = message.get(field)
        if isinstance(found, str) and found:
            return field, found
    return "", ""


def _calls(found: Iterable[dict[str, Any]], reasoning: tuple[str, str]) -> tuple[ToolCall, ...]:
    calls: list[ToolCall] = []
    for call in found:
        function = call.get("function")
        if function is None:
            continue  # a custom tool's, which no request of ours can hold
        signature = json.dumps({reasoning[0]: reasoning[1]}) if reasoning[1] and not calls else None
        arguments, name = arguments_of(function.get("arguments")), function.get("name") or ""
        calls.append(ToolCall(id=str(call.get("id") or ""), name=name, arguments=arguments, signature=signature))
    return tuple(calls)


class ChatReader(StreamReader):
    """Puts the chunks of a streamed completion together into the completion that they make."""

    def __init__(self, *, provider: str, model: str, reasoning_field: str = "") -> None:
        self._provider = provider
        self._model = model
        self._usual_field = reasoning_field
        self._head: dict[str, Any] = {}
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._reasoning: list[str] = []
        self._reasoning_field = ""
        self._calls: list[tuple[int, dict[str, Any]]] = []
        self._open: dict[int, dict[str, Any]] = {}
        self._finish: str | None = None

    def feed(self, event: Any) -> Iterator[StreamEvent]:
        """The pieces that one chunk brings.

        Raises:
            ProviderError: the chunk tells of a failure.
        """
        chunk = data_of(event)
        _check_chunk(chunk, provider=self._provider, model=self._model)
        for name in ("id", "created", "model", "usage", "x_groq", "service_tier"):
            if (found := chunk.get(name)) is not None:
                self._head[name] = found
        for choice in (chunk.get("choices") or ())[:1]:
            yield from self._delta(choice.get("delta") or {})
            if (finish := choice.get("finish_reason")) is not None and self._finish is None:
                self._finish = finish
                yield from (StreamEvent(kind="tool_call", tool_call=call) for call in self._finished_calls())

    def _delta(self, delta: dict[str, Any]) -> Iterator[StreamEvent]:
        text, thoughts = _spoken(delta.get("content"))
        field, reasoning = _reasoning_of(delta, self._usual_field)
        self._reasoning_field = field or self._reasoning_field
        for pieces, piece, kind in (
            (self._reasoning, reasoning or thoughts, "reasoning"),
            (self._text, text, "text"),
            (self._refusal, delta.get("refusal") or "", "text"),
        ):
            if piece:
                pieces.append(piece)
                yield StreamEvent(kind="reasoning" if kind == "reasoning" else "text", text=piece)
        for place, call in enumerate(delta.get("tool_calls") or ()):
            self._call(place, call)

    def _call(self, place: int, piece: dict[str, Any]) -> None:
        index = place if piece.get("index") is None else piece["index"]
        function = piece.get("function") or {}
        held = self._open.get(index)
        if held is None or _is_another(held, piece.get("id"), function.get("name")):
            held = self._open[index] = {"id": "", "type": "function", "function": {"name": "", "arguments": ""}}
            self._calls.append((index, held))
        arguments = function.get("arguments") or ""
        held["id"] = held["id"] or piece.get("id") or ""
        held["function"]["name"] = held["function"]["name"] or function.get("name") or ""
        held["function"]["arguments"] += arguments if isinstance(arguments, str) else json.dumps(arguments)

    def _finished_calls(self) -> tuple[ToolCall, ...]:
        return read_completion(self._completion(), self._usual_field).tool_calls if self._calls else ()

    def _completion(self) -> Received:
        """The completion so far, as if it had come whole, so that one function reads both ways of answering."""
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self._text) or None}
        if self._refusal:
            message["refusal"] = "".join(self._refusal)
        if self._reasoning:
            message[self._reasoning_field or "reasoning_content"] = "".join(self._reasoning)
        if self._calls:
            message["tool_calls"] = [call for _, call in sorted(self._calls, key=itemgetter(0))]
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        return Received({**self._head, "object": "chat.completion", "choices": [choice]}, as_answer)

    def finish(self) -> tuple[Reading, Any]:
        """The whole answer, and the completion that stands for it.

        Raises:
            ProviderConnectionError: the stream ended before the answer did.
        """
        if self._finish is None:
            raise ProviderConnectionError(
                f"{self._provider} broke the answer of {self._model} off before its end",
                provider=self._provider,
                model=self._model,
            )
        completion = self._completion()
        return read_completion(completion, self._usual_field), completion


def _is_another(held: dict[str, Any], call_id: str | None, name: str | None) -> bool:
    """Whether a piece begins another call than the one held at its index: some servers count all calls as number 0.

    A new identifier alone says nothing: others give one to every piece.
    """
    is_told_twice = bool(name and held["function"]["name"] and call_id and held["id"])
    return is_told_twice and call_id != held["id"]
