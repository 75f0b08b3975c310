"""LiteLLM's map: prices per token and per unit, families of suffixes, flags, tiers and schedules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.litellm import read as read_litellm
from ai_models.catalog.sources.litellm_keys import BASES, FLAGS
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.meters import RATE_KEYS

Read = Callable[..., Reading]


def feed(**row: object) -> dict[str, object]:
    return {"acme/zeta-1": {"litellm_provider": "acme", **row}}


def test_the_tables_name_real_rates_and_capabilities():
    assert {rate for rate, _ in BASES.values()} <= RATE_KEYS.keys()
    assert set(FLAGS.values()) <= {str(capability) for capability in ModelCapability}


def test_facts_are_claimed_under_the_feeds_own_spelling(read: Read):
    found = read(
        read_litellm,
        feed(mode="image_generation", max_input_tokens=200000, max_output_tokens=64000.0, deprecation_date="2027-03-30"),
    )
    assert {c.field: c.value for c in found.claims} == {
        "mode": "image",
        "context_window_input": 200_000,
        "context_window_output": 64_000,
        "retires_on": date(2027, 3, 30),
    }
    assert {(c.source, c.provider, c.subject) for c in found.claims} == {("litellm", "acme", "acme/zeta-1")}
    assert found.of("retires_on")[0].where == "acme/zeta-1/deprecation_date"


def test_the_ambiguous_maximum_and_other_ignored_keys_say_nothing(read: Read):
    found = read(read_litellm, feed(max_tokens=4096, source="https://acme.example", supports_tool_choice=True))
    assert (found.claims, found.rejected) == ((), ())


@pytest.mark.parametrize(
    ("key", "cost", "rate", "value", "conditions"),
    [
        ("input_cost_per_token", 3e-06, "input_per_1m_tokens", "3", {}),
        ("output_cost_per_token_batches", 7.5e-08, "output_per_1m_tokens", "0.075", {"service_tier": "batch"}),
        ("input_cost_per_token_above_128k_tokens", 1e-06, "input_per_1m_tokens", "1", {"input_tokens_above": "128000"}),
        (
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
            1.2e-05,
            "cache_write_1h_per_1m_tokens",
            "12",
            {"input_tokens_above": "200000"},
        ),
        (
            "cache_creation_input_token_cost_above_12hr_above_272k_tokens_flex",
            1e-05,
            "cache_write_12h_per_1m_tokens",
            "10",
            {"input_tokens_above": "272000", "service_tier": "flex"},
        ),
        ("cache_read_input_token_cost_priority", 1e-06, "cache_read_per_1m_tokens", "1", {"service_tier": "priority"}),
        ("input_cost_per_token_ultrafast", 1e-06, "input_per_1m_tokens", "1", {"service_tier": "ultrafast"}),
        ("input_cost_per_token_cache_hit", 1e-07, "cache_read_per_1m_tokens", "0.1", {}),
        ("explicit_cache_read_input_token_cost", 1e-07, "cache_read_per_1m_tokens", "0.1", {"attribute_cache": "explicit"}),
        ("output_cost_per_reasoning_token", 4e-06, "reasoning_per_1m_tokens", "4", {}),
        ("input_cost_per_audio_per_second", 0.0001, "audio_input_per_hour", "0.36", {}),
        ("output_cost_per_image_1.5K", 0.08, "image_output_each", "0.08", {"attribute_resolution": "1.5K"}),
        ("output_cost_per_image_512", 0.02, "image_output_each", "0.02", {"attribute_resolution": "512"}),
        (
            "annotation_cost_per_page_batches",
            0.0015,
            "page_per_1k",
            "1.5",
            {"attribute_annotated": "true", "service_tier": "batch"},
        ),
        ("ocr_cost_per_page", 0.002, "page_per_1k", "2", {}),
        ("code_interpreter_cost_per_session", 0.03, "code_execution_per_session", "0.03", {}),
    ],
)
def test_price_keys(read: Read, key: str, cost: float, rate: str, value: str, conditions: dict[str, str]):
    found = read(read_litellm, feed(**{key: cost}))
    assert str(found.value(f"rate:{rate}", **conditions)) == value
    assert not found.rejected


@pytest.mark.parametrize(
    ("row", "rate", "value"),
    [
        ({"mode": "image_generation", "input_cost_per_image": 0.04}, "image_output_each", "0.04"),
        (
            {"mode": "image_edit", "input_cost_per_image": 0.04, "output_cost_per_image": 0.1},
            "image_input_each",
            "0.04",
        ),
        ({"mode": "chat", "input_cost_per_image": 0.04}, "image_input_each", "0.04"),
        ({"mode": "image_generation", "input_cost_per_pixel": 2e-08}, "pixel_output_per_1m", "0.02"),
        ({"mode": "chat", "input_cost_per_pixel": 2e-08, "output_cost_per_pixel": 1e-08}, "pixel_input_per_1m", "0.02"),
        ({"mode": "chat", "output_cost_per_image": 0.04}, "image_output_each", "0.04"),
        ({"mode": "audio_transcription", "input_cost_per_second": 0.0001}, "audio_input_per_hour", "0.36"),
        ({"mode": "audio_transcription", "output_cost_per_second": 0.0001}, "audio_input_per_hour", "0.36"),
        ({"mode": "realtime", "input_cost_per_second": 0.001}, "audio_per_hour", "3.6"),
        (
            {"mode": "realtime", "input_cost_per_second": 0.001, "input_cost_per_audio_token": 1e-06},
            "audio_input_per_hour",
            "3.6",
        ),
        ({"mode": "audio_speech", "output_cost_per_second": 0.00025}, "audio_output_per_minute", "0.015"),
        ({"mode": "video_generation", "output_cost_per_second": 0.1}, "video_output_per_second", "0.1"),
        ({"mode": "search", "input_cost_per_query": 0.005}, "web_search_per_1k", "5"),
        ({"mode": "vector_store", "input_cost_per_query": 0.005}, "file_search_per_1k", "5"),
        ({"mode": "rerank", "input_cost_per_query": 0.002}, "request_per_1k", "2"),
        (
            {"mode": "chat", "google_maps_grounding_cost_per_query": 0.014, "web_search_billing_unit": "per_query"},
            "maps_search_per_1k",
            "14",
        ),
    ],
)
def test_keys_whose_meaning_depends_on_the_row(read: Read, row: dict[str, object], rate: str, value: str):
    assert str(read(read_litellm, feed(**row)).value(f"rate:{rate}")) == value


def test_a_resolution_is_an_attribute(read: Read):
    found = read(read_litellm, feed(mode="video_generation", output_cost_per_second=0.2, output_cost_per_second_720p=0.1))
    assert found.value("rate:video_output_per_second") == Decimal("0.2")
    assert found.value("rate:video_output_per_second", attribute_resolution="720p") == Decimal("0.1")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"mode": "chat", "input_cost_per_second": 0.01}, "no meter"),
        ({"mode": "chat", "output_cost_per_second": 0.01}, "no meter"),
        ({"mode": "audio_speech", "output_cost_per_image": 0.06}, "unit does not fit the mode"),
        ({"input_cost_per_text_message": 0.004}, "no meter"),
        ({"google_maps_grounding_cost_per_query": 0.025}, "billed by prompt: no meter"),
        ({"input_cost_per_token_balanced": 1e-07}, "unknown service tier"),
        ({"input_cost_per_token": "3e-06"}, "not a number"),
        ({"input_cost_per_token": -1}, "negative price: dynamic"),
        ({"output_cost_per_token": 0.0}, "zero placeholder"),
        ({"max_input_tokens": 0}, "zero placeholder"),
        ({"max_input_tokens": "200k"}, "not a number of tokens"),
        ({"deprecation_date": "soon"}, "not a date"),
        ({"mode": 7}, "not a text"),
        ({"supports_vision": "yes"}, "not true or false"),
        ({"supported_modalities": "text"}, "not a list"),
        ({"reasoning_effort_levels": "high"}, "not a list of efforts"),
        ({"search_context_cost_per_query": {}}, "not prices by size"),
        ({"search_context_cost_per_query": {"search_context_size_huge": 1}}, "not prices by size"),
        ({"search_context_cost_per_query": 0.01}, "not prices by size"),
        ({"tiered_pricing": {}}, "not a list"),
        ({"tiered_pricing": [7]}, "tier without a range of tokens"),
        ({"tiered_pricing": [{"range": [5], "input_cost_per_token": 1}]}, "tier without a range of tokens"),
        ({"tiered_pricing": [{"range": ["a", "b"]}]}, "not a number of tokens"),
        ({"tiered_pricing": [{"range": [0, 9], "aura": 1}]}, "unknown key"),
        ({"regional_endpoint_uplift_multiplier": "more"}, "not a number"),
        ({"regional_endpoint_uplift_multiplier": 0}, "zero placeholder"),
        ({"off_peak_pricing": []}, "not a mapping"),
        ({"off_peak_pricing": {}}, "off-peak without windows"),
        ({"aura": 1}, "unknown key"),
        ({"": 1}, "unknown key"),
    ],
)
def test_what_cannot_be_read_is_rejected_and_the_next_row_is_read(read: Read, row: dict[str, object], reason: str):
    found = read(read_litellm, {**feed(**row), "eta": {"litellm_provider": "acme", "mode": "chat"}})
    assert found.reasons == [reason]
    assert found.rejected[0].where.startswith("acme/zeta-1")
    assert found.of("mode", "eta")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"mode": "image_generation", "input_cost_per_image": 0.04, "input_cost_per_pixel": 1e-08}, "stated by image too"),
        (
            {"mode": "audio_transcription", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001},
            "stated by input too",
        ),
    ],
)
def test_a_price_that_another_key_repeats_counts_once(read: Read, row: dict[str, object], reason: str):
    found = read(read_litellm, feed(**row))
    assert found.reasons == [reason]
    assert len([c for c in found.claims if c.field.startswith("rate:")]) == 1


def test_the_older_spelling_of_a_cache_price_gives_way(read: Read):
    found = read(read_litellm, feed(input_cost_per_token_cache_hit=1e-07, cache_read_input_token_cost=2e-07))
    assert found.value("rate:cache_read_per_1m_tokens") == Decimal("0.2")


@pytest.mark.parametrize("name", ["sample_spec", "fallback_generalizations", "fireworks-ai-up-to-9b"])
def test_keys_that_are_no_models_are_rejected(read: Read, name: str):
    found = read(read_litellm, {name: {"litellm_provider": "acme", "mode": "chat"}})
    assert (found.claims, found.reasons) == ((), ["not a model"])


@pytest.mark.parametrize(("row", "reason"), [("odd", "not a mapping"), ({"mode": "chat"}, "not a text")])
def test_rows_that_are_none_are_rejected(read: Read, row: object, reason: str):
    assert read(read_litellm, {"zeta": row}).reasons == [reason]


def test_a_new_key_is_reported_once(read: Read):
    row = {"litellm_provider": "acme", "input_aura": 1}
    found = read(read_litellm, {"zeta-1": row, "zeta-2": row})
    assert [(r.where, r.reason, r.found) for r in found.rejected] == [("zeta-1/input_aura", "unknown key", "input_aura")]


def test_flags_are_true_or_false_and_absent_ones_are_unknown(read: Read):
    found = read(read_litellm, feed(supports_vision=True, supports_function_calling=False, supports_pdf_input=None))
    assert {c.field: c.value for c in found.claims} == {
        "capability:image_input": True,
        "capability:function_calling": False,
    }


def test_lists_only_add_what_no_flag_states(read: Read):
    found = read(
        read_litellm,
        feed(
            supports_vision=False,
            supported_modalities=["text", "image"],
            supported_output_modalities=["text", "code"],
            supported_endpoints=["/v1/batch", "/v1/responses"],
        ),
    )
    assert {c.field: c.value for c in found.claims} == {
        "capability:image_input": False,
        "capability:text_input": True,
        "capability:text_output": True,
        "capability:batch_api": True,
    }


def test_reasoning_facts(read: Read):
    found = read(read_litellm, feed(reasoning_effort_levels=["low", "high"], thinking_always_on=True))
    assert found.value("reasoning:efforts") == ("low", "high")
    assert found.value("reasoning:can_disable") is False
    assert not read(read_litellm, feed(reasoning_effort_levels=[], thinking_always_on=False)).claims


def search(provider: str, low: float, high: float, **row: object) -> dict[str, object]:
    sizes = {"search_context_size_low": low, "search_context_size_high": high}
    return {"zeta": {"litellm_provider": provider, "search_context_cost_per_query": sizes, **row}}


def test_a_search_price_that_does_not_depend_on_the_size_is_one_rate(read: Read):
    assert read(read_litellm, search("acme", 0.01, 0.01)).value("rate:web_search_per_1k") == 10


def test_a_search_price_that_depends_on_the_size_has_it_as_attribute(read: Read):
    found = read(read_litellm, search("acme", 0.005, 0.012))
    assert found.value("rate:web_search_per_1k", **{"attribute.search_context_size": "low"}) == 5
    assert found.value("rate:web_search_per_1k", **{"attribute.search_context_size": "high"}) == 12


def test_google_bills_prompts_unless_the_row_says_queries(read: Read):
    assert read(read_litellm, search("gemini", 0.035, 0.035)).value("rate:grounded_prompt_per_1k") == 35
    per_query = read(read_litellm, search("gemini", 0.014, 0.014, web_search_billing_unit="per_query"))
    assert per_query.value("rate:web_search_per_1k") == 14


def test_tiers_hold_above_the_start_of_their_range_and_the_first_is_the_flat_price(read: Read):
    tiers = [
        {"range": [0, 32000.0], "input_cost_per_token": 1e-06, "output_cost_per_token": 5e-06},
        {"range": [32000.0, 128000.0], "input_cost_per_token": 2e-06},
    ]
    found = read(read_litellm, feed(tiered_pricing=tiers, input_cost_per_token=1e-06))
    assert found.value("rate:input_per_1m_tokens") == 1
    assert found.value("rate:output_per_1m_tokens") == 5
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="32000") == 2


def test_multipliers_hold_for_a_region_or_a_speed(read: Read):
    found = read(
        read_litellm,
        feed(
            provider_specific_entry={"us": 1.1, "fast": 2.0, "frames": {"a": 1}},
            regional_processing_uplift_multiplier_eu=1.2,
            regional_endpoint_uplift_multiplier=1.3,
        ),
    )
    assert found.value("multiplier:tokens", region="us") == Decimal("1.1")
    assert found.value("multiplier:tokens", speed="fast") == 2
    assert found.value("multiplier:tokens", region="eu") == Decimal("1.2")
    assert found.value("multiplier:tokens", region="regional") == Decimal("1.3")
    assert not found.rejected


def off_peak(windows: object, **more: object) -> dict[str, object]:
    return feed(input_cost_per_token=2e-06, off_peak_pricing={"input_cost_per_token": 1e-06, "windows": windows, **more})


RATE = "rate:input_per_1m_tokens"


def test_the_off_peak_price_is_the_standard_and_peak_hours_are_the_condition(read: Read):
    windows = [
        {"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
        {"hours_utc": "00:00-00:00", "weekdays": [6, 7]},
    ]
    found = read(read_litellm, off_peak(windows))
    assert found.value(RATE) == 1
    assert found.value(RATE, hours="01:00-04:00", weekdays="mon,tue,wed,thu,fri") == 2
    assert found.value(RATE, hours="06:00-10:00", weekdays="mon,tue,wed,thu,fri") == 2
    assert len(found.claims) == 3


def test_windows_without_weekdays_hold_every_day(read: Read):
    found = read(read_litellm, off_peak([{"hours_utc": "16:30-00:30"}]))
    assert found.value(RATE, hours="00:30-16:30") == 2


def test_a_day_without_windows_is_peak_all_day(read: Read):
    found = read(read_litellm, off_peak([{"hours_utc": "00:00-00:00", "weekdays": [1, 2, 3, 4, 5, 6]}]))
    assert found.value(RATE, weekdays="sun") == 2


def test_windows_with_weekdays_of_another_zone_are_told_in_that_zone(read: Read):
    windows = [{"hours_utc": "10:00-01:00", "weekdays": [1, 2, 3, 4, 5]}, {"hours_utc": "00:00-00:00", "weekdays": [6, 7]}]
    found = read(read_litellm, off_peak(windows, weekday_timezone="Asia/Shanghai"))
    assert found.value(RATE, hours="09:00-18:00", weekdays="mon,tue,wed,thu,fri", timezone="Asia/Shanghai") == 2


def test_an_off_peak_price_without_a_standard_one_is_rejected(read: Read):
    found = read(read_litellm, off_peak([{"hours_utc": "16:30-00:30"}], output_cost_per_token=1e-06))
    assert found.reasons == ["off-peak without a standard price"]


@pytest.mark.parametrize(
    ("windows", "zone", "reason"),
    [
        ([], "UTC", "off-peak without windows"),
        (["always"], "UTC", "not a window"),
        ([{"hours_utc": "dawn"}], "UTC", "not hours"),
        ([{"hours_utc": "01:00-24:00"}], "UTC", "not hours"),
        ([{"hours_utc": ["01:00-02:00", 3]}], "UTC", "not hours"),
        ([{"hours_utc": "01:00-02:00", "weekdays": [0]}], "UTC", "not weekdays"),
        ([{"hours_utc": "01:00-02:00", "weekdays": "all"}], "UTC", "not weekdays"),
        ([{"hours_utc": "01:00-02:00"}], "Europe/Berlin", "zone changes its clocks"),
        ([{"hours_utc": "01:00-02:00"}], "Atlantis/Sunken", "unknown zone"),
    ],
)
def test_schedules_that_cannot_be_read_leave_the_flat_price(read: Read, windows: object, zone: str, reason: str):
    found = read(read_litellm, off_peak(windows, weekday_timezone=zone))
    assert found.reasons == [reason]
    assert found.value(RATE) == 2


def test_the_real_feed_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("litellm.json")
    found = Reading(read_litellm(path, as_of=AS_OF))
    rows = len(json.loads(path.read_text()))
    assert set(found.reasons) <= {
        *("zero placeholder", "no meter", "unknown service tier", "not a model", "tier without a range of tokens"),
        *("stated by image too", "stated by input too", "billed by prompt: no meter", "unit does not fit the mode"),
    }
    assert len({c.subject for c in found.claims}) > rows * 0.99
