"""OpenAI's Responses API: a request as its arguments, an answer or its stream of events read back.

Source: the ``openai`` SDK 3.54, ``types/responses``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ai_models.errors import InvalidRequestError, ProviderConnectionError
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
from ai_models.providers.received import data_of, request_id_of
from ai_models.providers.request import Audio, Document, Image, Message, Part, Request, Text, ToolCall, ToolResult
from ai_models.providers.response import FinishReason, Reading, StreamEvent

__all__ = ["ResponsesReader", "check_answer", "read_response", "translate"]

_ENDS = ("response.completed", "response.incomplete", "response.failed")
_REASONING_DELTAS = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
_TEXT_DELTAS = ("response.output_text.delta", "response.refusal.delta")
_INCOMPLETE: dict[str, FinishReason] = {
    "max_output_tokens": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}


def translate(request: Request, model: str, endpoint: Endpoint, plan: Plan, *, streamed: bool) -> dict[str, Any]:
    """The keyword arguments of ``client.responses.create``.

    Raises:
        InvalidRequestError: this API cannot take it.
    """
    if request.stop:
        raise InvalidRequestError(f"the Responses API of {endpoint.title} takes no stop texts")
    shape = shape_of(request, endpoint)
    choices = {
        "instructions": request.system,
        "max_output_tokens": request.max_tokens,
        "temperature": plan.temperature,
        "reasoning": {"effort": plan.effort} if plan.effort else None,
        "service_tier": plan.service_tier,
        "metadata": plan.metadata,
        "text": {"format": {"type": "json_schema", **shape}} if shape else None,
        "stream": streamed or None,
        **_tools(request),
        **extra_of(request, endpoint),
    }
    text = request.only_text
    items = text if text is not None else [item for each in request.messages for item in _items(each)]
    payload: dict[str, Any] = {"model": model, "input": items}
    return payload | {key: value for key, value in choices.items() if value not in (None, "", {})}


def _tools(request: Request) -> dict[str, Any]:
    name = chosen_tool(request)
    if not request.tools:
        return {}
    tools = [
        {
            "type": "function",
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
            "strict": tool.strict,  # left out it would be true, and most schemas are not fit for that
        }
        for tool in request.tools
    ]
    choice = {"type": "function", "name": name} if name else request.tool_choice
    return {"tools": tools, "tool_choice": None if choice == "auto" else choice}


def _items(message: Message) -> Iterator[dict[str, Any]]:
    """A message as items: its content, and calls and results beside it, in their order."""
    content: list[dict[str, Any]] = []
    for part in message.parts:
        if not isinstance(part, ToolCall | ToolResult):
            content.append(_content(part))
            continue
        yield from _flushed(message, content)
        content = []
        yield from _call(part) if isinstance(part, ToolCall) else _result(part)
    yield from _flushed(message, content)


def _flushed(message: Message, content: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if not content:
        return
    if message.role == "assistant":  # as text: its parts as such would need the ids that the API gave them
        yield {"role": "assistant", "content": "".join(part.get("text", "") for part in content)}
    else:
        yield {"role": "user", "content": content}


def _content(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "input_text", "text": part.text}
    if isinstance(part, Image):
        return {"type": "input_image", "image_url": part.data_url, "detail": "auto"}
    if isinstance(part, Document):
        if part.url is not None:
            return {"type": "input_file", "file_url": part.url}
        return {"type": "input_file", "filename": part.name or "document.pdf", "file_data": part.data_url}
    kind = "Audio" if isinstance(part, Audio) else type(part).__name__
    raise InvalidRequestError(f"the Responses API takes no part of type {kind}; api='chat' may")


def _call(call: ToolCall) -> Iterator[dict[str, Any]]:
    reasoning = calls_signature(call, "reasoning")
    if reasoning is not None:
        yield reasoning
    yield {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": json.dumps(call.arguments)}


def _result(result: ToolResult) -> Iterator[dict[str, Any]]:
    output = f"error: {result.content}" if result.is_error else result.content
    yield {"type": "function_call_output", "call_id": result.call_id, "output": output}


# ---- the answer


def check_answer(raw: Any, *, provider: str, model: str) -> Any:
    """The answer itself, unless it says that there is none.

    Raises:
        ProviderError: the response failed.
    """
    response = data_of(raw)
    error, status = response.get("error"), response.get("status")
    if status == "failed" or (error is not None and status is None):
        raise failure_in(error or "the response failed", provider=provider, model=model)
    return raw


def read_response(raw: Any) -> Reading:
    """What a response says: one that was received, or the SDK's object; a refusal is its text."""
    response = data_of(raw)
    text: list[str] = []
    reasoning: list[str] = []
    calls: list[ToolCall] = []
    refused = False
    thought: dict[str, Any] | None = None
    for item in response.get("output") or ():
        kind = item.get("type")
        if kind == "message":
            for part in item.get("content") or ():
                refusal = part.get("refusal")
                refused = refused or bool(refusal)
                text.append(refusal or part.get("text") or "")
        elif kind == "reasoning":
            thought = item
            reasoning += [part.get("text") or "" for part in (*(item.get("summary") or ()), *(item.get("content") or ()))]
        elif kind == "function_call":
            calls.append(_read_call(item, thought))
            thought = None
    usage, warnings = read_usage(response)
    return Reading(
        text="".join(text),
        reasoning="\n\n".join(filter(None, reasoning)),
        tool_calls=tuple(calls),
        finish_reason=_finish(response, calls, refused=refused),
        model=response.get("model"),
        usage=usage,
        request_id=request_id_of(raw),
        warnings=warnings,
    )


