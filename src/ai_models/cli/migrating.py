"""``migrate``: a code base moved from the old packages to ``ai_models``, planned, backed up and reversible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.options import EXIT_NO
from ai_models.cli.output import (
    Block,
    Bullets,
    Cell,
    Column,
    Facts,
    Note,
    Table,
    Title,
    harmless,
    on_terminal,
    print_json,
    show,
)
from ai_models.cli.words import plural

if TYPE_CHECKING:
    from ai_models.migrate.plan import FileChange, Remark
    from ai_models.migrate.planning import Planned
    from ai_models.migrate.status import RunStatus

__all__ = ["EPILOG", "app"]

EPILOG = """\b
Exit codes:
  0  nothing to do, or done
  1  there is something to do or to decide; validate found something; a run is
     damaged, or was killed
  2  it could not be done: a path, a file that was changed, a damaged backup
"""

_KINDS = {
    "undecided": "To decide: left as it was, because only its author knows what is meant",
    "difference": "Behaves otherwise: rewritten, or used on",
    "drift": "Old values that the catalogue contradicts",
    "manual": "To do besides",
}
_SHOWN_PLACES = 6

app = typer.Typer(
    no_args_is_help=True,
    epilog=EPILOG,
    rich_markup_mode=None,
    help="Move a code base from the old packages `models` and `providers`, and from prices of its own, to ai_models.",
)

Root = Annotated[Path, typer.Argument(metavar="PATH", help="The tree.", exists=True, file_okay=False, show_default=False)]
KeepPackages = Annotated[bool, typer.Option("--keep-packages", help="Leave the old packages in the tree where they are.")]
Exclude = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="PATTERN", help="Leave these alone; as in .gitignore. Repeatable.")
]
Makers = Annotated[
    list[str] | None,
    typer.Option("--maker", metavar="ID=MAKER", help="Who made a model that the tree declares. Repeatable."),
]
BackupDir = Annotated[
    Path | None, typer.Option("--backup-dir", metavar="DIR", help="Where backups are; your own state directory by default.")
]
AllowInside = Annotated[bool, typer.Option("--allow-inside", help="Take a backup directory that lies in the tree.")]
Run = Annotated[str | None, typer.Option("--run", metavar="RUN", help="The run, by name or number; the newest by default.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]


def _planned(root: Path, keep_packages: bool, exclude: list[str] | None, makers: list[str] | None) -> Planned:
    from ai_models.migrate.planning import plan_migration  # 0.2 s that --help does not pay; so below

    told = dict(_maker(text) for text in makers or ())
    return plan_migration(root, keep_packages=keep_packages, exclude=exclude or (), makers=told)


def _maker(text: str) -> tuple[str, str]:
    model, mark, maker = text.partition("=")
    if not mark or not model.strip() or not maker.strip():
        raise typer.BadParameter(f"write it as ID=MAKER, found {text!r}", param_hint="--maker")
    return model.strip(), maker.strip()


@app.command("plan", epilog=EPILOG, short_help="Show what would change, and what is left to decide.")
def plan(
    path: Root,
    diff: Annotated[bool, typer.Option("--diff", help="Print what would change as unified diffs.")] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Print where every passage of the guides goes.")] = False,
    keep_packages: KeepPackages = False,
    exclude: Exclude = None,
    maker: Makers = None,
    as_json: AsJson = False,
) -> None:
    """Show what would change, what would behave otherwise, and what is left to decide. Nothing is written."""
    if diff + coverage + as_json > 1:
        raise typer.BadParameter("one of --diff, --coverage and --json", param_hint="--diff")
    planned = _planned(path, keep_packages, exclude, maker)
    if as_json:
        print_json(_as_json(planned))
    elif diff:
        _print_diffs(planned.plan.changes)
    elif coverage:
        from ai_models.migrate.documents.coverage import summary

        for line in summary(planned.coverage):
            typer.echo(harmless(line))
    else:
        show(*_summary(planned))
    if planned.plan.changes or any(remark.kind == "undecided" for remark in planned.plan.remarks):
        raise typer.Exit(EXIT_NO)


def _print_diffs(changes: Iterable[FileChange]) -> None:
    """Print what would change: on a terminal as text, else byte for byte, so that it can be applied."""
    from ai_models.migrate.diffs import diff_of

    for change in changes:
        diff = diff_of(change)
        if on_terminal():
            typer.echo(harmless(_readable(diff)), nl=False)
        else:
            typer.echo(diff, nl=False)


def _readable(diff: bytes) -> str:
    try:
        return diff.decode()
    except UnicodeDecodeError:
        return diff.decode("latin-1")


@app.command("backup", epilog=EPILOG, short_help="Keep every file that would change.")
def backup(
    path: Root,
    keep_packages: KeepPackages = False,
    exclude: Exclude = None,
    maker: Makers = None,
    backup_dir: BackupDir = None,
    allow_inside: AllowInside = False,
) -> None:
    """Keep every file that would change, and what is to become of it; `apply` then carries out this very plan."""
    from ai_models.migrate.backup import backup as keep

    planned = _planned(path, keep_packages, exclude, maker)
    if not planned.plan.changes:
        show(Note("there is nothing to change, and nothing to keep"))
        return
    run = keep(planned.plan, backup_dir=backup_dir, allow_inside=allow_inside)
    show(Note(f"kept {plural(len(planned.plan.changes), 'file')} as run {run.name} in {run.folder}", "green"))


@app.command("apply", epilog=EPILOG, short_help="Change the files: all of them, or none.")
def apply(
    path: Root,
    keep_packages: KeepPackages = False,
    exclude: Exclude = None,
    maker: Makers = None,
    backup_dir: BackupDir = None,
    allow_inside: AllowInside = False,
) -> None:
    """Keep the files that change, then change them: all of them, or none."""
    from ai_models.migrate.applying import apply as carry_out

    planned = _planned(path, keep_packages, exclude, maker)
    applied = carry_out(planned.plan, backup_dir=backup_dir, allow_inside=allow_inside)
    if applied is None:
        show(Note("there is nothing to change"), *_left(planned))
        return
    done = f"{len(applied.changed):,} changed, {len(applied.added):,} added, {len(applied.removed):,} removed"
    show(
        Note(f"run {applied.run}: {done}", "green"),
        Note(f"the files as they were are in {applied.backup}"),
        *([Note(f"not empty, and left: {_folders(path, applied.left)}", "yellow")] if applied.left else []),
        *_left(planned),
    )


def _folders(root: Path, folders: Iterable[str]) -> str:
    """Folders that stay, each with the first of what is in it: mostly ``__pycache__``, which nobody misses."""
    held = {folder: min((each.name for each in (root / folder).glob("*")), default="") for folder in folders}
    return ", ".join(f"{folder} ({name})" if name else folder for folder, name in held.items())


def _left(planned: Planned) -> Iterator[Block]:
    """What an author has to see to: another plan would no longer know what stood in files that are gone."""
    yield from _remarks(planned, ("undecided", "manual"))


@app.command("validate", epilog=EPILOG, short_help="Check an applied run, and the files it left.")
def validate(
    path: Root, run: Run = None, backup_dir: BackupDir = None, allow_inside: AllowInside = False, as_json: AsJson = False
) -> None:
    """Check an applied run: nothing differs outside of its edits, files parse, imports resolve, values are accounted for."""
    from msgspec import to_builtins

    from ai_models.migrate.resolving import check_imports, check_values
    from ai_models.migrate.validation import remarks_of
    from ai_models.migrate.validation import validate as check

    remarks = remarks_of(path, run=run, backup_dir=backup_dir, allow_inside=allow_inside)
    checks = [check_imports, check_values(remarks)]
    found = check(path, run=run, backup_dir=backup_dir, allow_inside=allow_inside, checks=checks)
    if as_json:
        print_json(to_builtins(found))
    else:
        rows: list[list[Cell | str]] = [
            [Cell(f"{each.path}:{each.line}" if each.line else each.path), Cell(each.check, "yellow"), each.message]
            for each in found.findings
        ]
        columns = [Column("Where"), Column("Check"), Column("What")]
        empty = f"run {found.run}: {plural(found.files, 'file')} checked, nothing found"
        show(Table(columns, rows, empty=empty))
    if found.findings:
        raise typer.Exit(EXIT_NO)


@app.command("rollback", epilog=EPILOG, short_help="Put every file back as it was.")
def rollback(
    path: Root,
    run: Run = None,
    force: Annotated[bool, typer.Option("--force", help="Put files aside that were changed since, and restore.")] = False,
    backup_dir: BackupDir = None,
    allow_inside: AllowInside = False,
) -> None:
    """Put every file back as it was, byte for byte; a file that was changed since is named, and nothing is touched."""
    from ai_models.migrate.rollback import rollback as put_back

    done = put_back(path, run=run, force=force, backup_dir=backup_dir, allow_inside=allow_inside)
    if done.already:
        show(Note(f"run {done.run} had been rolled back before"))
        return
    show(Note(f"run {done.run}: {len(done.restored):,} restored, {len(done.removed):,} removed", "green"))
    for old, new in done.aside.items():
        show(Note(f"{old} had been changed since, and is {new} now", "yellow"))


@app.command("resume", epilog=EPILOG, short_help="Finish what a killed process was doing.")
def resume(path: Root, backup_dir: BackupDir = None, allow_inside: AllowInside = False) -> None:
    """Finish what a killed process was doing: applying, or rolling back."""
    from ai_models.migrate.rollback import resume as finish

    done = finish(path, backup_dir=backup_dir, allow_inside=allow_inside)
    show(Note(f"run {done.run} is finished", "green"))


@app.command("status", epilog=EPILOG, short_help="Show the runs of a tree, and its files beside them.")
def status(path: Root, backup_dir: BackupDir = None, allow_inside: AllowInside = False, as_json: AsJson = False) -> None:
    """Show the runs of a tree, and how each of their files compares with what the run left."""
    from msgspec import to_builtins

    from ai_models.migrate.status import status as look

    found = look(path, backup_dir=backup_dir, allow_inside=allow_inside)
    if as_json:
        print_json(to_builtins(found))
    else:
        columns = [Column("Run"), Column("State"), Column("Files"), Column("Backup")]
        rows: list[list[Cell | str]] = [_status_row(each) for each in found.runs]
        show(Table(columns, rows, empty=f"no migration of {found.root} is known (looked in {found.store})"))
        if found.at_work:
            show(Note("a process is changing the tree now", "yellow"))
        for name in filter(None, (found.unfinished, found.elsewhere)):
            show(Note(f"{name} was killed before its end: resume it, or roll it back", "red"))
    if found.unfinished or found.elsewhere or any(each.damaged for each in found.runs):
        raise typer.Exit(EXIT_NO)


def _status_row(run: RunStatus) -> list[Cell | str]:
    state = Cell("damaged", "red") if run.state is None else Cell(str(run.state))
    files = run.damaged or ", ".join(f"{count:,} {state}" for state, count in sorted(run.counts().items()))
    return [run.run, state, files, run.backup]


# A plan for people


def _summary(planned: Planned) -> Iterator[Block]:
    plan = planned.plan
    if not plan.changes:
        yield Note(f"there is nothing to change in {plural(planned.files, 'file')} of {plan.root}", "green")
    else:
        yield Title(plan.root, Cell(_counted(plan.changes)))
        yield Table(
            [Column("File"), Column("What"), Column("Edits", "number")], [_change_row(each) for each in plan.changes]
        )
    yield from _remarks(planned, _KINDS)
    yield from _own_lines(planned)
    yield from _skipped(planned)


def _remarks(planned: Planned, kinds: Iterable[str]) -> Iterator[Block]:
    for kind in kinds:
        remarks = [remark for remark in planned.plan.remarks if remark.kind == kind]
        if remarks:
            yield Title(_KINDS[kind], Cell(f"{len(remarks):,}"))
            yield Bullets([*_grouped(remarks)])


def _counted(changes: Iterable[FileChange]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for change in changes:
        counts["new" if change.before is None else "removed" if change.after is None else "changed"] += 1
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))


def _change_row(change: FileChange) -> list[Cell | str]:
    what = (
        Cell("new", "green")
        if change.before is None
        else Cell("removed", "red")
        if change.after is None
        else Cell("changed")
    )
    return [change.path, what, f"{len(change.edits):,}" if change.edits else ""]


def _grouped(remarks: Iterable[Remark]) -> Iterator[str]:
    """The remarks, those that say the same once, with every place."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for remark in remarks:
        place = f"{remark.path}:{remark.line}" if remark.line else remark.path
        groups[remark.legacy, remark.message, remark.advice].append(place)
    for (legacy, message, advice), places in groups.items():
        shown = ", ".join(places[:_SHOWN_PLACES])
        more = f" and {len(places) - _SHOWN_PLACES:,} more" if len(places) > _SHOWN_PLACES else ""
        subject = f"{legacy}: " if legacy and not message.startswith(legacy) else ""
        yield f"{shown}{more}: {subject}{message}" + (f" ({advice})" if advice else "")


