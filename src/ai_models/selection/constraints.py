"""What a choice must satisfy: each constraint judges a subject, and says why where it does not hold or nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from ai_models.catalog.asking import statuses_of
from ai_models.catalog.catalog import SEARCHED, Catalog
from ai_models.errors import InvalidSelectionError
from ai_models.models.base import ModelStatus, as_utc
from ai_models.models.capabilities import ModelCapability, capabilities_of, capability_mask, in_order
from ai_models.pricing.counts import MOST, exact_number
from ai_models.pricing.models import Offering
from ai_models.selection.costing import money
from ai_models.selection.subject import Subject, is_within

__all__ = ["Constraint", "Patterns", "Reason"]

Patterns: TypeAlias = "Iterable[str] | str | None"
"""Names with ``*`` and ``?``; one that begins with ``!`` forbids what it matches. None allows everything."""


class Reason(NamedTuple):
    """Why a subject does not satisfy a constraint: ``unknown`` where a fact is missing that would tell."""

    constraint: str
    text: str
    unknown: bool = False


class Constraint(NamedTuple):
    """A condition: ``label`` says it in words, ``judge`` gives the reason why a subject fails it, None where it holds.

    One that is ``dear`` to judge is judged only where at most one other fails: where two do, it changes nothing.
    """

    name: str
    label: str
    judge: Callable[[Subject], Reason | None]
    is_dear: bool = False


def capabilities(required: Iterable[ModelCapability | str], *, name: str = "require") -> list[Constraint]:
    """A constraint a capability, so that each can be the one that blocks."""
    return [_capability(capability, name) for capability in in_order(capabilities_of(capability_mask(required)))]


def _capability(capability: ModelCapability, name: str) -> Constraint:
    bit, label = capability.bit, f"{name} {capability}"

    def judge(subject: Subject) -> Reason | None:
        if subject.supported & bit:
            return None
        if subject.unsupported & bit:
            return Reason(label, f"does not support {capability}")
        return Reason(label, f"no source says whether it supports {capability}", unknown=True)

    return Constraint(label, f"supports {capability}", judge)


def window(least: int, *, name: str = "min_context", why: str = "") -> Constraint:
    """Takes a prompt of at least so many tokens."""
    return _at_least(name, least, lambda subject: subject.window, "takes prompts of", why)


def output_window(least: int, *, name: str = "min_output", why: str = "") -> Constraint:
    """Gives an answer of at least so many tokens."""
    return _at_least(name, least, lambda subject: subject.output_window, "gives answers of", why)


def whole_window(prompt: int, answer: int) -> Constraint:
    """Has room for the prompt and the answer together, where its maker states a total; elsewhere this says nothing."""
    needed = prompt + answer

    def judge(subject: Subject) -> Reason | None:
        found = subject.whole_window
        if found is None or found >= needed:
            return None
        return Reason("workload window", f"holds {found:,} tokens of prompt and answer together, fewer than {needed:,}")

    return Constraint("workload window", f"holds {needed:,} tokens of prompt and answer together", judge)


def _at_least(name: str, least: int, of: Callable[[Subject], int | None], verb: str, why: str) -> Constraint:
    if type(least) is not int or not 0 <= least <= MOST:
        raise InvalidSelectionError(name, least, expected="a whole number of tokens from 0 to 10**18")

    def judge(subject: Subject) -> Reason | None:
        found = of(subject)
        if found is None:
            return Reason(name, f"nobody states how many tokens it {verb.partition(' ')[0]}", unknown=True)
        return None if found >= least else Reason(name, f"{verb} up to {found:,} tokens, fewer than {least:,}")

    return Constraint(name, f"{verb} at least {least:,} tokens{f' ({why})' if why else ''}", judge)


def status(wanted: Collection[ModelStatus | str] | None) -> Constraint:
    """Is of one of these statuses on the day; active and preview by default."""
    allowed = SEARCHED if wanted is None else statuses_of(wanted) or frozenset()
    if not allowed:
        raise InvalidSelectionError("status", wanted, expected="one status or more, such as active")
    names = " or ".join(sorted(each.value for each in allowed))

    def judge(subject: Subject) -> Reason | None:
        found = subject.status
        if found in allowed:
            return None if subject.is_there else Reason("status", "no source says whether it was there yet", unknown=True)
        since = subject.lifecycle.retires_on if found is ModelStatus.RETIRED else None
        return Reason("status", f"is {found}{f' since {since}' if since else ''}")

    return Constraint("status", f"is {names}", judge)


_MOST_DAYS = 36_500


def stays(days: int, on: date) -> Constraint:
    """Is not going to be retired within so many days."""
    if type(days) is not int or not 0 <= days <= _MOST_DAYS:
        raise InvalidSelectionError("not_retiring_within", days, expected=f"a whole number of days from 0 to {_MOST_DAYS:,}")
    last = date.fromordinal(min(on.toordinal() + days, date.max.toordinal()))

    def judge(subject: Subject) -> Reason | None:
        life, found = subject.lifecycle, subject.status
        if life.retires_on is not None:
            told = "retired" if life.retires_on <= on else "retires"
            return None if life.retires_on > last else Reason("not_retiring_within", f"{told} on {life.retires_on}")
        if found is ModelStatus.RETIRED:
            return Reason("not_retiring_within", "is retired")
        if found is ModelStatus.DEPRECATED:
            return Reason("not_retiring_within", "is deprecated, and its last day is not announced", unknown=True)
        return None

    return Constraint("not_retiring_within", f"is served beyond {last}, as far as is announced", judge)


def yes_or_no(name: str, given: object) -> bool:
    """A truth value as callers must give it: text such as ``"no"`` would be true.

    Raises:
        InvalidSelectionError: anything else.
    """
    if not isinstance(given, bool):
        raise InvalidSelectionError(name, given, expected="True or False")
    return given


def open_weights(*, wanted: bool) -> Constraint:
    """Has its weights published, or has not."""
    told = {True: "has open weights", False: "has no open weights"}
    yes_or_no("open_weights", wanted)

    def judge(subject: Subject) -> Reason | None:
        found = subject.spec.metadata.open_weights
        if found is None:
            return Reason("open_weights", "no source says whether its weights are open", unknown=True)
        return None if found is wanted else Reason("open_weights", told[found])

    return Constraint("open_weights", told[wanted], judge)


def names(
    name: str, patterns: Patterns, of: Callable[[Subject], Sequence[str]], noun: str, known: Iterable[str]
) -> Constraint:
    """Has a name that the patterns allow; ``of`` gives its names, the one to speak of first.

    Raises:
        InvalidSelectionError: no pattern, one that is no text, or one that matches nothing that there is.
    """
    allowed, denied = _patterns(name, patterns, frozenset(map(str.casefold, known)))

    def judge(subject: Subject) -> Reason | None:
        found = of(subject)
        if not found:
            return Reason(name, f"has no {noun}")
        hits = [pattern for pattern in denied if _match(found, pattern)]
        if hits:
            return Reason(name, f"{noun} {found[0]} is excluded by !{hits[0]}")
        if allowed and not any(_match(found, pattern) for pattern in allowed):
            return Reason(name, f"{noun} {found[0]} is none of {', '.join(allowed)}")
        return None

    return Constraint(name, f"{noun} {', '.join([*allowed, *(f'!{pattern}' for pattern in denied)])}", judge)


def _patterns(name: str, patterns: Patterns, known: frozenset[str]) -> tuple[list[str], list[str]]:
    given: list[Any] = [patterns] if isinstance(patterns, str) or not isinstance(patterns, Iterable) else list(patterns)
    if not given:
        raise InvalidSelectionError(name, patterns, expected="one name or pattern or more; None allows everything")
    allowed: list[str] = []
    denied: list[str] = []
    for pattern in given:
        if not isinstance(pattern, str) or not pattern.strip("! "):
            raise InvalidSelectionError(name, pattern, expected="a name, a pattern such as mistral*, or !name to exclude it")
        folded = pattern.strip().casefold()
        bare = folded.removeprefix("!")
        if not any(fnmatchcase(each, bare) for each in known):
            from difflib import get_close_matches  # only on the way to an error

            near = get_close_matches(bare, known, n=3)
            raise InvalidSelectionError(name, pattern, expected="a name that there is", suggestions=near)
        (denied if folded.startswith("!") else allowed).append(bare)
    return allowed, denied


def _match(found: Sequence[str], pattern: str) -> bool:
    return any(fnmatchcase(each.casefold(), pattern) for each in found)


def folded_region(wanted: Any) -> str:
    """A region as it is compared.

    Raises:
        InvalidSelectionError: no text.
    """
    if not isinstance(wanted, str) or not wanted.strip():
        raise InvalidSelectionError("region", wanted, expected="a region, such as eu or us-east-1")
    return wanted.strip().casefold()


def region(wanted: str, catalog: Catalog) -> Constraint:
    """Is served in a region, as the offering or its price says; ``us`` holds ``us-east-1`` too.

    Raises:
        InvalidSelectionError: no text.
    """
    folded = folded_region(wanted)

    def judge(subject: Subject) -> Reason | None:
        inside = subject.is_served_in(folded)
        if inside:
            return None
        if inside is None:
            return _elsewhere(subject, folded, catalog)
        return Reason("region", f"is served in {subject.offering.region}")  # type: ignore[union-attr] # it has one

    return Constraint("region", f"is served in {wanted.strip()}", judge)


def _elsewhere(subject: Subject, folded: str, catalog: Catalog) -> Reason:
    """Why nobody knows, or that the provider is known to have other regions only."""
    known = catalog.providers[subject.provider].regions if subject.provider is not None else []
    if known and not any(is_within(folded, own) or is_within(own, folded) for own in map(str.casefold, known)):
        return Reason("region", f"is served in {', '.join(known)}")
    return Reason("region", "nobody states where it is served", unknown=True)


def known_after(day: date) -> Constraint:
    """Knows of what happened on a day: its reliable knowledge reaches at least to it."""
    if not isinstance(day, date):
        raise InvalidSelectionError("known_after", day, expected="a date")
    reached = as_utc(day).date()

    def judge(subject: Subject) -> Reason | None:
        cutoff = subject.spec.knowledge_cutoff
        if cutoff is None:
            return Reason("known_after", "nobody states how far its knowledge reaches", unknown=True)
        is_later = _first_day(cutoff) >= reached
        return None if is_later else Reason("known_after", f"is not sure to know of anything after {cutoff}")

    return Constraint("known_after", f"knows of {reached}", judge)


def _first_day(cutoff: str) -> date:
    """The first day that a cutoff can mean: ``2025-01`` is sure to cover nothing after 2025-01-01."""
    year, month, day = (*map(int, cutoff.split("-")), 1, 1)[:3]
    return date(year, month, day)


def sellers(least: int, catalog: Catalog, at: datetime) -> Constraint:
    """Is sold by at least so many providers; one that has retired it by then sells it no more."""
    if type(least) is not int or not 1 <= least <= MOST:
        raise InvalidSelectionError("min_providers", least, expected="a whole number from 1 to 10**18")

    def is_sold(offering: Offering) -> bool:
        return offering.lifecycle is None or offering.lifecycle.status_at(at) is not ModelStatus.RETIRED

    @cache  # every offering of a model asks
    def count(model: str) -> int:
        return len({offering.provider for offering in catalog.offerings(model=model) if is_sold(offering)})

    def judge(subject: Subject) -> Reason | None:
        found = count(subject.spec.key)
        return None if found >= least else Reason("min_providers", f"is sold by {found}, fewer than {least}")

    return Constraint("min_providers", f"is sold by at least {least} providers", judge)


def cost(most: Decimal | int | str) -> Constraint:
    """Costs at most so much for the whole workload, in USD."""
    limit = _amount(most)

    def judge(subject: Subject) -> Reason | None:
        found = subject.cost
        if found.exact is None:
            return Reason("max_cost", f"its cost is not known: {found.problem}", unknown=True)
        if found.exact <= limit:
            return None
        return Reason("max_cost", f"costs {money(found.exact)} USD, more than {money(limit)}")

    return Constraint("max_cost", f"costs at most {money(limit)} USD", judge, is_dear=True)


def free(*, wanted: bool) -> Constraint:
    """Is free of charge, or is not."""
    label = "costs nothing" if yes_or_no("free", wanted) else "costs something"

    def judge(subject: Subject) -> Reason | None:
        found = subject.cost
        if found.exact is None:
            return Reason("free", f"its cost is not known: {found.problem}", unknown=True)
        if (found.exact == 0) is wanted:
            return None
        return Reason("free", f"costs {money(found.exact)} USD" if wanted else "is free of charge")

    return Constraint("free", label, judge, is_dear=True)


_MOST_USD = MOST**3
"""More than any workload can cost: a count of requests, a count of units in each, and a rate."""


def _amount(given: object) -> Fraction:
    try:
        found = _decimal(given)
        amount = None if found is None else exact_number(found)
    except ArithmeticError:
        amount = None
    if amount is None or not 0 <= amount <= _MOST_USD:
        raise InvalidSelectionError("max_cost", given, expected="an amount of USD from 0 to 10**54")
    return amount


_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


def _decimal(given: object) -> Decimal | float | None:
    if isinstance(given, str):
        written = given.strip().removeprefix("$")
        return Decimal(written.replace(",", "") if _GROUPED.fullmatch(written) else written)
    return given if isinstance(given, Decimal | int | float) and not isinstance(given, bool) else None
