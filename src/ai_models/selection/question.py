"""``Question``: constraints, an objective and a policy for what is unknown, ready to be put to any subjects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, get_args

from ai_models.catalog.catalog import Catalog
from ai_models.errors import InvalidSelectionError
from ai_models.models.base import ModelSpec
from ai_models.models.capabilities import ModelCapability, capabilities_of, capability_mask, in_order
from ai_models.registry.pricing_service import PricingService
from ai_models.selection import constraints as conditions
from ai_models.selection.constraints import Constraint, Reason
from ai_models.selection.costing import Costing
from ai_models.selection.frontier import frontier
from ai_models.selection.objective import DIMENSIONS, Dimension, Key, objective_of
from ai_models.selection.scores import dimension_of, floors
from ai_models.selection.selection import Asked, Candidate, Rejection, Selection, Unknown
from ai_models.selection.shorthand import shorthand_of
from ai_models.selection.subject import Subject
from ai_models.selection.workload import Workload

__all__ = ["Question"]

_ANSWERED_BY_NUMBERS = capability_mask((ModelCapability.EMBEDDINGS, ModelCapability.RERANKING, ModelCapability.MODERATION))
"""Where one of these is required, answers are vectors, ranks or marks, and no tokens that a volume could count."""


class Question:
    """What ``select`` asks, checked once; ``answer`` judges subjects by it, in whatever order they come."""

    def __init__(self, service: PricingService, workload: Workload | None, at: datetime, options: Mapping[str, Any]) -> None:
        """``options`` are those of ``select`` that say what must hold and what matters; what is left out asks nothing.

        Raises:
            as ``select``.
        """
        self.service = service
        self.workload = workload
        self.at = at
        self.unknown: Unknown = options.get("unknown", "exclude")
        if self.unknown not in get_args(Unknown):
            raise InvalidSelectionError("unknown", self.unknown, expected="exclude, allow or only")
        self.objective = objective_of(options.get("objective", "cost"), partial(dimension_of, service.catalog))
        required = _mask(options.get("require"))
        self.constraints = tuple(_constraints(service.catalog, workload, at, {**options, "require": required}))
        self.preferred = _mask(options.get("prefer"))
        answers = not required & _ANSWERED_BY_NUMBERS
        self.priced = (
            shorthand_of(workload) if workload else f"1M tokens in{' and 1M out' if answers else ''}, standard rates"
        )
        region = options.get("region")
        self.costing = Costing(
            service,
            workload,
            at=at,
            exchange=options.get("exchange"),
            region=None if region is None else conditions.folded_region(region),
            answers=answers,
        )

    def answer(self, subjects: Iterable[Subject], *, by_offering: bool = False) -> Selection:
        """The subjects that satisfy everything, ranked, and the reasons against the others."""
        judged = list(subjects)
        judge = _Judge(self.constraints, self.objective.dimensions, self.unknown)
        judge.all(judged)
        if not judge.passed:
            judge.all(judged, thoroughly=True)  # what to give up is then the answer, and wants every reason
        ranked = self._ranked(judge.passed)
        asked = Asked(
            constraints=tuple((each.name, each.label) for each in self.constraints),
            objective=self.objective.label,
            unknown=self.unknown,
            workload=self.workload,
            priced=self.priced,
            at=self.at,
            offerings=by_offering,
            preferred=tuple(map(str, in_order(capabilities_of(self.preferred)))),
        )
        return Selection(
            asked=asked,
            ranked=tuple(ranked),
            frontier=tuple(frontier(list(_points(ranked, self._compared)))),
            rejected=tuple(sorted(judge.rejected, key=lambda entry: entry.key)),
        )

    @property
    def _compared(self) -> list[Dimension]:
        return list(dict.fromkeys((DIMENSIONS["cost"], DIMENSIONS["context"], *self.objective.dimensions)))

    def _ranked(self, passed: Sequence[tuple[Subject, tuple[str, ...]]]) -> list[Candidate]:
        """The candidates in an order that does not depend on that of the subjects."""
        scores = self.objective.scores([subject for subject, _ in passed])
        compared = self._compared
        rows = sorted(
            (-self._preferred_by(subject), score is None, score or (0.0, 0), _ties(subject), place)
            for place, ((subject, _), score) in enumerate(zip(passed, scores, strict=True))
        )
        return [
            Candidate(
                subject=subject,
                values={dimension.name: dimension.value(subject) for dimension in compared},
                preferred=self._preferred_by(subject),
                unknown=unknown,
            )
            for subject, unknown in (passed[row[-1]] for row in rows)
        ]

    def _preferred_by(self, subject: Subject) -> int:
        return (subject.supported & self.preferred).bit_count()


class _Judge:
    """Judges one subject after the other: ``passed`` with what is unknown of each, ``rejected`` with the reasons."""

    def __init__(self, asked: Sequence[Constraint], dimensions: Sequence[Dimension], unknown: Unknown) -> None:
        self._cheap = [constraint.judge for constraint in asked if not constraint.is_dear]
        self._dear = [constraint.judge for constraint in asked if constraint.is_dear]
        self._dimensions = dimensions
        self._unknown = unknown
        self.passed: list[tuple[Subject, tuple[str, ...]]] = []
        self.rejected: list[Rejection] = []

    def all(self, subjects: Iterable[Subject], *, thoroughly: bool = False) -> None:
        """Judge every subject anew.

        What is dear to judge, and the objective, is looked at only where at most one other is against, or ``thoroughly``.
        """
        self.passed, self.rejected = [], []
        enough = math.inf if thoroughly else 1
        for subject in subjects:
            self._judge(subject, enough)

    def _judge(self, subject: Subject, enough: float) -> None:
        reasons = [reason for judge in self._cheap if (reason := judge(subject)) is not None]
        if self._against(reasons) <= enough:
            reasons += [reason for judge in self._dear if (reason := judge(subject)) is not None]
            if self._against(reasons) <= enough:
                reasons += self._missing(subject)
        if self._against(reasons):
            self.rejected.append(Rejection(key=subject.key, reasons=tuple(reasons)))
        elif self._unknown == "only" and not reasons:
            known = Reason("unknown", "everything that was asked for is known of it")
            self.rejected.append(Rejection(key=subject.key, reasons=(known,)))
        else:
            self.passed.append((subject, tuple(dict.fromkeys(reason.text for reason in reasons))))

    def _against(self, reasons: list[Reason]) -> int:
        """How many reasons keep a subject out under the policy."""
        return len(reasons) if self._unknown == "exclude" else sum(not reason.unknown for reason in reasons)

    def _missing(self, subject: Subject) -> Iterator[Reason]:
        """The dimensions of the objective that nobody knows."""
        for dimension in self._dimensions:
            if dimension.value(subject) is None:
                yield Reason("objective", _unknown_value(dimension, subject), unknown=True)


def _mask(capabilities: Iterable[ModelCapability | str] | None) -> int:
    return 0 if capabilities is None else capability_mask(capabilities)


def _constraints(catalog: Catalog, work: Workload | None, at: datetime, options: Mapping[str, Any]) -> Iterator[Constraint]:
    """Every constraint that the options state."""
    makers: Mapping[str, Callable[[Any], Constraint]] = {
        "min_context": conditions.window,
        "min_output": conditions.output_window,
        "open_weights": lambda wanted: conditions.open_weights(wanted=wanted),
        "known_after": conditions.known_after,
        "region": lambda wanted: conditions.region(wanted, catalog),
        "min_providers": lambda least: conditions.sellers(least, catalog, at),
        "not_retiring_within": lambda days: conditions.stays(days, at.date()),
        "max_cost": conditions.cost,
        "free": lambda wanted: conditions.free(wanted=wanted),
    }
    yield conditions.status(options.get("status"))
    yield from conditions.capabilities(capabilities_of(options["require"]))
    yield from () if work is None else _of_workload(work)
    yield from _of_names(catalog, at, options)
    yield from floors(catalog, options.get("benchmarks"))
    for name, make in makers.items():
        if options.get(name) is not None:
            yield make(options[name])


def _of_workload(work: Workload) -> Iterator[Constraint]:
    yield from conditions.capabilities(work.needs, name="workload needs")
    if work.prompt_tokens:
        yield conditions.window(work.prompt_tokens, name="workload input", why="the workload's prompt")
    if work.output_tokens:
        yield conditions.output_window(work.output_tokens, name="workload output", why="the workload's answer")
    if work.prompt_tokens and work.output_tokens:
        yield conditions.whole_window(work.prompt_tokens, work.output_tokens)


def _of_names(catalog: Catalog, at: datetime, options: Mapping[str, Any]) -> Iterator[Constraint]:
    known: Mapping[str, tuple[Callable[[Subject], Sequence[str]], str, Callable[[], Iterable[str]]]] = {
        "makers": (_maker, "maker", lambda: catalog.makers),
        "providers": (_provider, "provider", lambda: {*catalog.providers, *catalog.makers}),
        "models": (partial(_names, at=at), "model", lambda: _model_names(catalog, at)),
    }
    for name, (of, noun, names) in known.items():
        if options.get(name) is not None:
            yield conditions.names(name, options[name], of, noun, names())


def _maker(subject: Subject) -> Sequence[str]:
    return (subject.spec.provider,)


def _provider(subject: Subject) -> Sequence[str]:
    return () if subject.provider is None else (subject.provider,)


def _names(subject: Subject, *, at: datetime) -> Sequence[str]:
    """What the model is called, and the key of its offering."""
    offering = () if subject.offering is None else (subject.offering.key,)
    return (*_called(subject.spec, at), *offering)


def _model_names(catalog: Catalog, at: datetime) -> Iterator[str]:
    for spec in catalog.models():
        yield from _called(spec, at)
        yield from catalog.sellers(spec.key)


def _called(spec: ModelSpec, at: datetime) -> tuple[str, ...]:
    """The id, the aliases that mean the model on that day, and both with the maker before them."""
    names = (spec.model_id, *(alias.name for alias in spec.aliases if alias.holds_at(at)))
    return (*names, *(f"{spec.provider}/{name}" for name in names))


def _points(candidates: Iterable[Candidate], compared: Sequence[Dimension]) -> Iterator[tuple[Candidate, tuple[Key, ...]]]:
    """The candidates of which every compared value is known, as points."""
    for candidate in candidates:
        values = [candidate.values[dimension.name] for dimension in compared]
        known = [value for value in values if value is not None]
        if len(known) == len(compared):
            yield candidate, tuple(dimension.key(value) for dimension, value in zip(compared, known, strict=True))


def _ties(subject: Subject) -> tuple[int, int, str]:
    """What decides between equals: the larger window, the later release, and then the name."""
    release = subject.spec.metadata.release_date
    return -(subject.window or 0), 0 if release is None else -release.toordinal(), subject.key


def _unknown_value(dimension: Dimension, subject: Subject) -> str:
    if dimension.name == "cost":
        return f"its cost is not known: {subject.cost.problem}"
    return f"no source states its {dimension.name}"
