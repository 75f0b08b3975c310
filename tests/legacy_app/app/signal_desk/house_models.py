"""Models that the registry does not have: two of our own, and two that a customer insists on."""

from datetime import date
from typing import Optional

from models import ModelRegistry, ModelSpec, Provider

# Fine-tuned by the platform team; served in our own cluster behind an OpenAI-compatible endpoint, hence the vendor.
ACME_SUMMARIZER = ModelSpec(
    provider=Provider.OPENAI,
    name="Acme Summarizer 2",
    api_identifier="acme-summarizer-v2",
    context_window_input=32_000,
    context_window_output=2_048,
    input_price_per_1m=0.40,  # what the platform team charges us for the GPUs
    output_price_per_1m=1.20,
    knowledge_cutoff="June 2024",
    last_verified=date(2026, 3, 2),
    docs_url="https://wiki.acme.example/platform/summarizer",
    notes="Summaries of threads only. Answers in the language of the thread.",
    recommended_for=("summaries", "meeting notes"),
)

ACME_ROUTER = ModelSpec(
    Provider.OPENAI,
    "Acme Router",
    "acme-router-1b",
    8_192,
    None,
    0.02,
    0.04,
    "March 2024",
    date(2026, 3, 2),
    "https://wiki.acme.example/platform/router",
    recommended_for=("routing",),
)

# Northwind's contract says GPT-4.1 and nothing else.
NORTHWIND_GPT = ModelSpec(
    provider=Provider.OPENAI,
    name="GPT-4.1",
    api_identifier="gpt-4.1",
    context_window_input=1_047_576,
    context_window_output=32_768,
    input_price_per_1m=2.00,
    output_price_per_1m=8.00,
    knowledge_cutoff="April 2024",
    last_verified=date(2025, 11, 11),
    docs_url="https://platform.openai.com/docs/models/gpt-4.1",
    notes="For Northwind only.",
)

# Contoso's pilot; the price is that of the launch, nobody has looked since.
CONTOSO_OPUS = ModelSpec(
    provider=Provider.ANTHROPIC,
    name="Claude Opus 4.5",
    api_identifier="claude-opus-4-5-20251101",
    context_window_input=200_000,
    context_window_output=64_000,
    input_price_per_1m=15.00,
    output_price_per_1m=75.00,
    knowledge_cutoff="May 2025",
    last_verified=date(2025, 11, 24),
    docs_url="https://docs.claude.com/en/docs/about-claude/models",
    recommended_for=("Contoso's pilot",),
)

HOUSE_MODELS = {spec.api_identifier: spec for spec in (ACME_SUMMARIZER, ACME_ROUTER, NORTHWIND_GPT, CONTOSO_OPUS)}


def lookup(key: str) -> Optional[ModelSpec]:
    """A model of this file by its identifier, else one of the registry by its key."""
    if key in HOUSE_MODELS:
        return HOUSE_MODELS[key]
    spec = ModelRegistry.get_spec(key)
    return spec if spec is not None else None


def summary_cost(input_tokens: int, output_tokens: int) -> float:
    """USD that the platform team will charge."""
    spec = ACME_SUMMARIZER
    return (input_tokens * spec.input_price_per_1m + output_tokens * spec.output_price_per_1m) / 1_000_000
