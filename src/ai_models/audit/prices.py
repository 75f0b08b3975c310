"""Hard-coded prices in Python: tables, records, assignments and arithmetic, each tied to the model that it is of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct

from ai_models.audit.findings import Confidence
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.legacy import SHORT_NAMES
from ai_models.audit.name_shapes import is_model_word, snake
from ai_models.audit.names import Names
from ai_models.audit.numbers import number_of
from ai_models.audit.plain_text import tokens
from ai_models.audit.price_check import Amount, check_amounts
from ai_models.audit.price_findings import report_price
from ai_models.audit.price_terms import priced_term
from ai_models.audit.price_words import read_words
from ai_models.audit.priced_values import (
    WORDS_OF_PRICES,
    amounts_in,
    are_prices,
    is_bill,
    names_in,
    pairs_of,
    side_by_side,
    speaks_of_prices,
)
from ai_models.audit.python_source import PythonSource, text_of
from ai_models.audit.spans import Located

__all__ = ["PriceEntry", "find_prices", "may_name_a_model", "read_prices"]

_SELF_NAMES: Final = ("name", "id", "api_identifier", "identifier", "api_name", "slug", "key")
_SPOKEN: Final = re.compile(r"\bclaude\s+(?:opus|sonnet|haiku)\s+\d(?:\.\d)?\b", re.IGNORECASE)
"""How people write a name in a comment: ``Claude Sonnet 4.5``."""
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES: Final = (ast.ClassDef, ast.Module, ast.Lambda)
_LEAST_RECORD: Final = 2
"""A model and a price."""


class PriceEntry(Struct, frozen=True, eq=False):
    """The prices that one place in code gives one model.

    ``node`` is what holds the amounts, ``table`` the name of what holds that (empty where it has none), and ``holder`` its
    node: the dictionary, call, class or statement.
    """

    name: str
    amounts: tuple[Amount, ...]
    node: Located
    table: str
    holder: ast.AST
    confidence: Confidence = "high"


def read_prices(gathered: Gathered, judge: Judge, python: PythonSource) -> None:
    """Report the prices in a file."""
    for entry in find_prices(python, judge.names):
        span = python.source.node_span(entry.node)
        report_price(gathered, judge, entry.name, entry.amounts, span, table=entry.table, confidence=entry.confidence)


def find_prices(python: PythonSource, names: Names) -> list[PriceEntry]:
    """Every price in a file that is tied to a model, each once, in the order of the file."""
    finder = _Finder(python, names)
    shapes = (finder.tables, finder.rows, finder.records, finder.assignments, finder.classes, finder.arithmetic)
    found: dict[ast.AST, PriceEntry] = {}
    for shape in shapes:
        for entry in shape():
            found.setdefault(entry.node, entry)
    return sorted(found.values(), key=lambda entry: (entry.node.lineno, entry.node.col_offset))


def may_name_a_model(key: str) -> bool:
    """Whether a field of this name may hold the model that a record is of."""
    return is_model_word(key) or snake(key) in _SELF_NAMES


class _Finder:
    """Looks through one file, one shape of a price after another."""

    def __init__(self, python: PythonSource, names: Names) -> None:
        self.python = python
        self.names = names

    def model(self, node: ast.expr | None) -> str | None:
        """The name of a known model that an expression is."""
        text = text_of(self.python.text_value(node))
        return text if text is not None and self.names.is_model(text) else None

    def around(self, node: ast.AST) -> tuple[str, ...]:
        """What an expression is called by what holds it, the nearest first: keys, parameters, the assignment's target."""
        found: list[str] = []
        child = node
        for parent in self.python.ancestors(node):
            if isinstance(parent, (ast.Assign, ast.AnnAssign)):
                return (*found, *(name for target in _targets(parent) for name in names_in(target)))
            if isinstance(parent, _FUNCTIONS):
                found += [parent.name] if isinstance(child, ast.Return) else []  # def price(model): return {…}[model]
                break
            if isinstance(parent, _SCOPES):
                break
            if isinstance(parent, ast.keyword):
                found.append(parent.arg or "")
            elif isinstance(parent, ast.Dict):
                found += [text_of(k) or "" for k, v in zip(parent.keys, parent.values, strict=True) if v is child]
            child = parent
        return tuple(filter(None, found))

    # Tables: {"gpt-4o": …}, and PRICES["gpt-4o"] = …

    def tables(self) -> Iterator[PriceEntry]:
        for table in self.python.nodes(ast.Dict):
            for key, value in zip(table.keys, table.values, strict=True):
                name = self.model(key)
                if name is not None:
                    yield from self.entry(name, value, self.around(table), table)
        for assign in self.python.nodes(ast.Assign):
            for target in assign.targets:
                name = self.model(target.slice) if isinstance(target, ast.Subscript) else None
                if name is not None:
                    yield from self.entry(name, assign.value, self.around(assign.value), assign)

    def entry(self, name: str, value: ast.expr, around: tuple[str, ...], holder: ast.AST) -> Iterator[PriceEntry]:
        amounts = tuple(amounts_in(value, around))
        if not are_prices(amounts):
            return
        context = read_words(*around)
        is_told = context.is_sure or (context.is_price and any(amount.meter for amount in amounts))
        explicit = is_told or speaks_of_prices(value)
        if explicit or self.looks_like_prices(name, amounts):
            yield PriceEntry(name, amounts, value, _last(around), holder, "high" if explicit else "medium")

    def looks_like_prices(self, name: str, amounts: tuple[Amount, ...]) -> bool:
        """Whether numbers without a word are exactly a model's input and output price, of today or of any time."""
        if not {"input", "output"} <= {amount.meter for amount in amounts}:
            return False
        compared = check_amounts(self.names, name, amounts).comparisons
        return bool(compared) and all(each.is_current or each.until is not None for each in compared)

    # Rows, as of a CSV: [("gpt-4o", 2.5, 10.0), …]

    def rows(self) -> Iterator[PriceEntry]:
        for row in self.python.either(ast.Tuple, ast.List):
            name = self.model(row.elts[0]) if len(row.elts) >= _LEAST_RECORD else None
            if name is None:
                continue
            around = self.around(row)
            amounts = tuple(side_by_side(row.elts[1:], read_words(*around)))
            explicit = read_words(*around).is_price
            if are_prices(amounts) and (explicit or self.looks_like_prices(name, amounts)):
                confidence: Confidence = "high" if explicit else "medium"
                yield PriceEntry(name, amounts, row, _last(around), self.python.parents[row], confidence)

    # Records that name their model: ModelSpec(name="gpt-4o", input_price_per_1m=2.5)

    def records(self) -> Iterator[PriceEntry]:
        for record in self.python.either(ast.Call, ast.Dict):
            pairs = pairs_of(record)
            if isinstance(record, ast.Call) and record.args:
                pairs.append(("model", record.args[0]))
            if len(pairs) < _LEAST_RECORD:
                continue
            name = next((name for key, value in pairs if may_name_a_model(key) and (name := self.model(value))), None)
            amounts = self.stated(name, pairs) if name is not None else ()
            if name is not None and are_prices(amounts):
                yield PriceEntry(name, amounts, record, _last(self.around(record)), record)

    def stated(self, name: str, pairs: list[tuple[str, ast.expr]]) -> tuple[Amount, ...]:
        """The amounts that named values state for a model: numbers that are called prices, and records of such."""
        found: list[Amount] = []
        for key, value in () if is_bill(pairs) else pairs:
            words, number = read_words(key), number_of(value)
            if number is not None and words.is_sure:
                found.append(Amount(words.meter, number.amount, number.per or words.per, words.is_variant, value))
            elif number is None and words.is_price:
                inner = tuple(amounts_in(value, (key,)))
                found += inner if words.is_sure or self.looks_like_prices(name, inner) else ()
        return tuple(found)

    # Variables that are called after a model, or stand where one is: GPT_4O_INPUT_PRICE = 2.5

    def assignments(self) -> Iterator[PriceEntry]:
        for statement in self.python.either(ast.Assign, ast.AnnAssign):
            found: dict[str, tuple[str, Confidence, list[Amount]]] = {}
            for identifier, value in _named_values(statement):
                number, words = number_of(value), read_words(identifier)
                if number is None or not words.is_sure:
                    continue
                amount = Amount(words.meter, number.amount, number.per or words.per, words.is_variant, value)
                name, confidence = self.owner(identifier, amount, statement)
                if name is not None and are_prices([amount]):
                    found.setdefault(name, (identifier, confidence, []))[2].append(amount)
            for name, (identifier, confidence, amounts) in found.items():
                yield PriceEntry(name, tuple(amounts), statement, identifier, statement, confidence)

    def owner(self, identifier: str, amount: Amount, statement: ast.stmt) -> tuple[str | None, Confidence]:
        """The model of which a variable holds a price, and how sure that is."""
        called = self.model_in(identifier)
        if called is not None:
            return called, "low" if called in SHORT_NAMES else "medium"  # which of its versions, nobody says
        beside = self.model_beside(statement) or self.condition(statement)
        if beside is not None:
            return beside, "medium"
        is_constant = amount.meter is not None and (amount.per is not None or identifier.isupper())
        in_class = isinstance(self.python.parents.get(statement), ast.ClassDef)
        return (self.only_named if is_constant and not in_class else None), "low"

    @cached_property
    def only_named(self) -> str | None:
        """The one model that the strings of the file name; None where they name none or several."""
        texts = {text_of(node) or "" for node in self.python.strings if node not in self.python.docstrings}
        known = {text for text in texts if self.names.is_specific(self.names.bare(text)) and self.names.is_model(text)}
        return known.pop() if len(known) == 1 else None

    def model_in(self, identifier: str) -> str | None:
        """The model that a variable is called after: ``GPT_4O_MINI_INPUT_PRICE`` holds ``gpt-4o-mini``."""
        words = identifier.lower().split("_") if "_" in identifier else snake(identifier).split("_")
        kept = [word for word in words if word not in WORDS_OF_PRICES]
        start = words.index(kept[0]) if kept else 0
        if not kept or words[start : start + len(kept)] != kept:
            return None
        return model_called("-".join(kept), self.names)

    def model_beside(self, statement: ast.stmt) -> str | None:
        """The one model that the comment on a statement's last line names."""
        line = statement.end_lineno or statement.lineno
        start = self.python.comment_start(line)
        return None if start is None else self.only_model(start, self.python.source.line_end(line))

    def only_model(self, start: int, end: int) -> str | None:
        """The one model that a piece of the text names; None where it names none or several."""
        text = self.python.source.text[start:end]
        spoken = {re.sub(r"\s+", "-", match[0]) for match in _SPOKEN.finditer(text)}
        names = {token.text for token in tokens(text)} | spoken
        known = {name for name in names if self.names.is_specific(self.names.bare(name)) and self.names.is_model(name)}
        return known.pop() if len(known) == 1 else None

    # Classes with a name and prices among their attributes

    def classes(self) -> Iterator[PriceEntry]:
        for definition in self.python.nodes(ast.ClassDef):
            fields = [
                (name, value, statement)
                for statement in definition.body
                if isinstance(statement, (ast.Assign, ast.AnnAssign))
                for name, value in _named_values(statement)
            ]
            models = [model for name, value, _ in fields if may_name_a_model(name) and (model := self.model(value))]
            if len(models) != 1:
                continue
            priced = [(self.stated(models[0], [(name, value)]), statement) for name, value, statement in fields]
            first = next((statement for amounts, statement in priced if amounts), None)
            amounts = tuple(amount for amounts, _ in priced for amount in amounts)
            if first is not None and are_prices(amounts):
                yield PriceEntry(models[0], amounts, first, definition.name, definition, "medium")

    # Arithmetic under a condition: if model == "gpt-4": cost = tokens * 0.03 / 1000

    def arithmetic(self) -> Iterator[PriceEntry]:
        for term in self.python.nodes(ast.BinOp):
            around = self.python.parents.get(term)
            found = priced_term(term, self.python)
            if found is None or (isinstance(around, ast.BinOp) and priced_term(around, self.python) is not None):
                continue
            amount = Amount(read_words(found.counted).meter, found.price, found.per, node=found.node)
            name = self.condition(term) or self.function_of(term)
            if name is not None and found.price > 0 and are_prices([amount]):
                yield PriceEntry(name, (amount,), term, "", term, "medium")

    def condition(self, node: ast.AST) -> str | None:
        """The model for which a piece of code runs: of the nearest ``if model == …`` or ``case …`` around it."""
        child = node
        for parent in self.python.ancestors(node):
            name = None
            match parent:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    return None
                case ast.If(test=test, body=body) if child in body:
                    name = self.tested(test)
                case ast.IfExp(test=test, body=only) if child is only:
                    name = self.tested(test)
                case ast.match_case(pattern=ast.MatchValue(value=value)):
                    name = self.model(value)
            if name is not None:
                return name
            child = parent
        return None

    def function_of(self, node: ast.AST) -> str | None:
        """The one model that the function around a node is about, by its docstring and comments."""
        function = next((each for each in self.python.ancestors(node) if isinstance(each, _FUNCTIONS)), None)
        return None if function is None else self.only_model(*self.python.source.node_offsets(function))

    def tested(self, test: ast.expr) -> str | None:
        """The one model that a condition compares with, or looks for."""
        sides: list[ast.expr] = []
        match test:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.In()], comparators=[right]):
                sides = [left, *(right.elts if isinstance(right, (ast.Tuple, ast.List, ast.Set)) else [right])]
            case ast.Call(func=ast.Attribute(attr="startswith"), args=[start]):
                sides = [start]
        names = [name for side in sides if (name := self.model(side)) is not None]
        return names[0] if len(names) == 1 else None


def model_called(words: str, names: Names) -> str | None:
    """The known model that the words of a variable spell: ``gpt-4o``, ``gpt4o``, and ``haiku`` alone."""
    for name in (words, re.sub(r"^([a-z]+)(\d)", r"\1-\2", words), f"claude-{words}"):
        if names.is_model(name) and (names.is_specific(name) or name in SHORT_NAMES):
            return name
    return None


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _named_values(statement: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, ast.expr]]:
    """What an assignment gives each name: ``a, b = 1, 2`` gives two."""
    value = statement.value
    for target in _targets(statement):
        pairs = [(target, value)]
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            pairs = [*zip(target.elts, value.elts, strict=False)]
        yield from ((name, each) for goal, each in pairs if each is not None for name in names_in(goal))


def _last(around: tuple[str, ...]) -> str:
    return around[-1] if around else ""
