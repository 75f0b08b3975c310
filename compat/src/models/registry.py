"""The old module ``models.registry``: eight models, answered from the catalogue of ai_models as the flag says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_models_legacy.door import door

if TYPE_CHECKING:
    from ai_models_legacy.registry import ModelRegistry
    from ai_models_legacy.spec import ModelSpec, Provider

    CLAUDE_SONNET: ModelSpec
    CLAUDE_HAIKU: ModelSpec
    CLAUDE_OPUS: ModelSpec
    GEMINI_PRO: ModelSpec
    GEMINI_FLASH: ModelSpec
    GEMINI_FLASH_LITE: ModelSpec
    GPT_4O: ModelSpec
    GPT_4O_MINI: ModelSpec
else:
    __getattr__, __dir__ = door(__name__)

__all__ = [
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
]
