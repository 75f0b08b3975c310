"""What becomes of everything in a unit that has to do with the old packages or with prices, each by its rule."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence
from typing import Final

from ai_models.migrate.declarations import Declaration
from ai_models.migrate.rewriting.declared import declarations
from ai_models.migrate.rewriting.flow import Flow
from ai_models.migrate.rewriting.habits import habits
from ai_models.migrate.rewriting.outcome import Demand, Outcome, Site
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.provider_rules import old_pricing, provider_call
from ai_models.migrate.rewriting.references import REGISTRY, Hold, Reference, References
from ai_models.migrate.rewriting.registry_rules import registry_member
from ai_models.migrate.rewriting.rosters import Roster
from ai_models.migrate.rewriting.tables import is_near_models, price_drift, priced
from ai_models.migrate.rewriting.texts import texts
from ai_models.migrate.rewriting.type_rules import old_module, old_provider, old_registry, old_spec
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World

__all__ = ["Decisions", "declared_models"]


def declared_models(world: World, unit: Unit) -> list[Declaration]:
    """The models that a unit declares, as far as they can be read."""
    return [declared for _, declared in declarations(References(world, unit), world.names)]


_SAME_FOR_ALL: Final = frozenset({"models.registry.Provider"})
"""What can be used in the new way where it is bound to something of the old kind."""


class Decisions:
    """The outcomes for one unit, in the order in which they were found."""

    def __init__(self, world: World, unit: Unit, rosters: Mapping[str, Roster], own_models: Container[str]) -> None:
        """Decide.

        Args:
            world: the other units.
            unit: what is rewritten.
            rosters: by the parent of an old package, the roster of its registry; ``""`` is the top.
            own_models: the ids of models that the tree's own catalogue has, or will have.
        """
        self.world = world
        self.unit = unit
        self.references = References(world, unit)
        self._flow = Flow(self.references)
        self._rosters = rosters
        self._own_models = own_models
        loose = self._loose()
        uses = self._uses(_within(loose))
        self.outcomes = [*loose, *self._unless_stuck(uses), *texts(world, unit)]
        self.outcomes += self._habits()

    # Beside the uses of names

    def _loose(self) -> list[Outcome]:
        """Declarations of models, and prices."""
        names = self.world.names
        found = [
            outcome
            for outcome, declared in declarations(self.references, names)
            if declared.model_id in self._own_models or names.stand(declared.model_id) is not None
        ]
        if self.unit.is_test:
            return [*found, *price_drift(self.unit, names)]
        if is_near_models(self.unit, names) and not self.unit.path.endswith(".pyi"):  # in a stub, no value is computed
            found += priced(self.unit, names, _within(found))
        return found

    def _habits(self) -> list[Outcome]:
        """Habits, but where the same text changes by a rule."""
        taken = {change.start for outcome in self.outcomes for change in outcome.changes}
        found = habits(self.references, self._flow)
        return [each for each in found if not any(change.start in taken for change in each.changes)]

    # Uses of names

    def _uses(self, gone: frozenset[ast.AST]) -> list[Outcome]:
        made: list[Outcome] = []
        for reference in self.references.all:
            if reference.root in gone:
                made.append(Outcome(reference, keeps=False))  # its text goes with what is around it
                continue
            outcome = self._outcome(reference)
            gone |= _within([outcome])
            made.append(outcome)
        for outcome in made:
            if outcome.reference is not None:
                outcome.reference.hold.hold(outcome.stuck or _why_mixed(outcome, outcome.reference))
        return made

    def _outcome(self, reference: Reference) -> Outcome:
        try:
            return self._by_rule(Site(self.references, self._flow, reference))
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
            case _:
                return old_module(site) if reference.row.kind == "module" else Outcome(reference)

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
            site = Site(self.references, self._flow, reference)
            left.demands = outcome.demands or self._demand_of_copy(site)
            if reference.hold not in told:
                told.add(reference.hold)
                message = f"left on the old package: {reference.hold.stuck}"
                left.remarks.append(site.remark("undecided", "left", message, f"write {reference.row.instead}"))
            kept.append(left)
        return kept

    def _demand_of_copy(self, site: Site) -> list[Demand]:
        """What is left on a copy of the old package needs that very copy."""
        return site.demand(site.reference.name) if site.reference.parent else []


def _why_mixed(outcome: Outcome, reference: Reference) -> str:
    """Why a name that is bound to something else, too, must stay: a use of it would be written otherwise; else empty."""
    changes = outcome.old or (bool(outcome.changes) and reference.name not in _SAME_FOR_ALL)
    hold = reference.hold
    while hold.alias is not None:
        hold = hold.alias.hold
    return hold.mixed if changes else ""


def _within(outcomes: Sequence[Outcome]) -> frozenset[ast.AST]:
    """The nodes whose text goes by outcomes."""
    return frozenset(each for outcome in outcomes for node in outcome.consumed for each in ast.walk(node))
