"""docs/model-optimization-guide.md: in step with the catalogue, whole, and made of facts in their order."""

from __future__ import annotations

import re
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ai_models import ModelStatus
from ai_models.catalog import Catalog
from ai_models.catalog.default import shipped_snapshot
from ai_models.models.base import GUIDANCE
from ai_models.models.tasks import Task

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "model-optimization-guide.md"
TEXT = PAGE.read_text(encoding="utf-8")
LONGEST = 3_000


@pytest.fixture(scope="module")
def tool() -> Any:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import guide_page  # a script beside the package, which no other test needs
    finally:
        sys.path.pop(0)
    return guide_page


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(shipped_snapshot())


def section(title: str) -> str:
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[2]


def test_the_page_is_what_the_catalogue_says_on_its_day(tool: Any, catalog: Catalog) -> None:
    assert tool.page(catalog, tool.day_of_page(TEXT)) == TEXT, "run `uv run tools/guide_page.py`"


def test_every_guided_family_of_the_ten_makers_is_told_or_named(tool: Any, catalog: Catalog) -> None:
    day = tool.day_of_page(TEXT)
    rest = section("Families that are not told here")
    for maker, title in tool.MAKERS.items():
        for spec in catalog.models(maker=maker, status=[ModelStatus.ACTIVE, ModelStatus.PREVIEW], at=day):
            if any(getattr(spec.optimization, kind) for kind in GUIDANCE):
                family = spec.metadata.family
                assert f"`{spec.model_id}`" in section(title) or f"`{family}`" in rest or f"--family {family}`" in TEXT


def test_a_row_of_the_table_has_the_facts_of_its_model(tool: Any, catalog: Catalog) -> None:
    day = tool.day_of_page(TEXT)
    rows = [line.strip("| ").split(" | ") for line in section("Quick reference").splitlines() if line.startswith("| [")]
    assert len(rows) > 40
    for name, model, window, rates, tasks in rows:
        spec = next(each for each in catalog.models(status=["active"], at=day) if each.model_id == model.strip("`"))
        assert name.startswith(f"[{spec.name}](#")
        assert window == f"{spec.context_window_input:,}"
        pricing = catalog.own_offering(spec.key).pricing_at(day)
        assert [Decimal(rate) for rate in rates.split(" / ")] == [pricing.rates[each].amount for each in ("input", "output")]
        assert tasks.split(", ") == [str(task).replace("_", " ") for task in spec.optimization.tasks]
        assert day.toordinal() - spec.metadata.release_date.toordinal() <= 730


def test_the_leaves_of_the_tree_stand_by_their_rates() -> None:
    tree = section("Which family for what")
    told = re.findall(r"^- \*\*(.+?)\*\*", tree, re.MULTILINE)
    assert {str(task).replace("_", " ") for task in Task} >= set(told)
    assert len(told) > 20
    for line in re.findall(r"^    - (?:at|with|reading|thinking) .*", tree, re.MULTILINE):
        sums = [Decimal(one) + Decimal(two) for one, two in re.findall(r"\) ([\d.]+) / ([\d.]+)", line)]
        assert 1 <= len(sums) <= 3
        assert sums == sorted(sums), line


def test_the_page_can_be_read_and_says_how_old_it_is(tool: Any) -> None:
    assert len(TEXT.splitlines()) < LONGEST
    assert re.search(r"between\s\d{4}-\d\d-\d\d and\s\d{4}-\d\d-\d\d", TEXT)
    with pytest.raises(ValueError, match="does not say when"):
        tool.day_of_page("# Another page")


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Claude Haiku", "claude-haiku"),
        ("Gemini Image (Nano Banana)", "gemini-image-nano-banana"),
        ("Qwen3.5", "qwen35"),
    ],
)
def test_an_anchor_is_that_of_github(tool: Any, heading: str, anchor: str) -> None:
    assert tool.anchor(heading) == anchor


@pytest.mark.slow
def test_the_command_writes_checks_and_says_what_is_out_of_step(
    tool: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tool, "PAGE", tmp_path / "guide.md")

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["guide_page.py", *arguments])
        return int(tool.main())

    assert run("--check") == 1  # there is none yet
    assert run("--at", "2026-11-30") == 0
    written = (tmp_path / "guide.md").read_text(encoding="utf-8")
    assert tool.day_of_page(written) == date(2026, 11, 30)
    assert run("--check") == 0
    assert capsys.readouterr().out.endswith("guide.md is in step\n")
    (tmp_path / "guide.md").write_text(written.replace("Claude", "Klaud"), encoding="utf-8")
    assert run("--check") == 1
    assert "out of step" in capsys.readouterr().out
