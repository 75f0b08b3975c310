"""The arithmetic behind the cost of a workload, a line at a time."""

from __future__ import annotations

from collections.abc import Iterator

from ai_models.pricing.amounts import plain
from ai_models.selection.costing import WorkloadCost
from ai_models.selection.workload import Workload

__all__ = ["bill_lines"]


def bill_lines(workload: Workload, cost: WorkloadCost) -> Iterator[str]:
    """One request, and how many there are of it, with the lines of its bill; then the same of batched ones."""
    for bill, what in ((cost.standard, "a request"), (cost.batch, "a batched request")):
        if bill is None:
            continue
        times = workload.batched if bill is cost.batch else workload.requests - (workload.batched if cost.batch else 0)
        yield f"{what}: {plain(bill.exact)} {bill.currency}, {times:,} times"
        for line in bill.lines:
            rate = "no known rate" if line.rate is None else f"{plain(line.rate)} per {line.per:,}"
            because = f" ({', '.join(line.overrides)})" if line.overrides else ""
            yield f"  {line.meter} {int(line.quantity):,} at {rate}{because}"
