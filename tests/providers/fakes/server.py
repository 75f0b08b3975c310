"""``FakeServer``: an HTTP server on 127.0.0.1 that answers what a test has scripted, and records what it was asked.

    server.answer({"id": "msg_1", …})                     # the next request gets this JSON
    server.answer({"error": …}, status=429, headers={"retry-after": "7"})
    server.sse([("message_start", {…}), {…}, "[DONE]"])   # a stream; a pair is (event, data)
    server.sse(events, pause=0.05)                        # slowly
    server.sse(events, cut_after=2)                       # the connection breaks after two events
    server.sleep(5)                                       # says nothing for so long (the server's end wakes it up)
    server.hang_up()                                      # the connection closes without an answer
    server.requests[-1].json                              # what the client sent

Answers are given in order, one a request. When none is left, ``otherwise`` answers: a provider's own server overrides it;
here it is a 500 that says so, so that a test sees a request that it did not expect.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

__all__ = ["Answer", "FakeServer", "Recorded", "sse_bytes"]


@dataclass(frozen=True)
class Recorded:
    """A request as it came; header names are in lower case, and ``json`` is None where the body is no JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Answer:
    """What the server does: wait ``delay`` seconds, then answer; ``chunks`` are sent ``pause`` seconds apart.

    ``cut`` breaks the connection before the end of the body, ``hang_up`` before the beginning of the answer.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: tuple[bytes, ...] = ()
    is_stream: bool = False
    delay: float = 0.0
    pause: float = 0.0
    cut: bool = False
    hang_up: bool = False


Responder = Callable[[Recorded], Answer]


class FakeServer:
    """The server; use it as a context manager, or ``start`` and ``stop`` it."""

    def __init__(self) -> None:
        self.requests: list[Recorded] = []
        self._script: deque[Answer | Responder] = deque()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    # ---- its life

    @property
    def url(self) -> str:
        """Where it listens: ``http://127.0.0.1:port``, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End at once: sleeping answers are woken up, open connections closed."""
        self._ended.set()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join(5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # ---- what it will answer

    def then(self, answer: Answer | Responder) -> Self:
        """The next request gets this answer, or the one that a function makes of the request."""
        with self._lock:
            self._script.append(answer)
        return self

    def answer(
        self,
        body: object = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        cut: bool = False,
    ) -> Self:
        """The next request gets a body: bytes or text as they are, anything else as JSON."""
        return self.then(plain(body, status=status, headers=headers, delay=delay, cut=cut))

    def sse(
        self,
        events: Iterable[object],
        *,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        pause: float = 0.0,
        cut_after: int | None = None,
    ) -> Self:
        """The next request gets server-sent events: see ``sse_bytes``; ``cut_after`` breaks after so many of them."""
        return self.then(stream(events, headers=headers, delay=delay, pause=pause, cut_after=cut_after))

    def sleep(self, seconds: float) -> Self:
        """The next request gets nothing for so long, and then a 500."""
        return self.then(plain({"error": "slept"}, status=500, delay=seconds))

    def hang_up(self) -> Self:
        """The next request gets no answer: its connection closes."""
        return self.then(Answer(hang_up=True))

    def otherwise(self, request: Recorded) -> Answer:
        """The answer to a request for which nothing is scripted."""
        return plain({"error": {"message": f"nothing scripted for {request.method} {request.path}"}}, status=500)

    def respond(self, request: Recorded) -> Answer:
        """Record a request and find its answer."""
        with self._lock:
            self.requests.append(request)
            scripted = self._script.popleft() if self._script else None
        if scripted is None:
            return self.otherwise(request)
        return scripted if isinstance(scripted, Answer) else scripted(request)

    def wait(self, seconds: float) -> bool:
        """Sleep; False where the server ended meanwhile."""
        return not (seconds > 0 and self._ended.wait(seconds))


def plain(
    body: object = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    delay: float = 0.0,
    cut: bool = False,
) -> Answer:
    """An answer with a body: bytes or text as they are, anything else as JSON."""
    is_raw = isinstance(body, bytes | str)
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    given = {"content-type": "text/plain" if is_raw else "application/json", **(headers or {})}
    return Answer(status=status, headers=given, chunks=(data,), delay=delay, cut=cut)


def stream(
    events: Iterable[object],
    *,
    headers: Mapping[str, str] | None = None,
    delay: float = 0.0,
    pause: float = 0.0,
    cut_after: int | None = None,
) -> Answer:
    """An answer of server-sent events."""
    chunks = [sse_bytes(event) for event in events]
    given = {"content-type": "text/event-stream; charset=utf-8", **(headers or {})}
    shown = chunks if cut_after is None else chunks[:cut_after]
    return Answer(headers=given, chunks=tuple(shown), is_stream=True, delay=delay, pause=pause, cut=cut_after is not None)


def sse_bytes(event: object) -> bytes:
    """One event: a pair of name and data, data alone, text as it is (``[DONE]``), or bytes sent untouched."""
    if isinstance(event, bytes):
        return event
    name, data = event if isinstance(event, tuple) else (None, event)
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, fake: FakeServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is what some tests are about: nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a small body waits 40 ms for the acknowledgement of its headers
    server: _Server

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests read the recorded requests instead."""

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else self._read_chunked()
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.fake.respond(Recorded(self.command, self.path, headers, body))
        if not self.server.fake.wait(answer.delay) or answer.hang_up:
            self.close_connection = True
            return
        self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 as the base class looks for them

    def _read_chunked(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return b""
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.is_stream:
            self.send_header("transfer-encoding", "chunked")
        else:
            self.send_header("content-length", str(sum(map(len, answer.chunks)) + (1_000 if answer.cut else 0)))
        self.end_headers()
        for number, chunk in enumerate(answer.chunks):
            if number and not self.server.fake.wait(answer.pause):
                break
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk) if answer.is_stream else chunk)
            self.wfile.flush()
        if answer.cut:
            self.close_connection = True
        elif answer.is_stream:
            self.wfile.write(b"0\r\n\r\n")
