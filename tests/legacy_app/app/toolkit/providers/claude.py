"""Claude for the toolkit: no caching, no retries, it runs at night."""

import anthropic

from ..models.registry import CLAUDE_HAIKU, CLAUDE_SONNET
from .base import ClassificationResult, LLMProvider, SignalCategory

CLAUDE_PRICING = {"claude-haiku": (0.80, 4.00), "claude-sonnet": (3.00, 15.00)}  # USD per 1M

_IDENTIFIERS = {"claude-haiku": CLAUDE_HAIKU.api_identifier, "claude-sonnet": CLAUDE_SONNET.api_identifier}

_PROMPT = (
    "Sort the customer's message into one of: "
    + ", ".join(category.value for category in SignalCategory)
    + ". Answer with one line: category|confidence|evidence"
)


class ClaudeProvider(LLMProvider):
    def __init__(self, model="claude-sonnet", enable_caching=False):
        super().__init__(model, enable_caching)
        self.model_id = _IDENTIFIERS[model]

    def _classify_impl(self, text, prompt):
        response = anthropic.Anthropic().messages.create(
            model=self.model_id,
            max_tokens=150,
            system=prompt or _PROMPT,
            messages=[{"role": "user", "content": text}],
        )
        category, confidence, evidence = response.content[0].text.strip().split("|", 2)
        used = response.usage
        return ClassificationResult(
            SignalCategory(category),
            float(confidence),
            evidence,
            "llm",
            cost=self._calculate_cost(used.input_tokens, used.output_tokens),
            tokens_used=used.input_tokens + used.output_tokens,
            model=self.model_id,
        )

    def _calculate_cost(self, input_tokens, output_tokens, cached_tokens=0):
        input_price, output_price = CLAUDE_PRICING[self.model]
        return (input_tokens * input_price + output_tokens * output_price) / 1e6
