"""What an audit reports: findings with their places, facts and fixes, and the models, prices and services that it met."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from ai_models.audit.spans import Span

__all__ = ["Confidence", "Edit", "Finding", "Fix", "ModelUse", "PriceFound", "Service", "Severity"]

Severity = Literal["error", "warning", "note"]
"""``error``: it fails, or bills wrongly, today. ``warning``: it will, or nobody can tell. ``note``: worth knowing.

Notes alone do not make the command exit with 1."""

Confidence = Literal["high", "medium", "low"]
"""How sure the audit is that the text means what it takes it for."""


class Edit(Struct, frozen=True, order=True):
    """A replacement: the characters from ``start`` up to ``end`` (offsets in the decoded text) become ``text``."""

    start: int
    end: int
    text: str


class Fix(Struct, frozen=True):
    """Edits that belong together. A ``safe`` fix does not change which model answers, or what else a program does."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that the audit found.

    ``path`` is relative to the working directory, with ``/``, where the file is below it. ``subject`` is the text that is
    at fault; ``facts`` are the same news for machines: names, ISO dates, amounts as text. ``cell`` numbers the cell of a
    notebook, from 1; ``span`` is then within that cell. ``fingerprint`` stays when the line moves.
    """

    code: str
    path: str
    span: Span
    subject: str
    message: str
    hint: str = ""
    severity: Severity
    confidence: Confidence = "high"
    facts: dict[str, Any] = {}
    fix: Fix | None = None
    cell: int | None = None
    source: tuple[str, ...] = ()
    """The lines that the span covers, for display; at most three, and of long ones the part around the span."""
    source_column: int = 1
    """The column at which the first of them begins."""
    fingerprint: str = ""

    @property
    def sort_key(self) -> tuple[str, int, Span, str, str]:
        """The order of reports: by file, place and code."""
        return self.path, self.cell or 0, self.span, self.code, self.message


class ModelUse(Struct, frozen=True, kw_only=True):
    """A model's name in a file: as it is written, what it means (``maker/model_id``, empty where unknown), how it stands.

    ``kind`` is ``use`` in code and configuration, ``mention`` in comments and prose.
    """

    path: str
    span: Span
    name: str
    model: str
    status: str
    kind: Literal["use", "mention"]
    cell: int | None = None


class PriceFound(Struct, frozen=True, kw_only=True):
    """A hard-coded price: whose, the meters with their amounts as written, the unit (tokens a price), and the verdict."""

    path: str
    span: Span
    model: str
    amounts: dict[str, str]
    per: int | None
    verdict: Literal["current", "stale", "unverifiable"]
    table: str = ""


class Service(Struct, frozen=True, order=True):
    """A way to a provider: an SDK that is imported, or the address of an endpoint."""

    kind: Literal["sdk", "endpoint"]
    name: str
    path: str
    line: int
