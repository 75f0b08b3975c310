"""``select``: which model to take, with the reason against every other one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.library import now
from ai_models.cli.options import EXIT_NO, AsJson, At, CapabilityFilter, MinContext, complete_capability, complete_model
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, print_json, print_text, show
from ai_models.cli.parsing import read_amount, read_tokens
from ai_models.cli.words import UNKNOWN, day, tokens
from ai_models.cli.workloads import (
    Exchange,
    Makers,
    Offerings,
    OpenWeights,
    Providers,
    Region,
    Stays,
    Unknown,
    Workload,
    pairs,
    policy,
)

if TYPE_CHECKING:
    from ai_models.selection.selection import Candidate, Selection

__all__ = ["select"]

_BETWEEN_PARTS = re.compile(r",(?![^\[]*\])")
"""A comma that stands in no brackets."""
_IS_WEIGHED = re.compile(r".+=\s*[\d.]+", re.DOTALL)


def select(
    capability: CapabilityFilter = None,
    workload: Workload = None,
    objective: Annotated[
        str,
        typer.Option(
            "--objective",
            "-o",
            metavar="WHAT",
            help="cost, context, newest, a benchmark (NAME or NAME[harness=…]), or weights: cost=3,context=1.",
        ),
    ] = "cost",
    prefer: Annotated[
        list[str] | None,
        typer.Option(
            "--prefer",
            metavar="NAME",
            help="Models with more of these capabilities first.",
            autocompletion=complete_capability,
        ),
    ] = None,
    min_context: MinContext = None,
    min_output: Annotated[
        int | None,
        typer.Option(
            "--min-output", parser=read_tokens, metavar="TOKENS", help="Gives answers of at least this many tokens."
        ),
    ] = None,
    maker: Makers = None,
    provider: Providers = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", metavar="NAME", help="Only this model, or a pattern; !name excludes.", autocompletion=complete_model
        ),
    ] = None,
    region: Region = None,
    open_weights: OpenWeights = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", metavar="NAME", help="active and preview by default; repeatable.")
    ] = None,
    not_retiring_within: Stays = None,
    max_cost: Annotated[
        Decimal | None,
        typer.Option("--max-cost", parser=read_amount, metavar="USD", help="The workload costs at most this."),
    ] = None,
    free: Annotated[
        bool | None, typer.Option("--free/--no-free", help="Only, or no, models that ask nothing.", show_default=False)
    ] = None,
    known_after: Annotated[
        datetime | None,
        typer.Option("--known-after", formats=["%Y-%m-%d"], metavar="DATE", help="Its knowledge reaches so far."),
    ] = None,
    min_providers: Annotated[
        int | None, typer.Option("--min-providers", metavar="N", min=1, help="Sold by at least so many providers.")
    ] = None,
    benchmark: Annotated[
        list[str] | None, typer.Option("--benchmark", metavar="NAME=SCORE", help="Scores at least this; repeatable.")
    ] = None,
    offerings: Offerings = False,
    unknown: Unknown = "exclude",
    exchange: Exchange = None,
    at: At = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many to show.")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why: what was asked, the arithmetic, what nobody knows.")
    ] = False,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw cost against context, or against the objective (.png, .svg)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Choose models: what they must do, what a workload costs with them, and the reason against every other one.

    Exits with 1 where no model satisfies everything, and says which constraint to give up. An unknown fact never satisfies
    one, unless --unknown says so.
    """
    from ai_models.selection import select as choose  # the engine: --help does without it

    selection = choose(
        capability or (),
        workload=workload,
        objective=_weights(objective),
        prefer=prefer or (),
        min_context=min_context,
        min_output=min_output,
        makers=maker,
        providers=provider,
        models=model,
        region=region,
        open_weights=open_weights,
        status=status,
        not_retiring_within=not_retiring_within,
        max_cost=max_cost,
        free=free,
        known_after=None if known_after is None else known_after.date(),
        min_providers=min_providers,
        benchmarks=pairs(benchmark, "--benchmark") or None,
        offerings=offerings,
        unknown=policy(unknown),
        exchange=pairs(exchange, "--exchange"),
        at=at or now(),
    )
    if plot is not None and selection.ranked:
        _plot(selection, plot)
    if as_json:
        print_json(selection.to_dict())
    elif explain or not selection.ranked:
        print_text(selection.explain())
    else:
        show(*_ranked(selection, limit))
    if not selection.ranked:
        raise typer.Exit(EXIT_NO)


def _weights(objective: str) -> str | dict[str, Decimal]:
    """A name, or NAME=WEIGHT for each of several; ``NAME[harness=…]`` is a name."""
    parts = _BETWEEN_PARTS.split(objective)
    return pairs(parts, "--objective") if any(map(_IS_WEIGHED.fullmatch, parts)) else objective


def _plot(selection: Selection, path: Path) -> None:
    from ai_models.selection.picture import plot  # matplotlib: half a second

    compared = [name for candidate in selection.ranked[:1] for name in candidate.values if name != "cost"]
    written = plot(selection, path, against=compared[-1] if compared else "context")
    typer.echo(f"wrote {written}", err=True)


def _ranked(selection: Selection, limit: int) -> Iterator[Block]:
    asked, found = selection.asked, len(selection.ranked)
    what = "offerings" if asked.offerings else "models"
    yield Title(f"{found:,} of {found + len(selection.rejected):,} {what}", Cell(f"USD for {asked.priced}", "dim"))
    edge = {candidate.key for candidate in selection.frontier}
    counted = [name for name in selection.ranked[0].values if name not in _SHOWN_ANYWAY]
    requests = 1 if asked.workload is None else asked.workload.requests
    columns = [
        Column("Offering" if asked.offerings else "Model"),
        Column("Cost USD", "number"),
        *([Column("A request", "number", rank=40)] if requests > 1 else []),
        *(Column(name, "number") for name in counted),
        Column("Prompt\ntokens", "number", rank=60),
        Column("Released", rank=30),
        Column("Frontier", rank=20),
        Column("Remark", "prose"),
    ]
    rows = [_candidate(each, counted, edge, requests) for each in selection.ranked[:limit]]
    if not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    yield Table(columns, rows)
    if found > limit:
        yield Note(f"and {found - limit:,} more; --limit shows them, --explain says why")


_SHOWN_ANYWAY = ("cost", "context", "newest")


def _candidate(candidate: Candidate, counted: Sequence[str], edge: set[str], requests: int) -> list[Cell | str]:
    from ai_models.selection.costing import money  # as above

    cost = candidate.cost
    total, each = (UNKNOWN, UNKNOWN) if cost.exact is None else (money(cost.exact), money(cost.exact / requests))
    return [
        Cell(candidate.key, "bold"),
        total,
        *([each] if requests > 1 else []),
        *(UNKNOWN if (value := candidate.values[name]) is None else f"{float(value):g}" for name in counted),
        tokens(candidate.context_window_input),
        day(candidate.spec.metadata.release_date),
        "*" if candidate.key in edge else "",
        "; ".join((*cost.notes, *candidate.unknown)),
    ]
