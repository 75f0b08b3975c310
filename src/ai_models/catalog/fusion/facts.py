"""The facts of one model: its claims grouped by field, without what cannot be, each field settled.

A claim that cannot be true beside the others is quarantined with a reason; rates are left to ``fusion.prices``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from msgspec import Struct

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.precedence import DERIVED, VERIFIED, Fact, in_fixed_order, rejected, settle
from ai_models.models.benchmarks import Benchmark

__all__ = ["Fused", "fuse_facts"]


class Fused(Struct, kw_only=True):
    """The facts of one model by field, its published scores, and the claims that were left out."""

    facts: dict[str, Fact]
    quarantined: list[Rejected]
    scores: list[Benchmark] = []


def _by_field(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The claims of one model by field, in an order that does not depend on how they came."""
    grouped: dict[str, list[Claim]] = {}
    for claim in in_fixed_order(claims):
        grouped.setdefault(claim.field, []).append(claim)
    return grouped


_Plausible = Callable[[Claim, Mapping[str, list[Claim]]], str]
"""Why a claim cannot be, given every claim of its model; empty where nothing speaks against it."""


def fuse_facts(claims: Iterable[Claim], *, provider: str) -> Fused:
    """Settle every field of one model; rates are not facts of a model and are left to ``fuse_prices``."""
    grouped = _by_field(claim for claim in claims if not claim.field.startswith("rate:") and not _is_past(claim))
    quarantined: list[Rejected] = []
    kept: dict[str, list[Claim]] = {}
    for field, said in grouped.items():
        for claim in said:
            reason = next((found for test in _TESTS if (found := test(claim, grouped))), "")
            if reason:
                quarantined.append(rejected(claim, reason))
            else:
                kept.setdefault(field, []).append(claim)
    facts = {field: settle(field, said, provider=provider) for field, said in kept.items() if _is_evidence(said)}
    return Fused(facts=facts, quarantined=quarantined)


def _is_past(claim: Claim) -> bool:
    """Whether the claim says itself that it no longer holds."""
    return ("historical", "true") in claim.conditions


def _is_evidence(claims: list[Claim]) -> bool:
    return any(claim.source not in DERIVED for claim in claims)


# What cannot be. Each test sees all claims of the model, because plausibility is relative.


def _no_placeholder(claim: Claim, _: Mapping[str, list[Claim]]) -> str:
    """A window of nothing is a feed's way to say that it does not know."""
    is_window = claim.field.startswith("context_window")
    return "a window of 0 is a placeholder" if is_window and isinstance(claim.value, int) and claim.value <= 0 else ""


def _within_window(claim: Claim, grouped: Mapping[str, list[Claim]]) -> str:
    """No answer and no prompt is longer than a window that a person verified."""
    if claim.field not in {"context_window_input", "context_window_output"} or claim.source in VERIFIED:
        return ""
    totals = [other.value for other in grouped.get("context_window", ()) if other.source in VERIFIED]
    total = min((value for value in totals if isinstance(value, int) and value > 0), default=None)
    if total is None or not isinstance(claim.value, int) or claim.value <= total:
        return ""
    return f"exceeds the total window of {total:,} that a person verified"


def _possible_dates(claim: Claim, grouped: Mapping[str, list[Claim]]) -> str:
    """A deprecation on the day of the shutdown repeats the shutdown; a retirement before the release is another model's."""
    if claim.field == "deprecated_on" and claim.source not in VERIFIED:
        shutdowns = {
            c.value for c in grouped.get("retires_on", ()) if c.source == claim.source and c.subject == claim.subject
        }
        if claim.value in shutdowns:
            return "repeats the shutdown date, so the day of the announcement is unknown"
    if claim.field == "retires_on" and isinstance(claim.value, date):
        releases = [c.value for c in grouped.get("release_date", ()) if isinstance(c.value, date)]
        if releases and claim.value < min(releases):
            return "lies before the release"
    return ""


_TESTS: tuple[_Plausible, ...] = (_no_placeholder, _within_window, _possible_dates)
"""The tests that every model's claims pass through."""
