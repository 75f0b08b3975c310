"""The legacy application without its old packages, on those of ``ai-models-legacy``: its own suite, and its call log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


WRITE = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
from models.registry import GPT_4O, Provider
from providers.base import ClassificationResult, ProviderMetrics, SignalCategory
metrics = ProviderMetrics()
metrics.record_request(0.5, 100, 20.0, 40)
result = ClassificationResult(SignalCategory.BUG_REPORT, 0.5, "it broke", "llm", 0.5)
values = [GPT_4O, Provider.OPENAI, SignalCategory.BUG_REPORT, result, metrics]
with open(sys.argv[1], "wb") as file:
    pickle.dump(values[:3] if sys.argv[2:] else values, file)
"""

READ = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
import models.registry as registry
with open(sys.argv[1], "rb") as file:
    spec, provider, category, *rest = pickle.load(file)
assert type(spec) is registry.ModelSpec and spec.provider is provider is registry.Provider.OPENAI
assert (spec.name, spec.api_identifier, category.value) == ("GPT-4o", "gpt-4o", "bug_report")
for result, metrics in [rest] if rest else []:
    from providers.base import ClassificationResult, ProviderMetrics
    assert type(result) is ClassificationResult and (result.cost, result.category) == (0.5, category)
    assert type(metrics) is ProviderMetrics
    metrics.record_request(1.5, 300, 40.0)
    assert (metrics.total_requests, metrics.average_cost, metrics.cache_hit_rate) == (2, 1.0, 0.1)
"""


@pytest.mark.parametrize(("writer", "reader"), [("old", "new"), ("new", "old"), ("old", "old"), ("new", "new")])
def test_old_and_new_processes_read_what_the_other_has_pickled(tmp_path: Path, writer: str, reader: str) -> None:
    """A cache that both share while the new packages are rolled out; results and metrics are read onwards only."""
    paths, cache = {"old": APP, "new": COMPAT}, tmp_path / "cache"
    back = ["no results"] if (writer, reader) == ("new", "old") else []
    for code, path in ((WRITE, paths[writer]), (READ, paths[reader])):
        environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
        ran = subprocess.run(
            [sys.executable, "-c", code, str(cache), *back], env=environment, cwd=tmp_path, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr


def logged(log: Path, app: Path) -> set[tuple[str, int]]:
    """The lines of the application that a run has logged."""
    sites = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    own = [site for site in sites if Path(site["file"]).is_relative_to(app)]
    return {(Path(site["file"]).relative_to(app).as_posix(), site["line"]) for site in own}


def lines_of(listed: Path) -> set[tuple[str, int]]:
    """The lines that the list of legacy imports and uses has."""
    files: dict[str, dict[str, list[dict[str, Any]]]] = yaml.safe_load(listed.read_text(encoding="utf-8"))
    return {(file, each["line"]) for file, parts in files.items() for part in parts.values() for each in part}
