from .base import ClassificationResult, LLMProvider, ProviderMetrics, SignalCategory
from .factory import get_provider

__all__ = ["ClassificationResult", "LLMProvider", "ProviderMetrics", "SignalCategory", "get_provider"]
