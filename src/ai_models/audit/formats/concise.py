"""A line a finding, for pipes and editors: ``path:line:column: AIM102 retired-model: message``."""

from __future__ import annotations

from ai_models.audit.findings import Finding
from ai_models.audit.formats.wording import place, summary, title, visible
from ai_models.audit.runner import Report

__all__ = ["render"]


def render(report: Report) -> str:
    """The report."""
    lines = [f"{place(finding)}: {title(finding)}: {_told(finding)}" for finding in report.findings]
    return "\n".join([*lines, summary(report)]) + "\n"


def _told(finding: Finding) -> str:
    return visible(f"{finding.message} ({finding.hint})" if finding.hint else finding.message)
