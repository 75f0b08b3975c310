"""Import statements rewritten: the module they name, the names that stay, go and come; comments and layout stay."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ai_models import __all__ as _OF_THE_PACKAGE
from ai_models.migrate.rewriting.outcome import Change
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.unit import Unit
from ai_models.registry import __all__ as _OF_THE_REGISTRY

__all__ = ["Alias", "Wanted", "from_changes", "import_changes", "inserted", "module_for"]

_PACKAGE: Final = frozenset(_OF_THE_PACKAGE)
_REGISTRY: Final = frozenset(_OF_THE_REGISTRY)
_HEAD: Final = re.compile(
    r"from\b(?P<before>[ \t\f]*(?:\\\r?\n[ \t\f]*)*)(?P<module>[.\w \t]*?[.\w])(?P<after>[ \t\f\\\r\n]*)\bimport\b"
)
_LONGEST_LINE: Final = 100
_REASON: Final = "the old package's names are those of ai_models"


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


def module_for(names: Iterable[str], modules: Iterable[str]) -> str | None:
    """One module that has all names, if there is one; ``modules`` are those that the names are said to be in."""
    asked, said = set(names), set(modules)
    if len(said) == 1:
        return said.pop()
    if said <= {"ai_models", "ai_models.registry"}:
        return "ai_models" if asked <= _PACKAGE else "ai_models.registry" if asked <= _REGISTRY else None
    return None


def grouped(wanted: Sequence[Wanted]) -> list[tuple[str, list[Wanted]]]:
    """Names by the module of their statement, the largest group first: as few statements as can be."""
    ours = [each for each in wanted if each.module in ("ai_models", "ai_models.registry")]
    one = module_for((each.name for each in ours), (each.module for each in ours))
    groups: dict[str, dict[Wanted, None]] = {}
    for each in wanted:
        module = one if one is not None and each in ours else each.module
        groups.setdefault(module, {})[each._replace(module=module)] = None
    return sorted(((module, list(names)) for module, names in groups.items()), key=lambda group: -len(group[1]))


def statement(module: str, wanted: Sequence[Wanted], *, indent: str = "", newline: str = "\n") -> str:
    """``from module import names``, on several lines where one would be too long."""
    names = [each.text for each in sorted(wanted, key=lambda each: each.text)]
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
    """
    stay = [each for each in aliases if each.instead is None]
    wanted = [want for each in aliases if each.instead for want in each.instead] + list(added)
    if not wanted and len(stay) == len(aliases):
        return []
    groups = grouped(wanted)
    if stay or not any(each.instead for each in aliases):
        # what is left of the old statement stays where it is
        return [*_without(unit, node, aliases), *_behind(unit, node, groups)] if stay else _replaced(unit, node, groups)
    module, names = groups[0]
    kept = [each for each in aliases if each.instead and each.instead[0]._replace(module=module) in names]
    if not kept or any(each.node.name == "*" for each in aliases):
        return _replaced(unit, node, groups)
    return [*_in_place(unit, node, aliases, kept, (module, names)), *_behind(unit, node, groups[1:])]


def _in_place(
    unit: Unit, node: ast.ImportFrom, aliases: Sequence[Alias], kept: Sequence[Alias], group: tuple[str, Sequence[Wanted]]
) -> list[Change]:
    module, names = group
    changes = [_module_change(unit, node, module)]
    of_kept: list[Wanted] = []
    for each in kept:
        (want,) = each.instead or ()
        of_kept.append(want._replace(module=module))
        start, end = unit.python.source.node_offsets(each.node)
        if unit.text[start:end] != want.text and (each.node.name, each.node.asname or each.node.name) != (
            want.name,
            want.local,
        ):
            changes.append(Change(start, end, (want.text,), "import", _REASON))
    more = sorted((want.text for want in names if want not in of_kept), key=str)
    dropped = [each for each in aliases if each not in kept]
    changes += _dropped(unit, node, [each.node for each in dropped], kept[-1].node)
    if more:
        changes += _added(unit, node, [each.node for each in kept], more)
    return changes


