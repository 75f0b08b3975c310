"""The short way to read an ordinary response says what the long one says, or leaves it to that."""

from __future__ import annotations

from typing import Any

import anthropic.types
import openai.types.chat
import openai.types.responses
import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_models.errors import AIModelsError
from ai_models.pricing.shapes import anthropic as anthropic_shape
from ai_models.pricing.shapes import google as google_shape
from ai_models.pricing.shapes import openai as openai_shape
from ai_models.pricing.shapes.ordinary import ORDINARY
from ai_models.pricing.shapes.plain import opened
from ai_models.pricing.usage import Usage

MODULES: dict[str, Any] = {"anthropic": anthropic_shape, "openai": openai_shape, "google": google_shape}


def at_length(shape: str, found: object) -> Usage | None:
    """What the shape's own module reads; None where it finds a contradiction."""
    held = opened(found)
    assert isinstance(held, dict)
    response, notes = MODULES[shape].joined([held])
    try:
        fields = MODULES[shape].fields(response)
        return Usage.of({**fields, "notes": (*notes, *fields.get("notes", ()))})
    except AIModelsError:
        return None


def shortly(shape: str, found: object) -> Usage | None:
    fields = ORDINARY[shape](found)
    return None if fields is None else Usage.of(fields)


MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5",
    "content": [{"type": "thinking", "thinking": "Hm.", "signature": "s"}, {"type": "text", "text": "Yes."}],
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 12,
        "output_tokens": 40,
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 30,
        "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
        "service_tier": "standard",
        "inference_geo": "not_available",
    },
}
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "model": "gpt-5.5",
    "service_tier": "default",
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    ],
    "usage": {
        "input_tokens": 120,
        "input_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 0},
        "output_tokens": 40,
        "output_tokens_details": {"reasoning_tokens": 30},
        "total_tokens": 160,
    },
}
COMPLETION = {
    "id": "c_1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Yes."}}],
    "usage": {
        "prompt_tokens": 120,
        "completion_tokens": 40,
        "total_tokens": 160,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 3},
    },
}
ANSWER = {
    "candidates": [{"content": {"parts": [{"text": "Yes."}], "role": "model"}, "finishReason": "STOP"}],
    "modelVersion": "gemini-3.6-flash",
    "responseId": "r",
    "usageMetadata": {
        "promptTokenCount": 120,
        "candidatesTokenCount": 40,
        "thoughtsTokenCount": 10,
        "cachedContentTokenCount": 100,
        "totalTokenCount": 170,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 120}],
        "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 100}],
    },
}
ORDINARY_ONES = [
    pytest.param("anthropic", MESSAGE, anthropic.types.Message.construct, id="claude"),
    pytest.param("openai", RESPONSE, openai.types.responses.Response.construct, id="responses"),
    pytest.param("openai", COMPLETION, openai.types.chat.ChatCompletion.construct, id="chat"),
    pytest.param("google", ANSWER, lambda **answer: types.GenerateContentResponse.model_validate(answer), id="gemini"),
]


@pytest.mark.parametrize(("shape", "plain", "make"), ORDINARY_ONES)
def test_an_ordinary_response_is_read_shortly_as_json_and_as_the_sdks_object(shape: str, plain: Any, make: Any) -> None:
    read = shortly(shape, make(**plain))
    assert read is not None
    assert read == at_length(shape, make(**plain)) == at_length(shape, plain)
    if shape != "google":
        assert shortly(shape, plain) == read
    assert read.output_tokens == {"google": 50}.get(shape, 40)


def test_a_part_of_googles_answer_is_read_shortly_from_its_json() -> None:
    counted = {"usage_metadata": ANSWER["usageMetadata"], "candidates": [], "model_version": ANSWER["modelVersion"]}
    assert shortly("google", counted) == at_length("google", ANSWER)


def test_a_modality_that_is_null_is_none() -> None:
    response = changed("openai", {"usage": {"input_tokens_details": {"image_tokens": None, "text_tokens": 120}}})
    read = at_length("openai", response)
    assert read is not None
    assert (read, read.output_image_tokens) == (shortly("openai", response), None)


