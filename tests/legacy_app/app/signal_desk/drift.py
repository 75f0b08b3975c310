"""Whether the prices in ``providers.claude`` are still those of the registry.

They were not for eleven months. The nightly job runs this now.
"""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional, Tuple

from models.registry import CLAUDE_HAIKU, CLAUDE_OPUS, CLAUDE_SONNET
from providers.claude import CLAUDE_PRICING as PRICING  # the table that bills are computed from

SPECS = {
    "claude-haiku": CLAUDE_HAIKU,
    "claude-sonnet": CLAUDE_SONNET,
    "claude-opus": CLAUDE_OPUS,
}


class Drift(NamedTuple):
    """A model that has two prices; (input, output) in USD per 1M tokens."""

    name: str
    table: Tuple[float, float]
    registry: Tuple[float, float]

    def __str__(self) -> str:
        return f"{self.name}: the table says {self.table}, the registry {self.registry}"


def find_drift(table: Optional[Mapping[str, Tuple[float, float]]] = None) -> list[Drift]:
    """Every model of a table (by default that of ``providers.claude``) whose price is not the registry's."""
    found = []
    for name, price in (PRICING if table is None else table).items():
        if (spec := SPECS.get(name)) is None:
            continue
        registry = (spec.input_price_per_1m, spec.output_price_per_1m)
        if tuple(price) != registry:
            found.append(Drift(name, tuple(price), registry))
    return found
