"""A subject: one package that is measured, and how it is asked each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Subject"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One package. Code is kept as text, so that every interpreter runs exactly the lines a user would write.

    ``requirement`` is what is installed (None: the wheel of this project). ``start_up`` is a whole program that
    resolves a name, prices 1M input and 1M output tokens, and prints the amount in USD; ``request`` one that prices one
    request instead. ``calls`` maps a row of the table to the statement timed for it, after ``setup``; a call of a row that
    counts is of that many at once. ``environment`` is added to the variables of its processes.
    """

    name: str
    requirement: str | None
    start_up: str
    setup: str
    calls: Mapping[str, str]
    environment: Mapping[str, str] = field(default_factory=dict)
    request: str = ""
    note: str = ""
