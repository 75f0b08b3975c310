"""The command ``ai-models-legacy``: drift and shadows, who still calls, and what the flag means.

It is made as ``ai-models`` is, with the same library and the same tables: whoever knows one knows the other, and both are
installed anyway.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ai_models.cli import steady_streams
from ai_models.cli.group import application
from ai_models.cli.options import EXIT_NO, AsJson
from ai_models.cli.output import Block, Cell, Column, Facts, Note, Table, Title, harmless, print_json, show
from ai_models.cli.words import plural
from ai_models_legacy import __version__, reports
from ai_models_legacy.flag import Answers, Decision, decision
from ai_models_legacy.rollout import PLACES, Key

__all__ = ["app", "main"]

_EPILOG = """\b
Exit codes:
  0  answered; differences: there are none
  1  differences: there are some, which is what an alert watches for
  2  wrong usage, a file that is no such log, a flag that says none of what it
     may
"""

_LONGEST = 60
"""Characters of a value in a table; --json has all of them."""

app = application(_EPILOG)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"ai-models-legacy {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """The way from the old packages `models` and `providers` to ai_models: what differs, who still calls, who is in."""


@app.command(short_help="Show where the old values differ from the catalogue's.")
def differences(
    log: Annotated[
        list[Path] | None,
        typer.Option("--log", metavar="FILE", help="What shadows wrote to AI_MODELS_LEGACY_SHADOW_LOG; may be repeated."),
    ] = None,
    known: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Differences that are accepted, as --json printed them: they do not count."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show where the frozen old values differ from the catalogue: now, or as shadows have found it in use.

    Exits with 1 where there is a difference that is not known, so that an alert can be made of it.
    """
    found = reports.differences_in(log) if log else reports.differences_now()
    rows = found if known is None else reports.without(found, reports.known_in(known))
    if as_json:
        print_json(rows)
    else:
        show(*_difference_blocks(rows, accepted=len(found) - len(rows)))
    if rows:
        raise typer.Exit(EXIT_NO)


def _difference_blocks(rows: list[reports.Row], *, accepted: int) -> list[Block]:
    columns = [Column("Of"), Column("Field"), Column("Old", "prose"), Column("New", "prose")]
    lines = [[row["subject"], row["field"], _value(row["old"]), _value(row["new"])] for row in rows]
    if any("told" in row for row in rows):
        columns += [Column("Told", "number", rank=20), Column("Last", rank=10)]
        lines = [[*line, str(row["told"]), row["last"]] for line, row in zip(lines, rows, strict=True)]
    blocks: list[Block] = [Table(columns, lines, empty="no differences")]
    if accepted:
        blocks.append(Note(f"{plural(accepted, 'known difference')} left out"))
    return blocks


def _value(value: object) -> str:
    """A value on one line, the beginning of a long one; what a stranger's log holds cannot move the cursor."""
    text = harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


@app.command(short_help="Show who calls the old packages, and what to write instead.")
def calls(
    logs: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What AI_MODELS_LEGACY_CALLS=FILE has written.")],
    as_json: AsJson = False,
) -> None:
    """Put call logs together: by old name, with what to write instead, and by site."""
    sites = reports.by_site(logs)
    names = reports.by_name(sites)
    if as_json:
        print_json({"names": names, "sites": sites})
        return
    show(
        Title("Old names", Cell(f"{plural(len(names), 'name')}, {plural(len(sites), 'site')}", "dim")),
        Table(
            [Column("Calls", "number"), Column("Sites", "number"), Column("Name"), Column("Write instead", "prose")],
            [[str(row["count"]), str(row["sites"]), harmless(row["name"]), row["instead"]] for row in names],
            empty="nobody has called",
        ),
        Title("Sites"),
        Table(
            [Column("Calls", "number"), Column("Site"), Column("In", rank=20), Column("Name")],
            [
                [str(row["count"]), harmless(f"{row['file']}:{row['line']}"), _place(row), harmless(row["name"])]
                for row in sites
            ],
            empty="nobody has called",
        ),
    )


def _place(row: reports.Row) -> str:
    return harmless(row["module"] if row["function"] == "<module>" else f"{row['module']}.{row['function']}")


@app.command(short_help="Show what the flag means right now, and why.")
def flag(
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="Whose answers a percentage decides on; this process's own by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what USE_NEW_MODEL_REGISTRY means right now: for a key, where it is a percentage."""
    if key is not None and not key.strip():
        raise typer.BadParameter("a key is a text that is not empty", param_hint="--key")
    found = decision(None if key is None else Key(key, "--key"))
    if as_json:
        print_json(_facts_of(found))
        return
    meaning = {
        Answers.NEW: "the catalogue",
        Answers.OLD: "the frozen values of 2025-10-24",
        Answers.SHADOW: "the frozen values of 2025-10-24; differences to the catalogue are told",
    }
    facts: list[tuple[str, Cell | str]] = [
        ("flag", found.setting.text),
        ("set by", found.source),
        ("old names answer from", meaning[found.answers]),
    ]
    if found.key is not None and found.place is not None:
        facts.insert(2, ("key", f"{harmless(found.key.text)} (from {found.key.source})"))
        facts.insert(3, ("place of the key", f"in from {_percent(found.place + 1)} on"))
    show(Facts(facts))


def _facts_of(found: Decision) -> dict[str, Any]:
    return {
        "flag": found.setting.text,
        "set_by": found.source,
        "answers": found.answers.value,
        "key": None if found.key is None else found.key.text,
        "key_from": None if found.key is None else found.key.source,
        "in_from_percent": None if found.place is None else _percent(found.place + 1).removesuffix("%"),
    }


def _percent(places: int) -> str:
    """So many places as a percentage, exactly."""
    text = f"{places * 100 // PLACES}.{places * 100 % PLACES:06}"
    return f"{text.rstrip('0').rstrip('.')}%"


def main() -> None:
    """Run the command with the arguments of this process."""
    steady_streams()
    app(prog_name="ai-models-legacy")
