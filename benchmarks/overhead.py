"""What our layer adds to one call: the bare SDK and ``ClaudeProvider`` in turns, against a server on this machine.

``python overhead.py`` prints JSON; ``python overhead.py serve`` is the server, in a process of its own. Both ways use one
client of the SDK, so that what differs is ours: checks, translation, usage, price, metrics. The server answers at once,
which shows what is added, and after a short while, which shows what share of a call that is.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MODEL = "claude-sonnet-5-5"
WARM_UP, CALLS = 30, 300
DELAY = 0.025
"""Seconds until the server answers: about a tenth of what the fastest models need for so much text."""

PROMPT = "Summarise the report in one sentence. " * 20
MESSAGE = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "model": MODEL,
    "content": [{"type": "text", "text": "The report says that all is well. " * 5}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 200,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 40,
        "service_tier": "standard",
    },
}
BODY = json.dumps(MESSAGE).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers every request with the message, at once and on a connection that stays open."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Read the request; write the answer in one piece, which no delayed acknowledgement holds up."""
        self.rfile.read(int(self.headers["content-length"]))
        if "delayed" in self.path:
            time.sleep(DELAY)
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
        self.wfile.write(head.encode() + BODY)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is printed."""


def serve() -> None:
    """Listen, and print the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def seconds(call: Callable[[], object], calls: int) -> list[float]:
    """The seconds of each call."""
    found = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return found


def measure(address: str) -> tuple[float, float]:
    """The median seconds of a call, bare and ours; calls alternate, so that whatever else runs here slows both alike."""
    import anthropic  # not needed where the server runs

    from ai_models.providers import ClaudeProvider

    client = anthropic.Anthropic(api_key="none", base_url=address, max_retries=0)
    provider = ClaudeProvider(MODEL, client=client, enable_caching=False)

    def bare() -> object:
        return client.messages.create(
            model=MODEL, max_tokens=500, messages=[{"role": "user", "content": PROMPT}], timeout=600.0
        )

    def ours() -> object:
        return provider.complete(PROMPT, max_tokens=500)

    assert provider.complete(PROMPT, max_tokens=500).cost.total > 0
    seconds(bare, WARM_UP), seconds(ours, WARM_UP)
    found = [(seconds(bare, 1)[0], seconds(ours, 1)[0]) for _ in range(CALLS)]
    without, with_us = (statistics.median(column) for column in zip(*found, strict=True))
    return without, with_us


def main() -> None:
    """Start the server, measure, print."""
    with subprocess.Popen([sys.executable, str(Path(__file__)), "serve"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            address = f"http://127.0.0.1:{int(server.stdout.readline())}"
            at_once, ours_at_once = measure(address)
            bare, ours = measure(f"{address}/delayed")
            figures = {"call.bare": at_once, "call.added": ours_at_once - at_once, "call.overhead": (ours / bare - 1) * 100}
            print(json.dumps(figures))
        finally:
            server.terminate()


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
