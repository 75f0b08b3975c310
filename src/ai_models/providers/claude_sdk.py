"""Anthropic's SDK, imported when it is first needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from ai_models.errors import MissingExtraError

__all__ = ["as_message", "sdk"]


def sdk(*, extra: str = "anthropic", needed_for: str = "calling Claude") -> ModuleType:
    """The module ``anthropic``; it takes more than a second to import.

    Args:
        extra: what installs all that the caller will need of it.
        needed_for: what the caller is about to do.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module("anthropic")
    except ImportError as error:
        raise MissingExtraError(extra=extra, needed_for=needed_for) from error


def as_message(data: dict[str, Any], request_id: str | None, workspace_id: str | None = None) -> Any:
    """The SDK's object of a message."""
    message = import_module("anthropic.types").Message.construct(**data)
    message._request_id, message._workspace_id = request_id, workspace_id
    return message
