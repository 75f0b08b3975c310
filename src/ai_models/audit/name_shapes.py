"""What the names of models look like: the words that they begin with, and how a program or a file calls a place for one.

Most first words of model names are ordinary words too (``command``, ``nova``, ``sonar``). This table says which of them
stand for a model without more ado, and which need to be called one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = [
    "EXTENSION",
    "FAKES",
    "FREE_PREFIXES",
    "HINTS",
    "HOSTED",
    "MADE_UP",
    "NAME",
    "OPEN",
    "PROSE_SUFFIXES",
    "is_deployment_word",
    "is_model_word",
    "snake",
    "without_framework",
    "words_of",
]

HOSTED: Final = frozenset(
    "claude gpt chatgpt gemini grok o1 o3 o4 o5 text dall codex davinci palmyra jamba command sonar imagen veo "
    "sora voyage codestral mistral ministral pixtral magistral devstral".split()
)
"""First words of names that only makers' services bear: one of these with a number that leads nowhere is no model."""

OPEN: Final = frozenset(
    "llama llama2 llama3 codellama gemma mixtral qwen qwen2 qwen3 qwq deepseek phi yi glm kimi minimax nemotron "
    "granite olmo titan nova rerank embed moonshot ernie hunyuan step dbrx solar whisper tts gte bge open "
    "hermes lfm".split()
)
"""First words that open weights, own builds and services bear alike: anybody may name a model so."""

_MARKS: Final = (
    "claude chatgpt gemini gemma llama mistral mixtral codestral ministral pixtral magistral devstral voxtral "
    "deepseek qwen qwq grok jamba nemotron palmyra dbrx moonshot kimi minimax hunyuan ernie codellama granite "
    "olmo davinci"
).split()
"""Words that makers made up: enough of a hint before a dash, a dot or a number."""

_ENDINGS: Final = (
    r"gpt[-_]?\d",
    r"gpt-(?:oss|image|audio|realtime|live|chat)",
    r"o[1-9](?:-(?:mini|pro|preview|deep)|\b(?=[\"']))",
    r"text-(?:embedding|moderation|davinci|curie|babbage|ada|bison|unicorn)",
    r"code-davinci",
    r"dall-e-\d",
    r"command-(?:[ar\d]|light|nightly)",
    r"sonar(?:-(?:pro|small|medium|reasoning|deep)|\b(?=[\"']))",
    r"(?:nova|titan|voyage|yi|embed)-[a-z\d]",
    r"(?:imagen|veo|sora|phi|glm|whisper|tts)-\d",
    r"(?:babbage|rerank)-",
)
"""Ordinary words, with what makes them a hint."""


MADE_UP: Final = frozenset((*_MARKS, "gpt", "dall", "qwen2", "qwen3", "llama2", "llama3"))
"""First words that are no words: after them a number is enough. ``step-3`` and ``nova-2`` may be anything."""


def _hints() -> re.Pattern[str]:
    """One pattern, its arms by their first letter: three times as fast as a plain list of them."""
    words = [f"{mark}(?=[-_./:@\\d])" for mark in _MARKS]
    for ending in _ENDINGS:
        group = re.match(r"\(\?:([a-z|]+)\)(.*)", ending)
        words += [word + group[2] for word in group[1].split("|")] if group else [ending]
    by_letter: dict[str, list[str]] = {}
    for word in words:
        by_letter.setdefault(word[0], []).append(word[1:])
    arms = "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
    return re.compile(f"(?<![a-z0-9])(?:{arms})")


HINTS: Final = _hints()
"""Where lower-case text may hold a model's name: cheap, and right to say no."""

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+-]{1,119}")
"""A text that could be a name of a model: an identifier, with or without whoever serves it before it."""

EXTENSION: Final = re.compile(
    r"\.(?:py|pyi|ipynb|md|rst|txt|json|jsonl|ya?ml|toml|csv|html?|js|ts|tsx|png|jpe?g|svg|gif|webp|gguf|bin|safetensors|"
    r"pt|log|zip|gz|tar|sh|ini|cfg|whl|pdf|xml|sql|parquet|onnx|webm|mp4|wav|mp3)$",
    re.IGNORECASE,
)
"""What ends the name of a file: ``gpt-4-notes.md`` is no model."""

