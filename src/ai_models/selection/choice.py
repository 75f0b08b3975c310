"""``select``: the models that satisfy every constraint, ranked by an objective, and the reason against each other one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from ai_models.models.base import ModelStatus, as_utc
from ai_models.models.capabilities import ModelCapability
from ai_models.registry.pricing_service import PricingService, shared_service
from ai_models.selection.constraints import Patterns, yes_or_no
from ai_models.selection.question import Question
from ai_models.selection.selection import Selection, Unknown
from ai_models.selection.shorthand import workload_of
from ai_models.selection.subject import subjects
from ai_models.selection.workload import Workload

__all__ = ["select"]


def select(
    require: Iterable[ModelCapability | str] = (),
    *,
    workload: Workload | str | None = None,
    objective: str | Mapping[str, float | Decimal] = "cost",
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
    max_cost: Decimal | float | str | None = None,
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
            every rule of each price, and what it needs (room for its prompt and its answer, pictures) is required too.
            Without one, cost is that of 1M tokens in and 1M out at standard rates, or of 1M in alone where embeddings,
            reranking or moderation is required.
        objective: ``cost``, ``context``, ``newest``, a benchmark (``NAME``, or ``NAME[harness=…]`` where it has several
            series), or weights over several. Of scores, more is taken to be better.
        prefer: capabilities of which more come first, before the objective.
        min_context, min_output: the least prompt and answer window in tokens.
        makers, providers, models: names or patterns (``mistral*``); ``!name`` excludes.
        region: where it must be served, as the offering or a price for that region says.
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
        at: the day or instant of the choice; now by default. Prices that depend on the hour are those of this instant.
        pricing_service: whose catalogue and prices to use.

    Raises:
        InvalidSelectionError: an argument that cannot be.
        InvalidWorkloadError: a workload that cannot be.
        UnknownCapabilityError, UnknownStatusError, UnknownBenchmarkError: a name that means none.
        AmbiguousScoreError: a benchmark with several series; it lists them.
    """
    service = shared_service() if pricing_service is None else pricing_service
    instant = datetime.now(UTC) if at is None else as_utc(at)
    by_offering = yes_or_no("offerings", offerings)
    question = Question(
        service,
        None if workload is None else workload_of(workload),
        instant,
        {
            "require": require,
            "objective": objective,
            "prefer": prefer,
            "min_context": min_context,
            "min_output": min_output,
            "makers": makers,
            "providers": providers,
            "models": models,
            "region": region,
            "open_weights": open_weights,
            "status": status,
            "not_retiring_within": not_retiring_within,
            "max_cost": max_cost,
            "free": free,
            "known_after": known_after,
            "min_providers": min_providers,
            "benchmarks": benchmarks,
            "unknown": unknown,
            "exchange": exchange,
        },
    )
    found = subjects(service.catalog, question.costing, instant, by_offering=by_offering)
    return question.answer(found, by_offering=by_offering)
