"""Calling models: one class a vendor, one way to ask."""

from providers.base import ClassificationResult, LLMProvider, ProviderMetrics, SignalCategory
from providers.factory import get_provider

__all__ = ["ClassificationResult", "LLMProvider", "ProviderMetrics", "SignalCategory", "get_provider"]
