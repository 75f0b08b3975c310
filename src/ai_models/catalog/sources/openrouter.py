"""Reads OpenRouter's ``/models``: its own prices, limits, modalities and request parameters.

Traps: prices are *text*, USD per token, and ``-1`` stands for a price that is decided per request. 0 is free only for
``:free`` ids. ``:free`` and ``:thinking`` variants share a slug with the model that they vary. The feed states no licence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from ai_models.catalog.sources.content import read_json
from ai_models.catalog.sources.reading import NOT_A_MAPPING, Imported, Intake, Row, UnreadableError, tokens
from ai_models.errors import CatalogFileError

__all__ = ["SOURCE", "read"]

SOURCE = "openrouter"

MILLION = 1_000_000

RATES: dict[str, tuple[str, int]] = {
    "prompt": ("input_per_1m_tokens", MILLION),
    "completion": ("output_per_1m_tokens", MILLION),
    "internal_reasoning": ("reasoning_per_1m_tokens", MILLION),
    "input_cache_read": ("cache_read_per_1m_tokens", MILLION),
    "input_cache_write": ("cache_write_per_1m_tokens", MILLION),
    "input_cache_write_1h": ("cache_write_1h_per_1m_tokens", MILLION),
    "audio": ("audio_input_per_1m_tokens", MILLION),
    "audio_output": ("audio_output_per_1m_tokens", MILLION),
    "input_audio_cache": ("cached_audio_input_per_1m_tokens", MILLION),
    "image_token": ("image_input_per_1m_tokens", MILLION),
    "image_output": ("image_output_each", 1),
    "request": ("request_per_1k", 1_000),
    "web_search": ("web_search_per_1k", 1_000),
}
"""Their price keys: the rate key, and the factor from USD a unit to the key's unit."""

WITHOUT_UNIT = frozenset({"image"})
"""Documented as USD per image, but the feed's values are those of a prompt token."""

INPUTS = {
    "text": "text_input",
    "image": "image_input",
    "audio": "audio_input",
    "video": "video_input",
    "file": "document_input",
}
OUTPUTS = {"text": "text_output", "image": "image_output", "audio": "audio_output", "video": "video_output"}

PARAMETERS = {
    "tools": "function_calling",
    "parallel_tool_calls": "parallel_function_calling",
    "structured_outputs": "structured_output",
    "response_format": "json_mode",
    "reasoning": "extended_thinking",
    "include_reasoning": "extended_thinking",
    "reasoning_effort": "extended_thinking",
    "web_search_options": "web_search",
}
"""Request parameters that show a capability; a missing one shows nothing, because the list is of one endpoint."""

HANDLED = frozenset(
    {
        *("id", "canonical_slug", "hugging_face_id", "name", "context_length", "architecture", "pricing"),
        *("top_provider", "supported_parameters", "knowledge_cutoff", "expiration_date"),
    }
)

IGNORED = frozenset(
    {
        "created",  # when OpenRouter listed the model, not when its maker released it
        "description",  # prose
        "per_request_limits",  # of the caller's account
        "default_parameters",  # of sampling
        "supported_voices",  # no capability of the taxonomy
        "reasoning",  # whether the parameter has to be sent, not what the model can do
        "links",
    }
)
"""Keys that are read by nobody, with the reason."""

