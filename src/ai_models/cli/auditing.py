"""``audit``: what a code base uses, and what is wrong with it."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.options import EXIT_NO, EXIT_USAGE
from ai_models.cli.output import Cell, Column, Note, Table, harmless, on_terminal, print_json, show, terminal_width
from ai_models.cli.parsing import one_of, read_instant
from ai_models.cli.words import plural
from ai_models.errors import AuditError

if TYPE_CHECKING:
    from ai_models.audit import Options, Report, Standard
    from ai_models.audit.configuration import Configuration

__all__ = ["EPILOG", "audit"]

_FORMATS = ("full", "concise", "json", "github", "sarif", "markdown")
_INVENTORIES = ("json", "markdown")
_GRAPHS = ("mermaid", "dot", "json")
_SEVERITY_STYLES = {"error": "red", "warning": "yellow", "note": "cyan"}

EPILOG = """\b
Exit codes:
  0  nothing was found, or notes alone
  1  an error or a warning was found
  2  it could not run: a path, a code, the configuration, the baseline, git
"""

Codes = list[str] | None


@dataclass(frozen=True)
class _Repair:
    """What to do with fixes: write them, show them, and whether those that change behaviour are wanted."""

    write: bool
    show: bool
    unsafe: bool


def audit(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Files and folders.  [default: .]", show_default=False)
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help=f"{', '.join(_FORMATS)}.  [default: full on a terminal, else concise]"
        ),
    ] = None,
    select: Annotated[
        Codes, typer.Option("--select", metavar="CODES", help="Only these codes or prefixes: AIM1,AIM202.")
    ] = None,
    ignore: Annotated[Codes, typer.Option("--ignore", metavar="CODES", help="Not these; the longer prefix wins.")] = None,
    within: Annotated[
        int | None,
        typer.Option(
            "--within",
            min=0,
            max=36_500,
            metavar="DAYS",
            help="Report retirements from this many days before.  [default: 90]",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at", parser=read_instant, metavar="DATE", help="Judge on another day; now by default.", show_default=False
        ),
    ] = None,
    changed: Annotated[
        str | None, typer.Option("--changed", metavar="REF", help="Only lines that are new since a commit, branch or tag.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Findings that are known, and not reported.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write what is found now into the baseline, and report nothing.")
    ] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Carry out safe fixes: pin aliases, remove unused comments.")] = False,
    unsafe_fixes: Annotated[
        bool,
        typer.Option("--unsafe-fixes", help="With --fix or --diff: also replace models by those that their makers name."),
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found.")] = False,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings by code instead.")] = False,
    inventory: Annotated[
        str | None,
        typer.Option(
            "--inventory",
            metavar="FORMAT",
            help="Write what is used (models, providers, old API, prices): json or markdown.",
        ),
    ] = None,
    graph: Annotated[
        str | None,
        typer.Option(
            "--graph", metavar="FORMAT", help="Write which modules use which old modules and models: mermaid, dot, json."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of printing.")
    ] = None,
    exclude: Annotated[
        Codes,
        typer.Option(
            "--exclude", metavar="PATTERN", help="Pass over these, besides those of the configuration; as in .gitignore."
        ),
    ] = None,
    no_gitignore: Annotated[bool, typer.Option("--no-gitignore", help="Look at what git ignores, too.")] = False,
    stdin_filename: Annotated[
        str | None,
        typer.Option("--stdin-filename", metavar="NAME", help="Audit the standard input as the file of this name."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="A pyproject.toml other than the nearest above the first PATH."),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, metavar="N", help="Processes; 0 decides by the size of the tree.")
    ] = 0,
) -> None:
    """Find models, prices, limits and old imports in a code base: names that are unknown, retired or about to retire, prices
    and context windows that have drifted, calls that a model cannot serve.

    Python is read by its grammar, notebooks by their cells, everything else by words. What .gitignore names is passed over.
    `# ai-models: ignore[AIM102] until=2027-01-31` ignores a finding on its line; [tool.ai_models.audit] in pyproject.toml
    says what a project always wants. docs/audit.md lists the codes.
    """
    _check_together(
        {
            "--inventory": inventory is not None,
            "--graph": graph is not None,
            "--statistics": statistics,
            "--diff": diff,
            "--write-baseline": write_baseline,
            "--fix": fix,
            "--changed": changed is not None,
            "--output": output is not None,
            "--stdin-filename": stdin_filename is not None,
            "--format": form is not None,
        }
    )
    if unsafe_fixes and not (fix or diff):
        raise typer.BadParameter("--unsafe-fixes needs --fix or --diff")
    if stdin_filename == "":
        raise typer.BadParameter("--stdin-filename needs a name, which says how the input is read")
    chosen = _format(form, statistics=statistics)
    from ai_models.audit import Options  # 0.1 s that --help does not pay

    places = paths or ([] if stdin_filename else ["."])
    configuration = _configuration(config, stdin_filename or places[0])
    known = configuration.baseline if baseline is None else str(baseline)
    if write_baseline and known is None:
        raise typer.BadParameter("--write-baseline needs --baseline FILE, or a baseline in the configuration")
    options = Options(
        select=_split(select, "--select"),
        ignore=_split(ignore, "--ignore"),
        within=within,
        at=at,
        baseline="" if write_baseline else known,
        changed=changed,
        exclude=tuple(exclude or ()),
        skip=tuple(str(file) for file in (known, output) if file is not None),
        gitignore=not no_gitignore,
        jobs=jobs,
        imports=graph is not None,
        standard=_standard(stdin_filename),
        configuration=configuration,
    )
    if inventory is not None or graph is not None:
        _write(_picture(places, options, inventory, graph), output)
        return
    report = _run(places, options)
    if write_baseline and known is not None:
        _write_baseline(report, known)
        return
    repair = _Repair(write=fix and not diff, show=diff, unsafe=unsafe_fixes)
    if repair.write or repair.show:
        report = _repaired(report, repair, places, options)
    if statistics:
        _count(report, as_json=chosen == "json")
    elif not repair.show:
        _tell(report, chosen, output)
    if report.fails and not exit_zero:
        raise typer.Exit(EXIT_NO)


_APART = (
    ({"--inventory", "--graph", "--statistics", "--diff", "--write-baseline"}, "each is the whole answer"),
    ({"--inventory", "--fix"}, "an inventory only reads"),
    ({"--graph", "--fix"}, "a graph only reads"),
    ({"--write-baseline", "--fix"}, "fix first, then write what is left"),
    ({"--write-baseline", "--changed"}, "a baseline is of everything, or what it does not name is news again"),
    ({"--stdin-filename", "--fix"}, "the standard input is only read"),
    ({"--stdin-filename", "--diff"}, "the standard input is only read"),
    ({"--stdin-filename", "--write-baseline"}, "the standard input is only read"),
    ({"--stdin-filename", "--changed"}, "git knows nothing of the standard input"),
    ({"--format", "--inventory"}, "--inventory says in which form"),
    ({"--format", "--graph"}, "--graph says in which form"),
    ({"--format", "--write-baseline"}, "a baseline has one form"),
    ({"--output", "--diff"}, "a diff is printed"),
    ({"--output", "--statistics"}, "statistics are printed"),
    ({"--output", "--write-baseline"}, "--baseline says where it goes"),
)
"""Options of which only one can be given, and why."""


def _check_together(given: dict[str, bool]) -> None:
    """Refuse options of which one would silently win."""
    asked = {name for name, is_given in given.items() if is_given}
    for apart, why in _APART:
        both = sorted(asked & apart)
        if len(both) > 1:
            raise typer.BadParameter(f"{' and '.join(both)} do not go together: {why}")


def _split(codes: Codes, option: str) -> tuple[str, ...]:
    """The codes of an option; one that is given without any would mean the opposite of what it says."""
    found = tuple(code.strip().upper() for given in codes or () for code in given.split(",") if code.strip())
    if codes and not found:
        raise typer.BadParameter(f"{option} names no code")
    return found


def _format(given: str | None, *, statistics: bool) -> str:
    """The form of the report, which is told to be wrong before anything is written."""
    chosen = one_of(given or ("full" if on_terminal() else "concise"), _FORMATS, what="format", option="--format")
    if statistics and chosen not in ("full", "concise", "json"):
        raise typer.BadParameter("statistics are for people, or json", param_hint="--format")
    return chosen


def _standard(name: str | None) -> Standard | None:
    from ai_models.audit import Standard  # as above

    if name is None:
        return None
    if sys.stdin is None:  # as Python has it where the stream is closed
        raise typer.BadParameter("the standard input is closed", param_hint="--stdin-filename")
    return Standard(name, sys.stdin.buffer.read())


def _configuration(file: Path | None, place: str) -> Configuration:
    from ai_models.audit.configuration import find_configuration, read_configuration  # as above

    given = None if file is None else read_configuration(str(file))
    return given or find_configuration(place)


def _run(places: list[str], options: Options) -> Report:
    from ai_models.audit import audit as run  # as above

    return run(places, options)


def _picture(places: list[str], options: Options, inventory: str | None, graph: str | None) -> str:
    """The inventory or the graph as text."""
    import json

    from ai_models.audit.graph import drawn
    from ai_models.audit.graph import graph as graph_of
    from ai_models.audit.inventory import as_json, as_markdown
    from ai_models.audit.inventory import inventory as inventory_of

    if graph is not None:
        form = one_of(graph, _GRAPHS, what="form of a graph", option="--graph")
        return drawn(graph_of(_run(places, options)), form)
    form = one_of(inventory or "", _INVENTORIES, what="form of an inventory", option="--inventory")
    found = inventory_of(_run(places, options))
    return as_markdown(found) if form == "markdown" else json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"


def _tell(report: Report, form: str, output: Path | None) -> None:
    from ai_models.audit.formats import rendered  # as above

    _write(rendered(report, form, colour=on_terminal() and output is None, width=terminal_width()), output)
    for entry in report.stale if form in ("full", "concise") else ():
        told = harmless(f"settled, and still in the baseline: {entry.path}: {entry.code} {entry.message}")
        typer.echo(told.replace("\n", " "), err=True)


def _count(report: Report, *, as_json: bool) -> None:
    from ai_models.audit import CODES  # as above

    counts = Counter(finding.code for finding in report.findings)
    fixes = Counter(finding.code for finding in report.findings if finding.fix is not None)
    if as_json:
        print_json([{"code": c, "name": CODES[c].name, "count": n, "fixable": fixes[c]} for c, n in sorted(counts.items())])
        return
    rows: list[list[Cell | str]] = [
        [Cell(code, _SEVERITY_STYLES[CODES[code].severity]), CODES[code].name, f"{count:,}", f"{fixes[code]:,}"]
        for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    columns = [Column("Code"), Column("What"), Column("Findings", "number"), Column("Fixable", "number")]
    show(Table(columns, rows, empty=f"nothing found in {plural(report.files, 'file')}"))


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    from ai_models.catalog.aside import write_output  # as above

    try:
        write_output(output, text.encode("utf-8", "replace"))
    except OSError as error:
        raise typer.BadParameter(f"{output} cannot be written: {error.strerror}", param_hint="--output") from None


def _write_baseline(report: Report, file: str) -> None:
    from ai_models.audit.baseline import write_baseline  # as above
    from ai_models.audit.files import displayed

    count = write_baseline(file, report.findings, report.relative)
    show(Note(f"wrote {displayed(file)}: {plural(count, 'finding')}", "green"))


def _repaired(report: Report, repair: _Repair, places: list[str], options: Options) -> Report:
    """Show or write the fixes; what is left is told by another look.

    Raises:
        typer.Exit: with 2 where a fix could not be written; the others are.
    """
    from ai_models.audit.fixes import diff_of, fixed_files, write_fixed  # as above

    done, failed = 0, False
    for file in fixed_files(report.findings, unsafe=repair.unsafe):
        try:
            if file.refused:
                typer.echo(harmless(f"{file.path} is not fixed: {file.refused}"), err=True)
            elif file.fixes and repair.show:
                _print_diff(diff_of(file))
            elif file.fixes:
                write_fixed(file)
            done += len(file.fixes)
        except AuditError as error:
            typer.echo(f"error: {harmless(str(error))}", err=True)
            failed = True
    typer.echo(f"{'would fix' if repair.show else 'fixed'} {plural(done, 'finding')}", err=True)
    if failed:
        raise typer.Exit(EXIT_USAGE)
    return _run(places, options) if repair.write and done else report


def _print_diff(diff: str) -> None:
    from ai_models.audit.secrets import masked  # as above

    shown = masked(diff)
    typer.echo(harmless(shown) if on_terminal() else shown, nl=False)
    if shown != diff:
        typer.echo("what looks like a secret is not shown: this diff cannot be applied", err=True)
