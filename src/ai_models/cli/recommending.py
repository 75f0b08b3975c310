"""``recommend``: what would do the same for less, and what it would lose."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.library import now
from ai_models.cli.options import EXIT_NO, AsJson, At, MinContext, complete_capability, complete_model
from ai_models.cli.output import Block, Bullets, Cell, Column, Note, Table, Title, print_json, show
from ai_models.cli.parsing import read_tokens
from ai_models.cli.words import UNKNOWN
from ai_models.cli.workloads import (
    WORKLOAD_HELP,
    Exchange,
    Makers,
    Offerings,
    OpenWeights,
    Providers,
    Region,
    Stays,
    Unknown,
    pairs,
    policy,
)

if TYPE_CHECKING:
    from ai_models.selection.recommendation import Recommendation

__all__ = ["recommend"]


def recommend(
    current: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="The model that does it now.", autocompletion=complete_model, show_default=False
        ),
    ],
    workload: Annotated[str, typer.Option("--workload", "-w", metavar="WORKLOAD", help=WORKLOAD_HELP, show_default=False)],
    uses: Annotated[
        list[str] | None,
        typer.Option(
            "--uses",
            "-c",
            metavar="NAME",
            help="A capability that is used of it; repeatable.",
            autocompletion=complete_capability,
        ),
    ] = None,
    prefix: Annotated[
        int,
        typer.Option(
            "--prefix", parser=read_tokens, metavar="TOKENS", help="Tokens of each prompt that are the same every time."
        ),
    ] = 0,
    maker: Makers = None,
    provider: Providers = None,
    min_context: MinContext = None,
    open_weights: OpenWeights = None,
    not_retiring_within: Stays = None,
    free: Annotated[bool, typer.Option("--free", help="Models that ask nothing count too.")] = False,
    offerings: Offerings = False,
    unknown: Unknown = "exclude",
    region: Region = None,
    exchange: Exchange = None,
    at: At = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many alternatives.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Find cheaper ways to do what a model does: other models with what each would lose, and savings with the same one.

    Exits with 1 where nothing is cheaper.
    """
    from ai_models.selection.recommendation import recommend as look  # the engine: --help does without it

    found = look(
        workload,
        current,
        uses=uses or (),
        prefix_tokens=prefix,
        most=limit,
        offerings=offerings,
        unknown=policy(unknown),
        at=at or now(),
        not_retiring_within=not_retiring_within,
        free=None if free else False,
        makers=maker,
        providers=provider,
        min_context=min_context,
        open_weights=open_weights,
        region=region,
        exchange=pairs(exchange, "--exchange"),
    )
    if as_json:
        print_json(found.to_dict())
    else:
        show(*_recommended(found))
    if not found.alternatives and not found.savings:
        raise typer.Exit(EXIT_NO)


def _recommended(found: Recommendation) -> Iterator[Block]:
    from ai_models.selection.shorthand import shorthand_of  # as above

    yield Title(found.current, Cell(f"{_usd(found.cost.total)} USD for {shorthand_of(found.workload)}", "dim"))
    yield from (Note(note, "yellow") for note in dict.fromkeys((*found.notes, *found.cost.notes)))
    columns = [
        Column("Cheaper model"),
        Column("Cost USD", "number"),
        Column("Saves USD", "number"),
        Column("in %", "number"),
        Column("", rank=20),
    ]
    rows = [
        [
            Cell(each.candidate.key, "bold"),
            _usd(each.candidate.cost.total),
            _usd(each.saving),
            str(each.percent),
            "named by its maker" if each.is_named else "",
        ]
        for each in found.alternatives
    ]
    yield Note("")
    yield Table(columns, rows, empty="no model that does all this is cheaper")
    for each in found.alternatives:
        told = [*(f"loses: {loss}" for loss in each.lost), *each.unknown, *each.candidate.cost.notes]
        if told:
            yield Title(each.candidate.key)
            yield Bullets(told)
    for saving in found.savings:
        yield Title(f"{saving.kind}: saves {_usd(saving.saving)} USD ({saving.percent} %)")
        yield Bullets(
            [f"if {saving.precondition}", *map(str.strip, saving.arithmetic), *(f"loses: {loss}" for loss in saving.lost)]
        )
    if len(found.savings) > 1:
        yield Note("")
        yield Note("Each saving is reckoned for itself; two of them do not simply add up.")


def _usd(amount: Decimal | None) -> str:
    from fractions import Fraction  # as above

    from ai_models.selection.costing import money

    return UNKNOWN if amount is None else money(Fraction(amount))
