"""Amazon Bedrock's ``converse``: the input that is stated excludes what was read from the cache and written to it.

Source: the API reference of ``TokenUsage``, ``CacheDetail``, ``ServiceTier`` and ``ConverseStreamMetadataEvent``. The bodies
that ``invoke_model`` returns are of the model's own shape; Amazon's own models use the names that are read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ai_models.errors import UnknownShapeError
from ai_models.pricing.shapes.plain import Members, describe, members
from ai_models.pricing.shapes.tally import Fields, Tally, total_of, writes

__all__ = ["MARKS", "fields", "joined", "owns"]

MARKS = frozenset(
    {"inputTokens", "outputTokens", "totalTokens", "cacheReadInputTokens", "cacheWriteInputTokens", "inputTokenCount"}
)
"""Names that a usage of this shape has, and another provider's has not."""

_LIFETIMES = ("5m", "30m", "1h", "12h")
_METRICS = "amazon-bedrock-invocationMetrics"
_EVENTS = ("messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop")
_EXPECTED = "a converse response of Bedrock's, or its usage"


def owns(found: Members) -> bool:
    """Whether this is a response or an event of this shape, whatever its usage looks like."""
    metadata = members(found.get("metadata"))
    is_metadata = metadata is not None and "usage" in metadata and "metrics" in metadata
    return is_metadata or ("stopReason" in found and "metrics" in found) or any(name in found for name in _EVENTS)


def joined(events: Sequence[Members]) -> tuple[Members, list[str]]:
    """What the last event of a stream, its metadata, states.

    Raises:
        UnknownShapeError: no event with a usage, or those of several responses.
    """
    stated = [metadata for event in events if (metadata := _metadata(event)) is not None]
    if not stated and len(events) == 1 and not any(name in events[0] for name in _EVENTS):
        return events[0], []
    if len(stated) != 1:
        problem = f"a list of {len(stated)} responses" if stated else f"a stream of {len(events)} events without metadata"
        raise UnknownShapeError(problem, expected=_EXPECTED, hint="read each stream by itself, to its end")
    return stated[0], []


def fields(found: Members) -> Fields:
    """The fields of a response, or of its usage alone.

    Raises:
        UnknownShapeError: there is no usage in it.
        InvalidUsageError, InconsistentUsageError: counts that cannot be.
    """
    stated = found.get("usage") if "usage" in found else found.get(_METRICS, found)
    if members(stated) is None:
        raise UnknownShapeError(describe(found), expected=_EXPECTED, hint="it states no usage")
    usage, head = Tally(stated, camel=True), Tally(found if "usage" in found else {}, "response", camel=True)
    counts, notes = _tokens(usage)
    if counts["input_tokens"] is None and counts["output_tokens"] is None:
        raise UnknownShapeError(describe(found), expected=_EXPECTED, hint="it has neither inputTokens nor outputTokens")
    latency = head.part("performance_config").word("latency")
    if latency not in (None, "standard"):
        notes.append(f"served with latency {latency!r}, which some models are priced for apart")
    usage.ignore("first_byte_latency", "invocation_latency")
    return {
        **counts,
        "web_searches": None,
        "service_tier": head.part("service_tier").word("type"),
        "model": head.part("trace").part("prompt_router").word("invoked_model_id"),
        "notes": (*notes, *usage.notes()),
    }


def _metadata(event: Members) -> Members | None:
    if members(event.get("usage")) is not None or _METRICS in event or MARKS & event.keys():
        return event
    metadata = members(event.get("metadata"))
    return metadata if metadata is not None and "usage" in metadata else None


def _tokens(usage: Tally) -> tuple[Fields, list[str]]:
    inputs = usage.count("input_tokens", "input_token_count")
    outputs = usage.count("output_tokens", "output_token_count")
    read = usage.count("cache_read_input_tokens", "cache_read_input_token_count")
    by_lifetime: dict[str, int | None] = {"cache_write_5m_tokens": None, "cache_write_1h_tokens": None}
    for detail in usage.each("cache_details"):
        lifetime = detail.word("ttl")
        field = f"cache_write_{lifetime}_tokens" if lifetime in _LIFETIMES else "cache_write_tokens"
        by_lifetime[field] = total_of([by_lifetime.get(field), detail.count("input_tokens")])
    written = writes("the response", usage.count("cache_write_input_tokens", "cache_write_input_token_count"), by_lifetime)
    cache, total = total_of([read, *written.values()]), usage.count("total_tokens")
    notes: list[str] = []
    if inputs is not None and cache:
        stated = total_of([inputs, outputs])
        if total == stated and cache <= inputs:
            notes = [f"totalTokens is {total:,}: the input includes what was cached"]
            cache = 0
        elif total not in (None, stated + cache):
            notes = [f"totalTokens is {total:,}, and its parts add up to {stated + cache:,}"]
    elif total is not None and total != total_of([inputs, outputs]):
        notes = [f"totalTokens is {total:,}, and its parts add up to {total_of([inputs, outputs]):,}"]
    found: dict[str, Any] = {"input_tokens": None if inputs is None else inputs + cache, "output_tokens": outputs}
    return {**found, "cache_read_tokens": read, **written, "reasoning_tokens": None}, notes