def _own_lines(planned: Planned) -> Iterator[Block]:
    lines = planned.lines
    if lines.files:
        yield Title(
            "Own lines of model, price and provider code", Cell("neither blank nor a comment alone, in files that hold them")
        )
        yield Facts([("before", f"{lines.before:,}"), ("after", f"{lines.after:,} ({lines.percent:+.0f} %)")])


def _skipped(planned: Planned) -> Iterator[Block]:
    if planned.skipped:
        yield Title("Left alone")
        yield Bullets([f"{each.path or _several(each.count)}: {each.reason}" for each in planned.skipped])


def _several(count: int) -> str:
    return plural(count, "file") if count else "whole folders"


def _as_json(planned: Planned) -> dict[str, Any]:
    from msgspec import to_builtins

    from ai_models.migrate.plan import digest

    plan = planned.plan
    return {
        "root": plan.root,
        "files": planned.files,
        "changes": [
            {
                "path": change.path,
                "action": "add" if change.before is None else "remove" if change.after is None else "change",
                "reason": change.reason,
                "before": digest(change.before),
                "after": digest(change.after),
                "edits": to_builtins(change.edits),
            }
            for change in plan.changes
        ],
        "remarks": to_builtins(plan.remarks),
        "old_sites": to_builtins(planned.old),
        "own_lines": {**to_builtins(planned.lines), "before": planned.lines.before, "after": planned.lines.after},
        "coverage": to_builtins(planned.coverage),
        "skipped": to_builtins(planned.skipped),
    }
