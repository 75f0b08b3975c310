"""The content of the catalogue's files: what was fused, and what a person wrote by hand, with the keys in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from ai_models.catalog.checks import derived_capabilities
from ai_models.catalog.fusion.facts import Fused
from ai_models.catalog.fusion.precedence import Fact
from ai_models.catalog.fusion.rate_cards import Card, Condition, Override, Prices, written_rates
from ai_models.catalog.fusion.rules import MakerRules, ModelRules
from ai_models.catalog.fusion.score_list import Held, merged_scores, score_document, score_of_document
from ai_models.catalog.fusion.text import Factor
from ai_models.errors import CatalogError
from ai_models.models.base import Alias, Conflict, Lifecycle, ModelStatus, Reasoning
from ai_models.models.benchmarks import Benchmark
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["model_document", "pricing_document"]

Own = Mapping[str, tuple[Fused, Prices]]

WINDOWS = ("context_window_input", "context_window_output", "context_window")
METADATA = (*WINDOWS, "knowledge_cutoff", "release_date", "open_weights")
LIFECYCLE = ("deprecated_on", "retires_on", "replacement")
HAND_WRITTEN = ["manual"]
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""What a file writes for nothing, where all its scalars are read as text."""


def model_document(
    maker: MakerRules, model_id: str, fused: Fused, prices: Prices, own: Own, existing: Mapping[str, Any]
) -> dict[str, Any]:
    """One definition; guidance, notes and facts that only a person vouches for are taken over from the file."""
    model = maker.models[model_id]
    facts = _with_window(fused.facts)
    supported, unsupported = _capabilities(facts)
    verified = _last_verified(facts, prices)
    lifecycle = _lifecycle(maker, model, facts, verified)
    document: dict[str, Any] = {
        "model_id": model_id,
        "provider": maker.maker,
        "aliases": [_alias(alias) for alias in _aliases(maker, model_id, own)],
        "metadata": _metadata(model_id, model, facts, verified),
        "lifecycle": lifecycle,
        "capabilities": supported,
        "unsupported": unsupported,
        "reasoning": _reasoning(model, facts),
        "optimization": {},
        "pricing_ref": model_id if prices.cards else None,
        "documentation": {"url": (model.url or maker.documentation_url).format(model_id=model_id), "notes": model.notes},
        "benchmarks": _scores(fused.scores, existing),
        "evidence": _evidence(model, facts, lifecycle),
        "conflicts": [_conflict(conflict) for conflict in _conflicts(facts)],
    }
    _keep_hand_written(document, existing)
    return document


