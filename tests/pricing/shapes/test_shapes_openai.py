"""OpenAI's own responses, as the SDK's types, as dicts and as JSON: the totals include their parts."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from openai.types import CreateEmbeddingResponse, ImagesResponse, ModerationCreateResponse
from openai.types.audio import Transcription, TranscriptionTextDoneEvent, TranscriptionVerbose
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.image_gen_completed_event import ImageGenCompletedEvent
from openai.types.realtime import RealtimeResponse
from openai.types.responses import Response, ResponseCompletedEvent

from ai_models.errors import InconsistentUsageError, InvalidUsageError, UnknownShapeError
from ai_models.pricing.usage import Usage


def response(output: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1.0,
        "model": "gpt-5.6",
        "output": output or [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "service_tier": "flex",
        "usage": {
            "input_tokens": 1000,
            "input_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 100},
            "output_tokens": 500,
            "output_tokens_details": {"reasoning_tokens": 300},
            "total_tokens": 1500,
        },
        **more,
    }


def forms(kind: Any) -> list[Any]:
    return [dict, json.dumps, kind.model_validate, lambda found: kind.model_validate(found).model_dump_json()]


@pytest.mark.parametrize("build", forms(Response), ids=["dict", "json", "object", "object-json"])
def test_a_response_includes_its_parts(build: Any) -> None:
    usage = Usage.from_response(build(response()))
    assert usage == Usage.from_openai(build(response()))
    assert (usage.input_tokens, usage.output_tokens) == (1000, 500)
    assert (usage.cache_read_tokens, usage.cache_write_tokens, usage.reasoning_tokens) == (600, 100, 300)
    assert (usage.service_tier, usage.model) == ("flex", "gpt-5.6")
    assert (usage.web_searches, usage.file_searches, usage.code_execution_sessions) == (0, 0, 0)
    assert usage.notes == ()


def test_a_usage_alone_does_not_know_about_tools() -> None:
    usage = Usage.from_response(Response.model_validate(response()).usage)
    assert (usage.input_tokens, usage.cache_read_tokens) == (1000, 600)
    assert {"web_searches", "file_searches", "code_execution_sessions"} <= set(usage.unknown)


def test_cache_writes_have_the_lifetime_that_the_details_or_the_options_state() -> None:
    found = response()
    found["usage"]["input_tokens_details"]["cache_write_tokens_details"] = {"ttl_30m_tokens": 70, "ttl_12h_tokens": 30}
    usage = Usage.from_response(Response.model_validate(found))
    assert (usage.cache_write_30m_tokens, usage.cache_write_12h_tokens, usage.cache_write_tokens) == (70, 30, 0)
    found["usage"]["input_tokens_details"]["cache_write_tokens_details"]["ttl_12h_tokens"] = 31
    with pytest.raises(InconsistentUsageError, match="breakdown"):
        Usage.from_response(found)
    usage = Usage.from_response(Response.model_validate(response(prompt_cache_options={"mode": "implicit", "ttl": "12h"})))
    assert (usage.cache_write_12h_tokens, usage.cache_write_tokens) == (100, 0)


def search(action: str, status: str = "completed") -> dict[str, Any]:
    known = {"search": {"query": "q"}, "open_page": {"url": "u"}}[action]
    return {"type": "web_search_call", "id": "w", "status": status, "action": {"type": action, **known}}


OUTPUT = [
    search("search"),
    search("search"),
    search("search", "failed"),
    search("open_page"),
    {"type": "file_search_call", "id": "f", "status": "completed", "queries": ["q"]},
    {"type": "code_interpreter_call", "id": "c", "status": "completed", "code": "1", "container_id": "a", "outputs": None},
    {"type": "code_interpreter_call", "id": "d", "status": "completed", "code": "2", "container_id": "a", "outputs": None},
]


@pytest.mark.parametrize("build", [dict, Response.model_validate])
def test_tool_calls_in_the_output_are_counted(build: Any) -> None:
    usage = Usage.from_response(build(response(OUTPUT)))
    assert (usage.web_searches, usage.file_searches, usage.code_execution_sessions) == (2, 1, 1)
    assert "containers are counted as new sessions" in usage.notes[0]


def test_the_stated_number_of_billable_searches_wins_and_the_image_tool_is_named() -> None:
    image = {
        "input_tokens": 5,
        "output_tokens": 7,
        "total_tokens": 12,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": 5},
    }
    found = response(OUTPUT[:4], tool_usage={"web_search": {"num_requests": 1}, "image_gen": image})
    usage = Usage.from_response(Response.model_validate(found))
    assert usage.web_searches == 1
    assert usage.elsewhere == ("the image tool read 5 and wrote 7 tokens of another model; they are not in this usage",)


def events(end: str = "response.completed", **more: Any) -> list[dict[str, Any]]:
    started = {**response(), "usage": None, "service_tier": "auto"}
    return [
        {"type": "response.created", "sequence_number": 0, "response": started},
        {"type": "response.output_text.delta", "sequence_number": 1, "delta": "Hi"},
        {"type": end, "sequence_number": 2, "response": response(**more)},
    ]


@pytest.mark.parametrize(
    "build",
    [
        list,
        iter,
        lambda found: found[-1],
        lambda found: [*found[:-1], ResponseCompletedEvent.model_validate(found[-1])],
        lambda found: "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in found),
    ],
    ids=["list", "iterator", "event", "object", "sse"],
)
def test_the_end_of_a_stream_of_events_has_the_response(build: Any) -> None:
    assert Usage.from_response(build(events())) == Usage.from_response(response())


def test_an_incomplete_response_is_billed_too() -> None:
    assert Usage.from_response(events("response.incomplete")).input_tokens == 1000


def chat(**more: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-5.5",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi"}}],
        "service_tier": "default",
        "usage": {
            "prompt_tokens": 100,
            "completion_tokens": 50,
            "total_tokens": 150,
            "prompt_tokens_details": {"cached_tokens": 40, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 20,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 3,
                "rejected_prediction_tokens": 4,
            },
        },
        **more,
    }


@pytest.mark.parametrize("build", forms(ChatCompletion), ids=["dict", "json", "object", "object-json"])
def test_a_chat_completion_includes_its_parts(build: Any) -> None:
    usage = Usage.from_response(build(chat()))
    assert usage == Usage.from_openai(build(chat()))
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.reasoning_tokens) == (100, 50, 40, 20)
    assert (usage.input_audio_tokens, usage.cache_write_tokens, usage.web_searches) == (0, None, None)
    assert (usage.service_tier, usage.notes) == ("default", ())


def chunks() -> list[dict[str, Any]]:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5.5"}
    delta = {"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}
    return [
        {**base, "choices": [delta], "usage": None, "service_tier": "priority"},
        {**base, "choices": [], "usage": chat()["usage"]},
    ]


@pytest.mark.parametrize(
    "build",
    [
        list,
        lambda found: [ChatCompletionChunk.model_validate(chunk) for chunk in found],
        lambda found: iter([{"type": "chunk", "chunk": chunk} for chunk in found]),
        lambda found: "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in found) + "data: [DONE]\n\n",
        lambda found: "\n".join(json.dumps(chunk) for chunk in found),
    ],
    ids=["list", "objects", "helper", "sse", "lines"],
)
def test_the_last_chunk_has_the_usage(build: Any) -> None:
    usage = Usage.from_response(build(chunks()))
    assert (usage.input_tokens, usage.cache_read_tokens, usage.service_tier, usage.model) == (100, 40, "priority", "gpt-5.5")


def test_a_stream_that_was_not_asked_for_usage_says_how() -> None:
    with pytest.raises(UnknownShapeError, match="include_usage"):
        Usage.from_response(chunks()[:1] * 2)


@pytest.mark.parametrize(
    "found", [[chat(), chat()], [*events(), *events()], [*chunks(), {**chunks()[1], "id": "chatcmpl-2"}]], ids=str
)
def test_two_responses_are_two_requests(found: object) -> None:
    with pytest.raises(UnknownShapeError, match="2 responses"):
        Usage.from_openai(found)


def test_audio_that_was_cached_in_part_leaves_the_intersection_open() -> None:
    found = chat()
    found["usage"]["prompt_tokens_details"] = {"cached_tokens": 40, "audio_tokens": 50}
    usage = Usage.from_response(found)
    assert (usage.input_audio_tokens, usage.cached_audio_tokens) == (50, None)
    assert usage.buckets.overlap is not None


def test_realtime_states_the_intersections() -> None:
    found = RealtimeResponse.model_validate(
        {
            "object": "realtime.response",
            "id": "resp_1",
            "usage": {
                "total_tokens": 1000,
                "input_tokens": 700,
                "output_tokens": 300,
                "input_token_details": {
                    "text_tokens": 200,
                    "audio_tokens": 450,
                    "image_tokens": 50,
                    "cached_tokens": 320,
                    "cached_tokens_details": {"text_tokens": 100, "audio_tokens": 220},
                },
                "output_token_details": {"text_tokens": 80, "audio_tokens": 220},
            },
        }
    )
    usage = Usage.from_response(found)
    assert usage == Usage.from_response({"type": "response.done", "response": found.model_dump()})
    assert (usage.cached_audio_tokens, usage.cached_image_tokens, usage.output_audio_tokens) == (220, 0, 220)
    assert usage.buckets.overlap is None
    assert dict(usage.buckets.counts) == {
        "input": 100,
        "cache_read": 100,
        "audio_input": 230,
        "cached_audio_input": 220,
        "image_input": 50,
        "output": 80,
        "audio_output": 220,
    }


def test_embeddings_have_no_output() -> None:
    found = CreateEmbeddingResponse.model_validate(
        {"object": "list", "model": "m", "data": [], "usage": {"prompt_tokens": 8, "total_tokens": 8}}
    )
    usage = Usage.from_response(found)
    assert (usage.input_tokens, usage.output_tokens, usage.model) == (8, 0, "m")
    assert Usage.from_response(found.usage).output_tokens == 0


def test_images_with_tokens_are_priced_by_them() -> None:
    details = {"image_tokens": 20, "text_tokens": 10}
    usage = {"input_tokens": 30, "output_tokens": 1056, "total_tokens": 1086, "input_tokens_details": details}
    found = ImagesResponse.model_validate(
        {"created": 1, "data": [{"b64_json": "x"}], "quality": "high", "size": "1024x1024", "usage": usage}
    )
    read = Usage.from_response(found)
    assert (read.input_image_tokens, read.output_image_tokens, read.images) == (20, 1056, 0)
    assert read.attributes == {"quality": "high", "size": "1024x1024"}
    assert Usage.from_response(found.usage).output_image_tokens == 1056
    detailed = {**usage, "output_tokens_details": {"image_tokens": 1000, "text_tokens": 56}}
    assert Usage.from_response({"usage": detailed}).output_image_tokens == 1000


def test_images_without_tokens_are_priced_by_the_image() -> None:
    found = ImagesResponse.model_validate({"created": 1, "data": [{"url": "a"}, {"url": "b"}], "size": "auto"})
    usage = Usage.from_openai(found)
    assert usage == Usage.from_response(found)
    assert (usage.images, usage.input_tokens, usage.attributes) == (2, 0, {})
    assert "by the image" in usage.notes[0]


def test_an_image_that_is_streamed_ends_in_its_usage() -> None:
    end = ImageGenCompletedEvent.model_validate(
        {
            "type": "image_generation.completed",
            "b64_json": "x",
            "background": "auto",
            "created_at": 1,
            "output_format": "png",
            "quality": "low",
            "size": "1024x1024",
            "usage": {
                "input_tokens": 10,
                "output_tokens": 272,
                "total_tokens": 282,
                "input_tokens_details": {"image_tokens": 0, "text_tokens": 10},
            },
        }
    )
    usage = Usage.from_response([{"type": "image_generation.partial_image", "b64_json": "y"}, end])
    assert (usage.input_tokens, usage.output_image_tokens, usage.attributes["quality"]) == (10, 272, "low")


def test_transcription_by_tokens_and_by_duration() -> None:
    tokens = {
        "type": "tokens",
        "input_tokens": 14,
        "output_tokens": 45,
        "total_tokens": 59,
        "input_token_details": {"text_tokens": 4, "audio_tokens": 10},
    }
    usage = Usage.from_response(Transcription.model_validate({"text": "Hi", "usage": tokens}))
    assert (usage.input_tokens, usage.input_audio_tokens, usage.output_tokens) == (14, 10, 45)
    done = TranscriptionTextDoneEvent.model_validate({"type": "transcript.text.done", "text": "Hi", "usage": tokens})
    assert Usage.from_response([{"type": "transcript.text.delta", "delta": "H"}, done]).input_audio_tokens == 10
    seconds = Transcription.model_validate({"text": "Hi", "usage": {"type": "duration", "seconds": 12.3}})
    usage = Usage.from_response(seconds)
    assert dict(usage.buckets.counts) == {"input_audio_seconds": Fraction(123, 10)}
    assert Usage.from_response(seconds.usage) == usage.replace(model=None)
    verbose = TranscriptionVerbose(duration=8.5, language="en", text="Hi")
    assert Usage.from_openai(verbose).input_audio_seconds == 8.5


def test_speech_is_audio() -> None:
    done = {"type": "speech.audio.done", "usage": {"input_tokens": 14, "output_tokens": 101, "total_tokens": 115}}
    usage = Usage.from_response([{"type": "speech.audio.delta", "audio": "x"}, done])
    assert (usage.input_tokens, usage.output_audio_tokens) == (14, 101)


def test_a_live_session_states_its_seconds_so_far() -> None:
    updates = [{"type": "session.usage.updated", "event_id": "e", "usage": {"seconds": second}} for second in (4.5, 9.0)]
    assert Usage.from_response(updates).audio_seconds == 9.0


def test_moderation_costs_no_tokens() -> None:
    flagged = {"flagged": False, "categories": {}, "category_scores": {}, "category_applied_input_types": {}}
    found = ModerationCreateResponse.model_construct(id="m", model="omni-moderation-latest", results=[flagged])
    usage = Usage.from_response(found)
    assert (usage.input_tokens, usage.output_tokens, usage.model) == (0, 0, "omni-moderation-latest")


def test_a_line_of_a_batch_is_of_the_batch_tier() -> None:
    line = {"id": "b", "custom_id": "1", "response": {"status_code": 200, "body": chat()}, "error": None}
    usage = Usage.from_response(line)
    assert (usage.input_tokens, usage.service_tier) == (100, "batch")


@pytest.mark.parametrize("count", [-1, 1.0, True, "12", 10**18 + 1, {}])
def test_a_count_that_cannot_be_is_an_error_that_names_it(count: object) -> None:
    found = chat()
    found["usage"]["prompt_tokens_details"]["cached_tokens"] = count
    with pytest.raises(InvalidUsageError, match="cached_tokens"):
        Usage.from_openai(found)


@pytest.mark.parametrize(("cached", "fits"), [(100, True), (101, False)])
def test_parts_above_their_total_are_an_error(cached: int, fits: bool) -> None:
    found = {
        "prompt_tokens": 100,
        "completion_tokens": 1,
        "total_tokens": 101,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    if fits:
        assert Usage.from_openai(found).cache_read_tokens == 100
    else:
        with pytest.raises(InconsistentUsageError):
            Usage.from_openai(found)


def test_no_usage_is_an_error() -> None:
    for found in ({"object": "response", "usage": None}, {"usage": {"foo": 1}}, {"foo": 1}, {"type": "response.created"}):
        with pytest.raises(UnknownShapeError):
            Usage.from_openai(found)
