"""A problem of a catalogue file: where it stands, what was found, and what would be valid."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

__all__ = ["Problem", "displayed", "nearest", "one_line", "shown"]

_LONGEST_SHOWN = 60
_LONGEST_NAME = 120
_LONGEST_PATH = 1_000


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
    if len(found) > _LONGEST_NAME:  # no name is so long, and comparing would take time
        return ""
    close = get_close_matches(found, list(valid), n=1, cutoff=0.6)
    return close[0] if close else ""


def shown(text: str) -> str:
    """A value as it may stand in a message: quoted, on one line, and not too long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")


def one_line(text: str, longest: int) -> str:
    """Text as it may stand in a message: on one line, without what a terminal would obey, and not too long."""
    clipped = text if len(text) <= longest else f"{text[:longest]}…"
    return clipped if clipped.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in clipped)


def displayed(path: Path) -> str:
    """A path as messages name it: relative to the working directory where it lies below."""
    try:
        name = str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):
        name = str(path)
    return one_line(name, _LONGEST_PATH)
