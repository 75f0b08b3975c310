"""What callers ask with (instants, statuses, names of makers and providers), read into what the catalogue holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

from ai_models.catalog.resolve import caseless, suggestions_for
from ai_models.errors import ProviderNotFoundError
from ai_models.models.base import ModelStatus, as_utc

__all__ = ["Instant", "day_of", "known_name", "statuses_of"]

Instant = date | datetime | None
"""A day, an instant, or now."""


def day_of(at: Instant) -> date:
    """The UTC day of an instant; today by default."""
    return (datetime.now(UTC) if at is None else as_utc(at)).date()


def known_name(name: str, known: Collection[str], *, role: str) -> str:
    """The known name that is meant, in any case.

    Raises:
        ProviderNotFoundError: nobody has that name; it carries the nearest, or all.
    """
    if not isinstance(name, str):
        raise TypeError(f"a {role}'s name is text, found {type(name).__name__} {name!r}")
    if name in known:
        return name
    folded = {caseless(other): other for other in known}
    if caseless(name) not in folded:
        raise ProviderNotFoundError(name, role=role, known=sorted(known), suggestions=suggestions_for(name, known))
    return folded[caseless(name)]


def statuses_of(status: Collection[ModelStatus | str] | None) -> frozenset[ModelStatus] | None:
    """The statuses of these names; None where none are given.

    Raises:
        UnknownStatusError: a name that is no status.
    """
    if status is None:
        return None
    values = [status] if isinstance(status, str) else status
    if not isinstance(values, Iterable):
        raise TypeError(f"statuses are members or names, found {type(status).__name__} {status!r}")
    return frozenset(ModelStatus.parse(value) for value in values)
