"""What a model lacks of another: capabilities, windows, knowledge, weights, scores, and how long it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ai_models.models.base import ModelStatus
from ai_models.models.capabilities import ModelCapability, capabilities_of, in_order
from ai_models.selection.scores import lost_scores
from ai_models.selection.subject import Subject

__all__ = ["losses", "not_stated"]

_DERIVED = {ModelCapability.LARGE_CONTEXT, ModelCapability.EXTRA_LARGE_CONTEXT}
"""They follow from the window, which is told in tokens."""


def losses(other: Subject, current: Subject) -> Iterator[str]:
    """What the current one is known to have, and the other is known to lack or to have less of."""
    for capability in _held(current):
        if other.unsupported & capability.bit:
            yield f"no {capability}"
    for label, was, found in _windows(other, current):
        if was is not None and found is not None and found < was:
            yield f"{label} of {found:,} tokens instead of {was:,}"
    knew, knows = current.spec.knowledge_cutoff, other.spec.knowledge_cutoff
    if knew is not None and knows is not None and _ends_before(knows, knew):
        yield f"knowledge until {knows} instead of {knew}"
    if current.spec.metadata.open_weights and other.spec.metadata.open_weights is False:
        yield "no open weights"
    yield from lost_scores(current.spec, other.spec)
    yield from _shorter_life(other, current)


def not_stated(other: Subject, current: Subject) -> Iterator[str]:
    """What the current one is known to have, and no source states of the other."""
    open_ = [each for each in _held(current) if not (other.supported | other.unsupported) & each.bit]
    if open_:
        yield f"no source says whether it supports {', '.join(open_)}"
    for label, was, found in _windows(other, current):
        if was is not None and found is None:
            yield f"no source states how long its {label} may be"
    if current.spec.knowledge_cutoff is not None and other.spec.knowledge_cutoff is None:
        yield "no source states how far its knowledge reaches"


def _held(current: Subject) -> list[ModelCapability]:
    return in_order(capabilities_of(current.supported) - _DERIVED)


def _windows(other: Subject, current: Subject) -> tuple[tuple[str, int | None, int | None], ...]:
    return (
        ("prompts", current.window, other.window),
        ("answers", current.output_window, other.output_window),
    )


def _ends_before(one: str, other: str) -> bool:
    """Whether a cutoff is before another, as far as the coarser of the two tells."""
    length = min(len(one), len(other))
    return one[:length] < other[:length]


def _shorter_life(other: Subject, current: Subject) -> Iterator[str]:
    if other.status is ModelStatus.PREVIEW and current.status is not ModelStatus.PREVIEW:
        yield "it is a preview"
    life, stays = other.lifecycle, current.lifecycle.retires_on or date.max
    if life.retires_on is not None and life.retires_on < stays:
        yield f"it retires on {life.retires_on}"
    elif life.retires_on is None and other.status is ModelStatus.DEPRECATED and current.status is not ModelStatus.DEPRECATED:
        yield "it is deprecated, and its last day is not announced"
