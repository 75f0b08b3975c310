from .base import LLMProvider
from .claude import CLAUDE_PRICING, ClaudeProvider


def get_provider(model: str, enable_caching: bool = False) -> LLMProvider:
    name = model.lower()
    if name not in CLAUDE_PRICING:
        raise ValueError(f"unknown model {model!r}, supported are: {', '.join(CLAUDE_PRICING)}")
    return ClaudeProvider(name, enable_caching)
