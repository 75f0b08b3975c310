"""Real identifiers of every form lead to their model, or to none."""

from __future__ import annotations

import pytest

from ai_models.catalog.default import default_catalog
from ai_models.catalog.fusion.market.known import KnownModels, Model, class_of
from ai_models.catalog.fusion.market.matching import Matcher
from ai_models.catalog.fusion.market.naming import Reader
from ai_models.catalog.fusion.market.rules import read_market_rules

TABLE: list[tuple[str, str, str | None]] = [
    ("amazon-bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic/claude-3-5-sonnet-20241022"),
    ("amazon-bedrock", "us.anthropic.claude-3-5-haiku-20241022-v1:0", "anthropic/claude-3-5-haiku-20241022"),
    ("amazon-bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5-20250929"),
    ("amazon-bedrock", "anthropic.claude-v2:1", "anthropic/claude-2.1"),
    ("amazon-bedrock", "anthropic.claude-instant-v1", "anthropic/claude-instant-1.2"),
    ("amazon-bedrock", "us-gov-west-1/anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5-20250929"),
    ("amazon-bedrock", "claude_platform/claude-opus-4-7", "anthropic/claude-opus-4-7"),
    ("amazon-bedrock", "meta.llama3-1-70b-instruct-v1:0", "meta/llama-3.1-70b-instruct"),
    ("amazon-bedrock", "us.meta.llama3-2-90b-instruct-v1:0", "meta/llama-3.2-90b-vision-instruct"),
    ("amazon-bedrock", "mistral.mistral-7b-instruct-v0:2", "mistral/mistral-7b-instruct-v0.2"),
    ("amazon-bedrock", "mistral.mixtral-8x7b-instruct-v0:1", "mistral/open-mixtral-8x7b"),
    ("amazon-bedrock", "mistral.mistral-large-2402-v1:0", "mistral/mistral-large-2402"),
    ("amazon-bedrock", "amazon.nova-pro-v1:0", "amazon/nova-pro-v1"),
    ("amazon-bedrock", "eu.amazon.nova-lite-v1:0", "amazon/nova-lite-v1"),
    ("amazon-bedrock", "amazon.titan-embed-text-v2:0", "amazon/titan-embed-text-v2"),
    ("amazon-bedrock", "cohere.command-r-plus-v1:0", "cohere/command-r-plus"),
    ("amazon-bedrock", "cohere.embed-english-v3", "cohere/embed-english-v3.0"),
    ("amazon-bedrock", "deepseek.v3.2", "deepseek/deepseek-v3.2"),
    ("amazon-bedrock", "us.deepseek.r1-v1:0", "deepseek/deepseek-r1"),
    ("amazon-bedrock", "openai.gpt-oss-120b-1:0", "openai/gpt-oss-120b"),
    ("amazon-bedrock", "qwen.qwen3-32b-v1:0", "alibaba/qwen3-32b"),
    ("amazon-bedrock", "moonshotai.kimi-k2.5", "moonshotai/kimi-k2.5"),
    ("amazon-bedrock", "zai.glm-5", "zai/glm-5"),
    ("amazon-bedrock", "minimax.minimax-m2.1", "minimax/MiniMax-M2.1"),
    ("amazon-bedrock", "twelvelabs.pegasus-1-2-v1:0", "twelvelabs/pegasus-1-2-v1"),
    ("amazon-bedrock", "stability.sd3-5-large-v1:0", "stability/sd3.5-large"),
    ("google-vertex", "claude-3-5-sonnet-v2@20241022", "anthropic/claude-3-5-sonnet-20241022"),
    ("google-vertex", "claude-sonnet-4-5@20250929", "anthropic/claude-sonnet-4-5-20250929"),
    ("google-vertex", "claude-opus-4-1@default", "anthropic/claude-opus-4-1-20250805"),
    ("google-vertex", "gemini-2.0-flash-001", "google/gemini-2.0-flash"),
    ("google-vertex", "meta/llama-3.1-405b-instruct-maas", "meta/llama-3.1-405b-instruct"),
    ("google-vertex", "deepseek-ai/deepseek-v3.1-maas", "deepseek/deepseek-v3.1"),
    ("google-vertex", "openai/gpt-oss-20b-maas", "openai/gpt-oss-20b"),
    ("google-vertex", "qwen/qwen3-235b-a22b-instruct-2507-maas", "alibaba/qwen3-235b-a22b-instruct-2507"),
    ("google-vertex", "mistral-small-2503@001", "mistral/mistral-small-2503"),
    ("google-vertex", "jamba-1.5-large@001", "ai21/jamba-1.5-large"),
    ("azure", "gpt-35-turbo-16k", "openai/gpt-3.5-turbo-16k"),
    ("azure", "gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"),
    ("azure", "eu/gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"),
    ("azure", "global/gpt-5.1", "openai/gpt-5.1"),
    ("azure", "o3-mini", "openai/o3-mini"),
    ("azure", "FW-GLM-5.2", "zai/glm-5.2"),
    ("azure", "Phi-4-mini-instruct", "microsoft/Phi-4-mini-instruct"),
    ("azure", "Llama-3.3-70B-Instruct", "meta/llama-3.3-70b-instruct"),
    ("azure", "Cohere-embed-v3-english", "cohere/embed-english-v3.0"),
    ("azure", "mistral-large-2411", "mistral/mistral-large-2411"),
    ("openrouter", "anthropic/claude-3.7-sonnet:thinking", "anthropic/claude-3-7-sonnet-20250219"),
    ("openrouter", "anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5-20250929"),
    ("openrouter", "openai/gpt-4o:extended", "openai/gpt-4o"),
    ("openrouter", "meta-llama/llama-3.3-70b-instruct:free", "meta/llama-3.3-70b-instruct"),
    ("openrouter", "meta-llama/llama-3.1-8b-instruct", "meta/llama-3.1-8b-instruct"),
    ("openrouter", "qwen/qwen-2.5-72b-instruct", "alibaba/qwen2-5-72b-instruct"),
    ("openrouter", "qwen/qwen3-235b-a22b-2507", "alibaba/qwen3-235b-a22b-instruct-2507"),
    ("openrouter", "deepseek/deepseek-chat-v3-0324", "deepseek/deepseek-v3-0324"),
    ("openrouter", "deepseek/deepseek-r1:free", "deepseek/deepseek-r1"),
    ("openrouter", "deepseek/deepseek-r1-0528", "deepseek/deepseek-r1-0528"),
    ("openrouter", "z-ai/glm-4.6", "zai/glm-4.6"),
    ("openrouter", "x-ai/grok-4", "xai/grok-4-0709"),
    ("openrouter", "mistralai/mixtral-8x7b-instruct", "mistral/open-mixtral-8x7b"),
    ("openrouter", "nousresearch/hermes-3-llama-3.1-405b", "nousresearch/hermes-3-llama-3.1-405b"),
    ("openrouter", "cohere/command-r-plus-08-2024", "cohere/command-r-plus-08-2024"),
    ("openrouter", "amazon/nova-micro-v1", "amazon/nova-micro-v1"),
    ("openrouter", "microsoft/wizardlm-2-8x22b", "microsoft/wizardlm-2-8x22b"),
    ("openrouter", "perplexity/sonar-pro", "perplexity/sonar-pro"),
    ("openrouter", "openrouter/auto", None),
    ("deepinfra", "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo", "meta/llama-3.1-8b-instruct"),
    ("deepinfra", "meta-llama/Llama-4-Scout-17B-16E-Instruct", "meta/llama-4-scout-17b-instruct"),
    ("deepinfra", "Qwen/Qwen2.5-72B-Instruct", "alibaba/qwen2-5-72b-instruct"),
    ("deepinfra", "Qwen/Qwen3-Coder-480B-A35B-Instruct-Turbo", "alibaba/qwen3-coder-480b-a35b-instruct"),
    ("deepinfra", "deepseek-ai/DeepSeek-V3-0324", "deepseek/deepseek-v3-0324"),
    ("deepinfra", "google/gemma-3-27b-it", "google/gemma-3-27b-it"),
    ("deepinfra", "BAAI/bge-m3", "baai/bge-m3"),
    ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo-Free", "meta/llama-3.3-70b-instruct"),
    ("together", "mistralai/Mistral-7B-Instruct-v0.2", "mistral/mistral-7b-instruct-v0.2"),
    ("together", "togethercomputer/RedPajama-INCITE-7B-Chat", None),
    ("fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct", "meta/llama-3.1-8b-instruct"),
    ("fireworks", "accounts/fireworks/models/deepseek-r1-0528", "deepseek/deepseek-r1-0528"),
    ("fireworks", "accounts/fireworks/models/qwen2p5-vl-32b-instruct", "alibaba/qwen2.5-vl-32b-instruct"),
    ("groq", "llama-3.3-70b-versatile", "meta/llama-3.3-70b-instruct"),
    ("groq", "llama-3.1-8b-instant", "meta/llama-3.1-8b-instruct"),
    ("groq", "llama3-70b-8192", "meta/llama-3-70b-instruct"),
    ("groq", "openai/gpt-oss-120b", "openai/gpt-oss-120b"),
    ("groq", "moonshotai/kimi-k2-instruct-0905", "moonshotai/kimi-k2-0905-preview"),
    ("groq", "whisper-large-v3", "openai/whisper-large-v3"),
    ("groq", "llama-guard-3-8b", "meta/llama-guard-3-8b"),
    ("cloudflare-workers-ai", "@cf/meta/llama-3.1-8b-instruct", "meta/llama-3.1-8b-instruct"),
    ("chutes", "deepseek-ai/DeepSeek-V3.1", "deepseek/deepseek-v3.1"),
    ("nvidia", "nvidia/llama-3.1-nemotron-ultra-253b-v1", "nvidia/llama-3.1-nemotron-ultra-253b"),
    ("nvidia", "deepseek-ai/deepseek-r1", "deepseek/deepseek-r1"),
    ("snowflake-cortex", "openai-gpt-4.1", "openai/gpt-4.1"),
    ("gitlab", "duo-chat-haiku-4-5", "anthropic/claude-haiku-4-5-20251001"),
    ("databricks", "databricks-claude-3-7-sonnet", "anthropic/claude-3-7-sonnet-20250219"),
    ("databricks", "databricks-meta-llama-3-3-70b-instruct", "meta/llama-3.3-70b-instruct"),
    ("venice", "openai-gpt-52", "openai/gpt-5.2"),
    ("ollama-cloud", "gpt-oss:120b", "openai/gpt-oss-120b"),
    ("vercel", "cohere/embed-v4.0", "cohere/embed-v4.0"),
    ("vercel", "anthropic/claude-4-sonnet", "anthropic/claude-sonnet-4-20250514"),
    ("poe", "anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5-20250929"),
    ("huggingface", "zai-org/GLM-4.7", "zai/glm-4.7"),
    ("sambanova", "DeepSeek-R1-Distill-Llama-70B", "deepseek/deepseek-r1-distill-llama-70b"),
    ("perplexity", "anthropic/claude-haiku-4-5", "anthropic/claude-haiku-4-5-20251001"),
    ("alibaba", "deepseek-v4-flash", "deepseek/deepseek-v4-flash"),
    ("oracle", "cohere.command-a-03-2025", "cohere/command-a-03-2025"),
    ("oracle", "xai.grok-4", "xai/grok-4-0709"),
    ("nano-gpt", "huihui-ai/Llama-3.3-70B-Instruct-abliterated", None),
    ("nano-gpt", "failspy/Meta-Llama-3-70B-Instruct-abliterated-v3.5", None),
    ("openai", "ft:gpt-4o-2024-08-06", None),
    ("kilo", "kilo-auto/free", None),
    ("digitalocean", "anthropic-claude-3-opus", "anthropic/claude-3-opus-20240229"),
    ("watsonx", "ibm/granite-3-8b-instruct", "ibm/granite-3-8b-instruct"),
    # What a maker's own floating name means today, a reseller's may not.
    ("mistral", "mistral-medium-3", "mistral/mistral-medium-2604"),
    ("azure", "mistral-medium-2505", "mistral/mistral-medium-2505"),
    ("openrouter", "mistralai/mistral-medium-3", "mistral/mistral-medium-2505"),
    ("nvidia", "mistralai/mistral-medium-3-instruct", "mistral/mistral-medium-2505"),
    ("mistral", "codestral-2405", "mistral/codestral-2405"),
    ("openrouter", "mistralai/codestral-2508", "mistral/codestral-2508"),
    ("azure", "mistral-large", "mistral/mistral-large-2402"),
    ("openrouter", "mistralai/mistral-large", "mistral/mistral-large-2407"),
    ("kilo", "mistralai/devstral-small", "mistral/devstral-small-2507"),
    # One model under the names of its betas.
    ("openrouter", "x-ai/grok-4.20", "xai/grok-4.20-0309-reasoning"),
    ("xai", "grok-4.20-experimental-beta-0304-non-reasoning", "xai/grok-4.20-0309-non-reasoning"),
    ("deepseek", "deepseek-flash", "deepseek/deepseek-v4.1-flash"),
    # A model before it was tuned is another one.
    ("fireworks", "accounts/fireworks/models/llama-v3-8b", None),
    ("fireworks", "accounts/fireworks/models/llama-v3-8b-instruct-hf", "meta/llama-3-8b-instruct"),
    ("fireworks", "accounts/fireworks/models/qwen2p5-coder-0p5b", None),
    ("replicate", "meta/llama-2-13b", None),
    ("replicate", "meta/llama-2-13b-chat", "meta/llama-2-13b-chat"),
    ("openrouter", "meta-llama/llama-3.1-405b", None),
    ("ollama", "llama2:13b", "meta/llama-2-13b-chat"),
    # A word that elsewhere is a setting makes another model here.
    ("oracle", "cohere.command-a-reasoning", "cohere/command-a-reasoning-08-2025"),
    ("vercel", "alibaba/qwen3-235b-a22b-thinking", "alibaba/qwen3-235b-a22b-thinking-2507"),
    ("wandb", "OpenPipe/Qwen3-14B-Instruct", None),
    ("qiniu-ai", "meituan/longcat-flash-lite", None),
    ("qiniu-ai", "doubao-seed-1.6-thinking", None),
    ("deepgram", "whisper-medium", None),
    # What the provider's own list says that it serves.
    ("vercel", "alibaba/qwen-3-235b", "alibaba/qwen3-235b-a22b-instruct-2507"),
    ("iflowcn", "deepseek-v3.2", "deepseek/deepseek-v3.2-exp"),
    ("amazon-bedrock", "nvidia.nemotron-nano-12b-v2", "nvidia/nemotron-nano-12b-v2-vl"),
]
"""Provider, the provider's identifier, and ``maker/model_id``."""


