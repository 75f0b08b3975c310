"""``Unit``: one piece of Python that is rewritten: a file, or the code cells of a notebook in their order."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from ai_models.audit.imports import Imports
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import PythonSource, text_of
from ai_models.audit.spans import SourceText
from ai_models.migrate.plan import Remark, RemarkKind
from ai_models.migrate.rewriting.places import Places

__all__ = ["LITERAL", "Unit", "declared_names", "is_test"]

LITERAL = re.compile(r"[uUrR]?(\"\"\"|'''|\"|')(?P<text>.*)\1", re.DOTALL)
"""A literal in one piece; its text is what it stands for where there is no escape in it."""

_TYPE_COMMENT = re.compile(r"#[ \t]*type:[ \t]*(?!ignore\b)(?P<type>[A-Za-z_][^\n#(]*[^\s#(])")
_LONGEST_ANNOTATION = 400
_CASTS = frozenset({"cast", "TypeVar", "ForwardRef"})
_GENERIC = frozenset({"list", "dict", "set", "frozenset", "tuple", "type"})
_NOT_TYPES = frozenset({"Literal", "Annotated"})


class Unit:
    """Parsed Python with its imports and positions; ``path`` is relative to the tree's root, ``file`` is not."""

    def __init__(
        self,
        path: str,
        file: str,
        text: str,
        *,
        module: str = "",
        is_package: bool = False,
        place_of: Callable[[int], tuple[int, int]] | None = None,
    ) -> None:
        """Parse.

        Args:
            path: what remarks name it by.
            file: where it is.
            text: the decoded text, without a byte order mark.
            module: its own dotted name; empty where nobody can import it.
            is_package: whether it is an ``__init__.py``.
            place_of: line and column in the file of an offset in the text, where the text is not the file's.

        Raises:
            Unparsable: no valid Python of today.
        """
        self.path = path
        self.file = file
        self.module = module
        self.is_package = is_package
        self.is_test = is_test(path)
        self.is_notebook = place_of is not None
        self.python = PythonSource(text)
        self.places = Places(self.python)
        self._place_of = place_of or self._place_in_text
        self.annotations: dict[ast.AST, ast.expr] = {}
        """The trees of annotations that are written as texts, by the text."""
        self._typed: set[ast.AST] = set()
        self.names: list[ast.Name] = [*self.python.nodes(ast.Name), *self._quoted_names()]
        """Every name that stands in the code, those in quoted annotations and in comments of types included."""
        self.imports = Imports(self.python, module, is_package=is_package)

    @property
    def text(self) -> str:
        """The whole text."""
        return self.python.source.text

    @property
    def tree(self) -> ast.Module:
        """The whole tree."""
        return self.python.tree

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a node is part of."""
        return self.python.parents.get(node)

    def remark(
        self, kind: RemarkKind, node: ast.AST | int, rule: str, message: str, *, advice: str = "", legacy: str = ""
    ) -> Remark:
        """A remark about a node, or about what stands at an offset."""
        line, column = self._place_of(node if isinstance(node, int) else self.places.start(node))
        return Remark(
            kind=kind, path=self.path, line=line, column=column, rule=rule, message=message, advice=advice, legacy=legacy
        )

    def line_of(self, node: ast.AST | int) -> int:
        """The line of the file on which a node begins, or an offset is."""
        return self._place_of(node if isinstance(node, int) else self.places.start(node))[0]

    def _place_in_text(self, offset: int) -> tuple[int, int]:
        span = self.python.source.span(offset, offset)
        return span.line, span.column

    @cached_property
    def newline(self) -> str:
        """How its lines end; as most of them do where they differ."""
        lines = self.text.count("\n")
        if not lines and "\r" in self.text:
            return "\r"
        return "\r\n" if self.text.count("\r\n") * 2 > lines else "\n"

    def default_of(self, argument: ast.AST) -> ast.expr | None:
        """The default of a parameter; None where it has none, or is none."""
        arguments = self.parent(argument)
        if not isinstance(argument, ast.arg) or not isinstance(arguments, ast.arguments):
            return None
        placed = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(placed[::-1], arguments.defaults[::-1], strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        return next((default for each, default in pairs if each is argument), None)

    # Annotations that are texts

    def _quoted_names(self) -> Iterator[ast.Name]:
        for node, text in self.python.texts:
            if len(text) <= _LONGEST_ANNOTATION and self.is_annotation(node):
                start, end = self.python.source.node_offsets(node)
                literal = LITERAL.fullmatch(self.text, start, end)
                is_plain = literal is not None and literal["text"] == text
                yield from self._adopted(text, node, literal.start("text") if literal and is_plain else None)
        for number in range(1, len(self.python.source.starts) + 1) if "type:" in self.text else ():
            match = _TYPE_COMMENT.search(self.python.source.line(number))
            if match is not None:
                start = self.python.source.starts[number - 1]
                if self.python.comment_start(number) == start + match.start():
                    yield from self._adopted(match["type"], self.tree, start + match.start("type"))

    def _adopted(self, text: str, holder: ast.AST, start: int | None) -> Iterator[ast.Name]:
        """The names of an annotation, whose tree becomes part of the file's."""
        try:
            body = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        source = SourceText(text.strip())
        indent = len(text) - len(text.lstrip())
        self.python.parents[body] = holder
        self.annotations[holder] = body
        for node in ast.walk(body):
            for child in ast.iter_child_nodes(node):
                self.python.parents[child] = node
            if isinstance(node, ast.expr):
                begin, end = source.node_offsets(node)
                known = (begin + start + indent, end + start + indent) if start is not None else (0, 0)
                self.places.adopt(node, *known)
            self._typed.add(node)
            if isinstance(node, ast.Name):
                yield node

    def is_annotation(self, node: ast.AST) -> bool:
        """Whether an expression stands where types do; a text, where it is one."""
        if node in self._typed:
            return True
        child = node
        for parent in self.python.ancestors(node):
            verdict = _holds_type(parent, child)
            if verdict is not None:
                return verdict
            child = parent
        return False


