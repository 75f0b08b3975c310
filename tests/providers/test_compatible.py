"""Endpoints that speak OpenAI's dialect: every row makes a provider, and each quirk shows in what is sent and read."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import openai
import pytest
from fakes import openai_chat, openai_responses
from fakes.openai_responses import OpenAIServer

from ai_models import PricingService
from ai_models.catalog.endpoint_format import EndpointEntry
from ai_models.catalog.validate import validate
from ai_models.errors import AuthenticationError, CatalogError, InvalidRequestError, ProviderNotFoundError, ServerError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers.classification import SignalCategory
from ai_models.providers.compatible import CompatibleProvider, provider_class
from ai_models.providers.endpoints import SHIPPED, Endpoint, endpoints
from ai_models.providers.request import Message, Text, Tool, ToolResult
from ai_models.providers.response import Response
from ai_models.providers.retrying import NO_RETRIES
from ai_models.registry.provider_registry import ProviderRegistry, get_provider

pytestmark = pytest.mark.usefixtures("today")

WEATHER = Tool("weather", "The weather of a place.", {"type": "object", "properties": {}}, strict=True)


class Signal(msgspec.Struct):
    category: str


@pytest.fixture(autouse=True)
def _without_more_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in SHIPPED.values():
        monkeypatch.delenv(row.key_variable, raising=False)


def calling(server: OpenAIServer, name: str, model: str = "some-model", **options: Any) -> CompatibleProvider:
    return provider_class(name)(model, **{"api_key": "k", "base_url": server.url, "retries": NO_RETRIES, **options})


def streamed(provider: CompatibleProvider, prompt: object = "Hello", **fields: Any) -> Response:
    response = list(provider.stream(prompt, **fields))[-1].response
    assert response is not None
    return response


# ---- the rows


@pytest.mark.parametrize("name", SHIPPED)
def test_every_row_makes_a_provider(name: str) -> None:
    row = SHIPPED[name]
    kind = ProviderRegistry.get(name)
    assert kind is provider_class(name)
    assert (kind.catalog_provider, kind.display_name) == (row.catalog_provider, row.title)
    assert kind.__name__.isidentifier()
    provider = kind("some-model", base_url="http://127.0.0.1:1", retries=NO_RETRIES)
    assert provider.model_id == "some-model"
    if not row.keyless:
        with pytest.raises(AuthenticationError, match=f"{row.key_variable} is not set"):
            provider.complete("Hello")


def test_every_row_is_called(openai_server: OpenAIServer) -> None:
    with openai.OpenAI(api_key="k", base_url=openai_server.url) as client:  # one for all: each costs a third of a second
        for name, row in SHIPPED.items():
            provider = provider_class(name)("some-model", client=client)
            assert provider.complete("Hello").text == "Hello from GPT."
            assert streamed(provider).text == "Hello from GPT."
            path = "/responses" if row.api == "responses" else "/chat/completions"
            assert [request.path for request in openai_server.requests[-2:]] == [path, path]


@pytest.mark.parametrize("name", ["deepseek", "vllm"])
def test_the_key_of_the_environment(openai_server: OpenAIServer, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SHIPPED[name].key_variable, "from-the-environment")
    with calling(openai_server, name, api_key=None) as provider:
        provider.complete("Hello")
    assert openai_server.requests[-1].headers["authorization"] == "Bearer from-the-environment"


def test_the_rows_are_well_formed() -> None:
    for name, row in SHIPPED.items():
        assert name == name.casefold()
        assert not row.base_url.endswith("/")
        assert row.base_url.startswith("https://") or row.keyless
        assert msgspec.json.decode(msgspec.json.encode(row), type=Endpoint) == row
    assert SHIPPED["moonshot"] is SHIPPED["moonshotai"]


def test_the_rows_that_sell_models_are_known_to_the_catalogue() -> None:
    catalog = PricingService().catalog
    unknown = {row.name for row in SHIPPED.values() if row.catalog_provider not in catalog.providers}
    assert unknown == {"vllm", "llamacpp"}  # servers of one's own, which nobody sells


def test_an_unknown_endpoint_names_the_nearest() -> None:
    with pytest.raises(ProviderNotFoundError, match="did you mean groq"):
        provider_class("groqq")


def test_a_model_is_found_by_the_name_that_the_endpoint_has_for_it() -> None:
    groq = get_provider("groq:llama-3.3-70b-versatile")
    assert groq.spec is not None
    assert (groq.model_id, groq.spec.key) == ("llama-3.3-70b-versatile", "meta/llama-3.3-70b-instruct")
    assert get_provider("openrouter:claude-sonnet-4.5").model_id == "anthropic/claude-sonnet-4.5"
    assert get_provider("deepseek-v4-flash").model_id == "deepseek-v4-flash"
    mistral = get_provider("ollama:mistral")
    assert (mistral.model_id, mistral.spec) == ("mistral", None)
    assert get_provider("vllm:openai/gpt-oss-20b").model_id == "openai/gpt-oss-20b"


def test_nothing_of_openai_s_environment_is_sent_elsewhere(
    openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-of-openai\nX-Internal: secret")

    async def call() -> None:
        async with calling(openai_server, "groq") as provider:
            await provider.acomplete("Hello")

    with calling(openai_server, "groq") as provider:
        provider.complete("Hello")
    asyncio.run(call())
    for request in openai_server.requests:
        assert request.headers["authorization"] == "Bearer k"
        assert not {"openai-organization", "openai-project", "x-internal"} & request.headers.keys()
        assert "secret" not in str(request.headers)


# ---- quirks, each through the socket


def test_deepseek(openai_server: OpenAIServer) -> None:
    hits = {"prompt_cache_hit_tokens": 900, "prompt_cache_miss_tokens": 100}
    usage = {"prompt_tokens": 1_000, "completion_tokens": 200, "total_tokens": 1_200, **hits}
    usage["completion_tokens_details"] = {"reasoning_tokens": 150}  # type: ignore[assignment]
    openai_server.completion = openai_chat.completion(
        None, calls=(openai_chat.call("weather", {}),), message={"reasoning_content": "Look first."}, usage=usage
    )
    with calling(openai_server, "deepseek", "deepseek-v4-flash") as provider:
        response = provider.complete("Hello", tools=[WEATHER], reasoning_effort="high", max_tokens=99)
        assert response.reasoning == "Look first."
        assert response.usage is not None
        assert (response.usage.cache_read_tokens, response.usage.reasoning_tokens) == (900, 150)
        assert response.cost is not None
        assert {line.meter for line in response.cost.lines} >= {"input", "cache_read", "output"}
        body = openai_server.requests[-1].json
        assert (body["reasoning_effort"], body["thinking"], body["max_tokens"]) == ("high", {"type": "enabled"}, 99)
        assert "strict" not in body["tools"][0]["function"]
        again = streamed(provider, tools=[WEATHER])
        assert (again.reasoning, again.tool_calls, again.usage) == (response.reasoning, response.tool_calls, response.usage)

        talk = [Message.user("Hello"), Message.assistant(*response.tool_calls), Message.user(ToolResult("call_1", "4 °C"))]
        provider.complete(talk, tools=[WEATHER], reasoning_effort="none")
        body = openai_server.requests[-1].json
        assert body["messages"][1]["reasoning_content"] == "Look first."
        assert body["thinking"] == {"type": "disabled"}
        assert "reasoning_effort" not in body


def test_deepseek_answers_of_a_shape(openai_server: OpenAIServer) -> None:
    openai_server.says('{"category": "bug"}')
    with calling(openai_server, "deepseek", "deepseek-v4-flash") as provider:
        response = provider.complete("Hello", response_schema=Signal, system="Be brief.")
    assert response.parsed == Signal("bug")
    body = openai_server.requests[-1].json
    assert body["response_format"] == {"type": "json_object"}
    assert body["messages"][0]["role"] == "system"
    assert body["messages"][0]["content"].startswith("Be brief.\n\nAnswer with one JSON value of this JSON Schema")
    assert '"category"' in body["messages"][0]["content"]


def test_groq(openai_server: OpenAIServer) -> None:
    usage = {
        "queue_time": 0.01, "prompt_tokens": 40, "prompt_time": 0.1, "completion_tokens": 20, "completion_time": 0.2,
        "total_tokens": 60, "total_time": 0.3,
    }  # fmt: skip
    whole = openai_chat.completion("Fast.", message={"reasoning": "Hm."}, usage=usage, service_tier="on_demand")
    openai_server.completion = whole
    with calling(openai_server, "groq", "llama-3.3-70b-versatile") as provider:
        response = provider.complete("Hello", service_tier="standard", max_tokens=9)
        body = openai_server.requests[-1].json
        assert (body["service_tier"], body["max_completion_tokens"]) == ("on_demand", 9)
        *chunks, done = openai_chat.stream_of(whole, usage=False, reasoning_field="reasoning")
        assert isinstance(chunks[-1], dict)
        chunks[-1]["x_groq"] = {"id": "req_01", "usage": usage}
        openai_server.sse([*chunks, done])
        again = streamed(provider)
    assert (response.reasoning, again.reasoning) == ("Hm.", "Hm.")
    assert response.usage == again.usage
    assert response.cost is not None
    assert again.cost is not None
    assert response.cost.total == again.cost.total
    assert float(response.cost) > 0


def test_openrouter(openai_server: OpenAIServer) -> None:
    usage = {
        **openai_chat.usage(prompt_tokens=1_000, completion_tokens=100, cached=400), "cost": 0.00123, "is_byok": False,
        "cost_details": {"upstream_inference_cost": None},
    }  # fmt: skip
    openai_server.completion = openai_chat.completion(
        "Routed.", message={"reasoning": "Hm."}, usage=usage, provider="Anthropic", model="anthropic/claude-sonnet-4.5"
    )
    with calling(openai_server, "openrouter", "claude-sonnet-5-5") as provider:
        response = provider.complete([Message.user(Text("A long text.", cache=True), "Hello")], reasoning_budget=2_000)
        body = openai_server.requests[-1].json
        assert body["model"] == "anthropic/claude-sonnet-5.5"
        assert body["reasoning"] == {"max_tokens": 2_000}
        assert body["messages"][0]["content"][0]["cache_control"] == {"type": "ephemeral"}
        assert response.reasoning == "Hm."
        assert response.usage is not None
        assert "the provider states what it charged: 0.00123" in response.usage.notes
        assert response.cost is not None
        provider.complete("Hello", reasoning_effort="high")
        assert openai_server.requests[-1].json["reasoning"] == {"effort": "high"}
        openai_server.answer({"error": {"code": 502, "message": "Upstream is down", "metadata": {}}, "user_id": "u"})
        with pytest.raises(ServerError, match="Upstream is down"):
            provider.complete("Hello")
        failed = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
        broken = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [failed]}
        openai_server.sse([{**broken, "error": {"code": "server_error", "message": "Provider disconnected"}}])
        with pytest.raises(ServerError, match="Provider disconnected"):
            streamed(provider)
        openai_server.sse([broken, "[DONE]"])
        with pytest.raises(ServerError, match="ended with error"):
            streamed(provider)


def test_ollama_needs_no_key_and_costs_nothing(openai_server: OpenAIServer) -> None:
    usage = {"prompt_tokens": 26, "completion_tokens": 298, "total_tokens": 324}
    whole = openai_chat.completion("Local.", message={"reasoning": "Hm."}, usage=usage, model="llama3")
    openai_server.completion = {key: value for key, value in whole.items() if key != "service_tier"}
    with calling(openai_server, "ollama", "llama3", api_key=None) as provider:
        response = provider.complete("Hello", temperature=0.2, stop=["x"])
        again = streamed(provider)
    assert openai_server.requests[0].headers["authorization"] == "Bearer no-key"
    assert openai_server.requests[0].json["temperature"] == 0.2
    assert (response.text, response.reasoning) == ("Local.", "Hm.")
    assert response.cost is not None
    assert response.cost.total == 0
    assert again.usage is not None


def test_mistral(openai_server: OpenAIServer) -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    whole = openai_chat.completion(None, message={"content": [thinking, {"type": "text", "text": "Bonjour."}]})
    openai_server.completion = whole
    with calling(openai_server, "mistral", "mistral-of-tomorrow") as provider:
        response = provider.complete("Hello", max_tokens=5)
        assert (response.text, response.reasoning) == ("Bonjour.", "Hm.")
        assert openai_server.requests[-1].json["max_tokens"] == 5
        chunks = openai_chat.stream_of(openai_chat.completion("Bonjour."), usage=False)
        last = chunks[-2]
        assert isinstance(last, dict)
        last["usage"] = openai_chat.usage()
        openai_server.sse(chunks)
        again = streamed(provider)
        assert again.usage is not None
        assert "stream_options" not in openai_server.requests[-1].json


def test_perplexity_is_called_by_responses(openai_server: OpenAIServer) -> None:
    openai_server.reply = openai_responses.response("Found.", model="sonar")
    with calling(openai_server, "perplexity", "perplexity/sonar", checks="off") as provider:
        assert provider.complete("Hello").text == "Found."
        assert streamed(provider).text == "Found."
    assert openai_server.requests[-1].path == "/responses"


def test_a_toggle_of_thinking(openai_server: OpenAIServer) -> None:
    with calling(openai_server, "zai", "glm-of-tomorrow") as provider:
        provider.complete("Hello", reasoning_effort="high")
        body = openai_server.requests[-1].json
        assert (body["thinking"], "reasoning_effort" in body) == ({"type": "enabled"}, False)


def test_what_an_endpoint_does_not_take(openai_server: OpenAIServer) -> None:
    with calling(openai_server, "lmstudio", "local") as provider:
        with pytest.warns(CapabilityWarning, match="LM Studio has no parameter for reasoning effort"):
            response = provider.complete("Hello", reasoning_effort="low")
        assert "no parameter for reasoning effort" in response.warnings[0]
        with pytest.warns(CapabilityWarning, match="takes no metadata"):
            provider.complete("Hello", metadata={"a": "b"})
        provider.complete("Hello", service_tier="standard")
        assert not {"reasoning_effort", "metadata", "service_tier"} & openai_server.requests[-1].json.keys()
        with pytest.raises(InvalidRequestError, match="LM Studio has no service tiers"):
            provider.complete("Hello", service_tier="flex")
        with pytest.raises(NotImplementedError, match="LM Studio has no endpoint that counts tokens"):
            provider.count_tokens("Hello")


def test_classify_through_an_endpoint(openai_server: OpenAIServer) -> None:
    openai_server.says('{"category": "feature_request", "confidence": 0.9, "evidence": "SSO"}')
    with get_provider("deepseek-v4-flash", api_key="k", base_url=openai_server.url) as provider:
        result = provider.classify("Need SSO integration")
    assert result.category == SignalCategory.FEATURE_REQUEST
    assert result.cost is not None
    assert result.cost > 0


def test_a_price_that_nobody_knows_costs_no_answer(openai_server: OpenAIServer) -> None:
    with calling(openai_server, "vllm", "our-finetune") as provider:
        response = provider.complete("Hello")
    assert (response.text, response.cost) == ("Hello from GPT.", None)
    assert "no cost" in response.warnings[0]


# ---- a user's own


OWN = """\
endpoints:
  acme:
    display_name: Acme LLM
    base_url: {url}/llm
    key_variable: ACME_LLM_KEY
    provider: groq
    max_tokens: max_completion_tokens
    stream_usage: false
    structured: none
    reasoning_field: thoughts
    headers: {{X-Team: search}}
  ollama: {{base_url: "{url}/ollama", keyless: true}}
