"""What the real SDK sends to Google for a request, and what its objects are read as."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any, Literal

import httpx2
import msgspec
import pytest
from fakes.google import answer, call
from google import genai

from ai_models import PricingService, errors
from ai_models.providers import Audio, Document, Image, Message, Request, Text, Tool, ToolCall, ToolResult
from ai_models.providers.google_contents import UNNAMED
from ai_models.providers.google_provider import GoogleProvider
from ai_models.providers.response import Response
from ai_models.providers.retrying import NO_RETRIES

MODEL = "gemini-3.8-flash"
WEATHER = Tool("weather", "Tells the weather.", {"type": "object", "properties": {"town_name": {"const": "Bern"}}})
CLOCK = Tool("clock")
SKIPPED = "skip_thought_signature_validator"
SPELLED = {"mime_type": "mimeType", "file_uri": "fileUri", "parameters_json_schema": "parametersJsonSchema"}
"""The SDK sends some names in its own spelling, and Google reads both."""


def spelled(found: Any) -> Any:
    """A body in one spelling."""
    if isinstance(found, dict):
        return {SPELLED.get(key, key): spelled(value) for key, value in found.items()}
    return [spelled(item) for item in found] if isinstance(found, list) else found


class Wire:
    """The real SDK's client over a transport that keeps what is sent and answers with ``replies``."""

    def __init__(self, *replies: dict[str, Any]) -> None:
        self.sent: list[httpx2.Request] = []
        self._replies = list(replies) or [answer("Fine.")]
        transport = httpx2.MockTransport(self._handle)
        self.client = genai.Client(
            api_key="a-key",
            vertexai=False,
            http_options={
                "httpx_client": httpx2.Client(transport=transport),
                "httpx_async_client": httpx2.AsyncClient(transport=transport),
            },
        )

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        return httpx2.Response(200, json=self._replies[min(len(self.sent), len(self._replies)) - 1])

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = spelled(json.loads(self.sent[-1].content))
        return found


def ask(wire: Wire, prompt: object = "Hi.", model: str = MODEL, **fields: Any) -> Response:
    return GoogleProvider(model, client=wire.client, retries=NO_RETRIES, checks="off").complete(prompt, **fields)


def sent(prompt: object = "Hi.", **fields: Any) -> dict[str, Any]:
    """The body of a request as Google gets it."""
    wire = Wire()
    ask(wire, prompt, **fields)
    return wire.body


def parts(*content: Any) -> list[dict[str, Any]]:
    """The parts of a user's message as Google gets them."""
    found: list[dict[str, Any]] = sent([Message.user(*content)])["contents"][0]["parts"]
    return found


