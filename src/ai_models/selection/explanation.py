"""Answers in words: a selection with its reasons and its arithmetic, a recommendation with what it saves and loses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from ai_models.pricing.amounts import exact_decimal
from ai_models.selection.arithmetic import bill_lines
from ai_models.selection.costing import WorkloadCost, money
from ai_models.selection.shorthand import shorthand_of

if TYPE_CHECKING:
    from ai_models.selection.recommendation import Recommendation
    from ai_models.selection.selection import Candidate, Relaxation, Selection

__all__ = ["as_dict", "explanation", "recommendation"]

_SHOWN = 5
_NAMED = 4


def explanation(selection: Selection) -> str:
    """The text of ``Selection.explain``."""
    return "\n".join(line.rstrip() for part in (_asked, _left, _chosen, _others, _near) for line in part(selection))


def _asked(selection: Selection) -> Iterator[str]:
    asked = selection.asked
    yield f"Asked on {asked.at.date()} for {asked.objective}" + (", among all offerings" if asked.offerings else "")
    yield f"  cost: of {asked.priced}"
    supported = [label for _, label in asked.constraints if label.startswith(_SUPPORTS)]
    if supported:
        yield f"  must: support {', '.join(dict.fromkeys(label.removeprefix(_SUPPORTS) for label in supported))}"
    for _, label in asked.constraints:
        if label not in supported:
            yield f"  must: {label}"
    if asked.preferred:
        yield f"  rather: supports {', '.join(asked.preferred)}"
    yield f"  what is unknown: {_POLICY[asked.unknown]}"


_SUPPORTS = "supports "
_POLICY = {
    "exclude": "such models are left out",
    "allow": "such models are allowed, and it is said what is unknown of them",
    "only": "only models of which something asked for is unknown",
}


def _left(selection: Selection) -> Iterator[str]:
    total = len(selection.ranked) + len(selection.rejected)
    yield f"{len(selection.ranked):,} of {total:,} {'offerings' if selection.asked.offerings else 'models'} satisfy this."
    for relaxation in sorted(selection.relaxations, key=lambda each: -each.blocked)[:_SHOWN]:
        unknown = selection.asked.unknown == "exclude" and _unknown_of(selection, relaxation.constraint)
        because = f", {unknown:,} of them because nobody knows" if unknown else ""
        count = f"{'at least ' if relaxation.is_least else ''}{relaxation.blocked:,}"
        yield f"  {count} fail {relaxation.constraint}{because}"


def _unknown_of(selection: Selection, constraint: str) -> int:
    """How many were rejected because nobody knows whether they satisfy a constraint."""
    return sum(
        any(reason.unknown and reason.constraint == constraint for reason in entry.reasons) for entry in selection.rejected
    )


def _chosen(selection: Selection) -> Iterator[str]:
    chosen = selection.chosen
    if chosen is None:
        yield "No model satisfies everything."
        return
    yield f"Chosen: {chosen.key} ({chosen.name})"
    yield f"  {_cost_line(chosen.cost)}"
    if selection.asked.workload is not None:
        for line in bill_lines(selection.asked.workload, chosen.cost):
            yield f"    {line}"
    warnings = [note for bill in (chosen.cost.standard, chosen.cost.batch) if bill is not None for note in bill.warnings]
    for note in dict.fromkeys((*chosen.cost.notes, *warnings, *chosen.unknown)):
        yield f"  note: {note}"


def _cost_line(cost: WorkloadCost) -> str:
    return f"cost unknown: {cost.problem}" if cost.exact is None else f"costs {money(cost.exact)} USD"


def _others(selection: Selection) -> Iterator[str]:
    rest = selection.ranked[1 : 1 + _SHOWN]
    if rest:
        yield "Next:"
    for candidate in rest:
        yield f"  {candidate.key}: {_cost_line(candidate.cost)}{_more(selection, candidate)}"
    better = [each.key for each in selection.frontier if each is not selection.chosen]
    if better:
        more = f" and {len(better) - _NAMED} more" if len(better) > _NAMED else ""
        yield f"On the frontier too, better in something: {', '.join(better[:_NAMED])}{more}"


def _more(selection: Selection, candidate: Candidate) -> str:
    first = selection.ranked[0].cost.exact
    if candidate.cost.exact is None or not first:
        return ""
    return f", {float(candidate.cost.exact / first):.2f} times as much"


def _near(selection: Selection) -> Iterator[str]:
    """Which constraint to give up, where nothing satisfies all."""
    if selection.ranked:
        return
    admitting = [relaxation for relaxation in selection.relaxations if relaxation.admits]
    for relaxation in admitting[:_SHOWN]:
        yield f"  without {relaxation.constraint}: {_named(relaxation)}"
    if not selection.rejected:
        yield "  the catalogue holds no model"
    elif not admitting:
        yield "  no single constraint is to blame: every model fails two or more"
    asked = {name for name, _ in selection.asked.constraints}
    if not selection.asked.offerings and asked & {"providers", "region"}:
        yield "  looked at was each model where its maker sells it; offerings=True (--offerings) looks at every provider"


def _named(relaxation: Relaxation) -> str:
    shown = ", ".join(relaxation.admits[:_NAMED])
    more = len(relaxation.admits) - _NAMED
    return f"{len(relaxation.admits):,} would: {shown}" + (f" and {more:,} more" if more > 0 else "")


def as_dict(selection: Selection) -> dict[str, Any]:
    """The answer as JSON has it."""
    asked = selection.asked
    edge = {candidate.key for candidate in selection.frontier}
    return {
        "asked": {
            "at": asked.at.isoformat(),
            "objective": asked.objective,
            "unknown": asked.unknown,
            "workload": None if asked.workload is None else shorthand_of(asked.workload),
            "priced": asked.priced,
            "offerings": asked.offerings,
            "constraints": [{"name": name, "label": label} for name, label in asked.constraints],
            "preferred": list(asked.preferred),
        },
        "chosen": None if selection.chosen is None else selection.chosen.key,
        "ranked": [_candidate(each, is_on_frontier=each.key in edge) for each in selection.ranked],
        "frontier": [each.key for each in selection.frontier],
        "rejected": [
            {"key": entry.key, "reasons": [why._asdict() for why in entry.reasons]} for entry in selection.rejected
        ],
        "relaxations": [{**each._asdict(), "admits": list(each.admits)} for each in selection.relaxations],
    }


def _candidate(candidate: Candidate, *, is_on_frontier: bool) -> dict[str, Any]:
    return {
        "key": candidate.key,
        "model": candidate.spec.key,
        "name": candidate.name,
        "offering": candidate.offering,
        **candidate.cost.to_dict(),
        "context_window_input": candidate.context_window_input,
        "context_window_output": candidate.context_window_output,
        "status": candidate.status.value,
        "lifecycle": to_builtins(candidate.lifecycle),
        "release_date": to_builtins(candidate.spec.metadata.release_date),
        "values": {name: _plain(name, value) for name, value in candidate.values.items()},
        "is_on_frontier": is_on_frontier,
        "preferred": candidate.preferred,
        "unknown": list(candidate.unknown),
    }


def _plain(name: str, value: Any) -> Any:
    if name == "newest" and value is not None:
        return date.fromordinal(value).isoformat()
    return f"{exact_decimal(value):f}" if isinstance(value, Fraction) else value


def recommendation(found: Recommendation) -> str:
    """The text of ``Recommendation.explain``."""
    return "\n".join(_recommended(found))


def _recommended(found: Recommendation) -> Iterator[str]:
    yield f"{found.current} costs {money(found.cost.exact or Fraction(0))} USD for {shorthand_of(found.workload)}."
    yield f"Used of it: {', '.join(found.uses) or 'nothing in particular'}"
    yield from (f"Note: {note}" for note in dict.fromkeys((*found.notes, *found.cost.notes)))
    yield "Cheaper models:" if found.alternatives else "No model that does all this is cheaper."
    for each in found.alternatives:
        named = ", named by the maker" if each.is_named else ""
        cost = each.candidate.cost.exact or Fraction(0)
        yield f"  {each.candidate.key}{named}: {money(cost)} USD, {_saves(each.saving, each.percent)}"
        yield from (f"    loses: {loss}" for loss in each.lost)
        yield from (f"    unknown: {what}" for what in each.unknown)
        yield from (f"    note: {note}" for note in each.candidate.cost.notes)
    if found.savings:
        yield "With the same model, each for itself:"
    for saving in found.savings:
        yield f"  {saving.kind}: {_saves(saving.saving, saving.percent)}, if {saving.precondition}"
        yield from (f"    {line}" for line in saving.arithmetic)
        yield from (f"    loses: {loss}" for loss in saving.lost)


def _saves(saving: Decimal, percent: Decimal) -> str:
    return f"saves {money(Fraction(saving))} USD ({percent} %)"
