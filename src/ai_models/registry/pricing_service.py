"""``PricingService``: what a model costs now, cost on a past day, and will cost from a known day on."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from math import lcm
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog, load_packaged, use_as_default
from ai_models.catalog.ranking import seconds_at
from ai_models.errors import CatalogError, InvalidUsageError, NotFoundError, PricingIncompleteError, PricingNotFoundError
from ai_models.models.base import as_utc
from ai_models.pricing.models import Offering, Pricing, PricingVersion

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["CacheInfo", "PricingService"]

Instant = date | datetime | None


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


class _VolumeRates(NamedTuple):
    """Two rates over one denominator, so that a cost is one exact division, and when they hold (seconds since 1970)."""

    since: float
    until: float
    input: int
    output: int
    denominator: int


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


class _State:
    """A catalogue and what was computed from it; a reload replaces all of it at once."""

    def __init__(self, catalog: Catalog, cache_size: int) -> None:
        self.catalog = catalog
        self.volume: dict[str, _VolumeRates] = {}

        @lru_cache(maxsize=cache_size)
        def timeline(name: str, provider: str | None, period: int | None) -> _Timeline:
            at = None if period is None else date.fromordinal(period)
            return _Timeline(catalog.get_offering(name, provider=provider, at=at))

        self.timeline: _Lookup = timeline


class PricingService:
    """Prices by model name, with history; safe to share between threads.

    A price belongs to an offering: without ``provider`` it is that of the model's maker. Rates are in the offering's
    currency (USD unless it says otherwise) per 1M tokens; instants are UTC, and a naive one is read as UTC.
    """

    def __init__(self, data_path: Path | str | None = None, *, cache_size: int = 1_000, fallback: bool = False) -> None:
        """Serve the process-wide catalogue, or the pricing files at ``data_path``.

        Args:
            data_path: a pricing file, or a directory of catalogue files, to use instead of the shipped prices.
            cache_size: how many (model, provider) pairs the cache holds.
            fallback: where ``data_path`` cannot be used, log why, keep it in ``degraded``, and serve the shipped prices
                instead of raising.

        Raises:
            CatalogError: ``data_path`` cannot be used and ``fallback`` is False; it lists every problem.
        """
        self._data_path = None if data_path is None else Path(data_path)
        self._cache_size = cache_size
        self._reloading = threading.Lock()
        self.degraded: str | None = None
        """Why older or shipped prices are served instead of the files asked for; None while all is well."""
        self._state = _State(self._first_catalog(fallback=fallback), cache_size)

    def _first_catalog(self, *, fallback: bool) -> Catalog:
        if self._data_path is None:
            return default_catalog()
        try:
            return Catalog.load([self._data_path])
        except CatalogError as error:
            if not fallback:
                raise
            self._degrade(f"the shipped prices are served, because {error}")
            return default_catalog()

    def _degrade(self, reason: str) -> None:
        import logging  # only when something is wrong: with what it imports, it costs a new process milliseconds

        self.degraded = reason
        logging.getLogger(__name__).warning("PricingService: %s", reason)

    @property
    def catalog(self) -> Catalog:
        """The catalogue that is served now."""
        return self._state.catalog

    def get_pricing(self, model: str, effective_date: Instant = None, *, provider: str | None = None) -> Pricing:
        """The price in force at an instant, now by default.

        Raises:
            ModelNotFoundError: no model answers to the name.
            OfferingNotFoundError: the model is not sold by its maker, or not at ``provider``; it lists who sells it.
            PricingNotFoundError: no price is known for that instant; ``since`` says from when there is one.
        """
        instant = datetime.now(UTC) if effective_date is None else as_utc(effective_date)
        timeline = self._timeline(model, provider, instant)
        pricing = timeline.at(instant)
        if pricing is None:
            raise _no_price(model, timeline.offering, instant)
        return pricing

    def _timeline(self, model: str, provider: str | None, instant: datetime) -> _Timeline:
        # A name that can move is cached by the period in which it keeps its meaning; nearly every name has only one.
        since, until = self._state.catalog.meaning_period(model, instant.date())
        period = None if since is None and until is None else since or date.min.toordinal()
        return self._state.timeline(model, provider, period)

    def get_pricing_history(self, model: str, *, provider: str | None = None) -> list[PricingVersion]:
        """Every known price version, oldest first, announced future ones included.

        Raises:
            ModelNotFoundError, OfferingNotFoundError: as ``get_pricing``.
        """
        return list(self._timeline(model, provider, datetime.now(UTC)).offering.versions)

    def get_pricing_many(
        self, models: Iterable[str], effective_date: Instant = None, *, missing: Literal["raise", "omit"] = "raise"
    ) -> dict[str, Pricing]:
        """The prices of many models at one instant, by the names that were asked for.

        Args:
            models: names, as ``get_pricing`` takes them.
            effective_date: the instant; one "now" for all of them by default.
            missing: ``raise`` one error that names every model without a price, or ``omit`` those.

        Raises:
            PricingNotFoundError: some model has no price and ``missing`` is ``raise``.
        """
        instant = datetime.now(UTC) if effective_date is None else as_utc(effective_date)
        found: dict[str, Pricing] = {}
        reasons: dict[str, str] = {}
        for model in dict.fromkeys(models):
            try:
                found[model] = self.get_pricing(model, instant)
            except NotFoundError as error:
                reasons[model] = str(error)
        if reasons and missing == "raise":
            text = "; ".join(reasons.values())
            raise PricingNotFoundError(
                f"{len(reasons)} of {len(reasons) + len(found)} models have no price: {text}", name=", ".join(reasons)
            )
        return found

    def calculate_cost(self, model_id: str, input_tokens: int, output_tokens: int, *, at: Instant = None) -> float:
        """The price of a volume of tokens at standard rates, linearly, in the offering's currency.

        Overrides (long context, batch, peak hours) belong to single requests and do not apply. The sum is exact and
        rounded once, to the nearest float.

        Args:
            model_id: a model's name; its maker's price is used, ``provider:id`` names another.
            input_tokens: how many input tokens, cached ones included and priced as input.
            output_tokens: how many output tokens.
            at: the instant; now by default.

        Raises:
            InvalidUsageError: a count that is negative or not a whole number.
            PricingIncompleteError: tokens of a kind that has no known rate.
            ModelNotFoundError, OfferingNotFoundError, PricingNotFoundError: as ``get_pricing``.
        """
        if type(input_tokens) is not int or type(output_tokens) is not int or input_tokens < 0 or output_tokens < 0:
            _refuse_counts(input_tokens=input_tokens, output_tokens=output_tokens)
        if at is None:
            rates = self._state.volume.get(model_id)
            if rates is not None and rates.since <= time.time() < rates.until:
                return (input_tokens * rates.input + output_tokens * rates.output) / rates.denominator
        return self._volume_cost(model_id, input_tokens, output_tokens, at)

    def _volume_cost(self, model_id: str, input_tokens: int, output_tokens: int, at: Instant) -> float:
        state = self._state
        pricing = self.get_pricing(model_id, at)
        for meter, tokens in (("input", input_tokens), ("output", output_tokens)):
            if tokens and pricing.rate(meter) is None:
                raise PricingIncompleteError(model_id, meter=meter, known=sorted(pricing.rates))
        rates = _volume_rates(pricing)
        complete = pricing.rate("input") is not None and pricing.rate("output") is not None
        if at is None and complete:
            if len(state.volume) >= self._cache_size:
                state.volume.clear()
            since, until = state.catalog.meaning_period(model_id, datetime.now(UTC).date())
            state.volume[model_id] = rates._replace(
                since=max(rates.since, seconds_at(since, rates.since)),
                until=min(rates.until, seconds_at(until, rates.until)),
            )
        return (input_tokens * rates.input + output_tokens * rates.output) / rates.denominator

    def cache_info(self) -> CacheInfo:
        """Hits, misses, bound and fill of the price cache since the last reload."""
        return CacheInfo(*self._state.timeline.cache_info())

    def reload(self) -> Future[Catalog]:
        """Load the files again in the background; callers go on with the old prices until the new ones are ready.

        Where the new files cannot be used, the last good prices stay, ``degraded`` says why, a warning is logged, and the
        future carries the error.
        """
        from concurrent.futures import Future  # imports logging; see _degrade

        future: Future[Catalog] = Future()
        threading.Thread(target=self._reload_into, args=(future,), name="ai-models-reload", daemon=True).start()
        return future

    def _reload_into(self, future: Future[Catalog]) -> None:
        with self._reloading:
            try:
                catalog = load_packaged() if self._data_path is None else Catalog.load([self._data_path])
            except (CatalogError, OSError) as error:
                self._degrade(f"the last good prices stay, because {error}")
                future.set_exception(error)
                return
            if self._data_path is None:
                use_as_default(catalog)
            self._state = _State(catalog, self._cache_size)
            self.degraded = None
        future.set_result(catalog)


def _volume_rates(pricing: Pricing) -> _VolumeRates:
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
    return _VolumeRates(since, until, inputs * (common // per_input), outputs * (common // per_output), common)


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


def _refuse_counts(**counts: object) -> None:
    for field, count in counts.items():
        if type(count) is not int or count < 0:
            raise InvalidUsageError(field, count)
