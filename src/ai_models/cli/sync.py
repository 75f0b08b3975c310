"""``sync``: what the sources say now against the catalogue's files; written on request, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.files import unwritable
from ai_models.cli.options import EXIT_NO, EXIT_USAGE, AsJson
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, on_terminal, print_json, show
from ai_models.cli.parsing import one_of, read_instant
from ai_models.cli.words import plural

if TYPE_CHECKING:
    from ai_models.catalog.location import Place
    from ai_models.catalog.sync.differences import Difference
    from ai_models.catalog.sync.gather import Gathered
    from ai_models.catalog.sync.plan import Plan
    from ai_models.catalog.sync.proposer import Proposer

__all__ = ["sync"]

_SHOWN = 12
"""Rows of a group that a terminal shows without ``--all``."""

_STYLES = {
    "new model": "green",
    "new offering": "green",
    "price change": "bold cyan",
    "kept": "yellow",
    "lifecycle": "yellow",
}
_TITLES = {
    "new model": "New models",
    "new offering": "New offerings",
    "price change": "Price changes",
    "correction": "Corrections",
    "lifecycle": "Lifecycle",
    "limits": "Limits",
    "capabilities": "Capabilities",
    "facts": "Facts",
    "scores": "Published scores",
    "names": "Names",
    "conflict": "Conflicts between sources",
    "evidence": "Evidence",
    "confirmed": "Confirmed",
    "kept": "Conflicts with what stands, which is kept",
    "removed claim": "No longer stated, and kept",
}

From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="DIR",
        help="Read the sources from files in DIR (genai_prices.json, litellm.json, …) and not from their addresses.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only this source; repeat for more. Says that the others may be missing."),
]
AsOf = Annotated[
    list[str] | None,
    typer.Option(
        "--as-of",
        metavar="[NAME=]DATE",
        help="With --from: the day for which a file speaks, or all do; by default the day on which the catalogue says that "
        "its source was retrieved.",
    ),
]
Into = Annotated[
    Path | None,
    typer.Option(
        "--into", metavar="DIR", help="The catalogue: a directory with definitions/ and pricing/; this checkout by default."
    ),
]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", metavar="DIR", help="The rules of single makers; tools/identity of this checkout by default."),
]


def sync(
    folder: From = None,
    write: Annotated[bool, typer.Option("--write", help="Change the files; without it nothing is written.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where something would change, for CI.")] = False,
    source: Sources = None,
    everything: Annotated[bool, typer.Option("--all", help="Show long groups whole on a terminal.")] = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Take a source that lost more than a tenth of its rows since last time.")
    ] = False,
    as_of: AsOf = None,
    into: Into = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Show what the sources say that the catalogue does not; with --write, change its YAML files.

    What a person wrote or verified is never overwritten, and what disappears from a source stays. All files are written or
    none, and only where the catalogue is valid with them.

    Exits with 1 where --check finds that something would change, with 2 where a source is missing that --write or --check
    needs.
    """
    if write and check:
        raise typer.BadParameter("--check only looks, --write writes; give one of them")
    place = _place(into)
    days = _days(as_of or [])
    gathered, plan = _compared(place, folder, source, days, rules, accept_loss=accept_loss)
    refused = bool(gathered.missing) and not source
    written = _written(plan, into) if write and not refused else []
    if as_json:
        print_json(_facts(gathered, plan, written))
    else:
        show(*_blocks(gathered, plan, written, shortened=on_terminal() and not everything))
    if gathered.missing and (source or (write and refused) or (check and not plan.has_moved)):
        reason = "nothing was written; --source NAME syncs with the others alone" if write and refused else "see above"
        typer.echo(f"error: a source is missing: {reason}", err=True)
        raise typer.Exit(EXIT_USAGE)
    if check and plan.has_moved:
        raise typer.Exit(EXIT_NO)


def _place(into: Path | None) -> Place:
    """The catalogue that is synced, with an interrupted sync of it completed.

    Raises:
        typer.BadParameter: there is none.
    """
    from ai_models.catalog.location import Place, packaged_roots  # the YAML machinery, which few commands need
    from ai_models.catalog.sync.journal import recover

    if into is not None:
        place = Place(into / "definitions", into / "pricing")
        if not any(root.is_dir() for root in place):
            raise typer.BadParameter(f"{into} holds neither definitions/ nor pricing/", param_hint="--into")
    else:
        roots = packaged_roots()
        if not roots:
            raise typer.BadParameter("an installed package has no files to sync; give --into DIR, a directory of your own")
        place = Place(*roots)
    recover(place)
    return place


def _days(texts: Sequence[str]) -> dict[str, date]:
    """The days that ``--as-of`` gives, by source; the empty name is every other source."""
    from ai_models.catalog.sync.gather import FILE_NAMES  # as above

    days = {}
    for text in texts:
        name, found, day = text.rpartition("=")
        known = one_of(name, FILE_NAMES, what="source", option="--as-of") if found else ""
        days[known] = read_instant(day).date()
    return days


