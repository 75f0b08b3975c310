"""Fake servers for the provider tests, and an environment without anybody's keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import acme as made_up
import pytest
import time_machine
from fakes.anthropic import AnthropicServer
from fakes.google import GoogleServer
from fakes.openai_responses import OpenAIServer
from fakes.server import FakeServer

from ai_models import PricingService

_OF_PROVIDERS = ("ANTHROPIC_", "OPENAI_", "AZURE_", "GOOGLE_", "GEMINI_", "AWS_", "VERTEX_", "CLOUD_ML_", "GCLOUD_")


@pytest.fixture(autouse=True)
def _without_the_keys_of_whoever_runs_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_OF_PROVIDERS) or name.endswith(("_API_KEY", "_PROXY", "_proxy")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("ALLOW_PROVIDER_REQUESTS", raising=False)


@pytest.fixture(autouse=True)
def _one_authority(monkeypatch: pytest.MonkeyPatch, one_authority: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(one_authority))


@pytest.fixture
def fake_server() -> Iterator[FakeServer]:
    """A server of no API in particular: see ``fakes.server``."""
    with FakeServer() as server:
        yield server


@pytest.fixture
def anthropic_server() -> Iterator[AnthropicServer]:
    """A server that speaks as Anthropic's Messages API does."""
    with AnthropicServer() as server:
        yield server


@pytest.fixture
def google_server() -> Iterator[GoogleServer]:
    """A server that speaks as Google's generateContent does."""
    with GoogleServer() as server:
        yield server


@pytest.fixture
def today() -> Iterator[None]:
    """The day on which the shipped catalogue was looked at: its models retire one day."""
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A server that speaks as both of OpenAI's APIs do."""
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> PricingService:
    """The made-up maker of ``acme.py``, with its prices."""
    root: Path = tmp_path_factory.mktemp("acme")
    for name, text in made_up.FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return PricingService(root)
