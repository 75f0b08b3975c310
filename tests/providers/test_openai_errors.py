"""Every kind of failure, provoked through a socket at both of OpenAI's APIs, whichever way the call is made."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import openai
import pytest
from fakes import openai_chat, openai_responses
from fakes.openai_responses import OpenAIServer

from ai_models.errors import (
    AIModelsError,
    AuthenticationError,
    ContentFilterError,
    ContextLengthError,
    PermissionDeniedError,
    ProviderConnectionError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    RejectedRequestError,
    RemoteNotFoundError,
    RequestsNotAllowedError,
    ServerError,
)
from ai_models.providers.openai_provider import OpenAIProvider
from ai_models.providers.permission import provider_requests
from ai_models.providers.response import StreamEvent
from ai_models.providers.retrying import NO_RETRIES, Retries

pytestmark = pytest.mark.usefixtures("today")

Call = Callable[..., Any]

KEY = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"


def complete(provider: OpenAIProvider, **fields: Any) -> Any:
    with provider:
        return provider.complete("Hello", **fields)


def acomplete(provider: OpenAIProvider, **fields: Any) -> Any:
    async def call() -> Any:
        async with provider:
            return await provider.acomplete("Hello", **fields)

    return asyncio.run(call())


def streamed(provider: OpenAIProvider, **fields: Any) -> Any:
    with provider:
        return list(provider.stream("Hello", **fields))[-1].response


def astreamed(provider: OpenAIProvider, **fields: Any) -> Any:
    async def call() -> Any:
        async with provider:
            events: list[StreamEvent] = [event async for event in provider.astream("Hello", **fields)]
            return events[-1].response

    return asyncio.run(call())


WAYS = [complete, acomplete, streamed, astreamed]


def provider(server: OpenAIServer, api: Any, **options: Any) -> OpenAIProvider:
    given = {"retries": NO_RETRIES, "api_key": KEY, "base_url": f"{server.url}/v1", **options}
    return OpenAIProvider("gpt-5.5", api=api, **given)


FAILURES: dict[str, tuple[int, str, str, str | None, type[ProviderError]]] = {
    "authentication": (
        401, f"Incorrect API key provided: {KEY}.", "invalid_request_error", "invalid_api_key",
        AuthenticationError,
    ),
    "permission": (
        403, "Project has no access to gpt-5.5", "invalid_request_error", "model_not_found", PermissionDeniedError,
    ),
    "not found": (
        404, "The model `gpt-5.5` does not exist", "invalid_request_error", "model_not_found", RemoteNotFoundError,
    ),
    "rate limit": (429, "Rate limit reached for gpt-5.5", "tokens", "rate_limit_exceeded", RateLimitError),
    "context length": (
        400, "Your input exceeds the context window of this model. Please adjust your input and try again.",
        "invalid_request_error", "context_length_exceeded", ContextLengthError,
    ),
    "invalid request": (
        400, "Unsupported parameter: 'temperature' is not supported with this model.", "invalid_request_error",
        "unsupported_parameter", RejectedRequestError,
    ),
    "content filter": (
        400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "invalid_request_error", "content_filter", ContentFilterError,
    ),
    "server": (500, "The server had an error while processing your request.", "server_error", None, ServerError),
    "overloaded": (503, "That model is currently overloaded with other requests.", "server_error", None, ServerError),
    "gateway timeout": (504, "upstream request timeout", "server_error", None, ProviderTimeoutError),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_status_is_an_error_of_its_kind(openai_server: OpenAIServer, name: str, api: str, way: Call) -> None:
    status, message, kind, code, expected = FAILURES[name]
    openai_server.fails(status, message, kind, code, retry_after="7")
    with pytest.raises(ProviderError) as caught:
        way(provider(openai_server, api))
    error = caught.value
    assert type(error) is expected
    assert (error.status, error.provider, error.model, error.request_id) == (status, "OpenAI", "gpt-5.5", "req_failed")
    assert error.retry_after == 7
    assert KEY not in str(error)
    assert isinstance(error.__cause__, openai.APIStatusError)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_no_answer_in_time(openai_server: OpenAIServer, api: str, way: Call) -> None:
    openai_server.sleep(60)
    with pytest.raises(ProviderTimeoutError) as caught:
        way(provider(openai_server, api), timeout=0.1)
    assert isinstance(caught.value.__cause__, openai.APITimeoutError)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_no_connection(openai_server: OpenAIServer, api: str, way: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(ProviderConnectionError):
        way(provider(openai_server, api, base_url=address))
    openai_server.hang_up()
    with pytest.raises(ProviderConnectionError):
        way(provider(openai_server, api))


@pytest.mark.parametrize("way", [complete, acomplete])
def test_an_answer_that_is_cut_off(openai_server: OpenAIServer, way: Call) -> None:
    openai_server.answer(openai_responses.response("Half of it"), cut=True)
    with pytest.raises(ProviderConnectionError):
        way(provider(openai_server, "responses"))


@pytest.mark.parametrize("way", [streamed, astreamed])
@pytest.mark.parametrize("ends", ["cut", "early"])
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_stream_that_is_cut_off(openai_server: OpenAIServer, api: str, ends: str, way: Call) -> None:
    events = (
        openai_responses.stream_of(openai_responses.response("Hello there, all of you"))
        if api == "responses"
        else openai_chat.stream_of(openai_chat.completion("Hello there, all of you"))
    )
    if ends == "cut":
        openai_server.sse(events, cut_after=4)
    else:
        openai_server.sse([*events[:4], "[DONE]"])
    calling = provider(openai_server, api)
    with pytest.raises(ProviderConnectionError):
        way(calling)
    assert calling.get_metrics().failed_requests == 1


@pytest.mark.parametrize("way", [streamed, astreamed])
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_stream_without_events(openai_server: OpenAIServer, api: str, way: Call) -> None:
    openai_server.sse(["[DONE]"])
    with pytest.raises(ProviderConnectionError, match="before its end"):
        way(provider(openai_server, api))


@pytest.mark.parametrize("way", [streamed, astreamed])
@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"type": "error", "code": "rate_limit_exceeded", "message": "slow down", "param": None}, RateLimitError),
        ({"type": "error", "error": {"code": "server_error", "message": "we failed", "type": "server_error"}}, ServerError),
        ({"type": "error", "code": None, "message": "context_length_exceeded", "param": None}, ContextLengthError),
    ],
)
def test_a_stream_that_tells_of_an_error(
    openai_server: OpenAIServer, event: dict[str, Any], expected: type[AIModelsError], way: Call
) -> None:
    events = openai_responses.stream_of(openai_responses.response("Hello"))
    openai_server.sse([*events[:3], ("error", {**event, "sequence_number": 3})])
    with pytest.raises(expected):
        way(provider(openai_server, "responses"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("server_error", ServerError),
        ("rate_limit_exceeded", RateLimitError),
        ("invalid_prompt", RejectedRequestError),
        ("image_parse_error", RejectedRequestError),
        ("image_content_policy_violation", ContentFilterError),
        ("bio_policy", ContentFilterError),
        ("vector_store_timeout", ProviderTimeoutError),
    ],
)
def test_a_response_that_failed(openai_server: OpenAIServer, code: str, expected: type[AIModelsError], way: Call) -> None:
    failed = {"code": code, "message": "It did not work."}
    openai_server.reply = openai_responses.response(status="failed", error=failed, usage=None)
    with pytest.raises(expected, match="It did not work"):
        way(provider(openai_server, "responses"))


@pytest.mark.parametrize("way", WAYS)
def test_what_failed_is_tried_again(openai_server: OpenAIServer, way: Call) -> None:
    openai_server.fails(429, "slow down", "tokens", "rate_limit_exceeded", retry_after_ms="5")
    openai_server.fails(503, "overloaded", "server_error")
    response = way(provider(openai_server, "responses", retries=Retries(first=0.01)))
    assert response.text == "Hello from GPT."
    assert len(openai_server.requests) == 3


def test_retry_after_is_honoured(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("ai_models.providers.retrying.time.sleep", waits.append)
    openai_server.fails(429, "slow down", "tokens", "rate_limit_exceeded", retry_after="0.2")
    complete(provider(openai_server, "responses", retries=Retries(first=0.001)))
    assert waits == [0.2]


@pytest.mark.parametrize("way", WAYS)
def test_a_missing_key_is_found_before_anything_is_sent(openai_server: OpenAIServer, way: Call) -> None:
    with pytest.raises(AuthenticationError, match="OPENAI_API_KEY is not set"):
        way(provider(openai_server, "responses", api_key=None))
    assert openai_server.requests == []


def test_the_key_of_the_environment(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{openai_server.url}/v1")
    with OpenAIProvider("gpt-5.5") as calling:
        assert calling.complete("Hello").text == "Hello from GPT."
        assert KEY not in repr(calling)
    assert openai_server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sent_where_requests_are_not_allowed(openai_server: OpenAIServer, way: Call) -> None:
    with provider_requests(allowed=False), pytest.raises(RequestsNotAllowedError):
        way(provider(openai_server, "responses"))
    assert openai_server.requests == []


@pytest.mark.parametrize("way", [complete, acomplete])
def test_an_address_that_is_no_api(openai_server: OpenAIServer, way: Call) -> None:
    openai_server.answer("<html>Welcome</html>", headers={"content-type": "text/html"})
    with pytest.raises(RemoteNotFoundError, match="is it the base URL"):
        way(provider(openai_server, "chat"))
