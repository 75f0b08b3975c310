"""One unit rewritten: every use by its rule, then the imports by what the uses have come to need."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence

from msgspec import Struct

from ai_models.audit.imports import Import
from ai_models.audit.legacy import LEGACY, legacy_module
from ai_models.audit.legacy_use import legacy_name
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.migrate.declarations import Declaration
from ai_models.migrate.plan import Edit, Remark
from ai_models.migrate.rewriting.declared import declarations
from ai_models.migrate.rewriting.flow import Flow
from ai_models.migrate.rewriting.habits import habits
from ai_models.migrate.rewriting.naming import HEADER, MODULES, Naming
from ai_models.migrate.rewriting.outcome import Change, Demand, NewModule, Outcome, Site
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.provider_rules import old_pricing, provider_call
from ai_models.migrate.rewriting.references import REGISTRY, Hold, Reference, References
from ai_models.migrate.rewriting.registry_rules import registry_member
from ai_models.migrate.rewriting.rosters import Roster
from ai_models.migrate.rewriting.sheet import Overlap, Sheet
from ai_models.migrate.rewriting.statements import Alias, Wanted, from_changes, grouped, import_changes, inserted, statement
from ai_models.migrate.rewriting.tables import is_near_models, price_drift, priced
from ai_models.migrate.rewriting.texts import texts
from ai_models.migrate.rewriting.type_rules import old_module, old_provider, old_registry, old_spec
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World, public_names

__all__ = ["OldSite", "Rewriter", "Rewritten"]


class OldSite(Struct, frozen=True, order=True):
    """A place that goes on with an old name: ``module`` is where it is imported from afterwards."""

    path: str
    line: int
    name: str


class Rewritten(Struct, frozen=True, kw_only=True):
    """A unit with its edits; ``failed`` says why nothing was rewritten although something should have been."""

    unit: Unit
    edits: tuple[Edit, ...]
    text: str
    remarks: tuple[Remark, ...]
    demands: tuple[Demand, ...]
    old: tuple[OldSite, ...]
    stuck: frozenset[str]
    has_prices: bool = False
    failed: str = ""


class Rewriter:
    """The rewriting of one unit."""

    def __init__(
        self, world: World, unit: Unit, rosters: Mapping[str, Roster], own_models: Container[str] = frozenset()
    ) -> None:
        """Prepare.

        Args:
            world: the other units.
            unit: what is rewritten.
            rosters: by the parent of an old package, the roster of its registry.
            own_models: the ids of models that the tree's own catalogue has or will have.
        """
        self.world = world
        self.unit = unit
        self.references = References(world, unit)
        self.flow = Flow(self.references)
        self._rosters = rosters
        self._own_models = own_models
        self._outcomes: list[Outcome] = []

    def rewritten(self) -> Rewritten:
        """The unit with all that can be rewritten for certain."""
        self._decide()
        try:
            edits, text = self._committed()
            failed = ""
        except (Overlap, Unplaced, ValueError, Unparsable) as error:
            edits, text, failed = (), self.unit.text, str(error)
        remarks = [remark for outcome in self._outcomes for remark in outcome.remarks]
        if failed:
            remarks = [self._failure(failed)]
        return Rewritten(
            unit=self.unit,
            edits=edits,
            text=text,
            remarks=tuple(remarks),
            demands=tuple(demand for outcome in self._outcomes for demand in outcome.demands) + tuple(self._foreign()),
            old=tuple(self._old_sites()),
            stuck=frozenset(self._stuck_exports()),
            has_prices=any(remark.rule == "price" for remark in remarks) or any(edit.rule == "price" for edit in edits),
            failed=failed,
        )

    def _failure(self, reason: str) -> Remark:
        message = f"nothing in this file is rewritten: {reason}"
        return self.unit.remark("undecided", 0, "left", message, advice="rewrite it by hand")

    def declared(self) -> list[Declaration]:
        """The models that the unit declares, as far as they can be read."""
        return [declared for _, declared in declarations(self.references, self.world.names)]

    # Uses

    def _decide(self) -> None:
        loose = self._loose()
        consumed = {each for outcome in loose for node in outcome.consumed for each in ast.walk(node)}
        made: list[Outcome] = []
        for reference in self.references.all:
            if reference.root in consumed:
                made.append(Outcome(reference, keeps=False))  # its text goes with what is around it
                continue
            outcome = self._outcome(reference)
            consumed |= {each for node in outcome.consumed for each in ast.walk(node)}
            made.append(outcome)
        for outcome in made:
            if outcome.stuck and outcome.reference is not None:
                outcome.reference.hold.hold(outcome.stuck)
        self._outcomes = [*loose, *self._unless_stuck(made), *texts(self.world, self.unit)]
        self._outcomes += self._habits()

    def _loose(self) -> list[Outcome]:
        """What is rewritten besides uses of old names: declarations of models, and prices."""
        names = self.world.names
        found = [
            outcome
            for outcome, declared in declarations(self.references, names)
            if declared.model_id in self._own_models or names.stand(declared.model_id) is not None
        ]
        gone = frozenset(each for outcome in found for node in outcome.consumed for each in ast.walk(node))
        if self.unit.is_test:
            return [*found, *price_drift(self.unit, names)]
        if is_near_models(self.unit, names):
            found += priced(self.unit, names, gone)
        return found

    def _habits(self) -> list[Outcome]:
        asked = {change.start for outcome in self._outcomes for change in outcome.changes}
        return [each for each in habits(self.references, self.flow) if not any(change.start in asked for change in each.changes)]

    def _unless_stuck(self, made: Sequence[Outcome]) -> list[Outcome]:
        """The outcomes; those of a name that must stay as it is change nothing, and are listed once."""
        told: set[Hold] = set()
        kept: list[Outcome] = []
        for outcome in made:
            reference = outcome.reference
            if reference is None or not reference.hold.stuck:
                kept.append(outcome)
                continue
            left = Outcome(reference, old=True)
            left.demands = outcome.demands or self._demand_of_copy(reference)
            if reference.hold not in told:
                told.add(reference.hold)
                site = Site(self.references, self.flow, reference)
                message = f"left on the old package: {reference.hold.stuck}"
                left.remarks.append(site.remark("undecided", "left", message, f"write {reference.row.instead}"))
            kept.append(left)
        return kept

    def _outcome(self, reference: Reference) -> Outcome:
        site = Site(self.references, self.flow, reference)
        try:
            return self._by_rule(site)
        except Unplaced as error:
            return Outcome(reference, stuck=str(error))

    def _by_rule(self, site: Site) -> Outcome:
        reference = site.reference
        match reference.name:
            case "providers.claude.CLAUDE_PRICING":
                return old_pricing(site, self.world.names)
            case "providers.factory.get_provider" | "providers.claude.ClaudeProvider":
                return provider_call(site, self.world.names)
            case "models.registry.Provider":
                return old_provider(site)
            case "models.registry.ModelSpec":
                return old_spec(site)
            case name if name == REGISTRY:
                return old_registry(site)
            case name if name.startswith(f"{REGISTRY}."):
                return registry_member(site, self._rosters.get(reference.parent, self._rosters[""]))
            case _ if reference.row.kind == "module":
                return old_module(site)
            case _:
                return Outcome(reference)

    # Imports

    def _committed(self) -> tuple[tuple[Edit, ...], str]:
        going_old = self._going_old()
        naming = Naming(self.references, going_old)
        sheet = Sheet(self.unit.text)
        for outcome in self._outcomes:
            for change in (*outcome.changes, *self._module_change(outcome)):
                self._write(sheet, change, naming, outcome)
        for change in self._statements(naming, going_old):
            self._write(sheet, change, naming, None)
        text = sheet.result()
        if text != self.unit.text:
            PythonSource(text)
        return sheet.edits(), text

    def _write(self, sheet: Sheet, change: Change, naming: Naming, outcome: Outcome | None) -> None:
        owner = outcome or Outcome(None, node=self.unit.tree)
        text = "".join(naming.text(piece, owner) for piece in change.pieces)
        sheet.add(change.start, change.end, text, change.rule, change.reason)

    def _module_change(self, outcome: Outcome) -> list[Change]:
        """The module at the beginning of a use, written as what it became."""
        reference = outcome.reference
        if reference is None or not outcome.keeps or reference.module is None:
            return []
        if reference.hold.loaded or reference.hold.alias is not None:
            return []
        start, end = self.unit.places.of(reference.module)
        if any(change.start <= start and end <= change.end for change in outcome.changes):
            return []
        return [Change(start, end, (NewModule(reference.module_name),), "module", "the old module is one of ai_models now")]

    def _holds(self) -> dict[Import, tuple[list[Hold], list[Outcome]]]:
        """By import of old: the local names that it binds, and what becomes of their uses."""
        found: dict[Import, tuple[list[Hold], list[Outcome]]] = {each: ([], []) for each in self.world.held[self.unit]}
        for outcome in self._outcomes:
            if outcome.reference is None:
                continue
            for source in outcome.reference.hold.sources:
                if source in found:
                    found[source][0].append(outcome.reference.hold)
                    found[source][1].append(outcome)
        return found

    def _going_old(self) -> dict[Import, str]:
        """The imports that go on with the old thing alone, under their own names."""
        going: dict[Import, str] = {}
        for each, (holds, outcomes) in self._holds().items():
            name = self.world.held[self.unit][each]
            stuck = any(hold.stuck for hold in holds) or self._is_bound_otherwise(each)
            if stuck or (outcomes and all(outcome.old for outcome in outcomes) and self._is_object(each)):
                going[each] = name
        return going

    def _is_object(self, each: Import) -> bool:
        """Whether an import binds a class, function or constant, and no module."""
        return bool(each.name) and each.name != "*" and LEGACY[self.world.held[self.unit][each]].kind != "module"

    def _is_bound_otherwise(self, each: Import) -> bool:
        """Whether a name that is not used here is bound to something else as well."""
        binders = self.unit.imports.binders(each.local, each.node)
        hold = next((hold for hold in self.references.holds() if hold is not None and each in hold.sources), None)
        return bool(binders) and hold is not None and bool(hold.stuck)

    def _statements(self, naming: Naming, going_old: dict[Import, str]) -> list[Change]:
        changes: list[Change] = []
        by_node: dict[ast.stmt, list[Import]] = {}
        for each in self.unit.imports.all:
            by_node.setdefault(each.node, []).append(each)
        holds = self._holds()
        seen: set[tuple[ast.AST, str]] = set()
        for node, aliases in by_node.items():
            if not any(each in holds for each in aliases):
                continue
            if isinstance(node, ast.ImportFrom):
                changes += self._from(node, aliases, naming, going_old, holds)
            elif isinstance(node, ast.Import):
                changes += self._import(node, aliases, naming, going_old, seen)
        rewritten = {node for node, aliases in by_node.items() if any(each in holds for each in aliases)}
        return [*changes, *self._elsewhere(naming, rewritten, changes)]

    def _from(
        self,
        node: ast.ImportFrom,
        aliases: Sequence[Import],
        naming: Naming,
        going_old: dict[Import, str],
        holds: dict[Import, tuple[list[Hold], list[Outcome]]],
    ) -> list[Change]:
        states = [Alias(each.alias, self._instead(each, naming, going_old, holds)) for each in aliases]
        return from_changes(self.unit, node, states, list(naming.wanted.pop(node, {})))

    def _instead(
        self,
        each: Import,
        naming: Naming,
        going_old: dict[Import, str],
        holds: dict[Import, tuple[list[Hold], list[Outcome]]],
    ) -> tuple[Wanted, ...] | None:
        """What is imported instead of one name; None where it stays."""
        if each not in holds:
            return None
        name = self.world.held[self.unit][each]
        if each in going_old:
            return self._as_top_level(each, name)
        if each.name == "*":
            return self._instead_of_star(each, name)
        outcomes = holds[each][1]
        if outcomes and not any(outcome.keeps for outcome in outcomes) and not self._is_passed_on(each):
            return ()
        row = LEGACY[name]
        if row.kind == "module":
            home = MODULES[name.partition(".")[0]]
            return (Wanted("ai_models", home.rpartition(".")[2], each.local),)
        if not row.target:
            return self._as_top_level(each, name)
        module, _, target = row.target.partition(":")
        return (Wanted(module, target, each.local),)

    def _is_passed_on(self, each: Import) -> bool:
        is_top = self.unit.imports.scope(each.node) is self.unit.tree
        return is_top and self.world.is_passed_on(self.unit, each.local)

    def _as_top_level(self, each: Import, name: str) -> tuple[Wanted, ...] | None:
        """An old name that stays old: from the top-level package, where it came from a copy."""
        module = each.module.removeprefix(".")
        if not each.level and module.partition(".")[0] in MODULES:
            return None
        home, _, last = name.rpartition(".")
        return (Wanted(home, last, each.local),)

    def _instead_of_star(self, each: Import, name: str) -> tuple[Wanted, ...]:
        """What a star brought and is used, by name."""
        used = {outcome.reference.hold.local: outcome for outcome in self._outcomes if outcome.reference is not None and each in outcome.reference.hold.sources and (outcome.keeps or outcome.old)}
        passed = {local for local, _ in public_names(name) if self.world.is_passed_on(self.unit, local)}
        wanted: list[Wanted] = []
        for local, full in public_names(name):
            if local in used or local in passed:
                row = LEGACY[full]
                outcome = used.get(local)
                if (outcome is not None and outcome.old) or not row.target:
                    wanted.append(Wanted(full.rpartition(".")[0], local, local))
                else:
                    module, _, target = row.target.partition(":")
                    wanted.append(Wanted(module, target, local))
        return tuple(wanted)

    def _import(
        self, node: ast.Import, aliases: Sequence[Import], naming: Naming, going_old: dict[Import, str], seen: set[tuple[ast.AST, str]]
    ) -> list[Change]:
        instead: dict[ast.alias, str | None] = {}
        for each in aliases:
            name = self.world.held[self.unit].get(each)
            if name is None or each in going_old:
                continue
            home = MODULES[name.partition(".")[0]]
            text = home if each.alias.asname is None else f"{home} as {each.alias.asname}"
            key = (self.unit.parent(node) or self.unit.tree, text)
            parent = each.module.partition(".")[0]
            texts = [text] if key not in seen else []
            if each.alias.asname is None and parent not in MODULES and self._is_used_besides(parent, each):
                texts.insert(0, parent)
            seen.add(key)
            instead[each.alias] = ", ".join(texts) or None
        wanted = list(naming.wanted.pop(node, {}))
        return import_changes(self.unit, node, instead, grouped(wanted) if wanted else [])

    def _is_used_besides(self, parent: str, each: Import) -> bool:
        """Whether the package that holds a copy of the old one is used by its name, and no other statement imports it."""
        others = [
            other
            for other in self.unit.imports.all
            if other is not each and other.local == parent and other not in self.world.held[self.unit]
        ]
        uses = [name for name in self.unit.names if name.id == parent and isinstance(name.ctx, ast.Load)]
        old = {outcome.reference.root for outcome in self._outcomes if outcome.reference is not None}
        return not others and any(name not in old for name in uses)

    # Statements of their own

    def _elsewhere(self, naming: Naming, rewritten: set[ast.stmt], others: Sequence[Change]) -> list[Change]:
        """What has to be imported and is no part of a statement that is rewritten."""
        changes: list[Change] = []
        for node, wanted in naming.wanted.items():
            if wanted and node is not HEADER and node not in rewritten:
                texts = [statement(module, names, newline=self.unit.newline) for module, names in grouped(list(wanted))]
                changes += inserted(self.unit, node, texts)
        header = list(naming.wanted.get(HEADER, {}))
        texts = [f"import {module}" for module in naming.modules.get(HEADER, {}) if not self._imports_module(module)]
        texts += [statement(module, names, newline=self.unit.newline) for module, names in grouped(header)] if header else []
        return [*changes, *self._at_the_top(texts, others)]

    def _imports_module(self, module: str) -> bool:
        return any(not each.name and each.module == module and each.alias.asname is None for each in self.unit.imports.all)

    def _at_the_top(self, texts: Sequence[str], others: Sequence[Change]) -> list[Change]:
        """Statements behind the imports at the top of the module, or where those would be."""
        if not texts:
            return []
        last: ast.stmt | None = None
        documentation: ast.stmt | None = None
        for node in self.unit.tree.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                last = node if last is None or not self._is_going(node, others) else last
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and documentation is None and last is None:
                documentation = node
            else:
                break
        reason = "what is used instead of what was written down"
        newline = self.unit.newline
        joined = newline.join(texts)
        if last is not None and self._is_going(last, others):
            start = self.unit.python.source.starts[last.lineno - 1]
            return [Change(start, start, (f"{joined}{newline}",), "import", reason)]
        if last is not None:
            return inserted(self.unit, last, texts)
        if documentation is not None:
            _, end = self.unit.python.source.node_offsets(documentation)
            return [Change(end, end, (f"{newline}{newline}{joined}",), "import", reason)]
        first = self.unit.tree.body[0]
        decorators = getattr(first, "decorator_list", [])
        line = min([first.lineno, *(each.lineno for each in decorators)])
        start = self.unit.python.source.starts[line - 1]
        return [Change(start, start, (f"{joined}{newline}{newline}",), "import", reason)]

    def _is_going(self, node: ast.stmt, changes: Sequence[Change]) -> bool:
        """Whether a statement is taken away."""
        start, end = self.unit.python.source.node_offsets(node)
        return any(change.start <= start and end <= change.end and change.pieces == ("",) for change in changes)

    # What others must know

    def _demand_of_copy(self, reference: Reference) -> list[Demand]:
        """What is left on a copy of the old package needs that very copy."""
        site = Site(self.references, self.flow, reference)
        return site.demand(reference.name) if reference.parent else []

    def _foreign(self) -> list[Demand]:
        """What is imported from the tree's old packages and is in no table of old names."""
        found: list[Demand] = []
        for each in self.unit.imports.all:
            if each in self.world.held[self.unit] or not each.name or each.name == "*":
                continue
            package, module = self.world.package(self.unit, each), legacy_module(each.module)
            if package is not None and module is not None and legacy_name(each) is None:
                line = self.unit.line_of(each.node)
                found.append(Demand(package.place, f"{module[1]}.{each.name}", self.unit.path, line))
        return found

    def _old_sites(self) -> list[OldSite]:
        return [
            OldSite(self.unit.path, self.unit.line_of(outcome.node), outcome.reference.name)
            for outcome in self._outcomes
            if outcome.old and outcome.reference is not None
        ]

    def _stuck_exports(self) -> set[str]:
        """The names at the top of the module that go on meaning the old thing, and that others take."""
        going = self._going_old()
        return {
            each.local
            for each in going
            if self.unit.imports.scope(each.node) is self.unit.tree and any(hold.stuck for hold in self._holds()[each][0])
        }
