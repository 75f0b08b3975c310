"""Answers are read from their JSON; ``Response.raw`` is the SDK's own object, made when it is asked for."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import Any

import anthropic
import openai
import pytest
from fakes.anthropic import AnthropicServer, message
from fakes.google import GoogleServer, answer, call
from fakes.openai_responses import OpenAIServer
from google import genai

from ai_models.errors import RemoteNotFoundError
from ai_models.providers import ClaudeProvider, GoogleProvider, MockProvider, OpenAIProvider, Response
from ai_models.providers.google_received import as_vertex_response
from ai_models.providers.received import Received, data_of, request_id_of

KEY = "sk-test-key"


def test_claudes_message_is_what_the_sdk_makes_of_it(anthropic_server: AnthropicServer) -> None:
    anthropic_server.says({"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}, "Yes.")
    response = ClaudeProvider(api_key=KEY, base_url=anthropic_server.url).complete("?", max_tokens=100)
    client = anthropic.Anthropic(api_key=KEY, base_url=anthropic_server.url)
    bare = client.messages.create(model=response.model, max_tokens=100, messages=[{"role": "user", "content": "?"}])
    assert type(response.raw) is anthropic.types.Message
    assert response.raw.to_dict() == bare.to_dict()
    assert response.raw.content[0].thinking == "Hm."
    assert response.raw._request_id == bare._request_id == response.request_id == "req_011CFake"


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_openais_answers_are_what_the_sdk_makes_of_them(openai_server: OpenAIServer, api: Any) -> None:
    address = f"{openai_server.url}/v1"
    response = OpenAIProvider("gpt-5.5", api=api, api_key=KEY, base_url=address).complete("?", max_tokens=100)
    client = openai.OpenAI(api_key=KEY, base_url=address)
    bare: Any = (
        client.responses.create(model="gpt-5.5", input="?", max_output_tokens=100)
        if api == "responses"
        else client.chat.completions.create(model="gpt-5.5", messages=[{"role": "user", "content": "?"}])
    )
    assert type(response.raw) is type(bare)
    assert response.raw.to_dict() == bare.to_dict()
    assert response.raw._request_id == bare._request_id == response.request_id == "req_fake"


def test_googles_answer_is_what_the_sdk_makes_of_it(google_server: GoogleServer) -> None:
    google_server.says({"text": "Hm.", "thought": True, "thoughtSignature": "-_8="}, "Yes.")
    response = GoogleProvider("gemini-3.6-flash", api_key=KEY, base_url=google_server.url).complete("?", max_tokens=100)
    client = genai.Client(api_key=KEY, http_options={"base_url": google_server.url})
    bare = client.models.generate_content(model="gemini-3.6-flash", contents="?")
    assert type(response.raw) is genai.types.GenerateContentResponse
    left_out: Any = {"sdk_http_response", "automatic_function_calling_history"}  # of the call, not of the answer
    assert response.raw.model_dump(exclude=left_out) == bare.model_dump(exclude=left_out)
    assert response.raw.sdk_http_response.headers["x-gemini-service-tier"] == "standard"
    assert response.raw.text == "Yes."
    assert as_vertex_response(data_of(response.source), None).text == "Yes."
    assert data_of(response.source)["usageMetadata"]["serviceTier"] == "standard"  # which the SDK does not know, and drops


def test_googles_object_is_parsed_by_the_shape_that_was_asked_for(google_server: GoogleServer) -> None:
    google_server.says('{"value": 3}')
    response = GoogleProvider("gemini-3.6-flash", api_key=KEY, base_url=google_server.url).complete("?", response_schema=int)
    assert response.parsed == 3
    assert response.raw.parsed == pickle.loads(pickle.dumps(response)).raw.parsed == {"value": 3}  # noqa: S301 our own


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_google_asks_for_the_rest_where_the_caller_lets_it(google_server: GoogleServer, is_async: bool) -> None:
    begun = answer("one ", finish="CONTINUATION")
    begun["candidates"][0]["continuationToken"] = "AAAA"
    google_server.answer(begun).answer(answer("two"))
    provider = GoogleProvider("gemini-3.6-flash", api_key=KEY, base_url=google_server.url)

    async def awaited() -> Response:
        async with provider:
            return await provider.acomplete("?", extra=options)

    options = {"automatic_continuation": True}
    response = asyncio.run(awaited()) if is_async else provider.complete("?", extra=options)
    assert (response.text, response.finish_reason) == ("one two", "stop")
    assert response.usage is not None
    assert response.usage.output_tokens == 24
    assert response.raw.text == "one two"


def test_google_calls_the_functions_where_the_caller_lets_it(google_server: GoogleServer) -> None:
    asked: list[str] = []

    def weather(city: str) -> str:
        """The weather in a city."""
        asked.append(city)
        return "rain"

    google_server.answer(answer(call("weather", city="Bonn"))).answer(answer("It rains."))
    provider = GoogleProvider("gemini-3.6-flash", api_key=KEY, base_url=google_server.url)
    options = {"automatic_function_calling": {"disable": False}, "tools": [weather]}
    assert provider.complete("?", extra=options).text == "It rains."
    assert asked == ["Bonn"]


def test_a_signature_is_standard_base64_however_it_was_written(google_server: GoogleServer) -> None:
    google_server.says({"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "-_8="})
    provider = GoogleProvider("gemini-3.6-flash", api_key=KEY, base_url=google_server.url)
    whole = provider.complete("?")
    streamed = [event.response for event in provider.stream("?")][-1]
    assert streamed is not None
    assert whole.tool_calls[0].signature == streamed.tool_calls[0].signature == "+/8="


def test_the_object_is_made_once_and_only_when_it_is_asked_for() -> None:
    made: list[dict[str, Any]] = []
    received = Received({"a": 1}, lambda data, _: made.append(data) or made)  # type: ignore[func-returns-value]
    response = Response(text="x", source=received)
    assert (made, response.text) == ([], "x")
    assert response.raw is response.raw is made
    assert made == [{"a": 1}]


def test_a_response_survives_pickling_and_copying(anthropic_server: AnthropicServer) -> None:
    response = ClaudeProvider(api_key=KEY, base_url=anthropic_server.url).complete("?", max_tokens=100)
    for again in (pickle.loads(pickle.dumps(response)), copy.deepcopy(response)):  # noqa: S301 our own
        assert (again.text, again.usage, again.cost) == (response.text, response.usage, response.cost)
        assert again.raw.to_dict() == response.raw.to_dict()


def test_answers_are_equal_that_say_the_same(anthropic_server: AnthropicServer) -> None:
    response = ClaudeProvider(api_key=KEY, base_url=anthropic_server.url).complete("?", max_tokens=100)
    assert pickle.loads(pickle.dumps(response)) == copy.deepcopy(response) == response  # noqa: S301 our own
    other = Received({**data_of(response.source), "model": "another"}, lambda data, _: data, response.request_id)
    assert other != response.source


def test_claudes_message_knows_its_workspace(anthropic_server: AnthropicServer) -> None:
    anthropic_server.answer(message("Yes."), headers={"anthropic-workspace-id": "wrkspc_1"})
    provider = ClaudeProvider(api_key=KEY, base_url=anthropic_server.url)
    first, second = (provider.complete("?", max_tokens=100) for _ in range(2))
    assert (first.raw._workspace_id, second.raw._workspace_id) == ("wrkspc_1", None)
    assert pickle.loads(pickle.dumps(first)).raw._workspace_id == "wrkspc_1"  # noqa: S301 our own


def test_what_did_not_come_as_json_is_its_own_raw() -> None:
    response = MockProvider(answers=["x"]).complete("?")
    assert response.raw is response.source


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"null", b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_no_answer(body: bytes) -> None:
    with pytest.raises(RemoteNotFoundError, match="Acme answered for m-1 with what is no API's answer; is it the base URL"):
        Received.of(body, lambda data, _: data, "req_1", provider="Acme", model="m-1")


def test_numbers_that_json_does_not_know_do_not_spoil_an_answer() -> None:
    received = Received.of(b'{"logprob": -Infinity}', lambda data, _: data, "req_1", provider="Acme", model="m")
    assert received.data == {"logprob": float("-inf")}
    assert request_id_of(received) == "req_1"
