"""Counts as callers give them: whole numbers from 0 to ``MOST``."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from operator import index

from ai_models.errors import InvalidUsageError

__all__ = ["MOST", "exact_number", "whole_count"]

MOST = 10**18
"""More tokens than anybody bills, and few enough that a cost is a finite float."""

_MOST_DIGITS = 400
"""After the point, and in all: a number beyond has more digits than could be summed or shown, and none that is billed."""


def exact_number(found: float | Decimal | Fraction) -> Fraction | None:
    """The number that was written, exactly: 12.3 is 123/10. None where it is not finite, or without end."""
    if isinstance(found, float):  # its own spelling: numpy's floats write themselves as np.float64(12.3)
        return Fraction(float.__repr__(found)) if isfinite(found) else None
    if isinstance(found, Decimal):
        _, digits, exponent = found.as_tuple()
        if not isinstance(exponent, int) or abs(exponent) > _MOST_DIGITS or len(digits) > _MOST_DIGITS:
            return None
    exact = Fraction(found)
    return exact if exact.denominator < 10**_MOST_DIGITS else None


def whole_count(field: str, found: object) -> int:
    """A whole number of something; integers of other libraries count, booleans and fractions do not.

    Raises:
        InvalidUsageError: not such a number.
    """
    try:
        count = index(found)  # type: ignore[arg-type] # anything may have been passed
    except TypeError:
        raise InvalidUsageError(field, found) from None
    if isinstance(found, bool) or not 0 <= count <= MOST:
        raise InvalidUsageError(field, found)
    return count
