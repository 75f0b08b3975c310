"""Choose models: by what they must do, what they cost for a workload, and what is known of them; compare and recommend."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_models.selection.selection import Candidate, Rejection, Relaxation, Selection, select
    from ai_models.selection.shorthand import parse_workload
    from ai_models.selection.workload import Workload

__all__ = ["Candidate", "Rejection", "Relaxation", "Selection", "Workload", "parse_workload", "select"]

# Public names are imported on first use: a process that only prices needs none of it.
_HOMES = {
    "Candidate": "ai_models.selection.selection",
    "Rejection": "ai_models.selection.selection",
    "Relaxation": "ai_models.selection.selection",
    "Selection": "ai_models.selection.selection",
    "Workload": "ai_models.selection.workload",
    "parse_workload": "ai_models.selection.shorthand",
    "select": "ai_models.selection.selection",
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
