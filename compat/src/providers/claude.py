"""The old module ``providers.claude``: Claude, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_models_legacy.door import door

if TYPE_CHECKING:
    from ai_models.providers.base import LLMProvider
    from ai_models.providers.classification import ClassificationResult, SignalCategory
    from ai_models.providers.metrics import ProviderMetrics
    from ai_models_legacy.claude import ClaudeProvider
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
]
