"""One unit rewritten: every use by its rule, then the imports by what the uses have come to need."""

from __future__ import annotations

from collections.abc import Container, Mapping

from msgspec import Struct

from ai_models.audit.legacy import LEGACY, legacy_module
from ai_models.audit.legacy_use import legacy_name
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.migrate.plan import Edit, Remark
from ai_models.migrate.rewriting.decisions import Decisions
from ai_models.migrate.rewriting.importing import Importing
from ai_models.migrate.rewriting.naming import Naming
from ai_models.migrate.rewriting.outcome import Change, Demand, NewModule, Outcome
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.rosters import Roster
from ai_models.migrate.rewriting.sheet import Overlap, Sheet
from ai_models.migrate.rewriting.stars import brought_besides
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World

__all__ = ["OldSite", "Rewritten", "rewrite"]


class OldSite(Struct, frozen=True, order=True):
    """A place that goes on with an old name."""

    path: str
    line: int
    name: str


class Rewritten(Struct, frozen=True, kw_only=True):
    """A unit with its edits.

    ``demands`` are names that only the tree's own old packages have, ``old`` the places that go on with old names,
    ``stuck`` the names at the top of the module that go on meaning the old thing.
    """

    unit: Unit
    edits: tuple[Edit, ...]
    text: str
    remarks: tuple[Remark, ...]
    demands: tuple[Demand, ...]
    old: tuple[OldSite, ...]
    stuck: frozenset[str]

    @property
    def has_prices(self) -> bool:
        """Whether the unit holds prices of its own."""
        return any(each.rule == "price" for each in self.remarks) or any(each.rule == "price" for each in self.edits)


def rewrite(world: World, unit: Unit, rosters: Mapping[str, Roster], own_models: Container[str] = frozenset()) -> Rewritten:
    """A unit with all that can be rewritten for certain; parameters as those of ``Decisions``."""
    decisions = Decisions(world, unit, rosters, own_models)
    outcomes = decisions.outcomes
    importing = Importing(decisions.references, outcomes)
    edits: tuple[Edit, ...] = ()
    text = unit.text
    remarks = [*(remark for outcome in outcomes for remark in outcome.remarks), *_kept(unit, importing)]
    try:
        edits, text = _committed(decisions, importing)
    except (Overlap, Unplaced, Unparsable) as error:
        message = f"nothing in this file is rewritten: {error}"
        remarks = [unit.remark("undecided", 0, "left", message, advice="rewrite it by hand")]
    return Rewritten(
        unit=unit,
        edits=edits,
        text=text,
        remarks=tuple(remarks),
        demands=(*(demand for outcome in outcomes for demand in outcome.demands), *_foreign(world, unit)),
        old=tuple(
            OldSite(unit.path, unit.line_of(outcome.node), outcome.reference.name)
            for outcome in outcomes
            if outcome.old and outcome.reference is not None
        ),
        stuck=importing.stuck_exports(),
    )


def _committed(decisions: Decisions, importing: Importing) -> tuple[tuple[Edit, ...], str]:
    """All changes as edits, and the text that they make.

    Raises:
        Overlap, Unplaced, Unparsable: they get in each other's way, or the result is no Python.
    """
    unit = decisions.unit
    naming = Naming(decisions.references, importing.going_old)
    sheet = Sheet(unit.text)

    def write(change: Change, outcome: Outcome) -> None:
        text = "".join(naming.text(piece, outcome) for piece in change.pieces)
        sheet.add(change.start, change.end, text, change.rule, change.reason)

    for outcome in decisions.outcomes:
        for change in (*outcome.changes, *_module_change(unit, outcome)):
            write(change, outcome)
    nobody = Outcome(None, node=unit.tree)
    for change in importing.changes(naming):
        write(change, nobody)
    text = sheet.result()
    if text != unit.text:
        PythonSource(text)
    return sheet.edits(), text


def _module_change(unit: Unit, outcome: Outcome) -> list[Change]:
    """The module at the beginning of a use, written as what it became."""
    reference = outcome.reference
    if reference is None or not outcome.keeps or reference.module is None:
        return []
    if reference.hold.loaded or reference.hold.alias is not None:
        return []
    start, end = unit.places.of(reference.module)
    if any(change.start <= start and end <= change.end for change in outcome.changes):
        return []
    return [Change(start, end, (NewModule(reference.module_name),), "module", "the old module is one of ai_models now")]


def _kept(unit: Unit, importing: Importing) -> list[Remark]:
    """What is imported from the old packages as before."""
    return [
        unit.remark(
            "undecided",
            each.alias,
            "left",
            "it is imported from the old package as before, because of how it is used",
            advice=f"write {LEGACY[name].instead}",
            legacy=name.rpartition(".")[2],
        )
        for each, name in importing.going_old.items()
    ]


def _foreign(world: World, unit: Unit) -> list[Demand]:
    """What is imported from the tree's old packages and is in no table of old names."""
    found: list[Demand] = []
    for each in unit.imports.all:
        package, module = world.package(unit, each), legacy_module(each.module)
        if package is None or module is None or not each.name:
            continue
        names = [each.name] if legacy_name(each) is None else []
        if each.name == "*":
            besides = brought_besides(unit, each, package)
            names = [name for name, source in besides.items() if source is None or not source.name]
        found += [Demand(package.place, f"{module[1]}.{name}", unit.path, unit.line_of(each.node)) for name in names]
    return found
