"""Batches of requests to Gemini, through the real SDK over a real socket."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fakes.google import GoogleServer, answer, batch, blocked, finished_batch

from ai_models import errors
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers import Retries
from ai_models.providers.batch import BatchResult
from ai_models.providers.calls import CallRecord
from ai_models.providers.google_provider import GoogleProvider
from ai_models.providers.retrying import NO_RETRIES

NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}}


def gemini(server: GoogleServer, model: str = "gemini-3.1-pro-preview", **options: Any) -> GoogleProvider:
    return GoogleProvider(model, **{"api_key": "a-key", "base_url": server.url, "retries": NO_RETRIES, **options})


def both_ways(server: GoogleServer, reply: dict[str, Any], **fields: Any) -> tuple[list[BatchResult], list[BatchResult]]:
    """The results of a batch, asked for with and without a coroutine."""
    server.answer(reply).answer(reply)
    with gemini(server) as provider:
        first = provider.batch_results("batches/b1", **fields)

    async def ask() -> list[BatchResult]:
        async with gemini(server) as another:
            return await another.abatch_results("batches/b1", **fields)

    return first, asyncio.run(ask())


def test_a_batch_is_submitted_with_every_request_in_it(google_server: GoogleServer) -> None:
    google_server.answer(batch("PENDING")).answer(batch("PENDING"))
    asked = {"system": "Be brief.", "response_schema": NUMBER, "service_tier": "flex", "max_tokens": 100}
    with gemini(google_server) as provider:
        assert provider.submit_batch(["One?", "Two?"], **asked) == "batches/b1"

    async def submit() -> str:
        async with gemini(google_server) as another:
            return await another.asubmit_batch(["One?", "Two?"], **asked)

    assert asyncio.run(submit()) == "batches/b1"
    first, second = google_server.requests
    assert first.path.endswith("/models/gemini-3.1-pro-preview:batchGenerateContent")
    assert first.json == second.json
    one, two = first.json["batch"]["inputConfig"]["requests"]["requests"]
    assert (one["metadata"], two["metadata"]) == ({"request": "0"}, {"request": "1"})
    assert two["request"]["contents"] == [{"role": "user", "parts": [{"text": "Two?"}]}]
    assert one["request"]["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert one["request"]["generationConfig"]["responseJsonSchema"]["properties"] == NUMBER["properties"]
    assert "flex" not in str(first.json)


def test_a_batch_is_submitted_once(google_server: GoogleServer) -> None:
    google_server.fails(503, "UNAVAILABLE", "The model is overloaded.")
    with gemini(google_server, retries=Retries(attempts=3, first=0.001)) as provider, pytest.raises(errors.ServerError):
        provider.submit_batch(["One?"])
    assert len(google_server.requests) == 1


def test_what_could_not_be_served_is_refused_before_it_is_submitted(google_server: GoogleServer) -> None:
    with gemini(google_server) as provider:
        with pytest.raises(errors.InvalidRequestError, match="at least one"):
            provider.submit_batch([])
        with pytest.raises(errors.InvalidRequestError, match="max_tokens"):
            provider.submit_batch(["One?"], max_tokens=10**9)
    with gemini(google_server, max_cost="0.000001") as provider, pytest.raises(errors.CostLimitError):
        provider.submit_batch(["One?"])
    assert google_server.requests == []


def test_a_batch_warns_of_what_is_served_otherwise(google_server: GoogleServer) -> None:
    google_server.answer(batch("PENDING"))
    with gemini(google_server) as provider, pytest.warns(CapabilityWarning, match="served as low"):
        provider.submit_batch(["One?"], reasoning_effort="minimal")


def test_results_come_in_order_parsed_and_at_the_price_of_a_batch(google_server: GoogleServer) -> None:
    entries = [{"response": answer('{"n": 1}')}, {"response": answer('{"n": 2}')}]
    reply = finished_batch(*entries)
    reply["metadata"]["output"]["inlinedResponses"]["inlinedResponses"].reverse()
    for results in both_ways(google_server, reply, prompts=["One?", "Two?"], response_schema=NUMBER):
        assert [(result.index, result.error) for result in results] == [(0, None), (1, None)]
        responses = [result.response for result in results]
        assert [response and response.parsed for response in responses] == [{"n": 1}, {"n": 2}]
        found = responses[0]
        assert found is not None
        assert found.usage is not None
        assert found.usage.service_tier == "batch"
        assert found.cost is not None
        standard = gemini(google_server).pricing_service.price(
            "gemini-3.1-pro-preview", found.usage.replace(service_tier="standard")
        )
        assert found.cost.total == standard.total / 2
    assert google_server.requests[0].path.endswith("/batches/b1")


def test_a_request_that_failed_is_an_error_among_the_results(google_server: GoogleServer) -> None:
    reply = finished_batch(
        {"response": answer("Fine.")},
        {"error": {"code": 8, "message": "Quota exceeded."}},
        {"error": {"code": 400, "message": "The input token count (9) exceeds the maximum number of tokens allowed (8)."}},
        {"response": blocked()},
        {},
    )
    for results in both_ways(google_server, reply):
        assert [type(result.error) for result in results] == [
            type(None), errors.RateLimitError, errors.ContextLengthError, errors.ContentFilterError, errors.ServerError
        ]  # fmt: skip
        assert results[0].response is not None


def test_every_result_counts_as_a_call(google_server: GoogleServer) -> None:
    google_server.answer(finished_batch({"response": answer("Fine.")}, {"error": {"code": 13, "message": "Internal."}}))
    records: list[CallRecord] = []
    with gemini(google_server, on_call=records.append) as provider:
        provider.batch_results("batches/b1")
        metrics = provider.get_metrics()
    assert (metrics.total_requests, metrics.failed_requests) == (1, 1)
    assert [record.request.messages[0].text for record in records] == [
        "request 0 of the batch batches/b1", "request 1 of the batch batches/b1"
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["PENDING", "RUNNING"])
def test_a_batch_that_is_not_done_is_asked_for_later(google_server: GoogleServer, state: str) -> None:
    google_server.answer(batch(state))
    with gemini(google_server) as provider, pytest.raises(errors.BatchNotFinishedError, match=state.casefold()) as caught:
        provider.batch_results("batches/b1")
    assert caught.value.batch == "batches/b1"


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED", "EXPIRED"])
def test_a_batch_that_came_to_nothing_is_an_error(google_server: GoogleServer, state: str) -> None:
    google_server.answer(batch(state))
    with gemini(google_server) as provider, pytest.raises(errors.ProviderError, match=f"{state.casefold()} without answers"):
        provider.batch_results("batches/b1")


def test_an_unknown_batch_is_not_found(google_server: GoogleServer) -> None:
    google_server.fails(404, "NOT_FOUND", "Requested entity was not found.")
    with gemini(google_server) as provider, pytest.raises(errors.RemoteNotFoundError):
        provider.batch_results("batches/b2")
