"""Old names that a module of one's own passes on: whoever takes them from it uses the old thing all the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ai_models.audit.imports import Import, Imports
from ai_models.audit.legacy import HOMES, LEGACY, LegacyName, canonical, full_name
from ai_models.audit.python_source import PythonSource

__all__ = ["Doors", "passed_on", "second_hand_uses"]

Doors = Mapping[str, Mapping[str, str]]
"""By the dotted name of a module: the names that it passes on, each with the full old name that it stands for."""


def passed_on(python: PythonSource, imports: Imports, held: Mapping[Import, str], doors: Doors) -> dict[str, str]:
    """The names at the top of a module that stand for something old, with the full old name of each.

    Args:
        python: the module.
        imports: its imports.
        held: those of them that lead to the old packages, with what they bind.
        doors: what is known already of other modules.
    """
    found: dict[str, str] = {}
    for each in imports.all:
        direct = held.get(each)
        if imports.scope(each.node) is not python.tree:
            continue
        if each.name == "*":
            found |= _old_names(direct) if direct else doors.get(each.module, {})
        elif direct and (each.name or each.alias.asname):
            found[each.local] = direct
        elif each.name in (names := doors.get(each.module, {})):
            found[each.local] = names[each.name]
    return found


def _old_names(module: str) -> dict[str, str]:
    """What a star brings of an old module."""
    return {name: old for name in HOMES if not name.startswith("_") and (old := canonical(module, name)) is not None}


def second_hand_uses(python: PythonSource, imports: Imports, doors: Doors) -> Iterator[tuple[ast.expr, LegacyName, str]]:
    """The uses of old things that come through a door, each with its row and the door."""
    stars = [each.module for each in imports.all if each.name == "*" and each.module in doors]
    for name in python.nodes(ast.Name):
        if not isinstance(name.ctx, ast.Load):
            continue
        each = imports.binding(name)
        if each is not None and each.name != "*":
            yield from _use(python, name, each.target.split("."), doors)
        elif not imports.is_bound(name.id):
            for module in stars:
                yield from _use(python, name, [*module.split("."), name.id], doors)


def _use(python: PythonSource, name: ast.Name, parts: list[str], doors: Doors) -> Iterator[tuple[ast.expr, LegacyName, str]]:
    """The longest chain of attributes from a name on that has a row, if a door is on its way."""
    own = len(parts)
    nodes: list[ast.expr] = [name]
    while isinstance(outer := python.parents.get(nodes[-1]), ast.Attribute):
        nodes.append(outer)
        parts.append(outer.attr)
    for place in range(len(parts) - 1, 0, -1):
        door = ".".join(parts[:place])
        old = doors.get(door, {}).get(parts[place])
        if old is None:
            continue
        rest = parts[place + 1 :]
        for length in range(len(rest), -1, -1):
            full = ".".join([old, *rest[:length]])
            if full_name(full) == full and full in LEGACY:
                yield nodes[max(place + 1 + length - own, 0)], LEGACY[full], door
                return
