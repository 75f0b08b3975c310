"""From a usage and the rates that hold for it to a bill: a line a meter, bounds where something is open, warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, Protocol

from ai_models.pricing.conditions import least_tokens
from ai_models.pricing.cost import Bill, CostLine, merged_lines
from ai_models.pricing.effective import EffectiveRate, EffectiveRates
from ai_models.pricing.meters import METERS
from ai_models.pricing.models import Override
from ai_models.pricing.overlap import Overlap, cheapest
from ai_models.pricing.usage import METER_OF_FIELD, Quantity, Usage, cell_meter

__all__ = ["itemise", "plain_bill"]

_NOTHING = Fraction(0)
_LAST_IN_PROMPT = ("cache_read", "cached_audio_input", "cached_image_input", "cached_video_input")


class RatesByRequest(Protocol):
    """Where the rates come from: a tariff."""

    overrides: list[Override]
    is_marginal: bool
    warnings: tuple[str, ...]

    def rates(
        self, totals: tuple[int, int], at: datetime | None, *, reached: tuple[int, int] | None = None
    ) -> EffectiveRates:
        """The rates of a request with these totals at an instant."""
        ...


class _Entry(NamedTuple):
    """A quantity of a meter with the rates that price it, and the most that it can cost; None where nobody knows."""

    line: CostLine
    upper: Fraction | None


def itemise(tariff: RatesByRequest, usage: Usage, at: datetime | None) -> Bill:
    """The bill of a usage.

    Context thresholds are judged on each call of ``usage.iterations``; units beside the tokens are counted once.

    Raises:
        NotSoldError, ContradictingRatesError, InvalidInstantError: as ``Tariff.price``.
    """
    calls = usage.iterations or (usage,)
    parts = [_call_bill(tariff, call, at) for call in calls]
    rates = tariff.rates((usage.input_tokens or 0, usage.output_tokens or 0), at)
    parts.append(_bill([_entry(rates, meter, quantity) for meter, quantity in _units(usage, rates)], ()))
    parts.append(_bill([], _unknown_counts(usage, rates)))
    if usage.elsewhere:
        parts.append(Bill(lines=(), lower=_NOTHING, upper=None, unpriced=("other_models",), warnings=usage.elsewhere))
    return _joined(parts, [*tariff.warnings, *usage.notes])


def plain_bill(tariff: RatesByRequest, rates: EffectiveRates, usage: Usage, total: Fraction) -> Bill:
    """The bill of a usage of which every count has a plain rate: what ``itemise`` would say, sooner."""
    lines = [_line(rates.plain[meter], meter, quantity) for meter, quantity in usage.buckets.counts]
    if rates.charges_requests and usage.requests:
        lines.append(_line(rates.plain["requests"], "requests", usage.requests))
    warnings = tariff.warnings
    if usage.notes or usage.buckets.unknown:
        warnings = tuple(dict.fromkeys([*warnings, *usage.notes, *_unknown_counts(usage, rates)]))
    return Bill(lines=tuple(lines), lower=total, upper=total, warnings=warnings)


def _units(usage: Usage, rates: EffectiveRates) -> Iterator[tuple[str, Quantity]]:
    """What is counted besides tokens; the request itself only where the card charges for it."""
    yield from ((meter, quantity) for meter, quantity in usage.buckets.counts if METERS[meter].token_key is None)
    if usage.requests and rates.charges_requests:
        yield "requests", usage.requests


def _call_bill(tariff: RatesByRequest, call: Usage, at: datetime | None) -> Bill:
    """The tokens of one call."""
    totals = (call.input_tokens or 0, call.output_tokens or 0)
    rates = tariff.rates(totals, at)
    counts = [entry for entry in call.buckets.counts if METERS[entry[0]].token_key is not None]
    dearer = _NOTHING
    unpriced: list[str] = []
    if call.buckets.overlap is not None:
        table, dearer, unpriced = _open_table(call.buckets.overlap, rates)
        counts = _summed([*counts, *table])
    if tariff.is_marginal:
        entries = list(_marginal_entries(tariff, counts, totals, at))
    else:
        entries = [_entry(rates, meter, quantity) for meter, quantity in counts]
    bill = _bill(entries, ())
    unpriced += [field for field in ("input_tokens", "output_tokens") if getattr(call, field) is None]
    return Bill(
        lines=bill.lines,
        lower=bill.lower,
        upper=None if bill.upper is None or unpriced else bill.upper + dearer,
        unpriced=(*bill.unpriced, *unpriced),
        warnings=(*bill.warnings, *_overlap_warnings(call.buckets.overlap, dearer, unpriced)),
    )


def _entry(rates: EffectiveRates, meter: str, quantity: Quantity) -> _Entry:
    rate = rates.get(meter)
    choices = rates.choices(meter) if rate is None else ()
    if choices:
        costs = [choice.unit * choice.billed(quantity) for choice in choices]
        return _Entry(_line(choices[costs.index(min(costs))], meter, quantity), max(costs))
    line = _line(rate, meter, quantity)
    return _Entry(line, line.exact)


def _line(rate: EffectiveRate | None, meter: str, quantity: Quantity) -> CostLine:
    unit = METERS[meter].unit
    if rate is None:
        return CostLine(meter=meter, quantity=quantity, unit=unit)
    price, per, minimum, increment, fallback, overrides, contract = rate
    billed = None
    if (minimum or increment) and (charged := rate.billed(quantity)) != quantity:
        billed = charged
    return CostLine(
        meter=meter,
        quantity=quantity,
        unit=unit,
        rate=price,
        per=per,
        billed=billed,
        fallback=fallback,
        overrides=overrides,
        contract=contract,
    )


def _bill(entries: Iterable[_Entry], warnings: Iterable[str]) -> Bill:
    lines, upper, lower = [], _NOTHING, _NOTHING
    unpriced: list[str] = []
    notes = list(warnings)
    for line, most in entries:
        lines.append(line)
        lower += line.exact or _NOTHING
        upper += most or _NOTHING
        if most is None:
            unpriced.append(line.meter)
        elif most != line.exact:
            notes.append(f"{line.meter}: of unstated lifetime, priced at the least that the card asks for one")
    return Bill(
        lines=tuple(lines),
        lower=lower,
        upper=None if unpriced else upper,
        unpriced=tuple(unpriced),
        warnings=tuple(notes),
    )


def _joined(parts: list[Bill], warnings: list[str]) -> Bill:
    uppers = [part.upper for part in parts]
    return Bill(
        lines=merged_lines(line for part in parts for line in part.lines),
        lower=sum((part.lower for part in parts), _NOTHING),
        upper=None if None in uppers else sum((upper for upper in uppers if upper is not None), _NOTHING),
        unpriced=tuple(dict.fromkeys(meter for part in parts for meter in part.unpriced)),
        warnings=tuple(dict.fromkeys([*warnings, *(text for part in parts for text in part.warnings)])),
    )


def _open_table(overlap: Overlap, rates: EffectiveRates) -> tuple[list[tuple[str, int]], Fraction, list[str]]:
    """The cheapest way to split what overlaps, how much more the dearest one costs, and what of it nobody can price."""
    prices = {cell: _possible_prices(cell_meter(*cell), rates) for cell in overlap.free}
    least = cheapest(overlap, lambda cell: min(prices[cell], default=_NOTHING))
    most = cheapest(overlap, lambda cell: -max(prices[cell], default=_NOTHING))
    dearest = [
        sum((max(prices[cell], default=_NOTHING) * count for cell, count in table.items()), _NOTHING)
        for table in (least, most)
    ]
    table = [(cell_meter(*cell), count) for cell, count in least.items() if count]
    unpriced = sorted({cell_meter(*cell) for cell, found in prices.items() if not found})
    return table, dearest[1] - dearest[0], unpriced


def _possible_prices(meter: str, rates: EffectiveRates) -> list[Fraction]:
    """What a token may cost: one price, several where its cache lifetime is not stated, or none that is known."""
    rate = rates.get(meter)
    return [choice.unit for choice in (rates.choices(meter) if rate is None else (rate,))]


def _overlap_warnings(overlap: Overlap | None, dearer: Fraction, unpriced: list[str]) -> Iterator[str]:
    if overlap is not None and (dearer or unpriced):
        cells = ", ".join(
            f"{modality} and {kind}" for modality, kind in overlap.free if modality != "text" and kind != "plain"
        )
        yield f"how many tokens are both {cells} is not stated: the total is the least that is possible"


def _unknown_counts(usage: Usage, rates: EffectiveRates) -> Iterator[str]:
    """Counts that the response did not state and that this card would price otherwise than it was done, one line a kind."""
    said: dict[str, list[str]] = {}
    for field in usage.unknown:
        meter = METER_OF_FIELD.get(field, field)
        key = METERS[meter].token_key if meter in METERS else None
        own = rates.own(meter)
        if field in ("input_tokens", "output_tokens"):
            said.setdefault("its cost is not in the total", []).append(field)
        elif own is not None and key is None:
            said.setdefault("the total has none", []).append(field)
        elif own is not None and key is not None:
            whole = rates.own(key.direction)
            if whole is None or whole.unit != own.unit:
                said.setdefault(f"the total prices any as {key.direction}", []).append(field)
    for consequence, fields in said.items():
        yield f"{', '.join(fields)} {'is' if len(fields) == 1 else 'are'} not stated: {consequence}"


def _marginal_entries(
    tariff: RatesByRequest, counts: list[tuple[str, Quantity]], totals: tuple[int, int], at: datetime | None
) -> Iterator[_Entry]:
    """Every count cut where marginal thresholds lie.

    A cache holds the beginning of a prompt, so what lies beyond a threshold is first what was not cached.
    """
    for side, direction in enumerate(("input", "output")):
        steps = {least_tokens(override.when)[side] - 1 for override in tariff.overrides if override.marginal}
        cuts = [0, *sorted(step for step in steps if 0 < step < totals[side]), totals[side]]
        start = 0
        for meter, count in sorted(counts, key=lambda entry: entry[0] not in _LAST_IN_PROMPT):
            key = METERS[meter].token_key
            if key is None or key.direction != direction:
                continue
            end = start + int(count)
            for low, high in pairwise(cuts):
                if (inside := min(end, high) - max(start, low)) > 0:
                    reached = (low + 1, totals[1]) if side == 0 else (totals[0], low + 1)
                    yield _entry(tariff.rates(totals, at, reached=reached), meter, inside)
            start = end


def _summed(counts: list[tuple[str, Quantity]]) -> list[tuple[str, Quantity]]:
    summed: dict[str, Quantity] = {}
    for meter, count in counts:
        summed[meter] = summed.get(meter, 0) + count
    return list(summed.items())
