"""Reads models.dev's ``api.json``: capabilities, modalities, limits and current prices of every provider's models.

Traps: 0 stands for "not known" in limits and in most prices. Some rows misspell the cache prices. Modalities are complete
lists, so one that is missing is stated as unsupported; other absent flags are unknown. Gateways' rows are derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from ai_models.catalog.sources.content import read_json
from ai_models.catalog.sources.reading import NOT_A_MAPPING, Imported, Intake, Row, UnreadableError, tokens
from ai_models.catalog.sources.scores import SCORE, read_scores
from ai_models.errors import CatalogFileError
from ai_models.pricing.conditions import SERVICE_TIERS

__all__ = ["BASE_MODELS", "INPUTS", "OUTPUTS", "SOURCE", "read", "read_base_models"]

SOURCE = "models.dev"
BASE_MODELS = "models.dev-base"
"""The name under which its base models are read; their claims are of the source models.dev."""

RATES: dict[str, str] = {
    "input": "input_per_1m_tokens",
    "output": "output_per_1m_tokens",
    "reasoning": "reasoning_per_1m_tokens",
    "citation": "citation_per_1m_tokens",
    "cache_read": "cache_read_per_1m_tokens",
    "cache_write": "cache_write_per_1m_tokens",
    "input_audio": "audio_input_per_1m_tokens",
    "output_audio": "audio_output_per_1m_tokens",
}
"""Their price keys, in USD per 1M tokens, as rate keys."""

MISSPELT = {"cache_input": "cache_read", "cached_input": "cache_read", "cached_write": "cache_write"}
"""Price keys that stand in the files although the schema of models.dev does not know them."""

WITHOUT_UNIT = frozenset({"image", "request"})
"""Price keys of a few rows whose unit is written nowhere."""

FLAGS = {
    "tool_call": "capability:function_calling",
    "reasoning": "capability:extended_thinking",
    "structured_output": "capability:structured_output",
    "open_weights": "open_weights",
}

INPUTS = {
    "text": "text_input",
    "image": "image_input",
    "audio": "audio_input",
    "video": "video_input",
    "pdf": "document_input",
}
OUTPUTS = {"text": "text_output", "image": "image_output", "audio": "audio_output", "video": "video_output"}

IGNORED = frozenset(
    {
        "id",  # the key of the row
        "attachment",  # says less than the input modalities
        "temperature",  # no capability of the taxonomy
        "interleaved",  # the name of a response field
        "last_updated",  # of the row's page, not of its facts
        "provider",  # how one SDK calls the model
    }
)
"""Keys that are read by nobody, with the reason."""

HANDLED = frozenset(
    {
        *FLAGS,
        *("name", "family", "status", "base_model", "knowledge", "release_date"),
        *("limit", "modalities", "reasoning_options", "cost", "experimental"),
    }
)

_SPEEDS = ("fast", "ultrafast")
_ROUTES: dict[str, tuple[str, ...]] = {"service_tier": SERVICE_TIERS, "speed": _SPEEDS}


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of models.dev's ``api.json``.

    ``base_model`` claims name the model that a provider's row is made from, as models.dev spells it.

    Raises:
        CatalogFileError: the file is not a JSON object.
    """
    intake = Intake(SOURCE, as_of)
    providers = read_json(path)
    if not isinstance(providers, dict):
        raise CatalogFileError(f"{path}: not an object of providers; models.dev's api.json is one")
    unknown: dict[str, str] = {}
    for provider, content in providers.items():
        models = content.get("models") if isinstance(content, dict) else None
        if not isinstance(models, dict):
            intake.reject(provider, "not a provider", content)
            continue
        rows = ((f"{provider}/{model}", (model, found)) for model, found in models.items())
        intake.each(rows, partial(_read_row, provider=provider, unknown=unknown))
    for key, where in unknown.items():
        intake.reject(where, "unknown key", key)
    return intake.done()


def _read_row(intake: Intake, where: str, named: tuple[str, object], *, provider: str, unknown: dict[str, str]) -> None:
    model, found = named
    _read_model(Row(intake, provider, model, where), found, unknown)


