"""``select``: the models that satisfy every constraint, ranked by an objective, and the reason against each other one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from ai_models.catalog.catalog import Catalog
from ai_models.errors import InvalidSelectionError
from ai_models.models.base import ModelSpec, ModelStatus, as_utc
from ai_models.models.capabilities import ModelCapability, capability_mask
from ai_models.registry.pricing_service import PricingService, shared_service
from ai_models.selection import constraints as conditions
from ai_models.selection.constraints import Constraint, Patterns, Reason
from ai_models.selection.costing import Costing, WorkloadCost
from ai_models.selection.frontier import frontier
from ai_models.selection.objective import DIMENSIONS, Dimension, Objective, objective_of
from ai_models.selection.scores import dimension_of, floors
from ai_models.selection.shorthand import parse_workload
from ai_models.selection.subject import Subject, subjects
from ai_models.selection.workload import Workload

__all__ = ["Candidate", "Rejection", "Relaxation", "Selection", "Unknown", "select"]

Unknown = Literal["exclude", "allow", "only"]
"""What becomes of a model of which a fact is missing that a constraint or the objective asks for."""


class Candidate(Struct, frozen=True, kw_only=True, eq=False):
    """A model that may be taken: ``key`` is ``maker/model``, or ``provider:id`` where offerings were asked for.

    ``values`` are those of the compared dimensions, None where unknown; ``preferred`` counts the preferred capabilities that
    it supports; ``unknown`` says what nobody states and was allowed.
    """

    key: str
    name: str
    spec: ModelSpec
    offering: str | None
    cost: WorkloadCost
    values: dict[str, float | int | Decimal | None]
    preferred: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def model(self) -> str:
        """The model's id."""
        return self.spec.model_id

    def __repr__(self) -> str:
        """Short: the key and what it costs."""
        total = self.cost.total
        return f"<Candidate {self.key}, {'cost unknown' if total is None else f'{total:,.2f} USD'}>"


class Rejection(Struct, frozen=True, kw_only=True):
    """A model that was not taken, and every constraint that it fails; its cost is looked at only beside one other."""

    key: str
    reasons: tuple[Reason, ...]


class Relaxation(NamedTuple):
    """A constraint: how many models fail it, and which fail nothing else, so that they would come in without it."""

    constraint: str
    label: str
    blocked: int
    admits: tuple[str, ...]


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked: for whoever reads the answer later."""

    constraints: tuple[tuple[str, str], ...]
    objective: str
    unknown: Unknown
    workload: Workload | None
    at: datetime
    offerings: bool
    preferred: tuple[str, ...] = ()


class Selection(Struct, frozen=True, kw_only=True, eq=False):
    """The answer: the candidates in their order, those on the Pareto frontier, and the others with their reasons.

    ``frontier`` is over cost, context and whatever the objective counts; candidates of which one of these is unknown are not
    on it.
    """

    asked: Asked
    ranked: tuple[Candidate, ...]
    frontier: tuple[Candidate, ...]
    rejected: tuple[Rejection, ...]

    @property
    def chosen(self) -> Candidate | None:
        """The first of the candidates; None where no model satisfies everything."""
        return self.ranked[0] if self.ranked else None

    @property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """The constraints, those first without which most models would come in."""
        blocked = Counter(reason.constraint for entry in self.rejected for reason in {*entry.reasons})
        alone: dict[str, list[str]] = {}
        for entry in self.rejected:
            failed = {reason.constraint for reason in entry.reasons}
            if len(failed) == 1:
                alone.setdefault(failed.pop(), []).append(entry.key)
        labels = {**dict(self.asked.constraints), "objective": f"is known to compare by {self.asked.objective}"}
        found = [
            Relaxation(name, label, blocked[name], tuple(alone.get(name, ())))
            for name, label in labels.items()
            if blocked[name]
        ]
        return tuple(sorted(found, key=lambda each: (-len(each.admits), -each.blocked)))

    def explain(self) -> str:
        """Why this one: what was asked, what it left, the winner beside the next ones, and what nobody knows."""
        from ai_models.selection.explanation import explanation  # a choice that nobody reads does without it

        return explanation(self)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it: amounts as text, unknown as null."""
        from ai_models.selection.explanation import as_dict  # as above

        return as_dict(self)


