"""The table of a ``pyproject.toml`` that names a tree's overlays, written with exact edits of the text."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from ai_models.errors import UnfitPlanError
from ai_models.migrate.editing import decoded, edited
from ai_models.migrate.plan import Edit, FileChange, Remark

__all__ = ["naming"]

_HEADER = re.compile(
    r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*(?:ai-models|\"ai-models\"|'ai-models')[ \t]*\][ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\Z)",
    re.MULTILINE,
)
_KEY = re.compile(r"^[ \t]*catalogue[ \t]*=[ \t]*\[", re.MULTILINE)
_RULE = "overlay-table"
_REASON = "the catalogue reads the tree's own files where pyproject.toml names them"


def naming(place: str, data: bytes | None) -> FileChange | Remark | None:
    """Have ``pyproject.toml`` name an overlay; None where it does, a remark where that must be done by hand.

    Args:
        place: the overlay's directory, relative to the file.
        data: the file's content, None where there is none. No file is made: it would change how the tree is built.
    """
    if data is None:
        return _by_hand(place, "there is no pyproject.toml in the tree's root")
    try:
        text = decoded(data, "pyproject.toml").text
        content = tomllib.loads(text)
    except ValueError as error:
        return _by_hand(place, f"pyproject.toml is not valid TOML ({error})")
    named = _named(content)
    if named is not None and place in [path.rstrip("/").removeprefix("./") for path in named]:
        return None
    for edit in _edits(text, place):
        try:
            after = edited(data, "pyproject.toml", [edit])
            if tomllib.loads(decoded(after, "pyproject.toml").text) == _with(content, place):
                return FileChange(path="pyproject.toml", before=data, after=after, reason=_REASON, edits=(edit,))
        except (ValueError, UnfitPlanError):
            continue  # the table is written in another way than this edit takes it for
    return _by_hand(place, "the table of pyproject.toml is written in a way that cannot be added to")


def _named(content: dict[str, Any]) -> list[str] | None:
    """The overlays that are named now; None where there is no such list."""
    tool = content.get("tool")
    table = tool.get("ai-models") if isinstance(tool, dict) else None
    named = table.get("catalogue") if isinstance(table, dict) else None
    return [path for path in named if isinstance(path, str)] if isinstance(named, list) else None


def _with(content: dict[str, Any], place: str) -> dict[str, Any]:
    """The content with the overlay named as well, the strongest."""
    tool = content.get("tool", {})
    table = tool.get("ai-models", {})
    return {**content, "tool": {**tool, "ai-models": {**table, "catalogue": [*table.get("catalogue", []), place]}}}


def _edits(text: str, place: str) -> list[Edit]:
    """Ways to write it, the first that comes out right is taken: into the list, below the header, at the end of the file."""
    newline = "\r\n" if "\r\n" in text else "\n"
    line = f'catalogue = ["{place}"]{newline}'
    header = _HEADER.search(text)
    found = []
    if header is not None:
        key = _KEY.search(text, header.end())
        end = text.find("]", key.end()) if key is not None else -1
        if key is not None and end >= 0:
            inner = text[key.end() : end].rstrip()
            separator = "" if not inner or inner.endswith(",") else ", "
            found.append(_edit(key.end() + len(inner), f'{separator}"{place}"'))
        lead = "" if header[0].endswith("\n") else newline
        found.append(_edit(header.end(), lead + line))
    gap = "" if not text or text.endswith(("\n\n", "\r\n\r\n")) else newline if text.endswith("\n") else newline * 2
    found.append(_edit(len(text), f"{gap}[tool.ai-models]{newline}{line}"))
    return found


def _edit(place: int, text: str) -> Edit:
    return Edit(start=place, end=place, text=text, rule=_RULE, reason=_REASON)


def _by_hand(place: str, why: str) -> Remark:
    return Remark(
        kind="manual",
        path="pyproject.toml",
        line=0,
        rule=_RULE,
        message=f"{why}, so nothing names the overlay {place}",
        advice=f'write [tool.ai-models] catalogue = ["{place}"] into a pyproject.toml, or set AI_MODELS_PATH={place}',
    )
