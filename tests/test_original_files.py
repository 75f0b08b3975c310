"""The sample files of the original design (tasks 2.2 and 3.1, the migration guide) are read as they stand there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ai_models import Catalog, ModelCapability, PricingService
from ai_models.catalog.validate import validate

TASK_3_1 = """
    model_id: claude-sonnet-4-5-20250929
    provider: anthropic

    metadata:
      name: Claude Sonnet 4.5
      version: 4.5
      api_identifier: claude-sonnet-4-5-20250929
      context_window_input: 200000
      context_window_output: null
      knowledge_cutoff: "January 2025"
      last_verified: 2025-10-24

    capabilities:
      - text_input
      - text_output
      - function_calling
      - large_context
      - prompt_caching
      - extended_thinking
      - streaming

    optimization:
      recommended_for:
        - "Production workhorse"
      best_practices:
        - "Use XML structure for complex prompts"
      tips:
        - "Native XML understanding"
      pitfalls:
        - "Caching only works with messages API"

    pricing_ref: claude-sonnet-4-5-20250929

    documentation:
      url: https://docs.claude.com/en/docs/about-claude/models
      notes: "Training data: July 2025"
"""
MIGRATION_GUIDE = """
    model_id: claude-opus-5-0-20260101
    provider: anthropic

    metadata:
      name: Claude Opus 5.0
      version: 5.0
      api_identifier: claude-opus-5-0-20260101
      context_window_input: 200000
      knowledge_cutoff: "June 2025"
      last_verified: 2026-01-01

    capabilities:
      - text_input
      - text_output
      - image_input
      - function_calling

    optimization:
      recommended_for:
        - "Highest quality reasoning"
      best_practices:
        - "Use for critical decisions"

    pricing_ref: claude-opus-5-0-20260101

    documentation:
      url: https://docs.claude.com/models
"""
TASK_2_2 = """
    provider: anthropic

    models:
      claude-sonnet-4-5-20250929:
        display_name: "Claude Sonnet 4.5"
        pricing_versions:
          - effective_date: 2025-10-24
            input_per_1m_tokens: 3.00
            output_per_1m_tokens: 15.00
            currency: USD
            notes: "Current pricing"

      claude-opus-5-0-20260101:
        display_name: "Claude Opus 5.0"
        pricing_versions:
          - effective_date: 2026-01-01
            input_per_1m_tokens: 20.00
            output_per_1m_tokens: 100.00
"""
ADR_003 = """
    provider: anthropic
    models:
      claude-sonnet-4-5:
        versions:
          - {effective_date: 2025-10-24, input_per_1m: 3.00, output_per_1m: 15.00}
"""


def test_the_sample_files_make_a_catalogue(write, tmp_path: Path) -> None:
    write("definitions/anthropic/claude_sonnet_4_5.yaml", TASK_3_1)
    write("definitions/anthropic/claude_opus_5_0.yaml", MIGRATION_GUIDE)
    write("pricing/anthropic.yaml", TASK_2_2)
    catalog = Catalog.load([tmp_path])
    sonnet, opus = catalog.get_model("claude-sonnet-4-5-20250929"), catalog.get_model("claude-opus-5-0-20260101")
    assert (sonnet.metadata.version, opus.metadata.version) == ("4.5", "5.0"), "numbers that are versions stay text"
    assert (sonnet.knowledge_cutoff, opus.knowledge_cutoff) == ("January 2025", "June 2025")
    assert sonnet.context_window_output is None, "null is unknown, not the same as the input"
    assert sonnet.notes == "Training data: July 2025"
    assert ModelCapability.EXTENDED_THINKING in sonnet.capabilities
    assert ModelCapability.LARGE_CONTEXT in opus.capabilities, "derived from the window"
    assert PricingService(tmp_path).calculate_cost("claude-opus-5-0-20260101", 1_000_000, 1_000_000) == 120.0
    assert PricingService(tmp_path).get_pricing(sonnet.model_id, date(2025, 10, 24)).notes == "Current pricing"


def test_the_keys_of_the_first_draft_are_answered_with_the_final_ones(write) -> None:
    # Departure: ADR-003 calls the keys versions and input_per_1m, task 2.2 pricing_versions and input_per_1m_tokens.
    problems = [str(problem) for problem in validate([write("anthropic.yaml", ADR_003)]).problems]
    assert len(problems) == 1
    assert "versions: is not a key here; did you mean pricing_versions?" in problems[0]