def _compared(
    place: Place,
    folder: Path | None,
    chosen: Sequence[str] | None,
    days: dict[str, date],
    rules: Path | None,
    *,
    accept_loss: bool,
) -> tuple[Gathered, Plan]:
    """Read the sources and compare them with the tree, with a bar for each on a terminal."""
    from ai_models.catalog.location import user_directory  # as above
    from ai_models.catalog.sync.gather import ADDRESSES, FILE_NAMES, from_addresses, from_directory
    from ai_models.catalog.sync.plan import make_plan, retrieved

    known = FILE_NAMES if folder is not None else ADDRESSES
    sources = [one_of(name, known, what="source", option="--source") for name in chosen or known]
    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is not a directory", param_hint="--from")
    with _bars() as bar:
        if folder is not None:
            stated = {**retrieved(place), **(dict.fromkeys(sources, days[""]) if "" in days else {}), **days}
            began = bar("reading files")
            gathered = from_directory(folder, sources, stated, accept_loss=accept_loss, cache=_cache(), step=began)
        else:
            cache = Path(user_directory("cache") or ".ai-models-cache", "sources")
            gathered = from_addresses(cache, sources, began=bar, accept_loss=accept_loss)
        propose = _proposer(rules)
        proposing = bar("joining sources")
        documents = propose(gathered.imported) if gathered.imported else {}
        proposing(1, 1)
        plan = make_plan(place, documents, gathered.days, step=bar("comparing files"))
    return gathered, plan


def _cache() -> Path:
    from ai_models.catalog.location import user_directory  # as above

    return Path(user_directory("cache") or ".ai-models-cache", "files")


def _proposer(rules: Path | None) -> Proposer:
    from ai_models.catalog.sync.proposer import RULES, market_proposer  # as above

    return market_proposer(rules or RULES)


def _written(plan: Plan, into: Path | None) -> list[Path]:
    from ai_models.catalog.sync.plan import write_plan  # as above
    from ai_models.cli.library import catalog

    if not plan.texts:
        return []
    with _bars() as bar:
        step = bar("checking and writing")
        try:
            written = write_plan(plan, beside=None if into is None else catalog())
        except OSError as error:
            raise unwritable(error) from None
        step(1, 1)
    return written


Bar = Callable[[str], Callable[[int, int | None], None]]


@contextmanager
def _bars() -> Iterator[Bar]:
    """Progress on a terminal's stderr, a bar for whatever begins; silence elsewhere."""
    import sys

    if not sys.stderr.isatty():
        yield lambda _: lambda _done, _total: None
        return
    from rich.console import Console  # 0.05 s that a pipe does not pay
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:

        def began(name: str) -> Callable[[int, int | None], None]:
            task = progress.add_task(name, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield began


def _facts(gathered: Gathered, plan: Plan, written: Sequence[Path]) -> dict[str, Any]:
    from msgspec import structs  # comes with the catalogue; --help does not need it

    return {
        "sources": dict(sorted(gathered.days.items())),
        "missing": {found.source: found.reason for found in gathered.missing},
        "would_change": plan.has_moved,
        "counts": _counts(plan.differences),
        "differences": [structs.asdict(found) | {"written": found.is_written} for found in plan.differences],
        "files": [str(path) for path in sorted(plan.texts)],
        "written": [str(path) for path in written],
    }


def _counts(differences: Sequence[Difference]) -> dict[str, int]:
    counted = {kind: sum(found.kind == kind for found in differences) for kind in _TITLES}
    return {kind: count for kind, count in counted.items() if count}


def _blocks(gathered: Gathered, plan: Plan, written: Sequence[Path], *, shortened: bool) -> Iterator[Block]:
    for missing in gathered.missing:
        yield Note(f"missing: {missing.source}: {missing.reason}", "red")
    counts = _counts(plan.differences)
    for kind, count in counts.items():
        found = [difference for difference in plan.differences if difference.kind == kind]
        yield Title(_TITLES[kind], Cell(f"{count:,}", "dim"))
        yield _table(found[:_SHOWN] if shortened else found, _STYLES.get(kind, ""))
        if shortened and count > _SHOWN:
            yield Note(f"and {count - _SHOWN:,} more; --all shows them")
    if counts:
        yield Title("Counts", Cell(", ".join(f"{count:,} {kind}" for kind, count in counts.items()), "dim"))
    if written:
        yield Note(f"wrote {plural(len(written), 'file')}", "green")
    elif plan.texts:
        yield Note(f"{plural(len(plan.texts), 'file')} would change; --write changes them")
    else:
        yield Note("nothing to write: the files say what the sources say, or what a person wrote", "green")


def _table(found: Sequence[Difference], style: str) -> Table:
    columns = [
        Column("Subject"),
        Column("Field"),
        Column("Was", "prose"),
        Column("Is", "prose"),
        Column("On", rank=60),
        Column("Evidence", "prose", rank=50),
        Column("Why", "prose", rank=40),
    ]
    rows: list[list[Cell | str]] = [
        [
            Cell(difference.subject, style),
            difference.field,
            difference.old,
            difference.new,
            difference.on.isoformat() if difference.on else "",
            ", ".join(difference.evidence),
            difference.note,
        ]
        for difference in found
    ]
    filled = [at for at in range(len(columns)) if at < 2 or any(row[at] for row in rows)]
    return Table([columns[at] for at in filled], [[row[at] for at in filled] for row in rows])
