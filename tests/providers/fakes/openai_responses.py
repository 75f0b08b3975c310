"""The shape of OpenAI's Responses API: answers, streams and errors as it gives them, and a server that does."""

from __future__ import annotations

import itertools
import json
from typing import Any

from fakes import openai_chat
from fakes.server import Answer, FakeServer, Recorded, plain, stream

__all__ = ["OpenAIServer", "call", "error", "reasoning", "refusal", "response", "stream_of", "usage"]

_numbers = itertools.count(1)
_PIECE = 7


def usage(**counts: Any) -> dict[str, Any]:
    """A usage with every field that the API states; ``cached``, ``written`` and ``reasoning`` are parts."""
    cached, written, thought = (counts.pop(name, 0) for name in ("cached", "written", "reasoning"))
    totals = {"input_tokens": 36, "output_tokens": 87, **counts}
    return {
        "input_tokens": totals["input_tokens"],
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
        "output_tokens": totals["output_tokens"],
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": sum(totals.values()),
    }


def call(name: str, arguments: dict[str, Any], call_id: str = "call_1") -> dict[str, Any]:
    """An item that calls a function."""
    written = json.dumps(arguments)
    return {
        "type": "function_call", "id": f"fc_{next(_numbers)}", "call_id": call_id, "name": name,
        "arguments": written, "status": "completed",
    }  # fmt: skip


def reasoning(*summary: str, encrypted: str | None = "gAAAA=") -> dict[str, Any]:
    """An item of reasoning."""
    parts = [{"type": "summary_text", "text": text} for text in summary]
    return {"type": "reasoning", "id": f"rs_{next(_numbers)}", "summary": parts, "encrypted_content": encrypted}


def refusal(text: str) -> dict[str, Any]:
    """A message that refuses."""
    return _message({"type": "refusal", "refusal": text})


def _message(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "message", "id": f"msg_{next(_numbers)}", "role": "assistant", "status": "completed", "content": [part],
    }  # fmt: skip


def response(*output: str | dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A response; text stands for a message, ``usage`` holds the counts that differ."""
    items = [
        _message({"type": "output_text", "text": item, "annotations": [], "logprobs": []}) if isinstance(item, str) else item
        for item in output
    ]
    counts = fields.pop("usage", {})
    return {
        "id": f"resp_{next(_numbers):04}",
        "object": "response",
        "created_at": 1_795_000_000,
        "status": "completed",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "model": "gpt-5.5-2026-04-23",
        "output": items,
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": "medium", "summary": None},
        "service_tier": "default",
        "store": True,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None if counts is None else usage(**counts),
        "user": None,
        "metadata": {},
        **fields,
    }


def stream_of(whole: dict[str, Any]) -> list[object]:
    """The events that bring a response, its texts in small pieces."""
    started = {**whole, "status": "in_progress", "output": [], "usage": None}
    events: list[dict[str, Any]] = [
        {"type": kind, "response": started} for kind in ("response.created", "response.in_progress")
    ]
    for index, item in enumerate(whole["output"]):
        place = {"output_index": index, "item_id": item["id"]}
        events.append(
            {"type": "response.output_item.added", "output_index": index, "item": {**item, "status": "in_progress"}}
        )
        events += [{**place, **delta} for delta in _deltas(item)]
        events.append({"type": "response.output_item.done", "output_index": index, "item": item})
    events.append({"type": f"response.{whole['status']}", "response": whole})
    return [(event["type"], {**event, "sequence_number": number}) for number, event in enumerate(events)]


def _deltas(item: dict[str, Any]) -> list[dict[str, Any]]:
    if item["type"] == "reasoning":
        kind = "response.reasoning_summary_text.delta"
        return [
            {"type": kind, "summary_index": index, "delta": piece}
            for index, part in enumerate(item["summary"])
            for piece in _pieces(part["text"])
        ]
    if item["type"] == "function_call":
        return [{"type": "response.function_call_arguments.delta", "delta": piece} for piece in _pieces(item["arguments"])]
    if item["type"] != "message":
        return []
    part = item["content"][0]
    name = "output_text" if part["type"] == "output_text" else "refusal"
    text = part.get("text") or part.get("refusal") or ""
    return [
        {"type": f"response.{name}.delta", "content_index": 0, "delta": piece, "logprobs": []} for piece in _pieces(text)
    ]


def _pieces(text: str) -> list[str]:
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def error(message: str, kind: str = "invalid_request_error", code: str | None = None) -> dict[str, Any]:
    """The body of an error, the same for both APIs."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


class OpenAIServer(FakeServer):
    """Says ``reply`` on both of OpenAI's APIs, streamed where a stream is asked for; what a test scripts goes first."""

    def __init__(self) -> None:
        super().__init__()
        self.reply = response("Hello from GPT.")
        self.completion = openai_chat.completion("Hello from GPT.")

    def says(self, text: str) -> None:
        """What it answers from now on."""
        self.reply, self.completion = response(text), openai_chat.completion(text)

    def fails(
        self, status: int, message: str, kind: str = "invalid_request_error", code: str | None = None, **headers: str
    ) -> None:
        """The next request gets an error; underscores in the names of headers stand for dashes."""
        named = {"x-request-id": "req_failed", **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.answer(error(message, kind, code), status=status, headers=named)

    def otherwise(self, request: Recorded) -> Answer:
        """The reply."""
        headers = {"x-request-id": "req_fake"}
        asked = request.json or {}
        path = request.path.partition("?")[0]
        if path.endswith("/responses/input_tokens"):
            return plain({"object": "response.input_tokens", "input_tokens": 41}, headers=headers)
        if path.endswith("/responses"):
            events = stream_of(self.reply) if asked.get("stream") else []
            return stream(events, headers=headers) if events else plain(self.reply, headers=headers)
        if path.endswith("/chat/completions"):
            include = (asked.get("stream_options") or {}).get("include_usage", False)
            chunks = openai_chat.stream_of(self.completion, usage=include) if asked.get("stream") else []
            return stream(chunks, headers=headers) if chunks else plain(self.completion, headers=headers)
        return super().otherwise(request)
