"""Rule 3 of names: a bare name's price is that of the maker's offering, also at a provider of another name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from ai_models.catalog import Catalog
from ai_models.errors import OfferingNotFoundError

MODEL = """
    model_id: nova-1
    provider: acme
    aliases: [nova-one]
    metadata: {name: Nova 1, last_verified: 2026-11-01, context_window_input: 5}
    capabilities: [text_input]
"""

Sold = Callable[..., Catalog]


@pytest.fixture
def sold(write: Callable[[str, str], Path]) -> Sold:
    """A catalogue in which acme makes nova-1, and these providers sell offerings: (id, extra keys, input rate)."""

    def catalogue(**providers: list[tuple[str, str, int | None]]) -> Catalog:
        files = {"model": dedent(MODEL)}
        for provider, offerings in providers.items():
            lines = [f"provider: {provider}", "makers: [acme]" if provider != "gate" else "", "models:"]
            for offering_id, extra, rate in offerings:
                price = f"[{{effective_date: 2026-01-01, input_per_1m_tokens: {rate}}}]" if rate else "[]"
                lines.append(f'  "{offering_id}": {{model: acme/nova-1, pricing_versions: {price}{extra}}}')
            files[provider] = "\n".join(lines)
        return Catalog.load([write(f"{name}.yaml", text) for name, text in files.items()])

    return catalogue


@pytest.mark.parametrize("name", ["nova-1", "NOVA-1", "nova-one", "acme/nova-1", "acme:nova-1", "nova-1@acme"])
def test_every_form_of_the_name_has_the_price_at_the_makers_provider(sold: Sold, name: str) -> None:
    catalog = sold(cloud=[("acme.nova-1-v1:0", "", 3)], gate=[("nova-1", "", 9)])
    assert catalog.get_offering(name).key == "cloud:acme.nova-1-v1:0"


def test_the_maker_as_the_provider_means_the_same(sold: Sold) -> None:
    catalog = sold(cloud=[("acme.nova-1-v1:0", "", 3)])
    assert catalog.get_offering("nova-1", provider="acme").provider == "cloud"
    assert catalog.get_offering("nova-1", provider="cloud").provider == "cloud"


def test_the_model_carries_that_price_and_is_ranked_by_it(sold: Sold) -> None:
    catalog = sold(cloud=[("acme.nova-1-v1:0", "", 3)])
    assert catalog.get_model("nova-1").input_price_per_1m == 3.0
    assert [model.model_id for model in catalog.find_models_with_capabilities({"text_input"})] == ["nova-1"]


@pytest.mark.parametrize(
    ("offerings", "chosen"),
    [
        ([("acme.nova-1", ", region: eu", 2), ("acme.nova-1-v1:0", "", 3)], "acme.nova-1-v1:0"),
        ([("acme.nova-1", ", quantization: fp8", 2), ("acme.nova-1-v1:0", "", 3)], "acme.nova-1-v1:0"),
        ([("nova-1:free", "", 2), ("acme.nova-1-v1:0", "", 3)], "acme.nova-1-v1:0"),
        ([("acme.nova-1-v1:0", "", 2), ("nova-1", "", 3)], "nova-1"),
        ([("acme.nova-1-v1:0", "", 2), ("Nova-One", "", 3)], "Nova-One"),
        ([("nova-1", "", None), ("acme.nova-1-v1:0", "", 3)], "acme.nova-1-v1:0"),
        ([("eu.nova-1", ", region: eu", 3)], "eu.nova-1"),
        ([("acme.nova-1", "", 3), ("acme.nova-1-v1:0", "", 3)], "acme.nova-1"),
    ],
    ids=["no region", "no quantization", "not free", "exact", "exact alias", "priced", "only regional", "same price"],
)
def test_the_plain_offering_stands_for_the_model(sold: Sold, offerings: list[tuple[str, str, int]], chosen: str) -> None:
    assert sold(cloud=offerings).get_offering("nova-1").id == chosen
    assert sold(cloud=offerings[::-1]).get_offering("nova-1").id == chosen


def test_plain_offerings_that_ask_different_prices_are_listed(sold: Sold) -> None:
    catalog = sold(cloud=[("acme.nova-1", "", 2)], sky=[("acme.nova-1", "", 3)])
    with pytest.raises(OfferingNotFoundError, match=r"cloud:acme\.nova-1, sky:acme\.nova-1"):
        catalog.get_offering("nova-1")


def test_the_makers_own_name_comes_before_every_other_provider(sold: Sold) -> None:
    catalog = sold(acme=[("nova-1", "", 1)], cloud=[("nova-1", "", 3)])
    assert catalog.get_offering("nova-1").provider == "acme"


def test_an_offering_under_the_makers_name_is_its_own_whatever_its_identifier(sold: Sold) -> None:
    catalog = sold(acme=[("nova-1-latest", "", 1)], cloud=[("nova-1", "", 3)])
    assert catalog.get_offering("nova-1").key == "acme:nova-1-latest"


def test_a_provider_of_the_makers_name_is_not_said_to_sell_what_only_others_do(
    sold: Sold, write: Callable[[str, str], Path]
) -> None:
    other = write("acme.yaml", "provider: acme\nmodels: {nova-2: {pricing_versions: []}}\n")
    catalog = Catalog.load(other, base=sold(cloud=[("acme.nova-1", "", 3)]))
    assert catalog.get_offering("nova-1").provider == "cloud"
    with pytest.raises(OfferingNotFoundError, match=r"cloud:acme\.nova-1"):
        catalog.get_offering("nova-1", provider="acme")
