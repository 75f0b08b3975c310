"""``MockProvider``: scripts, keywords, recorded requests, and the switch that keeps calls at home."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from acme import Outward

from ai_models import PricingService, Usage
from ai_models.errors import InvalidRequestError, RateLimitError, RequestsNotAllowedError
from ai_models.providers import (
    Message,
    MockProvider,
    ProviderRegistry,
    Request,
    Retries,
    SignalCategory,
    Tool,
    ToolCall,
    get_provider,
    provider_requests,
)
from ai_models.providers.response import Reading

CALL = ToolCall("1", "look_up", {"city": "Bonn"})


def test_without_a_script_it_answers_with_the_question() -> None:
    response = MockProvider().complete("hello")
    assert (response.text, response.provider, response.cost, response.warnings) == ("hello", "mock", None, ())


def test_every_kind_of_answer_can_be_scripted() -> None:
    provider = MockProvider(
        answers=[
            "text",
            CALL,
            Reading(text="whole", reasoning="hm", usage=Usage(input_tokens=7, output_tokens=1), finish_reason="length"),
            lambda request: f"you said {request.messages[-1].text}",
            lambda request: CALL,
        ]
    )
    assert provider.complete("1").text == "text"
    called = provider.complete("2", tools=[Tool("look_up")])
    assert (called.tool_calls, called.finish_reason) == ((CALL,), "tool_calls")
    whole = provider.complete("3")
    assert (whole.reasoning, whole.finish_reason) == ("hm", "length")
    assert whole.usage is not None
    assert whole.usage.input_tokens == 7
    assert provider.complete("hi").text == "you said hi"
    assert provider.complete("5").tool_calls == (CALL,)
    with pytest.raises(InvalidRequestError, match="no answer left for call 6"):
        provider.complete("6")


@pytest.mark.parametrize("wrong", [5, None, ["a"], lambda request: 5])
def test_what_is_no_answer_is_said(wrong: Any) -> None:
    with pytest.raises(InvalidRequestError, match="a scripted answer is a text, a ToolCall or a Reading"):
        MockProvider(answers=[wrong]).complete("hi")


def test_an_error_can_be_scripted() -> None:
    provider = MockProvider(answers=[RateLimitError("slow"), "ok"], retries=Retries(attempts=1))
    with pytest.raises(RateLimitError):
        provider.complete("hi")
    assert provider.complete("hi").text == "ok"


def test_requests_are_recorded_as_they_were_asked() -> None:
    provider = MockProvider()
    provider.complete([Message.user("a"), Message.assistant("b"), Message.user("c")], system="s", max_tokens=5)
    list(provider.stream("streamed"))
    asyncio.run(provider.acomplete("async"))
    assert [request.messages[-1].text for request in provider.requests] == ["c", "streamed", "async"]
    assert (provider.requests[0].system, provider.requests[0].max_tokens) == ("s", 5)
    assert all(isinstance(request, Request) for request in provider.requests)


def test_a_stream_comes_in_pieces_that_make_the_whole() -> None:
    provider = MockProvider(answers=["one two three four", CALL])
    events = list(provider.stream("hi"))
    assert [event.kind for event in events] == ["text", "text", "text", "done"]
    assert "".join(event.text for event in events) == events[-1].response.text == "one two three four"  # type: ignore[union-attr]
    kinds = [(event.kind, event.tool_call) for event in provider.stream("hi")]
    assert kinds == [("tool_call", CALL), ("done", None)]


def test_a_model_of_the_catalogue_brings_its_prices(acme: PricingService) -> None:
    provider = MockProvider("able", acme, answers=[Reading(text="x", usage=Usage(input_tokens=1_000, output_tokens=100))])
    cost = provider.complete("hi").cost
    assert cost is not None
    assert cost.total == 2
    assert provider.complete is not None
    assert MockProvider("able", acme).count_tokens("x" * 400) == 101


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Need SSO integration", SignalCategory.FEATURE_REQUEST),
        ("We will cancel next month", SignalCategory.CHURN_RISK),
        ("It crashes with an error", SignalCategory.BUG_REPORT),
        ("We need more seats and would upgrade", SignalCategory.EXPANSION_SIGNAL),
        ("CANCEL: the integration is broken", SignalCategory.CHURN_RISK),
        ("Lovely weather", SignalCategory.GENERAL_FEEDBACK),
    ],
)
def test_the_keyword_classifier(text: str, category: SignalCategory) -> None:
    result = get_provider("mock").classify(text)
    assert result.category is category
    assert (result.confidence >= 0.9) == (category is not SignalCategory.GENERAL_FEEDBACK)


def test_it_takes_any_labels_and_keywords_of_ones_own() -> None:
    assert MockProvider().classify("a red house", ["green", "red"]).category == "red"
    assert MockProvider().classify("nothing of it", ["green", "red"]).confidence < 0.5
    provider = MockProvider(keywords={"fruit": ["apple"], "tool": ["hammer"]})
    assert provider.classify("an Apple", ["tool", "fruit"]).category == "fruit"


def test_it_makes_up_no_values_of_other_shapes() -> None:
    with pytest.raises(InvalidRequestError, match="give it answers"):
        MockProvider().complete("hi", response_schema=int)
    assert MockProvider(answers=['{"value": 5}']).complete("hi", response_schema=int).parsed == 5


def test_sync_async_and_stream_agree(acme: PricingService) -> None:
    def seen(response: Any) -> tuple[object, ...]:
        return response.text, str(response.usage), str(response.cost), response.warnings, response.finish_reason

    def one() -> MockProvider:
        return MockProvider("able", acme, answers=["the answer"])

    async def last() -> Any:
        return [event async for event in one().astream("hi")][-1].response

    expected = seen(one().complete("hi"))
    assert seen(asyncio.run(one().acomplete("hi"))) == expected
    assert seen(list(one().stream("hi"))[-1].response) == expected
    assert seen(asyncio.run(last())) == expected


def test_a_swap_makes_code_under_test_use_the_script() -> None:
    def code_under_test() -> str:
        return get_provider("claude-sonnet-5-5").complete("hi").text

    class Scripted(MockProvider):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, answers=["from the script"], **options)

    with ProviderRegistry.swapped("claude", Scripted), provider_requests(allowed=False):
        assert code_under_test() == "from the script"


# ---- the switch


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ("0", False),
        ("false", False),
        ("No", False),
        (" off ", False),
        ("1", True),
        ("TRUE", True),
        ("yes", True),
        ("", True),
    ],
)
def test_the_switch_in_the_environment(monkeypatch: pytest.MonkeyPatch, written: str, allowed: bool) -> None:
    monkeypatch.setenv("ALLOW_PROVIDER_REQUESTS", written)
    provider = Outward()
    calls = (
        lambda: provider.complete("x"),
        lambda: list(provider.stream("x")),
        lambda: asyncio.run(provider.acomplete("x")),
        lambda: provider.astream("x"),
        lambda: provider.classify("x"),
        lambda: provider.count_tokens("x"),
    )
    for call in calls:
        if allowed:
            call()
        else:
            with pytest.raises(RequestsNotAllowedError, match="ALLOW_PROVIDER_REQUESTS forbids it"):
                call()
    assert MockProvider().complete("a mock stays at home").text


def test_a_switch_that_says_neither_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_PROVIDER_REQUESTS", "flase")
    with pytest.raises(RequestsNotAllowedError, match="must be true or false, found 'flase'"):
        Outward().complete("x")


def test_a_block_overrules_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_PROVIDER_REQUESTS", "0")
    with provider_requests(allowed=True):
        assert Outward().complete("x").text == "x"
        with provider_requests(allowed=False), pytest.raises(RequestsNotAllowedError):
            Outward().complete("x")
    with pytest.raises(RequestsNotAllowedError):
        Outward().complete("x")


def test_a_stream_left_at_its_end_is_a_success_and_reported_once() -> None:
    records: list[object] = []
    provider = MockProvider(answers=["one", "two"], on_call=records.append)
    for event in provider.stream("?"):
        if event.kind == "done":
            break

    async def leave() -> None:
        async for event in provider.astream("?"):
            if event.kind == "done":
                break

    asyncio.run(leave())
    metrics = provider.get_metrics()
    assert (metrics.total_requests, metrics.failed_requests, len(records)) == (2, 0, 2)
