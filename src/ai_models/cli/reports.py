"""``changes``, ``conflicts`` and ``export``: the catalogue over time, where its sources disagree, and all of it as files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.library import catalog, now
from ai_models.cli.options import EXIT_NO, AsJson
from ai_models.cli.output import Cell, Column, Note, Table, print_json, show
from ai_models.cli.parsing import one_of, read_instant
from ai_models.cli.words import money, plural

if TYPE_CHECKING:
    from ai_models.catalog.changes import Change
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.models import Offering

__all__ = ["changes", "conflicts", "export"]

_KIND_STYLES = {"released": "green", "deprecated": "yellow", "retired": "red", "priced": "cyan", "price": "bold cyan"}
_FORMATS = ("json", "csv", "sqlite")

Since = Annotated[
    datetime,
    typer.Option("--since", parser=read_instant, metavar="DATE", help="The first day.", show_default=False),
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        parser=read_instant,
        metavar="DATE",
        help="The last day; a future one shows what is announced; today by default.",
        show_default=False,
    ),
]


def changes(
    since: Since,
    until: Until = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help=f"One of {', '.join(_KIND_STYLES)}; repeat for more."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed: releases, deprecations, retirements, first prices and new prices, with their dates.

    Exits with 1 where nothing changed.
    """
    from ai_models.catalog.changes import changes_between  # 0.07 s that --help does not pay

    wanted = {one_of(kind, _KIND_STYLES, what="kind of change", option="--kind") for kind in kinds or _KIND_STYLES}
    last = (until or now()).date()
    found = [change for change in changes_between(catalog(), since.date(), last) if change.kind in wanted]
    if as_json:
        from msgspec import structs  # as above

        print_json([structs.asdict(change) for change in found])
    else:
        show(_changes_table(found, since.date(), last))
    if not found:
        raise typer.Exit(EXIT_NO)


def _changes_table(found: list[Change], since: date, last: date) -> Table:
    columns = [
        Column("On"),
        Column("What"),
        Column("Model or offering"),
        Column("Meter", rank=3),
        Column("Before", "number"),
        Column("After", "number"),
        Column("Change", "number"),
        Column("Date is", rank=1),
        Column("Detail", rank=2),
    ]
    rows: list[list[Cell | str]] = [
        [
            change.on.isoformat(),
            Cell(change.kind, _KIND_STYLES[change.kind]),
            change.subject,
            change.meter,
            _amount(change.before),
            _amount(change.after),
            _percent(change.before, change.after),
            change.precision,
            change.detail,
        ]
        for change in found
    ]
    return Table(columns, rows, empty=f"nothing changed from {since} to {last}")


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else money(amount)


def _percent(before: Decimal | None, after: Decimal | None) -> str:
    if not before or after is None:
        return ""
    return f"{(after / before - 1) * 100:+.0f}%"


def conflicts(as_json: AsJson = False) -> None:
    """Show where sources disagree: what each says, and what settled it.

    Exits with 1 where none disagree.
    """
    held = catalog()
    holders: list[ModelSpec | Offering] = [*held.models(), *held.offerings()]
    facts: list[dict[str, Any]] = [
        {"subject": holder.key, "field": found.field, "values": found.values, "settled_by": found.settled_by}
        for holder in holders
        for found in holder.conflicts
    ]
    if as_json:
        print_json(facts)
    else:
        columns = [Column("Subject"), Column("Field"), Column("Sources say", "prose"), Column("Settled by", "prose", rank=1)]
        rows: list[list[Cell | str]] = [[f["subject"], f["field"], _said(f["values"]), f["settled_by"]] for f in facts]
        show(Table(columns, rows, empty="no sources disagree"), Note(plural(len(facts), "conflict"), terminal_only=True))
    if not facts:
        raise typer.Exit(EXIT_NO)


def _said(values: dict[str, str]) -> str:
    return "; ".join(f"{source}: {value}" for source, value in values.items())


def export(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The file to write; with csv, a directory.", show_default=False)
    ],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help=f"{', '.join(_FORMATS)}.")] = "json",
    columns: Annotated[bool, typer.Option("--columns", help="Describe the tables and columns, and write nothing.")] = False,
) -> None:
    """Write the whole catalogue: models, capabilities, scores, offerings, rates, evidence, conflicts, sources.

    An existing file is replaced only when the new one is complete.
    """
    from ai_models.catalog.export import TABLES, export_csv, export_json, export_sqlite  # as above

    chosen = one_of(form, _FORMATS, what="format", option="--format")
    if columns:
        rows = [[table.name, name, text] for table in TABLES for name, text in table.columns.items()]
        show(Table([Column("Table"), Column("Column"), Column("Meaning", "prose")], rows))
        return
    writers = {"json": export_json, "csv": export_csv, "sqlite": export_sqlite}
    try:
        counts = writers[chosen](catalog(), path)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}", param_hint="PATH") from None
    show(Note(f"wrote {path}: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()), "green"))
