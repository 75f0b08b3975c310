"""The legacy application without its old packages, on those of ``ai-models-legacy``: its own suite, and its call log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from legacy_callers import COMPAT
from workshop import APP, State, copy_app, move_old_packages, run_suite, tree_hash

CALLSITES = APP.parent / "callsites.yaml"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A copy without ``models`` and ``providers``."""
    copied = copy_app(tmp_path / "desk")
    move_old_packages(copied, tmp_path / "aside")
    return copied


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["true", "shadow"])
def test_its_own_suite_passes_and_the_call_log_finds_its_lines(app: Path, tmp_path: Path, flag: str) -> None:
    before, log = tree_hash(app), tmp_path / "calls.jsonl"
    environment = {"USE_NEW_MODEL_REGISTRY": flag, "AI_MODELS_LEGACY_CALLS": str(log)}
    result = run_suite(app, State.COMPAT, path=[COMPAT], environment=environment)
    assert result.has_passed, result.output
    assert len(result.outcomes) > 150
    assert tree_hash(app) == before

    found, listed = logged(log, app), lines_of(CALLSITES)
    assert len(found & listed) > 100
    assert len(found - listed) < 10, "lines that ask by a text, which no reader of the source can see"


def logged(log: Path, app: Path) -> set[tuple[str, int]]:
    """The lines of the application that a run has logged."""
    sites = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    own = [site for site in sites if Path(site["file"]).is_relative_to(app)]
    return {(Path(site["file"]).relative_to(app).as_posix(), site["line"]) for site in own}


def lines_of(listed: Path) -> set[tuple[str, int]]:
    """The lines that the list of legacy imports and uses has."""
    files: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(listed.read_text(encoding="utf-8"))
    return {(file, each["line"]) for file, parts in files.items() for part in parts.values() for each in part}
