"""Labels old messages again after the categories have changed. Started by hand, watched by whoever started it."""

import json
import logging
from pathlib import Path

import anthropic

from providers.base import ClassificationResult
from providers.claude import CLAUDE_PRICING, ClaudeProvider

logger = logging.getLogger("backfill")


class RecordingClaude(ClaudeProvider):
    """Keeps every result, so that a backfill that dies can go on where it was."""

    def __init__(self, model: str, journal: Path) -> None:
        super().__init__(model)
        self.journal = journal

    def _classify_impl(self, text, prompt):
        result = super()._classify_impl(text, prompt)
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result.to_dict()) + "\n")
        return result


def estimate(texts: "list[str]", model: str = "claude-sonnet") -> float:
    """USD that a backfill will cost, before anybody starts it: 4 characters a token, 60 tokens an answer."""
    price_in, price_out = CLAUDE_PRICING[model]
    tokens = sum(len(text) for text in texts) // 4
    return tokens / 1_000_000 * price_in + len(texts) * 60 / 1_000_000 * price_out


def backfill(texts: "list[str]", provider: "ClaudeProvider | None" = None) -> "list[ClassificationResult | None]":
    """A result for each text; None where the API refused it."""
    claude = provider or ClaudeProvider("claude-haiku")
    results = []
    for text in texts:
        try:
            results.append(claude.classify(text))
        except anthropic.APIStatusError as error:
            logger.error("refused: %s", error)
            results.append(None)
    return results


def without_model(text: str) -> ClassificationResult:
    """What a person decided, in the form of a result."""
    from signal_desk.keyword_provider import KeywordProvider  # the words that people used in 2023

    guess = KeywordProvider().classify(text)
    return ClassificationResult(guess.category, 1.0, guess.evidence, method="person")
