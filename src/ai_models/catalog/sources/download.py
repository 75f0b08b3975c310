"""One GET over TLS that may fail in every way: timeouts, retries, redirects, compression and size, all bounded.

The library times one wait on the socket; ``_Deadline`` times the whole. Bodies are decompressed here, piece by piece, so
that a small bomb is stopped at the limit and a compressed body that ends early is seen.
"""

from __future__ import annotations

import random
import re
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Timer
from types import TracebackType
from typing import NoReturn

import httpx2
from msgspec import Struct

import ai_models
from ai_models.catalog.sources.limits import FetchLimits, Progress, public_address, public_words
from ai_models.errors import SourceRefusedError, SourceUnavailableError

__all__ = ["Answer", "download"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 429, 500, 502, 503, 504})
_MOST_REDIRECTS = 5
_PIECE = 2**16
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,1000}"')
_JSON_TYPES = re.compile(r"(application/(.*\+)?json|text/(json|plain)|application/(octet-stream|gzip|x-gzip))?")
_PLAIN, _COMPRESSED = frozenset({"", "identity"}), frozenset({"gzip", "x-gzip", "deflate"})
_ANY_ZLIB = 32 + zlib.MAX_WBITS
"""Tells zlib to recognise gzip and zlib by their headers."""


class Answer(Struct, frozen=True, kw_only=True):
    """A body that was received whole, and the server's name for this state of it."""

    body: bytes
    etag: str | None = None


