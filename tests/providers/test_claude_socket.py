"""Claude through the real SDK over a real socket: answers, every kind of failure, and connections that break."""

from __future__ import annotations

import asyncio
import inspect
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from classifying import STREAMED, Classify, classified_every_way
from fakes.anthropic import AnthropicServer, error, message, stream_of
from fakes.server import FakeServer

from ai_models import errors
from ai_models.providers.calls import CallRecord
from ai_models.providers.classification import SignalCategory
from ai_models.providers.claude_provider import ClaudeProvider
from ai_models.providers.permission import provider_requests
from ai_models.providers.response import Response
from ai_models.providers.retrying import NO_RETRIES, Retries
from ai_models.registry.provider_registry import get_provider

KEY = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789"
QUICK = Retries(attempts=3, first=0.001)
FEATURE = '{"category": "feature_request", "confidence": 0.93, "evidence": "Need SSO"}'

Caller = Callable[..., Response]


def whole(provider: ClaudeProvider, **fields: Any) -> Response:
    with provider:
        return provider.complete("Hello?", max_tokens=100, **fields)


def inside(provider: ClaudeProvider, **fields: Any) -> Response:
    """A call that is streamed inside."""
    with provider:
        return provider.complete("Hello?", max_tokens=30_000, **fields)


def streamed(provider: ClaudeProvider, **fields: Any) -> Response:
    with provider:
        response = list(provider.stream("Hello?", max_tokens=100, **fields))[-1].response
    assert response is not None
    return response


def awaited(provider: ClaudeProvider, **fields: Any) -> Response:
    async def call() -> Response:
        async with provider:
            return await provider.acomplete("Hello?", max_tokens=100, **fields)

    return asyncio.run(call())


def awaited_inside(provider: ClaudeProvider, **fields: Any) -> Response:
    async def call() -> Response:
        async with provider:
            return await provider.acomplete("Hello?", max_tokens=30_000, **fields)

    return asyncio.run(call())


def streamed_asynchronously(provider: ClaudeProvider, **fields: Any) -> Response:
    async def call() -> Response:
        async with provider:
            events = [event async for event in provider.astream("Hello?", max_tokens=100, **fields)]
        assert events[-1].response is not None
        return events[-1].response

    return asyncio.run(call())


WAYS = (whole, inside, streamed, awaited, awaited_inside, streamed_asynchronously)
every_way = pytest.mark.parametrize("call", WAYS, ids=lambda way: way.__name__)


def claude(server: FakeServer, model: str = "claude-sonnet", **options: Any) -> ClaudeProvider:
    return ClaudeProvider(model, **{"api_key": KEY, "base_url": server.url, "retries": NO_RETRIES, **options})


@every_way
def test_an_answer_comes_whichever_way_it_is_asked_for(anthropic_server: AnthropicServer, call: Caller) -> None:
    response = call(claude(anthropic_server))
    assert (response.text, response.finish_reason, response.request_id) == ("Hello from Claude.", "stop", "req_011CFake")
    assert response.usage is not None
    assert (response.usage.input_tokens, response.usage.output_tokens) == (21, 12)
    assert response.cost is not None
    assert response.cost.total > 0
    asked = anthropic_server.requests[0]
    assert (asked.path, asked.headers["authorization"]) == ("/v1/messages", f"Bearer {KEY}")


@classified_every_way
@pytest.mark.parametrize("model", ["claude-sonnet", "claude-haiku-4.5"])
def test_a_text_is_classified_and_the_cost_is_known(anthropic_server: AnthropicServer, model: str, way: Classify) -> None:
    anthropic_server.says(FEATURE)
    result = way(get_provider(model, api_key=KEY, base_url=anthropic_server.url))
    assert result.category == SignalCategory.FEATURE_REQUEST
    assert result.cost is not None
    assert result.cost > 0
    assert result.method == "structured"
    body = anthropic_server.requests[0].json
    assert body["output_config"]["format"]["schema"]["properties"]["category"]["enum"][0] == "feature_request"
    assert body.get("stream", False) is (way in STREAMED)