def _module_change(unit: Unit, node: ast.ImportFrom, module: str) -> Change:
    start, _ = unit.python.source.node_offsets(node)
    head = _HEAD.match(unit.text, start)
    if head is None:
        raise Unplaced(node)
    gap = "" if head["before"] else " "
    behind = "" if head["after"] else " "
    return Change(head.start("module"), head.end("module"), (f"{gap}{module}{behind}",), "import", _REASON)


def _commas(unit: Unit, node: ast.ImportFrom) -> dict[ast.alias, int]:
    """Where the comma behind each name stands."""
    found: dict[ast.alias, int] = {}
    _, stop = unit.python.source.node_offsets(node)
    for alias in node.names:
        place = unit.python.source.node_offsets(alias)[1]
        while place < stop and unit.text[place] in " \t\f\r\n\\#":
            place = unit.text.find("\n", place) if unit.text[place] == "#" else place + 1
        if place < stop and unit.text[place] == ",":
            found[alias] = place
    return found


def _dropped(unit: Unit, node: ast.ImportFrom, names: Sequence[ast.alias], last: ast.alias) -> list[Change]:
    """Take names out of a statement; comments beside them stay."""
    commas, text = _commas(unit, node), unit.text
    is_open = _bracket(unit, node) is None
    changes: list[Change] = []
    tail = [alias for alias in node.names if node.names.index(alias) > node.names.index(last)]
    if is_open and tail:  # nothing may be left behind the last name
        start = unit.python.source.node_offsets(last)[1]
        changes.append(
            Change(start, unit.python.source.node_offsets(tail[-1])[1], ("",), "import", "nothing uses it here any more")
        )
        names = [alias for alias in names if alias not in tail]
    for alias in names:
        start, end = unit.python.source.node_offsets(alias)
        end = commas[alias] + 1 if alias in commas else end
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        begin = text.rfind("\n", 0, start) + 1
        ending = re.compile(r"\r?\n").match(text, end)
        if not text[begin:start].strip() and ending and not is_open:
            start, end = begin, ending.end()
        changes.append(Change(start, end, ("",), "import", "nothing uses it here any more"))
    return changes


def _bracket(unit: Unit, node: ast.ImportFrom) -> int | None:
    """Where the bracket around the names opens."""
    start, _ = unit.python.source.node_offsets(node)
    first, _ = unit.python.source.node_offsets(node.names[0])
    place = unit.text.find("(", start, first)
    return None if place < 0 else place


def _added(unit: Unit, node: ast.ImportFrom, kept: Sequence[ast.alias], more: Sequence[str]) -> list[Change]:
    """Put names into a statement: in their order where the others are in order, else behind them."""
    spans = {alias: unit.python.source.node_offsets(alias) for alias in kept}
    texts = [alias.name for alias in kept]
    reason = "what is used instead of an old name"
    if texts == sorted(texts):
        changes = []
        for name in more:
            before = [alias for alias in kept if alias.name < name.partition(" ")[0]]
            place = spans[before[-1]][1] if before else spans[kept[0]][0]
            changes.append(Change(place, place, (f", {name}" if before else f"{name}, ",), "import", reason))
        return changes
    place = spans[kept[-1]][1]
    return [Change(place, place, ("".join(f", {name}" for name in more),), "import", reason)]


def _without(unit: Unit, node: ast.ImportFrom, aliases: Sequence[Alias]) -> list[Change]:
    stay = [each.node for each in aliases if each.instead is None]
    go = [each.node for each in aliases if each.instead is not None]
    return _dropped(unit, node, go, stay[-1])


def _replaced(unit: Unit, node: ast.ImportFrom | ast.Import, groups: Sequence[tuple[str, Sequence[Wanted]]]) -> list[Change]:
    """Put other statements, or none, in the place of one."""
    start, end = unit.python.source.node_offsets(node)
    if not groups:
        return _removed(unit, node)
    indent, alone = _line_of(unit, node)
    comments = re.findall(r"#[^\r\n]*", unit.text[start:end])
    joint = f"{unit.newline}{indent}" if alone else "; "
    texts = [statement(module, wanted, indent=indent, newline=unit.newline) for module, wanted in groups]
    if not alone:
        texts = [text if "(" not in text else text.replace(unit.newline, " ") for text in texts]
    return [Change(start, end, (joint.join([*comments, *texts] if alone else texts),), "import", _REASON)]


