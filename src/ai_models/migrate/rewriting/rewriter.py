"""One unit rewritten: every use by its rule, then the imports by what the uses have come to need."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Final

from msgspec import Struct

from ai_models.audit.imports import Import
from ai_models.audit.legacy import LEGACY, legacy_module
from ai_models.audit.legacy_use import legacy_name
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.migrate.plan import Edit, Remark
from ai_models.migrate.rewriting.decisions import Decisions
from ai_models.migrate.rewriting.embedded import demands_of
from ai_models.migrate.rewriting.importing import Importing
from ai_models.migrate.rewriting.naming import Naming
from ai_models.migrate.rewriting.notebook import Unmapped
from ai_models.migrate.rewriting.outcome import Change, Demand, NewModule, OldSite, Outcome
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.rosters import Roster
from ai_models.migrate.rewriting.sheet import Overlap, Sheet
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World

__all__ = ["Rewritten", "rewrite"]

_AS_BEFORE: Final = "it is imported from the old package as before, because of how it is used"
_OF_THE_TOP: Final = (
    "because of how it is used, it is imported from the old package at the top, and no longer from this copy, which may "
    "hold other values"
)


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


Fitting = Callable[[tuple[Edit, ...], str], object]
"""Raises ``Unmapped`` where the edits of a unit, which make this text of it, cannot be made in its file."""


def rewrite(world: World, unit: Unit, rosters: Mapping[str, Roster], own_models: Container[str], fit: Fitting) -> Rewritten:
    """A unit with all that can be rewritten for certain; ``rosters`` and ``own_models`` as for ``Decisions``."""
    decisions = Decisions(world, unit, rosters, own_models)
    importing = Importing(decisions.references, decisions.outcomes)
    try:
        edits, text = _committed(decisions, importing)
        fit(edits, text)
    except (Overlap, Unplaced, Unparsable, Unmapped) as error:
        return _unrewritten(decisions, f"nothing in this file is rewritten: {error}")
    outcomes = decisions.outcomes
    kept = importing.kept_for_nobody()
    return Rewritten(
        unit=unit,
        edits=edits,
        text=text,
        remarks=(*(remark for outcome in outcomes for remark in outcome.remarks), *_kept(unit, importing)),
        demands=(*_demands(decisions), *(each for source in importing.untouched for each in _of_copy(decisions, source))),
        old=tuple(sorted({*_old_sites(decisions), *(_import_site(decisions, each) for each in kept)})),
        stuck=decisions.references.names_at_top(stuck=True),
    )


def _unrewritten(decisions: Decisions, message: str) -> Rewritten:
    """A unit that goes on with every old name, and needs whatever has them."""
    world, unit, references = decisions.world, decisions.unit, decisions.references
    uses = [OldSite(unit.path, unit.line_of(each.node), each.name) for each in references.all]
    imports = [_import_site(decisions, each) for each in world.held[unit]]
    of_copies = [each for source in world.held[unit] for each in _of_copy(decisions, source)]
    through = [
        demand
        for each in references.all
        for demand in demands_of(
            ".".join(filter(None, (each.parent, each.name))),
            world.judge,
            path=unit.path,
            file=unit.file,
            line=unit.line_of(each.node),
        )
    ]
    return Rewritten(
        unit=unit,
        edits=(),
        text=unit.text,
        remarks=(unit.remark("undecided", 0, "left", message, advice="rewrite it by hand"),),
        demands=(*_demands(decisions), *of_copies, *through),
        old=tuple(sorted({*uses, *imports, *_old_sites(decisions)})),
        stuck=references.names_at_top(stuck=False),
    )


def _demands(decisions: Decisions) -> list[Demand]:
    """What the uses demand, and what is imported and is in no table of old names."""
    held = [demand for outcome in decisions.outcomes for demand in outcome.demands]
    return [*held, *_foreign(decisions.world, decisions.unit)]


def _of_copy(decisions: Decisions, each: Import) -> list[Demand]:
    """The demand of an import that stays, where it leads to a copy: nothing else has that."""
    unit = decisions.unit
    package, name = decisions.world.package(unit, each), decisions.world.held[unit][each]
    if package is None or package.is_at_top:
        return []
    wanted = f"{name}.*" if LEGACY[name].kind == "module" else name
    return [Demand(package.place, wanted, unit.path, unit.line_of(each.node))]


def _old_sites(decisions: Decisions) -> list[OldSite]:
    """The places that go on with old names, beside imports."""
    unit = decisions.unit
    found = [
        OldSite(unit.path, unit.line_of(outcome.node), outcome.reference.name)
        for outcome in decisions.outcomes
        if outcome.old and outcome.reference is not None
    ]
    named = [pair for outcome in decisions.outcomes for pair in outcome.named]
    return [*found, *(OldSite(unit.path, unit.line_of(offset), name) for offset, name in named)]


def _import_site(decisions: Decisions, each: Import) -> OldSite:
    unit = decisions.unit
    return OldSite(unit.path, unit.line_of(each.alias), decisions.world.held[unit][each])


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
        _parsed(text)
    return sheet.edits(), text


def _parsed(text: str) -> None:
    try:
        PythonSource(text)
    except Unparsable as error:
        raise Unparsable(f"what would stand there then, in line {error.line}: {error}", error.line) from None


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
            _OF_THE_TOP if importing.leaves_copy(each) else _AS_BEFORE,
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
            besides = world.brought_besides(unit, each)
            names = [name for name, source in besides.items() if source is None or not source.name]
        found += [Demand(package.place, f"{module[1]}.{name}", unit.path, unit.line_of(each.node)) for name in names]
    return found
