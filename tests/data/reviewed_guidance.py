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
_GEMINI = "https://ai.google.dev/gemini-api/docs"
_GOOGLE_CLOUD = "https://docs.cloud.google.com"
_AWS = "https://docs.aws.amazon.com"
_COHERE = "https://docs.cohere.com/docs"

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
    # OpenAI
    "An image counts as 33 times as many tokens as on GPT-4o, so an image costs about twice as much": (
        f"{_OPENAI}/guides/images-vision"
    ),
    "It runs on one GPU of 80 GB, gpt-oss-20b within 16 GB of memory": "https://huggingface.co/openai/gpt-oss-120b",
    "It runs within 16 GB of memory, gpt-oss-120b on one GPU of 80 GB": "https://huggingface.co/openai/gpt-oss-20b",
    "Its vectors have 1,536 dimensions, or fewer where asked for": f"{_OPENAI}/guides/embeddings",
    "The name meant gpt-4o-2024-05-13 until 2024-10-02, at 5.00 in and 15.00 out and with 4,096 tokens of output": (
        f"{_OPENAI}/pricing.md"
    ),
    # OpenAI and Google
    "Its vectors have 3,072 dimensions, or fewer where asked for": f"{_OPENAI}/guides/embeddings",
    # Google
    "Clips of 30 seconds, loops and previews": f"{_GEMINI}/music-generation",
    "It finds the language by itself, among more than 85": f"{_GEMINI}/models/gemini-3.5-transcribe",
    "It hears up to 1 hour a request, and 30 minutes where speakers or word times are asked for": (
        f"{_GEMINI}/models/gemini-3.5-transcribe"
    ),
    "Its vectors have up to 1,408 dimensions": (
        f"{_GOOGLE_CLOUD}/vertex-ai/docs/generative-ai/embeddings/get-image-embeddings"
    ),
    "Set max_output_tokens for long answers: without it a request ends at 65,536 tokens of output": (
        f"{_GOOGLE_CLOUD}/gemini-enterprise-agent-platform/models/start/get-started-with-gemini-4"
    ),
    # Amazon
    "It accepts 8,172 tokens of text, or 30 seconds of audio or video": f"{_AWS}/nova/latest/userguide/nova-embeddings.html",
    "Its vectors have 1,024, 512 or 256 dimensions": f"{_AWS}/bedrock/latest/userguide/titan-embedding-models.html",
    "Its vectors have 3,072, 1,024, 384 or 256 dimensions": f"{_AWS}/nova/latest/userguide/nova-embeddings.html",
    # Cohere
    "Conversations in 23 languages": f"{_COHERE}/models",
    "Its vectors have 384 dimensions; it costs as much as Embed v3 English, whose vectors are longer": (
        f"{_COHERE}/cohere-embed"
    ),
    "Its vectors have 384 dimensions; those of Embed v3 Multilingual are longer": f"{_COHERE}/cohere-embed",
    "Translation between 23 languages": f"{_COHERE}/command-a-translate",
}
"""Statements by the page where those of their numbers stand that no claim can check."""