"""


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AI_MODELS_PATH", str(tmp_path))
    return tmp_path


def test_an_overlay_adds_endpoints(overlay: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    (overlay / "endpoints.yaml").write_text(OWN.format(url=openai_server.url))
    assert "acme" in ProviderRegistry.list_providers()
    with pytest.raises(AuthenticationError, match="Acme LLM needs a key, and ACME_LLM_KEY is not set"):
        get_provider("acme:our-model").complete("Hello")
    monkeypatch.setenv("ACME_LLM_KEY", "k")
    openai_server.completion = openai_chat.completion('{"category": "bug"}', message={"thoughts": "Hm."})
    with get_provider("acme:llama-3.3-70b-versatile") as provider:
        response = provider.complete("Hello", max_tokens=4, response_schema=Signal)
        assert list(provider.stream("Hello"))[-1].response is not None
    request = openai_server.requests[0]
    assert (request.path, request.headers["x-team"]) == ("/llm/chat/completions", "search")
    assert request.json["max_completion_tokens"] == 4
    assert "response_format" not in request.json
    assert "stream_options" not in openai_server.requests[1].json
    assert (response.parsed, response.reasoning) == (Signal("bug"), "Hm.")
    assert response.cost is not None  # at Groq's prices, as the row says
    with get_provider("ollama:llama3") as local:
        local.complete("Hello")
    assert openai_server.requests[-1].path == "/ollama/chat/completions"


def test_a_changed_file_counts_at_once(overlay: Path) -> None:
    path = overlay / "endpoints.yaml"
    path.write_text(OWN.format(url="http://one.test"))
    first = provider_class("acme")
    assert provider_class("acme") is first
    path.write_text(OWN.format(url="http://another.test"))
    os.utime(path, ns=(1, 1))
    assert provider_class("acme").endpoint.base_url == "http://another.test/llm"
    path.unlink()
    assert endpoints() is SHIPPED


def test_problems_are_listed_with_their_lines(overlay: Path) -> None:
    (overlay / "endpoints.yaml").write_text(
        "endpoints:\n"
        "  acme:\n"
        "    base_url: ftp://acme.test\n"
        "    max_token: max_tokens\n"
        "  'a:b': {base_url: https://ok.test}\n"
        "  other: {base_url: https://ok.test, api: assistants}\n"
    )
    with pytest.raises(CatalogError) as caught:
        endpoints()
    shown = str(caught.value)
    assert "endpoints.yaml:3: endpoints.acme.base_url" in shown
    assert "endpoints.yaml:4: endpoints.acme.max_token" in shown
    assert "did you mean max_tokens" in shown
    assert "endpoints.yaml:6: endpoints.other.api" in shown


def test_a_name_that_nobody_could_ask_for_is_a_problem(overlay: Path) -> None:
    (overlay / "endpoints.yaml").write_text("endpoints:\n  'a:b': {base_url: https://ok.test}\n")
    with pytest.raises(CatalogError, match=r"endpoints\.yaml:2: endpoints\.a:b"):
        endpoints()


def test_the_catalogue_takes_the_file_for_what_it_is(overlay: Path) -> None:
    (overlay / "endpoints.yaml").write_text(OWN.format(url="http://one.test"))
    assert PricingService().calculate_cost("gpt-5.5", 1_000_000, 0) > 0
    code = "from ai_models import PricingService as P; print(P().calculate_cost('gpt-5.5', 1_000_000, 0) > 0)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.stderr) == ("True", "")
    (overlay / "endpoints.yaml").write_text("endpoints: {acme: {base_url: nowhere}}\n")
    assert [problem.field for problem in validate([overlay]).problems] == ["endpoints.acme.base_url"]


def test_no_overlay_costs_no_yaml() -> None:
    code = "import sys; from ai_models.providers.endpoints import endpoints; endpoints(); print('yaml' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_every_quirk_is_documented() -> None:
    assert EndpointEntry.__doc__ is not None
    page = (Path(__file__).parents[2] / "docs" / "providers.md").read_text(encoding="utf-8")
    for field in EndpointEntry.__struct_fields__:
        assert f"        {field}: " in EndpointEntry.__doc__, field
        assert f"| `{field}` |" in page, field
