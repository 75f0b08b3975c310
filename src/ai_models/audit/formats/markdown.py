"""A page for a pull request or a wiki: a table of counts, and a table a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from ai_models.audit.codes import CODES
from ai_models.audit.formats.wording import summary, visible
from ai_models.audit.runner import Report

__all__ = ["cell", "render"]

_MEANING = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")


def render(report: Report) -> str:
    """The report."""
    return "\n".join(_lines(report)) + "\n"


def cell(text: str) -> str:
    """A text that stands in a table as it is: nothing in it is markup."""
    return _MEANING.sub(r"\\\1", visible(text))


def _lines(report: Report) -> Iterator[str]:
    yield "# Audit of models\n"
    told = summary(report)
    yield f"{told[0].upper()}{told[1:]}. Judged on {report.at:%Y-%m-%d}.\n"
    if not report.findings:
        return
    yield "| code | what | findings |"
    yield "|---|---|---:|"
    for code, count in sorted(Counter(finding.code for finding in report.findings).items()):
        yield f"| {code} | {CODES[code].name} | {count:,} |"
    for path, held in groupby(report.findings, key=lambda finding: finding.path):
        yield f"\n## {cell(path)}\n"
        yield "| line | code | severity | what | what to do |"
        yield "|---:|---|---|---|---|"
        for finding in held:
            line = f"{finding.span.line}" if finding.cell is None else f"cell {finding.cell}, {finding.span.line}"
            yield f"| {line} | {finding.code} | {finding.severity} | {cell(finding.message)} | {cell(finding.hint)} |"
