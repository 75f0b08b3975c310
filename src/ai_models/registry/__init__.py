"""The registries that people import, and the pinned names of the original eight models."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ai_models.registry.original import CONSTANTS

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec
    from ai_models.registry.model_registry import ModelRegistry, find_models_with_capabilities, get_model
    from ai_models.registry.original import LEGACY_MODELS, Provider
    from ai_models.registry.pricing_service import PricingService
    from ai_models.registry.provider_registry import ProviderRegistry, get_provider

__all__ = [
    "CLAUDE_HAIKU",
    "CLAUDE_OPUS",
    "CLAUDE_SONNET",
    "GEMINI_FLASH",
    "GEMINI_FLASH_LITE",
    "GEMINI_PRO",
    "GPT_4O",
    "GPT_4O_MINI",
    "LEGACY_MODELS",
    "ModelRegistry",
    "ModelSpec",
    "PricingService",
    "Provider",
    "ProviderRegistry",
    "find_models_with_capabilities",
    "get_model",
    "get_provider",
]

# Not imported but looked up at each access, see ``__getattr__``.
CLAUDE_HAIKU: ModelSpec
"""Claude Haiku 4.5; pinned, as all of these are: a constant of the original design never moves to a newer model."""
CLAUDE_OPUS: ModelSpec
"""Claude Opus 4.1."""
CLAUDE_SONNET: ModelSpec
"""Claude Sonnet 4.5."""
GEMINI_FLASH: ModelSpec
"""Gemini 2.5 Flash."""
GEMINI_FLASH_LITE: ModelSpec
"""Gemini 2.5 Flash-Lite."""
GEMINI_PRO: ModelSpec
"""Gemini 2.5 Pro."""
GPT_4O: ModelSpec
"""GPT-4o."""
GPT_4O_MINI: ModelSpec
"""GPT-4o mini."""

_HOMES = {
    "ModelRegistry": "ai_models.registry.model_registry",
    "ModelSpec": "ai_models.models.base",
    "LEGACY_MODELS": "ai_models.registry.original",
    "PricingService": "ai_models.registry.pricing_service",
    "Provider": "ai_models.registry.original",
    "ProviderRegistry": "ai_models.registry.provider_registry",
    "find_models_with_capabilities": "ai_models.registry.model_registry",
    "get_model": "ai_models.registry.model_registry",
    "get_provider": "ai_models.registry.provider_registry",
}


def __getattr__(name: str) -> Any:
    """Names on first use: constants are looked up at each access, so that a reload reaches them."""
    if name in CONSTANTS:
        return import_module("ai_models.registry.model_registry").get_model(CONSTANTS[name])
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, for completion in an interpreter."""
    return __all__