@pytest.fixture(scope="module")
def known() -> KnownModels:
    found = KnownModels(read_market_rules().naming.tuned)
    for spec in default_catalog().models():
        names = [alias.name for alias in spec.aliases if alias.until is None and not alias.floating]
        found.add(Model(maker=spec.provider, model_id=spec.model_id, kind=class_of(None, spec.model_id) or "chat"), names)
    return found


@pytest.fixture(scope="module")
def matcher(known: KnownModels) -> Matcher:
    rules = read_market_rules()
    return Matcher(rules, Reader(rules), known)


@pytest.mark.parametrize(("provider", "identifier", "model"), TABLE)
def test_an_identifier_leads_to_its_model(matcher: Matcher, provider: str, identifier: str, model: str | None) -> None:
    found = matcher.match(provider, identifier).model
    assert (None if found is None else found.path) == model


def test_the_catalogue_says_the_same(matcher: Matcher) -> None:
    catalog = default_catalog()
    for provider, identifier, model in TABLE:
        sold = {offering.id: offering for offering in catalog.offerings(provider=provider)}
        if identifier in sold:
            assert sold[identifier].model == model, (provider, identifier)


@pytest.mark.parametrize(
    ("provider", "identifier", "region", "quantization"),
    [
        ("amazon-bedrock", "us.anthropic.claude-3-5-haiku-20241022-v1:0", "us", None),
        ("amazon-bedrock", "ap-northeast-1/deepseek.v3.2", "ap-northeast-1", None),
        ("azure", "eu/gpt-4o-2024-08-06", "eu", None),
        ("deepinfra", "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8", None, "fp8"),
        ("nebius", "nvidia/DeepSeek-V3.2-NVFP4", None, "nvfp4"),
    ],
)
def test_region_and_quantisation_are_of_the_offering(
    matcher: Matcher, provider: str, identifier: str, region: str | None, quantization: str | None
) -> None:
    found = matcher.match(provider, identifier)
    assert (found.region, found.quantization) == (region, quantization)


def test_an_embedding_never_matches_a_chat_model(matcher: Matcher) -> None:
    assert matcher.match("openai", "gpt-4o", "embedding").model is None
    assert matcher.match("openai", "text-embedding-3-small", "embedding").model is not None


def test_a_thinking_variant_is_a_setting_unless_it_is_a_model(matcher: Matcher) -> None:
    setting = matcher.match("openrouter", "anthropic/claude-3.7-sonnet:thinking")
    assert ("setting", "thinking") in setting.said
    own = matcher.match("openrouter", "moonshotai/kimi-k2-thinking").model
    assert own is not None
    assert own.model_id == "kimi-k2-thinking"
