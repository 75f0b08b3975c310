"""Keys of names: what two spellings of one name have in common."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["fold", "loose"]

_APART = re.compile(r"(?<=[a-z])(?=\d)")
_SEPARATORS = re.compile(r"[^a-z0-9~]+")


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """A name's key: case, dots, slashes and dashes do not count, nor whether a digit follows a letter directly."""
    return _APART.sub("-", _SEPARATORS.sub("-", name.casefold()).strip("-"))


@lru_cache(maxsize=65_536)
def loose(key: str) -> str:
    """A key whose words may stand in any order, while its numbers keep theirs: ``claude-4-5-sonnet``."""
    parts = key.split("-")
    words = sorted(part for part in parts if not part[:1].isdigit())
    return "-".join([*words, *(part for part in parts if part[:1].isdigit())])
