"""What Anthropic's API is sent for a request, and how its answers are read: the real SDK over a transport in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import anthropic
import httpx2
import msgspec
import pytest
from fakes.anthropic import message

from ai_models import Usage, price
from ai_models.errors import InvalidRequestError, UnsupportedCapabilityError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers.claude_messages import ANSWER_TOOL
from ai_models.providers.claude_provider import ClaudeProvider
from ai_models.providers.request import Audio, Document, Image, Message, Request, Text, Tool, ToolCall, ToolResult

PNG = b"\x89PNG\r\n"
WEATHER = Tool("weather", "The weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}})

Asked = list[dict[str, Any]]
Maker = Callable[..., tuple[ClaudeProvider, Asked]]


@pytest.fixture
def claude(request: pytest.FixtureRequest) -> Maker:
    """A provider whose SDK talks to memory, and the bodies that it sent."""

    def make(model: str = "claude-sonnet-5.5", reply: dict[str, Any] | None = None, **options: Any) -> Any:
        asked: Asked = []

        def answer(sent: httpx2.Request) -> httpx2.Response:
            asked.append({"path": sent.url.path, "headers": sent.headers, **json.loads(sent.content)})
            return httpx2.Response(200, json=reply or message("Hello."), headers={"request-id": "req_1"})

        http = httpx2.Client(transport=httpx2.MockTransport(answer))
        client = anthropic.Anthropic(api_key="k", max_retries=0, http_client=http)
        request.addfinalizer(client.close)
        return ClaudeProvider(model, client=client, **options), asked

    return make


def sent(provider: ClaudeProvider, asked: Asked, prompt: object, **fields: Any) -> dict[str, Any]:
    """The body of a call; a limit keeps it from being streamed."""
    provider.complete(prompt, **{"max_tokens": 1_000, **fields})
    return asked[-1]


def test_a_plain_question_is_one_message_and_a_limit(claude: Maker) -> None:
    body = sent(*claude(), "Hello?")
    assert {name: body[name] for name in body.keys() - {"headers"}} == {
        "path": "/v1/messages",
        "model": "claude-sonnet-5-5",
        "max_tokens": 1_000,
        "messages": [{"role": "user", "content": "Hello?"}],
    }


def test_every_kind_of_part_has_its_block(claude: Maker) -> None:
    turn = Message.user(
        "Look:",
        Image(data=PNG, media_type="image/png"),
        Image(url="https://example.org/a.png"),
        Document(data=b"%PDF-1.7", media_type="application/pdf", name="a.pdf"),
        Document(url="https://example.org/b.pdf"),
        Document(data="Grüße".encode(), media_type="text/plain; charset=utf-8"),
    )
    blocks = sent(*claude(), [turn])["messages"][0]["content"]
    assert blocks == [
        {"type": "text", "text": "Look:"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0K"}},
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {
            "type": "document",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjc="},
            "title": "a.pdf",
        },
        {"type": "document", "source": {"type": "url", "url": "https://example.org/b.pdf"}},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Grüße"}},
    ]


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (Audio(data=b"x", media_type="audio/wav"), "takes no audio"),
        (Image(data=b"x", media_type="image/tiff"), "images of image/jpeg"),
        (Document(data=b"x", media_type="application/msword"), "application/pdf and text/plain"),
        (Document(data=b"\xff", media_type="text/plain"), "must be UTF-8"),
    ],
)
def test_what_the_api_has_no_words_for_is_refused_before_it_is_sent(claude: Maker, part: Any, problem: str) -> None:
    provider, asked = claude(checks="off")
    with pytest.raises(InvalidRequestError, match=problem):
        provider.complete([Message.user(part)])
    assert not asked


def test_audio_is_refused_with_models_that_hear(claude: Maker) -> None:
    with pytest.raises(UnsupportedCapabilityError, match="audio_input") as caught:
        claude("claude-haiku-4.5")[0].complete([Message.user(Audio(data=b"x", media_type="audio/wav"))])
    assert caught.value.alternatives


def test_a_conversation_with_tools_is_told_as_it_was(claude: Maker) -> None:
    thoughts = json.dumps([{"type": "thinking", "thinking": "Hm.", "signature": "sig"}])
    turns = [
        Message.user("Weather?"),
        Message.assistant("", ToolCall("t1", "weather", {"city": "Bonn"}, signature=thoughts)),
        Message.user("and?", ToolResult("t1", "rain"), ToolResult("t2", "broken", is_error=True)),
        Message.assistant("Rain.", ToolCall("t3", "weather", signature="not Anthropic's")),
        Message.user(ToolResult("t3", "sun")),
    ]
    body = sent(*claude(), turns, tools=[WEATHER], tool_choice="weather", cache=False)
    assert [turn["content"] for turn in body["messages"][1:4]] == [
        [
            {"type": "thinking", "thinking": "Hm.", "signature": "sig"},
            {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Bonn"}},
        ],
        [
            {"type": "tool_result", "tool_use_id": "t1", "content": "rain"},
            {"type": "tool_result", "tool_use_id": "t2", "content": "broken", "is_error": True},
            {"type": "text", "text": "and?"},
        ],
        [{"type": "text", "text": "Rain."}, {"type": "tool_use", "id": "t3", "name": "weather", "input": {}}],
    ]
    assert body["tools"] == [
        {"name": "weather", "description": "The weather of a city.", "input_schema": WEATHER.parameters}
    ]
    assert body["tool_choice"] == {"type": "tool", "name": "weather"}


@pytest.mark.parametrize(("choice", "expected"), [("auto", None), ("none", {"type": "none"}), ("required", {"type": "any"})])
def test_a_choice_of_tools_in_the_apis_words(claude: Maker, choice: str, expected: object) -> None:
    strict = Tool("now", strict=True)
    body = sent(*claude(), "?", tools=[strict], tool_choice=choice, cache=False)
    assert body.get("tool_choice") == expected
    assert body["tools"] == [{"name": "now", "input_schema": strict.parameters, "strict": True}]


@pytest.mark.parametrize(("tools", "choice"), [((), "required"), ((), "weather"), ((WEATHER,), "wether")])
def test_a_choice_among_tools_that_are_not_there_is_refused(claude: Maker, tools: Any, choice: str) -> None:
    with pytest.raises(InvalidRequestError, match="tool_choice is"):
        claude()[0].complete("?", tools=tools, tool_choice=choice)


def test_the_rest_of_a_request_has_its_place(claude: Maker) -> None:
    body = sent(
        *claude(),
        "?",
        system="Be brief.",
        temperature=0.3,
        stop=["END"],
        service_tier="standard",
        metadata={"user_id": "u-1"},
        extra={"top_k": 5, "extra_headers": {"anthropic-beta": "x"}, "extra_body": {"speed": "fast"}},
    )
    expected = {
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "temperature": 0.3,
        "stop_sequences": ["END"],
        "service_tier": "standard_only",
        "metadata": {"user_id": "u-1"},
        "top_k": 5,
        "speed": "fast",
    }
    assert {name: body[name] for name in expected} == expected
    assert body["headers"]["anthropic-beta"] == "x"


def test_labels_that_anthropic_does_not_take_are_said_to_stay_behind(claude: Maker) -> None:
    provider, asked = claude()
    with pytest.warns(CapabilityWarning, match="team are not sent"):
        response = provider.complete("?", max_tokens=10, metadata={"team": "x"})
    assert "metadata" not in asked[0]
    assert "team" in response.warnings[0]


def test_the_providers_own_tools_stand_beside_the_callers(claude: Maker) -> None:
    search = {"type": "web_search_20250305", "name": "web_search"}
    body = sent(*claude(), "?", tools=[WEATHER], extra={"tools": [search]}, cache=False)
    assert [tool["name"] for tool in body["tools"]] == ["weather", "web_search"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"temperature": 1.5}, "temperatures from 0 to 1"),
        ({"service_tier": "flex"}, "standard and priority"),
        ({"service_tier": "batch"}, "submit_batch"),
    ],
)
def test_what_claude_does_not_take_is_refused(claude: Maker, fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        claude()[0].complete("?", **fields)


def test_system_and_tools_are_cached_as_far_as_the_callers_own_marks_leave_room(claude: Maker) -> None:
    provider, asked = claude()

    def marks(own: int, **fields: Any) -> tuple[bool, bool]:
        parts = [Text(str(number), cache=True) for number in range(own)]
        body = sent(provider, asked, [Message.user("?", *parts)], system="s", tools=[WEATHER], **fields)
        assert sum("cache_control" in block for block in body["messages"][0]["content"]) == own
        return "cache_control" in body["system"][-1], "cache_control" in body["tools"][-1]

    assert marks(0) == marks(2) == (True, True)
    assert marks(3) == (True, False)
    assert marks(4) == marks(0, cache=False) == (False, False)
    with pytest.raises(InvalidRequestError, match="up to 4 parts of a request, found 5"):
        marks(5)


def test_caching_can_be_switched_off_for_a_provider_and_on_for_a_request(claude: Maker) -> None:
    provider, asked = claude(enable_caching=False)
    assert "cache_control" not in sent(provider, asked, "?", system="s")["system"][0]
    assert "cache_control" in sent(provider, asked, "?", system="s", cache=True)["system"][0]


class Verdict(msgspec.Struct):
    good: bool
    score: float


def test_a_shape_is_asked_for_and_comes_back_as_the_callers_type(claude: Maker) -> None:
    provider, asked = claude(reply=message('{"good": true, "score": 0.5}'))
    response = provider.complete("?", response_schema=Verdict, max_tokens=100)
    assert response.parsed == Verdict(good=True, score=0.5)
    schema = asked[0]["output_config"]["format"]["schema"]
    assert asked[0]["output_config"]["format"]["type"] == "json_schema"
    assert (schema["required"], schema["additionalProperties"]) == (["good", "score"], False)
    assert "tools" not in asked[0]


def test_what_the_api_refuses_in_a_schema_becomes_words(claude: Maker) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}
    body = sent(*claude(reply=message('{"n": 1}')), "?", response_schema=schema)
    number = body["output_config"]["format"]["schema"]["properties"]["n"]
    assert "minimum" not in number
    assert "minimum: 1" in number["description"]


def test_a_schema_that_the_sdk_cannot_read_goes_as_it_is(claude: Maker) -> None:
    schema = {"type": "object", "properties": {"n": {"type": ["string", "null"]}}}
    body = sent(*claude(reply=message('{"n": null}')), "?", response_schema=schema)
    assert body["output_config"]["format"]["schema"] == schema


def test_a_mapping_of_any_keys_comes_through_a_tool_that_must_be_called(claude: Maker) -> None:
    call = {"type": "tool_use", "id": "t", "name": ANSWER_TOOL, "input": {"value": {"a": 1}}}
    provider, asked = claude(reply=message(call, stop_reason="tool_use"))
    schema = {"type": "object", "properties": {"value": {"type": "object", "additionalProperties": {"type": "integer"}}}}
    response = provider.complete("?", response_schema=schema, max_tokens=100)
    assert asked[0]["tool_choice"] == {"type": "tool", "name": ANSWER_TOOL}
    assert "output_config" not in asked[0]
    assert (response.parsed, response.tool_calls, response.finish_reason) == ({"value": {"a": 1}}, (), "stop")


@pytest.mark.filterwarnings("ignore::Warning")
def test_a_model_that_is_not_known_to_have_structured_output_is_given_a_tool(claude: Maker) -> None:
    call = {"type": "tool_use", "id": "t", "name": ANSWER_TOOL, "input": {"good": True, "score": 1}}
    provider, asked = claude("claude-sonnet-4", reply=message(call, stop_reason="tool_use"), checks="off")
    response = provider.complete("?", response_schema=Verdict, tools=[WEATHER], max_tokens=100)
    assert [tool["name"] for tool in asked[0]["tools"]] == ["weather", ANSWER_TOOL]
    assert asked[0]["tool_choice"] == {"type": "any"}
    assert response.parsed == Verdict(good=True, score=1.0)
    provider.complete("?", response_schema=Verdict, reasoning_budget=1_024, max_tokens=2_000)
    assert "tool_choice" not in asked[1]


def test_an_answer_with_everything_is_read_and_priced_to_the_cent(claude: Maker) -> None:
    counts = {
        "input_tokens": 100,
        "cache_read_input_tokens": 2_000,
        "cache_creation_input_tokens": 1_000,
        "cache_creation": {"ephemeral_5m_input_tokens": 600, "ephemeral_1h_input_tokens": 400},
        "output_tokens": 300,
        "output_tokens_details": {"thinking_tokens": 120},
    }
    reply = message(
        {"type": "thinking", "thinking": "Bonn, then.", "signature": "sig"},
        {"type": "redacted_thinking", "data": "opaque"},
        "Let me ",
        "look.",
        {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Bonn"}},
        {"type": "tool_use", "id": "t2", "name": "weather", "input": {"city": "Köln"}},
        stop_reason="tool_use",
        usage=counts,
    )
    response = claude(reply=reply)[0].complete("?", tools=[WEATHER], max_tokens=1_000)
    assert (response.text, response.reasoning, response.finish_reason) == ("Let me look.", "Bonn, then.", "tool_calls")
    assert [(call.id, call.arguments) for call in response.tool_calls] == [
        ("t1", {"city": "Bonn"}),
        ("t2", {"city": "Köln"}),
    ]
    assert json.loads(response.tool_calls[0].signature or "") == [
        {"type": "thinking", "thinking": "Bonn, then.", "signature": "sig"},
        {"type": "redacted_thinking", "data": "opaque"},
    ]
    assert response.tool_calls[1].signature is None
    expected = Usage(
        input_tokens=3_100,
        output_tokens=300,
        cache_read_tokens=2_000,
        cache_write_5m_tokens=600,
        cache_write_1h_tokens=400,
        reasoning_tokens=120,
    )
    assert response.usage is not None
    assert response.usage.buckets.counts == expected.buckets.counts
    assert response.cost is not None
    assert response.cost.total == price("claude-sonnet-5.5", expected).total > Decimal(0)
    assert (response.request_id, response.provider, response.model) == ("req_1", "anthropic", "claude-sonnet-5-5")


@pytest.mark.parametrize(
    ("stop_reason", "expected"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refusal"),
        ("pause_turn", "other"),
        ("something_new", "other"),
    ],
)
def test_why_an_answer_ended(claude: Maker, stop_reason: str, expected: str) -> None:
    provider, _ = claude(reply=message("…", stop_reason=stop_reason))
    assert provider.complete("?", max_tokens=5).finish_reason == expected


def test_a_usage_that_contradicts_itself_costs_nothing_but_the_cost(claude: Maker) -> None:
    provider, _ = claude(reply=message("Still here.", usage={"input_tokens": -5}))
    response = provider.complete("?", max_tokens=5)
    assert (response.text, response.usage, response.cost) == ("Still here.", None, None)
    assert "the usage cannot be read: usage.input_tokens" in response.warnings[0]


@pytest.mark.parametrize("number", ["claude-haiku-4.5", "claude-sonnet-5.5"])
def test_without_a_limit_the_models_own_is_asked_for(claude: Maker, number: str) -> None:
    provider, _ = claude(number)
    assert provider.spec is not None
    payload = provider._translate(Request.of("?"), streamed=False)
    assert payload["max_tokens"] == provider.spec.metadata.context_window_output


def test_a_long_prompt_leaves_less_room_for_the_answer(claude: Maker) -> None:
    provider, _ = claude("claude-haiku-4.5")
    limits = [provider._translate(Request.of("x" * size), streamed=False)["max_tokens"] for size in (450_000, 900_000)]
    assert limits == [50_000, 4_096]


def test_a_model_that_the_catalogue_does_not_know_gets_a_careful_limit(claude: Maker) -> None:
    body = sent(*claude("claude-next-99"), "?", max_tokens=None, response_schema=Verdict)
    assert (body["model"], body["max_tokens"]) == ("claude-next-99", 8_192)
    assert "output_config" in body


def test_tokens_are_counted_by_the_provider_without_what_only_a_call_takes(claude: Maker) -> None:
    provider, asked = claude(reply={"input_tokens": 42})
    assert (
        provider.count_tokens("?", system="s", temperature=0.5, stop=["x"], tools=[WEATHER], service_tier="standard") == 42
    )
    assert asked[0]["path"] == "/v1/messages/count_tokens"
    assert asked[0].keys() - {"path", "headers"} == {"model", "messages", "system", "tools"}
