"""What each key of LiteLLM's map means: which rate it is, in which unit, under which conditions; flags; and ignored keys.

A price key is a base, an optional ``_above_<n>k_tokens`` (thousands of input tokens) and an optional service tier. Some
bases change their meaning with the row's ``mode``: ``input_cost_per_image`` of an image generator prices its *output*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ai_models.catalog.sources.reading import UnreadableError

__all__ = ["FLAGS", "HANDLED", "IGNORED", "MODES", "Priced", "priced"]

Content = Mapping[str, object]

MILLION = 1_000_000
HOUR = 3_600


class Priced(NamedTuple):
    """A price key understood: the rate key, what to multiply the amount by, and the conditions."""

    rate: str
    factor: int
    conditions: dict[str, str]


BASES: dict[str, tuple[str, int]] = {
    "input_cost_per_token": ("input_per_1m_tokens", MILLION),
    "output_cost_per_token": ("output_per_1m_tokens", MILLION),
    "cache_read_input_token_cost": ("cache_read_per_1m_tokens", MILLION),
    "explicit_cache_read_input_token_cost": ("cache_read_per_1m_tokens", MILLION),
    "input_cost_per_token_cache_hit": ("cache_read_per_1m_tokens", MILLION),
    "cache_creation_input_token_cost": ("cache_write_per_1m_tokens", MILLION),
    "cache_creation_input_token_cost_above_1hr": ("cache_write_1h_per_1m_tokens", MILLION),
    "cache_creation_input_token_cost_above_12hr": ("cache_write_12h_per_1m_tokens", MILLION),
    "cache_creation_input_audio_token_cost": ("audio_cache_write_per_1m_tokens", MILLION),
    "cache_read_input_audio_token_cost": ("cached_audio_input_per_1m_tokens", MILLION),
    "cache_read_input_image_token_cost": ("cached_image_input_per_1m_tokens", MILLION),
    "input_cost_per_audio_token": ("audio_input_per_1m_tokens", MILLION),
    "input_cost_per_image_token": ("image_input_per_1m_tokens", MILLION),
    "input_cost_per_video_token": ("video_input_per_1m_tokens", MILLION),
    "output_cost_per_audio_token": ("audio_output_per_1m_tokens", MILLION),
    "output_cost_per_image_token": ("image_output_per_1m_tokens", MILLION),
    "output_cost_per_video_token": ("video_output_per_1m_tokens", MILLION),
    "output_cost_per_reasoning_token": ("reasoning_per_1m_tokens", MILLION),
    "citation_cost_per_token": ("citation_per_1m_tokens", MILLION),
    "input_cost_per_character": ("character_input_per_1m", MILLION),
    "output_cost_per_character": ("character_output_per_1m", MILLION),
    "input_cost_per_audio_per_second": ("audio_input_per_hour", HOUR),
    "input_cost_per_video_per_second": ("video_input_per_second", 1),
    "output_cost_per_video_per_second": ("video_output_per_second", 1),
    "input_cost_per_request": ("request_per_1k", 1_000),
    "code_interpreter_cost_per_session": ("code_execution_per_session", 1),
    "ocr_cost_per_page": ("page_per_1k", 1_000),
    "annotation_cost_per_page": ("page_per_1k", 1_000),
    "output_cost_per_pixel": ("pixel_output_per_1m", MILLION),
}
"""Bases with one meaning: the rate key and the factor from the feed's unit to the key's."""

BASE_CONDITIONS: dict[str, dict[str, str]] = {
    "explicit_cache_read_input_token_cost": {"attribute.cache": "explicit"},
    "annotation_cost_per_page": {"attribute.annotated": "true"},
}

WITHOUT_METER = frozenset(
    {
        "input_cost_per_text_message",
        "ocr_cost_per_credit",
        "guardrail_cost_per_unit",
        "input_cost_per_video_per_second_above_8s_interval",
        "input_cost_per_video_per_second_above_15s_interval",
    }
)
"""Price keys whose unit no meter counts, or whose condition none expresses."""

TIERS: dict[str, dict[str, str]] = {
    "batches": {"service_tier": "batch"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
    "ultrafast": {"service_tier": "ultrafast"},
}

_KEY = re.compile(
    r"(?P<base>.+?)(?:_above_(?P<above>\d+)k_tokens)?(?:_(?P<tier>batches|flex|priority|ultrafast|balanced|decisions))?"
)
_RESOLUTION = re.compile(r"(?P<base>output_cost_per_(?:image|second))_(?P<resolution>\d+p|[\d.]+[kK]|\d{3,4})")


def _input_image(row: Content) -> tuple[str, int]:
    """Generators without a price of their output state it as that of the input (a habit from DALL-E 2)."""
    mode_generates = row.get("mode") in ("image_generation", "image_edit")
    other = {"output_cost_per_image", "input_cost_per_token", "output_cost_per_token", "output_cost_per_image_token"}
    return ("image_output_each", 1) if mode_generates and not other & row.keys() else ("image_input_each", 1)


def _input_pixel(row: Content) -> tuple[str, int]:
    if row.get("input_cost_per_image"):
        raise UnreadableError("stated by image too")
    return ("pixel_input_per_1m", MILLION) if row.get("output_cost_per_pixel") else ("pixel_output_per_1m", MILLION)


def _output_image(row: Content) -> tuple[str, int]:
    if row.get("mode") == "audio_speech":
        raise UnreadableError("unit does not fit the mode")
    return "image_output_each", 1


def _input_second(row: Content) -> tuple[str, int]:
    if row.get("mode") == "realtime" and "input_cost_per_audio_token" not in row:
        return "audio_per_hour", HOUR
    if row.get("mode") not in ("realtime", "audio_transcription"):
        raise UnreadableError("no meter")
    return "audio_input_per_hour", HOUR


def _output_second(row: Content) -> tuple[str, int]:
    match row.get("mode"):
        case "video_generation":
            return "video_output_per_second", 1
        case "audio_speech":
            return "audio_output_per_minute", 60
        case "audio_transcription" if row.get("input_cost_per_second") and row.get("output_cost_per_second"):
            raise UnreadableError("stated by input too")
        case "audio_transcription":
            return "audio_input_per_hour", HOUR
    raise UnreadableError("no meter")


def _query(row: Content) -> tuple[str, int]:
    keys = {"search": "web_search_per_1k", "vector_store": "file_search_per_1k"}
    return keys.get(str(row.get("mode")), "request_per_1k"), 1_000


def _maps(row: Content) -> tuple[str, int]:
    if row.get("web_search_billing_unit") != "per_query":
        raise UnreadableError("billed by prompt: no meter")
    return "maps_search_per_1k", 1_000


BY_ROW: dict[str, Callable[[Content], tuple[str, int]]] = {
    "input_cost_per_image": _input_image,
    "input_cost_per_pixel": _input_pixel,
    "output_cost_per_image": _output_image,
    "input_cost_per_second": _input_second,
    "output_cost_per_second": _output_second,
    "input_cost_per_query": _query,
    "google_maps_grounding_cost_per_query": _maps,
}
"""Bases whose meaning depends on the row."""


def priced(key: str, row: Content) -> Priced | None:
    """What a price key of a row means; None for a key that is no price key at all.

    Raises:
        UnreadableError: a price key that no meter or condition expresses, or that another key of the row repeats.
    """
    if key in WITHOUT_METER:
        raise UnreadableError("no meter")
    base, conditions, tier = _parse(key)
    if base not in BASES and base not in BY_ROW:
        return None
    if tier and tier not in TIERS:
        raise UnreadableError("unknown service tier")
    rate, factor = BASES[base] if base in BASES else BY_ROW[base](row)
    return Priced(rate, factor, {**conditions, **TIERS.get(tier, {}), **BASE_CONDITIONS.get(base, {})})


def _parse(key: str) -> tuple[str, dict[str, str], str]:
    """The base, the conditions that the key spells out, and the service tier as spelt."""
    sized = _RESOLUTION.fullmatch(key)
    if sized:
        return sized["base"], {"attribute.resolution": sized["resolution"]}, ""
    parts = _KEY.fullmatch(key)
    if parts is None:
        return key, {}, ""
    above = {"input_tokens_above": str(int(parts["above"]) * 1_000)} if parts["above"] else {}
    return parts["base"], above, parts["tier"] or ""


MODES: dict[str, str] = {
    "image_generation": "image",
    "image_edit": "image",
    "audio_transcription": "transcription",
    "audio_speech": "speech",
    "video_generation": "video",
}
"""Modes that are called otherwise here; every other mode is kept as it is."""

FLAGS: dict[str, str] = {
    "supports_vision": "image_input",
    "supports_image_input": "image_input",
    "supports_embedding_image_input": "image_input",
    "supports_audio_input": "audio_input",
    "supports_audio_output": "audio_output",
    "supports_video_input": "video_input",
    "supports_pdf_input": "document_input",
    "supports_function_calling": "function_calling",
    "supports_parallel_function_calling": "parallel_function_calling",
    "supports_response_schema": "structured_output",
    "supports_prompt_caching": "prompt_caching",
    "supports_reasoning": "extended_thinking",
    "supports_system_messages": "system_messages",
    "supports_web_search": "web_search",
    "supports_computer_use": "computer_use",
    "supports_assistant_prefill": "assistant_prefill",
    "supports_native_streaming": "streaming",
}
"""Flags that state a capability; the first of two that state the same one counts."""

HANDLED = frozenset(
    {
        *FLAGS,
        *("litellm_provider", "mode", "max_input_tokens", "max_output_tokens", "deprecation_date"),
        *("supported_modalities", "supported_output_modalities", "supported_endpoints"),
        *("reasoning_effort_levels", "thinking_always_on", "web_search_billing_unit"),
        *("search_context_cost_per_query", "tiered_pricing", "off_peak_pricing", "provider_specific_entry"),
        *("regional_processing_uplift_multiplier_eu", "regional_processing_uplift_multiplier_us"),
        "regional_endpoint_uplift_multiplier",
    }
)
"""Keys that ``litellm`` reads one by one."""

IGNORED = frozenset(
    {
        # Ambiguous, or said better by another key.
        *("max_tokens", "cost_per_second", "supports_multimodal", "supports_native_structured_output"),
        # Databricks units, not money.
        *("input_dbu_cost_per_token", "output_dbu_cost_per_token"),
        # An account's allowances and limits, not the model's.
        *("search_free_requests", "rpm", "tpm"),
        # Sentences, and where they come from.
        *("comment", "metadata", "source"),
        # Facts outside the vocabulary of claims.
        *("output_vector_size", "prompt_cache_min_tokens", "supported_regions", "supported_audio_formats"),
        *("reasoning_contexts", "reasoning_modes", "default_reasoning_effort"),
        # Features outside the taxonomy.
        *("supports_tool_choice", "supports_tool_search", "supports_url_context", "supports_image_size"),
        *("supports_adaptive_thinking", "supports_legacy_thinking", "supports_sampling_params", "supports_output_config"),
        *("supports_forced_tool_use", "supports_mid_conversation_system", "supports_parallel_tool_use_config"),
        *("supports_prompt_cache_breakpoint", "supports_thinking_cache_preservation", "supports_anthropic_compaction"),
        *("supports_speed", "supports_fast_mode", "supports_box_questions", "supports_nova_canvas_image_edit"),
        # One reasoning effort each; reasoning_effort_levels has the list.
        *("supports_none_reasoning_effort", "supports_minimal_reasoning_effort", "supports_low_reasoning_effort"),
        *("supports_xhigh_reasoning_effort", "supports_max_reasoning_effort"),
        # How LiteLLM itself calls a model or counts its tokens.
        *("bedrock_converse_supports_strict_tools", "bedrock_output_config_effort_ceiling", "audio_transcription_config"),
        *("supports_bedrock_converse_tool_result_images", "supports_bedrock_native_structured_output"),
        "supports_bedrock_runtime_chat_completions_inline_reasoning",
        "supports_bedrock_runtime_chat_completions_response_format",
        "supports_bedrock_runtime_chat_completions_tools_with_reasoning",
        *("supports_anthropic_thinking_payload", "supports_regex_lookaround", "gemini_audio_only_live"),
        *("gemini_native_audio", "token_count_framing", "token_count_model", "token_count_tokenizer"),
        *("use_openai_responses_path", "uses_embed_content", "vertex_ai_audio_api"),
    }
)
"""Keys that are read by nobody, by reason; a key in no list of this module is rejected once, so that it is seen."""
