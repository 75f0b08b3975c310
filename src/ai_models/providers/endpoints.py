"""Endpoints that speak OpenAI's dialect, as data: the shipped ones, and those that overlays add in ``endpoints.yaml``.

Sources: the ``api`` and ``env`` fields of models.dev (2026-11), and each vendor's page on OpenAI compatibility.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec.structs import asdict

from ai_models.catalog.endpoint_format import EndpointEntry
from ai_models.catalog.location import has_overlays, yaml_files
from ai_models.errors import CatalogError

__all__ = ["AZURE", "FILE_NAMES", "OPENAI", "SHIPPED", "Endpoint", "endpoints"]

FILE_NAMES = ("endpoints.yaml", "endpoints.yml")
"""What a file of endpoints is called, anywhere in an overlay."""


class Endpoint(EndpointEntry, frozen=True, kw_only=True):
    """An endpoint with its name; see ``EndpointEntry`` for what there is to say of one."""

    name: str

    @property
    def title(self) -> str:
        """Its name in messages."""
        return self.display_name or self.name

    @property
    def catalog_provider(self) -> str:
        """Who serves it, in the catalogue."""
        return self.provider or self.name


OPENAI = Endpoint(
    name="openai",
    display_name="OpenAI",
    base_url="https://api.openai.com/v1",
    key_variable="OPENAI_API_KEY",
    api="responses",
    max_tokens="max_completion_tokens",
    system_role="developer",
    fixed_temperature=True,
    standard_tier="default",
    metadata=True,
)

AZURE = Endpoint(
    name="azure",
    display_name="Azure OpenAI",
    base_url="https://azure.invalid",  # every customer has an address of their own
    key_variable="AZURE_OPENAI_API_KEY",
    max_tokens="max_completion_tokens",
    fixed_temperature=True,
    standard_tier="default",
    metadata=True,
)


def _row(name: str, display_name: str, base_url: str, key_variable: str, **quirks: Any) -> Endpoint:
    return Endpoint(name=name, display_name=display_name, base_url=base_url, key_variable=key_variable, **quirks)


_ROWS = (
    # Hosts of many makers' models.
    _row(
        "openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY",
        reasoning="object", reasoning_field="reasoning", cache_control=True,
    ),
    _row(
        "groq", "Groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY",
        max_tokens="max_completion_tokens", reasoning_field="reasoning", standard_tier="on_demand",
    ),
    _row("together", "Together AI", "https://api.together.xyz/v1", "TOGETHER_API_KEY", reasoning_field="reasoning"),
    _row("fireworks", "Fireworks AI", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY"),
    _row(
        "cerebras", "Cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY",
        max_tokens="max_completion_tokens", reasoning_field="reasoning",
    ),
    _row("nebius", "Nebius Token Factory", "https://api.tokenfactory.nebius.com/v1", "NEBIUS_API_KEY"),
    _row("deepinfra", "DeepInfra", "https://api.deepinfra.com/v1/openai", "DEEPINFRA_API_KEY"),
    _row("sambanova", "SambaNova", "https://api.sambanova.ai/v1", "SAMBANOVA_API_KEY"),
    _row("nvidia", "NVIDIA NIM", "https://integrate.api.nvidia.com/v1", "NVIDIA_API_KEY", reasoning="none"),
    _row("huggingface", "Hugging Face", "https://router.huggingface.co/v1", "HF_TOKEN"),
    _row("baseten", "Baseten", "https://inference.baseten.co/v1", "BASETEN_API_KEY"),
    _row("novita", "Novita AI", "https://api.novita.ai/openai", "NOVITA_API_KEY", reasoning="none"),
    _row("siliconflow", "SiliconFlow", "https://api.siliconflow.com/v1", "SILICONFLOW_API_KEY", reasoning="none"),
    _row("chutes", "Chutes", "https://llm.chutes.ai/v1", "CHUTES_API_KEY"),
    _row("friendli", "Friendli", "https://api.friendli.ai/serverless/v1", "FRIENDLI_TOKEN", reasoning="none"),
    _row("scaleway", "Scaleway", "https://api.scaleway.ai/v1", "SCALEWAY_API_KEY"),
    _row("ovhcloud", "OVHcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", "OVHCLOUD_API_KEY"),
    _row("github-models", "GitHub Models", "https://models.github.ai/inference", "GITHUB_TOKEN"),
    _row("wandb", "Weights & Biases", "https://api.inference.wandb.ai/v1", "WANDB_API_KEY"),
    _row("requesty", "Requesty", "https://router.requesty.ai/v1", "REQUESTY_API_KEY"),
    _row("digitalocean", "DigitalOcean", "https://inference.do-ai.run/v1", "DIGITALOCEAN_ACCESS_TOKEN"),
    # Makers of models.
    _row(
        "deepseek", "DeepSeek", "https://api.deepseek.com", "DEEPSEEK_API_KEY",
        structured="json_object", strict=False, reasoning="thinking", echo_reasoning=True,
    ),
    # Unknown keys are answered with 422, and the last event of a stream has the usage unasked.
    _row("mistral", "Mistral AI", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", stream_usage=False),
    _row("xai", "xAI", "https://api.x.ai/v1", "XAI_API_KEY", max_tokens="max_completion_tokens"),
    _row(
        "moonshotai", "Moonshot AI", "https://api.moonshot.ai/v1", "MOONSHOT_API_KEY",
        structured="json_object", strict=False, reasoning="toggle", echo_reasoning=True,
    ),
    _row(
        "moonshotai-cn", "Moonshot AI (China)", "https://api.moonshot.cn/v1", "MOONSHOT_API_KEY",
        structured="json_object", strict=False, reasoning="toggle", echo_reasoning=True,
    ),
    _row(
        "zai", "Z.ai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY",
        structured="json_object", strict=False, reasoning="toggle",
    ),
    _row(
        "alibaba", "Alibaba Cloud Model Studio", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        "DASHSCOPE_API_KEY", reasoning="none",
    ),
    # Its Chat Completions ended on 2026-09-27; what is left is the Responses API.
    _row("perplexity", "Perplexity", "https://api.perplexity.ai/v1", "PERPLEXITY_API_KEY", api="responses"),
    _row("inception", "Inception", "https://api.inceptionlabs.ai/v1", "INCEPTION_API_KEY"),
    _row("upstage", "Upstage", "https://api.upstage.ai/v1/solar", "UPSTAGE_API_KEY"),
    _row("stepfun", "StepFun", "https://api.stepfun.com/v1", "STEPFUN_API_KEY", reasoning="none"),
    _row("xiaomi", "Xiaomi MiMo", "https://api.xiaomimimo.com/v1", "XIAOMI_API_KEY", reasoning="toggle"),
    # Servers of one's own.
    _row("ollama", "Ollama", "http://localhost:11434/v1", "OLLAMA_API_KEY", keyless=True, reasoning_field="reasoning"),
    _row("ollama-cloud", "Ollama Cloud", "https://ollama.com/v1", "OLLAMA_API_KEY", reasoning_field="reasoning"),
    _row("vllm", "vLLM", "http://localhost:8000/v1", "VLLM_API_KEY", keyless=True),
    _row("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1", "LMSTUDIO_API_KEY", keyless=True, reasoning="none"),
    _row("llamacpp", "llama.cpp", "http://localhost:8080/v1", "LLAMA_API_KEY", keyless=True, reasoning="none"),
)  # fmt: skip

_ALIASES = {"moonshot": "moonshotai", "togetherai": "together", "lm-studio": "lmstudio", "z.ai": "zai", "grok": "xai"}

SHIPPED: Mapping[str, Endpoint] = MappingProxyType(
    {row.name: row for row in _ROWS} | {alias: row for alias, name in _ALIASES.items() for row in _ROWS if row.name == name}
)
"""The rows that ship, by name and alias."""


class _File(NamedTuple):
    """A file of endpoints, and what shows that it has changed."""

    path: str
    changed_ns: int
    size: int


def endpoints() -> Mapping[str, Endpoint]:
    """Every endpoint by name; those of overlays replace shipped ones of the same name, and the strongest overlay wins.

    Raises:
        CatalogError: a file of endpoints has problems; it lists them as ``file:line: …``.
    """
    if not has_overlays():
        return SHIPPED
    files = tuple(_files())
    return _with(files) if files else SHIPPED


def _files() -> Iterator[_File]:
    from ai_models.catalog.overlays import find_overlays  # most processes have none

    for overlay in find_overlays():
        if overlay.problem:
            continue  # the catalogue reports it
        try:
            for path in yaml_files([Path(overlay.path)]):
                if path.name in FILE_NAMES:
                    state = os.stat(path)  # noqa: PTH116 as the catalogue's own look at its files
                    yield _File(str(path), state.st_mtime_ns, state.st_size)
        except OSError:
            continue  # likewise


@lru_cache(maxsize=8)
def _with(files: tuple[_File, ...]) -> Mapping[str, Endpoint]:
    from ai_models.catalog.binding import bind  # with them comes YAML, which most processes do not need
    from ai_models.catalog.document import read_document
    from ai_models.catalog.schema import EndpointsFile

    found = dict(SHIPPED)
    problems = []
    for file in files:
        document = read_document(Path(file.path))
        content = bind(document, EndpointsFile)
        for name, entry in ({} if content is None else content.endpoints).items():
            folded = name.strip().casefold()
            if not folded or ":" in folded:
                line = document.line_of("endpoints", name)
                document.report(line, "is no name that `name:model` could use", field=f"endpoints.{name}")
            found[folded] = Endpoint(name=folded, **asdict(entry))
        problems += document.problems
    if problems:
        raise CatalogError("a file of endpoints has problems:", problems=[str(problem) for problem in problems])
    return MappingProxyType(found)
