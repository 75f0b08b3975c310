"""``validate`` and ``schema``: catalogue files that people write themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.library import catalog
from ai_models.cli.options import EXIT_NO, AsJson
from ai_models.cli.output import Note, print_json, show
from ai_models.cli.parsing import one_of
from ai_models.cli.words import plural

if TYPE_CHECKING:
    from ai_models.catalog.files import CatalogFiles

__all__ = ["schema", "validate"]

_FORMATS = ("model", "pricing", "family", "sources")


def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="YAML files, or directories of them; together they are one catalogue."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check catalogue files and list everything that is wrong, as `file:line: field: …`.

    Without a PATH: the catalogue's own files in a checkout; an installed package ships a snapshot that was checked when it
    was built.

    Exits with 1 where something is wrong.
    """
    from ai_models.catalog.location import packaged_roots  # the YAML machinery, which no other command needs
    from ai_models.catalog.validate import validate as check

    roots = paths or list(packaged_roots())
    if not roots:
        _shipped(as_json=as_json)
        return
    # A person's own files may refer to the shipped models; the catalogue's own must be complete in themselves.
    files = check(roots, beside=catalog() if paths else None)
    if as_json:
        print_json({"valid": not files.problems, "files": _counts(files), "problems": _problems(files)})
    else:
        show(
            *(Note(str(problem), "") for problem in files.problems),
            Note(_summary(files), "red" if files.problems else "green"),
        )
    if files.problems:
        raise typer.Exit(EXIT_NO)


def _shipped(*, as_json: bool) -> None:
    """Answer where there is no YAML: the snapshot was validated when it was built, and it can be read now."""
    known = catalog()
    if as_json:
        print_json({"valid": True, "files": {}, "problems": [], "snapshot": known.origin})
    else:
        counts = known.counts()
        held = f"{plural(counts['models'], 'model')} and {plural(counts['offerings'], 'offering')}"
        show(Note(f"the shipped snapshot ({held}) was validated when it was built: {known.origin}", "green"))


def _counts(files: CatalogFiles) -> dict[str, int]:
    return {
        "models": len(files.models),
        "families": len(files.families),
        "pricing": len(files.pricing),
        "sources": len(files.sources),
    }


def _problems(files: CatalogFiles) -> list[dict[str, str | int]]:
    return [
        {
            "file": problem.file,
            "line": problem.line,
            "field": problem.field,
            "message": problem.message,
            "found": problem.found,
            "nearest": problem.nearest,
            "text": str(problem),
        }
        for problem in files.problems
    ]


def _summary(files: CatalogFiles) -> str:
    counts = _counts(files)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "nothing"
    if not files.problems:
        return f"{plural(sum(counts.values()), 'file')} valid: {kinds}"
    bad = len({problem.file for problem in files.problems})
    return f"{plural(len(files.problems), 'problem')} in {plural(bad, 'file')}; read: {kinds}"


def schema(
    name: Annotated[str, typer.Argument(metavar="model|pricing|family|sources", autocompletion=lambda: list(_FORMATS))],
) -> None:
    """Print the JSON Schema of a catalogue file, by which an editor completes and checks it."""
    from ai_models.catalog.schema import json_schema  # msgspec's schema generator, which no other command needs

    print_json(json_schema(one_of(name, _FORMATS, what="format")))
