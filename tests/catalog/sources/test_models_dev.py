"""models.dev: complete modality lists, placeholders, misspelt prices, tiers and modes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.models_dev import FLAGS, INPUTS, OUTPUTS, RATES
from ai_models.catalog.sources.models_dev import read as read_models_dev
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.meters import RATE_KEYS

Read = Callable[..., Reading]


def feed(model: object, name: str = "zeta-1") -> dict[str, object]:
    return {"acme": {"id": "acme", "name": "Acme", "models": {name: model}}}


def costing(**cost: object) -> dict[str, object]:
    return feed({"cost": cost})


def test_the_tables_name_real_rates_and_capabilities():
    assert set(RATES.values()) <= RATE_KEYS.keys()
    stated = {field.removeprefix("capability:") for field in FLAGS.values() if field.startswith("capability:")}
    assert stated | set(INPUTS.values()) | set(OUTPUTS.values()) <= {str(capability) for capability in ModelCapability}


def test_plain_facts_are_claimed(read: Read):
    found = read(
        read_models_dev,
        feed(
            {
                "id": "zeta-1",
                "name": "Zeta 1",
                "family": "zeta",
                "status": "beta",
                "base_model": "acme/zeta-1",
                "knowledge": "2025-04",
                "release_date": "2025-09-29",
                "open_weights": False,
                "tool_call": True,
                "reasoning": False,
                "temperature": True,
                "limit": {"context": 400000, "input": 272000, "output": 128000},
            }
        ),
    )
    values = {claim.field: claim.value for claim in found.claims}
    assert values == {
        "name": "Zeta 1",
        "family": "zeta",
        "status": "beta",
        "base_model": "acme/zeta-1",
        "knowledge_cutoff": "2025-04",
        "release_date": date(2025, 9, 29),
        "open_weights": False,
        "capability:function_calling": True,
        "capability:extended_thinking": False,
        "context_window": 400_000,
        "context_window_input": 272_000,
        "context_window_output": 128_000,
    }
    assert not found.rejected
    assert found.claims[0].where == "acme/zeta-1/name"


def test_modalities_are_complete_so_a_missing_one_is_false(read: Read):
    found = read(read_models_dev, feed({"modalities": {"input": ["text", "pdf"], "output": ["text", "hologram"]}}))
    values = {c.field.removeprefix("capability:"): c.value for c in found.claims}
    assert {name for name, value in values.items() if value} == {"text_input", "document_input", "text_output"}
    assert {name for name, value in values.items() if value is False} == {
        *("image_input", "audio_input", "video_input", "image_output", "audio_output", "video_output")
    }


def test_absent_flags_are_unknown(read: Read):
    assert read(read_models_dev, feed({"name": "Zeta"})).fields == {"name"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([{"type": "toggle"}], {"control": "toggle", "can_disable": True}),
        ([{"type": "effort", "values": ["low", "high"]}], {"control": "effort", "efforts": ("low", "high")}),
        (
            [{"type": "effort", "values": ["none", "high"]}],
            {"control": "effort", "efforts": ("none", "high"), "can_disable": True},
        ),
        (
            [{"type": "toggle"}, {"type": "budget_tokens", "min": 1024, "max": 63999}],
            {"control": "budget_tokens", "min_tokens": 1024, "max_tokens": 63999, "can_disable": True},
        ),
        (
            [{"type": "budget_tokens", "min": 0}, {"type": "effort", "values": ["high"]}],
            {"control": "effort", "efforts": ("high",), "min_tokens": 0},
        ),
        ([{"type": "effort"}], {"control": "effort"}),
        ([], {}),
    ],
)
def test_reasoning_options(read: Read, options: object, expected: dict[str, object]):
    found = read(read_models_dev, feed({"reasoning_options": options}))
    assert {c.field: c.value for c in found.claims} == {f"reasoning:{name}": value for name, value in expected.items()}
    assert not found.rejected


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("effort", "not a list"),
        ([{"type": "mood"}], "unknown reasoning option"),
        (["toggle"], "unknown reasoning option"),
        ([{"type": "effort", "values": "high"}], "not a list of efforts"),
        ([{"type": "effort", "values": []}], "not a list of efforts"),
        ([{"type": "budget_tokens", "min": -1}], "not a number of tokens"),
    ],
)
def test_reasoning_options_that_cannot_be_read(read: Read, options: object, reason: str):
    assert read(read_models_dev, feed({"reasoning_options": options})).reasons == [reason]


def test_prices_are_exact(read: Read):
    found = read(read_models_dev, costing(input=0.13999999, output=10.0, cache_read=0.5, input_audio=1, reasoning=3))
    assert found.value("rate:input_per_1m_tokens") == Decimal("0.13999999")
    assert str(found.value("rate:output_per_1m_tokens")) == "10"
    assert found.fields >= {
        "rate:cache_read_per_1m_tokens",
        "rate:audio_input_per_1m_tokens",
        "rate:reasoning_per_1m_tokens",
    }


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("cache_input", "read"), ("cached_input", "read"), ("cached_write", "write")]
)
def test_misspelt_cache_prices_are_understood(read: Read, misspelt: str, meant: str):
    assert read(read_models_dev, costing(**{misspelt: 0.3})).value(f"rate:cache_{meant}_per_1m_tokens") == Decimal("0.3")


def test_the_right_spelling_wins_over_the_wrong_one(read: Read):
    found = read(read_models_dev, costing(cached_input=9, cache_read=0.3))
    assert found.value("rate:cache_read_per_1m_tokens") == Decimal("0.3")


def test_zeros_are_placeholders_except_for_free_ids(read: Read):
    zeros = {"cost": {"input": 0, "output": 0}, "limit": {"context": 0, "output": 0}}
    assert read(read_models_dev, feed(zeros)).reasons == ["zero placeholder"] * 4
    free = read(read_models_dev, feed(zeros, name="zeta-1:free"))
    assert free.value("rate:input_per_1m_tokens") == 0
    assert free.reasons == ["zero placeholder"] * 2


def test_a_negative_price_is_dynamic(read: Read):
    assert read(read_models_dev, costing(input=-1)).reasons == ["negative price: dynamic"]


def test_tiers_hold_above_their_size(read: Read):
    tiers = [
        {"input": 2, "output": 6, "tier": {"size": 200000}},
        {"input": 4, "tier": {"size": 500000, "type": "context"}},
    ]
    found = read(read_models_dev, costing(input=1, tiers=tiers))
    assert found.value("rate:input_per_1m_tokens") == 1
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="200000") == 2
    assert found.value("rate:output_per_1m_tokens", input_tokens_above="200000") == 6
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="500000") == 4


def test_the_older_spelling_of_a_tier_counts_where_there_is_no_newer(read: Read):
    found = read(read_models_dev, costing(context_over_200k={"input": 2}))
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="200000") == 2
    both = read(read_models_dev, costing(context_over_200k={"input": 9}, tiers=[{"input": 2, "tier": {"size": 200000}}]))
    assert both.value("rate:input_per_1m_tokens", input_tokens_above="200000") == 2


@pytest.mark.parametrize(
    ("provider", "conditions"),
    [
        (None, {"speed": "fast"}),
        ({"body": {"speed": "fast"}}, {"speed": "fast"}),
        ({"body": {"service_tier": "priority"}}, {"service_tier": "priority"}),
        ({"body": {}}, {"speed": "fast"}),
    ],
)
def test_a_mode_holds_under_the_parameter_that_asks_for_it(read: Read, provider: object, conditions: dict[str, str]):
    modes = {"fast": {"cost": {"input": 30}, "provider": provider}}
    found = read(read_models_dev, feed({"experimental": {"modes": modes}}))
    assert found.value("rate:input_per_1m_tokens", **conditions) == 30


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("odd", "not a mapping"),
        ({"limit": 5}, "not a mapping"),
        ({"limit": {"context": "big"}}, "not a number of tokens"),
        ({"modalities": []}, "not a mapping"),
        ({"modalities": {"input": ["text"]}}, "not a list of modalities"),
        ({"cost": 3}, "not a mapping"),
        ({"cost": {"tiers": 3}}, "not a list"),
        ({"cost": {"tiers": ["odd"]}}, "not a tier"),
        ({"cost": {"tiers": [{"input": 1}]}}, "not a tier"),
        ({"cost": {"tiers": [{"input": 1, "tier": {"type": "moon", "size": 5}}]}}, "not a tier"),
        ({"cost": {"tiers": [{"input": 1, "tier": {"size": 0}}]}}, "zero placeholder"),
        ({"cost": {"context_over_200k": 3}}, "not a mapping"),
        ({"cost": {"image": 21}}, "unit not stated"),
        ({"cost": {"dreams": 21}}, "unknown key"),
        ({"cost": {"input": "3"}}, "not a number"),
        ({"tool_call": "yes"}, "not true or false"),
        ({"knowledge": "2025-02-31"}, "not a date"),
        ({"release_date": "2026-01"}, "date without a day"),
        ({"experimental": {"modes": {"fast": {}}}}, "not a mapping"),
        ({"experimental": {"modes": {"slow": {"cost": {"input": 1}}}}}, "unknown mode"),
        (
            {"experimental": {"modes": {"fast": {"cost": {"input": 1}, "provider": {"body": {"service_tier": "velvet"}}}}}},
            "unknown mode",
        ),
    ],
)
def test_what_cannot_be_read_is_rejected_and_the_rest_is_kept(read: Read, model: object, reason: str):
    content = feed(model)
    content["eta"] = {"models": {"eta-1": {"name": "Eta"}}}
    found = read(read_models_dev, content)
    assert found.reasons == [reason]
    assert found.rejected[0].where.startswith("acme/zeta-1")
    assert found.of("name", "eta-1")


def test_modes_elsewhere_are_ignored(read: Read):
    assert not read(read_models_dev, feed({"experimental": True})).rejected


def test_a_new_key_is_reported_once(read: Read):
    models = {"zeta-1": {"aura": 1}, "zeta-2": {"aura": 2}}
    found = read(read_models_dev, {"acme": {"models": models}})
    assert [(row.where, row.reason, row.found) for row in found.rejected] == [("acme/zeta-1", "unknown key", "aura")]


@pytest.mark.parametrize("provider", ["odd", {}, {"models": []}])
def test_a_provider_without_models_is_rejected(read: Read, provider: object):
    found = read(read_models_dev, {"acme": provider})
    assert [(row.where, row.reason) for row in found.rejected] == [("acme", "not a provider")]


def test_the_real_feed_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("models_dev.json")
    found = Reading(read_models_dev(path, as_of=AS_OF))
    rows = sum(len(provider["models"]) for provider in json.loads(path.read_text()).values())
    assert set(found.reasons) <= {
        *("zero placeholder", "date without a day", "not a date", "unit not stated", "not a number of tokens")
    }
    assert len({(c.provider, c.subject) for c in found.claims}) > rows * 0.99