def select(
    require: Iterable[ModelCapability | str] = (),
    *,
    workload: Workload | str | None = None,
    objective: str | Mapping[str, float] = "cost",
    prefer: Iterable[ModelCapability | str] = (),
    min_context: int | None = None,
    min_output: int | None = None,
    makers: Patterns = None,
    providers: Patterns = None,
    models: Patterns = None,
    region: str | None = None,
    open_weights: bool | None = None,
    status: Collection[ModelStatus | str] | None = None,
    not_retiring_within: int | None = None,
    max_cost: Decimal | int | str | None = None,
    free: bool | None = None,
    known_after: date | None = None,
    min_providers: int | None = None,
    benchmarks: Mapping[str, float | Decimal] | None = None,
    offerings: bool = False,
    unknown: Unknown = "exclude",
    exchange: Mapping[str, Decimal | int | str] | None = None,
    at: date | datetime | None = None,
    pricing_service: PricingService | None = None,
) -> Selection:
    """Choose models by what they must do, and rank them by what matters.

    Args:
        require: capabilities that must be supported.
        workload: what will be asked, as a ``Workload`` or its shorthand (``50k:2k@80%cached x 1M/month``). It is priced by
            every rule of each price, and what it needs (its prompt, its answer, its pictures) is required too. Without one,
            cost is that of 1M tokens in and 1M out at standard rates.
        objective: ``cost``, ``context``, ``newest``, a benchmark (``NAME``, or ``NAME[harness=…]`` where it has several
            series), or weights over several.
        prefer: capabilities of which more come first, before the objective.
        min_context, min_output: the least prompt and answer window in tokens.
        makers, providers, models: names or patterns (``mistral*``); ``!name`` excludes.
        region: where it must be served, as the offering says.
        open_weights: whether its weights must be, or must not be, published.
        status: active and preview by default.
        not_retiring_within: days for which it must still be served.
        max_cost: the most that the workload may cost, in USD.
        free: whether it must, or must not, be free of charge: free allowances are small, and no price says how small.
        known_after: a day that its reliable knowledge must reach.
        min_providers: by how many providers it must be sold.
        benchmarks: the least score by benchmark.
        offerings: whether every provider's offering is a candidate, and not each model at its maker's.
        unknown: what becomes of a model of which a fact is missing: ``exclude`` it, ``allow`` it and say so, or look at
            those ``only``. Unknown is never taken for 0 or no.
        exchange: USD for one unit of other currencies; without it, prices in these are unknown.
        at: the day or instant of the choice; now by default.
        pricing_service: whose catalogue and prices to use.

    Raises:
        InvalidSelectionError: an argument that cannot be.
        InvalidWorkloadError: a workload that cannot be.
        UnknownCapabilityError, UnknownStatusError, UnknownBenchmarkError: a name that means none.
        AmbiguousScoreError: a benchmark with several series; it lists them.
    """
    if unknown not in ("exclude", "allow", "only"):
        raise InvalidSelectionError("unknown", unknown, expected="exclude, allow or only")
    service = shared_service() if pricing_service is None else pricing_service
    catalog, instant = service.catalog, datetime.now(UTC) if at is None else as_utc(at)
    work = parse_workload(workload) if isinstance(workload, str) else workload
    wanted = objective_of(objective, partial(dimension_of, catalog))
    asked = [
        conditions.status(status),
        *conditions.capabilities(require),
        *_of_workload(work),
        *_of_model(catalog, min_context, min_output, open_weights, known_after, benchmarks),
        *_of_names(catalog, makers, providers, models),
        *([] if region is None else [conditions.region(region)]),
        *([] if min_providers is None else [conditions.sellers(min_providers, catalog)]),
        *([] if not_retiring_within is None else [conditions.stays(not_retiring_within, instant.date())]),
        *([] if max_cost is None else [conditions.cost(max_cost)]),
        *([] if free is None else [conditions.free(wanted=free)]),
    ]
    chooser = _Chooser(asked, wanted, unknown, capability_mask(prefer))
    costing = Costing(service, work, at=instant, exchange=exchange)
    for subject in subjects(catalog, costing, instant, by_offering=offerings):
        chooser.judge(subject)
    return chooser.selection(
        Asked(
            constraints=tuple((each.name, each.label) for each in asked),
            objective=wanted.label,
            unknown=unknown,
            workload=work,
            at=instant,
            offerings=offerings,
            preferred=tuple(str(each) for each in prefer),
        )
    )


def _of_workload(work: Workload | None) -> list[Constraint]:
    if work is None:
        return []
    found = conditions.capabilities(work.needs, name="workload needs")
    if work.prompt_tokens:
        found.append(conditions.window(work.prompt_tokens, name="workload input", why="the workload's prompt"))
    if work.output_tokens:
        found.append(conditions.output_window(work.output_tokens, name="workload output", why="the workload's answer"))
    return found


def _of_model(
    catalog: Catalog,
    min_context: int | None,
    min_output: int | None,
    open_weights: bool | None,  # noqa: FBT001 one of many facts, passed on by place
    known_after: date | None,
    benchmarks: Mapping[str, float | Decimal] | None,
) -> list[Constraint]:
    return [
        *([] if min_context is None else [conditions.window(min_context)]),
        *([] if min_output is None else [conditions.output_window(min_output)]),
        *([] if open_weights is None else [conditions.open_weights(wanted=open_weights)]),
        *([] if known_after is None else [conditions.known_after(known_after)]),
        *floors(catalog, benchmarks or {}),
    ]


