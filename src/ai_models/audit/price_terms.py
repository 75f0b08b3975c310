"""Prices in arithmetic: ``tokens * 0.03 / 1000`` in any order, one divisor for a whole sum, and prices per token."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import Final, NamedTuple

from ai_models.audit.numbers import FACTORS, number_of
from ai_models.audit.priced_values import names_in
from ai_models.audit.python_source import PythonSource

__all__ = ["PricedTerm", "priced_term"]

_DEAREST_TOKEN: Final = Decimal("0.001")
"""Up to this a factor can be a price of one token: 1,000 USD per 1M."""


class PricedTerm(NamedTuple):
    """What is counted, the price of it, per how many tokens, and the number that is the price."""

    counted: str
    price: Decimal
    per: int
    node: ast.expr


def priced_term(term: ast.BinOp, python: PythonSource) -> PricedTerm | None:
    """A product of a number of tokens and one price; None for any other arithmetic."""
    factors, divisors = _taken_apart(term)
    counted = [name for each in factors for name in [*names_in(each)][:1] if "token" in name.lower()]
    prices = [(number, each) for each in factors if (number := number_of(each)) is not None]
    units = [int(number.amount) for each in divisors if (number := number_of(each)) and number.amount in FACTORS]
    if (len(factors), len(counted), len(prices)) != (2, 1, 1) or len(units) != len(divisors) or len(units) > 1:
        return None
    price, node = prices[0]
    per = units[0] if units else price.per or _divisor_of_the_sum(term, python)
    if per is None and price.amount <= _DEAREST_TOKEN:
        per = 1
    return None if per is None else PricedTerm(counted[0], price.amount, per, node)


def _taken_apart(term: ast.BinOp) -> tuple[list[ast.expr], list[ast.expr]]:
    """The factors and the divisors of a product."""
    factors: list[ast.expr] = []
    divisors: list[ast.expr] = []
    todo: list[tuple[ast.expr, bool]] = [(term, False)]
    while todo:
        each, divided = todo.pop()
        if isinstance(each, ast.BinOp) and isinstance(each.op, (ast.Mult, ast.Div)) and number_of(each) is None:
            todo += [(each.left, divided), (each.right, divided != isinstance(each.op, ast.Div))]
        else:
            (divisors if divided else factors).append(each)
    return factors, divisors


def _divisor_of_the_sum(term: ast.BinOp, python: PythonSource) -> int | None:
    """By what the sum is divided that a product is a part of: ``(a * 0.03 + b * 0.06) / 1000``."""
    child: ast.AST = term
    for parent in python.ancestors(term):
        match parent:
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                child = parent
            case ast.BinOp(left=left, op=ast.Div(), right=right) if left is child and child is not term:
                number = number_of(right)
                return int(number.amount) if number is not None and number.amount in FACTORS else None
            case _:
                return None
    return None
