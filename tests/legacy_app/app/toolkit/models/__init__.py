from .registry import CLAUDE_HAIKU, CLAUDE_SONNET, GPT_4O, ModelRegistry, ModelSpec, Provider

__all__ = ["CLAUDE_HAIKU", "CLAUDE_SONNET", "GPT_4O", "ModelRegistry", "ModelSpec", "Provider"]
