"""Reads genai-prices' provider list: exact prices with tiers, variants, start dates and daily windows.

Traps: a tier holds when the *total* input is greater than its ``start``, and re-prices the whole request. A dated entry
replaces the card before it, so what it leaves out has ended. An entry can carry a date or a daily window, not both: a
window belongs to the newest dated entry before it. A variant lists only the prices that differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import partial
from pathlib import Path

from ai_models.catalog.sources.content import read_json
from ai_models.catalog.sources.reading import NOT_A_MAPPING, Imported, Intake, Row, UnreadableError, day, tokens
from ai_models.errors import CatalogFileError
from ai_models.pricing.conditions import SERVICE_TIERS

__all__ = ["SOURCE", "read"]

SOURCE = "genai-prices"

RATES: dict[str, str] = {
    "input_mtok": "input_per_1m_tokens",
    "output_mtok": "output_per_1m_tokens",
    "cache_read_mtok": "cache_read_per_1m_tokens",
    "cache_write_mtok": "cache_write_per_1m_tokens",
    "cache_write_1h_mtok": "cache_write_1h_per_1m_tokens",
    "input_audio_mtok": "audio_input_per_1m_tokens",
    "output_audio_mtok": "audio_output_per_1m_tokens",
    "cache_audio_read_mtok": "cached_audio_input_per_1m_tokens",
    "input_image_mtok": "image_input_per_1m_tokens",
    "output_image_mtok": "image_output_per_1m_tokens",
    "cache_image_read_mtok": "cached_image_input_per_1m_tokens",
    "input_video_mtok": "video_input_per_1m_tokens",
    "output_video_mtok": "video_output_per_1m_tokens",
    "output_reasoning_mtok": "reasoning_per_1m_tokens",
    "output_citation_mtok": "citation_per_1m_tokens",
    "input_mchars": "character_input_per_1m",
    "requests_kcount": "request_per_1k",
    "web_searches_kcount": "web_search_per_1k",
    "storage_searches_kcount": "file_search_per_1k",
    "audio_hours": "audio_per_hour",
    "input_audio_hours": "audio_input_per_hour",
    "input_document_kpages": "page_per_1k",
    "input_annotated_document_kpages": "page_per_1k",
}
"""Their price keys, as rate keys; the units are the same."""

ATTRIBUTES: dict[str, dict[str, str]] = {"input_annotated_document_kpages": {"attribute.annotated": "true"}}
"""Price keys that are another key's rate under a condition."""

WITHOUT_METER = frozenset({"input_text_messages_kcount"})
"""Price keys whose unit no meter counts."""

