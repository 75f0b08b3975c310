"""``PricingService``: what a model costs now, cost on a past day, and will cost from a known day on."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog, load_packaged, use_as_default
from ai_models.catalog.ranking import seconds_at
from ai_models.errors import (
    CatalogError,
    NotFoundError,
    PricingIncompleteError,
    PricingNotFoundError,
    UnknownConditionError,
)
from ai_models.models.base import as_utc
from ai_models.pricing.counts import MOST, whole_count
from ai_models.pricing.models import Pricing, PricingVersion
from ai_models.registry.prices import CacheInfo, Prices, volume_rates

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ai_models.pricing.contracts import Contract
    from ai_models.pricing.cost import Cost
    from ai_models.pricing.usage import Usage
    from ai_models.registry.coverage import Coverage, PriceRequest

__all__ = ["CacheInfo", "PricingService", "price", "shared_service"]

Instant = date | datetime | None


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
        if data_path == "":
            raise CatalogError(
                "data_path is empty; leave it out for the shipped prices"
            )  # Path("") is the working directory
        self._data_path = None if data_path is None else Path(data_path)
        self._cache_size = cache_size
        self._reloads = itertools.count(1)
        self._applied = 0
        self._applying = threading.Lock()
        self.degraded: str | None = None
        """Why older or shipped prices are served instead of the files asked for; None while all is well."""
        self._state = Prices(self._first_catalog(fallback=fallback), cache_size)

    def _first_catalog(self, *, fallback: bool) -> Catalog:
        if self._data_path is None:
            return default_catalog()
        try:
            return _load_priced(self._data_path)
        except CatalogError as error:
            if not fallback:
                raise
            self._degrade(f"the shipped prices are served, because {error}")
            return default_catalog()

    def _current(self) -> Prices:
        """What is served now; without files of its own, a service follows the process-wide catalogue."""
        if self._data_path is None and self._state.catalog is not default_catalog():
            self._state = Prices(default_catalog(), self._cache_size)
        return self._state

    def _degrade(self, reason: str) -> None:
        import logging  # only when something is wrong: with what it imports, it costs a new process milliseconds

        self.degraded = reason
        logging.getLogger(__name__).warning("PricingService: %s", reason)

    @property
    def catalog(self) -> Catalog:
        """The catalogue that is served now."""
        return self._current().catalog

    def get_pricing(self, model: str, effective_date: Instant = None, *, provider: str | None = None) -> Pricing:
        """The price in force at an instant, now by default.

        Raises:
            ModelNotFoundError: no model answers to the name.
            OfferingNotFoundError: the model is not sold by its maker, or not at ``provider``; it lists who sells it.
            PricingNotFoundError: no price is known for that instant; ``since`` says from when there is one.
        """
        instant = datetime.now(UTC) if effective_date is None else as_utc(effective_date)
        return self._current().pricing(model, provider, instant)

    def get_pricing_history(self, model: str, *, provider: str | None = None) -> list[PricingVersion]:
        """Every known price version, oldest first, announced future ones included.

        Raises:
            ModelNotFoundError, OfferingNotFoundError: as ``get_pricing``.
        """
        return list(self._current().find(model, provider, datetime.now(UTC)).offering.versions)

    def get_pricing_many(
        self, models: Iterable[str], effective_date: Instant = None, *, missing: Literal["raise", "omit"] = "raise"
    ) -> dict[str, Pricing]:
        """The prices of many models at one instant, by the names that were asked for.

        Args:
            models: names, as ``get_pricing`` takes them; one alone stands for a list of one.
            effective_date: the instant; one "now" for all of them by default.
            missing: ``raise`` one error that names every model without a price, or ``omit`` those.

        Raises:
            PricingNotFoundError: some model has no price and ``missing`` is ``raise``.
        """
        if missing not in ("raise", "omit"):
            raise ValueError(f"missing must be 'raise' or 'omit', found {missing!r}")
        instant = datetime.now(UTC) if effective_date is None else as_utc(effective_date)
        found: dict[str, Pricing] = {}
        reasons: dict[str, str] = {}
        for model in dict.fromkeys([models] if isinstance(models, str) else models):
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
        if not (
            type(input_tokens) is type(output_tokens) is int and 0 <= input_tokens <= MOST and 0 <= output_tokens <= MOST
        ):
            input_tokens = whole_count("input_tokens", input_tokens)
            output_tokens = whole_count("output_tokens", output_tokens)
        if at is None:
            rates = self._current().volume.get(model_id)
            if rates is not None and rates.since <= time.time() < rates.until:
                return (input_tokens * rates.input + output_tokens * rates.output) / rates.denominator
        return self._volume_cost(model_id, input_tokens, output_tokens, at)

    def _volume_cost(self, model_id: str, input_tokens: int, output_tokens: int, at: Instant) -> float:
        state = self._current()
        pricing = self.get_pricing(model_id, at)
        for meter, tokens in (("input", input_tokens), ("output", output_tokens)):
            if tokens and pricing.rate(meter) is None:
                raise PricingIncompleteError(model_id, meter=meter, known=sorted(pricing.rates))
        rates = volume_rates(pricing)
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

    def price(
        self,
        model: str,
        usage: Usage,
        *,
        at: Instant = None,
        service_tier: str | None = None,
        region: str | None = None,
        speed: str | None = None,
        attributes: Mapping[str, str] | None = None,
        provider: str | None = None,
        contract: Contract | str | None = None,
        month_volume: int = 0,
    ) -> Cost:
        """What one request costs, itemised and exact, with every rule that its prices have.

        Args:
            model: a model's name; its maker's price is used, ``provider`` or ``provider:id`` names another.
            usage: what the request consumed; ``Usage.from_response(response)`` reads it.
            at: the instant of the request; now by default. Peak hours, price versions and moving names depend on it.
            service_tier: ``standard``, ``batch``, ``flex``, ``priority`` …; what the response reports must agree.
            region: where it was served, as the provider names it.
            speed: ``fast`` or ``ultrafast``, where the provider sells it.
            attributes: quality, size, resolution, search_context_size …, where prices depend on them.
            provider: who served it.
            contract: negotiated prices, or their name in the overlays; ``contracted_cost`` and ``total`` are by them,
                ``list_cost`` is not.
            month_volume: how many units the contract's volume brackets had seen this month before this request; without
                a contract it changes nothing.

        Raises:
            ModelNotFoundError, OfferingNotFoundError, PricingNotFoundError: as ``get_pricing``.
            NotSoldError: there is no price for this tier or speed, or the provider does not sell the combination.
            UnknownConditionError: a tier, speed, region or attribute that there is not.
            InvalidUsageError: ``usage`` is none, or ``month_volume`` no whole number.
            InconsistentUsageError: an argument says otherwise than the response.
            ContradictingRatesError: the card or the contract has two rates for one meter; ``validate`` refuses such files.
            ContractNotFoundError: no overlay has a contract of this name.
            ContractCurrencyError: the contract is in another currency, and has no fixed rate for a meter that was used.
        """
        return self._current().tariffs.price(
            model,
            usage,
            at=at,
            asked=(service_tier, region, speed, _pairs(attributes) if attributes else ()),
            provider=provider,
            contract=contract,
            month_volume=month_volume,
        )

    def price_many(
        self,
        requests: Iterable[PriceRequest | tuple[Any, ...]],
        *,
        at: Instant = None,
        keep: bool = False,
        progress: Callable[[int, int | None], None] | None = None,
        contract: Contract | str | None = None,
    ) -> Coverage:
        """Price any number of requests, and say how many of them could be, and why not the others.

        Args:
            requests: ``(model, usage)``, or more fields of ``PriceRequest``; read once, so a generator will do.
            at: the instant of requests that do not say theirs; now by default.
            keep: whether to keep every ``Cost``, which takes memory.
            progress: called now and then with how many are done and how many there are (None for a generator).
            contract: negotiated prices for all of them, or their name; a request says its own ``month_volume``.

        Raises:
            ContractNotFoundError: no overlay has a contract of this name.
        """
        from ai_models.registry.coverage import price_many  # a single price does without it

        return price_many(self._current().tariffs, requests, at=at, keep=keep, progress=progress, contract=contract)

    def cache_info(self) -> CacheInfo:
        """Hits, misses, bound and fill of the price cache since the last reload."""
        return CacheInfo(*self._current().timeline.cache_info())

    def reload(self) -> Future[Catalog]:
        """Load the files again in the background; callers go on with the old prices until the new ones are ready.

        Where the new files cannot be used, the last good prices stay, ``degraded`` says why, a warning is logged, and the
        future carries the error.
        """
        from concurrent.futures import Future  # imports logging; see _degrade

        future: Future[Catalog] = Future()
        future.set_running_or_notify_cancel()  # what has begun cannot be cancelled
        work = (future, next(self._reloads))
        threading.Thread(target=self._reload_into, args=work, name="ai-models-reload", daemon=True).start()
        return future

    def _reload_into(self, future: Future[Catalog], number: int) -> None:
        try:
            catalog = load_packaged() if self._data_path is None else _load_priced(self._data_path)
            self._apply(catalog, number)
        except BaseException as error:  # noqa: BLE001 whatever it was, the caller has to hear of it through the future
            self._degrade(f"the last good prices stay, because {error}")
            future.set_exception(error)
        else:
            future.set_result(catalog)

    def _apply(self, catalog: Catalog, number: int) -> None:
        """Serve a catalogue, unless a reload that began later is served already."""
        with self._applying:
            if number < self._applied:
                return
            self._applied = number
            if self._data_path is None:
                use_as_default(catalog)
            self._state = Prices(catalog, self._cache_size)
            self.degraded = None


def _pairs(attributes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(sorted(attributes.items()))
    except (AttributeError, TypeError):  # no mapping, or names that are not all text
        raise UnknownConditionError("attributes", attributes, known=("a mapping of text to text",)) from None


@lru_cache(maxsize=1)
def shared_service() -> PricingService:
    """The service that answers where nobody brings one: the process-wide catalogue, with one cache of prices for all."""
    return PricingService()


def price(
    model: str,
    usage: Usage,
    *,
    at: Instant = None,
    service_tier: str | None = None,
    region: str | None = None,
    speed: str | None = None,
    attributes: Mapping[str, str] | None = None,
    provider: str | None = None,
    contract: Contract | str | None = None,
    month_volume: int = 0,
) -> Cost:
    """What one request costs by the process-wide catalogue: ``PricingService.price``, which says what the arguments are.

    Raises:
        as ``PricingService.price``.
    """
    return shared_service().price(
        model,
        usage,
        at=at,
        service_tier=service_tier,
        region=region,
        speed=speed,
        attributes=attributes,
        provider=provider,
        contract=contract,
        month_volume=month_volume,
    )


def _load_priced(path: Path) -> Catalog:
    """A private catalogue that has prices: an emptied directory is a mistake, not a price list.

    Raises:
        CatalogError: the files have problems, or hold no offering.
    """
    catalog = Catalog.load([path])
    if not catalog.counts()["offerings"]:
        raise CatalogError(f"{path} holds no prices; a pricing file has the keys provider and models")
    return catalog
