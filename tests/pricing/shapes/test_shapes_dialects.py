"""Those who speak OpenAI's dialect: the same names, and what they count differs."""

from __future__ import annotations

from typing import Any

import pytest

from ai_models.errors import InconsistentUsageError
from ai_models.pricing.usage import Usage


def of(**usage: Any) -> Usage:
    return Usage.from_response({"object": "chat.completion", "model": "m", "choices": [], "usage": usage})


def details(cached: int = 0, **more: int) -> dict[str, int]:
    return {"cached_tokens": cached, **more}


def test_deepseek_states_hits_and_misses() -> None:
    usage = of(
        prompt_tokens=100,
        completion_tokens=50,
        total_tokens=150,
        prompt_cache_hit_tokens=64,
        prompt_cache_miss_tokens=36,
        prompt_tokens_details=details(64),
        completion_tokens_details={"reasoning_tokens": 10},
    )
    assert (usage.input_tokens, usage.cache_read_tokens, usage.output_tokens) == (100, 64, 50)
    assert usage.notes == ()


@pytest.mark.parametrize(("missed", "fits"), [(35, False), (36, True), (37, False)])
def test_hits_and_misses_are_the_prompt_or_an_error(missed: int, fits: bool) -> None:
    stated = {
        "prompt_tokens": 100,
        "completion_tokens": 1,
        "prompt_cache_hit_tokens": 64,
        "prompt_cache_miss_tokens": missed,
    }
    if fits:
        assert of(**stated).cache_read_tokens == 64
    else:
        with pytest.raises(InconsistentUsageError, match="missed the cache"):
            of(**stated)


def test_two_statements_of_one_count_that_differ_are_an_error() -> None:
    with pytest.raises(InconsistentUsageError, match="they differ"):
        of(prompt_tokens=100, completion_tokens=1, prompt_cache_hit_tokens=64, prompt_tokens_details=details(63))
    zero = of(prompt_tokens=100, completion_tokens=1, input_tokens=0, output_tokens=0)
    assert (zero.input_tokens, zero.output_tokens) == (100, 1)  # gateways fill the other API's names with 0


@pytest.mark.parametrize(
    ("total", "outputs", "noted"), [(150, 50, False), (449, 50, True), (450, 350, False), (451, 50, True)]
)
def test_reasoning_is_outside_where_the_total_says_so(total: int, outputs: int, noted: bool) -> None:
    usage = of(
        prompt_tokens=100,
        completion_tokens=50,
        total_tokens=total,
        completion_tokens_details={"reasoning_tokens": 300 if outputs == 350 else 40},
    )
    assert usage.output_tokens == outputs
    assert bool(usage.notes) is noted


def test_grok_reasons_beside_its_output() -> None:
    usage = of(
        prompt_tokens=2461,
        completion_tokens=40,
        total_tokens=2901,
        prompt_tokens_details={"text_tokens": 2461, "audio_tokens": 0, "image_tokens": 0, "cached_tokens": 2432},
        completion_tokens_details={"reasoning_tokens": 400, "audio_tokens": 0},
        num_sources_used=3,
        cost_in_usd_ticks=39140000,
    )
    assert (usage.input_tokens, usage.cache_read_tokens, usage.output_tokens) == (2461, 2432, 440)
    assert "what it charged: 0.0039140000 USD" in usage.notes[0]
    assert "num_sources_used (3), which is not read" in usage.notes[1]


def test_reasoning_above_the_output_without_a_total_is_beside_it() -> None:
    usage = of(prompt_tokens=10, completion_tokens=5, completion_tokens_details={"reasoning_tokens": 6})
    assert usage.output_tokens == 11
    assert "counted besides" in usage.notes[0]
    assert of(prompt_tokens=10, completion_tokens=5, completion_tokens_details={"reasoning_tokens": 5}).output_tokens == 5


def test_a_cache_outside_the_prompt_is_added_where_the_total_says_so() -> None:
    usage = of(prompt_tokens=10, completion_tokens=5, total_tokens=55, prompt_tokens_details=details(40))
    assert (usage.input_tokens, usage.cache_read_tokens) == (50, 40)
    both = of(
        prompt_tokens=10,
        completion_tokens=5,
        total_tokens=62,
        prompt_tokens_details=details(40),
        completion_tokens_details={"reasoning_tokens": 7},
    )
    assert (both.input_tokens, both.output_tokens) == (50, 12)


def test_grok_counts_the_tools_of_its_server() -> None:
    usage = Usage.from_response(
        {
            "object": "response",
            "output": [],
            "usage": {
                "input_tokens": 10,
                "output_tokens": 5,
                "total_tokens": 15,
                "num_server_side_tools_used": 4,
                "server_side_tool_usage_details": {"web_search_calls": 2, "x_search_calls": 1, "file_search_calls": 1},
            },
        }
    )
    assert (usage.web_searches, usage.file_searches, usage.notes) == (3, 1, ())


