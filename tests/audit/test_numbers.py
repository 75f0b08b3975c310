"""Numbers as code writes them."""

from __future__ import annotations

import ast
from decimal import Decimal

import pytest

from ai_models.audit.numbers import number_of


@pytest.mark.parametrize(
    ("code", "amount", "per"),
    [
        ("2.5", "2.5", None),
        ("3", "3", None),
        ("2.5 / 1_000_000", "2.5", 1_000_000),
        ("0.0025 / 1000", "0.0025", 1_000),
        ("2.5e-6", "0.0000025", None),
        ("2.5 * 1e-6", "2.5", 1_000_000),
        ("1e-3 * 2.5", "2.5", 1_000),
        ("128 * 1024", "131072", None),
        ("1 / 8", "0.125", None),
        ('Decimal("2.50")', "2.50", None),
        ('decimal.Decimal("2.50") / 1000', "2.50", 1_000),
        ("float(2.5)", "2.5", None),
        ('float("2.5")', "2.5", None),
    ],
)
def test_amounts_and_factors(code: str, amount: str, per: int | None) -> None:
    number = number_of(ast.parse(code, mode="eval").body)
    assert number is not None
    assert number.amount == Decimal(amount)
    assert number.per == per


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "'2.5'",
        "True",
        "-1",
        "2 + 3",
        "f(2)",
        "1 / 0",
        "1e999",
        'Decimal("x")',
        'Decimal("NaN")',
        "float()",
        "1e200 * 1e200",
        "x / 1000",
    ],
)
def test_everything_else_is_no_number(code: str) -> None:
    assert number_of(ast.parse(code, mode="eval").body) is None


def test_depth_is_bounded() -> None:
    assert number_of(ast.parse("*".join(["2"] * 100), mode="eval").body) is None
    assert number_of(None) is None
