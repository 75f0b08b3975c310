"""The Pareto frontier: the candidates that no other is at least as good as in everything, and better in something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

__all__ = ["Point", "dominates", "frontier"]

_Item = TypeVar("_Item")
Point = Sequence[Any]
"""A candidate's values, of whatever kind that has an order; less is better in each."""


def dominates(one: Point, other: Point) -> bool:
    """Whether a point is nowhere worse than another, and somewhere better."""
    return all(a <= b for a, b in zip(one, other, strict=True)) and any(a < b for a, b in zip(one, other, strict=True))


def frontier(items: Sequence[tuple[_Item, Point]]) -> list[_Item]:
    """The items whose points nothing dominates, in the order given; equal points stay together."""
    kept: list[Point] = []
    for _, point in sorted(items, key=lambda pair: tuple(pair[1])):
        # In this order whatever dominates a point stands before it, and something on the frontier dominates it too.
        if not any(dominates(best, point) for best in kept):
            kept.append(point)
    points = {tuple(point) for point in kept}
    return [item for item, point in items if tuple(point) in points]
