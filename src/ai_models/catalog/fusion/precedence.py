"""Which of several claims on one field stands: the written precedence by which every disagreement is settled.

1. What a person verified (``vendor``, ``report``, ``manual``) stands before every feed; the newest statement first.
2. The provider's own feed.
3. The latest **dated change** of the value.
4. Agreement of independent sources: more of them win. A derived feed never counts.
5. Specialist before generalist, by kind of field (``PRECEDENCE``).

Nothing depends on the order of the claims, and what loses is kept as a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from ai_models.catalog.claims import Claim, ClaimValue, Rejected
from ai_models.models.base import Conflict

__all__ = [
    "DEFAULT",
    "DERIVED",
    "PRECEDENCE",
    "VERIFIED",
    "Fact",
    "in_fixed_order",
    "rejected",
    "settle",
    "shown",
    "vouched_for_by",
]

VERIFIED = ("manual", "vendor", "report")
"""Sources in which a person wrote the value down; the last resort between two of them is this order."""

DERIVED: Mapping[str, str] = {
    "rates": "fuses models.dev, litellm, genai-prices and openrouter",
    "openrouter": "states no licence: a check, never evidence",
}
"""Sources that are no evidence, and why."""

PRECEDENCE: Mapping[str, tuple[str, ...]] = {
    "rate": ("genai-prices", "litellm", "models.dev"),
    "lifecycle": ("deprecations", "litellm", "models.dev"),
    "release_date": ("models.dev", "litellm", "genai-prices"),
    "": ("litellm", "models.dev", "genai-prices"),
}
"""The specialist before the generalist, by kind of field; the empty kind is every other field."""

OWN_FEEDS: Mapping[str, str] = {}
"""By provider, the source that the provider itself publishes; none of the feeds read so far is one."""

_LIFECYCLE = {"deprecated_on", "retires_on", "replacement"}
DEFAULT = "default"
"""``Claim.where`` of what a maker's API gives every model: it holds where nothing else is said."""


class Fact(Struct, frozen=True, kw_only=True):
    """A settled value, the sources that state it, the newest of their dates, and the disagreement if there was one."""

    value: ClaimValue
    evidence: tuple[str, ...]
    as_of: date
    conflict: Conflict | None = None


def kind_of(field: str) -> str:
    """The kind of a field in ``PRECEDENCE``."""
    head = field.partition(":")[0]
    if head in _LIFECYCLE:
        return "lifecycle"
    return head if head in PRECEDENCE else ""


def shown(value: ClaimValue) -> str:
    """A value as a conflict records it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)


def in_fixed_order(claims: Iterable[Claim]) -> list[Claim]:
    """The claims in an order that does not depend on how they came."""
    return sorted(claims, key=_sort_key)


def _sort_key(claim: Claim) -> tuple[str, ...]:
    return (
        claim.field,
        claim.source,
        claim.subject,
        str(claim.since or ""),
        claim.as_of.isoformat(),
        shown(claim.value),
        claim.where,
        repr(claim.conditions),
    )


def settle(field: str, claims: list[Claim], *, provider: str = "") -> Fact:
    """One value of a field from all claims on it, which must not be empty."""
    ordered = in_fixed_order(claim for claim in claims if claim.source not in DERIVED)
    if not ordered:
        raise ValueError(f"{field}: no claim that counts as evidence")
    stated = [claim for claim in ordered if claim.where != DEFAULT] or ordered
    winner, reason = _winner(field, stated, provider)
    agreeing = [claim for claim in stated if same(field, claim.value, winner.value)]
    conflict = _conflict(field, stated, winner, reason)
    return Fact(
        value=winner.value,
        evidence=tuple(sorted({claim.source for claim in agreeing})),
        as_of=_newest(agreeing),
        conflict=conflict,
    )


def _newest(claims: list[Claim]) -> date:
    """The newest day on which a source was read; what we wrote ourselves verifies nothing where a source speaks too."""
    read = [claim.as_of for claim in claims if claim.source != "manual"]
    return max(read or [claim.as_of for claim in claims])


def same(field: str, one: ClaimValue, other: ClaimValue) -> bool:
    """Whether two statements agree; a month agrees with every day of it."""
    if field == "knowledge_cutoff" and isinstance(one, str) and isinstance(other, str):
        return one.startswith(other) or other.startswith(one)
    return one == other


def vouched_for_by(source: str) -> str:
    """Why a statement of one of ``VERIFIED`` stands: a person read the vendor, or a report that quotes the vendor."""
    return "a report that quotes the vendor" if source == "report" else "verified by a person"


def _winner(field: str, claims: list[Claim], provider: str) -> tuple[Claim, str]:
    verified = [claim for claim in claims if claim.source in VERIFIED]
    if verified:
        best = max(verified, key=lambda claim: (claim.as_of, -VERIFIED.index(claim.source)))
        return best, vouched_for_by(best.source)
    own = [claim for claim in claims if OWN_FEEDS.get(provider) == claim.source]
    if own:
        return own[0], "the provider's own feed"
    dated = [claim for claim in claims if claim.since is not None and claim.since <= claim.as_of]
    if dated:
        newest = max(claim.since for claim in dated if claim.since is not None)
        claims = [claim for claim in dated if claim.since == newest]
        return _specialist(field, claims), "the latest dated change"
    support = {id(claim): _support(field, claim, claims) for claim in claims}
    most = max(support.values())
    agreed = [claim for claim in claims if support[id(claim)] == most]
    reason = "agreement of independent sources" if most > 1 and len(agreed) < len(claims) else "specialist before generalist"
    return _specialist(field, agreed), reason


def _support(field: str, claim: Claim, claims: list[Claim]) -> int:
    return len({other.source for other in claims if same(field, other.value, claim.value)})


def _specialist(field: str, claims: list[Claim]) -> Claim:
    order = PRECEDENCE[kind_of(field)]
    return min(
        claims, key=lambda claim: (order.index(claim.source) if claim.source in order else len(order), *_sort_key(claim))
    )


def _conflict(field: str, claims: list[Claim], winner: Claim, reason: str) -> Conflict | None:
    values: dict[str, list[str]] = {}
    for claim in claims:
        said = values.setdefault(claim.source, [])
        if shown(claim.value) not in said:
            said.append(shown(claim.value))
    dissent = any(not same(field, claim.value, winner.value) for claim in claims if claim.source != winner.source)
    if not dissent:
        return None
    return Conflict(
        field=field, values={source: " / ".join(said) for source, said in sorted(values.items())}, settled_by=reason
    )


def rejected(claim: Claim, reason: str) -> Rejected:
    """A claim that was left out, with what it said."""
    where = f"{claim.provider}/{claim.subject} {claim.where}".strip()
    return Rejected(source=claim.source, where=where, reason=f"{claim.field}: {reason}", found=shown(claim.value))
