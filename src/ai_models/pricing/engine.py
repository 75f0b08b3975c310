"""Usage x rate card -> ``Cost``: pure functions of their arguments, without input or output.

A ``Tariff`` is a rate card in one context (tier, region, speed, attributes). What of it depends on the single request,
token thresholds and hours, is looked up by the request's place between the thresholds; each combination is worked out once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from datetime import datetime
from fractions import Fraction

from ai_models.errors import InvalidInstantError, NotSoldError
from ai_models.pricing.billing import itemise, plain_bill
from ai_models.pricing.conditions import When, is_open, least_tokens
from ai_models.pricing.context import STANDARD, Context, unknown_condition
from ai_models.pricing.cost import Cost
from ai_models.pricing.effective import EffectiveRates, effective_rates
from ai_models.pricing.models import Override, PricingVersion, RateCard
from ai_models.pricing.usage import Quantity, Usage

__all__ = ["Tariff"]

Totals = tuple[int, int]
"""Input and output tokens."""


class Tariff:
    """A rate card in one context, ready to price any number of requests; safe to share between threads."""

    def __init__(
        self, card: RateCard, context: Context = STANDARD, *, name: str = "this card", regions: Sequence[str] = ()
    ) -> None:
        """Bind a card to a context.

        Args:
            card: rates with their overrides.
            context: how the requests are served.
            name: the offering's, for errors.
            regions: those that the provider is known to have; empty where that is unknown.

        Raises:
            NotSoldError: the card has no price for the context's tier or speed.
            UnknownConditionError: a region that the provider has not, or an attribute's value that the card has not.
        """
        self.card = card
        self.name = name
        self.context = _checked(card, context, name, regions)
        self.overrides = [override for override in card.overrides if _suits(override.when, self.context)]
        self.is_marginal = any(override.marginal for override in self.overrides)
        self.warnings = tuple(_warnings(card, self.context, regions))
        self._steps = tuple(_steps(self.overrides, side) for side in (0, 1))
        self._hours = [override.when for override in self.overrides if _has_hours(override.when)]
        self._rates: dict[tuple[object, ...], EffectiveRates] = {}
        self._change: Callable[[EffectiveRates], EffectiveRates] | None = None
        self._only = None if self._hours or any(self._steps) else self.rates((0, 0), None)

    @property
    def has_hours(self) -> bool:
        """Whether the price depends on the instant of the request."""
        return bool(self._hours)

    def adjusted(self, change: Callable[[EffectiveRates], EffectiveRates], warnings: Sequence[str] = ()) -> Tariff:
        """The same tariff with its rates changed, and more warnings; which rates a request meets, the card decides."""
        twin = copy(self)
        twin.warnings = (*self.warnings, *warnings)
        twin._rates, twin._change = {}, change
        twin._only = None if self._only is None else change(self._only)
        return twin

    def price(self, usage: Usage, at: datetime | None = None) -> Cost:
        """What a request costs; ``at`` (with a zone) is needed where ``has_hours``.

        Raises:
            NotSoldError: the card says that this combination is not sold.
            ContradictingRatesError: two overrides set a rate and neither is the narrower.
            InvalidInstantError: the price depends on the hour, and no instant was given.
        """
        buckets = usage.buckets
        if buckets.is_plain and not self.is_marginal:
            rates = self._only or self.rates((usage.input_tokens or 0, usage.output_tokens or 0), at)
            numerators = rates.numerators
            try:
                total: Quantity = numerators["requests"] * usage.requests if rates.charges_requests else 0
                for meter, quantity in buckets.counts:
                    total += quantity * numerators[meter]
            except KeyError:  # a meter without a plain rate: the long way
                pass
            else:
                exact = (total, rates.denominator)
                return Cost(exact, self.card.currency, self.card, lambda: plain_bill(self, rates, usage, Fraction(*exact)))
        bill = itemise(self, usage, at)
        return Cost(bill.lower.as_integer_ratio(), self.card.currency, self.card, bill)

    def rates(self, totals: Totals, at: datetime | None, *, reached: Totals | None = None) -> EffectiveRates:
        """The rates of a request with these totals at an instant.

        ``reached`` is how far a part of the request has come, which is what marginal thresholds are judged by.

        Raises:
            as ``price``.
        """
        reached = totals if reached is None else reached
        if at is None and self._hours:
            raise InvalidInstantError(at)
        is_now = tuple([is_open(when, at) for when in self._hours if at is not None])
        place = (*self._place(totals), *self._place(reached), *is_now)
        found = self._rates.get(place)
        if found is None:
            matched = [
                override
                for override in self.overrides
                if _is_reached(override.when, reached if override.marginal else totals)
                and (at is None or is_open(override.when, at))
            ]
            found = effective_rates(self.name, self.card, matched)
            found = self._rates[place] = found if self._change is None else self._change(found)
        return found

    def _place(self, totals: Totals) -> tuple[int, int]:
        inputs, outputs = self._steps
        return bisect_right(inputs, totals[0]), bisect_right(outputs, totals[1])


def _is_reached(when: When, totals: Totals) -> bool:
    return all(least <= total for least, total in zip(least_tokens(when), totals, strict=True))


def _has_hours(when: When) -> bool:
    return bool(when.hours or when.weekdays or when.except_dates)


def _steps(overrides: Sequence[Override], side: int) -> list[int]:
    """Where the overrides' thresholds on input (0) or output (1) lie: the fewest tokens that pass each."""
    return sorted({least_tokens(override.when)[side] for override in overrides} - {0})


