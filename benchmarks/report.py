"""What a run found: a column of figures a subject, shown as the table of budgets and written as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.row import ROWS, Row

__all__ = ["Column", "Report"]

_RATES = {row.key for row in ROWS if row.at_least}
"""Rows of which more is better: their ratio is the other way round."""


@dataclass
class Column:
    """The figures of one subject, by row; ``problem`` says why they are missing."""

    name: str
    note: str = ""
    values: dict[str, float] = field(default_factory=dict)
    answer: str = ""
    request: str = ""
    packages: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass
class Report:
    """The columns of one run, ours first. ``bare`` is an interpreter that does nothing, ``facts`` what stands below."""

    ours: Column
    peers: list[Column]
    bare: dict[str, float] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The table and its notes, a line at a time."""
        table = [["", self.ours.name, "budget", "", *(peer.name for peer in self.peers)]]
        table += [self._cells(row) for row in ROWS]
        widths = [max(len(cells[n]) for cells in table) for n in range(len(table[0]))]
        for cells in table:
            yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        yield ""
        yield "(Nx): the peer's figure divided by ours; above 1, ours is faster or smaller."
        if self.bare:
            bare = ", ".join(row.show(self.bare[row.key]) for row in ROWS if row.key in self.bare)
            yield f"A bare interpreter (python -I -c pass): {bare}."
        for column in (self.ours, *self.peers):
            yield from _about(column)
        yield from self.facts
        yield machine()

    def write(self, path: Path) -> None:
        """Everything, as JSON; times in seconds, memory in bytes, hit rate in percent."""
        found = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "budgets": {row.key: row.budget for row in ROWS if row.budget is not None},
            "ratios": {
                peer.name: {
                    key: self.ours.values[key] / value if key in _RATES else value / self.ours.values[key]
                    for key, value in _shared(self.ours, peer)
                }
                for peer in self.peers
            },
            **asdict(self),
        }
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, indent=2) + "\n")

    def _cells(self, row: Row) -> list[str]:
        """One line of the table: title, ours, budget, verdict, then each peer with its ratio."""
        value = self.ours.values.get(row.key)
        cells = [row.title, "-" if value is None else row.show(value), row.show_budget(), row.verdict(value)]
        for peer in self.peers:
            theirs = peer.values.get(row.key)
            if theirs is None:
                cells.append(peer.problem.partition(":")[0] or "-")
            else:
                ratio = value / theirs if value and row.at_least else theirs / value if value else None
                cells.append(row.show(theirs) + (f" ({_times(ratio)})" if ratio is not None else ""))
        return cells


def machine() -> str:
    """Where the run took place."""
    load = os.getloadavg()[0]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the end."


def _about(column: Column) -> Iterator[str]:
    """The note of a column: what it answered, what to know, what went wrong."""
    parts = [f"its new process prints {column.answer}" if column.answer else "", column.note, column.problem]
    text = "; ".join(part for part in parts if part)
    if text:
        yield f"{column.name}: {text.rstrip('.')}."


def _shared(ours: Column, peer: Column) -> Iterator[tuple[str, float]]:
    """The peer's figures that ours can be compared with."""
    return ((key, value) for key, value in peer.values.items() if ours.values.get(key))


def _times(ratio: float) -> str:
    """A ratio as ``6.4x`` or ``176x``."""
    return f"{ratio:.1f}x" if ratio < 10 else f"{ratio:,.0f}x"
