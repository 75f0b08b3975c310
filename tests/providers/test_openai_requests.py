"""What OpenAI's SDK sends for a request, by both APIs: read from the wire, with the real SDK on a transport of our own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import msgspec
import openai
import pytest
from fakes import openai_chat, openai_responses

from ai_models.errors import InvalidRequestError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers.openai_plan import allows_strict
from ai_models.providers.openai_provider import OpenAIProvider
from ai_models.providers.request import Audio, Document, Image, Message, Text, Tool, ToolCall, ToolResult
from ai_models.providers.response import Response

pytestmark = pytest.mark.usefixtures("today")

Ask = Callable[..., dict[str, Any]]

PNG = Image(data=b"\x89PNG", media_type="image/png")
PDF = Document(data=b"%PDF-1.7", media_type="application/pdf", name="contract.pdf")
WAV = Audio(data=b"RIFF", media_type="audio/x-wav")
WEATHER = Tool("weather", "The weather of a place.", {"type": "object", "properties": {"place": {"type": "string"}}})


class Signal(msgspec.Struct):
    category: str
    score: float


class Loose(msgspec.Struct):
    category: str
    note: str = ""


def provider(model: str = "gpt-5.5", *answers: dict[str, Any], **options: Any) -> tuple[OpenAIProvider, list[Any]]:
    """A provider whose SDK answers what is scripted, then a greeting, and what it was asked."""
    asked: list[Any] = []
    left = list(answers)

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(json.loads(request.content))
        is_chat = request.url.path.endswith("/chat/completions")
        usual = openai_chat.completion("Hi.") if is_chat else openai_responses.response("Hi.")
        return httpx2.Response(200, json=left.pop(0) if left else usual, headers={"x-request-id": "req_1"})

    http = httpx2.Client(transport=httpx2.MockTransport(handle))
    client = openai.OpenAI(api_key="k", http_client=http, max_retries=0)
    return OpenAIProvider(model, client=client, **options), asked


def sent(prompt: object, *, model: str = "gpt-5.5", api: Any = None, checks: Any = "error", **fields: Any) -> dict[str, Any]:
    """The body that goes out for a prompt."""
    calling, asked = provider(model, api=api, checks=checks)
    calling.complete(prompt, **fields)
    body: dict[str, Any] = asked[-1]
    return body


# ---- both APIs


def test_text_and_instructions() -> None:
    assert sent("Hello", system="Be brief.", max_tokens=50) == {
        "model": "gpt-5.5",
        "instructions": "Be brief.",
        "input": "Hello",
        "max_output_tokens": 50,
    }
    assert sent("Hello", system="Be brief.", max_tokens=50, api="chat") == {
        "model": "gpt-5.5",
        "messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
        "max_completion_tokens": 50,
    }


def test_images_and_documents() -> None:
    prompt = [Message.user("Look", PNG, PDF)]
    assert sent(prompt)["input"][0]["content"] == [
        {"type": "input_text", "text": "Look"},
        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw==", "detail": "auto"},
        {
            "type": "input_file", "filename": "contract.pdf",
            "file_data": "data:application/pdf;base64,JVBERi0xLjc=",
        },
    ]  # fmt: skip
    assert sent(prompt, api="chat")["messages"][0]["content"] == [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
        {
            "type": "file",
            "file": {"filename": "contract.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjc="},
        },
    ]


def test_addresses() -> None:
    prompt = [Message.user(Image(url="https://x/y.png"), Document(url="https://x/y.pdf"))]
    assert sent(prompt)["input"][0]["content"] == [
        {"type": "input_image", "image_url": "https://x/y.png", "detail": "auto"},
        {"type": "input_file", "file_url": "https://x/y.pdf"},
    ]
    with pytest.raises(InvalidRequestError, match="no address of a part of type Document"):
        sent(prompt, api="chat")


def test_audio_goes_to_chat_completions_by_itself() -> None:
    body = sent([Message.user("Transcribe", WAV)], model="gpt-audio-1.5", checks="off")
    assert body["messages"][0]["content"][1] == {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
    body = sent([Message.user("Transcribe", Audio(data=b"x", media_type="audio/mpeg"))], checks="off")
    assert body["messages"][0]["content"][1]["input_audio"]["format"] == "mp3"
    with pytest.raises(InvalidRequestError, match="no part of type Audio; api='chat' may"):
        sent([Message.user(WAV)], api="responses", checks="off")
    with pytest.raises(InvalidRequestError, match="no address of a part of type Audio"):
        sent([Message.user(Audio(url="https://x/y.wav"))], checks="off")


def test_stop_texts_go_to_chat_completions_by_themselves() -> None:
    assert sent("x", stop=["END"])["stop"] == ["END"]
    with pytest.raises(InvalidRequestError, match="takes no stop texts"):
        sent("x", stop=["END"], api="responses")
    with pytest.raises(InvalidRequestError, match="takes no stop texts"):
        sent("x", stop=["END"], model="gpt-5.5-pro")


def test_a_conversation_with_tools() -> None:
    talk = [
        Message.user("Weather in Oslo?"),
        Message.assistant("I look.", ToolCall("call_1", "weather", {"place": "Oslo"})),
        Message.user(ToolResult("call_1", "no such place", is_error=True), ToolResult("call_2", "4 °C"), "And now?"),
    ]
    body = sent(talk, tools=[WEATHER])
    assert body["input"] == [
        {"role": "user", "content": [{"type": "input_text", "text": "Weather in Oslo?"}]},
        {"role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"place": "Oslo"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "error: no such place"},
        {"type": "function_call_output", "call_id": "call_2", "output": "4 °C"},
        {"role": "user", "content": [{"type": "input_text", "text": "And now?"}]},
    ]
    assert body["tools"] == [
        {
            "type": "function", "name": "weather", "description": "The weather of a place.",
            "parameters": WEATHER.parameters, "strict": False,
        }
    ]  # fmt: skip
    assert "tool_choice" not in body
    body = sent(talk, tools=[WEATHER], api="chat")
    assert body["messages"] == [
        {"role": "user", "content": "Weather in Oslo?"},
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"place": "Oslo"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "error: no such place"},
        {"role": "tool", "tool_call_id": "call_2", "content": "4 °C"},
        {"role": "user", "content": "And now?"},
    ]
    function = {"name": "weather", "description": "The weather of a place.", "parameters": WEATHER.parameters}
    assert body["tools"] == [{"type": "function", "function": function}]


def test_the_choice_of_a_tool() -> None:
    strict = Tool("weather", strict=True)
    assert sent("x", tools=[strict], tool_choice="weather")["tool_choice"] == {"type": "function", "name": "weather"}
    assert sent("x", tools=[strict], tool_choice="required")["tool_choice"] == "required"
    body = sent("x", tools=[strict], tool_choice="weather", api="chat")
    assert body["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
    assert body["tools"][0]["function"]["strict"] is True
    with pytest.raises(InvalidRequestError, match="tool_choice 'whether' is no tool; there are weather"):
        sent("x", tools=[strict], tool_choice="whether")
    with pytest.raises(InvalidRequestError, match="there are no tools"):
        sent("x", tool_choice="required")


def test_the_shape_of_the_answer_is_strict_where_the_schema_allows_it() -> None:
    described = sent("x", response_schema=Signal)["text"]["format"]
    assert (described["type"], described["name"], described["strict"]) == ("json_schema", "Signal", True)
    assert described["schema"]["required"] == ["category", "score"]
    assert sent("x", response_schema=Loose)["text"]["format"]["strict"] is False
    described = sent("x", response_schema=Signal, api="chat")["response_format"]
    assert (described["type"], described["json_schema"]["strict"]) == ("json_schema", True)


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False},
            True,
        ),
        ({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, False),
        ({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}, False),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}, True),
        ({"anyOf": [{"type": "string", "format": "color"}, {"type": "null"}]}, False),
        ({"oneOf": [{"type": "string"}]}, False),
        ({"type": "array", "items": {"type": "string", "minLength": 1}}, False),
        ({"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2}, True),
        ({"$ref": "#/$defs/A"}, True),
        ({"$ref": "#/$defs/A", "description": "x"}, False),
        ({"$defs": {"A": {"type": "object"}}, "type": "string"}, False),
        (True, True),
    ],
)
def test_which_schemas_are_strict(schema: Any, strict: bool) -> None:
    assert allows_strict(schema) is strict


def test_effort() -> None:
    assert sent("x", reasoning_effort="xhigh")["reasoning"] == {"effort": "xhigh"}
    assert sent("x", reasoning_effort="none", api="chat")["reasoning_effort"] == "none"
    with pytest.raises(InvalidRequestError, match="no reasoning effort 'max'; it has none, low, medium, high, xhigh"):
        sent("x", reasoning_effort="max")
    assert sent("x", reasoning_effort="max", checks="off")["reasoning"] == {"effort": "max"}
    with pytest.warns(CapabilityWarning, match="no reasoning effort max; the nearest, xhigh, is sent"):
        assert sent("x", reasoning_effort="max", checks="warn")["reasoning"] == {"effort": "xhigh"}


@pytest.mark.parametrize(
    ("budget", "effort"), [(0, "none"), (200, "low"), (1_500, "low"), (9_000, "medium"), (20_000, "high"), (90_000, "xhigh")]
)
def test_a_budget_is_the_nearest_effort(budget: int, effort: str) -> None:
    with pytest.warns(CapabilityWarning, match=f"the nearest effort, {effort}, is sent"):
        assert sent("x", reasoning_budget=budget)["reasoning"] == {"effort": effort}


def test_effort_and_budget() -> None:
    with pytest.warns(CapabilityWarning, match="reasoning_budget is not"):
        assert sent("x", reasoning_budget=5, reasoning_effort="high")["reasoning"] == {"effort": "high"}


def test_temperature_only_where_the_model_takes_it() -> None:
    calling, asked = provider()
    with pytest.warns(CapabilityWarning, match=r"gpt-5\.5 reasons, and takes no temperature then; 0\.3 is not sent"):
        response = calling.complete("x", temperature=0.3)
    assert "temperature" not in asked[-1]
    assert response.warnings == ("gpt-5.5 reasons, and takes no temperature then; 0.3 is not sent",)
    assert sent("x", temperature=0.3, reasoning_effort="none")["temperature"] == 0.3
    assert sent("x", temperature=0.0, checks="off")["temperature"] == 0
    assert sent("x", temperature=0.3, model="gpt-7-of-tomorrow")["temperature"] == 0.3


def test_the_tier() -> None:
    assert sent("x", service_tier="standard")["service_tier"] == "default"
    assert sent("x", service_tier="flex", api="chat")["service_tier"] == "flex"
    with pytest.raises(InvalidRequestError, match="submit_batch"):
        sent("x", service_tier="batch")


def test_metadata() -> None:
    labels = {"team": "search"}
    assert sent("x", metadata=labels)["metadata"] == labels
    assert sent("x", metadata=labels, api="chat", extra={"store": True})["metadata"] == labels
    with pytest.warns(CapabilityWarning, match="takes no metadata here"):
        assert "metadata" not in sent("x", metadata=labels, api="chat")


def test_options_of_the_providers_own_are_passed_on() -> None:
    extra = {"prompt_cache_key": "tenant-7", "store": False, "extra_body": {"truncation": "auto"}}
    body = sent("x", extra=extra)
    assert (body["prompt_cache_key"], body["store"], body["truncation"]) == ("tenant-7", False, "auto")
    assert sent("x", extra={"top_p": 0.5}, api="chat")["top_p"] == 0.5


@pytest.mark.parametrize(
    ("model", "key"),
    [("gpt-5.5", "input"), ("gpt-audio-1.5", "messages"), ("gpt-5-search-api", "messages"), ("gpt-5.5-pro", "input")],
)
def test_each_model_is_called_by_the_api_that_serves_it(model: str, key: str) -> None:
    assert key in sent("x", model=model, checks="off")


def test_what_an_assistant_cannot_have_said_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="as what the model said"):
        sent([Message.user("x"), Message.assistant(PNG), Message.user("y")], api="chat")
    with pytest.raises(InvalidRequestError, match="no part of type ToolCall"):
        sent([Message.user(ToolCall("1", "weather"))], api="chat", checks="off")


def test_an_unknown_api_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="responses or chat"):
        OpenAIProvider("gpt-5.5", api="assistants")  # type: ignore[arg-type]


# ---- what comes back


def answered(*answers: dict[str, Any], api: Any = None, **fields: Any) -> Response:
    calling, _ = provider("gpt-5.5", *answers, api=api)
    return calling.complete("x", **fields)


def test_a_response_is_read_whole() -> None:
    made = openai_responses.response(
        openai_responses.reasoning("I should look.", "Then answer."),
        "Let me see.",
        openai_responses.call("weather", {"place": "Oslo"}),
        usage={"input_tokens": 1_200, "output_tokens": 300, "cached": 1_000, "reasoning": 128},
        service_tier="flex",
    )
    response = answered(made)
    assert (response.text, response.reasoning) == ("Let me see.", "I should look.\n\nThen answer.")
    assert response.finish_reason == "tool_calls"
    assert response.tool_calls[0].arguments == {"place": "Oslo"}
    assert response.usage is not None
    assert response.usage.service_tier == "flex"
    assert (response.usage.cache_read_tokens, response.usage.reasoning_tokens) == (1_000, 128)
    # 200 at 2.5, 1,000 at 0.25 and 300 at 15 USD per 1M: flex is half of 5.00, 0.50 and 30.00.
    assert response.cost is not None
    assert response.cost.total is not None
    assert f"{response.cost.total.normalize():f}" == "0.00525"
    assert (response.model, response.provider, response.request_id) == ("gpt-5.5-2026-04-23", "openai", "req_1")
    assert isinstance(response.raw, openai.types.responses.Response)


def test_reasoning_goes_back_with_the_call_that_it_led_to() -> None:
    thought = openai_responses.reasoning("Look.", encrypted="gAAAA-secret")
    calling, asked = provider("gpt-5.5", openai_responses.response(thought, openai_responses.call("weather", {})))
    call = calling.complete("x", tools=[WEATHER]).tool_calls[0]
    calling.complete(
        [Message.user("x"), Message.assistant(call), Message.user(ToolResult(call.id, "4 °C"))], tools=[WEATHER]
    )
    kinds = [item.get("type", item.get("role")) for item in asked[-1]["input"]]
    assert kinds == ["user", "reasoning", "function_call", "function_call_output"]
    assert asked[-1]["input"][1]["encrypted_content"] == "gAAAA-secret"
    foreign = ToolCall("1", "weather", {}, signature="a thought signature of Google's")
    calling.complete([Message.user("x"), Message.assistant(foreign), Message.user(ToolResult("1", "4 °C"))], tools=[WEATHER])
    assert [item.get("type") for item in asked[-1]["input"]] == [None, "function_call", "function_call_output"]


@pytest.mark.parametrize(
    ("made", "finish", "text"),
    [
        (openai_responses.response(openai_responses.refusal("I will not.")), "refusal", "I will not."),
        (
            openai_responses.response("Half", status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
            "length",
            "Half",
        ),
        (
            openai_responses.response(status="incomplete", incomplete_details={"reason": "content_filter"}),
            "content_filter",
            "",
        ),
        (openai_responses.response("x", status="incomplete", incomplete_details={"reason": "steered"}), "other", "x"),
    ],
)
def test_how_a_response_ends(made: dict[str, Any], finish: str, text: str) -> None:
    response = answered(made)
    assert (response.finish_reason, response.text) == (finish, text)


def test_a_completion_is_read_whole() -> None:
    made = openai_chat.completion(
        None,
        calls=(openai_chat.call("weather", {"place": "Oslo"}), openai_chat.call("weather", {"place": "Bergen"}, "call_2")),
        usage=openai_chat.usage(prompt_tokens=1_200, completion_tokens=300, cached=1_000, reasoning=128),
    )
    response = answered(made, api="chat")
    assert [(call.id, call.arguments["place"]) for call in response.tool_calls] == [("call_1", "Oslo"), ("call_2", "Bergen")]
    assert (response.finish_reason, response.text) == ("tool_calls", "")
    assert response.cost is not None
    assert response.cost.total is not None
    assert f"{response.cost.total.normalize():f}" == "0.0105"


@pytest.mark.parametrize(
    ("made", "finish", "text"),
    [
        (openai_chat.completion(None, message={"refusal": "I will not."}), "refusal", "I will not."),
        (openai_chat.completion("Half", finish="length"), "length", "Half"),
        (openai_chat.completion("", finish="content_filter"), "content_filter", ""),
        (openai_chat.completion("x", finish="a reason of tomorrow"), "other", "x"),
        (openai_chat.completion(None, calls=(openai_chat.call("weather", {}),), finish="stop"), "tool_calls", ""),
    ],
)
def test_how_a_completion_ends(made: dict[str, Any], finish: str, text: str) -> None:
    response = answered(made, api="chat")
    assert (response.finish_reason, response.text) == (finish, text)


def test_the_answer_as_the_callers_type() -> None:
    response = answered(openai_responses.response('{"category": "bug", "score": 0.5}'), response_schema=Signal)
    assert response.parsed == Signal("bug", 0.5)
    response = answered(openai_responses.response("[1, 2]"), response_schema=list[int])
    assert response.parsed == [1, 2]


def test_arguments_that_are_no_json_are_shown_as_they_are() -> None:
    broken = {**openai_responses.call("weather", {}), "arguments": '{"place": "Os'}
    assert answered(openai_responses.response(broken)).tool_calls[0].arguments == {"_unparsed": '{"place": "Os'}
    listed = {**openai_responses.call("weather", {}), "arguments": "[1]"}
    assert answered(openai_responses.response(listed)).tool_calls[0].arguments == {"_unparsed": "[1]"}
    empty = {**openai_responses.call("weather", {}), "arguments": ""}
    assert answered(openai_responses.response(empty)).tool_calls[0].arguments == {}


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_an_answer_without_usage_has_no_cost(api: str) -> None:
    made = openai_chat.completion("x", usage=None) if api == "chat" else openai_responses.response("x", usage=None)
    response = answered(made, api=api)
    assert (response.text, response.usage, response.cost) == ("x", None, None)


def test_a_usage_that_contradicts_itself_costs_no_answer() -> None:
    broken = openai_chat.usage(prompt_tokens=10) | {"prompt_tokens_details": {"cached_tokens": 11}}
    response = answered(openai_chat.completion("x", usage=broken), api="chat")
    assert (response.text, response.cost) == ("x", None)
    assert "the usage cannot be read" in response.warnings[0]


def test_a_text_with_a_mark_for_a_cache_is_sent_without() -> None:
    turns = [Message.user(Text("x", cache=True)), Message.assistant("y"), Message.user("z")]
    assert sent(turns)["input"][0]["content"] == [{"type": "input_text", "text": "x"}]
    assert sent(turns[:1])["input"] == "x"