FAILURES = [
    (401, "authentication_error", f"invalid x-api-key {KEY}", errors.AuthenticationError),
    (403, "permission_error", "Your key may not use this resource", errors.PermissionDeniedError),
    (404, "not_found_error", "model: claude-sonnet-5-5", errors.RemoteNotFoundError),
    (413, "request_too_large", "Request exceeds the maximum size", errors.RejectedRequestError),
    (429, "rate_limit_error", "Number of request tokens has exceeded your limit", errors.RateLimitError),
    (400, "invalid_request_error", "prompt is too long: 1000001 tokens > 1000000 maximum", errors.ContextLengthError),
    (400, "invalid_request_error", "messages: at least one message is required", errors.RejectedRequestError),
    (400, "invalid_request_error", "Output blocked by content filtering policy", errors.ContentFilterError),
    (500, "api_error", "Internal server error", errors.ServerError),
    (504, "timeout_error", "Request timed out", errors.ProviderTimeoutError),
    (529, "overloaded_error", "Overloaded", errors.ServerError),
]


@every_way
@pytest.mark.parametrize(("status", "kind", "text", "expected"), FAILURES, ids=lambda value: str(value)[:30])
def test_a_failure_is_one_of_ours_with_the_sdks_own_as_its_cause(
    anthropic_server: AnthropicServer, call: Caller, status: int, kind: str, text: str, expected: type[errors.ProviderError]
) -> None:
    anthropic_server.fails(status, kind, text, retry_after="7")
    records: list[CallRecord] = []
    provider = claude(anthropic_server, on_call=records.append)
    with pytest.raises(expected) as caught:
        call(provider)
    failure = caught.value
    assert type(failure) is expected
    assert (failure.status, failure.retry_after, failure.request_id) == (status, 7.0, "req_failed")
    assert type(failure.__cause__).__module__.startswith("anthropic")
    assert KEY not in f"{failure!r} {failure} {provider!r}"
    assert (records[0].error, provider.get_metrics().failed_requests) == (failure, 1)
    assert len(anthropic_server.requests) == 1


@every_way
def test_what_takes_too_long_is_a_timeout(anthropic_server: AnthropicServer, call: Caller) -> None:
    anthropic_server.sleep(30)
    with pytest.raises(errors.ProviderTimeoutError):
        call(claude(anthropic_server), timeout=0.1)


@pytest.mark.parametrize("call", [inside, awaited_inside])
def test_an_answer_that_trickles_in_is_a_timeout_as_a_whole(anthropic_server: AnthropicServer, call: Caller) -> None:
    anthropic_server.sse(stream_of(message("A long tale. " * 20)), pause=0.02)
    with pytest.raises(errors.ProviderTimeoutError, match="not complete in time"):
        call(claude(anthropic_server), timeout=0.15)


@every_way
def test_a_connection_that_closes_without_an_answer_is_a_connection_error(
    anthropic_server: AnthropicServer, call: Caller
) -> None:
    anthropic_server.hang_up()
    with pytest.raises(errors.ProviderConnectionError):
        call(claude(anthropic_server))


@every_way
def test_a_port_where_nobody_listens_is_a_connection_error(call: Caller) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        provider = ClaudeProvider(api_key=KEY, base_url=f"http://127.0.0.1:{free.getsockname()[1]}", retries=NO_RETRIES)
        with pytest.raises(errors.ProviderConnectionError):
            call(provider)


@pytest.mark.parametrize("call", [inside, streamed, awaited_inside, streamed_asynchronously])
@pytest.mark.parametrize("events", [1, 4])
def test_a_stream_that_is_cut_off_is_a_connection_error(
    anthropic_server: AnthropicServer, call: Caller, events: int
) -> None:
    anthropic_server.sse(stream_of(message("A long tale.")), cut_after=events)
    with pytest.raises(errors.ProviderConnectionError):
        call(claude(anthropic_server))


@pytest.mark.parametrize("call", [whole, awaited])
def test_a_body_that_is_cut_off_is_a_connection_error(anthropic_server: AnthropicServer, call: Caller) -> None:
    anthropic_server.answer(message("Hello."), cut=True)
    with pytest.raises(errors.ProviderConnectionError):
        call(claude(anthropic_server))


