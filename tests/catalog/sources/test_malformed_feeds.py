"""Whatever one node of a feed turns into, the importer goes on: it claims or rejects, and never raises."""

from __future__ import annotations

import copy
import json
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_models.catalog.sources import IMPORTERS, Imported
from ai_models.errors import CatalogFileError

GENAI = [
    {
        "id": "acme",
        "models": [
            {
                "id": "zeta-1",
                "match": {"or": [{"equals": "zeta-1"}, {"starts_with": "zeta"}]},
                "context_window": 9000,
                "prices": [
                    {"prices": {"input_mtok": {"base": 1, "tiers": [{"start": 5, "price": 2}]}}},
                    {"constraint": {"start_date": "2026-01-01"}, "prices": {"input_mtok": 2}},
                    {"constraint": {"start_time": "01:00:00Z", "end_time": "02:00:00Z"}, "prices": {"input_mtok": 3}},
                ],
                "price_variants": [{"when": {"speed": "fast"}, "prices": {"input_mtok": 4}}],
            }
        ],
    }
]
LITELLM = {
    "zeta-1": {
        "litellm_provider": "acme",
        "mode": "image_generation",
        "max_input_tokens": 9000,
        "input_cost_per_image": 1e-06,
        "input_cost_per_pixel": 1e-06,
        "output_cost_per_second": 1e-06,
        "input_cost_per_query": 1e-06,
        "input_cost_per_token": 1e-06,
        "google_maps_grounding_cost_per_query": 0.01,
        "supports_vision": True,
        "supported_modalities": ["text"],
        "reasoning_effort_levels": ["low"],
        "search_context_cost_per_query": {"search_context_size_low": 0.01, "search_context_size_high": 0.02},
        "tiered_pricing": [{"range": [0, 5], "output_cost_per_token": 1e-06}],
        "provider_specific_entry": {"us": 1.1},
        "off_peak_pricing": {
            "input_cost_per_token": 5e-07,
            "weekday_timezone": "Asia/Shanghai",
            "windows": [{"hours_utc": ["01:00-02:00"], "weekdays": [1, 2]}],
        },
    }
}
MODELS_DEV = {
    "acme": {
        "models": {
            "zeta-1": {
                "name": "Zeta",
                "limit": {"context": 9000, "output": 5},
                "modalities": {"input": ["text"], "output": ["text"]},
                "reasoning_options": [{"type": "effort", "values": ["low"]}, {"type": "budget_tokens", "min": 1, "max": 2}],
                "cost": {"input": 1, "tiers": [{"input": 2, "tier": {"size": 5}}], "context_over_200k": {"input": 3}},
                "experimental": {"modes": {"fast": {"cost": {"input": 1}, "provider": {"body": {"speed": "fast"}}}}},
            }
        }
    }
}
DEPRECATIONS = [
    {
        "provider": "Acme",
        "model_id": "zeta-1",
        "deprecation_date": "2026-01-01",
        "shutdown_date": "2026-02-01",
        "replacement_models": ["zeta-2"],
        "last_observed": "2026-01-02",
    }
]
VENDOR = [
    {
        "provider": "acme",
        "model": "zeta-1",
        "field": "context_window_input",
        "value": 9000,
        "as_of": "2026-01",
        "url": "https://acme.example",
        "limit_kind": "max_input",
        "stated": "9K",
        "unit": "tokens",
        "total_context": 10000,
        "model_version": "1",
    },
    {"provider": "acme", "model": "zeta-1", "field": "input_per_1m_above", "value": 1, "as_of": "2026", "threshold": 5},
]
OBSERVATIONS = [
    {
        "source": "litellm",
        "provider": "acme",
        "model": "zeta-1",
        "observed_on": "2026-01-01",
        "kind": "change",
        "changes": {"input": [1, 2]},
    }
]
OPENROUTER = {
    "data": [
        {
            "id": "acme/zeta-1",
            "canonical_slug": "acme/zeta-1-20260101",
            "hugging_face_id": "Acme/Zeta-1",
            "name": "Zeta",
            "context_length": 9000,
            "top_provider": {"max_completion_tokens": 5},
            "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
            "supported_parameters": ["tools"],
            "knowledge_cutoff": "2025-01-01",
            "expiration_date": "2026-01-01",
            "pricing": {
                "prompt": "0.000001",
                "discount": 0,
                "overrides": [{"min_prompt_tokens": 5, "utc_start": 100, "utc_end": 200, "prompt": "0.000002"}],
            },
        }
    ]
}
RATES = {
    "snapshot_date": "2026-01-01",
    "models": [
        {
            "provider": "acme",
            "id": "zeta-1",
            "type": "video_generation",
            "modalities": {"input": ["text"], "output": ["text"]},
            "context": {"input": 9000, "output": 5},
            "price": {"currency": "USD", "input_mtok": 1, "output_per_second": 1},
            "price_tiers": [{"when": {"dimension": "context", "over": 5}, "price": {"input_mtok": 2}}],
            "reasoning": {"control": "effort", "can_disable_reasoning": True},
            "lifecycle": {"status": "active", "release_date": "2026-01-01", "deprecation_date": "2027-01-01"},
        }
    ],
}
FEEDS: dict[str, object] = {
    "genai-prices": GENAI,
    "litellm": LITELLM,
    "models.dev": MODELS_DEV,
    "deprecations": DEPRECATIONS,
    "vendor": VENDOR,
    "price-observations": OBSERVATIONS,
    "openrouter": OPENROUTER,
    "rates": RATES,
}
ENVELOPES = {"openrouter": [("data",)], "rates": [("models",)]}
"""Nodes without which a file is not the format: those may raise."""

LINES = {"vendor", "price-observations"}

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([0, -1, 1e300, 10**40, "", "2026-02-30", "01:00-02:00", "fast", "\ud800", "zeta-1:free"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)

Path_ = tuple[str | int, ...]


def nodes(content: object, path: Path_ = ()) -> list[Path_]:
    """The paths of every node below the top."""
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    found = [path] if path else []
    for key, child in children:
        found += nodes(child, (*path, key))
    return found


def replaced(content: object, path: Path_, junk: object) -> object:
    """A copy in which one node is junk."""
    changed = copy.deepcopy(content)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]  # type: ignore[index]
    parent[path[-1]] = junk  # type: ignore[index]
    return changed


@pytest.mark.parametrize("source", sorted(FEEDS))
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_one_broken_node_never_stops_a_run(source: str, data: st.DataObject):
    places = [place for place in nodes(FEEDS[source]) if place not in ENVELOPES.get(source, [])]
    feed = replaced(FEEDS[source], data.draw(st.sampled_from(places)), data.draw(JUNK))
    lines = "\n".join(json.dumps(row) for row in feed) if source in LINES and isinstance(feed, list) else json.dumps(feed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.json"
        path.write_text(lines)
        imported = IMPORTERS[source](path, as_of=date(2026, 11, 22))
    assert isinstance(imported, Imported)
    assert all(row.where and row.reason for row in imported.rejected)


@pytest.mark.parametrize("source", sorted(FEEDS))
@given(content=st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_or_refused(source: str, content: str):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.json"
        path.write_text(content, encoding="utf-8", errors="replace")
        with suppress(CatalogFileError):
            IMPORTERS[source](path, as_of=date(2026, 11, 22))
