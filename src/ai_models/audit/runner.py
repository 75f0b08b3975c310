"""An audit from paths to a report: which files, one by one or in several processes, and what of it is news."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec import Struct
from pathspec import GitIgnoreSpec

from ai_models.audit.baseline import Known, fingerprinted, read_baseline
from ai_models.audit.changed import changes_since
from ai_models.audit.codes import chosen, unknown_selectors
from ai_models.audit.configuration import MOST_DAYS, Configuration, find_configuration
from ai_models.audit.doors import through_doors
from ai_models.audit.files import displayed, relative_to, select_files
from ai_models.audit.findings import Finding, ModelUse, PriceFound, Service
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.ignored import Ignored, file_pattern
from ai_models.audit.legacy_tree import LegacyTree, look_for_packages
from ai_models.audit.names import Names
from ai_models.audit.scan import Scanned, scan_bytes, scan_file
from ai_models.audit.spans import SourceText, Span
from ai_models.catalog import Catalog, default_catalog
from ai_models.errors import AuditError
from ai_models.models.base import as_utc

__all__ = ["DEFAULT_WITHIN", "Options", "Report", "Standard", "audit"]

DEFAULT_WITHIN: Final = 90
"""Days before a retirement from which it is reported."""

_WORTH_PROCESSES: Final = 12_000_000
"""Bytes from which starting processes costs less than it saves."""
_CHUNK: Final = 400_000


class Standard(Struct, frozen=True):
    """The content of a file that is read from elsewhere, under the name that says how it is read."""

    name: str
    content: bytes


class Options(Struct, frozen=True, kw_only=True):
    """How an audit is made; what is None or empty here is as the project's configuration says, or as it is by default.

    Attributes:
        select, ignore: codes or prefixes of them; the longer one wins.
        within: days before a retirement from which it is reported.
        at: the day on which names, lifecycles, prices and suppressions are judged; now by default.
        baseline: a file of known findings, which are not reported; ``""`` is none, whatever the configuration says.
        changed: a git reference; only findings on lines that are new since then are reported.
        exclude: patterns as in ``.gitignore``, besides those of the configuration.
        skip: files that are not looked at, such as a baseline that is being written.
        gitignore: whether what git ignores is passed over.
        jobs: processes; 0 is as many as there are processors, for trees that are worth it.
        imports: whether the imports of every file are read, as graphs need.
        catalog: what names are judged by; the process-wide catalogue by default.
        standard: one file's content that stands in for what is on the disk.
        configuration: what the project says; found beside the paths by default.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    within: int | None = None
    at: date | datetime | None = None
    baseline: str | None = None
    changed: str | None = None
    exclude: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    gitignore: bool = True
    jobs: int = 0
    imports: bool = False
    catalog: Catalog | None = None
    standard: Standard | None = None
    configuration: Configuration | None = None


class Report(Struct, frozen=True, kw_only=True):
    """What an audit found.

    ``findings`` are those that count: selected, not suppressed, not known, and new where that was asked. ``files`` is the
    number of files that were looked at, ``passed_over`` how many were not, by reason. ``known`` counts the findings that the
    baseline holds, ``stale`` are its entries that are settled. ``relative`` gives each path relative to ``root``.
    """

    findings: tuple[Finding, ...]
    uses: tuple[ModelUse, ...]
    prices: tuple[PriceFound, ...]
    services: tuple[Service, ...]
    imports: dict[str, tuple[str, ...]]
    files: int
    passed_over: dict[str, int]
    known: int
    stale: tuple[Known, ...]
    at: datetime
    root: str
    relative: dict[str, str]
    legacy: LegacyTree

    @property
    def fails(self) -> bool:
        """Whether there is a finding that is more than a note."""
        return any(finding.severity != "note" for finding in self.findings)


def audit(paths: Sequence[str | os.PathLike[str]], options: Options | None = None) -> Report:
    """Audit files and folders.

    Args:
        paths: what to look at; a folder is looked through.
        options: how; see ``Options``.

    Raises:
        AuditError: a path that does not exist, a mistake in the configuration or the baseline, a reference that git does
            not know, a selector that means no code.
        CatalogError: the catalogue cannot be used.
    """
    asked = options or Options()
    places = [os.fspath(path) for path in paths]
    _check(places, asked)
    configuration = asked.configuration or find_configuration(asked.standard.name if asked.standard else places[0])
    return _Run(places, asked, configuration).report()


