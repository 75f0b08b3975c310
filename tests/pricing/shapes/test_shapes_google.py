"""Google's responses, as the SDK's types, as dicts in both spellings and as JSON: thoughts are outside the candidates."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai import types

from ai_models.errors import InconsistentUsageError, UnknownShapeError
from ai_models.pricing.usage import Usage

METADATA = {
    "promptTokenCount": 1000,
    "cachedContentTokenCount": 400,
    "candidatesTokenCount": 50,
    "thoughtsTokenCount": 200,
    "toolUsePromptTokenCount": 30,
    "totalTokenCount": 1280,
    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 900}, {"modality": "DOCUMENT", "tokenCount": 100}],
    "toolUsePromptTokensDetails": [{"modality": "TEXT", "tokenCount": 30}],
    "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 400}],
    "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 50}],
    "trafficType": "ON_DEMAND_FLEX",
}
RESPONSE = {
    "candidates": [{"content": {"parts": [{"text": "Hi"}], "role": "model"}, "finishReason": "STOP", "index": 0}],
    "usageMetadata": METADATA,
    "modelVersion": "gemini-3-pro",
    "responseId": "r1",
}


def of_sdk(found: dict[str, Any]) -> types.GenerateContentResponse:
    return types.GenerateContentResponse.model_validate(found)


@pytest.mark.parametrize(
    "build",
    [dict, json.dumps, of_sdk, lambda found: of_sdk(found).model_dump(), lambda found: of_sdk(found).model_dump_json()],
    ids=["camel", "json", "object", "snake", "snake-json"],
)
def test_thoughts_and_tools_are_added(build: Any) -> None:
    usage = Usage.from_google(build(RESPONSE))
    assert usage == Usage.from_response(build(RESPONSE))
    assert (usage.input_tokens, usage.output_tokens) == (1030, 250)
    assert (usage.cache_read_tokens, usage.reasoning_tokens, usage.tool_input_tokens) == (400, 200, 30)
    assert (usage.service_tier, usage.model) == ("ON_DEMAND_FLEX", "gemini-3-pro")
    assert (usage.web_searches, usage.grounded_prompts, usage.maps_searches) == (0, 0, 0)
    assert usage.notes == ()
    assert usage.unknown == ()


@pytest.mark.parametrize("found", [METADATA, types.GenerateContentResponseUsageMetadata.model_validate(METADATA)])
def test_a_usage_alone_does_not_know_about_searches(found: object) -> None:
    usage = Usage.from_response(found)
    assert (usage.input_tokens, usage.output_tokens) == (1030, 250)
    assert set(usage.unknown) == {"web_searches", "grounded_prompts", "maps_searches"}


def test_the_total_tells_that_a_count_left_out_is_nothing() -> None:
    usage = Usage.from_google({"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15})
    assert (usage.output_tokens, usage.reasoning_tokens) == (5, 0)
    unsaid = Usage.from_google({"promptTokenCount": 10, "candidatesTokenCount": 5})
    assert (unsaid.output_tokens, unsaid.reasoning_tokens) == (5, None)


def test_the_total_gives_the_candidates_that_are_left_out() -> None:
    usage = Usage.from_google({"promptTokenCount": 10, "thoughtsTokenCount": 3, "totalTokenCount": 20})
    assert (usage.output_tokens, usage.reasoning_tokens) == (10, 3)
    blocked = Usage.from_google({"promptTokenCount": 10, "totalTokenCount": 10})
    assert blocked.output_tokens == 0


@pytest.mark.parametrize(("total", "noted"), [(14, True), (15, False), (16, True)])
def test_a_total_that_does_not_add_up_is_remarked_upon(total: int, noted: bool) -> None:
    usage = Usage.from_google({"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": total})
    assert bool(usage.notes) is noted
    assert usage.output_tokens == 5


def test_thoughts_inside_the_candidates_are_not_counted_twice() -> None:
    usage = Usage.from_google(
        {"promptTokenCount": 10, "candidatesTokenCount": 9, "thoughtsTokenCount": 4, "totalTokenCount": 19}
    )
    assert (usage.output_tokens, usage.reasoning_tokens) == (9, 4)


def test_modalities_and_what_of_them_was_cached() -> None:
    usage = Usage.from_google(
        {
            "promptTokenCount": 1000,
            "cachedContentTokenCount": 500,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 300}, {"modality": "AUDIO", "tokenCount": 700}],
            "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 500}],
            "candidatesTokenCount": 1290,
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}],
            "totalTokenCount": 2290,
        }
    )
    assert (usage.input_audio_tokens, usage.cached_audio_tokens, usage.cached_image_tokens) == (700, 500, 0)
    assert usage.output_image_tokens == 1290
    assert usage.buckets.overlap is None
    assert dict(usage.buckets.counts) == {"input": 300, "audio_input": 200, "cached_audio_input": 500, "image_output": 1290}


def test_without_details_of_the_cache_the_intersection_is_open() -> None:
    usage = Usage.from_google(
        {
            "promptTokenCount": 1000,
            "cachedContentTokenCount": 500,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 300}, {"modality": "AUDIO", "tokenCount": 700}],
        }
    )
    assert usage.cached_audio_tokens is None
    assert usage.buckets.overlap is not None


def test_media_beside_a_tool_do_not_open_a_bound() -> None:
    usage = Usage.from_google(
        {
            "promptTokenCount": 1000,
            "toolUsePromptTokenCount": 60,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 300}, {"modality": "AUDIO", "tokenCount": 700}],
            "toolUsePromptTokensDetails": [{"modality": "TEXT", "tokenCount": 50}, {"modality": "AUDIO", "tokenCount": 10}],
        }
    )
    assert (usage.input_tokens, usage.input_audio_tokens, usage.tool_input_tokens) == (1060, 710, 0)
    assert usage.buckets.overlap is None


def test_details_above_their_total_are_an_error() -> None:
    details = [{"modality": "AUDIO", "tokenCount": 11}]
    with pytest.raises(InconsistentUsageError):
        Usage.from_google({"promptTokenCount": 10, "promptTokensDetails": details, "candidatesTokenCount": 1})


def grounded(**metadata: Any) -> dict[str, Any]:
    return {**RESPONSE, "candidates": [{**RESPONSE["candidates"][0], "groundingMetadata": metadata}]}


@pytest.mark.parametrize("build", [dict, of_sdk])
def test_grounding_is_counted_by_prompt_and_by_query(build: Any) -> None:
    usage = Usage.from_response(build(grounded(webSearchQueries=["a", "b", ""])))
    assert (usage.web_searches, usage.grounded_prompts, usage.maps_searches) == (2, 1, 0)
    usage = Usage.from_response(build(grounded(groundingChunks=[{"maps": {"uri": "u", "title": "t"}}])))
    assert (usage.web_searches, usage.grounded_prompts, usage.maps_searches) == (0, 0, 1)


@pytest.mark.parametrize("build", [dict, of_sdk])
def test_the_last_chunk_of_a_stream_has_the_usage_and_any_the_grounding(build: Any) -> None:
    first = {**grounded(webSearchQueries=["a"]), "usageMetadata": {"promptTokenCount": 1000, "totalTokenCount": 1000}}
    chunks = [build(first), build({**RESPONSE, "usageMetadata": None}), build(RESPONSE)]
    usage = Usage.from_response(chunks)
    assert (usage.input_tokens, usage.output_tokens, usage.web_searches) == (1030, 250, 1)
    assert usage == Usage.from_google(iter(chunks))


def test_a_stream_as_text_reads_as_its_chunks() -> None:
    lines = "".join(f"data: {json.dumps(chunk)}\r\n\r\n" for chunk in (RESPONSE, RESPONSE))
    assert Usage.from_response(lines) == Usage.from_response(RESPONSE)
    assert Usage.from_response(json.dumps([RESPONSE, RESPONSE])) == Usage.from_response(RESPONSE)


def test_two_responses_are_two_requests() -> None:
    with pytest.raises(UnknownShapeError, match="read each by itself"):
        Usage.from_response([RESPONSE, {**RESPONSE, "responseId": "r2"}])
    with pytest.raises(UnknownShapeError, match="without usage"):
        Usage.from_google([{"candidates": []}, {"candidates": 5}])


def test_a_live_turn_states_its_tier() -> None:
    message = types.LiveServerMessage.model_validate(
        {"usageMetadata": {"promptTokenCount": 8, "responseTokenCount": 4, "totalTokenCount": 12, "serviceTier": "priority"}}
    )
    usage = Usage.from_response(message)
    assert (usage.input_tokens, usage.output_tokens, usage.service_tier) == (8, 4, "priority")
    turn = {"serverContent": {"turnComplete": True}, "usageMetadata": {"promptTokenCount": 8, "totalTokenCount": 8}}
    with pytest.raises(UnknownShapeError, match="2 responses"):
        Usage.from_google([turn, turn])


INTERACTION = {
    "id": "i1",
    "object": "interaction",
    "model": "gemini-3-flash",
    "service_tier": "flex",
    "status": "completed",
    "usage": {
        "total_input_tokens": 100,
        "total_cached_tokens": 40,
        "total_output_tokens": 20,
        "total_thought_tokens": 30,
        "total_tool_use_tokens": 5,
        "total_tokens": 155,
        "input_tokens_by_modality": [{"modality": "text", "tokens": 60}, {"modality": "image", "tokens": 40}],
        "grounding_tool_count": [{"type": "google_search", "count": 3}, {"type": "google_maps", "count": 1}],
    },
}


@pytest.mark.parametrize("found", [INTERACTION, [{"event_type": "interaction.completed", "interaction": INTERACTION}]])
def test_an_interaction_counts_its_searches(found: object) -> None:
    usage = Usage.from_response(found)
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (105, 50, 40)
    assert (usage.input_image_tokens, usage.reasoning_tokens) == (40, 30)
    assert (usage.web_searches, usage.grounded_prompts, usage.maps_searches) == (3, 1, 1)
    assert (usage.service_tier, usage.model) == ("flex", "gemini-3-flash")
    assert Usage.from_response(INTERACTION["usage"]).input_tokens == 105


def test_images_are_counted() -> None:
    made = types.GenerateImagesResponse(generated_images=[types.GeneratedImage(), types.GeneratedImage()])
    assert Usage.from_response(made).images == 2


def test_a_line_of_a_batch_is_of_the_batch_tier() -> None:
    assert (
        Usage.from_response({"key": "a", "response": {**RESPONSE, "usageMetadata": {"promptTokenCount": 1}}}).service_tier
        == "batch"
    )


def test_an_unread_count_is_remarked_upon_and_no_usage_is_an_error() -> None:
    usage = Usage.from_google({"promptTokenCount": 1, "candidatesTokenCount": 1, "dreamTokenCount": 4})
    assert usage.notes == ("the response counts usage.dream_token_count (4), which is not read",)
    with pytest.raises(UnknownShapeError, match="no usage"):
        Usage.from_google({"candidates": []})
