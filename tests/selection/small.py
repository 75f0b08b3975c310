"""A small catalogue in which every rule of a choice has a model at its boundary."""

# ruff: noqa: E501 a model, or a price, a line: the table is read across

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from ai_models import PricingService

__all__ = ["DAY", "small_service"]

DAY = datetime(2026, 11, 30, tzinfo=UTC)

_MODELS = {
    "cheap": ("acme", "context_window_input: 100000, context_window_output: 8000, release_date: 2025-01-01, open_weights: true, knowledge_cutoff: 2024-06",
              "[text_input, text_output, function_calling]", "[image_input]", ""),
    "wide": ("acme", "context_window_input: 1000000, context_window_output: 64000, release_date: 2026-06-01, open_weights: false, knowledge_cutoff: 2025-01-15",
             "[text_input, text_output, function_calling, image_input, batch_api]", "[]", ""),
    "dear": ("bolt", "context_window_input: 200000, context_window_output: 64000, release_date: 2026-01-01, knowledge_cutoff: 2025",
             "[text_input, text_output, image_input, extended_thinking]", "[function_calling]", ""),
    "vague": ("bolt", "release_date: 2026-02-01", "[text_input, text_output]", "[]", ""),
    "leaving": ("bolt", "context_window_input: 200000, context_window_output: 64000, release_date: 2025-01-01",
                "[text_input, text_output, function_calling]", "[]", "deprecated_on: 2026-11-01, retires_on: 2026-12-31, replacement: [dear]"),
    "gone": ("bolt", "context_window_input: 200000, context_window_output: 64000, release_date: 2024-01-01",
             "[text_input, text_output]", "[]", "deprecated_on: 2025-01-01, retires_on: 2025-06-01"),
    "free": ("acme", "context_window_input: 50000, context_window_output: 8000, release_date: 2026-03-01, open_weights: true",
             "[text_input, text_output]", "[]", ""),
    "yuan": ("bolt", "context_window_input: 200000, context_window_output: 64000, release_date: 2026-04-01",
             "[text_input, text_output, function_calling]", "[]", ""),
}  # fmt: skip

_PRICES = {
    "acme": """
        cheap: {pricing_versions: [{effective_date: 2025-01-01, input_per_1m_tokens: 1, output_per_1m_tokens: 2}]}
        wide:
          pricing_versions:
            - effective_date: 2026-06-01
              input_per_1m_tokens: 2
              output_per_1m_tokens: 10
              cache_read_per_1m_tokens: 0.2
              cache_write_5m_per_1m_tokens: 2.5
              overrides:
                - {when: {service_tier: batch}, multiply: {tokens: 0.5}}
                - {when: {input_tokens_above: 200000}, input_per_1m_tokens: 4, output_per_1m_tokens: 15, cache_read_per_1m_tokens: 0.4, cache_write_5m_per_1m_tokens: 5}
        free: {pricing_versions: [{effective_date: 2026-03-01, input_per_1m_tokens: 0, output_per_1m_tokens: 0}]}
        """,
    "bolt": """
        dear: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 15, output_per_1m_tokens: 75}]}
        leaving: {pricing_versions: [{effective_date: 2025-01-01, input_per_1m_tokens: 3, output_per_1m_tokens: 15}]}
        gone: {pricing_versions: [{effective_date: 2024-01-01, input_per_1m_tokens: 3, output_per_1m_tokens: 15}]}
        yuan: {pricing_versions: [{effective_date: 2026-04-01, input_per_1m_tokens: 1, output_per_1m_tokens: 1, currency: CNY}]}
        """,
    "cloud": """
        acme.wide: {model: acme/wide, region: eu, pricing_versions: [{effective_date: 2026-06-01, input_per_1m_tokens: 1.5, output_per_1m_tokens: 8}]}
        wide-short: {model: acme/wide, limits: {context_window_input: 128000}, unsupported: [image_input], pricing_versions: [{effective_date: 2026-06-01, input_per_1m_tokens: 1, output_per_1m_tokens: 4}]}
        acme.wide:batch: {model: acme/wide, pricing_versions: [{effective_date: 2026-06-01, input_per_1m_tokens: 0.1, output_per_1m_tokens: 0.4}]}
        """,
}


def small_service(folder: Path) -> PricingService:
    """Write the catalogue into a folder, and give a service of it."""
    for name, (maker, metadata, capabilities, unsupported, lifecycle) in _MODELS.items():
        path = folder / "definitions" / maker / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"model_id: {name}\nprovider: {maker}\n"
            f"metadata: {{name: {name.title()}, last_verified: 2026-11-01, {metadata}}}\n"
            f"capabilities: {capabilities}\nunsupported: {unsupported}\n"
            + (f"lifecycle: {{{lifecycle}}}\n" if lifecycle else "")
        )
    for provider, models in _PRICES.items():
        path = folder / "pricing" / f"{provider}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"provider: {provider}\ndisplay_name: {provider.title()}\nmodels:\n" + _indented(models))
    return PricingService(folder)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in dedent(text).strip().splitlines())
