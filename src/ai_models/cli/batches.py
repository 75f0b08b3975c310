"""Many responses at once, one a line: what they cost together, how many could be priced, and why the others not."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from ai_models.cli.library import now, prices
from ai_models.cli.options import EXIT_NO
from ai_models.cli.output import Cell, Column, Facts, Note, Table, Title, on_terminal, print_json, show
from ai_models.cli.requested import in_flags, lines_of, usage_of
from ai_models.cli.words import amount, day, exact, instant, plural
from ai_models.errors import AIModelsError

if TYPE_CHECKING:
    from ai_models.pricing.contracts import Contract
    from ai_models.registry.coverage import Coverage, PriceRequest

__all__ = ["Batch", "price_responses"]

_EVERY = 1_000
"""Responses between two movements of the progress bar."""

_SHOWN_REASONS = 20


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Responses of one file as they were asked about; ``model`` prices all of them as one model's."""

    source: str
    model: str | None
    shape: str | None
    at: datetime | None
    service_tier: str | None
    region: str | None
    provider: str | None
    contract: Contract | None


@dataclass
class _Unread:
    """The lines that no usage could be read from, by reason, with the first line of each."""

    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, number: int, reason: str) -> None:
        """Count one line."""
        self.count += 1
        self.reasons[reason] += 1
        self.first.setdefault(reason, number)


def price_responses(batch: Batch, *, as_json: bool) -> None:
    """Print what the responses of a file cost together.

    Raises:
        typer.Exit: with 1 where the cost of a response is partial or not known.
    """
    asked, unread = batch.at or now(), _Unread()
    with lines_of(batch.source, option="--responses") as (lines, size), _progress(size) as advance:
        coverage = prices().price_many(_requests(batch, lines, unread, advance), at=asked, contract=batch.contract)
    answer = _Outcome(coverage, unread)
    if as_json:
        print_json({"at": asked, **answer.facts()})
    else:
        _print(batch, answer, asked)
    if not answer.requests:
        raise typer.BadParameter(f"{batch.source} holds no response", param_hint="--responses")
    if answer.priced < answer.requests:
        raise typer.Exit(EXIT_NO)


def _requests(
    batch: Batch, lines: Iterable[bytes], unread: _Unread, advance: Callable[[int], None]
) -> Iterator[PriceRequest | tuple[Any, ...]]:
    """What ``price_many`` takes; lines without a usage or a model are counted aside."""
    done = 0
    for number, line in enumerate(lines, 1):
        done += len(line)
        if not number % _EVERY:
            advance(done)
        text = line.strip()
        if not text:
            continue
        try:
            usage = usage_of(text, batch.shape)
        except AIModelsError as error:
            unread.add(number, in_flags(error))
            continue
        model = batch.model or usage.model
        if model is None:
            unread.add(number, "the response names no model; name one for all: ai-models cost MODEL --responses FILE")
            continue
        yield model, usage, None, batch.service_tier, batch.region, batch.provider


@contextmanager
def _progress(size: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where a person looks at it; it is gone when the answer comes."""
    if not (on_terminal() and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console  # 0.05 s that a pipe does not pay
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("pricing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=size)
        yield lambda done: bar.update(task, completed=done)


class _Outcome:
    """What was priced together with what could not be read."""

    def __init__(self, coverage: Coverage, unread: _Unread) -> None:
        self._coverage = coverage
        self._unread = unread
        self.priced = coverage.priced
        self.unpriced = coverage.unpriced + unread.count
        self.requests = coverage.requests + unread.count

    def reasons(self) -> list[tuple[int, str]]:
        """How often, and why; the most frequent first."""
        counted = Counter(self._coverage.reasons)
        for reason, count in self._unread.reasons.items():
            counted[f"{reason} (line {self._unread.first[reason]}{' and others' if count > 1 else ''})"] = count
        return [(count, reason) for reason, count in counted.most_common()]

    def totals(self) -> list[str]:
        """The sums, as people read them."""
        return _read(self._coverage.totals)

    def list_totals(self) -> list[str]:
        """The sums at list prices, where there is a contract."""
        return _read(self._coverage.list_totals)

    @property
    def share(self) -> str:
        """The share of responses with a complete cost; rounded down, so that 100 % is all."""
        return f"{self.priced * 1000 // self.requests / 10:.1f} %" if self.requests else "none"

    @property
    def partial(self) -> int:
        """The responses of which only a lower bound is known."""
        return self._coverage.partial

    def facts(self) -> dict[str, Any]:
        """The outcome as JSON has it."""
        return {
            "requests": self.requests,
            "priced": self.priced,
            "partial": self.partial,
            "unpriced": self.unpriced,
            "totals": _exactly(self._coverage.totals),
            **({"list_totals": _exactly(self._coverage.list_totals)} if self._coverage.list_totals else {}),
            "reasons": [{"count": count, "reason": reason} for count, reason in self.reasons()],
        }


def _read(totals: Mapping[str, Decimal]) -> list[str]:
    return [f"{amount(total)} {currency}" for currency, total in sorted(totals.items())]


def _exactly(totals: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: exact(total) for currency, total in sorted(totals.items())}


def _print(batch: Batch, answer: _Outcome, at: datetime) -> None:
    when = f"on {instant(at)}" if batch.at else f"now, {day(at)}"
    whose = f", as {batch.model}" if batch.model else ""
    at_least = "at least " if answer.priced < answer.requests else ""
    rows: list[tuple[str, Cell | str]] = [("total", Cell(f"{at_least}{total}", "bold")) for total in answer.totals()]
    rows += [("list price", f"{at_least}{total}") for total in answer.list_totals()]
    rows += [("priced", f"{answer.priced:,} of {answer.requests:,} ({answer.share})")]
    rows += [("partial", f"{answer.partial:,}, in the total with their lower bounds")] if answer.partial else []
    rows += [("unpriced", Cell(f"{answer.unpriced:,}, not in the total", "yellow"))] if answer.unpriced else []
    reasons = answer.reasons()
    columns = (Column("Responses", "number"), Column("Reason", "prose"))
    table = [Table(columns, [[f"{count:,}", reason] for count, reason in reasons[:_SHOWN_REASONS]])] if reasons else []
    left = len(reasons) - _SHOWN_REASONS
    show(
        Title(plural(answer.requests, "response"), Cell(f"{when}{whose}", "dim")),
        Facts(rows),
        *([Note("")] if table else []),
        *table,
        *([Note(f"and {plural(left, 'reason')} more; --json has all")] if left > 0 else []),
    )
