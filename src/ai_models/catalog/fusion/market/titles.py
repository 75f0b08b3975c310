"""What models are called, on a page and in the tree: the name that most sources give, and a file's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ai_models.catalog.claims import Claim

__all__ = ["file_name", "most", "prettified", "tidied"]


def most(claims: Iterable[Claim], field: str) -> str | None:
    """The text that most claims state, models.dev's before others, the shortest first."""
    counted: dict[str, int] = defaultdict(int)
    for claim in claims:
        if claim.field == field and isinstance(claim.value, str):
            counted[claim.value] += 1
    return min(counted, key=lambda text: (-counted[text], len(text), text), default=None)


def tidied(name: str) -> str:
    """A display name without the maker before it and remarks behind it."""
    name = name.partition(" (")[0].strip() or name
    rest = name.partition(": ")[2]
    return rest or name


def prettified(identifier: str) -> str:
    """A display name made of an identifier."""
    return " ".join(word for word in identifier.rpartition("/")[2].replace("_", "-").split("-") if word)


def file_name(name: str) -> str:
    """A definition's file name without suffix."""
    cleaned = "".join(letter if letter.isalnum() else "_" for letter in name.lower()).strip("_")
    return cleaned.replace("__", "_")
