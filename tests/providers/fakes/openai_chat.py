"""The shape of Chat Completions, OpenAI's and its dialects: answers and streams as they come."""

from __future__ import annotations

import itertools
import json
from typing import Any

__all__ = ["call", "completion", "stream_of", "usage"]

_numbers = itertools.count(1)
_PIECE = 7


def usage(**counts: Any) -> dict[str, Any]:
    """A usage with every field that OpenAI states; ``cached``, ``audio`` and ``reasoning`` are parts."""
    cached, audio, thought = (counts.pop(name, 0) for name in ("cached", "audio", "reasoning"))
    totals = {"prompt_tokens": 19, "completion_tokens": 10, **counts}
    return {
        "prompt_tokens": totals["prompt_tokens"],
        "completion_tokens": totals["completion_tokens"],
        "total_tokens": totals["prompt_tokens"] + totals["completion_tokens"],
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": audio},
        "completion_tokens_details": {
            "reasoning_tokens": thought, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
        },
    }  # fmt: skip


def call(name: str, arguments: dict[str, Any], call_id: str = "call_1") -> dict[str, Any]:
    """A call of a function."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def completion(
    text: str | None = None,
    *,
    calls: tuple[dict[str, Any], ...] = (),
    finish: str | None = None,
    message: dict[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """A completion; ``message`` holds more of its message, ``fields`` more of itself, ``usage=None`` leaves that out."""
    said = {"role": "assistant", "content": text, "refusal": None, "annotations": [], **(message or {})}
    if calls:
        said["tool_calls"] = list(calls)
    reason = finish or ("tool_calls" if calls else "stop")
    return {
        "id": f"chatcmpl-{next(_numbers):04}",
        "object": "chat.completion",
        "created": 1_795_000_000,
        "model": "gpt-5.5-2026-04-23",
        "choices": [{"index": 0, "message": said, "logprobs": None, "finish_reason": reason}],
        "usage": usage(),
        "service_tier": "default",
        "system_fingerprint": "fp_1",
        **fields,
    }


def stream_of(whole: dict[str, Any], *, usage: bool = True, reasoning_field: str = "reasoning_content") -> list[object]:
    """The chunks that bring a completion, its texts in small pieces; ``usage`` adds the one that OpenAI sends on request."""
    choice = whole["choices"][0]
    message = choice["message"]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{reasoning_field: piece} for piece in _pieces(message.get(reasoning_field))]
    deltas += [{"content": piece} for piece in _pieces(message.get("content"))]
    deltas += [{"refusal": piece} for piece in _pieces(message.get("refusal"))]
    for index, called in enumerate(message.get("tool_calls") or ()):
        function = called["function"]
        opened = {
            "index": index,
            "id": called["id"],
            "type": "function",
            "function": {"name": function["name"], "arguments": ""},
        }
        deltas.append({"tool_calls": [opened]})
        deltas += [
            {"tool_calls": [{"index": index, "function": {"arguments": piece}}]} for piece in _pieces(function["arguments"])
        ]
    chunks = [_chunk(whole, [{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
    chunks.append(_chunk(whole, [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]))
    if usage and whole.get("usage") is not None:
        chunks.append({**_chunk(whole, []), "usage": whole["usage"]})
    return [*chunks, "[DONE]"]


def _chunk(whole: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    kept = {name: whole[name] for name in ("id", "created", "model", "service_tier") if name in whole}
    return {**kept, "object": "chat.completion.chunk", "choices": choices}


def _pieces(text: str | None) -> list[str]:
    return [(text or "")[start : start + _PIECE] for start in range(0, len(text or ""), _PIECE)]
