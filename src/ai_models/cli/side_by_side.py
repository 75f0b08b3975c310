"""``compare``: models side by side, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.library import now
from ai_models.cli.options import AsJson, At, complete_model
from ai_models.cli.output import Block, Bullets, Cell, Column, Note, Table, Title, print_json, print_text, show
from ai_models.cli.words import MARK_STYLES
from ai_models.cli.workloads import Exchange, Workload, pairs

if TYPE_CHECKING:
    from ai_models.selection.comparison import Comparison, Row, Value

__all__ = ["compare"]


def compare(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL…", help="Two models or more; provider:id is one at that provider.", autocompletion=complete_model
        ),
    ],
    workload: Workload = None,
    differences: Annotated[bool, typer.Option("--differences", help="Only the rows in which they differ.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a table in Markdown.")] = False,
    exchange: Exchange = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Show models side by side: limits, capabilities, every price, a workload's cost, history, lifecycle, guidance.

    Rows in which they differ are marked with a star; ? is unknown, which is neither yes nor no.
    """
    from ai_models.selection.comparison import compare as put_together  # the engine: --help does without it

    found = put_together(models, workload, at=at or now(), exchange=pairs(exchange, "--exchange"))
    found = found.differing() if differences else found
    if as_json:
        print_json(found.to_dict())
    elif markdown:
        print_text(found.to_markdown())
    else:
        show(*_side_by_side(found))


_OF_EACH = ("conditions", "guidance")
"""What is too long for a column: it is told model by model."""


def _side_by_side(found: Comparison) -> Iterator[Block]:
    from ai_models.selection.tables import shown  # as above

    for section in dict.fromkeys(row.section for row in found.rows):
        rows = found.section(section)
        if section in _OF_EACH:
            yield Title(section.capitalize())
            yield from _model_by_model(found.names, rows)
            continue
        columns = [Column(section.capitalize()), Column(""), *(Column(name, "prose") for name in found.names)]
        cells = [
            [row.label, "*" if row.differs else "", *(_cell(value, shown(value)) for value in row.values)] for row in rows
        ]
        yield Note("")
        yield Table(columns, cells)


def _cell(value: Value, text: str) -> Cell | str:
    mark = {"yes": "supported", "no": "unsupported", None: "unknown"}.get(value) if isinstance(value, str | None) else None
    return Cell(text, MARK_STYLES[mark]) if mark else text


def _model_by_model(names: Sequence[str], rows: Sequence[Row]) -> Iterator[Block]:
    for place, name in enumerate(names):
        said = [f"{row.label}: {text}" for row in rows for text in _said(row, place)]
        if said:
            yield Title(name)
            yield Bullets(said)


def _said(row: Row, place: int) -> Sequence[str]:
    """The statements of one model; its tasks are words, and stand on one line."""
    found = row.values[place]
    if not isinstance(found, tuple):
        return ()
    return [", ".join(found)] if found and row.label == "tasks" else found
