"""What a model costs: rates, rate cards, overrides, dated versions, and the offering that they belong to.

Amounts are ``Decimal`` in the card's currency; token rates are per 1,000,000 tokens unless a rate says otherwise. A meter
without a rate is unknown, never 0; an explicit 0 is free.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from ai_models.errors import UnknownMeterError
from ai_models.models.base import Conflict, Lifecycle, as_utc
from ai_models.models.frozen import freeze
from ai_models.pricing.conditions import When
from ai_models.pricing.meters import METERS

__all__ = [
    "DatePrecision",
    "Limits",
    "Offering",
    "Override",
    "Pricing",
    "PricingVersion",
    "Rate",
    "RateCard",
    "version_field",
]

DatePrecision = Literal["effective", "observed", "assumed"]
"""``effective``: the vendor's date. ``observed``: the day a feed changed. ``assumed``: nobody said; see rule 1."""


class Rate(Struct, frozen=True, omit_defaults=True):
    """The price of ``per`` units of a meter; ``minimum`` and ``increment`` are in units, where billing has them.

    ``same_as`` names the meter whose rate this one is by the vendor's own statement.
    """

    amount: Decimal
    per: int = 1_000_000
    minimum: Decimal | None = None
    increment: Decimal | None = None
    same_as: str | None = None


