"""What a model answers: text, parsed value, tool calls, reasoning, usage, cost; whole or as a stream of events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from ai_models.pricing.cost import Cost
from ai_models.pricing.usage import Usage
from ai_models.providers.received import Received
from ai_models.providers.request import ToolCall

__all__ = ["FinishReason", "Reading", "Response", "StreamEvent"]

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "other"]
"""Why an answer ended; ``other`` is whatever a provider says beyond these."""


class Reading(Struct, frozen=True, kw_only=True):
    """What a provider's translation finds in an answer, before it is priced."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: FinishReason = "stop"
    model: str | None = None
    usage: Usage | None = None
    request_id: str | None = None
    warnings: tuple[str, ...] = ()


class Response(Struct, frozen=True, kw_only=True):
    """An answer.

    ``parsed`` is the value that the request's ``response_schema`` describes. ``cost`` is None where no price is known;
    ``usage`` is None where the provider reported none. ``source`` is the answer as it came, ``raw`` the SDK's object of it.
    """

    text: str
    parsed: Any = None
    tool_calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""
    usage: Usage | None = None
    cost: Cost | None = None
    finish_reason: FinishReason = "stop"
    model: str = ""
    provider: str = ""
    latency_ms: float = 0.0
    request_id: str | None = None
    warnings: tuple[str, ...] = ()
    source: Any = None

    @property
    def raw(self) -> Any:
        """The SDK's own object, made when it is first asked for."""
        return self.source.made if isinstance(self.source, Received) else self.source

    def __repr__(self) -> str:
        """Short: an answer may be long, and the SDK's object longer."""
        shown = self.text if len(self.text) <= 60 else f"{self.text[:60]}…"
        return f"<Response {shown!r} from {self.provider}:{self.model}, {self.finish_reason}>"


class StreamEvent(Struct, frozen=True, kw_only=True):
    """A piece of an answer that is still being written; the last one, ``done``, carries the whole ``response``."""

    kind: Literal["text", "reasoning", "tool_call", "done"]
    text: str = ""
    tool_call: ToolCall | None = None
    response: Response | None = None


def texts(events: Iterator[StreamEvent]) -> Iterator[str]:
    """Only the text of a stream, as it comes."""
    return (event.text for event in events if event.kind == "text")