def _suits(when: When, context: Context) -> bool:
    """Whether a condition holds in a context, whatever the request's tokens and hour."""
    return (
        when.service_tier in (None, context.service_tier)
        and when.speed in (None, context.speed)
        and (when.region is None or when.region.casefold() == context.region)
        and all(pair in context.attributes for pair in when.attributes.items())
    )


def _checked(card: RateCard, context: Context, name: str, regions: Sequence[str]) -> Context:
    """The context with attribute values spelled as the card does.

    Raises:
        NotSoldError, UnknownConditionError: see ``Tariff``.
    """
    conditions = [override.when for override in card.overrides]
    tiers = {when.service_tier for when in conditions if when.service_tier}
    if context.service_tier not in {"standard", *tiers}:
        raise NotSoldError(name, condition=f"service_tier={context.service_tier}", known=["standard", *sorted(tiers)])
    speeds = {when.speed for when in conditions if when.speed}
    if context.speed is not None and context.speed not in speeds:
        raise NotSoldError(name, condition=f"speed={context.speed}", known=["standard", *sorted(speeds)])
    if context.region is not None and regions and context.region not in {region.casefold() for region in regions}:
        raise unknown_condition("region", context.region, regions)
    return context._replace(attributes=tuple(_spelled(conditions, *pair) for pair in context.attributes))


def _spelled(conditions: Sequence[When], name: str, value: str) -> tuple[str, str]:
    """An attribute with its value in the card's spelling; ``standard`` is what the card's plain rates are for.

    Raises:
        UnknownConditionError: the card prices by this attribute, and not for this value.
    """
    priced = sorted({when.attributes[name] for when in conditions if name in when.attributes})
    spelled = {known.casefold(): known for known in priced}
    if priced and value.casefold() not in {*spelled, "standard", "default"}:
        raise unknown_condition(f"attribute {name}", value, ["standard", *priced])
    return name, spelled.get(value.casefold(), value)


def _warnings(card: RateCard, context: Context, regions: Sequence[str]) -> Iterator[str]:
    """What a price by this card rests on, whatever is priced."""
    if isinstance(card, PricingVersion) and card.date_precision == "assumed":
        since = "always" if card.effective_from is None else f"since {card.effective_from:%Y-%m-%d}"
        yield f"the price is assumed to hold {since}: no source dates it"
    priced = {override.when.region.casefold() for override in card.overrides if override.when.region}
    if context.region is not None and not regions and context.region not in priced:
        yield f"region {context.region!r} was not checked: the provider's regions are not known here"
