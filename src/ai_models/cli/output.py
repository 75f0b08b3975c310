"""Printing in one place: blocks as rich text on a terminal and as plain aligned text elsewhere, JSON, and CSV.

A command builds blocks (``Title``, ``Table``, ``Facts``, ``Bullets``, ``Note``) and hands them to ``show``. Rich is imported
only where the output is a terminal.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ai_models.cli.words import exact, iso

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

__all__ = [
    "MARKS",
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Facts",
    "Note",
    "Table",
    "Title",
    "harmless",
    "on_terminal",
    "print_csv",
    "print_json",
    "print_text",
    "show",
    "terminal_width",
    "text_of",
    "writable",
]

_GAP = 2
_NARROWEST_PROSE = 24
_KEEP = 99


MARKS = "marks"
"""The style of a cell of several capability marks, each coloured for itself."""

_MARK_COLOURS = {"✓": "green", "✗": "red", "?": "dim"}


_OBEYED = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")})


class Cell(NamedTuple):
    """A value in a table, and how a terminal colours it."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Column:
    """A column: ``rank`` says how long it stays on a narrow terminal; 99 is never dropped.

    ``number`` aligns decimal points at the right; ``prose`` may wrap on a terminal, everything else stays whole.
    """

    header: str
    kind: Literal["text", "number", "prose"] = "text"
    rank: int = _KEEP


@dataclass(frozen=True)
class Table:
    """Rows under columns; ``total`` is a last row that stands out, ``empty`` what is said where there is no row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]
    total: Sequence[Cell | str] | None = None
    empty: str = ""


@dataclass(frozen=True)
class Title:
    """A heading: the first words stand out, the rest follows."""

    text: str
    rest: Cell | None = None


@dataclass(frozen=True)
class Facts:
    """Labels and values, one a line."""

    rows: Sequence[tuple[str, Cell | str]]


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Note:
    """A line beside the answer; ``terminal_only`` keeps it out of pipes, where it would be taken for data."""

    text: str
    style: str = "dim"
    terminal_only: bool = False


Block = Title | Table | Facts | Bullets | Note


def on_terminal() -> bool:
    """Whether a person looks at the output: a terminal, or ``FORCE_COLOR`` set; never with ``TERM=dumb``."""
    if os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def harmless(text: str) -> str:
    """A stranger's text without what a terminal would obey: escape sequences could hide or rewrite what stands there."""
    return text.translate(_OBEYED)


def terminal_width() -> int:
    """The width of the terminal, or of ``COLUMNS``."""
    return shutil.get_terminal_size((80, 24)).columns


def writable(text: str, otherwise: str) -> str:
    """A text, or its stand-in where the output's encoding cannot write it; a lost mark would read as another value."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return otherwise
    return text


def show(*blocks: Block) -> None:
    """Print blocks, with an empty line before each title but the first."""
    if on_terminal():
        _show_rich(blocks)
    else:
        sys.stdout.writelines(f"{line}\n" for line in _plain_lines(blocks))


def print_text(text: str) -> None:
    """Print a text: whole in a file or a pipe, and without escape sequences on a terminal."""
    sys.stdout.write(f"{harmless(text) if on_terminal() else text}\n")


def print_json(value: object) -> None:
    """Print a value as JSON, indented, with the keys in their order."""
    text = json.dumps(value, default=_as_json, ensure_ascii=False, indent=2)
    sys.stdout.write(writable(text, json.dumps(value, default=_as_json, indent=2)) + "\n")


def print_csv(rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> None:
    """Print rows as CSV under a header of keys."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([_as_field(row[key]) for key in keys] for row in rows)