def _read_model(row: Row, found: object, unknown: dict[str, str]) -> None:
    if not isinstance(found, dict):
        return row.reject(NOT_A_MAPPING, found)
    for key in found.keys() - HANDLED - IGNORED:
        unknown.setdefault(key, row.where)
    for field in ("name", "family", "status", "base_model"):
        row.text(field, found.get(field))
    for key, field in FLAGS.items():
        row.flag(field, found.get(key), at=key)
    row.partial_date("knowledge_cutoff", found.get("knowledge"), at="knowledge")
    row.day("release_date", found.get("release_date"), at="release_date")
    _read_limits(row, found.get("limit"))
    _read_modalities(row, found.get("modalities"))
    _read_reasoning(row, found.get("reasoning_options"))
    _read_costs(row, found.get("cost"))
    return _read_modes(row, found.get("experimental"))


def _read_limits(row: Row, limit: object) -> None:
    if limit is None:
        return None
    if not isinstance(limit, dict):
        return row.reject(NOT_A_MAPPING, limit, at="limit")
    row.tokens("context_window", limit.get("context"), at="limit/context")
    row.tokens("context_window_input", limit.get("input"), at="limit/input")
    return row.tokens("context_window_output", limit.get("output"), at="limit/output")


def _read_modalities(row: Row, modalities: object) -> None:
    if modalities is None:
        return None
    if not isinstance(modalities, dict):
        return row.reject(NOT_A_MAPPING, modalities, at="modalities")
    for side, names in (("input", INPUTS), ("output", OUTPUTS)):
        listed = modalities.get(side)
        if not isinstance(listed, list) or not listed:
            row.reject("not a list of modalities", listed, at=f"modalities/{side}")
            continue
        for modality, capability in names.items():
            row.claim(f"capability:{capability}", modality in listed, at=f"modalities/{side}")
    return None


def _read_reasoning(row: Row, options: object) -> None:
    """The caller's controls; where a model has several, effort is the first and a switch the last of them."""
    if options is None:
        return None
    if not isinstance(options, list):
        return row.reject("not a list", options, at="reasoning_options")
    by_type = {
        option["type"]: option for option in options if isinstance(option, dict) and isinstance(option.get("type"), str)
    }
    unknown = [option for option in options if not isinstance(option, dict) or option.get("type") not in _CONTROLS]
    for option in unknown:
        row.reject("unknown reasoning option", option, at="reasoning_options")
    control = next((name for name in _CONTROLS if name in by_type), None)
    if control is not None:
        row.claim("reasoning:control", control, at="reasoning_options")
    efforts = _read_efforts(row, by_type.get("effort"))
    if "toggle" in by_type or "none" in efforts:
        row.claim("reasoning:can_disable", value=True, at="reasoning_options")
    return _read_budget(row, by_type.get("budget_tokens"))


_CONTROLS = ("effort", "budget_tokens", "toggle")


def _read_efforts(row: Row, option: Mapping[str, object] | None) -> tuple[str, ...]:
    values = option.get("values") if option else None
    if values is None:
        return ()
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        row.reject("not a list of efforts", values, at="reasoning_options")
        return ()
    row.claim("reasoning:efforts", tuple(values), at="reasoning_options")
    return tuple(values)


def _read_budget(row: Row, option: Mapping[str, object] | None) -> None:
    """The bounds of a token budget; a minimum of 0 is a real bound, unlike the zeros elsewhere."""
    if option is None:
        return
    row.tokens("reasoning:max_tokens", option.get("max"), at="reasoning_options/max")
    if option.get("min") == 0:
        row.claim("reasoning:min_tokens", 0, at="reasoning_options/min")
    else:
        row.tokens("reasoning:min_tokens", option.get("min"), at="reasoning_options/min")


