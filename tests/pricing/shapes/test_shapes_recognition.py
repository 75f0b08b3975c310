"""Which shape something is, what holds it, and what is said where nobody can tell."""

from __future__ import annotations

import json
from collections import UserDict, namedtuple
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any

import msgspec
import pytest
from anthropic.types import Usage as AnthropicUsage
from hypothesis import given
from hypothesis import strategies as st

from ai_models.errors import InconsistentUsageError, InvalidUsageError, UnknownShapeError
from ai_models.pricing.shapes import SHAPES, read
from ai_models.pricing.usage import Usage

STATED = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


@dataclass
class Held:
    prompt_tokens: int = 10
    completion_tokens: int = 5
    total_tokens: int = 15


@dataclass(slots=True)
class Slotted:
    prompt_tokens: int = 10
    completion_tokens: int = 5
    total_tokens: int = 15


class Packed(msgspec.Struct):
    prompt_tokens: int = 10
    completion_tokens: int = 5
    total_tokens: int = 15


Named = namedtuple("Named", STATED)


@pytest.mark.parametrize(
    "found",
    [
        STATED,
        UserDict(STATED),
        MappingProxyType(STATED),
        SimpleNamespace(**STATED),
        Held(),
        Slotted(),
        Packed(),
        Named(**STATED),
        json.dumps(STATED),
        json.dumps(STATED).encode(),
        bytearray(json.dumps(STATED), "utf-8"),
        b"\xef\xbb\xbf" + json.dumps(STATED).encode(),
        f"data: {json.dumps(STATED)}",
        {"usage": Held()},
        SimpleNamespace(usage=STATED),
        [STATED],
    ],
    ids=lambda found: type(found).__name__,
)
def test_whatever_holds_a_usage_is_read(found: object) -> None:
    usage = Usage.from_response(found)
    assert (usage.input_tokens, usage.output_tokens) == (10, 5)
    assert usage == Usage.from_openai(found)


def test_a_chunk_of_sse_over_several_lines_is_one_event() -> None:
    pretty = "".join(f"data: {line}\n" for line in json.dumps(STATED, indent=1).splitlines())
    assert Usage.from_response(f": comment\nevent: x\n{pretty}\ndata: [DONE]\n\n").input_tokens == 10


def test_two_counts_that_two_providers_mean_otherwise_are_ambiguous() -> None:
    with pytest.raises(UnknownShapeError, match=r"anthropic or openai.*Usage.from_anthropic or Usage.from_openai"):
        Usage.from_response({"input_tokens": 5, "output_tokens": 1})
    with pytest.raises(UnknownShapeError, match="anthropic or openai"):
        Usage.from_response({"input_tokens": 5, "output_tokens": 1, "total_tokens": 6, "cache_read_input_tokens": 0})
    assert Usage.from_openai({"input_tokens": 5, "output_tokens": 1}).input_tokens == 5


def test_the_names_of_a_types_fields_tell_even_where_nothing_is_in_them() -> None:
    assert Usage.from_response(AnthropicUsage(input_tokens=5, output_tokens=1)).input_tokens == 5


@pytest.mark.parametrize(("name", "shape"), [("thinking_tokens", "anthropic"), ("reasoning_tokens", "openai")])
def test_the_details_of_the_output_tell(name: str, shape: str) -> None:
    found = {"input_tokens": 5, "output_tokens": 3, "output_tokens_details": {name: 2}}
    assert Usage.from_response(found) == Usage.of(read(shape, found))
    assert Usage.from_response(found).reasoning_tokens == 2


@pytest.mark.parametrize("found", [{"foo": 1}, {}, {"usage": {"tokens": 5}}, SimpleNamespace(a=1)])
def test_an_unknown_shape_says_what_was_looked_at_and_what_is_known(found: object) -> None:
    with pytest.raises(UnknownShapeError, match=r"anthropic, openai, google, bedrock, otel.*Usage.from_anthropic"):
        Usage.from_response(found)


@pytest.mark.parametrize(
    "found", [None, 5, True, 1.5, "hello", b"\xff\xfe", "5", "null", '"text"', "[]", [], [1, 2], set(), int, object()]
)
def test_what_is_no_object_says_so(found: object) -> None:
    for shape in (None, *SHAPES):
        with pytest.raises(UnknownShapeError):
            read(shape, found)


