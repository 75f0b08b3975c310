"""Batches of requests to Claude through the real SDK over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from fakes.anthropic import AnthropicServer, error, message
from fakes.server import FakeServer

from ai_models import errors, price
from ai_models.providers.batch import BatchResult
from ai_models.providers.calls import CallRecord
from ai_models.providers.claude_provider import ClaudeProvider
from ai_models.providers.request import Audio, Message
from ai_models.providers.retrying import Retries

QUICK = Retries(attempts=3, first=0.001)


def batch(status: str = "ended", server: FakeServer | None = None) -> dict[str, Any]:
    return {
        "id": "msgbatch_1",
        "type": "message_batch",
        "processing_status": status,
        "request_counts": {"processing": 2, "succeeded": 1, "errored": 0, "canceled": 0, "expired": 0},
        "created_at": "2026-11-22T10:00:00Z",
        "expires_at": "2026-11-23T10:00:00Z",
        "ended_at": None,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": f"{server.url}/v1/messages/batches/msgbatch_1/results" if server and status == "ended" else None,
    }


def ready(server: AnthropicServer, told: str) -> None:
    """The batch has ended; the SDK looks once more before it fetches the results."""
    server.answer(batch(server=server)).answer(batch(server=server))
    server.answer(told, headers={"content-type": "application/x-jsonl"})


def lines(*results: tuple[int, dict[str, Any]]) -> str:
    return "".join(json.dumps({"custom_id": f"request-{index}", "result": result}) + "\n" for index, result in results)


def succeeded(text: str, **counts: Any) -> dict[str, Any]:
    return {"type": "succeeded", "message": message(text, usage=counts)}


def claude(server: AnthropicServer, **options: Any) -> ClaudeProvider:
    return ClaudeProvider("claude-haiku-4.5", api_key="k", base_url=server.url, retries=QUICK, **options)


def submit(provider: ClaudeProvider, *arguments: Any, **fields: Any) -> str:
    with provider:
        return provider.submit_batch(*arguments, **fields)


def asubmit(provider: ClaudeProvider, *arguments: Any, **fields: Any) -> str:
    async def call() -> str:
        async with provider:
            return await provider.asubmit_batch(*arguments, **fields)

    return asyncio.run(call())


def results(provider: ClaudeProvider, *arguments: Any, **fields: Any) -> list[BatchResult]:
    with provider:
        return provider.batch_results(*arguments, **fields)


def aresults(provider: ClaudeProvider, *arguments: Any, **fields: Any) -> list[BatchResult]:
    async def call() -> list[BatchResult]:
        async with provider:
            return await provider.abatch_results(*arguments, **fields)

    return asyncio.run(call())


both_submit = pytest.mark.parametrize("call", [submit, asubmit])
both_results = pytest.mark.parametrize("call", [results, aresults])


@both_submit
def test_a_batch_sends_every_request_with_its_own_words(anthropic_server: AnthropicServer, call: Callable[..., str]) -> None:
    anthropic_server.answer(batch("in_progress"))
    assert call(claude(anthropic_server), ["One?", "Two?"], temperature=0.2, service_tier="standard") == "msgbatch_1"
    asked = anthropic_server.requests[0]
    assert (asked.method, asked.path) == ("POST", "/v1/messages/batches")
    first, second = asked.json["requests"]
    assert (first["custom_id"], second["custom_id"]) == ("request-0", "request-1")
    assert first["params"] == {
        "model": "claude-haiku-4-5-20251001",
        "max_tokens": 64_000,
        "messages": [{"role": "user", "content": "One?"}],
        "temperature": 0.2,
    }


@both_submit
def test_sending_a_batch_is_never_tried_twice(anthropic_server: AnthropicServer, call: Callable[..., str]) -> None:
    anthropic_server.fails(529, "overloaded_error", "Overloaded", times=2)
    with pytest.raises(errors.ServerError):
        call(claude(anthropic_server), ["One?"])
    assert len(anthropic_server.requests) == 1


@pytest.mark.parametrize(
    ("prompts", "fields", "expected"),
    [
        ([], {}, errors.InvalidRequestError),
        ([Message.user(Audio(data=b"x", media_type="audio/wav"))], {}, errors.UnsupportedCapabilityError),
        (["?"], {"extra": {"extra_headers": {"a": "b"}}}, errors.InvalidRequestError),
    ],
)
def test_a_batch_is_checked_before_it_is_sent(
    anthropic_server: AnthropicServer, prompts: Any, fields: Any, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        claude(anthropic_server).submit_batch(prompts, **fields)
    assert not anthropic_server.requests


def test_a_batch_is_refused_where_one_of_its_requests_may_be_too_dear(anthropic_server: AnthropicServer) -> None:
    with pytest.raises(errors.CostLimitError):
        claude(anthropic_server, max_cost="0.001").submit_batch(["?"])


@both_results
def test_results_come_in_order_and_at_the_price_of_a_batch(
    anthropic_server: AnthropicServer, call: Callable[..., list[BatchResult]]
) -> None:
    told = lines(
        (3, {"type": "expired"}),
        (1, {"type": "errored", "error": error("invalid_request_error", "prompt is too long")}),
        (2, succeeded("[1, 2]", service_tier="batch")),
        (0, succeeded("[0]", input_tokens=1_000, output_tokens=100)),
    )
    ready(anthropic_server, told)
    records: list[CallRecord] = []
    provider = claude(anthropic_server, on_call=records.append)
    found = call(provider, "msgbatch_1", ["a", "b", "c"], response_schema={"type": "array"})
    assert [result.index for result in found] == [0, 1, 2, 3]
    first = found[0].response
    assert first is not None
    assert (first.text, first.parsed) == ("[0]", [0])
    assert first.usage is not None
    assert first.usage.service_tier == "batch"
    assert first.cost is not None
    plain = price("claude-haiku-4.5", first.usage.replace(service_tier="standard")).total
    assert first.cost.total == plain / 2 > Decimal(0)
    assert type(found[1].error) is errors.ContextLengthError
    assert found[3].error is not None
    assert "expired" in str(found[3].error)
    assert [record.request.messages[0].text for record in records[:3]] == ["a", "b", "c"]
    assert "request 3 of the batch msgbatch_1" in records[3].request.messages[0].text
    metrics = provider.get_metrics()
    assert (metrics.total_requests, metrics.failed_requests) == (2, 2)


@both_results
def test_results_that_are_not_there_yet_are_said_to_come(
    anthropic_server: AnthropicServer, call: Callable[..., list[BatchResult]]
) -> None:
    anthropic_server.answer(batch("in_progress"))
    with pytest.raises(errors.BatchNotFinishedError, match="of 3 requests is in_progress") as caught:
        call(claude(anthropic_server), "msgbatch_1")
    assert (caught.value.batch, caught.value.status) == ("msgbatch_1", "in_progress")


@both_results
def test_fetching_results_is_tried_again(anthropic_server: AnthropicServer, call: Callable[..., list[BatchResult]]) -> None:
    anthropic_server.fails(500, "api_error", "again")
    ready(anthropic_server, lines())
    assert call(claude(anthropic_server), "msgbatch_1") == []


def test_results_of_a_foreign_batch_keep_their_order_at_the_end(anthropic_server: AnthropicServer) -> None:
    told = json.dumps({"custom_id": "mine", "result": succeeded("x")}) + "\n" + lines((0, succeeded("y")))
    ready(anthropic_server, told)
    texts = [result.response.text for result in results(claude(anthropic_server), "msgbatch_1") if result.response]
    assert texts == ["y", "x"]
