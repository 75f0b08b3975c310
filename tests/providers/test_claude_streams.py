"""Streams of Claude's put together: equal to the whole answer, and noticed where they break off. The real SDK, in memory."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import anthropic
import httpx2
import pytest
from fakes.anthropic import message, stream_of
from fakes.server import sse_bytes

from ai_models.errors import ContentFilterError, ContextLengthError, ProviderConnectionError, ProviderError, ServerError
from ai_models.providers.claude_messages import ANSWER_TOOL
from ai_models.providers.claude_provider import ClaudeProvider
from ai_models.providers.request import ToolCall
from ai_models.providers.response import Response, StreamEvent
from ai_models.providers.retrying import NO_RETRIES

REPLY = message(
    {"type": "thinking", "thinking": "The user wants the weather.", "signature": "c2ln"},
    "It is raining in Köln, and it will go on.",
    {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "weather"}},
    {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Bonn", "days": [1, 2]}},
    {"type": "tool_use", "id": "t2", "name": "now", "input": {}},
    stop_reason="tool_use",
    usage={
        "cache_creation_input_tokens": 50,
        "cache_creation": {"ephemeral_5m_input_tokens": 50, "ephemeral_1h_input_tokens": 0},
        "cache_read_input_tokens": 400,
        "output_tokens": 99,
        "output_tokens_details": {"thinking_tokens": 20},
        "server_tool_use": {"web_search_requests": 1},
    },
)


def provider_of(body: bytes, kind: str = "text/event-stream", **options: Any) -> ClaudeProvider:
    """A provider whose every call is answered with these bytes."""
    seen = options.pop("seen", [])

    def answer(sent: httpx2.Request) -> httpx2.Response:
        seen.append(json.loads(sent.content))
        return httpx2.Response(200, content=body, headers={"content-type": kind, "request-id": "req_7"})

    transport = httpx2.MockTransport(answer)
    return ClaudeProvider(
        "claude-sonnet-5.5",
        client=anthropic.Anthropic(api_key="k", max_retries=0, http_client=httpx2.Client(transport=transport)),
        async_client=anthropic.AsyncAnthropic(
            api_key="k", max_retries=0, http_client=httpx2.AsyncClient(transport=transport)
        ),
        **{"retries": NO_RETRIES, **options},
    )


def sse(events: list[object]) -> bytes:
    return b"".join(map(sse_bytes, events))


def last(events: list[StreamEvent]) -> Response:
    assert events[-1].response is not None
    return events[-1].response


def comparable(response: Response) -> dict[str, Any]:
    fields = {name: getattr(response, name) for name in response.__struct_fields__}
    return {name: value for name, value in fields.items() if name not in ("latency_ms", "source", "cost")}


async def collected(provider: ClaudeProvider) -> list[StreamEvent]:
    return [event async for event in provider.astream("?")]


def test_a_stream_is_the_whole_answer_in_pieces() -> None:
    whole = provider_of(json.dumps(REPLY).encode(), "application/json").complete("?", max_tokens=100)
    events = list(provider_of(sse(stream_of(REPLY))).stream("?"))
    assert comparable(last(events)) == comparable(whole)
    assert last(events).cost == whole.cost is not None
    assert last(events).raw.to_dict() == whole.raw.to_dict()
    assert "".join(event.text for event in events if event.kind == "text") == whole.text
    assert "".join(event.text for event in events if event.kind == "reasoning") == whole.reasoning
    assert [event.tool_call for event in events if event.kind == "tool_call"] == [
        ToolCall("t1", "weather", {"city": "Bonn", "days": [1, 2]}),
        ToolCall("t2", "now", {}),
    ]
    assert asyncio.run(collected(provider_of(sse(stream_of(REPLY)))))[:-1] == events[:-1]


def test_a_call_with_a_large_limit_is_streamed_inside() -> None:
    seen: list[dict[str, Any]] = []
    provider = provider_of(sse(stream_of(REPLY)), seen=seen)
    response = provider.complete("?")
    again = asyncio.run(provider.acomplete("?", max_tokens=21_334))
    assert comparable(response) == comparable(again)
    assert [(body["stream"], body["max_tokens"]) for body in seen] == [(True, 128_000), (True, 21_334)]
    provider_of(json.dumps(REPLY).encode(), "application/json", seen=seen).complete("?", max_tokens=21_333)
    assert "stream" not in seen[-1]


@pytest.mark.parametrize("kept", [0, 1, 5, 12])
def test_a_stream_that_ends_before_the_answer_is_a_broken_connection(kept: int) -> None:
    provider = provider_of(sse(stream_of(REPLY)[:kept]))
    with pytest.raises(ProviderConnectionError, match="ended before the answer did"):
        list(provider.stream("?"))
    with pytest.raises(ProviderConnectionError):
        provider.complete("?")
    with pytest.raises(ProviderConnectionError):
        asyncio.run(collected(provider))
    assert provider.get_metrics().failed_requests == 3


def test_an_answer_is_whole_once_it_says_why_it_ended() -> None:
    assert last(list(provider_of(sse(stream_of(REPLY)[:-1])).stream("?"))).finish_reason == "tool_calls"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("overloaded_error", "Overloaded", ServerError),
        ("api_error", "Internal server error", ServerError),
        ("invalid_request_error", "Output blocked by content filtering policy", ContentFilterError),
        ("invalid_request_error", "prompt is too long: 1 tokens > 0 maximum", ContextLengthError),
    ],
)
@pytest.mark.parametrize("after", [0, 6])
def test_an_error_within_a_stream_is_one_of_ours(kind: str, text: str, expected: type[ProviderError], after: int) -> None:
    failure = ("error", {"type": "error", "error": {"type": kind, "message": text}})
    provider = provider_of(sse([*stream_of(REPLY)[:after], failure]))
    with pytest.raises(expected) as caught:
        list(provider.stream("?"))
    assert type(caught.value) is expected
    with pytest.raises(expected):
        asyncio.run(collected(provider))


def test_an_answer_that_comes_as_a_call_streams_as_text() -> None:
    reply = message({"type": "tool_use", "id": "t", "name": ANSWER_TOOL, "input": {"a": 1}}, stop_reason="tool_use")
    events = list(provider_of(sse(stream_of(reply))).stream("?", response_schema=dict[str, int]))
    assert [event.kind for event in events] == ["text", "text", "done"]
    assert (last(events).parsed, last(events).finish_reason) == ({"a": 1}, "stop")


def test_the_input_of_a_call_that_was_cut_off_is_kept_as_it_came() -> None:
    reply = message({"type": "tool_use", "id": "t", "name": "now", "input": {"a": "long"}}, stop_reason="max_tokens")
    events = [event for event in stream_of(reply) if "long" not in str(event) and "content_block_stop" not in str(event)]
    response = last(list(provider_of(sse(events)).stream("?")))
    assert response.finish_reason == "length"
    assert response.tool_calls[0].arguments == {"": '{"a": "'}


def test_a_loop_of_a_server_tool_that_writes_more_cache_leaves_the_lifetimes_open() -> None:
    events = stream_of(REPLY)
    name, delta = events[-2]  # type: ignore[misc]
    more = {**delta, "usage": {**delta["usage"], "cache_creation_input_tokens": 80}}
    usage = last(list(provider_of(sse([*events[:-2], (name, more), events[-1]])).stream("?"))).usage
    assert usage is not None
    assert (usage.cache_write_tokens, usage.cache_write_5m_tokens) == (80, 0)


def test_citations_and_blocks_of_other_kinds_pass_through() -> None:
    cited = {"type": "char_location", "cited_text": "x", "document_index": 0, "start_char_index": 0, "end_char_index": 1}
    events = stream_of(message("Yes.", {"type": "redacted_thinking", "data": "opaque"}))
    delta = {"type": "citations_delta", "citation": {**cited, "document_title": None, "file_id": None}}
    events.insert(4, ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}))
    raw = last(list(provider_of(sse(events)).stream("?"))).raw
    assert raw.content[0].citations[0].cited_text == "x"
    assert raw.content[1].data == "opaque"
