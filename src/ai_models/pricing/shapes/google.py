"""Google's ``generateContent``, its live sessions and its interactions.

The prompt that is stated includes what was cached; thoughts stand outside of the candidates, and what tools returned to
the model outside of the prompt. Source: ``google-genai`` 3.4, ``UsageMetadata.total_token_count``: "the sum of
prompt_token_count, candidates_token_count, tool_use_prompt_token_count, and thoughts_token_count".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ai_models.errors import UnknownShapeError
from ai_models.pricing.shapes.plain import Members, describe, members, simple
from ai_models.pricing.shapes.tally import Fields, Tally, total_of

__all__ = ["MARKS", "fields", "joined", "owns"]

MARKS = frozenset(
    {
        "promptTokenCount",
        "prompt_token_count",
        "candidatesTokenCount",
        "candidates_token_count",
        "responseTokenCount",
        "response_token_count",
        "totalTokenCount",
        "total_token_count",
        "total_input_tokens",
        "total_output_tokens",
    }
)
"""Names that a usage of this shape has, and another provider's has not."""

_USAGE = ("usage_metadata", "usageMetadata", "total_usage")
_PROMPT = ("prompt_token_count", "total_input_tokens")
_MADE = ("candidates_token_count", "response_token_count", "total_output_tokens")
_THOUGHTS = ("thoughts_token_count", "total_thought_tokens")
_TOOLS = ("tool_use_prompt_token_count", "total_tool_use_tokens")
_CACHED = ("cached_content_token_count", "total_cached_tokens")
_TOTAL = ("total_token_count", "total_tokens")
_BILLED_APART = ("audio", "image", "video")
_EXPECTED = "a response of Google's, or its usage_metadata"


class _Counts(NamedTuple):
    """The counts of a usage; None where one is not stated and does not follow from the others."""

    prompt: int | None
    made: int | None
    thoughts: int | None
    tools: int | None


def owns(found: Members) -> bool:
    """Whether this is a response, a chunk or an event of this shape, whatever its usage looks like."""
    answer = members(found.get("response")) or {}
    if any(name in found or name in answer for name in (*_USAGE, "candidates", "generated_images", "generatedImages")):
        return True
    kind = found.get("event_type")
    return (isinstance(kind, str) and kind.startswith(("interaction.", "step."))) or found.get("object") == "interaction"


def joined(events: Sequence[Members]) -> tuple[Members, list[str]]:
    """The response that a stream's chunks add up to: the last usage, and the grounding of all.

    Raises:
        UnknownShapeError: no usage in any chunk, or the usages of several turns.
    """
    if len(events) == 1 and "interaction" not in events[0]:
        return events[0], []
    events = [members(event.get("interaction")) or event for event in events]
    last = next((event for event in reversed(events) if _usage_of(event) is not None), None)
    if last is None:
        raise UnknownShapeError(f"a stream of {len(events)} chunks without usage", expected=_EXPECTED)
    turns = [event for event in events if {"serverContent", "server_content"} & event.keys() and _usage_of(event)]
    answers = {answer for event in events if isinstance(answer := _answer(event), str)}
    if len(turns) > 1 or len(answers) > 1:
        number = max(len(turns), len(answers))
        raise UnknownShapeError(f"a list of {number} responses", expected="one", hint="read each by itself")
    candidates = [one for event in events if isinstance(some := event.get("candidates"), list) for one in some]
    return {**last, "candidates": candidates} if candidates else last, []


def fields(found: Members) -> Fields:
    """The fields of a response, or of its usage alone.

    Raises:
        UnknownShapeError: there is no usage in it.
        InvalidUsageError, InconsistentUsageError: counts that cannot be.
    """
    answer = members(found.get("response"))
    if answer is not None:  # a line of a batch's output
        return {**_fields(answer), "service_tier": "batch"}
    return _fields(found)


def _fields(found: Members) -> Fields:
    head = Tally(found, "response", camel=True)
    images = head.get("generated_images")
    if isinstance(images, list | tuple):
        return {"images": len(images), "model": head.word("model_version", "model")}
    stated = _usage_of(found)
    usage = Tally(found if stated is None else stated, camel=True)
    counts, notes = _counts(usage)
    if counts.prompt is None and counts.made is None and counts.thoughts is None:
        raise UnknownShapeError(describe(found), expected=_EXPECTED, hint="it states no usage")
    tokens = _tokens(usage, counts)
    tools = _grounding(None if stated is None else head.get("candidates"), usage)
    tier = usage.word("traffic_type") or usage.word("service_tier") or (head.word("service_tier") if stated else None)
    usage.ignore("initial_input_tokens", "object")
    return {
        **tokens,
        **tools,
        "service_tier": tier,
        "model": head.word("model_version", "model") if stated is not None else None,
        "notes": (*notes, *usage.notes()) if stated is not None or usage else (),
    }


