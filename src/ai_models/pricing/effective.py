"""The rates that hold for one request: overrides applied to a card, fallbacks found where it has no rate.

Rules 2 and 5 of the architecture. Nothing depends on the order in which a file lists its overrides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import NamedTuple

from ai_models.errors import ContradictingRatesError, NotSoldError
from ai_models.pricing.amounts import EXACT
from ai_models.pricing.conditions import When, implies
from ai_models.pricing.meters import GROUPS, METERS
from ai_models.pricing.models import Override, Rate, RateCard

__all__ = ["EffectiveRate", "EffectiveRates", "effective_rates"]

_PARENTS = {
    "cache_read": "input",
    "image_input": "input",
    "tool_input": "input",
    "cached_audio_input": "audio_input",
    "cached_video_input": "video_input",
    "reasoning": "output",
    "cache_write_5m": "cache_write",
}
"""How providers bill what has no rate of its own; writes to a cache and cached images depend on the rest of the card."""

_UNCACHED = {"audio_cache_write": "audio_input", "video_cache_write": "video_input"}
_WRITES = tuple(name for name, key in METERS.items() if key.token_key and key.token_key.kind == "cache_write")
_TEXT_WRITES = tuple(name for name in _WRITES if name.startswith("cache_write"))


class EffectiveRate(NamedTuple):
    """What a unit of a meter costs in one request: ``price`` of ``per`` units, exact.

    ``fallback`` is the meter whose rate it is, if not its own; ``overrides`` are the conditions that made it what it is.
    """

    price: Decimal | Fraction
    per: int
    minimum: Fraction | None = None
    increment: Fraction | None = None
    fallback: str | None = None
    overrides: tuple[str, ...] = ()
    contract: str | None = None

    @property
    def unit(self) -> Fraction:
        """The price of one unit."""
        return Fraction(self.price) / self.per

    def billed(self, quantity: int | Fraction) -> int | Fraction:
        """What is charged for a quantity: rounded up to the increment, and at least the minimum; nothing for nothing."""
        if not quantity:
            return quantity
        if self.increment:
            quantity = -(-quantity // self.increment) * self.increment
        charged = quantity if self.minimum is None else max(quantity, self.minimum)
        return charged.numerator if charged.denominator == 1 else charged


class EffectiveRates:
    """The rates of one card in one context, by meter, and the whole numbers that price by them.

    ``numerators`` holds, for every meter with one plain rate, the price of a unit over the common ``denominator``; meters
    that need more thought are not in it.
    """

    __slots__ = ("_own", "charges_requests", "denominator", "numerators", "plain")

    def __init__(self, own: dict[str, EffectiveRate]) -> None:
        self._own = own
        self.denominator = _power_of_ten(lcm(1, *(rate.unit.denominator for rate in own.values())))
        found = {meter: rate for meter in METERS if (rate := self.get(meter)) is not None}
        self.plain = {meter: rate for meter, rate in found.items() if not (rate.minimum or rate.increment)}
        self.numerators = {meter: int(rate.unit * self.denominator) for meter, rate in self.plain.items()}
        self.charges_requests = "requests" in own

    def __iter__(self) -> Iterator[tuple[str, EffectiveRate]]:
        """The card's own rates."""
        return iter(self._own.items())

    def own(self, meter: str) -> EffectiveRate | None:
        """The rate that the card states for a meter."""
        return self._own.get(meter)

    def get(self, meter: str) -> EffectiveRate | None:
        """The rate of a meter, found through its parents; None where nobody can say what it costs."""
        rate = self._own.get(meter)
        if rate is not None:
            return rate
        parent = self._parent(meter)
        found = None if parent is None else self.get(parent)
        return None if found is None else found._replace(fallback=found.fallback or parent)

    def choices(self, meter: str) -> tuple[EffectiveRate, ...]:
        """The rates that a meter may have where the card has several: a cache write of unstated lifetime."""
        if meter not in ("cache_write", "image_cache_write") or self.get(meter) is not None:
            return ()
        return tuple(rate._replace(fallback=write) for write in _TEXT_WRITES if (rate := self._own.get(write)))

    def _parent(self, meter: str) -> str | None:
        if meter == "cached_image_input":
            return "image_input" if "image_input" in self._own else "cache_read"
        if meter == "image_cache_write":
            return "cache_write"
        if meter in _WRITES:
            return self._parent_of_write(meter)
        return _PARENTS.get(meter)

    def _parent_of_write(self, meter: str) -> str | None:
        stated = [write for write in _TEXT_WRITES if write in self._own]
        if meter not in _TEXT_WRITES:
            return None if any(write in self._own for write in _WRITES) else _UNCACHED[meter]
        if not stated:
            return "input"
        if meter == "cache_write":  # of unstated lifetime: the card's only one, or nobody knows which
            return stated[0] if len({self._own[write].unit for write in stated}) == 1 else None
        return _PARENTS.get(meter) if "cache_write" in stated else None