def test_a_shape_that_there_is_not_is_named() -> None:
    with pytest.raises(UnknownShapeError, match="'cohere'"):
        read("cohere", STATED)


def test_what_must_be_awaited_says_how() -> None:
    async def events() -> AsyncIterator[dict[str, int]]:
        yield STATED

    with pytest.raises(UnknownShapeError, match="async for"):
        Usage.from_response(events())


@pytest.mark.parametrize("name", ["stream", "response", "usage", "data", "modelOutput", "body"])
def test_nesting_without_end_is_no_crash(name: str) -> None:
    text = f'{{"{name}": ' * 400 + "1" + "}" * 400
    for shape in (None, *SHAPES):
        with pytest.raises((UnknownShapeError, InvalidUsageError)):
            read(shape, text)
    with pytest.raises(UnknownShapeError):
        read(None, "[" * 100_000)


WORDS = sorted(
    {
        *("usage", "type", "object", "message", "response", "body", "data", "results", "flagged", "model", "service_tier"),
        *("message_start", "message_delta", "response.completed", "chat.completion", "chat.completion.chunk", "chunk"),
        *("input_tokens", "output_tokens", "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens"),
        *("cache_creation", "cache_creation_input_tokens", "cache_read_input_tokens", "iterations", "server_tool_use"),
        *("input_tokens_details", "prompt_tokens_details", "output_tokens_details", "reasoning_tokens", "thinking_tokens"),
        *("usageMetadata", "usage_metadata", "promptTokenCount", "totalTokenCount", "promptTokensDetails", "candidates"),
        *("groundingMetadata", "webSearchQueries", "groundingChunks", "modality", "tokenCount", "event_type", "interaction"),
        *("inputTokens", "outputTokens", "cacheDetails", "ttl", "metadata", "metrics", "stream", "modelOutput"),
        *("attributes", "key", "value", "intValue", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"),
        *("output", "web_search_call", "action", "container_id", "content", "name", "x_groq", "cost", "custom_id", "result"),
        *("seconds", "duration", "text", "quality", "usage_info", "pages", "pages_processed", "tool_usage", "image_gen"),
    }
)
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 10**19), st.floats(), st.sampled_from(WORDS), st.text(max_size=4)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), inner, max_size=6),
    ),
    max_leaves=25,
)
OBJECTS = st.dictionaries(st.sampled_from(WORDS), JSON, max_size=8)


@given(found=st.one_of(JSON, OBJECTS, st.lists(OBJECTS, max_size=4)), shape=st.sampled_from([None, *SHAPES]))
def test_anything_like_json_is_read_or_gives_a_documented_error(found: object, shape: str | None) -> None:
    try:
        usage = Usage.of(read(shape, found))
    except (UnknownShapeError, InvalidUsageError, InconsistentUsageError):
        return
    assert isinstance(usage, Usage)


@given(found=st.one_of(st.text(), st.binary(), OBJECTS.map(json.dumps)), shape=st.sampled_from([None, *SHAPES]))
def test_any_text_is_read_or_gives_a_documented_error(found: str | bytes, shape: str | None) -> None:
    try:
        Usage.of(read(shape, found))
    except (UnknownShapeError, InvalidUsageError, InconsistentUsageError):
        return


COUNTS = st.integers(0, 10**9)


@given(plain=COUNTS, cached=COUNTS, short=COUNTS, long=COUNTS, output=COUNTS)
def test_one_request_costs_the_same_in_every_shape(plain: int, cached: int, short: int, long: int, output: int) -> None:
    inputs = plain + cached + short + long
    written = {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long}
    shapes = [
        {
            "input_tokens": plain,
            "cache_read_input_tokens": cached,
            "cache_creation_input_tokens": short + long,
            "cache_creation": written,
            "output_tokens": output,
        },
        {
            "prompt_tokens": inputs,
            "completion_tokens": output,
            "total_tokens": inputs + output,
            "prompt_tokens_details": {"cached_tokens": cached, "cache_creation": written},
        },
        {
            "inputTokens": plain,
            "outputTokens": output,
            "totalTokens": inputs + output,
            "cacheReadInputTokens": cached,
            "cacheWriteInputTokens": short + long,
            "cacheDetails": [{"ttl": "5m", "inputTokens": short}, {"ttl": "1h", "inputTokens": long}],
        },
    ]
    assert len({Usage.from_response(shape).buckets.counts for shape in shapes}) == 1
