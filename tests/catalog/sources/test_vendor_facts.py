"""Vendor facts: dates of any precision, kinds of limits, prices under conditions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.vendor_facts import READERS
from ai_models.catalog.sources.vendor_facts import read as read_vendor_facts

Read = Callable[..., Reading]


def fact(field: str, value: object, **more: object) -> str:
    known = {"provider": "acme", "model": "zeta-1", "as_of": "2026-08", "url": "https://acme.example/zeta"}
    return json.dumps({**known, "field": field, "value": value, **more})


def test_a_fact_is_as_of_its_page_and_names_it(read: Read):
    claim = read(read_vendor_facts, fact("release_date", "2026-07-24", as_of="2026-08-21")).claims[0]
    assert (claim.source, claim.value, claim.as_of) == ("vendor", date(2026, 7, 24), date(2026, 8, 21))
    assert claim.where == "https://acme.example/zeta"


def test_a_fact_without_a_page_names_its_line(read: Read):
    assert read(read_vendor_facts, fact("name", "Zeta", url=None)).claims[0].where == "line 1"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-02", date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
        ("2025", date(2025, 12, 31)),
        ("2025-03-04", date(2025, 3, 4)),
        ("2026-11", AS_OF),
        ("2026", AS_OF),
        ("2027-01-01", AS_OF),
    ],
)
def test_a_month_or_year_is_its_last_day_but_never_later_than_the_run(read: Read, written: str, day: date):
    assert read(read_vendor_facts, fact("name", "Zeta", as_of=written)).claims[0].as_of == day


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("total_context", "context_window"),
        ("max_input", "context_window_input"),
        ("max_output", "context_window_output"),
        (None, "context_window_input"),
    ],
)
def test_the_kind_of_a_limit_decides_its_field(read: Read, kind: str | None, field: str):
    found = read(read_vendor_facts, fact("context_window_input", 128000, limit_kind=kind))
    assert found.value(field) == 128_000


def test_a_total_beside_a_limit_is_claimed_too(read: Read):
    found = read(read_vendor_facts, fact("context_window_input", 272000, limit_kind="max_input", total_context=400000))
    assert (found.value("context_window_input"), found.value("context_window")) == (272_000, 400_000)


def test_a_rounded_limit_says_so_in_its_place(read: Read):
    found = read(read_vendor_facts, fact("context_window_output", 4000, unit="tokens", stated="4K"))
    assert found.claims[0].where == "https://acme.example/zeta#stated=4K"


@pytest.mark.parametrize(
    ("field", "rate", "conditions"),
    [
        ("input_per_1m", "input_per_1m_tokens", {}),
        ("cache_write_1h_per_1m", "cache_write_1h_per_1m_tokens", {}),
        ("web_search_per_1k", "web_search_per_1k", {}),
        ("batch_output_per_1m", "output_per_1m_tokens", {"service_tier": "batch"}),
        ("input_per_1m_above", "input_per_1m_tokens", {"input_tokens_above": "200000"}),
        ("batch_input_per_1m_above", "input_per_1m_tokens", {"input_tokens_above": "200000", "service_tier": "batch"}),
    ],
)
def test_prices_are_rates_under_conditions(read: Read, field: str, rate: str, conditions: dict[str, str]):
    found = read(read_vendor_facts, fact(field, 2.5, unit="USD", threshold=200000))
    assert found.value(f"rate:{rate}", **conditions) == Decimal("2.5")
    assert not found.of("currency")


def test_a_free_price_on_a_vendors_page_is_free(read: Read):
    assert read(read_vendor_facts, fact("input_per_1m", 0)).value("rate:input_per_1m_tokens") == 0


def test_another_currency_is_claimed(read: Read):
    assert read(read_vendor_facts, fact("input_per_1m", 8, unit="CNY")).value("currency") == "CNY"


def test_superseded_facts_are_left_out(read: Read):
    found = read(read_vendor_facts, fact("retires_on", "2027-02-06", superseded=True))
    assert (found.claims, found.reasons) == ((), ["superseded"])


def test_historical_facts_say_so(read: Read):
    found = read(read_vendor_facts, fact("input_per_1m", 5, historical=True, as_of="2025-06-02"))
    claim = found.claims[0]
    assert (claim.conditions, claim.since, claim.as_of) == ((("historical", "true"),), None, date(2025, 6, 2))


def test_a_fact_of_one_version_says_so(read: Read):
    found = read(read_vendor_facts, fact("retires_on", "2027-02-09", model_version="2025-08-07"))
    assert found.value("retires_on", model_version="2025-08-07") == date(2027, 2, 9)


@pytest.mark.parametrize("value", ["zeta-2", ["zeta-2"]])
def test_replacements_are_a_tuple(read: Read, value: object):
    assert read(read_vendor_facts, fact("replacement", value)).value("replacement") == ("zeta-2",)


def test_capabilities_are_stated_true_or_false(read: Read):
    feed = fact("capability:image_input", value=True) + "\n" + fact("capability:audio_input", value=False)
    found = read(read_vendor_facts, feed)
    assert (found.value("capability:image_input"), found.value("capability:audio_input")) == (True, False)
    assert "capability:audio_output" in READERS


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (fact("capability:image_input", "yes"), "not true or false"),
        (fact("capability:telepathy", value=True), "unknown field"),
        (fact("vibes_per_1m", 3), "unknown field"),
        (fact("input_per_1m_above", 3), "not a number of tokens"),
        (fact("input_per_1m", -1), "negative price: dynamic"),
        (fact("input_per_1m", "3"), "not a number"),
        (fact("context_window_input", 10, limit_kind="vague"), "unknown limit_kind"),
        (fact("context_window_input", 10, limit_kind=["max_input"]), "unknown limit_kind"),
        (fact("context_window_input", 0), "zero placeholder"),
        (fact("retires_on", "2027-02"), "date without a day"),
        (fact("replacement", [7]), "not a text"),
        (fact("name", "Zeta", as_of=None), "not a date"),
        (fact("name", "Zeta", model=None), "not a text"),
        ("[]", "not a mapping"),
        ("{", "not JSON"),
    ],
)
def test_malformed_facts_are_rejected_and_the_next_is_read(read: Read, bad: str, reason: str):
    found = read(read_vendor_facts, f"{bad}\n{fact('name', 'Zeta')}\n")
    assert found.reasons == [reason]
    assert found.value("name") == "Zeta"


def test_the_real_file_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("vendor_facts.jsonl")
    found = Reading(read_vendor_facts(path, as_of=AS_OF))
    rows = len(path.read_text().splitlines())
    assert set(found.reasons) <= {"superseded"}
    assert len(found.claims) >= rows * 0.97
