"""From a model's short name to a provider that is ready to be called."""

from providers.base import LLMProvider

CLAUDE_MODELS = ("claude-haiku", "claude-sonnet", "claude-opus")
OPENAI_MODELS = ("gpt-4o", "gpt-4o-mini")
GEMINI_MODELS = ("gemini-pro", "gemini-flash", "gemini-flash-lite")


def get_provider(model: str, enable_caching: bool = True) -> LLMProvider:
    """Make the provider for a model.

    Raises:
        NotImplementedError: a vendor that we have no client for yet.
        ValueError: a name that nobody knows.
    """
    name = model.strip().lower()
    if name in CLAUDE_MODELS:
        # imported here: the SDK takes a second to import, and half of the scripts never call anything
        from providers.claude import ClaudeProvider

        return ClaudeProvider(name, enable_caching=enable_caching)
    if name in OPENAI_MODELS:
        raise NotImplementedError(f"no OpenAI provider yet, cannot call {model!r}")
    if name in GEMINI_MODELS:
        raise NotImplementedError(f"no Gemini provider yet, cannot call {model!r}")
    supported = ", ".join(CLAUDE_MODELS + OPENAI_MODELS + GEMINI_MODELS)
    raise ValueError(f"unknown model {model!r}, supported are: {supported}")
