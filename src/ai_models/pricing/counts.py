"""Counts as callers give them: whole numbers from 0 to ``MOST``."""

from __future__ import annotations

from operator import index

from ai_models.errors import InvalidUsageError

__all__ = ["MOST", "whole_count"]

MOST = 10**18
"""More tokens than anybody bills, and few enough that a cost is a finite float."""


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
