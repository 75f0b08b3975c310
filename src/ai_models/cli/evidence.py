"""Every fact of a model beside its sources: what ``show --evidence`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ai_models.cli.output import Block, Column, Note, Table
from ai_models.cli.words import UNKNOWN, money, plural

if TYPE_CHECKING:
    from ai_models.catalog.snapshot import SourceEntry
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.models import Pricing

__all__ = ["evidence_blocks", "evidence_facts"]


def evidence_facts(spec: ModelSpec, price: Pricing | None, sources: dict[str, SourceEntry]) -> list[dict[str, Any]]:
    """A fact each: its field, its value, and its sources with the days of the copies that were read."""
    facts = [
        {"field": field, "value": _value(spec, field), "sources": _dated(names, sources)}
        for field, names in spec.evidence.items()
    ]
    facts += [
        {
            "field": f"benchmark {score.name}",
            "value": f"{score.score:f} ({score.words})",
            "sources": [score.source, *_dated((score.via,) if score.via else (), sources)],
        }
        for score in spec.benchmarks
    ]
    rates = {} if price is None else price.rates
    return facts + [
        {"field": f"rate of {meter}", "value": money(rate.amount), "sources": _dated(price.evidence, sources)}
        for meter, rate in rates.items()
        if price is not None
    ]


def _value(spec: ModelSpec, field: str) -> str:
    """A fact as text, wherever the specification keeps it."""
    for part in (spec.metadata, spec.lifecycle, spec):
        value = getattr(part, field, None)
        if value is not None:
            return ", ".join(value) if isinstance(value, tuple) else str(value)
    return spec.support(field).value


def _dated(names: tuple[str, ...], sources: dict[str, SourceEntry]) -> list[str]:
    return [f"{name} ({sources[name].retrieved})" if name in sources and sources[name].retrieved else name for name in names]


def evidence_blocks(spec: ModelSpec, facts: list[dict[str, Any]]) -> Iterator[Block]:
    """The table, and what the sources disagree on."""
    rows = [[fact["field"], fact["value"] or UNKNOWN, ", ".join(fact["sources"]) or UNKNOWN] for fact in facts]
    yield Table(
        [Column("Fact"), Column("Value", "prose"), Column("Sources, as of", "prose")], rows, empty="no fact has a source"
    )
    for conflict in spec.conflicts:
        said = "; ".join(f"{source}: {value}" for source, value in conflict.values.items())
        yield Note(f"conflict on {conflict.field}: {said}; settled: {conflict.settled_by}", "yellow")
    yield Note(plural(len(spec.conflicts), "conflict"), terminal_only=True)
