"""What a sync finds, what it writes, and what it leaves as a person wrote it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sync_trees import (
    BIG,
    DAYS,
    DEFINITION,
    PRICES,
    PRICING,
    contents,
    definition,
    documents,
    newest,
    offering,
    oldest,
    planned,
    pricing,
    tree,
)

from ai_models.catalog import Catalog
from ai_models.catalog.claims import Rejected
from ai_models.catalog.fusion.market.left_out import QUARANTINE, LeftOut, quarantine_document, quarantine_text
from ai_models.catalog.fusion.text import Factor
from ai_models.catalog.location import Place
from ai_models.catalog.sync.plan import Plan, retrieved, write_plan
from ai_models.catalog.validate import validate
from ai_models.errors import CatalogError


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return tree(tmp_path)


def found(plan: Plan) -> list[tuple[str, str, str, str, str]]:
    return [(d.kind, d.subject, d.field, d.old, d.new) for d in plan.differences]


def settled(place: Place, proposal: dict[str, Any], days: dict[str, date] | None = None) -> None:
    """Write a plan, and make sure that there is nothing left to do and the tree is valid."""
    write_plan(planned(place, proposal, days))
    again = planned(place, proposal, days)
    assert not again.texts
    assert not any(difference.is_written for difference in again.differences)
    assert validate(place).problems == []


def test_a_tree_that_agrees_is_left_alone(place: Place) -> None:
    plan = planned(place, documents())
    assert (plan.differences, plan.texts, plan.has_moved) == ([], {}, False)
    assert write_plan(plan) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"metadata__context_window_input": 300000}, ("correction", "context_window_input", "200000", "300000")),
        ({"metadata__context_window": 208000}, ("limits", "context_window", "null", "208000")),
        ({"metadata__open_weights": True}, ("correction", "open_weights", "false", "true")),
        ({"metadata__family": "bigs"}, ("names", "family", "", "bigs")),
        ({"lifecycle__deprecated_on": date(2026, 5, 1)}, ("lifecycle", "deprecated_on", "", "2026-05-01")),
        ({"reasoning": {"control": "toggle"}}, ("capabilities", "reasoning", "", "control toggle")),
        ({"aliases": ["big", "bigger"]}, ("names", "alias bigger", "", "bigger")),
        (
            {"capabilities": ["text_input", "text_output", "large_context"], "unsupported": ["image_input", "audio_input"]},
            ("capabilities", "image_input", "supported", "unsupported"),
        ),
        (
            {"capabilities": ["text_input", "image_input", "text_output", "streaming", "large_context"]},
            ("capabilities", "streaming", "", "supported"),
        ),
    ],
)
def test_what_the_sources_say_anew_is_written(place: Place, changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    proposal = documents(definition(**changes))
    kind, field, old, new = expected
    assert (kind, "acme/big-1", field, old, new) in found(planned(place, proposal))
    settled(place, proposal)


def test_only_the_lines_of_what_changed_change(place: Place) -> None:
    settled(place, documents(definition(metadata__context_window_input=300000, lifecycle__retires_on=date(2027, 1, 1))))
    text = (place.definitions / "acme" / "big.yaml").read_text()
    expected = BIG.replace("context_window_input: 200000", "context_window_input: 300000", 1)
    assert text == expected.replace("retires_on: null", "retires_on: 2027-01-01")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"metadata__context_window_output": 9000}, "context_window_output"),
        ({"metadata__knowledge_cutoff": "2025-12"}, "knowledge_cutoff"),
    ],
)
def test_what_a_person_wrote_or_verified_is_kept_and_shown(place: Place, changes: dict[str, Any], field: str) -> None:
    plan = planned(place, documents(definition(**changes)))
    assert [(d.kind, d.field) for d in plan.differences] == [("kept", field)]
    assert "a person wrote it" in plan.differences[0].note
    assert (plan.texts, plan.has_moved) == ({}, False)


def test_guidance_notes_and_labels_of_a_person_are_never_proposed(place: Place) -> None:
    changes = {
        "optimization": {"tips": ["x"]},
        "documentation": {"url": "https://x", "notes": "theirs"},
        "metadata__name": "B",
    }
    assert planned(place, documents(definition(**changes))).differences == []


def test_a_value_of_a_source_that_was_not_read_is_kept(place: Place) -> None:
    days = {"litellm": date(2026, 6, 1)}
    plan = planned(place, documents(definition(metadata__open_weights=True)), days)
    assert ("kept", "open_weights") in [(d.kind, d.field) for d in plan.differences]
    assert not plan.texts


def test_what_disappears_stays(place: Place) -> None:
    assert planned(place, {}).differences == []
    gone = definition(metadata__open_weights=None, capabilities=["text_input", "text_output", "large_context"])
    plan = planned(place, documents(gone, pricing(**{"big-1": offering(newest())})))
    assert {(d.kind, d.field) for d in plan.differences} == {
        ("removed claim", "open_weights"),
        ("removed claim", "image_input"),
        ("removed claim", "price"),
    }
    assert not plan.texts


def test_more_sources_for_a_value_are_named_and_dissenters_leave(place: Place) -> None:
    model = definition()
    model["evidence"]["open_weights"] = ["litellm", "models.dev"]
    model["evidence"]["context_window_input"] = ["litellm"]
    said = {"litellm": "200000", "models.dev": "128000"}
    model["conflicts"] = [{"field": "context_window_input", "values": said, "settled_by": "specialist"}]
    plan = planned(place, documents(model))
    assert [(d.kind, d.field, d.note) for d in plan.differences] == [
        ("evidence", "context_window_input", ""),
        ("conflict", "context_window_input", "new"),
        ("evidence", "open_weights", ""),
    ]
    settled(place, documents(model))
    text = (place.definitions / "acme" / "big.yaml").read_text()
    assert "open_weights: [litellm, models.dev]" in text
    assert "  context_window_input: [litellm]\n" in text
    after = planned(place, documents())
    assert [(d.kind, d.note) for d in after.differences if d.kind == "conflict"] == [("conflict", "settled")]


def test_a_changed_conflict_replaces_the_old_one_and_one_on_a_person_s_value_is_left(place: Place) -> None:
    def said(value: str, field: str = "open_weights") -> dict[str, Any]:
        values = {"litellm": value, "models.dev": "false"}
        return {"field": field, "values": values, "settled_by": "precedence"}

    settled(place, documents(definition(conflicts=[said("true")])))
    changed = documents(definition(conflicts=[said("perhaps"), said("1", "knowledge_cutoff")]))
    assert [d.note for d in planned(place, changed).differences if d.kind == "conflict"] == ["changed"]
    settled(place, changed)


def test_a_floating_name_moves_and_a_plain_one_goes_to_its_new_model(place: Place) -> None:
    moved = definition(
        aliases=[{"name": "acme-newest", "since": date(2026, 1, 1), "until": date(2026, 9, 1), "floating": True}]
    )
    other = definition(model_id="big-2", aliases=["big"], pricing_ref=None)
    other["aliases"].append({"name": "acme-newest", "since": date(2026, 9, 1), "floating": True})
    settled(place, documents(moved, **{"models/definitions/acme/big_2.yaml": other}))
    catalog = Catalog.load(place)
    assert catalog.get_model("big").model_id == "big-2"
    text = (place.definitions / "acme" / "big.yaml").read_text()
    assert "aliases: [{name: acme-newest, since: 2026-01-01, floating: true, until: 2026-09-01}]" in text


def test_the_id_of_a_model_that_stands_does_not_become_another_one_s_alias(place: Place) -> None:
    gone = definition(model_id="gone", aliases=[], pricing_ref=None)
    write_plan(planned(place, {"models/definitions/acme/gone.yaml": gone}))
    new = definition(model_id="big-2", aliases=["gone", "second"], pricing_ref=None)
    proposal = documents(definition(aliases=["big", "gone"]), **{"models/definitions/acme/big_2.yaml": new})
    assert ("kept", "alias gone") in {(d.kind, d.field) for d in planned(place, proposal).differences}
    settled(place, proposal)
    catalog = Catalog.load(place)
    assert (catalog.get_model("gone").model_id, catalog.get_model("second").model_id) == ("gone", "big-2")


def test_dates_a_person_keeps_keep_the_status_too(place: Place) -> None:
    path = place.definitions / "acme" / "big.yaml"
    path.write_text(BIG.replace("retires_on: null", "retires_on: 2027-05-01") + "  retires_on: [vendor]\n")
    changed = definition(lifecycle__retires_on=date(2026, 5, 1), lifecycle__status="retired")
    assert [(d.kind, d.field) for d in planned(place, documents(changed)).differences] == [("kept", "retires_on")]


def test_a_model_found_unreleased_keeps_its_written_status(place: Place) -> None:
    model = definition(metadata__release_date=date(2026, 12, 1), lifecycle__status="unreleased")
    prices = pricing(**{"big-1": offering(newest(effective_date=date(2026, 12, 1)))})
    assert "status" not in {d.field for d in planned(place, documents(model, prices)).differences}


def test_a_month_after_the_last_day_the_files_are_confirmed_without_counting_as_a_change(place: Place) -> None:
    near, far = (definition(metadata__last_verified=day) for day in (date(2026, 6, 20), date(2026, 7, 20)))
    assert planned(place, documents(near)).texts == {}
    days = dict.fromkeys(DAYS, date(2026, 7, 20))
    plan = planned(place, documents(far), days)
    assert {(d.kind, d.field) for d in plan.differences} == {("confirmed", "last_verified"), ("confirmed", "retrieved")}
    assert (plan.has_moved, len(plan.texts)) == (False, 2)
    settled(place, documents(far), days)
    assert retrieved(place)["litellm"] == date(2026, 7, 20)
    assert retrieved(place)["models.dev-base"] == date(2026, 7, 20)
    assert planned(place, documents(near)).texts == {}, "the day never goes back"


# Prices.


def test_a_new_price_is_a_version_of_its_own(place: Place) -> None:
    new = newest(effective_date=date(2026, 9, 1), input_per_1m_tokens=Decimal("1.5"))
    proposal = documents(prices=pricing(**{"big-1": offering(new, newest(), oldest())}))
    plan = planned(place, proposal)
    assert found(plan) == [("price change", "acme:big-1", "input", "2.0", "1.5")]
    assert (plan.differences[0].on, plan.differences[0].evidence) == (date(2026, 9, 1), ("genai-prices",))
    settled(place, proposal)
    text = (place.pricing / "acme.yaml").read_text()
    assert [line for line in PRICES.splitlines() if line not in text.splitlines()] == []


def test_a_version_that_only_repeats_is_a_change_of_conditions_or_of_nothing(place: Place) -> None:
    same_rates = newest(effective_date=date(2026, 9, 1))
    free = newest(effective_date=date(2026, 10, 1), overrides=[])
    plan = planned(place, documents(prices=pricing(**{"big-1": offering(free, same_rates, newest(), oldest())})))
    assert [(d.field, d.old, d.new) for d in plan.differences] == [
        ("overrides", "service_tier batch: multiply tokens 0.5", ""),
        ("price", "", "as before"),
    ]


def test_another_value_of_the_same_version_is_a_correction(place: Place) -> None:
    better = newest(output_per_1m_tokens=Decimal(12), evidence=["genai-prices", "litellm"])
    batch = [{"when": {"service_tier": "batch"}, "multiply": {"tokens": Factor("0.4")}}]
    proposal = documents(prices=pricing(**{"big-1": offering({**better, "overrides": batch}, oldest())}))
    assert found(planned(place, proposal)) == [
        ("correction", "acme:big-1", "output", "10", "12"),
        (
            "correction",
            "acme:big-1",
            "overrides",
            "service_tier batch: multiply tokens 0.5",
            "service_tier batch: multiply tokens 0.4",
        ),
    ]
    settled(place, proposal)
    text = (place.pricing / "acme.yaml").read_text()
    assert "{when: {service_tier: batch}, multiply: {tokens: 0.4}}  # patience" in text
    assert "input_per_1m_tokens: 2.0   # halved" in text


def test_a_rate_that_the_corrected_version_lacks_goes(place: Place) -> None:
    held = newest(cache_read_per_1m_tokens=Decimal("0.2"))
    settled(place, documents(prices=pricing(**{"big-1": offering(held, oldest())})))
    settled(place, documents())
    assert "cache_read" not in (place.pricing / "acme.yaml").read_text()


def test_the_first_version_is_dated_anew_and_not_doubled(place: Place) -> None:
    earlier = oldest(effective_date=date(2026, 1, 15), input_per_1m_tokens=Decimal(5))
    moved = newest(effective_date=date(2026, 6, 2), date_precision="observed", evidence=["genai-prices", "litellm"])
    proposal = documents(prices=pricing(**{"big-1": offering(moved, earlier)}))
    assert ("correction", "acme:big-1", "effective_date", "2026-01-01", "2026-01-15") in found(planned(place, proposal))
    settled(place, proposal)
    offered = Catalog.load(place).get_offering("acme:big-1")
    assert [str(version.effective_date) for version in offered.versions] == ["2026-01-15", "2026-06-02"]


def test_a_person_s_price_is_kept_and_a_later_one_still_comes(place: Place) -> None:
    def by_hand(*versions: dict[str, Any]) -> dict[str, Any]:
        return documents(
            prices=pricing(**{"by-hand": offering(*versions, model="acme/other", limits={"context_window": 5})})
        )

    def version(day: date, rate: int) -> dict[str, Any]:
        rates = {"input_per_1m_tokens": Decimal(rate), "output_per_1m_tokens": Decimal(1)}
        return {"effective_date": day, **rates, "currency": "USD", "evidence": ["litellm"]}

    plan = planned(place, by_hand(version(date(2026, 3, 1), 9)))
    assert {(d.kind, d.field) for d in plan.differences} >= {("kept", "input"), ("kept", "model")}
    plan = planned(place, by_hand(version(date(2026, 3, 9), 1)))
    assert "price change" not in {d.kind for d in plan.differences}, "the same change, seen a week later"
    plan = planned(place, by_hand(version(date(2026, 8, 1), 2)))
    assert ("price change", "input") in {(d.kind, d.field) for d in plan.differences}


def test_a_price_that_rests_on_a_source_that_was_not_read_is_kept(place: Place) -> None:
    proposal = documents(prices=pricing(**{"big-1": offering(newest(input_per_1m_tokens=Decimal(3)), oldest())}))
    plan = planned(place, proposal, {"litellm": date(2026, 6, 1)})
    assert [(d.kind, d.note) for d in plan.differences] == [("kept", "it rests on genai-prices, which was not read")]


def test_new_evidence_for_a_price_is_named(place: Place) -> None:
    proposal = documents(prices=pricing(**{"big-1": offering(newest(evidence=["genai-prices", "models.dev"]), oldest())}))
    assert [(d.kind, d.field) for d in planned(place, proposal).differences] == [("evidence", "price")]
    settled(place, proposal)


def test_new_models_offerings_providers_and_what_an_offering_says_beside_its_price(place: Place) -> None:
    said = {"field": "input_per_1m_tokens from 2026-06-01", "values": {"litellm": "2", "models.dev": "3"}, "settled_by": "x"}
    limits = {"limits": {"context_window_input": 100000}, "region": "eu", "conflicts": [said], "display_name": "Big"}
    life = {"lifecycle": {"retires_on": date(2027, 1, 1)}}
    prices = pricing(**{"big-1": offering(**limits, **life), "new-1": offering(model="acme/big-1")})
    prices |= {"pricing_url": "https://acme.example/prices", "regions": ["eu", "us"]}
    shop = {"provider": "shop", "display_name": "Shop", "models": {"b": offering(oldest(), model="acme/big-1")}}
    model = definition(model_id="big-3", aliases=[], pricing_ref=None)
    more = {"models/definitions/acme/big_3.yaml": model, "pricing/data/shop.yaml": shop}
    proposal = documents(prices=prices, **more)
    kinds = [(kind, subject, field) for kind, subject, field, _, _ in found(planned(place, proposal))]
    assert kinds == [
        ("names", "acme", "pricing_url"),
        ("names", "acme", "regions"),
        ("new model", "acme/big-3", ""),
        ("limits", "acme:big-1", "context_window_input"),
        ("names", "acme:big-1", "display_name"),
        ("conflict", "acme:big-1", "input_per_1m_tokens from 2026-06-01"),
        ("facts", "acme:big-1", "region"),
        ("lifecycle", "acme:big-1", "retires_on"),
        ("new offering", "acme:new-1", "acme/big-1"),
        ("new offering", "shop:b", "acme/big-1"),
    ]
    settled(place, proposal)
    without = planned(place, documents(prices=pricing(**{"big-1": offering(limits={"context_window_input": None})})))
    assert ("removed claim", "context_window_input") in {(d.kind, d.field) for d in without.differences}


# Files.


def test_a_new_file_does_not_take_the_place_of_another_one(place: Place) -> None:
    model = definition(model_id="big-9", aliases=[], pricing_ref=None)
    write_plan(planned(place, {DEFINITION: model}))
    assert (place.definitions / "acme" / "big.yaml").read_text() == BIG
    assert "model_id: big-9" in (place.definitions / "acme" / "big_2.yaml").read_text()


def test_a_file_is_known_by_what_it_is_about_and_not_by_its_name(place: Place) -> None:
    (place.definitions / "acme" / "big.yaml").rename(place.definitions / "acme" / "renamed.yaml")
    assert planned(place, documents()).differences == []


def test_a_tree_that_would_have_problems_is_not_written(place: Place) -> None:
    before = contents(place)
    bad = documents(definition(metadata__context_window=100))
    with pytest.raises(CatalogError, match="nothing was written") as caught:
        write_plan(planned(place, bad))
    assert any("definitions/acme/big.yaml" in problem for problem in caught.value.problems)
    assert contents(place) == before


def test_a_file_that_cannot_be_read_is_named(place: Place) -> None:
    (place.pricing / "acme.yaml").write_bytes(b"models: [\xff")
    with pytest.raises(CatalogError, match=r"acme\.yaml cannot be read"):
        planned(place, documents())


def test_steps_are_told(place: Place) -> None:
    from ai_models.catalog.sync.plan import make_plan

    steps: list[tuple[int, int]] = []
    make_plan(place, documents(), DAYS, step=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 2), (2, 2)]
    assert PRICING in documents()


def test_a_catalogue_without_a_sources_file_has_no_days(tmp_path: Path) -> None:
    place = Place(tmp_path / "definitions", tmp_path / "pricing")
    write_plan(planned(place, documents(prices=pricing())))
    assert retrieved(place) == {}
    assert planned(place, documents()).texts == {}


def quarantined(*subjects: str, source: str = "litellm") -> dict[str, Any]:
    left_out = [LeftOut(subject, Rejected(source=source, where="", reason="a gap")) for subject in subjects]
    return quarantine_document(left_out, {}, ["acme"])


def test_what_is_not_believed_goes_along_with_what_is_written(place: Place) -> None:
    kept = place.definitions / "quarantine.yaml"
    before = quarantine_document([LeftOut("a:0", Rejected(source="vendor", where="", reason="old"))], {}, [])
    kept.write_text(quarantine_text(before), encoding="utf-8")
    proposal: dict[str, Any] = {**documents(), QUARANTINE: quarantined("a:1")}
    assert planned(place, proposal).texts == {}
    proposal[DEFINITION] = definition(metadata__context_window=300000)
    settled(place, proposal)
    found = Catalog.load([place.definitions, place.pricing]).quarantined()
    assert [(claim.subject, claim.source) for claim in found] == [("a:1", "litellm"), ("a:0", "vendor")]


def test_a_tree_without_a_quarantine_file_gets_none(place: Place) -> None:
    proposal = {**documents(), DEFINITION: definition(metadata__context_window=300000), QUARANTINE: quarantined("a:1")}
    assert all("quarantine" not in path.name for path in planned(place, proposal).texts)
