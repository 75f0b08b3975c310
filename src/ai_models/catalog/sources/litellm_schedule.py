"""Turns LiteLLM's off-peak windows into the peak windows that remain.

LiteLLM writes the peak price as the standard one and lists when it is cheaper; here the off-peak card is the standard and
peak hours are the condition. Hours are UTC, weekdays count from Monday = 1 in ``weekday_timezone``, default UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ai_models.catalog.sources.reading import UnreadableError
from ai_models.pricing.conditions import Weekday, minutes_of

__all__ = ["peak_windows"]

DAY = 24 * 60
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
WEEKDAYS: tuple[str, ...] = get_args(Weekday)

Week = dict[str, frozenset[int]]


def peak_windows(off_peak: Mapping[str, object], year: int) -> list[dict[str, str]]:
    """The conditions of peak time: one mapping of ``hours``, ``weekdays`` and ``timezone`` a window.

    Raises:
        UnreadableError: windows of another shape, or a zone that changes its clocks in that year.
    """
    zone = off_peak.get("weekday_timezone", "UTC")
    cheap = _cheap(off_peak.get("windows"), _offset(zone, year))
    alike: dict[str, list[str]] = {}
    for weekday in WEEKDAYS:
        for hours in _ranges(frozenset(range(DAY)) - cheap[weekday]):
            alike.setdefault(hours, []).append(weekday)
    return [_condition(hours, weekdays, str(zone)) for hours, weekdays in alike.items()]


def _condition(hours: str, weekdays: list[str], zone: str) -> dict[str, str]:
    """A window as conditions; what holds always is left out."""
    return {
        **({} if hours == _clock(0, DAY) else {"hours": hours}),
        **({} if len(weekdays) == len(WEEKDAYS) else {"weekdays": ",".join(weekdays)}),
        **({} if zone == "UTC" else {"timezone": zone}),
    }


def _offset(zone: object, year: int) -> int:
    """Minutes that a zone is ahead of UTC, all year."""
    if zone == "UTC":
        return 0
    try:
        place = ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnreadableError("unknown zone") from None
    offsets = {datetime(year, month, 1, tzinfo=UTC).astimezone(place).utcoffset() for month in (1, 7)}
    offset = offsets.pop()
    if offsets or offset is None:
        raise UnreadableError("zone changes its clocks")
    return int(offset.total_seconds()) // 60


def _cheap(windows: object, offset: int) -> Week:
    """The cheap minutes of each weekday, in local time."""
    if not isinstance(windows, list) or not windows:
        raise UnreadableError("off-peak without windows")
    week: Week = dict.fromkeys(WEEKDAYS, frozenset())
    for window in windows:
        if not isinstance(window, dict):
            raise UnreadableError("not a window")
        local = frozenset((minute + offset) % DAY for hours in _hours(window.get("hours_utc")) for minute in hours)
        for weekday in _weekdays(window.get("weekdays", list(range(1, 8)))):
            week[weekday] |= local
    return week


def _hours(found: object) -> Iterator[frozenset[int]]:
    for hours in found if isinstance(found, list) else [found]:
        if not isinstance(hours, str) or not _HOURS.fullmatch(hours):
            raise UnreadableError("not hours")
        yield minutes_of(hours)


def _weekdays(found: object) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(day, int) and 1 <= day <= 7 for day in found):
        raise UnreadableError("not weekdays")
    return [WEEKDAYS[day - 1] for day in found]


def _ranges(minutes: frozenset[int]) -> Iterator[str]:
    """The minutes as ``HH:MM-HH:MM`` ranges within one day."""
    start: int | None = None
    for minute in range(DAY + 1):
        inside = minute in minutes
        if inside and start is None:
            start = minute
        elif not inside and start is not None:
            yield _clock(start, minute)
            start = None


def _clock(start: int, end: int) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end % DAY))