def _read_call(item: dict[str, Any], thought: dict[str, Any] | None) -> ToolCall:
    """A call, with the reasoning that led to it, where that can be sent back without being stored."""
    signature = None
    if thought is not None and thought.get("encrypted_content"):
        kept = {name: thought[name] for name in _SENT_BACK if name in thought}
        signature = json.dumps({"reasoning": kept}, sort_keys=True)
    called, name = item.get("call_id") or item.get("id") or "", item.get("name") or ""
    return ToolCall(id=called, name=name, arguments=arguments_of(item.get("arguments")), signature=signature)


_SENT_BACK = ("id", "type", "summary", "encrypted_content")


def _finish(response: dict[str, Any], calls: list[ToolCall], *, refused: bool) -> FinishReason:
    if response.get("status") in ("incomplete", "cancelled", "queued", "in_progress"):
        reason = (response.get("incomplete_details") or {}).get("reason")
        return _INCOMPLETE.get(reason or "", "other")
    if refused:
        return "refusal"
    return "tool_calls" if calls else "stop"


class ResponsesReader(StreamReader):
    """Follows the events of a streamed response; the last one carries the whole of it."""

    def __init__(self, *, provider: str, model: str) -> None:
        self._provider = provider
        self._model = model
        self._end: Any = None
        self._thought: Any = None

    def feed(self, event: Any) -> Iterable[StreamEvent]:
        """The pieces that one event brings.

        Raises:
            ProviderError: the event tells of a failure.
        """
        kind = event.type
        if kind in _TEXT_DELTAS:
            return (StreamEvent(kind="text", text=event.delta or ""),)
        if kind in _REASONING_DELTAS:
            return (StreamEvent(kind="reasoning", text=event.delta or ""),)
        if kind == "response.output_item.done":
            return self._item(event.item)
        if kind in _ENDS:
            self._end = check_answer(event.response, provider=self._provider, model=self._model)
        elif kind == "error":
            said = event.message or "the response failed"
            raise failure_told(event.code, said, provider=self._provider, model=self._model)
        return ()

    def _item(self, item: Any) -> Iterable[StreamEvent]:
        if item.type == "reasoning":
            self._thought = data_of(item)
        elif item.type == "function_call":
            thought, self._thought = self._thought, None
            return (StreamEvent(kind="tool_call", tool_call=_read_call(data_of(item), thought)),)
        return ()

    def finish(self) -> tuple[Reading, Any]:
        """The whole answer, and the SDK's response.

        Raises:
            ProviderConnectionError: the stream ended before the answer did.
        """
        if self._end is None:
            raise ProviderConnectionError(
                f"{self._provider} broke the answer of {self._model} off before its end",
                provider=self._provider,
                model=self._model,
            )
        return read_response(self._end), self._end
