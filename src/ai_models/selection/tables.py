"""A comparison as a table in Markdown, and its values as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ai_models.pricing.amounts import plain
from ai_models.selection.comparison import Comparison, Row, Value

__all__ = ["markdown", "shown"]

_NOTHING = "\u2013"


def markdown(comparison: Comparison) -> str:
    """A table with a column a model; rows that differ have a ``*``, and every section a row of its own."""
    return "\n".join(_lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    yield _line(["", "", *map(_cell, comparison.names)])
    yield _line(["---"] * (len(comparison.models) + 2))
    section = ""
    for row in comparison.rows:
        if row.section != section:
            section = row.section
            yield _line([f"**{section}**", *[""] * (len(comparison.models) + 1)])
        yield _line([_cell(row.label), "*" if row.differs else "", *_cells(row)])


def _cells(row: Row) -> Iterator[str]:
    return (_cell(shown(value)) for value in row.values)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


_MEANT_BY_MARKDOWN = re.compile(r"[\\|`*\[<]")


def _cell(text: str) -> str:
    """Text that neither ends its cell nor its row, is no markup, and holds nothing that a terminal obeys."""
    line = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    return _MEANT_BY_MARKDOWN.sub(r"\\\g<0>", line)


def shown(value: Value) -> str:
    """A value as tables show it: ``?`` is unknown, a dash is nothing."""
    if value is None:
        return "?"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return "; ".join(value) or _NOTHING
    if isinstance(value, int):
        return f"{value:,}"
    return str(value) or _NOTHING
