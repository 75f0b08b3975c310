"""The arguments and options that several commands share, and the exit codes of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import typer

from ai_models.cli.library import CURRENT, catalog
from ai_models.cli.parsing import read_amount, read_instant, read_tokens
from ai_models.cli.words import STATUS_STYLES
from ai_models.errors import AIModelsError
from ai_models.models.capabilities import ModelCapability

__all__ = [
    "EXIT_NO",
    "EXIT_USAGE",
    "SORTS",
    "AsCsv",
    "AsJson",
    "At",
    "CapabilityFilter",
    "Everything",
    "FamilyFilter",
    "MakerFilter",
    "MaxPrice",
    "MinContext",
    "ModelFilter",
    "ModelName",
    "ModelNames",
    "ProviderFilter",
    "Sort",
    "StatusFilter",
    "complete_benchmark",
    "complete_capability",
    "complete_maker",
    "complete_model",
]

SORTS = ("released", "price", "context", "name")

EXIT_NO = 1
"""The question was understood, and its answer is no, or nothing, or not known."""

EXIT_USAGE = 2
"""The question cannot be answered as it was asked: wrong usage, an unknown name, a catalogue that cannot be read."""


def _completion(names: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """Completes a word by names that are asked for when the shell wants them; none where the catalogue cannot be read."""

    def complete(incomplete: str) -> list[str]:
        try:
            return [name for name in names() if name.startswith(incomplete)]
        except AIModelsError:
            return []

    return complete


complete_model = _completion(lambda: sorted(catalog().names()))
complete_maker = _completion(lambda: catalog().makers)
complete_provider = _completion(lambda: sorted(catalog().providers))
complete_benchmark = _completion(lambda: [board.name for board in catalog().benchmarks()])
complete_capability = _completion(lambda: [capability.value for capability in ModelCapability])
complete_status = _completion(lambda: STATUS_STYLES)
complete_sort = _completion(lambda: SORTS)

_NAME_HELP = "An id, an alias, maker/model, or provider:id for one provider's offering."

ModelName = Annotated[
    str, typer.Argument(metavar="MODEL", help=_NAME_HELP, autocompletion=complete_model, show_default=False)
]
ModelNames = Annotated[
    list[str], typer.Argument(metavar="MODEL", help=_NAME_HELP, autocompletion=complete_model, show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON: amounts as strings, dates as ISO 8601, unknown as null.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV with a header; unknown is an empty field.")]
At = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        parser=read_instant,
        metavar="DATE",
        help="The price on another day: 2026-08-10 (its midnight UTC) or 2026-08-10T02:00Z; now by default.",
        show_default=False,
    ),
]
ProviderFilter = Annotated[
    str | None,
    typer.Option(
        "--provider", metavar="NAME", help="Sold by this provider, at its prices.", autocompletion=complete_provider
    ),
]
MakerFilter = Annotated[
    str | None, typer.Option("--maker", metavar="NAME", help="Trained by this maker.", autocompletion=complete_maker)
]
ModelFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--model", metavar="MODEL", help="This model, current or not; repeat to compare.", autocompletion=complete_model
    ),
]
CapabilityFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--capability",
        "-c",
        metavar="NAME",
        help="Known to support this; repeat for more.",
        autocompletion=complete_capability,
    ),
]
StatusFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--status",
        metavar="NAME",
        help=f"One of {', '.join(STATUS_STYLES)}; repeat for more.  [default: {', '.join(CURRENT)}]",
        autocompletion=complete_status,
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Every status, retired models included.")]
FamilyFilter = Annotated[str | None, typer.Option("--family", metavar="NAME", help="Of this family.")]
MinContext = Annotated[
    int | None,
    typer.Option(
        "--min-context",
        parser=read_tokens,
        metavar="TOKENS",
        help="Accepts prompts of at least this many tokens: 200k, 1M, 200000.",
    ),
]
MaxPrice = Annotated[
    Decimal | None,
    typer.Option(
        "--max-price",
        parser=read_amount,
        metavar="USD",
        help="Costs at most this per 1M input tokens: compared with the standard input rate now, in USD, at the maker (or "
        "at --provider). A model whose rate is unknown, or in another currency, does not match.",
    ),
]
Sort = Annotated[
    str,
    typer.Option(
        "--sort",
        metavar="ORDER",
        help="released (newest first, by maker), price (1M input + 1M output tokens, cheapest first), context (largest "
        "first) or name.",
        autocompletion=complete_sort,
    ),
]
