"""The legacy application, migrated: its suite passes, everything that differs is listed, and a second plan is empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from workshop import APP, State, add_ignored_files, copy_app, run_suite, tree_hash

from ai_models.migrate.applying import apply
from ai_models.migrate.plan import Remark
from ai_models.migrate.planning import Planned, plan_migration
from ai_models.migrate.resolving import check_imports, check_values
from ai_models.migrate.rollback import rollback
from ai_models.migrate.validation import validate, validate_plan

ROOT = Path(__file__).parents[3]
LEGACY_APP = ROOT / "tests" / "legacy_app"
COMPAT = ROOT / "compat" / "src"
PLANTED = yaml.safe_load((LEGACY_APP / "planted.yaml").read_text(encoding="utf-8"))
DIFFERENCES = yaml.safe_load((LEGACY_APP / "differences.yaml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planned() -> Iterator[Planned]:
    """The plan for the application as it is."""
    with time_machine.travel(datetime.combine(PLANTED["at"], time(12)), tick=False):
        yield plan_migration(APP)


def lines_of(entry: dict[str, Any]) -> list[int]:
    """The lines of a file that hold an entry's pattern."""
    data = (APP / entry["file"]).read_bytes()
    text = data.decode("latin-1" if b"latin-1" in data[:40] else "utf-8")
    return [number for number, line in enumerate(text.split("\n"), 1) if entry["pattern"] in line]


def told(planned: Planned, path: str, line: int) -> list[Remark]:
    """The remarks on a line."""
    return [remark for remark in planned.plan.remarks if (remark.path, remark.line) == (path, line)]


@pytest.mark.parametrize(
    "entry", DIFFERENCES, ids=lambda entry: f"{entry['file']} {entry['legacy']} {entry['pattern'][:30]}"
)
def test_every_difference_is_listed_at_its_line(planned: Planned, entry: dict[str, Any]) -> None:
    lines = lines_of(entry)
    assert len(lines) == entry.get("times", 1)
    for line in lines:
        remarks = told(planned, entry["file"], line)
        assert remarks, f"{entry['file']}:{line}"
        assert all(remark.message for remark in remarks)


def test_nothing_is_said_of_what_only_looks_like_it(planned: Planned) -> None:
    assert [(entry["file"], told(planned, entry["file"], entry["line"])) for entry in PLANTED["look_alikes"]] == [
        (entry["file"], []) for entry in PLANTED["look_alikes"]
    ]


def test_every_planted_price_in_code_is_gone_or_listed(planned: Planned) -> None:
    after = {change.path: change.after for change in planned.plan.changes}
    for entry in PLANTED["prices"]:
        if entry["file"].startswith("docs/"):
            continue
        data = (APP / entry["file"]).read_bytes()
        line = data.split(b"\n")[entry["line"] - 1]
        is_gone = entry["file"] in after and line not in (after[entry["file"]] or b"").split(b"\n")
        listed = told(planned, entry["file"], entry["line"]) or told(planned, entry["file"], entry["line"] - 1)
        assert is_gone or listed, entry
        if entry["is"] == "stale":
            assert listed, entry


@pytest.mark.parametrize("entry", PLANTED["declarations"], ids=lambda entry: entry["name"])
def test_declarations_are_asked_for(planned: Planned, entry: dict[str, Any]) -> None:
    after = next(change.after for change in planned.plan.changes if change.path == entry["file"])
    assert after is not None
    assert f'{entry["name"]} = get_model("{entry["model"]}")'.encode() in after
    drift = [remark.message for remark in told(planned, entry["file"], entry["line"]) if remark.kind == "drift"]
    assert ["input price" in "".join(drift), "output price" in "".join(drift)] == [
        f"{side}_price_per_1m" in entry.get("drifts", []) for side in ("input", "output")
    ]


def test_the_plan_is_valid_and_its_own_lines_become_fewer(planned: Planned) -> None:
    assert validate_plan(planned.plan) == ()
    assert planned.lines.after < planned.lines.before
    assert planned.lines.percent <= -20
    assert {"models/registry.py", "providers/claude.py", "signal_desk/cost_report.py", "signal_desk/house_models.py"} <= {
        file.path for file in planned.lines.files
    }


def test_ignored_files_are_left_alone(tmp_path: Path) -> None:
    app = tmp_path / "app"
    shutil.copytree(APP / "models", app / "models")
    shutil.copy(APP / ".gitignore", app)
    ignored = add_ignored_files(app)
    planned = plan_migration(app)
    assert planned.plan.changes
    name = ignored.relative_to(app).as_posix()
    assert not [change for change in planned.plan.changes if change.path == name]
    assert not [remark for remark in planned.plan.remarks if remark.path == name]


@pytest.mark.skipif(not COMPAT.exists(), reason="what is left on the old packages needs compat/, which this checkout lacks")
def test_its_suite_passes_and_the_way_back_leads_to_the_first_byte(tmp_path: Path) -> None:
    app = copy_app(tmp_path / "app")
    before = tree_hash(app)
    planned = plan_migration(app)
    assert apply(planned.plan) is not None
    result = run_suite(app, State.MIGRATED, path=[COMPAT])
    assert result.has_passed, result.output

    again = plan_migration(app)
    assert again.plan.changes == ()

    found = validate(app, checks=[check_imports, check_values(planned.plan.remarks)])
    assert [(each.path, each.check) for each in found.findings] == [("tests/old_packages/test_old_providers.py", "imports")]
    assert any(remark.path == found.findings[0].path and remark.rule == "package" for remark in planned.plan.remarks)

    rollback(app)
    assert tree_hash(app) == before
    assert run_suite(app, State.ROLLED_BACK).has_passed
