"""What names in a Python file stand for: every import with its target, and which of them a name or attribute leads to."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from ai_models.audit.python_source import PythonSource, dotted

__all__ = ["Binder", "Import", "Imports", "module_name"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef, ast.Module)


class Import(Struct, frozen=True, eq=False):
    """One name that an import binds.

    ``module`` is the absolute name of what is imported from (or the module itself of ``import a.b``), ``name`` what is
    imported from it (empty for ``import a.b``, ``*`` for all), ``local`` the name that is bound. ``level`` counts the dots
    of a relative import; ``written`` is the module as it stands there.
    """

    module: str
    name: str
    local: str
    level: int
    written: str
    node: ast.Import | ast.ImportFrom
    alias: ast.alias

    @property
    def target(self) -> str:
        """The absolute dotted name that the local name stands for."""
        if not self.name:
            return self.module if self.alias.asname else self.module.partition(".")[0]
        return f"{self.module}.{self.name}" if self.module else self.name


class Binder(NamedTuple):
    """What binds a name: a node, and the import where it is one."""

    node: ast.AST
    source: Import | None


class Imports:
    """The imports of a file, and what names lead to."""

    def __init__(self, python: PythonSource, module: str = "", *, is_package: bool = False) -> None:
        """Read the imports.

        Args:
            python: the file.
            module: its own dotted name, by which relative imports are resolved; empty where it is unknown.
            is_package: whether it is an ``__init__.py``.
        """
        self._python = python
        self._package = module if is_package else module.rpartition(".")[0]
        self.all = [*self._plain(), *self._from()]

    def _plain(self) -> Iterator[Import]:
        for node in self._python.nodes(ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                yield Import(alias.name, "", local, 0, alias.name, node, alias)

    def _from(self) -> Iterator[Import]:
        for node in self._python.nodes(ast.ImportFrom):
            module = self._absolute(node.module or "", node.level)
            for alias in node.names:
                yield Import(module, alias.name, alias.asname or alias.name, node.level, node.module or "", node, alias)

    def _absolute(self, module: str, level: int) -> str:
        """The absolute name of a module that is imported from; relative to this file's package where it has dots."""
        if not level:
            return module
        parts = self._package.split(".") if self._package else []
        base = parts[: len(parts) - level + 1] if level <= len(parts) + 1 else []
        return ".".join([*base, *filter(None, [module])])

    # What a name leads to

    @cached_property
    def _bindings(self) -> dict[ast.AST, dict[str, list[Binder]]]:
        """By scope and name: what binds it."""
        found: dict[ast.AST, dict[str, list[Binder]]] = defaultdict(lambda: defaultdict(list))
        for name, node, source in self._binders():
            found[self._scope_bound(node, name)][name].append(Binder(node, source))
        return found

    def _binders(self) -> Iterator[tuple[str, ast.AST, Import | None]]:
        """Every name that is bound anywhere, with the node that binds it and the import where it is one."""
        python = self._python
        for each in self.all:
            yield each.local, each.node, each
        for name in python.nodes(ast.Name):
            if not isinstance(name.ctx, ast.Load):
                yield name.id, name, None
        for argument in python.nodes(ast.arg):
            yield argument.arg, argument, None
        functions = python.either(ast.FunctionDef, ast.AsyncFunctionDef)
        for definition in (*functions, *python.nodes(ast.ClassDef)):
            yield definition.name, definition, None
        for caught in (*python.nodes(ast.ExceptHandler), *python.either(ast.MatchAs, ast.MatchStar)):
            if caught.name is not None:
                yield caught.name, caught, None
        for mapping in python.nodes(ast.MatchMapping):
            if mapping.rest is not None:
                yield mapping.rest, mapping, None

    def _scope_bound(self, node: ast.AST, name: str) -> ast.AST:
        """The scope in which a node binds a name."""
        around = self._python.parents.get(node)
        if isinstance(node, ast.arg):
            return next(each for each in self._python.ancestors(node) if isinstance(each, _FUNCTIONS))
        scope = self.scope(node)
        if isinstance(around, ast.NamedExpr):
            while isinstance(scope, _COMPREHENSIONS):
                scope = self.scope(scope)
        return self._declared.get((scope, name), scope)

    @cached_property
    def _declared(self) -> dict[tuple[ast.AST, str], ast.AST]:
        """By function and name: the scope that ``global`` or ``nonlocal`` says."""
        found: dict[tuple[ast.AST, str], ast.AST] = {}
        for node in self._python.nodes(ast.Global):
            found |= {(self.scope(node), name): self._python.tree for name in node.names}
        for outer in self._python.nodes(ast.Nonlocal):
            scope = self.scope(outer)
            found |= {(scope, name): self.scope(scope) for name in outer.names}
        return found

    def scope(self, node: ast.AST) -> ast.AST:
        """The innermost scope in which a node is evaluated: defaults, decorators and annotations are not in the function."""
        child, before = node, node
        for parent in self._python.ancestors(node):
            if isinstance(parent, _SCOPES) and _is_evaluated_in(parent, child, before):
                return parent
            child, before = parent, child
        return self._python.tree

    def binders(self, name: str, node: ast.AST) -> list[Binder]:
        """What may bind a name that is used at a node: everything that binds it in the nearest scope that does."""
        scope, inner = self.scope(node), True
        while True:
            if inner or not isinstance(scope, ast.ClassDef):
                declared = self._declared.get((scope, name), scope)
                bound = self._bindings.get(declared, {}).get(name)
                if bound:
                    return bound
            if scope is self._python.tree:
                return []
            scope, inner = self.scope(scope), False

    def bound_at_top(self) -> list[tuple[str, list[Binder]]]:
        """The names of the module itself, with what binds them."""
        return list(self._bindings.get(self._python.tree, {}).items())

    def is_bound(self, name: str) -> bool:
        """Whether a name is bound anywhere in the file."""
        return any(name in bound for bound in self._bindings.values())

    def binding(self, name: ast.Name) -> Import | None:
        """The import that a name stands for where it is used; None where anything else may bind it there.

        ``except ImportError: x = None`` beside an import leaves the import.
        """
        return next((each.source for each in self.binders(name.id, name) if each.source is not None), None)

    def resolve(self, node: ast.expr) -> str | None:
        """The absolute dotted name that a name or a chain of attributes stands for, by the imports; else None."""
        text = dotted(node)
        if text is None:
            return None
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        found = self.binding(root) if isinstance(root, ast.Name) else None
        if found is None:
            return None
        _, mark, rest = text.partition(".")
        return f"{found.target}{mark}{rest}"


def _is_evaluated_in(scope: ast.AST, child: ast.AST, grandchild: ast.AST) -> bool:
    """Whether what hangs below a scope by ``child`` is evaluated in it and not around it."""
    match scope:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return child is not scope.args and child is not scope.returns and child not in scope.decorator_list
        case ast.Lambda():
            return child is not scope.args
        case ast.ClassDef():
            return not (child in scope.bases or child in scope.keywords or child in scope.decorator_list)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            first = scope.generators[0]
            return child is not first or grandchild is not first.iter
        case _:
            return True


def module_name(path: str, root: str = "") -> tuple[str, bool]:
    """The dotted name by which a file is imported, and whether it is a package's ``__init__``.

    Folders belong to the name while they hold an ``__init__.py``; one that holds none is where imports begin. Below
    ``root``, folders without one count too if a folder above has one.
    """
    folder, name = os.path.split(os.path.abspath(path))
    stem = name.rpartition(".")[0]
    parts = [] if stem == "__init__" else [stem]
    top = os.path.abspath(root) if root else ""
    while os.path.exists(os.path.join(folder, "__init__.py")) and folder != top:
        folder, last = os.path.split(folder)
        parts.append(last)
    return ".".join(reversed(parts)), stem == "__init__"
