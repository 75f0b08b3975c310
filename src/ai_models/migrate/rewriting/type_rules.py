"""Rules for what is named as such: the old modules, the class ``ModelRegistry`` itself, ``Provider`` and ``ModelSpec``."""

from __future__ import annotations

import ast
import re
from typing import Final

from ai_models.audit.legacy import CONSTANTS, LEGACY
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import text_of
from ai_models.migrate.rewriting.habits import looked_up
from ai_models.migrate.rewriting.outcome import New, Old, Outcome, Site
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.references import REGISTRY
from ai_models.migrate.rewriting.registry_rules import as_constant, left

__all__ = ["old_module", "old_provider", "old_registry", "old_spec"]

_IS: Final = re.compile(r"\bis(?P<not>[ \t\f\\\r\n]+not)?\b")
_ASKS_NAMES: Final = frozenset({"getattr", "hasattr"})
_PATCHES: Final = frozenset({"setattr", "delattr", "object", "create_autospec", "Mock", "MagicMock", "multiple"})
_LOOKS_ON: Final = frozenset({"print", "repr", "str", "type", "id", "bool", "dir", "reload"})
_TYPE_TESTS: Final = frozenset({"isinstance", "issubclass"})
_COUNTS: Final = frozenset({"list", "tuple", "set", "len", "sorted", "iter", "enumerate", "fromkeys", "map", "zip", "cycle"})
_OWN: Final = re.compile(r"__\w+__")
_DATACLASS: Final = frozenset({"fields", "is_dataclass", "get_type_hints", "signature", "make_dataclass"})


# Modules


def old_module(site: Site) -> Outcome:
    """An old module as a value: passed on, asked for names, or with something of its own that no table knows.

    Raises:
        Unplaced: where something stands cannot be told for certain.
    """
    around = site.parent
    outcome = Outcome(site.reference)
    if isinstance(around, ast.Attribute) and around.value is site.node:
        return _own_name(site, outcome, around)
    call = around if isinstance(around, ast.Call) else None
    name = called_name(call) if call is not None else ""
    if name in _ASKS_NAMES or isinstance(around, (ast.Expr, ast.Delete)) or _is_followed(site):
        return outcome
    if name == "bool" or _is_tested(around, site.node):
        return outcome
    if name == "vars" and call is not None:
        looked_up(site.unit, outcome, call, site.node)
        return outcome
    if name not in _LOOKS_ON | _PATCHES:
        return _passed_on(site, outcome)
    message = f"the module {site.legacy} itself is used: that of ai_models computes its names when they are asked for"
    outcome.remarks.append(site.remark("difference", "module", message, "ask it for names; nothing else is kept there"))
    return outcome


def _passed_on(site: Site, outcome: Outcome) -> Outcome:
    """A module that is given to somebody who cannot be seen: it stays the old one, wherever the name is used."""
    outcome.stuck = f"the module {site.legacy} is passed on, and what is asked of it there cannot be seen"
    return outcome


def _is_followed(site: Site) -> bool:
    """Whether it is only given another name, whose uses are all seen."""
    match site.parent:
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value) if value is site.node:
            return site.references.is_followed(target)
        case _:
            return False


def _own_name(site: Site, outcome: Outcome, around: ast.Attribute) -> Outcome:
    """A name that is in the old module and in no table of old names."""
    if _OWN.fullmatch(around.attr):
        if around.attr == "__dict__":
            looked_up(site.unit, outcome, around, site.node)
        return outcome
    name = f"{site.reference.name}.{around.attr}"
    outcome.stuck = f"{name} is in the old package alone"
    outcome.demands += site.demand(name)
    outcome.remarks.append(site.remark("undecided", "left", outcome.stuck, "move it into a module of your own"))
    return outcome


# The class


