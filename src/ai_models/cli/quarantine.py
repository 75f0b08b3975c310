"""What sources say and the catalogue does not believe: counted for ``doctor``, and listed by ``doctor --quarantined``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ai_models.cli.output import Block, Cell, Column, Note, Table, Title
from ai_models.cli.words import plural

if TYPE_CHECKING:
    from ai_models.catalog.snapshot import Quarantined

__all__ = ["count_blocks", "counts_by_reason", "quarantine_blocks", "quarantine_facts"]


def counts_by_reason(claims: Sequence[Quarantined]) -> dict[str, int]:
    """How many claims were left out for each reason, the most frequent first."""
    return dict(Counter(claim.reason for claim in claims).most_common())


def count_blocks(counts: dict[str, int]) -> Iterator[Block]:
    """These counts as a table; nothing where nothing was left out."""
    if counts:
        yield Title("Quarantined claims", Cell(f"{sum(counts.values()):,} in all; --quarantined lists them", "dim"))
        rows = [[f"{count:,}", reason] for reason, count in counts.items()]
        yield Table((Column("Claims", "number"), Column("Reason", "prose")), rows)


def quarantine_facts(claims: Sequence[Quarantined]) -> list[dict[str, Any]]:
    """The claims for JSON; a part that nobody stated is null."""
    return [{name: getattr(claim, name) or None for name in claim.__struct_fields__} for claim in claims]


def quarantine_blocks(claims: Sequence[Quarantined]) -> Iterator[Block]:
    """The claims, a table for each reason."""
    columns = (
        Column("Offering or model"),
        Column("Field", rank=40),
        Column("Value", rank=60),
        Column("N", rank=20),
        Column("Source", rank=30),
        Column("Where", rank=10),
    )
    for reason, group in groupby(claims, key=lambda claim: claim.reason):
        held = list(group)
        yield Title(reason, Cell(plural(len(held), "claim"), "dim"))
        yield Table(columns, [[c.subject, c.field, c.value, c.against, c.source, c.where] for c in held])
    if not claims:
        yield Note("nothing is quarantined")
