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

from ai_models.audit.decoding import Decoded, decode
from ai_models.audit.files import FileKind, kind_of, select_files
from ai_models.audit.gathering import Judge
from ai_models.audit.imports import module_name
from ai_models.audit.legacy_tree import look_for_packages
from ai_models.audit.legacy_use import LEGACY_HINT
from ai_models.audit.names import Names
from ai_models.audit.python_source import Unparsable
from ai_models.catalog import Catalog, default_catalog
from ai_models.migrate.plan import FileChange, Plan, Remark
from ai_models.migrate.rewriting.packages import OldModule, Verdicts, modules_of, verdicts
from ai_models.migrate.rewriting.rewriter import OldSite, Rewriter, Rewritten
from ai_models.migrate.rewriting.rosters import ORIGINAL, Roster, roster_of
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World
from ai_models.models.base import as_utc

__all__ = ["Planned", "Skipped", "plan_migration"]


class Skipped(Struct, frozen=True, order=True):
    """A file, or a number of them, that was not looked at, and why."""

    path: str
    reason: str


class Planned(Struct, frozen=True, kw_only=True):
    """A plan, and what it was made of.

    ``old`` are the places that go on with old names, for which ``ai-models-legacy`` has to be installed. ``files`` is the
    number of files that were looked at.
    """

    plan: Plan
    old: tuple[OldSite, ...]
    skipped: tuple[Skipped, ...]
    files: int


def plan_migration(
    root: Path,
    *,
    keep_packages: bool = False,
    exclude: Iterable[str] = (),
    at: date | datetime | None = None,
    catalog: Catalog | None = None,
) -> Planned:
    """What a migration of a tree would change.

    Args:
        root: the tree.
        keep_packages: leave the old packages where they are.
        exclude: patterns as in ``.gitignore`` of what is left alone.
        at: the day on which names and prices are judged; now by default.
        catalog: what they are judged by; the process-wide catalogue by default.
    """
    instant = datetime.now(UTC) if at is None else as_utc(at)
    return _Planning(root, Names(catalog or default_catalog(), instant), tuple(exclude), keep=keep_packages).planned()


class _Planning:
    """One plan in the making."""

    def __init__(self, root: Path, names: Names, exclude: tuple[str, ...], *, keep: bool) -> None:
        self.root = os.path.realpath(root)
        self.keep = keep
        self.selection = select_files([self.root], exclude=exclude, root=self.root)
        self.judge = Judge(names, legacy=look_for_packages(self.selection.files))
        self.data: dict[str, bytes] = {}
        self.decoded: dict[str, Decoded] = {}
        self.units: dict[str, Unit] = {}
        self.remarks: list[Remark] = []
        self.skipped: list[Skipped] = []

    def relative(self, file: str) -> str:
        return os.path.relpath(file, self.root).replace(os.sep, "/")

    def planned(self) -> Planned:
        python = [file for file in self.selection.files if kind_of(file) is FileKind.PYTHON]
        for file in python:
            self._read(file)
        modules = modules_of(
            self.judge.legacy,
            {path: unit.file for path, unit in self.units.items()},
            {path: unit.python for path, unit in self.units.items()},
        )
        rewritten, verdict = self._rewritten(modules)
        changes = [change for each in rewritten.values() if (change := self._change(each)) is not None]
        for path, reason in verdict.gone.items():
            changes.append(FileChange(path=path, before=self.data[path], after=None, reason=reason))
        remarks = [*self.remarks, *verdict.remarks, *(remark for each in rewritten.values() for remark in each.remarks)]
        return Planned(
            plan=Plan.of(self.root, changes, remarks),
            old=tuple(sorted(site for each in rewritten.values() for site in each.old)),
            skipped=tuple(sorted(self.skipped)),
            files=len(self.selection.files),
        )

    def _read(self, file: str) -> None:
        path = self.relative(file)
        data = Path(file).read_bytes()
        if LEGACY_HINT.search(data) is None and self.judge.legacy.around(file) is None:
            return
        try:
            decoded = decode(data, FileKind.PYTHON)
            module, is_package = module_name(file)
            self.units[path] = Unit(path, file, decoded.text, module=module, is_package=is_package)
        except Unparsable as error:
            message = f"it is left as it is: {error.reason}"
            self.remarks.append(Remark(kind="undecided", path=path, line=error.line, rule="left", message=message))
            return
        self.data[path], self.decoded[path] = data, decoded

    def _rewritten(self, modules: list[OldModule]) -> tuple[dict[str, Rewritten], Verdicts]:
        """Everything rewritten, in rounds: what stays of the old packages is rewritten too, and may need more of them."""
        old_files = {each.path for each in modules}
        staying: set[str] = set()
        stuck: set[tuple[str, str]] = set()
        while True:
            units = [unit for path, unit in self.units.items() if path not in old_files or path in staying]
            world = World(self.judge, units)
            world.stuck = stuck
            rosters = self._rosters(modules)
            done = {unit.path: Rewriter(world, unit, rosters).rewritten() for unit in units}
            found = {(each.unit.module, name) for each in done.values() for name in each.stuck}
            demands = [demand for each in done.values() for demand in each.demands]
            verdict = verdicts(modules, demands, [site for each in done.values() for site in each.old], keep=self.keep)
            if found <= stuck and set(verdict.staying) <= staying | (old_files if self.keep else set()):
                return done, verdict
            stuck |= found
            staying |= set() if self.keep else set(verdict.staying)

    def _rosters(self, modules: list[OldModule]) -> Mapping[str, Roster]:
        found = {"": ORIGINAL}
        for each in modules:
            if each.name == "models.registry":
                parent = each_parent(each)
                found[parent] = roster_of(each.python, lambda key: self.judge.names.find(key) is not None)
        return found

    def _change(self, each: Rewritten) -> FileChange | None:
        if not each.edits:
            return None
        path = each.unit.path
        after = self.decoded[path].encode(each.text)
        return FileChange(
            path=path, before=self.data[path], after=after, reason="it uses the old packages", edits=each.edits
        )


def each_parent(module: OldModule) -> str:
    """The dotted name of what an old package lies in."""
    name, _ = module_name(os.path.join(module.package.place, "__init__.py"))
    return name.rpartition(".")[0] if module.is_copy else ""