def _check(places: Sequence[str], asked: Options) -> None:
    if not places and asked.standard is None:
        raise AuditError("there is nothing to audit: name a file or a folder")
    for path in places:
        if not os.path.lexists(path):
            raise AuditError(f"there is no {path or repr(path)}")
    for selector, near in unknown_selectors((*asked.select, *asked.ignore)).items():
        raise AuditError(f"no code is called {selector}" + (f"; did you mean {near[0]}?" if near else ""))
    if asked.within is not None and not 0 <= asked.within <= MOST_DAYS:
        raise AuditError(f"within is a number of days from 0 to {MOST_DAYS}, found {asked.within}")


class _FileIgnore(Struct, frozen=True):
    """Codes that do not count in some files; in all others where the pattern is ``!…``."""

    spec: GitIgnoreSpec
    codes: tuple[str, ...]
    inverted: bool

    @classmethod
    def of(cls, glob: str, codes: tuple[str, ...]) -> _FileIgnore:
        """The codes of a pattern, relative to the project's root."""
        pattern = file_pattern(glob.removeprefix("!"))
        return cls(GitIgnoreSpec.from_lines([pattern]), codes, glob.startswith("!"))

    def covers(self, finding: Finding, path: str) -> bool:
        """Whether a finding in the file of this path does not count."""
        return finding.code.startswith(self.codes) and self.spec.match_file(path) is not self.inverted


class _Run:
    """One audit."""

    def __init__(self, places: Sequence[str], asked: Options, configuration: Configuration) -> None:
        self.places = places
        self.asked = asked
        self.configuration = configuration
        self.at = datetime.now(UTC) if asked.at is None else as_utc(asked.at)
        self.codes = chosen(asked.select or configuration.select, (*configuration.ignore, *asked.ignore))
        if not self.codes:
            raise AuditError("select and ignore leave no code to look for")
        self.changes = None if asked.changed is None else changes_since(asked.changed, configuration.root)
        self.ignores = [_FileIgnore.of(glob, codes) for glob, codes in configuration.per_file_ignores.items()]
        excluded = self._excluded()
        self.standard = asked.standard
        self.selection = select_files(places, exclude=excluded, gitignore=asked.gitignore)
        self.passed_over = Counter(self.selection.passed_over)
        if asked.standard is not None and excluded.matches(asked.standard.name, is_folder=False):
            self.standard = None
            self.passed_over["excluded"] += 1
        self.legacy = look_for_packages(self.selection.files)

    def report(self) -> Report:
        scanned = [*self._scanned()]
        relative = {each.path: relative_to(each.path, self.configuration.root) for each in scanned}
        found = [
            finding
            for each in scanned
            for finding in fingerprinted(each.findings, relative[each.path])
            if finding.code in self.codes
        ]
        found = [*self._without_ignored(found, relative)]
        baseline = self.configuration.baseline if self.asked.baseline is None else self.asked.baseline
        known = 0
        stale: list[Known] = []
        if baseline:
            new, stale = read_baseline(baseline).split(found)
            known, found = len(found) - len(new), new
            looked_at = {*relative.values()}
            stale = [entry for entry in stale if entry.code in self.codes and self._is_settled(entry.path, looked_at)]
        if self.changes is not None:
            found = [finding for finding in found if self.changes.holds(finding)]
        self.passed_over["binary"] += sum(each.binary for each in scanned)
        return Report(
            findings=tuple(sorted(found, key=lambda finding: finding.sort_key)),
            uses=tuple(use for each in scanned for use in each.uses),
            prices=tuple(price for each in scanned for price in each.prices),
            services=tuple(service for each in scanned for service in each.services),
            imports={each.path: each.imports for each in scanned if each.imports},
            files=sum(not each.binary for each in scanned),
            passed_over={reason: count for reason, count in sorted(self.passed_over.items()) if count},
            known=known,
            stale=tuple(stale),
            at=self.at,
            root=self.configuration.root,
            relative=relative,
            legacy=self.legacy,
        )

    def _excluded(self) -> Ignored:
        """What is passed over: patterns are relative to the project's root, those of the command line also to where it is
        given."""
        root, asked = self.configuration.root, [file_pattern(each) for each in self.asked.exclude]
        excluded = Ignored().with_patterns(root, [*self.configuration.exclude, *asked])
        return excluded.with_patterns(os.getcwd(), asked)

    def _is_settled(self, path: str, looked_at: set[str]) -> bool:
        """Whether a file of the baseline was looked at, or is gone: of others nobody knows."""
        return path in looked_at or not os.path.lexists(os.path.join(self.configuration.root, path))

    def _without_ignored(self, found: Iterable[Finding], relative: dict[str, str]) -> Iterator[Finding]:
        for finding in found:
            if not any(each.covers(finding, relative[finding.path]) for each in self.ignores):
                yield finding

    def _scanned(self) -> Iterator[Scanned]:
        names = Names(self.asked.catalog or default_catalog(), self.at)
        within = next(w for w in (self.asked.within, self.configuration.within, DEFAULT_WITHIN) if w is not None)
        judge = Judge(names, within, self.legacy, self.asked.imports)
        if self.standard is not None:
            yield scan_bytes(self.standard.content, self.standard.name, judge, self.codes)
        for path, reason in self.selection.errors:
            yield _unreadable(path, reason)
        files = [path for path in self.selection.files if self._is_wanted(path)]
        found = dict(zip(files, _scan(files, judge, self.codes, self.asked), strict=True))
        yield from through_doors(found, judge, self.codes).values()

    def _is_wanted(self, path: str) -> bool:
        """Whether a file has changed, where that matters, and is none of the audit's own: a baseline quotes its findings."""
        own = (self.asked.baseline, self.configuration.baseline, *self.asked.skip)
        if any(file and os.path.realpath(file) == os.path.realpath(path) for file in own):
            return False
        return self.changes is None or self.changes.touches(path)


