"""Changes values in the text of a YAML file, and not one byte elsewhere: comments, order, quoting, wrapping stay.

Only the spans of changed values are replaced. A round trip through an editing library is no alternative here: ruamel.yaml
gives back 44 of the catalogue's first 246 files as they were, and wraps the others' lines anew. What comes out is read
again and compared with what was wanted; where it differs, nothing is given back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import yaml

from ai_models.catalog.sync.plain import compose, is_empty, key_of, plain_of, same
from ai_models.catalog.sync.text import block_lines, flow_text, item_lines, width_of
from ai_models.errors import CatalogError

__all__ = ["edited"]


class _Edit(NamedTuple):
    """Text in the place of a span; an empty span is an insertion, and those of one place stand in their order."""

    start: int
    end: int
    place: int
    text: str


class _Element(NamedTuple):
    """A key with its value, or an item of a list: where it starts and ends, the comment behind it left out."""

    start: int
    end: int


def edited(text: str, target: Mapping[str, Any], *, name: str = "the file") -> str:
    """The text of a file with the values of ``target``; whatever has not changed stays byte for byte.

    Raises:
        CatalogError: the text cannot be changed in this way.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    root = compose(body)
    editor = _Editor(body, width_of(target))
    editor.value(root, target, "", -1)
    result = editor.result()
    try:
        is_good = same(plain_of(compose(result)), target)
    except (yaml.YAMLError, ValueError):
        is_good = False
    if not is_good:
        raise CatalogError(f"{name} cannot be changed without disturbing the rest of it; change it by hand")
    return mark + result


