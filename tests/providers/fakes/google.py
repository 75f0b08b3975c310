"""The shape of Google's generateContent: answers, streams, errors and batches as it gives them, and a server that does."""

from __future__ import annotations

import itertools
import json
from typing import Any

from fakes.server import Answer, FakeServer, Recorded, plain, stream

__all__ = [
    "GoogleServer",
    "answer",
    "batch",
    "blocked",
    "call",
    "chunks_of",
    "error",
    "finished_batch",
    "text",
    "thought",
    "usage",
]

_numbers = itertools.count(1)
_PIECE = 7
SAFE = [
    {"category": f"HARM_CATEGORY_{name}", "probability": "NEGLIGIBLE"}
    for name in ("HATE_SPEECH", "DANGEROUS_CONTENT", "HARASSMENT", "SEXUALLY_EXPLICIT")
]


def usage(**counts: Any) -> dict[str, Any]:
    """A usage as the Gemini API states it: counts that are 0 are left out."""
    given = {"promptTokenCount": 21, "candidatesTokenCount": 12, "serviceTier": "standard", **counts}
    total = sum(
        given.get(name) or 0
        for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount")
    )
    details = [{"modality": "TEXT", "tokenCount": given["promptTokenCount"]}]
    return {"totalTokenCount": total, "promptTokensDetails": details, **given}


def text(said: str) -> dict[str, Any]:
    """A part of text."""
    return {"text": said}


def thought(said: str) -> dict[str, Any]:
    """A summary of what the model thought."""
    return {"text": said, "thought": True}


def call(name: str, *, signature: str | None = None, id: str | None = "call_a1", **arguments: Any) -> dict[str, Any]:
    """A function call, with the thought's signature in base64."""
    part: dict[str, Any] = {"functionCall": {"name": name, "args": arguments, **({"id": id} if id else {})}}
    return part if signature is None else {**part, "thoughtSignature": signature}


def answer(
    *parts: str | dict[str, Any],
    finish: str | None = "STOP",
    message: str | None = None,
    usage: dict[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """A response; text stands for a part of text, ``usage`` holds the counts that differ."""
    made = [text(part) if isinstance(part, str) else part for part in parts]
    candidate: dict[str, Any] = {"content": {"parts": made, "role": "model"} if made else {"role": "model"}, "index": 0}
    if finish is not None:
        candidate["finishReason"] = finish
    if message is not None:
        candidate["finishMessage"] = message
    return {
        "candidates": [{**candidate, "safetyRatings": SAFE}],
        "usageMetadata": _usage(**(usage or {})),
        "modelVersion": "gemini-3.8-flash",
        "responseId": f"resp-{next(_numbers):04}",
        **fields,
    }


_usage = usage


def blocked(reason: str = "PROHIBITED_CONTENT") -> dict[str, Any]:
    """The response to a prompt that was refused: no candidates at all."""
    return {
        "promptFeedback": {"blockReason": reason, "safetyRatings": SAFE},
        "usageMetadata": {"promptTokenCount": 21, "totalTokenCount": 21},
        "modelVersion": "gemini-3.8-flash",
        "responseId": "resp-blocked",
    }


def chunks_of(whole: dict[str, Any]) -> list[object]:
    """The chunks that bring a response: texts in small pieces, the usage growing, the reason at the end."""
    if not whole.get("candidates"):
        return [whole]
    candidate = whole["candidates"][0]
    pieces = [piece for part in candidate["content"].get("parts", ()) for piece in _pieces(part)] or [None]
    chunks: list[object] = []
    for number, piece in enumerate(pieces, 1):
        content = {"role": "model", **({} if piece is None else {"parts": [piece]})}
        is_last = number == len(pieces)
        shown = {**candidate, "content": content} if is_last else {"content": content, "index": 0}
        so_far = {"promptTokenCount": whole["usageMetadata"]["promptTokenCount"], "candidatesTokenCount": number}
        counted = whole["usageMetadata"] if is_last else {**so_far, "totalTokenCount": sum(so_far.values())}
        chunks.append({**whole, "candidates": [shown], "usageMetadata": counted})
    return chunks


def _pieces(part: dict[str, Any]) -> list[dict[str, Any]]:
    if "text" not in part:
        return [part]
    said = part["text"]
    return [{**part, "text": said[start : start + _PIECE]} for start in range(0, len(said), _PIECE)]


def error(status: int, name: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    """The body of an error."""
    body: dict[str, Any] = {"code": status, "message": message, "status": name}
    return {"error": {**body, "details": list(details)} if details else body}


def batch(state: str, *entries: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A batch; entries are ``{"response": …}`` or ``{"error": …}``, in the order in which they were submitted."""
    labelled = [{"metadata": {"request": str(place)}, **entry} for place, entry in enumerate(entries)]
    held = {"output": {"inlinedResponses": {"inlinedResponses": labelled}}} if entries else {}
    metadata = {
        "@type": "type.googleapis.com/google.ai.generativelanguage.v1.GenerateContentBatch",
        "model": "models/gemini-3.8-flash",
        "displayName": "batch",
        "createTime": "2026-11-01T10:00:00Z",
        "updateTime": "2026-11-01T10:05:00Z",
        "state": f"BATCH_STATE_{state}",
        **held,
        **fields,
    }
    return {"name": "batches/b1", "metadata": metadata}


def finished_batch(*entries: dict[str, Any]) -> dict[str, Any]:
    """A batch that is done."""
    return {**batch("SUCCEEDED", *entries), "done": True}


class GoogleServer(FakeServer):
    """Says ``reply`` to whatever is asked, streamed where a stream is asked for; what a test scripts goes first."""

    def __init__(self) -> None:
        super().__init__()
        self.reply = answer("Hello from Gemini.")
        self.headers = {"x-gemini-service-tier": "standard"}

    def says(self, *parts: str | dict[str, Any], **fields: Any) -> None:
        """What it answers from now on."""
        self.reply = answer(*parts, **fields)

    def fails(self, status: int, name: str, message: str, *details: dict[str, Any], times: int = 1, **headers: str) -> None:
        """The next requests get an error; underscores in the names of headers stand for dashes."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        for _ in range(times):
            self.answer(error(status, name, message, *details), status=status, headers=named)

    def otherwise(self, request: Recorded) -> Answer:
        """The reply."""
        if ":countTokens" in request.path:
            return plain({"totalTokens": len(json.dumps(request.json["contents"]))})
        if ":streamGenerateContent" in request.path:
            return stream(chunks_of(self.reply), headers=self.headers)
        if ":generateContent" in request.path:
            return plain(self.reply, headers=self.headers)
        return super().otherwise(request)
