"""The terms of a contract: what each one prices, how specific it is, and what cannot be agreed on.

Of the terms that could price a meter of a request, the most specific one does. Compared are, in this order: the models
(an exact id before a pattern, a pattern before none), the meter (its name, the name of the meter as which it is billed,
``input`` or ``output``, ``tokens``, all), then whether regions, service tiers and dates are given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any, cast

from msgspec import Struct, structs

from ai_models.models.base import as_utc
from ai_models.models.frozen import freeze
from ai_models.pricing.conditions import SERVICE_TIERS, ServiceTier
from ai_models.pricing.meters import GROUPS, METERS
from ai_models.pricing.models import Rate

__all__ = [
    "Bracket",
    "Fault",
    "Term",
    "Volume",
    "certain_names",
    "contested",
    "counted_meters",
    "faults",
    "is_pattern",
    "offering_names",
    "rivalry",
    "shared",
]

Fault = tuple[tuple[str | int, ...], str]
"""Where among the terms, and what is wrong there."""

_EXACT, _PATTERN, _ANY = 2, 1, 0

_LEAST_FACTOR, _MOST_FACTOR = Decimal("0.001"), Decimal(10)
"""A factor beyond these is a percentage or a slip; what is free has a fixed rate of 0."""

_MOST_TERMS = 200
"""Each is compared with each other."""


class Bracket(Struct, frozen=True, rename={"start": "from"}):
    """What the list rate is multiplied by ``from`` a month's volume on."""

    start: int
    multiply: Decimal


class Volume(Struct, frozen=True, kw_only=True):
    """Factors by the month's volume of the ``meters`` that are counted.

    ``marginal``: each unit has the factor of its own bracket. Otherwise the bracket that the month's volume reaches with
    this request prices all of the request.
    """

    marginal: bool
    brackets: tuple[Bracket, ...]
    meters: tuple[str, ...] = ("tokens",)


