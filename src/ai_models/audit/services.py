"""How a code base reaches providers: the SDKs that it imports and the addresses that it names."""

from __future__ import annotations

import re
from typing import Final

from ai_models.audit.findings import Service
from ai_models.audit.gathering import Gathered

__all__ = ["ENDPOINT", "SDKS", "note_endpoints", "reaches_models", "sdk_of"]

SDKS: Final = {
    "ai_models": "ai_models",
    "ai21": "AI21",
    "aisuite": "aisuite",
    "anthropic": "Anthropic",
    "any_llm": "any-llm",
    "autogen": "AutoGen",
    "boto3": "AWS",
    "cohere": "Cohere",
    "crewai": "CrewAI",
    "dashscope": "DashScope",
    "dspy": "DSPy",
    "fireworks": "Fireworks AI",
    "genai_prices": "genai-prices",
    "google.genai": "Google Gen AI",
    "google.generativeai": "Google Generative AI (old)",
    "groq": "Groq",
    "haystack": "Haystack",
    "instructor": "Instructor",
    "langchain": "LangChain",
    "langchain_anthropic": "LangChain",
    "langchain_aws": "LangChain",
    "langchain_community": "LangChain",
    "langchain_core": "LangChain",
    "langchain_google_genai": "LangChain",
    "langchain_google_vertexai": "LangChain",
    "langchain_openai": "LangChain",
    "langgraph": "LangGraph",
    "litellm": "LiteLLM",
    "llama_index": "LlamaIndex",
    "llm": "llm",
    "mistralai": "Mistral",
    "ollama": "Ollama",
    "openai": "OpenAI",
    "pydantic_ai": "Pydantic AI",
    "replicate": "Replicate",
    "semantic_kernel": "Semantic Kernel",
    "smolagents": "smolagents",
    "tiktoken": "tiktoken",
    "tokencost": "tokencost",
    "together": "Together AI",
    "vertexai": "Vertex AI",
    "voyageai": "Voyage AI",
    "xai_sdk": "xAI",
}
"""SDKs and frameworks by what a program imports."""

_NOT_OF_MODELS: Final = frozenset({"boto3"})
"""Imports that say nothing of models: they reach many services."""

ENDPOINT: Final = re.compile(
    r"https?://(?P<host>[a-z0-9-]*\.?(?:api\.(?:openai|anthropic|mistral|deepseek|groq|cohere|together|x|perplexity|fireworks|cerebras|"
    r"moonshot|stepfun|minimax|novita|siliconflow|deepinfra|sambanova)\.(?:com|ai|xyz|cn)|openai\.azure\.com|openrouter\.ai|"
    r"generativelanguage\.googleapis\.com|aiplatform\.googleapis\.com|router\.huggingface\.co|integrate\.api\.nvidia\.com|"
    r"models\.github\.ai|bedrock-runtime\.[a-z0-9-]+\.amazonaws\.com|dashscope(?:-intl)?\.aliyuncs\.com|localhost:11434))"
)
"""Addresses of providers, in lower-case text."""


def sdk_of(module: str) -> str | None:
    """The SDK that a dotted module belongs to, by the name under which it is imported; None for other modules."""
    parts = module.split(".")
    return next((name for n in (2, 1) if (name := ".".join(parts[:n])) in SDKS), None)


def reaches_models(sdk: str) -> bool:
    """Whether a file that imports the SDK has to do with language models."""
    return sdk not in _NOT_OF_MODELS


def note_endpoints(gathered: Gathered, lowered: str) -> None:
    """Note the addresses of providers in a text."""
    if "://" not in lowered:
        return
    for match in ENDPOINT.finditer(lowered):
        line = gathered.source.line_at(match.start())
        gathered.services.append(Service("endpoint", match["host"], gathered.path, line))
