"""Claude, through the official SDK."""

import logging
import time
from typing import Optional, Tuple

import anthropic

from models.registry import CLAUDE_HAIKU, CLAUDE_OPUS, CLAUDE_SONNET
from providers.base import ClassificationResult, LLMProvider, SignalCategory

logger = logging.getLogger(__name__)

# USD per 1M tokens: input, output
CLAUDE_PRICING = {
    "claude-haiku": (0.25, 1.25),
    "claude-sonnet": (3.00, 15.00),
    "claude-opus": (15.00, 75.00),
}

# what a token costs that was read from the cache, as a share of the input price
CACHE_READ_FACTOR = 0.10

MODEL_IDS = {
    "claude-haiku": CLAUDE_HAIKU.api_identifier,
    "claude-sonnet": CLAUDE_SONNET.api_identifier,
    "claude-opus": CLAUDE_OPUS.api_identifier,
}

MAX_ATTEMPTS = 3
RETRY_DELAY_S = 0.1
MAX_TOKENS = 200

DEFAULT_PROMPT = """You sort messages that customers wrote to us.

Categories:
- feature_request: they want something that we do not have
- bug_report: something does not work as it should
- churn_risk: they are about to leave, or say so
- expansion_signal: they want more seats, a bigger plan, another product
- general_feedback: anything else

Answer with exactly one line, nothing before or after it:
category|confidence between 0 and 1|the words that decided it"""


class ClaudeProvider(LLMProvider):
    """Classifies with a Claude model; the key is ANTHROPIC_API_KEY."""

    def __init__(self, model: str = "claude-sonnet", enable_caching: bool = True) -> None:
        if model not in MODEL_IDS:
            raise ValueError(f"unknown Claude model {model!r}, supported are: {', '.join(MODEL_IDS)}")
        super().__init__(model, enable_caching)
        self.model_id = MODEL_IDS[model]
        self.pricing = CLAUDE_PRICING[model]
        self._client: Optional[anthropic.Anthropic] = None

    def _classify_impl(self, text: str, prompt: Optional[str]) -> ClassificationResult:
        started = time.perf_counter()
        response = self._ask(text, prompt or DEFAULT_PROMPT)
        answer = "".join(block.text for block in response.content if block.type == "text")
        category, confidence, evidence = _parse(answer)
        usage = response.usage
        cached = usage.cache_read_input_tokens or 0
        # the API counts what it read from the cache apart from the rest
        read = usage.input_tokens + (usage.cache_creation_input_tokens or 0) + cached
        return ClassificationResult(
            category=category,
            confidence=confidence,
            evidence=evidence,
            method="llm",
            cost=self._calculate_cost(read, usage.output_tokens, cached),
            latency_ms=(time.perf_counter() - started) * 1000,
            tokens_used=read + usage.output_tokens,
            cached_tokens=cached,
            model=self.model_id,
        )

    def _ask(self, text: str, prompt: str):
        if self._client is None:
            self._client = anthropic.Anthropic(max_retries=0)
        system = {"type": "text", "text": prompt}
        if self.enable_caching:
            system["cache_control"] = {"type": "ephemeral"}
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return self._client.messages.create(
                    model=self.model_id,
                    max_tokens=MAX_TOKENS,
                    system=[system],
                    messages=[{"role": "user", "content": text}],
                    extra_body={"temperature": 0.0},  # no longer an argument since SDK 2.0
                )
            except (anthropic.APIConnectionError, anthropic.RateLimitError, anthropic.InternalServerError) as error:
                if attempt == MAX_ATTEMPTS:
                    raise
                logger.warning("attempt %d failed: %s", attempt, error)
                time.sleep(RETRY_DELAY_S * attempt)

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        input_price, output_price = self.pricing
        fresh = input_tokens - cached_tokens
        return (
            fresh / 1_000_000 * input_price
            + cached_tokens / 1_000_000 * input_price * CACHE_READ_FACTOR
            + output_tokens / 1_000_000 * output_price
        )


def _parse(answer: str) -> Tuple[SignalCategory, float, str]:
    """category|confidence|evidence; whatever does not look like that is feedback that we are not sure about."""
    parts = answer.strip().split("|", 2)
    try:
        return SignalCategory(parts[0].strip().lower()), float(parts[1]), parts[2].strip()
    except (ValueError, IndexError):
        logger.warning("cannot read the answer %r", answer[:80])
        return SignalCategory.GENERAL_FEEDBACK, 0.0, ""
