"""The rates of one request by the terms of a contract: each meter's list rate as the most specific term changes it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from ai_models.errors import ContradictingRatesError
from ai_models.pricing.amounts import EXACT, plain
from ai_models.pricing.effective import EffectiveRate, EffectiveRates
from ai_models.pricing.meters import METERS
from ai_models.pricing.models import Rate
from ai_models.pricing.terms import Term, Volume, counted_meters
from ai_models.pricing.usage import Quantity, Usage, cell_meter

__all__ = ["Applied", "NegotiatedRates", "VolumeFactor", "counted_units", "volume_factor"]

Factor = Decimal | Fraction


class VolumeFactor(NamedTuple):
    """By what a volume term multiplies one request, and the factors of the brackets that this is the average of."""

    value: Factor
    spanned: tuple[Decimal, ...]

    def __str__(self) -> str:
        return f"volume {' and '.join(f'x{plain(factor)}' for factor in self.spanned)}"


class Applied(NamedTuple):
    """A term that holds for a request: ``model_rank`` is how specifically it names the offering, ``label`` is for lines."""

    term: Term
    model_rank: int
    label: str
    factor: Factor | None
    """None where its rates are fixed."""

    def rank(self, meter: str, billed_as: str | None) -> tuple[int, ...] | None:
        """How specific it is for a meter; None where it does not price it."""
        rank = self.term.meter_rank(meter, billed_as)
        return None if rank is None else (self.model_rank, rank, *self.term.rank)


class NegotiatedRates(EffectiveRates):
    """The list rates of a request, changed by the terms of a contract.

    A meter that the card bills as another one (cached tokens on a card without a cache rate) follows the terms of that
    one, unless a term names it. ``keeps_list`` is whether what no term prices has its list rate, or none: amounts of two
    currencies do not add up.
    """

    __slots__ = ("_listed", "_others")

    def __init__(self, name: str, listed: EffectiveRates, applied: Sequence[Applied], *, keeps_list: bool = True) -> None:
        """Work out every meter.

        Raises:
            ContradictingRatesError: two terms price a meter, and neither is more specific.
        """
        self._listed = listed
        terms = _Terms(name, applied, keeps_list=keeps_list)
        fixed = {meter: rate for meter in METERS if (rate := terms.fixed(meter)) is not None}
        unlisted = EffectiveRates({**dict(listed), **fixed})  # a fixed rate is a parent too where the card has none
        own: dict[str, EffectiveRate] = {}
        self._others: dict[str, tuple[EffectiveRate, ...]] = {}
        for meter in METERS:
            choices = listed.choices(meter)
            found = listed.get(meter)
            if found is None and meter not in fixed and choices:
                priced = [terms.rate(meter, choice) for choice in choices]
                self._others[meter] = () if None in priced else tuple(rate for rate in priced if rate is not None)
            elif (rate := terms.rate(meter, found or unlisted.get(meter), is_listed=found is not None)) is not None:
                own[meter] = rate
        super().__init__(own)
        self.charges_requests = self.own("requests") is not None  # a fee that is left without a rate is not forgotten

    def own(self, meter: str) -> EffectiveRate | None:
        """The rate that the card or the contract states for a meter."""
        rate, stated = self._own.get(meter), self._listed.own(meter)
        if stated is None:
            return None if rate is None or rate.fallback is not None else rate
        return rate or stated

    def get(self, meter: str) -> EffectiveRate | None:
        """The rate of a meter; None where nobody can say what it costs."""
        return self._own.get(meter)

    def choices(self, meter: str) -> tuple[EffectiveRate, ...]:
        """The rates that a meter may have where the card has several: a cache write of unstated lifetime."""
        return self._others.get(meter, ())


class _Terms:
    """The terms that hold for one request."""

    def __init__(self, name: str, applied: Sequence[Applied], *, keeps_list: bool) -> None:
        self._name = name
        self._applied = applied
        self._keeps_list = keeps_list

    def fixed(self, meter: str) -> EffectiveRate | None:
        """The rate that the contract fixes for a meter by its name."""
        chosen = self._chosen(meter, None)
        rate = None if chosen is None else chosen.term.rates.get(meter)
        return None if chosen is None or rate is None else _fixed(rate, None, chosen.label)

    def rate(self, meter: str, found: EffectiveRate | None, *, is_listed: bool = True) -> EffectiveRate | None:
        """What a meter costs whose list rate, or that of the meter as which it is billed, was found."""
        billed_as = None if found is None else found.fallback
        chosen = self._chosen(meter, billed_as)
        if chosen is None:
            return found if self._keeps_list and is_listed else None
        for name in (meter, billed_as):
            if name is not None and name in chosen.term.rates:
                return _fixed(chosen.term.rates[name], None if name == meter else name, chosen.label)
        if found is None or chosen.factor is None or not (self._keeps_list and is_listed):
            return None
        return found._replace(price=_times(found.price, chosen.factor), contract=chosen.label)

    def _chosen(self, meter: str, billed_as: str | None) -> Applied | None:
        """The most specific term that prices a meter.

        Raises:
            ContradictingRatesError: there are several.
        """
        ranked = [(rank, term) for term in self._applied if (rank := term.rank(meter, billed_as)) is not None]
        if not ranked:
            return None
        highest = max(rank for rank, _ in ranked)
        chosen = [term for rank, term in ranked if rank == highest]
        if len(chosen) > 1:
            labels = [term.label for term in chosen]
            hint = "tell the terms apart by model, meter, region, service tier or date"
            raise ContradictingRatesError(self._name, meter=meter, conditions=labels, hint=hint)
        return chosen[0]


def _fixed(rate: Rate, fallback: str | None, label: str) -> EffectiveRate:
    return EffectiveRate(
        rate.amount,
        rate.per,
        None if rate.minimum is None else Fraction(rate.minimum),
        None if rate.increment is None else Fraction(rate.increment),
        fallback=fallback,
        contract=label,
    )


def _times(price: Factor, factor: Factor) -> Factor:
    if isinstance(price, Decimal) and isinstance(factor, Decimal):
        return EXACT.multiply(price, factor)
    return Fraction(price) * Fraction(factor)


def volume_factor(volume: Volume, before: int, units: Quantity) -> VolumeFactor:
    """By what a request of so many counted units is multiplied, ``before`` of which the month had seen others.

    A request that spans brackets has the exact average of their factors, weighted by its units in each.
    """
    starts = [bracket.start for bracket in volume.brackets]
    reached = before + units
    last = bisect_right(starts, reached) - 1
    first = bisect_right(starts, before) - 1 if volume.marginal and units else last
    if last > first and starts[last] == reached:  # reached, and no unit of the request stands in it
        last -= 1
    spanned = tuple(bracket.multiply for bracket in volume.brackets[first : last + 1])
    if first == last:
        return VolumeFactor(spanned[0], spanned)
    edges = [before, *starts[first + 1 : last + 1], reached]
    sums = (Fraction(factor) * (high - low) for factor, (low, high) in zip(spanned, pairwise(edges), strict=True))
    return VolumeFactor(sum(sums, Fraction(0)) / units, spanned)


def counted_units(usage: Usage, names: tuple[str, ...]) -> tuple[Quantity, bool]:
    """How many units of some meters or groups a request has, and whether that is all of them."""
    meters, known = counted_meters(names), True
    total: Quantity = usage.requests if "requests" in meters else 0
    total += sum(count for meter, count in usage.buckets.counts if meter in meters and METERS[meter].token_key is None)
    for call in usage.iterations or (usage,):
        total += sum(count for meter, count in call.buckets.counts if meter in meters and METERS[meter].token_key)
        overlap = call.buckets.overlap
        is_counted = [cell_meter(*cell) in meters for cell in overlap.free] if overlap is not None else []
        if overlap is not None and all(is_counted):
            total += sum(overlap.rows.values())
        known = known and (all(is_counted) or not any(is_counted)) and not _is_open(call, meters)
    return total, known


def _is_open(call: Usage, meters: frozenset[str]) -> bool:
    """Whether a total that is counted is not known; parts of one that is do not matter here."""
    if not call.unknown:
        return False
    unknown = {"input": call.input_tokens is None, "output": call.output_tokens is None}
    keys = (METERS[meter].token_key for meter in meters)
    is_total_open = any(key is not None and unknown[key.direction] for key in keys)
    return is_total_open or any(field in meters for field in call.unknown)
