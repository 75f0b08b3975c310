"""What the old packages said on 2025-10-24, their mistakes included: served where the flag is off, and what drift is
measured against. Nothing here is ever brought up to date; the catalogue is.
"""

from __future__ import annotations

from datetime import date

from ai_models_legacy.spec import ModelSpec, Provider

__all__ = ["DEPRECATED", "PRICING", "RECOMMENDED", "SPECS", "VERIFICATION_SOURCES"]

_VERIFIED = date(2025, 10, 24)

_CLAUDE = "https://docs.claude.com/en/docs/about-claude/models"
_GEMINI = "https://ai.google.dev/gemini-api/docs/models/gemini"
_OPENAI = "https://platform.openai.com/docs/models"


def _claude(name: str, identifier: str, prices: tuple[float, float], cutoff: str, *uses: str) -> ModelSpec:
    return ModelSpec(
        Provider.ANTHROPIC, name, identifier, 200_000, None, *prices, cutoff, _VERIFIED, _CLAUDE, recommended_for=uses
    )


def _gemini(name: str, identifier: str, prices: tuple[float, float], *uses: str) -> ModelSpec:
    return ModelSpec(
        Provider.GOOGLE, name, identifier, 1_048_576, 65_536, *prices, "January 2025", _VERIFIED, _GEMINI,
        recommended_for=uses,
    )  # fmt: skip


def _gpt(name: str, identifier: str, prices: tuple[float, float], *uses: str) -> ModelSpec:
    return ModelSpec(
        Provider.OPENAI, name, identifier, 128_000, None, *prices, "October 2023", _VERIFIED, f"{_OPENAI}/{identifier}",
        recommended_for=uses,
    )  # fmt: skip


SPECS: dict[str, ModelSpec] = {
    "claude-sonnet-4.5": _claude(
        "Claude Sonnet 4.5", "claude-sonnet-4-5-20250929", (3.00, 15.00), "January 2025", "analysis", "code", "long texts"
    ),
    "claude-haiku-4.5": _claude(
        "Claude Haiku 4.5", "claude-haiku-4-5-20251001", (1.00, 5.00), "February 2025", "classification", "high volume"
    ),
    "claude-opus-4.1": _claude(
        "Claude Opus 4.1", "claude-opus-4-1-20250805", (15.00, 75.00), "January 2025", "hard problems", "agents"
    ),
    "gemini-2.5-pro": _gemini("Gemini 2.5 Pro", "gemini-2.5-pro", (1.25, 5.00), "long documents", "mixed media"),
    "gemini-2.5-flash": _gemini("Gemini 2.5 Flash", "gemini-2.5-flash", (0.075, 0.30), "high volume", "mixed media"),
    "gemini-2.5-flash-lite": _gemini("Gemini 2.5 Flash-Lite", "gemini-2.5-flash-lite", (0.05, 0.20), "highest volume"),
    "gpt-4o": _gpt("GPT-4o", "gpt-4o", (2.50, 10.00), "images and text", "function calling"),
    "gpt-4o-mini": _gpt("GPT-4o mini", "gpt-4o-mini", (0.15, 0.60), "classification", "short summaries"),
}
"""The roster of eight, by the keys that callers know."""

RECOMMENDED: dict[Provider, str] = {
    Provider.ANTHROPIC: "claude-sonnet-4.5",
    Provider.GOOGLE: "gemini-2.5-flash",
    Provider.OPENAI: "gpt-4o",
}

PRICING: dict[str, tuple[float, float]] = {
    "claude-haiku": (0.25, 1.25),  # an older Haiku's: the drift that the registry's own 1.00 and 5.00 gave away
    "claude-sonnet": (3.00, 15.00),
    "claude-opus": (15.00, 75.00),
}
"""``CLAUDE_PRICING``: USD per 1M tokens, input and output, by the short names of the factory."""

VERIFICATION_SOURCES: dict[Provider, str] = {
    Provider.ANTHROPIC: _CLAUDE,
    Provider.OPENAI: _OPENAI,
    Provider.GOOGLE: _GEMINI,
}

_SONNET, _HAIKU, _OPUS = "claude-sonnet-4.5", "claude-haiku-4.5", "claude-opus-4.1"
_PRO, _FLASH, _LITE = "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"

_SUCCESSORS = {
    "claude-3-opus-20240229": _OPUS,
    "claude-3-sonnet-20240229": _SONNET,
    "claude-3-haiku-20240307": _HAIKU,
    "claude-3-5-sonnet-20240620": _SONNET,
    "claude-3-5-sonnet-20241022": _SONNET,
    "claude-3-5-haiku-20241022": _HAIKU,
    "claude-3-7-sonnet-20250219": _SONNET,
    "claude-sonnet-3.7": _SONNET,
    "gemini-1.0-pro": _PRO,
    "gemini-1.5-pro": _PRO,
    "gemini-1.5-pro-002": _PRO,
    "gemini-1.5-flash": _FLASH,
    "gemini-1.5-flash-002": _FLASH,
    "gemini-1.5-flash-8b": _LITE,
    "gemini-2.0-flash": _FLASH,
    "gpt-3.5-turbo": "gpt-4o-mini",
    "gpt-4-turbo": "gpt-4o",
}

DEPRECATED: dict[str, str] = {
    old: f"{new} came after it in this registry; `ai-models show {old}` names today's successor"
    for old, new in _SUCCESSORS.items()
}
"""Identifiers that the registry had given up, and what to do about each."""
