"""Reads LiteLLM's ``model_prices_and_context_window`` map: prices per unit, limits, flags and shutdown dates.

Traps: prices are per *token*. Zeros are placeholders. ``deprecation_date`` is the day of shutdown. For DeepSeek the flat
price is the peak one. A few keys are no models, and keys such as ``low/1024-x-1024/…`` hold attributes of a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from ai_models.catalog.sources.content import read_json
from ai_models.catalog.sources.litellm_keys import FLAGS, HANDLED, IGNORED, MODES, priced
from ai_models.catalog.sources.litellm_schedule import peak_windows
from ai_models.catalog.sources.reading import (
    NOT_A_MAPPING,
    ZERO,
    Imported,
    Intake,
    Row,
    UnreadableError,
    amount,
    text,
    tokens,
)
from ai_models.errors import CatalogFileError

__all__ = ["SOURCE", "read"]

SOURCE = "litellm"

NOT_MODELS = frozenset({"sample_spec", "fallback_generalizations"})
"""Keys of the map that document it or steer LiteLLM."""

PRICE_CLASSES = ("fireworks-ai-", "together-ai-")
"""Beginnings of keys that price a class of models by size."""

Content = Mapping[str, object]
_SIZES = {"search_context_size_low": "low", "search_context_size_medium": "medium", "search_context_size_high": "high"}
_INPUTS = {"text": "text_input", "image": "image_input", "audio": "audio_input", "video": "video_input"}
_OUTPUTS = {"text": "text_output", "image": "image_output", "audio": "audio_output", "video": "video_output"}
_UPLIFTS = {
    "regional_processing_uplift_multiplier_eu": {"region": "eu"},
    "regional_processing_uplift_multiplier_us": {"region": "us"},
    "regional_endpoint_uplift_multiplier": {"region": "regional"},
}
_SCHEDULE = {"windows", "weekday_timezone"}
_ENTRIES = {"us": {"region": "us"}, "eu": {"region": "eu"}, "fast": {"speed": "fast"}}


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of LiteLLM's map.

    ``multiplier:tokens`` claims hold the factor on all token rates under their conditions; the region ``regional`` stands
    for every endpoint that is not global.

    Raises:
        CatalogFileError: the file is not a JSON object.
    """
    intake = Intake(SOURCE, as_of)
    models = read_json(path)
    if not isinstance(models, dict):
        raise CatalogFileError(f"{path}: not an object of models; LiteLLM's map is one")
    unknown: dict[str, str] = {}
    intake.each(models.items(), partial(_read_model, unknown=unknown))
    for key, where in unknown.items():
        intake.reject(where, "unknown key", key)
    return intake.done()


def _read_model(intake: Intake, name: str, found: object, unknown: dict[str, str]) -> None:
    if name in NOT_MODELS or name.startswith(PRICE_CLASSES):
        raise UnreadableError("not a model")
    if not isinstance(found, dict):
        raise UnreadableError(NOT_A_MAPPING)
    row = Row(intake, text(found.get("litellm_provider")), name, where=name)
    _read_facts(row, found)
    _read_capabilities(row, found)
    _read_prices(row, found, unknown)
    _read_search(row, found)
    _read_tiers(row, found)
    _read_multipliers(row, found)


def _read_facts(row: Row, found: Content) -> None:
    mode = found.get("mode")
    row.text("mode", MODES.get(mode, mode) if isinstance(mode, str) else mode)
    row.tokens("context_window_input", found.get("max_input_tokens"), at="max_input_tokens")
    row.tokens("context_window_output", found.get("max_output_tokens"), at="max_output_tokens")
    row.day("retires_on", found.get("deprecation_date"), at="deprecation_date")
    levels = found.get("reasoning_effort_levels")
    if isinstance(levels, list) and levels and all(isinstance(level, str) for level in levels):
        row.claim("reasoning:efforts", tuple(levels), at="reasoning_effort_levels")
    elif levels:
        row.reject("not a list of efforts", levels, at="reasoning_effort_levels")
    if found.get("thinking_always_on") is True:
        row.claim("reasoning:can_disable", value=False, at="thinking_always_on")


def _read_capabilities(row: Row, found: Content) -> None:
    """Flags first; the lists of modalities and endpoints add what no flag states, and only ever True."""
    stated: set[str] = set()
    for key, capability in FLAGS.items():
        if found.get(key) is not None and capability not in stated:
            row.flag(f"capability:{capability}", found[key], at=key)
            stated.add(capability)
    listed = {
        **_listed(row, found, "supported_modalities", _INPUTS),
        **_listed(row, found, "supported_output_modalities", _OUTPUTS),
        **_listed(row, found, "supported_endpoints", {"/v1/batch": "batch_api"}),
    }
    for capability, key in listed.items():
        if capability not in stated:
            row.claim(f"capability:{capability}", value=True, at=key)


def _listed(row: Row, found: Content, key: str, capabilities: Mapping[str, str]) -> dict[str, str]:
    names = found.get(key)
    if names is None:
        return {}
    if not isinstance(names, list):
        row.reject("not a list", names, at=key)
        return {}
    return {capability: key for name, capability in capabilities.items() if name in names}


