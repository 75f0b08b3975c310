"""The shape of Anthropic's Messages API: answers, streams and errors as it gives them, and a server that does."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from fakes.server import Answer, FakeServer, Recorded, plain, stream

__all__ = ["AnthropicServer", "error", "message", "stream_of", "usage"]

_numbers = itertools.count(1)
_PIECE = 7


def usage(**counts: Any) -> dict[str, Any]:
    """A usage with every field that the API states."""
    return {
        "input_tokens": 21,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": 12,
        "output_tokens_details": {"thinking_tokens": 0},
        "server_tool_use": None,
        "service_tier": "standard",
        "inference_geo": "global",
        **counts,
    }


def message(*content: str | dict[str, Any], stop_reason: str = "end_turn", **fields: Any) -> dict[str, Any]:
    """A message; text stands for a block of text, ``usage`` holds the counts that differ."""
    blocks = [{"type": "text", "text": block, "citations": None} if isinstance(block, str) else block for block in content]
    counts: Mapping[str, Any] = fields.pop("usage", {})
    return {
        "id": f"msg_{next(_numbers):04}",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5-5",
        "content": blocks,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "stop_details": None,
        "container": None,
        "usage": usage(**counts),
        **fields,
    }


def stream_of(whole: dict[str, Any]) -> list[object]:
    """The events that bring a message, its texts in small pieces."""
    start = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": start}]
    for index, block in enumerate(whole["content"]):
        empty, deltas = _opened(block)
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        if index == 0:
            events.append({"type": "ping"})
        events.extend({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas)
        events.append({"type": "content_block_stop", "index": index})
    final = ("output_tokens", "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "server_tool_use")
    counts = {name: whole["usage"][name] for name in (*final, "output_tokens_details")}
    stopped = {name: whole[name] for name in ("stop_reason", "stop_sequence", "stop_details", "container")}
    events.append({"type": "message_delta", "delta": stopped, "usage": counts})
    events.append({"type": "message_stop"})
    return [(event["type"], event) for event in events]


def _opened(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A block as it begins, and what makes it whole."""
    if block["type"] == "text":
        return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
    if block["type"] == "thinking":
        deltas: list[dict[str, Any]] = [
            {"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])
        ]
        return {**block, "thinking": "", "signature": ""}, [
            *deltas,
            {"type": "signature_delta", "signature": block["signature"]},
        ]
    if block["type"] in ("tool_use", "server_tool_use"):
        written = json.dumps(block["input"]) if block["input"] else ""
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in _pieces(written)]
    return block, []


def _pieces(text: str) -> list[str]:
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def error(kind: str, text: str) -> dict[str, Any]:
    """The body of an error."""
    return {"type": "error", "error": {"type": kind, "message": text, "details": None}, "request_id": "req_body"}


class AnthropicServer(FakeServer):
    """Says ``reply`` to whatever is asked, streamed where a stream is asked for; what a test scripts goes first."""

    def __init__(self) -> None:
        super().__init__()
        self.reply = message("Hello from Claude.")

    def says(self, *content: str | dict[str, Any], **fields: Any) -> None:
        """What it answers from now on."""
        self.reply = message(*content, **fields)

    def fails(self, status: int, kind: str, text: str, *, times: int = 1, **headers: str) -> None:
        """The next requests get an error; underscores in the names of headers stand for dashes."""
        named = {"request-id": "req_failed", **{name.replace("_", "-"): value for name, value in headers.items()}}
        for _ in range(times):
            self.answer(error(kind, text), status=status, headers=named)

    def otherwise(self, request: Recorded) -> Answer:
        """The reply."""
        headers = {"request-id": "req_011CFake"}
        asked = request.json or {}
        if request.path.startswith("/v1/messages/count_tokens"):
            return plain({"input_tokens": 37}, headers=headers)
        if request.path.startswith("/v1/messages") or "/invoke" in request.path or "awPredict" in request.path:
            if asked.get("stream"):
                return stream(stream_of(self.reply), headers=headers)
            return plain(self.reply, headers=headers)
        return super().otherwise(request)
