"""A small made-up catalogue for the command line, a clock that stands still, and the command run in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest
import time_machine
from commandline import FILES, Answer, Run
from typer.testing import CliRunner

from ai_models.catalog import Catalog
from ai_models.catalog import default as default_module
from ai_models.catalog.default import use_as_default
from ai_models.cli.app import app

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def standing_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Path]:
    """Put a catalogue of these files in the place of the process-wide one, for the length of a test."""
    monkeypatch.setattr(default_module, "_default", default_module._default)

    def use(files: dict[str, str]) -> Path:
        root = tmp_path_factory.mktemp("catalogue")
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        use_as_default(Catalog.load([root]))
        return root

    return use


@pytest.fixture
def made_up(install: Callable[[dict[str, str]], Path], standing_clock: None) -> Path:
    """The made-up catalogue at noon of 2026-11-22."""
    return install(FILES)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command into a pipe, or on a terminal of some width."""
    for name in ("FORCE_COLOR", "COLUMNS", "TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, width: int | None = None, charset: str = "utf-8") -> Answer:
        env = {} if width is None else {"FORCE_COLOR": "1", "COLUMNS": str(width), "TERM": "xterm-256color"}
        result = CliRunner(charset=charset).invoke(app, list(arguments), env=env, prog_name="ai-models")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return command
