"""A server that speaks enough of Anthropic's Messages API for our tests; it labels messages by the words in them.

    with FakeAnthropic() as server:
        os.environ["ANTHROPIC_BASE_URL"] = server.url

It answers as it is asked: with our line ``category|confidence|evidence``, with JSON where the request wants a JSON
schema, with a call of a tool where the request forces one. Usage is counted roughly, 4 characters a token.
"""

import itertools
import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = {
    "churn_risk": ("cancel", "leaving", "switch to"),
    "bug_report": ("crash", "error", "broken"),
    "expansion_signal": ("more seats", "upgrade", "second team"),
    "feature_request": ("sso", "would be great", "please add", "integration"),
}

_numbers = itertools.count(1)


class FakeAnthropic:
    """Records every request in ``requests``; ``fail_next`` and ``cache_read`` change what it answers."""

    def __init__(self):
        self.requests = []
        self.cache_read = 0
        self._failures = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self._server.server_address[1]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def forget(self):
        """As new."""
        self.requests.clear()
        self._failures.clear()
        self.cache_read = 0

    def fail_next(self, status, kind, times=1):
        """The next requests get an error of the API, such as ``(400, "invalid_request_error")``."""
        self._failures.extend([(status, kind)] * times)

    def respond(self, request):
        """Status and body for a request."""
        self.requests.append(request)
        if self._failures:
            status, kind = self._failures.popleft()
            return status, {"type": "error", "error": {"type": kind, "message": "as the test wanted"}}
        return 200, self._message(request)

    def _message(self, request):
        label = label_of(_text_of(request["messages"][-1]["content"]))
        content = _content(request, label)
        return {
            "id": "msg_%06d" % next(_numbers),
            "type": "message",
            "role": "assistant",
            "model": request["model"],
            "content": [content],
            "stop_reason": "tool_use" if content["type"] == "tool_use" else "end_turn",
            "stop_sequence": None,
            "usage": {
                "input_tokens": len(json.dumps([request["messages"], request.get("system", "")])) // 4,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": self.cache_read,
                "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
                "output_tokens": len(json.dumps(content)) // 4,
                "server_tool_use": None,
                "service_tier": "standard",
            },
        }


def label_of(text):
    """Category, confidence and evidence."""
    lowered = text.lower()
    for category, words in WORDS.items():
        for word in words:
            if word in lowered:
                return category, 0.92, word
    return "general_feedback", 0.55, "nothing in particular"


def _text_of(content):
    if isinstance(content, str):
        return content
    return " ".join(block.get("text", "") for block in content)


def _content(request, label):
    category, confidence, evidence = label
    answer = {"category": category, "confidence": confidence, "evidence": evidence}
    choice = request.get("tool_choice") or {}
    if choice.get("type") in ("tool", "any"):
        name = choice.get("name") or request["tools"][0]["name"]
        return {"type": "tool_use", "id": "toolu_%06d" % next(_numbers), "name": name, "input": answer}
    shape = (request.get("output_config") or {}).get("format") or request.get("output_format") or {}
    if shape.get("type") == "json_schema":
        return {"type": "text", "text": json.dumps(answer), "citations": None}
    return {"type": "text", "text": "|".join((category, str(confidence), evidence)), "citations": None}


def _handler_for(fake):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path.split("?")[0] == "/v1/messages":
                status, body = fake.respond(request)
            else:
                status, body = 404, {"type": "error", "error": {"type": "not_found_error", "message": self.path}}
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.send_header("request-id", "req_%06d" % next(_numbers))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Handler
