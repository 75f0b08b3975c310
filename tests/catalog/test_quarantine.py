"""What the catalogue does not believe: read from its file, kept apart, and asked for when somebody wants to know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from ai_models.catalog import Catalog
from ai_models.catalog.problems import Problem
from ai_models.catalog.snapshot import Quarantined

Report = Callable[..., list[Problem]]
Writer = Callable[[str, str], Path]

SOURCES = 'sources: {feed: {name: Feed, url: "https://a", licence: MIT}, other: {name: O, url: "https://b", licence: MIT}}\n'
PRICES = """
    provider: acme
    models:
      session: {pricing_versions: [{effective_date: 2026-01-01, request_per_1k: 1}]}
      strange: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1}]}
"""
SHOP = """
    provider: shop
    models: {unheard-of: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1}]}}
"""
QUARANTINE = """
    first_party: [acme]
    no_model: {a tool's session: ["acme:session", "acme:never-priced"]}
    quarantine:
      is below N:
        feed: [{subject: "acme:one", field: context_window, value: 5, against: 7, where: line 3}]
      a gap:
        feed, other: [{subject: "acme:two"}]
"""


@pytest.fixture
def held(write: Writer) -> Catalog:
    texts = {"sources": SOURCES, "prices": PRICES, "shop": SHOP, "quarantine": QUARANTINE}
    return Catalog.load([write(f"{name}.yaml", text) for name, text in texts.items()])


def test_every_claim_is_told_in_the_order_of_the_file(held: Catalog) -> None:
    assert held.quarantined() == (
        Quarantined("is below N", "feed", "acme:one", "context_window", "5", "7", "line 3"),
        Quarantined("a gap", "feed, other", "acme:two"),
    )


def test_a_catalogue_without_the_file_has_left_nothing_out(write: Writer) -> None:
    bare = Catalog.load(write("prices.yaml", PRICES))
    assert bare.quarantined() == ()
    assert bare.offerings_without_model() == {}


def test_first_party_offerings_of_no_model_are_explained_or_named(held: Catalog) -> None:
    assert held.offerings_without_model() == {"acme:session": "a tool's session", "acme:strange": None}


def test_it_is_decoded_when_somebody_asks(held: Catalog) -> None:
    held.get_offering("acme:strange")
    assert "_quarantine" not in vars(held)
    held.quarantined()
    assert "_quarantine" in vars(held)


def test_overlays_do_not_hide_what_was_left_out(held: Catalog, write: Writer) -> None:
    overlay = write("mine/prices.yaml", SHOP.replace("unheard-of", "mine"))
    once = Catalog.load(overlay, base=held)
    twice = Catalog.load(write("mine/more.yaml", SHOP.replace("unheard-of", "more")), base=once)
    assert twice.quarantined() == once.quarantined() == held.quarantined()
    assert twice.offerings_without_model() == held.offerings_without_model()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("quarantine: {a gap: {fed: [{subject: a}]}}", "is not named in the sources file"),
        ("quarantine: {a gap: {'feed, fed': [{subject: a}]}}", "is not named in the sources file"),
        ("quarantine: {a gap: {feed: [{subjct: a}]}}", "is not a key here"),
        ("quarantine: {a gap: {feed: [{field: a}]}}", "is missing"),
        ("quarantine: {a gap: [a]}", "must be a mapping of keys to values"),
    ],
)
def test_a_faulty_file_is_reported(report: Report, text: str, problem: str) -> None:
    assert any(problem in found.message for found in report(SOURCES, dedent(text)))


def test_a_second_file_is_reported(report: Report) -> None:
    text = "quarantine: {a gap: {feed: [{subject: a}]}}"
    (found,) = report(SOURCES, text, text)
    assert "is described in" in found.message
