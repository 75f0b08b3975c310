"""A real TLS server on loopback that answers as it is told, and processes that are killed in the middle."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ai_models.catalog.sources.reading import UnreadableError
from ai_models.catalog.sources.remote import Fetched, FetchLimits
from ai_models.errors import SourceRefusedError

_FORKING = """
import os, sys
for line in sys.stdin:
    if (child := os.fork()) == 0:
        while True:
            step()
    print(child, flush=True)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""

QUICK = FetchLimits(connect=0.5, read=0.2, total=2, attempts=3, first_pause=0.01, longest_pause=1)

Fetch = Callable[..., Fetched]
Refused = Callable[..., SourceRefusedError]
Answer = Callable[["Exchange"], None]


class Exchange:
    """One request that was received, and the connection to answer it on."""

    def __init__(self, connection: ssl.SSLSocket, head: str, stopped: threading.Event) -> None:
        self.connection = connection
        self.stopped = stopped
        line, *fields = head.rstrip().split("\r\n")
        self.path = line.split(" ")[1]
        self.headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}

    def send(self, data: bytes | str) -> None:
        self.connection.sendall(data.encode() if isinstance(data, str) else data)

    def dribble(self, data: bytes, every: float = 0.03) -> None:
        """Send byte by byte, never late enough for one read to time out."""
        for place in range(len(data)):
            if self.stopped.wait(every):
                return
            self.send(data[place : place + 1])

    def wait(self, seconds: float = 0.3) -> None:
        self.stopped.wait(seconds)


class Server(socketserver.ThreadingTCPServer):
    """Answers each request with the next of ``answers``; the last one again and again."""

    allow_reuse_address = True

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.tls = tls
        self.stopped = threading.Event()
        self.answers: list[Answer] = []
        self.seen: list[Exchange] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def url(self, host: str = "localhost", path: str = "/feed.json") -> str:
        return f"https://{host}:{self.port}{path}"

    def will(self, *answers: Answer) -> None:
        self.answers = list(answers)


class _Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        with suppress(OSError), self.server.tls.wrap_socket(self.request, server_side=True) as connection:
            connection.settimeout(2)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                received = connection.recv(4096)
                if not received:
                    return
                head += received
            exchange = Exchange(connection, head.decode("latin-1"), self.server.stopped)
            self.server.seen.append(exchange)
            answers = self.server.answers
            (answers.pop(0) if len(answers) > 1 else answers[0])(exchange)


@contextmanager
def serving(tls: ssl.SSLContext) -> Iterator[Server]:
    with Server(tls) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()


def head(status: str = "200 OK", **fields: str | int) -> str:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *lines, "", ""])


def reply(body: bytes, status: str = "200 OK", **fields: str | int) -> Answer:
    """A whole answer, with the right length unless another is given."""
    fields = {"Content_Type": "application/json", "Content_Length": len(body), **fields}

    def answer(exchange: Exchange) -> None:
        exchange.send(head(status, **fields))
        exchange.send(body)

    return answer


def status(line: str, **fields: str | int) -> Answer:
    return reply(b"", line, **fields)


def rows(count: int, first: int = 0) -> bytes:
    """A feed of so many rows."""
    return json.dumps([{"id": first + number} for number in range(count)]).encode()


def zipped(body: bytes, **fields: str | int) -> Answer:
    return reply(gzip.compress(body), Content_Encoding="gzip", **fields)


def killed(script: str, *arguments: str, times: int, between: tuple[float, float]) -> Iterator[None]:
    """Run ``step`` of a script again and again in a process that is killed; yields after each death.

    The script is imported once, in a process that forks: a kill costs no start of an interpreter.
    """
    command = [sys.executable, "-c", script + _FORKING, *arguments]
    path = os.pathsep.join(sys.path)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    ) as forking:
        assert forking.stdin is not None
        assert forking.stdout is not None
        for _ in range(times):
            print(file=forking.stdin, flush=True)
            child = int(forking.stdout.readline())
            time.sleep(random.uniform(*between))  # noqa: S311
            os.kill(child, signal.SIGKILL)
            assert forking.stdout.readline() == "dead\n"
            yield


def count(content: object) -> int:
    if not isinstance(content, list):
        raise UnreadableError("JSON of another shape: not a list")
    return len(content)
