"""A problem of a catalogue file: where it stands, what was found, and what would be valid."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

__all__ = ["Problem", "nearest", "shown"]

_LONGEST_SHOWN = 60


class Problem(Struct, frozen=True, kw_only=True, order=True):
    """One thing that is wrong; ``str()`` is ``file:line: field: message, found …; did you mean …?``.

    ``line`` counts from 1; 0 means the file as a whole.
    """

    file: str
    line: int
    field: str
    message: str
    found: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"
        if self.found:
            text += f", found {self.found}"
        return f"{text}; did you mean {self.nearest}?" if self.nearest else text


def nearest(found: str, valid: Iterable[str]) -> str:
    """The valid value that looks most like what was found, or an empty string."""
    close = get_close_matches(found, list(valid), n=1, cutoff=0.6)
    return close[0] if close else ""


def shown(text: str) -> str:
    """A value as it may stand in a message: quoted, on one line, and not too long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")


def displayed(path: Path) -> str:
    """A path as messages name it: relative to the working directory where it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):
        return str(path)