def _power_of_ten(denominator: int) -> int:
    """The least power of ten that it divides, so that sums are decimals; itself where there is none."""
    for places in range(denominator.bit_length() + 1):
        if not 10**places % denominator:
            return int(10**places)
    return denominator


def effective_rates(name: str, card: RateCard, matched: Sequence[Override]) -> EffectiveRates:
    """A card's rates under the overrides whose conditions hold.

    Raises:
        NotSoldError: an override says that this combination is not sold, and no narrower one that it is.
        ContradictingRatesError: two overrides set a rate and neither is the narrower.
    """
    _require_sold(name, matched)
    meters = dict.fromkeys([*card.rates, *(meter for override in matched for meter in override.rates)])
    return EffectiveRates({meter: _effective(name, card, matched, meter) for meter in meters})


def _require_sold(name: str, matched: Sequence[Override]) -> None:
    for override in matched:
        if override.unavailable and not any(
            not other.unavailable and implies(other.when, override.when) and not implies(override.when, other.when)
            for other in matched
        ):
            raise NotSoldError(name, condition=str(override.when), reason="is not sold")


def _effective(name: str, card: RateCard, matched: Sequence[Override], meter: str) -> EffectiveRate:
    rate, when = _chosen(name, card, matched, meter)
    same_as = rate.same_as
    if same_as is not None and (same_as in card.rates or any(same_as in override.rates for override in matched)):
        target, when = _chosen(name, card, matched, same_as)
        rate = Rate(target.amount, target.per, rate.minimum, rate.increment)
    price, conditions = rate.amount, [] if when is None else [str(when)]
    for override in matched:
        factor = _factor(override, meter, same_as)
        if factor is not None and not (when is not None and implies(when, override.when)):
            price = EXACT.multiply(price, factor)
            conditions.append(f"{override.when} x{factor.normalize():f}")
    return EffectiveRate(
        price,
        rate.per,
        None if rate.minimum is None else Fraction(rate.minimum),
        None if rate.increment is None else Fraction(rate.increment),
        overrides=tuple(sorted(conditions)),
    )


def _chosen(name: str, card: RateCard, matched: Sequence[Override], meter: str) -> tuple[Rate, When | None]:
    """The absolute rate of a meter with the condition that set it: the narrowest, or the standard one."""
    setting = [override for override in matched if meter in override.rates]
    if not setting:
        return card.rates[meter], None
    narrowest = reduce(lambda best, other: other if implies(other.when, best.when) else best, setting)
    rivals = [other for other in setting if other.rates[meter] != narrowest.rates[meter]]
    if not all(implies(narrowest.when, other.when) for other in setting) or any(
        implies(other.when, narrowest.when) for other in rivals
    ):
        raise ContradictingRatesError(name, meter=meter, conditions=_spelled(setting))
    return narrowest.rates[meter], narrowest.when


def _spelled(overrides: Iterable[Override]) -> list[str]:
    return sorted(str(override.when) for override in overrides)


def _factor(override: Override, meter: str, same_as: str | None) -> Decimal | None:
    """By what an override multiplies a meter: by its own name, that of the meter whose rate it has, its direction, all."""
    for group in (meter, same_as, *(name for name in ("input", "output", "tokens") if meter in GROUPS[name])):
        if group is not None and group in override.multiply:
            return override.multiply[group]
    return None