EXTRAORDINARY = [
    ("anthropic", {"content": [{"type": "server_tool_use", "name": "web_search"}]}),
    ("anthropic", {"content": None}),
    ("anthropic", {"type": "completion"}),
    ("anthropic", {"model": None}),
    ("anthropic", {"usage": {"server_tool_use": {"web_search_requests": 1}}}),
    ("anthropic", {"usage": {"cache_creation_input_tokens": 31}}),
    ("anthropic", {"usage": {"iterations": []}}),
    ("anthropic", {"usage": {"output_tokens": None}}),
    ("anthropic", {"usage": {"input_tokens": -1}}),
    ("anthropic", {"usage": {"input_tokens": True}}),
    ("anthropic", {"usage": {"service_tier": 1}}),
    ("anthropic", {"usage": {"unheard_of_tokens": 1}}),
    ("anthropic", {"usage": {"cache_creation": 3}}),
    ("openai", {"output": [{"type": "web_search_call"}]}),
    ("openai", {"output": [{"type": "message", "svg_usage": {"input_tokens": 1}}]}),
    ("openai", {"tool_usage": {"web_search": {"num_requests": 1}}}),
    ("openai", {"object": "list"}),
    ("openai", {"service_tier": 1}),
    ("openai", {"usage": {"total_tokens": 161}}),
    ("openai", {"usage": {"output_tokens_details": {"reasoning_tokens": 41}}}),
    ("openai", {"usage": {"input_tokens_details": {"image_tokens": 1}}}),
    ("openai", {"usage": {"cost": 0.1}}),
    ("google", {"candidates": None}),
    ("google", {"candidates": [{"grounding_metadata": {"web_search_queries": ["q"]}}]}),
    ("google", {"model_version": None}),
    ("google", {"usage_metadata": {"totalTokenCount": 171}}),
    ("google", {"usage_metadata": {"totalTokenCount": None}}),
    ("google", {"usage_metadata": {"toolUsePromptTokenCount": 1}}),
    ("google", {"usage_metadata": {"promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 1}]}}),
    ("google", {"usage_metadata": {"promptTokensDetails": "TEXT"}}),
]
WHOLE: dict[str, dict[str, Any]] = {
    "anthropic": MESSAGE,
    "openai": RESPONSE,
    "google": {"candidates": [], "model_version": "m", "usage_metadata": ANSWER["usageMetadata"]},
}


def changed(shape: str, change: dict[str, Any]) -> dict[str, Any]:
    whole = WHOLE[shape]
    usage = "usage_metadata" if shape == "google" else "usage"
    return {**whole, **change, usage: {**whole[usage], **change.get(usage, {})}}


@pytest.mark.parametrize(("shape", "change"), EXTRAORDINARY)
def test_whatever_is_out_of_the_ordinary_is_read_at_length(shape: str, change: dict[str, Any]) -> None:
    assert ORDINARY[shape](changed(shape, change)) is None


@pytest.mark.parametrize("found", [None, 3, "text", [], object()])
@pytest.mark.parametrize("shape", list(ORDINARY))
def test_what_is_no_response_is_read_at_length(shape: str, found: object) -> None:
    assert ORDINARY[shape](found) is None


counts = st.none() | st.integers(0, 50)


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    lifetimes = draw(st.none() | st.fixed_dictionaries({}, optional=dict.fromkeys(_CREATION, counts)))
    usage = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(_ANTHROPIC_COUNTS, counts)))
    tier = draw(st.sampled_from([None, "standard", "priority", "batch"]))
    kinds = draw(st.lists(st.sampled_from(["text", "text", "tool_use", "server_tool_use"]), max_size=2))
    if lifetimes is not None and draw(st.booleans()):
        usage["cache_creation_input_tokens"] = sum(count or 0 for count in lifetimes.values())
    return {
        "type": "message",
        "model": "m",
        "content": [{"type": kind, "name": "web_search"} for kind in kinds],
        "usage": {**usage, "cache_creation": lifetimes, "service_tier": tier},
    }


_CREATION = ("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
_ANTHROPIC_COUNTS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


@st.composite
def responses(draw: st.DrawFn) -> dict[str, Any]:
    inputs, outputs = draw(st.integers(0, 50)), draw(st.integers(0, 50))
    total = draw(st.sampled_from([None, inputs + outputs, inputs + outputs + 7]))
    read = st.fixed_dictionaries({}, optional=dict.fromkeys(("cached_tokens", "cache_write_tokens", "audio_tokens"), counts))
    made = st.fixed_dictionaries({}, optional=dict.fromkeys(("reasoning_tokens", "audio_tokens", "text_tokens"), counts))
    details = {"input_tokens_details": draw(st.none() | read), "output_tokens_details": draw(st.none() | made)}
    kinds = draw(st.lists(st.sampled_from(["message", "reasoning", "web_search_call"]), max_size=2))
    return {
        "object": "response",
        "model": "m",
        "output": draw(st.sampled_from([None, [{"type": kind} for kind in kinds]])),
        "service_tier": draw(st.sampled_from([None, "default", "flex"])),
        "usage": {"input_tokens": inputs, "output_tokens": outputs, "total_tokens": total, **details},
    }


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    usage = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(_GOOGLE_COUNTS, counts)))
    parts = ("prompt_token_count", "candidates_token_count", "thoughts_token_count")
    whole = sum(usage.get(name) or 0 for name in parts)
    entry = st.fixed_dictionaries({"modality": st.sampled_from(["TEXT", "DOCUMENT", "AUDIO"]), "token_count": counts})
    details = {name: draw(st.none() | st.lists(entry, max_size=2)) for name in _GOOGLE_DETAILS}
    total = draw(st.sampled_from([None, whole, whole, whole + 5]))
    tier = draw(st.sampled_from([None, "ON_DEMAND"]))
    return {
        "model_version": "m",
        "candidates": [],
        "usage_metadata": {**usage, **details, "total_token_count": total, "traffic_type": tier},
    }


_GOOGLE_COUNTS = ("prompt_token_count", "candidates_token_count", "thoughts_token_count", "cached_content_token_count")
_GOOGLE_DETAILS = ("prompt_tokens_details", "candidates_tokens_details", "cache_tokens_details")


@pytest.mark.parametrize(
    ("shape", "made"), [("anthropic", messages()), ("openai", responses()), ("google", answers())], ids=list(ORDINARY)
)
def test_both_ways_agree_on_whatever_may_come(shape: str, made: st.SearchStrategy[dict[str, Any]]) -> None:
    read_shortly = 0

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(made)
    def agree(found: dict[str, Any]) -> None:
        nonlocal read_shortly
        try:
            short = shortly(shape, found)
        except AIModelsError:  # counts that contradict each other, found when they are put together
            assert at_length(shape, found) is None
            return
        if short is not None:
            read_shortly += 1
            assert short == at_length(shape, found)

    agree()
    assert read_shortly > 10
