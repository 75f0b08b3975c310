"""``Page``: a Markdown file as sections of passages, each with its lines and its source text.

A passage is what is kept or moved as one: a paragraph, an item of a list with all that is in it, a row of a table, a block
of code or HTML, a quotation, front matter, the definition of a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from ai_models.audit.decoding import Decoded
from ai_models.migrate.editing import decoded

__all__ = ["Page", "Passage", "Section", "plain"]

Kind = Literal["paragraph", "item", "row", "code", "html", "quote", "rule", "definition", "front matter"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$", re.MULTILINE)
_DEFINITION = re.compile(r" {0,3}\[([^\]]+)\]:")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_REFERENCE = re.compile(r"(?P<text>\[[^\[\]]+\])(?:\[(?P<label>[^\[\]]*)\])?(?![(:\[])")
_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
_FRONT_MATTER = re.compile(r"(-{3}|\+{3})[ \t]*\n.*?\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKUP = re.compile(r"(\*{1,3}|_{1,3}|~~)(?=\S)(.*?\S)\1", re.DOTALL)


class Passage(Struct, frozen=True, kw_only=True):
    """A piece of a page: its lines (``first`` counts from 0, ``end`` is exclusive) and its text as Markdown.

    ``cells`` are those of a row of a table, ``header`` its column titles. ``group`` tells the lists and tables of a section
    apart. ``has_footnote`` is set where the text points to a note that stands elsewhere.
    """

    kind: Kind
    first: int
    end: int
    text: str
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    group: int = 0

    @property
    def line(self) -> int:
        """The first line as people count."""
        return self.first + 1

    @property
    def has_footnote(self) -> bool:
        """Whether the text points to a note that stands elsewhere on the page."""
        return bool(_FOOTNOTE.search(self.text))


class Section(Struct, kw_only=True):
    """A heading and what stands below it, up to the next one; the page itself is a section without a heading."""

    title: str
    level: int
    first: int
    end: int
    """The lines of the heading."""
    passages: list[Passage] = []
    inner: list[Section] = []

    def walk(self) -> Iterator[Section]:
        """This section and all that are in it, in the order of the page."""
        yield self
        for section in self.inner:
            yield from section.walk()


class Page:
    """A Markdown file, read."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.source: Decoded = decoded(data, path)
        ends = [0, *(match.end() for match in _LINE_END.finditer(self.source.text))]
        self.starts = ends if ends[-1] == len(self.source.text) else [*ends, len(self.source.text)]
        self.lines = [_LINE_END.sub("", self.source.text[at:end]) for at, end in pairwise(self.starts)]
        self.definitions: dict[str, tuple[str, str]] = {}
        self.root = Section(title="", level=0, first=0, end=0)
        self._read()

    @property
    def newline(self) -> str:
        """How the page ends its lines."""
        return "\r\n" if "\r\n" in self.source.text else "\n"

    def sections(self) -> Iterator[Section]:
        """Every section, the page itself first."""
        return self.root.walk()

    def passages(self) -> Iterator[Passage]:
        """Every passage, in the order of the page."""
        for section in self.sections():
            yield from section.passages

    def own_text(self, passage: Passage) -> str:
        """A passage's text as it can stand alone: links by reference have their addresses in it."""

        def inlined(match: re.Match[str]) -> str:
            label = match["label"] or match["text"][1:-1]
            found = self.definitions.get(_label(label))
            if found is None:
                return match[0]
            href, title = found
            return f'{match["text"]}({href} "{title}")' if title else f"{match['text']}({href})"

        return passage.text if passage.kind in ("code", "html") else _REFERENCE.sub(inlined, passage.text)

    def references(self, passage: Passage) -> set[str]:
        """The labels of the definitions that a passage points to."""
        labels = (_label(match["label"] or match["text"][1:-1]) for match in _REFERENCE.finditer(passage.text))
        return {label for label in labels if label in self.definitions}

    def label_of(self, passage: Passage) -> str:
        """The label that the definition of a link defines; empty where it is none, or one of several lines."""
        match = _DEFINITION.match(passage.text)
        label = _label(match[1]) if match else ""
        return label if label in self.definitions and self._is_whole(passage, label) else ""

    def _is_whole(self, passage: Passage, label: str) -> bool:
        """Whether the address and the title stand in the line of the label."""
        href, title = self.definitions[label]
        return bool(href) and title in passage.text and not passage.text.rstrip().endswith(":")

    # Reading

    def _read(self) -> None:
        front = _FRONT_MATTER.match("\n".join(self.lines))
        skipped = front[0].count("\n") if front else 0
        if front:
            self.root.passages.append(
                Passage(kind="front matter", first=0, end=skipped, text="\n".join(self.lines[:skipped]))
            )
        text = "\n".join([*[""] * skipped, *self.lines[skipped:]])
        environment: dict[str, dict[str, dict[str, str]]] = {}
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text, environment)
        for label, found in environment.get("references", {}).items():
            self.definitions[_label(label)] = (found["href"], found["title"])
        _Reader(self).read(tokens)
        self._add_definitions(skipped)

    def _add_definitions(self, skipped: int) -> None:
        """What is no block: definitions of links, which a parser takes out of the text."""
        taken = {
            number
            for section in self.sections()
            for first, end in ((section.first, section.end), *((each.first, each.end) for each in section.passages))
            for number in range(first, end)
        }
        section = self.root
        headed = {each.first: each for each in self.sections() if each.level}
        for number in range(skipped, len(self.lines)):
            section = headed.get(number, section)
            if number not in taken and self.lines[number].strip():
                section.passages.append(
                    Passage(kind="definition", first=number, end=number + 1, text=self.lines[number].strip())
                )
        for each in self.sections():
            each.passages.sort(key=lambda passage: passage.first)

    def raw(self, first: int, end: int) -> str:
        """Lines as they stand, without blank ones around them."""
        return "\n".join(self.lines[first:end]).strip("\n")


