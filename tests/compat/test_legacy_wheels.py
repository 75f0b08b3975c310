"""Both distributions, built as wheels, installed into a fresh environment, and used there as the old packages were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]

# The samples of the original design, as they stood there.
SAMPLES = """
import json, sys, warnings

warnings.simplefilter("ignore")
from models.registry import CLAUDE_SONNET, ModelRegistry
from providers.claude import ClaudeProvider
from providers.factory import get_provider

def test_model_registry_get_all():
    models = ModelRegistry.get_all_current_models()
    assert len(models) == 8
    assert "claude-sonnet-4.5" in models

def test_provider_factory_creates_claude():
    provider = get_provider("claude-sonnet")
    assert isinstance(provider, ClaudeProvider)

def test_backward_compatibility():
    assert CLAUDE_SONNET.api_identifier == "claude-sonnet-4-5-20250929"
    assert CLAUDE_SONNET.input_price_per_1m == 3.00

test_model_registry_get_all()
test_provider_factory_creates_claude()
test_backward_compatibility()

import ai_models, ai_models_legacy, models, providers
homes = {module.__name__: module.__file__ for module in (ai_models, ai_models_legacy, models, providers)}
print(json.dumps({"homes": homes, "prefix": sys.prefix}))
"""


def run(*command: str | Path, at: Path, expect: int = 0, **environment: str) -> str:
    # What is installed there is a copy: coverage would take it for source of its own.
    left_out = ("VIRTUAL_ENV", "PYTHONPATH", "COVERAGE_")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    words = [str(word) for word in command]
    ran = subprocess.run(
        words, cwd=at, env={**variables, **environment}, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == expect, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels, by distribution."""
    dist = tmp_path_factory.mktemp("dist")
    for source in (ROOT, ROOT / "compat"):
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", dist, at=source)
    return {path.name.partition("-")[0]: path for path in dist.glob("*.whl")}


@pytest.fixture(scope="module")
def environment(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with both wheels, and this one's packages for what they depend on; nothing is downloaded."""
    root = tmp_path_factory.mktemp("environment")
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv is not None, "the project's own tool"
    run(uv, "venv", "--quiet", "--offline", "--python", sys.executable, root / "venv", at=root)
    python = root / "venv" / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, *wheels.values(), at=root)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", at=root).strip()
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(packages, "what-the-tests-run-with.pth").write_text(line, encoding="utf-8")
    return python


@pytest.mark.slow
def test_the_samples_of_old_run_on_what_is_installed(environment: Path, tmp_path: Path) -> None:
    for flag in ("true", "false", "shadow", "50%"):
        found = json.loads(run(environment, "-c", SAMPLES, at=tmp_path, USE_NEW_MODEL_REGISTRY=flag))
        assert set(found["homes"]) == {"ai_models", "ai_models_legacy", "models", "providers"}
        assert all(home.startswith(found["prefix"]) for home in found["homes"].values())


@pytest.mark.slow
def test_the_command_is_installed(environment: Path, tmp_path: Path) -> None:
    command = environment.parent / "ai-models-legacy"
    assert run(command, "flag", at=tmp_path, USE_NEW_REGISTRY="shadow").startswith("flag                   shadow\n")
    assert "CLAUDE_PRICING" in run(command, "differences", at=tmp_path, expect=1)


@pytest.mark.slow
def test_the_wheel_holds_three_packages_their_types_and_nothing_else(wheels: dict[str, Path]) -> None:
    with ZipFile(wheels["ai_models_legacy"]) as archive:
        names = archive.namelist()
        [metadata] = [archive.read(name).decode() for name in names if name.endswith("METADATA")]
    assert {name.partition("/")[0] for name in names} == {
        "ai_models_legacy", "models", "providers", "ai_models_legacy-0.1.0.dist-info",
    }  # fmt: skip
    assert {name for name in names if name.endswith("py.typed")} == {
        f"{package}/py.typed" for package in ("ai_models_legacy", "models", "providers")
    }
    assert "Requires-Dist: ai-models-catalog<0.2,>=0.1\n" in metadata
    for extra in ("anthropic", "google", "openai"):
        assert f"Requires-Dist: ai-models-catalog[{extra}]; extra == '{extra}'\n" in metadata
    with ZipFile(wheels["ai_models_catalog"]) as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} & {"models", "providers"} == set()
