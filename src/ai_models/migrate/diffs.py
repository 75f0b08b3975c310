"""A change of a plan as a unified diff, for people to read."""

from __future__ import annotations

import difflib

from ai_models.migrate.editing import decoded
from ai_models.migrate.plan import FileChange

__all__ = ["diff_of"]

_NOWHERE = "/dev/null"


def diff_of(change: FileChange) -> str:
    """The unified diff of a change; what is no text is only named."""
    old = f"a/{change.path}" if change.before is not None else _NOWHERE
    new = f"b/{change.path}" if change.after is not None else _NOWHERE
    try:
        before, after = _lines(change.path, change.before), _lines(change.path, change.after)
    except (SyntaxError, UnicodeDecodeError):
        return f"Binary files {old} and {new} differ\n"
    if not before and not after:
        return f"--- {old}\n+++ {new}\n"
    lines = difflib.unified_diff(before, after, old, new)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(path: str, data: bytes | None) -> list[str]:
    return [] if data is None else decoded(data, path).text.splitlines(keepends=True)
