"""What a workload costs at an offering: one request by every rule of its price, times how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from msgspec import Struct

from ai_models.errors import AIModelsError, InvalidSelectionError, NotSoldError
from ai_models.pricing.amounts import exact_decimal
from ai_models.pricing.cost import Cost
from ai_models.pricing.counts import MOST, exact_number
from ai_models.pricing.models import Offering
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService
from ai_models.selection.workload import Workload

__all__ = ["Costing", "WorkloadCost", "has_hours", "money"]

_USD = "USD"
_CODE_LENGTH = 3
_DIGITS = 3


class WorkloadCost(Struct, frozen=True, kw_only=True):
    """The cost of a workload in USD, or why nobody knows it.

    ``standard`` is the bill of one request, ``batch`` that of one that goes as a batch. ``exact`` is the total; None is
    unknown, and ``problem`` says why. ``remarks`` are what was noted in pricing; ``notes`` has all of them.
    """

    exact: Fraction | None
    standard: Cost | None = None
    batch: Cost | None = None
    remarks: tuple[str, ...] = ()
    problem: str = ""

    @property
    def total(self) -> Decimal | None:
        """The total in USD; None is unknown."""
        return None if self.exact is None else exact_decimal(self.exact)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the cost rests on that a reader would not expect, such as cache reads without a price of their own."""
        paid = () if not self.exact else (*_uncached(self.standard), *_uncached(self.batch))
        return tuple(dict.fromkeys((*self.remarks, *paid)))

    def to_dict(self) -> dict[str, Any]:
        """The cost as JSON has it: amounts as text, unknown as null."""
        return {
            "cost": _text(self.exact),
            "currency": _USD,
            "per_request": None if self.standard is None else _text(self.standard.exact),
            "per_batched_request": None if self.batch is None else _text(self.batch.exact),
            "price_currency": next((bill.currency for bill in (self.standard, self.batch) if bill is not None), None),
            "problem": self.problem or None,
            "notes": list(self.notes),
        }


def _text(amount: Fraction | None) -> str | None:
    return None if amount is None else f"{exact_decimal(amount):f}"


def _uncached(bill: Cost | None) -> Iterator[str]:
    for line in () if bill is None else bill.lines:
        if line.fallback is not None and "cache" in line.meter and "cache" not in line.fallback:
            yield f"no price of {line.meter.replace('_', ' ')} is known: it is that of {line.fallback}"


class _Requests(NamedTuple):
    """A workload as it is priced, worked out once for all offerings."""

    usage: Usage
    requests: int
    batched: int
    tier: str | None

    @classmethod
    def of(cls, workload: Workload) -> _Requests:
        return cls(workload.usage, workload.requests, workload.batched, workload.service_tier)


