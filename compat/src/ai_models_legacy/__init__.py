"""The old packages ``models`` and ``providers`` on top of ai_models: the flag, the staged roll-out, and the logs.

``models`` and ``providers`` are doors to this package. What existing code imports from them goes on working; what steers
them is here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_models.providers.preflight import LifecycleWarning
    from ai_models_legacy.calllog import flush_calls, log_calls
    from ai_models_legacy.errors import FlagError, LogError
    from ai_models_legacy.flag import use_new_registry
    from ai_models_legacy.rollout import rollout_key

__version__ = "0.1.0"

__all__ = ["FlagError", "LifecycleWarning", "LogError", "flush_calls", "log_calls", "rollout_key", "use_new_registry"]

# Public names are imported on first use: a door that is opened should cost next to nothing.
_HOMES = {
    "FlagError": "ai_models_legacy.errors",
    "LifecycleWarning": "ai_models.providers.preflight",
    "LogError": "ai_models_legacy.errors",
    "flush_calls": "ai_models_legacy.calllog",
    "log_calls": "ai_models_legacy.calllog",
    "rollout_key": "ai_models_legacy.rollout",
    "use_new_registry": "ai_models_legacy.flag",
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
    return [*__all__, "__version__"]
