"""Google's answers, whole or in chunks: text, thoughts, calls, how it ended, and what was used."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from ai_models.errors import AIModelsError, ContentFilterError, ProviderConnectionError, ServerError
from ai_models.pricing.usage import Usage
from ai_models.providers.calls import StreamReader
from ai_models.providers.google_contents import UNNAMED
from ai_models.providers.google_received import answer_of
from ai_models.providers.request import ToolCall
from ai_models.providers.response import FinishReason, Reading, StreamEvent

__all__ = ["GoogleReader", "reading_of", "require_answer"]

_FINISHED: dict[str, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",
    **dict.fromkeys(
        (
            "SAFETY",
            "RECITATION",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "ESCALATION",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
        ),
        "content_filter",
    ),
}
_NEEDS_NO_WORD = ("STOP", "MAX_TOKENS")
_TIER_HEADER = "x-gemini-service-tier"
"""The tier that served a call of the Gemini API, which may be a lower one than was asked for."""


def reading_of(response: Any, *, provider: str, model: str) -> Reading:
    """What a whole answer says.

    Raises:
        ContentFilterError: the prompt was blocked, so there is no answer.
    """
    answer = _Answer(provider, model)
    for _ in answer.add(answer_of(response, provider=provider, model=model)):
        continue
    return answer.reading()


def require_answer(raw: Any, *, provider: str, model: str) -> Any:
    """The response, where there is an answer in it or a reason why there is none.

    Raises:
        ServerError: neither, which another attempt may mend.
    """
    response = answer_of(raw, provider=provider, model=model)
    if not response.candidates and not _blocked(response):
        raise ServerError(
            f"{provider} answered without a candidate for {model}, and gave no reason",
            provider=provider,
            model=model,
            request_id=response.response_id,
        )
    return raw


class GoogleReader(StreamReader):
    """Puts the chunks of a streamed answer together."""

    def __init__(self, provider: str, model: str) -> None:
        self._answer = _Answer(provider, model)

    def feed(self, event: Any) -> Iterator[StreamEvent]:
        """The pieces of a chunk: text, thoughts and calls."""
        return self._answer.add(event)

    def finish(self) -> tuple[Reading, Any]:
        """The whole answer, and one response that stands for all chunks.

        Raises:
            ProviderConnectionError: the stream ended before the answer did.
            ContentFilterError: the prompt was blocked.
        """
        self._answer.require_end()
        return self._answer.reading(), self._answer.whole()


class _Answer:
    """An answer that grows with every chunk; a whole response is one chunk."""

    def __init__(self, provider: str, model: str) -> None:
        self._provider = provider
        self._model = model
        self._last: Any = None
        self._candidate: Any = None
        self._counted: Any = None
        self._grounded: list[Any] = []
        self._parts: list[Any] = []
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self._calls: list[ToolCall] = []
        self._content: Any = None
        self._reason: Any = None
        self._ended = ""
        self._message: str | None = None
        self._block: str = ""
        self._others = 0

    def add(self, chunk: Any) -> Iterator[StreamEvent]:
        """Take a chunk, and give its pieces."""
        self._last = chunk
        self._block = self._block or _blocked(chunk)
        if chunk.usage_metadata is not None:
            self._counted = chunk
        candidates = chunk.candidates or ()
        self._others = max(self._others, len(candidates) - 1)
        if not candidates:
            return
        candidate = self._candidate = candidates[0]
        if candidate.grounding_metadata is not None:
            self._grounded.append(chunk)
        self._reason = candidate.finish_reason or self._reason
        self._ended = _word(candidate.finish_reason) or self._ended
        self._message = candidate.finish_message or self._message
        self._content = candidate.content or self._content
        parts = (None if candidate.content is None else candidate.content.parts) or ()
        self._parts += parts
        for part in parts:
            yield from self._piece(part)

    def _piece(self, part: Any) -> Iterator[StreamEvent]:
        if part.text:
            (self._thoughts if part.thought else self._texts).append(part.text)
            yield StreamEvent(kind="reasoning" if part.thought else "text", text=part.text)
        if part.function_call is not None and part.function_call.name:
            call = self._call(part)
            self._calls.append(call)
            yield StreamEvent(kind="tool_call", tool_call=call)

    def _call(self, part: Any) -> ToolCall:
        found = part.function_call
        return ToolCall(
            id=found.id or f"{UNNAMED}{self._last.response_id or ''}:{len(self._calls)}",
            name=found.name,
            arguments=dict(found.args or {}),
            signature=_in_base64(part.thought_signature),
        )

    def require_end(self) -> None:
        """Pass where the answer is complete.

        Raises:
            ProviderConnectionError: it is not.
        """
        if not self._ended and not self._block:
            raise ProviderConnectionError(
                f"{self._provider} ended the stream for {self._model} before the answer",
                provider=self._provider,
                model=self._model,
                request_id=None if self._last is None else self._last.response_id,
            )

    def reading(self) -> Reading:
        """What it says.

        Raises:
            ContentFilterError: the prompt was blocked.
        """
        last = self._last
        if self._block and self._candidate is None:
            raise ContentFilterError(
                f"{self._provider} blocked the prompt for {self._model}: {self._block}",
                provider=self._provider,
                model=self._model,
                request_id=last.response_id,
            )
        usage, warnings = self._usage()
        finish = _FINISHED.get(self._ended, "other")
        return Reading(
            text="".join(self._texts),
            reasoning="".join(self._thoughts),
            tool_calls=tuple(self._calls),
            finish_reason="tool_calls" if self._calls and finish == "stop" else finish,
            model=last.model_version,
            usage=usage,
            request_id=last.response_id,
            warnings=(*self._remarks(), *warnings),
        )

    def _remarks(self) -> Iterator[str]:
        if self._ended not in _NEEDS_NO_WORD:
            said = f": {self._message}" if self._message else ""
            yield f"the answer ended because of {self._ended or 'no stated reason'}{said}"
        if self._ended == "MAX_TOKENS" and not self._texts and not self._calls:
            yield "max_tokens was used up before the answer began: thoughts count too"
        if self._ended == "CONTINUATION":
            yield "extra={'automatic_continuation': True} lets the SDK ask for the rest, each time at its price"
        if self._others:
            yield f"{self._others} more candidates are in raw only"

    def _usage(self) -> tuple[Usage | None, list[str]]:
        """What was used; searches may be told in other chunks than the tokens."""
        if self._counted is None:
            return None, []
        told = [chunk for chunk in self._grounded if chunk is not self._counted]
        counted = {
            "usage_metadata": self._counted.usage_metadata,
            "candidates": [each for each in self._counted.candidates or () if each.grounding_metadata is not None],
            "model_version": self._counted.model_version,
        }
        try:
            usage = Usage.from_google([*told, counted] if told else counted)
        except AIModelsError as error:
            return None, [f"no usage: {error}"]  # an answer that is paid for is not thrown away over its bill
        headers = getattr(self._counted.sdk_http_response, "headers", None) or {}
        tier = headers.get(_TIER_HEADER)
        return (usage.replace(service_tier=tier) if tier and tier != usage.service_tier else usage), []

    def whole(self) -> Any:
        """One response of all chunks: the last one, with the parts of all."""
        if self._candidate is None:
            return self._last
        content = None if self._content is None else self._content.model_copy(update={"parts": self._parts})
        ended = {"finish_reason": self._reason, "finish_message": self._message}
        candidate = self._candidate.model_copy(update={"content": content, **ended})
        usage = None if self._counted is None else self._counted.usage_metadata
        return self._last.model_copy(update={"candidates": [candidate], "usage_metadata": usage})


def _in_base64(signature: bytes | str | None) -> str | None:
    """A signature as standard base64; JSON has it in base64 already, perhaps in the alphabet of addresses."""
    if isinstance(signature, bytes):
        return base64.b64encode(signature).decode("ascii")
    return None if signature is None else signature.translate(_STANDARD)


_STANDARD = str.maketrans("-_", "+/")


def _blocked(chunk: Any) -> str:
    """Why a prompt was blocked; empty where it was not."""
    feedback = chunk.prompt_feedback
    if feedback is None or feedback.block_reason is None:
        return ""
    said = f" ({feedback.block_reason_message})" if feedback.block_reason_message else ""
    return f"{_word(feedback.block_reason)}{said}"


def _word(found: Any) -> str:
    """The text of one of the SDK's enumerations; empty for None and for what says nothing."""
    word = str(getattr(found, "value", found) or "")
    return "" if word.endswith("_UNSPECIFIED") else word
