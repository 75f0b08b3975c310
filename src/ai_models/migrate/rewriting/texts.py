"""Old names in texts: modules that are imported by name, what tests replace by its dotted name, settings of modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from ai_models.audit.embedded_imports import embedded_imports
from ai_models.audit.legacy import LEGACY, full_name
from ai_models.audit.legacy_use import IMPORTERS, is_reference
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import text_of
from ai_models.migrate.rewriting.embedded import demands_of, module_in, parted
from ai_models.migrate.rewriting.naming import MODULES
from ai_models.migrate.rewriting.outcome import Demand, Outcome
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.unit import LITERAL, Unit
from ai_models.migrate.rewriting.world import REGISTRY, World

__all__ = ["new_reference", "texts"]

_TAKE_NAMES: Final = IMPORTERS | {
    *("patch", "setattr", "delattr", "get", "pop", "setitem", "delitem"),
    *("import_string", "locate"),
}
"""Functions that take dotted names: those that import, those that replace for a test, those of ``sys.modules``."""

_SUBSTITUTE: Final = frozenset({"patch", "setattr"})
_LOOKUPS: Final = frozenset({"get_spec", "is_deprecated", "get_replacement"})
_KEYWORDS: Final = frozenset({"target", "name", "module", "path", "import_path"})
_WITHIN: Final = re.compile(r"(?:[A-Za-z_]\w*\.)*?(?:models\.registry|providers\.(?:base|factory|claude))[.:]\w[\w.]*")
_LONGEST: Final = 200


def texts(world: World, unit: Unit) -> Iterator[Outcome]:
    """What becomes of the texts of a unit that are old names, or programs with old names in them."""
    for node, text in unit.python.texts:
        if "import" in text or "-m " in text:
            yield from _programs(world, unit, node, text)
        if node in unit.python.docstrings or len(text) > _LONGEST or node in unit.annotations:
            continue
        yield from _substituted(world, unit, node, text)
        if _names_package(world, unit, node, text) or is_reference(world.judge, unit.python, node, path=unit.file):
            yield _outcome(world, unit, node, text)
        elif _WITHIN.fullmatch(text) and world.is_old(unit, module_in(text)):
            yield _unknown(world, unit, node, text)
        elif text in MODULES and world.is_old(unit, text) and _is_loaded_module(unit, node):
            message = f"sys.modules is asked for {text}, which nobody loads any more"
            yield _listed(unit, node, text, message, f"write {MODULES[text]}, where that is not named beside it")
    yield from _made_up(world, unit)


def _names_package(world: World, unit: Unit, node: ast.Constant, text: str) -> bool:
    """Whether a text is a package's name alone, where modules are imported by their names."""
    call = unit.parent(node)
    is_imported = isinstance(call, ast.Call) and called_name(call) in IMPORTERS and call.args[:1] == [node]
    return is_imported and text.rpartition(".")[2] in MODULES and world.is_old(unit, text)


def _is_loaded_module(unit: Unit, node: ast.Constant) -> bool:
    """Whether a text is a key of ``sys.modules``."""
    match unit.parent(node):
        case ast.Subscript(value=value) | ast.Compare(comparators=[value]) | ast.Call(func=ast.Attribute(value=value)):
            return unit.imports.resolve(value) == "sys.modules" or _is_first(unit, node, "sys.modules")
        case ast.Dict():
            return _is_first(unit, unit.parent(node), "sys.modules")
        case _:
            return False


def _is_first(unit: Unit, node: ast.AST | None, name: str) -> bool:
    """Whether a call has something of this name as its first argument, and the node as another one."""
    call = unit.parent(node) if node is not None else None
    first = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return first is not None and first is not node and unit.imports.resolve(first) == name


def _substituted(world: World, unit: Unit, node: ast.Constant, text: str) -> Iterator[Outcome]:
    """What a test puts in the place of a lookup, by its dotted name: ``patch("app.ModelRegistry.get_spec")``."""
    call = unit.parent(node)
    if not (isinstance(call, ast.Call) and called_name(call) in _SUBSTITUTE and text.rpartition(".")[2] in _LOOKUPS):
        return
    passed = world.second_hand(text.split("."))
    old = ".".join(passed[0]) if passed is not None else parted(text)[1]
    name = full_name(old) or ""
    if name.rpartition(".")[0] == REGISTRY and (passed is not None or world.is_old(unit, module_in(text))):
        outcome = Outcome(None, node=node)
        message = "callers of it pass a default now, which a substitute must take, and which its calls are counted with"
        legacy = name.removeprefix("models.registry.")
        outcome.remarks.append(unit.remark("difference", node, "patched", message, legacy=legacy))
        yield outcome


# Programs


def _programs(world: World, unit: Unit, node: ast.Constant, text: str) -> Iterator[Outcome]:
    """Imports of old packages in code that is a text, and in examples that are tests."""
    is_documentation = node in unit.python.docstrings
    for each in embedded_imports(text, unit.file, world.judge):
        line = text[text.rfind("\n", 0, each.offset) + 1 : each.offset]
        if each.written.startswith(".") or (is_documentation and not line.lstrip().startswith((">>> ", "... "))):
            continue
        what = "an example in a docstring, which may be a test," if is_documentation else "code in a text"
        new = new_reference(each.written)
        place = _place_within(unit, node, text, each.offset)
        outcome = Outcome(None, node=node)
        message = f"{what} imports {each.written}"
        advice = f"write {new}" if new else ""
        outcome.remarks.append(unit.remark("undecided", place, "text", message, advice=advice, legacy=each.written))
        outcome.named.append((place, each.written))
        outcome.demands += [Demand(home, name, unit.path, unit.line_of(place)) for home, name in each.demanded]
        yield outcome


