"""Numbers in guidance that the catalogue does not hold, each with the page on which it stands."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PREFIXES", "RESOLUTIONS", "REVIEWED", "Prefix", "Resolution"]


class Prefix(NamedTuple):
    """The fewest tokens that a cached prefix has, and the page that says so."""

    tokens: int
    source: str


class Resolution(NamedTuple):
    """The resolution of video whose second costs the standard rate, and the page that says so."""

    name: str
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
_ALIBABA = "https://www.alibabacloud.com/help"
_LLAMA_4 = "https://github.com/meta-llama/llama-models/blob/main/models/llama4/MODEL_CARD.md"
_LEANSTRAL = "https://docs.mistral.ai/models/model-cards/leanstral-1-5"

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

RESOLUTIONS = {
    "grok-imagine-video": Resolution("480p", "https://docs.apiyi.com/api-capabilities/grok-imagine-video/overview"),
    "happyhorse": Resolution("1080p", "https://docs.venice.ai/zh/models/happyhorse-1-1.md"),
    "wan": Resolution("1080p", "https://docs.apiyi.com/api-capabilities/wan3/overview.md"),
}
"""By family: the catalogue's cards name the other resolutions only."""

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
    # Alibaba
    "Send at most 600 characters a request: cut at the ends of sentences": f"{_ALIBABA}/ja/model-studio/qwen-tts",
    "Transcripts in eleven languages, songs and noisy places included": (
        "https://openrouter.ai/qwen/qwen3-asr-flash-2026-02-10/api"
    ),
    "Translation between 92 languages, with terms and field of your own": f"{_ALIBABA}/en/model-studio/qwen-mt-turbo",
    "Vectors of text in more than a hundred languages, and of code": (
        "https://vercel.com/ai-gateway/models/qwen3-embedding-8b.md"
    ),
    # DeepSeek
    "Set the temperature between 0.5 and 0.7, as DeepSeek asks for R1: outside, answers repeat or drift": (
        "https://github.com/deepseek-ai/DeepSeek-R1"
    ),
    # Meta
    "Both activate 17 billion parameters a token; Maverick chooses among 128 experts, Scout among 16": _LLAMA_4,
    "Meta names twelve languages, among them Arabic, Indonesian, Spanish and Vietnamese": _LLAMA_4,
    "Translation between a hundred languages without a detour over English": "https://huggingface.co/facebook/m2m100_1.2B",
    # Mistral
    "Proofs and formal specifications in Lean 4": _LEANSTRAL,
    "Take Devstral or Codestral for ordinary programs: Leanstral is made for Lean 4": _LEANSTRAL,
    # xAI
    "Choose the number of agents by the effort: four at low and medium, sixteen at high and xhigh": (
        "https://openrouter.ai/x-ai/grok-4.20-multi-agent/api"
    ),
}
"""Statements by the page where those of their numbers stand that no claim can check."""
