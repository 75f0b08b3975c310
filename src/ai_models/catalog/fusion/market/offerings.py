"""The content of a provider's price file: its offerings, each in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ai_models.catalog.fusion.market.known import Model
from ai_models.catalog.fusion.market.matching import Match
from ai_models.catalog.fusion.market.overrides import when_of
from ai_models.catalog.fusion.market.rows import Row
from ai_models.catalog.fusion.rate_cards import Card, Condition, Override, Prices, written_rates
from ai_models.catalog.fusion.text import Factor
from ai_models.pricing.conditions import When

__all__ = ["Offered", "Windows", "offering_document"]

Windows = tuple[int | None, int | None]
"""The largest prompt and the longest answer."""


class Offered(NamedTuple):
    """An offering as it was fused."""

    row: Row
    match: Match
    prices: Prices


def offering_document(offered: Offered, windows: Windows, *, own: bool) -> dict[str, Any]:
    """One entry of a price file; ``windows`` are the model's, and ``own`` says that the provider made it."""
    row, match, prices = offered
    document: dict[str, Any] = {}
    if match.model is not None and not (own and match.model.model_id == row.id):
        document["model"] = match.model.path
    if prices.cards:
        document["pricing_versions"] = [_version(card) for card in reversed(prices.cards)]
    limits = _limits(row, windows if match.model is not None else (None, None))
    if limits and not own:
        document["limits"] = limits
    lifecycle = _lifecycle(row)
    if lifecycle and not own:
        document["lifecycle"] = lifecycle
    if match.region is not None:
        document["region"] = match.region
    if match.quantization is not None:
        document["quantization"] = match.quantization
    if prices.conflicts:
        document["conflicts"] = [
            {"field": c.field, "values": dict(c.values), "settled_by": c.settled_by} for c in prices.conflicts
        ]
    return document


_PICTURES, _TEXT = "image_input_per_1m_tokens", "input_per_1m_tokens"


def _version(card: Card) -> dict[str, Any]:
    version: dict[str, Any] = {} if card.start is None else {"effective_date": card.start}
    if card.precision != "effective":
        version["date_precision"] = card.precision
    version |= written_rates(card.rates, card.minimums)
    if card.rates.get(_PICTURES, 0) == card.rates.get(_TEXT):  # pictures are billed as text, under every condition too
        version[_PICTURES] = {"same_as": "input"}
    if card.overrides:
        ordered = sorted(card.overrides.items(), key=lambda item: (len(item[0]), item[0]))
        version["overrides"] = [_override(override, card.minimums) for _, override in ordered]
    if card.notes:
        version["notes"] = "; ".join(card.notes)
    version["evidence"] = sorted(card.evidence)
    return version


def _override(override: Override, minimums: Mapping[str, Decimal]) -> dict[str, Any]:
    entry: dict[str, Any] = {"when": _written(override.when), **written_rates(override.rates, minimums)}
    if override.multiply:
        entry["multiply"] = {name: Factor(factor) for name, factor in override.multiply.items()}
    if override.notes:
        entry["notes"] = override.notes
    return entry


def _written(condition: Condition) -> dict[str, Any]:
    when = when_of(condition)
    found: dict[str, Any] = {}
    for name in When.__struct_fields__:
        value = getattr(when, name)
        if isinstance(value, Mapping):
            value = dict(value)
        if value not in (None, (), {}):
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def _limits(row: Row, windows: Windows) -> dict[str, int]:
    """The provider's own limits where they are below the model's, or the model's are unknown."""
    prompt = _stated(row, ("context_window_input", "context_window"))
    answer = _stated(row, ("context_window_output",))
    largest = prompt or windows[0]
    if answer is not None and largest is not None and answer > largest:
        answer = None
    own = {"context_window_input": (prompt, windows[0]), "context_window_output": (answer, windows[1])}
    return {name: value for name, (value, known) in own.items() if value is not None and (known is None or value < known)}


def _stated(row: Row, fields: Iterable[str]) -> int | None:
    for source in ("vendor", "litellm", "models.dev", "genai-prices"):
        for field in fields:
            for claim in sorted(row.said(field, source), key=lambda c: (str(c.where), str(c.value))):
                if isinstance(claim.value, int):
                    return claim.value
    return None


def _lifecycle(row: Row) -> dict[str, date]:
    """The provider's own dates; a deprecation that does not come before the shutdown says nothing."""
    found: dict[str, date] = {}
    for field in ("deprecated_on", "retires_on"):
        for source in ("vendor", "deprecations", "litellm"):
            days = [claim.value for claim in row.said(field, source) if isinstance(claim.value, date)]
            if days:
                found[field] = max(days)
                break
    if found.get("deprecated_on", date.min) >= found.get("retires_on", date.max):
        del found["deprecated_on"]
    return found


def ordered(entries: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Entries by identifier, without regard to case."""
    return {name: entries[name] for name in sorted(entries, key=lambda name: (name.casefold(), name))}


def windows_of(model: Model | None, known: Mapping[tuple[str, str], Windows]) -> Windows:
    """The model's windows; unknown for an offering without a model."""
    return (None, None) if model is None else known.get(model.key, (None, None))
