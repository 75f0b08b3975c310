"""``World``: what the files of a tree have to do with each other: who imports old names, and who passes them on."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ai_models.audit.gathering import Judge
from ai_models.audit.imports import Import
from ai_models.audit.legacy import HOMES, LEGACY, MODULES, full_name, legacy_module
from ai_models.audit.legacy_tree import LegacyPackage
from ai_models.audit.legacy_use import legacy_imports, packages_of
from ai_models.audit.names import Names
from ai_models.migrate.rewriting.stars import Stars
from ai_models.migrate.rewriting.unit import Unit, declared_names

__all__ = ["REGISTRY", "World", "is_asked_of", "longest", "module_length"]

REGISTRY = "models.registry.ModelRegistry"

Exports = dict[str, str]
"""By the name that a module has: the full old name that it stands for."""


class World:
    """The units of a tree, with what is held of the old packages by each of them."""

    def __init__(self, judge: Judge, units: Iterable[Unit], stuck: Iterable[tuple[str, str]] = ()) -> None:
        """Look at the imports of all units.

        Args:
            judge: the catalogue, the day, and the packages of the tree.
            units: everything that may have to do with the old packages.
            stuck: modules and names in them that go on meaning the old thing.
        """
        self.judge = judge
        self.units = list(units)
        self.held = {unit: self._held(unit) for unit in self.units}
        self.stuck = frozenset(stuck)
        self._stars = Stars()
        self._modules = {unit.module: unit for unit in self.units if unit.module}
        self._exports: dict[str, Exports] = self._passed_on()
        self._taken = self._taken_names()

    @property
    def names(self) -> Names:
        """What names of models are judged by."""
        return self.judge.names

    def _held(self, unit: Unit) -> dict[Import, str]:
        return legacy_imports(self.judge, unit.python, unit.imports, unit.file)

    def package(self, unit: Unit, each: Import) -> LegacyPackage | None:
        """The old package of the tree that an import leads to; None where the tree holds none."""
        return next((found for found in packages_of(self.judge.legacy, each, unit.file) if found.is_legacy), None)

    def is_old(self, unit: Unit, dotted: str) -> bool:
        """Whether an absolute dotted name is that of an old module of the tree."""
        module = legacy_module(dotted)
        return module is not None and self.judge.legacy.verdict(*module, importer=unit.file) is True

    def brought(self, unit: Unit, star: Import) -> Iterator[tuple[str, str]]:
        """The old names that a star brings of an old module, with their full names."""
        return self._stars.old_names(self.held[unit][star], self.package(unit, star))

    def brought_besides(self, unit: Unit, star: Import) -> dict[str, Import | None]:
        """The names that a unit has from a star and that are no old names, as ``Stars.besides`` says it."""
        return self._stars.besides(unit, star, self.package(unit, star))

    # Who passes old names on

    def _passed_on(self) -> dict[str, Exports]:
        """By module: the old names that others can take from it; found in rounds, for they may take them in circles."""
        found: dict[str, Exports] = {}
        while True:
            before = sum(map(len, found.values()))
            for module, unit in self._modules.items():
                if self.judge.legacy.around(unit.file) is None:
                    found[module] = dict(self._exported(unit, found))
            if sum(map(len, found.values())) == before:
                return {module: names for module, names in found.items() if names}

    def _exported(self, unit: Unit, known: dict[str, Exports]) -> Iterator[tuple[str, str]]:
        for each in unit.imports.all:
            if unit.imports.scope(each.node) is not unit.tree:
                continue
            direct = self.held[unit].get(each)
            if each.name == "*":
                yield from self.brought(unit, each) if direct else known.get(each.module, {}).items()
            elif direct and (each.name or each.alias.asname):
                yield each.local, direct
            elif each.name and each.name in known.get(each.module, {}):
                yield each.local, known[each.module][each.name]
        yield from self._aliases(unit, known)

    def _aliases(self, unit: Unit, known: dict[str, Exports]) -> Iterator[tuple[str, str]]:
        """Names at the top that are given once, to the registry or to an old module: ``registry = ModelRegistry``."""
        for local, binders in unit.imports.bound_at_top():
            around = unit.parent(binders[0].node) if len(binders) == 1 and binders[0].source is None else None
            if isinstance(around, (ast.Assign, ast.AnnAssign)) and around.value is not None:
                value = around.value.func if isinstance(around.value, ast.Call) else around.value
                old = self._old_name(unit, value, known)
                if old == REGISTRY or (is_asked_of(old) and value is around.value):
                    yield local, old

    def _old_name(self, unit: Unit, node: ast.expr, known: dict[str, Exports]) -> str:
        """The full old name that a chain of attributes stands for by the imports of a unit; empty where it is none."""
        dotted = unit.imports.resolve(node) or ""
        module, _, name = dotted.rpartition(".")
        passed = known.get(module, {}).get(name)
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        source = unit.imports.binding(root) if isinstance(root, ast.Name) else None
        if passed or source not in self.held[unit]:
            return passed or ""
        parent, _ = legacy_module(dotted) or legacy_module(module) or ("", "")
        return full_name(dotted.removeprefix(f"{parent}.") if parent else dotted) or ""

    @property
    def passed_on(self) -> set[str]:
        """The names by which others can take something old from a module that is none of the old ones."""
        return {name for names in self._exports.values() for name in names}

    def second_hand(self, absolute: list[str]) -> tuple[list[str], int, bool] | None:
        """What an absolute dotted name stands for by a module that passes old names on.

        Returns:
            The old name in its parts with what follows it, how many parts of the absolute name it took the place of, and
            whether the module goes on passing the old thing on.
        """
        for place in range(len(absolute) - 1, 0, -1):
            module, name = ".".join(absolute[:place]), absolute[place]
            old = self._exports.get(module, {}).get(name)
            if old is not None:
                return [*old.split("."), *absolute[place + 1 :]], place + 1, (module, name) in self.stuck
        return None

    def _taken_names(self) -> dict[str, set[str]]:
        """By module: the names that other units take from it, by import, as an attribute, or in a text; ``*`` for all."""
        found: dict[str, set[str]] = defaultdict(set)
        passed_on = {*HOMES, *self.passed_on}
        for unit in self.units:
            for each in unit.imports.all:
                if each.name:
                    found[each.module].add(each.name)
            attributes = (node for node in unit.python.nodes(ast.Attribute) if node.attr in passed_on)
            resolved = [unit.imports.resolve(node) for node in attributes]
            texts = [text for _, text in unit.python.texts if text.rpartition(".")[2] in passed_on]
            for dotted in (*filter(None, resolved), *texts):
                module, _, name = dotted.rpartition(".")
                found[module].add(name)
        return found

    def is_passed_on(self, unit: Unit, local: str) -> bool:
        """Whether others may take a name from a unit: by ``__all__``, an ``__init__.py``, or because one does."""
        taken = self._taken.get(unit.module, set())
        return local in taken or "*" in taken or unit.is_package or local in declared_names(unit)


def is_asked_of(name: str) -> bool:
    """Whether an old name is one that others are asked of: a module, or the registry."""
    return name in MODULES or name == REGISTRY


def longest(old: list[str], least: int) -> tuple[str, int] | None:
    """The longest beginning of an old dotted name that has a row, of at least so many parts, and how many it has."""
    for length in range(len(old), least - 1, -1):
        full = full_name(".".join(old[:length]))
        if full is not None and full in LEGACY and (length == 1 or full != full_name(".".join(old[: length - 1]))):
            return full, length
    return None


def module_length(old: list[str]) -> int:
    """How many parts at the beginning of an old dotted name are a module."""
    return max((n for n in range(1, len(old) + 1) if ".".join(old[:n]) in MODULES), default=0)
