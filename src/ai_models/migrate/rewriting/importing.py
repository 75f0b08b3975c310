"""``Importing``: the import statements of a unit, by what the uses of its names have come to need."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence

from ai_models.audit.imports import Import
from ai_models.audit.legacy import LEGACY
from ai_models.migrate.rewriting.headers import at_the_top
from ai_models.migrate.rewriting.naming import HEADER, MODULES, Naming
from ai_models.migrate.rewriting.outcome import Change, Outcome
from ai_models.migrate.rewriting.references import References
from ai_models.migrate.rewriting.statements import (
    Alias,
    Wanted,
    from_changes,
    grouped,
    import_changes,
    inserted,
    statement,
)

__all__ = ["Importing"]


class Importing:
    """The imports of one unit.

    ``going_old`` are those that go on with the old thing alone, with its full name; ``untouched`` those of them that stay as
    they are written.
    """

    def __init__(self, references: References, outcomes: Sequence[Outcome]) -> None:
        self._references = references
        self._unit = references.unit
        self._world = references.world
        self._held = references.world.held[references.unit]
        self._outcomes = [outcome for outcome in outcomes if outcome.reference is not None]
        self._uses: dict[Import, list[Outcome]] = {each: [] for each in self._held}
        for outcome in self._outcomes:
            for source in outcome.reference.hold.sources if outcome.reference is not None else ():
                if source in self._uses:
                    self._uses[source].append(outcome)
        holds = {each: references.bound_by(each) for each in self._held}
        self.untouched = {each for each, hold in holds.items() if hold is not None and hold.stuck}
        self.going_old = {each: name for each, name in self._held.items() if self._goes_old(each, name)}

    def _goes_old(self, each: Import, name: str) -> bool:
        if each in self.untouched:
            return True
        is_object = bool(each.name) and each.name != "*" and LEGACY[name].kind != "module"
        uses = self._uses[each]
        return is_object and bool(uses) and all(outcome.old for outcome in uses)

    def leaves_copy(self, each: Import) -> bool:
        """Whether an import that goes on with the old thing takes that of the top, where it took a copy's."""
        is_top = not each.level and each.module.partition(".")[0] in MODULES
        return not is_top and each not in self.untouched

    def kept_for_nobody(self) -> list[Import]:
        """The imports that go on with the old thing although nothing in the unit uses them by their names."""
        return [each for each in self.going_old if not self._uses[each]]

    # Statements

    def changes(self, naming: Naming) -> list[Change]:
        """How the statements change; ``naming`` knows what the uses need."""
        by_node: dict[ast.stmt, list[Import]] = defaultdict(list)
        for each in self._unit.imports.all:
            by_node[each.node].append(each)
        changes: list[Change] = []
        seen: set[tuple[ast.AST, str]] = set()
        rewritten: set[ast.stmt] = set()
        for node, aliases in by_node.items():
            if all(each not in self._held for each in aliases):
                continue
            rewritten.add(node)
            if isinstance(node, ast.ImportFrom):
                states = [Alias(each.alias, self._instead(each)) for each in aliases]
                changes += from_changes(self._unit, node, states, list(naming.wanted.pop(node, {})))
            elif isinstance(node, ast.Import):
                changes += self._import(node, aliases, naming, seen)
        return [*changes, *self._besides(naming, changes)]

    def _instead(self, each: Import) -> tuple[Wanted, ...] | None:
        """What is imported instead of one name; None where it stays."""
        name = self._held.get(each)
        if name is None:
            return None
        if each.name == "*":
            return None if self._is_whole(each) else self._instead_of_star(each)
        if each in self.going_old:
            return self._still_old(each, name)
        uses = self._uses[each]
        if uses and not any(outcome.keeps for outcome in uses) and not self._references.is_passed_on(each):
            return ()
        return (self._new(each, name),)

    def _new(self, each: Import, name: str) -> Wanted:
        row = LEGACY[name]
        if row.kind == "module":
            return Wanted("ai_models", MODULES[name.partition(".")[0]].rpartition(".")[2], each.local)
        return _target(name, each.local)

    def _still_old(self, each: Import, name: str) -> tuple[Wanted, ...] | None:
        """An old name that stays old: from the top-level package, where it came from a copy; a stuck one is not touched."""
        if not self.leaves_copy(each):
            return None
        home, _, last = name.rpartition(".")
        return (Wanted(home, last, each.local),)

    def _is_whole(self, each: Import) -> bool:
        """Whether a star brings what only the old module has."""
        besides = self._world.brought_besides(self._unit, each)
        return any(source is None or not source.name for source in besides.values())

    def _instead_of_star(self, each: Import) -> tuple[Wanted, ...]:
        """What a star brought and is used, by name; what goes on with the old thing is imported under another one."""
        holds = [(outcome, outcome.reference.hold) for outcome in self._uses[each] if outcome.reference is not None]
        kept = {hold.local for outcome, hold in holds if outcome.keeps}
        stuck = {hold.local for _, hold in holds if hold.stuck}
        besides = self._world.brought_besides(self._unit, each)
        wanted = [Wanted(source.module, source.name, local) for local, source in besides.items() if source is not None]
        for local, full in self._world.brought(self._unit, each):
            if local in stuck:
                wanted.append(Wanted(full.rpartition(".")[0], local, local))
            elif local in kept or self._world.is_passed_on(self._unit, local):
                wanted.append(_target(full, local))
        return tuple(wanted)

    def _import(
        self, node: ast.Import, aliases: Sequence[Import], naming: Naming, seen: set[tuple[ast.AST, str]]
    ) -> list[Change]:
        instead: dict[ast.alias, str | None] = {}
        for each in aliases:
            name = self._held.get(each)
            if name is None or each in self.going_old:
                continue
            home, plain = MODULES[name.partition(".")[0]], each.alias.asname is None
            key = (self._unit.parent(node) or self._unit.tree, home if plain else f"{home} as {each.local}")
            texts = [key[1]] if key not in seen else []
            seen.add(key)
            parent = each.module.partition(".")[0]
            if plain and parent not in MODULES and self._is_used_besides(parent):
                texts.insert(0, parent)
            instead[each.alias] = ", ".join(texts) or None
        wanted = list(naming.wanted.pop(node, {}))
        return import_changes(self._unit, node, instead, grouped(wanted))

    def _is_used_besides(self, parent: str) -> bool:
        """Whether the package that holds a copy of the old one is used by its name, and no other statement imports it."""
        others = [each for each in self._unit.imports.all if each.local == parent and each not in self._held]
        old = {outcome.reference.root for outcome in self._outcomes if outcome.reference is not None}
        uses = [name for name in self._unit.names if name.id == parent and isinstance(name.ctx, ast.Load)]
        return not others and any(name not in old for name in uses)

    def _besides(self, naming: Naming, changes: Sequence[Change]) -> list[Change]:
        """What has to be imported and is no part of a statement that is rewritten."""
        newline = self._unit.newline
        found: list[Change] = []
        for node, wanted in naming.wanted.items():
            if wanted and node is not HEADER:
                texts = [statement(module, names, newline=newline) for module, names in grouped(list(wanted))]
                found += inserted(self._unit, node, texts)
        texts = [f"import {module}" for module in naming.modules if not self._imports(module)]
        header = list(naming.wanted.get(HEADER, {}))
        texts += [statement(module, names, newline=newline) for module, names in grouped(header)]
        return [*found, *at_the_top(self._unit, texts, [*changes, *found])]

    def _imports(self, module: str) -> bool:
        """Whether the file imports a module whole already."""
        return any(not each.name and each.module == module and each.alias.asname is None for each in self._unit.imports.all)


def _target(name: str, local: str) -> Wanted:
    """Where an old name is imported from now; from where it always was, if there is no such place."""
    module, _, target = LEGACY[name].target.partition(":")
    if target:
        return Wanted(module, target, local)
    home, _, last = name.rpartition(".")
    return Wanted(home, last, local)
