"""``Saving``: another way to pay less with the same model, under which precondition, and by which arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ai_models.models.base import ModelStatus
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.amounts import exact_decimal, plain
from ai_models.pricing.conditions import least_tokens
from ai_models.pricing.context import service_tier_of
from ai_models.pricing.models import Pricing
from ai_models.selection.arithmetic import bill_lines
from ai_models.selection.costing import WorkloadCost, has_hours, money
from ai_models.selection.guidance import least_prefix
from ai_models.selection.losses import losses
from ai_models.selection.question import Question
from ai_models.selection.subject import Subject, offered
from ai_models.selection.workload import Workload, share

__all__ = ["Saving", "percent_of", "savings"]

_WEEK = 7 * 24
_MISSES = 100
"""One request in so many finds no cache and writes it: an assumption, and said where it is made."""

_SERVED = (ModelStatus.ACTIVE, ModelStatus.PREVIEW, ModelStatus.DEPRECATED)
_OF_OTHER_MODELS = ("makers", "models", "objective", "prefer", "status")


class Saving(Struct, frozen=True, kw_only=True):
    """Another way to pay less with the same model; ``cost`` and ``saving`` are USD for the whole workload.

    ``precondition`` says what must hold for it, ``arithmetic`` shows each step, ``lost`` what it gives up. Two savings
    do not simply add up: each is reckoned from the workload as it is.
    """

    kind: str
    precondition: str
    arithmetic: tuple[str, ...]
    cost: Decimal
    saving: Decimal
    percent: Decimal
    lost: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The saving as JSON has it: amounts as text."""
        return {
            "kind": self.kind,
            "precondition": self.precondition,
            "arithmetic": list(self.arithmetic),
            "cost": f"{self.cost:f}",
            "saving": f"{self.saving:f}",
            "percent": f"{self.percent:f}",
            "lost": list(self.lost),
        }


def percent_of(part: Fraction, whole: Fraction) -> Decimal:
    """A part in percent of the whole, with one decimal; 0 of nothing."""
    return Decimal(f"{float(part / whole * 100):.1f}") if whole else Decimal(0)


def savings(question: Question, work: Workload, current: Subject, prefix: int, options: dict[str, Any]) -> list[Saving]:
    """Every saving that there is for the question's workload, the largest first; none is below a tenth of a per cent.

    ``prefix`` is how many tokens of each prompt are the same, ``options`` what else was asked of an offering.
    """
    saver = _Saver(question, current, work)
    found = [
        *saver.caching(prefix),
        *saver.batch(),
        *saver.flex(),
        *saver.hours(),
        *saver.context(),
        *saver.elsewhere(options),
    ]
    return sorted((each for each in found if each.percent > 0), key=lambda saving: -saving.saving)


