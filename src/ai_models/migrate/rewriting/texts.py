"""Old names in texts: modules that are imported by name, what a test replaces by its dotted name, settings that name modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from ai_models.audit.legacy import LEGACY, full_name, legacy_module
from ai_models.audit.legacy_use import IMPORTERS, is_reference
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import text_of
from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.naming import MODULES
from ai_models.migrate.rewriting.outcome import Demand, Outcome
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import World

__all__ = ["new_reference", "texts"]

_TAKE_NAMES: Final = IMPORTERS | frozenset("patch setattr delattr get pop setitem delitem import_string locate".split())
_LITERAL: Final = re.compile(r"[uUrR]?(\"\"\"|'''|\"|')(?P<text>.*)\1", re.DOTALL)
_WITHIN: Final = re.compile(r"(?:[A-Za-z_]\w*\.)*?(?:models\.registry|providers\.(?:base|factory|claude))[.:]\w[\w.]*")
_LONGEST: Final = 200


def texts(world: World, unit: Unit) -> Iterator[Outcome]:
    """What becomes of the texts of a unit that are old names."""
    for node in unit.python.strings:
        if node in unit.python.docstrings or len(node.value) > _LONGEST or node in unit.annotations:
            continue
        if _names_package(world, unit, node) or is_reference(world.judge, unit.python, node, path=unit.file):
            yield _outcome(world, unit, node)
        elif _WITHIN.fullmatch(node.value) and world.is_old(unit, _module_in(node.value)):
            yield _unknown(world, unit, node)
    yield from _made_up(world, unit)


def _names_package(world: World, unit: Unit, node: ast.Constant) -> bool:
    """Whether a text is a package's name alone, where modules are imported by their names."""
    call = unit.parent(node)
    is_imported = isinstance(call, ast.Call) and called_name(call) in IMPORTERS and call.args[:1] == [node]
    parts = node.value.split(".")
    return is_imported and parts[-1] in MODULES and world.is_old(unit, node.value)


def _module_in(text: str) -> str:
    parts = re.split(r"[.:]", text)
    return next((".".join(parts[:n]) for n in range(len(parts), 0, -1) if legacy_module(".".join(parts[:n]))), text)


def new_reference(text: str) -> str | None:
    """The dotted name that takes the place of an old one, with its colon where it has one; None where there is none."""
    dotted = text.replace(":", ".")
    parent, _ = legacy_module(_module_in(text)) or ("", "")
    old = dotted.removeprefix(f"{parent}.") if parent else dotted
    full = full_name(old)
    if full is None:
        return None
    rest = old.split(".")[len(_shortest(old, full).split(".")) :]
    home = MODULES[full.partition(".")[0]]
    row = LEGACY[full]
    if row.kind == "module":
        return None if rest else home
    if not row.target or (rest and row.kind != "class"):
        return None
    name = row.target.rpartition(":")[2] if ":" in row.target else full.removeprefix("models.registry.")
    mark = ":" if ":" in text else "."
    return f"{home}{mark}{'.'.join([name, *rest])}"


def _shortest(old: str, full: str) -> str:
    """The part of an old dotted name that its full name stands for."""
    parts = old.split(".")
    return next(".".join(parts[:n]) for n in range(1, len(parts) + 1) if full_name(".".join(parts[:n])) == full)


def _outcome(world: World, unit: Unit, node: ast.Constant) -> Outcome:
    outcome = Outcome(None, node=node)
    new = new_reference(node.value)
    if new is None:
        return _unknown(world, unit, node)
    if not _is_a_name_there(unit, node):
        outcome.remarks.append(
            _listed(unit, node, f"{node.value} is a text here, and may not mean the module", f"write {new}")
        )
        return outcome
    try:
        start, end = unit.places.of(node)
    except Unplaced:
        outcome.remarks.append(_listed(unit, node, f"{node.value} names the old package in a text", f"write {new}"))
        return outcome
    literal = _LITERAL.fullmatch(unit.text, start, end)
    if literal is None or literal["text"] != node.value:
        outcome.remarks.append(_listed(unit, node, f"{node.value} names the old package in a text", f"write {new}"))
        return outcome
    outcome.change(*literal.span("text"), new, "text", "a text that names an old module")
    return outcome


def _unknown(world: World, unit: Unit, node: ast.Constant) -> Outcome:
    """A text that names what only the tree's own old package has."""
    outcome = Outcome(None, node=node)
    module = legacy_module(_module_in(node.value)) or ("", "")
    full = full_name(
        node.value.replace(":", ".").removeprefix(f"{module[0]}.") if module[0] else node.value.replace(":", ".")
    )
    is_served = full is not None and LEGACY[full].kind != "module"
    name = full if is_served and full is not None else node.value.replace(":", ".").removeprefix(f"{module[0]}.")
    if not is_served or module[0]:
        packages = world.judge.legacy.find(*module, importer=unit.file)
        outcome.demands += [Demand(each.place, name, unit.path, unit.line_of(node)) for each in packages if each.is_legacy][
            :1
        ]
    message = f"{node.value} names what ai_models has nothing in the place of"
    outcome.remarks.append(_listed(unit, node, message, "name what takes its place by hand"))
    return outcome


def _is_a_name_there(unit: Unit, node: ast.AST) -> bool:
    """Whether a text at this place can only be a dotted name: an argument of what takes names, a value that is kept."""
    child, parent = node, unit.parent(node)
    while isinstance(parent, (ast.Tuple, ast.List, ast.Set, ast.Starred)):
        child, parent = parent, unit.parent(parent)
    match parent:
        case ast.Call():
            return called_name(parent) in _TAKE_NAMES
        case ast.Assign() | ast.AnnAssign() | ast.arguments() | ast.For() | ast.comprehension():
            return True
        case ast.Subscript(value=value) | ast.Compare(comparators=[value]):
            return unit.imports.resolve(value) == "sys.modules"
        case ast.keyword():
            return (parent.arg or "") in ("target", "name", "module", "path", "import_path")
        case _:
            return child is not node and isinstance(parent, ast.Return)


def _made_up(world: World, unit: Unit) -> Iterator[Outcome]:
    """Names of modules that are put together at run time."""
    for call in unit.python.nodes(ast.Call):
        if called_name(call) not in IMPORTERS or not call.args:
            continue
        first = call.args[0]
        begin = first.values[0] if isinstance(first, ast.JoinedStr) and first.values else None
        begin = first.left if isinstance(first, ast.BinOp) else begin
        text = text_of(begin) if isinstance(begin, ast.Constant) else None
        package = (text or "").partition(".")[0]
        if text is not None and "." in text and package in MODULES and world.is_old(unit, package):
            outcome = Outcome(None, node=call)
            message = f"which module is imported by {text}… is only known at run time"
            outcome.remarks.append(_listed(unit, call, message, f"write {MODULES[package]} where it is an old one"))
            yield outcome


def _listed(unit: Unit, node: ast.AST, message: str, advice: str) -> Remark:
    text = node.value if isinstance(node, ast.Constant) else ""
    return unit.remark("undecided", node, "text", message, advice=advice, legacy=text)
