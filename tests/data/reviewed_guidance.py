"""Numbers in guidance that the catalogue does not hold, each with the page on which it stands."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PREFIXES", "REVIEWED", "Prefix"]


class Prefix(NamedTuple):
    """The fewest tokens that a cached prefix has, and the page that says so."""

    tokens: int
    source: str


_CLAUDE_CACHING = "https://platform.claude.com/docs/en/build-with-claude/prompt-caching"
_CLAUDE_HAIKU = "https://platform.claude.com/docs/en/models/haiku-5-5/whats-new-haiku-5-5"
_CLAUDE_OPUS = "https://platform.claude.com/docs/en/about-claude/models/whats-new-opus-5"
_LITELLM_CACHING = "https://docs.litellm.ai/docs/completion/prompt_caching.md"
_OPENAI = "https://developers.openai.com/api/docs"

PREFIXES = {
    "anthropic/claude-fable-5": Prefix(512, _LITELLM_CACHING),
    "anthropic/claude-haiku-4-5-20251001": Prefix(4_096, _CLAUDE_CACHING),
    "anthropic/claude-mythos-5": Prefix(512, _LITELLM_CACHING),
    "anthropic/claude-opus-4-5-20251101": Prefix(4_096, _CLAUDE_CACHING),
    "anthropic/claude-opus-4-6": Prefix(4_096, _CLAUDE_CACHING),
    "anthropic/claude-opus-4-8": Prefix(1_024, _CLAUDE_OPUS),
    "anthropic/claude-opus-5": Prefix(512, _CLAUDE_OPUS),
    "anthropic/claude-sonnet-5": Prefix(1_024, _LITELLM_CACHING),
    "openai": Prefix(1_024, f"{_OPENAI}/guides/prompt-caching.md"),
}
"""By model, or by maker where all of its models have the same. Where pages disagree, none is given and nothing is said."""

REVIEWED = {
    # Anthropic
    "The same text counts about 30 % more tokens than on Claude Haiku 4.5": _CLAUDE_HAIKU,
    "The same text counts about 30 % more tokens than on Claude Opus 4.6: compare costs, not rates": _CLAUDE_HAIKU,
}
"""Statements by the page where those of their numbers stand that no claim can check."""
