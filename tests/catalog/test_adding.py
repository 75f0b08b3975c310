"""A new model from one call: both files, checked first, and nothing lost."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ai_models import Catalog, ModelCapability, Support
from ai_models.catalog import adding
from ai_models.catalog.adding import NewModel, add_model, add_to_compiled
from ai_models.catalog.layers import Layers
from ai_models.catalog.location import Place
from ai_models.catalog.overlays import Overlay
from ai_models.catalog.snapshot import Snapshot
from ai_models.catalog.sync import journal
from ai_models.catalog.validate import validate
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


@pytest.mark.parametrize(
    "prices",
    [
        "{provider: acme, models: {old: {pricing_versions: [{input_per_1m_tokens: 1}]}}} # in one line\n",
        PRICES.replace("\n", "\r\n"),
        PRICES.rstrip("\n"),
        "\ufeff" + PRICES,
        PRICES.replace("models:\n", "models: # newest first\n\n"),
        PRICES.replace("  ", "     "),
        "models: {old: {}}\nprovider: acme\n",
    ],
    ids=["flow", "crlf", "no newline at the end", "bom", "comment", "deeper", "models first"],
)
def test_a_pricing_file_of_any_hand_is_added_to(place: Place, prices: str) -> None:
    (place.pricing / "acme.yaml").write_bytes(prices.encode())
    add_model(new(rates={"input_per_1m_tokens": Decimal("0.5")}), place)
    text = (place.pricing / "acme.yaml").read_bytes().decode()
    assert text.count("#") == prices.count("#")
    assert text.count("\r\n") == (text.count("\n") if "\r\n" in prices else 0)
    assert Catalog.load(place).get_offering("New 1.5").pricing_at(DAY).rate("input") == Decimal("0.5")  # type: ignore[union-attr]


@pytest.mark.parametrize("prices", ["models: [1]\nprovider: acme\n", "a: [", "models: {}\n", "- 1\n", "\xff"])
def test_a_pricing_file_that_is_none_is_named_and_left_alone(place: Place, prices: str) -> None:
    (place.pricing / "acme.yaml").write_bytes(prices.encode("latin-1"))
    with pytest.raises(CatalogError, match=r"acme\.yaml cannot be read|nothing was written"):
        add_model(new(rates={"input_per_1m_tokens": Decimal(1)}), place)
    assert (place.pricing / "acme.yaml").read_bytes() == prices.encode("latin-1")
    assert not (place.definitions / "acme" / "new_1_5.yaml").exists()


@pytest.mark.parametrize(
    ("model_id", "file"),
    [
        ("!!!", "model.yaml"),
        ("模型", "model.yaml"),
        ("o.l.d.", "o_l_d.yaml"),
        ("a" * 150, "a" * 100 + ".yaml"),
        ("OLD-", "old_2.yaml"),
    ],
)
def test_every_id_has_a_file_that_is_read(place: Place, model_id: str, file: str) -> None:
    definition, _ = add_model(new(model_id=model_id), place)
    assert definition.name == file
    assert Catalog.load(place).get_model(model_id).model_id == model_id


@pytest.mark.parametrize("model_id", ["../../x", "\x1b[31m", "a\udcff", "", " ", "a" * 100_000])
def test_no_id_leads_out_of_the_tree_or_stops_with_a_traceback(place: Place, model_id: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with suppress(CatalogError):
        definition, _ = add_model(new(model_id=model_id), place)
        assert definition.resolve().parent == (place.definitions / "acme").resolve()
        return
    assert sorted(tmp_path.rglob("*")) == before


def test_a_price_that_is_there_is_not_doubled(place: Place) -> None:
    (place.definitions / "acme" / "old.yaml").unlink()
    with pytest.raises(CatalogError, match=r"acme\.yaml prices old already"):
        add_model(new(model_id="old", rates={"input_per_1m_tokens": Decimal(1)}), place)


# Into a catalogue that is compiled


def compiled(place: Place) -> Snapshot:
    return Catalog.load(place)._snapshot


def test_a_compiled_catalogue_is_checked_against_and_not_read_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    base = compiled(place)
    monkeypatch.setattr(adding, "validate", None)
    model = new(rates={"input_per_1m_tokens": Decimal("0.5")}, aliases=("newest",), release_date=date(2026, 11, 1))
    (definition, price), snapshot = add_to_compiled(model, place, base)
    shown, loaded = Catalog(snapshot), Catalog.load(place)
    assert (definition, price) == (place.definitions / "acme" / "new_1_5.yaml", place.pricing / "acme.yaml")
    for catalog in (shown, loaded):
        assert catalog.get_model("newest").model_id == "New 1.5"
        assert catalog.get_offering("newest").pricing_at(DAY).rate("input") == Decimal("0.5")  # type: ignore[union-attr]
        assert catalog.counts() == loaded.counts()
    spec, offering = shown.get_model("newest"), shown.get_offering("newest")
    assert (spec.origin, spec.origins, offering.origin, offering.origins) == ("acme/new_1_5.yaml", {}, "acme.yaml", {})
    assert shown.overlays == ()
    assert validate(place).problems == []


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"model_id": "old"}, r"old\.yaml exists; edit it"),
        ({"model_id": "Old"}, "is claimed by"),
        ({"aliases": ("OLD",)}, "is claimed by"),
        ({"context_window_input": 10, "context_window_output": 11}, "exceeds the window of 10"),
        ({"model_id": "x", "maker": "../outside"}, "cannot be a maker's id"),
    ],
)
def test_what_would_break_a_compiled_catalogue_is_not_written(place: Place, facts: dict[str, object], message: str) -> None:
    before = {path: path.read_bytes() for path in place.definitions.parent.rglob("*") if path.is_file()}
    with pytest.raises(CatalogError, match=message) as problem:
        add_to_compiled(new(rates={"input_per_1m_tokens": Decimal(1)}, **facts), place, compiled(place))
    assert "ai-models-" not in str(problem.value)
    assert {path: path.read_bytes() for path in place.definitions.parent.rglob("*") if path.is_file()} == before


def test_a_model_whose_file_has_another_name_is_found_all_the_same(place: Place) -> None:
    base = compiled(place)
    (place.definitions / "acme" / "old.yaml").rename(place.definitions / "acme" / "ancient.yaml")
    with pytest.raises(CatalogError, match="acme/old exists"):
        add_to_compiled(new(model_id="old"), place, base)


def test_a_pricing_file_that_changes_meanwhile_is_not_overwritten(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    base = compiled(place)
    lay = Layers.lay

    def slowly(self: Layers, overlay: Overlay) -> None:
        lay(self, overlay)
        (place.pricing / "acme.yaml").write_text(PRICES + "# edited\n")

    monkeypatch.setattr(Layers, "lay", slowly)
    with pytest.raises(CatalogError, match="was changed while this was at work"):
        add_to_compiled(new(rates={"input_per_1m_tokens": Decimal(1)}), place, base)
    assert (place.pricing / "acme.yaml").read_text().endswith("# edited\n")
    assert not (place.definitions / "acme" / "new_1_5.yaml").exists()


def test_a_failure_between_the_two_files_leaves_both_or_none(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_complete", lambda *_: None)  # killed when the journal was in place
    add_model(new(rates={"input_per_1m_tokens": Decimal(1)}), place)
    assert not (place.definitions / "acme" / "new_1_5.yaml").exists()
    monkeypatch.undo()
    assert Catalog.load(place).get_offering("New 1.5").id == "New 1.5"
