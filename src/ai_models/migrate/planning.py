"""From a tree to a ``Plan``: what of it has to do with the old packages, and what becomes of that, file by file.

planned = plan_migration(Path("."))
planned.plan
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from ai_models.audit.files import Selection, select_files
from ai_models.audit.gathering import Judge
from ai_models.audit.legacy_tree import look_for_packages
from ai_models.audit.names import Names
from ai_models.catalog import Catalog, default_catalog
from ai_models.errors import MigrationError
from ai_models.migrate.documents.coverage import Coverage
from ai_models.migrate.overlaying import OwnCatalogue, may_be_guide, own_catalogue
from ai_models.migrate.own_lines import OwnLines, count_lines
from ai_models.migrate.plan import FileChange, Plan
from ai_models.migrate.reading import Reading, Skipped
from ai_models.migrate.rewriting.decisions import declared_models
from ai_models.migrate.rewriting.embedded import parted
from ai_models.migrate.rewriting.outcome import OldSite
from ai_models.migrate.rewriting.packages import OldModule, Verdicts, models_of_its_own, modules_of, old_values, verdicts
from ai_models.migrate.rewriting.project_files import project_remarks
from ai_models.migrate.rewriting.rewriter import Rewritten, rewrite
from ai_models.migrate.rewriting.rosters import ORIGINAL, Roster, roster_of
from ai_models.migrate.rewriting.world import World
from ai_models.models.base import as_utc

__all__ = ["Planned", "Skipped", "plan_migration"]


class Planned(Struct, frozen=True, kw_only=True):
    """A plan, and what it was made of.

    ``old`` are the places that go on with old names, for which ``ai-models-legacy`` has to be installed. ``lines`` are the
    tree's own lines of model, price and provider code. ``coverage`` says where every passage of its guides goes. ``files``
    is the number of files that were looked at.
    """

    plan: Plan
    old: tuple[OldSite, ...]
    lines: OwnLines
    coverage: tuple[Coverage, ...]
    skipped: tuple[Skipped, ...]
    files: int


def plan_migration(
    root: Path,
    *,
    keep_packages: bool = False,
    exclude: Iterable[str] = (),
    makers: Mapping[str, str] | None = None,
    at: date | datetime | None = None,
    catalog: Catalog | None = None,
) -> Planned:
    """What a migration of a tree would change; nothing is written.

    Args:
        root: the tree.
        keep_packages: leave the old packages where they are.
        exclude: patterns as in ``.gitignore`` of what is left alone.
        makers: who made a declared model, by its id, where the declaration cannot say it.
        at: the day on which names and prices are judged; now by default.
        catalog: what they are judged by; the process-wide catalogue by default.

    Raises:
        MigrationError: the root is no folder, or a pattern is none.
        CatalogError: the tree's own catalogue has problems already.
    """
    try:
        place = os.path.realpath(root)
    except FileNotFoundError:
        raise MigrationError(f"there is no folder {root} any more: the one that this process works in was removed") from None
    if not root.is_dir():
        raise MigrationError(f"there is no folder {root}")
    instant = datetime.now(UTC) if at is None else as_utc(at)
    names = Names(catalog or default_catalog(), instant)
    return _Planning(place, names, tuple(exclude), dict(makers or {}), keep=keep_packages).planned()


def _selected(root: str, exclude: tuple[str, ...]) -> Selection:
    try:
        return select_files([root], exclude=exclude, root=root)
    except ValueError as error:
        raise MigrationError(f"a pattern of files to leave alone is none: {error}") from None


class _Planning:
    """One plan in the making."""

    def __init__(self, root: str, names: Names, exclude: tuple[str, ...], makers: dict[str, str], *, keep: bool) -> None:
        self.root = root
        self.keep = keep
        self.makers = makers
        self.selection = _selected(self.root, exclude)
        self.judge = Judge(names, legacy=look_for_packages(self.selection.files))
        self.reading = Reading(self.root, self.selection, self.judge)
        self.contents = self.reading.contents
        self.sources = self.reading.sources
        self.holds: dict[str, str] = dict.fromkeys(self.reading.priced, "prices")

    def planned(self) -> Planned:
        modules = modules_of(self.judge.legacy, self.sources)
        own = self._own_catalogue(modules)
        rewritten, verdict = self._rewritten(modules, own)
        changes = [*own.changes, *self._changes(rewritten)]
        changes += [FileChange(path=p, before=self.contents[p], after=None, reason=why) for p, why in verdict.gone.items()]
        gone = [each for each in modules if each.path in verdict.gone]
        sites = [*self.reading.old, *(site for each in rewritten for site in each.old)]
        old = tuple(sorted(site for site in sites if not parted(site.name)[0]))  # a copy below another stays
        remarks = [
            *self.reading.remarks,
            *own.remarks,
            *verdict.remarks,
            *(remark for each in rewritten for remark in each.remarks),
            *old_values(gone, self.judge.names),
            *project_remarks(self.contents, gone, old),
        ]
        self._note(modules, own, rewritten)
        return Planned(
            plan=Plan.of(self.root, changes, remarks),
            old=old,
            lines=count_lines(changes, self.holds, self.contents),
            coverage=own.coverage,
            skipped=tuple(sorted(self.reading.skipped)),
            files=len(self.selection.files),
        )

    def _own_catalogue(self, modules: Iterable[OldModule]) -> OwnCatalogue:
        """What the tree's own catalogue takes: the declarations of all units, and the pages about models."""
        world = World(self.judge, [unit for unit in self.reading.units if self.judge.legacy.around(unit.file) is None])
        declared = [*models_of_its_own(modules, self.judge.names)]
        for unit in world.units:
            found = declared_models(world, unit)
            declared += found
            if found:
                self.holds[unit.path] = "declarations of models"
        pages = {path: data for path, data in self.contents.items() if may_be_guide(path)}
        today = self.judge.names.at.date()
        return own_catalogue(Path(self.root), pages, declared, makers=self.makers, today=today)

    def _rewritten(self, modules: list[OldModule], own: OwnCatalogue) -> tuple[list[Rewritten], Verdicts]:
        """Everything rewritten, in rounds: what stays of the old packages is rewritten too, and may need more of them."""
        old_paths = {each.path for each in modules}
        staying: set[str] = set()
        stuck: set[tuple[str, str]] = set()
        rosters = self._rosters(modules, own)
        while True:
            units = [unit for unit in self.reading.units if unit.path not in old_paths or unit.path in staying]
            world = World(self.judge, units, stuck)
            done = [rewrite(world, unit, rosters, own.models, self.sources[unit.path].made) for unit in units]
            found = {(each.unit.module, name) for each in done for name in each.stuck}
            demands = [*self.reading.demands, *(demand for each in done for demand in each.demands)]
            sites = [*self.reading.old, *(site for each in done for site in each.old)]
            verdict = verdicts(modules, demands, sites, keep=self.keep)
            if found <= stuck and (self.keep or set(verdict.staying) <= staying):
                return done, verdict
            stuck |= found
            staying |= set() if self.keep else set(verdict.staying)

    def _rosters(self, modules: Iterable[OldModule], own: OwnCatalogue) -> dict[str, Roster]:
        registries = {each.parent: each for each in modules if each.name == "models.registry"}
        find = self.judge.names.find
        found = {
            parent: roster_of(each.python, lambda key: key in own.models or find(key) is not None)
            for parent, each in registries.items()
        }
        return {"": ORIGINAL, **found}

    def _changes(self, rewritten: Iterable[Rewritten]) -> list[FileChange]:
        changes = (self.sources[each.unit.path].change(each.edits, each.text) for each in rewritten)
        return [change for change in changes if change is not None]

    def _note(self, modules: Iterable[OldModule], own: OwnCatalogue, rewritten: Iterable[Rewritten]) -> None:
        """What each file holds, where that counts as code of models, prices and providers."""
        for each in rewritten:
            if each.has_prices and not each.unit.is_test:
                self.holds.setdefault(each.unit.path, "prices")
        for change in own.changes:
            if change.path.endswith((".md", ".markdown")):
                self.holds[change.path] = "a guide"
        for module in modules:
            self.holds[module.path] = "an old package"
