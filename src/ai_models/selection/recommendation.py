"""``recommend``: models that do a workload for less than the current one, what each would lose, and what else would save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct

from ai_models.catalog.catalog import Catalog
from ai_models.errors import InvalidSelectionError, ModelNotFoundError
from ai_models.models.base import ModelStatus, as_utc
from ai_models.models.capabilities import ModelCapability, capabilities_of, capability_mask, in_order
from ai_models.pricing.amounts import exact_decimal
from ai_models.registry.pricing_service import PricingService, shared_service
from ai_models.selection.choice import select
from ai_models.selection.constraints import yes_or_no
from ai_models.selection.costing import WorkloadCost, money
from ai_models.selection.guidance import least_prefix
from ai_models.selection.losses import losses, not_stated
from ai_models.selection.question import Question
from ai_models.selection.savings import Saving, percent_of, savings
from ai_models.selection.selection import Candidate, Selection, Unknown
from ai_models.selection.shorthand import shorthand_of, workload_of
from ai_models.selection.subject import Subject, subject_of, subjects
from ai_models.selection.workload import Workload

__all__ = ["Alternative", "Recommendation", "recommend"]

_MOST = 5
_OF_USE = ("require", "workload")
_NOT_PASSED_ON = {"workload", "objective", "prefer", "offerings", "unknown", "at", "pricing_service"}


class Alternative(Struct, frozen=True, kw_only=True, eq=False):
    """A model that does the workload for less: what it saves, and what of the current one it has not.

    ``saving`` is in USD for the whole workload, ``percent`` of the current cost. ``lost`` is what is known to be less,
    ``unknown`` what no source states of it; ``is_named`` says whether the maker of the current one names it instead.
    """

    candidate: Candidate
    saving: Decimal
    percent: Decimal
    lost: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    is_named: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The alternative as JSON has it: amounts as text."""
        return {
            "model": self.candidate.key,
            "name": self.candidate.name,
            **self.candidate.cost.to_dict(),
            "saving": f"{self.saving:f}",
            "percent": f"{self.percent:f}",
            "lost": list(self.lost),
            "unknown": list(self.unknown),
            "is_named": self.is_named,
        }


class Recommendation(Struct, frozen=True, kw_only=True, eq=False):
    """What the current model costs, the cheaper models, and the other savings, each list with the largest saving first.

    ``uses`` are the capabilities that every alternative has; ``notes`` tell what is to be known of the current model.
    """

    current: str
    workload: Workload
    cost: WorkloadCost
    uses: tuple[ModelCapability, ...]
    alternatives: tuple[Alternative, ...]
    savings: tuple[Saving, ...]
    at: datetime
    notes: tuple[str, ...] = ()

    def explain(self) -> str:
        """The recommendation as text."""
        from ai_models.selection.explanation import recommendation  # one that nobody reads does without it

        return recommendation(self)

    def to_dict(self) -> dict[str, Any]:
        """The recommendation as JSON has it: amounts as text."""
        return {
            "at": self.at.isoformat(),
            "current": self.current,
            "workload": shorthand_of(self.workload),
            "uses": list(map(str, self.uses)),
            **self.cost.to_dict(),
            "alternatives": [each.to_dict() for each in self.alternatives],
            "savings": [each.to_dict() for each in self.savings],
            "notes": list(dict.fromkeys((*self.notes, *self.cost.notes))),
        }


def recommend(
    workload: Workload | str,
    current: str,
    *,
    uses: Iterable[ModelCapability | str] = (),
    prefix_tokens: int = 0,
    most: int = _MOST,
    offerings: bool = False,
    unknown: Unknown = "exclude",
    at: date | datetime | None = None,
    pricing_service: PricingService | None = None,
    **constraints: Any,
) -> Recommendation:
    """Find cheaper ways to do what the current model does.

    Args:
        workload: what is asked, as a ``Workload`` or its shorthand.
        current: the model that does it now; ``provider:id`` where that is not its maker's.
        uses: the capabilities that are used, beside those that the workload needs. What is not named may be
            lost, and it is said.
        prefix_tokens: how many tokens of each prompt are the same every time; with them, what caching them saves is
            reckoned.
        most: how many alternatives, the cheapest; what the maker names instead of a model that goes comes on top.
        offerings: whether other providers' offerings are alternatives too.
        unknown: as ``select``.
        at: the day or instant; now by default.
        pricing_service: whose catalogue and prices to use.
        constraints: more of what ``select`` takes (``makers``, ``min_context`` …); ``free`` is False here unless it is said
            otherwise, because free allowances rarely carry a workload.

    Raises:
        InvalidSelectionError: the current model's cost is not known, or an argument cannot be.
        InvalidWorkloadError: a workload that cannot be.
        ModelNotFoundError, AmbiguousModelError: ``current`` means none, or several.
    """
    work = workload_of(workload)
    _check(work, prefix_tokens, most, constraints)
    service = shared_service() if pricing_service is None else pricing_service
    instant = datetime.now(UTC) if at is None else as_utc(at)
    used = capability_mask(uses)
    options = {"free": False, **constraints, "require": [*capabilities_of(used)], "unknown": unknown}
    question = Question(service, work, instant, options)
    subject = subject_of(service.catalog, question.costing, current, instant)
    if subject.cost.exact is None:
        raise InvalidSelectionError("current", current, expected=f"a model whose cost is known ({subject.cost.problem})")
    by_offering = yes_or_no("offerings", offerings)
    selection = question.answer(
        subjects(service.catalog, question.costing, instant, by_offering=by_offering), by_offering=by_offering
    )
    named = _named(service, subject, instant)
    return Recommendation(
        current=subject.key,
        workload=work,
        cost=subject.cost,
        uses=tuple(in_order({*capabilities_of(used), *work.needs})),
        alternatives=tuple(_alternatives(selection, subject, named, most)),
        savings=tuple(savings(question, work, subject, prefix_tokens, options)),
        at=instant,
        notes=(*_about(subject, question, prefix_tokens), *_of_named(service.catalog, selection, subject, named)),
    )


