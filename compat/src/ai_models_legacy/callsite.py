"""A call site: the line outside this package that asks for an old name. It is warned once, and logged where that is on.

"Once" is kept here and not left to the filters of ``warnings``: it holds under any of them, and in threads.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from types import FrameType

from ai_models_legacy import advice, calllog

__all__ = ["told", "warn_once"]

_OWN = os.path.dirname(__file__) + os.sep  # noqa: PTH120 as frames name their files: as text
_IMPORT_SYSTEM = "<frozen importlib"

_warned: dict[tuple[str, int, str], object] = {}


def told(name: str, call: Callable[[], str] | None = None) -> FrameType | None:
    """Tell whoever called the caller of this function what to write instead of ``name``; the frame of the call site.

    None, and nothing is told, where that is this package itself, or the import system, which only looks whether a name is
    there: ``from models import X`` asks once more, from its own line.

    Args:
        name: the old name, with its module.
        call: what to write instead where the arguments of the call tell more than ``name`` does.
    """
    try:
        frame = sys._getframe(2)
    except ValueError:  # called from C, without a line of Python above it
        return None
    if frame.f_code.co_filename.startswith((_OWN, _IMPORT_SYSTEM)):
        return None
    if calllog.is_on():
        calllog.count(frame, name)
    warn_once(frame, name, lambda: _deprecation(name, advice.instead(name) if call is None else call()))
    return frame


def _deprecation(name: str, instead: str) -> DeprecationWarning:
    return DeprecationWarning(f"{name} is deprecated; write {instead}")


def warn_once(frame: FrameType, key: str, warning: Callable[[], Warning]) -> None:
    """Warn at the line of a frame, unless it was warned of this ``key`` before.

    A warning that a filter turns into an exception is one each time: a test must not pass because another one failed.
    """
    site = (frame.f_code.co_filename, frame.f_lineno, key)
    if site in _warned:
        return
    mine = object()
    if _warned.setdefault(site, mine) is not mine:  # another thread was first
        return
    scope = frame.f_globals
    try:
        issued = warning()
        warnings.warn_explicit(
            issued,
            type(issued),
            filename=frame.f_code.co_filename,
            lineno=frame.f_lineno,
            module=str(scope.get("__name__", "<unknown>")),
            registry=scope.setdefault("__warningregistry__", {}),
        )
    except BaseException:
        _warned.pop(site, None)
        raise
