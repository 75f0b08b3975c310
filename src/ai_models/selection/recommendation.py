"""``recommend``: models that do a workload for less than the current one, what each would lose, and what else would save.

Every saving says what must hold for it, and shows its arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ai_models.errors import InvalidSelectionError
from ai_models.models.base import ModelStatus, as_utc
from ai_models.models.capabilities import ModelCapability, capabilities_of, in_order
from ai_models.pricing.amounts import exact_decimal
from ai_models.pricing.conditions import least_tokens
from ai_models.registry.pricing_service import PricingService, shared_service
from ai_models.selection.costing import Costing, WorkloadCost
from ai_models.selection.explanation import money
from ai_models.selection.scores import lost_scores
from ai_models.selection.selection import Candidate, Unknown, select
from ai_models.selection.shorthand import parse_workload, short_count, shorthand_of
from ai_models.selection.subject import WAITING, Subject, subject_of
from ai_models.selection.workload import Workload, share

__all__ = ["Alternative", "Recommendation", "Saving", "recommend"]

_MOST = 5


class Alternative(Struct, frozen=True, kw_only=True, eq=False):
    """A model that does the workload for less: what it saves, and what of the current one it has not.

    ``saving`` is in USD for the whole workload, ``percent`` of the current cost. ``lost`` is what is known to be less,
    ``unknown`` what no source states of it.
    """

    candidate: Candidate
    saving: Decimal
    percent: Decimal
    lost: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Saving(Struct, frozen=True, kw_only=True):
    """Another way to pay less with the same model: under which precondition, and by which arithmetic."""

    kind: str
    precondition: str
    arithmetic: tuple[str, ...]
    cost: Decimal
    saving: Decimal
    percent: Decimal


class Recommendation(Struct, frozen=True, kw_only=True, eq=False):
    """What the current model costs, the cheaper models, and the other savings, each list with the largest saving first."""

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
        return "\n".join(_told(self))

    def to_dict(self) -> dict[str, Any]:
        """The recommendation as JSON has it: amounts as text."""
        return {
            "at": self.at.isoformat(),
            "current": self.current,
            "workload": shorthand_of(self.workload),
            "uses": [str(each) for each in self.uses],
            "cost": None if self.cost.total is None else str(self.cost.total),
            "currency": "USD",
            "alternatives": [
                {
                    "model": each.candidate.key,
                    "cost": str(each.candidate.cost.total),
                    "saving": str(each.saving),
                    "percent": str(each.percent),
                    "lost": list(each.lost),
                    "unknown": list(each.unknown),
                }
                for each in self.alternatives
            ],
            "savings": [
                {
                    "kind": each.kind,
                    "precondition": each.precondition,
                    "arithmetic": list(each.arithmetic),
                    "cost": str(each.cost),
                    "saving": str(each.saving),
                    "percent": str(each.percent),
                }
                for each in self.savings
            ],
            "notes": list(self.notes),
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
        prefix_tokens: how many tokens of each prompt are the same every time; with them, what caching them saves is reckoned.
        most: how many alternatives.
        offerings: whether other providers' offerings are alternatives too.
        unknown: as ``select``.
        at: the day or instant; now by default.
        pricing_service: whose catalogue and prices to use.
        constraints: more of what ``select`` takes (``makers``, ``min_context`` …); ``free`` is False here unless it is said
            otherwise, because free allowances rarely carry a workload.

    Raises:
        InvalidSelectionError: the current model's cost is not known, or an argument cannot be.
        ModelNotFoundError, AmbiguousModelError: ``current`` means none, or several.
    """
    work = parse_workload(workload) if isinstance(workload, str) else workload
    if type(prefix_tokens) is not int or not 0 <= prefix_tokens <= work.input_tokens:
        raise InvalidSelectionError("prefix_tokens", prefix_tokens, expected="a whole number from 0 to the input's tokens")
    if type(most) is not int or most < 1:
        raise InvalidSelectionError("most", most, expected="a whole number from 1")
    service = shared_service() if pricing_service is None else pricing_service
    instant = datetime.now(UTC) if at is None else as_utc(at)
    exchange = constraints.get("exchange")
    subject = subject_of(service.catalog, Costing(service, work, at=instant, exchange=exchange), current, instant)
    if subject.cost.exact is None:
        raise InvalidSelectionError("current", current, expected=f"a model whose cost is known ({subject.cost.problem})")
    named = {each if isinstance(each, ModelCapability) else ModelCapability.parse(each) for each in uses}
    constraints.setdefault("free", False)
    selection = select(
        named, workload=work, offerings=offerings, unknown=unknown, at=instant, pricing_service=service, **constraints
    )
    saver = _Saver(service, subject, work, instant, exchange)
    cheaper = [each for each in selection.ranked if _is_cheaper(each, subject)]
    return Recommendation(
        current=subject.key,
        workload=work,
        cost=subject.cost,
        uses=tuple(in_order({*named, *work.needs})),
        alternatives=tuple(_alternative(each, subject) for each in cheaper[:most]),
        savings=tuple(sorted(saver.all(prefix_tokens), key=lambda saving: -saving.saving)),
        at=instant,
        notes=tuple(_about(subject)),
    )


