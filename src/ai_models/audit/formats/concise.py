"""A line a finding, for pipes and editors: ``path:line:column: AIM102 retired-model: message``."""

from __future__ import annotations

from ai_models.audit.formats.wording import place, summary, title, visible
from ai_models.audit.runner import Report

__all__ = ["render"]


def render(report: Report) -> str:
    """The report."""
    lines = [
        f"{place(finding)}: {title(finding)}: {visible(finding.message)}{f' ({visible(finding.hint)})' if finding.hint else ''}"
        for finding in report.findings
    ]
    return "\n".join([*lines, summary(report)]) + "\n"
