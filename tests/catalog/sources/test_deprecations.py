"""deprecations-rss: which dates say something, and which rows are models."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.deprecations import read as read_deprecations

Read = Callable[..., Reading]


def row(**more: object) -> dict[str, object]:
    return {
        "provider": "Acme",
        "model_id": "zeta-1",
        "announcement_date": "2026-03-26",
        "deprecation_date": "2026-02-01",
        "shutdown_date": "2026-08-01",
        "replacement_models": ["zeta-2"],
        "last_observed": "2026-05-02",
        **more,
    }


def test_a_row_gives_both_dates_and_the_replacement(read: Read):
    found = read(read_deprecations, [row()])
    assert found.value("deprecated_on") == date(2026, 2, 1)
    assert found.value("retires_on") == date(2026, 8, 1)
    assert found.value("replacement") == ("zeta-2",)
    assert {c.as_of for c in found.claims} == {date(2026, 5, 2)}
    assert found.claims[0].where == "[0]/shutdown_date"


def test_a_deprecation_on_the_day_of_the_shutdown_says_nothing(read: Read):
    found = read(read_deprecations, [row(deprecation_date="2026-08-01")])
    assert found.fields == {"retires_on", "replacement"}
    assert not found.rejected


def test_a_deprecation_the_day_before_the_shutdown_counts(read: Read):
    assert read(read_deprecations, [row(deprecation_date="2026-07-31")]).value("deprecated_on") == date(2026, 7, 31)


def test_a_deprecation_after_the_shutdown_is_rejected(read: Read):
    found = read(read_deprecations, [row(deprecation_date="2026-08-02")])
    assert found.reasons == ["deprecated after shutdown"]
    assert found.value("retires_on") == date(2026, 8, 1)


def test_a_deprecation_without_a_shutdown_counts(read: Read):
    found = read(read_deprecations, [row(shutdown_date="")])
    assert found.value("deprecated_on") == date(2026, 2, 1)
    assert not found.of("retires_on")


def test_no_deprecation_date_is_no_claim(read: Read):
    assert read(read_deprecations, [row(deprecation_date=None)]).fields == {"retires_on", "replacement"}


def test_products_are_not_models(read: Read):
    found = read(read_deprecations, [row(model_id="Dream Builder")])
    assert (found.reasons, found.claims) == (["not a model"], ())


def test_replacements_that_are_no_ids_are_dropped_one_by_one(read: Read):
    found = read(read_deprecations, [row(replacement_models=["acme/zeta-2", "reasoning.mode: max", 7])])
    assert found.value("replacement") == ("acme/zeta-2",)
    assert found.reasons == ["not an identifier", "not an identifier"]


@pytest.mark.parametrize("replacement", [None, []])
def test_no_replacement_is_no_claim(read: Read, replacement: object):
    found = read(read_deprecations, [row(replacement_models=replacement)])
    assert not found.of("replacement")
    assert not found.rejected


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("odd", "not a mapping"),
        (row(provider=None), "not a text"),
        (row(model_id=""), "not a text"),
        (row(last_observed="lately"), "not a date"),
        (row(shutdown_date="2026-02-30"), "not a date"),
        (row(shutdown_date=20260801, deprecation_date=None), "not a date"),
        (row(replacement_models="zeta-2"), "not a list"),
    ],
)
def test_malformed_rows_are_rejected_and_the_next_is_read(read: Read, bad: object, reason: str):
    found = read(read_deprecations, [bad, row(model_id="eta")])
    assert found.reasons == [reason]
    assert found.rejected[0].where.startswith("[0]")
    assert found.of("retires_on", "eta")


def test_a_statement_is_never_later_than_the_run(read: Read):
    found = read(read_deprecations, [row(last_observed="2026-12-31"), row(last_observed=None)])
    assert {c.as_of for c in found.claims} == {AS_OF}


def test_the_real_feed_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("deprecations.json")
    found = Reading(read_deprecations(path, as_of=AS_OF))
    rows = len(json.loads(path.read_text()))
    assert set(found.reasons) <= {"not a model", "deprecated after shutdown", "not an identifier"}
    assert found.reasons.count("not a model") < rows * 0.01
