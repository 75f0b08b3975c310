"""genai-prices: tiers, variants, dated cards and daily windows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.genai_prices import RATES
from ai_models.catalog.sources.genai_prices import read as read_genai_prices
from ai_models.pricing.meters import RATE_KEYS

Read = Callable[..., Reading]


def feed(model: object, provider: str = "acme") -> list[object]:
    return [{"id": provider, "name": provider.title(), "models": [model]}]


def priced(prices: object, **more: object) -> list[object]:
    return feed({"id": "zeta-1", "match": {"equals": "zeta-1"}, "prices": prices, **more})


def test_every_price_key_is_a_rate_key():
    assert set(RATES.values()) <= RATE_KEYS.keys()


def test_a_plain_card_is_claimed_with_its_source_and_place(read: Read):
    found = read(read_genai_prices, priced({"input_mtok": 2.5}, name="Zeta 1", context_window=200000, deprecated=True))
    claim = found.of("rate:input_per_1m_tokens")[0]
    assert (claim.source, claim.provider, claim.subject) == ("genai-prices", "acme", "zeta-1")
    assert (claim.value, claim.since, claim.as_of) == (Decimal("2.5"), None, AS_OF)
    assert claim.where == "acme/zeta-1/prices[0].input_mtok"
    assert found.value("name") == "Zeta 1"
    assert found.value("context_window") == 200_000
    assert found.value("status") == "deprecated"


def test_a_tier_holds_above_its_start(read: Read):
    found = read(
        read_genai_prices,
        priced({"input_mtok": {"base": 1, "tiers": [{"start": 32000, "price": 2}, {"start": 64000, "price": 3}]}}),
    )
    assert found.value("rate:input_per_1m_tokens") == 1
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="32000") == 2
    assert found.value("rate:input_per_1m_tokens", input_tokens_above="64000") == 3


@pytest.mark.parametrize("tier", [None, 3, {"price": 2}, {"start": 0, "price": 2}, {"start": "many", "price": 2}])
def test_a_broken_tier_is_rejected_and_the_base_is_kept(read: Read, tier: object):
    found = read(read_genai_prices, priced({"input_mtok": {"base": 1, "tiers": [tier]}}))
    assert found.value("rate:input_per_1m_tokens") == 1
    assert found.reasons == ["not a tier"]


@pytest.mark.parametrize(
    ("when", "conditions"),
    [
        ({"processing": "batch"}, {"service_tier": "batch"}),
        ({"service_tier": "priority"}, {"service_tier": "priority"}),
        ({"speed": "fast"}, {"speed": "fast"}),
        ({"route": "acme/eu"}, {"attribute.route": "acme/eu"}),
        ({"search_type": "fast"}, {"attribute.search_type": "fast"}),
        ({"processing": "batch", "route": "acme/eu"}, {"attribute.route": "acme/eu", "service_tier": "batch"}),
    ],
)
def test_variants_are_conditions(read: Read, when: object, conditions: dict[str, str]):
    variants = [{"when": when, "prices": {"input_mtok": 0.5}, "constraint": {"start_date": "2026-03-01"}}]
    found = read(read_genai_prices, priced({"input_mtok": 1}, price_variants=variants))
    claim = found.of("rate:input_per_1m_tokens")[1]
    assert dict(claim.conditions) == conditions
    assert (claim.value, claim.since) == (Decimal("0.5"), date(2026, 3, 1))


def test_variants_compose_with_tiers(read: Read):
    variants = [
        {"when": {"service_tier": "flex"}, "prices": {"output_mtok": {"base": 4, "tiers": [{"start": 9, "price": 6}]}}}
    ]
    found = read(read_genai_prices, priced({"output_mtok": 8}, price_variants=variants))
    assert found.value("rate:output_per_1m_tokens", service_tier="flex") == 4
    assert found.value("rate:output_per_1m_tokens", service_tier="flex", input_tokens_above="9") == 6


def test_the_standard_tier_is_no_condition(read: Read):
    found = read(
        read_genai_prices, priced({}, price_variants=[{"when": {"service_tier": "default"}, "prices": {"input_mtok": 3}}])
    )
    assert found.value("rate:input_per_1m_tokens") == 3


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        (7, "not a price entry"),
        ({"when": {"speed": "fast"}}, "not a price entry"),
        ({"prices": {}}, "variant without a condition"),
        ({"when": {}, "prices": {}}, "variant without a condition"),
        ({"when": {"moon": "full"}, "prices": {}}, "unknown condition"),
        ({"when": {"service_tier": "velvet"}, "prices": {}}, "unknown condition"),
        ({"when": {"route": 3}, "prices": {}}, "unknown condition"),
        ({"when": {"speed": "fast"}, "prices": {}, "constraint": {"phase": "new"}}, "unknown constraint"),
    ],
)
def test_variants_that_cannot_be_read_are_rejected(read: Read, variant: object, reason: str):
    found = read(read_genai_prices, priced({"input_mtok": 1}, price_variants=[variant]))
    assert found.reasons == [reason]
    assert found.rejected[0].where == "acme/zeta-1/price_variants[0]"
    assert found.value("rate:input_per_1m_tokens") == 1


def test_dated_cards_begin_on_their_day(read: Read):
    entries = [{"prices": {"input_mtok": 4}}, {"constraint": {"start_date": "2026-10-20"}, "prices": {"input_mtok": 2}}]
    found = read(read_genai_prices, priced(entries))
    assert [(c.value, c.since) for c in found.of("rate:input_per_1m_tokens")] == [(4, None), (2, date(2026, 10, 20))]


def test_what_a_newer_card_leaves_out_has_ended(read: Read):
    tiered = {"input_mtok": {"base": 4, "tiers": [{"start": 200000, "price": 8}]}, "cache_read_mtok": 1}
    entries = [
        {"prices": {**tiered, "input_text_messages_kcount": 4}},
        {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": 4}},
    ]
    found = read(read_genai_prices, priced(entries))
    ended = [(c.field, dict(c.conditions), c.since) for c in found.claims if c.value is None]
    day = date(2026, 3, 13)
    assert ended == [
        ("rate:cache_read_per_1m_tokens", {}, day),
        ("rate:input_per_1m_tokens", {"input_tokens_above": "200000"}, day),
    ]


def test_a_rate_that_cannot_be_read_has_not_ended(read: Read):
    entries = [{"prices": {"input_mtok": 4}}, {"constraint": {"start_date": "2026-03-13"}, "prices": {"input_mtok": "?"}}]
    found = read(read_genai_prices, priced(entries))
    assert [c.value for c in found.of("rate:input_per_1m_tokens")] == [4]
    assert found.reasons == ["not a number"]


def test_a_daily_window_belongs_to_the_newest_dated_card(read: Read):
    entries = [
        {"prices": {"input_mtok": 1}},
        {"constraint": {"start_date": "2026-08-17"}, "prices": {"input_mtok": 2}},
        {"constraint": {"start_time": "01:00:00+00:00", "end_time": "04:00:00+00:00"}, "prices": {"input_mtok": 3}},
    ]
    claim = read(read_genai_prices, priced(entries)).of("rate:input_per_1m_tokens")[2]
    assert (claim.value, claim.since, claim.conditions) == (3, date(2026, 8, 17), (("hours", "01:00-04:00"),))


def test_a_daily_window_of_another_zone_is_told_in_utc_and_wraps_midnight(read: Read):
    window = {"start_time": "06:00:00+08:00", "end_time": "10:30:00+08:00"}
    found = read(read_genai_prices, priced([{"constraint": window, "prices": {"input_mtok": 3}}]))
    assert found.value("rate:input_per_1m_tokens", hours="22:00-02:30") == 3


@pytest.mark.parametrize(
    ("constraint", "reason"),
    [
        ({}, "unknown constraint"),
        ("soon", "unknown constraint"),
        ({"start_date": "2026-01-01", "start_time": "01:00:00Z"}, "unknown constraint"),
        ({"start_date": "2026-02-30"}, "not a date"),
        ({"start_time": "25:00:00+00:00", "end_time": "04:00:00+00:00"}, "not a time of day"),
        ({"start_time": "01:00:00", "end_time": "04:00:00"}, "not a minute of a day in a known zone"),
        ({"start_time": "01:00:30+00:00", "end_time": "04:00:00+00:00"}, "not a minute of a day in a known zone"),
    ],
)
def test_constraints_of_another_shape_are_rejected(read: Read, constraint: object, reason: str):
    found = read(
        read_genai_prices, priced([{"prices": {"input_mtok": 1}}, {"constraint": constraint, "prices": {"input_mtok": 2}}])
    )
    assert found.reasons == [reason]
    assert found.value("rate:input_per_1m_tokens") == 1


def test_annotated_pages_are_pages_under_a_condition(read: Read):
    found = read(read_genai_prices, priced({"input_document_kpages": 1, "input_annotated_document_kpages": 3}))
    assert found.value("rate:page_per_1k") == 1
    assert found.value("rate:page_per_1k", attribute_annotated="true") == 3


def test_exact_names_are_aliases_and_other_clauses_are_kept_as_text(read: Read):
    clauses = [{"equals": "zeta-1"}, {"equals": "zeta-one"}, {"starts_with": "zeta-1-"}, {"and": [{"equals": "zz"}]}, "odd"]
    found = read(read_genai_prices, feed({"id": "zeta-1", "match": {"or": clauses}, "prices": {}}))
    assert [c.value for c in found.of("alias")] == ["zeta-one"]
    assert json.loads(str(found.value("match"))) == [{"starts_with": "zeta-1-"}, {"and": [{"equals": "zz"}]}, "odd"]


def test_a_single_clause_is_read_too(read: Read):
    found = read(read_genai_prices, feed({"id": "zeta-1", "match": {"starts_with": "zeta"}, "prices": {}}))
    assert found.value("match") == '[{"starts_with":"zeta"}]'


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        ({"input_mtok": -1}, "negative price: dynamic"),
        ({"input_mtok": 0}, "zero placeholder"),
        ({"input_mtok": None}, "not a number"),
        ({"input_mtok": {"tiers": []}}, "not a number"),
        ({"input_text_messages_kcount": 4}, "no meter"),
        ({"input_dreams_mtok": 4}, "unknown key"),
        (None, "not a price entry"),
    ],
)
def test_prices_that_cannot_be_read_are_rejected(read: Read, prices: object, reason: str):
    found = read(read_genai_prices, priced(prices))
    assert found.reasons == [reason]
    assert not [c for c in found.claims if c.field.startswith("rate:")]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (["odd"], "[0]"),
        ([{"id": "acme"}], "acme/models"),
        ([{"id": "acme", "models": ["odd"]}], "acme/models[0]"),
        ([{"id": "acme", "models": [{"match": {}}]}], "acme/models[0]"),
        (feed({"id": "zeta-1", "prices": {}}), "acme/zeta-1/match"),
        (priced({}, price_variants={"when": 1}), "acme/zeta-1/price_variants"),
        (priced({}, name=7), "acme/zeta-1/name"),
    ],
)
def test_rows_that_are_none_are_rejected_with_their_place(read: Read, content: object, where: str):
    found = read(
        read_genai_prices, [*content, *feed({"id": "eta", "match": {"equals": "eta"}, "name": "Eta", "prices": {}})]
    )
    assert [row.where for row in found.rejected] == [where]
    assert found.of("name", "eta")


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "1e400"])
def test_numbers_that_are_none_do_not_stop_the_run(read: Read, bad: str):
    found = read(read_genai_prices, json.dumps(priced({"input_mtok": 1, "output_mtok": "BAD"})).replace('"BAD"', bad))
    assert found.value("rate:input_per_1m_tokens") == 1
    assert len(found.rejected) == 1


def test_the_real_feed_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("genai_prices.json")
    found = Reading(read_genai_prices(path, as_of=AS_OF))
    rows = sum(len(provider["models"]) for provider in json.loads(path.read_text()))
    lost = {"/".join(row.where.split("/prices")[0].split("/")) for row in found.rejected}
    assert set(found.reasons) <= {"no meter"}
    assert len(lost) < rows * 0.01
    assert len({(c.provider, c.subject) for c in found.claims if c.field.startswith("rate:")}) > rows * 0.9
