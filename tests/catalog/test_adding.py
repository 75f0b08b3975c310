"""A new model from one call: both files, checked first, and nothing lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ai_models import Catalog, ModelCapability, Support
from ai_models.catalog.adding import NewModel, Place, add_model
from ai_models.errors import CatalogError

DAY = date(2026, 11, 22)
PRICES = """\
# What Acme sells; a person wrote this line.
provider: acme
regions: [eu]  # and this one

models:
  old:  # kept as it is
    pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 2}]
"""
OLD = """
    model_id: old
    provider: acme
    metadata: {name: Old, family: olds, context_window_input: 128000, context_window_output: 8000, last_verified: 2026-01-01}
    capabilities: [text_input, image_input, streaming]
    unsupported: [audio_input]
    pricing_ref: old
    documentation: {url: "https://acme.example"}
"""


@pytest.fixture
def place(write, tmp_path: Path) -> Place:
    write("definitions/acme/old.yaml", OLD)
    (tmp_path / "pricing").mkdir()
    (tmp_path / "pricing" / "acme.yaml").write_text(PRICES)
    return Place(tmp_path / "definitions", tmp_path / "pricing")


def new(**facts: object) -> NewModel:
    return NewModel(**{"model_id": "New 1.5", "maker": "acme", "name": "New", "verified": DAY, **facts})  # type: ignore[arg-type]


def test_a_model_is_added_with_its_price_and_can_be_asked_for(place: Place) -> None:
    rates = {"output_per_1m_tokens": Decimal(10), "input_per_1m_tokens": Decimal("0.075")}
    model = new(release_date=date(2026, 11, 1), context_window_input=100_001, rates=rates, aliases=("newest",))
    definition, price = add_model(model, place)
    assert definition == place.definitions / "acme" / "new_1_5.yaml"
    assert price == place.pricing / "acme.yaml"
    catalog = Catalog.load(place)
    spec = catalog.get_model("newest")
    assert (spec.model_id, spec.last_verified, spec.evidence["release_date"]) == ("New 1.5", DAY, ("manual",))
    assert spec.support("large_context") is Support.SUPPORTED
    assert spec.support("extra_large_context") is Support.UNSUPPORTED
    pricing = catalog.get_offering("newest").pricing_at(DAY)
    assert pricing is not None
    assert (pricing.rate("input"), pricing.rate("output")) == (Decimal("0.075"), Decimal(10))
    assert pricing.effective_date == date(2026, 11, 1)


def test_every_line_of_the_pricing_file_stays(place: Place) -> None:
    add_model(new(rates={"input_per_1m_tokens": Decimal(1)}), place)
    text = (place.pricing / "acme.yaml").read_text()
    assert [line for line in text.splitlines() if line in PRICES.splitlines()] == PRICES.splitlines()


def test_what_is_open_is_taken_from_a_model_that_it_is_like(place: Place) -> None:
    old = Catalog.load(place).get_model("old")
    model = new(context_window_input=1_000_000, unsupported=frozenset({ModelCapability.IMAGE_INPUT})).like(old)
    add_model(model, place)
    spec = Catalog.load(place).get_model("New 1.5")
    assert (spec.context_window_input, spec.context_window_output) == (1_000_000, 8_000)
    assert spec.support("streaming") is Support.SUPPORTED
    assert spec.support("image_input") is Support.UNSUPPORTED, "what is said of the new model wins"
    assert spec.support("extra_large_context") is Support.SUPPORTED, "derived from its own window"
    assert (spec.metadata.family, spec.docs_url) == ("olds", "https://acme.example")
    assert Catalog.load(place).sellers("acme/New 1.5") == [], "a price is never taken from another model"


def test_family_and_page_are_not_taken_from_another_maker(place: Place) -> None:
    model = new(maker="zeta").like(Catalog.load(place).get_model("old"))
    assert (model.family, model.documentation_url) == (None, None)
    assert model.context_window_output == 8_000


def test_a_new_maker_gets_its_own_files(place: Place) -> None:
    definition, price = add_model(new(maker="zeta", rates={"input_per_1m_tokens": Decimal(1)}), place)
    assert definition.parent.name == "zeta"
    assert price is not None
    assert price.read_text().startswith("provider: zeta\nmodels:\n  New 1.5:\n")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"model_id": "old"}, "old.yaml exists; edit it"),
        ({"aliases": ("OLD",)}, "is claimed by"),
        ({"context_window_input": 10, "context_window_output": 11}, "exceeds the window of 10"),
        ({"maker": "../outside"}, "cannot be a maker's id"),
        ({"maker": "Acme"}, "cannot be a maker's id"),
        ({"model_id": "a\nb"}, "must be one line|line"),
    ],
)
def test_a_model_that_would_break_the_catalogue_is_not_written(place: Place, facts: dict[str, object], message: str) -> None:
    before = {path: path.read_text() for path in place.definitions.parent.rglob("*.yaml")}
    with pytest.raises(CatalogError, match=message):
        add_model(new(rates={"input_per_1m_tokens": Decimal(1)}, **facts), place)
    assert {path: path.read_text() for path in place.definitions.parent.rglob("*.yaml")} == before


def test_a_pricing_file_in_another_shape_is_not_guessed_at(place: Place) -> None:
    (place.pricing / "acme.yaml").write_text("{provider: acme, models: {}}\n")
    with pytest.raises(CatalogError, match="has no line `models:`"):
        add_model(new(rates={"input_per_1m_tokens": Decimal(1)}), place)
    assert not (place.definitions / "acme" / "new_1_5.yaml").exists()
