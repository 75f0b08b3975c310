"""What a Claude model answered: a message of the SDK's read whole, or put together from the events of a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ai_models.errors import AIModelsError, ProviderConnectionError
from ai_models.pricing.usage import Usage
from ai_models.providers.calls import StreamReader
from ai_models.providers.claude_messages import ANSWER_TOOL
from ai_models.providers.claude_sdk import sdk
from ai_models.providers.failures import failure_in
from ai_models.providers.received import data_of, no_answer, request_id_of
from ai_models.providers.request import ToolCall
from ai_models.providers.response import FinishReason, Reading, StreamEvent

__all__ = ["ClaudeReader", "Identified", "check_message", "reading_of"]

_FINISH: dict[str | None, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
    "pause_turn": "other",  # a server tool wants another round: send the raw content back to go on
}
_TOOL_USES = ("tool_use", "server_tool_use")


def reading_of(raw: Any) -> Reading:
    """What a message says: one that was received, or the SDK's object."""
    message = data_of(raw)
    texts: list[str] = []
    thoughts: list[str] = []
    calls: list[ToolCall] = []
    unseen: list[dict[str, Any]] = []  # thinking that no call carries yet
    for block in message.get("content") or ():
        kind = block.get("type")
        if kind == "text":
            texts.append(block.get("text") or "")
        elif kind in ("thinking", "redacted_thinking"):
            thoughts.append(block.get("thinking") or "")
            unseen.append(block)
        elif kind == "tool_use" and block.get("name") == ANSWER_TOOL:
            texts.append(json.dumps(_arguments(block.get("input")), ensure_ascii=False))
        elif kind == "tool_use":
            signature = json.dumps(unseen, ensure_ascii=False, sort_keys=True) if unseen else None
            calls.append(_call(block.get("id"), block.get("name"), block.get("input"), signature))
            unseen = []
    usage, warnings = _usage(message)
    return Reading(
        text="".join(texts),
        reasoning="\n\n".join(filter(None, thoughts)),
        tool_calls=tuple(calls),
        finish_reason=_finish(message.get("stop_reason"), calls),
        model=message.get("model"),
        usage=usage,
        request_id=request_id_of(raw),
        warnings=warnings,
    )


def check_message(raw: Any, *, provider: str, model: str) -> Any:
    """The answer itself, unless it says that there is none: gateways answer 200 and tell of an error inside.

    Raises:
        ProviderError: it tells of one, or is no message.
    """
    message = data_of(raw)
    if error := message.get("error"):
        raise failure_in(error, provider=provider, model=model)
    if "content" not in message:
        raise no_answer(provider=provider, model=model, request_id=request_id_of(raw))
    return raw


def _call(call_id: str | None, name: str | None, given: object, signature: str | None = None) -> ToolCall:
    return ToolCall(id=call_id or "", name=name or "", arguments=_arguments(given), signature=signature)


def _arguments(given: object) -> dict[str, Any]:
    """The input of a tool: an object, or the text of one, as some gateways have it."""
    found = _input(given, {}) if isinstance(given, str) else given
    return dict(found) if isinstance(found, Mapping) else {}


def _finish(reason: str | None, calls: list[ToolCall]) -> FinishReason:
    if reason == "tool_use" and not calls:
        return "stop"  # the answer itself came as a call
    return _FINISH.get(reason, "other")


def _usage(message: dict[str, Any]) -> tuple[Usage | None, tuple[str, ...]]:
    """The usage of an answer, or why it cannot be read: an answer is worth more than its bill."""
    if message.get("usage") is None:
        return None, ()
    try:
        return Usage.from_anthropic(message), ()
    except AIModelsError as error:
        return None, (f"the usage cannot be read: {error}",)


