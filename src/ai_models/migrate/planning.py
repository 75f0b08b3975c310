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

from ai_models.audit.files import FileKind, kind_of, select_files
from ai_models.audit.gathering import Judge
from ai_models.audit.legacy_tree import look_for_packages
from ai_models.audit.names import Names
from ai_models.catalog import Catalog, default_catalog
from ai_models.errors import MigrationError
from ai_models.migrate.declarations import Declaration
from ai_models.migrate.documents.coverage import Coverage
from ai_models.migrate.left_alone import why_left_alone
from ai_models.migrate.overlaying import OwnCatalogue, may_be_guide, own_catalogue
from ai_models.migrate.own_lines import OwnLines, count_lines
from ai_models.migrate.plan import FileChange, Plan, Remark
from ai_models.migrate.rewriting.decisions import declared_models
from ai_models.migrate.rewriting.other_files import listed
from ai_models.migrate.rewriting.packages import OldModule, Verdicts, modules_of, old_values, verdicts
from ai_models.migrate.rewriting.project_files import project_remarks
from ai_models.migrate.rewriting.rewriter import OldSite, Rewritten, rewrite
from ai_models.migrate.rewriting.rosters import ORIGINAL, Roster, roster_of
from ai_models.migrate.rewriting.sources import Source, may_matter, read_source
from ai_models.migrate.rewriting.world import World
from ai_models.models.base import as_utc

__all__ = ["Planned", "Skipped", "plan_migration"]


class Skipped(Struct, frozen=True, order=True):
    """A file that was not looked at, and why; or several: then ``path`` is empty, and whole folders are not counted."""

    path: str
    reason: str
    count: int = 1


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
        MigrationError: the root is no folder.
        CatalogError: the tree's own catalogue has problems already.
        OSError: a file cannot be read.
    """
    if not root.is_dir():
        raise MigrationError(f"there is no folder {root}")
    instant = datetime.now(UTC) if at is None else as_utc(at)
    names = Names(catalog or default_catalog(), instant)
    return _Planning(root, names, tuple(exclude), dict(makers or {}), keep=keep_packages).planned()


class _Planning:
    """One plan in the making."""

    def __init__(self, root: Path, names: Names, exclude: tuple[str, ...], makers: dict[str, str], *, keep: bool) -> None:
        self.root = os.path.realpath(root)
        self.keep = keep
        self.makers = makers
        self.selection = select_files([self.root], exclude=exclude, root=self.root)
        self.judge = Judge(names, legacy=look_for_packages(self.selection.files))
        self.contents: dict[str, bytes] = {}
        self.sources: dict[str, Source] = {}
        self.remarks: list[Remark] = []
        self.skipped: list[Skipped] = [Skipped("", reason, count) for reason, count in self.selection.passed_over.items()]
        self.holds: dict[str, str] = {}
        self.texts: list[OldSite] = []

    def planned(self) -> Planned:
        self._read()
        modules = modules_of(self.judge.legacy, self.sources)
        own = self._own_catalogue()
        rewritten, verdict = self._rewritten(modules, own)
        changes = [*own.changes, *self._changes(rewritten)]
        changes += [FileChange(path=p, before=self.contents[p], after=None, reason=why) for p, why in verdict.gone.items()]
        gone = [each for each in modules if each.path in verdict.gone]
        old = tuple(sorted([*self.texts, *(site for each in rewritten for site in each.old)]))
        remarks = [
            *self.remarks,
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
            skipped=tuple(sorted(self.skipped)),
            files=len(self.selection.files),
        )

    # Reading

    def _read(self) -> None:
        for file, reason in self.selection.errors:
            self.skipped.append(Skipped(self._relative(file), f"cannot be looked at: {reason}"))
        for file in self.selection.files:
            path, kind = self._relative(file), kind_of(file)
            data = Path(file).read_bytes()
            if not (self.judge.legacy.around(file) or may_matter(data, kind, path, self.judge.legacy)):
                continue
            reason = why_left_alone(path, data)
            if reason:
                self._leave_alone(path, reason)
                continue
            self.contents[path] = data
            if kind in (FileKind.PYTHON, FileKind.NOTEBOOK):
                source = read_source(path, file, data, kind)
                self.remarks += source.remarks
                if source.unit is not None:
                    self.sources[path] = source
            else:
                found = [*listed(path, file, data, kind, self.judge)]
                self.remarks += found
                self.texts += [OldSite(path, each.line, each.legacy) for each in found if each.rule == "text"]
                if any(remark.rule == "price" for remark in found):
                    self.holds[path] = "prices"

    def _relative(self, file: str) -> str:
        return os.path.relpath(file, self.root).replace(os.sep, "/")

    def _leave_alone(self, path: str, reason: str) -> None:
        self.skipped.append(Skipped(path, reason))
        self.remarks.append(
            Remark(
                kind="manual",
                path=path,
                line=0,
                rule="skipped",
                message=f"it is left alone: {reason}",
                advice="see to it by hand",
            )
        )

    # Rewriting

    def _own_catalogue(self) -> OwnCatalogue:
        """What the tree's own catalogue takes: the declarations of all units, and the pages about models."""
        units = [source.unit for source in self.sources.values() if source.unit is not None]
        world = World(self.judge, [unit for unit in units if self.judge.legacy.around(unit.file) is None])
        declared: list[Declaration] = []
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
        rosters = self._rosters(modules)
        while True:
            units = [
                source.unit
                for path, source in self.sources.items()
                if source.unit is not None and (path not in old_paths or path in staying)
            ]
            world = World(self.judge, units, stuck)
            done = [rewrite(world, unit, rosters, own.models) for unit in units]
            found = {(each.unit.module, name) for each in done for name in each.stuck}
            demands = [demand for each in done for demand in each.demands]
            verdict = verdicts(modules, demands, [site for each in done for site in each.old], keep=self.keep)
            if found <= stuck and (self.keep or set(verdict.staying) <= staying):
                return done, verdict
            stuck |= found
            staying |= set() if self.keep else set(verdict.staying)

    def _rosters(self, modules: Iterable[OldModule]) -> dict[str, Roster]:
        registries = {each.parent: each for each in modules if each.name == "models.registry"}
        is_known = self.judge.names.find
        found = {
            parent: roster_of(each.python, lambda key: is_known(key) is not None) for parent, each in registries.items()
        }
        return {"": ORIGINAL, **found}

    def _changes(self, rewritten: Iterable[Rewritten]) -> list[FileChange]:
        changes: list[FileChange] = []
        for each in rewritten:
            change = self.sources[each.unit.path].change(each)
            if isinstance(change, FileChange):
                changes.append(change)
            elif change is not None:
                self.remarks.append(change)
        return changes

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
