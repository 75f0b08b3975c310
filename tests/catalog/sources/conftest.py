"""Feeds written by hand, the real ones where they are at hand, and a server that sends them."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import trustme
from importer_reading import AS_OF, Reading
from misbehaving import QUICK, Exchange, Fetch, Server, count, reply, rows, serving

from ai_models.catalog.sources import Importer
from ai_models.catalog.sources.remote import Fetched, RemoteSource, fetch
from ai_models.errors import SourceRefusedError


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Write a feed (text as it is, anything else as JSON) and read it."""

    def read_feed(importer: Importer, feed: object, as_of: date = AS_OF) -> Reading:
        path = tmp_path / "feed.json"
        path.write_text(feed if isinstance(feed, str) else json.dumps(feed), encoding="utf-8")
        return Reading(importer(path, as_of=as_of))

    return read_feed


@pytest.fixture
def real_feed(shared_sources: Path) -> Callable[[str], Path]:
    """The path of a real feed; the test is skipped where the feeds are not at hand."""

    def path_of(name: str) -> Path:
        path = shared_sources / name
        if not path.is_file():
            pytest.skip(f"{path} is not here; set AI_MODELS_SOURCES to a folder with the feeds")
        return path

    return path_of


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certified(authority: trustme.CA) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(tls)
    return tls


@pytest.fixture(scope="module")
def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


@pytest.fixture
def server(certified: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with serving(certified) as running:
        yield running


@pytest.fixture
def get(server: Server, trust: ssl.SSLContext, tmp_path: Path) -> Fetch:
    """Fetch the server's feed; keywords go to the source (``url``, ``packed``, ``max_bytes``) or to ``fetch``."""

    def fetch_feed(**more: object) -> Fetched:
        of_source = {key: more.pop(key) for key in ("url", "packed", "max_bytes") if key in more}
        source = RemoteSource(**{"name": "feed", "url": server.url(), "rows": count, **of_source})
        return fetch(source, tmp_path, **{"limits": QUICK, "tls": trust, **more})

    return fetch_feed


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "feed.json"


@pytest.fixture
def refused(server: Server, get: Fetch, kept: Path) -> Callable[..., SourceRefusedError]:
    """The refusal of an answer; one attempt only, and the body in the cache stays."""

    def refusal(answer: Callable[[Exchange], None], **more: object) -> SourceRefusedError:
        server.will(reply(rows(3)))
        get()
        server.will(answer)
        with pytest.raises(SourceRefusedError) as problem:
            get(**more)
        assert kept.read_bytes() == rows(3)
        assert len(server.seen) == 2
        return problem.value

    return refusal
