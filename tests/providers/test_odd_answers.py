"""Answers that no API's page shows and gateways give all the same: errors in a 200, fields that are null, other forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import anthropic as anthropic_sdk
import openai
import pytest
from fakes import anthropic, google, openai_chat, openai_responses
from fakes.server import FakeServer
from google import genai

from ai_models import errors
from ai_models.providers import ClaudeProvider, GoogleProvider, LLMProvider, OpenAIProvider, Response
from ai_models.providers.calls import CallRecord
from ai_models.providers.redaction import keys_held
from ai_models.providers.retrying import NO_RETRIES, Retries

pytestmark = pytest.mark.usefixtures("today")

KEY = "hunter2-of-ours"  # of no shape that keys have, so that it is left out because it is known


def claude(server: FakeServer, **options: Any) -> LLMProvider:
    return ClaudeProvider(**{"api_key": KEY, "base_url": server.url, "retries": NO_RETRIES, **options})


def responses(server: FakeServer, **options: Any) -> LLMProvider:
    given = {"api_key": KEY, "base_url": f"{server.url}/v1", "retries": NO_RETRIES, **options}
    return OpenAIProvider("gpt-5.5", **given)


def chat(server: FakeServer, **options: Any) -> LLMProvider:
    return responses(server, api="chat", **options)


def gemini(server: FakeServer, **options: Any) -> LLMProvider:
    return GoogleProvider("gemini-3.6-flash", **{"api_key": KEY, "base_url": server.url, "retries": NO_RETRIES, **options})


def asked(provider: LLMProvider) -> Response:
    with provider:
        return provider.complete("?", max_tokens=100)


def streamed(provider: LLMProvider) -> Response:
    with provider:
        found = list(provider.stream("?", max_tokens=100))[-1].response
    assert found is not None
    return found


SLOWLY = {"error": {"code": "429", "message": "slow down"}}
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
EXHAUSTED = {"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}
FAILED = openai_responses.response(status="failed")
TOLD = [
    pytest.param(claude, OVERLOADED, errors.ServerError, "overloaded_error Overloaded", id="claude"),
    pytest.param(
        claude, {"error": {"code": "429", "message": "slow down"}}, errors.RateLimitError, "slow", id="claude code"
    ),
    pytest.param(claude, {"error": "no"}, errors.ServerError, "no$", id="claude text"),
    pytest.param(
        chat, {"error": {"code": "429", "message": "slow down"}}, errors.RateLimitError, "slow down", id="chat code"
    ),
    pytest.param(responses, FAILED, errors.ServerError, "the response failed", id="responses without a reason"),
    pytest.param(responses, {**FAILED, "error": "boom"}, errors.ServerError, "boom", id="responses text"),
    pytest.param(gemini, EXHAUSTED, errors.RateLimitError, "429 quota", id="gemini"),
    pytest.param(chat, openai_chat.completion("x", choices=[]), errors.ServerError, "without a choice", id="chat empty"),
]


@pytest.mark.parametrize(("make", "body", "kind", "said"), TOLD)
def test_an_error_that_comes_with_status_200_is_one(
    fake_server: FakeServer, make: Any, body: Any, kind: Any, said: str
) -> None:
    fake_server.answer(body)
    with pytest.raises(kind, match=said):
        asked(make(fake_server))


@pytest.mark.parametrize("body", [{"detail": "Not Found"}, {"message": "no Route matched"}, {}], ids=str)
@pytest.mark.parametrize("make", [claude, chat, responses])
def test_an_object_that_is_no_answer_is_none(fake_server: FakeServer, make: Any, body: Any) -> None:
    fake_server.answer(body)
    with pytest.raises(errors.RemoteNotFoundError, match="no API's answer; is it the base URL"):
        asked(make(fake_server))


@pytest.mark.parametrize("make", [claude, chat, responses, gemini])
def test_json_that_broke_off_is_the_servers_failure(fake_server: FakeServer, make: Any) -> None:
    fake_server.answer(b'{"id": "1", "con', headers={"content-type": "application/json"})
    with pytest.raises(errors.ServerError, match="in another form than its API has: JSONDecodeError") as caught:
        asked(make(fake_server))
    assert isinstance(caught.value.__cause__, json.JSONDecodeError)


def content(*blocks: Any) -> dict[str, Any]:
    return {**anthropic.message(), "content": list(blocks)}


def choice(**fields: Any) -> dict[str, Any]:
    return openai_chat.completion("x", choices=[{"index": 0, "finish_reason": "stop", **fields}])


OF_ANOTHER_FORM = [
    (claude, content(None)),
    (claude, content("text")),
    (claude, {**anthropic.message(), "content": "text"}),
    (claude, {**anthropic.message(), "stop_reason": ["end_turn"]}),
    (chat, openai_chat.completion("x", choices=[None])),
    (chat, choice(message={"content": 5})),
    (chat, choice(message={"content": None, "tool_calls": [None]})),
    (responses, openai_responses.response(output=[None])),
    (responses, openai_responses.response({"type": "message", "content": "text"})),
    (gemini, google.answer(candidates=[None])),
]


@pytest.mark.parametrize(("make", "body"), OF_ANOTHER_FORM)
def test_an_answer_of_another_form_is_the_servers_failure(fake_server: FakeServer, make: Any, body: Any) -> None:
    records: list[CallRecord] = []
    provider = make(fake_server, on_call=records.append)
    fake_server.answer(body)
    with pytest.raises(errors.ServerError, match="in another form than its API has") as caught:
        asked(provider)
    assert isinstance(caught.value.__cause__, AttributeError | TypeError | ValueError)
    assert (provider.get_metrics().failed_requests, records[0].error) == (1, caught.value)


def test_an_answer_that_cannot_be_read_is_paid_for_as_often_as_the_limit_allows(fake_server: FakeServer) -> None:
    provider = chat(fake_server, max_cost="0.010", retries=Retries(attempts=5, first=0.001))  # one may cost 0.0055
    for _ in range(5):
        fake_server.answer("{", headers={"content-type": "application/json"})
    with pytest.raises(errors.ServerError):
        asked(provider)
    assert len(fake_server.requests) == 1


def test_the_cause_of_an_error_is_never_the_error_itself(fake_server: FakeServer) -> None:
    fake_server.answer({"error": "no"})
    with pytest.raises(errors.ServerError) as caught:
        asked(chat(fake_server))
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("make", [claude, chat, responses])
def test_half_a_character_cannot_be_sent(fake_server: FakeServer, make: Any) -> None:
    with make(fake_server) as provider, pytest.raises(errors.InvalidRequestError, match="holds what cannot be sent"):
        provider.complete("\ud83d", max_tokens=100)


# ---- what is left out


def tool(**fields: Any) -> dict[str, Any]:
    return content({"type": "tool_use", **fields})


def item(**fields: Any) -> dict[str, Any]:
    return openai_responses.response({"type": "function_call", **fields})


@pytest.mark.parametrize(
    ("make", "body", "call"),
    [
        (claude, tool(id="t", name="f"), ("t", "f", {})),
        (claude, tool(id=None, name="f", input=None), ("", "f", {})),
        (claude, tool(id="t", name="f", input='{"a": 1}'), ("t", "f", {"a": 1})),
        (claude, tool(id="t", name="f", input='{"a": '), ("t", "f", {"": '{"a": '})),
        (responses, item(id="fc_1", name="f", arguments="{}"), ("fc_1", "f", {})),
        (responses, item(call_id="c", name="f"), ("c", "f", {})),
        (responses, item(call_id="c", name="f", arguments="[" * 9_999), ("c", "f", {"_unparsed": "[" * 9_999})),
    ],
)
def test_a_call_with_something_left_out_is_read_as_far_as_it_goes(
    fake_server: FakeServer, make: Any, body: Any, call: tuple[str, str, dict[str, Any]]
) -> None:
    fake_server.answer(body)
    response = asked(make(fake_server))
    assert [(each.id, each.name, each.arguments) for each in response.tool_calls] == [call]


@pytest.mark.parametrize(
    ("make", "body"),
    [
        (claude, content({"type": "text", "text": None}, {"type": "text"}, {"x": 1}, {"type": "text", "text": "Yes."})),
        (responses, openai_responses.response({"type": "reasoning", "summary": [{}, {"text": None}]}, "Yes.")),
        (responses, openai_responses.response({"type": "message", "content": [{"refusal": "", "text": "Yes."}]})),
        (chat, choice(message={"content": ["Ye", {"type": "text", "text": "s."}]})),
    ],
)
def test_a_text_that_is_null_is_none(fake_server: FakeServer, make: Any, body: Any) -> None:
    fake_server.answer(body)
    response = asked(make(fake_server))
    assert (response.text, response.reasoning, response.finish_reason) == ("Yes.", "", "stop")


def test_a_thousand_brackets_are_not_of_the_shape(fake_server: FakeServer) -> None:
    fake_server.answer(openai_chat.completion("[" * 100_000))
    with chat(fake_server) as provider:
        response = provider.complete("?", response_schema=int)
    assert response.parsed is None
    assert "not of the shape" in response.warnings[0]


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_response_that_is_still_made_has_not_stopped(fake_server: FakeServer, status: str) -> None:
    fake_server.answer(openai_responses.response(status=status))
    assert asked(responses(fake_server)).finish_reason == "other"


def test_which_of_openais_apis_answered_is_seen_by_what_is_there(fake_server: FakeServer) -> None:
    unnamed = {name: value for name, value in openai_responses.response("Yes.").items() if name != "object"}
    fake_server.answer(unnamed).answer(openai_chat.completion("No.", output="something of the gateway's own"))
    response, completion = asked(responses(fake_server)), asked(chat(fake_server))
    assert (response.text, type(response.raw).__name__) == ("Yes.", "Response")
    assert (completion.text, type(completion.raw).__name__) == ("No.", "ChatCompletion")


# ---- streams


def chunk(**delta: Any) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


ENDED = {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
START = ("message_start", {"type": "message_start", "message": anthropic.message()})
BLOCK = ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": None})


@pytest.mark.parametrize(
    ("make", "events"),
    [
        (chat, [chunk(content=5), ENDED]),
        (chat, [chunk(tool_calls=[None]), ENDED]),
        (chat, [chunk(content="a"), "{not JSON"]),
        (responses, [{"type": "response.completed", "response": None}]),
        (claude, [START, BLOCK, *anthropic.stream_of(anthropic.message())[-2:]]),
        (claude, [("message_start", "{not JSON")]),
    ],
)
def test_an_event_of_another_form_is_the_servers_failure(fake_server: FakeServer, make: Any, events: Any) -> None:
    fake_server.sse(events)
    with pytest.raises(errors.ServerError, match="in another form than its API has"):
        streamed(make(fake_server))


def call_piece(index: int | None, arguments: Any, **fields: Any) -> dict[str, Any]:
    name = {"name": fields.pop("name")} if "name" in fields else {}
    return chunk(tool_calls=[{"index": index, "function": {**name, "arguments": arguments}, **fields}])


def test_calls_that_are_all_counted_as_number_0_are_told_apart(fake_server: FakeServer) -> None:
    fake_server.sse(
        [
            call_piece(0, '{"a":', id="one", name="f"),
            call_piece(0, "1}", id="", name=None),
            call_piece(0, '{"b": 2}', id="two", name="f"),
            ENDED,
        ]
    )
    calls = streamed(chat(fake_server)).tool_calls
    assert [(call.id, call.arguments) for call in calls] == [("one", {"a": 1}), ("two", {"b": 2})]


def test_a_call_whose_every_piece_has_an_identifier_of_its_own_is_one(fake_server: FakeServer) -> None:
    fake_server.sse([call_piece(0, '{"a":', id="one", name="f"), call_piece(0, "1}", id="two"), ENDED])
    assert [(call.id, call.arguments) for call in streamed(chat(fake_server)).tool_calls] == [("one", {"a": 1})]


def test_arguments_that_come_as_an_object_are_read_in_a_stream_too(fake_server: FakeServer) -> None:
    fake_server.sse([call_piece(None, {"a": 1}, id="one", name="f"), ENDED])
    assert streamed(chat(fake_server)).tool_calls[0].arguments == {"a": 1}


def test_output_tokens_that_only_the_start_of_a_message_guesses_are_unknown(fake_server: FakeServer) -> None:
    events = anthropic.stream_of(anthropic.message("Yes."))
    ended = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": None}
    fake_server.sse([("message_delta", ended) if "message_delta" in str(event) else event for event in events])
    response = streamed(claude(fake_server))
    assert (response.text, response.finish_reason) == ("Yes.", "stop")
    assert response.usage is not None
    assert (response.usage.input_tokens, response.usage.output_tokens) == (21, None)


def test_a_message_that_begins_without_a_usage_is_read(fake_server: FakeServer) -> None:
    start, *rest = anthropic.stream_of({**anthropic.message("Yes."), "usage": anthropic.usage()})
    begun = json.loads(json.dumps(start[1] if isinstance(start, tuple) else start))
    begun["message"]["usage"] = None
    fake_server.sse([("message_start", begun), *rest])
    usage = streamed(claude(fake_server)).usage
    assert usage is not None
    assert usage.output_tokens == 12


# ---- keys


ECHO = f"the key {KEY} may not do this"
OF_A_KEY = {"error": {"code": 403, "message": ECHO}}
REFUSED = openai_responses.response(status="failed", error={"code": "server_error", "message": ECHO})
BLOCKED = {**google.blocked(), "promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": ECHO}}


@pytest.mark.parametrize(
    ("make", "body"),
    [(claude, OF_A_KEY), (chat, OF_A_KEY), (responses, REFUSED), (gemini, OF_A_KEY), (gemini, BLOCKED)],
)
def test_a_key_that_an_answer_of_status_200_repeats_is_left_out(fake_server: FakeServer, make: Any, body: Any) -> None:
    fake_server.answer(body)
    with pytest.raises(errors.ProviderError) as caught:
        asked(make(fake_server))
    assert KEY not in str(caught.value)
    assert "…" in str(caught.value)


@pytest.mark.parametrize(
    ("make", "events"),
    [
        (chat, [OF_A_KEY]),
        (responses, [("error", {"type": "error", "code": "x", "message": ECHO})]),
        (responses, [("response.failed", {"type": "response.failed", "response": REFUSED})]),
    ],
)
def test_a_key_that_a_stream_repeats_is_left_out(fake_server: FakeServer, make: Any, events: Any) -> None:
    fake_server.sse(events)
    with pytest.raises(errors.ProviderError) as caught:
        streamed(make(fake_server))
    assert KEY not in str(caught.value)


def test_the_key_of_googles_client_of_the_callers_own_is_left_out(fake_server: FakeServer) -> None:
    client = genai.Client(api_key=KEY, http_options={"base_url": fake_server.url})
    fake_server.answer(google.error(403, "PERMISSION_DENIED", ECHO), status=403)
    with pytest.raises(errors.PermissionDeniedError) as caught:
        gemini(fake_server, api_key=None, base_url=None, client=client).complete("?")
    assert KEY not in str(caught.value)


def test_what_the_clients_of_the_clouds_sign_with_is_known() -> None:
    amazon = anthropic_sdk.AnthropicBedrock(aws_region="eu-west-1", aws_access_key="id", aws_secret_key="one")  # noqa: S106 no secret
    vertex = anthropic_sdk.AnthropicVertex(region="r", project_id="p", access_token="two")  # noqa: S106 no secret
    azure = openai.AzureOpenAI(azure_endpoint="https://a", api_version="1", azure_ad_token="three")  # noqa: S106 no secret
    assert [keys_held(client)[-1] for client in (amazon, vertex, azure)] == ["one", "two", "three"]


# ---- batches


def test_a_line_of_another_form_spoils_only_itself(fake_server: FakeServer) -> None:
    def lines() -> Iterator[str]:
        for number, body in enumerate((openai_chat.completion("x", choices=[None]), openai_chat.completion("Yes."))):
            yield json.dumps({"custom_id": f"request-{number}", "response": {"status_code": 200, "body": body}})

    fake_server.answer({"id": "b", "object": "batch", "status": "completed", "output_file_id": "f"})
    fake_server.answer("\n".join(lines()))
    with chat(fake_server) as provider:
        broken, whole = provider.batch_results("b")  # type: ignore[attr-defined] # of those that serve batches
    assert isinstance(broken.error, errors.ServerError)
    assert whole.response.text == "Yes."
