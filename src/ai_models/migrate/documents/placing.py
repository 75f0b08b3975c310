"""``Placement``: where a piece of a page goes, and ``Entry``: what it becomes there."""

from __future__ import annotations

from msgspec import Struct

from ai_models.migrate.documents.names import Subject
from ai_models.migrate.documents.vocabulary import Field
from ai_models.migrate.drift import Comparison

__all__ = ["Entry", "Fact", "Placement"]


class Entry(Struct, frozen=True, kw_only=True):
    """A text of a model's or a family's guidance."""

    subject: Subject
    field: Field
    text: str


class Fact(Struct, frozen=True, kw_only=True):
    """A figure that is compared with the catalogue and not copied; ``text`` is what stood on the page."""

    subject: Subject
    text: str
    comparison: Comparison


class Placement(Struct, frozen=True, kw_only=True):
    """A heading or a passage: what it becomes, and whether it stays on the page.

    What neither becomes anything nor stays is ``structure``: a heading, a label or column titles, of which the place of the
    entries says all.
    """

    first: int
    end: int
    kind: str
    text: str
    stays: bool
    entries: tuple[Entry, ...] = ()
    facts: tuple[Fact, ...] = ()
    structure: str = ""
    """What of the text needs no place, because the place of the entries says it."""
