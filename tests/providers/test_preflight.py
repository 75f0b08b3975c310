"""The checks before a call: capabilities, sizes, lifecycle and the worst case of the cost, each at its boundary."""

from __future__ import annotations

import warnings
from decimal import Decimal
from typing import Any

import msgspec.structs
import pytest
from acme import OldProvider

from ai_models import ModelCapability, PricingService
from ai_models.errors import (
    ContextLengthError,
    CostLimitError,
    InvalidRequestError,
    RetiredModelError,
    UnsupportedCapabilityError,
)
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers import Audio, Document, Image, Message, MockProvider, Request, Text, Tool, ToolCall, ToolResult
from ai_models.providers.preflight import DERIVED, NOT_ASKED_FOR, LifecycleWarning, check, needs, worst_usage

C = ModelCapability
PICTURE = Image(data=b"x", media_type="image/png")
TOOL = Tool("look_up")

EVERYTHING = Request.of(
    [
        Message.user("hi", PICTURE, Audio(url="https://x.example/a"), Document(url="https://x.example/d")),
        Message.assistant(ToolCall("1", "look_up"), ToolCall("2", "look_up")),
        Message.user(ToolResult("1", "a"), ToolResult("2", "b"), Text("and now", cache=True)),
        Message.assistant("Well,"),
    ],
    system="be brief",
    tools=[TOOL],
    response_schema=int,
    reasoning_effort="low",
    extra={"response_format": {"type": "json_object"}},
)  # fmt: skip
"""A request that needs whatever a request can need."""

NEEDED: list[tuple[ModelCapability, dict[str, Any]]] = [
    (C.SYSTEM_MESSAGES, {"system": "x"}),
    (C.FUNCTION_CALLING, {"tools": [TOOL]}),
    (C.STRUCTURED_OUTPUT, {"response_schema": int}),
    (C.JSON_MODE, {"extra": {"response_format": {"type": "json_object"}}}),
    (C.EXTENDED_THINKING, {"reasoning_effort": "low"}),
    (C.EXTENDED_THINKING, {"reasoning_budget": 1}),
]


def mock(acme: PricingService, model: str, **options: Any) -> MockProvider:
    return MockProvider(model, acme, **options)


# ---- no flag goes unread


def test_no_capability_of_the_catalogue_goes_unread() -> None:
    read = set(needs(EVERYTHING, streamed=True, batched=True))
    named = [*read, *NOT_ASKED_FOR, *DERIVED]
    assert set(named) == set(ModelCapability), "a new capability is read by needs(), or is said not to be asked for"
    assert len(named) == len(set(named)), "and only one of these"
    assert all(NOT_ASKED_FOR.values()), "each with its reason"


@pytest.mark.parametrize("capability", sorted(needs(EVERYTHING, streamed=True, batched=True)))
def test_every_capability_that_is_needed_is_refused_where_it_lacks(
    capability: ModelCapability, acme: PricingService
) -> None:
    spec = acme.catalog.get_model("able")
    lacking = _without(spec, capability)
    with pytest.raises(UnsupportedCapabilityError, match=capability.value) as caught:
        check(acme.catalog, lacking, EVERYTHING, streamed=True, batched=True)
    assert caught.value.missing == (capability,)


def _without(spec: Any, capability: ModelCapability) -> Any:
    return msgspec.structs.replace(
        spec, supported_mask=spec.supported_mask & ~capability.bit, unsupported_mask=capability.bit
    )


@pytest.mark.parametrize(("capability", "fields"), NEEDED)
def test_a_field_needs_its_capability_and_a_plain_request_does_not(
    capability: ModelCapability, fields: dict[str, Any]
) -> None:
    assert capability in needs(Request.of("x", **fields))
    assert set(needs(Request.of("x"))) == {C.TEXT_INPUT, C.TEXT_OUTPUT}


@pytest.mark.parametrize(
    "fields", [{"reasoning_effort": "none"}, {"reasoning_budget": 0}, {"extra": {"response_format": 1}}]
)
def test_what_switches_something_off_needs_nothing(fields: dict[str, Any]) -> None:
    assert set(needs(Request.of("x", **fields))) == {C.TEXT_INPUT, C.TEXT_OUTPUT}


def test_one_tool_call_a_message_is_not_parallel() -> None:
    one = Request.of([Message.user("a"), Message.assistant(ToolCall("1", "f")), Message.user(ToolResult("1", "x"))])
    assert C.PARALLEL_FUNCTION_CALLING not in needs(one)
    assert C.FUNCTION_CALLING in needs(one)


