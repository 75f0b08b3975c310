"""Where something stands in a text: lines and columns as people count them, and offsets as edits need them.

Lines end at ``\\n``, ``\\r\\n`` or ``\\r`` and nowhere else, as in Python's grammar: a form feed is part of its line.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right

from msgspec import Struct

__all__ = ["Located", "SourceText", "Span"]

Located = ast.expr | ast.stmt | ast.alias | ast.keyword | ast.arg | ast.ExceptHandler
"""A node that knows where it stands."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class Span(Struct, frozen=True, order=True):
    """A piece of a text: from ``line:column`` up to, and without, ``end_line:end_column``.

    Lines and columns count from 1; columns are characters (code points), never bytes.
    """

    line: int
    column: int
    end_line: int
    end_column: int


class SourceText:
    """A text with its lines; translates between offsets, spans and the positions of ``ast`` (lines, UTF-8 bytes)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = _starts(text)

    def line(self, number: int) -> str:
        """A line by its number, from 1, without its end; empty beyond the last one."""
        if not 1 <= number <= len(self.starts):
            return ""
        return self.text[self.starts[number - 1] : self.line_end(number)].rstrip("\r\n")

    def line_at(self, offset: int) -> int:
        """The number of the line of an offset."""
        return bisect_right(self.starts, offset)

    def line_end(self, number: int) -> int:
        """The offset at which a line ends, its line end included."""
        return self.starts[number] if number < len(self.starts) else len(self.text)

    def span(self, start: int, end: int) -> Span:
        """The span of two offsets."""
        first, last = bisect_right(self.starts, start), bisect_right(self.starts, end)
        return Span(first, start - self.starts[first - 1] + 1, last, end - self.starts[last - 1] + 1)

    def offset(self, line: int, byte_column: int) -> int:
        """The offset of an ``ast`` position: a line from 1 and a column in UTF-8 bytes from 0."""
        start = self.starts[line - 1]
        piece = self.text[start : start + byte_column]
        if piece.isascii():
            return start + byte_column
        return start + len(piece.encode("utf-8", "surrogatepass")[:byte_column].decode("utf-8", "ignore"))

    def offsets(self, span: Span) -> tuple[int, int]:
        """The two offsets of a span."""
        return (
            self.starts[span.line - 1] + span.column - 1,
            self.starts[span.end_line - 1] + span.end_column - 1,
        )

    def node_offsets(self, node: Located) -> tuple[int, int]:
        """Where a node of ``ast`` begins and ends."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)

    def node_span(self, node: Located) -> Span:
        """The span of a node of ``ast``."""
        return self.span(*self.node_offsets(node))

    def piece(self, span: Span) -> str:
        """The text of a span."""
        start, end = self.offsets(span)
        return self.text[start:end]


def _starts(text: str) -> list[int]:
    starts = [0]
    if "\r" not in text:
        place = text.find("\n") + 1
        while place:
            starts.append(place)
            place = text.find("\n", place) + 1
        return starts
    starts += [match.end() for match in _LINE.finditer(text) if match[0].endswith(("\n", "\r"))]
    return starts
