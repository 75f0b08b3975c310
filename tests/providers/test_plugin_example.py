"""``examples/plugin-provider``: built as a wheel, installed into a fresh environment, and used from there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "plugin-provider"

USE = """
import asyncio, json, sys
from ai_models.providers import ProviderRegistry, get_provider

assert "shout" in ProviderRegistry.list_providers()
assert "shout_provider" not in sys.modules, "a plugin is imported when it is asked for"
provider = get_provider("shout")
assert "shout_provider.service" not in sys.modules, "and what it calls, at the first call"

async def streamed():
    return "".join([event.text async for event in provider.astream("one two")])

print(json.dumps({
    "complete": provider.complete("hello there").text,
    "acomplete": asyncio.run(provider.acomplete("hello there")).text,
    "stream": [event.text for event in provider.stream("one two") if event.kind == "text"],
    "astream": asyncio.run(streamed()),
    "usage": provider.complete("hello there", system="be loud").usage.input_tokens,
    "classify": provider.classify("Please add this feature").category.value,
    "labels": provider.classify("a red house", ["green", "red"]).category,
    "requests": provider.get_metrics().total_requests,
}))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment that has the built example, and this one's packages; nothing is downloaded."""
    root = tmp_path_factory.mktemp("plugin")
    source = root / "source"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("dist", "__pycache__", "*.egg-info"))
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(root / "dist"), at=source)
    wheel = next((root / "dist").glob("ai_models_shout-*.whl"))
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv is not None, "the project's own tool"
    run(uv, "venv", "--quiet", "--offline", "--python", sys.executable, str(root / "venv"), at=root)
    python = root / "venv" / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python), str(wheel), at=root)
    packages = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", at=root).strip()
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(packages, "what-the-tests-run-with.pth").write_text(line)
    return python


def run(*command: str, at: Path) -> str:
    variables = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    ran = subprocess.run(command, cwd=at, env=variables, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.slow
def test_the_example_is_used_by_its_name(environment: Path, tmp_path: Path) -> None:
    assert json.loads(run(str(environment), "-c", USE, at=tmp_path)) == {
        "complete": "HELLO THERE",
        "acomplete": "HELLO THERE",
        "stream": ["ONE ", "TWO"],
        "astream": "ONE TWO",
        "usage": 4,
        "classify": "feature_request",
        "labels": "red",
        "requests": 7,
    }


@pytest.mark.slow
def test_the_command_finds_it_too(environment: Path, tmp_path: Path) -> None:
    def command(*arguments: str) -> str:
        code = f"import sys; sys.argv = {['ai-models', *arguments]!r}; from ai_models.cli import main; main()"
        return run(str(environment), "-c", code, at=tmp_path)

    assert "feature_request" in command("classify", "--provider", "shout", "Please add this feature")
    assert command("complete", "--model", "shout", "hello") == "HELLO\n"
    rows = {row["name"]: row for row in json.loads(command("providers", "--json"))}
    assert (rows["shout"]["source"], rows["shout"]["error"]) == ("plugin", None)
