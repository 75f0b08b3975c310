"""The attributes of an OpenTelemetry GenAI span: ``gen_ai.usage.*``, whose totals include their parts.

Source: the GenAI semantic conventions ("the value SHOULD be included in gen_ai.usage.input_tokens"), and the names that
instrumentations wrote before there were any for caches and reasoning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ai_models.errors import UnknownShapeError
from ai_models.pricing.shapes.plain import Members, describe, members
from ai_models.pricing.shapes.tally import Fields, Tally, total_of, writes

__all__ = ["MARKS", "fields", "joined", "owns"]

MARKS: frozenset[str] = frozenset()
"""No bare names: an attribute's name begins with ``gen_ai.``."""

_PREFIX = "gen_ai."
_USAGE = "gen_ai.usage."
_NAMES = {
    "input_tokens": ("input_tokens", "prompt_tokens"),
    "output_tokens": ("output_tokens", "completion_tokens"),
    "cache_read_tokens": (
        "cache_read.input_tokens",
        "cache_read_input_tokens",
        "input_tokens.cached",
        "details.cache_read_tokens",
        "details.cached_tokens",
    ),
    "cache_write_tokens": (
        "cache_creation.input_tokens",
        "cache_creation_input_tokens",
        "cache_write.input_tokens",
        "cache_write_input_tokens",
        "input_tokens.cache_write",
        "details.cache_write_tokens",
    ),
    "reasoning_tokens": (
        "reasoning.output_tokens",
        "output_tokens.reasoning",
        "reasoning_tokens",
        "details.reasoning_tokens",
    ),
    "input_audio_tokens": ("audio.input_tokens", "details.input_audio_tokens"),
    "output_audio_tokens": ("audio.output_tokens", "details.output_audio_tokens"),
}
_TIERS = ("openai.response.service_tier", "gen_ai.openai.response.service_tier", "gen_ai.response.service_tier")
_LIFETIMES = ("cache_write_5m_tokens", "cache_write_30m_tokens", "cache_write_1h_tokens", "cache_write_12h_tokens")
_UNSAID = ("web_searches", "file_searches", "grounded_prompts", "maps_searches", "input_image_tokens", "output_image_tokens")
_EXPECTED = "a GenAI span's attributes"


def owns(found: Members) -> bool:
    """Whether these are, or hold, the attributes of a GenAI span."""
    return any(name.startswith(_PREFIX) for name in _attributes(found))


def joined(events: Sequence[Members]) -> tuple[Members, list[str]]:
    """The one span of a list.

    Raises:
        UnknownShapeError: there are more: each is a request of its own.
    """
    if len(events) != 1:
        problem = f"a list of {len(events)} spans"
        raise UnknownShapeError(
            problem, expected="one", hint="read each by itself, and not the spans around it: they repeat it"
        )
    return events[0], []


def fields(found: Members) -> Fields:
    """The fields of a span.

    Raises:
        UnknownShapeError: it states no usage.
        InvalidUsageError, InconsistentUsageError: counts that cannot be.
    """
    attributes = _attributes(found)
    usage = Tally(
        {name.removeprefix(_USAGE): value for name, value in attributes.items() if name.startswith(_USAGE)}, _USAGE[:-1]
    )
    counts: Fields = {field: usage.count(*names) for field, names in _NAMES.items()}
    if counts["input_tokens"] is None and counts["output_tokens"] is None:
        raise UnknownShapeError(
            describe(found), expected=_EXPECTED, hint="it has no gen_ai.usage.input_tokens or output_tokens"
        )
    notes = _settle(counts, usage.count("total_tokens"))
    counts |= writes("the span", counts["cache_write_tokens"], dict.fromkeys(_LIFETIMES))
    head = Tally(attributes, "attributes")
    return {
        **counts,
        **dict.fromkeys(_UNSAID),
        "service_tier": head.word(*_TIERS),
        "model": head.word("gen_ai.response.model", "gen_ai.request.model"),
        "notes": (*notes, *usage.notes()),
    }


def _settle(counts: Fields, total: int | None) -> list[str]:
    """Add to the input what was cached, where the total tells that an instrumentation has left it out."""
    inputs, outputs = counts["input_tokens"], counts["output_tokens"]
    if total is None or inputs is None or outputs is None or total == inputs + outputs:
        return []
    cache = total_of([counts["cache_read_tokens"], counts["cache_write_tokens"]])
    if total == inputs + outputs + cache:
        counts["input_tokens"] = inputs + cache
        return ["gen_ai.usage.total_tokens tells that the input excludes what was cached: it is added"]
    return [f"gen_ai.usage.total_tokens is {total:,}, and its parts add up to {inputs + outputs:,}"]


def _attributes(found: Members) -> Members:
    """The attributes by name: as they are, of a span, or as OTLP's JSON lists them."""
    held = found.get("attributes", found)
    if isinstance(held, Mapping):
        return members(held) or {}
    if not isinstance(held, list | tuple):
        return found
    pairs = [pair for pair in map(members, held) if pair is not None]
    return {pair["key"]: _value(pair.get("value")) for pair in pairs if isinstance(pair.get("key"), str)}


def _value(found: Any) -> Any:
    """A value of OTLP's JSON, where whole numbers are written as text."""
    held = members(found)
    if held is None:
        return found
    whole = held.get("intValue")
    if isinstance(whole, str) and whole.isdecimal() and len(whole) < 20:
        return int(whole)
    return next((value for name, value in held.items() if name in ("intValue", "stringValue", "doubleValue")), None)
