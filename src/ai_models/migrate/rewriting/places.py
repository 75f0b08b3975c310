"""``Places``: where the nodes of a syntax tree really stand, checked against the text before anything is written there.

Up to Python 3.11 the positions of what stands in an f-string of several lines or pieces are wrong; such a node is looked
for in its literal, by the grammar of f-strings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ai_models.audit.python_source import PythonSource
from ai_models.audit.spans import Located, SourceText

__all__ = ["Places", "Unplaced", "same_code"]

_LITERAL = re.compile(
    r"(?P<prefix>[a-zA-Z]{0,2})(?P<quote>\"\"\"|'''|\"|')(?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote)|#[^\n]*", re.DOTALL
)
_STATES = re.compile(r"ctx=(?:Store|Del)\(\)")


class Unplaced(Exception):
    """A node whose text is not where its position says, nor anywhere else that is certain; or another reason to leave it."""

    def __init__(self, node: ast.AST, why: str = "where this stands cannot be told for certain") -> None:
        super().__init__(f"line {getattr(node, 'lineno', 0)}: {why}")
        self.node = node


class Places:
    """The offsets of nodes in one text."""

    def __init__(self, python: PythonSource) -> None:
        self._python = python
        self._found: dict[ast.AST, tuple[int, int]] = {}
        self._quotes: dict[ast.AST, frozenset[str]] = {}
        for joined in python.nodes(ast.JoinedStr):
            if joined not in self._found:
                self._locate(joined, *python.source.node_offsets(joined), quotes=frozenset())

    def of(self, node: Located) -> tuple[int, int]:
        """Where an expression begins and ends.

        Raises:
            Unplaced: the text there is another one.
        """
        start, end = self._found.get(node) or self._python.source.node_offsets(node)
        if isinstance(node, ast.expr) and not same_code(self._python.source.text[start:end], node):
            raise Unplaced(node)
        return start, end

    def text(self, node: Located) -> str:
        """The text of an expression.

        Raises:
            Unplaced: as ``of``.
        """
        start, end = self.of(node)
        return self._python.source.text[start:end]

    def adopt(self, node: ast.AST, start: int, end: int) -> None:
        """Say where a node stands that is in no tree of the file: one in a quoted annotation."""
        self._found[node] = (start, end)

    def start(self, node: ast.AST) -> int:
        """The offset at which a node begins, as well as it is known: for remarks."""
        known = self._found.get(node)
        if known is not None:
            return known[0]
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return self._python.source.offset(line, column)

    def quoted(self, text: str, node: ast.AST) -> str:
        """A text as a literal that may stand at a node: within an f-string, in the quotes that it leaves.

        Raises:
            Unplaced: it leaves none.
        """
        taken = next((self._quotes[each] for each in (node, *self._python.ancestors(node)) if each in self._quotes), ())
        for quote in ('"', "'"):
            if not any(quote in each for each in taken) and quote not in text and "\\" not in text:
                return f"{quote}{text}{quote}"
        raise Unplaced(node)

    # What stands in f-strings

    def _locate(self, joined: ast.JoinedStr, start: int, end: int, *, quotes: frozenset[str]) -> None:
        """Find the expressions of an f-string whose literals stand between two offsets."""
        text = self._python.source.text
        fields = [
            (begin, finish, quotes | {literal["quote"]})
            for literal in _LITERAL.finditer(text, start, end)
            if "f" in (literal["prefix"] or "").lower()
            for begin, finish in _fields(text, literal.start("body"), literal.end("body"))
        ]
        values = [*_values(joined)]
        if len(fields) != len(values):
            return  # their own positions are checked when they are asked for
        for value, (begin, finish, around) in zip(values, fields, strict=True):
            self._pair(value, begin, finish, around)

    def _pair(self, value: ast.expr, begin: int, finish: int, quotes: frozenset[str]) -> None:
        piece = f"({self._python.source.text[begin:finish]})"
        fresh = _parsed(piece)
        if fresh is None or not _is_same(fresh, value):
            return
        source = SourceText(piece)
        for ours, theirs in zip(ast.walk(value), ast.walk(fresh), strict=True):
            if isinstance(theirs, ast.expr):
                start, end = source.node_offsets(theirs)
                # The parentheses round the piece count for a tuple that has none of its own.
                self._found[ours] = (max(begin, begin + start - 1), min(finish, begin + end - 1))
                self._quotes[ours] = quotes
        for inner in ast.walk(value):
            if isinstance(inner, ast.JoinedStr):
                self._locate(inner, *self._found[inner], quotes=quotes)


def same_code(text: str, node: ast.expr) -> bool:
    """Whether a text is the code of an expression."""
    if isinstance(node, ast.Name):
        return text == node.id
    fresh = _parsed(f"({text})")
    return fresh is not None and _is_same(fresh, node)


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions are the same; not, where they are too deep to say."""
    try:
        return _dump(one) == _dump(other)
    except RecursionError:
        return False


def _dump(node: ast.AST) -> str:
    return _STATES.sub("ctx=Load()", ast.dump(node))


def _values(joined: ast.JoinedStr) -> Iterator[ast.expr]:
    """The expressions of an f-string, those in its format specifications included, in the order of the text."""
    for value in joined.values:
        if isinstance(value, ast.FormattedValue):
            yield value.value
            if isinstance(value.format_spec, ast.JoinedStr):
                yield from _values(value.format_spec)


def _fields(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the expressions in the body of an f-string stand."""
    place = start
    while place < end:
        if text.startswith(("{{", "}}"), place):
            place += 2
        elif text[place] == "{":
            finish = _end_of_expression(text, place + 1, end)
            yield place + 1, finish
            conversion = _CONVERSION.match(text, finish, end)
            place = conversion.end() if conversion is not None else finish
            if text.startswith(":", place):
                close = _end_of_specification(text, place + 1, end)
                yield from _fields(text, place + 1, close)
                place = close
            place += 1
        else:
            place += 1


_CONVERSION = re.compile(r"(?:\s*=\s*)?(?:![rsa])?")
_SELF = re.compile(r"=\s*(?:![rsa])?[:}]")


def _end_of_expression(text: str, place: int, end: int) -> int:
    depth = 0
    while place < end:
        letter = text[place]
        if letter in "\"'":
            literal = _LITERAL.match(text, place, end)
            if literal is None:
                return end
            place = literal.end()
            continue
        if depth == 0 and (letter in "}:" or (letter == "!" and text[place + 1 : place + 2] != "=")):
            return place
        if depth == 0 and letter == "=" and text[place - 1] not in "=!<>" and _SELF.match(text, place, end):
            return place
        depth += (letter in "([{") - (letter in ")]}")
        place += 1
    return end


def _end_of_specification(text: str, place: int, end: int) -> int:
    depth = 0
    while place < end:
        if text[place] == "}" and depth == 0:
            return place
        depth += (text[place] == "{") - (text[place] == "}")
        place += 1
    return end
