"""``ModelSpec(…)`` in code, read as plain values: what the tree's own catalogue takes, and what the call becomes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ai_models.audit.legacy import MODEL_SPEC_FIELDS
from ai_models.audit.names import Names
from ai_models.audit.numbers import number_of
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import PythonSource, text_of
from ai_models.migrate.declarations import Declaration
from ai_models.migrate.rewriting.outcome import New, Outcome
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.references import References
from ai_models.migrate.rewriting.unit import Unit

__all__ = ["Unreadable", "declarations", "read_declaration"]

_SPEC: Final = "models.registry.ModelSpec"
_MAKERS: Final = {"ANTHROPIC": "anthropic", "OPENAI": "openai", "GOOGLE": "google"}
_REQUIRED: Final = ("provider", "name", "api_identifier")
_COMMENT: Final = re.compile(r"#[ \t]*(?P<said>[^\r\n]*)")
_RULE: Final = "declaration"
_PARTS_OF_A_DAY: Final = 3


class Unreadable(Exception):
    """A declaration with a value that is not written down there; the message says which."""


def declarations(references: References, names: Names) -> Iterator[tuple[Outcome, Declaration]]:
    """The declarations of a unit that can be read, each with what becomes of the call."""
    unit = references.unit
    if unit.is_test:
        return  # what a test declares is made up
    for call in unit.python.nodes(ast.Call):
        if references.named(call.func) != _SPEC or references.at[call.func].hold.mixed:
            continue
        try:
            declared = _declaration(unit, call)
            yield _outcome(unit, call, declared, names), declared
        except (Unreadable, Unplaced):
            continue  # the rule for ModelSpec leaves it and says so


def _declaration(unit: Unit, call: ast.Call) -> Declaration:
    start, end = unit.places.of(call)
    said = [*_comments(unit, call, start, end)]
    found = read_declaration(unit.python, call, path=unit.path, line=_first_line(unit, call))
    notes = "\n\n".join(filter(None, (found.notes, *said)))
    return Declaration(
        **{name: getattr(found, name) for name in Declaration.__struct_fields__ if name != "notes"}, notes=notes
    )


def _first_line(unit: Unit, call: ast.Call) -> int:
    """The line of the statement that the call is part of."""
    statement = next((each for each in unit.python.ancestors(call) if isinstance(each, ast.stmt)), call)
    return unit.line_of(statement)


def _comments(unit: Unit, call: ast.Call, start: int, end: int) -> Iterator[str]:
    """What comments within the call say, with the field that they stand beside."""
    source = unit.python.source
    fields = {keyword.value.end_lineno: keyword.arg for keyword in call.keywords}
    first, last = source.span(start, end).line, source.span(start, end).end_line
    for number in range(first, last + 1):
        place = unit.python.comment_start(number)
        if place is not None and start < place < end:
            match = _COMMENT.match(unit.text, place)
            said = match["said"].strip() if match else ""
            field = fields.get(number)
            if said:
                yield f"{field}: {said}" if field else said


def _outcome(unit: Unit, call: ast.Call, declared: Declaration, names: Names) -> Outcome:
    outcome = Outcome(None, node=call)
    known = names.find(declared.model_id) is not None
    where = "the catalogue has it" if known else "the tree's own catalogue has it"
    name = unit.places.quoted(declared.model_id, call)
    outcome.change(
        *unit.places.of(call), [New("get_model"), f"({name})"], _RULE, f"specifications are not built by hand: {where}"
    )
    outcome.consumed.append(call)
    for remark in _comment_above(unit, call, declared, known=known):
        outcome.remarks.append(remark)
    return outcome


def _comment_above(unit: Unit, call: ast.Call, declared: Declaration, *, known: bool) -> Iterator[Any]:
    """A comment right above a declaration of a model that the tree's own catalogue takes: it stays in the code."""
    if known:
        return
    statement = next((each for each in unit.python.ancestors(call) if isinstance(each, ast.stmt)), None)
    if statement is None:
        return
    line = statement.lineno - 1
    start = unit.python.comment_start(line) if line else None
    if start is not None and unit.python.source.line(line).lstrip().startswith("#"):
        message = (
            f"what this comment says of {declared.model_id} stays in the code; the definition of the model, its maker above "
            "all, is in the tree's own catalogue now"
        )
        yield unit.remark(
            "manual", start, _RULE, message, advice="say it in the notes of the definition", legacy="ModelSpec"
        )