def _usage_of(found: Members) -> Any:
    names = (*_USAGE, "usage")
    metadata = members(found.get("metadata")) or {}
    return next((value for held in (found, metadata) for name in names if (value := held.get(name)) is not None), None)


def _answer(event: Members) -> object:
    return event.get("response_id") or event.get("responseId")


def _counts(usage: Tally) -> tuple[_Counts, list[str]]:
    """The four counts that the total adds up; Google leaves out those that are 0, and the total tells which these are."""
    stated = [usage.count(*names) for names in (_PROMPT, _MADE, _THOUGHTS, _TOOLS)]
    total = usage.count(*_TOTAL)
    if total is None:
        return _Counts(*stated), []
    rest = total - total_of(stated)
    if not rest:
        return _Counts(*[count or 0 for count in stated]), []
    prompt, made, thoughts, tools = stated
    if rest > 0 and made is None and prompt is not None:
        return _Counts(prompt, rest, thoughts or 0, tools or 0), []
    if thoughts and rest == -thoughts and made is not None:  # an endpoint that counts thoughts among the output
        return _Counts(prompt or 0, made - thoughts if made >= thoughts else made, thoughts, tools or 0), []
    return _Counts(*stated), [f"total_token_count is {total:,}, and its parts add up to {total_of(stated):,}"]


def _tokens(usage: Tally, counts: _Counts) -> Fields:
    prompt = _by_modality(usage, "prompt_tokens_details", "input_tokens_by_modality")
    tools = _by_modality(usage, "tool_use_prompt_tokens_details", "tool_use_tokens_by_modality")
    cached = _by_modality(usage, "cache_tokens_details", "cached_tokens_by_modality")
    made = _by_modality(usage, "candidates_tokens_details", "response_tokens_details", "output_tokens_by_modality")
    found: Fields = {
        "input_tokens": None if counts.prompt is None else total_of([counts.prompt, counts.tools]),
        "output_tokens": None
        if counts.made is None and counts.thoughts is None
        else total_of([counts.made, counts.thoughts]),
        "cache_read_tokens": usage.count(*_CACHED),
        "reasoning_tokens": counts.thoughts,
    }
    for modality in _BILLED_APART:
        known = prompt is not None and (tools is not None or not counts.tools)
        count = total_of([(prompt or {}).get(modality), (tools or {}).get(modality)])
        found[f"input_{modality}_tokens"] = count if known or count else None
        found[f"cached_{modality}_tokens"] = None if cached is None else cached.get(modality, 0)
        found[f"output_{modality}_tokens"] = None if made is None else made.get(modality, 0)
    is_text_only = not any(found[f"input_{modality}_tokens"] for modality in _BILLED_APART)
    # With media in the prompt the fields cannot say that none of it came from a tool; a tool's text is billed as input.
    found["tool_input_tokens"] = (counts.tools or 0) if is_text_only and prompt is not None else 0
    return found


def _by_modality(usage: Tally, *names: str) -> dict[str, int] | None:
    """Tokens by modality in small letters; None where there is no such breakdown. Documents are billed as text."""
    if usage.get(*names) is None:
        return None
    counts: dict[str, int] = {}
    for entry in usage.each(*names):
        modality = (entry.word("modality") or "text").lower()
        counts[modality] = counts.get(modality, 0) + (entry.count("token_count", "tokens") or 0)
    return counts


def _grounding(candidates: object, usage: Tally) -> Fields:
    """Searches, as the interactions count them, or as the candidates of a whole response show them; else unknown."""
    counted = usage.each("grounding_tool_count")
    if usage.get("grounding_tool_count") is not None:
        by_tool = {tool.word("type"): tool.count("count") or 0 for tool in counted}
        searches = by_tool.get("google_search", 0)
        return {
            "web_searches": searches,
            "grounded_prompts": min(1, searches),
            "maps_searches": by_tool.get("google_maps", 0),
        }
    if not isinstance(candidates, list | tuple):
        return dict.fromkeys(("web_searches", "grounded_prompts", "maps_searches"))
    queries, has_maps = 0, False
    for candidate in candidates:
        grounding = Tally(candidate, "candidate", camel=True).part("grounding_metadata")
        asked = grounding.get("web_search_queries") or ()
        queries += sum(bool(simple(query)) for query in asked) if isinstance(asked, list | tuple) else 0
        has_maps = has_maps or any(chunk.get("maps") is not None for chunk in grounding.each("grounding_chunks"))
    return {"web_searches": queries, "grounded_prompts": int(queries > 0), "maps_searches": int(has_maps)}
