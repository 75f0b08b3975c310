"""What this package raises: two kinds, both below ``AIModelsError``."""

from __future__ import annotations

from ai_models.errors import AIModelsError

__all__ = ["FlagError", "LogError"]


class FlagError(AIModelsError, ValueError):
    """The flag, or the key of the staged roll-out, cannot be read: nothing is answered, since either answer may be wrong."""


class LogError(AIModelsError, ValueError):
    """A log that cannot be read as one; the message names file and line."""
