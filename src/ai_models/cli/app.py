"""The application: its commands, ``--version``, and how errors and closed pipes end it."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ai_models import __version__
from ai_models.cli import (
    adding,
    auditing,
    benchmarks,
    choosing,
    cost,
    files,
    health,
    migrating,
    models,
    prices,
    providers,
    reports,
    sync,
)
from ai_models.cli.options import EXIT_USAGE
from ai_models.cli.output import harmless
from ai_models.errors import AIModelsError

__all__ = ["app"]

_EPILOG = """\b
Exit codes:
  0  answered
  1  the answer is no, nothing, or not known: validate found problems, no model
     satisfies the filters, no price is known
  2  wrong usage, an unknown name, a catalogue that cannot be read, or a call
     of a model that was refused or failed
"""

_EXIT_CLOSED_PIPE = 141
"""What a shell reports of a program that a closed pipe ended: 128 + SIGPIPE."""


class _Group(TyperGroup):
    """Ends every command in the same way: errors as one line on stderr, a closed pipe in silence."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Raises:
            typer.Exit: with 2 after an error of this package, with 141 after a closed pipe.
        """
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except AIModelsError as error:
            typer.echo(f"error: {harmless(str(error))}", err=True)
            raise typer.Exit(EXIT_USAGE) from None
        except BrokenPipeError:
            # Python flushes stdout once more when it ends; into /dev/null that cannot fail.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(_EXIT_CLOSED_PIPE) from None
        except OSError as error:
            if error.filename is not None:
                raise  # a file of ours, not the output
            typer.echo(f"error: the output cannot be written: {error.strerror}", err=True)
            raise typer.Exit(EXIT_USAGE) from None
        return result


app = typer.Typer(
    cls=_Group,
    epilog=_EPILOG,
    no_args_is_help=True,
    # Plain help: rich's costs 0.2 s more, and draws boxes into pipes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
app.command("capabilities", short_help="Show which model can do what.")(models.capabilities)
app.command("select", short_help="Choose models for a workload; the reason against every other.")(choosing.select)
app.command("compare", short_help="Show models side by side.")(choosing.compare)
app.command("recommend", short_help="Find what would do the same for less.")(choosing.recommend)
app.command("guide", short_help="Show what to mind about models, and which are for a task.")(choosing.guide)
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
