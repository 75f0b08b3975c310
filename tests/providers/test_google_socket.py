"""Gemini through the real SDK over a real socket: answers, every kind of failure, and connections that break."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest
from classifying import STREAMED, Classify, classified_every_way
from fakes.google import GoogleServer, answer, blocked, call, chunks_of, error, text, thought, usage
from fakes.server import FakeServer

from ai_models import errors
from ai_models.providers import SignalCategory
from ai_models.providers.calls import CallRecord
from ai_models.providers.google_provider import GoogleProvider
from ai_models.providers.permission import provider_requests
from ai_models.providers.response import Response, StreamEvent
from ai_models.providers.retrying import NO_RETRIES, Retries
from ai_models.registry.provider_registry import get_provider

KEY = "AIzaSyA-abcdefghijklmnopqrstuvwxyz012345"
MODEL = "gemini-3.8-flash"
QUICK = Retries(attempts=3, first=0.001)
FEATURE = '{"category": "feature_request", "confidence": 0.93, "evidence": "Need SSO"}'

Caller = Callable[..., Response]


def whole(provider: GoogleProvider, **fields: Any) -> Response:
    with provider:
        return provider.complete("Hello?", **fields)


def streamed(provider: GoogleProvider, **fields: Any) -> Response:
    with provider:
        response = list(provider.stream("Hello?", **fields))[-1].response
    assert response is not None
    return response


def awaited(provider: GoogleProvider, **fields: Any) -> Response:
    async def call() -> Response:
        async with provider:
            return await provider.acomplete("Hello?", **fields)

    return asyncio.run(call())


def streamed_asynchronously(provider: GoogleProvider, **fields: Any) -> Response:
    async def call() -> Response:
        async with provider:
            events = [event async for event in provider.astream("Hello?", **fields)]
        assert events[-1].response is not None
        return events[-1].response

    return asyncio.run(call())


WAYS = (whole, streamed, awaited, streamed_asynchronously)
every_way = pytest.mark.parametrize("call_it", WAYS, ids=lambda way: way.__name__)
in_one_piece = pytest.mark.parametrize("call_it", [whole, awaited], ids=lambda way: way.__name__)
in_pieces = pytest.mark.parametrize("call_it", [streamed, streamed_asynchronously], ids=lambda way: way.__name__)


def gemini(server: FakeServer, model: str = MODEL, **options: Any) -> GoogleProvider:
    return GoogleProvider(model, **{"api_key": KEY, "base_url": server.url, "retries": NO_RETRIES, **options})


# ---- answers


@every_way
def test_an_answer_comes_whichever_way_it_is_asked_for(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.says(
        thought("The user greets me."), "Hello from Gemini.", usage={"thoughtsTokenCount": 30, "cachedContentTokenCount": 8}
    )
    response = call_it(gemini(google_server), reasoning_effort="low")
    assert (response.text, response.reasoning) == ("Hello from Gemini.", "The user greets me.")
    assert (response.finish_reason, response.request_id, response.model) == (
        "stop", google_server.reply["responseId"], "gemini-3.8-flash"
    )  # fmt: skip
    used = response.usage
    assert used is not None
    assert (used.input_tokens, used.output_tokens, used.reasoning_tokens, used.cache_read_tokens) == (21, 42, 30, 8)
    assert used.service_tier == "standard"
    assert response.cost is not None
    assert response.cost.total > 0
    assert response.raw.text == "Hello from Gemini."
    assert google_server.requests[0].headers["x-goog-api-key"] == KEY


def test_sync_and_async_and_streams_have_the_same_results(google_server: GoogleServer) -> None:
    google_server.says(thought("Hm."), "Let me look.", call("look", signature="c2ln", id=None, at="the map"))
    found = [way(gemini(google_server)) for way in WAYS]
    assert {response.finish_reason for response in found} == {"tool_calls"}
    seen = [(r.text, r.reasoning, r.tool_calls, r.usage, r.cost and r.cost.total, r.request_id, r.warnings) for r in found]
    assert all(one == seen[0] for one in seen)


def test_a_stream_brings_its_pieces_as_they_come(google_server: GoogleServer) -> None:
    google_server.says(thought("Thinking it over."), "Here you are.", call("look", signature="c2ln", at="x"))
    with gemini(google_server) as provider:
        events: list[StreamEvent] = list(provider.stream("Hello?"))
    by_kind = {
        kind: [event for event in events if event.kind == kind] for kind in ("reasoning", "text", "tool_call", "done")
    }
    assert len(by_kind["text"]) > 1
    assert "".join(event.text for event in by_kind["reasoning"]) == "Thinking it over."
    assert "".join(event.text for event in by_kind["text"]) == "Here you are."
    response = events[-1].response
    assert response is not None
    assert response.tool_calls == (by_kind["tool_call"][0].tool_call,)
    assert google_server.requests[0].path.endswith(f"/models/{MODEL}:streamGenerateContent?alt=sse")


@classified_every_way
def test_a_text_is_classified_and_the_cost_is_known(google_server: GoogleServer, way: Classify) -> None:
    google_server.says(FEATURE)
    result = way(get_provider(MODEL, api_key=KEY, base_url=google_server.url))
    assert result.category == SignalCategory.FEATURE_REQUEST
    assert result.cost is not None
    assert result.cost > 0
    assert result.method == "structured"
    assert ("streamGenerateContent" in google_server.requests[0].path) is (way in STREAMED)
    asked = google_server.requests[0].json["generationConfig"]
    assert asked["responseMimeType"] == "application/json"
    assert asked["responseJsonSchema"]["properties"]["category"]["enum"][0] == "feature_request"


@in_pieces
def test_a_text_is_classified_from_a_stream_too(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.says(FEATURE)
    response = call_it(gemini(google_server), response_schema={"type": "object", "properties": {"category": {}}})
    assert response.parsed["category"] == SignalCategory.FEATURE_REQUEST.value
    assert response.cost is not None
    assert response.cost.total > 0


def test_tokens_are_counted_with_the_instructions_and_the_functions(google_server: GoogleServer) -> None:
    from ai_models.providers import Tool

    with gemini(google_server) as provider:
        plain = provider.count_tokens("Hello?")
        more = provider.count_tokens("Hello?", system="Be brief.", tools=[Tool("look", "Looks.")])
    assert 0 < plain < more
    contents = google_server.requests[1].json["contents"]
    assert contents[0]["parts"][0]["text"] == "Be brief."
    assert "look" in contents[-1]["parts"][0]["text"]


def test_a_lower_tier_than_was_asked_for_is_what_is_paid(google_server: GoogleServer) -> None:
    dear = streamed(gemini(google_server, "gemini-3.1-pro-preview"), service_tier="standard")
    google_server.headers = {"x-gemini-service-tier": "flex"}
    cheap = whole(gemini(google_server, "gemini-3.1-pro-preview"), service_tier="standard")
    assert cheap.usage is not None
    assert cheap.usage.service_tier == "flex"
    assert cheap.cost is not None
    assert dear.cost is not None
    assert cheap.cost.total < dear.cost.total


# ---- failures

RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
BAD_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
TOO_LONG = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
FAILURES = [
    (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", errors.AuthenticationError),
    (401, "UNAUTHENTICATED", f"Request had invalid authentication credentials: {KEY}", errors.AuthenticationError),
    (403, "PERMISSION_DENIED", "The caller does not have permission", errors.PermissionDeniedError),
    (404, "NOT_FOUND", "models/gemini-9 is not found for API version v1", errors.RemoteNotFoundError),
    (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", errors.RateLimitError),
    (400, "INVALID_ARGUMENT", TOO_LONG, errors.ContextLengthError),
    (400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified", errors.RejectedRequestError),
    (400, "FAILED_PRECONDITION", "User location is not supported for the API use.", errors.RejectedRequestError),
    (500, "INTERNAL", "An internal error has occurred.", errors.ServerError),
    (503, "UNAVAILABLE", "The model is overloaded. Please try again later.", errors.ServerError),
    (504, "DEADLINE_EXCEEDED", "The request timed out.", errors.ProviderTimeoutError),
    (529, "OVERLOADED", "Overloaded", errors.ServerError),
]


@every_way
@pytest.mark.parametrize(("status", "name", "said", "expected"), FAILURES, ids=lambda value: str(value)[:30])
def test_a_failure_is_one_of_ours_with_the_sdks_own_as_its_cause(
    google_server: GoogleServer, call_it: Caller, status: int, name: str, said: str, expected: type[errors.ProviderError]
) -> None:
    google_server.fails(status, name, said, retry_after="7")
    records: list[CallRecord] = []
    provider = gemini(google_server, on_call=records.append)
    with pytest.raises(expected) as caught:
        call_it(provider)
    failure = caught.value
    assert type(failure) is expected
    assert (failure.status, failure.retry_after) == (status, 7.0)
    assert type(failure.__cause__).__module__ == "google.genai.errors"
    assert KEY not in f"{failure!r} {failure} {provider!r}"
    assert (records[0].error, provider.get_metrics().failed_requests) == (failure, 1)
    assert len(google_server.requests) == 1


@every_way
def test_how_long_to_wait_is_read_from_the_body_of_the_error(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.fails(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", BAD_KEY, RETRY_INFO)
    with pytest.raises(errors.RateLimitError) as caught:
        call_it(gemini(google_server))
    assert caught.value.retry_after == 34.5


@pytest.mark.parametrize("delay", ["soon", "a s", None])
def test_a_wait_that_is_none_is_left_out(google_server: GoogleServer, delay: str | None) -> None:
    google_server.fails(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", {"retryDelay": delay})
    with pytest.raises(errors.RateLimitError) as caught:
        whole(gemini(google_server))
    assert caught.value.retry_after is None


@every_way
def test_a_blocked_prompt_is_a_content_filter(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.reply = blocked()
    with pytest.raises(errors.ContentFilterError, match="PROHIBITED_CONTENT") as caught:
        call_it(gemini(google_server, retries=QUICK))
    assert caught.value.request_id == "resp-blocked"
    assert len(google_server.requests) == 1


@every_way
@pytest.mark.parametrize("reason", ["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "SPII", "BLOCKLIST"])
def test_an_answer_that_was_filtered_says_so_and_keeps_its_cost(
    google_server: GoogleServer, call_it: Caller, reason: str
) -> None:
    google_server.says("Here is", finish=reason)
    response = call_it(gemini(google_server))
    assert (response.text, response.finish_reason) == ("Here is", "content_filter")
    assert response.cost is not None
    assert f"the answer ended because of {reason}" in response.warnings


@every_way
@pytest.mark.parametrize(
    ("reason", "expected"),
    [("MAX_TOKENS", "length"), ("MALFORMED_FUNCTION_CALL", "other"), ("LANGUAGE", "other"), ("CONTINUATION", "length")],
)
def test_an_answer_without_content_tells_how_it_ended(
    google_server: GoogleServer, call_it: Caller, reason: str, expected: str
) -> None:
    google_server.says(finish=reason)
    response = call_it(gemini(google_server))
    assert (response.text, response.finish_reason) == ("", expected)
    assert len(google_server.requests) == 1
    told = "thoughts count too" if reason == "MAX_TOKENS" else reason
    assert any(told in warning for warning in response.warnings)


@in_one_piece
def test_an_answer_without_candidates_is_asked_for_again(google_server: GoogleServer, call_it: Caller) -> None:
    empty = {"usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 3}, "responseId": "resp-empty"}
    google_server.answer(empty)
    assert call_it(gemini(google_server, retries=QUICK)).text == "Hello from Gemini."
    google_server.answer(empty)
    with pytest.raises(errors.ServerError, match="without a candidate") as caught:
        call_it(gemini(google_server))
    assert caught.value.request_id == "resp-empty"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<html>Hello</html>", errors.RemoteNotFoundError),
        ("[]", errors.RemoteNotFoundError),
        ('{"candidates": "none"}', errors.ServerError),
        ('{"candidates": [{"content": {"parts": [{"text": 1}]}}]}', errors.ServerError),
    ],
)
@in_one_piece
def test_an_answer_that_is_none_is_a_failure(
    google_server: GoogleServer, call_it: Caller, body: str, error: type[Exception]
) -> None:
    google_server.answer(body)
    with pytest.raises(error, match=r"Google answered for gemini"):
        call_it(gemini(google_server))


@every_way
def test_what_takes_too_long_is_a_timeout(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.sleep(30)
    with pytest.raises(errors.ProviderTimeoutError):
        call_it(gemini(google_server), timeout=0.1)


@every_way
def test_a_connection_that_closes_without_an_answer_is_a_connection_error(
    google_server: GoogleServer, call_it: Caller
) -> None:
    google_server.hang_up()
    with pytest.raises(errors.ProviderConnectionError):
        call_it(gemini(google_server))
    assert len(google_server.requests) == 1


@every_way
def test_a_port_where_nobody_listens_is_a_connection_error(call_it: Caller) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(errors.ProviderConnectionError):
            call_it(GoogleProvider(MODEL, api_key=KEY, base_url=url, retries=NO_RETRIES))


@in_pieces
@pytest.mark.parametrize("after", [1, 3])
def test_a_stream_that_is_cut_off_is_a_connection_error(google_server: GoogleServer, call_it: Caller, after: int) -> None:
    google_server.sse(chunks_of(answer("A long tale that has no end.")), cut_after=after)
    with pytest.raises(errors.ProviderConnectionError):
        call_it(gemini(google_server))


@in_pieces
@pytest.mark.parametrize("kept", [0, 2])
def test_a_stream_that_ends_before_the_answer_does_is_a_connection_error(
    google_server: GoogleServer, call_it: Caller, kept: int
) -> None:
    google_server.sse(chunks_of(answer("A long tale that has no end."))[:kept])
    with pytest.raises(errors.ProviderConnectionError, match="before the answer"):
        call_it(gemini(google_server))


@in_one_piece
def test_an_answer_that_is_cut_off_is_a_connection_error(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.answer(answer("Hello."), cut=True)
    with pytest.raises(errors.ProviderConnectionError):
        call_it(gemini(google_server))


@in_pieces
def test_an_error_in_the_middle_of_a_stream_is_what_it_says(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.sse([*chunks_of(answer("A long tale."))[:1], error(503, "UNAVAILABLE", "The model is overloaded.")])
    with pytest.raises(errors.ServerError) as caught:
        call_it(gemini(google_server, retries=QUICK))
    assert caught.value.status == 503
    assert len(google_server.requests) == 1


@every_way
def test_what_may_pass_is_tried_again(google_server: GoogleServer, call_it: Caller) -> None:
    google_server.fails(503, "UNAVAILABLE", "The model is overloaded.", times=2)
    assert call_it(gemini(google_server, retries=QUICK)).text == "Hello from Gemini."
    assert len(google_server.requests) == 3


@every_way
def test_nothing_leaves_where_requests_are_forbidden(google_server: GoogleServer, call_it: Caller) -> None:
    with provider_requests(allowed=False), pytest.raises(errors.RequestsNotAllowedError):
        call_it(gemini(google_server))
    assert google_server.requests == []


def test_leaving_a_stream_closes_its_connection(google_server: GoogleServer) -> None:
    google_server.sse(chunks_of(answer("A long tale. " * 50)), pause=0.01)
    with gemini(google_server) as provider:
        stream = provider.stream("Hello?")
        assert next(stream).text
        pool = provider._client._api_client._httpx_client._transport._pool
        assert len(pool.connections) == 1
        stream.close()
        assert pool.connections == []


def test_leaving_an_asynchronous_stream_closes_its_connection(google_server: GoogleServer) -> None:
    google_server.sse(chunks_of(answer("A long tale. " * 50)), pause=0.01)

    async def leave() -> tuple[int, int]:
        async with gemini(google_server) as provider:
            stream = provider.astream("Hello?")
            assert (await anext(stream)).text
            pool = provider._async_client._http._transport._pool
            before = len(pool.connections)
            await stream.aclose()
            return before, len(pool.connections)

    assert asyncio.run(leave()) == (1, 0)


def test_a_provider_serves_one_event_loop_after_another(google_server: GoogleServer) -> None:
    provider = gemini(google_server)

    async def ask() -> str:
        try:
            return (await provider.acomplete("Hello?")).text
        finally:
            await provider.aclose()

    assert [asyncio.run(ask()), asyncio.run(ask())] == ["Hello from Gemini."] * 2


def test_searches_that_an_earlier_chunk_tells_of_are_counted(google_server: GoogleServer) -> None:
    first, *rest = chunks_of(answer("It is raining today."))
    assert isinstance(first, dict)
    first["candidates"][0]["groundingMetadata"] = {"webSearchQueries": ["weather today"]}
    google_server.sse([first, *rest])
    response = streamed(gemini(google_server), extra={"tools": [{"google_search": {}}]})
    assert response.usage is not None
    assert (response.usage.grounded_prompts, response.usage.output_tokens) == (1, 12)
    assert google_server.requests[0].json["tools"] == [{"googleSearch": {}}]


def test_an_answer_with_a_usage_that_cannot_be_is_still_an_answer(google_server: GoogleServer) -> None:
    google_server.says("Hello.", usage={"promptTokenCount": -5})
    response = whole(gemini(google_server))
    assert (response.text, response.usage, response.cost) == ("Hello.", None, None)
    assert any(warning.startswith("no usage: ") for warning in response.warnings)
    del google_server.reply["usageMetadata"]
    assert whole(gemini(google_server)).usage is None


def test_other_candidates_are_left_to_the_raw_answer(google_server: GoogleServer) -> None:
    google_server.reply["candidates"].append({"content": {"parts": [text("Or so.")]}, "index": 1, "finishReason": "STOP"})
    response = whole(gemini(google_server), extra={"candidate_count": 2})
    assert response.text == "Hello from Gemini."
    assert "1 more candidates are in raw only" in response.warnings
    assert usage()["totalTokenCount"] == 33
