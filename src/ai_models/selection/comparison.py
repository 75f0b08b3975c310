"""``compare``: models side by side, with what differs marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ai_models.errors import InvalidSelectionError
from ai_models.models.base import GUIDANCE, as_utc
from ai_models.models.benchmarks import Series
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.amounts import exact_decimal, plain
from ai_models.pricing.meters import METERS
from ai_models.pricing.models import Rate
from ai_models.registry.pricing_service import PricingService, shared_service
from ai_models.selection.costing import Costing
from ai_models.selection.shorthand import shorthand_of, workload_of
from ai_models.selection.subject import Subject, subject_of
from ai_models.selection.workload import Workload

__all__ = ["Comparison", "Row", "compare"]

Value = str | int | Decimal | date | tuple[str, ...] | None
"""What stands in a cell; None is unknown, which is not the same as an empty text or none of several: that is nothing."""


class Row(Struct, frozen=True, kw_only=True):
    """One fact of every model: ``differs`` marks rows whose known values are not all the same."""

    section: str
    label: str
    values: tuple[Value, ...]

    @property
    def differs(self) -> bool:
        """Whether two models differ in it, or one is known and another not."""
        return len(set(self.values)) > 1


class Comparison(Struct, frozen=True, kw_only=True):
    """Models side by side: ``models`` are their keys, each row has a value for each."""

    models: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    at: datetime
    workload: Workload | None = None

    @property
    def differences(self) -> tuple[Row, ...]:
        """The rows in which the models differ."""
        return tuple(row for row in self.rows if row.differs)

    def differing(self) -> Comparison:
        """The same with only these rows."""
        return replace(self, rows=self.differences)

    def section(self, name: str) -> tuple[Row, ...]:
        """The rows of one section."""
        return tuple(row for row in self.rows if row.section == name)

    def to_markdown(self) -> str:
        """The table in Markdown; rows that differ are marked with ``*``."""
        from ai_models.selection.tables import markdown  # a comparison that nobody prints does without it

        return markdown(self)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON has it: amounts as text, days in ISO form, unknown as null."""
        return {
            "at": self.at.isoformat(),
            "models": list(self.models),
            "workload": None if self.workload is None else shorthand_of(self.workload),
            "rows": [
                {
                    "section": row.section,
                    "label": row.label,
                    "values": [_as_json(value) for value in row.values],
                    "differs": row.differs,
                }
                for row in self.rows
            ],
        }


def _as_json(value: Value) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def compare(
    models: Iterable[str],
    workload: Workload | str | None = None,
    *,
    at: date | datetime | None = None,
    exchange: Mapping[str, Decimal | int | str] | None = None,
    pricing_service: PricingService | None = None,
) -> Comparison:
    """Put models side by side: windows, capabilities, every meter's price, a workload's cost, history, lifecycle, guidance.

    Args:
        models: two or more names; ``provider:id`` is a model at that provider, with its limits and prices.
        workload: what will be asked, as a ``Workload`` or its shorthand; without one no cost is shown.
        at: the day or instant; now by default.
        exchange: USD for one unit of other currencies.
        pricing_service: whose catalogue and prices to use.

    Raises:
        InvalidSelectionError: fewer than two models.
        ModelNotFoundError, AmbiguousModelError: a name that means none, or several.
    """
    service = shared_service() if pricing_service is None else pricing_service
    given: Any = models  # anything may have been passed
    names = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    if len(names) < 2:
        raise InvalidSelectionError("models", names, expected="two names or more")
    instant = datetime.now(UTC) if at is None else as_utc(at)
    work = None if workload is None else workload_of(workload)
    costing = Costing(service, work, at=instant, exchange=exchange)
    found = [subject_of(service.catalog, costing, name, instant) for name in names]
    sections: list[Callable[[Sequence[Subject]], Iterator[Row]]] = [_identity, _lifecycle, _windows, _capabilities]
    rows = [row for section in sections for row in section(found)]
    rows += _prices(found, instant)
    rows += [] if work is None else _cost(found, work)
    rows += [*_history(found, instant), *_scores(found), *_guidance(found)]
    return Comparison(
        models=tuple(subject.key for subject in found),
        names=tuple(subject.name for subject in found),
        rows=tuple(rows),
        at=instant,
        workload=work,
    )


def _row(section: str, label: str, found: Sequence[Subject], value: Callable[[Subject], Value]) -> Row:
    return Row(section=section, label=label, values=tuple(value(subject) for subject in found))


def _identity(found: Sequence[Subject]) -> Iterator[Row]:
    yield _row("model", "maker", found, lambda subject: subject.spec.provider)
    yield _row("model", "served by", found, lambda subject: subject.provider)
    yield _row("model", "family", found, lambda subject: subject.spec.metadata.family)
    yield _row("model", "open weights", found, lambda subject: _told(subject.spec.metadata.open_weights))
    yield _row("model", "knowledge cutoff", found, lambda subject: subject.spec.knowledge_cutoff)


def _told(flag: bool | None) -> str | None:  # noqa: FBT001 a fact, not a switch
    return None if flag is None else "yes" if flag else "no"


def _lifecycle(found: Sequence[Subject]) -> Iterator[Row]:
    yield _row("lifecycle", "status", found, lambda subject: subject.status.value)
    yield _row("lifecycle", "released", found, lambda subject: subject.spec.metadata.release_date)
    yield _row("lifecycle", "deprecated", found, lambda subject: subject.lifecycle.deprecated_on or "")
    yield _row("lifecycle", "retires", found, lambda subject: subject.lifecycle.retires_on or "")
    yield _row("lifecycle", "replaced by", found, lambda subject: ", ".join(subject.lifecycle.replacement))


