"""The original registry's eight: pinned names that mean the same models for ever, while ``claude-sonnet`` floats."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["CONSTANTS", "LEGACY_MODELS", "Provider"]

CONSTANTS = {
    "CLAUDE_SONNET": "anthropic/claude-sonnet-4-5-20250929",
    "CLAUDE_HAIKU": "anthropic/claude-haiku-4-5-20251001",
    "CLAUDE_OPUS": "anthropic/claude-opus-4-1-20250805",
    "GEMINI_PRO": "google/gemini-2.5-pro",
    "GEMINI_FLASH": "google/gemini-2.5-flash",
    "GEMINI_FLASH_LITE": "google/gemini-2.5-flash-lite",
    "GPT_4O": "openai/gpt-4o",
    "GPT_4O_MINI": "openai/gpt-4o-mini",
}
"""The names of ``ai_models.registry`` that are models, with the key of each."""

LEGACY_MODELS = (
    "claude-sonnet-4.5",
    "claude-haiku-4.5",
    "claude-opus-4.1",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gpt-4o",
    "gpt-4o-mini",
)
"""The names by which the original registry listed them: ``ModelRegistry.get_specs(LEGACY_MODELS)`` is that list."""


class Provider(StrEnum):
    """The makers of the original models. A member is the text that ``ModelSpec.provider`` is: compare with ``==``."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GOOGLE = "google"
