"""``Selection``: the candidates in their order, those on the frontier, and the reason against each other model."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from ai_models.models.base import Lifecycle, ModelSpec, ModelStatus
from ai_models.selection.constraints import Reason
from ai_models.selection.costing import WorkloadCost
from ai_models.selection.objective import Number
from ai_models.selection.subject import Subject
from ai_models.selection.workload import Workload

__all__ = ["Asked", "Candidate", "Rejection", "Relaxation", "Selection", "Unknown"]

Unknown = Literal["exclude", "allow", "only"]
"""What becomes of a model of which a fact is missing that a constraint or the objective asks for."""


class Candidate(Struct, frozen=True, kw_only=True, eq=False):
    """A model that may be taken, with its facts at the place where it would be.

    ``values`` are those of the compared dimensions (USD, tokens, ordinal days, scores), None where unknown; ``preferred``
    counts the preferred capabilities that it supports; ``unknown`` says what nobody states and was allowed.
    """

    subject: Subject
    values: dict[str, Number | None]
    preferred: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``maker/model``, or ``provider:id`` where offerings were asked for."""
        return self.subject.key

    @property
    def name(self) -> str:
        """How people call it."""
        return self.subject.name

    @property
    def spec(self) -> ModelSpec:
        """The model."""
        return self.subject.spec

    @property
    def model(self) -> str:
        """The model's id."""
        return self.spec.model_id

    @property
    def offering(self) -> str | None:
        """Where it is priced, as ``provider:id``; None where its maker does not sell it."""
        return None if self.subject.offering is None else self.subject.offering.key

    @property
    def cost(self) -> WorkloadCost:
        """What the workload costs."""
        return self.subject.cost

    @property
    def context_window_input(self) -> int | None:
        """The largest prompt in tokens; None is unknown."""
        return self.subject.window

    @property
    def context_window_output(self) -> int | None:
        """The longest answer in tokens; None is unknown."""
        return self.subject.output_window

    @property
    def status(self) -> ModelStatus:
        """Where it stands in its life on the day of the choice."""
        return self.subject.status

    @property
    def lifecycle(self) -> Lifecycle:
        """Its dates."""
        return self.subject.lifecycle

    def __repr__(self) -> str:
        """Short: the key and what it costs."""
        total = self.cost.total
        return f"<Candidate {self.key}, {'cost unknown' if total is None else f'{total:,.2f} USD'}>"


class Rejection(Struct, frozen=True, kw_only=True):
    """A model that was not taken, and every constraint that it fails.

    Where some model satisfies everything, the cost of those that fail two constraints or more is not looked at.
    """

    key: str
    reasons: tuple[Reason, ...]


class Relaxation(NamedTuple):
    """A constraint: how many models fail it, and which fail nothing else, so that they would come in without it.

    ``is_least`` says that more may fail it: whose cost was not looked at, is not counted.
    """

    constraint: str
    label: str
    blocked: int
    admits: tuple[str, ...]
    is_least: bool = False


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked: for whoever reads the answer later.

    ``constraints`` are pairs of a name and what it says; ``priced`` says what the cost is of: the workload, or a volume.
    """

    constraints: tuple[tuple[str, str], ...]
    objective: str
    unknown: Unknown
    workload: Workload | None
    priced: str
    at: datetime
    offerings: bool
    preferred: tuple[str, ...] = ()


_DEAR = ("max_cost", "free", "objective")
"""What is not looked at for every model."""


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
        """The constraints that keep models out, those first without which most models would come in."""
        blocked: Counter[str] = Counter()
        alone: dict[str, list[str]] = {}
        for entry in self.rejected:
            failed = {reason.constraint for reason in entry.reasons if self._blocks(reason)}
            blocked.update(failed)
            if len(failed) == 1 and self._would_pass(entry, failed):
                alone.setdefault(failed.pop(), []).append(entry.key)
        labels = {**dict(self.asked.constraints), "objective": f"is known to compare by {self.asked.objective}"}
        found = [
            Relaxation(name, label, blocked[name], tuple(alone.get(name, ())), bool(self.ranked) and name in _DEAR)
            for name, label in labels.items()
            if blocked[name]
        ]
        return tuple(sorted(found, key=lambda each: (-len(each.admits), -each.blocked)))

    def _blocks(self, reason: Reason) -> bool:
        return self.asked.unknown == "exclude" or not reason.unknown

    def _would_pass(self, entry: Rejection, without: set[str]) -> bool:
        """Whether nothing else is against it; where only unknowns are wanted, one has to be left."""
        left = [reason for reason in entry.reasons if reason.constraint not in without]
        return bool(left) if self.asked.unknown == "only" else True

    def explain(self) -> str:
        """Why this one: what was asked, what it left, the winner beside the next ones, and what nobody knows."""
        from ai_models.selection.explanation import explanation  # a choice that nobody reads does without it

        return explanation(self)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it: amounts as text, unknown as null."""
        from ai_models.selection.explanation import as_dict  # as above

        return as_dict(self)
