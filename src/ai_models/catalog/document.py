"""A YAML file read into nodes that know their lines, within limits that no honest catalogue file reaches.

Scalars stay text: which type they have is the schema's business, so ``version: 4.10`` keeps its zero and a price keeps
every digit. Anchors, aliases, tags and several documents in a file are refused: the formats need none of them, and
without them a YAML bomb cannot be written.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ai_models.catalog.problems import Problem, displayed, one_line

__all__ = ["MAX_BYTES", "Document", "Mapping", "Node", "Scalar", "Sequence", "read_document"]

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 16
MAX_NODES = 1_000_000
MAX_PROBLEMS = 1_000

_TOO_MANY = f"has {MAX_PROBLEMS:,} problems or more; the rest is not listed"
_LONGEST_FIELD = 200
_LONGEST_MESSAGE = 500

# What YAML forbids. The parser would find it too, but names no line.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The C parser is about ten times faster and part of every PyYAML wheel; the pure one stands in where it was not built.
_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as text; ``plain`` is False where it was quoted."""

    text: str
    plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Whether YAML reads it as null."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: list[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; duplicate keys are already reported."""

    items: list[tuple[Scalar, Node]]
    line: int

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        return next((value for name, value in self.items if name.text == key), None)

    def keys(self) -> list[str]:
        """The keys in the order of the file."""
        return [name.text for name, _ in self.items]


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Document:
    """A file: its display name, its root node (None where it could not be read) and what is wrong with it."""

    file: str
    path: Path
    root: Mapping | None = None
    problems: list[Problem] = field(default_factory=list)
    unbound: list[str] = field(default_factory=list)
    """Fields that did not fit their type: whatever else is said of them, or of what holds them, would be a guess."""

    def keys_of(self, key: str) -> list[str]:
        """The keys of the mapping below a key at the top, as they are written; none where there is no such mapping."""
        node = self.root.get(key) if self.root is not None else None
        return node.keys() if isinstance(node, Mapping) else []

    def is_unbound(self, path: str) -> bool:
        """Whether a field, or anything that it holds, did not fit its type."""
        return any(field == path or field.startswith((f"{path}.", f"{path}[")) for field in self.unbound)

    def line_of(self, *path: str | int) -> int:
        """The line of the node at a path of keys and list places; the nearest known parent's where it is absent."""
        node: Node | None = self.root
        line = 0
        for step in path:
            if isinstance(node, Mapping):
                node = node.get(str(step))
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            else:
                break
            line = node.line if node is not None else line
        return line

    def report(self, line: int, message: str, *, field: str = "", found: str = "", nearest: str = "") -> None:
        """Add a problem at a line of this file; beyond ``MAX_PROBLEMS`` only that there are more."""
        before = len(self.problems)
        if before >= MAX_PROBLEMS:
            return
        self.problems.append(
            Problem(
                file=self.file,
                line=line,
                field=one_line(field, _LONGEST_FIELD),
                message=one_line(message, _LONGEST_MESSAGE),
                found=found,
                nearest=one_line(nearest, _LONGEST_FIELD),
            )
        )
        if before + 1 == MAX_PROBLEMS:
            self.problems.append(Problem(file=self.file, line=0, field="", message=_TOO_MANY))

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that nobody reads on, so that looking further only takes time."""
        return len(self.problems) >= MAX_PROBLEMS


class _Refused(Exception):
    """Raised inside the parser to stop at what cannot be continued from."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_document(path: Path) -> Document:
    """Read a file; whatever is wrong with it stands in ``problems``, and nothing is raised."""
    document = Document(displayed(path), path)
    text = _read_text(document)
    if text is None:
        return document
    try:
        root = _Builder(document).build(text)
    except _Refused as refused:
        document.report(refused.line, str(refused))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.report(mark.line + 1 if mark else 0, f"not valid YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        document.report(0, f"not valid YAML: {' '.join(str(error).split())}")
    else:
        if isinstance(root, Mapping):
            document.root = root
        else:
            document.report(root.line if root else 0, "must hold a mapping of keys to values, but holds none")
    return document


def _read_text(document: Document) -> str | None:
    """The file's text, or None with the reason reported."""
    try:
        data = _read_bytes(document)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        document.report(0, f"cannot be read: {getattr(error, 'strerror', None) or error}")
        return None
    if data is None:
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        document.report(0, "is not UTF-8 but UTF-16 or UTF-32 (by its byte order mark); save the file as UTF-8")
        return None
    if b"\x00" in data:
        document.report(0, "is binary (it holds a NUL byte); a YAML text file in UTF-8 is expected")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        document.report(line, f"is not UTF-8: byte 0x{data[error.start]:02x} cannot be decoded; save the file as UTF-8")
        return None
    control = _CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        document.report(line, f"holds the character {control[0]!r}, which YAML does not allow")
        return None
    return text


def _read_bytes(document: Document) -> bytes | None:
    # Open first and look at what was opened: a path that changes in between cannot slip something else in.
    with open(document.path, "rb", opener=_without_waiting) as file:  # Path.open takes no opener
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            document.report(0, "is not a regular file")
            return None
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        document.report(0, f"is larger than {MAX_BYTES // 1024**2} MiB", found=f"{max(status.st_size, len(data)):,} bytes")
        return None
    if not data.strip():
        document.report(0, "is empty")
        return None
    return data


def _without_waiting(path: str, flags: int) -> int:
    """Opening a FIFO that nobody writes to would otherwise wait for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 0


class _Builder:
    """Turns parser events into nodes; it recurses as deep as MAX_DEPTH and no deeper."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._events: Iterator[yaml.Event] = iter(())
        self._nodes = 0

    def build(self, text: str) -> Node | None:
        self._events = iter(yaml.parse(text, Loader=_SafeLoader))
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _Refused(_line(event), "holds more than one document; split it into files")
                root = self._node(next(self._events), 0)
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _Refused(line, f"holds more than {MAX_NODES:,} values")
        if depth > MAX_DEPTH:
            raise _Refused(line, f"is nested more than {MAX_DEPTH} levels deep")
        self._refuse_indirection(event, line)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.implicit[0], line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(self._items(depth), line)
        return Mapping(self._pairs(depth), line)

    @staticmethod
    def _refuse_indirection(event: yaml.Event, line: int) -> None:
        if getattr(event, "anchor", None):  # of an alias too: it names the anchor that it repeats
            raise _Refused(line, "uses a YAML anchor or alias; write the value out")
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            raise _Refused(line, f"uses the YAML tag {tag}; plain values are expected")

    def _items(self, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _pairs(self, depth: int) -> list[tuple[Scalar, Node]]:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._document.report(key.line, "has a key that is not a single word")
            elif key.is_null or not key.text.strip():
                self._document.report(key.line, "has an empty key")
            elif key.text in pairs:
                first = pairs[key.text][0].line
                self._document.report(key.line, f"is written twice (first in line {first})", field=key.text)
            else:
                pairs[key.text] = (key, value)
        return list(pairs.values())
