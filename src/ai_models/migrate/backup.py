"""A backup: every file that a plan changes as it is, checked against the plan and kept before the first of them changes.

    run = backup(plan)

What is kept of a file are its name, its content, its permissions and, where the process may give files away, its owner. Not
kept are extended attributes, access lists and times; of a file with several hard links, the other names keep the old text.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ai_models.errors import TreeChangedError, UnfinishedMigrationError
from ai_models.migrate.census import take_census
from ai_models.migrate.guard import guarded
from ai_models.migrate.journal import FORMAT, Manifest, digest_of
from ai_models.migrate.plan import Plan, digest
from ai_models.migrate.store import Run, Store
from ai_models.migrate.survey import Survey
from ai_models.migrate.tree import Tree

__all__ = ["backup", "check_before", "plan_digest", "prepared", "refuse_unfinished"]


def backup(
    plan: Plan, *, backup_dir: Path | None = None, allow_inside: bool = False, beside: Iterable[str] | None = None
) -> Run:
    """Keep every file that a plan changes, and what is to become of it; nothing in the tree changes.

    Args:
        plan: what is to be done to its ``root``.
        backup_dir: where; among the user's own state by default.
        allow_inside: take a directory that lies in the tree.
        beside: the other files of the tree whose hashes are kept too, so that ``validate`` can say that they are as they
            were; by default all but those of version control, environments and caches.

    Raises:
        UnfitPlanError: the plan must not be carried out on the tree.
        TreeChangedError: files are not as the plan says.
        UnfinishedMigrationError: a run of the tree was killed, and is to be finished first.
        MigrationError, OSError: the backup cannot be written; there is none.
    """
    store = Store.of(Tree(plan.root), backup_dir, allow_inside=allow_inside)
    with guarded(store):
        refuse_unfinished(store)
        return prepared(plan, store, beside)


def refuse_unfinished(store: Store) -> None:
    """Let nothing begin while a run is half done.

    Raises:
        UnfinishedMigrationError: one is.
    """
    run = store.unfinished()
    if run is not None:
        raise UnfinishedMigrationError(
            f"run {run.name} of {store.tree.root} was killed while it was {run.journal.state}: finish it with `resume`, or "
            "undo it with `rollback`, before another one",
            run=run.name,
        )


def prepared(plan: Plan, store: Store, beside: Iterable[str] | None = None) -> Run:
    """``backup`` in a tree that is held already."""
    survey = Survey(plan, store)
    census = take_census(store.tree, beside, excluded=[store.inside] if store.inside else [])
    for entry in survey.entries:
        census.pop(entry.path, None)
    run = store.new()
    manifest = Manifest(
        format=FORMAT,
        root=store.tree.root,
        run=run.name,
        plan=plan_digest(plan),
        entries=tuple(survey.entries),
        made=tuple(survey.made()),
        emptied=tuple(survey.emptied()),
        beside=census,
        remarks=plan.remarks,
    )
    run.write(manifest, survey.contents.values())
    return run


def plan_digest(plan: Plan) -> str:
    """One hash over all that a plan changes."""
    lines = [
        f"{change.path}\0{digest(change.before)}\0{digest(change.after)}\0{change.mode if change.before is None else ''}\n"
        for change in plan.changes
    ]
    return digest_of("".join(lines))


def check_before(tree: Tree, manifest: Manifest) -> None:
    """Refuse to begin where the tree is not as it was when the backup was made.

    Raises:
        TreeChangedError: it names every file that is not.
    """
    changed: dict[str, str] = {}
    for entry in manifest.entries:
        seen = tree.see(entry.path)
        if entry.standing(seen) != "before":
            changed[entry.path] = "is there already" if entry.before is None else entry.difference(seen)
    for folder in manifest.made:
        if tree.see(folder).kind != "absent":
            changed[folder] = "is there now"
    if changed:
        raise TreeChangedError(
            f"{tree.root} was changed since the backup; nothing was written: make a new plan", files=changed
        )