def test_groq_states_times_and_puts_the_usage_of_a_stream_aside() -> None:
    stated = {"queue_time": 0.1, "prompt_time": 0.2, "completion_time": 0.3, "total_time": 0.5}
    assert of(prompt_tokens=10, completion_tokens=5, total_tokens=15, **stated).notes == ()
    chunk = {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": []}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    read = Usage.from_response([{**chunk, "x_groq": {"id": "r"}}, {**chunk, "x_groq": {"id": "r", "usage": usage}}])
    assert (read.input_tokens, read.model) == (10, "m")


@pytest.mark.parametrize("name", ["cached_tokens", "num_cached_tokens"])
def test_moonshot_and_mistral_state_the_cache_at_the_top(name: str) -> None:
    assert of(prompt_tokens=10, completion_tokens=5, total_tokens=15, **{name: 4}).cache_read_tokens == 4


def test_mistral_bills_audio_by_the_second_and_pages() -> None:
    usage = of(prompt_tokens=4, completion_tokens=635, total_tokens=3264, prompt_audio_seconds=203)
    assert (usage.input_audio_seconds, usage.input_tokens) == (203, 4)
    assert "total_tokens is 3,264" in usage.notes[0]
    pages = Usage.from_response({"pages": [{}], "model": "ocr", "usage_info": {"pages_processed": 7, "doc_size_bytes": 9}})
    assert (pages.pages, pages.input_tokens, pages.model, pages.notes) == (7, 0, "ocr", ())


def test_perplexity_counts_citations_and_reasoning_beside_the_total() -> None:
    usage = of(
        prompt_tokens=33,
        completion_tokens=7163,
        total_tokens=7196,
        citation_tokens=20028,
        num_search_queries=18,
        reasoning_tokens=73997,
        search_context_size="low",
        cost={"total_cost": 0.41, "request_cost": 0.09},
    )
    assert (usage.output_tokens, usage.citation_tokens, usage.reasoning_tokens) == (101188, 20028, 73997)
    assert dict(usage.buckets.counts)["output"] == 7163
    assert (usage.web_searches, usage.attributes) == (18, {"search_context_size": "low"})
    assert usage.notes == ("the provider states what it charged: 0.41",)


@pytest.mark.parametrize(("total", "noted"), [(14, True), (15, False), (16, True), (18, False)])
def test_perplexitys_total_is_with_or_without_what_stands_beside_it(total: int, noted: bool) -> None:
    usage = of(prompt_tokens=10, completion_tokens=5, total_tokens=total, citation_tokens=3)
    assert usage.output_tokens == 8
    assert bool(usage.notes) is noted


def test_a_total_gives_the_one_side_that_is_left_out() -> None:
    assert of(completion_tokens=5, total_tokens=15).input_tokens == 10
    assert of(prompt_tokens=10, total_tokens=15).output_tokens == 5
    assert of(prompt_tokens=10, total_tokens=9).output_tokens is None


def test_openrouter_states_its_charge_and_its_writes() -> None:
    usage = of(
        prompt_tokens=194,
        completion_tokens=2,
        total_tokens=196,
        cost=0.95,
        is_byok=False,
        cost_details={"upstream_inference_cost": 19},
        prompt_tokens_details=details(0, cache_write_tokens=100, audio_tokens=0, video_tokens=0, file_tokens=3),
        completion_tokens_details={"reasoning_tokens": 0, "image_tokens": 0},
        server_tool_use={"web_search_requests": 2},
    )
    assert (usage.cache_write_tokens, usage.web_searches) == (100, 2)
    assert usage.notes == ("the provider states what it charged: 0.95",)


def test_openrouters_record_of_a_generation_has_the_native_counts() -> None:
    data = {
        "id": "gen-1",
        "model": "anthropic/claude",
        "total_cost": 0.01,
        "tokens_prompt": 10,
        "tokens_completion": 20,
        "native_tokens_prompt": 12,
        "native_tokens_completion": 25,
        "native_tokens_reasoning": 5,
        "native_tokens_cached": 3,
    }
    usage = Usage.from_response({"data": data})
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (12, 25, 3)
    assert usage.notes == ("the provider states what it charged: 0.01",)


def test_alibaba_states_the_lifetime_and_the_kind_of_its_cache() -> None:
    usage = of(
        prompt_tokens=3019,
        completion_tokens=104,
        total_tokens=3123,
        prompt_tokens_details=details(
            2048, cache_creation_input_tokens=900, cache_creation={"ephemeral_5m_input_tokens": 900}, cache_type="ephemeral"
        ),
    )
    assert (usage.cache_read_tokens, usage.cache_write_5m_tokens, usage.cache_write_tokens) == (2048, 900, 0)
    assert usage.attributes == {"cache": "explicit"}
    assert usage.notes == ()


def test_a_gateway_keeps_anthropics_names_beside_openais_totals() -> None:
    usage = Usage.from_response(
        {
            "prompt_tokens": 107,
            "completion_tokens": 5,
            "total_tokens": 112,
            "prompt_tokens_details": {"cached_tokens": 100},
            "cache_read_input_tokens": 100,
            "cache_creation_input_tokens": 4,
        }
    )
    assert (usage.input_tokens, usage.cache_read_tokens, usage.cache_write_tokens) == (107, 100, 4)


def test_a_count_that_is_not_read_is_remarked_upon() -> None:
    usage = of(
        prompt_tokens=1, completion_tokens=1, total_tokens=2, images_total=4, prompt_tokens_details=details(0, moons=2)
    )
    assert "the response counts usage.images_total (4), which is not read" in usage.notes
    assert "the response counts usage.prompt_tokens_details.moons (2), which is not read" in usage.notes