def test_every_option_has_its_place_in_the_body() -> None:
    body = sent(
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi."}],
        max_tokens=50,
        temperature=0.5,
        stop=["END"],
        metadata={"team": "search"},
        service_tier="flex",
        extra={"top_p": 0.9, "safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]},
    )
    assert body == {
        "contents": [{"role": "user", "parts": [{"text": "Hi."}]}],
        "systemInstruction": {"role": "user", "parts": [{"text": "Be brief."}]},
        "generationConfig": {"maxOutputTokens": 50, "temperature": 0.5, "stopSequences": ["END"], "topP": 0.9},
        "labels": {"team": "search"},
        "serviceTier": "flex",
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
    }


def test_the_least_request_says_nothing_that_was_not_asked_for() -> None:
    assert sent() == {"contents": [{"role": "user", "parts": [{"text": "Hi."}]}], "generationConfig": {}}


def test_the_timeout_is_milliseconds_for_the_sdk_and_seconds_on_the_wire() -> None:
    wire = Wire()
    ask(wire, timeout=2.5)
    assert wire.sent[0].extensions["timeout"]["read"] == 2.5
    assert wire.sent[0].headers["x-server-timeout"] == "3"
    ask(wire, timeout=2.5, extra={"http_options": genai.types.HttpOptions(headers={"x-team": "search"})})
    assert (wire.sent[1].headers["x-team"], wire.sent[1].extensions["timeout"]["read"]) == ("search", 2.5)


# ---- media


@pytest.mark.parametrize(
    ("part", "media_type"),
    [
        (Image(data=b"\x89PNG\xff", media_type="image/png"), "image/png"),
        (Audio(data=b"\x89PNG\xff", media_type="audio/x-wav"), "audio/wav"),
        (Document(data=b"\x89PNG\xff", media_type="application/pdf"), "application/pdf"),
        (Image(url="data:image/png;base64," + base64.b64encode(b"\x89PNG\xff").decode()), "image/png"),
        (Document(url="data:,%89PNG%FF"), "text/plain"),
    ],
)
def test_data_goes_inline(part: Any, media_type: str) -> None:
    found = parts("Look:", part)
    assert found[0] == {"text": "Look:"}
    inline = found[1]["inlineData"]
    data = inline.get("data")
    assert (inline["mimeType"], base64.urlsafe_b64decode(data)) == (media_type, b"\x89PNG\xff")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Image(url="https://x.test/cat.png?size=2"), {"fileUri": "https://x.test/cat.png?size=2", "mimeType": "image/png"}),
        (Document(url="gs://b/a", media_type="application/pdf"), {"fileUri": "gs://b/a", "mimeType": "application/pdf"}),
        (
            Audio(url="https://generativelanguage.googleapis.com/v1/files/abc"),
            {"fileUri": "https://generativelanguage.googleapis.com/v1/files/abc"},
        ),
    ],
)  # fmt: skip
def test_an_address_is_sent_with_its_type(part: Any, expected: dict[str, str]) -> None:
    assert parts(part) == [{"fileData": expected}]


@pytest.mark.parametrize("url", ["https://x.test/cat", "data:image/png;base64,?", "data:image/png"])
def test_an_address_that_google_could_not_read_is_refused(url: str) -> None:
    with pytest.raises(errors.InvalidRequestError):
        parts(Image(url=url))


# ---- tools


def test_functions_are_declared_by_their_json_schema() -> None:
    body = sent(tools=[WEATHER, CLOCK])
    assert body["tools"] == [
        {
            "functionDeclarations": [
                {
                    "name": "weather",
                    "description": "Tells the weather.",
                    "parametersJsonSchema": {"type": "object", "properties": {"town_name": {"enum": ["Bern"]}}},
                },
                {"name": "clock", "parametersJsonSchema": {"type": "object", "properties": {}}},
            ]
        }
    ]
    assert "toolConfig" not in body


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        ("clock", {"mode": "ANY", "allowedFunctionNames": ["clock"]}),
    ],
)
def test_the_choice_of_a_function_is_a_mode(choice: str, expected: dict[str, Any]) -> None:
    assert sent(tools=[WEATHER, CLOCK], tool_choice=choice)["toolConfig"] == {"functionCallingConfig": expected}


def test_strict_functions_are_validated_ones() -> None:
    body = sent(tools=[Tool("clock", strict=True)])
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "VALIDATED"}}


def test_a_choice_that_is_no_tool_is_refused() -> None:
    with pytest.raises(errors.InvalidRequestError, match="none of the tools: weather"):
        sent(tools=[WEATHER], tool_choice="clock")


def test_googles_own_tools_join_the_functions() -> None:
    body = sent(
        tools=[CLOCK], extra={"tools": [{"google_search": {}}], "tool_config": {"retrieval_config": {"language_code": "de"}}}
    )
    assert {next(iter(tool)) for tool in body["tools"]} == {"functionDeclarations", "googleSearch"}
    assert list(body["toolConfig"]) == ["retrievalConfig"]


