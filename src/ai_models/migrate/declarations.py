"""Models that a code base declares itself, ``ModelSpec(…)``: a definition and a price where the catalogue has no such model.

A model that the catalogue knows needs no declaration: its figures are compared, and each that differs is drift.

What the old fields meant is translated. ``context_window_output=None`` was "same as input", and becomes that number, since
None is unknown here. A cutoff such as ``January 2025`` becomes ``2025-01``. The price held on the day of ``last_verified``,
and is entered as observed on that day; what was charged before, nobody has written down.

The old ``provider`` knew three vendors, so that models of one's own had to be declared as somebody else's. The maker of a
model is therefore taken from ``makers``; without an entry there, it is the declared vendor only where the model's id is of
that vendor's kind (``gpt-…``). Every other model is put under ``house``: that says nothing untrue of a vendor, no vendor's
prices or limits are mixed with it, and nothing calls the vendor's API with an id that it does not have. It is listed as
undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.checks import derived_capabilities
from ai_models.catalog.crosscheck import MANUAL
from ai_models.errors import NotFoundError
from ai_models.migrate.drift import Comparison, as_cutoff, compare_cutoff, compare_rate, compare_tokens, gone
from ai_models.migrate.plan import Remark
from ai_models.models.base import ModelSpec
from ai_models.models.capabilities import in_order

__all__ = [
    "HOUSE",
    "RULE",
    "Declaration",
    "definition_of",
    "difference_between",
    "drift_of",
    "known_model",
    "maker_of",
    "offering_of",
]

RULE = "model-declaration"

HOUSE = "house"
"""The maker of models that are nobody's whom the catalogue knows."""

_OF_VENDORS = {
    "anthropic": re.compile(r"claude\b", re.IGNORECASE),
    "openai": re.compile(r"(?:ft:)?(?:gpt|o\d|text-embedding|davinci|babbage|whisper|tts|dall-e)\b", re.IGNORECASE),
    "google": re.compile(r"(?:models/)?(?:gemini|gemma|imagen|veo)\b", re.IGNORECASE),
}


class Declaration(Struct, frozen=True, kw_only=True):
    """A ``ModelSpec(…)`` as plain values; ``provider`` is the vendor that it names (``openai``), None is not given.

    ``path`` and ``line`` are where it stands. Prices are USD per 1M tokens, windows tokens.
    """

    model_id: str
    name: str
    provider: str
    path: str
    line: int
    context_window_input: int | None = None
    context_window_output: int | None = None
    input_price: Decimal | None = None
    output_price: Decimal | None = None
    knowledge_cutoff: str | None = None
    last_verified: date | None = None
    docs_url: str | None = None
    notes: str = ""
    recommended_for: tuple[str, ...] = ()


def known_model(declaration: Declaration, catalog: Catalog) -> ModelSpec | None:
    """The catalogue's model of this id; None where it has none, or where the id is claimed by several."""
    try:
        return catalog.get_model(declaration.model_id)
    except NotFoundError:
        return None


def maker_of(declaration: Declaration, makers: Mapping[str, str]) -> tuple[str, list[Remark]]:
    """Whose model it is: as it is told, else as its id says, else nobody's who is known, which is listed."""
    told = makers.get(declaration.model_id)
    if told is not None:
        return told, []
    pattern = _OF_VENDORS.get(declaration.provider)
    if pattern is not None and pattern.match(declaration.model_id):
        return declaration.provider, []
    remark = Remark(
        kind="undecided",
        path=declaration.path,
        line=declaration.line,
        rule=RULE,
        message=f"{declaration.model_id} is declared as {declaration.provider}'s, whose models have other ids; it is put "
        f"under the maker {HOUSE!r}",
        advice="say who made it, or who serves it; the old registry had no other vendors to choose from",
        legacy="ModelSpec.provider",
    )
    return HOUSE, [remark]


def definition_of(declaration: Declaration, maker: str, today: date) -> dict[str, Any]:
    """The definition of a model as an overlay has it, complete."""
    window = declaration.context_window_input
    cutoff = as_cutoff(declaration.knowledge_cutoff or "")
    facts = {
        "context_window_input": window,
        "context_window_output": declaration.context_window_output or window,
        "knowledge_cutoff": cutoff,
    }
    known = {name: value for name, value in facts.items() if value is not None}
    derived = derived_capabilities(window)
    content: dict[str, Any] = {
        "model_id": declaration.model_id,
        "provider": maker,
        "metadata": {"name": declaration.name, **known, "last_verified": declaration.last_verified or today},
    }
    capabilities = [str(each) for each in in_order([each for each, holds in derived.items() if holds])]
    unsupported = [str(each) for each in in_order([each for each, holds in derived.items() if not holds])]
    content |= {key: names for key, names in {"capabilities": capabilities, "unsupported": unsupported}.items() if names}
    if declaration.recommended_for:
        content["optimization"] = {"recommended_for": list(declaration.recommended_for)}
    if _rates(declaration):
        content["pricing_ref"] = declaration.model_id
    documentation = {"url": declaration.docs_url, "notes": _notes(declaration, cutoff)}
    content["documentation"] = {key: value for key, value in documentation.items() if value}
    content["evidence"] = {name: [MANUAL] for name in (*known, *capabilities, *unsupported)}
    return {key: value for key, value in content.items() if value != {}}


