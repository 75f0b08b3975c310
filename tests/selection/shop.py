"""A made-up catalogue with what comparisons and recommendations speak of: tiers, hours, caches, scores, guidance."""

# ruff: noqa: E501 a model, or a price, a line: the table is read across

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from ai_models import PricingService

__all__ = ["MONDAY", "shop_service", "write_files"]

MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)
"""Within the peak hours of acme/peaky."""

FILES = {
    "definitions/acme/old.yaml": """
        model_id: old
        provider: acme
        metadata: {name: Old One, family: olds, context_window_input: 300000, context_window_output: 16000, context_window: 310000, release_date: 2024-01-01, knowledge_cutoff: 2024-10, open_weights: true, last_verified: 2026-11-01}
        lifecycle: {deprecated_on: 2026-11-01, retires_on: 2027-01-01, replacement: [new]}
        capabilities: [text_input, text_output, image_input, function_calling, json_mode, prompt_caching, batch_api, web_search, large_context]
        unsupported: [extended_thinking]
        optimization:
          since: 2026-10-01
          tasks: [chat, classification]
          recommended_for: [Short answers at volume]
          best_practices: ["Put what never changes first: prefixes from 1,000 tokens are cached"]
          pitfalls: ["Cache reads of |pipes| are <b>no</b> markup"]
        benchmarks:
          - {name: Puzzle, score: 70.5, metric: percent, harness: A, variant: max, source: "https://score.example/1"}
          - {name: Puzzle, score: 60, metric: percent, harness: A, variant: low, source: "https://score.example/1"}
          - {name: Puzzle, score: 90, metric: percent, harness: B, source: "https://score.example/2"}
        """,
    "definitions/acme/new.yaml": """
        model_id: new
        provider: acme
        metadata: {name: New One, family: news, context_window_input: 200000, context_window_output: 8000, release_date: 2026-10-01, knowledge_cutoff: 2024-09-30, open_weights: false, last_verified: 2026-11-01}
        lifecycle: {status: preview}
        capabilities: [text_input, text_output, image_input, function_calling]
        unsupported: [json_mode]
        reasoning: {control: effort, efforts: [low, high]}
        optimization: {since: 2026-11-01, tasks: [classification, agents], best_practices: ["Give labels as an enum"], selection_criteria: ["It costs half of Old One"]}
        benchmarks:
          - {name: Puzzle, score: 65, metric: percent, harness: A, variant: low, source: "https://score.example/1"}
          - {name: Puzzle, score: 10, metric: percent, harness: C, source: "https://score.example/3"}
        """,
    "definitions/acme/peaky.yaml": """
        model_id: peaky
        provider: acme
        metadata: {name: Peaky, last_verified: 2026-11-01, release_date: 2026-01-01, context_window_input: 100000, context_window_output: 8000}
        capabilities: [text_input, text_output]
        unsupported: [prompt_caching]
        """,
    "definitions/bolt/tiny.yaml": """
        model_id: tiny
        provider: bolt
        metadata: {name: "Tiny $x^", last_verified: 2026-11-01, release_date: 2026-01-01, context_window_input: 400000}
        capabilities: [text_input, text_output, function_calling]
        """,
    "definitions/bolt/dear.yaml": """
        model_id: dear
        provider: bolt
        metadata: {name: Dear, last_verified: 2026-11-01, context_window_input: 400000, context_window_output: 64000}
        capabilities: [text_input, text_output, function_calling, image_input]
        """,
    "definitions/bolt/vectors.yaml": """
        model_id: vectors
        provider: bolt
        metadata: {name: Vectors, last_verified: 2026-11-01, context_window_input: 8000}
        capabilities: [text_input, embeddings]
        unsupported: [text_output]
        """,
    "pricing/acme.yaml": """
        provider: acme
        display_name: Acme
        regions: [us, eu]
        models:
          old:
            pricing_versions:
              - effective_date: 2027-01-01
                input_per_1m_tokens: 5
                output_per_1m_tokens: 8
              - effective_date: 2025-01-01
                input_per_1m_tokens: 4
                output_per_1m_tokens: 8
                cache_read_per_1m_tokens: 1
                cache_write_5m_per_1m_tokens: 5
                cache_storage_per_1m_token_hours: 1
                web_search_per_1k: 10
                audio_input_per_minute: 0.6
                overrides:
                  - {when: {service_tier: batch}, multiply: {tokens: 0.5}}
                  - {when: {service_tier: flex}, multiply: {tokens: 0.75}}
                  - {when: {region: eu}, multiply: {tokens: 1.1}}
                  - {when: {input_tokens_above: 200000}, multiply: {tokens: 2}}
              - effective_date: 2024-01-01
                input_per_1m_tokens: 8
                output_per_1m_tokens: 16
          new: {pricing_versions: [{effective_date: 2026-10-01, input_per_1m_tokens: 2, output_per_1m_tokens: 4, audio_input_per_hour: 30}]}
          peaky:
            pricing_versions:
              - effective_date: 2026-01-01
                input_per_1m_tokens: 1
                output_per_1m_tokens: 2
                cache_read_per_1m_tokens: 0.1
                overrides:
                  - {when: {hours: '01:00-04:00', weekdays: [mon, tue]}, input_per_1m_tokens: 3, output_per_1m_tokens: 6, cache_read_per_1m_tokens: 0.3}
        """,
    "pricing/bolt.yaml": """
        provider: bolt
        display_name: Bolt
        models:
          tiny: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 0.1, output_per_1m_tokens: 0.2}]}
          dear: {pricing_versions: [{date_precision: assumed, input_per_1m_tokens: 40, output_per_1m_tokens: 80, currency: USD}]}
          vectors: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 0.05}]}
        """,
    "pricing/mall.yaml": """
        provider: mall
        display_name: Mall
        models:
          old-eu: {model: acme/old, region: eu, limits: {context_window_output: 4000}, unsupported: [image_input], pricing_versions: [{effective_date: 2025-01-01, input_per_1m_tokens: 3, output_per_1m_tokens: 6}]}
          old-gone: {model: acme/old, lifecycle: {retires_on: 2026-01-01}, pricing_versions: [{effective_date: 2025-01-01, input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
          old-short: {model: acme/old, limits: {context_window_input: 1000}, pricing_versions: [{effective_date: 2025-01-01, input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
          old-plan: {model: acme/old, pricing_versions: [{effective_date: 2025-01-01, input_per_1m_tokens: 0, output_per_1m_tokens: 0}]}
          new: {model: acme/new, lifecycle: {retires_on: 2026-12-15}, pricing_versions: [{effective_date: 2026-10-01, input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
        """,
}


def write_files(folder: Path, files: dict[str, str] = FILES) -> Path:
    """Write a catalogue's files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def shop_service(folder: Path) -> PricingService:
    """Write the catalogue into a folder, and give a service of it."""
    return PricingService(write_files(folder))
