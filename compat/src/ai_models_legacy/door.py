"""A door: what a module of the old packages does when a name of it is asked for.

A code base that holds the old packages under a parent of its own opens the same doors there, with two lines in its
``toolkit/providers/factory.py``::

    from ai_models_legacy.door import door
    __getattr__, __dir__ = door("providers.factory")
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import Any

from ai_models_legacy.callsite import told
from ai_models_legacy.names import MODULES, SOURCES, home_of

__all__ = ["door"]

_Reader = Callable[[FrameType | None], Any]


def door(module: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a module that stands for an old one.

    Args:
        module: the old module: ``models``, ``models.registry``, ``providers``, ``providers.base``, ``providers.claude`` or
            ``providers.factory``.
    """
    names = {name: (f"{module}.{name}", _reader(name)) for name in MODULES[module]}

    def read(name: str) -> Any:
        """A name of the old module; who asks is told what to write instead, once a line."""
        found = names.get(name)
        if found is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}{_hint(module, name)}", name=name)
        full, reader = found
        return reader(told(full))

    def listed() -> list[str]:
        """The old names, for completion in an interpreter."""
        return sorted((*names, "__all__", "__doc__", "__file__", "__name__"))

    return read, listed


def _reader(name: str) -> _Reader:
    """What gives the value of a name; it imports nothing before it is asked."""
    source = SOURCES.get(name)
    if source is not None:
        home, _, attribute = source.partition(":")
        return lambda _frame: getattr(import_module(home), attribute)
    if name == "CLAUDE_PRICING":
        return lambda _frame: import_module("ai_models_legacy.pricing").claude_pricing()
    return lambda frame: import_module("ai_models_legacy.roster").constant(name, frame)


def _hint(module: str, name: str) -> str:
    """Where the name is, or which one may be meant; tools that probe for names with underscores get none."""
    if name.startswith("__"):
        return ""
    home = home_of(name)
    if home is not None:
        return f"; it is in {home}"
    from difflib import get_close_matches  # only on the way to an error

    close = get_close_matches(name, MODULES[module], n=1)
    return f"; did you mean {close[0]}?" if close else "; the models and providers of today are in ai_models"