class _Editor:
    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self._width = width
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._edits: list[_Edit] = []

    def result(self) -> str:
        """The text with every edit in it."""
        parts, at = [], 0
        for edit in sorted(self._edits):
            parts += [self.text[at : edit.start], edit.text]
            at = max(at, edit.end)
        return "".join((*parts, self.text[at:]))

    def _replace(self, start: int, end: int, text: str) -> None:
        self._edits.append(_Edit(start, end, len(self._edits), text))

    def value(self, node: yaml.Node, target: Any, key: str, after_key: int, *, in_flow: bool = False) -> None:
        """Make a node mean ``target``; ``after_key`` is the place behind its key's colon, -1 in a list."""
        if same(plain_of(node), target):
            return
        if isinstance(node, yaml.MappingNode) and isinstance(target, Mapping) and node.value and target:
            if self._mapping(node, target):
                return
        elif isinstance(node, yaml.SequenceNode) and isinstance(target, list | tuple) and node.value and target:
            if self._sequence(node, target, key):
                return
        elif isinstance(node, yaml.ScalarNode) and not isinstance(target, Mapping | list | tuple):
            self._scalar(node, target, key, in_flow=in_flow)
            return
        self._whole(node, target, key, after_key, in_flow=in_flow)

    # Values that are replaced as a whole.

    def _scalar(self, node: yaml.ScalarNode, target: Any, key: str, *, in_flow: bool) -> None:
        if node.style in ("'", '"') and isinstance(target, str) and target.isprintable() and "\\" not in target:
            escaped = target.replace("'", "''") if node.style == "'" else target.replace('"', '\\"')
            text = f"{node.style}{escaped}{node.style}"
        else:
            text = flow_text(target) if in_flow else _inline(key, target)
        start, end = node.start_mark.index, self._end(node)
        self._replace(start, end, f" {text}" if start == end else text)

    def _whole(self, node: yaml.Node, target: Any, key: str, after_key: int, *, in_flow: bool) -> None:
        if in_flow or after_key < 0:
            self._replace(node.start_mark.index, self._end(node), flow_text(target))
            return
        indent = self._column_of_key(after_key)
        lines = block_lines(key, target, width=self._width - indent)
        lines[0] = lines[0].partition(":")[2]
        self._replace(after_key, self._end(node), self._joined(lines, indent))

    def _column_of_key(self, after_key: int) -> int:
        line = self.text[self._line_start(after_key) : after_key]
        return len(line) - len(line.lstrip(" -"))

    # Mappings and lists.

    def _mapping(self, node: yaml.MappingNode, target: Mapping[str, Any]) -> bool:
        """Change a mapping key by key; False where none of its keys stays."""
        present = [key.value for key, _ in node.value]
        wanted = [key for key in target if key in present or not is_empty(target[key])]
        pairs = {at: present.index(key) for at, key in enumerate(wanted) if key in present}
        if not pairs:
            return False
        colons = [self.text.index(":", key.end_mark.index) + 1 for key, _ in node.value]
        elements = [
            _Element(key.start_mark.index, max(self._end(value), colon))
            for (key, value), colon in zip(node.value, colons, strict=True)
        ]
        flow = bool(node.flow_style)
        for at, place in pairs.items():
            self.value(node.value[place][1], target[wanted[at]], wanted[at], colons[place], in_flow=flow)
        indent = node.start_mark.column
        new = {
            at: [flow_text({key: target[key]})[1:-1]] if flow else block_lines(key, target[key], width=self._width - indent)
            for at, key in enumerate(wanted)
            if at not in pairs
        }
        self._elements(elements, pairs, new, indent=indent, flow=flow)
        return True

    def _sequence(self, node: yaml.SequenceNode, target: Sequence[Any], key: str) -> bool:
        """Change a list entry by entry; False where its entries cannot be told apart, or none stays."""
        pairs = _aligned([key_of(plain_of(item)) for item in node.value], [key_of(item) for item in target])
        if not pairs:
            return False
        flow = bool(node.flow_style)
        indent = node.start_mark.column
        elements = [_Element(self._start_of_item(item, flow=flow), self._end(item)) for item in node.value]
        for at, place in pairs.items():
            child = node.value[place]
            self.value(child, target[at], key, -1, in_flow=flow or isinstance(child, yaml.ScalarNode))
        new = {
            at: [flow_text(item)] if flow else item_lines(key, item, width=self._width - indent)
            for at, item in enumerate(target)
            if at not in pairs
        }
        self._elements(elements, pairs, new, indent=indent, flow=flow)
        return True

    def _start_of_item(self, item: yaml.Node, *, flow: bool) -> int:
        start: int = item.start_mark.index
        return start if flow else self.text.rindex("-", 0, start)

    def _elements(
        self, elements: list[_Element], pairs: dict[int, int], new: dict[int, list[str]], *, indent: int, flow: bool
    ) -> None:
        """Insert and remove elements; ``pairs`` are the places of those that stay, by their places in the target."""
        staying = set(pairs.values())
        for place in range(len(elements)):
            if place not in staying:
                (self._remove_in_flow if flow else self._remove_lines)(elements, place, staying)
        for at, lines in new.items():
            before = max((known for known in pairs if known < at), default=None)
            anchor = None if before is None else elements[pairs[before]]
            if flow:
                self._insert_in_flow(elements[min(staying)], anchor, lines[0], indent)
            elif anchor is None:
                self._insert_first(elements[0], lines, indent)
            else:
                self._insert_after(anchor, lines, indent)

    def _remove_in_flow(self, elements: list[_Element], place: int, staying: set[int]) -> None:
        if min(staying) < place:
            self._replace(elements[place - 1].end, elements[place].end, "")
        else:
            self._replace(elements[place].start, elements[place + 1].start, "")

    def _remove_lines(self, elements: list[_Element], place: int, _: set[int]) -> None:
        element = elements[place]
        start = self._line_start(element.start)
        if self.text[start : element.start].strip() and place + 1 < len(elements):
            self._replace(element.start, elements[place + 1].start, "")  # the first key of an item stands behind its dash
        else:
            self._replace(start, self._next_line(element.end), "")

    def _insert_in_flow(self, first: _Element, anchor: _Element | None, text: str, indent: int) -> None:
        if anchor is None:
            self._replace(first.start, first.start, f"{text}, ")
            return
        line = self._line_start(anchor.end)
        added = sum(len(edit.text) for edit in self._edits if edit.start == anchor.end == edit.end)
        if anchor.end - line + added + len(text) + 4 > self._width:
            lead = self.text[line : anchor.end]
            deep = max(indent + 1, len(lead) - len(lead.lstrip())) if added or lead.lstrip() else indent + 1
            self._replace(anchor.end, anchor.end, f",{self._newline}{' ' * deep}{text}")
        else:
            self._replace(anchor.end, anchor.end, f", {text}")

    def _insert_first(self, first: _Element, lines: list[str], indent: int) -> None:
        start = self._line_start(first.start)
        if self.text[start : first.start].strip():
            self._replace(first.start, first.start, self._joined(lines, indent) + self._newline + " " * indent)
        else:
            self._replace(start, start, " " * indent + self._joined(lines, indent) + self._newline)

    def _insert_after(self, anchor: _Element, lines: list[str], indent: int) -> None:
        at = self._next_line(anchor.end)
        text = " " * indent + self._joined(lines, indent)
        ended = self.text[:at].endswith("\n")
        self._replace(at, at, text + self._newline if ended else self._newline + text)

    # Places in the text.

    def _joined(self, lines: list[str], indent: int) -> str:
        """Lines below each other, all but the first ``indent`` deep."""
        return lines[0] + "".join(f"{self._newline}{' ' * indent}{line}" for line in lines[1:])

    def _end(self, node: yaml.Node) -> int:
        """Where a node's own text ends; the parser says of a block that it ends where the next thing begins."""
        end: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            is_block = node.style in ("|", ">")
            return len(self.text[:end].rstrip()) if is_block else end
        if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
            return end
        last = node.value[-1]
        return max(self._end(part) for part in last) if isinstance(last, tuple) else self._end(last)

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _next_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1


def _inline(key: str, target: Any) -> str:
    """A scalar in one line as it may stand behind its key."""
    if isinstance(target, str):
        lines = block_lines(key, target)
        return lines[0].partition(": ")[2] if len(lines) == 1 else flow_text(target)
    return flow_text(target)


def _aligned(present: list[str], target: list[str]) -> dict[int, int]:
    """The places in ``present`` of what stays, by their places in ``target``; empty where no such pairs keep the order.

    Where equally many entries are missing and new between two that stay, they are the same entries, changed.
    """
    if len(set(present)) < len(present) or len(set(target)) < len(target):
        return {}
    pairs = {at: present.index(key) for at, key in enumerate(target) if key in present}
    if list(pairs.values()) != sorted(pairs.values()):
        return {}
    edges = [(-1, -1), *pairs.items(), (len(target), len(present))]
    for (at, place), (next_at, next_place) in pairwise(edges):
        if next_at - at == next_place - place:
            pairs |= {at + step: place + step for step in range(1, next_at - at)}
    return dict(sorted(pairs.items()))
