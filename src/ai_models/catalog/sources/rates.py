"""Reads the ledger of rates: one fused row an offering, made from models.dev, LiteLLM, genai-prices and OpenRouter.

Traps: it is **derived** (``DERIVED``): what it says repeats its upstreams, so a claim of it shows where to look and is
evidence of nothing. ``context.input`` is models.dev's *total*; ``deprecation_date`` is LiteLLM's day of shutdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from ai_models.catalog.sources import genai_prices
from ai_models.catalog.sources.content import read_json
from ai_models.catalog.sources.litellm_keys import MODES
from ai_models.catalog.sources.models_dev import INPUTS, OUTPUTS
from ai_models.catalog.sources.reading import NOT_A_MAPPING, Imported, Intake, Row, UnreadableError, day, text, tokens
from ai_models.errors import CatalogFileError

__all__ = ["DERIVED", "SOURCE", "read"]

SOURCE = "rates"

DERIVED = True
"""Its claims never corroborate the feeds that it was made from."""

RATES: dict[str, tuple[str, int]] = {
    **{key: (rate, 1) for key, rate in genai_prices.RATES.items()},
    "reasoning_mtok": ("reasoning_per_1m_tokens", 1),
    "audio_minute": ("audio_input_per_minute", 1),
    "streaming_audio_minute": ("audio_input_per_minute", 1),
    "kchar": ("character_input_per_1m", 1_000),
}
"""Its price keys: the rate key, and the factor from its unit to the key's."""

CONDITIONS: dict[str, dict[str, str]] = {"streaming_audio_minute": {"attribute.route": "streaming"}}
"""Price keys that are another key's rate under a condition."""

WITHOUT_METER = frozenset({"session_minute"})
"""Price keys whose unit (a connection that stays open) no meter counts."""

HANDLED = frozenset(
    {
        *("provider", "id", "family", "type", "modalities", "context", "tool_call", "structured_output"),
        *("price", "price_tiers", "reasoning", "lifecycle"),
    }
)

