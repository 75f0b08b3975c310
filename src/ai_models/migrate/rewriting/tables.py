"""Hard-coded prices that become calls: tables of models, constants that are called after one, factors in arithmetic.

Only where every number is of a known model and its unit is understood; the others are listed.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from ai_models.audit.legacy import SHORT_NAMES
from ai_models.audit.names import Names
from ai_models.audit.numbers import number_of
from ai_models.audit.price_check import Checked, check_amounts
from ai_models.audit.price_findings import difference_of
from ai_models.audit.price_words import is_other_money, read_words
from ai_models.audit.priced_values import is_side, pairs_of
from ai_models.audit.prices import PriceEntry, find_prices
from ai_models.audit.python_names import called_name, is_about_models
from ai_models.audit.python_source import text_of
from ai_models.audit.services import reaches_models, sdk_of
from ai_models.migrate.plan import RemarkKind
from ai_models.migrate.rewriting.outcome import New, Outcome, Piece
from ai_models.migrate.rewriting.places import Unplaced
from ai_models.migrate.rewriting.unit import Unit

__all__ = ["is_near_models", "price_drift", "priced"]

_RULE: Final = "price"
_RATES: Final = {
    "input": "input_per_1m",
    "output": "output_per_1m",
    "cache_read": "cache_read_per_1m",
    "cache_write": "cache_write_per_1m",
    "cache_write_5m": "cache_write_5m_per_1m",
    "cache_write_1h": "cache_write_1h_per_1m",
}
_PER: Final = {1_000_000: "", 1_000: " / 1000", 1: " / 1_000_000"}
_ADVICE: Final = "write PricingService().get_pricing(name), and read .input_per_1m and .output_per_1m"
_LONGEST_LINE: Final = 100
_NO_NUMBER: Final = (ast.Constant, ast.Dict, ast.List, ast.Tuple)
"""What beside a price is none itself: a title, None for an unknown one, a record of others."""
_LOOP_NAMES: Final = ("name", "price")
_BOUND_TO_PLACE: Final = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


class _Leaf(Struct, frozen=True, eq=False):
    """A number that is a price: its node, the rate that takes its place, per how many tokens, and how the code says it."""

    node: ast.expr
    meter: str
    per: int
    exact: bool

    def rate(self, asked: Sequence[Piece], *, brackets: bool = False) -> list[Piece]:
        """The number as a rate of a price that is asked for."""
        read = f'.rate("{self.meter}")' if self.exact else f".{_RATES[self.meter]}"
        tail = f"{read}{_PER[self.per]}"
        return ["(", *asked, tail, ")"] if brackets and _PER[self.per] else [*asked, tail]


class _Row(Struct, frozen=True, eq=False):
    """The prices of one model at one place, understood; or why they are not."""

    entry: PriceEntry
    checked: Checked
    leaves: tuple[_Leaf, ...] = ()
    why_not: str = ""


def is_near_models(unit: Unit, names: Names) -> bool:
    """Whether a unit has to do with language models at all, so that its numbers may be their prices."""
    found = {sdk_of(each.target) or sdk_of(each.module) for each in unit.imports.all if not each.level}
    return is_about_models(unit.python, names, frozenset(name for name in found if name and reaches_models(name)))


def priced(unit: Unit, names: Names, but: frozenset[ast.AST]) -> Iterator[Outcome]:
    """What becomes of the prices of a unit.

    Args:
        unit: the unit; it has to do with models.
        names: the catalogue and the day.
        but: nodes whose text goes for another reason.
    """
    rows = [_row(names, entry) for entry in find_prices(unit.python, names) if entry.node not in but]
    if unit.is_notebook:
        yield from (
            _undecided(unit, row, row.why_not or "a notebook may keep what its results were made with") for row in rows
        )
        return
    tables: dict[ast.AST, list[_Row]] = defaultdict(list)
    for row in rows:
        if isinstance(row.entry.holder, ast.Dict) and row.entry.node in row.entry.holder.values:
            tables[row.entry.holder].append(row)
        else:
            yield _single(unit, row)
    for table, held in tables.items():
        if isinstance(table, ast.Dict):
            yield from _table(unit, table, held)


def price_drift(unit: Unit, names: Names, but: Sequence[ast.AST] = ()) -> Iterator[Outcome]:
    """The prices that stay where they are and that the catalogue contradicts: in tests, and in what goes.

    Args:
        unit: the unit.
        names: the catalogue and the day.
        but: records that are looked at in another way.
    """
    for entry in find_prices(unit.python, names):
        if entry.node in but:
            continue
        name = SHORT_NAMES.get(entry.name, entry.name)
        checked = check_amounts(names, name, entry.amounts)
        if checked.verdict == "stale":
            yield _remarked(unit, entry.node, "drift", _difference(name, checked))


# Understanding


def _row(names: Names, entry: PriceEntry) -> _Row:
    checked = check_amounts(names, entry.name, entry.amounts)
    why = _why_not(names, entry, checked)
    if why:
        return _Row(entry, checked, why_not=why)
    leaves = tuple(
        _Leaf(amount.node, each.meter, _per(amount.node, amount.per or checked.per or 0), _makes(amount.node, "Decimal"))
        for amount, each in zip(entry.amounts, checked.comparisons, strict=True)
        if amount.node is not None
    )
    if any(leaf.meter not in _RATES or leaf.per not in _PER for leaf in leaves):
        return _Row(entry, checked, why_not="per how many tokens it is, or of what, is not clear")
    return _Row(entry, checked, leaves)


def _why_not(names: Names, entry: PriceEntry, checked: Checked) -> str:
    match = names.find(entry.name)
    if match is not None and match.floating:
        return "the name moves on to newer models: which one is meant is not said"
    if checked.verdict == "unverifiable":
        return checked.reason
    if any(amount.variant for amount in entry.amounts) or len(checked.comparisons) != len(entry.amounts):
        return "not every number in it is a standard rate that the catalogue has"
    if _is_half_read(entry):
        return "not every number in it is understood"
    if _says_other_money(entry):
        return "it says that it is in another currency than USD"
    is_certain = entry.confidence == "high" or isinstance(entry.node, ast.stmt)
    if not is_certain and not all(each.is_current or each.until is not None for each in checked.comparisons):
        return "that it is a price of this model is a guess, which its value does not support"
    if entry.confidence == "medium" and isinstance(entry.holder, ast.Dict):
        return "nothing but its values says that it holds prices"
    return ""


def _is_half_read(entry: PriceEntry) -> bool:
    """Whether a price stands beside the others and cannot be read, or is a number that no rate is like."""
    numbers = {amount.node for amount in entry.amounts if amount.node is not None}
    if any(_makes(number, "Fraction") for number in numbers):
        return True
    inner = {each for number in numbers for each in ast.walk(number)}
    records = [each for each in ast.walk(entry.node) if isinstance(each, (ast.Dict, ast.Call)) and each not in inner]
    named = [pair for record in records for pair in pairs_of(record)]
    return any(
        numbers.isdisjoint(ast.walk(value))
        and not isinstance(value, _NO_NUMBER)
        and (read_words(key).is_sure or is_side(key))
        for key, value in named
    )


def _says_other_money(entry: PriceEntry) -> bool:
    """Whether a value beside the prices is a currency: ``{"gpt-4o": {"input": 2.3, "currency": "EUR"}}``."""
    parts = (*ast.walk(entry.node), *(entry.holder.values if isinstance(entry.holder, ast.Dict) else ()))
    return any(is_other_money(text_of(each) or "") for each in parts if isinstance(each, ast.Constant))


def _per(node: ast.expr, per: int) -> int:
    """Per how many tokens the value of a number is: one, where it is divided by a thousand or a million on the spot."""
    number = number_of(node)
    return 1 if number is not None and number.per is not None else per


def _makes(node: ast.expr, kind: str) -> bool:
    """Whether a number is made one of another kind than a float: ``Decimal("2.50")``."""
    return any(isinstance(each, ast.Call) and called_name(each) == kind for each in ast.walk(node))


# Rewriting


def _single(unit: Unit, row: _Row) -> Outcome:
    """A constant, a factor, a record, or an entry that is added to a table."""
    entry = row.entry
    if row.why_not:
        return _undecided(unit, row, row.why_not)
    outcome = _remarked_on(unit, row)
    try:
        _replace(unit, outcome, row, _quoted(unit, entry), brackets=isinstance(entry.node, ast.BinOp))
    except Unplaced as error:
        return _undecided(unit, row, str(error))
    return outcome


def _quoted(unit: Unit, entry: PriceEntry) -> str:
    return unit.places.quoted(entry.name.lower(), entry.node)  # as people write it in a comment, every case is right


def _replace(unit: Unit, outcome: Outcome, row: _Row, name: str, *, brackets: bool = False) -> None:
    asked: list[Piece] = [New("PricingService"), f"().get_pricing({name})"]
    for leaf in row.leaves:
        reason = f"the catalogue has the price of {row.entry.name}, with its date"
        outcome.change(*unit.places.of(leaf.node), leaf.rate(asked, brackets=brackets), _RULE, reason)


def _table(unit: Unit, table: ast.Dict, rows: Sequence[_Row]) -> Iterator[Outcome]:
    """A table of models: all of it, or none."""
    lost = [row for row in rows if row.why_not]
    if len(rows) < len(table.values):
        missing = [
            key for key, value in zip(table.keys, table.values, strict=True) if all(r.entry.node is not value for r in rows)
        ]
        named = ", ".join(text_of(key) or "…" for key in missing)
        yield from (
            _undecided(unit, row, row.why_not or f"the table has entries that are no prices of known models: {named}")
            for row in rows
        )
        return
    if lost:
        others = ", ".join(row.entry.name for row in lost)
        yield from (_undecided(unit, row, row.why_not or f"the table is left whole, because of {others}") for row in rows)
        return
    outcome = Outcome(None, node=table)
    try:
        start, end = unit.places.of(table)
        if _are_alike(unit, rows) and "#" not in unit.text[start:end]:
            reason = "the catalogue has these prices, with their dates"
            outcome.change(start, end, _comprehension(unit, table, rows), _RULE, reason)
        else:
            for key, row in zip(table.keys, rows, strict=True):
                _replace(unit, outcome, row, unit.places.text(key) if key is not None else "")
    except Unplaced as error:
        yield from (_undecided(unit, row, str(error)) for row in rows)
        return
    outcome.consumed.append(table)
    yield outcome
    yield from (_remarked_on(unit, row) for row in rows)


def _are_alike(unit: Unit, rows: Sequence[_Row]) -> bool:
    """Whether one loop can say what the rows say: they differ in their numbers alone, and mean the same within a loop."""
    numbers = {node for row in rows for leaf in row.leaves for node in ast.walk(leaf.node)}
    others = [node for row in rows for node in ast.walk(row.entry.node) if node not in numbers]
    names = {node.id for node in others if isinstance(node, ast.Name)}
    if any(isinstance(node, _BOUND_TO_PLACE) for node in others) or not names.isdisjoint(_LOOP_NAMES):
        return False
    if names and isinstance(unit.imports.scope(rows[0].entry.node), ast.ClassDef):
        return False  # within a loop the names of a class are not seen
    return len(rows) > 1 and len({_shape(unit, row) for row in rows}) == 1


def _shape(unit: Unit, row: _Row) -> str:
    """The text of an entry with its rates in the places of its numbers: alike for all that differ in the numbers alone."""
    return "".join(piece if isinstance(piece, str) else "" for piece in _pattern(unit, row))


def _pattern(unit: Unit, row: _Row) -> list[Piece]:
    start, end = unit.places.of(row.entry.node)
    pieces: list[Piece] = []
    for leaf in row.leaves:
        begin, finish = unit.places.of(leaf.node)
        pieces += [unit.text[start:begin], *leaf.rate(["price"])]
        start = finish
    return [*pieces, unit.text[start:end]]


def _comprehension(unit: Unit, table: ast.Dict, rows: Sequence[_Row]) -> list[Piece]:
    """A table of the same shape, by a loop over the names."""
    newline, indent = unit.newline, _indent(unit, table)
    inner = indent + ("\t" if indent.startswith("\t") else "    ")
    keys = [unit.places.text(key) for key in table.keys if key is not None]
    listed = f"({', '.join(keys)})"
    if len(inner) + len(listed) > _LONGEST_LINE - len("for name in "):
        deeper = inner + ("\t" if indent.startswith("\t") else "    ")
        listed = f"({newline}" + "".join(f"{deeper}{key},{newline}" for key in keys) + f"{inner})"
    return [
        f"{{{newline}{inner}name: ",
        *_pattern(unit, rows[0]),
        f"{newline}{inner}for name in {listed}{newline}{inner}for price in [",
        New("PricingService"),
        f"().get_pricing(name)]{newline}{indent}}}",
    ]


def _indent(unit: Unit, node: ast.expr) -> str:
    line = unit.python.source.line(node.lineno)
    return re.match(r"[ \t]*", line)[0]  # type: ignore[index]  # it matches nothing, too


# Saying it


def _difference(name: str, checked: Checked) -> str:
    stale = "; ".join(difference_of(each) for each in checked.comparisons if not each.is_current)
    return f"price of {name}, USD per 1M tokens: {stale}"


def _remarked_on(unit: Unit, row: _Row) -> Outcome:
    """What a reader must know of prices that become calls: that their values differ, or their types."""
    outcome = Outcome(None, node=row.entry.node)
    if row.checked.verdict == "stale":
        message = f"{_difference(row.entry.name, row.checked)}; the code uses the catalogue's from now on"
        outcome.remarks.append(unit.remark("drift", row.entry.node, _RULE, message))
    if any(isinstance(leaf.node, ast.Constant) and isinstance(leaf.node.value, int) for leaf in row.leaves):
        message = "a whole number is a float from now on: 2 is written as 2.0, and cannot count as 2 does"
        outcome.remarks.append(unit.remark("difference", row.entry.node, _RULE, message))
    return outcome


def _undecided(unit: Unit, row: _Row, reason: str) -> Outcome:
    stale = f" ({_difference(row.entry.name, row.checked)})" if row.checked.verdict == "stale" else ""
    message = f"a price of {row.entry.name} is left as it is: {reason}{stale}"
    return _remarked(unit, row.entry.node, "undecided", message, _ADVICE)


def _remarked(unit: Unit, node: ast.AST, kind: RemarkKind, message: str, advice: str = "") -> Outcome:
    outcome = Outcome(None, node=node)
    outcome.remarks.append(unit.remark(kind, node, _RULE, message, advice=advice))
    return outcome