def _is_cheaper(candidate: Candidate, current: Subject) -> bool:
    cost = candidate.cost.exact
    return (
        cost is not None
        and current.cost.exact is not None
        and cost < current.cost.exact
        and candidate.spec is not current.spec
    )


def _about(subject: Subject) -> Iterator[str]:
    life = subject.lifecycle
    if subject.status in (ModelStatus.DEPRECATED, ModelStatus.RETIRED):
        when = f", and retires on {life.retires_on}" if life.retires_on else ""
        instead = f"; its maker names {' or '.join(life.replacement)}" if life.replacement else ""
        yield f"{subject.key} is {subject.status}{when}{instead}"
    yield from subject.cost.notes


def _alternative(candidate: Candidate, current: Subject) -> Alternative:
    was, costs = current.cost.exact or Fraction(0), candidate.cost.exact or Fraction(0)
    lost, unknown = _losses(candidate, current)
    return Alternative(
        candidate=candidate,
        saving=exact_decimal(was - costs),
        percent=_percent(was - costs, was),
        lost=tuple(lost),
        unknown=(*candidate.unknown, *unknown),
    )


def _percent(part: Fraction, whole: Fraction) -> Decimal:
    return Decimal(f"{float(part / whole * 100):.1f}") if whole else Decimal(0)


def _losses(candidate: Candidate, current: Subject) -> tuple[list[str], list[str]]:
    """What the current model is known to have and the other is known to lack, and what nobody states of it."""
    held = capabilities_of(current.supported)
    lacking = in_order(held & candidate.spec.unsupported)
    open_ = in_order(held - candidate.spec.capabilities - candidate.spec.unsupported)
    lost = [f"no {capability}" for capability in lacking]
    for label, was, found in (
        ("prompts", current.window, candidate.spec.context_window_input),
        ("answers", current.output_window, candidate.spec.context_window_output),
    ):
        if was is not None and found is not None and found < was:
            lost.append(f"{label} of {found:,} tokens instead of {was:,}")
    lost += lost_scores(current.spec, candidate.spec)
    life = candidate.spec.lifecycle
    if candidate.spec.status is ModelStatus.DEPRECATED or life.retires_on is not None:
        lost.append(f"it retires{f' on {life.retires_on}' if life.retires_on else ', on a day not yet announced'}")
    return lost, [f"no source says whether it supports {capability}" for capability in open_]


