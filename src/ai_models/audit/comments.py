"""Where the comments of a text are that is not Python: markers outside of quotes, by the kind of file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from ai_models.audit.files import name_of
from ai_models.audit.spans import SourceText

__all__ = ["comment_spans", "markers_of"]

# A string that is left open ends with its line: then no text makes the search start again and again.
_STRING: Final = r"\"(?:[^\"\\\n]|\\.)*+(?:\"|(?=\n)|\\?\Z)|'[^'\n]*'|`[^`\n]*`"
_HASH: Final = r"(?:(?<=\s)|(?<![^\n]))#[^\n]*"
_SLASHES: Final = r"(?<!:)//[^\n]*|/\*.*?(?:\*/|\Z)"
_DASHES: Final = r"--[^\n]*"
_MARKUP: Final = r"<!--.*?(?:-->|\Z)"
_SEMICOLON: Final = r"(?<![^\n]);[^\n]*"

_PROSE: Final = frozenset("md mdx markdown html htm xml plist rst txt adoc".split())
"""Here an apostrophe opens no string."""

_BY_SUFFIX: Final[dict[str, str]] = {
    **dict.fromkeys("py pyi pyw pyx rb pl pm r jl ex exs".split(), _HASH),
    **dict.fromkeys("yaml yml toml sh bash zsh fish env envrc conf tf tfvars hcl nix mk cmake ps1".split(), _HASH),
    **dict.fromkeys("ini cfg properties editorconfig".split(), f"{_HASH}|{_SEMICOLON}"),
    **dict.fromkeys("json json5 jsonc".split(), _SLASHES),
    **dict.fromkeys("sql lua hs ml".split(), f"{_DASHES}|{_SLASHES}"),
    **dict.fromkeys("php".split(), f"{_HASH}|{_SLASHES}"),
    **dict.fromkeys("vue svelte".split(), f"{_MARKUP}|{_SLASHES}"),
    **dict.fromkeys(_PROSE, _MARKUP),
    **dict.fromkeys("el lisp clj".split(), r";[^\n]*"),
}
_OF_CODE: Final = _SLASHES
_OF_SCRIPTS: Final = _HASH


def markers_of(path: str) -> str:
    """The pattern of comments in a file of this name."""
    name = name_of(path)
    _, dot, suffix = name.rpartition(".")
    if not dot or name.startswith((".env", "dockerfile")):
        return _OF_SCRIPTS
    return _BY_SUFFIX.get(suffix, _OF_CODE)


def comment_spans(source: SourceText, path: str) -> Callable[[int], bool]:
    """A test of offsets: whether what stands there is in a comment."""
    strings = "" if markers_of(path) == _MARKUP else f"{_STRING}|"
    pattern = re.compile(f"{strings}(?P<comment>{markers_of(path)})", re.DOTALL)
    starts: list[int] = []
    ends: list[int] = []
    for match in pattern.finditer(source.text):
        if match["comment"] is not None:
            starts.append(match.start())
            ends.append(match.end())

    def is_comment(offset: int) -> bool:
        place = bisect_right(starts, offset) - 1
        return place >= 0 and offset < ends[place]

    return is_comment
