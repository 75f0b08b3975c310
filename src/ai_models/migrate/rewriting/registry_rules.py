"""Rules for the members of the old ``ModelRegistry``: lookups that gave None, rosters, advice, recommendations, tables."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Final

from ai_models.audit.legacy import LEGACY
from ai_models.audit.python_source import text_of
from ai_models.migrate.rewriting.outcome import New, Old, Outcome, Piece, Site
from ai_models.migrate.rewriting.references import REGISTRY
from ai_models.migrate.rewriting.rosters import Roster
from ai_models.registry.original import LEGACY_MODELS

__all__ = ["as_constant", "left", "registry_member"]

_PROVIDER: Final = "models.registry.Provider"
_RECOMMENDED: Final = {"ANTHROPIC": "CLAUDE_SONNET", "GOOGLE": "GEMINI_FLASH", "OPENAI": "GPT_4O"}
_CATCH_NONE: Final = frozenset({"AttributeError", "TypeError"})
_PAIRS: Final = (("key", "spec"), ("name", "model"), ("each_key", "each_spec"))
_SPACE: Final = re.compile(r"(?:[ \t\f\r\n\\]|#[^\n]*)*")
_WIDER: Final = "it answers for every name that the catalogue knows, where the old one knew the keys of its own models"

Rule = Callable[[Site, Roster], Outcome]


def registry_member(site: Site, roster: Roster) -> Outcome:
    """What becomes of ``ModelRegistry.<member>``.

    Raises:
        Unplaced: where something stands cannot be told for certain.
    """
    if isinstance(site.node, ast.Attribute) and not isinstance(site.node.ctx, ast.Load):
        outcome = Outcome(site.reference)
        message = f"{site.legacy} is replaced at run time; its callers pass a default to the new one"
        outcome.remarks.append(site.remark("difference", "patched", message))
        return outcome
    rule = _RULES.get(site.reference.name.rpartition(".")[2])
    return as_constant(site) if rule is None else rule(site, roster)


def as_constant(site: Site, name: str = "") -> Outcome:
    """``ModelRegistry.GPT_4O``: the constant of ``ai_models.registry``."""
    target = name or LEGACY[site.reference.name].target.rpartition(":")[2]
    outcome = Outcome(site.reference, keeps=False)
    start, end = site.span(site.node)
    reason = "the class has no models as attributes; the module has them as names"
    outcome.change(start, end, [New(target)], "constant", reason)
    return outcome


def left(site: Site, message: str, advice: str) -> Outcome:
    """A use that goes on through the old module, and is listed."""
    outcome = Outcome(site.reference, old=True)
    start, end = site.span(_class_of(site))
    outcome.change(start, end, [Old(REGISTRY)], "left", "there is no counterpart in ai_models")
    told = f"{message}; the old class at the top answers, and no longer this copy" if site.reference.parent else message
    outcome.remarks.append(site.remark("undecided", "left", told, advice))
    return outcome


def _owner(site: Site) -> ast.expr:
    """What a member is taken from: the class, or the call of it."""
    is_member = site.reference.name != REGISTRY
    return site.node.value if is_member and isinstance(site.node, ast.Attribute) else site.node


def _class_of(site: Site) -> ast.expr:
    """The expression that is the class itself in ``ModelRegistry.get_spec`` and ``ModelRegistry().get_spec``."""
    owner = _owner(site)
    return owner.func if isinstance(owner, ast.Call) else owner


# Lookups by one name


def _get_spec(site: Site, _: Roster) -> Outcome:
    call = site.call
    if call is None:
        return _as_function(site, "None", f"an unknown key gives None as before; {_WIDER}")
    argument = _only_argument(call, "key")
    if argument is None:
        return left(site, "its arguments cannot be read", "write ModelRegistry.get_spec(name, None)")
    around = site.unit.parent(call)
    at_once = isinstance(around, (ast.Attribute, ast.Subscript)) and around.value is call
    guarded = at_once and _is_guarded(site, call)
    outcome = Outcome(site.reference)
    if not at_once or guarded:
        _add_default(site, outcome, call, argument, "None")
    if text_of(argument) in LEGACY_MODELS and not site.reference.parent:
        return outcome
    message = f"an unknown key gives None as before; {_WIDER}"
    if guarded:
        message = f"None is kept, on which the handler around it counts; {_WIDER}"
    elif at_once:
        message = "an unknown key raises ModelNotFoundError, where None led to an AttributeError"
    outcome.remarks.append(site.remark("difference", "get-spec", message))
    return outcome


def _is_deprecated(site: Site, _: Roster) -> Outcome:
    message = (
        "it is True for every model that is deprecated or retired on the day, and not for the entries of a table; "
        "a name that nobody knows gives False, as before"
    )
    return _lookup(site, "api_identifier", "False", message)


def _get_replacement(site: Site, _: Roster) -> Outcome:
    message = (
        "it gives the id of a model, or None where the maker names no successor, and not the sentence of a table; "
        "a name that nobody knows gives None, as before"
    )
    return _lookup(site, "identifier", "None", message)


def _lookup(site: Site, parameter: str, default: str, message: str) -> Outcome:
    call = site.call
    if call is None:
        return _as_function(site, default, message)
    argument = _only_argument(call, parameter)
    if argument is None:
        return left(site, "its arguments cannot be read", f"write {site.reference.row.instead}")
    outcome = Outcome(site.reference)
    _add_default(site, outcome, call, argument, default)
    outcome.remarks.append(site.remark("difference", "lookup", message))
    return outcome


def _only_argument(call: ast.Call, parameter: str) -> ast.expr | None:
    """The one argument of a call, by position or by the name of the old parameter."""
    if len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], (ast.Starred, ast.GeneratorExp)):
        return call.args[0]
    if not call.args and len(call.keywords) == 1 and call.keywords[0].arg == parameter:
        return call.keywords[0].value
    return None


def _add_default(site: Site, outcome: Outcome, call: ast.Call, argument: ast.expr, default: str) -> None:
    reason = f"without a default an unknown name raises; {default} was the answer"
    start, end = site.span(argument)
    place = _behind(site.unit.text, end, site.span(call)[1])
    if not call.keywords:
        outcome.change(place, place, f", {default}", "default", reason)
        return
    parameter = call.keywords[0].arg or ""
    word = site.unit.text.rindex(parameter, 0, start)
    outcome.change(word, word + len(parameter), "name", "default", "the parameter is called name")
    outcome.change(place, place, f", default={default}", "default", reason)


def _behind(text: str, end: int, call_end: int) -> int:
    """The end of an argument with the brackets that stand around it alone: ``get_spec((key))``."""
    while True:
        place = _SPACE.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing, too
        if text[place : place + 1] != ")" or place >= call_end - 1:
            return end
        end = place + 1


def _as_function(site: Site, default: str, message: str) -> Outcome:
    """A method that is passed on and not called: a function that gives the default."""
    if isinstance(site.parent, ast.Attribute):
        return left(site, "something of the method itself is used", f"write {site.reference.row.instead}")
    member = site.reference.name.rpartition(".")[2]
    start, end = site.span(site.node)
    owned = site.span(_owner(site))[1]
    name = "key" if site.root_name != "key" else "name"
    before, after = _brackets(site)
    outcome = Outcome(site.reference)
    reason = f"the method raises for an unknown name, unless it is called with {default}"
    outcome.change(start, start, f"{before}lambda {name}: ", "function", reason)
    outcome.change(owned, end, f".{member}({name}, {default}){after}", "function", reason)
    outcome.remarks.append(site.remark("difference", "function", message))
    return outcome


def _brackets(site: Site) -> tuple[str, str]:
    """Brackets, where a function without a name may not stand bare; in the body of a class it must not become a method."""
    around = site.parent
    is_given = isinstance(around, (ast.Assign, ast.AnnAssign))
    if is_given and isinstance(site.unit.imports.scope(site.node), ast.ClassDef):
        return "staticmethod(", ")"
    is_argument = isinstance(around, ast.Call) and around.func is not site.node
    is_bare = is_argument or is_given or isinstance(around, (ast.keyword, ast.Return, ast.List, ast.Dict))
    return ("", "") if is_bare and not site.in_fstring(site.node) else ("(", ")")


def _is_guarded(site: Site, node: ast.AST) -> bool:
    """Whether a handler around a place counts on the error that None leads to."""
    child = node
    for parent in site.unit.python.ancestors(node):
        match parent:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
                return False
            case ast.Try(body=body, handlers=handlers) | ast.TryStar(body=body, handlers=handlers) if child in body:
                if any(_catches_none(handler.type) for handler in handlers):
                    return True
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body) if child in body:
                calls = [item.context_expr for item in items if isinstance(item.context_expr, ast.Call)]
                if any(_catches_none(argument) for call in calls for argument in call.args):
                    return True
        child = parent
    return False


def _catches_none(caught: ast.expr | None) -> bool:
    match caught:
        case ast.Tuple(elts=each):
            return any(map(_catches_none, each))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _CATCH_NONE
        case _:
            return False


# Rosters


def _names(site: Site, roster: Roster) -> tuple[Piece, ...] | None:
    return roster.pieces(lambda key: site.unit.places.quoted(key, site.node))


def _get_all_current_models(site: Site, roster: Roster) -> Outcome:
    names, call = _names(site, roster), site.call
    if names is None:
        return left(site, f"the roster of {site.legacy} cannot be read", "write ModelRegistry.get_specs(names)")
    if (call is None and isinstance(site.parent, ast.Attribute)) or (call is not None and (call.args or call.keywords)):
        return left(site, "it is not called without arguments", f"write {site.reference.row.instead}")
    outcome = Outcome(site.reference)
    reason = f"it is {roster.described}, as before; the method of that name now gives every model that can be called"
    owned, after = site.span(_owner(site))[1], ")"
    if call is None:
        start, end = site.span(site.node)
        before, closing = _brackets(site)
        outcome.change(start, start, f"{before}lambda: ", "roster", reason)
        after += closing
    else:
        end = site.span(call)[1]
    outcome.change(owned, end, [".get_specs(", *names, after], "roster", reason)
    outcome.remarks.append(site.remark("difference", "roster", _what_of(roster)))
    return outcome


def _what_of(roster: Roster) -> str:
    return f"still {roster.described}; what is said of them, prices above all, is what the catalogue says today"


def _get_by_provider(site: Site, roster: Roster) -> Outcome:
    call, names = site.call, _names(site, roster)
    argument = None if call is None else _only_argument(call, "provider")
    if call is None or argument is None or names is None:
        return left(site, "it is not called with one provider", f"write {site.reference.row.instead}")
    used = {each.id for each in ast.walk(call) if isinstance(each, ast.Name)}
    key, spec = next((pair for pair in _PAIRS if used.isdisjoint(pair)), ("its_key", "its_spec"))
    start, end = site.span(call)
    owner, given = site.span(_owner(site)), site.span(argument)
    before, after = ("({", "})") if site.in_fstring(call) else ("{", "}")
    reason = f"it is the provider's part of {roster.described}, as before; the method of that name gives all that it sells"
    outcome = Outcome(site.reference)
    where: list[Piece] = [".get_specs(", *names, f").items() if {spec}.provider == "]
    if isinstance(argument, (ast.Name, ast.Attribute, ast.Constant)):
        outcome.change(start, owner[0], f"{before}{key}: {spec} for {key}, {spec} in ", "by-provider", reason)
        outcome.change(owner[1], given[0], where, "by-provider", reason)
        outcome.change(given[1], end, after, "by-provider", reason)
    else:  # asked once, and not once for each model
        once = next(name for name in ("maker", "provider", "its_maker", "the_maker") if name not in used)
        outcome.change(start, given[0], f"{before}{key}: {spec} for {once} in [", "by-provider", reason)
        again = [f"] for {key}, {spec} in ", *site.pieces(_owner(site)), *where, f"{once}{after}"]
        outcome.change(given[1], end, again, "by-provider", reason)
    outcome.remarks.append(site.remark("difference", "by-provider", _what_of(roster)))
    return outcome


# What has no counterpart


def _get_recommended_model(site: Site, _: Roster) -> Outcome:
    call = site.call
    argument = None if call is None else _only_argument(call, "provider")
    if call is None or argument is None:
        return left(site, "it is not called with one provider", "write get_model(name), with the model of your choice")
    member = argument.attr if isinstance(argument, ast.Attribute) else ""
    if member in _RECOMMENDED and site.references.named(argument) in ("", _PROVIDER) and _is_provider(site, argument):
        return _recommended(site, call, member)
    return _recommended_by(site, call, argument)


def _is_provider(site: Site, argument: ast.expr) -> bool:
    return isinstance(argument, ast.Attribute) and site.references.named(argument.value) == _PROVIDER


def _recommended(site: Site, call: ast.Call, member: str) -> Outcome:
    outcome = Outcome(site.reference, keeps=False)
    constant = _RECOMMENDED[member]
    outcome.change(*site.span(call), [New(constant)], "recommended", "this is what was recommended, always")
    outcome.consumed += [call]
    message = f"it was recommended, and is written down now: {constant}, whatever becomes of that model"
    outcome.remarks.append(site.remark("difference", "recommended", message, "choose by what the model must be able to do"))
    return outcome


def _recommended_by(site: Site, call: ast.Call, argument: ast.expr) -> Outcome:
    """The recommendation of a provider that is only known at run time: the old method, from and to the new types."""
    message = "nothing is recommended without a question, and which provider is meant is only known at run time"
    advice = (
        "write {Provider.ANTHROPIC: CLAUDE_SONNET, Provider.GOOGLE: GEMINI_FLASH, Provider.OPENAI: GPT_4O}[provider], or "
        "ask find_models_with_capabilities for what the model must be able to do"
    )
    outcome = left(site, message, advice)
    if isinstance(argument, ast.Call) and site.references.named(argument.func) == _PROVIDER:
        return outcome  # it has been given to the old method in its own type
    reason = "the old method takes and gives the old types"
    start, end = site.span(call)
    given = site.span(argument)
    outcome.change(start, start, [New("get_model"), "("], "left", reason)
    outcome.change(given[0], given[0], [Old(_PROVIDER), "("], "left", reason)
    closed = _behind(site.unit.text, given[1], end)
    outcome.change(closed, closed, ")", "left", reason)
    outcome.change(end, end, ".api_identifier)", "left", reason)
    return outcome


def _by_provider(advice: str, message: str) -> Rule:
    """A table by provider that only the old registry has: its keys become those of today."""

    def rule(site: Site, _: Roster) -> Outcome:
        outcome = left(site, message, advice)
        whole = site.call or site.node
        if site.reference.name.endswith("accessible") and site.call is None:
            return outcome
        if any(isinstance(each, ast.DictComp) and _rekeys(site, each) for each in site.unit.python.ancestors(whole)):
            return outcome
        reason = "its keys are members of the old Provider"
        start, end = site.span(whole)
        before, after = ("({", "})") if site.in_fstring(whole) else ("{", "}")
        head: list[Piece] = [before, New("Provider"), "(maker.value): answer for maker, answer in "]
        outcome.change(start, start, head, "left", reason)
        outcome.change(end, end, f".items(){after}", "left", reason)
        return outcome

    return rule


def _rekeys(site: Site, comprehension: ast.DictComp) -> bool:
    """Whether a comprehension gives each entry a member of today's ``Provider`` as its key."""
    match comprehension.key:
        case ast.Call(func=func, args=[ast.Attribute(attr="value")]):
            return site.unit.imports.resolve(func) == "ai_models.registry.Provider"
        case _:
            return False


def _deprecated(site: Site, _: Roster) -> Outcome:
    message = "there is no such table; the catalogue knows of every model when it is deprecated and retired"
    return left(
        site, message, "write ModelRegistry.is_deprecated(name, False) and ModelRegistry.get_replacement(name, None)"
    )


_RULES: Final[dict[str, Rule]] = {
    "get_spec": _get_spec,
    "is_deprecated": _is_deprecated,
    "get_replacement": _get_replacement,
    "get_all_current_models": _get_all_current_models,
    "get_by_provider": _get_by_provider,
    "get_recommended_model": _get_recommended_model,
    "_DEPRECATED": _deprecated,
    "VERIFICATION_SOURCES": _by_provider(
        "write get_model(name).docs_url: each model has its own page", "there is no table of pages by provider"
    ),
    "verify_all_docs_accessible": _by_provider(
        "ask get_model(name).docs_url with a link checker of your own", "the catalogue makes no requests"
    ),
}
