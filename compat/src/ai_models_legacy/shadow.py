"""The flag's ``shadow``: the old answer is given, the new one is worked out beside it, and each difference is told once.

To the logger ``ai_models_legacy.shadow``, and as JSON lines to the file that ``AI_MODELS_LEGACY_SHADOW_LOG`` names. Nothing
here fails a caller or changes an answer.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ai_models_legacy.differences import Difference, compare
from ai_models_legacy.jsonlines import append

__all__ = ["VARIABLE", "observe"]

VARIABLE = "AI_MODELS_LEGACY_SHADOW_LOG"
"""The environment variable that names the file."""

_logger = logging.getLogger("ai_models_legacy.shadow")
_told: dict[str, object] = {}


def observe(subject: str, old: Mapping[str, Any], new: Callable[[], Mapping[str, Any]], *, once: str = "difference") -> None:
    """Compare the answer that is given with the one that would be.

    Args:
        subject: whose values they are.
        old, new: the values by field; ``new`` may fail, which is a difference too.
        once: tell each ``difference`` once, or each ``subject`` by an example, where values are seldom twice the same.
    """
    try:
        for found in _compared(subject, old, new):
            mine = object()
            key = repr(found if once == "difference" else (subject, found.field))
            if _told.setdefault(key, mine) is mine:
                _tell(found, is_example=once == "subject")
    except Exception as error:  # noqa: BLE001 a log that fails must not take the answer with it
        sys.unraisablehook(
            SimpleNamespace(  # the interpreter's own type cannot be made
                exc_type=type(error), exc_value=error, exc_traceback=error.__traceback__, object=observe, err_msg=None
            )
        )


def _compared(subject: str, old: Mapping[str, Any], new: Callable[[], Mapping[str, Any]]) -> list[Difference]:
    try:
        answer = new()
    except Exception as error:  # noqa: BLE001 whatever it is, it is what a caller would get who is answered anew
        return [Difference(subject, "(all)", "an answer", f"{type(error).__name__}: {error}")]
    return list(compare(subject, old, answer))


def _tell(found: Difference, *, is_example: bool) -> None:
    path = os.environ.get(VARIABLE, "").strip()
    try:
        if path:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            append(path, {**found._asdict(), "example": is_example, "time": now, "pid": os.getpid()})
    finally:  # where one of the two logs is broken, the other tells
        _logger.warning("%s: %s was %r, and is %r", *found)
