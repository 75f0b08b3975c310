"""Tariffs by model name: which rate card prices a request now, kept for as long as it stays the right one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.ranking import seconds_at
from ai_models.errors import ContractNotFoundError, InvalidUsageError, UnknownConditionError
from ai_models.models.base import as_utc
from ai_models.pricing.context import Context, context_of
from ai_models.pricing.counts import whole_count
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Pricing
from ai_models.pricing.usage import Usage

if TYPE_CHECKING:
    from ai_models.pricing.contracts import Contract
    from ai_models.pricing.cost import Cost

__all__ = ["Asked", "Tariffs"]

_Value = TypeVar("_Value")

_MOST_CARDS = 16_384
"""Bound cards kept; a card is some kilobytes, and one context of one offering each."""


Asked = tuple[str | None, str | None, str | None, tuple[tuple[str, str], ...]]
"""Service tier, region, speed and attributes, as a caller says them or a response reports them."""

_NOT_A_USAGE = "usage must be a Usage, found {}; Usage.from_response(…) reads a provider's response, Usage(…) takes counts"


class _Bound(NamedTuple):
    """A tariff, and the seconds since 1970 between which its name and its price mean it."""

    since: float
    until: float
    tariff: Tariff


class Tariffs:
    """The tariffs of one catalogue; filled as they are asked for, safe to share between threads."""

    def __init__(self, catalog: Catalog, pricing: Callable[[str, str | None, datetime], Pricing]) -> None:
        """``pricing`` finds the price in force: by model name, provider and instant."""
        self._catalog = catalog
        self._pricing = pricing
        self._bound: dict[Any, _Bound] = {}
        self._cards: dict[Any, Tariff] = {}

    def price(
        self,
        model: str,
        usage: Usage,
        *,
        at: date | datetime | None = None,
        asked: Asked = (None, None, None, ()),
        provider: str | None = None,
        contract: Contract | str | None = None,
        month_volume: int = 0,
    ) -> Cost:
        """What one request costs: ``PricingService.price``, which says what the arguments are.

        Raises:
            as ``PricingService.price``.
        """
        if not isinstance(usage, Usage):
            raise InvalidUsageError("usage", usage, problem=_NOT_A_USAGE.format(type(usage).__name__))
        instant = None if at is None else as_utc(at)
        key = (model, provider, asked, usage.context)
        try:
            bound = self._bound.get(key)
        except TypeError:  # what cannot be hashed is no text
            raise _not_text(model, provider, asked) from None
        if bound is None or not bound.since <= (time.time() if instant is None else instant.timestamp()) < bound.until:
            bound = self._bind_at(key, usage, instant or datetime.now(UTC))
        tariff = bound.tariff
        if contract is None:
            if month_volume:
                whole_count("month_volume", month_volume)
            return tariff.price(usage, datetime.now(UTC) if instant is None and tariff.has_hours else instant)
        instant = instant or datetime.now(UTC)
        return self.contract(contract).price(tariff, usage, instant, month_volume=month_volume)

    def contract(self, name: Contract | str) -> Contract:
        """The contract of this name in the overlays; one that is no name is given back.

        Raises:
            ContractNotFoundError: there is none.
            TypeError: neither a contract nor a name.
        """
        if not isinstance(name, str):
            if not hasattr(name, "terms"):  # the class is imported by whoever has one
                raise TypeError(f"contract must be a Contract or the name of one, found {name!r:.60}")
            return name
        known = self._catalog.contracts
        if name not in known:
            from difflib import get_close_matches  # only on the way to an error: imports are paid by every new process

            raise ContractNotFoundError(name, known=sorted(known), suggestions=get_close_matches(name, known, n=3))
        return known[name]

    def _bind_at(self, key: tuple[str, str | None, Asked, Asked], usage: Usage, at: datetime) -> _Bound:
        """The tariff that holds at an instant, with the times between which it does."""
        model, provider, asked, _ = key
        pricing = self._pricing(model, provider, at)
        since, until = self._catalog.meaning_period(model, at.date())
        begin = float("-inf") if pricing.effective_from is None else pricing.effective_from.timestamp()
        end = float("inf") if pricing.effective_until is None else pricing.effective_until.timestamp()
        tariff = self._bind(pricing, _context(asked, usage))
        bound = _Bound(max(begin, seconds_at(since, begin)), min(end, seconds_at(until, end)), tariff)
        _put(self._bound, key, bound)
        return bound

    def _bind(self, pricing: Pricing, context: Context) -> Tariff:
        key = (pricing.provider, pricing.offering_id, pricing.effective_from, context)
        tariff = self._cards.get(key)
        if tariff is None:
            name = f"{pricing.provider}:{pricing.offering_id}"
            tariff = Tariff(pricing, context, name=name, regions=self.regions(pricing.provider))
            _put(self._cards, key, tariff)
        return tariff

    def regions(self, provider: str) -> list[str]:
        """The regions that a provider is known to have; empty where nobody said."""
        entry = self._catalog.providers.get(provider)
        return [] if entry is None else entry.regions


def _context(asked: Asked, usage: Usage) -> Context:
    tier, region, speed, attributes = asked
    return context_of(usage, service_tier=tier, region=region, speed=speed, attributes=dict(attributes))


def _not_text(model: object, provider: object, asked: Asked) -> Exception:
    """The error for arguments of which one cannot be hashed."""
    for name, found in (("model", model), ("provider", provider)):
        if not (found is None or isinstance(found, str)):
            return TypeError(f"a {name}'s name is text, found {type(found).__name__} {found!r:.60}")
    for name, found in zip(("service_tier", "region", "speed"), asked, strict=False):
        if not (found is None or isinstance(found, str)):
            return UnknownConditionError(name, found, known=("text",))
    return UnknownConditionError("attributes", dict(asked[3]), known=("text by text",))


def _put(cache: dict[Any, _Value], key: object, value: _Value) -> None:
    if len(cache) >= _MOST_CARDS:
        cache.clear()
    cache[key] = value
