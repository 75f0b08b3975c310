"""The page about the audit: its list of codes is the table's, and every example shows what it is an example of."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from ai_models.audit import CODES
from ai_models.audit.examples import EXAMPLES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that writes the page."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import audit_page

    monkeypatch.setitem(sys.modules, "audit_page", audit_page)
    return audit_page


def test_every_code_has_an_example() -> None:
    assert EXAMPLES.keys() == CODES.keys()


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_holds_its_finding(page: ModuleType, code: str) -> None:
    name, _ = EXAMPLES[code].shown
    assert code in [finding.code for finding in page.findings_of(code) if finding.path == name]


def test_the_page_is_in_step_with_the_table(page: ModuleType) -> None:
    text = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    assert text.count(page.BEGIN) == text.count(page.END) == 1
    written = text.partition(page.BEGIN)[2].partition(page.END)[0]
    assert written.strip() == page.section().strip(), "run: uv run python tools/audit_page.py"
