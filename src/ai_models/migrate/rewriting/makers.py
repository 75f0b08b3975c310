"""``Makers``: which expressions are makers: members of the old ``Provider``, the text that a model has now, or either."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Literal

from ai_models.migrate.rewriting.flow import Flow
from ai_models.migrate.rewriting.references import References

__all__ = ["Maker", "Makers"]

Maker = Literal["text", "member", "either", ""]
"""``text`` is what a model's provider is now, ``either`` may be both; empty for what is not known, or not a maker alone."""

_PROVIDER = "models.registry.Provider"
_SPEC = "models.registry.ModelSpec"
_KEEP = frozenset({"sorted", "list", "tuple", "set", "frozenset", "reversed", "iter"})
_DEEPEST = 12


class Makers:
    """The makers in a unit, by annotations, single assignments, and the fields of its classes."""

    def __init__(self, references: References, flow: Flow) -> None:
        self._references = references
        self._flow = flow
        self._unit = references.unit
        self._known: dict[ast.AST, Maker] = {}

    def kind(self, node: ast.AST | None, depth: int = 0) -> Maker:
        """What kind of maker an expression is."""
        if node is None or depth > _DEEPEST:
            return ""
        if node not in self._known:
            self._known[node] = ""  # a name that is bound by way of itself
            self._known[node] = self._kind(node, depth + 1)
        return self._known[node]

    def _kind(self, node: ast.AST, depth: int) -> Maker:
        match node:
            case ast.Attribute(attr="provider", value=value) if self._flow.is_model(value):
                return "text"
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
                return _together(self._given(each, depth) for each in self._flow.fields(node, attr))
            case ast.Attribute(value=named) | ast.Call(func=named) | ast.Subscript(value=named):
                return "member" if self._references.named(named) == _PROVIDER else ""
            case ast.Name():
                binders = [each.node for each in self._unit.imports.binders(node.id, node) if each.source is None]
                return _together(self._bound(each, depth) for each in binders)
            case ast.IfExp(body=body, orelse=other):
                return _together(self.kind(each, depth) for each in (body, other))
            case ast.BoolOp(values=values):
                return _together(self.kind(each, depth) for each in values)
            case _:
                return ""

    def _bound(self, node: ast.AST, depth: int) -> Maker:
        """What kind of maker is given to what binds a name."""
        if isinstance(node, ast.arg):
            default = self._unit.default_of(node)
            is_one = self._is_annotated(node.annotation) or (node.annotation is None and self.kind(default, depth) != "")
            return "either" if is_one else ""  # whoever calls may give what a model has
        around = self._unit.parent(node)
        match around:
            case ast.MatchClass(cls=made, kwd_attrs=fields, kwd_patterns=captures):
                pairs = zip(fields, captures, strict=True)
                is_field = any(field == "provider" and capture is node for field, capture in pairs)
                return "text" if is_field and self._references.named(made) == _SPEC else ""
            case ast.For(target=target, iter=values) | ast.comprehension(target=target, iter=values) if target is node:
                return self._each(values, depth)
            case ast.Tuple(elts=targets):
                outer = self._unit.parent(around)
                given = outer.value.elts if isinstance(outer, ast.Assign) and isinstance(outer.value, ast.Tuple) else []
                return next(
                    (self.kind(each, depth) for target, each in zip(targets, given, strict=False) if target is node), ""
                )
            case ast.Assign(value=value) | ast.AnnAssign(value=value) | ast.NamedExpr(value=value):
                return self.kind(value, depth)
            case _:
                return ""

    def _each(self, values: ast.expr, depth: int) -> Maker:
        """What kind of maker a loop goes over."""
        if self._references.named(values) == _PROVIDER:
            return "member"
        match values:
            case ast.ListComp(elt=each) | ast.SetComp(elt=each) | ast.GeneratorExp(elt=each):
                return self.kind(each, depth)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                return _together(self.kind(each, depth) for each in elements)
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in _KEEP:
                return self._each(inner, depth)
            case _:
                return ""

    def _is_annotated(self, annotation: ast.expr | None) -> bool:
        return annotation is not None and self._flow.mentions(annotation, _PROVIDER) and not self._is_of_several(annotation)

    def _is_of_several(self, annotation: ast.expr) -> bool:
        """Whether an annotation is of a collection: ``dict[Provider, int]``."""
        outer = annotation.value if isinstance(annotation, ast.Subscript) else None
        name = outer.attr if isinstance(outer, ast.Attribute) else outer.id if isinstance(outer, ast.Name) else ""
        return bool(name) and name not in ("Optional", "Annotated", "Final", "ClassVar")

    def _given(self, statement: ast.Assign | ast.AnnAssign, depth: int) -> Maker:
        if isinstance(statement, ast.AnnAssign) and self._is_annotated(statement.annotation):
            return "either"
        return self.kind(statement.value, depth)


def _together(kinds: Iterable[Maker]) -> Maker:
    """What several values are, any of which may stand there."""
    found = set(kinds)
    if not found or "" in found:
        return ""
    return found.pop() if len(found) == 1 else "either"
