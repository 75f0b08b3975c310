"""The Pareto frontier: the candidates that no other is at least as good as in everything, and better in something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["dominates", "frontier"]

_Item = TypeVar("_Item")
Point = tuple[float, ...]
"""A candidate's values, less being better in each."""


def dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether a point is nowhere worse than another, and somewhere better."""
    return all(a <= b for a, b in zip(one, other, strict=True)) and any(a < b for a, b in zip(one, other, strict=True))


def frontier(items: Sequence[tuple[_Item, Sequence[float]]]) -> list[_Item]:
    """The items whose points nothing dominates, in the order given; equal points stay together."""
    kept: list[Sequence[float]] = []
    for _, point in sorted(items, key=lambda pair: tuple(pair[1])):
        # In this order whatever dominates a point stands before it, and something on the frontier dominates it too.
        if not any(dominates(best, point) for best in kept):
            kept.append(point)
    points = {tuple(point) for point in kept}
    return [item for item, point in items if tuple(point) in points]