def _of_names(catalog: Catalog, makers: Patterns, providers: Patterns, models: Patterns) -> list[Constraint]:
    found = []
    if makers is not None:
        found.append(conditions.names("makers", makers, lambda subject: [subject.spec.provider], "maker", catalog.makers))
    if providers is not None:
        known = {*catalog.providers, *catalog.makers}
        found.append(conditions.names("providers", providers, _provider, "provider", known))
    if models is not None:
        found.append(conditions.names("models", models, _names, "model", map(str.casefold, catalog.names())))
    return found


def _provider(subject: Subject) -> Sequence[str]:
    return () if subject.provider is None else (subject.provider,)


def _names(subject: Subject) -> Sequence[str]:
    return (subject.spec.model_id, *(alias.name for alias in subject.spec.aliases))


class _Chooser:
    """Judges one subject after the other, and puts those that pass in order."""

    def __init__(self, asked: Sequence[Constraint], objective: Objective, unknown: Unknown, preferred: int) -> None:
        self._cheap = [constraint for constraint in asked if not constraint.is_dear]
        self._dear = [constraint for constraint in asked if constraint.is_dear]
        self._objective = objective
        self._unknown = unknown
        self._preferred = preferred
        self._passed: list[tuple[Subject, tuple[str, ...]]] = []
        self._rejected: list[Rejection] = []

    def judge(self, subject: Subject) -> None:
        """Pass or reject; what is dear to judge, and the objective, is looked at only where at most one other fails."""
        reasons = [reason for constraint in self._cheap if (reason := constraint.judge(subject)) is not None]
        if len(reasons) <= 1:
            reasons += [reason for constraint in self._dear if (reason := constraint.judge(subject)) is not None]
        if len(reasons) <= 1 or (self._unknown != "exclude" and all(reason.unknown for reason in reasons)):
            reasons += self._missing(subject)
        open_ = [reason for reason in reasons if reason.unknown]
        if len(open_) < len(reasons) or (open_ and self._unknown == "exclude"):
            self._reject(subject, reasons)
        elif self._unknown == "only" and not open_:
            self._reject(subject, [Reason("unknown", "everything that was asked for is known of it")])
        else:
            self._passed.append((subject, tuple(reason.text for reason in open_)))

    def _missing(self, subject: Subject) -> list[Reason]:
        """The dimensions of the objective that nobody knows."""
        return [
            Reason("objective", _unknown_value(dimension, subject), unknown=True)
            for dimension in self._objective.dimensions
            if dimension.value(subject) is None
        ]

    def _reject(self, subject: Subject, reasons: Iterable[Reason]) -> None:
        self._rejected.append(Rejection(key=subject.key, reasons=tuple(reasons)))

    def selection(self, asked: Asked) -> Selection:
        """The answer, in an order that does not depend on that of the subjects."""
        compared = list(dict.fromkeys((DIMENSIONS["cost"], DIMENSIONS["context"], *self._objective.dimensions)))
        self._passed.sort(key=lambda entry: entry[0].key)
        scores = self._objective.scores([subject for subject, _ in self._passed])
        rows = [
            (-(subject.supported & self._preferred).bit_count(), score is None, score or 0, *_ties(subject), place)
            for place, ((subject, _), score) in enumerate(zip(self._passed, scores, strict=True))
        ]
        candidates = [self._candidate(*self._passed[row[-1]], compared) for row in sorted(rows)]
        points = [
            (candidate, [float(dimension.key(value)) for dimension, value in zip(compared, known, strict=True)])  # type: ignore[arg-type]
            for candidate, known in ((each, [each.values[dimension.name] for dimension in compared]) for each in candidates)
            if None not in known
        ]
        return Selection(
            asked=asked,
            ranked=tuple(candidates),
            frontier=tuple(frontier(points)),
            rejected=tuple(sorted(self._rejected, key=lambda entry: entry.key)),
        )

    def _candidate(self, subject: Subject, unknown: tuple[str, ...], compared: Sequence[Dimension]) -> Candidate:
        return Candidate(
            key=subject.key,
            name=subject.name,
            spec=subject.spec,
            offering=None if subject.offering is None else subject.offering.key,
            cost=subject.cost,
            values={dimension.name: dimension.value(subject) for dimension in compared},  # type: ignore[misc]
            preferred=(subject.supported & self._preferred).bit_count(),
            unknown=unknown,
        )


def _ties(subject: Subject) -> tuple[int, int, str]:
    """What decides between equals: the larger window, the later release, and then the name."""
    release = subject.spec.metadata.release_date
    return -(subject.window or 0), 0 if release is None else -release.toordinal(), subject.key


def _unknown_value(dimension: Dimension, subject: Subject) -> str:
    if dimension.name == "cost":
        return f"its cost is not known: {subject.cost.problem}"
    return f"no source states its {dimension.name}"
