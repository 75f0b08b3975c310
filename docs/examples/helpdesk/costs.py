"""What the help desk spends."""

from models.registry import ModelRegistry
from providers.claude import CLAUDE_PRICING

PRICES_PER_1M = {
    "claude-haiku-4.5": (1.00, 5.00),
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-5.5": (5.00, 25.00),
}


def price_of_prompts(key):
    """USD per 1M tokens; None where nobody knows the model."""
    spec = ModelRegistry.get_spec(key)
    if spec is None:
        return None
    return spec.input_price_per_1m


def window_of(key):
    return ModelRegistry.get_spec(key).context_window_input


def cost_of_tagging(tokens):
    return tokens * CLAUDE_PRICING["claude-haiku"][0] / 1_000_000


def cost_of_drafts(model, tokens):
    return tokens * PRICES_PER_1M[model][1] / 1_000_000