@every_way
def test_no_key_at_all_is_an_authentication_error(anthropic_server: AnthropicServer, call: Caller, tmp_path: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path))  # where the SDK would look for a profile
        with pytest.raises(errors.AuthenticationError):
            call(claude(anthropic_server, api_key=None))
        patch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path))  # where it finds none
        with pytest.raises(errors.AuthenticationError):
            call(claude(anthropic_server, api_key=None))
    assert not anthropic_server.requests


@every_way
def test_what_may_pass_is_tried_again_and_what_may_not_is_not(anthropic_server: AnthropicServer, call: Caller) -> None:
    anthropic_server.fails(529, "overloaded_error", "Overloaded")
    anthropic_server.fails(429, "rate_limit_error", "slow down", retry_after="0.01")
    assert call(claude(anthropic_server, retries=QUICK)).text == "Hello from Claude."
    assert len(anthropic_server.requests) == 3
    anthropic_server.fails(400, "invalid_request_error", "bad")
    with pytest.raises(errors.RejectedRequestError):
        call(claude(anthropic_server, retries=QUICK))
    assert len(anthropic_server.requests) == 4


@pytest.mark.parametrize("call", [streamed, streamed_asynchronously])
def test_an_error_that_opens_a_stream_is_tried_again(anthropic_server: AnthropicServer, call: Caller) -> None:
    anthropic_server.sse([("error", error("overloaded_error", "Overloaded"))])
    assert call(claude(anthropic_server, retries=QUICK)).text == "Hello from Claude."


def test_leaving_a_stream_early_closes_its_connection(anthropic_server: AnthropicServer) -> None:
    anthropic_server.sse(stream_of(message("word " * 500)), pause=0.002)
    provider = claude(anthropic_server)
    events = provider.stream("Hello?")
    assert next(events).text == "word wo"
    events.close()  # type: ignore[attr-defined]
    assert provider.complete("Hello?", max_tokens=5).text == "Hello from Claude."
    provider.close()


def test_counting_asks_the_provider(anthropic_server: AnthropicServer) -> None:
    with claude(anthropic_server) as provider:
        assert provider.count_tokens("Hello?") == 37
        anthropic_server.fails(429, "rate_limit_error", "slow")
        with pytest.raises(errors.RateLimitError):
            provider.count_tokens("Hello?")


def test_nothing_leaves_the_process_where_calls_are_forbidden(anthropic_server: AnthropicServer) -> None:
    with claude(anthropic_server) as provider, provider_requests(allowed=False):
        for forbidden in (
            lambda: provider.complete("?"),
            lambda: provider.count_tokens("?"),
            lambda: provider.submit_batch(["?"]),
            lambda: provider.batch_results("b"),
        ):
            with pytest.raises(errors.RequestsNotAllowedError):
                forbidden()
    assert not anthropic_server.requests


def test_one_provider_serves_one_event_loop_after_another(anthropic_server: AnthropicServer) -> None:
    provider = claude(anthropic_server)

    async def call() -> str:
        response = await provider.acomplete("Hello?", max_tokens=5)
        await provider.aclose()
        return response.text

    assert [asyncio.run(call()) for _ in range(2)] == ["Hello from Claude."] * 2


def test_threads_share_one_client(anthropic_server: AnthropicServer) -> None:
    with claude(anthropic_server) as provider:
        found: list[Any] = []
        threads = [threading.Thread(target=lambda: found.append(provider._sdk)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(map(id, found))) == 1
        assert found[0].max_retries == 0


def test_a_missing_sdk_is_said_with_the_line_that_installs_it(
    anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "anthropic", None)
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'ai-models-catalog\[anthropic\]'"):
        claude(anthropic_server).complete("?", max_tokens=5)


@pytest.mark.parametrize(("one", "other"), [("submit_batch", "asubmit_batch"), ("batch_results", "abatch_results")])
def test_both_ways_of_calling_take_the_same(one: str, other: str) -> None:
    assert inspect.signature(getattr(ClaudeProvider, one)) == inspect.signature(getattr(ClaudeProvider, other))


def test_the_default_model_is_the_newest_sonnet() -> None:
    assert ClaudeProvider().model_id == ClaudeProvider("claude-sonnet").model_id
