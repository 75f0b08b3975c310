"""GenAI spans: the totals include their parts, under the names of today's conventions and of yesterday's."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ai_models.errors import InvalidUsageError, UnknownShapeError
from ai_models.pricing.usage import Usage

SPAN = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-5.6",
    "gen_ai.response.model": "gpt-5.6-2026-07-01",
    "openai.response.service_tier": "flex",
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 50,
    "gen_ai.usage.cache_read.input_tokens": 60,
    "gen_ai.usage.cache_creation.input_tokens": 20,
    "gen_ai.usage.reasoning.output_tokens": 30,
}
OTLP = {
    "name": "chat",
    "attributes": [
        {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for name, value in SPAN.items()
    ],
}


class Span:
    """As the SDK's ``ReadableSpan``: the attributes are behind a property."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = SPAN

    @property
    def attributes(self) -> dict[str, object]:
        return self._held


@pytest.mark.parametrize("found", [SPAN, {"attributes": SPAN}, OTLP, SimpleNamespace(attributes=SPAN), Span()])
def test_a_span_is_read_as_it_stands(found: object) -> None:
    usage = Usage.from_response(found)
    assert usage == Usage.from_otel(found)
    assert (usage.input_tokens, usage.output_tokens) == (100, 50)
    assert (usage.cache_read_tokens, usage.cache_write_tokens, usage.reasoning_tokens) == (60, 20, 30)
    assert (usage.model, usage.service_tier) == ("gpt-5.6-2026-07-01", "flex")
    assert dict(usage.buckets.counts) == {"input": 20, "cache_read": 60, "cache_write": 20, "output": 20, "reasoning": 30}


def test_older_names_are_read() -> None:
    usage = Usage.from_otel(
        {
            "gen_ai.usage.prompt_tokens": 10,
            "gen_ai.usage.completion_tokens": 5,
            "gen_ai.usage.cache_read_input_tokens": 4,
            "gen_ai.request.model": "m",
        }
    )
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.model) == (10, 5, 4, "m")
    assert {"cache_write_tokens", "cache_write_5m_tokens", "reasoning_tokens", "web_searches"} <= set(usage.unknown)


@pytest.mark.parametrize(("total", "inputs", "noted"), [(15, 10, False), (19, 14, True), (18, 10, True)])
def test_a_total_tells_that_the_cache_was_left_out(total: int, inputs: int, noted: bool) -> None:
    usage = Usage.from_otel(
        {
            "gen_ai.usage.input_tokens": 10,
            "gen_ai.usage.output_tokens": 5,
            "gen_ai.usage.total_tokens": total,
            "gen_ai.usage.cache_read.input_tokens": 4,
        }
    )
    assert usage.input_tokens == inputs
    assert bool(usage.notes) is noted


def test_unread_counts_are_remarked_upon() -> None:
    usage = Usage.from_otel({**SPAN, "gen_ai.usage.dream_tokens": 3})
    assert usage.notes == ("the response counts gen_ai.usage.dream_tokens (3), which is not read",)


def test_a_span_without_usage_and_several_spans_are_errors() -> None:
    with pytest.raises(UnknownShapeError, match=r"gen_ai\.usage.input_tokens"):
        Usage.from_response({"gen_ai.request.model": "m"})
    with pytest.raises(UnknownShapeError, match="read each by itself"):
        Usage.from_response([SPAN, SPAN])
    assert Usage.from_otel({"attributes": [{"key": "gen_ai.usage.input_tokens", "value": 5}]}).input_tokens == 5
    with pytest.raises(InvalidUsageError):
        Usage.from_otel({"gen_ai.usage.input_tokens": -1})