def _windows(found: Sequence[Subject]) -> Iterator[Row]:
    yield _row("limits", "prompt, tokens", found, lambda subject: subject.window)
    yield _row("limits", "answer, tokens", found, lambda subject: subject.output_window)
    whole = _row("limits", "both together, tokens", found, lambda subject: subject.whole_window)
    if any(value is not None for value in whole.values):
        yield whole
    yield _row("limits", "reasoning", found, _reasoning)


def _reasoning(subject: Subject) -> str | None:
    reasoning = subject.spec.reasoning
    if reasoning is None:
        return "" if subject.unsupported & ModelCapability.EXTENDED_THINKING.bit else None
    return f"{reasoning.control}: {', '.join(reasoning.efforts)}" if reasoning.efforts else str(reasoning.control)


def _capabilities(found: Sequence[Subject]) -> Iterator[Row]:
    for capability in ModelCapability:
        row = _row("capabilities", capability.value, found, _support_of(capability))
        if row.values.count("no") + row.values.count(None) < len(found):  # what none is known to do says nothing here
            yield row


def _support_of(capability: ModelCapability) -> Callable[[Subject], Value]:
    def support(subject: Subject) -> Value:
        if subject.supported & capability.bit:
            return "yes"
        return "no" if subject.unsupported & capability.bit else None

    return support


def _prices(found: Sequence[Subject], at: datetime) -> Iterator[Row]:
    cards = [None if subject.offering is None else subject.offering.pricing_at(at) for subject in found]
    yield Row(section="prices", label="currency", values=tuple(None if card is None else card.currency for card in cards))
    for meter in METERS:
        if any(card is not None and meter in card.rates for card in cards):
            yield _meter(meter, [None if card is None else card.rates.get(meter) for card in cards])
    conditions = tuple(
        None if card is None else tuple(dict.fromkeys(str(override.when) for override in card.overrides)) for card in cards
    )
    if any(conditions):
        yield Row(section="conditions", label="other prices", values=conditions)


def _meter(meter: str, rates: Sequence[Rate | None]) -> Row:
    """The prices of one meter, all of as many units as the one that is stated for most."""
    per = max(rate.per for rate in rates if rate is not None)
    unit = METERS[meter].unit
    many = f"{unit}es" if unit.endswith(("ch", "sh", "s")) else f"{unit}s"
    return Row(
        section="prices",
        label=f"{meter.replace('_', ' ')}, per {unit if per == 1 else f'{per:,} {many}'}",
        values=tuple(None if rate is None else exact_decimal(Fraction(rate.amount) * per / rate.per) for rate in rates),
    )


def _cost(found: Sequence[Subject], workload: Workload) -> Iterator[Row]:
    title = shorthand_of(workload)
    yield _row("workload", f"USD for {title}", found, lambda subject: subject.cost.total)
    yield _row("workload", "times the cheapest that is not free", found, _times_cheapest(found))
    yield _row("workload", "note", found, lambda subject: subject.cost.problem or "; ".join(subject.cost.notes))


def _times_cheapest(found: Sequence[Subject]) -> Callable[[Subject], Value]:
    known = [subject.cost.exact for subject in found if subject.cost.exact]
    least = min(known, default=None)

    def times(subject: Subject) -> Value:
        cost = subject.cost.exact
        return None if cost is None or least is None else Decimal(f"{float(cost / least):.2f}")

    return times


def _history(found: Sequence[Subject], at: datetime) -> Iterator[Row]:
    yield _row("history", "input price", found, lambda subject: _trend(subject, "input", at))
    yield _row("history", "output price", found, lambda subject: _trend(subject, "output", at))


def _trend(subject: Subject, meter: str, at: datetime) -> str:
    """Every price of 1M tokens, oldest first, with its day: ``10 → 2 (2025-06-10)``; announced ones are marked."""
    steps: list[str] = []
    last: Decimal | None = None
    for version in () if subject.offering is None else subject.offering.versions:
        rate = version.rates.get(meter)
        if rate is None or rate.amount == last:
            continue
        last, since = rate.amount, version.effective_from
        soon = "from " if since is not None and since > at else ""
        steps.append(plain(rate.amount) if not steps or since is None else f"{plain(rate.amount)} ({soon}{since:%Y-%m-%d})")
    return " → ".join(steps)


def _scores(found: Sequence[Subject]) -> Iterator[Row]:
    """Published scores by series, where two models have one: others do not compare. Of several settings the highest."""
    held: dict[Series, dict[str, Decimal]] = {}
    for spec in {subject.spec.key: subject.spec for subject in found}.values():
        for score in spec.benchmarks:
            best = held.setdefault(score.series, {})
            best[spec.key] = max(score.score, best.get(spec.key, score.score))
    for series, scores in sorted(held.items(), key=lambda entry: entry[0].key):
        if len(scores) > 1:
            label = f"{series.name}, {series.words}"
            yield Row(section="benchmarks", label=label, values=tuple(scores.get(subject.spec.key) for subject in found))


def _guidance(found: Sequence[Subject]) -> Iterator[Row]:
    for name in GUIDANCE:
        said = tuple(tuple(map(str, getattr(subject.spec.optimization, name))) for subject in found)
        if any(said):
            yield Row(section="guidance", label=name.replace("_", " "), values=said)