# Reading


def read_declaration(python: PythonSource, call: ast.Call, *, path: str, line: int) -> Declaration:
    """The plain values of a ``ModelSpec(…)``.

    Raises:
        Unreadable: a value is not written down, or is of another kind.
    """
    if len(call.args) > len(MODEL_SPEC_FIELDS) or any(isinstance(each, ast.Starred) for each in call.args):
        raise Unreadable("its arguments")
    given = dict(zip(MODEL_SPEC_FIELDS, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg not in MODEL_SPEC_FIELDS or keyword.arg in given:
            raise Unreadable(keyword.arg or "its arguments")
        given[keyword.arg] = keyword.value
    for name in _REQUIRED:
        if name not in given:
            raise Unreadable(name)
    reader = _Reader(python)
    values = {name: reader.read(name, node) for name, node in given.items()}
    return Declaration(
        model_id=values["api_identifier"],
        name=values["name"],
        provider=values["provider"],
        path=path,
        line=line,
        context_window_input=values.get("context_window_input"),
        context_window_output=values.get("context_window_output"),
        input_price=values.get("input_price_per_1m"),
        output_price=values.get("output_price_per_1m"),
        knowledge_cutoff=values.get("knowledge_cutoff"),
        last_verified=values.get("last_verified"),
        docs_url=values.get("docs_url"),
        notes=values.get("notes") or "",
        recommended_for=values.get("recommended_for") or (),
    )


class _Reader:
    """Values of fields, by what each of them holds."""

    def __init__(self, python: PythonSource) -> None:
        self._python = python

    def read(self, name: str, node: ast.expr) -> Any:
        node = self._named(node)
        match name:
            case "provider":
                value: Any = self._maker(node)
            case "context_window_input" | "context_window_output":
                value = self._tokens(node)
            case "input_price_per_1m" | "output_price_per_1m":
                value = self._price(node)
            case "last_verified":
                value = self._day(node)
            case "recommended_for":
                value = self._texts(node)
            case _:
                value = self._text(node)
        if value is None and not (isinstance(node, ast.Constant) and node.value is None):
            raise Unreadable(name)
        if value is None and name in _REQUIRED:
            raise Unreadable(name)
        return value

    def _named(self, node: ast.expr) -> ast.expr:
        """What a name stands for that is given one value at the top of the module."""
        if not isinstance(node, ast.Name):
            return node
        values = [
            each.value
            for each in self._python.either(ast.Assign, ast.AnnAssign)
            if any(isinstance(target, ast.Name) and target.id == node.id for target in _targets(each))
        ]
        return values[0] if len(values) == 1 and values[0] is not None else node

    def _maker(self, node: ast.expr) -> str | None:
        text = text_of(node)
        if text is not None:
            return text if text in _MAKERS.values() else None
        return _MAKERS.get(node.attr) if isinstance(node, ast.Attribute) else None

    def _text(self, node: ast.expr) -> str | None:
        return text_of(node)

    def _tokens(self, node: ast.expr) -> int | None:
        number = number_of(node)
        whole = number is not None and number.per is None and number.amount == int(number.amount)
        return int(number.amount) if number is not None and whole else None

    def _price(self, node: ast.expr) -> Decimal | None:
        number = number_of(node)
        return number.amount if number is not None and number.per is None else None

    def _day(self, node: ast.expr) -> date | None:
        match node:
            case ast.Call(args=values, keywords=[]) if called_name(node) == "date":
                numbers = [value.value if isinstance(value, ast.Constant) else None for value in values]
            case ast.Call(args=[], keywords=keywords) if called_name(node) == "date":
                given = {word.arg: word.value.value for word in keywords if isinstance(word.value, ast.Constant)}
                numbers = [given.get(name) for name in ("year", "month", "day")]
            case ast.Call(args=[ast.Constant(value=str() as text)]) if called_name(node) == "fromisoformat":
                return _iso(text)
            case _:
                return None
        parts = [number for number in numbers if isinstance(number, int)]
        return _iso(f"{parts[0]:04}-{parts[1]:02}-{parts[2]:02}") if len(parts) == len(numbers) == _PARTS_OF_A_DAY else None

    def _texts(self, node: ast.expr) -> tuple[str, ...] | None:
        if not isinstance(node, (ast.Tuple, ast.List)):
            return None
        texts = [text_of(each) for each in node.elts]
        return tuple(text for text in texts if text is not None) if None not in texts else None


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
