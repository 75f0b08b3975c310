"""A Python file, read and parsed once: its text with positions, its tree with parents, its comments, its constants."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, TypeVar

from ai_models.audit.spans import SourceText

__all__ = ["PythonSource", "Unparsable", "decode_python", "dotted", "text_of"]

N = TypeVar("N", bound=ast.AST)
M = TypeVar("M", bound=ast.AST)

_JOINED_BEFORE = re.compile(r"[}%][-._:/@]*$")
_JOINED_AFTER = re.compile(r"[-._:/@]*[{%]")
_CONTEXTS = (ast.Load, ast.Store, ast.Del)


class Unparsable(Exception):
    """Python that cannot be decoded or parsed; ``line`` is where, 1 where nobody says."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def decode_python(data: bytes) -> tuple[str, str]:
    """The text of a Python file and the name of its encoding, by its byte order mark or its coding cookie.

    Line ends stay as they are; a byte order mark is not part of the text.

    Raises:
        Unparsable: the encoding is unknown, or the bytes are not in it.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding), encoding
    except (SyntaxError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise Unparsable(f"it cannot be decoded: {error}") from None


class _Text(NamedTuple):
    """A string literal: where it stands, and whether it holds more than one word."""

    start: int
    end: int
    several_words: bool


class PythonSource:
    """Parsed Python. Nodes are found by their type, parents by the node; nothing here recurses."""

    def __init__(self, text: str) -> None:
        """Parse.

        Raises:
            Unparsable: no valid Python, or nested too deeply for the parser.
        """
        self.source = SourceText(text)
        self.tree = _parse(self.source.text)
        self.parents: dict[ast.AST, ast.AST] = {}
        self._by_type: dict[type, list[ast.AST]] = defaultdict(list)
        self._comments: dict[int, int | None] = {}
        self._index()

    def _index(self) -> None:
        todo: list[ast.AST] = [self.tree]
        parents, by_type = self.parents, self._by_type
        for node in todo:  # grows while it is walked: breadth first
            by_type[node.__class__].append(node)
            for name in node._fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    for item in value:
                        if isinstance(item, ast.AST):
                            parents[item] = node
                            todo.append(item)
                elif isinstance(value, ast.AST) and not isinstance(value, _CONTEXTS):
                    parents[value] = node
                    todo.append(value)

    def nodes(self, kind: type[N]) -> list[N]:
        """The nodes of exactly this type."""
        return self._by_type.get(kind, [])  # type: ignore[return-value]

    def either(self, kind: type[N], other: type[M]) -> list[N | M]:
        """The nodes of exactly one of two types."""
        return [*self.nodes(kind), *self.nodes(other)]

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the nearest first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    @cached_property
    def strings(self) -> list[ast.Constant]:
        """The text constants, docstrings and parts of f-strings included."""
        return [node for node in self.nodes(ast.Constant) if isinstance(node.value, str)]

    @cached_property
    def texts(self) -> list[tuple[ast.Constant, str]]:
        """The text constants with their values."""
        return [(node, node.value) for node in self.strings if isinstance(node.value, str)]

    @cached_property
    def docstrings(self) -> frozenset[ast.Constant]:
        """The constants that stand alone as statements: documentation, or text that nothing uses."""
        return frozenset(node.value for node in self.nodes(ast.Expr) if isinstance(node.value, ast.Constant))

    @cached_property
    def docstring_lines(self) -> frozenset[int]:
        """The lines on which they stand."""
        return frozenset(
            line for node in self.docstrings for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        )

    @cached_property
    def constants(self) -> Mapping[str, ast.Constant]:
        """Text constants by the name that they are given, where the name is given one value in the whole file."""
        found: dict[str, list[ast.expr | None]] = defaultdict(list)
        for node in self.nodes(ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id].append(node.value)
        for annotated in self.nodes(ast.AnnAssign):
            if isinstance(annotated.target, ast.Name):
                found[annotated.target.id].append(annotated.value)
        for argument in self.nodes(ast.arg):
            found[argument.arg].append(None)
        for stored in self.nodes(ast.Name):
            if isinstance(stored.ctx, ast.Store) and stored.id not in found:
                found[stored.id].append(None)
        return {
            name: values[0]
            for name, values in found.items()
            if len(values) == 1 and isinstance(values[0], ast.Constant) and isinstance(values[0].value, str)
        }

    def text_value(self, node: ast.expr | None) -> ast.Constant | None:
        """The text constant that an expression is, directly or by a name that is given one value only."""
        if isinstance(node, ast.Constant):
            return node if isinstance(node.value, str) else None
        return self.constants.get(node.id) if isinstance(node, ast.Name) else None

    # Where things stand

    @cached_property
    def _string_lines(self) -> dict[int, list[_Text]]:
        """The strings that stand on a line, by its number."""
        found: dict[int, list[_Text]] = defaultdict(list)
        text = self.source.text
        constants = (node for node in self.nodes(ast.Constant) if isinstance(node.value, (str, bytes)))
        for node in (*constants, *self.nodes(ast.JoinedStr)):
            start, end = self.source.node_offsets(node)
            several = any(text.find(mark, start, end) >= 0 for mark in " \n\t/,")
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line].append(_Text(start, end, several))
        return found

    def comment_start(self, line: int) -> int | None:
        """The offset at which the comment of a line begins; None where it has none."""
        if line not in self._comments:
            self._comments[line] = self._find_comment(line)
        return self._comments[line]

    def _find_comment(self, line: int) -> int | None:
        source = self.source
        start, end = source.starts[line - 1], source.line_end(line)
        strings = self._string_lines.get(line, ())
        place = source.text.find("#", start, end)
        while place >= 0:
            around = next((text for text in strings if text.start <= place < text.end), None)
            if around is None or self._is_between_pieces(around, place):
                return place
            place = source.text.find("#", place + 1, end)
        return None

    def _is_between_pieces(self, around: _Text, offset: int) -> bool:
        """Whether an offset within a text constant stands between two literals that are joined: there comments may be."""
        for match in _LITERAL.finditer(self.source.text, around.start, around.end):
            if match.start() <= offset < match.end():
                return match["comment"] is not None
        return True

    def is_comment(self, offset: int) -> bool:
        """Whether an offset is in a comment."""
        start = self.comment_start(self.source.line_at(offset))
        return start is not None and start <= offset

    def is_in_text(self, start: int, end: int, line: int) -> bool:
        """Whether a word stands within a text of more words than itself, and touches no placeholder."""
        text = self.source.text
        for around in self._string_lines.get(line, ()):
            if around.start < start and end < around.end:
                joined = _JOINED_BEFORE.search(text, max(around.start, start - 4), start) or _JOINED_AFTER.match(text, end)
                return joined is None and around.several_words
        return False


_LITERAL = re.compile(
    r"[a-zA-Z]{0,2}(?:\"\"\"(?:[^\\\"]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^\\']|\\.|'(?!''))*'''|\"(?:[^\\\"\n]|\\.)*\"|'(?:[^\\'\n]|\\.)*')|"
    r"(?P<comment>#[^\n]*)",
    re.DOTALL,
)


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a stranger's code is warned about is none of our news
            return ast.parse(text)
    except SyntaxError as error:
        raise Unparsable(f"it cannot be parsed: {error.msg}", error.lineno or 1) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        reason = str(error) or "it is nested too deeply"
        raise Unparsable(f"it cannot be parsed: {reason}") from None


def dotted(node: ast.expr) -> str | None:
    """``a.b.c`` of a chain of attributes on a name; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))


def text_of(node: ast.expr | None) -> str | None:
    """The value of a text constant; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
