"""``select``, ``compare``, ``recommend`` and ``guide``: which model to take, what another would save, and what to mind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.library import now
from ai_models.cli.options import EXIT_NO, AsJson, At, CapabilityFilter, MinContext, complete_capability, complete_model
from ai_models.cli.output import Block, Bullets, Cell, Column, Facts, Note, Table, Title, print_json, show
from ai_models.cli.parsing import one_of, read_amount, read_tokens
from ai_models.cli.words import MARK_STYLES, STATUS_STYLES, UNKNOWN, day, plural, tokens

if TYPE_CHECKING:
    from ai_models.selection.comparison import Comparison, Value
    from ai_models.selection.guidance import Guidance
    from ai_models.selection.recommendation import Recommendation
    from ai_models.selection.selection import Candidate, Selection

__all__ = ["compare", "guide", "recommend", "select"]

_WORKLOAD_HELP = (
    "What will be asked: IN:OUT tokens of a request, then parts behind @, then how many requests: "
    "50k:2k@80%cached x 1M/month. Parts: 80%cached and 20%written of the input, 50%batch of the requests, 1k thinking of "
    "the output, 2 images, 1 made (pictures in the answer), 1 search, or a tier: flex, priority."
)

Workload = Annotated[str | None, typer.Option("--workload", "-w", metavar="WORKLOAD", help=_WORKLOAD_HELP)]
Makers = Annotated[
    list[str] | None,
    typer.Option("--maker", metavar="NAME", help="Of this maker, or of a pattern (mistral*); !name excludes; repeatable."),
]
Providers = Annotated[
    list[str] | None,
    typer.Option("--provider", metavar="NAME", help="Served by this provider, or a pattern; !name excludes."),
]
Stays = Annotated[
    int | None,
    typer.Option(
        "--not-retiring-within", metavar="DAYS", min=0, help="Still served after so many days, as far as is announced."
    ),
]
Offerings = Annotated[
    bool, typer.Option("--offerings", help="Compare every provider's offering, not each model at its maker's.")
]
Unknown = Annotated[
    str,
    typer.Option(
        "--unknown",
        metavar="POLICY",
        help="Models of which something asked for is unknown: exclude them, allow them and say so, or show those only.",
    ),
]
OpenWeights = Annotated[
    bool | None,
    typer.Option("--open-weights/--closed-weights", help="Whether the weights are published.", show_default=False),
]
Exchange = Annotated[
    list[str] | None,
    typer.Option("--exchange", metavar="CUR=USD", help="USD for one unit of a currency: CNY=0.14; repeatable."),
]

_POLICIES = ("exclude", "allow", "only")


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
    region: Annotated[
        str | None, typer.Option("--region", metavar="NAME", help="Served there, as the offering says.")
    ] = None,
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
        benchmarks=_pairs(benchmark, "--benchmark") or None,
        offerings=offerings,
        unknown=_policy(unknown),
        exchange=_pairs(exchange, "--exchange"),
        at=at or now(),
    )
    if plot is not None:
        _plot(selection, plot)
    if as_json:
        print_json(selection.to_dict())
    elif explain or not selection.ranked:
        typer.echo(selection.explain())
    else:
        show(*_ranked(selection, limit))
    if not selection.ranked:
        raise typer.Exit(EXIT_NO)


def _weights(objective: str) -> str | dict[str, float]:
    if "=" not in objective or "[" in objective:
        return objective
    try:
        return {name.strip(): float(weight) for name, weight in (part.split("=", 1) for part in objective.split(","))}
    except ValueError:
        raise typer.BadParameter(f"{objective!r} is no weights; write cost=3,context=1", param_hint="--objective") from None


def _policy(unknown: str) -> Any:
    return one_of(unknown, _POLICIES, what="policy", option="--unknown")


def _pairs(given: Sequence[str] | None, option: str) -> dict[str, Decimal]:
    pairs = {}
    for text in given or ():
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise typer.BadParameter(f"{text!r} is no name=number", param_hint=option)
        pairs[name.strip()] = read_amount(value)
    return pairs


def _plot(selection: Selection, path: Path) -> None:
    from ai_models.selection.picture import plot  # matplotlib: half a second

    compared = [name for candidate in selection.ranked[:1] for name in candidate.values if name not in ("cost", "newest")]
    written = plot(selection, path, against=compared[-1] if compared else "context")
    typer.echo(f"wrote {written}", err=True)


def _ranked(selection: Selection, limit: int) -> Iterator[Block]:
    from ai_models.selection.shorthand import shorthand_of

    work = selection.asked.workload
    what = f"USD for {shorthand_of(work)}" if work else "USD for 1M in, 1M out"
    yield Title(f"{len(selection.ranked):,} of {len(selection.ranked) + len(selection.rejected):,}", Cell(what, "dim"))
    edge = {candidate.key for candidate in selection.frontier}
    counted = [name for candidate in selection.ranked[:1] for name in candidate.values if name not in _SHOWN_ANYWAY]
    columns = [
        Column("Offering" if selection.asked.offerings else "Model"),
        Column("Cost USD", "number"),
        Column("A request", "number", rank=40),
        *(Column(name, "number") for name in counted),
        Column("Prompt\ntokens", "number", rank=60),
        Column("Released", rank=30),
        Column("Frontier", rank=20),
        Column("Remark", "prose"),
    ]
    yield Table(columns, [_candidate(each, counted, edge) for each in selection.ranked[:limit]])
    if len(selection.ranked) > limit:
        yield Note(f"and {len(selection.ranked) - limit:,} more; --limit shows them, --explain says why")


_SHOWN_ANYWAY = ("cost", "context", "newest")


def _candidate(candidate: Candidate, counted: Sequence[str], edge: set[str]) -> list[Cell | str]:
    from ai_models.selection.explanation import money

    cost, spec = candidate.cost, candidate.spec
    return [
        Cell(candidate.key, "bold"),
        UNKNOWN if cost.exact is None else money(cost.exact),
        "" if cost.standard is None else money(cost.standard.exact),
        *(UNKNOWN if (value := candidate.values[name]) is None else f"{float(value):g}" for name in counted),
        tokens(spec.context_window_input),
        day(spec.metadata.release_date),
        "*" if candidate.key in edge else "",
        "; ".join((*cost.notes, *candidate.unknown)),
    ]


def compare(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL…", help="Two models or more; provider:id is one at that provider.", autocompletion=complete_model
        ),
    ],
    workload: Workload = None,
    differences: Annotated[bool, typer.Option("--differences", help="Only the rows in which they differ.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a table in Markdown.")] = False,
    exchange: Exchange = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Show models side by side: limits, capabilities, every price, a workload's cost, history, lifecycle, guidance.

    Rows in which they differ are marked with a star; ? is unknown, which is neither yes nor no.
    """
    from ai_models.selection.comparison import compare as put_together  # the engine: --help does without it

    found = put_together(models, workload, at=at or now(), exchange=_pairs(exchange, "--exchange"))
    if as_json:
        print_json(found.to_dict())
    elif markdown:
        typer.echo(found.to_markdown())
    else:
        show(*_side_by_side(found, only_differences=differences))


