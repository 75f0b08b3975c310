"""Statements at the top of a module: behind the imports that stand there, or where those would be."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ai_models.migrate.rewriting.outcome import Change
from ai_models.migrate.rewriting.statements import inserted
from ai_models.migrate.rewriting.unit import Unit

__all__ = ["at_the_top"]

_REASON = "what is used instead of what was written down"


def at_the_top(unit: Unit, texts: Sequence[str], others: Sequence[Change]) -> list[Change]:
    """Put statements at the top of a module.

    Args:
        unit: the module.
        texts: the statements.
        others: what changes there besides; nothing is put behind a statement that goes.
    """
    if not texts:
        return []
    imports, documentation = _head(unit)
    staying = [node for node in imports if not _is_going(unit, node, others)]
    if staying:
        return inserted(unit, staying[-1], texts)
    joined = unit.newline.join(texts)
    if imports:
        return [_before(unit, imports[0], f"{joined}{unit.newline}")]
    if documentation is not None:
        _, end = unit.python.source.node_offsets(documentation)
        return [Change(end, end, (f"{unit.newline}{unit.newline}{joined}",), "import", _REASON)]
    return [_before(unit, unit.tree.body[0], f"{joined}{unit.newline}{unit.newline}")]


def _head(unit: Unit) -> tuple[list[ast.stmt], ast.stmt | None]:
    """The imports at the top of a module, and its docstring."""
    imports: list[ast.stmt] = []
    documentation: ast.stmt | None = None
    for place, node in enumerate(unit.tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(node)
        elif place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documentation = node
        else:
            break
    return imports, documentation


def _is_going(unit: Unit, node: ast.stmt, changes: Sequence[Change]) -> bool:
    start, end = unit.python.source.node_offsets(node)
    return any(change.start <= start and end <= change.end and change.pieces == ("",) for change in changes)


def _before(unit: Unit, node: ast.stmt, text: str) -> Change:
    """A text on the line before a statement, and before its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    start = unit.python.source.starts[min([node.lineno, *(each.lineno for each in decorators)]) - 1]
    return Change(start, start, (text,), "import", _REASON)