def _removed(unit: Unit, node: ast.stmt) -> list[Change]:
    """Take a statement away; where it is all that a block has, ``pass`` takes its place."""
    start, end = unit.python.source.node_offsets(node)
    reason = "nothing uses it here any more"
    block = _block_of(unit, node)
    if len(block) == 1:
        return [Change(start, end, ("pass",), "import", reason)]
    _, alone = _line_of(unit, node)
    begin = unit.text.rfind("\n", 0, start) + 1
    ending = re.compile(r"[ \t]*\r?\n").match(unit.text, end)
    if alone and ending and not unit.text[begin:start].strip():
        return [Change(begin, ending.end(), ("",), "import", reason)]
    semicolon = re.compile(r"[ \t]*;[ \t]*").match(unit.text, end)
    if semicolon:
        return [Change(start, semicolon.end(), ("",), "import", reason)]
    return [Change(start, end, ("pass" if not alone else "",), "import", reason)]


def _block_of(unit: Unit, node: ast.stmt) -> list[ast.stmt]:
    around = unit.parent(node)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(around, name, None)
        if isinstance(block, list) and node in block:
            return block
    return [node]


def _line_of(unit: Unit, node: ast.stmt) -> tuple[str, bool]:
    """The indentation of a statement, and whether it has its lines for itself."""
    start, end = unit.python.source.node_offsets(node)
    begin = max(unit.text.rfind("\n", 0, start), unit.text.rfind("\r", 0, start)) + 1
    before = unit.text[begin:start]
    after = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)").match(unit.text, end)
    return before if not before.strip() else "", not before.strip(" \t\f") and after is not None


def _behind(unit: Unit, node: ast.stmt, groups: Sequence[tuple[str, Sequence[Wanted]]]) -> list[Change]:
    """Put statements behind one."""
    if not groups:
        return []
    indent, _ = _line_of(unit, node)
    texts = [statement(module, wanted, indent=indent, newline=unit.newline) for module, wanted in groups]
    return inserted(unit, node, texts)


def inserted(unit: Unit, node: ast.stmt, texts: Sequence[str]) -> list[Change]:
    """Statements behind another: on lines of their own where it has, else behind semicolons."""
    if not texts:
        return []
    indent, alone = _line_of(unit, node)
    _, end = unit.python.source.node_offsets(node)
    reason = "what is used instead of an old name"
    if not alone:
        joined = "".join(f"; {text.replace(unit.newline, ' ')}" for text in texts)
        return [Change(end, end, (joined,), "import", reason)]
    line = re.compile(r"[^\r\n]*").match(unit.text, end)
    place = line.end() if line else end
    return [Change(place, place, ("".join(f"{unit.newline}{indent}{text}" for text in texts),), "import", reason)]


# import …


def import_changes(
    unit: Unit, node: ast.Import, instead: dict[ast.alias, str | None], behind: Sequence[tuple[str, Sequence[Wanted]]]
) -> list[Change]:
    """How an ``import`` statement changes.

    Args:
        unit: where it stands.
        node: the statement.
        instead: the new text of each name that changes; None where it goes.
        behind: what is imported by statements behind it.
    """
    changes: list[Change] = []
    texts = [instead.get(alias, None) if alias in instead else _alias_text(alias) for alias in node.names]
    kept = [text for text in texts if text is not None]
    if not kept:
        gone = _replaced(unit, node, behind) if behind else _removed(unit, node)
        return gone
    if len(kept) < len(node.names):
        first, _ = unit.python.source.node_offsets(node.names[0])
        _, last = unit.python.source.node_offsets(node.names[-1])
        changes.append(Change(first, last, (", ".join(kept),), "import", _REASON))
    else:
        for alias, text in zip(node.names, kept, strict=True):
            if alias in instead and text != _alias_text(alias):
                changes.append(Change(*unit.python.source.node_offsets(alias), (text,), "import", _REASON))
    return [*changes, *_behind(unit, node, behind)]


def _alias_text(alias: ast.alias) -> str:
    return alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
