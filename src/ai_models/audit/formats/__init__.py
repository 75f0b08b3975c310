"""A report in the forms that people and programs read; each module makes one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ai_models.audit.runner import Report

__all__ = ["FORMATS", "rendered"]

FORMATS: Final = ("full", "concise", "json", "github", "sarif", "markdown")
"""The forms, each a module with a function ``render``."""


def rendered(report: Report, form: str, *, colour: bool = False, width: int = 120) -> str:
    """A report in one of the forms; ``colour`` and ``width`` matter to ``full`` alone."""
    render: Callable[..., str] = import_module(f"{__name__}.{form}").render  # one form a run: the others cost nothing
    return render(report, colour=colour, width=width) if form == "full" else render(report)
