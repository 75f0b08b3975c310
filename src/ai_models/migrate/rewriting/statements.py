"""Import statements rewritten: the module they name, the names that stay, go and come; comments and layout stay."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import ai_models
from ai_models import registry
from ai_models.migrate.rewriting.outcome import Change
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.unit import Unit

__all__ = ["Alias", "Wanted", "from_changes", "grouped", "import_changes", "inserted", "statement"]

_HEAD: Final = re.compile(
    r"from\b(?P<before>[ \t\f]*(?:\\\r?\n[ \t\f]*)*)(?P<module>[.\w \t]*?[.\w])(?P<after>[ \t\f\\\r\n]*)\bimport\b"
)
_LINE_END: Final = re.compile(r"[ \t]*(?:\r\n|\r|\n)")
_ALONE: Final = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_REST_OF_LINE: Final = re.compile(r"[^\r\n]*")
_SEMICOLON: Final = re.compile(r"[ \t]*;[ \t]*")
_COMMENT: Final = re.compile(r"#[^\r\n]*")
_LONGEST_LINE: Final = 100

_MOVED: Final = "the old package's names are those of ai_models"
_UNUSED: Final = "nothing uses it here any more"
_INSTEAD: Final = "what is used instead of an old name"


class Wanted(NamedTuple):
    """A name that a statement is to import: from which module, and what it is called locally."""

    module: str
    name: str
    local: str

    @property
    def text(self) -> str:
        """The name as it stands in a statement."""
        return self.name if self.name == self.local else f"{self.name} as {self.local}"


class Alias(NamedTuple):
    """What becomes of one name of a statement: what is imported instead, or None where it stays; empty where it goes."""

    node: ast.alias
    instead: tuple[Wanted, ...] | None


Group = tuple[str, list[Wanted]]
"""The names of one statement, and the module that it imports them from."""


def grouped(wanted: Iterable[Wanted]) -> list[Group]:
    """Names by the module of their statement, the largest group first: as few statements as can be."""
    names = list(wanted)
    ours = {each for each in names if each.module in ("ai_models", "ai_models.registry")}
    one = _one_module({each.name for each in ours}, {each.module for each in ours})
    groups: dict[str, dict[Wanted, None]] = {}
    for each in names:
        module = one if one is not None and each in ours else each.module
        groups.setdefault(module, {})[each._replace(module=module)] = None
    return sorted(((module, list(held)) for module, held in groups.items()), key=lambda group: -len(group[1]))


def _one_module(names: set[str], modules: set[str]) -> str | None:
    """One module of ours that has all names, if there is one."""
    if len(modules) == 1:
        return next(iter(modules))
    return next((each.__name__ for each in (ai_models, registry) if names <= set(each.__all__)), None)


def statement(module: str, wanted: Iterable[Wanted], *, indent: str = "", newline: str = "\n") -> str:
    """``from module import names``, on several lines where one would be too long."""
    names = sorted(each.text for each in wanted)
    line = f"from {module} import {', '.join(names)}"
    if len(indent) + len(line) <= _LONGEST_LINE:
        return line
    inner = "".join(f"{newline}{indent}    {name}," for name in names)
    return f"from {module} import ({inner}{newline}{indent})"


# from … import …


def from_changes(unit: Unit, node: ast.ImportFrom, aliases: Sequence[Alias], added: Sequence[Wanted]) -> list[Change]:
    """How a ``from`` statement changes.

    Args:
        unit: where it stands.
        node: the statement.
        aliases: each of its names.
        added: names that it is to import besides.

    Raises:
        Unplaced: the statement is written in a way that is not understood.
    """
    stay = [each.node for each in aliases if each.instead is None]
    groups = grouped([*(want for each in aliases for want in each.instead or ()), *added])
    if stay:  # what is left of the old statement stays where it is
        go = [each.node for each in aliases if each.instead is not None]
        here = [want.text for module, held in groups for want in held if module == node.module and not node.level]
        others = [group for group in groups if group[0] != node.module or node.level]
        return [*_dropped(unit, node, go, stay[-1]), *_added(unit, stay, sorted(here)), *_behind(unit, node, others)]
    if not groups:
        return _removed(unit, node)
    module, names = groups[0]
    kept = [each for each in aliases if each.instead and each.instead[0]._replace(module=module) in names]
    if not kept or node.names[0].name == "*":
        return _replaced(unit, node, groups)
    return [*_in_place(unit, node, kept, groups[0]), *_behind(unit, node, groups[1:])]


def _in_place(unit: Unit, node: ast.ImportFrom, kept: Sequence[Alias], group: Group) -> list[Change]:
    """The same statement with another module: names that go are taken out, names that come are put in."""
    module, names = group
    changes = [_module_change(unit, node, module)]
    rest = list(names)
    for each in kept:
        want = (each.instead or ())[0]._replace(module=module)
        if want in rest:
            rest.remove(want)
        if (each.node.name, each.node.asname or each.node.name) != (want.name, want.local):
            changes.append(Change(*unit.python.source.node_offsets(each.node), (want.text,), "import", _MOVED))
    held = [each.node for each in kept]
    changes += _dropped(unit, node, [alias for alias in node.names if alias not in held], held[-1])
    return [*changes, *_added(unit, held, sorted(want.text for want in rest))]


def _module_change(unit: Unit, node: ast.ImportFrom, module: str) -> Change:
    head = _HEAD.match(unit.text, unit.python.source.node_offsets(node)[0])
    if head is None:
        raise Unplaced(node)
    text = f"{'' if head['before'] else ' '}{module}{'' if head['after'] else ' '}"
    return Change(*head.span("module"), (text,), "import", _MOVED)


def _dropped(unit: Unit, node: ast.ImportFrom, names: Sequence[ast.alias], last: ast.alias) -> list[Change]:
    """Take names out of a statement, of which ``last`` is the last that stays; comments beside them stay."""
    offsets = unit.python.source.node_offsets
    start, end = offsets(node)
    has_brackets = "(" in unit.text[start : offsets(node.names[0])[0]]
    behind = node.names[node.names.index(last) + 1 :]
    changes: list[Change] = []
    if behind and not has_brackets:  # nothing may be left behind the last name, no comma either
        changes.append(Change(offsets(last)[1], offsets(behind[-1])[1], ("",), "import", _UNUSED))
    for alias in names:
        if alias in behind and not has_brackets:
            continue
        begin, finish = offsets(alias)
        finish = _behind_comma(unit.text, finish, end)
        line = unit.text.rfind("\n", 0, begin) + 1
        ending = _LINE_END.match(unit.text, finish)
        if ending is not None and has_brackets and not unit.text[line:begin].strip():
            begin, finish = line, ending.end()
        changes.append(Change(begin, finish, ("",), "import", _UNUSED))
    return changes


def _behind_comma(text: str, place: int, stop: int) -> int:
    """The place behind the comma that follows, and behind the blanks after it; the same place where none follows."""
    comma = re.compile(r"(?:[ \t\f\r\n\\]|#[^\r\n]*)*,[ \t]*").match(text, place, stop)
    return comma.end() if comma is not None else place


def _added(unit: Unit, kept: Sequence[ast.alias], more: Sequence[str]) -> list[Change]:
    """Put names into a statement: in their order where the others are in order, else behind them."""
    spans = {alias: unit.python.source.node_offsets(alias) for alias in kept}
    in_order = [alias.name for alias in kept] == sorted(alias.name for alias in kept)
    changes: list[Change] = []
    for name in more:
        before = [alias for alias in kept if not in_order or alias.name < name.partition(" ")[0]]
        place = spans[before[-1]][1] if before else spans[kept[0]][0]
        changes.append(Change(place, place, (f", {name}" if before else f"{name}, ",), "import", _INSTEAD))
    return changes


# Whole statements


def _replaced(unit: Unit, node: ast.Import | ast.ImportFrom, groups: Sequence[Group]) -> list[Change]:
    """Put other statements in the place of one; comments within it come before them."""
    start, end = unit.python.source.node_offsets(node)
    indent, alone = _line_of(unit, node)
    texts = [statement(module, wanted, indent=indent, newline=unit.newline) for module, wanted in groups]
    if not alone:
        joined = "; ".join(text.replace(unit.newline, " ") for text in texts)
        return [Change(start, end, (joined,), "import", _MOVED)]
    comments = _COMMENT.findall(unit.text[start:end])
    return [Change(start, end, (f"{unit.newline}{indent}".join([*comments, *texts]),), "import", _MOVED)]


def _removed(unit: Unit, node: ast.stmt) -> list[Change]:
    """Take a statement away; where it is all that a block has, ``pass`` takes its place."""
    start, end = unit.python.source.node_offsets(node)
    if len(_block_of(unit, node)) == 1:
        return [Change(start, end, ("pass",), "import", _UNUSED)]
    _, alone = _line_of(unit, node)
    line = unit.text.rfind("\n", 0, start) + 1
    ending, semicolon = _LINE_END.match(unit.text, end), _SEMICOLON.match(unit.text, end)
    if alone:
        span = (line, ending.end()) if ending is not None else (start, end)
        return [Change(*span, ("",), "import", _UNUSED)]
    if semicolon is not None and not _ALONE.match(unit.text, semicolon.end()):
        return [Change(start, semicolon.end(), ("",), "import", _UNUSED)]
    return [Change(start, end, ("pass",), "import", _UNUSED)]


def _block_of(unit: Unit, node: ast.stmt) -> list[ast.stmt]:
    around = unit.parent(node)
    blocks = (getattr(around, name, None) for name in ("body", "orelse", "finalbody"))
    return next((block for block in blocks if isinstance(block, list) and node in block), [node])


def _line_of(unit: Unit, node: ast.stmt) -> tuple[str, bool]:
    """The indentation of a statement, and whether it has its lines for itself."""
    start, end = unit.python.source.node_offsets(node)
    begin = max(unit.text.rfind("\n", 0, start), unit.text.rfind("\r", 0, start)) + 1
    before = unit.text[begin:start]
    is_first = not before.strip(" \t\f")
    return before if is_first else "", is_first and _ALONE.match(unit.text, end) is not None


def _behind(unit: Unit, node: ast.stmt, groups: Sequence[Group]) -> list[Change]:
    """Put statements behind one."""
    indent, _ = _line_of(unit, node)
    return inserted(unit, node, [statement(module, held, indent=indent, newline=unit.newline) for module, held in groups])


def inserted(unit: Unit, node: ast.stmt, texts: Sequence[str]) -> list[Change]:
    """Statements behind another: on lines of their own where it has its own, else behind semicolons."""
    if not texts:
        return []
    indent, alone = _line_of(unit, node)
    _, end = unit.python.source.node_offsets(node)
    if not alone:
        joined = "".join(f"; {text.replace(unit.newline, ' ')}" for text in texts)
        return [Change(end, end, (joined,), "import", _INSTEAD)]
    line = _REST_OF_LINE.match(unit.text, end)
    place = line.end() if line is not None else end
    return [Change(place, place, ("".join(f"{unit.newline}{indent}{text}" for text in texts),), "import", _INSTEAD)]


# import …


def import_changes(
    unit: Unit, node: ast.Import, instead: dict[ast.alias, str | None], behind: Sequence[Group]
) -> list[Change]:
    """How an ``import`` statement changes.

    Args:
        unit: where it stands.
        node: the statement.
        instead: the new text of each name that changes; None where it goes.
        behind: what is imported by statements behind it.
    """
    texts = [instead[alias] if alias in instead else _written(alias) for alias in node.names]
    kept = [text for text in texts if text is not None]
    if not kept:
        return _replaced(unit, node, behind) if behind else _removed(unit, node)
    offsets = unit.python.source.node_offsets
    if len(kept) < len(node.names):
        span = (offsets(node.names[0])[0], offsets(node.names[-1])[1])
        return [Change(*span, (", ".join(kept),), "import", _MOVED), *_behind(unit, node, behind)]
    pairs = zip(node.names, kept, strict=True)
    changes = [Change(*offsets(alias), (text,), "import", _MOVED) for alias, text in pairs if text != _written(alias)]
    return [*changes, *_behind(unit, node, behind)]


def _written(alias: ast.alias) -> str:
    return alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
