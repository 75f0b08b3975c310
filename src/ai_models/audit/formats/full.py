"""For people: each finding with its line of source, the place under it, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from unicodedata import combining, east_asian_width

from ai_models.audit.findings import Finding
from ai_models.audit.formats.wording import place, summary, title, visible
from ai_models.audit.runner import Report

__all__ = ["render"]

_COLOURS: Final = {"error": "31", "warning": "33", "note": "36"}
_BOLD: Final = "1"
_DIM: Final = "2"
_LEAST: Final = 40


def render(report: Report, *, colour: bool = False, width: int = 120) -> str:
    """The report; ``colour`` adds the sequences of a terminal, ``width`` is the longest line of source in columns."""
    lines = [line for finding in report.findings for line in (*_block(finding, colour=colour, width=max(width, _LEAST)), "")]
    return "\n".join([*lines, summary(report)]) + "\n"


def _block(finding: Finding, *, colour: bool, width: int) -> Iterator[str]:
    style = _COLOURS[finding.severity]
    sure = "" if finding.confidence == "high" else f" [{finding.confidence} confidence]"
    head = f"{_painted(title(finding), style, on=colour)}: {visible(finding.message)}{_painted(sure, _DIM, on=colour)}"
    yield f"{_painted(place(finding), _BOLD, on=colour)}: {head}"
    number = str(finding.span.line)
    if finding.source and finding.source[0].strip():
        text, start, length = _window(finding, width - len(number) - len("  ") - len(" | "))
        yield f"  {_painted(f'{number} |', _DIM, on=colour)} {text}"
        marks = _painted("^" * max(length, 1), style, on=colour)
        yield f"  {' ' * len(number)} {_painted('|', _DIM, on=colour)} {' ' * start}{marks}"
    if finding.hint:
        yield f"  {' ' * len(number)} {_painted('=', _DIM, on=colour)} {visible(finding.hint)}"


def _window(finding: Finding, width: int) -> tuple[str, int, int]:
    """The part of the source line around the span, where the marks begin under it, and how many there are."""
    line = visible(finding.source[0])
    first = finding.span.column - finding.source_column
    last = first + (
        finding.span.end_column - finding.span.column if finding.span.end_line == finding.span.line else len(line)
    )
    last = min(max(last, first), len(line))
    indent = len(line) - len(line.lstrip())
    cut = indent if finding.source_column == 1 else 0
    if _columns(line[cut:]) > width:
        cut = max(cut, min(first - width // 3, len(line)))
        cut = max(cut, 0)
    shown = line[cut : cut + width]
    before = line[cut:first] if first >= cut else ""
    return shown.rstrip(), _columns(before), _columns(line[max(first, cut) : min(last, cut + width)])


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _painted(text: str, style: str, *, on: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if on and text else text
