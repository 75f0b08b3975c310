"""The old package ``providers``, answered by ai_models. It loads nothing before a name of it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_models_legacy.door import door
from providers import base, claude, factory

if TYPE_CHECKING:
    from ai_models.providers.base import LLMProvider
    from ai_models.providers.classification import ClassificationResult, SignalCategory
    from ai_models.providers.metrics import ProviderMetrics
    from ai_models_legacy.claude import ClaudeProvider
    from ai_models_legacy.factory import get_provider
    from ai_models_legacy.pricing import Table

    CLAUDE_PRICING: Table
else:
    __getattr__, __dir__ = door(__name__)

__all__ = [
    "CLAUDE_PRICING",
    "ClassificationResult",
    "ClaudeProvider",
    "LLMProvider",
    "ProviderMetrics",
    "SignalCategory",
    "base",
    "claude",
    "factory",
    "get_provider",
]
