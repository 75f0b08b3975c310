"""``Reading``: the files of a tree that may have to do with the old packages, with prices or with guides, read once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from ai_models.audit.files import FileKind, Selection, kind_of
from ai_models.audit.gathering import Judge
from ai_models.migrate.left_alone import why_left_alone
from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.other_files import Listed, listed, unparsable
from ai_models.migrate.rewriting.outcome import Demand, OldSite
from ai_models.migrate.rewriting.sources import Source, may_matter, read_source
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World

__all__ = ["Reading", "Skipped"]

_STAR = rb"\bimport[ \t\\\r\n]*\*"
"""A file that passes on what it does not name."""


class Skipped(Struct, frozen=True, order=True):
    """A file that was not looked at, and why; or several: then ``path`` is empty, and whole folders are not counted."""

    path: str
    reason: str
    count: int = 1


class Reading:
    """What was read.

    ``contents`` are the files that may matter, by their paths; ``sources`` those of them that are Python. ``old`` are places
    that go on with old names and that nobody rewrites, ``demands`` what they need of the tree's own packages, ``priced`` the
    files in which prices are written down and stay.
    """

    def __init__(self, root: str, selection: Selection, judge: Judge) -> None:
        """Read.

        Args:
            root: the tree.
            selection: its files.
            judge: the catalogue, and the packages of the tree.
        """
        self._root = root
        self._judge = judge
        self.contents: dict[str, bytes] = {}
        self.sources: dict[str, Source] = {}
        self.remarks: list[Remark] = []
        self.skipped = [Skipped("", reason, count) for reason, count in selection.passed_over.items()]
        self.skipped += [Skipped(self._relative(file), f"cannot be looked at: {why}") for file, why in selection.errors]
        self.old: list[OldSite] = []
        self.demands: list[Demand] = []
        self.priced: set[str] = set()
        self._others: list[str] = []
        for file in selection.files:
            self._look_at(file)
        self._look_for_names()

    @property
    def units(self) -> list[Unit]:
        """The Python that can be read."""
        return [source.unit for source in self.sources.values() if source.unit is not None]

    def _look_at(self, file: str) -> None:
        path, kind = self._relative(file), kind_of(file)
        data = self._data(file)
        if data is None:
            return
        if self._judge.legacy.around(file) or may_matter(data, kind, path, self._judge.legacy):
            self._take(path, file, kind, data)
        elif kind in (FileKind.PYTHON, FileKind.NOTEBOOK):
            self._others.append(file)

    def _data(self, file: str) -> bytes | None:
        try:
            return Path(file).read_bytes()
        except OSError as error:
            self._leave_alone(self._relative(file), f"it cannot be read: {error.strerror}")
            return None

    def _relative(self, file: str) -> str:
        return os.path.relpath(file, self._root).replace(os.sep, "/")

    def _leave_alone(self, path: str, reason: str) -> None:
        self.skipped.append(Skipped(path, reason))
        message = f"it is left alone: {reason}"
        self.remarks.append(
            Remark(kind="manual", path=path, line=0, rule="skipped", message=message, advice="see to it by hand")
        )

    def _take(self, path: str, file: str, kind: FileKind, data: bytes) -> None:
        reason = why_left_alone(path, data)
        if reason:
            self._leave_alone(path, reason)
            return
        self.contents[path] = data
        if kind not in (FileKind.PYTHON, FileKind.NOTEBOOK):
            self._note(listed(path, file, data, kind, self._judge))
            return
        source = self.sources[path] = read_source(path, file, data, kind)
        self.remarks += source.remarks
        if not self._judge.legacy.around(file):
            self._note(unparsable(source, self._judge))

    def _note(self, found: Listed) -> None:
        self.remarks += found.remarks
        self.old += found.old
        self.demands += found.demands
        if found.has_prices:
            self.priced.add(found.path)

    def _look_for_names(self) -> None:
        """Read the files, too, that name nothing old, but take something old from a module that gives it another name."""
        known: set[str] = set()
        while self._others:
            names = World(self._judge, self.units).passed_on
            if names <= known:
                return
            known |= names
            self._take_those_that_name(names)

    def _take_those_that_name(self, names: Iterable[str]) -> None:
        listed = b"|".join(re.escape(name.encode()) for name in sorted(names))
        pattern = re.compile(rb"\b(?:%s)\b|%s" % (listed, _STAR))
        for file in [*self._others]:
            data = self._data(file)
            if data is not None and pattern.search(data):
                self._others.remove(file)
                self._take(self._relative(file), file, kind_of(file), data)
