"""Notebooks: the cells of an ``.ipynb`` as texts of their own, code without its magics."""

from __future__ import annotations

import json
import re
from typing import Literal, NamedTuple

from ai_models.audit.python_source import Unparsable

__all__ = ["Cell", "cells_of"]

_MAGIC = re.compile(r"^([ \t]*)(?=[%!?])", re.MULTILINE)
_ASSIGNED_MAGIC = re.compile(r"^([ \t]*[\w., ]+=[ \t]*)([%!].*)$", re.MULTILINE)
_ASKED = re.compile(r"^([ \t]*)([\w.]+\?{1,2}[ \t]*)$", re.MULTILINE)


class Cell(NamedTuple):
    """A cell: its place, from 1, what it holds, and its text.

    Code is Python once its magics are comments; ``text`` is what stands in the notebook, of the same length.
    """

    number: int
    kind: Literal["code", "prose", "config"]
    text: str
    python: str


def cells_of(text: str) -> list[Cell]:
    """The cells of a notebook.

    Raises:
        Unparsable: it is no notebook.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unparsable(f"it is no notebook: {error}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]  # format 3
    if not isinstance(cells, list):
        raise Unparsable("it is no notebook: there are no cells in it")
    return [found for number, cell in enumerate(cells, 1) if (found := _cell(number, cell)) is not None]


def _cell(number: int, cell: object) -> Cell | None:
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(piece for piece in source if isinstance(piece, str))
    if not isinstance(source, str):
        return None
    if cell.get("cell_type") != "code":
        return Cell(number, "prose", source, "")
    if source.lstrip().startswith("%%") and not re.match(r"\s*%%(?:time|timeit|capture|prun)\b", source):
        return Cell(number, "config", source, "")  # a cell of another language
    return Cell(number, "code", source, without_magics(source))


def without_magics(source: str) -> str:
    """Code in which every line that only IPython understands is a comment, or ``None``, of the same length."""
    plain = _MAGIC.sub(r"\1#", source)  # the sign of the magic becomes the comment's, so that nothing moves
    pairs = zip(plain.split("\n"), source.split("\n"), strict=True)
    return "".join(_commented(line, was) for line, was in pairs).removesuffix("\n")


def _commented(line: str, was: str) -> str:
    if line != was:
        place = line.index("#")
        return f"{was[:place]}#{was[place + 1 :]}\n"
    assigned = _ASSIGNED_MAGIC.match(was)
    if assigned:
        rest = assigned[2]
        return f"{assigned[1]}{'0#' + rest[2:] if len(rest) > 1 else '0'}\n"
    asked = _ASKED.match(was)
    return f"{asked[1]}#{asked[2][1:]}\n" if asked else f"{was}\n"
