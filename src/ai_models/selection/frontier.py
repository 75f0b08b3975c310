"""The Pareto frontier: the candidates that no other is at least as good as in everything, and better in something."""

from __future__ import annotations

from collections.abc import Sequence
from operator import le
from typing import Any, TypeVar

__all__ = ["Point", "dominates", "frontier"]

_Item = TypeVar("_Item")
Point = tuple[Any, ...]
"""A candidate's values, of whatever kind that has an order; less is better in each."""


def dominates(one: Point, other: Point) -> bool:
    """Whether a point is nowhere worse than another, and somewhere better."""
    return one != other and all(map(le, one, other))


def frontier(items: Sequence[tuple[_Item, Point]]) -> list[_Item]:
    """The items whose points nothing dominates, in the order given; equal points stay together."""
    kept: list[Point] = []
    for point in sorted({point for _, point in items}):
        # In this order whatever dominates a point stands before it, and something on the frontier dominates it too.
        if not any(dominates(best, point) for best in kept):
            kept.append(point)
    edge = set(kept)
    return [item for item, point in items if point in edge]
