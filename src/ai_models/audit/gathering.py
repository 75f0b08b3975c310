"""What is gathered from one file while it is read, and the question that everything is judged by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ai_models.audit.codes import CODES
from ai_models.audit.findings import Confidence, Finding, Fix, ModelUse, PriceFound, Service, Severity
from ai_models.audit.legacy import SHORT_NAMES
from ai_models.audit.legacy_tree import LegacyTree
from ai_models.audit.names import Names
from ai_models.audit.second_hand import Doors
from ai_models.audit.secrets import masked
from ai_models.audit.spans import SourceText, Span

__all__ = ["OLD_PACKAGES", "Gathered", "Judge", "excerpts"]

_SHOWN_LINES = 3
_SHOWN_COLUMNS = 400
_SHOWN_BEFORE = 200


class Judge(Struct, frozen=True):
    """What all files of an audit are judged by.

    ``within`` is the number of days before a retirement from which it is news. ``imports`` asks for the imports of every
    Python file, which a graph needs, instead of only those that can hold a finding. ``doors`` are the modules of the tree
    that pass old names on, as far as they are known.
    """

    names: Names
    within: int = 90
    legacy: LegacyTree = LegacyTree()
    imports: bool = False
    doors: Doors = {}


OLD_PACKAGES = re.compile(r"(?:^|[\n\"';])[ \t]*(?:from|import)[ \t]+(?:[\w.]*\.)?(?:providers|models)(?:\.\w+)?[ \t]")
"""An import of packages that are called as the old ones."""


class Gathered:
    """The findings, uses, prices and services of one file, or of one cell of a notebook."""

    def __init__(self, path: str, source: SourceText, *, cell: int | None = None) -> None:
        self.path = path
        self.source = source
        self.cell = cell
        self.findings: list[Finding] = []
        self.uses: list[ModelUse] = []
        self.prices: list[PriceFound] = []
        self.services: list[Service] = []
        self.imports: set[str] = set()
        self.passed_on: dict[str, str] = {}

    def old_meaning(self, judge: Judge, name: str) -> str | None:
        """The model that the old factory means by a short name, where this file may be read by it; else None.

        It may where the tree holds the old packages, or a folder above the file does, or it imports packages of their names.
        """
        if name not in SHORT_NAMES:
            return None
        is_old = judge.legacy.holds_near(self.path) or OLD_PACKAGES.search(self.source.text) is not None
        return SHORT_NAMES[name] if is_old else None

    def report(
        self,
        code: str,
        span: Span,
        subject: str,
        message: str,
        *,
        hint: str = "",
        confidence: Confidence = "high",
        severity: Severity | None = None,
        facts: Mapping[str, Any] | None = None,
        fix: Fix | None = None,
    ) -> None:
        """Add a finding; its severity is the code's unless it is said."""
        self.findings.append(
            Finding(
                code=code,
                path=self.path,
                span=span,
                subject=subject,
                message=message,
                hint=hint,
                severity=severity or CODES[code].severity,
                confidence=confidence,
                facts=dict(facts or {}),
                fix=fix if self.cell is None else None,  # a cell's text is not the file's
                cell=self.cell,
                source=excerpts(self.source, span),
                source_column=_first_column(span) + 1,
            )
        )


def excerpts(source: SourceText, span: Span) -> tuple[str, ...]:
    """The lines of a span as reports show them: at most three, of long ones the part around it, and no secrets."""
    lines = range(span.line, min(span.end_line, span.line + _SHOWN_LINES - 1) + 1)
    first = _first_column(span)
    return tuple(_shown_line(source, line)[first : first + _SHOWN_COLUMNS] for line in lines)


@lru_cache(maxsize=_SHOWN_LINES)
def _shown_line(source: SourceText, line: int) -> str:
    """A line without its secrets: a line of megabytes may hold a hundred thousand findings."""
    return masked(source.line(line))


def _first_column(span: Span) -> int:
    return max(0, span.column - _SHOWN_BEFORE)