def test_a_call_and_its_result_go_back_as_they_came() -> None:
    signature = base64.b64encode(b"\xfb\xff-signature").decode()
    wire = Wire(
        answer(call("clock", signature=signature, id="call_7", zone="CET"), call("clock", id="call_8")), answer("Noon.")
    )
    first = ask(wire, tools=[CLOCK])
    assert first.finish_reason == "tool_calls"
    assert first.tool_calls == (
        ToolCall("call_7", "clock", {"zone": "CET"}, signature), ToolCall("call_8", "clock", {})
    )  # fmt: skip
    results = [ToolResult("call_7", "12:00"), ToolResult("call_8", "no such zone", is_error=True)]
    ask(wire, [Message.user("Hi."), Message.assistant(*first.tool_calls), Message.user(*results)], tools=[CLOCK])
    _, model, user = wire.body["contents"]
    signed = model["parts"][0].pop("thoughtSignature")
    assert base64.urlsafe_b64decode(signed) == b"\xfb\xff-signature"
    assert model == {
        "role": "model",
        "parts": [
            {"functionCall": {"id": "call_7", "name": "clock", "args": {"zone": "CET"}}},
            {"functionCall": {"id": "call_8", "name": "clock", "args": {}}},
        ],
    }
    assert user["parts"] == [
        {"functionResponse": {"id": "call_7", "name": "clock", "response": {"output": "12:00"}}},
        {"functionResponse": {"id": "call_8", "name": "clock", "response": {"error": "no such zone"}}},
    ]


def test_calls_without_identifiers_get_some_that_google_never_sees() -> None:
    wire = Wire(answer(call("clock", id=None), call("clock", id=None), responseId="r"), answer("Noon."))
    calls = ask(wire, tools=[CLOCK]).tool_calls
    assert [found.id for found in calls] == [f"{UNNAMED}r:0", f"{UNNAMED}r:1"]
    ask(
        wire, [Message.user("Hi."), Message.assistant(*calls), Message.user(ToolResult(calls[1].id, "12:00"))], tools=[CLOCK]
    )
    assert "unnamed" not in json.dumps(wire.body)
    assert wire.body["contents"][2]["parts"] == [{"functionResponse": {"name": "clock", "response": {"output": "12:00"}}}]


@pytest.mark.parametrize("signature", [None, '[{"type": "thinking"}]', ""])
def test_calls_that_another_model_made_ask_for_no_signature(signature: str | None) -> None:
    made = [ToolCall("toolu_1", "clock", {}, signature), ToolCall("toolu_2", "clock", {}, signature)]
    body = sent([Message.user("Hi."), Message.assistant("Let me see.", *made), Message.user(ToolResult("toolu_1", "12:00"))])
    said, first, second = body["contents"][1]["parts"]
    assert said == {"text": "Let me see."}
    assert first["thoughtSignature"] == SKIPPED
    assert "thoughtSignature" not in second


def test_a_result_of_no_known_function_is_refused() -> None:
    assert "functionResponse" in parts(ToolResult("call_1", "12:00", name="clock"))[0]
    with pytest.raises(errors.InvalidRequestError, match="needs the name of the function"):
        parts(ToolResult("call_1", "12:00"))


# ---- structured output


class Town(msgspec.Struct):
    """A town."""

    name: str
    country: Literal["CH"]
    twin: Town | None = None


