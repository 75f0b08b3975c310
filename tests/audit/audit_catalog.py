"""What the tests of the audit share: a made-up catalogue with models in every state, and the day on which it is judged."""

from __future__ import annotations

from datetime import UTC, datetime

TODAY = datetime(2026, 11, 30, 12, tzinfo=UTC)

FILES = {
    "acme/gpt_90.yaml": """
        model_id: gpt-90
        provider: acme
        aliases: [{name: gpt-90-latest, since: 2026-01-01, floating: true}, {name: gpt-90-was, until: 2026-06-01}]
        metadata:
          name: GPT 90
          family: gpt-ninety
          context_window_input: 200000
          context_window_output: 8000
          release_date: 2026-01-01
          last_verified: 2026-11-01
        capabilities: [text_input, text_output, function_calling, streaming]
        unsupported: [image_input, audio_input, document_input, structured_output, json_mode, extended_thinking, embeddings,
          image_output, web_search]
        pricing_ref: gpt-90
        """,
    "acme/gpt_85.yaml": """
        model_id: gpt-85-mini
        provider: acme
        metadata: {name: GPT 85, context_window_input: 100000, release_date: 2025-06-01, last_verified: 2026-11-01}
        lifecycle: {deprecated_on: 2026-10-01, retires_on: 2026-12-15, replacement: [gpt-90]}
        capabilities: [text_input, text_output]
        unsupported: [function_calling, streaming, system_messages]
        pricing_ref: gpt-85-mini
        """,
    "acme/gpt_84.yaml": """
        model_id: gpt-84
        provider: acme
        metadata: {name: GPT 84, release_date: 2025-06-01, last_verified: 2026-11-01}
        lifecycle: {retires_on: 2027-02-28, replacement: [gpt-90]}
        """,
    "acme/gpt_80.yaml": """
        model_id: gpt-80
        provider: acme
        aliases: [{name: gpt-80-latest, floating: true}]
        metadata: {name: GPT 80, release_date: 2025-01-01, last_verified: 2026-11-01}
        lifecycle: {retires_on: 2026-11-01, replacement: [gpt-85-mini]}
        pricing_ref: gpt-80
        """,
    "acme/gpt_70.yaml": """
        model_id: gpt-70
        provider: acme
        metadata: {name: GPT 70, release_date: 2024-01-01, last_verified: 2026-11-01}
        lifecycle: {retires_on: 2025-11-01, replacement: [gpt-80]}
        """,
    "acme/gpt_60.yaml": """
        model_id: gpt-60-turbo
        provider: acme
        metadata: {name: GPT 60, release_date: 2024-01-01, last_verified: 2026-11-01}
        lifecycle: {retires_on: 2025-11-01, replacement: [gpt-90, gpt-84]}
        """,
    "acme/gpt_50.yaml": """
        model_id: gpt-50-turbo
        provider: acme
        metadata: {name: GPT 50, last_verified: 2026-11-01}
        lifecycle: {status: retired}
        """,
    "acme/sonar.yaml": """
        model_id: sonar
        provider: acme
        aliases: [claude-house]
        metadata: {name: Sonar, last_verified: 2026-11-01}
        lifecycle: {retires_on: 2026-01-01}
        """,
    "acme/o7.yaml": """
        model_id: o7
        provider: acme
        metadata: {name: O7, last_verified: 2026-11-01}
        lifecycle: {retires_on: 2026-01-01, replacement: [gpt-90]}
        """,
    "acme/llama.yaml": """
        model_id: llama-9-70b
        provider: acme
        metadata: {name: Llama 9, open_weights: true, context_window_input: 131072, last_verified: 2026-11-01}
        """,
    "prices/acme.yaml": """
        provider: acme
        models:
          gpt-90:
            pricing_versions:
              - {effective_date: 2026-06-01, input_per_1m_tokens: 2.00, output_per_1m_tokens: 10.00,
                 cache_read_per_1m_tokens: 0.20, cache_write_5m_per_1m_tokens: 2.50}
              - {effective_date: 2026-01-01, input_per_1m_tokens: 4.00, output_per_1m_tokens: 20.00}
          gpt-85-mini:
            pricing_versions: [{effective_date: 2025-06-01, input_per_1m_tokens: 0.50, output_per_1m_tokens: 1.50}]
          gpt-80:
            pricing_versions: [{effective_date: 2025-01-01, currency: EUR, input_per_1m_tokens: 1, output_per_1m_tokens: 2}]
        """,
    "prices/shop.yaml": """
        provider: shop
        models:
          gpt-90:
            model: acme/gpt-90
            limits: {context_window_input: 64000}
            lifecycle: {retires_on: 2026-11-15}
            pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 3, output_per_1m_tokens: 12}]
          shop-only-1:
            pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 3, output_per_1m_tokens: 12}]
        """,
}
"""A model that is current and floats, one about to retire, one that retires in exactly 90 days, and five that are gone."""
