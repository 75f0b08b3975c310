"""Numbers as code writes them: constants, simple arithmetic of constants, ``Decimal("2.50")``."""

from __future__ import annotations

import ast
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

__all__ = ["FACTORS", "Number", "number_of"]

FACTORS: Final = (1_000_000, 1_000)
"""What prices are divided by: tokens a price."""

_MOST_DEPTH: Final = 12
_WRAPPERS: Final = frozenset({"Decimal", "float", "Fraction"})


class Number(NamedTuple):
    """An amount as it is written, and the tokens that it is for where the arithmetic says so: ``2.50 / 1_000_000``."""

    amount: Decimal
    per: int | None = None


def number_of(node: ast.expr | None, depth: int = 0) -> Number | None:
    """The number that an expression is; None where it is none, or depends on anything but constants."""
    if depth > _MOST_DEPTH:
        return None
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _constant(value)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[argument], keywords=[]) if name in _WRAPPERS:
            return _wrapped(argument, depth)
        case ast.BinOp(left=left, op=ast.Div() | ast.Mult() as operator, right=right):
            return _combined(number_of(left, depth + 1), operator, number_of(right, depth + 1), left, right)
        case _:
            return None


def _constant(value: float) -> Number | None:
    try:
        amount = Decimal(repr(value))
    except (InvalidOperation, ValueError):
        return None  # more digits than Python writes out
    return Number(amount) if amount.is_finite() else None


def _wrapped(argument: ast.expr, depth: int) -> Number | None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        try:
            amount = Decimal(argument.value.strip())
        except (InvalidOperation, ValueError):
            return None
        return Number(amount) if amount.is_finite() else None
    return number_of(argument, depth + 1)


def _combined(left: Number | None, operator: ast.operator, right: Number | None, *sides: ast.expr) -> Number | None:
    """The quotient or product; a division by a thousand or a million says what the price is for."""
    if left is None or right is None:
        return None
    if isinstance(operator, ast.Div):
        if right.amount in FACTORS:
            return Number(left.amount, int(right.amount))
        return Number(left.amount / right.amount) if right.amount else None
    for number, side, other in ((left, sides[0], right), (right, sides[1], left)):
        if number.amount in (Decimal("1e-6"), Decimal("1e-3")) and isinstance(side, ast.Constant):
            return Number(other.amount, int(1 / number.amount))
    if abs(left.amount.adjusted()) + abs(right.amount.adjusted()) > 100:
        return None
    return Number(left.amount * right.amount)
