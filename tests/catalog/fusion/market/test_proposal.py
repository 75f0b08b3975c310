"""A market of made-up feeds: what makes a model, what an offering says, and that no order matters."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ai_models.catalog.claims import Claim, ClaimValue
from ai_models.catalog.fusion.market.proposal import Proposal, Rules, propose
from ai_models.catalog.fusion.market.rules import Maker, MarketRules, NotAModel, Provider, read_market_rules
from ai_models.catalog.fusion.text import render
from ai_models.catalog.sources.reading import Imported

READ = date(2026, 11, 1)


def said(source: str, provider: str, subject: str, **fields: ClaimValue) -> list[Claim]:
    names = {"input": "rate:input_per_1m_tokens", "output": "rate:output_per_1m_tokens", "vision": "capability:image_input"}
    return [
        Claim(
            source=source,
            provider=provider,
            subject=subject,
            field=names.get(field, field),
            value=Decimal(value) if isinstance(value, str) and field in ("input", "output") else value,
            as_of=READ,
            where=f"{provider}/{subject}/{field}",
        )
        for field, value in fields.items()
    ]


CLAIMS = [
    *said("litellm", "acme", "acme/rocket-2", mode="chat", input="1", output="2", context_window_input=128_000),
    *said("models.dev", "acme", "rocket-2", name="Rocket 2", context_window=128_000, release_date=date(2026, 1, 1)),
    *said("litellm", "acme", "acme/rocket-2-2026-03-01", mode="chat", input="1", output="2"),
    *said("litellm", "acme", "acme/rocket-1-2025-01-01", mode="chat", input="5", output="9"),
    *said("litellm", "acme", "acme/rocket-1-latest", mode="chat", input="5", output="9"),
    *said("litellm", "acme", "acme/ft:rocket-2", mode="chat", input="3", output="6"),
    *said("litellm", "host", "host/acme-labs/Falcon-7B-Instruct", mode="chat", input="0.1", output="0.2"),
    *said("models.dev", "other", "acme-labs/falcon-7b", input="0.3", output="0.4", context_window=8_192),
    *said("models.dev", "other", "acme-labs/falcon-7b-uncensored-x", input="0.3", output="0.4"),
    *said("models.dev", "gate", "acme/rocket-2:thinking", input="1.1", output="2.2"),
    *said("models.dev", "gate", "acme/rocket-9", input="7", output="7"),
    *said("litellm", "host", "tavily/search", mode="search", input="7"),
]


@pytest.fixture(scope="module")
def rules() -> Rules:
    market = read_market_rules()
    providers = {
        "acme": Provider(name="Acme"),
        "host": Provider(name="Host"),
        "other": Provider(name="Other"),
        "gate": Provider(name="Gate", gateway=True),
    }
    makers = {"acme": Maker(name="Acme", orgs=["acme-labs"], own={"acme": ""})}
    naming = market.naming
    naming.not_models.append(NotAModel(providers=["acme"], pattern="ft:.*", reason="a price class"))
    return Rules(makers=[], market=MarketRules(providers=providers, makers=makers, naming=naming))


def proposed(rules: Rules, claims: list[Claim]) -> Proposal:
    by_source: dict[str, list[Claim]] = {}
    for claim in claims:
        by_source.setdefault(claim.source, []).append(claim)
    imported = {source: Imported(claims=tuple(found), rejected=()) for source, found in by_source.items()}
    return propose(imported, rules)


@pytest.fixture(scope="module")
def files(rules: Rules) -> dict[str, Any]:
    return proposed(rules, CLAIMS).files


def test_models_come_from_makers_and_from_published_weights(files: dict[str, Any]) -> None:
    models = {document["model_id"] for path, document in files.items() if path.startswith("models/")}
    assert models == {"rocket-2", "rocket-1-2025-01-01", "falcon-7b-instruct", "falcon-7b-uncensored-x"}


def test_a_snapshot_without_facts_of_its_own_is_an_alias_from_its_day_on(files: dict[str, Any]) -> None:
    rocket = files["models/definitions/acme/rocket_2.yaml"]
    assert {"name": "rocket-2-2026-03-01", "since": date(2026, 3, 1)} in rocket["aliases"]
    assert rocket["pricing_ref"] == "rocket-2"


def test_a_floating_name_points_at_the_newest_snapshot(files: dict[str, Any]) -> None:
    rocket = files["models/definitions/acme/rocket_1_2025_01_01.yaml"]
    assert {"name": "rocket-1-latest", "floating": True} in rocket["aliases"]


def test_a_gateway_makes_no_model(files: dict[str, Any]) -> None:
    gate = files["pricing/data/gate.yaml"]["models"]
    assert "model" not in gate["acme/rocket-9"]
    assert gate["acme/rocket-2:thinking"]["model"] == "acme/rocket-2"


def test_a_short_name_of_a_tuned_model_is_that_model(files: dict[str, Any]) -> None:
    assert files["pricing/data/other.yaml"]["models"]["acme-labs/falcon-7b"]["model"] == "acme/falcon-7b-instruct"


def test_what_is_no_model_of_the_maker_has_a_reason(rules: Rules) -> None:
    report = proposed(rules, CLAIMS).report
    assert report.first_party == {"acme:ft:rocket-2": "a price class"}
    assert report.open_first_party == []
    assert any("search" in left.where for left in report.left_out)


def test_every_fact_has_evidence(files: dict[str, Any]) -> None:
    rocket = files["models/definitions/acme/rocket_2.yaml"]
    assert rocket["evidence"]["release_date"] == ["models.dev"]
    assert set(rocket["capabilities"]) <= rocket["evidence"].keys()
    assert rocket["metadata"]["name"] == "Rocket 2"


def test_no_order_of_the_claims_matters(rules: Rules, files: dict[str, Any]) -> None:
    expected = {path: render(document) for path, document in files.items()}
    for seed in range(5):
        shuffled = random.Random(seed).sample(CLAIMS, len(CLAIMS))  # noqa: S311 no secret
        assert {path: render(d) for path, d in proposed(rules, shuffled).files.items()} == expected
