"""Reads a source from its public address into a cache directory: the new body replaces the old one only when it is good.

Good is: over TLS, from the host that was asked for, complete, within the size limit, JSON of the source's shape, and with
at least nine tenths of the rows that it had last time. Everything else raises, and leaves the cached body as it was.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ai_models.catalog.sources import deprecations, genai_prices, litellm, models_dev, openrouter, rates
from ai_models.catalog.sources.cached import Cached, Note
from ai_models.catalog.sources.content import parsed
from ai_models.catalog.sources.limits import FetchLimits, Progress, public_address
from ai_models.catalog.sources.reading import UnreadableError
from ai_models.errors import MissingExtraError, SourceRefusedError, SourceShrunkError

if TYPE_CHECKING:
    from ai_models.catalog.sources.download import Answer

__all__ = ["REMOTE_SOURCES", "FetchLimits", "Fetched", "Progress", "RemoteSource", "fetch"]


class RemoteSource(Struct, frozen=True, kw_only=True):
    """A source with a public address.

    ``rows`` counts what its JSON holds, and raises UnreadableError for JSON of another shape. ``packed`` says that the file
    at the address is itself a gzip file. ``max_bytes`` bounds the body after decompression.
    """

    name: str
    url: str
    rows: Callable[[object], int]
    packed: bool = False
    max_bytes: int = 64 * 2**20


class Fetched(Struct, frozen=True, kw_only=True):
    """A good body in the cache: ``changed`` says whether this fetch replaced it, ``checked`` (UTC) when it was confirmed."""

    source: str
    path: Path
    rows: int
    sha256: str
    retrieved: datetime
    checked: datetime
    changed: bool
    etag: str | None = None


def fetch(
    source: RemoteSource,
    cache: Path,
    *,
    progress: Progress | None = None,
    accept_loss: bool = False,
    limits: FetchLimits | None = None,
    tls: ssl.SSLContext | None = None,
) -> Fetched:
    """Read a source from its address, unless the server says that the cached body is still the newest.

    Args:
        source: which one; ``REMOTE_SOURCES`` holds those that are known.
        cache: the directory of the cache; it is made where it is missing.
        progress, limits: who is told about the bytes received; times and attempts.
        accept_loss: take a body that lost more than a tenth of its rows since last time.
        tls: another trust than the system's, for a private certificate authority.

    Raises:
        SourceUnavailableError: no answer that can be used, after every retry.
        SourceRefusedError: an answer that is not taken; ``SourceShrunkError`` where it lost too many rows.
        MissingExtraError: the extra ``sync`` is not installed.
        OSError: the cache cannot be read, or the new body cannot be written to it.
    """
    download = _download()
    cached = Cached(cache, source.name)
    last = cached.note(lambda body: _rows(source, body))
    answer = download(
        source.url,
        max_bytes=source.max_bytes,
        packed=source.packed,
        etag=last.etag if last and last.url == source.url else None,
        limits=limits or FetchLimits(),
        tls=tls,
        progress=progress or _silent,
    )
    if answer is None and last is not None:
        return _confirmed(source, cached, last, last.etag)
    assert answer is not None  # noqa: S101 a server is only told of a body that is there
    return _taken(source, cached, last, answer, accept_loss=accept_loss)


def _taken(source: RemoteSource, cached: Cached, last: Note | None, answer: Answer, *, accept_loss: bool) -> Fetched:
    """Put a body in the cache that has been received whole, if it is good."""
    try:
        rows = _rows(source, answer.body)
    except UnreadableError as problem:
        hint = "look at the address with a browser; nothing was replaced"
        raise SourceRefusedError(public_address(source.url), reason=str(problem), hint=hint) from None
    if last and not accept_loss and (last.rows - rows) * 10 > last.rows:
        raise SourceShrunkError(public_address(source.url), before=last.rows, after=rows)
    digest = sha256(answer.body).hexdigest()
    if last and digest == last.sha256:
        return _confirmed(source, cached, last, answer.etag)
    now = datetime.now(UTC)
    note = Note(url=source.url, sha256=digest, rows=rows, retrieved=now, checked=now, etag=answer.etag)
    cached.replace(answer.body, note, last)
    return _fetched(source, cached, note, changed=True)


def _confirmed(source: RemoteSource, cached: Cached, last: Note, etag: str | None) -> Fetched:
    note = structs.replace(last, url=source.url, etag=etag, checked=datetime.now(UTC))
    with suppress(OSError):  # the body is good; where its note cannot be written, the next fetch asks once more
        cached.confirm(note)
    return _fetched(source, cached, note, changed=False)


def _fetched(source: RemoteSource, cached: Cached, note: Note, *, changed: bool) -> Fetched:
    return Fetched(
        source=source.name,
        path=cached.path,
        rows=note.rows,
        sha256=note.sha256,
        retrieved=note.retrieved,
        checked=note.checked,
        changed=changed,
        etag=note.etag,
    )


def _download() -> Callable[..., Answer | None]:
    """The downloader; imported here because its HTTP library is an extra.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        from ai_models.catalog.sources.download import download
    except ModuleNotFoundError as missing:
        if missing.name != "httpx2":
            raise
        raise MissingExtraError(extra="sync", needed_for="reading a source from its address") from None
    return download


def _silent(received: int, total: int | None) -> None:
    """Nobody is watching."""


def _rows(source: RemoteSource, body: bytes) -> int:
    """How many rows a body has.

    Raises:
        UnreadableError: not JSON, not of the source's shape, or empty.
    """
    try:
        content = parsed(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        page = body.lstrip()[:1] == b"<"
        raise UnreadableError("a web page instead of JSON" if page else f"not JSON: {problem}") from None
    rows = source.rows(content)
    if rows == 0:
        raise UnreadableError("no rows in it")
    return rows


def _mapping(content: object) -> Mapping[str, object]:
    if not isinstance(content, dict):
        raise UnreadableError("JSON of another shape: not an object")
    return content


def _list(content: object) -> list[object]:
    if not isinstance(content, list):
        raise UnreadableError("JSON of another shape: not a list")
    return content


def _models_of(providers: list[object]) -> int:
    """All models of all providers; a provider without any counts for nothing."""
    models = [provider.get("models") for provider in providers if isinstance(provider, dict)]
    return sum(len(found) for found in models if isinstance(found, dict | list))


REMOTE_SOURCES: dict[str, RemoteSource] = {
    source.name: source
    for source in (
        RemoteSource(
            name=models_dev.SOURCE,
            url="https://models.dev/api.json",
            rows=lambda content: _models_of(list(_mapping(content).values())),
        ),
        RemoteSource(
            name=litellm.SOURCE,
            url="https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
            rows=lambda content: len(_mapping(content)),
        ),
        RemoteSource(
            name=genai_prices.SOURCE,
            url="https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/data.json",
            rows=lambda content: _models_of(_list(content)),
        ),
        RemoteSource(
            name=openrouter.SOURCE,
            url="https://openrouter.ai/api/v1/models",
            rows=lambda content: len(_list(_mapping(content).get("data"))),
        ),
        RemoteSource(
            name=deprecations.SOURCE,
            url="https://raw.githubusercontent.com/deprecations/deprecations-rss/main/data.json",
            rows=lambda content: len(_list(content)),
        ),
        RemoteSource(
            name=rates.SOURCE,
            url="https://raw.githubusercontent.com/shehuphd/rates/main/src/rates/ai/ledger-ai.json.gz",
            rows=lambda content: len(_list(_mapping(content).get("models"))),
            packed=True,
        ),
    )
}
"""The sources that have an address. Price observations and vendor facts are files of ours: nobody publishes them."""
