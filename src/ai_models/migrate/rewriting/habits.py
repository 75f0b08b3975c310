"""What code is used to of the old packages without naming them there: how specifications, results and errors behave."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from ai_models.audit.legacy import legacy_module
from ai_models.audit.legacy_use import IMPORTERS
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import text_of
from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.flow import Flow
from ai_models.migrate.rewriting.makers import Makers
from ai_models.migrate.rewriting.outcome import Outcome
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.references import References
from ai_models.migrate.rewriting.unit import Unit

__all__ = ["habits", "looked_up"]

_DATACLASS: Final = frozenset({"replace", "asdict", "astuple", "fields"})
_PICKLES: Final = frozenset({"pickle.dumps", "pickle.dump", "joblib.dump", "shelve.open"})
_UNPICKLES: Final = frozenset({"pickle.loads", "pickle.load", "joblib.load"})
_SDKS: Final = frozenset({"anthropic", "openai", "google"})
_IMPORT_ERRORS: Final = frozenset({"ImportError", "ModuleNotFoundError"})
_ARITHMETIC: Final = frozenset({"sum", "max", "min", "round", "fsum", "mean"})
_NO_MODELS: Final = frozenset({"self", "config", "cfg", "conf", "settings", "options", "args", "request", "response"})
_ONLY_LOOK: Final = frozenset({"print", "str", "repr", "len", "hash", "isinstance", "type", "Provider"})
_WRITES: Final = frozenset({"str", "print", "format", "debug", "info", "warning", "error", "exception", "critical", "echo"})
_WRITTEN: Final = "it is written as its value, and no longer as Provider.OPENAI"
_SHOWN: Final = 6
_KEPT_BEFORE: Final = "what was kept before names models.registry, and is read only where that is installed"


def habits(references: References, flow: Flow) -> Iterator[Outcome]:
    """What a unit does with what it has from the old packages, where that behaves otherwise now."""
    found = _Habits(references, flow)
    names = {*references.world.held[references.unit].values(), *(each.name for each in references.all)}
    if any(name.startswith("models") for name in names):
        yield from found.of_models()
    if any(name.startswith("providers") for name in names):
        yield from found.of_providers()
    yield from found.of_modules()


class _Habits:
    """The habits of one unit."""

    def __init__(self, references: References, flow: Flow) -> None:
        self._references = references
        self._flow = flow
        self._makers = Makers(references, flow)
        self._unit = references.unit
        self._python = references.unit.python

    def of_models(self) -> Iterator[Outcome]:
        """Of specifications, and of the tables that they were in."""
        for node in self._python.nodes(ast.Attribute):
            if isinstance(node.ctx, ast.Load):
                yield from self._of_attribute(node)
        for call in self._python.nodes(ast.Call):
            yield from self._of_call(call)
        for shown in self._python.nodes(ast.FormattedValue):
            if self._makers.kind(shown.value):
                yield self._told(shown.value, "provider", _WRITTEN, "Provider")

    def of_providers(self) -> Iterator[Outcome]:
        """Of calls, of their results, and of the errors that came of them."""
        calls = [call for call in self._python.nodes(ast.Call) if _method(call) == "classify"]
        calls.sort(key=lambda call: (call.lineno, call.col_offset))
        if calls:
            yield self._told(calls[0], "classify", self._of_calls(calls), "LLMProvider.classify")
        for node in self._python.nodes(ast.Attribute):
            if node.attr == "cost" and isinstance(node.ctx, ast.Load) and self._is_reckoned(node):
                yield self._told(
                    node, "cost", "it is None where no price is known, and was a number always", "ClassificationResult.cost"
                )
        for handler in self._python.nodes(ast.ExceptHandler):
            yield from self._of_handler(handler)

    def of_modules(self) -> Iterator[Outcome]:
        """Of modules that are asked for their dictionaries, and of imports that could fail."""
        for call in self._python.nodes(ast.Call):
            if called_name(call) == "vars" and len(call.args) == 1 and self._may_be_old_module(call.args[0]):
                outcome = Outcome(None, node=call)
                looked_up(self._unit, outcome, call, call.args[0])
                yield outcome
        held = self._references.world.held[self._unit]
        for handler in self._python.nodes(ast.ExceptHandler):
            tried = self._unit.parent(handler)
            if isinstance(tried, ast.Try) and any(_name(each) in _IMPORT_ERRORS for each in _types(handler.type)):
                names = [name for each, name in held.items() if each.node in tried.body]
                if names:
                    yield self._told(handler, "import", _of_import(names[0]), names[0].rpartition(".")[2])

    # Specifications

    def _of_attribute(self, node: ast.Attribute) -> Iterator[Outcome]:
        around = self._unit.parent(node)
        match node.attr:
            case "value" | "name" if isinstance(node.value, ast.Attribute) and node.value.attr == "provider":
                yield from self._of_maker(node, node.value)
            case "value" | "name" if self._makers.kind(node.value) in ("text", "either"):
                yield from self._of_text(node)
            case "provider" if _is_given_away(node, around) and self._flow.is_model(node.value):
                message = "a model's provider is a text, and whoever gets it from here must not ask it for .value or .name"
                yield self._told(node, "provider", message, "Provider")
            case "context_window_output" if self._is_tested(node, around):
                message = (
                    "None is unknown, and no longer as much as the prompt; the vendor's limit is given where it is known"
                )
                yield self._told(node, "specification", message, "ModelSpec.context_window_output")
            case "recommended_for" if isinstance(around, ast.Compare):
                message = "it holds the sentences of the catalogue's guidance, and not words of your own"
                yield self._told(node, "specification", message, "ModelSpec.recommended_for")
            case "knowledge_cutoff" if isinstance(around, (ast.Attribute, ast.Subscript, ast.Compare)):
                message = 'it is "2025-01" and no longer "January 2025"; None where it is unknown'
                yield self._told(node, "specification", message, "ModelSpec.knowledge_cutoff")
            case "__dict__" if self._flow.is_model(node.value):
                yield self._told(node, "specification", "a specification has no dictionary", "ModelSpec")

    def _of_maker(self, node: ast.Attribute, provider: ast.Attribute) -> Iterator[Outcome]:
        """``spec.provider.value``: the text is the provider itself."""
        is_model = self._flow.is_model(provider.value)
        is_other = self._makers.kind(provider) == "member" or not self._may_be_model(provider.value, node.attr)
        if not is_model and is_other:
            return
        outcome = Outcome(None, node=node)
        end = "" if node.attr == "value" else ".upper()"
        message = f"a model's provider is a text without .{node.attr}"
        if is_model:
            try:
                start, stop = self._unit.places.of(provider)[1], self._unit.places.of(node)[1]
                outcome.change(start, stop, end, "provider", "a model's provider is a text")
                outcome.remarks.append(self._remark("difference", node, "provider", message, "Provider"))
            except Unplaced:
                is_model = False
        if not is_model:
            message = f"if this is one: {message}"
            outcome.remarks.append(self._remark("undecided", node, "provider", message, "Provider", f"write .provider{end}"))
        yield outcome

    def _of_text(self, node: ast.Attribute) -> Iterator[Outcome]:
        """``maker.value``, where the maker may be what a model has: a way to write it that fits a member, too."""
        outcome = Outcome(None, node=node)
        message = f"a model's provider is a text without .{node.attr}"
        try:
            (start, stop), end = self._unit.places.of(node.value), self._unit.places.of(node)[1]
        except Unplaced:
            advice = "write str(provider)" if node.attr == "value" else "write provider.upper()"
            outcome.remarks.append(self._remark("undecided", node, "provider", message, "Provider", advice))
        else:
            is_call = node.attr == "value" and self._makers.kind(node.value) == "either"
            if is_call:
                outcome.change(start, start, "str(", "provider", "a member is a text, too")
            tail = ")" if is_call else "" if node.attr == "value" else ".upper()"
            outcome.change(stop, end, tail, "provider", "a model's provider is a text")
            outcome.remarks.append(self._remark("difference", node, "provider", message, "Provider"))
        yield outcome

    def _may_be_model(self, node: ast.expr, attr: str) -> bool:
        """Whether an expression that nothing is known of may be a model; little else has a provider with a value."""
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        is_called_so = name.lower() in ("spec", "model", "model_spec", "m", "s")
        return (attr == "value" and name not in _NO_MODELS) or is_called_so or name.lower().endswith(("_spec", "_model"))

    def _is_tested(self, node: ast.AST, around: ast.AST | None) -> bool:
        match around:
            case ast.BoolOp(values=values):
                return values[-1] is not node or isinstance(around.op, ast.And)
            case ast.Compare(left=left, comparators=[other]):
                return left is node and isinstance(other, ast.Constant) and other.value is None
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                return test is node
            case ast.UnaryOp(op=ast.Not()):
                return True
            case _:
                return False

    def _of_call(self, call: ast.Call) -> Iterator[Outcome]:
        if called_name(call) in _WRITES:
            yield from (self._told(each, "provider", _WRITTEN, "Provider") for each in call.args if self._makers.kind(each))
        target = self._unit.imports.resolve(call.func) or ""
        first = call.args[0] if call.args else None
        module, _, name = target.rpartition(".")
        if module in ("dataclasses", "copy") and name in _DATACLASS and self._flow.is_model(first):
            instead = "msgspec.structs.replace" if name == "replace" else "msgspec.to_builtins"
            message = f"a specification is no dataclass any more: {name}() raises TypeError"
            yield self._told(call, "dataclass", message, "ModelSpec", f"write {instead}, or pick the fields that you need")
        holds_models = self._flow.is_model(first) or self._flow.is_models(first) or self._flow.is_table(first)
        if target in _PICKLES and holds_models:
            message = f"what is kept are specifications of ai_models; {_KEPT_BEFORE}"
            yield self._told(call, "pickle", message, "ModelSpec", "keep the names of models, and ask for them anew")
        if target in _UNPICKLES and any(each.name.endswith(".ModelSpec") for each in self._references.all):
            yield self._told(call, "pickle", _KEPT_BEFORE, "ModelSpec", "write it anew after the migration")

    # Calls

    def _of_calls(self, calls: list[ast.Call]) -> str:
        lines = [self._unit.line_of(call) for call in calls[1:]]
        shown = ", ".join(map(str, lines[:_SHOWN])) + (" …" if len(lines) > _SHOWN else "")
        more = f" (also in line {shown})" if lines else ""
        return (
            "an answer that cannot be read is asked for once more, and is a ClassificationError then, where it was "
            f"general_feedback without confidence; errors of an SDK arrive as ProviderError{more}"
        )

    def _is_reckoned(self, node: ast.Attribute) -> bool:
        """Whether a cost is added, multiplied, compared or rounded."""
        around = self._unit.parent(node)
        match around:
            case ast.BinOp() | ast.AugAssign() | ast.UnaryOp(op=ast.USub()):
                return True
            case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE(), *_]):
                return True
            case ast.GeneratorExp(elt=elt) | ast.ListComp(elt=elt) if elt is node:
                outer = self._unit.parent(around)
                return isinstance(outer, ast.Call) and called_name(outer) in _ARITHMETIC
            case ast.Call():
                return called_name(around) in _ARITHMETIC
            case ast.FormattedValue(format_spec=form):
                return form is not None
            case _:
                return False

    def _of_handler(self, handler: ast.ExceptHandler) -> Iterator[Outcome]:
        tried = self._unit.parent(handler)
        if not isinstance(tried, (ast.Try, ast.TryStar)):
            return
        inside = [node for statement in tried.body for node in ast.walk(statement) if isinstance(node, ast.Call)]
        names = [self._unit.imports.resolve(each) or _name(each) for each in _types(handler.type)]
        if any(name.partition(".")[0] in _SDKS for name in names) and any(_method(call) == "classify" for call in inside):
            message = "errors of the SDK arrive as ProviderError, with the SDK's own as the cause: this handler misses them"
            yield self._told(handler, "handler", message, "LLMProvider.classify", "catch ai_models.errors.ProviderError")
        if "NotImplementedError" in names and any(called_name(call) == "get_provider" for call in inside):
            message = "providers of OpenAI and Google are made now, and nothing is left for this handler"
            yield self._told(handler, "handler", message, "get_provider")

    # Modules

    def _may_be_old_module(self, node: ast.expr) -> bool:
        """Whether an expression imports a module whose name is, or may be by default, an old one."""
        if not isinstance(node, ast.Call) or called_name(node) not in IMPORTERS or not node.args:
            return False
        argument = node.args[0]
        texts = [text_of(self._python.text_value(argument))]
        if isinstance(argument, ast.Name):
            binders = self._unit.imports.binders(argument.id, argument)
            defaults = [self._unit.default_of(each.node) for each in binders]
            texts += [text_of(self._python.text_value(default)) for default in defaults]
        named = [legacy_module(text) for text in texts if text is not None]
        return any(
            module is not None
            and self._references.world.judge.legacy.verdict(*module, importer=self._unit.file) is not False
            for module in named
        )

    # Saying it

    def _told(self, node: ast.AST, rule: str, message: str, legacy: str, advice: str = "") -> Outcome:
        outcome = Outcome(None, node=node)
        outcome.remarks.append(self._remark("difference", node, rule, message, legacy, advice))
        return outcome

    def _remark(self, kind: str, node: ast.AST, rule: str, message: str, legacy: str, advice: str = "") -> Remark:
        return self._unit.remark(kind, node, rule, message, advice=advice, legacy=legacy)  # type: ignore[arg-type]


def looked_up(unit: Unit, outcome: Outcome, dictionary: ast.expr, module: ast.expr) -> None:
    """``vars(module)[name]`` and ``module.__dict__[name]`` become ``getattr(module, name)``; other uses are listed.

    Raises:
        Unplaced: where something stands cannot be told for certain.
    """
    message = "constants are not in the dictionary of the module: it computes them when they are asked for"
    whole = unit.parent(dictionary)
    if isinstance(whole, ast.Subscript) and whole.value is dictionary and isinstance(whole.ctx, ast.Load):
        start, after = unit.places.of(dictionary)[0], unit.places.of(whole)[1]
        given, key = unit.places.of(module), unit.places.of(whole.slice)
        reason = "the module computes its constants when they are asked for"
        outcome.change(start, given[0], "getattr(", "module", reason)
        outcome.change(given[1], key[0], ", ", "module", reason)
        outcome.change(key[1], after, ")", "module", reason)
        message += "; an unknown name is an AttributeError, where it was a KeyError"
    advice = "write getattr(module, name)"
    outcome.remarks.append(unit.remark("difference", dictionary, "module", message, advice=advice, legacy="models.registry"))


def _of_import(name: str) -> str:
    if name.startswith("providers"):
        return (
            "ai_models can be imported without an SDK: MissingExtraError comes at the first call, and this branch is not "
            "reached any more"
        )
    return "ai_models is there wherever it is installed: this branch is not reached any more"


def _is_given_away(node: ast.Attribute, around: ast.AST | None) -> bool:
    """Whether a value goes where nobody sees what is asked of it."""
    match around:
        case ast.Call(func=func):
            return func is not node and called_name(around) not in _ONLY_LOOK
        case ast.Assign(targets=targets):
            return not all(isinstance(target, (ast.Name, ast.Tuple)) for target in targets)
        case ast.keyword() | ast.Return() | ast.Yield() | ast.Dict() | ast.List() | ast.Set():
            return True
        case ast.DictComp() | ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return True
        case _:
            return False


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _types(node: ast.expr | None) -> list[ast.expr]:
    return [] if node is None else list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
