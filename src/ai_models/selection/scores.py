"""Benchmarks as dimensions and floors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_models.selection.constraints import Constraint
from ai_models.selection.objective import Dimension

__all__ = ["dimension_of", "floors"]


def dimension_of(catalog: Any, name: str) -> Dimension | None:
    return None


def floors(catalog: Any, benchmarks: Mapping[str, Any]) -> list[Constraint]:
    return []


def lost_scores(current: Any, other: Any) -> list[str]:
    return []