def _place_within(unit: Unit, node: ast.Constant, text: str, offset: int) -> int:
    """The offset of a place within a text; that of the whole text where it is written in another way."""
    literal = _literal(unit, node, text)
    return literal.start("text") + offset if literal is not None else unit.places.start(node)


def _literal(unit: Unit, node: ast.Constant, text: str) -> re.Match[str] | None:
    """A text as it stands in the code; None where it is not there in one piece, letter by letter."""
    try:
        literal = LITERAL.fullmatch(unit.text, *unit.places.of(node))
    except Unplaced:
        return None
    return literal if literal is not None and literal["text"] == text else None


# What takes the place of a dotted name


def new_reference(text: str) -> str | None:
    """The dotted name that takes the place of an old one, with its colon where it has one; None where there is none."""
    _, old = parted(text)
    full = full_name(old)
    if full is None:
        return None
    rest = old.split(".")[_length(old, full) :]
    home, row = MODULES[full.partition(".")[0]], LEGACY[full]
    if row.kind == "module":
        return None if rest else home
    if not row.target or (rest and row.kind != "class"):
        return None
    name = row.target.rpartition(":")[2] if ":" in row.target else full.removeprefix("models.registry.")
    return f"{home}{':' if ':' in text else '.'}{'.'.join([name, *rest])}"


def _length(old: str, full: str) -> int:
    """How many parts of an old dotted name its full name stands for."""
    parts = old.split(".")
    return next(length for length in range(1, len(parts) + 1) if full_name(".".join(parts[:length])) == full)


# What becomes of a text


def _outcome(world: World, unit: Unit, node: ast.Constant, text: str) -> Outcome:
    new = new_reference(text)
    if new is None:
        return _unknown(world, unit, node, text)
    if not _is_a_name_there(unit, node):
        return _listed(unit, node, text, f"{text} is a text here, and may not mean the module", f"write {new}")
    literal = _literal(unit, node, text)
    if literal is None:
        return _listed(unit, node, text, f"{text} names the old package in a text", f"write {new}")
    outcome = Outcome(None, node=node)
    outcome.change(*literal.span("text"), new, "text", "a text that names an old module")
    return outcome


def _unknown(world: World, unit: Unit, node: ast.Constant, text: str) -> Outcome:
    """A text that names what ai_models has nothing in the place of; what a copy or a module of it has, keeps that one."""
    message = f"{text} names what ai_models has nothing in the place of"
    outcome = _listed(unit, node, text, message, "name by hand what takes its place")
    outcome.named.append((unit.places.start(node), text))
    outcome.demands += demands_of(text, world.judge, path=unit.path, file=unit.file, line=unit.line_of(node))
    return outcome


def _is_a_name_there(unit: Unit, node: ast.AST) -> bool:
    """Whether a text at this place can only be a dotted name: an argument of what takes names, a value that is kept."""
    parent = unit.parent(node)
    while isinstance(parent, (ast.Tuple, ast.List, ast.Set, ast.Starred)):
        parent = unit.parent(parent)
    match parent:
        case ast.Call():
            return called_name(parent) in _TAKE_NAMES
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return not _is_passed_on(unit, name)
        case ast.Assign() | ast.AnnAssign() | ast.arguments() | ast.For() | ast.comprehension():
            return True
        case ast.Subscript(value=value) | ast.Compare(comparators=[value]):
            return unit.imports.resolve(value) == "sys.modules"
        case ast.keyword():
            return parent.arg in _KEYWORDS
        case _:
            return False


def _is_passed_on(unit: Unit, name: str) -> bool:
    """Whether a variable is given to something that takes other texts than dotted names: ``getLogger(NAME)``."""
    calls = [call for call in unit.python.nodes(ast.Call) if called_name(call) not in _TAKE_NAMES]
    return any(isinstance(given, ast.Name) and given.id == name for call in calls for given in call.args)


def _made_up(world: World, unit: Unit) -> Iterator[Outcome]:
    """Names of modules that are put together at run time."""
    for call in unit.python.nodes(ast.Call):
        if called_name(call) not in IMPORTERS or not call.args:
            continue
        match call.args[0]:
            case ast.JoinedStr(values=[begin, *_]) | ast.BinOp(left=begin):
                text = text_of(begin) or ""
                message = f"which module is imported by {text}… is only known at run time"
            case ast.Constant(value=str() as relative) if relative.startswith("."):
                text = f"{text_of(_package_of(call)) or ''}{relative}"
                message = f"{text} is imported in two parts"
            case _:
                continue
        package, dot, _ = text.partition(".")
        if dot and package in MODULES and world.is_old(unit, package):
            outcome = _listed(unit, call, text, message, f"write {MODULES[package]} where it is an old one")
            outcome.named.append((unit.places.start(call), text))
            yield outcome


def _package_of(call: ast.Call) -> ast.expr | None:
    """The package that the relative name of ``import_module`` is in."""
    named = [each.value for each in call.keywords if each.arg == "package"]
    return next(iter([*call.args[1:2], *named]), None)


def _listed(unit: Unit, node: ast.AST, text: str, message: str, advice: str) -> Outcome:
    outcome = Outcome(None, node=node)
    outcome.remarks.append(unit.remark("undecided", node, "text", message, advice=advice, legacy=text))
    return outcome
