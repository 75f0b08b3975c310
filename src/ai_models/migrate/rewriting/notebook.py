"""``Notebook``: the code cells of an ``.ipynb`` as one text, and edits of that text as edits of the file's JSON."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from ai_models.audit.notebooks import Cell, cells_of
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.audit.spans import SourceText
from ai_models.migrate.plan import Edit

__all__ = ["Notebook", "SkippedCell", "Unmapped"]

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER_OR_WORD = re.compile(r"[-+.\w]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_TIMED = re.compile(r"^(?P<magic>%time(?:it)?(?:[ \t]+-\w+(?:[ \t]+\d+)?)*)(?P<gap>[ \t]+)(?=\S)", re.MULTILINE)


class Unmapped(Exception):
    """An edit that cannot be made in the JSON of the notebook."""


class _Piece(NamedTuple):
    """A text of the JSON: where its letters stand, by their place in the decoded text."""

    text: str
    offsets: list[int]
    """For every letter where it begins in the file, and after the last one where the text ends."""


class SkippedCell(NamedTuple):
    """A cell that is no Python of today: its number, the reason, its text, and where its letters stand in the file."""

    number: int
    reason: str
    text: str
    offsets: list[int]


class Notebook:
    """A notebook; ``text`` holds its code cells one below the other, without magics, as Python reads them.

    ``skipped`` are the code cells that cannot be parsed, ``foreign`` the cells of other languages, and what code cells have
    for the shell.
    """

    def __init__(self, source: str) -> None:
        """Read the file's text.

        Raises:
            Unparsable: it is no notebook.
        """
        self._source = SourceText(source)
        pieces = _sources(source)
        self.skipped: list[SkippedCell] = []
        self.foreign: list[SkippedCell] = []
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._bounds: list[tuple[int, int]] = []
        parts: list[str] = []
        for cell in cells_of(source):
            if cell.kind == "prose" or cell.number not in pieces:
                continue
            offsets = [place for piece in pieces[cell.number] for place in piece.offsets[:-1]]
            if cell.kind == "config" or _for_the_shell(cell).strip():
                self.foreign.append(SkippedCell(cell.number, "", _for_the_shell(cell), offsets))
            if cell.kind == "config":
                continue
            python = timed(cell.text, cell.python)
            try:
                PythonSource(python)
            except Unparsable as error:
                self.skipped.append(SkippedCell(cell.number, error.reason, cell.text, offsets))
                continue
            self._add(pieces[cell.number], python)
            parts.append(python)
        self.text = "".join(f"{part}\n" for part in parts)

    def _add(self, pieces: list[_Piece], python: str) -> None:
        """Note where the letters of a cell stand; the line end behind it is nowhere."""
        offsets: list[int] = []
        for piece in pieces:
            begin = len(self._offsets) + len(offsets)
            offsets += piece.offsets[:-1]
            self._bounds.append((begin, begin + len(piece.text)))
            self._starts.append(piece.offsets[-1])
        if len(offsets) != len(python):
            raise Unparsable("it is no notebook: a cell is not the text that its pieces make")
        self._offsets += [*offsets, -1]

    def place_of(self, offset: int) -> tuple[int, int]:
        """Line and column in the file of an offset in ``text``."""
        at = next((place for place in self._offsets[offset : offset + 1] if place >= 0), None)
        if at is None:
            at = next((place for place in reversed(self._offsets[:offset]) if place >= 0), 0)
        span = self._source.span(at, at)
        return span.line, span.column

    def edits(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Edits of ``text`` as edits of the file.

        Raises:
            Unmapped: one reaches over a cell, or over what separates two lines in the JSON.
        """
        return tuple(
            Edit(start=start, end=end, text=text, rule=edit.rule, reason=edit.reason)
            for edit in edits
            for start, end, text in self._mapped(edit)
        )

    def _mapped(self, edit: Edit) -> Iterator[tuple[int, int, str]]:
        place = bisect_right([begin for begin, _ in self._bounds], edit.start) - 1
        if place < 0:
            raise Unmapped("an edit stands outside of every cell")
        parts: list[tuple[int, int, int]] = []
        at = edit.start
        while True:
            begin, finish = self._bounds[place]
            if not begin <= at <= finish:
                raise Unmapped("an edit stands outside of every cell")
            parts.append((place, at, min(edit.end, finish)))
            if edit.end <= finish:
                break
            at, place = finish, place + 1
            if place >= len(self._bounds) or self._bounds[place][0] != at:
                raise Unmapped("an edit reaches over a cell")
        for number, (where, start, end) in enumerate(parts):
            text = self._encoded(edit.text, where) if number == 0 else ""
            yield self._offset(where, start), self._offset(where, end), text

    def _offset(self, place: int, at: int) -> int:
        begin, finish = self._bounds[place]
        return self._offsets[at] if begin <= at < finish else self._starts[place]

    def _encoded(self, text: str, place: int) -> str:
        """A text as it stands in the JSON; where each line is a text of its own, new lines are, too."""
        escaped = [json.dumps(line, ensure_ascii=False)[1:-1] for line in _LINES.findall(text)]
        begin, _ = self._bounds[place]
        opening = self._source.text.rfind('"', 0, self._offsets[begin]) if self._bounds[place][1] > begin else -1
        line = self._source.text.rfind("\n", 0, max(opening, 0)) + 1
        indent = self._source.text[line : max(opening, 0)]
        if opening < 0 or indent.strip():
            return "".join(escaped)
        joint = f'",\n{indent}"'
        return joint.join(escaped) if not text.endswith("\n") else joint.join([*escaped, ""])


