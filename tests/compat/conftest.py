"""What every test of the old packages has: them on the path, a day that stands still, and nobody's flags and keys."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from legacy_callers import Callers

sys.path.append(str(Path(__file__).parents[1] / "providers"))  # where the fake servers are

from fakes.anthropic import AnthropicServer

FLAGS = ("USE_NEW_", "AI_MODELS_LEGACY_", "AI_MODELS_ROLLOUT_", "ANTHROPIC_", "OPENAI_", "GEMINI_", "GOOGLE_")


@pytest.fixture(autouse=True)
def _old_packages_without_anybodys_flags(old_packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(FLAGS):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def callers(tmp_path: Path) -> Callers:
    """Writes and runs the code of callers; see ``legacy_callers``."""
    return Callers(tmp_path)


@pytest.fixture
def anthropic_server() -> Iterator[AnthropicServer]:
    """A server that speaks as Anthropic's Messages API does."""
    with AnthropicServer() as server:
        yield server


@pytest.fixture
def nobody_listens() -> str:
    """An address at which nothing answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"
