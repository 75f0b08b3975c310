"""When an override applies: conditions that compose, and how two of them relate.

A condition is a conjunction; every part that is given must hold. Relations are what validation needs to know before any
request exists: whether one condition *implies* another, and whether two can hold at once.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct, structs

__all__ = ["SERVICE_TIERS", "When", "conjunction", "implies", "overlaps"]

ServiceTier = Literal["standard", "batch", "flex", "priority", "fast", "ultrafast", "scale", "reserved"]
SERVICE_TIERS: tuple[str, ...] = ("standard", "batch", "flex", "priority", "fast", "ultrafast", "scale", "reserved")

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_LOWER_BOUNDS = (("input_tokens_above", "input_tokens_from"), ("output_tokens_above", "output_tokens_from"))
_EQUALITIES = ("service_tier", "region", "speed")


class When(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conjunction of conditions on one request.

    ``*_above`` is strict and ``*_from`` inclusive, in tokens. ``hours`` is ``HH:MM-HH:MM``, may wrap midnight, and is
    judged with ``weekdays`` and ``except_dates`` at the request's instant in ``timezone`` (an IANA name).
    ``attributes`` are of the request: quality, size, resolution, search_context_size, search_type, route.
    """

    input_tokens_above: int | None = None
    input_tokens_from: int | None = None
    output_tokens_above: int | None = None
    output_tokens_from: int | None = None
    service_tier: ServiceTier | None = None
    region: str | None = None
    speed: Literal["fast", "ultrafast"] | None = None
    hours: str | None = None
    weekdays: tuple[Weekday, ...] = ()
    timezone: str | None = None
    except_dates: tuple[date, ...] = ()
    attributes: dict[str, str] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is required: such a condition always holds, so the override belongs into the rates."""
        return self == When()


def _at_least(above: int | None, inclusive: int | None) -> int:
    """The smallest token count that satisfies both bounds."""
    return max(0 if above is None else above + 1, inclusive or 0)


def _bounds(condition: When) -> tuple[int, ...]:
    return tuple(_at_least(getattr(condition, above), getattr(condition, first)) for above, first in _LOWER_BOUNDS)


def _schedule(condition: When) -> tuple[object, ...]:
    return condition.hours, frozenset(condition.weekdays), condition.timezone, frozenset(condition.except_dates)


_NO_SCHEDULE = _schedule(When())


def implies(narrow: When, wide: When) -> bool:
    """Whether every request that satisfies ``narrow`` satisfies ``wide`` too.

    Schedules are compared as written: one implies another only when they are equal or the wider one has none.
    """
    return (
        all(a >= b for a, b in zip(_bounds(narrow), _bounds(wide), strict=True))
        and all(getattr(wide, name) in (None, getattr(narrow, name)) for name in _EQUALITIES)
        and wide.attributes.items() <= narrow.attributes.items()
        and _schedule(wide) in (_NO_SCHEDULE, _schedule(narrow))
    )


def overlaps(one: When, other: When) -> bool:
    """Whether some request could satisfy both; lower bounds always can, and schedules are assumed to."""
    same = all(None in (pair := (getattr(one, name), getattr(other, name))) or pair[0] == pair[1] for name in _EQUALITIES)
    shared = one.attributes.keys() & other.attributes.keys()
    return same and all(one.attributes[key] == other.attributes[key] for key in shared) and not _disjoint_days(one, other)


def _disjoint_days(one: When, other: When) -> bool:
    days, others = set(one.weekdays), set(other.weekdays)
    same_zone = one.timezone == other.timezone
    if same_zone and days and others and not days & others:
        return True
    return same_zone and _disjoint_hours(one.hours, other.hours)


def _disjoint_hours(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    return not minutes_of(one) & minutes_of(other)


def minutes_of(hours: str) -> frozenset[int]:
    """The minutes of the day that ``HH:MM-HH:MM`` covers: start inclusive, end exclusive, wrapping past midnight."""
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    if start < end:
        return frozenset(range(start, end))
    return frozenset(range(start, 24 * 60)) | frozenset(range(end))


def conjunction(one: When, other: When) -> When:
    """Both conditions at once; meaningful where they overlap."""
    merged = {
        name: getattr(one, name) if getattr(one, name) is not None else getattr(other, name)
        for name in (*_EQUALITIES, "hours", "timezone")
    }
    inputs, outputs = (max(pair) for pair in zip(_bounds(one), _bounds(other), strict=True))
    return structs.replace(
        When(**merged),
        input_tokens_from=inputs or None,
        output_tokens_from=outputs or None,
        weekdays=one.weekdays or other.weekdays,
        except_dates=one.except_dates or other.except_dates,
        attributes={**other.attributes, **one.attributes},
    )
