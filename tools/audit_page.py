"""Writes the codes into docs/audit.md from their table and examples: ``uv run python tools/audit_page.py``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ai_models.audit import CODES, Code, Finding, Options, audit
from ai_models.audit.codes import GROUPS
from ai_models.audit.examples import EXAMPLES
from ai_models.audit.formats.wording import place, title

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "audit.md"
BEGIN, END = "<!-- codes: written by tools/audit_page.py -->\n", "<!-- end of the codes -->\n"
DAY = date(2026, 11, 30)


def findings_of(code: str) -> list[Finding]:
    """What an audit finds in the example of a code; the working directory is another one meanwhile."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for name, text in EXAMPLES[code].files.items():
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_text(text, encoding="utf-8")
            return list(audit(["."], Options(at=DAY, jobs=1)).findings)
        finally:
            os.chdir(before)


def section() -> str:
    """The table of all codes, and each of them with its example and what is found there."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| code | name | severity | what it means |"
    yield "|---|---|---|---|"
    for code in CODES.values():
        yield f"| [{code.id}](#{code.id.lower()}-{code.name}) | {code.name} | {code.severity} | {code.summary} |"
    for prefix, about in GROUPS.items():
        yield f"\n### {prefix}xx: {about}"
        for code in CODES.values():
            if code.id.startswith(prefix):
                yield from _code(code)


def _code(code: Code) -> Iterator[str]:
    name, text = EXAMPLES[code.id].shown
    found = next(finding for finding in findings_of(code.id) if finding.code == code.id)
    yield f"\n#### {code.id} {code.name}\n"
    yield f"{code.summary} {code.remedy}\n"
    yield f"```text\n# {name}\n{text.rstrip()}\n```\n"
    yield f"```text\n{place(found)}: {title(found)}: {found.message}\n```"


def main() -> None:
    """Put the section into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{section()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