IGNORED = frozenset(
    {
        "alias",  # how a vendor treats a name, in prose
        "price_discrepancies",  # what its upstreams say is read from them
        "sources",  # all of them of the day of the ledger
    }
)
"""Keys that are read by nobody, with the reason."""


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of the ledger, all of them derived, as of its ``snapshot_date``.

    Raises:
        CatalogFileError: the file is not an object with a list ``models``.
    """
    content = read_json(path)
    models = content.get("models") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(models, list):
        raise CatalogFileError(f"{path}: not an object with a list of models; the ledger of rates is one")
    intake = Intake(SOURCE, as_of, derived=DERIVED)
    try:
        intake.as_of = min(day(content.get("snapshot_date")), as_of)
    except UnreadableError as problem:
        intake.reject("snapshot_date", str(problem), content.get("snapshot_date"))
    unknown: dict[str, str] = {}
    rows = ((f"models[{index}]", found) for index, found in enumerate(models))
    intake.each(rows, partial(_read_model, unknown=unknown))
    for key, where in unknown.items():
        intake.reject(where, "unknown key", key)
    return intake.done()


def _read_model(intake: Intake, _where: str, found: object, unknown: dict[str, str]) -> None:
    if not isinstance(found, dict):
        raise UnreadableError(NOT_A_MAPPING)
    row = Row(intake, text(found.get("provider")), text(found.get("id")))
    for key in found.keys() - HANDLED - IGNORED:
        unknown.setdefault(key, row.where)
    _read_facts(row, found)
    _read_modalities(row, _part(row, found, "modalities"))
    _read_reasoning(row, _part(row, found, "reasoning"))
    _read_price(row, _part(row, found, "price"), found.get("type"))
    return _read_tiers(row, found.get("price_tiers") or [])


def _part(row: Row, found: Mapping[str, object], key: str) -> Mapping[str, object]:
    """A mapping inside the row; empty where it is not stated or is none."""
    part = found.get(key)
    if isinstance(part, dict):
        return part
    if part is not None:
        row.reject(NOT_A_MAPPING, part, at=key)
    return {}


def _read_facts(row: Row, found: Mapping[str, object]) -> None:
    mode = found.get("type")
    row.text("family", found.get("family"))
    row.text("mode", MODES.get(mode, mode) if isinstance(mode, str) else mode, at="type")
    row.flag("capability:function_calling", found.get("tool_call"), at="tool_call")
    row.flag("capability:structured_output", found.get("structured_output"), at="structured_output")
    context, lifecycle = _part(row, found, "context"), _part(row, found, "lifecycle")
    row.tokens("context_window", context.get("input"), at="context/input")
    row.tokens("context_window_output", context.get("output"), at="context/output")
    row.text("status", lifecycle.get("status"), at="lifecycle/status")
    row.day("release_date", lifecycle.get("release_date"), at="lifecycle/release_date")
    row.day("retires_on", lifecycle.get("deprecation_date"), at="lifecycle/deprecation_date")


def _read_modalities(row: Row, modalities: Mapping[str, object]) -> None:
    """Both lists are complete; an empty one stands for a row whose upstreams have none."""
    for side, names in (("input", INPUTS), ("output", OUTPUTS)):
        if modalities.get(side, []) != []:
            row.complete_list(modalities[side], names, at=f"modalities/{side}")


def _read_reasoning(row: Row, reasoning: Mapping[str, object]) -> None:
    """A row that has the part can reason; one that lacks it may come from a feed that does not say."""
    if not reasoning:
        return
    row.claim("capability:extended_thinking", value=True, at="reasoning")
    row.text("reasoning:control", reasoning.get("control"), at="reasoning/control")
    if reasoning.get("can_disable_reasoning") is True:
        row.claim("reasoning:can_disable", value=True, at="reasoning/can_disable_reasoning")


def _read_price(row: Row, price: Mapping[str, object], mode: object) -> None:
    currency = price.get("currency", "USD")
    if currency != "USD":
        row.text("currency", currency, at="price/currency")
    _read_rates(row, {key: found for key, found in price.items() if key != "currency"}, "price", {}, mode)


def _read_tiers(row: Row, tiers: object) -> None:
    if not isinstance(tiers, list):
        return row.reject("not a list", tiers, at="price_tiers")
    for index, tier in enumerate(tiers):
        at = f"price_tiers[{index}]"
        try:
            prices, above = _tier(tier)
        except UnreadableError as problem:
            row.reject(str(problem), tier, at=at)
            continue
        _read_rates(row, prices, f"{at}/price", {"input_tokens_above": str(above)}, None)
    return None


def _tier(tier: object) -> tuple[Mapping[str, object], int]:
    when = tier.get("when") if isinstance(tier, dict) else None
    if not isinstance(tier, dict) or not isinstance(when, dict) or not isinstance(tier.get("price"), dict):
        raise UnreadableError("not a tier")
    if when.get("dimension") != "context":
        raise UnreadableError("unknown dimension of a tier")
    return tier["price"], tokens(when.get("over"))


def _read_rates(row: Row, prices: Mapping[str, object], at: str, conditions: Mapping[str, str], mode: object) -> None:
    for key, found in prices.items():
        place = f"{at}/{key}"
        if key == "output_per_second" and mode == "video_generation":
            row.rate("video_output_per_second", found, at=place, conditions=conditions)
        elif key in RATES:
            rate, factor = RATES[key]
            row.rate(rate, found, factor=factor, at=place, conditions={**conditions, **CONDITIONS.get(key, {})})
        else:
            row.reject(_why_not(key), key, at=place)


def _why_not(key: str) -> str:
    if key == "output_per_second":
        return "unit not stated"
    return "no meter" if key in WITHOUT_METER else "unknown key"