def _with_window(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Where only the total is known, the largest prompt is at most the total."""
    total = facts.get("context_window")
    if total is None or "context_window_input" in facts:
        return dict(facts)
    return {**facts, "context_window_input": msgspec.structs.replace(total, conflict=None)}


def _last_verified(facts: Mapping[str, Fact], prices: Prices) -> date:
    """The newest date of the sources behind the facts; what is true by the API's design has no date of its own."""
    days = [fact.as_of for fact in facts.values() if fact.evidence != ("manual",)]
    if prices.as_of is not None:
        days.append(prices.as_of)
    return max(days) if days else min(fact.as_of for fact in facts.values())


def _metadata(model_id: str, model: ModelRules, facts: Mapping[str, Fact], verified: date) -> dict[str, Any]:
    known = {field: facts[field].value if field in facts else None for field in METADATA}
    if known["context_window"] is None:
        del known["context_window"]
    return {
        "name": model.name,
        "family": model.family,
        "version": model.version,
        "api_identifier": model_id,
        **known,
        "last_verified": verified,
    }


def _lifecycle(maker: MakerRules, model: ModelRules, facts: Mapping[str, Fact], verified: date) -> dict[str, Any]:
    dates = {field: facts[field].value if field in facts else None for field in ("deprecated_on", "retires_on")}
    stated = "preview" if model.preview else model.status
    lifecycle = Lifecycle(status=stated, **dates)  # type: ignore[arg-type] # claims on these fields hold dates
    release = facts["release_date"].value if "release_date" in facts else None
    status = lifecycle.status_at(verified, release_date=release if isinstance(release, date) else None)
    named = facts["replacement"].value if "replacement" in facts else ()
    # A model of a later day than its sources has no status that a file may state; the dates decide when it comes.
    written = None if status is ModelStatus.UNRELEASED else status.value
    return {"status": written, **dates, "replacement": _known(maker, named if isinstance(named, tuple) else ())}


def _known(maker: MakerRules, names: tuple[str, ...]) -> list[str]:
    """The models of the catalogue that a source recommends instead."""
    ids = {name: model_id for model_id, model in maker.models.items() for name in (model_id, *_plain_names(model))}
    return list(dict.fromkeys(ids[name] for name in names if name in ids))


def _plain_names(model: ModelRules) -> Iterator[str]:
    for alias in model.aliases:
        if isinstance(alias, str):
            yield alias
        elif alias.until is None:
            yield alias.name


def _capabilities(facts: Mapping[str, Fact]) -> tuple[list[str], list[str]]:
    """Supported and unsupported ones in the order of the taxonomy; what the window decides is derived from it."""
    window = facts["context_window_input"].value if "context_window_input" in facts else None
    derived = derived_capabilities(window if isinstance(window, int) else None)
    supported: list[str] = []
    unsupported: list[str] = []
    for capability in ModelCapability:
        fact = facts.get(f"capability:{capability}")
        value = derived.get(capability, fact.value if fact is not None else None)
        if value is not None:
            (supported if value else unsupported).append(capability.value)
    return supported, unsupported


def _reasoning(model: ModelRules, facts: Mapping[str, Fact]) -> dict[str, Any] | None:
    if model.reasoning is not None:
        return _plain(model.reasoning)
    names = {field: f"reasoning:{field}" for field in Reasoning.__struct_fields__}
    said = {field: facts[name].value for field, name in names.items() if name in facts}
    if "control" not in said:
        return None
    return {field: list(value) if isinstance(value, tuple) else value for field, value in said.items()}


def _plain(reasoning: Reasoning) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(reasoning)
    return {field: list(value) if isinstance(value, tuple) else value for field, value in content.items()}


def _evidence(model: ModelRules, facts: Mapping[str, Fact], lifecycle: Mapping[str, Any]) -> dict[str, list[str]]:
    evidence = {field: list(facts[field].evidence) for field in METADATA if field in facts}
    if "context_window_input" in facts:
        window = list(facts["context_window_input"].evidence)
        evidence |= {"large_context": window, "extra_large_context": window}
    evidence |= {field: list(facts[field].evidence) for field in LIFECYCLE if field in facts and lifecycle[field]}
    steering = {source for field, fact in facts.items() if field.startswith("reasoning:") for source in fact.evidence}
    if model.reasoning is not None:
        steering.add("manual")
    if steering and (model.reasoning is not None or "reasoning:control" in facts):
        evidence["reasoning"] = sorted(steering)
    for capability in ModelCapability:
        if f"capability:{capability}" in facts and capability.value not in evidence:
            evidence[capability.value] = list(facts[f"capability:{capability}"].evidence)
    return evidence


def _scores(stated: list[Benchmark], existing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the sources state beside what the file has: a person's scores, and those that no source states any more."""
    entries = existing.get("benchmarks") or ()
    present = [score_of_document({key: text for key, text in entry.items() if text not in NULLS}) for entry in entries]
    return merged_scores([Held(score, score_document(score)) for score in present], stated, score_document)[0]


def _conflicts(facts: Mapping[str, Fact]) -> list[Conflict]:
    written = (*METADATA, *LIFECYCLE, *(f"capability:{capability}" for capability in ModelCapability))
    return [conflict for field in written if field in facts and (conflict := facts[field].conflict) is not None]


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "field": conflict.field.removeprefix("capability:"),
        "values": dict(conflict.values),
        "settled_by": conflict.settled_by,
    }


# Names.


def _aliases(maker: MakerRules, model_id: str, own: Own) -> Iterator[str | Alias]:
    yield from maker.models[model_id].aliases
    for name, chain in maker.floating.items():
        if model_id in chain:
            place = chain.index(model_id)
            following = _released(own, chain[place + 1]) if place + 1 < len(chain) else None
            yield Alias(name=name, since=_released(own, model_id), until=following, floating=True)


def _released(own: Own, model_id: str) -> date:
    fact = own[model_id][0].facts.get("release_date")
    if fact is None or not isinstance(fact.value, date):
        raise CatalogError(f"{model_id}: a floating name needs the day of the model's release, which no source states")
    return fact.value


def _alias(alias: str | Alias) -> str | dict[str, Any]:
    if isinstance(alias, str):
        return alias
    return {field: value for field in Alias.__struct_fields__ if (value := getattr(alias, field)) not in (None, False)}


# What a person wrote.


def _keep_hand_written(document: dict[str, Any], existing: Mapping[str, Any]) -> None:
    guidance = dict(existing.get("optimization") or {})
    if "since" in guidance:
        guidance["since"] = date.fromisoformat(guidance["since"])
    document["optimization"] = guidance
    notes = (existing.get("documentation") or {}).get("notes")
    if notes:
        document["documentation"]["notes"] = notes
    for field, sources in (existing.get("evidence") or {}).items():
        if sources == HAND_WRITTEN and "manual" not in document["evidence"].get(field, []):
            _keep(document, existing, field)


def _keep(document: dict[str, Any], existing: Mapping[str, Any], field: str) -> None:
    document["evidence"][field] = HAND_WRITTEN
    for part in ("metadata", "lifecycle"):
        if field in (existing.get(part) or {}):
            document[part][field] = existing[part][field]
    if field == "reasoning":
        document["reasoning"] = existing.get("reasoning")
    for part, other in (("capabilities", "unsupported"), ("unsupported", "capabilities")):
        if field in (existing.get(part) or []) and field not in document[part]:
            document[part] = [c.value for c in ModelCapability if c.value in {*document[part], field}]
            document[other] = [name for name in document[other] if name != field]


# Prices.


def pricing_document(maker: MakerRules, prices: Mapping[str, Prices]) -> dict[str, Any]:
    """The pricing file of a maker's own API."""
    document: dict[str, Any] = {
        "provider": maker.maker,
        "display_name": maker.display_name,
        "pricing_url": maker.pricing_url,
        "regions": maker.regions,
        "models": {model_id: _offering(maker.models[model_id], found) for model_id, found in prices.items() if found.cards},
    }
    return document if maker.regions else {key: value for key, value in document.items() if key != "regions"}


def _offering(model: ModelRules, prices: Prices) -> dict[str, Any]:
    offering: dict[str, Any] = {
        "display_name": model.name,
        "pricing_versions": [_version(card) for card in reversed(prices.cards)],
    }
    if prices.conflicts:
        offering["conflicts"] = [_conflict(conflict) for conflict in prices.conflicts]
    return offering


def _version(card: Card) -> dict[str, Any]:
    version: dict[str, Any] = {"effective_date": card.start}
    if card.precision != "effective":
        version["date_precision"] = card.precision
    rates = written_rates(card.rates, card.minimums)
    version |= _rates({**rates, **{key: {"same_as": other} for key, other in card.same_as.items()}})
    version["currency"] = "USD"
    if card.overrides:
        version["overrides"] = [
            _override(override, card.minimums) for _, override in sorted(card.overrides.items(), key=_override_order)
        ]
    if card.notes:
        version["notes"] = "; ".join(card.notes)
    version["evidence"] = sorted(card.evidence)
    return version


def _override_order(item: tuple[Condition, Override]) -> tuple[int, Condition]:
    return len(item[0]), item[0]


def _rates(rates: Mapping[str, Any]) -> dict[str, Any]:
    return {key: rates[key] for key in RATE_KEYS if key in rates}


def _override(override: Override, minimums: Mapping[str, Decimal]) -> dict[str, Any]:
    entry: dict[str, Any] = {"when": _when(override.when), **written_rates(override.rates, minimums)}
    if override.multiply:
        entry["multiply"] = {name: Factor(factor) for name, factor in override.multiply.items()}
    if override.unavailable:
        entry["unavailable"] = True
    if override.notes:
        entry["notes"] = override.notes
    return entry


def _when(condition: Condition) -> dict[str, Any]:
    when: dict[str, Any] = {}
    for name, value in condition:
        head, _, attribute = name.partition(".")
        if attribute:
            when.setdefault("attributes", {})[attribute] = value
        else:
            when[head] = int(value) if value.isdigit() else value
    return when
