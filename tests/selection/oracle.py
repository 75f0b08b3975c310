"""What a choice must find, worked out from the catalogue's own facts and the prices of single requests.

Nothing of the code under test is used but the names of its constraints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from ai_models import ModelCapability, ModelSpec, PricingService, Workload
from ai_models.errors import AIModelsError, NotSoldError
from ai_models.models.base import Lifecycle
from ai_models.pricing.models import Offering
from ai_models.selection import parse_workload

__all__ = ["AT", "SERVICE", "Facts", "Verdict", "cost_of", "evidence", "facts_of", "is_said", "verdicts"]

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
SERVICE = PricingService()

_read = lru_cache(parse_workload)

Verdict = bool | None
"""Whether a constraint holds; None where nobody knows."""


class Facts(NamedTuple):
    """A model, and the offering at which it is judged."""

    spec: ModelSpec
    offering: Offering | None

    @property
    def life(self) -> Lifecycle:
        return (self.offering and self.offering.lifecycle) or self.spec.lifecycle

    def supports(self, capability: ModelCapability) -> Verdict:
        if self.offering is not None and self.offering.unsupported_mask & capability.bit:
            return False
        return {"supported": True, "unsupported": False}.get(self.spec.support(capability).value)

    def limit(self, name: str) -> int | None:
        own = getattr(self.offering.limits, name) if self.offering is not None else None
        return own or getattr(self.spec.metadata, name)

    def reaches(self, name: str, least: int) -> Verdict:
        found = self.limit(name)
        return None if found is None else found >= least


@lru_cache(maxsize=100_000)
def facts_of(key: str) -> Facts:
    """The facts behind the key of a candidate: ``maker/model`` or ``provider:id``."""
    catalog = SERVICE.catalog
    provider, _, offering_id = key.partition(":")
    if provider in catalog.providers and any(key == each for each in catalog.sellers(catalog.get_model(key).key)):
        return Facts(catalog.get_model(key), catalog.offering(provider, offering_id))
    spec = catalog.get_model(key)
    return Facts(spec, catalog.own_offering(spec.key))


@lru_cache(maxsize=100_000)
def cost_of(offering_key: str | None, workload: str) -> Fraction | None:
    """The workload's cost by the prices of its requests; None is unknown."""
    if offering_key is None:
        return None
    work = _read(workload)
    batched = int(work.requests * Fraction(str(work.batch_share)))
    try:
        batch = _price(offering_key, work, "batch") if batched else None
    except NotSoldError:
        batched, batch = 0, None
    except AIModelsError:
        return None
    parts = [(batch, batched)]
    if work.requests > batched:
        try:
            parts.append((_price(offering_key, work, work.service_tier), work.requests - batched))
        except AIModelsError:
            return None
    priced = [(cost, times) for cost, times in parts if times]
    return None if any(cost is None for cost, _ in priced) else sum((cost * times for cost, times in priced), Fraction(0))  # type: ignore[operator,misc]


def _price(key: str, work: Workload, tier: str | None) -> Fraction | None:
    cost = SERVICE.price(key, work.usage, at=AT, service_tier=tier)
    return cost.bill.upper if cost.currency == "USD" else None


def verdicts(facts: Facts, options: Mapping[str, Any], workload: str) -> dict[str, Verdict]:
    """Every constraint that the options state, by its name."""
    work, spec = _read(workload), facts.spec
    prompt, answer = work.prompt_tokens, work.output_tokens
    cost = cost_of(None if facts.offering is None else facts.offering.key, workload)
    total = spec.metadata.context_window
    found: dict[str, Verdict] = {
        "status": facts.life.status_at(AT, release_date=spec.metadata.release_date).value in ("active", "preview"),
        "workload input": facts.reaches("context_window_input", prompt),
        "workload output": facts.reaches("context_window_output", answer),
        "workload window": total is None or total >= prompt + answer,
        "objective": _objective(facts, options.get("objective", "cost"), cost),
    }
    found |= {f"workload needs {each}": facts.supports(each) for each in work.needs}
    found |= {f"require {each}": facts.supports(each) for each in options.get("require", ())}
    asked = {name: judge(facts, options[name], cost) for name, judge in _JUDGES.items() if name in options}
    return {**found, **asked}


def _objective(facts: Facts, objective: str | Mapping[str, float], cost: Fraction | None) -> Verdict:
    known = {
        "cost": cost,
        "context": facts.limit("context_window_input"),
        "newest": facts.spec.metadata.release_date,
    }
    names = [objective] if isinstance(objective, str) else list(objective)
    return None if any(known[name] is None for name in names) else True


