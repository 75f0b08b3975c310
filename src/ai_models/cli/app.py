"""The application: its commands and ``--version``."""

from __future__ import annotations

from typing import Annotated

import typer

from ai_models import __version__
from ai_models.cli import (
    adding,
    auditing,
    benchmarks,
    choosing,
    cost,
    files,
    guidance,
    health,
    migrating,
    models,
    prices,
    providers,
    recommending,
    reports,
    side_by_side,
    sync,
)
from ai_models.cli.group import application

__all__ = ["app"]

_EPILOG = """\b
Exit codes:
  0  answered
  1  the answer is no, nothing, or not known: validate found problems, no
     model satisfies the filters, no price is known
  2  wrong usage, an unknown name, a catalogue that cannot be read, or a call
     of a model that was refused or failed
"""

app = application(_EPILOG)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"ai-models {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Know, price and choose AI models: one dated, sourced catalogue that answers offline.

    Prices are list prices in USD per 1M tokens unless said otherwise; days begin at midnight UTC. On a terminal answers are
    coloured tables; in a pipe they are plain text, and --json is for programs.
    """


app.command("list", short_help="List models, by capability, price, window, status …")(models.list_models)
app.command("show", short_help="Show everything about a model.")(models.show_model)
app.command("cost", short_help="Price a volume of tokens, one request, or many; compare models.")(cost.cost)
app.command("rates", short_help="Show the rates of a model: now, on a day, in time.")(prices.rates)
app.command(
    "capabilities",
    short_help="Show which model can do what.",
    context_settings={"allow_extra_args": True},  # to say by which option models are named
)(models.capabilities)
app.command("select", short_help="Choose models for a workload; the reason against every other.")(choosing.select)
app.command("compare", short_help="Show models side by side.")(side_by_side.compare)
app.command("recommend", short_help="Find what would do the same for less.")(recommending.recommend)
app.command("guide", short_help="Show what to mind about models, and which are for a task.")(guidance.guide)
app.command("benchmarks", short_help="Show published scores, series by series.")(benchmarks.benchmarks)
app.command("changes", short_help="Show what changed since a day.")(reports.changes)
app.command("conflicts", short_help="Show where sources disagree.")(reports.conflicts)
app.command("export", short_help="Write the whole catalogue as JSON, CSV or SQLite.")(reports.export)
app.command("add", short_help="Add a model: definition and price, checked and shown.")(adding.add)
app.command("sync", short_help="Show what the sources say anew, and write it on request.")(sync.sync)
app.command("complete", short_help="Ask a model; checked before, priced after.")(providers.complete)
app.command("classify", short_help="Sort a text into one of several labels.")(providers.classify)
app.command("providers", short_help="Show who can be called from here, and what is missing.")(providers.providers)
app.command("audit", epilog=auditing.EPILOG, short_help="Find models, prices and old imports in a code base.")(
    auditing.audit
)
app.add_typer(migrating.app, name="migrate", short_help="Move a code base from the old packages to ai_models.")
app.command("validate", short_help="Check catalogue files and list what is wrong.")(files.validate)
app.command("schema", short_help="Print the JSON Schema of a catalogue file.")(files.schema)
app.command("doctor", short_help="Show what the catalogue holds, and what it lacks.")(health.doctor)
