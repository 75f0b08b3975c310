"""Whose claim it is, and what it means there: identity rules, curated facts, and what follows from a claim."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from ai_models.catalog.claims import Claim, ClaimValue
from ai_models.catalog.fusion.identity import Identities
from ai_models.catalog.fusion.meaning import meant
from ai_models.catalog.fusion.rules import MakerRules

READ = date(2026, 11, 1)


def rules(**fields: Any) -> MakerRules:
    content = {
        "maker": "acme",
        "display_name": "Acme",
        "pricing_url": "https://acme.example/pricing",
        "documentation_url": "https://acme.example/models",
        "window": "total",
        "spelled": {"litellm": ["acme", "acme_chat"], "models.dev": ["acme"]},
        "defaults_as_of": READ,
        "models": {"one": {"name": "One"}},
    }
    return msgspec.convert(content | fields, MakerRules)


def claim(subject: str = "one", field: str = "context_window", value: ClaimValue = 1, **more: Any) -> Claim:
    fields: dict[str, Any] = {"source": "litellm", "provider": "acme", "as_of": READ} | more
    return Claim(subject=subject, field=field, value=value, **fields)


def models_of(maker: MakerRules, said: Claim) -> list[str]:
    return [model_id for _, model_id in Identities([maker]).models_of(said)]


def weighed(said: list[Claim], **fields: Any) -> list[Claim]:
    maker = rules(**fields)
    return meant(said, maker, maker.models["one"])


# Identity.


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (claim(), ["one"]),
        (claim("ONE", provider="Acme"), ["one"]),
        (claim("one-2025-01-15"), ["one"]),
        (claim("uno"), ["one"]),
        (claim("uno", source="models.dev"), []),
        (claim("two"), []),
        (claim(provider="reseller"), []),
        (claim("one-latest"), []),
        (claim("one-beta"), []),
    ],
)
def test_a_rule_names_the_model_and_nothing_is_guessed(said: Claim, found: list[str]) -> None:
    aliases = [
        "one-2025-01-15",
        {"name": "one-latest", "floating": True},
        {"name": "one-beta", "until": "2026-01-01"},
    ]
    maker = rules(models={"one": {"name": "One", "aliases": aliases, "spelled": {"litellm": ["uno"]}}})
    assert models_of(maker, said) == found


def test_where_a_source_has_prefixes_a_bare_name_is_another_providers() -> None:
    maker = rules(prefixes={"litellm": ["acme/"]})
    assert models_of(maker, claim("acme/one")) == ["one"]
    assert models_of(maker, claim("one")) == []
    assert models_of(rules(prefixes={"litellm": ["acme/", ""]}), claim("one")) == ["one"]


def test_a_catch_all_row_of_one_source_speaks_of_several_models() -> None:
    models = {name: {"name": name, "spelled": {"litellm": ["ones"]}} for name in ("one", "two")}
    assert models_of(rules(models=models), claim("ones")) == ["one", "two"]


def test_one_name_of_two_models_is_an_error() -> None:
    with pytest.raises(ValueError, match="'two' names both"):
        Identities([rules(models={"one": {"name": "One", "aliases": ["two"]}, "two": {"name": "Two"}})])


def test_an_unknown_key_of_a_rule_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError, match="alias"):
        rules(models={"one": {"name": "One", "alias": ["two"]}})


def test_claims_that_are_known_to_be_of_another_model_are_ignored() -> None:
    maker = rules(models={"one": {"name": "One", "ignore": {"litellm": ["release_date"], "models.dev": ["*"]}}})
    said = [claim(), claim(field="release_date", value=READ), claim(source="models.dev")]
    [kept] = Identities([maker]).assign(said)["acme", "one"]
    assert kept == said[0]


# What a maker's rules make of a claim.


def test_a_generalists_window_is_what_the_maker_states() -> None:
    [kept] = Identities([rules(window="input")]).assign([claim()])["acme", "one"]
    assert kept.field == "context_window_input"


def test_a_rate_of_unstated_kind_becomes_the_makers_own() -> None:
    maker = rules(meters={"cache_write_per_1m_tokens": "cache_write_5m_per_1m_tokens"})
    [kept] = Identities([maker]).assign([claim(field="rate:cache_write_per_1m_tokens", value=Decimal(1))])["acme", "one"]
    assert kept.field == "rate:cache_write_5m_per_1m_tokens"


def test_two_names_of_one_tier_share_what_is_said_of_either() -> None:
    maker = rules(tier_synonyms={"fast": "priority"})
    said = claim(field="rate:input_per_1m_tokens", value=Decimal(1), conditions=(("service_tier", "priority"),))
    kept = Identities([maker]).assign([said])["acme", "one"]
    assert {item.conditions for item in kept} == {(("service_tier", "priority"),), (("service_tier", "fast"),)}


def test_curated_facts_are_claims_like_every_other() -> None:
    page = {
        "as_of": "2026-10-01",
        "url": "https://acme.example",
        "facts": {"context_window": 5, "unsupported": ["audio_input"]},
    }
    maker = rules(models={"one": {"name": "One", "read": [page]}}, default_facts={"open_weights": False})
    kept = {item.field: item for item in Identities([maker]).assign([])["acme", "one"]}
    assert (kept["context_window"].value, kept["context_window"].source) == (5, "vendor")
    assert kept["capability:audio_input"].value is False
    assert (kept["open_weights"].value, kept["open_weights"].source, kept["open_weights"].where) == (
        False,
        "manual",
        "default",
    )


def test_a_default_may_deny() -> None:
    maker = rules(defaults={"chat": ["streaming", "-video_output"]})
    kept = {item.field: item.value for item in Identities([maker]).assign([])["acme", "one"]}
    assert kept == {"capability:streaming": True, "capability:video_output": False}


# What follows from a claim.


def test_a_prompt_limit_that_repeats_the_total_is_the_total() -> None:
    said = [
        claim(value=400_000),
        claim(field="context_window_input", value=400_000),
        claim(field="context_window_input", value=272_000, source="models.dev"),
    ]
    kept = weighed(said)
    assert [item.value for item in kept if item.field == "context_window_input"] == [272_000]


def test_a_prompt_limit_that_no_source_contradicts_stays() -> None:
    said = [claim(value=200_000), claim(field="context_window_input", value=200_000)]
    assert weighed(said) == said


@pytest.mark.parametrize(("round_", "kept"), [(1_000_000, 1), (500_000, 2), (1_048_000, 1)])
def test_a_rounded_window_yields_to_the_exact_one(round_: int, kept: int) -> None:
    assert len(weighed([claim(value=round_), claim(value=1_048_576, source="models.dev")])) == kept


def test_a_rate_shows_a_capability() -> None:
    said = [
        claim(field="rate:cache_read_per_1m_tokens", value=Decimal("0.1")),
        claim(field="rate:input_per_1m_tokens", value=Decimal(1), conditions=(("service_tier", "batch"),)),
        claim(field="rate:web_search_per_1k", value=Decimal(10), conditions=(("service_tier", "flex"),)),
    ]
    shown = {item.field: item.value for item in weighed(said) if item.field.startswith("capability:")}
    assert shown == {"capability:prompt_caching": True, "capability:batch_api": True}


def test_a_capability_follows_from_another_and_any_source_may_deny_it() -> None:
    implied = {"json_mode": "structured_output"}
    cause = claim(field="capability:structured_output", value=True)
    [_, follows] = weighed([cause], implied=implied)
    assert (follows.field, follows.value, follows.source) == ("capability:json_mode", True, "manual")
    denied = [cause, claim(field="capability:structured_output", value=False, source="models.dev")]
    assert weighed(denied, implied=implied) == denied


def test_what_describes_a_row_is_no_fact() -> None:
    assert weighed([claim(field="family", value="ones"), claim(field="status", value="beta")]) == []
