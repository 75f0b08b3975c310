"""Whether a price that stands in code is the catalogue's: meter by meter, per 1M tokens, with how far it is off."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import log
from typing import Final, Literal

from msgspec import Struct

from ai_models.audit.names import Names
from ai_models.errors import NotFoundError
from ai_models.pricing.models import Offering, Pricing

__all__ = ["Amount", "Checked", "Comparison", "check_amounts", "known_rates"]

_UNITS: Final = (1_000_000, 1_000, 1)
_ALIKE: Final = log(40)
"""A price within forty times the catalogue's may be of the same unit; a thousand times is another unit."""

_MAKERS_OWN: Final = ("models", "gemini", "publishers")
"""What may stand before a maker's name and mean the maker."""

_SUBSTITUTES: Final = {"cache_write": ("cache_write_5m",)}


class Amount(Struct, frozen=True):
    """A price as it stands in code: its meter and the tokens that it is for, where they are said, and the amount.

    A ``variant`` (batch, audio, long context, another currency) is a price too, but not the standard one of its meter.
    ``node`` is the number in Python.
    """

    meter: str | None
    amount: Decimal
    per: int | None = None
    variant: bool = False
    node: ast.expr | None = None


class Comparison(Struct, frozen=True):
    """One meter: what the code and what the catalogue says, both per 1M tokens, and how much more the code says in per cent.

    ``until`` is the day on which the code's value stopped being right, where it ever was.
    """

    meter: str
    found: Decimal
    catalogue: Decimal
    percent: Decimal | None
    until: str | None = None

    @property
    def is_current(self) -> bool:
        """Whether both are the same."""
        return self.found == self.catalogue


class Checked(Struct, frozen=True):
    """A verdict on the amounts of one model: the comparisons, and the unit that was read or told from the size."""

    verdict: Literal["current", "stale", "unverifiable"]
    comparisons: tuple[Comparison, ...] = ()
    per: int | None = None
    unit_is_said: bool = False
    reason: str = ""


@lru_cache(maxsize=2_048)
def _offering(names: Names, name: str) -> Offering | None:
    match = names.find(name)
    if match is None or (match.row is None and match.offering is None):
        return None
    if match.offering is not None:
        return names.catalog.offering(*match.offering)
    model = names.catalog.model_of(match)
    owner = name[: len(name) - len(names.bare(name))].rstrip("/:")
    if model is None or (owner and owner not in (model.provider, *_MAKERS_OWN)):
        return None  # what a gateway asks is not what the maker asks
    try:
        return names.catalog.get_offering(model.key, at=names.at)
    except NotFoundError:
        return None


def known_rates(names: Names, name: str) -> dict[str, Decimal]:
    """The standard rates in force for a model, per 1M tokens, in USD, by meter; empty where none is known."""
    offering = _offering(names, name)
    pricing = None if offering is None else offering.pricing_at(names.at)
    return {} if pricing is None or pricing.currency != "USD" else _per_million(pricing)


def _per_million(pricing: Pricing) -> dict[str, Decimal]:
    return {meter: rate.amount * 1_000_000 / rate.per for meter, rate in pricing.rates.items()}


def check_amounts(names: Names, name: str, amounts: Sequence[Amount]) -> Checked:
    """Compare the amounts that code gives a model with the catalogue's."""
    rates = known_rates(names, name)
    if not rates:
        return Checked("unverifiable", reason="the catalogue has no price of it to compare with")
    compared = [
        (amount, meter) for amount in amounts if not amount.variant and (meter := _meter_of(amount, rates)) is not None
    ]
    if not compared and all(amount.variant for amount in amounts):
        return Checked(
            "unverifiable",
            reason="it is not the standard rate but another one (batch, audio, long context, another currency …)",
        )
    if not compared:
        unsaid = all(amount.meter is None for amount in amounts)
        reason = (
            "it does not say whether it is for input or output"
            if unsaid
            else "the catalogue has no such rate to compare with"
        )
        return Checked("unverifiable", reason=reason)
    said = next((amount.per for amount, _ in compared if amount.per is not None), None)
    per = said or _unit(compared, rates)
    if per is None:
        return Checked("unverifiable", reason="per how many tokens is not clear")
    found = tuple(
        _compare(names, name, meter, amount.amount * 1_000_000 / (amount.per or per), rates[meter])
        for amount, meter in compared
    )
    verdict: Literal["current", "stale"] = "current" if all(each.is_current for each in found) else "stale"
    return Checked(verdict, found, per, said is not None)


def _meter_of(amount: Amount, rates: Mapping[str, Decimal]) -> str | None:
    """The meter to compare with; an amount of no said meter is compared where it is exactly one of the two."""
    if amount.meter is None:
        if "output" not in rates and "input" in rates:
            return "input"  # of an embedding nothing else is billed
        candidates = [meter for meter in ("input", "output") if meter in rates]
        units = (amount.per,) if amount.per else _UNITS
        return next((m for m in candidates for unit in units if amount.amount * 1_000_000 / unit == rates[m]), None)
    return next((meter for meter in (amount.meter, *_SUBSTITUTES.get(amount.meter, ())) if meter in rates), None)


def _unit(compared: list[tuple[Amount, str]], rates: Mapping[str, Decimal]) -> int | None:
    """The unit of which the amounts are the most alike to the catalogue's; None where they are like it in none."""
    distances: dict[int, float] = {}
    for unit in _UNITS:
        ratios = [
            float(amount.amount * 1_000_000 / unit / rates[meter])
            for amount, meter in compared
            if amount.amount > 0 and rates[meter] > 0
        ]
        if ratios and all(ratio > 0 for ratio in ratios):
            distances[unit] = max(abs(log(ratio)) for ratio in ratios)
    if not distances:
        return _UNITS[0] if all(amount.amount == 0 or rates[meter] == 0 for amount, meter in compared) else None
    nearest = min(distances, key=distances.__getitem__)
    return nearest if distances[nearest] <= _ALIKE else None


def _compare(names: Names, name: str, meter: str, found: Decimal, catalogue: Decimal) -> Comparison:
    found = found.normalize()
    if found == catalogue:
        return Comparison(meter, found, catalogue, Decimal(0))
    percent = ((found - catalogue) / catalogue * 100).quantize(Decimal("0.1")) if catalogue else None
    return Comparison(meter, found, catalogue, percent, _right_until(names, name, meter, found))


def _right_until(names: Names, name: str, meter: str, found: Decimal) -> str | None:
    """The day on which a value stopped being the price."""
    offering = _offering(names, name)
    if offering is None:
        return None
    for place in range(offering.version_index(names.at) - 1, -1, -1):
        version = offering.pricing(place)
        if version.currency == "USD" and _per_million(version).get(meter) == found and version.effective_until is not None:
            return version.effective_until.date().isoformat()
    return None
