"""The peers, one module each. LiteLLM takes part where ``AI_MODELS_BENCH_LITELLM=1``."""

from __future__ import annotations

import os

from benchmarks.peers import genai_prices, litellm, rates, tokencost
from benchmarks.subject import Subject

__all__ = ["chosen"]


def chosen() -> list[Subject]:
    """The peers of this run, in the order of the table's columns."""
    peers = [genai_prices.SUBJECT, rates.SUBJECT, tokencost.SUBJECT]
    if os.environ.get("AI_MODELS_BENCH_LITELLM") == "1":
        peers.append(litellm.SUBJECT)
    return peers