class _Saver:
    """Prices changed workloads, and the same at other places, against the current cost."""

    def __init__(self, question: Question, current: Subject, workload: Workload) -> None:
        self._question = question
        self._current = current
        self._workload = workload
        self._was = current.cost.exact or Fraction(0)
        offering = current.offering
        self._pricing: Pricing | None = None if offering is None else offering.pricing_at(question.at)

    def caching(self, prefix: int) -> Iterator[Saving]:
        """Reading the same beginning from a cache, and writing it for the few requests that find none."""
        work, least = self._workload, least_prefix(self._current.spec)
        is_useless = prefix <= work.cached or bool(self._current.unsupported & ModelCapability.PROMPT_CACHING.bit)
        if is_useless or prefix < (least or 0):
            return
        written = -(-prefix // _MISSES)
        changed = replace(
            work,
            cached_share=Fraction(prefix - written, work.input_tokens),
            cache_write_share=Fraction(written, work.input_tokens),
        )
        reached = "no guidance states the model's least prefix" if least is None else f"the model caches from {least:,} on"
        yield from self._saving(
            "prompt caching",
            self._cost(changed),
            f"the first {prefix:,} tokens are the same each time ({reached}), and {_MISSES - 1} of {_MISSES} requests come "
            f"while the cache holds: on average {prefix - written:,} tokens are read and {written:,} written",
            *bill_lines(changed, self._cost(changed)),
            *self._storage(),
        )

    def _storage(self) -> Iterator[str]:
        rate = None if self._pricing is None else self._pricing.rates.get("cache_token_hours")
        if rate is not None:
            yield f"not counted: storing an explicit cache, at {plain(rate.amount)} for {rate.per:,} tokens and hour"

    def batch(self) -> Iterator[Saving]:
        """Everything as a batch."""
        if share("batch_share", self._workload.batch_share) == 1:
            return
        changed = replace(self._workload, batch_share=1, service_tier=None)
        cost = self._cost(changed)
        if cost.batch is not None:
            yield from self._saving("batch", cost, "answers may wait, up to a day", *bill_lines(changed, cost))

    def flex(self) -> Iterator[Saving]:
        """The tier that is served when there is room."""
        if service_tier_of(self._workload.service_tier) not in (None, "standard"):
            return
        changed = replace(self._workload, service_tier="flex")
        cost = self._cost(changed)
        if cost.standard is not None:
            told = "answers may be slow, and be refused when there is no room"
            yield from self._saving("flex tier", cost, told, *bill_lines(changed, cost))

    def hours(self) -> Iterator[Saving]:
        """The hour of the coming week at which the same price version asks least."""
        bill = self._current.cost.standard
        if bill is None or bill.version is None or not has_hours(bill):
            return
        priced = []
        for hours in range(_WEEK):
            instant = self._question.at + timedelta(hours=hours)
            cost = self._question.costing.like(self._workload, at=instant).of(self._current.offering)
            if cost.exact is not None and cost.standard is not None and cost.standard.version == bill.version:
                priced.append((cost.exact, instant, cost))
        if priced:
            _, instant, cost = min(priced, key=lambda entry: entry[:2])
            yield from self._saving(
                "off-peak hours",
                cost,
                f"every request can wait for an hour such as {instant:%a %H:%M} UTC; its price depends on "
                + "; ".join(_hours_of(self._pricing)),
                *bill_lines(self._workload, cost),
            )

    def context(self) -> Iterator[Saving]:
        """Prompts below the threshold from which on the whole request is dearer."""
        work = self._workload
        overrides = () if self._pricing is None else self._pricing.overrides
        steps = {least_tokens(override.when)[0] - 1 for override in overrides if not override.marginal}
        step = max((step for step in steps if 0 < step < work.prompt_tokens), default=0)
        shorter = work.input_tokens - (work.prompt_tokens - step)
        if not step or shorter <= 0:
            return
        changed = replace(work, input_tokens=shorter)
        cost = self._cost(changed)
        yield from self._saving(
            "shorter prompts",
            cost,
            f"{work.prompt_tokens - step:,} tokens of each prompt can be left out: above {step:,} all of it is dearer",
            *bill_lines(changed, cost),
        )

    def elsewhere(self, options: dict[str, Any]) -> Iterator[Saving]:
        """The same model at the provider that asks least for it, among those that satisfy what was asked."""
        asked = {name: value for name, value in options.items() if name not in _OF_OTHER_MODELS}
        question = Question(self._question.service, self._workload, self._question.at, {**asked, "status": _SERVED})
        own = self._current.offering
        others = offered(question.service.catalog, self._current.spec, question.costing, question.at)
        found = question.answer(
            [each for each in others if each.offering is not None and (own is None or each.offering.key != own.key)]
        )
        if found.chosen is not None:
            cost = found.chosen.cost
            yield from self._saving(
                "another provider",
                cost,
                f"{found.chosen.key} serves the same model, with terms and quotas of its own",
                *bill_lines(self._workload, cost),
                lost=tuple(losses(found.chosen.subject, self._current)),
            )

    def _cost(self, workload: Workload) -> WorkloadCost:
        return self._question.costing.like(workload).of(self._current.offering)

    def _saving(
        self, kind: str, cost: WorkloadCost, precondition: str, *arithmetic: str, lost: tuple[str, ...] = ()
    ) -> Iterator[Saving]:
        """The saving, where there is one."""
        if cost.exact is None or cost.exact >= self._was:
            return
        saved = self._was - cost.exact
        yield Saving(
            kind=kind,
            precondition=precondition,
            arithmetic=(*arithmetic, f"{money(self._was)} - {money(cost.exact)} = {money(saved)} USD"),
            cost=exact_decimal(cost.exact),
            saving=exact_decimal(saved),
            percent=percent_of(saved, self._was),
            lost=lost,
        )


def _hours_of(pricing: Pricing | None) -> list[str]:
    overrides = () if pricing is None else pricing.overrides
    return list(dict.fromkeys(str(each.when) for each in overrides if each.when.hours or each.when.weekdays))
