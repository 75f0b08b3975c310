"""Keeps a card's overrides free of contradictions: where no source prices a combination, the rarer condition is given up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import msgspec

from ai_models.catalog.claims import Rejected
from ai_models.catalog.fusion.rate_cards import Card, Condition, Override
from ai_models.pricing.conditions import When, conjunction, implies, overlaps

__all__ = ["settle_overrides", "when_of"]

_MOST = 60
"""More conditions than that are a table of their own, and are left out as a whole."""


def settle_overrides(card: Card, where: str) -> list[Rejected]:
    """Leave out tiers whose price beside a threshold no source states; returns what was left out."""
    left_out: list[Rejected] = []
    source = ", ".join(sorted(card.evidence))
    if len(card.overrides) > _MOST:
        left_out.append(
            Rejected(source=source, where=where, reason=f"{len(card.overrides)} conditions are a table, not a card")
        )
        card.overrides = {}
    while (contested := _contested(card.overrides)) is not None:
        del card.overrides[contested]
        said = ", ".join(f"{name} {value}" for name, value in contested)
        left_out.append(Rejected(source=source, where=where, reason=f"no source states {said} beside the other conditions"))
    return left_out


def _contested(overrides: Mapping[Condition, Override]) -> Condition | None:
    """The condition to give up where two contradict: a tier before a threshold, the longer before the shorter."""
    whens = {condition: when_of(condition) for condition in overrides}
    for one, other in combinations(sorted(overrides), 2):
        shared = overrides[one].rates.keys() & overrides[other].rates.keys()
        if shared and not _settled(whens[one], whens[other], shared, overrides, whens):
            return max(one, other, key=lambda found: (any(name == "service_tier" for name, _ in found), len(found), found))
    return None


def _settled(
    one: When, other: When, shared: set[str], overrides: Mapping[Condition, Override], whens: Mapping[Condition, When]
) -> bool:
    if not overlaps(one, other):
        return True
    forwards, backwards = implies(one, other), implies(other, one)
    both = conjunction(one, other)
    if forwards or backwards or both is None:
        return forwards != backwards
    covered: set[str] = set()
    for condition, when in whens.items():
        if implies(both, when) and implies(when, both):
            covered |= overrides[condition].rates.keys()
    return covered >= shared


def when_of(condition: Condition) -> When:
    """A condition of pairs of text as the type that files hold."""
    content: dict[str, object] = {}
    attributes: dict[str, str] = {}
    for name, value in condition:
        head, _, attribute = name.partition(".")
        if attribute:
            attributes[attribute] = value
        elif head in ("weekdays", "except_dates"):
            content[head] = value.split(",")
        else:
            content[head] = int(value) if value.isdigit() else value
    return msgspec.convert({**content, "attributes": attributes}, When)
