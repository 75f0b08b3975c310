"""Calls of OpenAI's models through the real SDK and a real socket: the four ways agree, and each costs something."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import openai
import pytest
from classifying import STREAMED, Classify, classified_every_way
from fakes import openai_chat, openai_responses
from fakes.openai_responses import OpenAIServer
from fakes.server import FakeServer

from ai_models.errors import (
    AuthenticationError,
    BatchNotFinishedError,
    CostLimitError,
    InvalidRequestError,
    MissingExtraError,
    RateLimitError,
    RejectedRequestError,
    UnsupportedCapabilityError,
)
from ai_models.providers.base import LLMProvider
from ai_models.providers.calls import CallRecord
from ai_models.providers.classification import SignalCategory
from ai_models.providers.openai_provider import AzureOpenAIProvider, OpenAIProvider
from ai_models.providers.request import Audio, Message, Tool
from ai_models.providers.response import Response, StreamEvent
from ai_models.providers.retrying import NO_RETRIES
from ai_models.registry.provider_registry import get_provider

pytestmark = pytest.mark.usefixtures("today")

FEATURE_REQUEST = '{"category": "feature_request", "confidence": 0.94, "evidence": "Need SSO"}'
KEY = "sk-proj-0123456789abcdefghijklmnop"
WEATHER = Tool("weather", "The weather of a place.", {"type": "object", "properties": {"place": {"type": "string"}}})


def made(server: FakeServer, model: str = "gpt-5.5", **options: Any) -> LLMProvider:
    return get_provider(model, **{"api_key": KEY, "base_url": f"{server.url}/v1", "retries": NO_RETRIES, **options})


def run(call: Callable[[], Any]) -> Any:
    return asyncio.run(call())


# ---- classify


@classified_every_way
@pytest.mark.parametrize("options", [{}, {"api": "chat"}])
def test_a_feature_request_is_one_and_costs_something(
    openai_server: OpenAIServer, options: dict[str, Any], way: Classify
) -> None:
    openai_server.says(FEATURE_REQUEST)
    result = way(made(openai_server, **options))
    assert result.category == SignalCategory.FEATURE_REQUEST
    assert result.cost is not None
    assert result.cost > 0
    assert (result.method, result.model) == ("structured", "gpt-5.5")
    assert openai_server.requests[0].json.get("stream", False) is (way in STREAMED)


def test_classify_many_in_order(openai_server: OpenAIServer) -> None:
    openai_server.says(FEATURE_REQUEST)
    with made(openai_server) as provider:
        results = provider.classify_many(["Need SSO", "Need SAML", "Need LDAP"], concurrency=3)
    assert [result.category for result in results] == [SignalCategory.FEATURE_REQUEST] * 3
    assert provider.get_metrics().to_dict()["total_requests"] == 3


# ---- four ways, one answer


def ways(server: OpenAIServer, prompt: object, options: dict[str, Any], **fields: Any) -> list[Response]:
    with made(server, **options) as provider:
        responses = [provider.complete(prompt, **fields)]
        responses += [event.response for event in provider.stream(prompt, **fields) if event.response is not None]

    async def both() -> list[Response]:
        async with made(server, **options) as provider:
            found = [await provider.acomplete(prompt, **fields)]
            return found + [
                event.response async for event in provider.astream(prompt, **fields) if event.response is not None
            ]

    return responses + run(both)


def facts(response: Response) -> tuple[Any, ...]:
    cost = None if response.cost is None else response.cost.total
    return (
        response.text, response.reasoning, response.tool_calls, response.finish_reason, response.usage, cost, response.model,
        response.parsed, response.warnings,
    )  # fmt: skip


ANSWERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": (
        openai_responses.response("Hello there.", usage={"cached": 20, "reasoning": 8}),
        openai_chat.completion("Hello there.", usage=openai_chat.usage(cached=8, reasoning=2)),
    ),
    "tools": (
        openai_responses.response(
            openai_responses.reasoning("Look first."),
            "I look.",
            openai_responses.call("weather", {"place": "Oslo"}),
            openai_responses.call("weather", {"place": "Bergen"}, "call_2"),
            service_tier="priority",
        ),
        openai_chat.completion(
            "I look.",
            calls=(
                openai_chat.call("weather", {"place": "Oslo"}),
                openai_chat.call("weather", {"place": "Bergen"}, "call_2"),
            ),
            message={"reasoning_content": "Look first."},
            service_tier="priority",
        ),
    ),
    "refusal": (
        openai_responses.response(openai_responses.refusal("I will not do that.")),
        openai_chat.completion(None, message={"refusal": "I will not do that."}),
    ),
    "cut by the limit": (
        openai_responses.response("Half an", status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
        openai_chat.completion("Half an", finish="length"),
    ),
}


@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize("name", ANSWERS)
def test_the_four_ways_agree(openai_server: OpenAIServer, name: str, api: str) -> None:
    openai_server.reply, openai_server.completion = ANSWERS[name]
    found = ways(openai_server, "Hello", {"api": api}, tools=[WEATHER])
    assert len(found) == 4
    assert [facts(response) for response in found] == [facts(found[0])] * 4
    assert found[0].cost is not None
    assert {type(response.raw) for response in found} == {type(found[0].raw)}


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_stream_comes_in_pieces(openai_server: OpenAIServer, api: str) -> None:
    openai_server.reply, openai_server.completion = ANSWERS["tools"]
    with made(openai_server, api=api) as provider:
        events: list[StreamEvent] = list(provider.stream("Hello", tools=[WEATHER]))
    assert "".join(event.text for event in events if event.kind == "text") == "I look."
    assert "".join(event.text for event in events if event.kind == "reasoning") == "Look first."
    done = events[-1].response
    assert done is not None
    assert tuple(event.tool_call for event in events if event.kind == "tool_call") == done.tool_calls
    assert len([event for event in events if event.kind == "reasoning"]) > 1
    body = openai_server.requests[-1].json
    assert body["stream"] is True
    assert body.get("stream_options") == (None if api == "responses" else {"include_usage": True})


def test_the_reported_tier_is_the_one_that_is_paid(openai_server: OpenAIServer) -> None:
    openai_server.reply = openai_responses.response("x", service_tier="flex")
    with made(openai_server) as provider:
        flex = provider.complete("Hello", service_tier="flex")
        openai_server.reply = openai_responses.response("x")
        standard = provider.complete("Hello", service_tier="flex")
    assert flex.cost is not None
    assert standard.cost is not None
    assert float(standard.cost) == pytest.approx(2 * float(flex.cost))


def test_what_the_catalogue_rules_out_is_not_sent(openai_server: OpenAIServer) -> None:
    with made(openai_server) as provider:
        with pytest.raises(UnsupportedCapabilityError, match="audio_input"):
            provider.complete([Message.user(Audio(data=b"x", media_type="audio/wav"))])
        with pytest.raises(CostLimitError):
            provider.complete("Hello", max_tokens=100_000, max_cost="0.01")
    assert openai_server.requests == []


def test_every_call_is_reported(openai_server: OpenAIServer) -> None:
    records: list[CallRecord] = []
    with made(openai_server, on_call=records.append) as provider:
        provider.complete("Hello")
        openai_server.fails(401, "no")
        with pytest.raises(AuthenticationError):
            provider.complete("Hello")
    assert [(record.provider, record.model, record.error is None) for record in records] == [
        ("openai", "gpt-5.5", True),
        ("openai", "gpt-5.5", False),
    ]


def test_one_provider_serves_several_event_loops(openai_server: OpenAIServer) -> None:
    provider = OpenAIProvider("gpt-5.5", api_key=KEY, base_url=f"{openai_server.url}/v1")

    async def call() -> str:
        try:
            return (await provider.acomplete("Hello")).text
        finally:
            await provider.aclose()

    assert [run(call), run(call)] == ["Hello from GPT."] * 2


def test_clients_of_the_users_own(openai_server: OpenAIServer) -> None:
    with openai.OpenAI(api_key="theirs", base_url=f"{openai_server.url}/v1") as client:
        with OpenAIProvider("gpt-5.5", client=client) as provider:
            provider.complete("Hello")
        client.models.with_raw_response  # noqa: B018 it is still open: whoever made it closes it
        assert not client.is_closed()
    assert openai_server.requests[0].headers["authorization"] == "Bearer theirs"


# ---- counting


def test_tokens_are_counted_by_the_provider(openai_server: OpenAIServer) -> None:
    with made(openai_server) as provider:
        assert provider.count_tokens("Hello", system="Be brief.", tools=[WEATHER], max_tokens=5) == 41
        body = openai_server.requests[-1].json
        assert body.keys() == {"model", "input", "instructions", "tools"}
        with pytest.raises(NotImplementedError, match="needs Chat Completions"):
            provider.count_tokens("Hello", stop=["x"])


# ---- batches


def batch(status: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": "batch_1", "object": "batch", "endpoint": "/v1/responses", "input_file_id": "file_in",
        "completion_window": "24h", "status": status, "created_at": 1, "output_file_id": None, "error_file_id": None,
        "errors": None, "request_counts": {"total": 3, "completed": 2, "failed": 1}, **fields,
    }  # fmt: skip


def line(index: int, *, status: int = 200, body: Any = None, error: Any = None) -> str:
    answer = None if body is None else {"status_code": status, "request_id": "r", "body": body}
    return json.dumps({"id": f"b_{index}", "custom_id": f"request-{index}", "response": answer, "error": error})


FILE = {"id": "file_in", "object": "file", "bytes": 1, "created_at": 1, "filename": "batch.jsonl", "purpose": "batch"}
FAILED = {"error": {"code": "rate_limit_exceeded", "message": "too many", "type": "tokens", "param": None}}


def script_results(server: OpenAIServer, good: dict[str, Any]) -> None:
    server.answer(batch("completed", output_file_id="file_out", error_file_id="file_err"))
    server.answer("\n".join((line(2, body=good), line(0, body=good))) + "\n")
    server.answer(line(1, status=429, body=FAILED) + "\n" + line(3, error={"code": "batch_expired", "message": "too late"}))


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_batch_is_submitted_and_read(openai_server: OpenAIServer, api: str) -> None:
    good = ANSWERS["text"][api == "chat"]
    openai_server.answer(FILE).answer(batch("validating"))
    with made(openai_server, api=api) as provider:
        identifier = provider.submit_batch(["one", "two", "three", "four"], system="Be brief.", service_tier="standard")
        assert identifier == "batch_1"
        upload, order = openai_server.requests
        path = "/v1/responses" if api == "responses" else "/v1/chat/completions"
        assert (upload.path, order.path) == ("/v1/files", "/v1/batches")
        assert order.json == {"input_file_id": "file_in", "endpoint": path, "completion_window": "24h"}
        lines = [json.loads(part) for part in upload.body.decode().splitlines() if part.startswith("{")]
        assert [(each["custom_id"], each["url"]) for each in lines] == [(f"request-{n}", path) for n in range(4)]
        assert lines[0]["body"]["model"] == "gpt-5.5"
        assert not {"service_tier", "stream", "extra_body"} & lines[0]["body"].keys()
        script_results(openai_server, good)
        results = provider.batch_results(identifier)
        standard = float(made_cost(provider, openai_server, good))
    assert [result.index for result in results] == [0, 1, 2, 3]
    first = results[0].response
    assert first is not None
    assert first.text == "Hello there."
    assert float(first.cost) == pytest.approx(standard / 2)  # type: ignore[arg-type]
    assert isinstance(results[1].error, RateLimitError)
    assert "too late" in str(results[3].error)


def made_cost(provider: LLMProvider, server: OpenAIServer, answer: dict[str, Any]) -> Any:
    server.answer(answer)
    return provider.complete("one").cost


def test_a_batch_of_a_coroutine(openai_server: OpenAIServer) -> None:
    openai_server.answer(FILE).answer(batch("validating"))

    async def both() -> Any:
        async with made(openai_server) as provider:
            identifier = await provider.asubmit_batch(["one"] * 4, response_schema=list[int])
            script_results(openai_server, openai_responses.response("[1]"))
            return await provider.abatch_results(identifier, ["one"] * 4, response_schema=list[int])

    results = run(both)
    assert [None if result.response is None else result.response.parsed for result in results] == [[1], None, [1], None]


def test_a_batch_that_is_not_done_or_failed(openai_server: OpenAIServer) -> None:
    errors = {"data": [{"code": "x", "message": "line 1 is no JSON", "line": 1, "param": None}], "object": "list"}
    with made(openai_server) as provider:
        openai_server.answer(batch("in_progress"))
        with pytest.raises(BatchNotFinishedError, match="in_progress"):
            provider.batch_results("batch_1")
        openai_server.answer(batch("failed", errors=errors))
        with pytest.raises(RejectedRequestError, match="line 1 is no JSON"):
            provider.batch_results("batch_1")
        openai_server.answer(batch("cancelled"))
        assert provider.batch_results("batch_1") == []


def test_batches_that_cannot_be(openai_server: OpenAIServer) -> None:
    with made(openai_server) as provider:
        with pytest.raises(InvalidRequestError, match="at least one"):
            provider.submit_batch([])
        with pytest.raises(InvalidRequestError, match="no headers"):
            provider.submit_batch(["x"], extra={"extra_headers": {"a": "b"}})
        audio = Message.user(Audio(data=b"x", media_type="audio/wav"))
        with pytest.raises(InvalidRequestError, match="goes to one API"):
            made(openai_server, checks="off").submit_batch(["x", audio])
        with pytest.raises(CostLimitError):
            made(openai_server, max_cost="0.000001").submit_batch(["x"])
    assert openai_server.requests == []


def test_a_batch_is_ordered_once_even_where_calls_are_repeated(openai_server: OpenAIServer) -> None:
    openai_server.answer(FILE).hang_up()
    with made(openai_server, retries=None) as provider, pytest.raises(ConnectionError):
        provider.submit_batch(["x"])
    assert [request.path for request in openai_server.requests] == ["/v1/files", "/v1/batches"]


# ---- Azure


def azure(server: FakeServer, model: str = "gpt-5.5", **options: Any) -> AzureOpenAIProvider:
    return AzureOpenAIProvider(model, **{"api_key": KEY, "azure_endpoint": server.url, "retries": NO_RETRIES, **options})


def test_azure_calls_a_deployment(openai_server: OpenAIServer) -> None:
    with azure(openai_server, deployment="our-gpt") as provider:
        response = provider.complete("Hello", max_tokens=7)
    request = openai_server.requests[0]
    assert request.path == "/openai/deployments/our-gpt/chat/completions?api-version=2025-04-01-preview"
    assert request.headers["api-key"] == KEY
    assert (request.json["model"], request.json["max_completion_tokens"]) == ("our-gpt", 7)
    assert (response.text, response.provider) == ("Hello from GPT.", "azure")
    assert response.cost is not None
    assert response.cost.total is not None
    assert response.cost.total > 0


def test_azure_serves_responses_too(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_VERSION", "2026-01-01")
    with azure(openai_server, api="responses", api_key=None, azure_ad_token_provider=lambda: "token") as provider:
        assert provider.complete("Hello").text == "Hello from GPT."
    assert openai_server.requests[0].path == "/openai/responses?api-version=2026-01-01"
    assert openai_server.requests[0].headers["authorization"] == "Bearer token"


def test_azure_asynchronously(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", openai_server.url)
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", "token")

    async def call() -> Any:
        async with AzureOpenAIProvider("gpt-5.5") as provider:
            return (await provider.acomplete("Hello")).text

    assert run(call) == "Hello from GPT."


def test_azure_without_address_or_key(openai_server: OpenAIServer) -> None:
    with pytest.raises(InvalidRequestError, match="AZURE_OPENAI_ENDPOINT"):
        AzureOpenAIProvider("gpt-5.5", api_key=KEY).complete("Hello")
    with pytest.raises(AuthenticationError, match="AZURE_OPENAI_API_KEY"):
        azure(openai_server, api_key=None).complete("Hello")
    with pytest.raises(NotImplementedError, match="Azure OpenAI has no endpoint"):
        azure(openai_server).count_tokens("Hello")


# ---- the SDK


def test_a_missing_sdk_names_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ai-models-catalog\[openai\]'"):
        OpenAIProvider("gpt-5.5", api_key=KEY).complete("Hello")


def test_creating_a_provider_imports_no_sdk() -> None:
    code = (
        "import sys; from ai_models.providers import get_provider; "
        "get_provider('gpt-5.5'); get_provider('groq:llama-3.3-70b-versatile'); "
        "print({'openai', 'httpx2', 'pydantic', 'yaml'} & sys.modules.keys())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
