"""rates: a derived ledger, its units, its tiers, and the mark that keeps it from being evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.rates import CONDITIONS, DERIVED, RATES
from ai_models.catalog.sources.rates import read as read_rates
from ai_models.pricing.meters import RATE_KEYS

Read = Callable[..., Reading]


def feed(*models: object, day: object = "2026-09-28", **more: object) -> dict[str, object]:
    """A ledger of these rows; without any, of one with the fields given."""
    return {"snapshot_date": day, "models": list(models) or [{"provider": "acme", "id": "zeta-1", **more}]}


def test_every_price_key_is_a_rate_key():
    assert {rate for rate, _ in RATES.values()} <= RATE_KEYS.keys()
    assert CONDITIONS.keys() <= RATES.keys()


def test_everything_it_says_is_marked_as_derived(tmp_path: Path):
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(feed()))
    assert (DERIVED, read_rates(path, as_of=AS_OF).derived) == (True, True)


def test_plain_facts_are_claimed_as_of_the_ledger(read: Read):
    found = read(
        read_rates,
        feed(
            family="zeta",
            type="audio_transcription",
            context={"input": 400_000, "output": 128_000},
            tool_call=True,
            structured_output=None,
            lifecycle={"status": "active", "release_date": "2026-03-05", "deprecation_date": "2027-02-09"},
            reasoning=None,
            modalities={"input": [], "output": []},
            price={"currency": "USD"},
            price_tiers=[],
            price_discrepancies=[{"field": "input_mtok"}],
            sources={"models_dev": "2026-09-28"},
        ),
    )
    assert {claim.field: claim.value for claim in found.claims} == {
        "family": "zeta",
        "mode": "transcription",
        "capability:function_calling": True,
        "context_window": 400_000,
        "context_window_output": 128_000,
        "status": "active",
        "release_date": date(2026, 3, 5),
        "retires_on": date(2027, 2, 9),
    }
    claim = found.claims[0]
    assert (claim.source, claim.provider, claim.subject) == ("rates", "acme", "zeta-1")
    assert (claim.as_of, claim.where) == (date(2026, 9, 28), "acme/zeta-1/family")
    assert not found.rejected


def test_a_ledger_is_never_later_than_the_run(read: Read):
    assert read(read_rates, feed(day="2027-01-01", family="zeta")).claims[0].as_of == AS_OF


@pytest.mark.parametrize(("day", "reason"), [(None, "not a date"), ("2026-09", "date without a day")])
def test_a_ledger_without_a_day_is_as_of_the_run(read: Read, day: object, reason: str):
    found = read(read_rates, feed(day=day, family="zeta"))
    assert (found.claims[0].as_of, found.reasons) == (AS_OF, [reason])


@pytest.mark.parametrize(
    ("key", "found", "rate", "value", "conditions"),
    [
        ("input_mtok", 0.132, "input_per_1m_tokens", "0.132", {}),
        ("cache_write_1h_mtok", 20.0, "cache_write_1h_per_1m_tokens", "20", {}),
        ("reasoning_mtok", 0.66, "reasoning_per_1m_tokens", "0.66", {}),
        ("cache_audio_read_mtok", 0.1, "cached_audio_input_per_1m_tokens", "0.1", {}),
        ("requests_kcount", 12, "request_per_1k", "12", {}),
        ("kchar", 0.015, "character_input_per_1m", "15", {}),
        ("audio_minute", 0.0043, "audio_input_per_minute", "0.0043", {}),
        ("streaming_audio_minute", 0.0048, "audio_input_per_minute", "0.0048", {"attribute_route": "streaming"}),
    ],
)
def test_prices_are_exact_in_the_unit_of_their_rate(
    read: Read, key: str, found: float, rate: str, value: str, conditions: dict[str, str]
):
    reading = read(read_rates, feed(price={"currency": "USD", key: found}))
    assert reading.value(f"rate:{rate}", **conditions) == Decimal(value)
    assert not reading.of("currency")


def test_seconds_of_output_have_a_unit_for_video_only(read: Read):
    video = read(read_rates, feed(type="video_generation", price={"output_per_second": 0.05}))
    assert video.value("rate:video_output_per_second") == Decimal("0.05")
    other = read(read_rates, feed(type="audio_transcription", price={"output_per_second": 0.05}))
    assert other.reasons == ["unit not stated"]


def test_another_currency_is_claimed(read: Read):
    assert read(read_rates, feed(price={"currency": "CNY", "input_mtok": 8})).value("currency") == "CNY"


def test_a_tier_holds_above_its_size(read: Read):
    tiers = [{"when": {"dimension": "context", "over": 200_000}, "price": {"input_mtok": 10, "output_mtok": 37.5}}]
    found = read(read_rates, feed(price={"input_mtok": 5}, price_tiers=tiers))
    assert found.value("rate:input_per_1m_tokens") == 5
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="200000") == 10
    assert found.claims[-1].where == "acme/zeta-1/price_tiers[0]/price/output_mtok"


@pytest.mark.parametrize(
    ("tier", "reason"),
    [
        (3, "not a tier"),
        ({"when": None, "price": {}}, "not a tier"),
        ({"when": {"dimension": "context", "over": 5}, "price": None}, "not a tier"),
        ({"when": {"dimension": "moon", "over": 5}, "price": {}}, "unknown dimension of a tier"),
        ({"when": {"dimension": "context", "over": 0}, "price": {}}, "zero placeholder"),
    ],
)
def test_tiers_that_cannot_be_read_are_rejected(read: Read, tier: object, reason: str):
    found = read(read_rates, feed(price={"input_mtok": 5}, price_tiers=[tier]))
    assert (found.reasons, found.value("rate:input_per_1m_tokens")) == ([reason], 5)


def test_modalities_are_complete_so_a_missing_one_is_false(read: Read):
    found = read(read_rates, feed(modalities={"input": ["text", "pdf"], "output": []}))
    values = {claim.field.removeprefix("capability:"): claim.value for claim in found.claims}
    assert values == {
        "text_input": True,
        "document_input": True,
        "image_input": False,
        "audio_input": False,
        "video_input": False,
    }


@pytest.mark.parametrize(
    ("reasoning", "expected"),
    [
        (None, {}),
        ({"control": None, "can_disable_reasoning": False}, {"capability:extended_thinking": True}),
        (
            {"control": "effort", "can_disable_reasoning": True},
            {"capability:extended_thinking": True, "reasoning:control": "effort", "reasoning:can_disable": True},
        ),
    ],
)
def test_reasoning_is_a_part_of_the_row(read: Read, reasoning: object, expected: dict[str, object]):
    found = read(read_rates, feed(reasoning=reasoning))
    assert {claim.field: claim.value for claim in found.claims} == expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"context": 3}, "not a mapping"),
        ({"price": []}, "not a mapping"),
        ({"price": {"session_minute": 0.0075}}, "no meter"),
        ({"price": {"vibes": 3}}, "unknown key"),
        ({"price": {"input_mtok": 0}}, "zero placeholder"),
        ({"price_tiers": 3}, "not a list"),
        ({"tool_call": "yes"}, "not true or false"),
        ({"type": 3}, "not a text"),
        ({"modalities": {"input": "text"}}, "not a list of modalities"),
        ({"lifecycle": {"release_date": "2026-01"}}, "date without a day"),
        ({"horoscope": "leo"}, "unknown key"),
    ],
)
def test_values_that_cannot_be_read_are_rejected_and_the_rest_is_read(read: Read, more: dict[str, object], reason: str):
    found = read(read_rates, feed(family="zeta", **more))
    assert (found.reasons, found.value("family")) == ([reason], "zeta")


@pytest.mark.parametrize(
    ("bad", "reason"), [(3, "not a mapping"), ({"id": "a"}, "not a text"), ({"provider": "a", "id": ""}, "not a text")]
)
def test_malformed_rows_are_rejected_and_the_next_is_read(read: Read, bad: object, reason: str):
    found = read(read_rates, feed(bad, {"provider": "acme", "id": "eta", "family": "zeta"}))
    assert (found.reasons, found.rejected[0].where) == ([reason], "models[0]")
    assert found.of("family", "eta")


def test_the_real_ledger_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("rates.json")
    found = Reading(read_rates(path, as_of=AS_OF))
    rows = json.loads(path.read_text())["models"]
    assert set(found.reasons) == {"zero placeholder", "date without a day", "no meter", "unit not stated"}
    assert len(found.of("status")) == len(rows)
    assert {claim.as_of for claim in found.claims} == {date(2026, 9, 28)}
