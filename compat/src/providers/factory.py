"""The old module ``providers.factory``: from a model's name to a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_models_legacy.door import door

if TYPE_CHECKING:
    from ai_models.providers.base import LLMProvider
    from ai_models_legacy.claude import ClaudeProvider
    from ai_models_legacy.factory import get_provider
else:
    __getattr__, __dir__ = door(__name__)

__all__ = ["ClaudeProvider", "LLMProvider", "get_provider"]