class Costing:
    """Prices one workload at any number of offerings, at one instant."""

    def __init__(
        self,
        service: PricingService,
        workload: Workload | None,
        *,
        at: datetime,
        exchange: Mapping[str, Decimal | int | str] | None = None,
        region: str | None = None,
        answers: bool = True,
    ) -> None:
        """``workload`` None is the volume of 1M tokens in and 1M out at standard rates, by which models are compared else.

        ``answers`` says whether that volume has any tokens out: vectors and ranks are none.
        ``exchange`` says how many USD another currency's unit is: without it, prices in that currency are unknown here.
        ``region`` is where it must be served; it changes the price of offerings that ask another one there.

        Raises:
            InvalidSelectionError: a rate of exchange that is none.
        """
        self._service = service
        self._asked = None if workload is None else _Requests.of(workload)
        self._at = at
        self._exchange = _rates_of_exchange(exchange)
        self._region = region
        self._volume_of = ("input", "output") if answers else ("input",)

    def like(self, workload: Workload, *, at: datetime | None = None) -> Costing:
        """The same for another workload, or another instant."""
        twin = copy(self)
        twin._asked, twin._at = _Requests.of(workload), at or self._at
        return twin

    def of(self, offering: Offering | None) -> WorkloadCost:
        """What the workload costs at an offering; None is a model that its maker does not sell."""
        if offering is None:
            return _unknown("its maker does not sell it")
        try:
            return self._volume(offering) if self._asked is None else self._requests(offering, self._asked)
        except AIModelsError as error:
            return _unknown(str(error))

    def regions(self, offering: Offering) -> frozenset[str]:
        """The regions, folded, for which the offering's price has conditions: it is sold there."""
        pricing = offering.pricing_at(self._at)
        overrides = () if pricing is None else pricing.overrides
        return frozenset(
            override.when.region.casefold() for override in overrides if override.when.region and not override.unavailable
        )

    def _volume(self, offering: Offering) -> WorkloadCost:
        place = offering.version_index(self._at)
        if place < 0:
            return _unknown("no price is known")
        version, total = offering.versions[place], Fraction(0)
        for meter in self._volume_of:
            rate = version.rates.get(meter)
            if rate is None:
                return _unknown(f"no price of its {meter} tokens is known")
            total += Fraction(rate.amount) * 1_000_000 / rate.per
        return self._in_usd(total, version.currency)

    def _requests(self, offering: Offering, asked: _Requests) -> WorkloadCost:
        if not offering.versions:
            return _unknown("no price is known")
        remarks: list[str] = []
        batch = self._batch(offering, asked, remarks) if asked.batched else None
        plain = asked.requests - (asked.batched if batch is not None else 0)
        standard = self._price(offering, asked, asked.tier) if plain else None
        parts = [(cost, times) for cost, times in ((standard, plain), (batch, asked.batched)) if cost is not None]
        amounts = []
        for cost, times in parts:
            if cost.status != "complete":
                return _unknown(f"no price of {', '.join(cost.unpriced)} is known", standard, batch)
            numerator, denominator = cost.ratio
            amounts.append(Fraction(numerator * times, denominator))
        total = amounts[0] if len(amounts) == 1 else sum(amounts, Fraction(0))
        if has_hours(parts[0][0]):
            remarks.append(f"its price depends on the hour: this is that of {self._at:%a %H:%M} UTC")
        return self._in_usd(total, parts[0][0].currency, standard, batch, remarks=remarks)

    def _price(self, offering: Offering, asked: _Requests, tier: str | None) -> Cost:
        is_dearer_there = self._region is not None and self._region in self.regions(offering)
        region = self._region if is_dearer_there else None
        return self._service.price(offering.key, asked.usage, at=self._at, service_tier=tier, region=region)

    def _batch(self, offering: Offering, asked: _Requests, remarks: list[str]) -> Cost | None:
        try:
            return self._price(offering, asked, "batch")
        except NotSoldError:
            remarks.append("no price as a batch is known: everything is priced as standard")
            return None

    def _in_usd(
        self,
        total: Fraction,
        currency: str,
        standard: Cost | None = None,
        batch: Cost | None = None,
        *,
        remarks: tuple[str, ...] | list[str] = (),
    ) -> WorkloadCost:
        told = tuple(remarks)
        if currency != _USD:
            rate = self._exchange.get(currency)
            if rate is None:
                return _unknown(f"its price is in {currency}, and no rate of exchange is given", standard, batch)
            total, told = total * rate, (*told, f"converted from {currency} at {exact_decimal(rate)} USD")
        if not total:
            told = (*told, "free of charge; its price does not say how much")
        return WorkloadCost(exact=total, standard=standard, batch=batch, remarks=told)


def money(amount: Fraction) -> str:
    """An amount with two decimals; below 1 with three digits that say something, so that it never looks like nothing."""
    exact = exact_decimal(amount)
    if exact >= 1 or not exact:
        return f"{exact:,.2f}"
    whole, _, places = f"{round(exact, _DIGITS - 1 - exact.adjusted()):f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def has_hours(cost: Cost) -> bool:
    """Whether the price that was applied has conditions on the hour or the day of the week."""
    overrides = () if cost.version is None else cost.version.overrides
    return any(override.when.hours or override.when.weekdays for override in overrides)


def _unknown(problem: str, standard: Cost | None = None, batch: Cost | None = None) -> WorkloadCost:
    return WorkloadCost(exact=None, problem=problem, standard=standard, batch=batch)


def _rates_of_exchange(given: Mapping[Any, Any] | None) -> dict[str, Fraction]:
    """USD for one unit, by currency.

    Raises:
        InvalidSelectionError: no mapping, a name that is no currency's, or a rate that is none.
    """
    if given is not None and not isinstance(given, Mapping):
        raise InvalidSelectionError("exchange", given, expected="USD by currency, such as {'CNY': '0.14'}")
    found: dict[str, Fraction] = {}
    for currency, rate in (given or {}).items():
        code = currency.strip().upper() if isinstance(currency, str) else ""
        if len(code) != _CODE_LENGTH or not code.isalpha() or code == _USD:
            raise InvalidSelectionError("exchange", currency, expected="of another currency than USD, such as CNY")
        if code in found:
            raise InvalidSelectionError("exchange", currency, expected="given once")
        found[code] = _rate(code, rate)
    return found


def _rate(currency: str, given: object) -> Fraction:
    is_exact = isinstance(given, Decimal | int | str) and not isinstance(given, bool)
    try:
        rate = exact_number(Decimal(given)) if is_exact else None  # type: ignore[arg-type] # exact by now
    except ArithmeticError:
        rate = None
    if rate is None or not 0 < rate <= MOST:
        raise InvalidSelectionError(
            f"exchange[{currency!r}]", given, expected="USD for one unit, as a Decimal, a whole number or text above 0"
        )
    return rate
