"""What a workload costs at an offering: one request by every rule of its price, times how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct

from ai_models.errors import AIModelsError, InvalidSelectionError, NotSoldError
from ai_models.pricing.amounts import exact_decimal
from ai_models.pricing.cost import Cost
from ai_models.pricing.models import Offering
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService
from ai_models.selection.workload import Workload

__all__ = ["Costing", "WorkloadCost"]

_USD = "USD"


class WorkloadCost(Struct, frozen=True, kw_only=True):
    """The cost of a workload in USD, or why nobody knows it.

    ``standard`` is the bill of one request, ``batch`` that of one that goes as a batch. ``exact`` is the total; where a part
    of a request has bounds only, it is the upper one. None is unknown, and ``problem`` says why.
    """

    exact: Fraction | None
    standard: Cost | None = None
    batch: Cost | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def total(self) -> Decimal | None:
        """The total in USD; None is unknown."""
        return None if self.exact is None else exact_decimal(self.exact)


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
    ) -> None:
        """``workload`` None is the volume of 1M tokens in and 1M out at standard rates, by which models are compared else.

        ``exchange`` says how many USD another currency's unit is: without it, prices in that currency are unknown here.

        Raises:
            InvalidSelectionError: a rate of exchange that is none.
        """
        self._service = service
        self._requests_of = None if workload is None else _Requests.of(workload)
        self._at = at
        self._exchange = {currency: _rate(currency, rate) for currency, rate in (exchange or {}).items()}

    def of(self, offering: Offering | None) -> WorkloadCost:
        """What the workload costs at an offering; None is a model that its maker does not sell."""
        if offering is None:
            return _unknown("its maker does not sell it")
        try:
            return self._volume(offering) if self._requests_of is None else self._requests(offering, self._requests_of)
        except AIModelsError as error:
            return _unknown(str(error))

    def _volume(self, offering: Offering) -> WorkloadCost:
        pricing = offering.pricing_at(self._at)
        rates = [] if pricing is None else [pricing.rates.get(meter) for meter in ("input", "output")]
        if pricing is None or None in rates:
            return _unknown("no price of its tokens is known")
        total = sum((Fraction(rate.amount) * 1_000_000 / rate.per for rate in rates if rate is not None), Fraction(0))
        return self._in_usd(total, pricing.currency)

    def _requests(self, offering: Offering, asked: _Requests) -> WorkloadCost:
        if not offering.versions:
            return _unknown("no price is known")
        notes: list[str] = []
        batch = self._batch(offering, asked, notes) if asked.batched else None
        plain = asked.requests - (asked.batched if batch is not None else 0)
        standard = self._price(offering, asked, asked.tier) if plain else None
        parts = [(cost, times) for cost, times in ((standard, plain), (batch, asked.batched)) if cost is not None]
        amounts = []
        for cost, times in parts:
            if cost.status == "complete":
                numerator, denominator = cost.ratio
                amounts.append(Fraction(numerator * times, denominator))
                continue
            if cost.bill.upper is None:
                return _unknown(f"no price of {', '.join(cost.unpriced)} is known", standard, batch)
            notes.append(f"the most that it can cost: {'; '.join(cost.warnings)}")
            amounts.append(cost.bill.upper * times)
        total = amounts[0] if len(amounts) == 1 else sum(amounts, Fraction(0))
        return self._in_usd(total, parts[0][0].currency, standard, batch, notes)

    def _price(self, offering: Offering, asked: _Requests, tier: str | None) -> Cost:
        return self._service.price(offering.key, asked.usage, at=self._at, service_tier=tier)

    def _batch(self, offering: Offering, asked: _Requests, notes: list[str]) -> Cost | None:
        try:
            return self._price(offering, asked, "batch")
        except NotSoldError:
            notes.append("no batch tier is known: everything is priced as standard")
            return None

    def _in_usd(
        self,
        total: Fraction,
        currency: str,
        standard: Cost | None = None,
        batch: Cost | None = None,
        notes: list[str] | None = None,
    ) -> WorkloadCost:
        noted = tuple(notes or ())
        if currency != _USD:
            rate = self._exchange.get(currency)
            if rate is None:
                return _unknown(f"its price is in {currency}, and no rate of exchange is given", standard, batch)
            total, noted = total * rate, (*noted, f"converted from {currency}")
        if not total:
            noted = (*noted, "free of charge; how much is served so, its price does not say")
        return WorkloadCost(exact=total, standard=standard, batch=batch, notes=noted)


def _unknown(problem: str, standard: Cost | None = None, batch: Cost | None = None) -> WorkloadCost:
    return WorkloadCost(exact=None, problem=problem, standard=standard, batch=batch)


def _rate(currency: str, given: object) -> Fraction:
    try:
        rate = Fraction(str(given)) if isinstance(given, Decimal | int | str) and not isinstance(given, bool) else None
    except ValueError:
        rate = None
    if rate is None or rate <= 0:
        raise InvalidSelectionError(
            f"exchange[{currency!r}]", given, expected="USD for one unit, as a Decimal, a whole number or text above 0"
        )
    return rate
