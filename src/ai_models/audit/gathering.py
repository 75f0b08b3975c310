"""What is gathered from one file while it is read, and the question that everything is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ai_models.audit.codes import CODES
from ai_models.audit.findings import Confidence, Finding, Fix, ModelUse, PriceFound, Service, Severity
from ai_models.audit.legacy_tree import LegacyTree
from ai_models.audit.names import Names
from ai_models.audit.spans import SourceText, Span

__all__ = ["Gathered", "Judge"]

_SHOWN_LINES = 3
_SHOWN_COLUMNS = 400
_SHOWN_BEFORE = 200


class Judge(Struct, frozen=True):
    """What all files of an audit are judged by.

    ``within`` is the number of days before a retirement from which it is news. ``imports`` asks for the imports of every
    Python file, which a graph needs, instead of only those that can hold a finding.
    """

    names: Names
    within: int = 90
    legacy: LegacyTree = LegacyTree()
    imports: bool = False


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
        lines = range(span.line, min(span.end_line, span.line + _SHOWN_LINES - 1) + 1)
        first = max(0, span.column - _SHOWN_BEFORE)
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
                source=tuple(self.source.excerpt(line, first, _SHOWN_COLUMNS) for line in lines),
                source_column=first + 1,
            )
        )
