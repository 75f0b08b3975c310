"""When an override applies: conditions that compose, and how two of them relate.

A condition is a conjunction; every part that is given must hold. Relations are what validation needs to know before any
request exists: whether one condition *implies* another, and whether two can hold at once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from ai_models.models.frozen import freeze

__all__ = [
    "ATTRIBUTES",
    "SERVICE_TIERS",
    "Weekday",
    "When",
    "conjunction",
    "implies",
    "is_open",
    "least_tokens",
    "minutes_of",
    "overlaps",
]

ServiceTier = Literal[
    "standard", "batch", "flex", "priority", "fast", "ultrafast", "scale", "reserved", "offpeak", "deferred"
]
SERVICE_TIERS: tuple[str, ...] = get_args(ServiceTier)

ATTRIBUTES = ("quality", "size", "resolution", "search_context_size", "search_type", "route", "annotated", "cache", "steps")
"""What a request may say about itself that prices depend on."""

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

    def __post_init__(self) -> None:
        """Values are shared between callers, so their mappings cannot change."""
        freeze(self, "attributes")

    def __str__(self) -> str:
        """As a person would say it: ``service_tier=batch, input_tokens > 200,000``."""
        parts = [f"{name}={value}" for name in _EQUALITIES if (value := getattr(self, name))]
        for direction in ("input", "output"):
            above, inclusive = getattr(self, f"{direction}_tokens_above"), getattr(self, f"{direction}_tokens_from")
            parts += [f"{direction}_tokens > {above:,}"] if above is not None else []
            parts += [f"{direction}_tokens >= {inclusive:,}"] if inclusive is not None else []
        if self.hours or self.weekdays:
            schedule = (self.hours, "/".join(self.weekdays), self.timezone or "UTC")
            parts.append(" ".join(part for part in schedule if part))
        parts += [f"{name}={value}" for name, value in sorted(self.attributes.items())]
        return ", ".join(parts) or "always"

    @property
    def is_empty(self) -> bool:
        """Whether every request satisfies it, so that the override belongs into the rates."""
        return implies(When(), self)


def least_tokens(condition: When) -> tuple[int, int]:
    """The fewest input and output tokens that satisfy the condition; 0 where it sets no bound."""
    inputs, outputs = _bounds(condition)
    return inputs, outputs


def is_open(condition: When, instant: datetime) -> bool:
    """Whether the hours, weekdays and dates of a condition hold at an instant."""
    if not (condition.hours or condition.weekdays or condition.except_dates):
        return True
    local = _local(instant, condition.timezone)
    schedule = _schedule(condition)
    return (
        local.hour * 60 + local.minute in schedule.minutes
        and _DAYS[local.weekday()] in schedule.days
        and local.date() not in schedule.excepted
    )


def _local(instant: datetime, zone: str | None) -> datetime:
    """The instant on the clocks of a zone, UTC by default."""
    if zone is None and instant.tzinfo is UTC:
        return instant
    try:
        return instant.astimezone(UTC if zone is None else _zone(zone))
    except OverflowError:  # within hours of the first or the last day that a datetime can name
        return instant


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # most cards have no hours, and none of them should pay for it at start

    return ZoneInfo(name)


def _at_least(above: int | None, inclusive: int | None) -> int:
    """The smallest token count that satisfies both bounds."""
    return max(0 if above is None else above + 1, inclusive or 0)


def _bounds(condition: When) -> tuple[int, ...]:
    return tuple(_at_least(getattr(condition, above), getattr(condition, first)) for above, first in _LOWER_BOUNDS)


class _Schedule(NamedTuple):
    """The minutes and days on which a condition can hold, in its zone."""

    minutes: frozenset[int]
    days: frozenset[str]
    excepted: frozenset[date]

    def within(self, wide: _Schedule) -> bool:
        return self.minutes <= wide.minutes and self.days <= wide.days and self.excepted >= wide.excepted


_EVERY_MINUTE = frozenset(range(24 * 60))
_DAYS: tuple[str, ...] = get_args(Weekday)
_EVERY_DAY = frozenset(_DAYS)
_ALWAYS = _Schedule(_EVERY_MINUTE, _EVERY_DAY, frozenset())


def _schedule(condition: When) -> _Schedule:
    return _schedule_of(condition.hours, tuple(condition.weekdays), tuple(condition.except_dates))


@lru_cache(maxsize=256)
def _schedule_of(hours: str | None, weekdays: tuple[str, ...], except_dates: tuple[date, ...]) -> _Schedule:
    minutes = _EVERY_MINUTE if hours is None else minutes_of(hours)
    return _Schedule(minutes, frozenset(weekdays) or _EVERY_DAY, frozenset(except_dates))


def _same_zone(one: When, other: When) -> bool:
    return (one.timezone or "UTC") == (other.timezone or "UTC")


def implies(narrow: When, wide: When) -> bool:
    """Whether every request that satisfies ``narrow`` satisfies ``wide`` too.

    Schedules of two zones are not compared: neither implies the other.
    """
    return (
        all(a >= b for a, b in zip(_bounds(narrow), _bounds(wide), strict=True))
        and all(getattr(wide, name) in (None, getattr(narrow, name)) for name in _EQUALITIES)
        and wide.attributes.items() <= narrow.attributes.items()
        and _schedule_implies(narrow, wide)
    )


def _schedule_implies(narrow: When, wide: When) -> bool:
    schedule = _schedule(wide)
    return _ALWAYS.within(schedule) or (_same_zone(narrow, wide) and _schedule(narrow).within(schedule))


def overlaps(one: When, other: When) -> bool:
    """Whether some request could satisfy both; lower bounds always can, and schedules of two zones are assumed to."""
    same = all(None in (pair := (getattr(one, name), getattr(other, name))) or pair[0] == pair[1] for name in _EQUALITIES)
    shared = one.attributes.keys() & other.attributes.keys()
    return same and all(one.attributes[key] == other.attributes[key] for key in shared) and _can_coincide(one, other)


def _can_coincide(one: When, other: When) -> bool:
    first, second = _schedule(one), _schedule(other)
    return not _same_zone(one, other) or bool(first.minutes & second.minutes and first.days & second.days)


@lru_cache(maxsize=256)
def minutes_of(hours: str) -> frozenset[int]:
    """The minutes of the day that ``HH:MM-HH:MM`` covers: start inclusive, end exclusive, wrapping past midnight."""
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    if start < end:
        return frozenset(range(start, end))
    return frozenset(range(start, 24 * 60)) | frozenset(range(end))


def conjunction(one: When, other: When) -> When | None:
    """Both conditions at once; None where one ``when`` cannot say it.

    That is where they exclude each other, where their schedules stand in two zones, and where their hours coincide twice
    a day.
    """
    scheduled = [condition for condition in (one, other) if not _ALWAYS.within(_schedule(condition))]
    if not overlaps(one, other) or (len(scheduled) == 2 and not _same_zone(one, other)):
        return None
    first, second = _schedule(one), _schedule(other)
    minutes, days = first.minutes & second.minutes, first.days & second.days
    hours = None if minutes == _EVERY_MINUTE else _span(minutes)
    if hours is not None and minutes_of(hours) != minutes:
        return None
    inputs, outputs = (max(pair) for pair in zip(_bounds(one), _bounds(other), strict=True))
    return When(
        input_tokens_from=inputs or None,
        output_tokens_from=outputs or None,
        service_tier=one.service_tier or other.service_tier,
        region=one.region or other.region,
        speed=one.speed or other.speed,
        hours=hours,
        weekdays=() if days == _EVERY_DAY else tuple(day for day in get_args(Weekday) if day in days),
        timezone=next((condition.timezone for condition in scheduled), None),
        except_dates=tuple(sorted(first.excepted | second.excepted)),
        attributes={**other.attributes, **one.attributes},
    )


def _span(minutes: frozenset[int]) -> str:
    """``HH:MM-HH:MM`` from the first minute that follows one outside to the next minute outside."""
    start = next(minute for minute in sorted(minutes) if (minute - 1) % 1440 not in minutes)
    end = next(minute for minute in range(start + 1, start + 1441) if minute % 1440 not in minutes) % 1440
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
