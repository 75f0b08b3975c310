"""Contracts: what a customer has negotiated, as changes of list prices; list and contracted cost are two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct, structs

from ai_models.errors import ContractCurrencyError, InvalidContractError
from ai_models.models.base import as_utc
from ai_models.pricing.billing import itemise
from ai_models.pricing.cost import Bill, Cost
from ai_models.pricing.counts import whole_count
from ai_models.pricing.engine import Tariff
from ai_models.pricing.meters import METERS
from ai_models.pricing.models import Rate
from ai_models.pricing.negotiated import Applied, NegotiatedRates, VolumeFactor, counted_units, volume_factor
from ai_models.pricing.terms import Bracket, Fault, Term, Volume, faults, offering_names
from ai_models.pricing.usage import Usage

__all__ = ["Bracket", "Contract", "Rate", "Term", "Volume"]

_CURRENCY = re.compile("[A-Z]{3}")

_MOST_KEPT = 1_024
"""Tariffs by the contract that are kept: one an offering, context and set of terms."""


class _Match(NamedTuple):
    """A term that names an offering, with its place among the terms."""

    place: int
    term: Term
    model_rank: int


class Contract(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """Negotiated prices: terms that hold between two instants, with fixed rates in ``currency``; ``until`` is exclusive.

    Where several terms could price a meter, the most specific one does (``ai_models.pricing.terms`` has the order); what
    no term touches stays at list price.

    Raises:
        InvalidContractError: terms that cannot be, or two equally specific ones for the same; it lists all that is wrong.
    """

    name: str
    terms: tuple[Term, ...]
    currency: str = "USD"
    since: datetime | None = None
    until: datetime | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be agreed on; a naive instant is UTC."""
        for field in ("since", "until"):
            if (instant := getattr(self, field)) is not None:
                structs.force_setattr(self, field, as_utc(instant))
        name, terms, currency = _unchecked(self)
        if not (isinstance(terms, tuple | list) and all(isinstance(term, Term) for term in terms)):
            raise InvalidContractError(self.name, problems=[f"terms must be a tuple of Term, found {terms!r:.60}"])
        problems = [_spelled(fault) for fault in faults(self.terms, since=self.since, until=self.until)]
        if not (isinstance(name, str) and name.strip()):
            problems.append(f"name must be text, found {name!r:.60}")
        if not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
            problems.append(f"currency must be three capital letters, found {self.currency!r}")
        if problems:
            raise InvalidContractError(self.name, problems=problems)

    @cached_property
    def _matches(self) -> dict[Tariff, tuple[_Match, ...]]:
        return {}

    @cached_property
    def _tariffs(self) -> dict[tuple[Any, ...], Tariff]:
        return {}

    def price(self, tariff: Tariff, usage: Usage, instant: date | datetime, *, month_volume: int = 0) -> Cost:
        """What a request costs by the contract, with its ``list_cost`` beside it.

        Where the contract does not touch the request, both are the same, and a warning says why.

        Args:
            tariff: the list price of the offering, in the request's context.
            usage: what the request consumed.
            instant: when.
            month_volume: the whole units that a volume term had counted this month before this request.

        Raises:
            InvalidUsageError: a volume that cannot be.
            ContractCurrencyError: the list price is in another currency, and a meter that was used has no fixed rate.
            ContradictingRatesError: two terms price a meter, and neither is more specific.
            NotSoldError, InvalidInstantError: as ``Tariff.price``.
        """
        before, at = whole_count("month_volume", month_volume), as_utc(instant)
        listed = tariff.price(usage, at)
        matches = [match for match in self._matching(tariff) if match.term.holds_at(at)] if self._holds_at(at) else []
        context = tariff.context
        held = [match for match in matches if match.term.holds_in(context.region, context.service_tier)]
        warnings = tuple(self._warnings(tariff, at, matches, held))
        if not held:
            return listed.by_contract(listed, warnings)
        open_volumes: list[str] = []
        factors = [self._factor(match, usage, before, open_volumes) for match in held]
        changed = self._changed(tariff, held, factors, (*warnings, *open_volumes))
        cost = self._cost(changed, usage, at, listed)
        if cost is None or (_is_same(cost, listed) and not _is_touched(cost.bill)):
            return listed.by_contract(listed, (f"contract {self.name!r} prices no meter of this request",))
        if listed.status == "partial" and cost.status == "complete":
            return cost.by_contract(listed, ("list_cost is the least that it can be: not every list rate is known",))
        return cost.by_contract(listed)

    def _matching(self, tariff: Tariff) -> tuple[_Match, ...]:
        """The terms that name the tariff's offering."""
        found = self._matches.get(tariff)
        if found is None:
            card = tariff.card
            provider, offering, model = (getattr(card, field, None) for field in ("provider", "offering_id", "model"))
            names = offering_names(offering or "", model)
            ranks = [term.matches(names) if term.provider == provider else None for term in self.terms]
            found = tuple(
                _Match(place, term, rank)
                for place, (term, rank) in enumerate(zip(self.terms, ranks, strict=True), start=1)
                if rank is not None
            )
            _keep(self._matches, tariff, found)
        return found

    def _holds_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def _factor(self, match: _Match, usage: Usage, before: int, warnings: list[str]) -> VolumeFactor | None:
        """The factor of a volume term for this request; None for other terms."""
        volume = match.term.volume
        if volume is None:
            return None
        units, is_known = counted_units(usage, volume.meters)
        if not is_known:
            label = f"{self.name}, term {match.place}"
            warnings.append(f"{label}: how much of this request it counts is not stated in full; the least is taken")
        return volume_factor(volume, before, units)

    def _applied(self, match: _Match, volume: VolumeFactor | None) -> Applied:
        place, term, rank = match
        if volume is not None:
            return Applied(term, rank, f"{self.name}, term {place}: {volume}", volume.value)
        if term.multiply is not None:
            return Applied(term, rank, f"{self.name}, term {place}: x{term.multiply.normalize():f}", term.multiply)
        return Applied(term, rank, f"{self.name}, term {place}: fixed rate", None)

    def _changed(
        self, tariff: Tariff, held: list[_Match], factors: list[VolumeFactor | None], warnings: tuple[str, ...]
    ) -> Tariff:
        """The tariff by these terms; kept for the next request that meets the same ones."""
        key = (tariff, tuple([match.place for match in held]), tuple(factors), warnings)
        changed = self._tariffs.get(key)
        if changed is None:
            applied = [self._applied(match, factor) for match, factor in zip(held, factors, strict=True)]
            keeps_list = tariff.card.currency == self.currency
            changed = tariff.adjusted(
                lambda rates: NegotiatedRates(tariff.name, rates, applied, keeps_list=keeps_list), warnings
            )
            if not any(isinstance(term.factor, Fraction) for term in applied):  # an average is met once
                _keep(self._tariffs, key, changed)
        return changed

    def _cost(self, changed: Tariff, usage: Usage, at: datetime, listed: Cost) -> Cost | None:
        """The cost by the changed rates; None where they are in another currency and price nothing of it.

        Raises:
            ContractCurrencyError: they price some of it.
        """
        if listed.currency == self.currency:
            return changed.price(usage, at)
        bill = itemise(changed, usage, at)
        if not _is_touched(bill):
            return None
        missing = [meter for meter in bill.unpriced if meter in METERS]
        if missing:
            raise ContractCurrencyError(self.name, self.currency, listed.currency, offering=changed.name, meters=missing)
        return Cost(bill.lower.as_integer_ratio(), self.currency, changed.card, bill)

    def _warnings(self, tariff: Tariff, at: datetime, matches: list[_Match], held: list[_Match]) -> Iterator[str]:
        name = f"contract {self.name!r}"
        if not self._holds_at(at):
            since = "" if self.since is None else f" since {_day(self.since)}"
            until = "" if self.until is None else f" until {_day(self.until)}"
            yield f"{name} holds{since}{until}, not on {_day(at)}: the price is the list price"
        elif not held:
            yield f"{name} has no term for {tariff.name} as it was served: the price is the list price"
        if tariff.context.region is None and any(match.term.regions for match in matches):
            regions = sorted({region for match in matches for region in match.term.regions})
            yield f"{name} has terms for {', '.join(regions)}, and the request's region is not stated"


def _unchecked(contract: Contract) -> tuple[Any, Any, Any]:
    """What callers gave for its name, terms and currency, which may be of any type."""
    return contract.name, contract.terms, contract.currency


def _is_same(cost: Cost, listed: Cost) -> bool:
    (total, denominator), (list_total, list_denominator) = cost.ratio, listed.ratio
    return total * list_denominator == list_total * denominator


def _is_touched(bill: Bill) -> bool:
    return not bill.lines or any(line.contract for line in bill.lines)


def _day(instant: datetime) -> str:
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%d}" if utc.time() == datetime.min.time() else f"{utc:%Y-%m-%d %H:%M}Z"


def _spelled(fault: Fault) -> str:
    path, message = fault
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    return f"{place}: {message}"


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value
