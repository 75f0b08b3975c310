"""``price_many``: a million usages priced, and what share of them could be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sized
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from ai_models.errors import AIModelsError, ModelNotFoundError
from ai_models.pricing.amounts import exact_decimal
from ai_models.pricing.cost import Cost
from ai_models.pricing.usage import Quantity, Usage

if TYPE_CHECKING:
    from ai_models.pricing.contracts import Contract
    from ai_models.registry.tariffs import Asked, Tariffs

__all__ = ["Coverage", "PriceRequest", "price_many"]

_EVERY = 10_000
"""Requests between two calls of ``progress``."""

_MOST_REASONS = 1_000
_OTHER = "other reasons"


class PriceRequest(NamedTuple):
    """One request to price: arguments of ``PricingService.price``; a shorter tuple leaves the rest at their defaults."""

    model: str
    usage: Usage
    at: date | datetime | None = None
    service_tier: str | None = None
    region: str | None = None
    provider: str | None = None
    month_volume: int = 0


class Coverage(Struct, frozen=True, kw_only=True):
    """What came of many requests.

    ``priced`` have a complete cost; ``partial`` a lower bound; ``unpriced`` none. ``reasons`` counts why, by the meters
    without a rate and by the errors' texts. ``totals`` are exact sums by currency, in which partial costs stand with
    their lower bounds; with a contract they are by it, and ``list_totals`` are the sums at list prices. ``costs`` holds
    every cost in order, None where there is none, if they were kept.
    """

    priced: int
    partial: int
    unpriced: int
    reasons: dict[str, int]
    totals: dict[str, Decimal]
    costs: list[Cost | None] = []
    list_totals: dict[str, Decimal] = {}

    @property
    def requests(self) -> int:
        """How many requests there were."""
        return self.priced + self.partial + self.unpriced

    @property
    def share(self) -> float | None:
        """The share of requests with a complete cost; None where there were none."""
        return self.priced / self.requests if self.requests else None

    def __str__(self) -> str:
        """A few lines: coverage, sums, reasons by frequency."""
        share = "" if self.share is None else f" ({self.share:.1%})"
        counts = f"{self.priced:,} of {self.requests:,} priced{share}, {self.partial:,} partial, {self.unpriced:,} unpriced"
        sums = [f"{total:,f} {currency}" for currency, total in sorted(self.totals.items())]
        sums += [f"{total:,f} {currency} at list prices" for currency, total in sorted(self.list_totals.items())]
        reasons = [f"{count:,} x {reason}" for reason, count in Counter(self.reasons).most_common()]
        return "\n".join([counts, *sums, *reasons])


def price_many(
    tariffs: Tariffs,
    requests: Iterable[PriceRequest | tuple[Any, ...]],
    *,
    at: date | datetime | None = None,
    keep: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
    contract: Contract | str | None = None,
) -> Coverage:
    """Price every request; one that cannot be priced is counted with its reason, and the run goes on.

    Args:
        tariffs: of the catalogue that prices.
        requests: ``(model, usage)``, or more fields of ``PriceRequest``; read once, so a generator will do.
        at: the instant of requests that do not say theirs; now by default.
        keep: whether to keep every ``Cost``, which takes memory.
        progress: called with how many are done and how many there are (None for a generator), now and then and at the end.
        contract: negotiated prices for all of them, or their name; a request says its own ``month_volume``.

    Raises:
        ContractNotFoundError: no overlay has a contract of this name.
        TypeError: an item is no such tuple.
    """
    total = len(requests) if isinstance(requests, Sized) else None
    tally = _Tally(tariffs, at, None if contract is None else tariffs.contract(contract), keep=keep)
    done = 0
    for item in requests:
        _require_request(item)
        tally.add(*item)
        done += 1
        if progress is not None and not done % _EVERY:
            progress(done, total)
    if progress is not None and (done % _EVERY or not done):
        progress(done, total)
    return tally.coverage()


def _require_request(item: object) -> None:
    if not (isinstance(item, tuple | list) and 2 <= len(item) <= len(PriceRequest._fields)):
        raise TypeError(f"a request is (model, usage) or more of {', '.join(PriceRequest._fields)}, found {item!r:.60}")


class _Tally:
    """The counts and sums of a run."""

    def __init__(self, tariffs: Tariffs, at: date | datetime | None, contract: Contract | None, *, keep: bool) -> None:
        self._price = tariffs.price
        self._at = at
        self._contract = contract
        self._keep = keep
        self._counts = {"complete": 0, "partial": 0, "unpriced": 0}
        self._reasons: Counter[str] = Counter()
        self._sums: dict[tuple[str, int], Quantity] = {}
        self._list_sums: dict[tuple[str, int], Quantity] = {}
        self._costs: list[Cost | None] = []
        self._failed: dict[tuple[str, str | None], str] = {}

    def add(
        self,
        model: str,
        usage: Usage,
        at: date | datetime | None = None,
        service_tier: str | None = None,
        region: str | None = None,
        provider: str | None = None,
        month_volume: int = 0,
    ) -> None:
        """Price one request and count it."""
        at = self._at if at is None else at
        asked: Asked = (service_tier, region, None, ())
        try:
            if self._failed and (reason := self._failed.get((model, provider))) is not None:
                self._fail(reason)
                return
            cost = self._price(
                model,
                usage,
                at=at,
                asked=asked,
                provider=provider,
                contract=self._contract,
                month_volume=month_volume,
            )
        except AIModelsError as error:
            # Finding names that are near to one that nothing answers to, at any time, takes longer than a thousand prices.
            if isinstance(error, ModelNotFoundError) and len(self._failed) < _MOST_REASONS:
                self._failed[model, provider] = str(error)
            self._fail(str(error))
            return
        except TypeError as error:
            if all(text is None or isinstance(text, str) for text in (provider, *asked[:3])) and isinstance(model, str):
                raise  # not by what was asked
            self._fail(str(error))
            return
        self._counts[cost.status] += 1
        for meter in cost.unpriced if cost.status == "partial" else ():
            self._count(f"{meter} has no known rate or count")
        _add(self._sums, cost)
        if self._contract is not None:
            _add(self._list_sums, cost.listed)
        if self._keep:
            self._costs.append(cost)

    def _fail(self, reason: str) -> None:
        self._counts["unpriced"] += 1
        self._count(reason)
        if self._keep:
            self._costs.append(None)

    def _count(self, reason: str) -> None:
        self._reasons[reason if reason in self._reasons or len(self._reasons) < _MOST_REASONS else _OTHER] += 1

    def coverage(self) -> Coverage:
        """What came of it."""
        return Coverage(
            priced=self._counts["complete"],
            partial=self._counts["partial"],
            unpriced=self._counts["unpriced"],
            reasons=dict(self._reasons),
            totals=_totals(self._sums),
            costs=self._costs,
            list_totals=_totals(self._list_sums),
        )


def _add(sums: dict[tuple[str, int], Quantity], cost: Cost) -> None:
    numerator, denominator = cost.ratio
    place = (cost.currency, denominator)
    sums[place] = sums.get(place, 0) + numerator


def _totals(sums: dict[tuple[str, int], Quantity]) -> dict[str, Decimal]:
    totals: dict[str, Fraction] = {}
    for (currency, denominator), numerator in sums.items():
        totals[currency] = totals.get(currency, Fraction(0)) + Fraction(numerator, denominator)
    return {currency: exact_decimal(total) for currency, total in totals.items()}