class Term(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is agreed for some of a provider's offerings; exactly one of ``multiply``, ``rates`` and ``volume``.

    ``models`` are patterns (``*``, ``?``, ``[…]``) on offering ids and model ids in any case, ``meters`` names of meters or
    of the groups ``tokens``, ``input`` and ``output``; what is empty does not restrict. ``multiply`` is a factor on the list
    rate that holds for the request, after its overrides; ``rates`` replace the list rates of their meters, overrides
    included. ``until`` is exclusive.
    """

    provider: str
    models: tuple[str, ...] = ()
    meters: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    service_tiers: tuple[ServiceTier, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    multiply: Decimal | None = None
    rates: dict[str, Rate] = {}
    volume: Volume | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        """Values are shared between callers, so their mappings cannot change; a naive instant is UTC."""
        freeze(self, "rates")
        for field in ("since", "until"):
            if (instant := getattr(self, field)) is not None:
                structs.force_setattr(self, field, as_utc(instant))

    def matches(self, names: Collection[str]) -> int | None:
        """How specifically the term names an offering, by any of its names in lower case; None where it does not."""
        if not self.models:
            return _ANY
        wanted = [model.casefold() for model in self.models]
        if any(model in names for model in wanted):
            return _EXACT
        return _PATTERN if any(fnmatchcase(name, model) for model in wanted for name in names) else None

    def meter_rank(self, meter: str, billed_as: str | None = None) -> int | None:
        """How specifically the term names a meter, or the one as which it is billed; None where it does not."""
        named: Collection[str] = self.rates or self.meters
        if not named:
            return 0
        groups = () if self.rates else tuple(name for name in ("input", "output", "tokens") if meter in GROUPS[name])
        for rank, names in ((4, (meter,)), (3, (billed_as,)), (2, groups[:-1]), (1, groups[-1:])):
            if any(name in named for name in names):
                return rank
        return None

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """How specific the rest of its conditions is."""
        return bool(self.regions), bool(self.service_tiers), self.since is not None or self.until is not None

    def holds_at(self, instant: datetime) -> bool:
        """Whether an instant is within its dates."""
        return (self.since is None or self.since <= instant) and (self.until is None or instant < self.until)

    def holds_in(self, region: str | None, service_tier: str) -> bool:
        """Whether it is for requests that were served there and so."""
        return (not self.regions or (region is not None and region.casefold() in _folded(self.regions))) and (
            not self.service_tiers or service_tier in self.service_tiers
        )


def is_pattern(model: str) -> bool:
    """Whether an entry of ``models`` is more than one id."""
    return any(sign in model for sign in "*?[")


def offering_names(offering_id: str, model: str | None) -> frozenset[str]:
    """What ``models`` may call an offering: its id, its model's id, and ``maker/model_id``; in lower case."""
    return frozenset(name.casefold() for name in (offering_id, model, (model or "").partition("/")[2]) if name)


@lru_cache(maxsize=256)
def counted_meters(names: tuple[str, ...]) -> frozenset[str]:
    """The meters that names of meters and groups stand for."""
    return frozenset(meter for name in names for meter in GROUPS.get(name, (name,)))


def contested(one: Term, other: Term) -> list[str]:
    """The meters that both terms would price equally specifically, if both name an offering equally so."""
    if one.provider != other.provider or one.rank != other.rank or not _can_coincide(one, other):
        return []
    ranks = ((meter, one.meter_rank(meter), other.meter_rank(meter)) for meter in METERS)
    return [meter for meter, rank, rival in ranks if rank is not None and rank == rival]


def shared(one: Term, other: Term, offerings: Iterable[Collection[str]]) -> Collection[str] | None:
    """The names of an offering that both terms name equally specifically; None where there is none."""
    for names in offerings:
        rank = one.matches(names)
        if rank is not None and rank == other.matches(names):
            return names
    return None


def _can_coincide(one: Term, other: Term) -> bool:
    regions = not one.regions or bool(_folded(one.regions) & _folded(other.regions))
    tiers = not one.service_tiers or bool(set(one.service_tiers) & set(other.service_tiers))
    starts_before = one.since is None or other.until is None or one.since < other.until
    return regions and tiers and starts_before and (other.since is None or one.until is None or other.since < one.until)


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


# What cannot be agreed on


def faults(terms: Sequence[Term], *, since: datetime | None = None, until: datetime | None = None) -> Iterator[Fault]:
    """What is wrong with the terms of a contract that holds between two instants, whatever offerings there are."""
    if since is not None and until is not None and until <= since:
        yield ("until",), "is not after since"
    if not terms:
        yield ("terms",), "holds no term"
    if len(terms) > _MOST_TERMS:
        yield ("terms",), f"holds {len(terms):,} terms; at most {_MOST_TERMS} are compared and allowed"
        return
    for place, term in enumerate(terms):
        yield from ((("terms", place, *path), message) for path, message in _term_faults(term))
        never = (since is not None and term.until is not None and term.until <= since) or (
            until is not None and term.since is not None and until <= term.since
        )
        if never:
            yield ("terms", place), "never holds: its dates are outside those of the contract"
    for (earlier, other), (later, term) in combinations(enumerate(terms), 2):
        meters = contested(term, other)
        if meters and shared(term, other, certain_names(term, other)) is not None:
            yield ("terms", later), rivalry(meters, earlier)


def rivalry(meters: Sequence[str], earlier: int, offering: str = "") -> str:
    """What is said of two equal terms."""
    named = ", ".join(meters) if len(meters) < len(METERS) else "every meter"
    of = f" of {offering}" if offering else ""
    return f"prices {named}{of} as terms[{earlier}] does, and neither is more specific; tell them apart by meter or date"


def certain_names(one: Term, other: Term) -> Iterator[Collection[str]]:
    """Offerings that both terms name, whichever there are."""
    if not one.models and not other.models:
        yield frozenset[str]()
    first, second = _folded(one.models), _folded(other.models)
    for model in first | second:
        if not is_pattern(model) or model in first & second:
            yield frozenset((model,))


def _term_faults(term: Term) -> Iterator[Fault]:
    given = [name for name in ("multiply", "rates", "volume") if getattr(term, name) not in (None, {})]
    if len(given) != 1:
        yield (), f"must have exactly one of multiply, rates and volume, found {' and '.join(given) or 'none'}"
    if term.since is not None and term.until is not None and term.until <= term.since:
        yield ("until",), "is not after since"
    if term.rates and term.meters:
        yield ("meters",), "stands beside rates, which name their meters themselves"
    yield from _name_faults(term.meters)
    yield from ((("rates", meter), "is not a meter") for meter in term.rates if meter not in METERS)
    for meter, rate in cast("dict[str, Any]", term.rates).items():  # anything may have been passed
        if not (isinstance(rate, Rate) and rate.amount.is_finite() and rate.amount >= 0 and rate.per > 0):
            yield ("rates", meter), f"must be a Rate of at least 0, found {rate!r:.60}"
    for place, tier in enumerate(term.service_tiers):
        if tier not in SERVICE_TIERS:
            yield ("service_tiers", place), f"{tier!r} is not a service tier"
    if term.multiply is not None:
        yield from _factor_faults(term.multiply, ("multiply",))
    if term.volume is not None:
        yield from ((("volume", *path), message) for path, message in _volume_faults(term.volume))


def _name_faults(names: Sequence[str]) -> Iterator[Fault]:
    for place, name in enumerate(names):
        if name not in METERS and name not in GROUPS:
            yield ("meters", place), f"{name[:60]!r} is neither a meter nor a group"


def _factor_faults(factor: object, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if not isinstance(factor, Decimal) or not factor.is_finite() or not _LEAST_FACTOR <= factor <= _MOST_FACTOR:
        yield path, f"must be a factor from {_LEAST_FACTOR} to {_MOST_FACTOR} (0.9 is ten percent off), found {factor}"


def _volume_faults(volume: Volume) -> Iterator[Fault]:
    yield from _name_faults(volume.meters)
    units = {METERS[meter].unit for meter in counted_meters(volume.meters) if meter in METERS}
    if len(units) > 1:
        yield ("meters",), f"counts {' and '.join(f'{unit}s' for unit in sorted(units))}, which do not add up"
    if not volume.meters:
        yield ("meters",), "counts nothing"
    yield from ((("brackets", *path), message) for path, message in _bracket_faults(volume.brackets))


def _bracket_faults(brackets: Sequence[Bracket]) -> Iterator[Fault]:
    if not brackets:
        yield (), "holds no bracket"
    elif brackets[0].start != 0:
        yield (0, "from"), f"the first bracket must begin at 0, found {brackets[0].start:,}"
    for place, (lower, upper) in enumerate(pairwise(brackets), start=1):
        if upper.start == lower.start:
            yield (place, "from"), f"a second bracket from {upper.start:,}"
        elif upper.start < lower.start:
            yield (place, "from"), f"brackets must ascend, found {upper.start:,} after {lower.start:,}"
    for place, bracket in enumerate(brackets):
        yield from _factor_faults(bracket.multiply, (place, "multiply"))