def _holds_type(parent: Any, child: ast.AST) -> bool | None:
    """Whether what stands at this place of a parent is a type; None where the parent's own place says it."""
    match parent:
        case ast.arg() | ast.AnnAssign():
            return child is parent.annotation
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return child is parent.returns
        case ast.Subscript(value=value):
            name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
            if child is value or name in _NOT_TYPES:
                return False
            return True if name in _GENERIC or name[:1].isupper() else None
        case ast.BinOp(op=ast.BitOr()) | ast.Tuple() | ast.List():
            return None
        case ast.Call():
            return called_name(parent) in _CASTS
        case _:
            return False


def declared_names(unit: Unit) -> set[str]:
    """The texts in ``__all__``: what it is set to, and what is added to it."""
    found: set[str] = set()
    for node in (*unit.python.nodes(ast.Assign), *unit.python.either(ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(_is_all(target) for target in targets) and node.value is not None:
            found |= _texts(node.value)
    for call in unit.python.nodes(ast.Call):
        match call.func:
            case ast.Attribute(value=value, attr="append" | "extend" | "insert") if _is_all(value):
                found |= {text for argument in call.args for text in _texts(argument)}
    return found


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _texts(value: ast.expr) -> set[str]:
    return {text for part in ast.walk(value) if isinstance(part, ast.expr) and (text := text_of(part))}


def is_test(path: str) -> bool:
    """Whether a path is that of a test: what is written down there is asserted."""
    *folders, name = path.split("/")
    return (
        not {"test", "tests", "testing"}.isdisjoint(folders)
        or name.startswith(("test_", "conftest"))
        or name.rpartition(".")[0].endswith("_test")
    )
