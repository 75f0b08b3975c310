"""Annotations of a GitHub workflow: each finding beside its line in a pull request."""

from __future__ import annotations

from typing import Final

from ai_models.audit.findings import Finding
from ai_models.audit.formats.json import safe_text
from ai_models.audit.formats.wording import in_source, source_root, title, visible
from ai_models.audit.runner import Report

__all__ = ["render"]

_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}
_DATA: Final[dict[str, str | int | None]] = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Final[dict[str, str | int | None]] = {**_DATA, ":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """The report as workflow commands."""
    root = source_root(report)
    return safe_text("".join(f"{_command(finding, in_source(report, finding.path, root))}\n" for finding in report.findings))


def _command(finding: Finding, path: str) -> str:
    span = finding.span
    values = {"file": visible(path), "title": title(finding)}
    if finding.cell is None:  # lines of a cell are not lines of the file
        values |= {"line": str(span.line), "endLine": str(span.end_line)}
        if span.line == span.end_line:
            values |= {"col": str(span.column), "endColumn": str(max(span.end_column - 1, span.column))}
    properties = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in values.items())
    text = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
    cell = f"cell {finding.cell}, line {span.line}: " if finding.cell is not None else ""
    return f"::{_COMMANDS[finding.severity]} {properties}::{_escaped(visible(cell + text), _DATA)}"


def _escaped(text: str, signs: dict[str, str | int | None]) -> str:
    return text.translate(str.maketrans(signs))
