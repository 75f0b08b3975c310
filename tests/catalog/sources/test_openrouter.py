"""OpenRouter: prices in text a token, dynamic and free ones, complete modality lists, variants that share a slug."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.openrouter import INPUTS, OUTPUTS, PARAMETERS, RATES
from ai_models.catalog.sources.openrouter import read as read_openrouter
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.meters import RATE_KEYS

Read = Callable[..., Reading]


def feed(*models: object, **more: object) -> dict[str, object]:
    """A feed of these models; without any, of one with the fields given."""
    known = {
        "id": "acme/zeta-1",
        "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
        "supported_parameters": [],
        "pricing": {},
    }
    return {"data": list(models) or [{**known, **more}]}


def test_the_tables_name_real_rates_and_capabilities():
    assert {rate for rate, _ in RATES.values()} <= RATE_KEYS.keys()
    stated = {*INPUTS.values(), *OUTPUTS.values(), *PARAMETERS.values()}
    assert stated <= {str(capability) for capability in ModelCapability}


def test_plain_facts_are_claimed(read: Read):
    found = read(
        read_openrouter,
        feed(
            canonical_slug="acme/zeta-1-20260512",
            hugging_face_id="Acme/Zeta-1",
            name="Acme: Zeta 1",
            created=1778613011,
            description="prose",
            context_length=1_000_000,
            top_provider={"context_length": 1_000_000, "max_completion_tokens": 128_000, "is_moderated": True},
            knowledge_cutoff="2025-03-31",
            expiration_date="2026-05-15",
        ),
    )
    values = {claim.field: claim.value for claim in found.claims if not claim.field.startswith("capability:")}
    assert values == {
        "name": "Acme: Zeta 1",
        "hugging_face_id": "Acme/Zeta-1",
        "alias": "acme/zeta-1-20260512",
        "context_window": 1_000_000,
        "context_window_output": 128_000,
        "knowledge_cutoff": "2025-03-31",
        "retires_on": date(2026, 5, 15),
    }
    claim = found.of("retires_on")[0]
    assert (claim.source, claim.provider, claim.subject) == ("openrouter", "openrouter", "acme/zeta-1")
    assert (claim.where, claim.as_of) == ("acme/zeta-1/expiration_date", AS_OF)
    assert not found.rejected


def test_absent_facts_are_unknown(read: Read):
    found = read(read_openrouter, feed(hugging_face_id="", knowledge_cutoff=None, expiration_date=None, top_provider=None))
    assert {claim.field.partition(":")[0] for claim in found.claims} == {"capability"}
    assert not found.rejected


@pytest.mark.parametrize("subject", ["acme/zeta-1", "acme/zeta-1:free", "acme/zeta-1:thinking", "~acme/zeta-latest"])
def test_a_slug_that_is_shared_or_repeats_the_id_is_no_alias(read: Read, subject: str):
    slug = subject if subject == "acme/zeta-1" else "acme/zeta-1"
    assert not read(read_openrouter, feed(id=subject, canonical_slug=slug)).of("alias")


@pytest.mark.parametrize(
    ("key", "written", "rate", "value"),
    [
        ("prompt", "0.0000025", "input_per_1m_tokens", "2.5"),
        ("completion", "1e-5", "output_per_1m_tokens", "10"),
        ("internal_reasoning", "0.000003", "reasoning_per_1m_tokens", "3"),
        ("input_cache_read", "0.000000075", "cache_read_per_1m_tokens", "0.075"),
        ("input_cache_write", "0.00000375", "cache_write_per_1m_tokens", "3.75"),
        ("input_cache_write_1h", "0.000006", "cache_write_1h_per_1m_tokens", "6"),
        ("audio", "0.00004", "audio_input_per_1m_tokens", "40"),
        ("audio_output", "0.00008", "audio_output_per_1m_tokens", "80"),
        ("image_output", "0.04", "image_output_each", "0.04"),
        ("request", "0.005", "request_per_1k", "5"),
        ("web_search", "0.014", "web_search_per_1k", "14"),
    ],
)
def test_prices_are_exact_in_the_unit_of_their_rate(read: Read, key: str, written: str, rate: str, value: str):
    assert read(read_openrouter, feed(pricing={key: written})).value(f"rate:{rate}") == Decimal(value)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("-1", "negative price: dynamic"),
        ("0", "zero placeholder"),
        ("", "not a number"),
        (" 1", "not a number"),
        ("1_0", "not a number"),
        ("NaN", "not a number"),
        ("1e99", "beyond any plausible price"),
        ("1e9999", "not a number"),
        (None, "not a number"),
    ],
)
def test_what_is_no_price_says_why(read: Read, written: object, reason: str):
    found = read(read_openrouter, feed(pricing={"prompt": written, "completion": "0.00001"}))
    assert found.reasons == [reason]
    assert found.rejected[0].where == "acme/zeta-1/pricing/prompt"
    assert found.value("rate:output_per_1m_tokens") == 10


def test_a_free_id_is_free(read: Read):
    found = read(read_openrouter, feed(id="acme/zeta-1:free", pricing={"prompt": "0", "completion": "0"}))
    assert (found.value("rate:input_per_1m_tokens"), found.value("rate:output_per_1m_tokens")) == (0, 0)


def test_an_image_price_has_no_certain_unit(read: Read):
    assert read(read_openrouter, feed(pricing={"image": "0.0000003"})).reasons == ["unit not certain"]


def test_overrides_are_conditions(read: Read):
    overrides = [
        {"min_prompt_tokens": 200000, "prompt": "0.000006"},
        {"utc_start": 1630, "utc_end": 30, "prompt": "0.000001"},
        {"utc_start": 0, "utc_end": 400, "min_prompt_tokens": 9, "prompt": "0.000002"},
    ]
    found = read(read_openrouter, feed(pricing={"prompt": "0.000003", "discount": 0, "overrides": overrides}))
    assert found.value("rate:input_per_1m_tokens") == 3
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="200000") == 6
    assert found.value("rate:input_per_1m_tokens", hours="16:30-00:30") == 1
    assert found.value("rate:input_per_1m_tokens", hours="00:00-04:00", input_tokens_above="9") == 2
    assert found.claims[-1].where == "acme/zeta-1/pricing/overrides[2]/prompt"
    assert not found.rejected


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        (3, "not a mapping"),
        ({"prompt": "0.1"}, "override without a known condition"),
        ({"phase": "full", "prompt": "0.1"}, "override without a known condition"),
        ({"min_prompt_tokens": "many"}, "not a number of tokens"),
        ({"utc_start": 100}, "not a time of day"),
        ({"utc_start": 100, "utc_end": 2400}, "not a time of day"),
        ({"utc_start": 160, "utc_end": 400}, "not a time of day"),
        ({"utc_start": -100, "utc_end": 400}, "not a time of day"),
        ({"utc_start": True, "utc_end": 400}, "not a time of day"),
        ({"min_prompt_tokens": 5, "mood": "0.1"}, "unknown key"),
    ],
)
def test_overrides_that_cannot_be_read_are_rejected(read: Read, override: object, reason: str):
    found = read(read_openrouter, feed(pricing={"overrides": [override], "completion": "0.00001"}))
    assert found.reasons == [reason]
    assert found.value("rate:output_per_1m_tokens") == 10


def test_prices_beside_a_discount_are_left_out(read: Read):
    found = read(read_openrouter, feed(pricing={"prompt": "0.000003", "discount": 0.25}))
    assert found.reasons == ["discount: the prices may stand before or after it"]
    assert not found.of("rate:input_per_1m_tokens")


def test_modalities_are_complete_so_a_missing_one_is_false(read: Read):
    architecture = {"input_modalities": ["text", "file"], "output_modalities": ["text"]}
    found = read(read_openrouter, feed(architecture=architecture))
    values = {claim.field.removeprefix("capability:"): claim.value for claim in found.claims}
    assert {name for name, value in values.items() if value} == {"text_input", "document_input", "text_output"}
    assert len(values) == len(INPUTS) + len(OUTPUTS)


def test_a_list_with_another_word_in_it_says_nothing_about_what_it_lacks(read: Read):
    architecture = {"input_modalities": ["text", "smell", 3], "output_modalities": ["text"]}
    found = read(read_openrouter, feed(architecture=architecture))
    assert found.reasons == ["unknown modality", "unknown modality"]
    assert found.value("capability:text_input") is True
    assert not found.of("capability:image_input")
    assert found.value("capability:image_output") is False


def test_parameters_show_capabilities_and_a_missing_one_shows_nothing(read: Read):
    parameters = ["tools", "tool_choice", "reasoning", "include_reasoning", "response_format", "structured_outputs", 3]
    found = read(read_openrouter, feed(supported_parameters=parameters, architecture=None))
    shown = ["function_calling", "structured_output", "json_mode", "extended_thinking"]
    assert [claim.field for claim in found.claims] == [f"capability:{name}" for name in shown]
    assert all(claim.value is True for claim in found.claims)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"architecture": []}, "not a mapping"),
        ({"architecture": {"input_modalities": [], "output_modalities": ["text"]}}, "not a list of modalities"),
        ({"supported_parameters": None}, "not a list"),
        ({"pricing": None}, "not a mapping"),
        ({"pricing": {"overrides": 3}}, "not a list"),
        ({"pricing": {"vibes": "0.1"}}, "unknown key"),
        ({"top_provider": 3}, "not a mapping"),
        ({"context_length": "long"}, "not a number of tokens"),
        ({"expiration_date": "soon"}, "not a date"),
        ({"canonical_slug": 3}, "not a text"),
        ({"horoscope": "leo"}, "unknown key"),
    ],
)
def test_values_that_cannot_be_read_are_rejected_and_the_rest_is_read(read: Read, more: dict[str, object], reason: str):
    found = read(read_openrouter, feed(**{"name": "Zeta", **more}))
    assert found.reasons == [reason]
    assert found.value("name") == "Zeta"


@pytest.mark.parametrize("bad", [3, None, {}, {"id": 3}, {"id": " "}])
def test_rows_that_are_no_models_are_rejected_and_the_next_is_read(read: Read, bad: object):
    found = read(read_openrouter, feed(bad, feed(name="Zeta")["data"][0]))
    assert (found.reasons, found.rejected[0].where) == (["not a model"], "data[0]")
    assert found.value("name") == "Zeta"


def test_an_unknown_key_is_told_once(read: Read):
    rows = [{**feed()["data"][0], "id": f"acme/{name}", "horoscope": "leo"} for name in "abc"]
    assert read(read_openrouter, feed(*rows)).reasons == ["unknown key"]


def test_the_real_feed_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("openrouter.json")
    found = Reading(read_openrouter(path, as_of=AS_OF))
    rows = json.loads(path.read_text())["data"]
    assert set(found.reasons) == {"unit not certain", "zero placeholder", "negative price: dynamic"}
    assert len(found.of("capability:text_input")) == len(rows)
    priced = [row for row in rows if Decimal(row["pricing"]["prompt"]) > 0 or row["id"].endswith(":free")]
    assert len(found.of("rate:input_per_1m_tokens")) == len(priced)
    opus = {claim.field: claim.value for claim in found.claims if claim.subject == "anthropic/claude-opus-4.7"}
    assert (opus["rate:input_per_1m_tokens"], opus["rate:output_per_1m_tokens"]) == (5, 25)
