"""What the tests of the command line share: a made-up catalogue, and the answer of a run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from ai_models.cli.app import app

FILES = {
    "acme/big.yaml": """
        model_id: big-2
        provider: acme
        aliases:
          - big
          - {name: acme-newest, since: 2026-01-01, floating: true}
          - {name: old-big, since: 2026-02-01, until: 2027-01-01}
        metadata:
          name: Big Two
          family: bigs
          version: "2"
          context_window_input: 1000000
          context_window_output: 64000
          context_window: 1000000
          knowledge_cutoff: 2025-06
          release_date: 2026-01-01
          open_weights: false
          last_verified: 2026-11-01
        lifecycle: {retires_on: 2027-01-01, replacement: [mini]}
        capabilities: [text_input, image_input, text_output, large_context, extra_large_context, extended_thinking]
        unsupported: [audio_input]
        reasoning: {control: effort, efforts: [low, high], min_tokens: 10, max_tokens: 99, can_disable: true}
        optimization:
          since: 2026-03-01
          recommended_for: [Long reports]
          pitfalls: [It is slow]
        pricing_ref: big-2
        documentation: {url: "https://acme.example/big", notes: Made up.}
        evidence: {context_window_input: [feed], release_date: [feed], text_input: [feed, vendor]}
        conflicts:
          - {field: knowledge_cutoff, values: {feed: "2025-05", vendor: "2025-06"}, settled_by: verified by a person}
        """,
    "acme/mini.yaml": """
        model_id: mini
        provider: acme
        metadata:
          name: Mini
          context_window_input: 200000
          context_window_output: 8000
          release_date: 2026-06-01
          last_verified: 2026-04-01
        capabilities: [text_input, text_output, large_context]
        unsupported: [image_input, extra_large_context]
        pricing_ref: mini
        """,
    "acme/gone.yaml": """
        model_id: gone-1
        provider: acme
        metadata: {name: Gone, last_verified: 2026-11-01}
        lifecycle: {retires_on: 2026-11-12}
        capabilities: [text_input]
        pricing_ref: null
        """,
    "zeta/zhi.yaml": """
        model_id: zhi
        provider: zeta
        metadata: {name: Zhi, open_weights: true, last_verified: 2026-11-01}
        lifecycle: {status: preview}
        pricing_ref: zhi
        """,
    "zeta/bare.yaml": """
        model_id: bare
        provider: zeta
        metadata: {name: Bare, release_date: 2026-05-05, last_verified: 2026-11-01}
        """,
    "prices/acme.yaml": """
        provider: acme
        display_name: Acme
        models:
          big-2:
            pricing_versions:
              - effective_date: 2027-01-01
                input_per_1m_tokens: 1.00
                output_per_1m_tokens: 20.00
                overrides: [{when: {service_tier: batch}, multiply: {tokens: 0.25}}]
              - effective_date: 2026-06-01
                date_precision: observed
                input_per_1m_tokens: 2.00
                output_per_1m_tokens: 10.00
                cache_read_per_1m_tokens: 0.075
                web_search_per_1k: 10.00
                overrides:
                  - {when: {service_tier: batch}, multiply: {tokens: 0.5}, notes: Half price for patience}
                  - {when: {input_tokens_above: 200000}, input_per_1m_tokens: 4.00, output_per_1m_tokens: 15.00}
                  - {when: {service_tier: priority, input_tokens_above: 200000}, unavailable: true}
                notes: Cut in June
                evidence: [feed]
              - effective_date: 2026-01-01
                input_per_1m_tokens: 4.00
                output_per_1m_tokens: 10.00
          mini:
            pricing_versions:
              - {effective_date: 2026-06-01, date_precision: assumed, input_per_1m_tokens: 0.15, output_per_1m_tokens: 0.6}
        """,
    "prices/zeta.yaml": """
        provider: zeta
        models:
          zhi:
            pricing_versions: [{effective_date: null, currency: CNY, input_per_1m_tokens: 4, output_per_1m_tokens: 8}]
        """,
    "prices/shop.yaml": """
        provider: shop
        models:
          big-2-eu:
            model: acme/big-2
            region: eu
            pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 9, output_per_1m_tokens: 9}]
          shop-big:
            model: acme/big-2
            pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 3, output_per_1m_tokens: 12}]
        """,
    "sources.yaml": """
        sources:
          feed: {name: A feed, url: "https://feed.example", licence: MIT, version: "1.2", retrieved: 2026-11-01}
          vendor: {name: The vendor, url: "https://acme.example", licence: facts}
        """,
}

ANTHROPIC = {
    "type": "message",
    "model": "big-2",
    "content": [],
    "usage": {
        "input_tokens": 1_000,
        "cache_read_input_tokens": 9_000,
        "cache_creation_input_tokens": 0,
        "output_tokens": 100,
    },
}
OPENAI = {"model": "big-2", "object": "chat.completion", "usage": {"prompt_tokens": 1_000, "completion_tokens": 100}}
"""Responses of 10,000 and of 1,000 input tokens, and 100 output tokens each, in two providers' shapes."""


@dataclass(frozen=True)
class Answer:
    """What a run of the command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def line(self, start: str) -> str:
        """The first line that begins with some text, blanks at its ends aside."""
        return next(line.strip() for line in self.lines if line.strip().startswith(start))


Run = Callable[..., Answer]


def uncoloured(text: str) -> str:
    """Terminal output without its escape sequences."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def piped(*arguments: str, given: str | bytes) -> Answer:
    """The command run in process with something on its standard input."""
    result = CliRunner().invoke(app, list(arguments), input=given, prog_name="ai-models")
    return Answer(result.exit_code, result.stdout, result.stderr)
