"""The history of an offering's price: its versions with their changes, and a chart for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ai_models.cli.facts import version_facts
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, terminal_width, writable
from ai_models.cli.words import by_meter, change, condition, day, effect, money, plural, since

if TYPE_CHECKING:
    from ai_models.pricing.models import Offering, PricingVersion

__all__ = ["history_blocks", "history_facts"]

_MAIN = ("input", "cache_read", "output")
_LEVELS = "▁▂▃▄▅▆▇█"
_WIDEST = 60

# Which columns go first on a narrow terminal.
_SECONDARY, _CHANGE, _KEPT = 20, 50, 99


def history_facts(offering: Offering, now: datetime) -> list[dict[str, Any]]:
    """Every version, the newest first, with its changes against the one before, by meter, in words."""
    current = offering.version_index(now)
    found = []
    for place in reversed(range(len(offering.versions))):
        state = "current" if place == current else "past" if place < current else "future"
        found.append({"state": state, **version_facts(offering.versions[place]), "changes": _changes(offering, place)})
    return found


def history_blocks(offering: Offering, now: datetime) -> Iterator[Block]:
    """The versions, the newest first, and below them how the main rates went."""
    versions = offering.versions
    currencies = list(dict.fromkeys(version.currency for version in versions))
    counted = f"{plural(len(versions), 'price version')}, the newest first; {' and '.join(currencies)} per 1M tokens"
    yield Title(offering.key, Cell(counted, "dim"))
    main = [meter for meter in _MAIN if any(meter in version.rates for version in versions)]
    yield _table(offering, main, now)
    moved = [meter for meter in main if len({version.rate(meter) for version in versions}) > 1]
    yield from _chart(versions, moved, now)


def _table(offering: Offering, main: Sequence[str], now: datetime) -> Table:
    """A row a version; columns in which nothing would stand are left out."""
    places = list(reversed(range(len(offering.versions))))
    changed = [_changes(offering, place) for place in places]
    columns = [Column("Since"), Column("Date is", rank=60)]
    rows = [_since(offering, place, now) for place in places]
    for meter in main:
        rank = _SECONDARY if meter == "cache_read" else _KEPT
        columns.append(Column(meter, "number", rank=rank))
        moves = [change.get(meter, "") for change in changed]
        for row, place in zip(rows, places, strict=True):
            row.append(money(offering.versions[place].rate(meter)))
        if any(moves):
            columns.append(Column("change", "number", rank=min(rank, _CHANGE)))
            for row, text in zip(rows, moves, strict=True):
                row.append(Cell(text, "red" if text.startswith("+") else "green"))
    others = [[f"{name} {text}" for name, text in change.items() if name not in main] for change in changed]
    if any(others):
        columns.append(Column("Other changes", "prose"))
        for row, texts in zip(rows, others, strict=True):
            row.append("; ".join(texts))
    return Table(columns, rows)


def _since(offering: Offering, place: int, now: datetime) -> list[Cell | str]:
    """From when a version holds, with the current one and the announced ones standing out."""
    version = offering.versions[place]
    future = version.effective_from is not None and version.effective_from > now
    style = "cyan" if future else "bold" if place == offering.version_index(now) else ""
    return [Cell(since(version.effective_from, now=now), style), version.date_precision]


def _changes(offering: Offering, place: int) -> dict[str, str]:
    """What changed against the version before, by meter; conditions that came, went or changed stand by name."""
    if not place:
        return {}
    new, old = offering.versions[place], offering.versions[place - 1]
    if new.currency != old.currency:
        return {"currency": f"{old.currency} to {new.currency}"}
    found = {meter: change(old.rate(meter), new.rate(meter)) for meter in by_meter({*old.rates, *new.rates})}
    before, after = ({condition(o.when): o for o in version.overrides} for version in (old, new))
    words = {
        "new:": [name for name in after if name not in before],
        "no longer:": [name for name in before if name not in after],
        "changed:": [name for name in after if name in before and effect(after[name]) != effect(before[name])],
    }
    found |= {word: " and ".join(names) for word, names in words.items()}
    return {name: text for name, text in found.items() if text}


def _chart(versions: Sequence[PricingVersion], meters: Sequence[str], now: datetime) -> Iterator[Block]:
    """A line of bars for each meter, over time from the first dated change to today or the last announced one."""
    starts = [version.effective_from for version in versions if version.effective_from is not None]
    if not meters or not starts or writable(_LEVELS, "") == "":
        return
    label = max(map(len, meters)) + 2
    width = max(10, min(_WIDEST, terminal_width() - label - 20))
    end = max(now, max(starts) + timedelta(days=30))
    step = (end - starts[0]) / width
    yield Note("", terminal_only=True)
    for meter in meters:
        rates = [_rate_at(versions, starts[0] + step * (place + 0.5), meter) for place in range(width)]
        known = [rate for rate in rates if rate is not None]
        if known:
            ends = f"{money(known[0])} → {money(known[-1])}"
            yield Note(f"{meter:<{label}}{_bars(rates, max(known))}  {ends}", "cyan", terminal_only=True)
    yield Note(f"{'':<{label}}{day(starts[0]):<{width - 10}}{day(end)}", terminal_only=True)


def _rate_at(versions: Sequence[PricingVersion], instant: datetime, meter: str) -> Decimal | None:
    held = [v for v in versions if v.effective_from is None or v.effective_from <= instant]
    return held[-1].rate(meter) if held else None


def _bars(rates: Sequence[Decimal | None], highest: Decimal) -> str:
    """A bar a rate, from zero; a gap where it is unknown."""
    top = len(_LEVELS) - 1
    return "".join(" " if rate is None else _LEVELS[round(top * rate / highest) if highest else 0] for rate in rates)
