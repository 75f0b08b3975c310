"""Call models: one request and one response for every provider, checked before the call and priced after it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_models.providers.base import LLMProvider
    from ai_models.providers.calls import CallRecord
    from ai_models.providers.classification import ClassificationResult, SignalCategory
    from ai_models.providers.claude_provider import ClaudeProvider
    from ai_models.providers.google_provider import GoogleProvider
    from ai_models.providers.metrics import ProviderMetrics
    from ai_models.providers.mock import MockProvider
    from ai_models.providers.openai_provider import OpenAIProvider
    from ai_models.providers.permission import provider_requests
    from ai_models.providers.request import Audio, Document, Image, Message, Request, Text, Tool, ToolCall, ToolResult
    from ai_models.providers.response import Response, StreamEvent
    from ai_models.providers.retrying import Retries
    from ai_models.registry.provider_registry import ProviderRegistry, get_provider

__all__ = [
    "Audio",
    "CallRecord",
    "ClassificationResult",
    "ClaudeProvider",
    "Document",
    "GoogleProvider",
    "Image",
    "LLMProvider",
    "Message",
    "MockProvider",
    "OpenAIProvider",
    "ProviderMetrics",
    "ProviderRegistry",
    "Request",
    "Response",
    "Retries",
    "SignalCategory",
    "StreamEvent",
    "Text",
    "Tool",
    "ToolCall",
    "ToolResult",
    "get_provider",
    "provider_requests",
]

# Public names are imported on first use, so that whoever calls one provider loads nothing of the others.
_HOMES = {
    "Audio": "ai_models.providers.request",
    "CallRecord": "ai_models.providers.calls",
    "ClassificationResult": "ai_models.providers.classification",
    "ClaudeProvider": "ai_models.providers.claude_provider",
    "Document": "ai_models.providers.request",
    "GoogleProvider": "ai_models.providers.google_provider",
    "Image": "ai_models.providers.request",
    "LLMProvider": "ai_models.providers.base",
    "Message": "ai_models.providers.request",
    "MockProvider": "ai_models.providers.mock",
    "OpenAIProvider": "ai_models.providers.openai_provider",
    "ProviderMetrics": "ai_models.providers.metrics",
    "ProviderRegistry": "ai_models.registry.provider_registry",
    "Request": "ai_models.providers.request",
    "Response": "ai_models.providers.response",
    "Retries": "ai_models.providers.retrying",
    "SignalCategory": "ai_models.providers.classification",
    "StreamEvent": "ai_models.providers.response",
    "Text": "ai_models.providers.request",
    "Tool": "ai_models.providers.request",
    "ToolCall": "ai_models.providers.request",
    "ToolResult": "ai_models.providers.request",
    "get_provider": "ai_models.registry.provider_registry",
    "provider_requests": "ai_models.providers.permission",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use and keep it."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion in an interpreter."""
    return __all__
