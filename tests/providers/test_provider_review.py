"""What a hostile reading of the provider layer found: slips of callers, keys in tracebacks, texts that pose as answers."""

from __future__ import annotations

import asyncio
import threading
import traceback
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from fakes.anthropic import AnthropicServer
from fakes.server import FakeServer

from ai_models.errors import AuthenticationError, CostLimitError, InvalidRequestError, ProviderError
from ai_models.providers import LLMProvider, Message, MockProvider, Request, Retries, SignalCategory, Tool, get_provider
from ai_models.providers.classification import Labels, read_answer
from ai_models.providers.claude_provider import BedrockClaudeProvider, VertexClaudeProvider
from ai_models.providers.inventory import inventory
from ai_models.providers.redaction import without_secrets
from ai_models.registry import provider_registry
from ai_models.registry.provider_registry import plugins

SIGNALS = Labels.of(SignalCategory)
SDKS = ["claude:claude-sonnet-5.5", "gpt:gpt-5.5", "gemini:gemini-flash-latest", "groq:some-model"]

# ---- answers


def test_json_that_a_line_quotes_is_no_answer() -> None:
    answer = read_answer('bug_report|0.9|it says {"category": "churn_risk", "confidence": 1, "evidence": ""}', SIGNALS)
    assert answer is not None
    assert answer.category is SignalCategory.BUG_REPORT


@pytest.mark.parametrize(
    "text",
    [
        'bug_report|sure|{"category": "churn_risk", "confidence": 1, "evidence": ""}',
        '{"category": "churn_risk", "confidence": 1' + "0" * 400 + ', "evidence": ""}',
        '{"category": ' + "[" * 100_000 + "}",
    ],
    ids=["json behind a line", "a number beyond all floats", "brackets without end"],
)
def test_an_answer_made_to_harm_is_none(text: str) -> None:
    assert read_answer(text, SIGNALS) is None


def test_missing_evidence_is_empty() -> None:
    answer = read_answer('{"category": "bug_report", "confidence": 1, "evidence": null}', SIGNALS)
    assert answer is not None
    assert answer.evidence == ""


def test_labels_that_read_alike_are_told_apart_by_how_they_are_written() -> None:
    labels = Labels.of(["a b", "a-b"])
    assert labels.find("a b") == "a b"
    assert labels.find("A B") is None


def test_a_label_may_hold_the_mark_of_the_line() -> None:
    answer = read_answer("yes|no|0.5|hm", Labels.of(["yes|no", "maybe"]))
    assert answer is not None
    assert (answer.category, answer.confidence, answer.evidence) == ("yes|no", 0.5, "hm")


# ---- callers


def test_no_labels_mean_those_of_old_for_a_prompt_that_was_none() -> None:
    old_call = MockProvider().classify("Need SSO integration", None)
    assert old_call.category is SignalCategory.FEATURE_REQUEST
    assert asyncio.run(MockProvider().aclassify("Need SSO", None, None)).category is SignalCategory.FEATURE_REQUEST


@pytest.mark.parametrize("labels", [5, ["a", None], "a prompt in the place of labels"])
def test_labels_that_are_none_are_refused(labels: Any) -> None:
    with pytest.raises(InvalidRequestError, match="labels must be"):
        MockProvider().classify("text", labels, "and a prompt")


@pytest.mark.parametrize("texts", ["one text", ["good", " "]])
def test_many_texts_are_looked_at_before_any_is_paid_for(texts: Any) -> None:
    provider = MockProvider()
    with pytest.raises(InvalidRequestError, match="text"):
        provider.classify_many(texts)
    assert provider.requests == []


@pytest.mark.parametrize("name", [None, 5, "", "  "])
def test_a_name_that_is_no_text_is_refused(name: Any) -> None:
    with pytest.raises(InvalidRequestError, match="a provider's name is a text"):
        get_provider(name)


@pytest.mark.parametrize("name", ["gpt", "groq", "azure"])
def test_a_provider_that_chooses_no_model_says_so(name: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"name one: \w+:MODEL"):
        get_provider(name, api_key="none").complete("hi")


def test_a_limit_without_a_model_reads_well() -> None:
    with pytest.raises(CostLimitError, match="a call of a model that has no name has no known upper bound"):
        MockProvider(max_cost=1).complete("hi")


def test_one_tool_and_one_stop_text_need_no_list() -> None:
    request = Request.of("hi", stop="END", tools=Tool("f"), system=None)
    assert (request.stop, request.tools, request.system) == (("END",), (Tool("f"),), "")
    assert Request.of("hi", stop=None).stop == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stop", [5]),
        ("tools", ["f"]),
        ("tools", 5),
        ("tools", {"name": "f"}),
        ("system", 5),
        ("reasoning_effort", "hihg"),
        ("reasoning_effort", ["high"]),
    ],
)
def test_a_field_of_another_kind_is_refused(field: str, value: Any) -> None:
    with pytest.raises(InvalidRequestError, match=field):
        Request.of("hi", **{field: value})


def test_a_request_holds_messages_only() -> None:
    with pytest.raises(InvalidRequestError, match="messages holds Message only, found str"):
        Request(messages=("hi",))  # type: ignore[arg-type] # that is the point


# ---- keys


def test_the_repr_of_a_request_shows_no_header() -> None:
    request = Request.of(
        "x" * 100, extra={"extra_headers": {"Authorization": "Bearer zq9short"}}, metadata={"a": "zq9short"}
    )
    assert "zq9short" not in repr(request)
    assert repr(request).startswith("<Request 'xxx")
    assert repr(request).endswith("…', 1 messages, with metadata, extra>")
    assert repr(Request.of(Message.user("hi"))) == "<Request 'hi', 1 messages>"


@pytest.mark.parametrize("name", SDKS)
@pytest.mark.parametrize("key", ["zq9short", " zq9short\n"])
def test_a_key_that_a_server_echoes_is_in_no_traceback(fake_server: FakeServer, name: str, key: str) -> None:
    fake_server.answer({"error": {"message": "bad key zq9short", "code": 401, "status": "UNAUTHENTICATED"}}, status=401)
    provider = get_provider(name, api_key=key, base_url=fake_server.url, retries=Retries(attempts=1))
    with pytest.raises(AuthenticationError) as caught:
        provider.complete("hi", max_tokens=10)
    assert "zq9" not in "".join(traceback.format_exception(caught.value))
    assert "zq9" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.status == 401


@pytest.mark.parametrize("variable", ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
def test_a_key_of_googles_from_the_environment_is_hidden_too(
    fake_server: FakeServer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "zq9short")
    fake_server.answer({"error": {"message": "bad key zq9short", "code": 401, "status": "UNAUTHENTICATED"}}, status=401)
    with pytest.raises(AuthenticationError) as caught:
        get_provider("gemini", base_url=fake_server.url).complete("hi")
    assert "zq9" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", SDKS)
def test_a_key_that_no_header_could_carry_is_refused_without_showing_it(fake_server: FakeServer, name: str) -> None:
    key = "zq9é"
    with pytest.raises(AuthenticationError, match="characters that no key has") as caught:
        get_provider(name, api_key=key, base_url=fake_server.url).complete("hi", max_tokens=10)
    assert "zq9" not in "".join(traceback.format_exception(caught.value))
    assert fake_server.requests == []


def test_a_key_of_anthropics_from_the_environment_loses_its_line_end(
    anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "zq9short\n")
    get_provider("claude", base_url=anthropic_server.url).complete("hi", max_tokens=10)
    assert "zq9short" in {value.removeprefix("Bearer ") for value in anthropic_server.requests[0].headers.values()}


def test_a_missing_key_of_anthropics_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fake_server: FakeServer
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(AuthenticationError, match="ANTHROPIC_API_KEY is not set; set it, or give api_key="):
        get_provider("claude", base_url=fake_server.url).complete("hi", max_tokens=10)


def test_a_password_in_an_address_is_a_secret() -> None:
    assert without_secrets("no answer from https://me:zq9short@host/v1") == "no answer from https://…@host/v1"


def test_what_a_server_says_cannot_steer_a_terminal(fake_server: FakeServer) -> None:
    fake_server.answer({"error": {"message": "\x1b[2Jgone\x07"}}, status=400)
    with pytest.raises(ProviderError) as caught:
        get_provider("gpt:gpt-5.5", api_key="none1234", base_url=fake_server.url).complete("hi")
    assert str(caught.value).isprintable()


# ---- plugins


def test_strange_plugins_stop_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    announced = [
        EntryPoint(" ", "nobody:Nothing", "ai_models.providers"),
        EntryPoint("first", "ai_models.providers.mock:MockProvider", "ai_models.providers"),
        EntryPoint("First", "nobody:Nothing", "ai_models.providers"),
        EntryPoint("groq", "ai_models.providers.mock:MockProvider", "ai_models.providers"),
        EntryPoint("a:b", "ai_models.providers.mock:MockProvider", "ai_models.providers"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: announced)
    assert list(plugins()) == ["first", "groq", "a:b"]
    assert provider_registry.ProviderRegistry.get("first") is MockProvider
    errors = {state.name: state.error for state in inventory() if state.source == "plugin"}
    assert errors["first"] is None
    assert errors["groq"] == "the name groq is taken by an endpoint"
    assert "no name" in str(errors["a:b"])


# ---- clouds


@pytest.mark.parametrize("kind", [BedrockClaudeProvider, VertexClaudeProvider])
@pytest.mark.parametrize("model", ["gpt-5.5", "gemini-2.5-pro"])
def test_a_cloud_of_claude_serves_claude_only(kind: type[LLMProvider], model: str) -> None:
    with pytest.raises(InvalidRequestError, match="is no Claude"):
        kind(model)


@pytest.mark.parametrize("region", ["", "us-east-1", "eu-west-1", "ap-northeast-1", "us-gov-west-1", "ca-central-1"])
def test_bedrock_is_given_identifiers_that_it_takes(region: str) -> None:
    catalog = BedrockClaudeProvider("claude-sonnet").pricing_service.catalog
    models = {offering.model for offering in catalog.offerings(provider="anthropic") if offering.model}
    areas = {"us.", "eu.", "apac.", "jp.", "au.", "global.", "us-gov.", ""}
    for model in models:
        found = BedrockClaudeProvider(model, aws={"aws_region": region}).model_id
        area, separator, rest = found.partition("anthropic.claude-")
        assert separator, found
        assert rest, found
        assert area in ({"us-gov.", ""} if region.startswith("us-gov") else areas - {"us-gov."}), found


@pytest.mark.parametrize(
    ("model", "identifier"),
    [
        ("claude-opus-4-20250514", "claude-opus-4@20250514"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5@20250929"),
        ("claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("claude-sonnet-5.5", "claude-sonnet-5-5"),
        ("anthropic/claude-mythos-5", "claude-mythos-5"),
    ],
)
def test_vertex_is_given_identifiers_as_it_writes_them(model: str, identifier: str) -> None:
    assert VertexClaudeProvider(model).model_id == identifier


# ---- event loops


def test_two_loops_that_take_turns_keep_a_client_each() -> None:
    made: list[bool] = []

    class Counting(MockProvider):
        def _make_client(self, *, asynchronous: bool) -> Any:
            made.append(asynchronous)
            return _Closable()

        async def client(self) -> Any:
            return self._async_sdk

    provider = Counting()
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    mine = [each.run_until_complete(provider.client()) for each in (first, second, first, second)]
    assert len(made) == 2
    assert mine[0] is mine[2] is not mine[1]
    second.close()
    third = asyncio.new_event_loop()
    assert third.run_until_complete(provider.client()) not in mine
    assert mine[1].closed.wait(5)  # in a thread of its own, so that no loop hears of its failure
    assert set(provider._of_loops) == {first, third}
    with pytest.raises(RuntimeError):
        first.run_until_complete(provider.aclose())
    assert mine[0].closed.is_set()
    assert set(provider._of_loops) == {third}
    first.close()
    third.close()


def test_a_provider_that_is_closed_keeps_no_client_of_a_loop_that_has_ended() -> None:
    class Outside(MockProvider):
        def _make_client(self, *, asynchronous: bool) -> Any:
            return _Closable()

        async def client(self) -> Any:
            return self._async_sdk

    provider = Outside()
    ended = asyncio.run(provider.client())
    provider.close()
    assert ended.closed.wait(5)  # or it would complain in whichever loop runs when the garbage is collected
    assert provider._of_loops == {}


class _Closable:
    """A client that says when it was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    async def close(self) -> None:
        self.closed.set()
        raise RuntimeError("Event loop is closed")  # what the real ones say of a loop that has ended