FREE_PREFIXES: Final = frozenset(
    "azure azure_ai ollama ollama_chat ollama-cloud huggingface hf hosted_vllm vllm lm_studio lmstudio llamacpp "
    "llamafile sagemaker sagemaker_chat custom custom_openai petals xinference triton litellm_proxy predibase "
    "baseten nlp_cloud watsonx_text oobabooga text-completion-openai replicate ft".split()
)
"""Providers at which whoever runs them names the models: no name after these is unknown."""

FAKES: Final = frozenset(
    "test tests testing fake faked mock mocked dummy stub example placeholder invalid nonexistent missing unknown "
    "unsupported custom foo bar baz".split()
)
"""Words by which whoever made a name up says that no model has it."""

_FRAMEWORK: Final = re.compile(
    r"(?P<owner>[a-z][a-z0-9_-]*):"
    r"(?:(?P<kind>chat|completion|responses|embeddings?|messages|assistant|realtime|image|moderation|transcription):)?(?=.)"
)
_OWNERS: Final = {
    "openai-chat": "openai/", "openai-responses": "openai/", "azure_openai": "azure/", "azureopenai": "azure/",
    "google-gla": "google/", "google_genai": "google/", "google_vertexai": "vertex_ai/", "vertex": "vertex_ai/",
    "bedrock": "bedrock/", "bedrock_converse": "bedrock/", "mistralai": "mistral/", "litellm": "", "github": "",
}  # fmt: skip
"""What LangChain, Pydantic AI and promptfoo put before a name and a colon, as the catalogue writes it."""


def without_framework(name: str) -> str:
    """A name without what only a framework writes before it: ``openai:chat:gpt-4o`` is ``openai/gpt-4o``.

    A provider's own form (``openai:gpt-4o``) stays.
    """
    found = _FRAMEWORK.match(name)
    owner = None if found is None else _OWNERS.get(found["owner"])
    if found is None or (owner is None and found["kind"] is None):
        return name
    return f"{found['owner']}/{name[found.end() :]}" if owner is None else f"{owner}{name[found.end() :]}"


PROSE_SUFFIXES: Final = re.compile(
    r"-(?:based|like|style|class|level|era|powered|compatible|generation|grade|series|family|only|specific|tier|type|"
    r"quality|sized?|line|branch|test|tests|testing|preview-like|or|and|vs|related|ish|driven|generated|native)\b"
)
"""What prose hangs onto a family's name."""

_MODEL_WORDS: Final = frozenset("model models modelid modelname llm llms engine fallback fallbacks".split())
_DEPLOYMENT_WORDS: Final = frozenset({"deployment", "deployments"})
_OTHER_WORDS: Final = frozenset("dir path file url class type card view field form admin serializer schema meta".split())

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]?(?![a-z])|\d+")


@lru_cache(maxsize=16_384)
def words_of(identifier: str) -> tuple[str, ...]:
    """The words of an identifier in snake, kebab or camel case, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(identifier))


def snake(identifier: str) -> str:
    """An identifier in snake case: ``inputCostPerToken`` is ``input_cost_per_token``."""
    return "_".join(words_of(identifier))


@lru_cache(maxsize=16_384)
def is_model_word(identifier: str) -> bool:
    """Whether a variable, key or parameter of this name is a place for a model: ``model``, ``JUDGE_MODEL``, ``modelId``."""
    words = words_of(identifier)
    return not _MODEL_WORDS.isdisjoint(words) and _OTHER_WORDS.isdisjoint(words)


@lru_cache(maxsize=16_384)
def is_deployment_word(identifier: str) -> bool:
    """Whether a name of this kind is a place for a deployment, which its owner calls as they like: ``azure_deployment``."""
    return not _DEPLOYMENT_WORDS.isdisjoint(words_of(identifier))
