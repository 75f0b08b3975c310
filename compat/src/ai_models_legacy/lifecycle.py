"""Warnings of models that are retired, or will be: a date, and what its maker names in its place."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING

from ai_models.models.base import ModelStatus
from ai_models_legacy.callsite import warn_once

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = ["end_of_life", "warn_of_end"]


def end_of_life(model: ModelSpec) -> str | None:
    """What to tell whoever uses a model of the catalogue now; None where it goes on."""
    status, lifecycle = model.status, model.lifecycle
    if status is ModelStatus.RETIRED:
        what = f"was retired on {lifecycle.retires_on}" if lifecycle.retires_on else "is retired"
    elif status is ModelStatus.DEPRECATED:
        since = f" since {lifecycle.deprecated_on}" if lifecycle.deprecated_on else ""
        until = f"retires on {lifecycle.retires_on}" if lifecycle.retires_on else "has no retirement date yet"
        what = f"is deprecated{since} and {until}"
    else:
        return None
    instead = f"use {' or '.join(lifecycle.replacement)}" if lifecycle.replacement else "its maker names no replacement"
    return f"{model.name} ({model.api_identifier}) {what}; {instead}"


def warn_of_end(frame: FrameType, message: str) -> None:
    """Issue such a message at a call site, once."""
    warn_once(frame, message, lambda: _warning(message))


def _warning(message: str) -> UserWarning:
    from ai_models.providers.preflight import LifecycleWarning  # only where it is issued

    return LifecycleWarning(message)