def _stays(facts: Facts, days: int, _: object) -> Verdict:
    if facts.life.retires_on is not None:
        return facts.life.retires_on > AT.date() + timedelta(days=days)
    status = facts.life.status_at(AT, release_date=facts.spec.metadata.release_date).value
    return {"retired": False, "deprecated": None}.get(status, True)


def _knows(facts: Facts, day: date, _: object) -> Verdict:
    cutoff = facts.spec.knowledge_cutoff
    return None if cutoff is None else date.fromisoformat((cutoff + "-01-01")[:10]) >= day


@lru_cache(maxsize=10_000)
def _sellers(model: str) -> frozenset[str]:
    """Who sells a model and has not retired it."""
    found = set()
    for provider, offering_id in (key.split(":", 1) for key in SERVICE.catalog.sellers(model)):
        life = SERVICE.catalog.offering(provider, offering_id).lifecycle
        if life is None or not (life.status == "retired" or (life.retires_on is not None and life.retires_on <= AT.date())):
            found.add(provider)
    return frozenset(found)


def _sold(facts: Facts, least: int, _: object) -> Verdict:
    return len(_sellers(facts.spec.key)) >= least


def _made(facts: Facts, pattern: str, _: object) -> Verdict:
    maker = facts.spec.provider
    return {"openai": maker == "openai", "!openai": maker != "openai", "m*": maker.startswith("m")}[pattern]


_JUDGES: dict[str, Callable[[Facts, Any, Fraction | None], Verdict]] = {
    "min_context": lambda facts, least, _: facts.reaches("context_window_input", least),
    "min_output": lambda facts, least, _: facts.reaches("context_window_output", least),
    "open_weights": lambda facts, wanted, _: (
        None if (open_ := facts.spec.metadata.open_weights) is None else open_ is wanted
    ),
    "not_retiring_within": _stays,
    "known_after": _knows,
    "min_providers": _sold,
    "makers": _made,
    "max_cost": lambda _, most, cost: None if cost is None else cost <= Fraction(most),
    "free": lambda _, wanted, cost: None if cost is None else (cost == 0) is wanted,
}


_WINDOWS = {
    "min_context": "context_window_input",
    "min_output": "context_window_output",
    "workload input": "context_window_input",
    "workload output": "context_window_output",
}


def evidence(facts: Facts, name: str, options: Mapping[str, Any], workload: str) -> list[object]:
    """The facts that a reason against a model must state: windows, days, names, counts and costs."""
    work, life, spec = _read(workload), facts.life, facts.spec
    needed = {"workload input": work.prompt_tokens, "workload output": work.output_tokens}
    if name in _WINDOWS:
        return [facts.limit(_WINDOWS[name]), needed.get(name) or options[name]]
    if name.startswith(("require ", "workload needs ")):
        return [f"does not support {name.rpartition(' ')[2]}"]
    told: dict[str, list[object]] = {
        "workload window": [spec.metadata.context_window, work.prompt_tokens + work.output_tokens],
        "status": [life.status_at(AT, release_date=spec.metadata.release_date).value],
        "not_retiring_within": [life.retires_on or "retired"],
        "open_weights": ["has open weights" if spec.metadata.open_weights else "has no open weights"],
        "known_after": [spec.knowledge_cutoff],
        "min_providers": [len(_sellers(spec.key)), options.get("min_providers")],
        "makers": [spec.provider],
        "max_cost": [cost_of(facts.offering and facts.offering.key, workload), Fraction(options.get("max_cost", 0))],
        "free": ["free of charge"]
        if options.get("free") is False
        else [cost_of(facts.offering and facts.offering.key, workload)],
    }
    return told[name]


_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")


def is_said(fact: object, text: str) -> bool:
    """Whether a text states a fact as it is written, an amount to three digits or to the cent."""
    if isinstance(fact, Fraction):
        found = [Fraction(number.replace(",", "")) for number in _AMOUNT.findall(text)]
        return any(abs(number - fact) <= max(fact / 200, Fraction(1, 200) if fact >= 1 else 0) for number in found)
    return (
        re.search(rf"(?<![\w,]){re.escape(f'{fact:,}' if isinstance(fact, int) else str(fact))}(?![\w,]*\d)", text)
        is not None
    )
