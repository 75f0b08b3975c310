"""Rows of the market: what joins them from the table of verified facts, and which dates are placeholders."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.market.rows import collect
from ai_models.catalog.fusion.market.rules import MarketRules, Verified, read_market_rules
from ai_models.catalog.sources.reading import Imported

READ = date(2026, 7, 2)
FIRST = date(2024, 12, 1)


def released(identifier: str, day: date, provider: str = "amazon-bedrock") -> Claim:
    return Claim(source="models.dev", provider=provider, subject=identifier, field="release_date", value=day, as_of=READ)


def feed(*claims: Claim) -> Imported:
    return Imported(claims=claims, rejected=())


def with_facts(*facts: Verified) -> MarketRules:
    return structs.replace(read_market_rules(), facts=list(facts))


def test_a_first_of_a_month_shared_by_families_is_a_placeholder() -> None:
    names = ("amazon.nova-2-lite-v1:0", "google.gemma-3-4b-it", "mistral.ministral-3-8b-instruct")
    market = collect({"models.dev": feed(*(released(name, FIRST) for name in names))}, with_facts())
    assert not any(row.said("release_date") for row in market.rows.values())
    assert [left.where for left in market.left_out] == [f"amazon-bedrock:{name}" for name in names]


def test_a_day_on_which_few_families_appear_stands() -> None:
    names = ("amazon.nova-2-lite-v1:0", "amazon.nova-2-pro-v1:0", "google.gemma-3-4b-it")
    first = collect({"models.dev": feed(*(released(name, FIRST) for name in names))}, with_facts())
    names = ("amazon.nova-2-lite-v1:0", "google.gemma-3-4b-it", "mistral.ministral-3-8b-instruct")
    other = collect({"models.dev": feed(*(released(name, date(2024, 12, 3)) for name in names))}, with_facts())
    for market in (first, other):
        assert all(row.said("release_date") for row in market.rows.values())


def test_verified_facts_count_as_the_vendors_word() -> None:
    fact = Verified(
        provider="xai",
        id="grok-3",
        url="https://docs.x.ai/x",
        as_of=READ,
        says={"retires_on": date(2026, 5, 15), "replacement": ["grok-4.3"]},
    )
    feeds = {"models.dev": feed(released("grok-3", date(2025, 4, 9), "xai")), "vendor": feed()}
    row = collect(feeds, with_facts(fact)).rows["xai", "grok-3"]
    assert {(c.field, c.value, c.where) for c in row.claims if c.source == "vendor"} == {
        ("retires_on", date(2026, 5, 15), "https://docs.x.ai/x"),
        ("replacement", ("grok-4.3",), "https://docs.x.ai/x"),
    }
    assert ("xai", "grok-3") in collect({"models.dev": feeds["models.dev"]}, with_facts(fact)).rows


def test_without_the_vendors_facts_the_table_says_nothing() -> None:
    fact = Verified(provider="xai", id="grok-9", url="https://docs.x.ai/x", as_of=READ, says={"release_date": READ})
    assert ("xai", "grok-9") not in collect({"models.dev": feed()}, with_facts(fact)).rows


def test_every_verified_fact_names_a_page_and_a_known_field() -> None:
    fields = {"release_date", "knowledge_cutoff", "open_weights", "retires_on", "deprecated_on", "replacement"}
    fields |= {"context_window", "context_window_input", "context_window_output"}
    rules = read_market_rules()
    for fact in rules.facts:
        assert fact.url.startswith("https://"), fact
        assert fact.provider in rules.providers, fact
        assert all(name in fields or name.startswith("capability:") for name in fact.says), fact
