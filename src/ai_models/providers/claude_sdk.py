"""Anthropic's SDK, imported when it is first needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from ai_models.errors import MissingExtraError

__all__ = ["accepted_schema", "as_message", "sdk"]


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


def accepted_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema with what the API refuses moved into descriptions, as the SDK itself does it.

    A schema that the SDK cannot read goes as it is: the API says best what is wrong with it.
    """
    try:
        accepted: dict[str, Any] = sdk().transform_schema(schema)
    except (ValueError, AssertionError, TypeError, AttributeError):
        return schema
    return accepted


def as_message(data: dict[str, Any], request_id: str | None, workspace_id: str | None = None) -> Any:
    """The SDK's object of a message."""
    message = import_module("anthropic.types").Message.construct(**data)
    message._request_id, message._workspace_id = request_id, workspace_id
    return message