def _as_json(value: object) -> str:
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, date):
        return iso(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _as_field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return _as_json(value) if isinstance(value, Decimal | date) else str(value)


def text_of(value: Cell | str) -> str:
    """What a cell says, whatever its colour."""
    return value.text if isinstance(value, Cell) else value


def _cell(value: Cell | str) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


def _aligned(table: Table) -> list[list[Cell]]:
    """The rows, the total last, with numbers padded so that decimal points stand under each other."""
    given = [*table.rows, *([table.total] if table.total is not None else [])]
    rows = [[_cell(value) for value in row] for row in given]
    for place, column in enumerate(table.columns):
        if column.kind != "number":
            continue
        tails = [len(text) - text.find(".") if "." in (text := row[place].text) else 0 for row in rows]
        longest = max(tails, default=0)
        for row, tail in zip(rows, tails, strict=True):
            row[place] = row[place]._replace(text=row[place].text + " " * (longest - tail))
    return rows


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [
        max((len(text) for text in (*column.header.split("\n"), *(row[place].text for row in rows))), default=0)
        for place, column in enumerate(columns)
    ]


# Plain


def _plain_lines(blocks: Sequence[Block]) -> Iterable[str]:
    for place, block in enumerate(blocks):
        match block:
            case Title():
                if place:
                    yield ""
                yield f"{block.text}  {block.rest.text}" if block.rest else block.text
            case Table():
                yield from _plain_table(block)
            case Facts():
                width = max((len(label) for label, _ in block.rows), default=0)
                yield from (f"{label:<{width}}  {_cell(value).text}".rstrip() for label, value in block.rows)
            case Bullets():
                yield from (f"- {item}" for item in block.items)
            case Note():
                if not block.terminal_only:
                    yield block.text


def _plain_table(table: Table) -> Iterable[str]:
    columns = [replace(column, header=column.header.replace("\n", " ")) for column in table.columns]
    rows = _aligned(table)
    widths = _widths(columns, rows)
    if not table.rows and table.empty:
        yield table.empty
        return
    for line in ([Cell(column.header) for column in columns], *rows):
        padded = (
            cell.text.rjust(width) if column.kind == "number" else cell.text.ljust(width)
            for cell, column, width in zip(line, columns, widths, strict=True)
        )
        yield (" " * _GAP).join(padded).rstrip()


# Rich


def _show_rich(blocks: Sequence[Block]) -> None:
    from rich.console import Console  # 0.05 s that a pipe does not pay

    console = Console(force_terminal=True, highlight=False, markup=False, emoji=False, width=terminal_width())
    # Captured and written at once: rich has an ending of its own for a closed pipe.
    with console.capture() as captured:
        for place, block in enumerate(blocks):
            if isinstance(block, Title) and place:
                console.print()
            if isinstance(block, Table):
                _print_table(block, console)
            else:
                console.print(*_rich(block), sep="\n")
    sys.stdout.write(captured.get())


def _text(value: Cell | str) -> Text:
    from rich.text import Text

    cell = _cell(value)
    if cell.style != MARKS:
        return Text(harmless(cell.text), cell.style)
    return Text.assemble(*((character, _MARK_COLOURS.get(character, "")) for character in cell.text))


def _rich(block: Block) -> Iterable[RenderableType]:
    from rich.padding import Padding
    from rich.table import Table as Grid
    from rich.text import Text

    match block:
        case Title():
            yield Text.assemble((harmless(block.text), "bold"), "  " if block.rest else "", _text(block.rest or ""))
        case Note():
            yield Text(harmless(block.text), style=block.style)
        case Facts():
            grid = Grid.grid(padding=(0, _GAP, 0, 0))
            grid.add_column(style="dim", no_wrap=True)
            grid.add_column(overflow="fold")
            for label, value in block.rows:
                grid.add_row(harmless(label), _text(value))
            yield Padding(grid, (0, 0, 0, _GAP))
        case Bullets():
            grid = Grid.grid(padding=(0, 1, 0, 0))
            for item in block.items:
                grid.add_row(Text("•", style="dim"), Text(harmless(item)))
            yield Padding(grid, (0, 0, 0, _GAP))


def _print_table(table: Table, console: Console) -> None:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    if not table.rows and table.empty:
        console.print(Text(table.empty, style="dim"))
        return
    rows = _aligned(table)
    layout = _fitting(table.columns, _widths(table.columns, rows), console.width)
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0), header_style="bold")
    for column in (table.columns[place] for place in layout.places):
        side: Literal["left", "right"] = "right" if column.kind == "number" else "left"
        whole = column.kind != "prose"
        grid.add_column(
            Text(harmless(column.header), justify=side), justify=side, no_wrap=whole, overflow="crop" if whole else "fold"
        )
    for number, row in enumerate(rows):
        stands_out = table.total is not None and number == len(rows) - 1
        grid.add_row(*(_text(row[place]) for place in layout.places), style="bold" if stands_out else None)
    # Where not even the columns that stay fit, lines run over the edge: half an id is worse than a long line.
    width, console.width = console.width, max(console.width, layout.width)
    console.print(grid)
    console.width = width
    if layout.dropped:
        console.print(Text(f"not shown at this width: {', '.join(layout.dropped)}", style="dim"))


class _Layout(NamedTuple):
    """The places of the columns that are shown, the headers of those that are not, and the least width."""

    places: list[int]
    dropped: list[str]
    width: int


def _fitting(columns: Sequence[Column], widths: Sequence[int], width: int) -> _Layout:
    """The columns that fit side by side; those of the lowest rank go first."""
    needed = [
        min(each, _NARROWEST_PROSE) if column.kind == "prose" else each for column, each in zip(columns, widths, strict=True)
    ]
    places = list(range(len(columns)))
    dropped: list[str] = []
    while (total := sum(needed[place] for place in places) + _GAP * len(places)) > width:
        lowest = min(places, key=lambda place: columns[place].rank)
        if columns[lowest].rank == _KEEP:
            break
        places.remove(lowest)
        dropped.append(columns[lowest].header.replace("\n", " ").lower())
    return _Layout(places, dropped, total)
