"""``validate`` and ``schema``: catalogue files that people write themselves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.library import catalog
from ai_models.cli.options import EXIT_NO, AsJson
from ai_models.cli.output import Note, print_json, show
from ai_models.cli.overlays import laid, overlay_facts, overlay_words
from ai_models.cli.parsing import one_of
from ai_models.cli.words import plural
from ai_models.errors import CatalogError

if TYPE_CHECKING:
    from ai_models.catalog.files import CatalogFiles
    from ai_models.catalog.problems import Problem
    from ai_models.catalog.snapshot import OverlayEntry

__all__ = ["schema", "unwritable", "validate"]

_FORMATS = ("model", "pricing", "family", "sources", "quarantine", "contract", "endpoints")


def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="YAML files, or directories of them; together they are one catalogue."),
    ] = None,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="The PATHs are overlays: they may change shipped models and prices in part.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check catalogue files and list everything that is wrong, as `file:line: field: …`.

    Without a PATH: your own overlays, and the catalogue's own files in a checkout; an installed package ships a snapshot
    that was checked when it was built.

    Exits with 1 where something is wrong.
    """
    from ai_models.catalog.location import packaged_roots  # the YAML machinery, which no other command needs
    from ai_models.catalog.overlays import find_overlays
    from ai_models.catalog.validate import validate as check

    roots = paths or list(packaged_roots())
    if overlay:
        _overlays(paths or [], as_json=as_json)
    elif not paths and find_overlays():
        _with_overlays(check(roots) if roots else None, as_json=as_json)
    elif not roots:
        _shipped(as_json=as_json)
    else:
        # A person's own files may refer to the shipped models; the catalogue's own must be complete in themselves.
        _files(check(roots, beside=catalog() if paths else None), as_json=as_json)


def _files(files: CatalogFiles, *, as_json: bool) -> None:
    if as_json:
        print_json({"valid": not files.problems, "files": _counts(files), "problems": _problems(files.problems)})
    else:
        show(
            *(Note(str(problem), "") for problem in files.problems),
            Note(_summary(files), "red" if files.problems else "green"),
        )
    if files.problems:
        raise typer.Exit(EXIT_NO)


def _overlays(paths: list[Path], *, as_json: bool) -> None:
    """Check files as overlays, in the order in which they are named."""
    from ai_models.catalog.overlays import Overlay  # as above

    if not paths:
        raise typer.BadParameter("--overlay needs a PATH")
    layers = laid(Overlay(str(path.absolute()), "the command line") for path in paths)
    _answer(layers.problems, layers.overlays, as_json=as_json)


def _with_overlays(files: CatalogFiles | None, *, as_json: bool) -> None:
    """Check the user's overlays on the catalogue: on its own files where there are any, else on the snapshot."""
    from ai_models.catalog.overlays import find_overlays  # as above

    if files is not None and files.problems:
        _answer(files.problems, (), as_json=as_json, files=files)  # nothing can be laid on a catalogue that is wrong itself
    layers = laid(find_overlays())
    _answer(layers.problems, layers.overlays, as_json=as_json, files=files)


def _answer(
    problems: list[Problem], overlays: Iterable[OverlayEntry], *, as_json: bool, files: CatalogFiles | None = None
) -> None:
    found, laid_on = sorted(set(problems)), overlay_facts(overlays)
    if as_json:
        counts = {} if files is None else _counts(files)
        print_json({"valid": not found, "files": counts, "problems": _problems(found), "overlays": laid_on})
    elif found:
        bad = len({problem.file for problem in found})
        summary = f"{plural(len(found), 'problem')} in {plural(bad, 'file')}"
        show(*(Note(str(problem), "") for problem in found), Note(summary, "red"))
    else:
        shipped = [] if files is None else [Note(_summary(files), "green")]
        show(*shipped, *(Note(f"valid: {overlay_words(entry)}", "green") for entry in laid_on))
    if found:
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
        "quarantine": len(files.quarantine),
        "contracts": len(files.contracts),
    }


def _problems(problems: Iterable[Problem]) -> list[dict[str, str | int]]:
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
        for problem in problems
    ]


def _summary(files: CatalogFiles) -> str:
    counts = _counts(files)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "nothing"
    if not files.problems:
        return f"{plural(sum(counts.values()), 'file')} valid: {kinds}"
    bad = len({problem.file for problem in files.problems})
    return f"{plural(len(files.problems), 'problem')} in {plural(bad, 'file')}; read: {kinds}"


def schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help=f"One of {', '.join(_FORMATS)}.",
            autocompletion=lambda: list(_FORMATS),
            show_default=False,
        ),
    ],
) -> None:
    """Print the JSON Schema of a catalogue file, by which an editor completes and checks it."""
    from ai_models.catalog.schema import json_schema  # msgspec's schema generator, which no other command needs

    print_json(json_schema(one_of(name, _FORMATS, what="format")))


def unwritable(error: OSError) -> CatalogError:
    """That a file of the catalogue cannot be written, as an error that is shown and no traceback."""
    from ai_models.catalog.problems import displayed  # msgspec, which --help does not need

    name, reason = error.filename, error.strerror or error
    if isinstance(error, shutil.Error) and error.args and error.args[0]:  # of a whole tree: a list of what went wrong
        _, name, reason = error.args[0][0]
    place = displayed(Path(os.fsdecode(name))) if name else "a file"
    return CatalogError(f"{place} cannot be written ({reason}); nothing was written")
