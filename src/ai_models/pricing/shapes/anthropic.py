"""Anthropic's messages: the input that is stated excludes what was read from the cache and what was written to it.

Source: the ``anthropic`` SDK 2.12 (``Usage``, ``MessageDeltaUsage``, ``BetaUsage``) and Anthropic's pages on prompt caching,
compaction, the advisor tool and fallback. The same shape comes from Vertex AI, Azure and Bedrock's ``InvokeModel``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ai_models.errors import InvalidUsageError, UnknownShapeError
from ai_models.pricing.shapes.plain import Members, describe, kind_of, members
from ai_models.pricing.shapes.tally import Fields, Tally, total_of, writes

__all__ = ["MARKS", "fields", "joined", "owns"]

MARKS = frozenset(
    {
        "cache_creation",
        "cache_creation_input_tokens",
        "cache_read_input_tokens",
        "server_tool_use",
        "inference_geo",
        "iterations",
        "fallback_credit",
        "speed",
    }
)
"""Names that a usage of this shape has, and another provider's has not, unless it counts ``prompt_tokens`` too."""

_EVENTS = {
    "message_start",
    "message_delta",
    "message_stop",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
}
_DATE = re.compile(r"[-@]\d{8}$")
_EXPECTED = "an Anthropic message or its usage"


def owns(found: Members) -> bool:
    """Whether this is a message or an event of one's stream, whatever its usage looks like."""
    if kind_of(found) in {*_EVENTS, "message"}:
        return True
    return members(found.get("result")) is not None and "custom_id" in found


def joined(events: Sequence[Members]) -> tuple[Members, list[str]]:
    """The message that a stream's events build; every usage in them is cumulative, so the last statement holds.

    Raises:
        UnknownShapeError: no events of a message, or of more than one.
    """
    starts = [members(event.get("message")) or {} for event in events if kind_of(event) == "message_start"]
    whole = [event for event in events if not _is_event(event)]
    deltas = [event for event in events if kind_of(event) == "message_delta"]
    if len(starts) + len(whole) > 1:
        raise UnknownShapeError(f"a list of {len(starts) + len(whole)} messages", expected="one", hint="read each by itself")
    if whole:
        return whole[0], []
    if not starts and not deltas:
        raise UnknownShapeError(f"a stream of {len(events)} events without usage", expected=_EXPECTED)
    message: Members = dict(starts[0]) if starts else {}
    usage = dict(members(message.get("usage")) or {})
    for delta in deltas:
        usage = _updated(usage, members(delta.get("usage")) or {})
    notes = []
    if not deltas:
        usage["output_tokens"] = None  # what message_start states is a first guess
        notes.append("the stream ends before its message_delta: its output tokens are not known")
    blocks = [event.get("content_block") for event in events if kind_of(event) == "content_block_start"]
    return {**message, "usage": usage, **({"content": blocks} if starts else {})}, notes


def fields(found: Members) -> Fields:
    """The fields of a message, or of its usage alone.

    Raises:
        UnknownShapeError: there is no usage in it.
        InvalidUsageError, InconsistentUsageError: counts that cannot be.
    """
    message = _unwrapped(found)
    stated = message.get("usage") if "usage" in message else message
    usage = Tally(stated)
    if not usage or members(stated) is None:
        raise UnknownShapeError(describe(found), expected=_EXPECTED, hint="it states no usage")
    counts = _tokens(usage)
    if counts["input_tokens"] is None and usage.get("output_tokens") is None:
        raise UnknownShapeError(describe(found), expected=_EXPECTED, hint="it has neither input_tokens nor output_tokens")
    model = Tally(message, "message").word("model")
    counts["reasoning_tokens"] = usage.part("output_tokens_details").count("thinking_tokens")
    notes = _with_iterations(counts, usage, model)
    tools, remarks = _tools(usage, message.get("content") if "usage" in message else None)
    region = usage.word("inference_geo")
    credit = usage.part("fallback_credit").part("status").word("type")
    if credit == "redeemed":
        notes.append(
            "a fallback credit was redeemed: the provider bills this retry as if it had been on its model all along"
        )
    return {
        **counts,
        **tools,
        "service_tier": usage.word("service_tier"),
        "region": None if region == "not_available" else region,
        "speed": usage.word("speed"),
        "model": model,
        "notes": (*notes, *remarks, *usage.notes()),
    }


def _is_event(found: Members) -> bool:
    # Helpers of the SDK mix events of their own ("text", "input_json", …) into a stream.
    return kind_of(found) not in ("", "message")


