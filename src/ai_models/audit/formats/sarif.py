"""SARIF 2.1.0, as code scanning reads it: rules with help, results with fingerprints that stay when lines move."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ai_models import __version__
from ai_models.audit.codes import CODES, Code
from ai_models.audit.examples import EXAMPLES
from ai_models.audit.findings import Finding
from ai_models.audit.formats.json import safe_text
from ai_models.audit.formats.wording import in_source, source_root
from ai_models.audit.runner import Report

__all__ = ["render"]

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_FINGERPRINT: Final = "aiModelsAudit/v1"
_PRECISION: Final = {"high": 90.0, "medium": 60.0, "low": 30.0}


def render(report: Report) -> str:
    """The report as one run."""
    root = source_root(report)
    used = sorted({finding.code for finding in report.findings})
    value = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "ai-models audit",
                        "semanticVersion": __version__,
                        "rules": [_rule(CODES[code]) for code in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"uri": Path(root).as_uri().rstrip("/") + "/"}},
                "invocations": [{"executionSuccessful": True, "endTimeUtc": f"{report.at:%Y-%m-%dT%H:%M:%SZ}"}],
                "results": [_result(report, root, finding, used.index(finding.code)) for finding in report.findings],
            }
        ],
    }
    return safe_text(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    name, example = EXAMPLES[code.id].shown
    return {
        "id": code.id,
        "name": "".join(word.capitalize() for word in code.name.split("-")),
        "shortDescription": {"text": code.summary},
        "fullDescription": {"text": f"{code.summary} {code.remedy}"},
        "help": {"text": code.remedy, "markdown": f"**{code.summary}**\n\n{code.remedy}\n\n```\n# {name}\n{example}```"},
        "defaultConfiguration": {"level": code.severity},
        "properties": {"tags": ["ai-models"]},
    }


def _result(report: Report, root: str, finding: Finding, rule: int) -> dict[str, Any]:
    relative = in_source(report, finding.path, root)
    artifact: dict[str, Any] = {"uri": quote(relative.encode("utf-8", "replace"))}
    if os.path.isabs(relative):
        artifact["uri"] = "file://" + artifact["uri"]
    else:
        artifact["uriBaseId"] = "SRCROOT"
    location: dict[str, Any] = {"artifactLocation": artifact}
    if finding.cell is None:
        location["region"] = _region(finding)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "rank": _PRECISION[finding.confidence],
        "message": {"text": f"{finding.message}. {finding.hint}." if finding.hint else f"{finding.message}."},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {"confidence": finding.confidence, "subject": finding.subject, "facts": finding.facts},
    }
    if finding.cell is not None:
        result["properties"]["cell"] = finding.cell
    return result


def _region(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}