def _read_costs(row: Row, cost: object) -> None:
    if cost is None:
        return None
    if not isinstance(cost, dict):
        return row.reject(NOT_A_MAPPING, cost, at="cost")
    _read_rates(row, cost, "cost", {}, besides=("tiers", "context_over_200k"))
    tiers = cost.get("tiers") or []
    if not isinstance(tiers, list):
        return row.reject("not a list", tiers, at="cost/tiers")
    sizes = {_read_tier(row, tier, f"cost/tiers[{index}]") for index, tier in enumerate(tiers)}
    over = cost.get("context_over_200k")
    if isinstance(over, dict) and 200_000 not in sizes:
        _read_rates(row, over, "cost/context_over_200k", {"input_tokens_above": "200000"})
    elif over is not None and not isinstance(over, dict):
        row.reject(NOT_A_MAPPING, over, at="cost/context_over_200k")
    return None


def _read_tier(row: Row, tier: object, at: str) -> int | None:
    """One tier, which holds above its size in tokens of context; returns that size."""
    bound = tier.get("tier") if isinstance(tier, dict) else None
    if not isinstance(tier, dict) or not isinstance(bound, dict) or bound.get("type", "context") != "context":
        row.reject("not a tier", tier, at=at)
        return None
    try:
        size = tokens(bound.get("size"))
    except UnreadableError as problem:
        row.reject(str(problem), tier, at=at)
        return None
    _read_rates(row, tier, at, {"input_tokens_above": str(size)}, besides=("tier",))
    return size


def _read_rates(
    row: Row, cost: Mapping[str, object], at: str, conditions: Mapping[str, str], besides: tuple[str, ...] = ()
) -> None:
    for key, found in cost.items():
        name = key if key in RATES else MISSPELT.get(key, "")
        if key in besides or (name != key and name in cost):
            continue
        if name:
            row.rate(RATES[name], found, at=f"{at}/{key}", conditions=conditions)
        else:
            row.reject("unit not stated" if key in WITHOUT_UNIT else "unknown key", key, at=f"{at}/{key}")


def _read_modes(row: Row, experimental: object) -> None:
    """Prices of other modes, under the request parameter that asks for the mode; without one, under its name as speed."""
    modes = experimental.get("modes") if isinstance(experimental, dict) else None
    if not isinstance(modes, dict):
        return
    for name, mode in modes.items():
        at = f"experimental/modes/{name}"
        cost = mode.get("cost") if isinstance(mode, dict) else None
        if not isinstance(cost, dict):
            row.reject(NOT_A_MAPPING, cost, at=f"{at}/cost")
            continue
        conditions = _route(mode, name)
        if conditions:
            _read_rates(row, cost, f"{at}/cost", conditions)
        else:
            row.reject("unknown mode", name, at=at)


def _route(mode: Mapping[str, object], name: str) -> dict[str, str]:
    """The parameter of the mode, or its name; empty where neither is known."""
    provider = mode.get("provider")
    body = provider.get("body") if isinstance(provider, dict) else None
    if not isinstance(body, dict) or not body.keys() & _ROUTES.keys():
        return {"speed": name} if name in _SPEEDS else {}
    return {key: str(body[key]) for key, known in _ROUTES.items() if body.get(key) in known}


def read_base_models(path: Path, *, as_of: date) -> Imported:
    """The claims of models.dev's base models; ``provider`` is the organisation before the slash of a model's key.

    Published scores are claims too, on ``benchmark:<name>``.

    Raises:
        CatalogFileError: the file is not a JSON object.
    """
    intake = Intake(SOURCE, as_of)
    models = read_json(path)
    if not isinstance(models, dict):
        raise CatalogFileError(f"{path}: not an object of models; models.dev's base models are one")
    unknown: dict[str, str] = {}
    intake.each(models.items(), partial(_read_base_model, unknown=unknown))
    for key, where in unknown.items():
        intake.reject(where, f"{SCORE}: unknown key", key)
    return intake.done()


def _read_base_model(intake: Intake, name: str, found: object, *, unknown: dict[str, str]) -> None:
    organisation, slash, model = name.partition("/")
    if not slash:
        return intake.reject(name, "no organisation", name)
    row = Row(intake, organisation, model)
    _read_model(row, found, {})
    return read_scores(row, found.get("benchmarks"), unknown) if isinstance(found, dict) else None