def offering_of(declaration: Declaration, today: date) -> dict[str, Any] | None:
    """The price of a model as an overlay has it; None where none is declared."""
    rates = _rates(declaration)
    if not rates:
        return None
    version = {
        "effective_date": declaration.last_verified or today,
        "date_precision": "observed",
        **rates,
        "currency": "USD",
        "evidence": [MANUAL],
    }
    return {"display_name": declaration.name, "pricing_versions": [version]}


def drift_of(declaration: Declaration, spec: ModelSpec, catalog: Catalog, today: date) -> Iterator[Remark]:
    """Every value of a declaration that the catalogue contradicts, and what it says that the catalogue does not."""
    for found in _comparisons(declaration, spec, catalog, today):
        if found.agrees is False:
            of = f" (verified {declaration.last_verified})" if declaration.last_verified else ""
            yield _remark(
                declaration,
                "drift",
                f"{found.what} of {spec.name}: declared as {found.stated}{of}, the catalogue has {found.known}",
                "what is rewritten takes the catalogue's; keep the other in an overlay where it is your contract",
            )
    said = gone(spec, today)
    if said:
        yield _remark(declaration, "drift", said, "")
    own = [f"notes {declaration.notes!r}"] if declaration.notes not in spec.documentation.notes else []
    own += [f"recommended_for {text!r}" for text in declaration.recommended_for if text not in spec.recommended_for]
    if own:
        yield _remark(
            declaration,
            "manual",
            f"{declaration.model_id} is in the catalogue, which does not say what the declaration does: {', '.join(own)}",
            "keep it beside what uses it; in an overlay it would be said of every use of the model",
        )


def difference_between(first: Declaration, other: Declaration) -> Iterator[Remark]:
    """That a model is declared a second time with other values, of which those of the first are taken."""
    ones, others = asdict(first), asdict(other)
    differing = [
        f"{name} {others[name]!s} and not {ones[name]!s}"
        for name in ones
        if name not in ("path", "line") and ones[name] != others[name]
    ]
    if differing:
        yield _remark(
            other,
            "undecided",
            f"{other.model_id} is declared in {first.path}:{first.line} too, with other values, which are taken: here "
            + ", ".join(differing),
            "decide which are right, and write them into the tree's own catalogue",
        )


def _comparisons(declaration: Declaration, spec: ModelSpec, catalog: Catalog, today: date) -> Iterator[Comparison]:
    window, output = declaration.context_window_input, declaration.context_window_output
    if window is not None:
        yield compare_tokens("context window", window, spec.context_window_input, spec)
    if output is not None or window is not None:
        meant = "output window" if output is not None else "output window (None: same as input)"
        yield compare_tokens(meant, output or window or 0, spec.context_window_output, spec)
    days = [day for day in (declaration.last_verified, today) if day is not None]
    for meter, rate in (("input", declaration.input_price), ("output", declaration.output_price)):
        if rate is not None:
            yield compare_rate(catalog, spec, meter, rate, days)
    if declaration.knowledge_cutoff:
        yield compare_cutoff(declaration.knowledge_cutoff, spec)


def _rates(declaration: Declaration) -> dict[str, Decimal]:
    rates = {"input_per_1m_tokens": declaration.input_price, "output_per_1m_tokens": declaration.output_price}
    return {key: rate for key, rate in rates.items() if rate is not None}


def _notes(declaration: Declaration, cutoff: str | None) -> str:
    """The notes, and a cutoff that names no month or year."""
    odd = f"Knowledge cutoff: {declaration.knowledge_cutoff}" if declaration.knowledge_cutoff and cutoff is None else ""
    return "\n\n".join(text for text in (declaration.notes, odd) if text)


def _remark(declaration: Declaration, kind: Any, message: str, advice: str) -> Remark:
    return Remark(
        kind=kind,
        path=declaration.path,
        line=declaration.line,
        rule=RULE,
        message=message,
        advice=advice,
        legacy="ModelSpec",
    )
