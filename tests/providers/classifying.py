"""The four ways to have a text classified: sync and async, whole and streamed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ai_models.providers import ClassificationResult, LLMProvider, StreamEvent

__all__ = ["STREAMED", "WAYS", "Classify", "classified_every_way"]

TEXT = "Need SSO integration"

Classify = Callable[[LLMProvider], ClassificationResult]


def whole(provider: LLMProvider) -> ClassificationResult:
    with provider:
        return provider.classify(TEXT)


def streamed(provider: LLMProvider) -> ClassificationResult:
    events: list[StreamEvent] = []
    with provider:
        result = provider.classify(TEXT, on_event=events.append)
    return watched(result, events)


def awaited(provider: LLMProvider) -> ClassificationResult:
    async def classify() -> ClassificationResult:
        async with provider:
            return await provider.aclassify(TEXT)

    return asyncio.run(classify())


def awaited_in_pieces(provider: LLMProvider) -> ClassificationResult:
    events: list[StreamEvent] = []

    async def classify() -> ClassificationResult:
        async with provider:
            return await provider.aclassify(TEXT, on_event=events.append)

    return watched(asyncio.run(classify()), events)


def watched(result: ClassificationResult, events: list[StreamEvent]) -> ClassificationResult:
    """The result, after a look at the pieces that led to it."""
    said = "".join(event.text for event in events if event.kind == "text")
    assert result.category.value in said
    assert [event.kind for event in events].index("done") == len(events) - 1
    return result


STREAMED = (streamed, awaited_in_pieces)
WAYS = (whole, streamed, awaited, awaited_in_pieces)
classified_every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
