"""Options that the commands of a choice share: the workload, who makes and serves, what is unknown, and exchange."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer

from ai_models.cli.parsing import one_of

__all__ = [
    "WORKLOAD_HELP",
    "Exchange",
    "Makers",
    "Offerings",
    "OpenWeights",
    "Providers",
    "Region",
    "Stays",
    "Unknown",
    "Workload",
    "pairs",
    "policy",
]

WORKLOAD_HELP = (
    "What will be asked: IN:OUT tokens of a request, then parts behind @, then how many requests: "
    "50k:2k@80%cached x 1M/month. Parts: 80%cached and 20%written of the input, 50%batch of the requests, 1k thinking of "
    "the output, 2 images, 1 made (pictures in the answer), 1 search, or a tier: flex, priority."
)

Workload = Annotated[str | None, typer.Option("--workload", "-w", metavar="WORKLOAD", help=WORKLOAD_HELP)]
Makers = Annotated[
    list[str] | None,
    typer.Option("--maker", metavar="NAME", help="Of this maker, or of a pattern (mistral*); !name excludes; repeatable."),
]
Providers = Annotated[
    list[str] | None,
    typer.Option("--provider", metavar="NAME", help="Served by this provider, or a pattern; !name excludes."),
]
Region = Annotated[
    str | None, typer.Option("--region", metavar="NAME", help="Served there, as the offering or its price says.")
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


def policy(unknown: str) -> Any:
    """What becomes of what is unknown, as the library has it.

    Raises:
        typer.BadParameter: no such policy; the message names them.
    """
    return one_of(unknown, _POLICIES, what="policy", option="--unknown")


def pairs(given: Sequence[str] | None, option: str) -> dict[str, Decimal]:
    """NAME=NUMBER, repeated: the name may hold an equals sign of its own.

    Raises:
        typer.BadParameter: no such pair, no number of at least 0, or a name that comes twice.
    """
    found: dict[str, Decimal] = {}
    for text in given or ():
        name, separator, value = (piece.strip() for piece in text.rpartition("="))
        if not separator or not name or not _NUMBER.fullmatch(value):
            raise typer.BadParameter(f"{text!r} is no NAME=NUMBER, such as {_EXAMPLES[option]}", param_hint=option)
        if name in found:
            raise typer.BadParameter(f"{name!r} is given twice", param_hint=option)
        found[name] = Decimal(value)
    return found


_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_EXAMPLES = {"--exchange": "CNY=0.14", "--benchmark": "SciCode=40", "--objective": "cost=3"}