def _side_by_side(found: Comparison, *, only_differences: bool) -> Iterator[Block]:
    from ai_models.selection.tables import shown

    sections = dict.fromkeys(row.section for row in found.rows)
    for section in sections:
        rows = [row for row in found.section(section) if row.differs or not only_differences]
        if section == "guidance" and rows:
            yield Title("guidance")
            yield from _guidance_of_each(found)
        elif rows:
            columns = [Column(section), Column(""), *(Column(name) for name in found.names)]
            cells = [
                [row.label, "*" if row.differs else "", *(_cell(value, shown(value)) for value in row.values)]
                for row in rows
            ]
            yield Table(columns, cells)


def _cell(value: Value, text: str) -> Cell | str:
    mark = {"yes": "supported", "no": "unsupported", None: "unknown"}.get(value) if isinstance(value, str | None) else None
    return Cell(text, MARK_STYLES[mark]) if mark else text


def _guidance_of_each(found: Comparison) -> Iterator[Block]:
    for place, name in enumerate(found.names):
        said = [f"{row.label}: {row.values[place]}" for row in found.section("guidance") if row.values[place]]
        if said:
            yield Title(name)
            yield Bullets(said)


def recommend(
    current: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="The model that does it now.", autocompletion=complete_model, show_default=False
        ),
    ],
    workload: Annotated[str, typer.Option("--workload", "-w", metavar="WORKLOAD", help=_WORKLOAD_HELP, show_default=False)],
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
        unknown=_policy(unknown),
        at=at or now(),
        not_retiring_within=not_retiring_within,
        free=None if free else False,
        makers=maker,
        providers=provider,
        min_context=min_context,
        open_weights=open_weights,
    )
    if as_json:
        print_json(found.to_dict())
    else:
        show(*_recommended(found))
    if not found.alternatives and not found.savings:
        raise typer.Exit(EXIT_NO)