def _check(work: Workload, prefix_tokens: object, most: object, constraints: dict[str, Any]) -> None:
    """Refuse arguments that cannot be.

    Raises:
        InvalidSelectionError: see ``recommend``.
    """
    if type(prefix_tokens) is not int or not 0 <= prefix_tokens <= work.input_tokens:
        raise InvalidSelectionError("prefix_tokens", prefix_tokens, expected="a whole number from 0 to the input's tokens")
    if type(most) is not int or most < 1:
        raise InvalidSelectionError("most", most, expected="a whole number from 1")
    known = sorted({*(select.__kwdefaults__ or {})} - _NOT_PASSED_ON)
    for name in constraints:
        if name not in known:
            raise InvalidSelectionError("a constraint", name, expected=f"one of {', '.join(known)}")


def _named(service: PricingService, current: Subject, at: datetime) -> list[str]:
    """The keys of the models that the maker names instead of the current one, as far as the catalogue has them."""
    found = []
    for name in current.lifecycle.replacement:
        try:
            found.append(service.catalog.get_model(name, at=at).key)
        except ModelNotFoundError:  # a name that meant nothing yet on that day: it is told as it stands
            continue
    return found


def _alternatives(selection: Selection, current: Subject, named: list[str], most: int) -> Iterator[Alternative]:
    """The cheapest, and those that the maker names."""
    was = current.cost.exact or Fraction(0)
    cheaper = [
        each
        for each in selection.ranked
        if each.cost.exact is not None and each.cost.exact < was and each.spec is not current.spec
    ]
    for place, each in enumerate(cheaper):
        is_named = each.spec.key in named
        if place < most or is_named:
            saved = was - (each.cost.exact or Fraction(0))
            yield Alternative(
                candidate=each,
                saving=exact_decimal(saved),
                percent=percent_of(saved, was),
                lost=tuple(losses(each.subject, current)),
                unknown=tuple(dict.fromkeys((*each.unknown, *not_stated(each.subject, current)))),
                is_named=is_named,
            )


def _about(current: Subject, question: Question, prefix: int) -> Iterator[str]:
    """What is to be known of the current model: how long it stays, and whether it does what it is said to do."""
    yield from _life(current)
    work, least = question.workload, least_prefix(current.spec)
    lacking = [each.judge(current) for each in question.constraints if each.name.startswith(_OF_USE)]
    yield from (f"{current.key}: {reason.text}" for reason in lacking if reason is not None)
    if least is not None and work is not None and 0 < prefix < least:
        yield f"a prefix of {prefix:,} tokens is not cached: {current.key} caches from {least:,} on"


def _life(current: Subject) -> Iterator[str]:
    life, status = current.lifecycle, current.status
    instead = f"; its maker names {' or '.join(life.replacement)} instead" if life.replacement else ""
    if status is ModelStatus.RETIRED:
        yield f"{current.key} is retired{f' since {life.retires_on}' if life.retires_on else ''}{instead}"
    elif status is ModelStatus.DEPRECATED or life.retires_on is not None:
        until = f"retires on {life.retires_on}" if life.retires_on else "its last day is not announced"
        yield f"{current.key} is {status}, and {until}{instead}"


def _of_named(catalog: Catalog, selection: Selection, current: Subject, named: list[str]) -> Iterator[str]:
    """Why a model that the maker names is no alternative: it is not cheaper, or does not do all this."""
    was = current.cost.exact or Fraction(0)
    for key in named:
        own = catalog.own_offering(key)
        keys = (key, None if own is None else own.key)  # by model, or by offering
        found = next((each for each in selection.ranked if each.spec.key == key), None)
        refused = next((entry for entry in selection.rejected if entry.key in keys), None)
        if found is not None and found.cost.exact is not None and found.cost.exact >= was:
            more = percent_of(found.cost.exact - was, was)
            yield f"{key}, which its maker names, costs {money(found.cost.exact)} USD: {more} % more"
        elif refused is not None:
            why = "; it ".join(reason.text for reason in refused.reasons)
            yield f"{key}, which its maker names, does not do all this: it {why}"
