"""The names of the old packages: which module had them, and where each is today."""

from __future__ import annotations

__all__ = ["MODULES", "SOURCES", "home_of"]

_REGISTRY = (
    "CLAUDE_HAIKU",
    "CLAUDE_OPUS",
    "CLAUDE_SONNET",
    "GEMINI_FLASH",
    "GEMINI_FLASH_LITE",
    "GEMINI_PRO",
    "GPT_4O",
    "GPT_4O_MINI",
    "ModelRegistry",
    "ModelSpec",
    "Provider",
)
_BASE = ("ClassificationResult", "LLMProvider", "ProviderMetrics", "SignalCategory")

MODULES: dict[str, tuple[str, ...]] = {
    "models": _REGISTRY,
    "models.registry": _REGISTRY,
    "providers": ("CLAUDE_PRICING", "ClassificationResult", "ClaudeProvider", *_BASE[1:], "get_provider"),
    "providers.base": _BASE,
    "providers.claude": ("CLAUDE_PRICING", "ClassificationResult", "ClaudeProvider", *_BASE[1:]),
    "providers.factory": ("ClaudeProvider", "LLMProvider", "get_provider"),
}
"""What each old module has: its own names, and those that it had imported from its neighbours."""

SOURCES: dict[str, str] = {
    "ClassificationResult": "ai_models.providers.classification:ClassificationResult",
    "ClaudeProvider": "ai_models_legacy.claude:ClaudeProvider",
    "LLMProvider": "ai_models.providers.base:LLMProvider",
    "ModelRegistry": "ai_models_legacy.registry:ModelRegistry",
    "ModelSpec": "ai_models_legacy.spec:ModelSpec",
    "Provider": "ai_models_legacy.spec:Provider",
    "ProviderMetrics": "ai_models.providers.metrics:ProviderMetrics",
    "SignalCategory": "ai_models.providers.classification:SignalCategory",
    "get_provider": "ai_models_legacy.factory:get_provider",
}
"""Where the classes and functions are; the others are values, which the flag decides on."""

_HOMES = ("models.registry", "providers.base", "providers.factory", "providers.claude")


def home_of(name: str) -> str | None:
    """The old module to which a name belonged; None where none had it."""
    return next((module for module in _HOMES if name in MODULES[module]), None)