def _recommended(found: Recommendation) -> Iterator[Block]:
    from ai_models.selection.shorthand import shorthand_of

    yield Title(found.current, Cell(f"{_usd(found.cost.total)} USD for {shorthand_of(found.workload)}", "dim"))
    yield from (Note(note) for note in found.notes)
    columns = [
        Column("Cheaper model"),
        Column("Cost USD", "number"),
        Column("Saves USD", "number"),
        Column("in %", "number"),
    ]
    rows = [
        [each.candidate.key, _usd(each.candidate.cost.total), _usd(each.saving), str(each.percent)]
        for each in found.alternatives
    ]
    yield Table(columns, rows, empty="no model that does all this is cheaper")
    for each in found.alternatives:
        told = [*(f"loses: {loss}" for loss in each.lost), *each.unknown, *each.candidate.cost.notes]
        if told:
            yield Title(each.candidate.key)
            yield Bullets(told)
    for saving in found.savings:
        yield Title(
            f"{saving.kind}: saves {_usd(saving.saving)} USD ({saving.percent} %)", Cell(f"if {saving.precondition}", "dim")
        )
        yield Bullets(saving.arithmetic)


def _usd(amount: Decimal | None) -> str:
    from fractions import Fraction

    from ai_models.selection.explanation import money

    return UNKNOWN if amount is None else money(Fraction(amount))


def guide(
    model: Annotated[
        str | None,
        typer.Argument(metavar="[MODEL]", help="A model's name.", autocompletion=complete_model, show_default=False),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", metavar="NAME", help="Models for this task; --tasks lists all.")
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", metavar="WORDS", help="Statements that hold all these words.")
    ] = None,
    maker: Annotated[str | None, typer.Option("--maker", metavar="NAME", help="Only of this maker.")] = None,
    tasks: Annotated[bool, typer.Option("--tasks", help="List the tasks with what belongs to each.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what to mind about a model, which models are for a task, or where guidance speaks of something.

    Exits with 1 where nothing is found.
    """
    if tasks:
        _print_tasks(as_json=as_json)
        return
    from ai_models.selection.guidance import guide as ask  # the catalogue: --help does without it

    if model is not None:
        one = ask(model)
        found = [one]
    else:
        found = ask(task=task, search=search, maker=maker)
    if as_json:
        print_json([each.to_dict() for each in found])
    elif model is not None:
        show(*_about(found[0]))
    else:
        show(*_by_family(found, searched=search is not None))
    if not found or not any((each.tasks, *each.statements()) for each in found):
        raise typer.Exit(EXIT_NO)


def _print_tasks(*, as_json: bool) -> None:
    from ai_models.models.tasks import Task

    if as_json:
        print_json({str(each): each.meaning for each in Task})
    else:
        show(Facts([(str(each), each.meaning) for each in Task]))


def _about(guidance: Guidance) -> Iterator[Block]:
    yield Title(guidance.name, Cell(f"{guidance.key}, {guidance.status}", STATUS_STYLES[guidance.status]))
    if guidance.tasks:
        yield Facts([("tasks", ", ".join(guidance.tasks)), ("written", day(guidance.since))])
    kinds: dict[str, list[str]] = {}
    for kind, text in guidance.statements():
        kinds.setdefault(kind, []).append(text)
    for kind, texts in kinds.items():
        yield Title(kind.replace("_", " ").capitalize())
        yield Bullets(texts)
    if not kinds:
        yield Note("no guidance is written for it")


def _by_family(found: Sequence[Guidance], *, searched: bool) -> Iterator[Block]:
    """The models of a family together: they share most of what is said."""
    families: dict[tuple[str, str], list[Guidance]] = {}
    for each in found:
        families.setdefault((each.key.partition("/")[0], each.family or each.key), []).append(each)
    for (maker, family), members in families.items():
        names = ", ".join(member.key.partition("/")[2] for member in members)
        yield Title(f"{maker}: {family}", Cell(names, "dim"))
        wanted = None if searched else {"recommended_for", "selection_criteria"}
        said = dict.fromkeys(
            text for member in members for kind, text in member.statements() if not wanted or kind in wanted
        )
        yield Bullets(list(said))
    yield Note(f"{plural(len(found), 'model')}" if found else "nothing was found")