Conditions = dict[str, str]
_STANDARD_TIERS = {"default", "standard", "on_demand"}
_ATTRIBUTE_CONDITIONS = {"route", "search_type"}


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of genai-prices' serialised provider list.

    Raises:
        CatalogFileError: the file is not a JSON list.
    """
    intake = Intake(SOURCE, as_of)
    providers = read_json(path)
    if not isinstance(providers, list):
        raise CatalogFileError(f"{path}: not a list of providers; genai-prices' data.json is one")
    for index, provider in enumerate(providers):
        _read_provider(intake, f"[{index}]", provider)
    return intake.done()


def _read_provider(intake: Intake, where: str, provider: object) -> None:
    if not isinstance(provider, dict) or not isinstance(provider.get("id"), str):
        return intake.reject(where, "not a provider", provider)
    models = provider.get("models")
    if not isinstance(models, list):
        return intake.reject(f"{provider['id']}/models", "not a list", models)
    rows = ((f"{provider['id']}/models[{index}]", model) for index, model in enumerate(models))
    return intake.each(rows, partial(_read_row, provider=provider["id"]))


def _read_row(intake: Intake, _where: str, model: object, *, provider: str) -> None:
    if not isinstance(model, dict) or not isinstance(model.get("id"), str):
        raise UnreadableError("not a model")
    _read_model(Row(intake, provider, model["id"]), model)


def _read_model(row: Row, model: Mapping[str, object]) -> None:
    row.text("name", model.get("name"))
    row.tokens("context_window", model.get("context_window"))
    if model.get("deprecated") is True:
        row.claim("status", "deprecated", at="deprecated")
    _read_match(row, model.get("match"))
    prices = model.get("prices")
    _read_entries(row, prices if isinstance(prices, list) else [{"prices": prices}])
    variants = model.get("price_variants") or []
    if not isinstance(variants, list):
        return row.reject("not a list", variants, at="price_variants")
    for index, variant in enumerate(variants):
        _read_variant(row, variant, f"price_variants[{index}]")
    return None


def _read_match(row: Row, match: object) -> None:
    """Exact names are aliases; everything else is kept as text, for information."""
    if not isinstance(match, dict):
        return row.reject(NOT_A_MAPPING, match, at="match")
    clauses = match["or"] if isinstance(match.get("or"), list) else [match]
    exact = [c["equals"] for c in clauses if isinstance(c, dict) and isinstance(c.get("equals"), str)]
    for name in exact:
        if name != row.subject:
            row.claim("alias", name, at="match")
    others = [clause for clause in clauses if not (isinstance(clause, dict) and "equals" in clause)]
    if others:
        row.claim("match", json.dumps(others, separators=(",", ":"), default=str), at="match")
    return None


def _read_entries(row: Row, entries: list[object]) -> None:
    """The dated cards, oldest first, and the daily windows that override the newest of them."""
    since: date | None = None
    standing: set[tuple[str, int | None]] = set()
    for index, entry in enumerate(entries):
        at = f"prices[{index}]"
        try:
            prices, start, hours = _entry(entry)
        except UnreadableError as problem:
            row.reject(str(problem), entry, at=at)
            continue
        since = start or since
        _read_prices(row, prices, at, since, hours)
        if not hours:
            present = _present(prices)
            _end(row, standing - present, at, since)
            standing = present


def _entry(entry: object) -> tuple[Mapping[str, object], date | None, Conditions]:
    if not isinstance(entry, dict) or not isinstance(entry.get("prices"), dict):
        raise UnreadableError("not a price entry")
    start, hours = _constraint(entry.get("constraint"))
    return entry["prices"], start, hours


def _constraint(constraint: object) -> tuple[date | None, Conditions]:
    """The start date and the daily window, in UTC, of a constraint.

    Raises:
        UnreadableError: a constraint of another shape.
    """
    if constraint is None:
        return None, {}
    if not isinstance(constraint, dict) or not constraint:
        raise UnreadableError("unknown constraint")
    if constraint.keys() == {"start_date"}:
        return day(constraint["start_date"]), {}
    if constraint.keys() == {"start_time", "end_time"}:
        return None, {"hours": f"{_utc(constraint['start_time'])}-{_utc(constraint['end_time'])}"}
    raise UnreadableError("unknown constraint")


def _utc(clock: object) -> str:
    """A clock time with a zone, as ``HH:MM`` UTC."""
    try:
        parsed = time.fromisoformat(str(clock))
    except ValueError:
        raise UnreadableError("not a time of day") from None
    offset = parsed.utcoffset()
    if offset is None or parsed.second or parsed.microsecond:
        raise UnreadableError("not a minute of a day in a known zone")
    minutes = (parsed.hour * 60 + parsed.minute - int(offset.total_seconds()) // 60) % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _read_variant(row: Row, variant: object, at: str) -> None:
    try:
        prices, since, hours = _entry(variant)
        conditions = _when(variant)
    except UnreadableError as problem:
        return row.reject(str(problem), variant, at=at)
    return _read_prices(row, prices, at, since, {**hours, **conditions})


def _when(variant: object) -> Conditions:
    when = variant.get("when") if isinstance(variant, dict) else None
    if not isinstance(when, dict) or not when:
        raise UnreadableError("variant without a condition")
    conditions: Conditions = {}
    for name, value in when.items():
        conditions.update(_condition(name, value))
    return conditions


def _condition(name: str, value: object) -> Conditions:
    """One part of a variant's ``when``, as conditions; the standard tier is none."""
    match name, value:
        case ("processing", "batch"):
            return {"service_tier": "batch"}
        case ("service_tier", str(tier)) if tier in _STANDARD_TIERS:
            return {}
        case ("service_tier", str(tier)) if tier in SERVICE_TIERS:
            return {"service_tier": tier}
        case ("speed", "fast" | "ultrafast"):
            return {"speed": str(value)}
        case (attribute, str(choice)) if attribute in _ATTRIBUTE_CONDITIONS:
            return {f"attribute.{attribute}": choice}
        case _:
            raise UnreadableError("unknown condition")


def _read_prices(row: Row, prices: Mapping[str, object], at: str, since: date | None, conditions: Conditions) -> None:
    for key, threshold, found in _parts(prices):
        place = f"{at}.{key}"
        if isinstance(threshold, UnreadableError):
            row.reject(str(threshold), found, at=place)
        elif key in RATES:
            row.rate(RATES[key], found, at=place, since=since, conditions=conditions | _narrowed(key, threshold))
        else:
            row.reject("no meter" if key in WITHOUT_METER else "unknown key", key, at=place)


def _narrowed(key: str, threshold: int | None) -> Conditions:
    above = {} if threshold is None else {"input_tokens_above": str(threshold)}
    return above | ATTRIBUTES.get(key, {})


def _parts(prices: Mapping[str, object]) -> Iterator[tuple[str, int | UnreadableError | None, object]]:
    """Each price with the tokens above which it holds; the base price and plain prices hold from 0."""
    for key, found in prices.items():
        if not isinstance(found, dict):
            yield key, None, found
            continue
        yield key, None, found.get("base")
        tiers = found.get("tiers")
        for tier in tiers if isinstance(tiers, list) else [tiers]:
            yield key, *_tier(tier)


def _tier(tier: object) -> tuple[int | UnreadableError, object]:
    if not isinstance(tier, dict):
        return UnreadableError("not a tier"), tier
    try:
        return tokens(tier.get("start")), tier.get("price")
    except UnreadableError:
        return UnreadableError("not a tier"), tier


def _present(prices: Mapping[str, object]) -> set[tuple[str, int | None]]:
    return {(key, threshold) for key, threshold, _ in _parts(prices) if not isinstance(threshold, UnreadableError)}


def _end(row: Row, ended: set[tuple[str, int | None]], at: str, since: date | None) -> None:
    """State None for what the card before had and this one leaves out."""
    for key, threshold in sorted(ended, key=str):
        if key in RATES:
            row.claim(f"rate:{RATES[key]}", None, at=at, since=since, conditions=_narrowed(key, threshold))