# ---- capabilities


def test_what_the_model_lacks_is_named_with_models_that_have_it(acme: PricingService) -> None:
    provider = mock(acme, "plain")
    with pytest.raises(UnsupportedCapabilityError) as caught:
        provider.complete(Message.user("look", PICTURE), tools=[TOOL])
    assert set(caught.value.missing) == {C.IMAGE_INPUT, C.FUNCTION_CALLING}
    assert caught.value.alternatives == ("acme/able",), "retired, deprecated and unable models are no alternatives"
    assert provider.requests == [], "nothing was sent"


def test_what_nobody_knows_is_a_warning_and_the_call_goes_on(acme: PricingService) -> None:
    with pytest.warns(CapabilityWarning, match="no source says whether vague has text_output"):
        response = mock(acme, "vague").complete("hi")
    assert response.text == "hi"
    assert any("text_output" in warning for warning in response.warnings)


def test_checks_may_warn_or_be_off(acme: PricingService) -> None:
    warned = mock(acme, "plain", checks="warn")
    with pytest.warns(CapabilityWarning, match="does not support image_input"):
        response = warned.complete(Message.user(PICTURE))
    assert "does not support image_input" in response.warnings[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mock(acme, "plain", checks="off").complete(Message.user(PICTURE)).warnings == ()
        assert mock(acme, "gone", checks="off").complete("hi").text == "hi"
    with pytest.raises(InvalidRequestError, match="checks must be error, warn or off"):
        mock(acme, "plain", checks="of")


def test_a_stream_is_checked_at_once(acme: PricingService) -> None:
    with pytest.raises(UnsupportedCapabilityError, match="image_input"):
        mock(acme, "plain").stream(Message.user(PICTURE))
    with pytest.raises(UnsupportedCapabilityError, match="image_input"):
        mock(acme, "plain").astream(Message.user(PICTURE))
    with pytest.warns(CapabilityWarning) as caught:
        list(mock(acme, "vague").stream("hi"))
    assert any("has streaming, which streaming needs" in str(warning.message) for warning in caught)


def test_a_model_that_the_catalogue_does_not_know_is_called_unchecked(acme: PricingService) -> None:
    provider = mock(acme, "newer-than-the-catalogue")
    response = provider.complete(Message.user("hi", PICTURE), tools=[TOOL], max_tokens=10**9)
    assert provider.spec is None
    assert (response.text, response.cost) == ("hi", None)
    assert "no cost: no model is called 'newer-than-the-catalogue'" in response.warnings[0]


# ---- lifecycle


def test_a_retired_model_is_an_error_with_its_replacement(acme: PricingService) -> None:
    with pytest.raises(RetiredModelError, match="gone was retired on 2026-03-01; use able") as caught:
        mock(acme, "gone").complete("hi")
    assert caught.value.replacement == ("able",)
    with pytest.warns(CapabilityWarning, match="gone was retired"):
        mock(acme, "gone", checks="warn").complete("hi")


@pytest.mark.parametrize(
    ("model", "text"),
    [("old", "old is deprecated and retires on 2099-01-01; use able"), ("undated", "has no retirement date yet$")],
)
def test_a_deprecated_model_is_a_warning_with_its_date(acme: PricingService, model: str, text: str) -> None:
    with pytest.warns(LifecycleWarning, match=text):
        mock(acme, model).complete("hi")


def test_the_warning_points_at_the_line_of_the_caller(acme: PricingService) -> None:
    with pytest.warns(LifecycleWarning) as caught:
        mock(acme, "old").complete("hi")
    assert caught[0].filename == __file__


# ---- sizes


@pytest.mark.parametrize(("asked", "fits"), [(100, True), (101, False)])
def test_the_output_limit_of_the_model(acme: PricingService, asked: int, fits: bool) -> None:
    provider = mock(acme, "able")
    if fits:
        assert provider.complete("hi", max_tokens=asked).text == "hi"
    else:
        with pytest.raises(InvalidRequestError, match="max_tokens is 101, and able gives at most 100"):
            provider.complete("hi", max_tokens=asked)


@pytest.mark.parametrize(("characters", "fits"), [(8_007, True), (8_008, False)])
def test_what_cannot_fit_the_window_however_it_is_counted(acme: PricingService, characters: int, fits: bool) -> None:
    provider = mock(acme, "able")  # 1,000 tokens; nobody has tokens of more than eight characters on average
    prompt = [Message.user("x" * (characters - 100), ToolResult("1", "y" * 60))]
    if fits:
        provider.complete(prompt, system="z" * 40)
    else:
        with pytest.raises(ContextLengthError, match="at least 1,001 tokens and able takes 1,000"):
            provider.complete(prompt, system="z" * 40)


def test_sizes_that_nobody_knows_are_not_checked(acme: PricingService) -> None:
    with pytest.warns(CapabilityWarning):
        mock(acme, "vague").complete("x" * 10_000, max_tokens=10**6)


# ---- the worst case


def test_the_worst_case_is_bounded_by_what_is_asked_for(acme: PricingService) -> None:
    spec = acme.catalog.get_model("able")
    usage = worst_usage(spec, Request.of("x" * 100, max_tokens=7), None)
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == ((100 + 1_000) // 2 + 1, 7)
    assert worst_usage(spec, Request.of("x"), 5).output_tokens == 100  # type: ignore[union-attr] # the model's limit
    assert worst_usage(spec, Request.of("x"), 5).input_tokens == 5  # type: ignore[union-attr] # a count is believed
    assert worst_usage(spec, Request.of(PICTURE), None).input_tokens == 1_000  # type: ignore[union-attr] # the window


def test_nothing_bounds_a_picture_or_an_answer_without_limits(acme: PricingService) -> None:
    spec = acme.catalog.get_model("vague")
    assert worst_usage(spec, Request.of(PICTURE, max_tokens=5), None) is None
    assert worst_usage(spec, Request.of("x"), None) is None
    assert worst_usage(spec, Request.of("x", max_tokens=5), None) is not None


WORST = Decimal(1_000) * 502 / 1_000_000 + Decimal(10_000) * 10 / 1_000_000
"""Of a prompt of three characters with ten tokens of output: (3 + 1,000) / 2 + 1 tokens in, whole ones."""


@pytest.mark.parametrize(("limit", "sent"), [(WORST, True), (WORST - Decimal("1e-9"), False)])
def test_max_cost_at_its_boundary(acme: PricingService, limit: Decimal, sent: bool) -> None:
    provider = mock(acme, "able")
    if sent:
        assert provider.complete("abc", max_tokens=10, max_cost=limit).cost is not None
    else:
        with pytest.raises(CostLimitError, match=f"may cost {WORST:f} USD"):
            provider.complete("abc", max_tokens=10, max_cost=limit)
    assert len(provider.requests) == sent


@pytest.mark.parametrize("way", ["complete", "stream"])
def test_the_limit_of_the_provider_holds_for_every_call_that_says_none(acme: PricingService, way: str) -> None:
    provider = mock(acme, "able", max_cost="0.01")
    with pytest.raises(CostLimitError):
        getattr(provider, way)("hi")
    assert getattr(provider, way)("hi", max_cost=100) is not None


def test_the_limit_of_the_provider_holds_for_classifying_too(acme: PricingService) -> None:
    with pytest.raises(CostLimitError):
        mock(acme, "able", max_cost="0.01").classify("Need SSO")


@pytest.mark.parametrize("model", ["old", "vague", "unheard-of"])
def test_a_cost_that_nobody_can_bound_is_over_every_limit(acme: PricingService, model: str) -> None:
    with pytest.raises(CostLimitError, match="no known upper bound"):  # no price, no output limit, no model
        mock(acme, model, checks="off").complete("hi", max_cost=10**9)


def test_what_is_free_is_under_every_limit(acme: PricingService) -> None:
    assert mock(acme, "tools").complete("hi", max_cost=0).text == "hi"


@pytest.mark.parametrize("limit", ["much", -1, True, float("nan"), float("inf"), "1 USD"])
def test_a_limit_is_a_number_from_0_on(acme: PricingService, limit: Any) -> None:
    with pytest.raises(InvalidRequestError, match="max_cost must be a number"):
        mock(acme, "able").complete("hi", max_cost=limit)
    with pytest.raises(InvalidRequestError, match="max_cost must be a number"):
        mock(acme, "able", max_cost=limit)


def test_an_old_subclass_is_not_checked_against_requests_it_does_not_make(acme: PricingService) -> None:
    assert OldProvider("plain", acme).classify("we are leaving").category == "churn_risk"