def _updated(usage: Members, delta: Members) -> Members:
    written = delta.get("cache_creation_input_tokens")
    if written is not None and written != usage.get("cache_creation_input_tokens"):
        usage = {**usage, "cache_creation": None}  # the breakdown is of the start; the loop of a server tool wrote more
    return {**usage, **{name: value for name, value in delta.items() if value is not None}}


def _unwrapped(found: Members) -> Members:
    """The message in a line of a batch's results, or the thing itself.

    Raises:
        UnknownShapeError: the request failed, so that nothing was billed.
    """
    result = members(found.get("result"))
    if result is None or "usage" in found:
        return found
    message = members(result.get("message"))
    if message is None:
        raise UnknownShapeError(f"a batch result that {result.get('type')}", expected=_EXPECTED, hint="it was not billed")
    return message


def _tokens(usage: Tally) -> Fields:
    read = usage.count("cache_read_input_tokens")
    breakdown = usage.part("cache_creation")
    written = writes(
        "the response",
        usage.count("cache_creation_input_tokens"),
        {
            "cache_write_5m_tokens": breakdown.count("ephemeral_5m_input_tokens"),
            "cache_write_1h_tokens": breakdown.count("ephemeral_1h_input_tokens"),
        },
    )
    uncached = usage.count("input_tokens")
    return {
        "input_tokens": None if uncached is None else uncached + total_of([read, *written.values()]),
        "output_tokens": usage.count("output_tokens"),
        "cache_read_tokens": read,
        **written,
    }


def _with_iterations(counts: Fields, usage: Tally, model: str | None) -> list[str]:
    """Put the calls within the request in place of its totals, which leave compaction out; say which are another model's.

    Source: "a compaction entry's tokens are not included in the top-level usage fields"; an advisor's are not either.
    """
    entries = usage.each("iterations")
    if not entries:
        return []
    kinds = [(entry.word("type") or "message", entry.word("model")) for entry in entries]
    calls = [_tokens(entry) for entry in entries]
    if any(call[field] is None for call in calls for field in ("input_tokens", "output_tokens")):
        raise InvalidUsageError("iterations", None, problem="an entry of usage.iterations states no input or output tokens")
    main = model or _serving_model(kinds)
    own, notes, others = [], [], []
    for (kind, name), call in zip(kinds, calls, strict=True):
        if _is_of(main, kind, name):
            own.append(call)
        else:
            others.append(
                f"a {kind} call of {name or 'another model'} read {call['input_tokens']:,} and wrote "
                f"{call['output_tokens']:,} tokens; they are billed at its rates and are not in this usage"
            )
    if own and sum(call["output_tokens"] for call in own) >= (counts["output_tokens"] or 0):
        for field in own[0]:
            stated = [call[field] for call in own]
            counts[field] = None if None in stated and not any(stated) else total_of(stated)
        counts["iterations"] = own if len(own) > 1 else []
    else:
        notes.append("usage.iterations add up to less than the usage, which is taken instead")
    counts["elsewhere"] = others
    return notes


def _serving_model(kinds: Sequence[tuple[str, str | None]]) -> str | None:
    """The model of the message, where only its iterations name one."""
    for kind in ("fallback_message", "message"):
        named = [name for found, name in kinds if found == kind and name]
        if named:
            return named[-1]
    return None


def _is_of(main: str | None, kind: str, name: str | None) -> bool:
    if name is None or main is None:
        return kind != "advisor_message"
    return _DATE.sub("", name) == _DATE.sub("", main)


def _tools(usage: Tally, content: object) -> tuple[Fields, list[str]]:
    """Server tools; where the usage does not state them, a message without a call of one states that there was none."""
    tools = usage.part("server_tool_use")
    searches = tools.count("web_search_requests")
    executions = tools.count("code_execution_requests")
    tools.ignore("web_fetch_requests", "tool_search_requests")  # free: billed as tokens only
    called = _called(content)
    if searches is None and called is not None and "web_search" not in called:
        searches = 0
    executed = executions if called is None else executions or sum("code_execution" in name for name in called)
    notes = ["code was executed: for how long is not stated"] if executed else []
    return {"web_searches": searches, "code_execution_seconds": 0 if executed == 0 else None}, notes


def _called(content: Any) -> list[str] | None:
    """The names of the server tools that a message calls; None where its content is not known."""
    if not isinstance(content, list | tuple):
        return None
    blocks = [block for block in map(members, content) if block is not None]
    names = (block.get("name") for block in blocks if block.get("type") == "server_tool_use")
    return [name for name in names if isinstance(name, str)]