class _Saver:
    """Prices changed workloads, and the same at other places, against the current cost."""

    def __init__(
        self,
        service: PricingService,
        subject: Subject,
        workload: Workload,
        at: datetime,
        exchange: Mapping[str, Decimal | int | str] | None,
    ) -> None:
        self._service = service
        self._subject = subject
        self._workload = workload
        self._at = at
        self._exchange = exchange
        self._was = subject.cost.exact or Fraction(0)

    def all(self, prefix_tokens: int) -> Iterator[Saving]:
        """Every saving that there is."""
        for saving in (*self._caching(prefix_tokens), *self._tiers(), *self._context(), *self._elsewhere()):
            if saving is not None:
                yield saving

    def _cost(self, workload: Workload) -> WorkloadCost:
        return Costing(self._service, workload, at=self._at, exchange=self._exchange).of(self._subject.offering)

    def _saving(self, kind: str, cost: WorkloadCost, precondition: str, *arithmetic: str) -> Saving | None:
        if cost.exact is None or cost.exact >= self._was:
            return None
        return Saving(
            kind=kind,
            precondition=precondition,
            arithmetic=(*arithmetic, f"{money(self._was)} - {money(cost.exact)} = {money(self._was - cost.exact)} USD"),
            cost=exact_decimal(cost.exact),
            saving=exact_decimal(self._was - cost.exact),
            percent=_percent(self._was - cost.exact, self._was),
        )

    def _caching(self, prefix: int) -> Iterator[Saving | None]:
        """Reading the same beginning from a cache, and writing it for one request in a hundred."""
        work = self._workload
        if not prefix or prefix <= work.cached:
            return
        part = Decimal(prefix) / work.input_tokens
        read, written = part * (1 - _WRITES), part * _WRITES
        changed = replace(work, cached_share=read, cache_write_share=written)
        cost = self._cost(changed)
        bill = cost.standard
        if bill is None:
            return
        lines = [
            f"{line.meter}: {int(line.quantity):,} tokens at {line.rate} per {line.per:,}"
            for line in bill.lines
            if "cache" in line.meter and line.rate is not None
        ]
        yield self._saving(
            "prompt caching",
            cost,
            f"the first {prefix:,} tokens are the same each time, the model's least prefix is reached, and 99 of 100 "
            "requests come while the cache holds",
            *lines,
        )

    def _tiers(self) -> Iterator[Saving | None]:
        """Tiers that wait."""
        work = self._workload
        if share("batch_share", work.batch_share) < 1 and self._subject.supported & ModelCapability.BATCH_API.bit:
            changed = replace(work, batch_share=1, service_tier=None)
            cost = self._cost(changed)
            if cost.batch is not None:
                yield self._saving("batch", cost, "answers may wait, up to a day", *_one(cost, changed))
        if work.service_tier in (None, "standard"):
            changed = replace(work, service_tier="flex")
            cost = self._cost(changed)
            yield self._saving(
                "flex tier", cost, "answers may be slow, and be refused when there is no room", *_one(cost, changed)
            )

    def _context(self) -> Iterator[Saving | None]:
        """Prompts below a threshold from which on the whole request is dearer."""
        work, offering = self._workload, self._subject.offering
        pricing = None if offering is None else offering.pricing_at(self._at)
        steps = {least_tokens(override.when)[0] - 1 for override in (pricing.overrides if pricing else ())}
        for step in sorted((step for step in steps if 0 < step < work.prompt_tokens), reverse=True)[:1]:
            shorter = work.input_tokens - (work.prompt_tokens - step)
            if shorter <= 0:
                continue
            changed = replace(work, input_tokens=shorter)
            cost = self._cost(changed)
            yield self._saving(
                "shorter prompts",
                cost,
                f"{work.prompt_tokens - step:,} tokens of each prompt can be left out: above {step:,} everything is dearer",
                *_one(cost, changed),
            )

    def _elsewhere(self) -> Iterator[Saving | None]:
        """The same model at the provider that asks least for it."""
        catalog, spec = self._service.catalog, self._subject.spec
        costing = Costing(self._service, self._workload, at=self._at, exchange=self._exchange)
        own = self._subject.offering
        priced = [
            (cost.exact, offering.key, cost)
            for offering in catalog.offerings(model=spec.key)
            if (own is None or offering.key != own.key) and not offering.id.endswith(WAITING)
            if (cost := costing.of(offering)).exact
        ]
        if priced:
            _, key, cost = min(priced, key=lambda entry: entry[:2])
            yield self._saving(
                "another provider",
                cost,
                f"{key} serves the same model, with limits and terms of its own",
                *_one(cost, self._workload),
            )


_WRITES = Decimal("0.01")


def _one(cost: WorkloadCost, workload: Workload) -> Iterator[str]:
    for bill, what in ((cost.standard, "a request"), (cost.batch, "a batched request")):
        if bill is not None:
            yield f"{what}: {bill.total} {bill.currency}, x {short_count(workload.requests)}"


def _told(found: Recommendation) -> Iterator[str]:
    yield f"{found.current} costs {money(found.cost.exact or Fraction(0))} USD for {shorthand_of(found.workload)}."
    yield f"Used of it: {', '.join(found.uses) or 'nothing in particular'}"
    yield from (f"Note: {note}" for note in found.notes)
    yield "Cheaper models:" if found.alternatives else "No model that does all this is cheaper."
    for each in found.alternatives:
        cost = each.candidate.cost.exact or Fraction(0)
        yield f"  {each.candidate.key}: {money(cost)} USD, saves {money(Fraction(each.saving))} USD ({each.percent} %)"
        yield from (f"    loses: {loss}" for loss in each.lost)
        yield from (f"    unknown: {what}" for what in each.unknown)
        yield from (f"    note: {note}" for note in each.candidate.cost.notes)
    if found.savings:
        yield "With the same model:"
    for saving in found.savings:
        yield f"  {saving.kind}: saves {money(Fraction(saving.saving))} USD ({saving.percent} %), if {saving.precondition}"
        yield from (f"    {line}" for line in saving.arithmetic)