def _unreadable(path: str, reason: str) -> Scanned:
    gathered = Gathered(displayed(path), SourceText(""))
    gathered.report("AIM901", Span(1, 1, 1, 1), path, f"it cannot be looked at: {reason}", facts={"reason": reason})
    return Scanned(path=gathered.path, findings=tuple(gathered.findings))


# One process, or several


def _scan(files: list[str], judge: Judge, codes: frozenset[str], asked: Options) -> Iterator[Scanned]:
    jobs = asked.jobs or os.cpu_count() or 1
    if jobs > 1 and (sizes := [_size(path) for path in files]) and (asked.jobs or sum(sizes) > _WORTH_PROCESSES):
        method = _start_method(asked)
        if method is not None:
            yield from _in_processes([*_chunks(files, sizes)], judge, codes, jobs, method)
            return
    for path in files:
        yield scan_file(path, judge, codes)


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0  # it is read, and reported, later


def _start_method(asked: Options) -> str | None:
    """How processes are started: forked, with all that is in memory, where that is safe; anew where they can load the same
    catalogue themselves; None where neither holds."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return "fork"
    return "spawn" if asked.catalog is None and getattr(sys.modules["__main__"], "__file__", None) else None


def _chunks(files: list[str], sizes: list[int]) -> Iterator[list[str]]:
    """Files in runs of about the same number of bytes: one call a file would cost more than small files do."""
    chunk: list[str] = []
    total = 0
    for path, size in zip(files, sizes, strict=True):
        chunk.append(path)
        total += size
        if total >= _CHUNK:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk


class _Worker:
    """What a worker process judges by, set once when it starts."""

    judge: Judge
    codes: frozenset[str]

    @classmethod
    def start(cls, judge: Judge, codes: frozenset[str]) -> None:
        """Keep what a forked process inherits."""
        cls.judge, cls.codes = judge, codes

    @classmethod
    def load(cls, at: datetime, within: int, legacy: LegacyTree, imports: bool, codes: frozenset[str]) -> None:  # noqa: FBT001 a pool gives positions
        """Load the process-wide catalogue anew, in a process that inherits nothing."""
        cls.start(Judge(Names(default_catalog(), at), within, legacy, imports), codes)

    @classmethod
    def scan(cls, files: list[str]) -> list[Scanned]:
        """Scan a run of files."""
        return [scan_file(path, cls.judge, cls.codes) for path in files]


def _in_processes(chunks: list[list[str]], judge: Judge, codes: frozenset[str], jobs: int, method: str) -> Iterator[Scanned]:
    start: Callable[..., None] = _Worker.start
    given: tuple[Any, ...] = (judge, codes)
    if method != "fork":
        start, given = _Worker.load, (judge.names.at, judge.within, judge.legacy, judge.imports, codes)
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(min(jobs, len(chunks)), context, initializer=start, initargs=given) as pool:
        for found in pool.map(_Worker.scan, chunks):
            yield from found
