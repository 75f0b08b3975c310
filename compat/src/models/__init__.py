"""The old package ``models``, answered by ai_models. It loads nothing before a name of it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_models_legacy.door import door
from models import registry

if TYPE_CHECKING:
    from models.registry import (
        CLAUDE_HAIKU,
        CLAUDE_OPUS,
        CLAUDE_SONNET,
        GEMINI_FLASH,
        GEMINI_FLASH_LITE,
        GEMINI_PRO,
        GPT_4O,
        GPT_4O_MINI,
        ModelRegistry,
        ModelSpec,
        Provider,
    )
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
    "registry",
]
