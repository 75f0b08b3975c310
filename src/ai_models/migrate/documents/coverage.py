"""``Coverage``: for every passage of a page, where it is now; what proves that nothing was lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

__all__ = ["Coverage", "Destination", "summary"]


class Destination(Struct, frozen=True, kw_only=True):
    """Where a passage, or a part of it, is: ``field`` of a model or family in ``file``, or ``kept`` on its page.

    ``fact`` is a figure that the catalogue has, the same or another one, which ``said`` tells; ``structure`` a heading or a
    label of which the place of the entries says all. ``text`` is what of the passage is there.
    """

    kind: Literal["field", "kept", "fact", "structure"]
    text: str
    file: str = ""
    field: str = ""
    subject: str = ""
    said: str = ""


class Coverage(Struct, frozen=True, kw_only=True):
    """A passage, by its page and line, and its destinations: at least one."""

    path: str
    line: int
    kind: str
    text: str
    destinations: tuple[Destination, ...]


def summary(coverage: Iterable[Coverage]) -> Iterator[str]:
    """A line a passage: where it stood, how it begins, where it is."""
    for passage in coverage:
        begins = " ".join(passage.text.split())
        begins = begins if len(begins) <= 60 else f"{begins[:59]}…"
        places = "; ".join(dict.fromkeys(_words(destination) for destination in passage.destinations))
        yield f"{passage.path}:{passage.line}: {begins} -> {places}"


def _words(destination: Destination) -> str:
    if destination.kind == "field":
        return f"{destination.file} ({destination.field})"
    if destination.kind == "fact":
        return f"{destination.subject}: {destination.said}"
    return "stays here" if destination.kind == "kept" else "said by the place of what follows"
