"""``Flow``: which expressions of a unit are models, or collections of them, as far as the code says it."""

from __future__ import annotations

import ast

from ai_models.audit.legacy import CONSTANTS, LEGACY
from ai_models.migrate.rewriting.references import REGISTRY, References

__all__ = ["Flow"]

_SPEC = "models.registry.ModelSpec"
_MODELS = frozenset(row.name for row in LEGACY.values() if row.target.rpartition(":")[2] in CONSTANTS)
_GIVE_MODELS = frozenset({f"{REGISTRY}.get_spec", f"{REGISTRY}.get_recommended_model", _SPEC})
_GIVE_TABLES = frozenset({f"{REGISTRY}.get_all_current_models", f"{REGISTRY}.get_by_provider"})
_PICK = frozenset({"min", "max", "next"})
_KEEP = frozenset({"sorted", "list", "tuple", "set", "reversed", "iter", "filter"})
_DEEPEST = 12
_SELF = ("self", "cls")


class Flow:
    """What is known of the values of a unit. Everything is derived from annotations, calls and single assignments."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._unit = references.unit
        self._known: dict[tuple[str, ast.AST], bool] = {}

    def is_model(self, node: ast.AST | None, depth: int = 0) -> bool:
        """Whether an expression is a model specification (or None where one might be)."""
        return self._asked("model", node, depth)

    def is_models(self, node: ast.AST | None, depth: int = 0) -> bool:
        """Whether an expression gives models one after the other."""
        return self._asked("models", node, depth)

    def is_table(self, node: ast.AST | None, depth: int = 0) -> bool:
        """Whether an expression holds models by keys."""
        return self._asked("table", node, depth)

    def _is_spec(self, node: ast.expr) -> bool:
        return self._references.named(node) == _SPEC

    def _asked(self, what: str, node: ast.AST | None, depth: int) -> bool:
        if node is None or depth > _DEEPEST:
            return False
        key = (what, node)
        if key not in self._known:
            self._known[key] = False  # a name that is bound by way of itself
            asked = {"model": self._is_model, "models": self._is_models, "table": self._is_table}[what]
            self._known[key] = asked(node, depth + 1)
        return self._known[key]

    def _binders(self, name: ast.Name) -> list[ast.AST]:
        return [binder.node for binder in self._unit.imports.binders(name.id, name) if binder.source is None]

    def _is_model(self, node: ast.AST, depth: int) -> bool:
        if self._references.named(node) in _MODELS:
            return True
        match node:
            case ast.Call(func=func):
                return self._references.named(func) in _GIVE_MODELS or self._is_picked(node, depth)
            case ast.Name():
                return any(self._binds("model", each, depth) for each in self._binders(node))
            case ast.BoolOp(values=values):
                return any(self.is_model(value, depth) for value in values)
            case ast.IfExp(body=body, orelse=other):
                return self.is_model(body, depth) or self.is_model(other, depth)
            case ast.NamedExpr(value=value):
                return self.is_model(value, depth)
            case ast.Subscript(value=value):
                return self.is_table(value, depth) or self.is_models(value, depth)
            case ast.Attribute(attr=attr):
                return self._is_field("model", node, attr, depth)
            case _:
                return False

    def _is_field(self, what: str, node: ast.Attribute, attr: str, depth: int) -> bool:
        """Whether ``self.spec`` is of this kind: by what the class gives it, and by how it is annotated."""
        return any(
            self._asked(what, each.value, depth)
            or (isinstance(each, ast.AnnAssign) and self._annotated(what, each.annotation))
            for each in self.fields(node, attr)
        )

    def fields(self, node: ast.Attribute, attr: str) -> list[ast.Assign | ast.AnnAssign]:
        """The statements that give ``self.<attr>`` its values in the class around; none for what is no field of ``self``."""
        if not (isinstance(node.value, ast.Name) and node.value.id in _SELF):
            return []
        around = next((each for each in self._unit.python.ancestors(node) if isinstance(each, ast.ClassDef)), None)
        inner = ast.walk(around) if around is not None else ()
        return [each for each in inner if isinstance(each, (ast.Assign, ast.AnnAssign)) and _gives(each, attr)]

    def _is_picked(self, call: ast.Call, depth: int) -> bool:
        match call:
            case ast.Call(func=ast.Name(id=name), args=[values, *_]) if name in _PICK:
                return self.is_models(values, depth)
            case ast.Call(func=ast.Attribute(attr="get" | "pop", value=table)):
                return self.is_table(table, depth)
            case _:
                return False

    def _is_models(self, node: ast.AST, depth: int) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(attr="values", value=table)):
                return self.is_table(table, depth)
            case ast.Call(func=ast.Name(id=name), args=[*_, values]) if name in _KEEP:
                return self.is_models(values, depth)
            case ast.Tuple(elts=values) | ast.List(elts=values) | ast.Set(elts=values):
                return bool(values) and all(self.is_model(value, depth) for value in values)
            case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
                return self.is_model(value, depth)
            case ast.Name():
                return any(self._binds("models", each, depth) for each in self._binders(node))
            case ast.Attribute(attr=attr):
                return self._is_field("models", node, attr, depth)
            case _:
                return False

    def _is_table(self, node: ast.AST, depth: int) -> bool:
        match node:
            case ast.Call(func=func):
                return self._references.named(func) in _GIVE_TABLES
            case ast.Dict(values=values):
                return bool(values) and all(self.is_model(value, depth) for value in values)
            case ast.DictComp(value=value):
                return self.is_model(value, depth)
            case ast.Name():
                return any(self._binds("table", each, depth) for each in self._binders(node))
            case ast.Attribute(attr=attr):
                return self._is_field("table", node, attr, depth)
            case _:
                return False

    def _binds(self, what: str, node: ast.AST, depth: int) -> bool:
        """Whether what binds a name gives it a value of this kind."""
        if isinstance(node, ast.arg):
            return self._annotated(what, node.annotation) or self._is_model_by_default(what, node, depth)
        if isinstance(node, ast.MatchAs):
            return what == "model" and isinstance(node.pattern, ast.MatchClass) and self._is_spec(node.pattern.cls)
        around = self._unit.parent(node)
        match around:
            case ast.AnnAssign(annotation=annotation, value=value):
                return self._annotated(what, annotation) or self._asked(what, value, depth)
            case ast.Assign(value=value) | ast.NamedExpr(value=value) | ast.withitem(context_expr=value):
                return self._asked(what, value, depth)
            case ast.For(target=target, iter=values) | ast.comprehension(target=target, iter=values) if target is node:
                return what == "model" and self.is_models(values, depth)
            case ast.Tuple(elts=[_, second]) if second is node and what == "model":
                return self._is_item(self._unit.parent(around), depth)
            case _:
                return False

    def _is_item(self, loop: ast.AST | None, depth: int) -> bool:
        """Whether a loop goes over the items of a table of models."""
        match loop:
            case ast.For(iter=values) | ast.comprehension(iter=values):
                called = values.func if isinstance(values, ast.Call) else None
                is_items = isinstance(called, ast.Attribute) and called.attr == "items"
                return isinstance(called, ast.Attribute) and is_items and self.is_table(called.value, depth)
            case _:
                return False

    def _is_model_by_default(self, what: str, argument: ast.arg, depth: int) -> bool:
        return what == "model" and self.is_model(self._unit.default_of(argument), depth)

    def _annotated(self, what: str, annotation: ast.expr | None) -> bool:
        """Whether an annotation says so: ``Optional[ModelSpec]`` is a model, ``dict[str, ModelSpec]`` a table of models."""
        if annotation is None or not self.mentions(annotation, _SPEC):
            return False
        body = next((each for each in self._parts(annotation) if isinstance(each, ast.Subscript)), None)
        outer = "" if body is None else _last(body.value)
        if outer in ("", "Optional", "Union", "Annotated", "Final", "ClassVar"):
            return what == "model"
        if outer.lower() in ("dict", "mapping", "mutablemapping", "defaultdict"):
            return what == "table"
        return what == "models" and outer.lower() in (
            *("list", "tuple", "set", "frozenset", "sequence", "iterable", "iterator", "collection"),
        )

    def mentions(self, annotation: ast.expr, name: str) -> bool:
        """Whether an annotation names something old; in a text, too."""
        return any(self._references.named(each) == name for each in self._parts(annotation))

    def _parts(self, annotation: ast.expr) -> list[ast.AST]:
        """The nodes of an annotation, and of the texts in it that are annotations."""
        found = [*ast.walk(annotation)]
        quoted = [self._unit.annotations[each] for each in found if each in self._unit.annotations]
        return [*found, *(inner for body in quoted for inner in ast.walk(body))]


def _gives(statement: ast.Assign | ast.AnnAssign, attr: str) -> bool:
    """Whether a statement in a class gives a field its value."""
    for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
        match target:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in _SELF and name == attr:
                return True
            case ast.Name(id=name) if name == attr:
                return True
    return False


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
