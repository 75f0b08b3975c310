"""What the tests of overlays share: a small catalogue to lay them on."""

from __future__ import annotations

from collections.abc import Callable

from ai_models.catalog.catalog import Catalog

Lay = Callable[..., Catalog]

BASE = {
    "one.yaml": """
        model_id: one-1
        provider: acme
        aliases: [one, {name: first, since: 2025-01-01, until: 2025-06-01}]
        metadata:
          name: One
          family: ones
          context_window_input: 200000
          context_window_output: 8000
          context_window: 200000
          knowledge_cutoff: 2024-06
          release_date: 2025-01-01
          last_verified: 2025-12-01
        lifecycle: {status: active, retires_on: 2027-01-01, replacement: [two]}
        capabilities: [text_input, text_output, image_input, large_context]
        unsupported: [audio_input, extra_large_context]
        reasoning: {control: budget_tokens, min_tokens: 10, max_tokens: 99}
        optimization: {since: 2025-02-01, tips: [Be brief], pitfalls: [It is slow]}
        pricing_ref: one-1
        documentation: {url: "https://acme.example/one", notes: Made up.}
        evidence: {context_window_input: [feed], large_context: [feed], image_input: [feed], retires_on: [feed]}
        conflicts:
          - {field: context_window_input, values: {feed: "200000", other: "100000"}, settled_by: the feed}
          - {field: release_date, values: {feed: "2025-01-01", other: "2025-01-02"}, settled_by: the feed}
        """,
    "two.yaml": """
        model_id: two
        provider: acme
        metadata: {name: Two, family: ones, last_verified: 2025-12-01}
        """,
    "family.yaml": """
        family: ones
        maker: acme
        name: Ones
        optimization: {since: 2025-03-01, tips: [All ones like lists]}
        """,
    "sources.yaml": """
        sources:
          feed: {name: A feed, url: "https://feed.example", licence: MIT}
          other: {name: Another, url: "https://other.example", licence: MIT}
        """,
    "acme.yaml": """
        provider: acme
        display_name: Acme Inc.
        pricing_url: https://acme.example/prices
        regions: [eu, us]
        models:
          one-1:
            display_name: One at Acme
            limits: {context_window_input: 150000, context_window_output: 4000}
            lifecycle: {deprecated_on: 2026-06-01, retires_on: 2026-12-01}
            unsupported: [streaming]
            pricing_versions:
              - {effective_date: 2025-09-01, input_per_1m_tokens: 3, output_per_1m_tokens: 6, evidence: [feed]}
              - {effective_date: 2025-05-01, input_per_1m_tokens: 4, output_per_1m_tokens: 8}
              - {effective_date: 2025-01-01, input_per_1m_tokens: 5, output_per_1m_tokens: 10}
          three: {pricing_versions: [{input_per_1m_tokens: 1}]}
        """,
}

KEY = "model_id: one-1\nprovider: acme\n"
