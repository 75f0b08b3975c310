"""How much of a thread fits into a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.registry import ModelSpec

# tokens
CLAUDE_CONTEXT = 100_000
GPT_4O_CONTEXT_WINDOW = 128_000
MAX_CONTEXT = {"claude-sonnet-4.5": 200_000, "gpt-4o": 128_000, "gemini-2.5-pro": 2_000_000}

CHARACTERS_PER_TOKEN = 4


def estimate_tokens(text: str) -> int:
    """Good enough for English; German needs more."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def fits(text: str, spec: "ModelSpec", answer_tokens: int = 1_000) -> bool:
    """Whether a text and its answer fit into a model's window."""
    return estimate_tokens(text) + answer_tokens <= spec.context_window_input


def fits_claude(text: str) -> bool:
    return estimate_tokens(text) <= CLAUDE_CONTEXT


def fits_4o(text: str) -> bool:
    return estimate_tokens(text) <= GPT_4O_CONTEXT_WINDOW


def split(text: str, spec: "ModelSpec", share: float = 0.5) -> list[str]:
    """Pieces of a text, each at most a share of the window, cut at the ends of lines where there are any."""
    limit = int(spec.context_window_input * share) * CHARACTERS_PER_TOKEN
    pieces, rest = [], text
    while len(rest) > limit:
        cut = rest.rfind("\n", 0, limit) + 1 or limit
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest] if rest else pieces
