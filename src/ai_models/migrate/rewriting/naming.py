"""``Naming``: what a name is called at the place where it is used, and which statement has to import it for that."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Final

from ai_models.audit.imports import Import
from ai_models.audit.legacy import CONSTANTS, LEGACY
from ai_models.migrate.rewriting.outcome import New, NewModule, Old, Outcome, Piece
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.references import Hold, Reference, References
from ai_models.migrate.rewriting.statements import Wanted

__all__ = ["HEADER", "MODULES", "Naming"]

HEADER: Final = None
"""The place behind the imports at the top of a module."""

MODULES: Final = {"models": "ai_models.registry", "providers": "ai_models.providers"}
"""What takes the place of each old package, with all of its modules."""

_IN_REGISTRY: Final = frozenset({*CONSTANTS, "LEGACY_MODELS", "Provider"})


def new_home(name: str) -> str:
    """The module that a name of ``ai_models`` is imported from."""
    return "ai_models.registry" if name in _IN_REGISTRY else "ai_models"


class Naming:
    """Local names in one unit."""

    def __init__(self, references: References, going_old: dict[Import, str]) -> None:
        """Begin with what the file itself imports.

        Args:
            references: the uses in the unit.
            going_old: the imports that go on with the old thing, with its full name.
        """
        self._references = references
        self._unit = references.unit
        self._old = going_old
        self.wanted: dict[ast.stmt | None, dict[Wanted, None]] = defaultdict(dict)
        self.modules: dict[str, None] = {}
        """Modules of ``ai_models`` that are to be imported whole."""

    def text(self, piece: Piece, outcome: Outcome) -> str:
        """A piece of new text as it is written at the use that it belongs to.

        Raises:
            Unplaced: no name is free for it.
        """
        match piece:
            case New(name=name):
                return self._new(name, outcome.reference, outcome.node)
            case Old(name=name):
                return self._old_name(name, outcome.reference, outcome.node)
            case NewModule(name=name):
                return self.module(name, outcome.reference)
            case str():
                return piece

    # Modules

    def module(self, name: str, reference: Reference | None) -> str:
        """The module that an old one became, at a use that begins with it."""
        home = MODULES[name.partition(".")[0]]
        if reference is None or reference.hold.is_plain or self._leads_through(reference):
            if self._taken("ai_models"):
                node = reference.node if reference is not None else self._unit.tree
                raise Unplaced(node, "the name ai_models stands for something else in this file")
            if reference is None or self._leads_through(reference):
                self.modules[home] = None
            return home
        return reference.hold.local

    def _leads_through(self, reference: Reference) -> bool:
        """Whether a use reaches an old module by way of another package: ``toolkit.models`` after ``import toolkit``."""
        hold = reference.hold
        return bool(hold.sources) and not any(each in self._held for each in hold.sources) and reference.direct

    @property
    def _held(self) -> dict[Import, str]:
        return self._references.world.held[self._unit]

    def _taken(self, name: str) -> bool:
        """Whether a name is bound to anything but what it is to be bound to."""
        bound = [each for each in self._unit.imports.all if each.local == name]
        return self._unit.imports.is_bound(name) and not (
            bound and all(each.target.partition(".")[0] == "ai_models" for each in bound)
        )

    # Names

    def _new(self, name: str, reference: Reference | None, node: ast.AST) -> str:
        if reference is not None and reference.module is not None and not reference.hold.loaded:
            family = MODULES[reference.module_name.partition(".")[0]]
            if family == "ai_models.registry":
                return f"{self.module(reference.module_name, reference)}.{name}"
        known = self._known(name, node)
        if known is not None:
            return known
        wanted = Wanted(new_home(name), name, self._free(name, node))
        if not any(wanted in group for host, group in self.wanted.items() if self._is_above(host, node)):
            self.wanted[self._host(reference, node)][wanted] = None
        return wanted.local

    def _is_above(self, host: ast.stmt | None, node: ast.AST) -> bool:
        """Whether what a statement imports is there wherever a node is run."""
        return host is HEADER or (host in self._unit.tree.body and host.lineno < getattr(node, "lineno", 0))

    def _known(self, name: str, node: ast.AST) -> str | None:
        """A local name that has this meaning already, or will have it."""
        for each in self._unit.imports.all:
            if each.name == "*" or not self._means(each, name):
                continue
            binders = self._unit.imports.binders(each.local, node)
            if binders and all(binder.source is each for binder in binders):
                return each.local
        return None

    def _means(self, each: Import, name: str) -> bool:
        if each in self._held:
            target = LEGACY[self._held[each]].target.rpartition(":")[2]
            return target == name and each not in self._old and bool(each.name)
        return each.target in {f"{home}.{name}" for home in ("ai_models", "ai_models.registry", "ai_models.providers")}

    def _free(self, name: str, node: ast.AST) -> str:
        wanted = {want.local: want.name for group in self.wanted.values() for want in group}
        catalogue = f"catalogue_{name}" if name.islower() else f"CATALOGUE_{name}" if name.isupper() else f"Catalogue{name}"
        for local in (name, catalogue, *_numbered(catalogue)):
            if wanted.get(local, name) == name and not self._unit.imports.is_bound(local):
                return local
        raise Unplaced(node, f"no name is free for {name}")

    def _host(self, reference: Reference | None, node: ast.AST) -> ast.stmt | None:
        """The statement that is to import what a use needs."""
        if reference is None or reference.hold.loaded:
            return self._top(node)
        hold: Hold = reference.hold
        while hold.alias is not None:
            hold = hold.alias.hold
        return hold.sources[0].node if hold.sources else HEADER

    def _top(self, node: ast.AST) -> ast.stmt | None:
        """A statement at the top of the module that imports from ``ai_models`` anyway, if it stands before a node."""
        line = getattr(node, "lineno", 0)
        for each in self._held:
            is_at_top = isinstance(each.node, ast.ImportFrom) and each.node in self._unit.tree.body
            if is_at_top and each not in self._old and self._held[each].startswith("models.") and each.node.lineno < line:
                return each.node
        return HEADER

    # Old names

    def _old_name(self, name: str, reference: Reference | None, node: ast.AST) -> str:
        for each, meaning in self._old.items():
            binders = self._unit.imports.binders(each.local, node)
            if meaning == name and any(binder.source is each for binder in binders):
                return each.local
        last = name.rpartition(".")[2]
        preferred = f"LEGACY_{last}" if last.isupper() else f"Legacy{last}"
        host = self._host(reference, node)
        for local in (preferred, *_numbered(preferred)):
            wanted = Wanted(name.removesuffix(f".{last}"), last, local)
            if wanted in self.wanted[host] or not self._unit.imports.is_bound(local):
                self.wanted[host][wanted] = None
                return local
        raise Unplaced(node, f"no name is free for the old {last}")


def _numbered(name: str) -> list[str]:
    """Names for one that is taken."""
    return [f"{name}{'_' if name.isupper() else ''}{number}" for number in (2, 3, 4)]