def _read_prices(row: Row, found: Content, unknown: dict[str, str]) -> None:
    off_peak, windows = _off_peak(row, found)
    for key, value in found.items():
        if key in HANDLED or key in IGNORED or _repeats(key, found):
            continue
        if not _read_price(row, key, off_peak.get(key, value), found):
            unknown.setdefault(key, row.place(key))
        elif key in off_peak:
            for window in windows:
                _read_price(row, key, value, found, window)


def _repeats(key: str, found: Content) -> bool:
    """Whether a key is the older spelling of another one in the row."""
    return key == "input_cost_per_token_cache_hit" and "cache_read_input_token_cost" in found


def _read_price(
    row: Row, key: str, value: object, found: Content, conditions: Mapping[str, str] | None = None, at: str = ""
) -> bool:
    """Read one price; False where the key is no price key."""
    try:
        meaning = priced(key, found)
    except UnreadableError as problem:
        row.reject(str(problem), value, at=at or key)
        return True
    if meaning is None:
        return False
    row.rate(
        meaning.rate, value, factor=meaning.factor, at=at or key, conditions={**meaning.conditions, **(conditions or {})}
    )
    return True


def _off_peak(row: Row, found: Content) -> tuple[Content, list[dict[str, str]]]:
    """The off-peak prices by key and the windows of the peak; empty where the row has none that can be read."""
    off_peak = found.get("off_peak_pricing")
    if not isinstance(off_peak, dict):
        if off_peak is not None:
            row.reject(NOT_A_MAPPING, off_peak, at="off_peak_pricing")
        return {}, []
    try:
        windows = peak_windows(off_peak, row.as_of.year)
    except UnreadableError as problem:
        row.reject(str(problem), off_peak, at="off_peak_pricing")
        return {}, []
    prices = {key: price for key, price in off_peak.items() if key not in _SCHEDULE}
    for key in prices.keys() - found.keys():
        row.reject("off-peak without a standard price", prices[key], at=f"off_peak_pricing/{key}")
    return prices, windows


def _read_search(row: Row, found: Content) -> None:
    """Prices of a web search; one claim where they do not depend on the size of the search context."""
    sizes = found.get("search_context_cost_per_query")
    if sizes is None:
        return None
    if not isinstance(sizes, dict) or not sizes.keys() <= _SIZES.keys() or not sizes:
        return row.reject("not prices by size", sizes, at="search_context_cost_per_query")
    rate = "grounded_prompt_per_1k" if _billed_by_prompt(row, found) else "web_search_per_1k"
    same = len({str(price) for price in sizes.values()}) == 1
    for size, price in list(sizes.items())[: 1 if same else None]:
        condition = {} if same else {"attribute.search_context_size": _SIZES[size]}
        row.rate(rate, price, factor=1_000, at=f"search_context_cost_per_query/{size}", conditions=condition)
    return None


def _billed_by_prompt(row: Row, found: Content) -> bool:
    """Google's models bill a grounded prompt, however many searches it makes, unless the row says ``per_query``."""
    google = row.provider in ("gemini", "vertex_ai", "vertex_ai-language-models")
    return google and found.get("web_search_billing_unit") != "per_query"


def _read_tiers(row: Row, found: Content) -> None:
    tiers = found.get("tiered_pricing")
    if tiers is None:
        return None
    if not isinstance(tiers, list):
        return row.reject("not a list", tiers, at="tiered_pricing")
    for index, tier in enumerate(tiers):
        _read_tier(row, tier, found, f"tiered_pricing[{index}]")
    return None


def _read_tier(row: Row, tier: object, found: Content, at: str) -> None:
    """One tier: prices above the start of its range, in tokens of input; the first repeats the flat prices."""
    try:
        conditions = _tier_conditions(tier)
    except UnreadableError as problem:
        return row.reject(str(problem), tier, at=at)
    for key, price in _items(tier):
        if key == "range" or (not conditions and key in found):
            continue
        if not _read_price(row, key, price, found, conditions, f"{at}/{key}"):
            row.reject("unknown key", key, at=f"{at}/{key}")
    return None


def _tier_conditions(tier: object) -> dict[str, str]:
    span = tier.get("range") if isinstance(tier, dict) else None
    if not isinstance(span, list) or len(span) != 2:
        raise UnreadableError("tier without a range of tokens")
    return {} if span[0] == 0 else {"input_tokens_above": str(tokens(span[0]))}


def _read_multipliers(row: Row, found: Content) -> None:
    for key, conditions in _UPLIFTS.items():
        if key in found:
            _read_multiplier(row, found[key], conditions, key)
    entry = found.get("provider_specific_entry")
    for name, factor in _items(entry):
        if name in _ENTRIES:
            _read_multiplier(row, factor, _ENTRIES[name], f"provider_specific_entry/{name}")


def _read_multiplier(row: Row, found: object, conditions: Mapping[str, str], at: str) -> None:
    try:
        factor = amount(found)
    except UnreadableError as problem:
        return row.reject(str(problem), found, at=at)
    if factor == 0:
        return row.reject(ZERO, found, at=at)
    return row.claim("multiplier:tokens", factor, at=at, conditions=conditions)


def _items(found: object) -> Iterable[tuple[str, object]]:
    return found.items() if isinstance(found, dict) else ()
