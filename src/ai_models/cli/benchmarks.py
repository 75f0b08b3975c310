"""``benchmarks``: which benchmarks models have published scores in, and the scores of one, series by series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.library import catalog
from ai_models.cli.options import EXIT_NO, AsCsv, AsJson, complete_benchmark
from ai_models.cli.output import Block, Cell, Column, Note, Table, Title, print_csv, print_json, show
from ai_models.cli.words import UNKNOWN, day, plural

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec
    from ai_models.models.benchmarks import Benchmark, Series
    from ai_models.models.scoreboards import Scoreboard

__all__ = ["benchmarks", "score_blocks", "score_facts"]

_LIST_KEYS = ("name", "scores", "models", "series", "newest")
_MEASURED = ("metric", "harness", "dataset", "version")
_SCORE_KEYS = ("name", "score", "metric", "harness", "variant", "dataset", "version", "date", "source", "via")
_ROW_KEYS = ("model_id", "maker", *_SCORE_KEYS)

Ranked = Sequence[tuple["ModelSpec", "Benchmark"]]


def benchmarks(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A benchmark, or a version of one: swe-bench-pro, 'Terminal-Bench 2.1'; dashes and spaces do not count.",
            autocompletion=complete_benchmark,
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the benchmarks that models have published scores in, or the scores of one with their sources.

    Scores compare within a series only: one benchmark, dataset and version, one metric, one harness. Each series is a table
    of its own, the highest score first; nothing is ranked across series.

    Exits with 1 where the catalogue holds no scores.
    """
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv ask for two forms: use one of them")
    if name is not None:
        _print_board(catalog().benchmark(name), as_json=as_json, as_csv=as_csv)
        return
    boards = catalog().benchmarks()
    _print_list(boards, as_json=as_json, as_csv=as_csv)
    if not boards:
        raise typer.Exit(EXIT_NO)


def _print_list(boards: Sequence[Scoreboard], *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json([_board_facts(board) | {"series": _counted(board)} for board in boards])
    elif as_csv:
        print_csv(map(_board_facts, boards), _LIST_KEYS)
    else:
        counts = (Column("Scores", "number"), Column("Models", "number"), Column("Series", "number"))
        rows = [
            [board.name, *(f"{len(held):,}" for held in (board.scores, board.models, board.series)), day(board.newest)]
            for board in boards
        ]
        show(Table((Column("Benchmark"), *counts, Column("Newest")), rows, empty="the catalogue holds no scores"))


def _board_facts(board: Scoreboard) -> dict[str, Any]:
    values = (board.name, len(board.scores), len(board.models), len(board.series), board.newest)
    return dict(zip(_LIST_KEYS, values, strict=True))


def _counted(board: Scoreboard) -> list[dict[str, Any]]:
    return [_series_facts(series) | {"scores": count} for series, count in board.series.items()]


def _print_board(board: Scoreboard, *, as_json: bool, as_csv: bool) -> None:
    groups = [(series, board.ranked(series)) for series in board.series]
    if as_json:
        found = [_series_facts(series) | {"scores": [_row(*pair) for pair in ranked]} for series, ranked in groups]
        print_json({"name": board.title, "series": found})
    elif as_csv:
        print_csv([_row(*pair) for _, ranked in groups for pair in ranked], _ROW_KEYS)
    else:
        show(*(block for series, ranked in groups for block in _series_blocks(board, series, ranked)))


def _series_facts(series: Series) -> dict[str, Any]:
    return {part: getattr(series, part) for part in _MEASURED}


def _row(spec: ModelSpec, score: Benchmark) -> dict[str, Any]:
    return {"model_id": spec.model_id, "maker": spec.provider, **score_facts(score)}


def _series_blocks(board: Scoreboard, series: Series, ranked: Ranked) -> Iterator[Block]:
    yield Title(board.name, Cell(f"{series.words}: {plural(len(ranked), 'score')}", "dim"))
    columns = [Column("Model"), Column("Score", "number"), Column("Variant", rank=30), Column("Date", rank=20)]
    rows = [[spec.key, f"{score.score:f}", score.variant or "", day(score.date), score.source] for spec, score in ranked]
    yield Table([*columns, Column("Source", "prose", rank=10)], rows)
    pages = len({score.source for _, score in ranked})
    if series.harness is None and pages > 1:
        yield Note(f"no harness is stated: {pages} pages, and each may have used one of its own", "yellow")


# The scores of one model.


def score_facts(score: Benchmark) -> dict[str, Any]:
    """A score for JSON and CSV: its figure as text, with the digits that it was published with."""
    return {key: getattr(score, key) for key in _SCORE_KEYS} | {"score": f"{score.score:f}"}


def score_blocks(spec: ModelSpec) -> Iterator[Block]:
    """The scores of a model as a table; nothing where it has none."""
    if not spec.benchmarks:
        return
    yield Title("Published scores", Cell("compare within a series only: ai-models benchmarks NAME", "dim"))
    columns = (
        Column("Benchmark"),
        Column("Score", "number"),
        Column("Metric", rank=50),
        Column("Harness", rank=60),
        Column("Variant", rank=40),
        Column("Date", rank=30),
        Column("Source", "prose", rank=20),
    )
    rows = [
        [
            " ".join(filter(None, (score.name, score.version, score.dataset and f"({score.dataset})"))),
            f"{score.score:f}",
            *(getattr(score, part) or UNKNOWN for part in ("metric", "harness")),
            score.variant or "",
            day(score.date),
            score.source,
        ]
        for score in spec.benchmarks
    ]
    yield Table(columns, rows)