class _Reader:
    """Turns the tokens of a parser into sections and passages."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._path = [page.root]
        self._group = 0

    def read(self, tokens: Sequence[Token]) -> None:
        place = 0
        while place < len(tokens):
            token = tokens[place]
            end = _closing(tokens, place)
            if token.type == "heading_open":
                self._heading(token, tokens[place + 1])
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                self._list(tokens[place + 1 : end])
            elif token.type == "table_open":
                self._table(tokens[place + 1 : end])
            else:
                self._block(token, tokens[place:end])
            place = end + 1

    def _add(self, kind: Kind, lines: tuple[int, int], text: str, **more: tuple[str, ...]) -> None:
        first, end = self._trimmed(*lines)
        self._path[-1].passages.append(Passage(kind=kind, first=first, end=end, text=text, group=self._group, **more))

    def _trimmed(self, first: int, end: int) -> tuple[int, int]:
        """Lines without the blank ones at their end, which the parser counts to an item."""
        while end > first + 1 and not self._page.lines[end - 1].strip():
            end -= 1
        return first, end

    def _heading(self, token: Token, inline: Token) -> None:
        assert token.map is not None  # noqa: S101 the parser gives every block its lines
        section = Section(title=inline.content, level=int(token.tag[1]), first=token.map[0], end=token.map[1])
        while self._path[-1].level >= section.level:
            self._path.pop()
        self._path[-1].inner.append(section)
        self._path.append(section)

    def _block(self, token: Token, tokens: Sequence[Token]) -> None:
        assert token.map is not None  # noqa: S101 as above
        lines = (token.map[0], token.map[1])
        self._group += 1
        if token.type == "paragraph_open":
            self._add("paragraph", lines, _joined(tokens[1].content))
        else:
            self._add(_KINDS[token.type], lines, self._page.raw(*lines))

    def _list(self, tokens: Sequence[Token]) -> None:
        self._group += 1
        place = 0
        while place < len(tokens):
            end = _closing(tokens, place)
            item = tokens[place]
            assert item.map is not None  # noqa: S101 as above
            inner = tokens[place + 1 : end]
            is_plain = len(inner) == 3 and inner[0].type == "paragraph_open"
            self._add("item", (item.map[0], item.map[1]), _joined(inner[1].content) if is_plain else self._undented(item))
            place = end + 1

    def _undented(self, item: Token) -> str:
        """An item that holds more than a paragraph: its lines without the bullet and its depth."""
        assert item.map is not None  # noqa: S101 as above
        first, *rest = self._page.raw(item.map[0], item.map[1]).expandtabs(4).split("\n")
        bullet = _BULLET.match(f"{first} ")
        depth = min(bullet.end(), len(first)) if bullet else 0
        lines = [first[depth:], *(line[depth:] if not line[:depth].strip() else line.lstrip() for line in rest)]
        return "\n".join(line.rstrip() for line in lines).strip("\n")

    def _table(self, tokens: Sequence[Token]) -> None:
        self._group += 1
        header: tuple[str, ...] = ()
        for place, token in enumerate(tokens):
            if token.type != "tr_open":
                continue
            cells = tuple(each.content for each in tokens[place : _closing(tokens, place)] if each.type == "inline")
            first = token.map[0] if token.map else 0
            if not header:
                header = cells
                # The delimiter below the titles belongs to them.
                self._add("row", (first, first + 2), self._page.raw(first, first + 1), header=header)
            else:
                self._add("row", (first, first + 1), self._page.raw(first, first + 1), cells=cells, header=header)


_KINDS: dict[str, Kind] = {
    "fence": "code",
    "code_block": "code",
    "html_block": "html",
    "blockquote_open": "quote",
    "hr": "rule",
}


def _closing(tokens: Sequence[Token], place: int) -> int:
    """The place of the token that closes the one at ``place``; its own where it is whole."""
    if tokens[place].nesting != 1:
        return place
    level = tokens[place].level
    return next(at for at in range(place + 1, len(tokens)) if tokens[at].nesting == -1 and tokens[at].level == level)


def _joined(content: str) -> str:
    """A paragraph in one line, unless its author broke the line on purpose."""
    if _HARD_BREAK.search(content.rpartition("\n")[0]):
        return content
    return " ".join(line.strip() for line in content.split("\n"))


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def plain(text: str) -> str:
    """A text without emphasis."""
    previous = ""
    while text != previous:
        previous, text = text, _MARKUP.sub(r"\2", text)
    return text
