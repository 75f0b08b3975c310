"""Choose models: by what they must do, what they cost for a workload, and what is known of them; compare and recommend."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_models.selection.choice import select
    from ai_models.selection.comparison import Comparison, Row, compare
    from ai_models.selection.costing import WorkloadCost
    from ai_models.selection.guidance import Guidance, guide
    from ai_models.selection.picture import plot
    from ai_models.selection.recommendation import Alternative, Recommendation, recommend
    from ai_models.selection.savings import Saving
    from ai_models.selection.selection import Candidate, Rejection, Relaxation, Selection
    from ai_models.selection.shorthand import parse_workload
    from ai_models.selection.workload import Workload

__all__ = [
    "Alternative",
    "Candidate",
    "Comparison",
    "Guidance",
    "Recommendation",
    "Rejection",
    "Relaxation",
    "Row",
    "Saving",
    "Selection",
    "Workload",
    "WorkloadCost",
    "compare",
    "guide",
    "parse_workload",
    "plot",
    "recommend",
    "select",
]

# Public names are imported on first use: a process that only prices needs none of it.
_HOMES = {
    "Alternative": "ai_models.selection.recommendation",
    "Candidate": "ai_models.selection.selection",
    "Comparison": "ai_models.selection.comparison",
    "Guidance": "ai_models.selection.guidance",
    "Recommendation": "ai_models.selection.recommendation",
    "Rejection": "ai_models.selection.selection",
    "Relaxation": "ai_models.selection.selection",
    "Row": "ai_models.selection.comparison",
    "Saving": "ai_models.selection.savings",
    "Selection": "ai_models.selection.selection",
    "Workload": "ai_models.selection.workload",
    "WorkloadCost": "ai_models.selection.costing",
    "compare": "ai_models.selection.comparison",
    "guide": "ai_models.selection.guidance",
    "parse_workload": "ai_models.selection.shorthand",
    "plot": "ai_models.selection.picture",
    "recommend": "ai_models.selection.recommendation",
    "select": "ai_models.selection.choice",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use and keep it."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion in an interpreter."""
    return __all__
