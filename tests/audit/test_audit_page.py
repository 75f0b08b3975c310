"""The page about the audit: its list of codes is the table's, and every example shows what it is an example of."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from typer.testing import CliRunner

from ai_models.audit import CODES
from ai_models.audit.configuration import read_configuration
from ai_models.audit.examples import EXAMPLES
from ai_models.cli.app import app

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


def blocks(language: str) -> list[str]:
    """The blocks of the page in a language."""
    text = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_configuration_on_the_page_is_accepted(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks("text") if block.startswith("[tool.ai_models.audit]")]
    file = tmp_path / "pyproject.toml"
    file.write_text(shown)
    found = read_configuration(str(file))
    assert found is not None
    assert (found.within, found.per_file_ignores) == (60, {"tests/**": ("AIM1",), "!src/**": ("AIM3",)})


def test_the_workflow_and_the_hook_ask_for_options_that_exist() -> None:
    shown = CliRunner().invoke(app, ["audit", "--help"], env={"COLUMNS": "200"}).output
    known = set(re.findall(r"--[a-z-]+", shown))
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    hooks, workflow = (yaml.safe_load(block) for block in blocks("yaml"))
    assert hooks["repos"][0]["hooks"][0]["id"] == hook["id"]
    commands = [step["run"] for step in workflow["jobs"]["audit"]["steps"] if step.get("run", "").startswith("ai-models")]
    for command in (*commands, hook["entry"]):
        words = shlex.split(command)
        assert words[:2] == ["ai-models", "audit"]
        assert set(re.findall(r"--[a-z-]+", command)) <= known
    assert len(commands) == 2