_BOUNDS = frozenset({"min_prompt_tokens", "utc_start", "utc_end"})
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of OpenRouter's ``/models``.

    ``alias`` claims hold the dated slug of a model (none for a variant or a moving ``~`` id, which share or repeat one);
    ``hugging_face_id`` names the published weights, as their maker spells them.

    Raises:
        CatalogFileError: the file is not an object with a list ``data``.
    """
    intake = Intake(SOURCE, as_of)
    content = read_json(path)
    rows = content.get("data") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise CatalogFileError(f"{path}: not an object with a list of models under data; OpenRouter's /models is one")
    unknown: dict[str, str] = {}
    places = ((f"data[{index}]", found) for index, found in enumerate(rows))
    intake.each(places, partial(_read_row, unknown=unknown))
    for key, where in unknown.items():
        intake.reject(where, "unknown key", key)
    return intake.done()


def _read_row(intake: Intake, _where: str, found: object, *, unknown: dict[str, str]) -> None:
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or not found["id"].strip():
        raise UnreadableError("not a model")
    _read_model(Row(intake, "openrouter", found["id"].strip(), where=found["id"]), found, unknown)


def _read_model(row: Row, found: Mapping[str, object], unknown: dict[str, str]) -> None:
    for key in found.keys() - HANDLED - IGNORED:
        unknown.setdefault(key, row.where)
    row.text("name", found.get("name"))
    row.text("hugging_face_id", found.get("hugging_face_id") or None)
    row.tokens("context_window", found.get("context_length"), at="context_length")
    row.partial_date("knowledge_cutoff", found.get("knowledge_cutoff"))
    row.day("retires_on", found.get("expiration_date"), at="expiration_date")
    _read_slug(row, found.get("canonical_slug"))
    _read_output_limit(row, found.get("top_provider"))
    _read_modalities(row, found.get("architecture"))
    _read_parameters(row, found.get("supported_parameters"))
    _read_pricing(row, found.get("pricing"))


def _read_slug(row: Row, slug: object) -> None:
    if slug is None or slug == row.subject or row.subject.startswith("~") or ":" in row.subject:
        return
    row.text("alias", slug, at="canonical_slug")


def _read_output_limit(row: Row, provider: object) -> None:
    if isinstance(provider, dict):
        row.tokens("context_window_output", provider.get("max_completion_tokens"), at="top_provider/max_completion_tokens")
    elif provider is not None:
        row.reject(NOT_A_MAPPING, provider, at="top_provider")


def _read_modalities(row: Row, architecture: object) -> None:
    if not isinstance(architecture, dict):
        return row.reject(NOT_A_MAPPING, architecture, at="architecture")
    row.complete_list(architecture.get("input_modalities"), INPUTS, at="architecture/input_modalities")
    return row.complete_list(architecture.get("output_modalities"), OUTPUTS, at="architecture/output_modalities")


def _read_parameters(row: Row, parameters: object) -> None:
    if not isinstance(parameters, list):
        return row.reject("not a list", parameters, at="supported_parameters")
    shown = {capability: None for name, capability in PARAMETERS.items() if name in parameters}
    for capability in shown:
        row.claim(f"capability:{capability}", value=True, at="supported_parameters")
    return None


def _read_pricing(row: Row, pricing: object) -> None:
    if not isinstance(pricing, dict):
        return row.reject(NOT_A_MAPPING, pricing, at="pricing")
    if pricing.get("discount"):
        return row.reject("discount: the prices may stand before or after it", pricing["discount"], at="pricing/discount")
    _read_rates(row, pricing, "pricing", {}, besides=frozenset({"discount", "overrides"}))
    overrides = pricing.get("overrides") or []
    if not isinstance(overrides, list):
        return row.reject("not a list", overrides, at="pricing/overrides")
    for index, override in enumerate(overrides):
        _read_override(row, override, f"pricing/overrides[{index}]")
    return None


def _read_override(row: Row, override: object, at: str) -> None:
    try:
        conditions = _conditions(override)
    except UnreadableError as problem:
        return row.reject(str(problem), override, at=at)
    return _read_rates(row, _mapping(override), at, conditions, besides=_BOUNDS)


def _read_rates(
    row: Row, prices: Mapping[str, object], at: str, conditions: Mapping[str, str], *, besides: frozenset[str]
) -> None:
    for key, found in prices.items():
        place = f"{at}/{key}"
        if key in besides:
            continue
        if key in RATES:
            rate, factor = RATES[key]
            row.rate(rate, _number(found), factor=factor, at=place, conditions=conditions)
        else:
            row.reject("unit not certain" if key in WITHOUT_UNIT else "unknown key", key, at=place)


def _number(found: object) -> object:
    """The number that a text writes; anything else as it is, for the reader of rates to refuse."""
    return Decimal(found) if isinstance(found, str) and _NUMBER.fullmatch(found) else found


def _conditions(override: object) -> dict[str, str]:
    """When an override applies: above a number of prompt tokens, in a daily window, or both.

    Raises:
        UnreadableError: neither is stated, or only one end of a window.
    """
    found = _mapping(override)
    conditions: dict[str, str] = {}
    if "min_prompt_tokens" in found:
        conditions["input_tokens_above"] = str(tokens(found["min_prompt_tokens"]))
    if found.keys() & {"utc_start", "utc_end"}:
        conditions["hours"] = f"{_clock(found.get('utc_start'))}-{_clock(found.get('utc_end'))}"
    if not conditions:
        raise UnreadableError("override without a known condition")
    return conditions


def _mapping(found: object) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise UnreadableError(NOT_A_MAPPING)
    return found


def _clock(found: object) -> str:
    """A clock number such as 1030, which is 10:30 UTC."""
    if isinstance(found, bool) or not isinstance(found, int):
        raise UnreadableError("not a time of day")
    hour, minute = divmod(found, 100)
    if not (0 <= hour < 24 and minute < 60):
        raise UnreadableError("not a time of day")
    return f"{hour:02}:{minute:02}"