def _for_the_shell(cell: Cell) -> str:
    """A cell without its lines of Python: blanks stand in their place, so that nothing moves."""
    if cell.kind == "config":
        return cell.text
    lines = zip(cell.text.split("\n"), cell.python.split("\n"), strict=True)
    return "\n".join(" " * len(line) if line == python else line for line, python in lines)


def timed(source: str, python: str) -> str:
    """Code in which a statement behind ``%time`` is one: what the magic takes is left of it as a statement of its own."""
    for match in _TIMED.finditer(source):
        width = match.end() - match.start()
        line_end = source.find("\n", match.end())
        rest = source[match.end() : line_end if line_end >= 0 else len(source)]
        python = python[: match.start()] + "0" + " " * (width - 2) + ";" + rest + python[match.end() + len(rest) :]
    return python


# Where texts stand in the JSON


def _sources(text: str) -> dict[int, list[_Piece]]:
    """By the number of a cell: the texts that its source is made of."""
    found: dict[int, list[_Piece]] = {}
    try:
        before = _cells_before(text)
        for path, start, end in _strings(text):
            sheet, inner = (path[1], path[2:]) if path[:1] == ["worksheets"] else (None, path)
            match inner:
                case ["cells", int() as cell, "source" | "input"] | ["cells", int() as cell, "source" | "input", int()]:
                    found.setdefault(before.get(sheet, 0) + cell + 1, []).append(_piece(text, start, end))
    except (IndexError, ValueError, RecursionError) as error:
        raise Unparsable(f"it is no notebook: {error}") from None
    return found


def _cells_before(text: str) -> dict[int | None, int]:
    """By the place of a worksheet, of which notebooks of format 3 are made: how many cells stand before it."""
    notebook = json.loads(text)
    sheets = notebook.get("worksheets") if isinstance(notebook, dict) and notebook.get("cells") is None else None
    found: dict[int | None, int] = {}
    count = 0
    for place, sheet in enumerate(sheets if isinstance(sheets, list) else ()):
        found[place] = count
        count += len(sheet.get("cells") or ()) if isinstance(sheet, dict) else 0
    return found


def _piece(text: str, start: int, end: int) -> _Piece:
    """The letters of a JSON text between its quotes."""
    letters: list[str] = []
    offsets: list[int] = []
    place = start
    while place < end:
        length = 1
        if text[place] == "\\":
            length = 6 if text[place + 1] == "u" else 2
            if length == 6 and "d8" <= text[place + 2 : place + 4].lower() <= "db" and text[place + 6 : place + 8] == "\\u":
                length = 12
        letter = json.loads(f'"{text[place : place + length]}"')
        letters.append(letter)
        offsets += [place] * len(letter)
        place += length
    return _Piece("".join(letters), [*offsets, end])


def _strings(text: str) -> Iterator[tuple[list[Any], int, int]]:
    """Every text that is a value, with the path to it and where it stands between its quotes."""
    path: list[Any] = []
    containers: list[str] = []
    place = _after_space(text, 0)
    key = False
    while place < len(text):
        letter = text[place]
        if letter in "{[":
            containers.append(letter)
            path.append(0 if letter == "[" else None)
            key = letter == "{"
            place += 1
        elif letter in "}]":
            containers.pop()
            path.pop()
            place += 1
        elif letter == ",":
            if containers[-1] == "[":
                path[-1] += 1
            key = containers[-1] == "{"
            place += 1
        elif letter == ":":
            place += 1
        elif letter == '"':
            end = _end_of_text(text, place + 1)
            if key:
                path[-1], key = json.loads(text[place : end + 1]), False
            else:
                yield list(path), place + 1, end
            place = end + 1
        else:
            match = _NUMBER_OR_WORD.match(text, place)
            if match is None:
                raise ValueError(f"unexpected {letter!r}")
            place = match.end()
        place = _after_space(text, place)


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _end_of_text(text: str, place: int) -> int:
    while text[place] != '"':
        place += 2 if text[place] == "\\" else 1
    return place