def old_registry(site: Site) -> Outcome:
    """``ModelRegistry`` itself: in an annotation, given another name, passed on, or with a method of somebody's own.

    Raises:
        Unplaced: where something stands cannot be told for certain.
    """
    around = site.parent
    if isinstance(around, ast.Call) and around.func is site.node and not around.args and not around.keywords:
        around = site.unit.parent(around)
    if _is_looked_on(site, around):
        return _asked_of_types(site, around)
    match around:
        case ast.Attribute(attr=attr):
            return _own_method(site, attr)
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) if site.references.is_followed(target):
            return Outcome(site.reference)
        case ast.ClassDef():
            return left(site, "a subclass of the old registry", "write a class of your own that asks ai_models")
        case ast.Call() if called_name(around) == "getattr":
            return _asked_for(site, around)
        case ast.Call() if called_name(around) in _PATCHES:
            return _patched(site)
        case ast.keyword() if _is_patch(site.unit.parent(around)):
            return _patched(site)
        case _:
            message = "the class is passed on, and what is asked of it there cannot be seen"
            return left(site, message, "pass that of ai_models on once what is asked of it there has a default")


def _is_looked_on(site: Site, around: ast.AST | None) -> bool:
    """Whether the class is only tested, printed, or the name of a type: nothing is asked of it."""
    match around:
        case ast.Expr() | ast.Delete() | ast.FormattedValue():
            return True
        case ast.Call():
            return called_name(around) in _TYPE_TESTS | _LOOKS_ON
        case _:
            return _is_tested(around, site.node) or site.unit.is_annotation(site.node)


def _is_tested(around: ast.AST | None, node: ast.expr) -> bool:
    """Whether it is only asked whether something is there: what comes of it is no module and no class."""
    match around:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()) | ast.Assert():
            return True
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is node
        case ast.BoolOp(op=ast.And(), values=values):
            return values[-1] is not node
        case _:
            return False


def _is_patch(call: ast.AST | None) -> bool:
    return isinstance(call, ast.Call) and called_name(call) in _PATCHES


def _own_method(site: Site, attr: str) -> Outcome:
    if _OWN.fullmatch(attr):
        return Outcome(site.reference)
    name = f"{REGISTRY}.{attr}"
    outcome = left(site, f"ModelRegistry.{attr} is in the old package alone", "move it into a module of your own")
    outcome.demands += site.demand(name)
    return outcome


def _asked_for(site: Site, call: ast.Call) -> Outcome:
    """``getattr(ModelRegistry, "GPT_4O")``."""
    name = text_of(call.args[1]) if len(call.args) > 1 and call.args[0] is site.node else None
    target = LEGACY[f"{REGISTRY}.{name}"].target if name is not None and f"{REGISTRY}.{name}" in LEGACY else ""
    if len(call.args) == 2 and target.startswith("ai_models.registry:") and target.rpartition(":")[2] in CONSTANTS:
        outcome = as_constant(site, target.rpartition(":")[2])
        outcome.changes.clear()
        start, end = site.span(call)
        outcome.change(start, end, [New(target.rpartition(":")[2])], "constant", "the module has it as a name")
        return outcome
    return left(site, "which name is asked for is only known at run time", "ask ai_models.registry for a constant")


def _patched(site: Site) -> Outcome:
    outcome = Outcome(site.reference)
    message = "the class is changed at run time; callers of the new one pass a default, which a substitute must take"
    outcome.remarks.append(site.remark("difference", "patched", message))
    return outcome


# Provider


def old_provider(site: Site) -> Outcome:
    """``Provider``: an enum of texts now, whose members equal what ``ModelSpec.provider`` is.

    Raises:
        Unplaced: where something stands cannot be told for certain.
    """
    around = site.parent
    if isinstance(around, ast.Call) and _is_given_to_the_old(site, around):
        outcome = Outcome(site.reference, old=True)
        outcome.change(*site.span(site.node), [Old(site.reference.name)], "left", "the old method takes the old type")
        return outcome
    outcome = Outcome(site.reference)
    if isinstance(around, ast.Attribute):
        _compare(site, outcome, around)
        return outcome
    message = _of_provider(site, around)
    if message:
        outcome.remarks.append(site.remark("difference", "provider", message))
    return outcome


