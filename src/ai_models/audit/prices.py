"""Hard-coded prices in Python: tables, records, assignments and arithmetic, each tied to the model that it is of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from ai_models.audit.findings import Confidence, PriceFound
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.name_shapes import is_model_word, snake, words_of
from ai_models.audit.names import Names, Place
from ai_models.audit.numbers import FACTORS, number_of
from ai_models.audit.price_check import Amount, Checked, Comparison, check_amounts
from ai_models.audit.price_words import PriceWords, read_words
from ai_models.audit.python_source import PythonSource, text_of
from ai_models.audit.spans import Located

__all__ = ["PriceEntry", "find_prices", "read_prices"]

_DEAREST: Final = Decimal(5_000)
"""USD per 1M tokens (or less): above this a number is none of a price."""
_MOST_COLUMNS: Final = 4
_SIDES: Final = ("input", "output", "cache_read", "cache_write")
_NESTED: Final = 3
_WORDS_OF_PRICES: Final = frozenset(
    "input output prompt completion in out price prices pricing cost costs rate per token tokens usd 1k 1m 1000 million thousand mtok ktok "
    "k m cache cached read write dollars dollar cents default".split()
)


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
        checked = check_amounts(judge.names, entry.name, list(entry.amounts))
        _report(gathered, judge, python, entry, checked)


def find_prices(python: PythonSource, names: Names) -> list[PriceEntry]:
    """Every price in a file that is tied to a model, each once, in the order of the file."""
    finder = _Finder(python, names)
    entries = [
        *finder.tables(),
        *finder.rows(),
        *finder.records(),
        *finder.assignments(),
        *finder.classes(),
        *finder.arithmetic(),
    ]
    seen: set[ast.AST] = set()
    kept = []
    for entry in entries:
        if entry.node not in seen:
            seen.add(entry.node)
            kept.append(entry)
    return sorted(kept, key=lambda entry: (entry.node.lineno, entry.node.col_offset))


class _Finder:
    """Looks through one file, one shape of a price after another."""

    def __init__(self, python: PythonSource, names: Names) -> None:
        self.python = python
        self.names = names

    def model(self, node: ast.AST | None) -> str | None:
        """The name of a known model that an expression is."""
        text = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(text, str):
            constant = self.python.text_value(node) if isinstance(node, ast.Name) else None
            text = text_of(constant)
        if text is None:
            return None
        found = self.names.recognise(text, Place.MODEL, True)
        return text if found is not None and found.match is not None else None

    def around(self, node: ast.AST) -> tuple[str, ...]:
        """What the expression is called by what holds it: the target of the assignment, the key, the parameter."""
        found: list[str] = []
        child = node
        for parent in self.python.ancestors(node):
            match parent:
                case ast.Assign(targets=targets):
                    return (*found, *(name for target in targets for name in _name_of(target)))
                case ast.AnnAssign(target=target):
                    return (*found, *_name_of(target))
                case ast.keyword(arg=str() as argument):
                    found.append(argument)
                case ast.Dict():
                    key = next((k for k, v in zip(parent.keys, parent.values, strict=True) if v is child), None)
                    found.append(text_of(key) or "")
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Module() | ast.Lambda():
                    break
            child = parent
        return tuple(filter(None, found))

    # {"gpt-4o": …}, PRICES["gpt-4o"] = …

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
        context = read_words(*around)
        amounts = [*self.amounts(value, around, context, 0)]
        if not amounts or not all(0 <= amount.amount <= _DEAREST for amount in amounts):
            return
        explicit = context.is_price or _speaks_of_prices(value)
        if not explicit and not self.looks_like_prices(name, amounts):
            return
        yield PriceEntry(name, tuple(amounts), value, around[-1] if around else "", holder, "high" if explicit else "medium")

    def looks_like_prices(self, name: str, amounts: list[Amount]) -> bool:
        """Whether nameless numbers are exactly a model's input and output price, of today or of any time."""
        if len({amount.meter for amount in amounts} & {"input", "output"}) < len(("input", "output")):
            return False
        checked = check_amounts(self.names, name, amounts)
        return bool(checked.comparisons) and all(each.is_current or each.until is not None for each in checked.comparisons)

    def amounts(self, value: ast.expr, around: tuple[str, ...], context: PriceWords, depth: int) -> Iterator[Amount]:
        """The amounts in a value, by its shape; nothing where any part of it is no price."""
        number = number_of(value)
        if number is not None:
            yield Amount(context.meter, number.amount, number.per or context.per, context.is_variant)
            return
        match value:
            case ast.Tuple(elts=items) | ast.List(elts=items) if 1 < len(items) <= _MOST_COLUMNS:
                numbers = [number_of(item) for item in items]
                if all(numbers):
                    for side, each in zip(_SIDES, numbers, strict=False):
                        if each is not None:
                            yield Amount(side, each.amount, each.per or context.per, context.is_variant)
            case ast.Dict() if depth < _NESTED:
                pairs = [(text_of(key) or "", item) for key, item in zip(value.keys, value.values, strict=True)]
                yield from self.named_amounts(pairs, around, context, depth)
            case ast.Call(keywords=keywords) if depth < _NESTED:
                pairs = [(keyword.arg or "", keyword.value) for keyword in keywords]
                yield from self.named_amounts(pairs, around, context, depth)
                called = read_words(*_name_of(value.func))
                numbers = [number_of(argument) for argument in value.args]
                if (called.is_price or context.is_price) and numbers and all(numbers) and len(numbers) <= _MOST_COLUMNS:
                    for side, each in zip(_SIDES, numbers, strict=False):
                        if each is not None:
                            yield Amount(side, each.amount, each.per or called.per or context.per)

    def named_amounts(
        self, pairs: list[tuple[str, ast.expr]], around: tuple[str, ...], context: PriceWords, depth: int
    ) -> Iterator[Amount]:
        for key, item in pairs:
            own, words = read_words(key), read_words(key, *around)
            number = number_of(item)
            if number is None:
                if own.is_price or key in ("pricing", "prices", "cost", "costs", "price"):
                    yield from self.amounts(item, (key, *around), words, depth + 1)
                continue
            bare = own.meter is not None and set(words_of(key)) <= _WORDS_OF_PRICES
            if "tokens" in words_of(key) and not own.is_price:
                continue  # max_input_tokens is a limit
            if own.is_price or (bare and own.meter is not None):
                yield Amount(own.meter or context.meter, number.amount, number.per or own.per or context.per, own.is_variant or context.is_variant)

    # [("gpt-4o", 2.5, 10.0), …]

    def rows(self) -> Iterator[PriceEntry]:
        for kind in (ast.Tuple, ast.List):
            for row in self.python.nodes(kind):
                items = row.elts
                if not 1 < len(items) <= _MOST_COLUMNS or (name := self.model(items[0])) is None:
                    continue
                around = self.around(row)
                numbers = [number_of(item) for item in items[1:]]
                if read_words(*around).is_price and all(numbers):
                    context = read_words(*around)
                    amounts = tuple(
                        Amount(side, each.amount, each.per or context.per, context.is_variant)
                        for side, each in zip(_SIDES, numbers, strict=False)
                        if each is not None
                    )
                    if all(amount.amount <= _DEAREST for amount in amounts):
                        yield PriceEntry(name, amounts, row, around[-1], self.python.parents[row])

    # ModelSpec(name="gpt-4o", input_price_per_1m=2.5), {"model": "gpt-4o", "input_cost": 2.5}

    def records(self) -> Iterator[PriceEntry]:
        for record in (*self.python.nodes(ast.Call), *self.python.nodes(ast.Dict)):
            if isinstance(record, ast.Call):
                pairs = [(keyword.arg or "", keyword.value) for keyword in record.keywords]
                pairs += [("model", record.args[0])] if record.args else []
            else:
                pairs = [(text_of(key) or "", value) for key, value in zip(record.keys, record.values, strict=True)]
            if len(pairs) < 2:  # noqa: PLR2004 a model and a price
                continue
            amounts = [
                Amount(own.meter, number.amount, number.per or own.per, own.is_variant)
                for key, value in pairs
                if (own := read_words(key)).is_price and (number := number_of(value)) is not None
            ]
            names = [name for key, value in pairs if _may_name_a_model(key) and (name := self.model(value)) is not None]
            if names and amounts and all(0 <= amount.amount <= _DEAREST for amount in amounts):
                yield PriceEntry(names[0], tuple(amounts), record, _table(self.around(record)), record)

    # GPT_4O_INPUT_PRICE = 2.5 / 1_000_000

    def assignments(self) -> Iterator[PriceEntry]:
        for statement in (*self.python.nodes(ast.Assign), *self.python.nodes(ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            number = number_of(statement.value)
            if number is None or not 0 <= number.amount <= _DEAREST:
                continue
            for target in targets:
                for identifier in _name_of(target):
                    words = read_words(identifier)
                    name = self.model_in(identifier) if words.is_price else None
                    if name is not None:
                        amount = Amount(words.meter, number.amount, number.per or words.per, words.is_variant)
                        yield PriceEntry(name, (amount,), statement, identifier, statement, "medium")

    def model_in(self, identifier: str) -> str | None:
        """The model that a variable is called after: ``GPT_4O_MINI_INPUT_PRICE`` holds ``gpt-4o-mini``."""
        text = snake(identifier)
        words = identifier.lower().split("_") if "_" in identifier else text.split("_")
        kept = [word for word in words if word not in _WORDS_OF_PRICES]
        start = words.index(kept[0]) if kept else 0
        if not kept or words[start : start + len(kept)] != kept:
            return None
        name = "-".join(kept)
        found = self.names.recognise(name, Place.MODEL, True)
        return name if found is not None and found.match is not None and self.names.is_specific(name) else None

    # class Gpt4o: name = "gpt-4o"; input_price = 2.5

    def classes(self) -> Iterator[PriceEntry]:
        for definition in self.python.nodes(ast.ClassDef):
            names: list[str] = []
            amounts: list[tuple[Amount, ast.stmt]] = []
            for statement in definition.body:
                if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
                    continue
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                identifiers = [identifier for target in targets for identifier in _name_of(target)]
                if any(_may_name_a_model(each) for each in identifiers) and (name := self.model(statement.value)):
                    names.append(name)
                words, number = read_words(*identifiers), number_of(statement.value)
                if words.is_price and number is not None and 0 <= number.amount <= _DEAREST:
                    amounts.append((Amount(words.meter, number.amount, number.per or words.per, words.is_variant), statement))
            if len(names) == 1 and amounts:
                yield PriceEntry(
                    names[0], tuple(amount for amount, _ in amounts), amounts[0][1], definition.name, definition, "medium"
                )

    # if model == "gpt-4": cost = tokens * 0.03 / 1000

    def arithmetic(self) -> Iterator[PriceEntry]:
        for division in self.python.nodes(ast.BinOp):
            found = _tokens_priced(division)
            if found is None or isinstance(self.python.parents.get(division), ast.BinOp) and _tokens_priced(self.python.parents[division]):  # type: ignore[arg-type]
                continue
            counted, amount, per = found
            name = self.condition(division)
            words = read_words(counted)
            if name is not None and ("token" in counted or "tokens" in counted or words.meter) and 0 < amount <= _DEAREST:
                meter = words.meter
                yield PriceEntry(name, (Amount(meter, amount, per),), division, "", division, "medium")

    def condition(self, node: ast.AST) -> str | None:
        """The model for which a piece of code runs: of the nearest ``if model == …`` or ``case …`` around it."""
        child = node
        for parent in self.python.ancestors(node):
            match parent:
                case ast.If(test=test, body=body) if child in body:
                    name = self.tested(test)
                case ast.IfExp(test=test, body=body) if child is body:
                    name = self.tested(test)
                case ast.match_case(pattern=ast.MatchValue(value=value)):
                    name = self.model(value)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    return None
                case _:
                    name = None
            if name is not None:
                return name
            child = parent
        return None

    def tested(self, test: ast.expr) -> str | None:
        """The one model that a condition compares with."""
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
            names = [name for side in (test.left, *test.comparators) if (name := self.model(side)) is not None]
            return names[0] if len(names) == 1 else None
        return None


def _name_of(target: ast.AST) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(attr=name):
            yield name
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
            yield key
            yield from _name_of(value)
        case ast.Subscript(value=value):
            yield from _name_of(value)


def _table(around: tuple[str, ...]) -> str:
    return around[-1] if around else ""


def _may_name_a_model(key: str) -> bool:
    return is_model_word(key) or snake(key) in ("name", "id", "api_identifier", "identifier", "api_name", "slug", "key")


def _speaks_of_prices(value: ast.expr) -> bool:
    """Whether the value itself says that it holds prices: by its keys, its parameters, or what is called."""
    match value:
        case ast.Dict(keys=keys):
            return any(read_words(text_of(key) or "").is_price for key in keys)
        case ast.Call(func=func, keywords=keywords):
            return read_words(*_name_of(func)).is_price or any(read_words(k.arg or "").is_price for k in keywords)
        case _:
            return False


def _tokens_priced(node: ast.BinOp) -> tuple[str, Decimal, int] | None:
    """``tokens * 0.03 / 1000`` in any order: what is counted, the price, and per how many tokens."""
    factors: list[ast.expr] = []
    divisors: list[ast.expr] = []
    todo: list[tuple[ast.expr, bool]] = [(node, False)]
    while todo:
        each, divided = todo.pop()
        if isinstance(each, ast.BinOp) and isinstance(each.op, (ast.Mult, ast.Div)):
            todo += [(each.left, divided), (each.right, divided != isinstance(each.op, ast.Div))]
        else:
            (divisors if divided else factors).append(each)
    counted = [name for each in factors for name in _counted(each)]
    prices = [number.amount for each in factors if (number := number_of(each)) is not None]
    per = [int(number.amount) for each in divisors if (number := number_of(each)) is not None and number.amount in FACTORS]
    if len(counted) == 1 and len(prices) == 1 and len(per) == 1 and len(divisors) == 1 and len(factors) == len((*counted, *prices)):
        return counted[0], prices[0], per[0]
    return None


def _counted(node: ast.expr) -> Iterator[str]:
    names = [*_name_of(node)]
    if names and "token" in names[0].lower():
        yield names[0]


# Reports


def _report(gathered: Gathered, judge: Judge, python: PythonSource, entry: PriceEntry, checked: Checked) -> None:
    standing = judge.names.stand(entry.name)
    span = python.source.node_span(entry.node)
    per = checked.per or next((amount.per for amount in entry.amounts if amount.per), None)
    written = {amount.meter or "?": str(amount.amount) for amount in entry.amounts if not amount.variant}
    model = standing.key if standing else ""
    gathered.prices.append(PriceFound(
        path=gathered.path, span=span, model=model, amounts=written, per=per, verdict=checked.verdict, table=entry.table,
    ))  # fmt: skip
    facts = {
        "model": model,
        "name": entry.name,
        "table": entry.table,
        "per": per,
        "unit": _unit_words(per),
        "unit_is_said": checked.unit_is_said,
        "amounts": written,
        "comparisons": [
            {"meter": each.meter, "found_per_1m": f"{each.found:f}", "catalogue_per_1m": f"{each.catalogue:f}",
             "percent": None if each.percent is None else f"{each.percent:f}", "right_until": each.until}
            for each in checked.comparisons
        ],
    }  # fmt: skip
    confidence: Confidence = entry.confidence if checked.unit_is_said or entry.confidence != "high" else "medium"
    subject = entry.name
    if checked.verdict == "unverifiable":
        message = f"a hard-coded price of {entry.name}: {checked.reason}"
        gathered.report("AIM203", span, subject, message, confidence=entry.confidence, facts=facts)
        return
    if checked.verdict == "current":
        told = ", ".join(f"{each.meter} {each.catalogue:f}" for each in checked.comparisons)
        message = f"a hard-coded price of {entry.name}, right today ({told} USD per 1M tokens)"
        gathered.report("AIM201", span, subject, message, hint=_INSTEAD, confidence=confidence, facts=facts)
        return
    stale = [each for each in checked.comparisons if not each.is_current]
    message = f"a stale price of {entry.name}: {'; '.join(map(_difference, stale))} (USD per 1M tokens)"
    gathered.report("AIM202", span, subject, message, hint=_INSTEAD, confidence=confidence, facts=facts)


_INSTEAD: Final = "ask the catalogue: PricingService().get_pricing(model)"


def _difference(each: Comparison) -> str:
    size = "" if each.percent is None else f", {each.percent:+f}%"
    until = f", right until {each.until}" if each.until else ""
    return f"{each.meter} is {each.found:f} here and {each.catalogue:f} in the catalogue{size}{until}"


def _unit_words(per: int | None) -> str | None:
    return {1_000_000: "per 1M tokens", 1_000: "per 1K tokens", 1: "per token"}.get(per) if per else None