class Identified:
    """A stream of the SDK's whose first message knows the identifier of its request, as a whole message does."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._mark(next(self._stream))

    def __aiter__(self) -> Identified:
        return self

    async def __anext__(self) -> Any:
        return self._mark(await anext(self._stream))

    def _mark(self, event: Any) -> Any:
        if event.type == "message_start" and event.message is not None:
            event.message._request_id = self._stream.response.headers.get("request-id")
        return event


class ClaudeReader(StreamReader):
    """Builds the message that a stream of raw events brings.

    The SDK's own helper parses a tool's whole input again with every piece of it; this reads it once, at its end.
    """

    def __init__(self) -> None:
        self._message: Any = None
        self._blocks: dict[int, Any] = {}
        self._pieces: dict[int, list[str]] = {}
        self._usage: dict[str, Any] = {}
        self._stop: dict[str, Any] = {}

    def feed(self, event: Any) -> Iterable[StreamEvent]:
        """The pieces that an event brings."""
        if event.type == "message_start":
            self._message = event.message
        elif event.type == "content_block_start":
            self._blocks[event.index] = event.content_block
            self._pieces[event.index] = []
        elif event.type == "content_block_delta":
            return self._grow(event.index, event.delta)
        elif event.type == "content_block_stop":
            return self._close(event.index)
        elif event.type == "message_delta":
            self._stop = _stated(event.delta)
            self._usage |= _stated(event.usage)
        return ()

    def finish(self) -> tuple[Reading, Any]:
        """The whole answer, and the message.

        Raises:
            ProviderConnectionError: the stream ended before it.
        """
        if self._message is None or not self._stop.get("stop_reason"):
            raise ProviderConnectionError("the stream of the answer ended before the answer did", provider="Claude")
        for index in list(self._pieces):
            list(self._close(index))  # a block whose end was not announced
        message = self._message
        begun = sdk().types.Usage.construct() if message.usage is None else message.usage
        usage = begun.model_copy(update={"output_tokens": None, **self._usage})  # what the start states is a first guess
        written = self._usage.get("cache_creation_input_tokens")
        if written is not None and written != begun.cache_creation_input_tokens:
            usage = usage.model_copy(update={"cache_creation": None})  # the split by lifetime was of the start only
        content = [self._blocks[index] for index in sorted(self._blocks)]
        whole = message.model_copy(update={**self._stop, "content": content, "usage": usage})
        whole._request_id = getattr(message, "_request_id", None)
        return reading_of(whole), whole

    def _grow(self, index: int, delta: Any) -> Iterator[StreamEvent]:
        block, pieces = self._blocks.get(index), self._pieces.setdefault(index, [])
        if delta.type == "text_delta":
            pieces.append(delta.text or "")
            yield StreamEvent(kind="text", text=delta.text or "")
        elif delta.type == "thinking_delta":
            pieces.append(delta.thinking or "")
            yield StreamEvent(kind="reasoning", text=delta.thinking or "")
        elif delta.type == "input_json_delta":
            pieces.append(delta.partial_json)
            if getattr(block, "name", None) == ANSWER_TOOL:
                yield StreamEvent(kind="text", text=delta.partial_json)
        elif block is not None and delta.type == "signature_delta":
            self._blocks[index] = block.model_copy(update={"signature": delta.signature})
        elif block is not None and delta.type == "citations_delta":
            cited = [*(block.citations or []), delta.citation]
            self._blocks[index] = block.model_copy(update={"citations": cited})

    def _close(self, index: int) -> Iterator[StreamEvent]:
        """Put the pieces of a block into it; a tool call is an event of its own."""
        block, pieces = self._blocks.get(index), "".join(self._pieces.pop(index, ()))
        if block is None:
            return
        if block.type == "text":
            self._blocks[index] = block.model_copy(update={"text": (block.text or "") + pieces})
        elif block.type == "thinking":
            self._blocks[index] = block.model_copy(update={"thinking": (block.thinking or "") + pieces})
        elif block.type in _TOOL_USES:
            self._blocks[index] = block = block.model_copy(update={"input": _input(pieces, block.input)})
            if block.type == "tool_use" and block.name != ANSWER_TOOL:
                yield StreamEvent(kind="tool_call", tool_call=_call(block.id, block.name, block.input))


def _stated(part: Any) -> dict[str, Any]:
    """The fields of a delta that say something; what they leave out keeps its earlier value."""
    if part is None:
        return {}
    names = (*type(part).model_fields, *(part.model_extra or ()))
    return {name: value for name in names if (value := getattr(part, name, None)) is not None}


def _input(pieces: str, given: object) -> object:
    """A tool's input; JSON that was cut off at the limit of tokens is kept as text, under a name that no tool has."""
    if not pieces:
        return given
    try:
        found = json.loads(pieces)
    except (ValueError, RecursionError):  # the latter for a thousand brackets
        found = None
    return found if isinstance(found, dict) else {"": pieces}
