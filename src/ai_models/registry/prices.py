"""What a catalogue's prices are served from: timelines, volume rates and tariffs, each worked out once."""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import cached_property, lru_cache
from math import lcm
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ai_models.catalog.catalog import Catalog
from ai_models.errors import PricingNotFoundError
from ai_models.pricing.models import Offering, Pricing

if TYPE_CHECKING:
    from ai_models.registry.tariffs import Tariffs

__all__ = ["CacheInfo", "Prices", "VolumeRates"]


class CacheInfo(NamedTuple):
    """Hits and misses of the price cache since the last reload, its bound, and its fill."""

    hits: int
    misses: int
    maxsize: int | None
    currsize: int

    @property
    def hit_rate(self) -> float | None:
        """Hits per lookup; None before the first one."""
        lookups = self.hits + self.misses
        return self.hits / lookups if lookups else None


class VolumeRates(NamedTuple):
    """Two rates over one denominator, so that a cost is one exact division, and when they hold (seconds since 1970)."""

    since: float
    until: float
    input: int
    output: int
    denominator: int


def volume_rates(pricing: Pricing) -> VolumeRates:
    """The card's two rates over one denominator; a rate that is unknown stands as 0 and is never multiplied."""
    ratios = []
    for meter in ("input", "output"):
        rate = pricing.rates.get(meter)
        numerator, denominator = (0, 1) if rate is None else rate.amount.as_integer_ratio()
        ratios.append((numerator, denominator * (1 if rate is None else rate.per)))
    (inputs, per_input), (outputs, per_output) = ratios
    common = lcm(per_input, per_output)
    since = float("-inf") if pricing.effective_from is None else pricing.effective_from.timestamp()
    until = sys.float_info.max if pricing.effective_until is None else pricing.effective_until.timestamp()
    return VolumeRates(since, until, inputs * (common // per_input), outputs * (common // per_output), common)


class _Timeline:
    """An offering's versions, each bound to a ``Pricing`` when first asked for."""

    __slots__ = ("_bound", "offering")

    def __init__(self, offering: Offering) -> None:
        self.offering = offering
        self._bound: dict[int, Pricing] = {}

    def at(self, instant: datetime) -> Pricing | None:
        place = self.offering.version_index(instant)
        if place < 0:
            return None
        pricing = self._bound.get(place)
        return pricing if pricing is not None else self._bound.setdefault(place, self.offering.pricing(place))


class _Lookup(Protocol):
    """A cached function from a name and a provider to an offering's timeline."""

    def __call__(self, name: str, provider: str | None, period: int | None, /) -> _Timeline: ...

    def cache_info(self) -> tuple[int, int, int | None, int]: ...


class Prices:
    """A catalogue and what was computed from it; a reload replaces all of it at once."""

    def __init__(self, catalog: Catalog, cache_size: int) -> None:
        self.catalog = catalog
        self.volume: dict[str, VolumeRates] = {}

        @lru_cache(maxsize=cache_size)
        def timeline(name: str, provider: str | None, period: int | None) -> _Timeline:
            at = None if period is None else date.fromordinal(period)
            return _Timeline(catalog.get_offering(name, provider=provider, at=at))

        self.timeline: _Lookup = timeline

    @cached_property
    def tariffs(self) -> Tariffs:
        """What prices single requests."""
        from ai_models.registry.tariffs import Tariffs  # the engine: a process that only looks up prices does without it

        return Tariffs(self.catalog, self.pricing)

    def find(self, name: str, provider: str | None, instant: datetime) -> _Timeline:
        """The offering that a name means at an instant."""
        # A name that can move is cached by the period in which it keeps its meaning; nearly every name has only one.
        since, until = self.catalog.meaning_period(name, instant.date())
        period = None if since is None and until is None else since or date.min.toordinal()
        return self.timeline(name, provider, period)

    def pricing(self, name: str, provider: str | None, instant: datetime) -> Pricing:
        """The price in force at an instant.

        Raises:
            as ``PricingService.get_pricing``.
        """
        timeline = self.find(name, provider, instant)
        pricing = timeline.at(instant)
        if pricing is None:
            raise _no_price(name, timeline.offering, instant)
        return pricing


def _no_price(model: str, offering: Offering, instant: datetime) -> PricingNotFoundError:
    if not offering.versions:
        return PricingNotFoundError(f"no price of {model!r} ({offering.key}) is known", name=model)
    since = offering.versions[0].effective_from
    return PricingNotFoundError(
        f"no price of {model!r} ({offering.key}) is known for {instant:%Y-%m-%d %H:%M}Z; "
        f"the first holds since {since:%Y-%m-%d}",
        name=model,
        since=since,
    )