def test_a_shape_is_a_json_schema_and_the_answer_is_of_it() -> None:
    wire = Wire(answer('{"name": "Bern", ', '"country": "CH"}'))
    response = ask(wire, response_schema=Town)
    assert response.parsed == Town("Bern", "CH")
    config = wire.body["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    schema = config["responseJsonSchema"]
    assert schema["properties"]["country"] == {"enum": ["CH"]}
    assert {"$ref": "#/$defs/Town"} in schema["properties"]["twin"]["anyOf"]


def test_a_schema_is_sent_within_what_google_reads() -> None:
    schema = {
        "type": "object",
        "properties": {
            "const": {"const": 1},
            "$ref": {"$ref": "#/$defs/a", "description": "beside"},
            "list": {"type": "array", "items": [{"const": {"const": 1}}]},
        },
        "$defs": {"a": {"type": "string", "default": {"const": 2}}},
    }
    assert sent(response_schema=schema)["generationConfig"]["responseJsonSchema"] == {
        "type": "object",
        "properties": {
            "const": {"enum": [1]},
            "$ref": {"$ref": "#/$defs/a"},
            "list": {"type": "array", "items": [{"enum": [{"const": 1}]}]},
        },
        "$defs": {"a": {"type": "string", "default": {"const": 2}}},
    }


def test_json_without_a_shape_is_a_media_type() -> None:
    config = sent(extra={"response_format": {"type": "json_object"}})["generationConfig"]
    assert config == {"responseMimeType": "application/json"}


# ---- what is refused before it is sent


@pytest.mark.parametrize("tier", ["batch", "reserved"])
def test_a_tier_that_a_call_cannot_have_is_refused(tier: str) -> None:
    with pytest.raises(errors.InvalidRequestError, match="standard, flex, priority"):
        sent(service_tier=tier)


@pytest.mark.parametrize("extra", [{"top_q": 1}, {"routing_config": {"auto_mode": {}}}])
def test_an_option_that_the_sdk_does_not_know_is_an_invalid_request(extra: dict[str, Any]) -> None:
    wire = Wire()
    with pytest.raises(errors.InvalidRequestError, match="Google's SDK refuses") as caught:
        ask(wire, extra=extra)
    assert isinstance(caught.value.__cause__, ValueError)
    assert wire.sent == []


def test_an_answer_that_is_no_json_is_the_servers_failure() -> None:
    client = Wire().client
    broken = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(502, text="<html>Bad gateway</html>")))
    client._api_client._httpx_client = broken
    with pytest.raises(errors.ServerError) as caught:
        GoogleProvider(MODEL, client=client, retries=NO_RETRIES).complete("Hi.")
    assert caught.value.status == 502


# ---- the caller's own clients, and prices


def test_the_callers_client_serves_both_ways_and_stays_open() -> None:
    wire = Wire()

    async def ask_twice() -> list[str]:
        async with GoogleProvider(MODEL, client=wire.client) as provider:
            return [provider.complete("Hi.").text, (await provider.acomplete("Hi.")).text]

    assert asyncio.run(ask_twice()) == ["Fine.", "Fine."]
    assert GoogleProvider(MODEL, client=wire.client).complete("Hi.").text == "Fine."

    async def ask_with_its_other_half() -> str:
        return (await GoogleProvider(MODEL, async_client=wire.client.aio).acomplete("Hi.")).text

    assert asyncio.run(ask_with_its_other_half()) == "Fine."


def test_the_cost_is_the_usages_at_the_rates_in_force() -> None:
    counts = {
        "promptTokenCount": 100_000,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 60_000}, {"modality": "IMAGE", "tokenCount": 40_000}],
        "cachedContentTokenCount": 50_000,
        "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 50_000}],
        "candidatesTokenCount": 1_000,
        "thoughtsTokenCount": 2_000,
        "toolUsePromptTokenCount": 0,
    }
    response = ask(Wire(answer("Fine.", usage=counts)), [Message.user(Text("Hi.", cache=True))])
    used = response.usage
    assert used is not None
    assert (used.input_tokens, used.input_image_tokens, used.cache_read_tokens, used.output_tokens) == (
        100_000, 40_000, 50_000, 3_000
    )  # fmt: skip
    expected = PricingService().price(MODEL, used.replace(service_tier=None))
    assert response.cost is not None
    assert response.cost.total == expected.total
    assert not response.cost.unpriced


def test_a_request_is_the_same_for_all_ways_of_asking() -> None:
    provider = GoogleProvider(MODEL, api_key="a-key")
    request = Request.of("Hi.", tools=[WEATHER], reasoning_effort="low", max_tokens=9)
    assert provider._translate(request, streamed=False) == provider._translate(request, streamed=True)