def _is_given_to_the_old(site: Site, call: ast.Call) -> bool:
    """Whether ``Provider(x)`` is the argument of an old method: then it is there because of it."""
    outer = site.unit.parent(call)
    return (
        call.func is site.node
        and isinstance(outer, ast.Call)
        and call in outer.args
        and site.references.named(outer.func) == f"{REGISTRY}.get_recommended_model"
    )


def _compare(site: Site, outcome: Outcome, member: ast.Attribute) -> None:
    """``x is Provider.OPENAI``: a text that equals the member is not the member."""
    comparison = site.unit.parent(member)
    if not isinstance(comparison, ast.Compare):
        return
    sides = [comparison.left, *comparison.comparators]
    for place, operator in enumerate(comparison.ops):
        if isinstance(operator, (ast.Is, ast.IsNot)) and member in sides[place : place + 2]:
            start, end = site.span(sides[place])[1], site.span(sides[place + 1])[0]
            found = [*_IS.finditer(site.unit.text, start, end)]
            negated = isinstance(operator, ast.IsNot)
            if len(found) != 1 or bool(found[0]["not"]) is not negated:
                raise Unplaced(comparison)
            reason = "a text that equals a member is not the member itself"
            outcome.change(*found[0].span(), "!=" if negated else "==", "provider", reason)
            message = "a provider is a text, compared by its value and no longer by identity"
            outcome.remarks.append(site.remark("difference", "provider", message))


def _of_provider(site: Site, around: ast.AST | None) -> str:
    """How a use of the class itself behaves otherwise; empty where it does not."""
    name = called_name(around) if isinstance(around, ast.Call) else ""
    match around:
        case ast.Call(func=func) if func is site.node:
            return "it gives a text that is a member; one that it lacks is a ValueError, as before"
        case ast.For(iter=values) | ast.comprehension(iter=values) if values is site.node:
            return "its members are texts, which equal their values"
        case ast.Subscript(value=value) if value is site.node:
            return ""
        case ast.Call() if name in _TYPE_TESTS:
            return "ModelSpec.provider is a plain text, and no Provider: the test fails for it"
        case ast.Call() if name in _COUNTS:
            return "its members are texts, which equal their values"
        case _:
            return ""


# ModelSpec


def old_spec(site: Site) -> Outcome:
    """``ModelSpec``: a type in annotations and tests; declared by hand nowhere but in an overlay.

    Raises:
        Unplaced: where something stands cannot be told for certain.
    """
    around = site.parent
    match around:
        case ast.Call(func=func) if func is site.node:
            return spec_left(site, "a model that is declared here has values that cannot be read")
        case ast.ClassDef():
            return spec_left(site, "a subclass of the old specification")
        case ast.MatchClass(patterns=[_, *_]):
            return spec_left(site, "a specification is matched by the places of its fields")
        case ast.Attribute():
            return spec_left(site, f"ModelSpec.{around.attr} is of the old class alone")
        case ast.Call() if called_name(around) in _DATACLASS:
            return spec_left(site, "a specification is no dataclass any more")
        case _:
            return _asked_of_types(site, around)


def _asked_of_types(site: Site, around: ast.AST | None) -> Outcome:
    """A class that is only looked on; a subclass of it that goes on is one of the old class, and no longer of this one."""
    outcome = Outcome(site.reference)
    is_test = isinstance(around, ast.Call) and called_name(around) in _TYPE_TESTS
    bases = (base for each in site.unit.python.nodes(ast.ClassDef) for base in each.bases) if is_test else ()
    if any(site.references.named(base) == site.reference.name for base in bases):
        message = "the subclass in this file goes on with the old class: it is no subclass of this one any more"
        outcome.remarks.append(site.remark("difference", "subclass", message))
    return outcome


def spec_left(site: Site, message: str) -> Outcome:
    """A use of the old ``ModelSpec`` that goes on through the old module."""
    outcome = Outcome(site.reference, old=True)
    reason = "specifications are not built by hand"
    outcome.change(*site.span(site.node), [Old(site.reference.name)], "left", reason)
    advice = "declare models of your own in an overlay (docs/overlays.md), and read them by get_model(name)"
    outcome.remarks.append(site.remark("undecided", "left", message, advice))
    return outcome
