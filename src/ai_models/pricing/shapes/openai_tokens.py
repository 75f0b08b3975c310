"""The tokens of OpenAI's usages and of those who speak its dialect, where the same names count different things.

OpenAI's totals include their parts: cached tokens are input, reasoning is output. Others leave parts outside; where the
stated ``total_tokens`` says so, they are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

from ai_models.errors import InconsistentUsageError
from ai_models.pricing.shapes.tally import Fields, Tally, agreed, total_of, writes

__all__ = ["tokens"]

_INPUT_DETAILS = ("input_tokens_details", "input_token_details", "prompt_tokens_details", "prompt_token_details")
_OUTPUT_DETAILS = ("output_tokens_details", "output_token_details", "completion_tokens_details", "completion_token_details")
_CACHED_BESIDES = ("prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens", "cache_read_input_tokens")
"""Where others state cached tokens: DeepSeek, Moonshot and Together, Mistral, and gateways before Anthropic's models."""


class _Parts(NamedTuple):
    """What may stand inside or outside of the two totals."""

    cached: int | None
    written: Fields
    reasoning: int | None
    citation: int | None


def tokens(usage: Tally, lifetime: str | None = None) -> tuple[Fields, list[str]]:
    """The token fields of a usage, with remarks; ``lifetime`` is that of its cache writes where only the response has it.

    Raises:
        InvalidUsageError, InconsistentUsageError: counts that cannot be, or contradict each other.
    """
    details, made = usage.part(*_INPUT_DETAILS), usage.part(*_OUTPUT_DETAILS)
    inputs, outputs = usage.count("input_tokens", "prompt_tokens"), usage.count("output_tokens", "completion_tokens")
    total = usage.count("total_tokens")
    parts = _Parts(
        _cached(usage, details),
        _written(usage, details, lifetime),
        agreed("the response", {"reasoning": made.count("reasoning_tokens"), "usage": usage.count("reasoning_tokens")}),
        usage.count("citation_tokens"),
    )
    if outputs is None and total is not None and inputs is not None and total >= inputs:
        outputs = total - inputs  # embeddings state no output
    if inputs is None and total is not None and outputs is not None and total >= outputs:
        inputs = total - outputs
    inputs, outputs, notes = _settled(usage, parts, inputs, outputs, total)
    for part in (details, made):
        part.ignore(
            "text_tokens", "file_tokens", "document_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens"
        )
    return {
        "input_tokens": inputs,
        "output_tokens": outputs,
        "cache_read_tokens": parts.cached,
        **parts.written,
        **_modalities(details, made),
        "reasoning_tokens": parts.reasoning,
        "citation_tokens": parts.citation or 0,
    }, notes


def _cached(usage: Tally, details: Tally) -> int | None:
    stated = {
        "details.cached_tokens": details.count("cached_tokens", "cache_read_tokens", "cached_read_tokens"),
        **{name: usage.count(name) for name in _CACHED_BESIDES},
    }
    cached = agreed("the response", stated)
    missed = usage.count("prompt_cache_miss_tokens")
    prompt = usage.count("prompt_tokens")
    if missed is not None and prompt is not None and missed + (cached or 0) != prompt:
        raise InconsistentUsageError(
            f"{cached or 0:,} cached tokens and {missed:,} that missed the cache are not the prompt's {prompt:,}",
            parts={"prompt_cache_hit_tokens": cached, "prompt_cache_miss_tokens": missed, "prompt_tokens": prompt},
        )
    return cached


def _written(usage: Tally, details: Tally, lifetime: str | None) -> Fields:
    names = ("cache_write_tokens", "cache_creation_input_tokens", "cache_creation_tokens")
    stated = {"details": details.count(*names), "usage": usage.count(*names)}
    openai = details.part("cache_write_tokens_details")
    others = details.part("cache_creation", "cache_creation_token_details")  # Alibaba, LiteLLM
    by_lifetime = {
        "cache_write_30m_tokens": openai.count("ttl_30m_tokens"),
        "cache_write_12h_tokens": openai.count("ttl_12h_tokens"),
        "cache_write_5m_tokens": others.count("ephemeral_5m_input_tokens"),
        "cache_write_1h_tokens": others.count("ephemeral_1h_input_tokens"),
    }
    total = agreed("the response", stated)
    if lifetime is not None and total is not None and set(by_lifetime.values()) == {None}:
        return {f"cache_write_{lifetime}_tokens": total}
    return writes("the response", total, by_lifetime)


def _settled(
    usage: Tally, parts: _Parts, inputs: int | None, outputs: int | None, total: int | None
) -> tuple[int | None, int | None, list[str]]:
    """The totals with the parts that stand outside of them, as ``total_tokens`` tells, or as cannot be otherwise."""
    if inputs is None or outputs is None:
        return inputs, outputs, []
    cache = total_of([parts.cached, *parts.written.values()])
    reasoning, citation = parts.reasoning or 0, parts.citation or 0
    notes: list[str] = []
    if usage.get("citation_tokens", "num_search_queries") is not None:  # Perplexity: outside, and of total_tokens as well
        besides = citation + (usage.count("reasoning_tokens") or 0)
        if total not in (None, inputs + outputs, inputs + outputs + besides):
            notes = [_mismatch(total, inputs, outputs)]
        return inputs, outputs + besides, notes
    outside = _outside(total, inputs + outputs, {"cache": cache, "reasoning": reasoning})
    if reasoning > outputs and "reasoning" not in outside:
        outside, notes = [*outside, "reasoning"], ["reasoning_tokens are more than the output: they are counted besides it"]
    elif total is not None and total != inputs + outputs and not outside:
        notes = [_mismatch(total, inputs, outputs)]
    return inputs + (cache if "cache" in outside else 0), outputs + (reasoning if "reasoning" in outside else 0), notes


def _mismatch(total: int | None, inputs: int, outputs: int) -> str:
    return f"total_tokens is {total:,}, which input {inputs:,} and output {outputs:,} do not add up to"


def _outside(total: int | None, stated: int, parts: dict[str, int]) -> Sequence[str]:
    """The parts that, added to the stated counts, give the total."""
    if total is None or total == stated:
        return ()
    for size in range(1, len(parts) + 1):
        for names in combinations(reversed(parts), size):  # reasoning first: the part that is left outside most often
            if total == stated + sum(parts[name] for name in names) and all(parts[name] for name in names):
                return names
    return ()


def _modalities(details: Tally, made: Tally) -> Fields:
    cached = details.part("cached_tokens_details")
    cached.ignore("text_tokens", "cached_text_tokens")
    found: dict[str, Any] = {
        "input_audio_tokens": details.count("audio_tokens"),
        "input_image_tokens": details.count("image_tokens"),
        "input_video_tokens": details.count("video_tokens"),
        "output_audio_tokens": made.count("audio_tokens"),
        "output_image_tokens": made.count("image_tokens"),
        "output_video_tokens": made.count("video_tokens"),
    }
    for modality in ("audio", "image", "video"):
        both = cached.count(f"{modality}_tokens", f"cached_{modality}_tokens")
        found[f"cached_{modality}_tokens"] = 0 if both is None and cached else both
    return found
