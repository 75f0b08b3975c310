"""How facts are written for people: numbers, days, statuses, meters and the conditions of an override."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ai_models.pricing.conditions import When
    from ai_models.pricing.models import Override, Rate

__all__ = [
    "MARK_STYLES",
    "STATUS_STYLES",
    "UNKNOWN",
    "amount",
    "by_meter",
    "change",
    "condition",
    "day",
    "effect",
    "exact",
    "instant",
    "iso",
    "money",
    "plural",
    "rates_in_order",
    "since",
    "tokens",
    "unit",
]

UNKNOWN = "?"
"""What stands in a table for a fact that no source states; never 0, never no."""

STATUS_STYLES = {
    "active": "green",
    "preview": "cyan",
    "deprecated": "yellow",
    "retired": "red",
    "unreleased": "magenta",
}
MARK_STYLES = {"supported": "green", "unsupported": "red", "unknown": "dim"}

_MOST_PLACES = 28
"""Digits after the point of rates times quantities; more has only what does not end."""

_CUT_PLACES = 12

_SECONDS = {1: "second", 60: "minute", 3_600: "hour"}


def exact(amount: Decimal) -> str:
    """Every digit that matters and no exponent: ``3``, ``0.075``."""
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def money(amount: Decimal | None) -> str:
    """An amount with two decimals, or more where there are more: ``3.00``, ``0.075``, ``1,234.50``."""
    if amount is None:
        return UNKNOWN
    whole, _, fraction = exact(amount).partition(".")
    return f"{int(whole):,}.{fraction.ljust(2, '0')}"


def amount(value: Decimal | Fraction | int | None, *, least: int = 2) -> str:
    """An exact amount of money, or with ``least=0`` of anything; one without end, as a third, is cut and marked."""
    from ai_models.pricing.amounts import plain  # brings msgspec, which --help does not need

    if value is None:
        return UNKNOWN
    number = Decimal(plain(value).replace(",", ""))
    exponent = number.as_tuple().exponent
    mark = ""
    if isinstance(exponent, int) and -exponent > _MOST_PLACES:
        number, mark = round(number, _CUT_PLACES), "~"
    return f"{mark}{money(number) if least else f'{Decimal(exact(number)):,f}'}"


def tokens(count: int | None) -> str:
    """A count with separators: ``1,048,576``."""
    return UNKNOWN if count is None else f"{count:,}"


def day(value: date | None) -> str:
    """A day as ISO 8601."""
    return UNKNOWN if value is None else value.isoformat()[:10]


def instant(value: datetime) -> str:
    """A UTC instant: the day where it is a midnight, with its time otherwise."""
    return day(value) if value.time() == datetime.min.time() else f"{value.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def iso(value: date) -> str:
    """A day or an instant as ISO 8601; instants in UTC with a Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat()


def since(effective_from: datetime | None, *, now: datetime) -> str:
    """From when a price holds; a future one is marked by the word ``from``."""
    if effective_from is None:
        return "the beginning"
    return f"from {instant(effective_from)}" if effective_from > now else instant(effective_from)


def change(old: Decimal | None, new: Decimal | None) -> str:
    """A change in per cent, ``new`` or ``gone`` where only one of the two is known, empty where nothing changed."""
    if old == new:
        return ""
    if old is None or new is None:
        return "new" if old is None else "gone"
    if old == 0:
        return "was free"
    percent = ((new - old) / old * 100).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return f"{'+' if percent > 0 else ''}{exact(percent)}%"


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 model``, ``1,204 models``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def unit(meter: str, per: int) -> str:
    """What a rate is for: ``1M tokens``, ``1,000 searches``, ``minute``."""
    from ai_models.pricing.meters import METERS  # brings msgspec, which --help does not need

    noun = METERS[meter].unit if meter in METERS else "unit"
    if noun == "second" and per in _SECONDS:
        return _SECONDS[per]
    if per == 1:
        return noun
    nouns = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"1M {nouns}" if per == 1_000_000 else f"{per:,} {nouns}"


def rate(meter: str, price: Rate) -> str:
    """A rate with its meter: ``input 6.00``, ``web_searches 10.00 per 1,000 searches``."""
    text = f"{meter} {money(price.amount)}"
    return (
        text if price.per == 1_000_000 and unit(meter, price.per) == "1M tokens" else f"{text} per {unit(meter, price.per)}"
    )


def rates_in_order(rates: Mapping[str, Rate]) -> list[tuple[str, Rate]]:
    """Rates in the order of the meters: input, output, then the finer ones."""
    return [(meter, rates[meter]) for meter in by_meter(rates)]


def by_meter(names: Iterable[str]) -> list[str]:
    """Meters in the order of their table, groups of meters first."""
    from ai_models.pricing.meters import METERS  # as above

    places = {meter: place for place, meter in enumerate(METERS)}
    return sorted(names, key=lambda name: (places.get(name, -1), name))


def condition(when: When) -> str:
    """A condition in words: ``batch tier, > 200,000 input tokens``."""
    return ", ".join(part for part in (*_places(when), *_sizes(when), *_times(when)) if part) or "always"


def effect(override: Override) -> str:
    """What an override does, in words: ``input x 0.5``, ``output 22.50``, ``not sold``."""
    if override.unavailable:
        return "not sold"
    parts = [rate(meter, price) for meter, price in rates_in_order(override.rates)]
    by_factor: dict[Decimal, list[str]] = {}
    for meter, factor in override.multiply.items():
        by_factor.setdefault(factor, []).append(meter)
    parts += [f"{', '.join(meters)} x {exact(factor)}" for factor, meters in by_factor.items()]
    text = "; ".join(parts)
    return f"{text} (only the tokens beyond)" if override.marginal else text


def _places(when: When) -> list[str]:
    return [
        f"{when.service_tier} tier" if when.service_tier else "",
        f"{when.speed} speed" if when.speed else "",
        f"region {when.region}" if when.region else "",
        *(f"{key} {value}" for key, value in when.attributes.items()),
    ]


def _sizes(when: When) -> list[str]:
    bounds = (
        (">", when.input_tokens_above, "input"),
        (">=", when.input_tokens_from, "input"),
        (">", when.output_tokens_above, "output"),
        (">=", when.output_tokens_from, "output"),
    )
    return [f"{word} {bound:,} {side} tokens" for word, bound, side in bounds if bound is not None]


def _times(when: When) -> list[str]:
    if not (when.hours or when.weekdays or when.except_dates):
        return []
    hours = f"{when.hours or 'all day'} {when.timezone or 'UTC'}"
    excepted = f"except {', '.join(map(day, when.except_dates))}" if when.except_dates else ""
    return [hours, " ".join(when.weekdays), excepted]
