"""OpenAI's responses, chat completions, embeddings, images, audio and moderations, and those who speak their dialect.

Source: the ``openai`` SDK 3.54 and the API pages of DeepSeek, xAI, Groq, Mistral, Moonshot, Alibaba, Perplexity, OpenRouter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ai_models.errors import UnknownShapeError
from ai_models.pricing.shapes.openai_tokens import tokens
from ai_models.pricing.shapes.openai_tools import tool_fields
from ai_models.pricing.shapes.plain import Members, describe, kind_of, members
from ai_models.pricing.shapes.tally import Fields, Tally

__all__ = ["MARKS", "fields", "joined", "owns"]

MARKS = frozenset(
    {
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "input_tokens_details",
        "input_token_details",
        "output_token_details",
        "prompt_tokens_details",
        "completion_tokens_details",
    }
)
"""Names that a usage of this shape has, and another provider's has not."""

SURE_MARKS = frozenset({"prompt_tokens", "completion_tokens"})
"""Those that settle it, whatever stands beside them: gateways keep Anthropic's cache counts beside OpenAI's totals."""

_OBJECTS = {"chat.completion", "chat.completion.chunk", "response", "text_completion", "realtime.response", "list"}
_WITH_RESPONSE = {"response.completed", "response.incomplete", "response.failed", "response.done"}
_CUMULATIVE = "session.usage.updated"
_WITH_USAGE = {
    "image_generation.completed",
    "image_edit.completed",
    "transcript.text.done",
    "speech.audio.done",
    _CUMULATIVE,
    "conversation.item.input_audio_transcription.completed",
}
_IMAGES = {"image_generation.completed", "image_edit.completed"}
_NOTHING_BUT_TIME = ("queue_time", "prompt_time", "completion_time", "total_time", "time_to_first_token")
_NO_TOKENS: Fields = {"input_tokens": 0, "output_tokens": 0}
_EXPECTED = "a response in OpenAI's shape, or its usage"


def owns(found: Members) -> bool:
    """Whether this is a response or an event of this shape, whatever its usage looks like."""
    kind, name = kind_of(found), found.get("object")
    if kind in _WITH_USAGE or kind.startswith(("response.", "transcript.", "image_generation.", "image_edit.")):
        return True
    if isinstance(name, str) and name in _OBJECTS:
        return True
    usage = members(found.get("usage")) or found
    if kind_of(usage) in ("tokens", "duration") or (kind == "chunk" and "chunk" in found):
        return True
    answer = members(found.get("response"))
    return (answer is not None and "body" in answer) or _is_generation(found) or _is_unmetered(found)


def joined(events: Sequence[Members]) -> tuple[Members, list[str]]:
    """The response that a stream's events end in; its usage is in the last one that has it.

    Raises:
        UnknownShapeError: no usage in any event, or more than one response.
    """
    if len(events) == 1 and kind_of(events[0]) not in {*_WITH_RESPONSE, "chunk"}:
        return events[0], []
    events = [(members(event.get("chunk")) or event) if kind_of(event) == "chunk" else event for event in events]
    ends = [answer for event in events if (answer := _end(event)) is not None]
    whole = [event for event in events if "usage" in event and not _is_partial(event)]
    stated = {event["id"] for event in events if _usage_of(event) is not None and isinstance(event.get("id"), str)}
    number = max(len(ends) + len(whole), len(stated))
    if number > 1:
        raise UnknownShapeError(f"a list of {number} responses", expected="one", hint="read each by itself")
    if ends or whole:
        return (ends or whole)[0], []
    last = next((event for event in reversed(events) if _usage_of(event) is not None), None)
    if last is None:
        raise UnknownShapeError(
            f"a stream of {len(events)} events without usage",
            expected=_EXPECTED,
            hint="ask for it with stream_options={'include_usage': True}, and read the stream to its end",
        )
    tiers = [event["service_tier"] for event in events if event.get("service_tier") is not None]
    return {**last, "usage": _usage_of(last), "service_tier": tiers[-1] if tiers else None}, []


def fields(found: Members) -> Fields:
    """The fields of a response, or of its usage alone.

    Raises:
        UnknownShapeError: there is no usage in it.
        InvalidUsageError, InconsistentUsageError: counts that cannot be, or contradict each other.
    """
    envelope = members(found.get("response"))
    if envelope is not None and (body := members(envelope.get("body"))) is not None:  # a line of a batch's output
        return {**_fields(body), "service_tier": "batch"}
    return _fields(found)


def _fields(found: Members) -> Fields:
    if _is_generation(found):
        return _generation(Tally(found["data"], "data"))
    stated = _usage_of(found) if "usage" in found or "x_groq" in found else found
    if stated is None or (stated is found and _is_unmetered(found)):
        return _without_usage(found)
    head = Tally(found if stated is not found else {}, "response")
    usage = Tally(stated)
    counts, notes = _counted(usage, head, found)
    tools, remarks = tool_fields(usage, head)
    usage.ignore("type", "is_byok", "cost_details", *_NOTHING_BUT_TIME)
    return {
        **counts,
        **tools,
        "service_tier": head.word("service_tier") or usage.word("service_tier"),
        "attributes": _attributes(usage, head),
        "model": head.word("model"),
        "notes": (*notes, *remarks, *usage.notes()),
    }


