"""What holds of the claims that the shipped catalogue does not believe, and of prices at makers of other names."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog

MOST_BYTES = 2_500_000


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return default_catalog()


def test_what_was_left_out_is_remembered_with_its_reason_and_source(catalog: Catalog) -> None:
    claims = catalog.quarantined()
    assert len(claims) > 1_000
    for claim in claims:
        assert claim.reason, claim
        assert claim.subject, claim
        assert set(claim.source.split(", ")) <= catalog.sources.keys(), claim
        assert " " not in claim.value, claim


def test_most_subjects_are_offerings_or_models_of_the_catalogue(catalog: Catalog) -> None:
    keys = {offering.key for offering in catalog.offerings()} | {model.key for model in catalog.models()}
    claims = catalog.quarantined()
    assert sum(claim.subject in keys for claim in claims) > 0.9 * len(claims)


def test_no_first_party_offering_is_without_a_model_and_without_a_reason(catalog: Catalog) -> None:
    found = catalog.offerings_without_model()
    assert [key for key, reason in found.items() if reason is None] == []
    assert len(found) > 20


@pytest.mark.parametrize(
    ("name", "providers"),
    [
        ("nova-pro-v1", {"amazon-nova", "amazon-bedrock"}),
        ("amazon/titan-embed-text-v2", {"amazon-bedrock"}),
        ("phi-4", {"azure"}),
    ],
)
def test_makers_that_sell_under_another_name_have_a_price_for_a_bare_name(
    catalog: Catalog, name: str, providers: set[str]
) -> None:
    offering = catalog.get_offering(name)
    assert offering.provider in providers
    assert offering.region is None
    assert offering.versions


def test_every_model_that_its_maker_sells_has_an_offering_of_the_maker(catalog: Catalog) -> None:
    ambiguous = []
    for model in catalog.models():
        sold = [key.partition(":")[0] for key in catalog.sellers(model.key)]
        own = [p for p in sold if p == model.provider or model.provider in catalog.providers[p].makers]
        if own and catalog.get_offering(model.key).provider not in own:
            ambiguous.append(model.key)
    assert ambiguous == []


def test_the_compiled_catalogue_is_small_in_a_wheel(catalog: Catalog) -> None:
    assert len(zlib.compress(Path(catalog.origin).read_bytes(), 6)) < MOST_BYTES
