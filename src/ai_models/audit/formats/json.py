"""For programs: every fact of every finding."""

from __future__ import annotations

import json
from typing import Any

from ai_models.audit.codes import CODES
from ai_models.audit.findings import Finding
from ai_models.audit.formats.wording import counted
from ai_models.audit.runner import Report

__all__ = ["finding_facts", "render", "safe_text"]

_VERSION = 1


def render(report: Report) -> str:
    """The report as one JSON object; ``version`` changes when the meaning of a key does."""
    value = {
        "version": _VERSION,
        "at": report.at.isoformat(timespec="seconds"),
        "root": report.root,
        "findings": [finding_facts(finding) for finding in report.findings],
        "summary": {
            "files": report.files,
            "passed_over": report.passed_over,
            **{f"{severity}s": count for severity, count in counted(report).items()},
            "known": report.known,
            "stale": [
                {"path": e.path, "code": e.code, "message": e.message, "fingerprint": e.fingerprint} for e in report.stale
            ],
        },
    }
    return safe_text(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def finding_facts(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it."""
    fix = finding.fix
    return {
        "code": finding.code,
        "name": CODES[finding.code].name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "path": finding.path,
        "cell": finding.cell,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "subject": finding.subject,
        "message": finding.message,
        "hint": finding.hint,
        "facts": finding.facts,
        "fix": None
        if fix is None
        else {
            "message": fix.message,
            "safe": fix.safe,
            "edits": [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits],
        },
        "fingerprint": finding.fingerprint,
    }


def safe_text(text: str) -> str:
    """A text that every encoding of Unicode can write: lone surrogates, which JSON cannot carry, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
