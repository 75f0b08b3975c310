"""No test reaches the network: the SDK is pointed at a server of our own."""

import os

import pytest
from fake_anthropic import FakeAnthropic


@pytest.fixture(scope="session")
def _server():
    with FakeAnthropic() as server:
        yield server


@pytest.fixture(autouse=True)
def api(_server, monkeypatch):
    """The fake API, as new; every client of the SDK that is made in a test reaches it."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "OPENAI_", "SIGNAL_DESK_", "NIGHTLY_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", _server.url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-the-tests")
    _server.forget()
    return _server


@pytest.fixture
def offline(monkeypatch):
    """No name can be resolved."""

    def refuse(*_, **__):
        raise OSError("there is no network in this test")

    monkeypatch.setattr("socket.getaddrinfo", refuse)


@pytest.fixture
def inbox(tmp_path):
    """A folder with the messages of one day."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    lines = [
        '{"id": "1", "customer": "Northwind", "text": "We will cancel if this goes on."}',
        '{"id": "2", "customer": "Contoso", "text": "The export is broken since Tuesday."}',
        "",
        '{"id": "3", "customer": "Fabrikam", "text": "Please add SSO.", "language": "en"}',
        '{"id": "4", "customer": "Initech", "text": "   "}',
    ]
    (folder / "2026-03-02.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder
