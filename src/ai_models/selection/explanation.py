"""A selection in words: what was asked, what it left, the winner beside the next ones, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ai_models.pricing.amounts import exact_decimal, plain
from ai_models.selection.shorthand import shorthand_of

if TYPE_CHECKING:
    from ai_models.selection.costing import WorkloadCost
    from ai_models.selection.selection import Candidate, Relaxation, Selection

__all__ = ["as_dict", "explanation", "money"]

_SHOWN = 5
_NAMED = 4


def explanation(selection: Selection) -> str:
    """The text of ``Selection.explain``."""
    return "\n".join(line.rstrip() for part in (_asked, _left, _chosen, _others, _near) for line in part(selection))


def _asked(selection: Selection) -> Iterator[str]:
    asked = selection.asked
    yield f"Asked on {asked.at:%Y-%m-%d} for {asked.objective}" + (", among all offerings" if asked.offerings else "")
    if asked.workload is not None:
        yield f"  workload: {shorthand_of(asked.workload)}"
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
        yield f"  {relaxation.blocked:,} fail {relaxation.constraint}"


def _chosen(selection: Selection) -> Iterator[str]:
    chosen = selection.chosen
    if chosen is None:
        yield "No model satisfies everything."
        return
    yield f"Chosen: {chosen.key} ({chosen.name})"
    yield f"  {_cost_line(chosen.cost)}"
    for line in _bill(selection, chosen.cost):
        yield f"    {line}"
    for note in (*chosen.cost.notes, *chosen.unknown):
        yield f"  note: {note}"


def _cost_line(cost: WorkloadCost) -> str:
    return f"cost unknown: {cost.problem}" if cost.exact is None else f"costs {money(cost.exact)} USD"


def _bill(selection: Selection, cost: WorkloadCost) -> Iterator[str]:
    """The arithmetic: the lines of one request, times how many there are."""
    workload = selection.asked.workload
    for bill, what in ((cost.standard, "a request"), (cost.batch, "a batched request")):
        if bill is None or workload is None:
            continue
        times = workload.batched if bill is cost.batch else workload.requests - (workload.batched if cost.batch else 0)
        yield f"{what}: {plain(bill.total)} {bill.currency}, {times:,} times"
        for line in bill.lines:
            per = f"{line.per:,}"
            rate = "no known rate" if line.rate is None else f"{plain(line.rate)} per {per}"
            because = f" ({', '.join(line.overrides)})" if line.overrides else ""
            yield f"  {line.meter} {int(line.quantity):,} at {rate}{because}"


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
    if not admitting:
        yield "  no single constraint is to blame: every model fails two or more"


def _named(relaxation: Relaxation) -> str:
    shown = ", ".join(relaxation.admits[:_NAMED])
    more = len(relaxation.admits) - _NAMED
    return f"{len(relaxation.admits):,} would: {shown}" + (f" and {more:,} more" if more > 0 else "")


def money(amount: Fraction) -> str:
    """An amount with two decimals, or with as many as it takes to show that it is not nothing."""
    exact = exact_decimal(amount)
    return f"{exact:,.2f}" if exact >= 1 or not exact else f"{exact:.3g}" if exact >= Fraction(1, 10_000) else f"{exact:.2e}"


def as_dict(selection: Selection) -> dict[str, Any]:
    """The answer as JSON has it."""
    asked = selection.asked
    return {
        "asked": {
            "at": asked.at.isoformat(),
            "objective": asked.objective,
            "unknown": asked.unknown,
            "workload": None if asked.workload is None else shorthand_of(asked.workload),
            "offerings": asked.offerings,
            "constraints": [{"name": name, "label": label} for name, label in asked.constraints],
            "preferred": list(asked.preferred),
        },
        "chosen": None if selection.chosen is None else selection.chosen.key,
        "ranked": [_candidate(each) for each in selection.ranked],
        "frontier": [each.key for each in selection.frontier],
        "rejected": [
            {
                "key": entry.key,
                "reasons": [
                    {"constraint": why.constraint, "text": why.text, "unknown": why.unknown} for why in entry.reasons
                ],
            }
            for entry in selection.rejected
        ],
        "relaxations": [
            {"constraint": each.constraint, "blocked": each.blocked, "admits": list(each.admits)}
            for each in selection.relaxations
        ],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    cost = candidate.cost
    return {
        "key": candidate.key,
        "name": candidate.name,
        "offering": candidate.offering,
        "cost": None if cost.total is None else str(cost.total),
        "per_request": None if cost.standard is None else str(cost.standard.total),
        "currency": "USD",
        "values": {name: _plain(value) for name, value in candidate.values.items()},
        "preferred": candidate.preferred,
        "unknown": list(candidate.unknown),
        "notes": list(cost.notes),
    }


def _plain(value: Any) -> Any:
    return str(exact_decimal(value)) if isinstance(value, Fraction) else value
