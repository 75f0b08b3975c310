"""Fixtures that every test may ask for: small catalogues made up for rules, and a clock that stands still."""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import trustme
import typer.testing

from ai_models.catalog import default

SHARED_SOURCES = Path(os.environ.get("AI_MODELS_SOURCES", Path(__file__).parents[2] / "shared" / "sources"))

Writer = Callable[[str, str], Path]

# Ten thousand tests and a catalogue stay for the whole run; looking through them for garbage took a fifth of it.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    """Leave what has been collected out of every later search."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _without_the_overlays_of_whoever_runs_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AI_MODELS_PATH", raising=False)
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # a hundred processes would each compile every module
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("no-overlays")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _a_compiled_catalogue() -> None:
    """Compile what has changed before any test starts a process: its first one would import the compiler instead."""
    default.shipped_snapshot()


@pytest.fixture(scope="session", autouse=True)
def _commands_made_once() -> Iterator[None]:
    """typer makes the commands of an application anew for each run in a test, which takes longer than most runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", functools.cache(typer.testing._get_command))
        yield


@pytest.fixture(scope="session")
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a single certificate: reading all of the system's, as every client does, takes longer than most tests."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return path


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write a YAML file below the test's own directory."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def restored_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test replace the process-wide catalogue: whatever was there, or nothing, comes back after it."""
    monkeypatch.setattr(default, "_default", default._default)


@pytest.fixture
def old_packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """``compat/src`` on the path, its packages fresh, and gone after the test: others must not see a package ``models``."""
    source = Path(__file__).parents[1] / "compat" / "src"
    ours = {path.name for path in source.iterdir()}

    def forget() -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
            del sys.modules[name]

    monkeypatch.syspath_prepend(str(source))
    forget()
    yield source
    forget()


@pytest.fixture
def shared_sources() -> Path:
    """The folder of the feeds that the data was generated from; the test is skipped where it is not at hand."""
    if not SHARED_SOURCES.is_dir():
        pytest.skip(f"{SHARED_SOURCES} is not here; set AI_MODELS_SOURCES to a folder with the feeds")
    return SHARED_SOURCES
