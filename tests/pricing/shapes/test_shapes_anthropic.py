"""Anthropic's messages, as the SDK's own types, as dicts and as JSON: the input that is stated excludes what was cached."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic.types import Message, MessageDeltaUsage, RawMessageStreamEvent
from anthropic.types.beta import BetaMessage
from anthropic.types.messages import MessageBatchIndividualResponse
from pydantic import TypeAdapter

from ai_models.errors import InconsistentUsageError, InvalidUsageError, UnknownShapeError
from ai_models.pricing.usage import Usage


def message(content: list[dict[str, Any]] | None = None, model: str = "claude-sonnet-4-5", **usage: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": "Hello"}] if content is None else content,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 550, **usage},
    }


CACHED = message(
    cache_creation_input_tokens=12304,
    cache_read_input_tokens=100,
    cache_creation={"ephemeral_5m_input_tokens": 12000, "ephemeral_1h_input_tokens": 304},
    service_tier="batch",
    inference_geo="us",
    output_tokens_details={"thinking_tokens": 200},
)


@pytest.mark.parametrize(
    "found",
    [
        CACHED,
        Message.model_validate(CACHED),
        Message.model_validate(CACHED).model_dump_json(),
        BetaMessage.model_validate(CACHED),
    ],
    ids=["dict", "object", "json", "beta"],
)
def test_what_was_cached_is_added_to_the_input(found: object) -> None:
    usage = Usage.from_anthropic(found)
    assert usage == Usage.from_response(found)
    assert usage.input_tokens == 3 + 12304 + 100
    assert (usage.cache_read_tokens, usage.cache_write_tokens) == (100, 0)
    assert (usage.cache_write_5m_tokens, usage.cache_write_1h_tokens) == (12000, 304)
    assert (usage.output_tokens, usage.reasoning_tokens) == (550, 200)
    assert (usage.service_tier, usage.region, usage.model) == ("batch", "us", "claude-sonnet-4-5")
    assert usage.notes == ()
    assert dict(usage.buckets.counts)["input"] == 3


def test_a_usage_alone_reads_as_within_its_message_but_for_what_the_content_shows() -> None:
    parsed = Message.model_validate(CACHED)
    alone, whole = Usage.from_response(parsed.usage), Usage.from_response(parsed)
    assert (alone.web_searches, whole.web_searches) == (None, 0)
    assert (alone.code_execution_seconds, whole.code_execution_seconds) == (None, 0)
    assert alone == whole.replace(web_searches=None, code_execution_seconds=None, model=None)


def test_a_write_without_breakdown_is_of_unstated_lifetime() -> None:
    usage = Usage.from_anthropic(message(cache_creation_input_tokens=10, cache_read_input_tokens=0))
    assert (usage.cache_write_tokens, usage.cache_write_5m_tokens, usage.cache_write_1h_tokens) == (10, 0, 0)


@pytest.mark.parametrize(("total", "fits"), [(99, False), (100, True), (101, False)])
def test_a_breakdown_that_does_not_add_up_is_an_error(total: int, fits: bool) -> None:
    found = message(
        cache_creation_input_tokens=total,
        cache_creation={"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 40},
    )
    if fits:
        assert Usage.from_anthropic(found).input_tokens == 103
    else:
        with pytest.raises(InconsistentUsageError, match="breakdown by lifetime"):
            Usage.from_anthropic(found)


def test_what_is_not_stated_is_unknown() -> None:
    usage = Usage.from_anthropic({"input_tokens": 5, "output_tokens": 1})
    assert usage.input_tokens == 5
    assert {"cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "web_searches"} <= set(usage.unknown)


def test_region_not_available_is_none_and_global_stays() -> None:
    assert Usage.from_anthropic(message(inference_geo="not_available")).region is None
    assert Usage.from_anthropic(message(inference_geo="global")).region == "global"
    assert Usage.from_anthropic(message(speed="fast")).speed == "fast"


def test_server_tools_are_counted_and_fetches_are_free() -> None:
    usage = Usage.from_anthropic(message(server_tool_use={"web_search_requests": 3, "web_fetch_requests": 2}))
    assert usage.web_searches == 3
    assert usage.notes == ()


def test_execution_of_code_has_a_length_that_nobody_states() -> None:
    block = {"type": "server_tool_use", "id": "s", "name": "bash_code_execution", "input": {}}
    usage = Usage.from_anthropic(message([block]))
    assert usage.code_execution_seconds is None
    assert "for how long is not stated" in usage.notes[0]
    counted = Usage.from_anthropic(
        {"input_tokens": 1, "output_tokens": 1, "server_tool_use": {"code_execution_requests": 0}}
    )
    assert counted.code_execution_seconds == 0


def test_a_search_in_the_content_that_the_usage_does_not_count_is_unknown() -> None:
    block = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
    assert Usage.from_anthropic(message([block])).web_searches is None


def test_a_count_that_is_not_read_is_remarked_upon() -> None:
    usage = Usage.from_anthropic(message(server_tool_use={"web_search_requests": 0, "teleports": 2}, moon_tokens=7))
    assert "the response counts usage.moon_tokens (7), which is not read" in usage.notes
    assert "the response counts usage.server_tool_use.teleports (2), which is not read" in usage.notes
    assert Usage.from_anthropic(message(moon_tokens=0)).notes == ()


def iteration(kind: str, inputs: int, outputs: int, **more: Any) -> dict[str, Any]:
    zero = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    return {"type": kind, "input_tokens": inputs, "output_tokens": outputs, **zero, **more}


@pytest.mark.parametrize("build", [dict, BetaMessage.model_validate], ids=["dict", "object"])
def test_iterations_are_summed_with_the_compaction_that_the_totals_leave_out(build: Any) -> None:
    found = message(iterations=[iteration("compaction", 180000, 3500), iteration("message", 23000, 1000)])
    found["usage"] |= {"input_tokens": 23000, "output_tokens": 1000, "cache_read_input_tokens": 0}
    usage = Usage.from_anthropic(build(found))
    assert (usage.input_tokens, usage.output_tokens) == (203000, 4500)
    assert [call.input_tokens for call in usage.iterations] == [180000, 23000]
    assert usage.notes == ()


def test_cached_tokens_are_added_in_every_iteration() -> None:
    calls = [
        iteration("message", 10, 5, cache_read_input_tokens=90),
        iteration("message", 20, 5, cache_creation_input_tokens=7),
    ]
    usage = Usage.from_anthropic(message(iterations=calls, output_tokens=10))
    assert [call.input_tokens for call in usage.iterations] == [100, 27]
    assert (usage.input_tokens, usage.cache_read_tokens, usage.cache_write_tokens) == (127, 90, 7)


@pytest.mark.parametrize("kind", ["advisor_message", "message"])
def test_a_call_of_another_model_is_left_out_and_named(kind: str) -> None:
    calls = [
        iteration("message", 400, 89),
        iteration(kind, 823, 1612, model="claude-opus-4-8"),
        iteration("message", 100, 442),
    ]
    usage = Usage.from_anthropic(message(iterations=calls, output_tokens=531))
    assert (usage.input_tokens, usage.output_tokens) == (500, 531)
    assert len(usage.iterations) == 2
    assert "claude-opus-4-8 read 823 and wrote 1,612 tokens" in usage.elsewhere[0]


def test_a_dated_name_is_the_same_model() -> None:
    calls = [iteration("message", 1, 1, model="claude-x-20260101"), iteration("fallback_message", 2, 2, model="claude-x")]
    usage = Usage.from_anthropic(message(iterations=calls, model="claude-x", output_tokens=2))
    assert usage.input_tokens == 3


def test_without_a_message_the_serving_model_is_that_of_the_fallback() -> None:
    calls = [
        iteration("message", 50, 0, model="claude-fable-5"),
        iteration("fallback_message", 60, 9, model="claude-opus-4-8"),
    ]
    found = {"input_tokens": 60, "output_tokens": 9, "cache_read_input_tokens": 0, "iterations": calls}
    usage = Usage.from_anthropic(found)
    assert (usage.input_tokens, usage.iterations) == (60, ())
    assert "claude-fable-5" in usage.elsewhere[0]


def test_where_no_model_is_named_an_advisors_call_is_still_anothers() -> None:
    calls = [iteration("message", 50, 5), iteration("advisor_message", 60, 9, model="claude-opus-4-8")]
    usage = Usage.from_anthropic({"input_tokens": 50, "output_tokens": 5, "iterations": calls})
    assert (usage.input_tokens, usage.output_tokens) == (50, 5)


def test_iterations_below_the_totals_are_not_taken() -> None:
    usage = Usage.from_anthropic(message(iterations=[iteration("message", 3, 549)]))
    assert usage.output_tokens == 550
    assert "add up to less" in usage.notes[0]
    assert Usage.from_anthropic(message(iterations=[iteration("message", 3, 550)])).notes == ()


def test_an_iteration_without_counts_is_an_error() -> None:
    with pytest.raises(InvalidUsageError, match="iterations"):
        Usage.from_anthropic(message(iterations=[{"type": "message"}]))


def test_a_redeemed_credit_is_remarked_upon() -> None:
    usage = Usage.from_anthropic(message(fallback_credit={"status": {"type": "redeemed"}}))
    assert "fallback credit" in usage.notes[0]


def stream(*deltas: dict[str, Any], **start: Any) -> list[dict[str, Any]]:
    return [
        {"type": "message_start", "message": message([], output_tokens=1, **start)},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        {"type": "content_block_stop", "index": 0},
        *({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": delta} for delta in deltas),
        {"type": "message_stop"},
    ]


def of_sdk(events: list[dict[str, Any]]) -> list[Any]:
    adapter: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)
    return [adapter.validate_python(event) for event in events]


def sse(events: list[dict[str, Any]]) -> str:
    return "".join(f"event: {event['type']}\ndata: {TypeAdapter(Any).dump_json(event).decode()}\n\n" for event in events)


@pytest.mark.parametrize("build", [list, iter, of_sdk, sse, lambda events: sse(events).encode().splitlines()])
def test_the_last_delta_of_a_stream_holds(build: Any) -> None:
    events = stream(
        {"output_tokens": 15},
        {"output_tokens": 40, "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0}},
        cache_read_input_tokens=100,
        cache_creation_input_tokens=0,
        service_tier="priority",
    )
    usage = Usage.from_response(build(events))
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (103, 40, 100)
    assert (usage.web_searches, usage.service_tier, usage.model) == (1, "priority", "claude-sonnet-4-5")
    assert usage == Usage.from_anthropic(build(events))


def test_a_delta_that_wrote_more_leaves_the_lifetime_open() -> None:
    breakdown = {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 0}
    start = {"cache_creation_input_tokens": 10, "cache_creation": breakdown, "cache_read_input_tokens": 0}
    same = Usage.from_response(stream({"output_tokens": 4, "cache_creation_input_tokens": 10}, **start))
    more = Usage.from_response(stream({"output_tokens": 4, "cache_creation_input_tokens": 11}, **start))
    assert (same.cache_write_5m_tokens, same.cache_write_tokens) == (10, 0)
    assert (more.cache_write_5m_tokens, more.cache_write_tokens) == (0, 11)


def test_a_stream_that_breaks_off_does_not_know_its_output() -> None:
    usage = Usage.from_response(stream())
    assert (usage.input_tokens, usage.output_tokens) == (3, None)
    assert "ends before its message_delta" in usage.notes[0]


def test_a_delta_alone_reads_as_a_usage() -> None:
    delta = MessageDeltaUsage(output_tokens=9, input_tokens=4, cache_read_input_tokens=6, cache_creation_input_tokens=0)
    assert Usage.from_response(delta).input_tokens == 10
    assert Usage.from_response({"type": "message_delta", "usage": delta}).output_tokens == 9


def test_two_messages_are_two_requests() -> None:
    with pytest.raises(UnknownShapeError, match="read each by itself"):
        Usage.from_response([CACHED, CACHED])
    assert Usage.from_response([CACHED]) == Usage.from_response(CACHED)


def test_a_line_of_a_batch_is_read_and_a_failed_one_says_so() -> None:
    line = MessageBatchIndividualResponse.model_validate(
        {"custom_id": "a", "result": {"type": "succeeded", "message": CACHED}}
    )
    assert Usage.from_response(line) == Usage.from_response(CACHED)
    with pytest.raises(UnknownShapeError, match="errored"):
        Usage.from_response({"custom_id": "a", "result": {"type": "errored", "error": {}}})


@pytest.mark.parametrize("count", [-1, 1.5, True, "12", 10**18 + 1, [1]])
def test_a_count_that_cannot_be_is_an_error_that_names_it(count: object) -> None:
    with pytest.raises(InvalidUsageError, match=r"usage\.cache_read_input_tokens"):
        Usage.from_anthropic(message(cache_read_input_tokens=count))


def test_a_message_without_usage_is_no_usage() -> None:
    with pytest.raises(UnknownShapeError, match="no usage"):
        Usage.from_anthropic({"type": "message", "usage": None})
    with pytest.raises(UnknownShapeError, match="neither"):
        Usage.from_anthropic({"foo": 1})
    with pytest.raises(UnknownShapeError, match="without usage"):
        Usage.from_anthropic([{"type": "ping"}])
