"""Amounts of money: exact as rational numbers, written as decimals, shown as people write them."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

__all__ = ["EXACT", "PLACES", "exact_decimal", "neat", "plain", "scaled"]

EXACT = Context(prec=400)
_ROUNDED = Context(prec=50)
_ONE = Decimal(1)
PLACES = {10**places: places for places in range(60)}


def exact_decimal(amount: Fraction) -> Decimal:
    """The same number as a decimal; to 50 digits where it has no end (a third of a cent)."""
    denominator, twos, fives = amount.denominator, 0, 0
    while not denominator % 2:
        denominator, twos = denominator // 2, twos + 1
    while not denominator % 5:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return _ROUNDED.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    places = max(twos, fives)
    return scaled(Decimal(amount.numerator * 10**places // amount.denominator), places)


def scaled(amount: Decimal, places: int) -> Decimal:
    """An amount divided by a power of ten."""
    return neat(EXACT.scaleb(amount, -places))


def neat(amount: Decimal) -> Decimal:
    """The same number without zeros that say nothing, and never with an exponent for a whole one: 10, not 1E+1."""
    trimmed = EXACT.normalize(amount)
    if trimmed.adjusted() < 1:  # below 10, so no zero stands before the point: nearly every line of a bill
        return trimmed
    return EXACT.quantize(trimmed, _ONE) if trimmed.as_tuple().exponent > 0 else trimmed  # type: ignore[operator] # finite


def plain(amount: Decimal | Fraction | int) -> str:
    """An amount as people write it: without exponents and without zeros that say nothing."""
    if isinstance(amount, Fraction):
        amount = exact_decimal(amount)
    if isinstance(amount, int):
        return f"{amount:,}"
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
