"""What claims mean beyond their words: totals that pass for prompts, and capabilities that a price or another one shows.

A rate under ``service_tier: batch`` shows that the batch endpoint takes the model; a rate for reading a cache, that
prompts are cached; a rate for searches, that the provider runs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.precedence import DEFAULT, VERIFIED
from ai_models.catalog.fusion.rules import MakerRules, ModelRules

__all__ = ["meant"]

DESCRIPTIONS = frozenset({"alias", "base_model", "family", "match", "mode", "name", "status"})
"""Fields that describe a source's row; identity is a matter of rules, and a status follows from dates."""

_NEARLY = 20
"""A round figure within a twentieth of an exact one is that figure, rounded."""

SHOWN_BY_RATES = {
    "cache_read_per_1m_tokens": "prompt_caching",
    "grounded_prompt_per_1k": "web_search",
    "web_search_per_1k": "web_search",
}
"""Capabilities that a standard rate shows."""


def meant(claims: Iterable[Claim], maker: MakerRules, model: ModelRules) -> list[Claim]:
    """The claims of one model as they are to be weighed, with what follows from them."""
    said = _unrounded(_windows([claim for claim in claims if claim.field not in DESCRIPTIONS]))
    said.extend(_shown_by_rates(said))
    said.extend(_implied(said, maker))
    return [claim for claim in said if claim.field not in model.ignore.get(claim.source, ())]


def _windows(claims: list[Claim]) -> list[Claim]:
    """Read a prompt limit that repeats the total as the total, where another source knows a smaller prompt limit."""
    totals = {claim.value for claim in claims if claim.field == "context_window"}
    prompts = {
        claim.value for claim in claims if claim.field == "context_window_input" and isinstance(claim.value, int)
    } - totals
    if not any(isinstance(total, int) and prompt < total for prompt in prompts for total in totals):
        return claims
    return [
        structs.replace(claim, field="context_window")
        if claim.field == "context_window_input" and claim.value in totals
        else claim
        for claim in claims
    ]


def _unrounded(claims: list[Claim]) -> list[Claim]:
    """Leave a round window out where another source states the exact figure that it rounds."""
    return [claim for claim in claims if not any(_rounds(claim, other) for other in claims)]


def _rounds(claim: Claim, other: Claim) -> bool:
    if claim.field != other.field or not claim.field.startswith("context_window"):
        return False
    round_, exact = claim.value, other.value
    if not isinstance(round_, int) or not isinstance(exact, int) or claim.source in VERIFIED:
        return False
    return round_ % 1_000 == 0 and exact != round_ and exact % 1_000 != 0 and abs(exact - round_) * _NEARLY < exact


def _shown_by_rates(claims: list[Claim]) -> Iterator[Claim]:
    seen: set[tuple[str, str, str]] = set()
    for claim in claims:
        capability = _shown(claim)
        key = (claim.source, claim.subject, capability or "")
        if capability is not None and key not in seen:
            seen.add(key)
            yield structs.replace(
                claim,
                field=f"capability:{capability}",
                value=True,
                since=None,
                conditions=(),
                where=f"{claim.where} (a rate)",
            )


def _shown(claim: Claim) -> str | None:
    if not claim.field.startswith("rate:") or claim.value is None or claim.source == "price-observations":
        return None
    if ("service_tier", "batch") in claim.conditions:
        return "batch_api"
    return SHOWN_BY_RATES.get(claim.field.removeprefix("rate:")) if not claim.conditions else None


def _implied(claims: list[Claim], maker: MakerRules) -> Iterator[Claim]:
    """What the design of the maker's API makes of a supported capability; weaker than any statement of a source."""
    for capability, cause in maker.implied.items():
        said = [claim for claim in claims if claim.field == f"capability:{cause}" and claim.value is True]
        denied = any(claim.field == f"capability:{cause}" and claim.value is False for claim in claims)
        if said and not denied:
            newest = max(said, key=lambda claim: (claim.as_of, claim.source))
            yield structs.replace(newest, source="manual", field=f"capability:{capability}", where=DEFAULT)