class Override(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rates that differ while ``when`` holds: absolute ``rates``, or factors, or not sold at all.

    ``multiply`` names meters or the groups ``tokens``, ``input`` and ``output``; within one override the narrower name
    wins. ``marginal`` re-prices only the tokens beyond the threshold instead of the whole request.
    """

    when: When
    rates: dict[str, Rate] = {}
    multiply: dict[str, Decimal] = {}
    unavailable: bool = False
    marginal: bool = False
    notes: str = ""

    def __post_init__(self) -> None:
        """Values are shared between callers, so their mappings cannot change."""
        freeze(self, "rates", "multiply")


class RateCard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rates in force, by meter, with their overrides; without overrides it is the standard price."""

    rates: dict[str, Rate] = {}
    overrides: tuple[Override, ...] = ()
    currency: str = "USD"

    def __post_init__(self) -> None:
        """Values are shared between callers, so their mappings cannot change."""
        freeze(self, "rates")

    def __hash__(self) -> int:
        """By the standard rates: equal cards have equal ones, and conditions hold mappings that cannot be hashed."""
        return hash((self.currency, frozenset(self.rates.items())))

    def rate(self, meter: str) -> Decimal | None:
        """The standard rate of a meter in ``currency``, per 1M tokens or per the rate's own unit; None is unknown.

        Raises:
            UnknownMeterError: nothing is billed under this name; it carries the nearest ones.
        """
        rate = self.rates.get(meter)
        if rate is None:
            _require_meter(meter)
            return None
        return rate.amount

    def _as_float(self, meter: str) -> float | None:
        rate = self.rates.get(meter)
        return None if rate is None else float(rate.amount)

    @property
    def input_per_1m(self) -> float | None:
        """The standard price of 1M input tokens; None is unknown."""
        return self._as_float("input")

    @property
    def output_per_1m(self) -> float | None:
        """The standard price of 1M output tokens; None is unknown."""
        return self._as_float("output")

    @property
    def cache_read_per_1m(self) -> float | None:
        """The standard price of 1M input tokens read from a cache; None is unknown."""
        return self._as_float("cache_read")

    @property
    def cache_write_per_1m(self) -> float | None:
        """The standard price of 1M input tokens written to a cache of unstated lifetime; None is unknown."""
        return self._as_float("cache_write")

    @property
    def cache_write_5m_per_1m(self) -> float | None:
        """The standard price of 1M input tokens written to a 5-minute cache; None is unknown."""
        return self._as_float("cache_write_5m")

    @property
    def cache_write_1h_per_1m(self) -> float | None:
        """The standard price of 1M input tokens written to a 1-hour cache; None is unknown."""
        return self._as_float("cache_write_1h")


class PricingVersion(RateCard, frozen=True, kw_only=True, omit_defaults=True):
    """A rate card with the instant from which it holds; ``effective_from`` None is open-ended into the past."""

    effective_from: datetime | None = None
    date_precision: DatePrecision = "effective"
    notes: str = ""
    evidence: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Short: a rate card holds dozens of numbers."""
        start = "always" if self.effective_from is None else f"{self.effective_from:%Y-%m-%d}"
        rates = ", ".join(f"{meter} {rate.amount}" for meter, rate in self.rates.items())
        return f"<{type(self).__name__} since {start} ({self.date_precision}), {self.currency}: {rates}>"

    @property
    def effective_date(self) -> date | None:
        """The UTC day from which the version holds."""
        return None if self.effective_from is None else self.effective_from.date()


class Pricing(PricingVersion, frozen=True, kw_only=True, omit_defaults=True):
    """The version in force at an instant, with whose it is and until when it holds (exclusive; None is open)."""

    provider: str
    offering_id: str
    model: str | None = None
    effective_until: datetime | None = None

    def __repr__(self) -> str:
        """Short, and whose it is."""
        return f"<Pricing of {self.provider}:{self.offering_id}{PricingVersion.__repr__(self).removeprefix('<Pricing')}"

    @property
    def model_id(self) -> str:
        """The model that is served; the provider's own identifier where it matches no model."""
        return self.model.partition("/")[2] if self.model else self.offering_id


class Limits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A provider's own limits in tokens where they differ from the model's; None is the model's."""

    context_window_input: int | None = None
    context_window_output: int | None = None


class Offering(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A model as one provider serves it: the provider's identifier, limits, lifecycle and price versions.

    ``model`` is ``maker/model_id``, or None where the offering matches no model. ``versions`` run from the oldest to the
    newest.
    """

    provider: str
    id: str
    display_name: str = ""
    model: str | None = None
    versions: tuple[PricingVersion, ...] = ()
    limits: Limits = Limits()
    lifecycle: Lifecycle | None = None
    unsupported_mask: int = 0
    region: str | None = None
    quantization: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    origin: str = ""
    """The pricing file: relative to the shipped ones, or a whole path where it is a user's own."""
    origins: dict[str, str] = {}
    """The files that changed single values, by field: a user's own, on top of ``origin``."""

    def __post_init__(self) -> None:
        """Values are shared between callers, so their mappings cannot change."""
        freeze(self, "origins")

    def __hash__(self) -> int:
        """By the key, which is unique: rate cards are mappings."""
        return hash((self.provider, self.id))

    @property
    def key(self) -> str:
        """``provider:id``, unique in the catalogue."""
        return f"{self.provider}:{self.id}"

    def version_origin(self, version: PricingVersion) -> str:
        """The file that gives a price version."""
        return self.origins.get(version_field(version), self.origin)

    def version_index(self, at: date | datetime) -> int:
        """The place in ``versions`` of the newest one that is not after the instant; -1 before the first."""
        starts = [_epoch(version) for version in self.versions]
        return bisect_right(starts, as_utc(at).timestamp()) - 1

    def pricing_at(self, at: date | datetime) -> Pricing | None:
        """The price in force at an instant; None before the first known one."""
        place = self.version_index(at)
        return None if place < 0 else self.pricing(place)

    def pricing(self, place: int) -> Pricing:
        """The version at a place of ``versions``, with the offering's identity and the version's end."""
        version = self.versions[place]
        following = self.versions[place + 1] if place + 1 < len(self.versions) else None
        return Pricing(
            rates=version.rates,
            overrides=version.overrides,
            currency=version.currency,
            effective_from=version.effective_from,
            date_precision=version.date_precision,
            notes=version.notes,
            evidence=version.evidence,
            provider=self.provider,
            offering_id=self.id,
            model=self.model,
            effective_until=None if following is None else following.effective_from,
        )

    def usd_per_1m(self, meter: str) -> Decimal | None:
        """The standard rate of a token meter now, USD per 1M tokens; None where unknown or in another currency."""
        pricing = self.pricing_at(datetime.now(UTC))
        return pricing.rate(meter) if pricing is not None and pricing.currency == "USD" else None


def version_field(version: PricingVersion) -> str:
    """A version's place in ``Offering.origins``."""
    start = version.effective_from
    return f"pricing_versions.{'open' if start is None else start.isoformat()}"


def _require_meter(name: str) -> None:
    if name not in METERS:
        from difflib import get_close_matches  # only on the way to an error: imports are paid by every new process

        raise UnknownMeterError(str(name), suggestions=get_close_matches(str(name), METERS, n=3))


def _epoch(version: PricingVersion) -> float:
    return float("-inf") if version.effective_from is None else version.effective_from.timestamp()
