"""What names in a Python file stand for: every import with its target, and which of them a name or attribute leads to."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from ai_models.audit.python_source import PythonSource, dotted

__all__ = ["Import", "Imports", "module_name"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Module, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


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
    def _bindings(self) -> dict[ast.AST, dict[str, list[Import | None]]]:
        """By scope and name: the imports that bind it; None stands for any other binding."""
        found: dict[ast.AST, dict[str, list[Import | None]]] = defaultdict(lambda: defaultdict(list))
        for each in self.all:
            found[self._scope(each.node)][each.local].append(each)
        for name in self._python.nodes(ast.Name):
            if not isinstance(name.ctx, ast.Load):
                found[self._scope(name)][name.id].append(None)
        for argument in self._python.nodes(ast.arg):
            found[self._scope(argument)][argument.arg].append(None)
        functions = self._python.either(ast.FunctionDef, ast.AsyncFunctionDef)
        for definition in (*functions, *self._python.nodes(ast.ClassDef)):
            found[self._scope(definition)][definition.name].append(None)
        return found

    def _scope(self, node: ast.AST) -> ast.AST:
        return next((each for each in self._python.ancestors(node) if isinstance(each, _SCOPES)), self._python.tree)

    def binding(self, name: ast.Name) -> Import | None:
        """The import that a name stands for where it is used; None where anything else may bind it there.

        ``except ImportError: x = None`` beside an import leaves the import.
        """
        scope, inner = self._scope(name), True
        while True:
            if inner or not isinstance(scope, ast.ClassDef):
                bound = self._bindings.get(scope, {}).get(name.id)
                if bound:
                    return next((each for each in bound if each is not None), None)
            if scope is self._python.tree:
                return None
            scope, inner = self._scope(scope), False

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
