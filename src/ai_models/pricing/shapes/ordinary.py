"""The responses that nearly all are, read in a tenth of the time: whole, and with nothing in them out of the ordinary.

A layout names every count that such a usage may hold. Whatever says anything else (a tool, another modality, a total that
does not add up) is left to the module of its shape, which reads everything; tests hold both against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ai_models.pricing.counts import MOST
from ai_models.pricing.shapes.plain import held, simple
from ai_models.pricing.shapes.tally import Fields

__all__ = ["ORDINARY"]

Layout: TypeAlias = "Mapping[str, str | Layout]"
"""What the names in a usage mean: a field of ``Usage``, or the layout of what is nested there; ``_FREE`` is not billed."""

_FREE = ""
_TEXTS = frozenset({"service_tier", "region"})
_LIFETIMES = ("cache_write_5m_tokens", "cache_write_1h_tokens")
_ALL_LIFETIMES = ("cache_write_30m_tokens", "cache_write_12h_tokens", *_LIFETIMES)
_MODALITIES = ("audio", "image", "video")

_ANTHROPIC: Layout = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_input_tokens": "cache_read_tokens",
    "cache_creation_input_tokens": "cache_write_tokens",
    "cache_creation": {
        "ephemeral_5m_input_tokens": "cache_write_5m_tokens",
        "ephemeral_1h_input_tokens": "cache_write_1h_tokens",
    },
    "output_tokens_details": {"thinking_tokens": "reasoning_tokens"},
    "service_tier": "service_tier",
    "inference_geo": "region",
}
_BLOCKS = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})

_INPUT_DETAILS: Layout = {
    "cached_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "audio_tokens": "input_audio_tokens",
    "text_tokens": _FREE,
}
_OUTPUT_DETAILS: Layout = {
    "reasoning_tokens": "reasoning_tokens",
    "audio_tokens": "output_audio_tokens",
    "text_tokens": _FREE,
    "accepted_prediction_tokens": _FREE,
    "rejected_prediction_tokens": _FREE,
}
_OPENAI: dict[str, Layout] = {
    "response": {
        "input_tokens": "input_tokens",
        "output_tokens": "output_tokens",
        "total_tokens": "total",
        "input_tokens_details": _INPUT_DETAILS,
        "output_tokens_details": _OUTPUT_DETAILS,
    },
    "chat.completion": {
        "prompt_tokens": "input_tokens",
        "completion_tokens": "output_tokens",
        "total_tokens": "total",
        "prompt_tokens_details": _INPUT_DETAILS,
        "completion_tokens_details": _OUTPUT_DETAILS,
    },
}
_ITEMS = frozenset({"message", "reasoning", "function_call"})
_OPENAI_EXTRAS = ("tool_usage", "svg_usage", "prompt_cache_options", "quality", "size", "x_groq", "data", "response")

_GOOGLE: Layout = {
    **dict.fromkeys(("prompt_token_count", "promptTokenCount"), "prompt"),
    **dict.fromkeys(("candidates_token_count", "candidatesTokenCount"), "made"),
    **dict.fromkeys(("thoughts_token_count", "thoughtsTokenCount"), "reasoning_tokens"),
    **dict.fromkeys(("cached_content_token_count", "cachedContentTokenCount"), "cache_read_tokens"),
    **dict.fromkeys(("total_token_count", "totalTokenCount"), "total"),
    **dict.fromkeys(("service_tier", "serviceTier"), "service_tier"),
}
_GOOGLE_DETAILS = (
    ("prompt_tokens_details", "promptTokensDetails"),
    ("candidates_tokens_details", "candidatesTokensDetails"),
    ("cache_tokens_details", "cacheTokensDetails"),
)
_SIDES = ("input", "output", "cached")
_BY_MODALITY = {
    (side, is_unstated): {f"{side}_{modality}_tokens": None if is_unstated else 0 for modality in _MODALITIES}
    for side in _SIDES
    for is_unstated in (False, True)
}
_BILLED_AS_TEXT = {"text", "document"}


def _anthropic(found: object) -> Fields | None:
    message = held(found)
    if message is None or message.get("type") != "message" or not _are_all(message.get("content"), _BLOCKS):
        return None
    counts, model = _counts(message.get("usage"), _ANTHROPIC), message.get("model")
    if counts is None or type(model) is not str or "input_tokens" not in counts or "output_tokens" not in counts:
        return None
    read, written = counts.get("cache_read_tokens"), counts.get("cache_write_tokens")
    lifetimes = {name: counts.get(name) for name in _LIFETIMES}
    if any(count is not None for count in lifetimes.values()):
        lifetimes = {name: count or 0 for name, count in lifetimes.items()}
        sums = sum(count or 0 for count in lifetimes.values())
        if written not in (None, sums):
            return None
        written, writes = sums, lifetimes
    else:
        unstated = None if written is None else 0
        writes = {"cache_write_tokens": written, **dict.fromkeys(_LIFETIMES, unstated)}
    region = counts.get("region")
    return {
        "input_tokens": counts["input_tokens"] + (read or 0) + (written or 0),
        "output_tokens": counts["output_tokens"],
        "cache_read_tokens": read,
        **writes,
        "reasoning_tokens": counts.get("reasoning_tokens"),
        "web_searches": 0,
        "code_execution_seconds": 0,
        "service_tier": counts.get("service_tier"),
        "region": None if region == "not_available" else region,
        "model": model or None,
    }


def _openai(found: object) -> Fields | None:
    response = held(found)
    layout = None if response is None else _OPENAI.get(str(response.get("object")))
    if response is None or layout is None or any(response.get(name) is not None for name in _OPENAI_EXTRAS):
        return None
    output, model, tier = response.get("output"), response.get("model"), response.get("service_tier")
    if not (type(model) is str and (tier is None or type(tier) is str) and (output is None or _are_all(output, _ITEMS))):
        return None
    counts = _counts(response.get("usage"), layout)
    if counts is None or "input_tokens" not in counts or "output_tokens" not in counts:
        return None
    made, written = counts["output_tokens"], counts.get("cache_write_tokens")
    if counts.pop("total", None) not in (None, counts["input_tokens"] + made) or counts.get("reasoning_tokens", 0) > made:
        return None
    unstated, called = (None if written is None else 0), (None if output is None else 0)
    return {
        **dict.fromkeys(("cache_read_tokens", "cache_write_tokens", "reasoning_tokens"), None),
        **dict.fromkeys(_ALL_LIFETIMES, unstated),
        **_NO_MODALITIES,
        **counts,
        "web_searches": called,
        "file_searches": called,
        "code_execution_sessions": called,
        "service_tier": tier or None,
        "model": model or None,
    }


_NO_MODALITIES = {f"{side}_{modality}_tokens": None for side in ("input", "output") for modality in _MODALITIES}


def _google(found: object) -> Fields | None:
    response = held(found)
    stated = None if response is None else held(response.get("usage_metadata"))
    if response is None or stated is None or not _is_ungrounded(response.get("candidates")):
        return None
    usage = dict(stated)
    details = [usage.pop(name, usage.pop(written, None)) for name, written in _GOOGLE_DETAILS]
    tier, model = simple(usage.pop("traffic_type", usage.pop("trafficType", None))), response.get("model_version")
    counts = _counts(usage, _GOOGLE) if all(map(_is_text, details)) else None
    if counts is None or type(model) is not str or not (tier is None or type(tier) is str) or "total" not in counts:
        return None
    prompt, made, thoughts = counts.get("prompt", 0), counts.get("made", 0), counts.get("reasoning_tokens", 0)
    if counts["total"] != prompt + made + thoughts:
        return None
    unstated = [_BY_MODALITY[side, detail is None] for side, detail in zip(_SIDES, details, strict=True)]
    return {
        "input_tokens": prompt,
        "output_tokens": made + thoughts,
        "cache_read_tokens": counts.get("cache_read_tokens"),
        "reasoning_tokens": thoughts,
        **unstated[0],
        **unstated[1],
        **unstated[2],
        "service_tier": tier or counts.get("service_tier"),
        "model": model or None,
    }


def _is_text(details: object) -> bool:
    """Whether a breakdown by modality, where there is one, knows of text only."""
    if not isinstance(details, list | None):
        return False
    return all(str(simple(_members(entry).get("modality"))).lower() in _BILLED_AS_TEXT for entry in details or ())


def _is_ungrounded(candidates: object) -> bool:
    if not isinstance(candidates, list):
        return False
    return all(_members(candidate).get("grounding_metadata", candidate) is None for candidate in candidates)


ORDINARY: Mapping[str, Callable[[object], Fields | None]] = {"anthropic": _anthropic, "openai": _openai, "google": _google}
"""For some shapes: the fields of a response, an SDK's object or a dictionary; None where the shape's module must read it."""


def _counts(found: object, layout: Layout) -> Fields | None:
    """The fields that a usage states; None where it holds anything that the layout does not name, or no count."""
    usage = held(found)
    if usage is None:
        return None
    counts: Fields = {}
    for name, value in usage.items():
        if value is None:
            continue
        meaning = layout.get(name)
        if type(meaning) is dict:
            nested = _counts(value, meaning)
            if nested is None:
                return None
            counts |= nested
        elif type(meaning) is not str or not _is_possible(value, meaning):
            return None
        elif meaning:
            counts[meaning] = value
    return counts


def _is_possible(value: Any, meaning: str) -> bool:
    if meaning in _TEXTS:
        return type(value) is str and value != ""
    return type(value) is int and 0 <= value <= MOST


def _are_all(found: object, kinds: frozenset[str]) -> bool:
    """Whether every object of a list is of one of these types, and used nothing that is billed apart."""
    if not isinstance(found, list | tuple):
        return False
    return all(one.get("type") in kinds and one.get("svg_usage") is None for one in map(_members, found))


def _members(found: object) -> Mapping[str, Any]:
    return held(found) or {}
