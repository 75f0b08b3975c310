"""``guide``: what to mind about a model, which models are for a task, and where guidance speaks of something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ai_models.cli.options import EXIT_NO, AsJson, complete_model
from ai_models.cli.output import Block, Bullets, Cell, Facts, Note, Title, print_json, show
from ai_models.cli.words import STATUS_STYLES, day, plural

if TYPE_CHECKING:
    from ai_models.selection.guidance import Guidance

__all__ = ["guide"]


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

    if model is not None and (task, search, maker) == (None, None, None):
        found = [ask(model)]
    elif model is not None:
        raise typer.BadParameter("a model is asked for alone, without --task, --search or --maker", param_hint="MODEL")
    else:
        found = ask(task=task, search=search, maker=maker)
    if as_json:
        print_json([each.to_dict() for each in found])
    elif model is not None:
        show(*_about(found[0]))
    else:
        show(*_by_family(found, searched=search is not None))
    if not any(each.tasks or any(each.statements()) for each in found):
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
