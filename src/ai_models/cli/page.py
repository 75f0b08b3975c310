"""The page of one model: everything that ``show`` prints for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from ai_models.cli.benchmarks import score_blocks
from ai_models.cli.cards import price_blocks
from ai_models.cli.facts import capability_facts, days_left
from ai_models.cli.output import Block, Bullets, Cell, Facts, Note, Title, writable
from ai_models.cli.words import MARK_STYLES, STATUS_STYLES, day, plural, tokens

if TYPE_CHECKING:
    from ai_models.models.base import Alias, ModelSpec
    from ai_models.pricing.models import Pricing

__all__ = ["model_page"]

_UNKNOWN = Cell("unknown", "dim")
_SELLERS_SHOWN = 12


def model_page(spec: ModelSpec, price: Pricing | None, sellers: Sequence[str], at: datetime) -> Iterator[Block]:
    """The blocks of the page, from what most people look for to where it comes from."""
    status = str(spec.status_at(at))
    yield Title(spec.name, Cell(f"{spec.model_id}  {status}", STATUS_STYLES[status]))
    yield Facts(_identity(spec))
    yield Title("Windows")
    yield Facts(_windows(spec))
    yield Title("Lifecycle")
    yield Facts(_lifecycle(spec, at))
    yield Title("Capabilities")
    yield Facts(_capabilities(spec))
    yield from _prices(spec, price, sellers, at)
    yield from _guidance(spec)
    yield from score_blocks(spec)
    yield from _sources(spec)


def _identity(spec: ModelSpec) -> list[tuple[str, Cell | str]]:
    weights = {True: Cell("open"), False: Cell("closed"), None: _UNKNOWN}[spec.metadata.open_weights]
    rows: list[tuple[str, Cell | str]] = [
        ("maker", spec.provider),
        ("family", spec.metadata.family or _UNKNOWN),
        ("version", spec.metadata.version or _UNKNOWN),
        ("API identifier", spec.api_identifier),
        ("also called", ", ".join(map(_alias, spec.aliases)) or "nothing else"),
        ("weights", weights),
        ("documentation", spec.docs_url or _UNKNOWN),
    ]
    return [*rows, ("notes", spec.notes)] if spec.notes else rows


def _alias(alias: Alias) -> str:
    parts = [
        "floating" if alias.floating else "",
        f"since {day(alias.since)}" if alias.since else "",
        f"until {day(alias.until)}" if alias.until else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{alias.name} ({said})" if said else alias.name


def _windows(spec: ModelSpec) -> list[tuple[str, Cell | str]]:
    metadata = spec.metadata
    windows = (
        ("prompt", metadata.context_window_input),
        ("answer", metadata.context_window_output),
        ("total", metadata.context_window),
    )
    return [(label, _UNKNOWN if count is None else f"{tokens(count):>10} tokens") for label, count in windows]


def _lifecycle(spec: ModelSpec, at: datetime) -> list[tuple[str, Cell | str]]:
    life = spec.lifecycle
    rows: list[tuple[str, Cell | str]] = [
        ("released", _day(spec.metadata.release_date)),
        ("knowledge until", spec.knowledge_cutoff or _UNKNOWN),
        ("deprecated", _day(life.deprecated_on, missing="no date known")),
        ("retires", _retirement(spec, at)),
    ]
    if life.replacement:
        rows.append(("replaced by", ", ".join(life.replacement)))
    return [*rows, ("last verified", day(spec.last_verified))]


def _day(value: date | None, *, missing: str = "unknown") -> Cell | str:
    return Cell(missing, "dim") if value is None else day(value)


def _retirement(spec: ModelSpec, at: datetime) -> Cell | str:
    retires, left = spec.lifecycle.retires_on, days_left(spec, at)
    if retires is None:
        return Cell("no date known", "dim")
    if left is None:
        return Cell(f"{day(retires)} (retired for {plural((at.date() - retires).days, 'day')})", "red")
    return Cell(f"{day(retires)} ({plural(left, 'day')} left)", "yellow")


def _capabilities(spec: ModelSpec) -> list[tuple[str, Cell | str]]:
    signs = {"supported": writable("✓", "+"), "unsupported": writable("✗", "-"), "unknown": "?"}
    rows: list[tuple[str, Cell | str]] = [
        (f"{signs[support]} {support}", Cell(", ".join(names) or "none", MARK_STYLES[support]))
        for support, names in capability_facts(spec).items()
    ]
    reasoning = spec.reasoning
    if reasoning is not None:
        parts = [
            f"controlled by {reasoning.control}",
            f"efforts {', '.join(reasoning.efforts)}" if reasoning.efforts else "",
            f"at least {reasoning.min_tokens:,} tokens" if reasoning.min_tokens is not None else "",
            f"at most {reasoning.max_tokens:,} tokens" if reasoning.max_tokens is not None else "",
            {True: "can be switched off", False: "cannot be switched off", None: ""}[reasoning.can_disable],
        ]
        rows.append(("reasoning", "; ".join(part for part in parts if part)))
    return rows


def _prices(spec: ModelSpec, price: Pricing | None, sellers: Sequence[str], at: datetime) -> Iterator[Block]:
    if price is None:
        yield Title("Price")
        yield Note(f"unknown: no price of {spec.model_id} at {spec.provider} is known for {day(at)}")
    else:
        yield from price_blocks(price, at)
    if len(sellers) > 1:
        more = f" and {len(sellers) - _SELLERS_SHOWN} more" if len(sellers) > _SELLERS_SHOWN else ""
        yield Facts([("sold as", ", ".join(sellers[:_SELLERS_SHOWN]) + more)])


def _guidance(spec: ModelSpec) -> Iterator[Block]:
    guidance = spec.optimization
    sections = (
        ("Recommended for", guidance.recommended_for),
        ("When to choose it", guidance.selection_criteria),
        ("Best practices", guidance.best_practices),
        ("Tips", guidance.tips),
        ("Pitfalls", guidance.pitfalls),
    )
    written = f"written {day(guidance.since)}" if guidance.since else ""
    for title, items in sections:
        if items:
            yield Title(title, Cell(written, "dim"))
            yield Bullets(items)


def _sources(spec: ModelSpec) -> Iterator[Block]:
    yield Title("Sources of these facts")
    if spec.evidence:
        yield Facts(list(_by_source(spec.evidence)))
    else:
        yield Note("none is recorded")
    for conflict in spec.conflicts:
        said = ", ".join(f"{source} says {value}" for source, value in conflict.values.items())
        yield Note(f"conflict on {conflict.field}: {said}; settled: {conflict.settled_by}", "yellow")


def _by_source(evidence: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Cell | str]]:
    """Facts that share their sources on one line."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for fact, sources in evidence.items():
        grouped.setdefault(tuple(sources), []).append(fact)
    for sources, facts in grouped.items():
        yield ", ".join(sources), ", ".join(facts)
