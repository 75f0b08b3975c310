"""The old module ``providers.base``: what every provider has in common. It is in ``ai_models.providers`` now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_models_legacy.door import door

if TYPE_CHECKING:
    from ai_models.providers.base import LLMProvider
    from ai_models.providers.classification import ClassificationResult, SignalCategory
    from ai_models.providers.metrics import ProviderMetrics
else:
    __getattr__, __dir__ = door(__name__)

__all__ = ["ClassificationResult", "LLMProvider", "ProviderMetrics", "SignalCategory"]