def _end(event: Members) -> Members | None:
    """The response that an event ends, or the event itself where it is all there is; None in the midst of a stream."""
    kind = kind_of(event)
    if kind in _WITH_RESPONSE:
        return members(event.get("response"))
    return event if kind in _WITH_USAGE and kind != _CUMULATIVE else None


def _usage_of(found: Members) -> Any:
    if found.get("usage") is not None:
        return found["usage"]
    groq = members(found.get("x_groq"))
    return None if groq is None else groq.get("usage")


def _is_partial(event: Members) -> bool:
    name = event.get("object")
    return not isinstance(name, str) or name.endswith(".chunk") or "delta" in event


def _is_moderation(found: Members) -> bool:
    results = found.get("results")
    return isinstance(results, list) and any("flagged" in (members(result) or {}) for result in results)


def _is_generation(found: Members) -> bool:
    """OpenRouter's record of a generation."""
    data = members(found.get("data"))
    return data is not None and ("native_tokens_prompt" in data or "tokens_prompt" in data)


def _is_ocr(found: Members) -> bool:
    return members(found.get("usage_info")) is not None and "pages" in found


def _is_images(found: Members) -> bool:
    data = found.get("data")
    if not isinstance(data, list) or not data:
        return False
    return all({"b64_json", "url"} & (members(one) or {}).keys() for one in data)


def _is_transcript(found: Members) -> bool:
    return found.get("duration") is not None and "text" in found


def _is_unmetered(found: Members) -> bool:
    return any(known(found) for known in (_is_moderation, _is_ocr, _is_images, _is_transcript))


def _without_usage(found: Members) -> Fields:
    """A response whose price counts something other than tokens.

    Raises:
        UnknownShapeError: it is no such response.
    """
    whole = Tally(found, "response")
    counts: Fields = {**_NO_TOKENS, "model": whole.word("model")}
    if _is_moderation(found):
        return {**counts, "notes": ("moderation states no usage",)}
    if _is_ocr(found):
        info = whole.part("usage_info")
        info.ignore("doc_size_bytes")
        return {**counts, "pages": info.count("pages_processed"), "notes": tuple(info.notes())}
    if _is_images(found):
        note = "the response states no tokens: it is priced by the image"
        return {**counts, "images": len(found["data"]), "attributes": _attributes(Tally({}), whole), "notes": (note,)}
    if _is_transcript(found):
        return {**counts, "input_audio_seconds": whole.quantity("duration")}
    raise UnknownShapeError(describe(found), expected=_EXPECTED, hint="it states no usage")


def _counted(usage: Tally, head: Tally, found: Members) -> tuple[Fields, list[str]]:
    """What the usage counts: tokens, or the length of what was heard.

    Raises:
        UnknownShapeError: it counts neither.
    """
    seconds = usage.quantity("seconds", "prompt_audio_seconds")
    options = head.part("prompt_cache_options")
    lifetime = options.word("ttl")
    counts, notes = tokens(usage, lifetime if lifetime in ("30m", "12h") else None)
    if counts["input_tokens"] is None and counts["output_tokens"] is None:
        if seconds is None:
            raise UnknownShapeError(describe(found), expected=_EXPECTED, hint="it counts no tokens, and no seconds")
        kind = "audio_seconds" if kind_of(found) == _CUMULATIVE else "input_audio_seconds"
        return {**_NO_TOKENS, kind: seconds}, notes
    if seconds is not None:
        counts["input_audio_seconds"] = seconds
    _place_output(counts, usage, found)
    return counts, notes


def _place_output(counts: Fields, usage: Tally, found: Members) -> None:
    """Output of an endpoint that makes one modality only, where no details say so."""
    details = {name for name, count in (members(usage.get("input_tokens_details")) or {}).items() if count is not None}
    if kind_of(found) == "speech.audio.done":
        counts["output_audio_tokens"] = counts["output_tokens"]
    elif counts["output_image_tokens"] is None and (
        kind_of(found) in _IMAGES or _is_images(found) or details == {"image_tokens", "text_tokens"}
    ):
        counts["output_image_tokens"] = counts["output_tokens"]


def _attributes(usage: Tally, head: Tally) -> dict[str, str]:
    found = {
        "quality": head.word("quality"),
        "size": head.word("size"),
        "search_context_size": usage.word("search_context_size"),
    }
    if usage.part("prompt_tokens_details").word("cache_type") == "ephemeral":  # Alibaba's explicit cache
        found["cache"] = "explicit"
    return {name: value for name, value in found.items() if value and value != "auto"}


def _generation(data: Tally) -> Fields:
    """OpenRouter's record of a generation: the native counts are those that are billed."""
    cost = data.quantity("total_cost", "usage")
    return {
        "input_tokens": data.count("native_tokens_prompt"),
        "output_tokens": data.count("native_tokens_completion"),
        "cache_read_tokens": data.count("native_tokens_cached"),
        "cache_write_tokens": None,
        "reasoning_tokens": data.count("native_tokens_reasoning"),
        "output_image_tokens": data.count("native_tokens_completion_images"),
        "web_searches": None,
        "service_tier": data.word("service_tier"),
        "model": data.word("model"),
        "notes": () if cost is None else (f"the provider states what it charged: {cost}",),
    }
