"""A migration checked against its journal: nothing outside of the edits differs, and what was changed still works.

    found = validate(root)
    found.findings

What is checked, by the name that a finding bears:

``disk``        every file is as the run left it
``spans``       what was before with the edits of the plan is what is there now, byte for byte
``form``        Python compiles with its own encoding, a notebook's cells do, YAML, TOML and JSON can be read
``catalogue``   the tree's own catalogue files, with the shipped catalogue beneath, are free of problems
``elsewhere``   no other file of the tree has changed since the backup

More checks are given as functions: whether imports resolve is one (``checks=[…]``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from ai_models.errors import MigrationError, UnfitPlanError
from ai_models.migrate.census import differences
from ai_models.migrate.editing import edited
from ai_models.migrate.journal import Entry, RunState
from ai_models.migrate.own_catalogue import catalogue_faults
from ai_models.migrate.parsing import faults
from ai_models.migrate.plan import Edit, FileChange, Plan, Remark
from ai_models.migrate.store import Run, Store
from ai_models.migrate.tree import Tree

__all__ = ["Changed", "Check", "Finding", "Validation", "remarks_of", "validate", "validate_plan"]


class Finding(Struct, frozen=True, kw_only=True, order=True):
    """One thing that is wrong; ``line`` counts from 1, 0 is the file as a whole."""

    path: str
    line: int
    check: str
    message: str


class Changed(Struct, frozen=True, kw_only=True):
    """A file that a migration changed; None where there was none, or is none."""

    path: str
    before: bytes | None
    after: bytes | None
    edits: tuple[Edit, ...] = ()


Check = Callable[[str, Sequence[Changed]], Iterable[Finding]]
"""A check of one's own: of the tree's root and its changed files."""


class Validation(Struct, frozen=True, kw_only=True):
    """What was found, by path and line; ``files`` is how many were looked at."""

    run: str
    files: int
    findings: tuple[Finding, ...]


def validate_plan(plan: Plan) -> tuple[Finding, ...]:
    """What would be wrong with the files of a plan: spans and form, before anything is written."""
    changed = [_of_plan(change) for change in plan.changes]
    return tuple(sorted({*_span_findings(changed), *_form_findings(changed)}))


def validate(
    root: Path,
    *,
    run: str | None = None,
    backup_dir: Path | None = None,
    allow_inside: bool = False,
    checks: Sequence[Check] = (),
) -> Validation:
    """Check the newest run of a tree that is applied, or the one that is named.

    Raises:
        MigrationError: no such run is applied.
        JournalError: its backup is damaged.
        OSError: a file may not be read.
    """
    store = Store.of(Tree(root), backup_dir, allow_inside=allow_inside)
    chosen = _chosen(store, run)
    changed = [_of_run(chosen, entry) for entry in chosen.manifest.entries]
    findings = {
        *_disk_findings(chosen),
        *_span_findings(changed),
        *_form_findings(changed),
        *_catalogue_findings(store.tree, changed),
        *_elsewhere_findings(chosen),
        *(finding for check in checks for finding in check(store.tree.root, changed)),
    }
    return Validation(run=chosen.name, files=len(changed), findings=tuple(sorted(findings)))


def remarks_of(
    root: Path, *, run: str | None = None, backup_dir: Path | None = None, allow_inside: bool = False
) -> tuple[Remark, ...]:
    """What the plan of a run said, for checks that ask whether something was listed.

    Raises:
        MigrationError, JournalError: as ``validate``.
    """
    return _chosen(Store.of(Tree(root), backup_dir, allow_inside=allow_inside), run).manifest.remarks


def _chosen(store: Store, name: str | None) -> Run:
    if name is not None:
        chosen = store.run(name)
        if chosen.journal.state is not RunState.APPLIED:
            raise MigrationError(f"run {chosen.name} is {chosen.journal.state}; only one that is applied can be validated")
        return chosen
    applied = [run for run in store.runs() if run.journal.state is RunState.APPLIED]
    if not applied:
        raise MigrationError(f"no migration of {store.tree.root} is applied (looked in {store.folder})")
    return applied[-1]


def _of_plan(change: FileChange) -> Changed:
    return Changed(path=change.path, before=change.before, after=change.after, edits=change.edits)


def _of_run(run: Run, entry: Entry) -> Changed:
    before = run.content(entry.before.digest) if entry.before is not None and entry.before.link is None else None
    after = run.content(entry.after.digest) if entry.after is not None else None
    return Changed(path=entry.path, before=before, after=after, edits=entry.edits)


def _disk_findings(run: Run) -> Iterator[Finding]:
    for entry in run.manifest.entries:
        seen = run.store.tree.see(entry.path)
        if entry.standing(seen) != "after":
            said = "is as it was before" if entry.standing(seen) == "before" else entry.difference(seen)
            yield Finding(path=entry.path, line=0, check="disk", message=f"{said}, and not as the migration left it")


def _span_findings(changed: Iterable[Changed]) -> Iterator[Finding]:
    for file in changed:
        if not file.edits or file.before is None:
            continue
        try:
            same = edited(file.before, file.path, file.edits) == file.after
            message = "" if same else "differs from what was before in more than the edits of the plan"
        except UnfitPlanError as error:
            message = "; ".join(error.files.values())
        if message:
            yield Finding(path=file.path, line=0, check="spans", message=message)


def _form_findings(changed: Iterable[Changed]) -> Iterator[Finding]:
    for file in changed:
        for fault in faults(file.path, file.before, file.after) if file.after is not None else ():
            yield Finding(path=file.path, line=fault.line, check="form", message=fault.message)


def _catalogue_findings(tree: Tree, changed: Iterable[Changed]) -> Iterator[Finding]:
    if any(file.path.endswith((".yaml", ".yml", "pyproject.toml")) for file in changed):
        for problem in catalogue_faults(tree):
            yield Finding(path=problem.file, line=problem.line, check="catalogue", message=problem.message)


def _elsewhere_findings(run: Run) -> Iterator[Finding]:
    for path, why in differences(run.store.tree, run.manifest.beside).items():
        yield Finding(path=path, line=0, check="elsewhere", message=f"{why} since the backup, and not by the migration")