class _TryAgain(Exception):
    """This attempt failed in a way that the next one may not; ``after`` is the pause that the server asked for."""

    def __init__(self, reason: str, after: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


def download(
    url: str,
    *,
    max_bytes: int,
    packed: bool,
    etag: str | None,
    limits: FetchLimits,
    tls: ssl.SSLContext | None,
    progress: Progress,
) -> Answer | None:
    """The body at an address, or None where the server says that the one called ``etag`` is still the newest.

    Raises:
        SourceUnavailableError: no answer that can be used, after every retry.
        SourceRefusedError: an answer that is not taken.
    """
    with _Deadline(limits.total) as deadline:
        attempts = _Attempts(url, deadline, max_bytes=max_bytes, packed=packed, limits=limits, progress=progress)
        headers = {
            "Accept": "application/json, text/plain;q=0.9, */*;q=0.1",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"ai-models-catalog/{ai_models.__version__}",
        }
        with httpx2.Client(headers=headers, verify=tls or True, follow_redirects=False) as client:
            return attempts.run(client, etag)


class _Deadline:
    """Ends a connection when the time is up, wherever it stands: a header sent byte by byte ends no other way."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        self._timer.join()

    @property
    def left(self) -> float:
        """Seconds that are left; 0 or less when the time is up."""
        return self._ends - time.monotonic()

    def trace(self, event: str, info: dict[str, object]) -> None:
        """Remember the socket; the library reports what it opens. Before TLS stands, the connect timeout bounds it."""
        stream = info.get("return_value")
        if event.endswith("start_tls.complete") and hasattr(stream, "get_extra_info"):
            self._socket = stream.get_extra_info("socket")
            self._end()

    def _end(self) -> None:
        """When the time is up, shut the socket under the reader, who sees the end of the stream."""
        if self._socket is not None and self.left <= 0:
            with suppress(OSError):
                # SSLSocket.shutdown would take the session away from a reader in another thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Attempts:
    """The attempts at one address, with what bounds them."""

    def __init__(
        self, url: str, deadline: _Deadline, *, max_bytes: int, packed: bool, limits: FetchLimits, progress: Progress
    ) -> None:
        self.url = url
        self.shown = public_address(url)
        self.deadline = deadline
        self.max_bytes = max_bytes
        self.packed = packed
        self.limits = limits
        self.progress = progress

    def run(self, client: httpx2.Client, etag: str | None) -> Answer | None:
        """Try, pause and try again, as often as the limits allow."""
        address = self._address(self.url)
        attempt = 1
        while True:
            try:
                return self._attempt(client, address, etag)
            except _TryAgain as problem:
                self._pause(attempt, problem)
            attempt += 1

    def _pause(self, attempt: int, problem: _TryAgain) -> None:
        """Wait before the next attempt, as long as the server asks and twice as long each time; or give up."""
        if attempt >= self.limits.attempts:
            raise SourceUnavailableError(self.shown, reason=f"{problem.reason}, {attempt} times")
        if problem.after > self.limits.longest_pause:
            raise SourceUnavailableError(self.shown, reason=f"{problem.reason} and asks to wait for {problem.after:.0f} s")
        doubled = min(self.limits.first_pause * 2 ** (attempt - 1), self.limits.longest_pause)
        pause = max(problem.after, doubled * random.uniform(0.5, 1))  # noqa: S311 spreads clients out, hides nothing
        if pause > self.deadline.left:
            self._late(problem.reason)
        time.sleep(pause)

    def _attempt(self, client: httpx2.Client, address: httpx2.URL, etag: str | None) -> Answer | None:
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                with self._open(client, address, etag) as response:
                    if response.status_code not in _REDIRECTS:
                        return self._answer(response, etag)
                    address = self._followed(address, response)
        except httpx2.TransportError as problem:
            if _is_about_certificates(problem):
                self._refuse(f"its certificate is not trusted: {problem}", "check the address and the clock")
            said = _SAID.get(type(problem), "the connection failed")
            raise _TryAgain(f"{said} ({public_words(str(problem))})") from problem
        return self._refuse(f"more than {_MOST_REDIRECTS} redirects", "check the address")

    def _open(self, client: httpx2.Client, address: httpx2.URL, etag: str | None) -> AbstractContextManager[httpx2.Response]:
        left = max(self.deadline.left, 0.001)
        connect, read = min(self.limits.connect, left), min(self.limits.read, left)
        return client.stream(
            "GET",
            address,
            headers={"If-None-Match": etag} if etag else {},
            timeout=httpx2.Timeout(read, connect=connect),
            extensions={"trace": self.deadline.trace},
        )

    def _followed(self, address: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
        """Where a redirect leads, if that is the same host."""
        target = self._address(response.headers.get("location", ""), of=address)
        if (target.host, target.port) != (address.host, address.port):
            self._refuse(f"redirects to another host, {target.netloc.decode()}", "check whether the source has moved")
        return target

    def _address(self, url: str, of: httpx2.URL | None = None) -> httpx2.URL:
        """An address over TLS, without credentials; ``of`` is the page on which it stands."""
        try:
            address = of.join(url) if of else httpx2.URL(url)
        except httpx2.InvalidURL as problem:
            self._refuse(f"not an address: {problem}", "check it")
        if address.scheme != "https" or not address.host:
            self._refuse(f"{address.scheme or 'no scheme'}: only https:// is read", "give an https:// address")
        if address.userinfo:
            self._refuse("credentials in an address", "give an address that is public")
        return address

    def _answer(self, response: httpx2.Response, etag: str | None) -> Answer | None:
        status = public_words(f"answered {response.status_code} {response.reason_phrase}".rstrip())
        if response.status_code in _LATER:
            raise _TryAgain(status, _asked_for(response.headers.get("retry-after", "")))
        if response.status_code == 304 and etag:
            return None
        if response.status_code != 200:
            raise SourceUnavailableError(self.shown, reason=status, hint="check whether the source has moved")
        return Answer(body=self._body(response), etag=_etag(response.headers.get("etag", "")))

    def _body(self, response: httpx2.Response) -> bytes:
        """The body, decompressed; its length is checked by the library."""
        length = response.headers.get("content-length")
        total = int(length) if length is not None else None
        if total is not None and total > self.max_bytes:
            self._refuse(f"{total:,} bytes, more than the {self.max_bytes:,} allowed", "look at the source")
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not _JSON_TYPES.fullmatch(kind):
            self._refuse(f"{kind} instead of JSON", "look at the address with a browser")
        layers = self._layers(response.headers.get("content-encoding", "").strip().lower())
        body = bytearray()
        for raw in response.iter_raw():
            self.progress(response.num_bytes_downloaded, total)
            self._take(body, _through(layers, raw))
        if self.deadline.left <= 0:  # a body without a length ends like this when the deadline ends it
            self._late("sends slowly")
        if any(not layer.eof for layer in layers):
            raise _TryAgain("its compressed body was cut off")
        return bytes(body)

    def _layers(self, encoding: str) -> list[_Inflate]:
        if encoding not in _PLAIN | _COMPRESSED:
            self._refuse(f"compressed as {encoding!r}", "look at the source")
        return [_Inflate() for compressed in (encoding in _COMPRESSED, self.packed) if compressed]

    def _take(self, body: bytearray, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                body += piece
                if len(body) > self.max_bytes:
                    self._refuse(f"more than the {self.max_bytes:,} bytes allowed, decompressed", "look at the source")
        except zlib.error as problem:
            self._refuse(f"compressed in a way that cannot be read: {problem}", "look at the source")

    def _late(self, reason: str) -> NoReturn:
        raise SourceUnavailableError(self.shown, reason=f"{reason}, and the {self.deadline.seconds:g} s for it are over")

    def _refuse(self, reason: str, hint: str) -> NoReturn:
        raise SourceRefusedError(self.shown, reason=public_words(reason), hint=f"{hint}; nothing was replaced")


class _Inflate:
    """Decompresses one gzip or zlib stream in pieces of bounded size."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_ANY_ZLIB)

    @property
    def eof(self) -> bool:
        """Whether the stream has come to its proper end."""
        return self._zlib.eof

    def __call__(self, data: bytes) -> Iterator[bytes]:
        piece = self._zlib.decompress(data, _PIECE)
        while piece:  # a full piece may leave more inside zlib, even when it has consumed all its input
            yield piece
            piece = self._zlib.decompress(self._zlib.unconsumed_tail, _PIECE)
        if self._zlib.unused_data:
            raise zlib.error("data after its end")


def _through(layers: list[_Inflate], data: bytes) -> Iterator[bytes]:
    """What comes out of all layers, the outermost first."""
    if not layers:
        yield data
        return
    for piece in layers[0](data):
        yield from _through(layers[1:], piece)


def _etag(written: str) -> str | None:
    """A server's name for a state; one that could not be sent back as it came would spoil every later request."""
    return written if _ETAG.fullmatch(written) else None


def _asked_for(retry_after: str) -> float:
    """The seconds of a ``Retry-After``, which is a number or a date; 0 where it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        then = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return 0
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max((then - datetime.now(UTC)).total_seconds(), 0)


def _is_about_certificates(problem: BaseException) -> bool:
    """Whether the refusal of a certificate stands behind an error: trying again will not help."""
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


_SAID: dict[type[httpx2.TransportError], str] = {
    httpx2.ConnectTimeout: "took too long to connect",
    httpx2.ReadTimeout: "took too long to answer",
    httpx2.ConnectError: "cannot be reached",
    httpx2.RemoteProtocolError: "was cut off, or is no HTTP",
}
"""What happened, in the words of a message."""
