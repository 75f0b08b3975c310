"""What several forms share: places, counts, and a stranger's text without what a terminal would obey."""

from __future__ import annotations

import os
from collections import Counter
from typing import Final

from ai_models.audit.codes import CODES
from ai_models.audit.files import relative_to, walk_parents
from ai_models.audit.findings import Finding
from ai_models.audit.runner import Report

__all__ = ["counted", "in_source", "place", "source_root", "summary", "title", "visible"]

_OBEYED: Final = dict.fromkeys(
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x200E,
        0x200F,
        0x2028,
        0x2029,
        *range(0xD800, 0xE000),
    ],
    "\N{REPLACEMENT CHARACTER}",
) | {ord("\t"): " "}


def visible(text: str) -> str:
    """The text, sign for sign: controls, marks of direction and lone surrogates could hide or rewrite what stands there."""
    return text.translate(_OBEYED)


def place(finding: Finding) -> str:
    """``path:line:column``, with the cell of a notebook before the line."""
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{visible(finding.path)}:{cell}{finding.span.line}:{finding.span.column}"


def source_root(report: Report) -> str:
    """The repository that a project is in, to which GitHub takes paths to be relative; else the project's root."""
    folders = [*walk_parents(report.root)]
    return next((folder for folder in folders if os.path.exists(os.path.join(folder, ".git"))), folders[0])


def in_source(report: Report, path: str, root: str) -> str:
    """The path of a file of the report relative to a root, with ``/``; absolute where it is not below it."""
    return relative_to(os.path.join(report.root, report.relative.get(path, path)), root)


def title(finding: Finding) -> str:
    """``AIM102 retired-model``."""
    return f"{finding.code} {CODES[finding.code].name}"


def counted(report: Report) -> dict[str, int]:
    """How many findings there are of each severity; the worst first, none left out."""
    found = Counter(finding.severity for finding in report.findings)
    return {severity: found[severity] for severity in ("error", "warning", "note")}


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def summary(report: Report) -> str:
    """One line: what was found in how many files, what is known, what was passed over, what can be fixed."""
    counts = [plural(count, severity) for severity, count in counted(report).items() if count]
    parts = [f"{', '.join(counts) or 'nothing'} found in {plural(report.files, 'file')}"]
    if report.known:
        parts.append(f"{report.known:,} known in the baseline")
    if report.stale:
        parts.append(f"{plural(len(report.stale), 'entry').replace('entrys', 'entries')} of the baseline settled")
    parts += [f"{plural(count, 'file')} passed over ({reason})" for reason, count in report.passed_over.items()]
    safe = sum(finding.fix is not None and finding.fix.safe for finding in report.findings)
    unsafe = sum(finding.fix is not None and not finding.fix.safe for finding in report.findings)
    if safe:
        parts.append(f"--fix settles {safe:,}")
    if unsafe:
        parts.append(f"--unsafe-fixes {unsafe:,} more" if safe else f"--fix --unsafe-fixes settles {unsafe:,}")
    return "; ".join(parts)
