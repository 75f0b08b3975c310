"""What our layer adds to one call of each official SDK: bare, and through a provider, against the tests' fake server.

``python overhead.py`` prints JSON; ``python overhead.py serve`` is the servers, in a process of its own. They answer at
once, so that the share of a call that is ours is the largest that it can be. The answer's usage and cost are read and
checked each time; the SDK's own object of it is not asked for, which ours makes only then.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "providers"))

WARM_UP, CALLS = 60, 400
PROMPT = "Summarise the report in one sentence. " * 20
KEY = "none"
LIMIT = 500


class Pair(NamedTuple):
    """One SDK: a bare call of it, and the same through our layer."""

    name: str
    bare: Callable[[], object]
    ours: Callable[[], Any]


def serve() -> None:
    """Listen as each of the three until the standard input ends, and print their addresses."""
    from fakes.anthropic import AnthropicServer  # not needed by whoever asks
    from fakes.google import GoogleServer
    from fakes.openai_responses import OpenAIServer

    with ExitStack() as stack:
        servers = [stack.enter_context(kind()) for kind in (AnthropicServer, OpenAIServer, GoogleServer)]
        print(json.dumps([server.url for server in servers]), flush=True)
        sys.stdin.read()


def pairs(claude: str, openai_: str, google: str) -> Iterator[Pair]:
    """The pairs, each with clients of their own."""
    import anthropic  # none of them where the servers run
    import openai
    from google import genai

    from ai_models.providers import ClaudeProvider, GoogleProvider, OpenAIProvider

    said = [{"role": "user", "content": PROMPT}]
    first = anthropic.Anthropic(api_key=KEY, base_url=claude, max_retries=0)
    ours = ClaudeProvider("claude-sonnet-5-5", api_key=KEY, base_url=claude)
    yield Pair(
        "claude",
        lambda: first.messages.create(model="claude-sonnet-5-5", max_tokens=LIMIT, messages=said),
        lambda: ours.complete(PROMPT, max_tokens=LIMIT),
    )
    second = openai.OpenAI(api_key=KEY, base_url=f"{openai_}/v1", max_retries=0)
    responses = OpenAIProvider("gpt-5.5", api_key=KEY, base_url=f"{openai_}/v1")
    yield Pair(
        "responses",
        lambda: second.responses.create(model="gpt-5.5", input=PROMPT, max_output_tokens=LIMIT),
        lambda: responses.complete(PROMPT, max_tokens=LIMIT),
    )
    chat = OpenAIProvider("gpt-5.5", api="chat", api_key=KEY, base_url=f"{openai_}/v1")
    yield Pair(
        "chat",
        lambda: second.chat.completions.create(model="gpt-5.5", messages=said, max_completion_tokens=LIMIT),
        lambda: chat.complete(PROMPT, max_tokens=LIMIT),
    )
    third = genai.Client(api_key=KEY, http_options={"base_url": google})
    gemini = GoogleProvider("gemini-3.6-flash", api_key=KEY, base_url=google)
    config = genai.types.GenerateContentConfig(max_output_tokens=LIMIT)
    yield Pair(
        "gemini",
        lambda: third.models.generate_content(model="gemini-3.6-flash", contents=PROMPT, config=config),
        lambda: gemini.complete(PROMPT, max_tokens=LIMIT),
    )


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def measure(pair: Pair) -> dict[str, float]:
    """The median of a bare call, and of what ours takes more.

    Calls alternate, so that whatever else runs here slows both alike, and each pair gives one difference.
    """
    for _ in range(WARM_UP):
        pair.bare()
        assert pair.ours().cost.total > 0
    found = [(seconds(pair.bare), seconds(pair.ours)) for _ in range(CALLS)]
    bare = statistics.median(each for each, _ in found)
    added = statistics.median(ours - each for each, ours in found)
    return {f"call.{pair.name}": bare, f"call.{pair.name}.share": added / bare * 100}


def main() -> None:
    """Start the servers, measure, print."""
    program = [sys.executable, str(Path(__file__)), "serve"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as servers:
        assert servers.stdin is not None
        assert servers.stdout is not None
        try:
            addresses = json.loads(servers.stdout.readline())
            print(json.dumps({key: value for pair in pairs(*addresses) for key, value in measure(pair).items()}))
        finally:
            servers.stdin.close()  # they end with it


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
