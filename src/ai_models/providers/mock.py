"""``MockProvider``: a provider without a network, for tests and first steps: scripted answers, recorded requests.

Without a script it classifies by keywords, and answers everything else with the question; it needs no key.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar

from msgspec.structs import replace

from ai_models.errors import InvalidRequestError
from ai_models.pricing.usage import Usage
from ai_models.providers.base import LLMProvider
from ai_models.providers.calls import StreamReader
from ai_models.providers.request import Request, ToolCall
from ai_models.providers.response import Reading, StreamEvent

__all__ = ["KEYWORDS", "MockProvider", "Scripted"]

Scripted = str | ToolCall | Reading | BaseException | Callable[[Request], "str | ToolCall | Reading"]
"""An answer: its text, a tool call, a whole reading, an error to raise, or a function of the request."""

KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "churn_risk": ("cancel", "leaving", "switch to", "competitor", "refund", "unsubscribe", "terminate"),
    "bug_report": ("bug", "crash", "error", "broken", "fails", "doesn't work", "does not work", "exception", "500"),
    "expansion_signal": ("more seats", "upgrade", "enterprise plan", "additional licen", "roll out", "expand"),
    "feature_request": ("need", "would like", "wish", "please add", "feature", "support for", "integration"),
}
"""What the keyword classifier looks for, by label, in this order; the first label with a hit wins."""

_CHARACTERS_PER_TOKEN = 4
_PIECE = 8


class MockProvider(LLMProvider):
    """A provider that answers from a script and keeps every request in ``requests``."""

    display_name: ClassVar[str] = "mock"
    makes_requests: ClassVar[bool] = False

    def __init__(
        self,
        model_id: str = "",
        *args: Any,
        answers: Iterable[Scripted] | None = None,
        keywords: Mapping[str, Iterable[str]] = KEYWORDS,
        **options: Any,
    ) -> None:
        """Set the script.

        Args:
            model_id: a model of the catalogue, whose checks and prices then apply; none by default.
            args, options: as ``LLMProvider``.
            answers: one a call, in order; a call beyond the last is an ``InvalidRequestError``. None: no script.
            keywords: words by label, for classifying without a script.
        """
        super().__init__(model_id, *args, **options)
        self.requests: list[Request] = []
        self._answers = None if answers is None else iter(answers)
        self._keywords = {label: tuple(words) for label, words in keywords.items()}

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:  # noqa: ARG002 the hook's signature
        return {"request": request}

    def _send(self, payload: dict[str, Any], timeout: float) -> Reading:  # noqa: ARG002 likewise
        request: Request = payload["request"]
        self.requests.append(request)
        return _with_usage(request, self._answer(request))

    async def _asend(self, payload: dict[str, Any], timeout: float) -> Reading:
        return self._send(payload, timeout)

    @contextmanager
    def _open(self, payload: dict[str, Any], timeout: float) -> Iterator[Iterable[Any]]:
        yield _pieces(self._send(payload, timeout))

    @asynccontextmanager
    async def _aopen(self, payload: dict[str, Any], timeout: float) -> AsyncIterator[AsyncIterator[Any]]:
        yield _apieces(self._send(payload, timeout))

    def _read(self, raw: Reading) -> Reading:
        return raw

    def _reader(self) -> StreamReader:
        return _MockReader()

    def _count(self, payload: dict[str, Any]) -> int:
        return _tokens(payload["request"])

    def _method(self) -> str:
        return "structured"  # so that the keyword classifier finds the labels in the schema

    def _answer(self, request: Request) -> Reading:
        if self._answers is None:
            return Reading(text=self._unscripted(request))
        try:
            scripted = next(self._answers)
        except StopIteration:
            raise InvalidRequestError(f"MockProvider has no answer left for call {len(self.requests)}") from None
        if isinstance(scripted, BaseException):
            raise scripted
        return _reading(scripted(request) if callable(scripted) else scripted)

    def _unscripted(self, request: Request) -> str:
        said = request.messages[-1].text
        if request.response_schema is None:
            return said
        labels = _labels(request.response_schema)
        if labels is None:
            raise InvalidRequestError("MockProvider has no answer of that shape; give it answers=[…]")
        return json.dumps(self._by_keyword(json.loads(said), labels))

    def _by_keyword(self, text: str, labels: list[str]) -> dict[str, Any]:
        """The first label with a keyword in the text; without any, the general one, and unsure."""
        folded = text.casefold()
        words = {label: (*self._keywords.get(label, ()), label.casefold().replace("_", " ")) for label in labels}
        for label in sorted(labels, key=[*self._keywords, *labels].index):
            hits = [word for word in words[label] if word in folded]
            if hits:
                return {"category": label, "confidence": 0.9, "evidence": hits[0]}
        fallback = "general_feedback" if "general_feedback" in labels else labels[-1]
        return {"category": fallback, "confidence": 0.2, "evidence": ""}


class _MockReader(StreamReader):
    """Joins the pieces of a scripted answer."""

    def __init__(self) -> None:
        self._whole: Reading | None = None

    def feed(self, event: Any) -> Iterator[StreamEvent]:
        """A piece of text, or the whole reading at the end."""
        if isinstance(event, Reading):
            self._whole = event
            yield from (StreamEvent(kind="tool_call", tool_call=call) for call in event.tool_calls)
        else:
            yield StreamEvent(kind="text", text=event)

    def finish(self) -> tuple[Reading, Any]:
        """The reading that came last."""
        whole = self._whole or Reading()
        return whole, whole


def _pieces(reading: Reading) -> Iterator[str | Reading]:
    for start in range(0, len(reading.text), _PIECE):
        yield reading.text[start : start + _PIECE]
    yield reading


async def _apieces(reading: Reading) -> AsyncIterator[str | Reading]:
    for piece in _pieces(reading):
        yield piece


def _reading(scripted: object) -> Reading:
    if isinstance(scripted, Reading):
        return scripted
    if isinstance(scripted, ToolCall):
        return Reading(tool_calls=(scripted,), finish_reason="tool_calls")
    if isinstance(scripted, str):
        return Reading(text=scripted)
    raise InvalidRequestError(f"a scripted answer is a text, a ToolCall or a Reading, found {type(scripted).__name__}")


def _with_usage(request: Request, reading: Reading) -> Reading:
    """A usage by the length of the texts, where the script gives none."""
    if reading.usage is not None:
        return reading
    output = len(reading.text) // _CHARACTERS_PER_TOKEN + 1
    return replace(reading, usage=Usage(input_tokens=_tokens(request), output_tokens=output))


def _tokens(request: Request) -> int:
    characters = len(request.system) + sum(len(message.text) for message in request.messages)
    return characters // _CHARACTERS_PER_TOKEN + 1


def _labels(schema: Any) -> list[str] | None:
    """The labels that the schema of a classification offers; None for any other schema."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    category = properties.get("category") if isinstance(properties, Mapping) else None
    labels = category.get("enum") if isinstance(category, Mapping) else None
    return labels if isinstance(labels, list) else None
