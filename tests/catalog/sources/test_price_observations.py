"""Price observations: every change is claimed with its kind, and fusion decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources.price_observations import RATES
from ai_models.catalog.sources.price_observations import read as read_observations
from ai_models.pricing.meters import RATE_KEYS

Read = Callable[..., Reading]


def seen(changes: object, **more: object) -> str:
    known = {"source": "litellm", "provider": "acme", "model": "acme/zeta-1", "observed_on": "2026-05-21", "kind": "change"}
    return json.dumps({**known, "changes": changes, **more})


def test_every_price_key_is_a_rate_key():
    assert set(RATES.values()) <= RATE_KEYS.keys()


def test_a_change_is_claimed_from_the_day_it_was_seen(read: Read):
    claim = read(read_observations, seen({"input": [0.80, 0.59]})).claims[0]
    assert (claim.source, claim.provider, claim.subject) == ("price-observations", "acme", "acme/zeta-1")
    assert (claim.field, claim.value) == ("rate:input_per_1m_tokens", Decimal("0.59"))
    assert claim.since == claim.as_of == date(2026, 5, 21)
    assert claim.conditions == (("feed", "litellm"), ("kind", "change"), ("previous", "0.8"))
    assert claim.where == "line 1/input"


@pytest.mark.parametrize("kind", ["change", "correction", "zero", "unit", "rounding"])
def test_every_kind_is_claimed(read: Read, kind: str):
    found = read(read_observations, seen({"output_mtok": [0, 1.875]}, kind=kind))
    assert found.value("rate:output_per_1m_tokens", feed="litellm", kind=kind, previous="0") == Decimal("1.875")


def test_a_price_that_became_zero_is_claimed(read: Read):
    assert read(read_observations, seen({"cache_read": [0.5, 0]}, kind="zero")).claims[0].value == 0


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (seen({"vibes": [1, 2]}), "unknown key"),
        (seen({"input": [1]}), "not an old and a new price"),
        (seen({"input": 2}), "not an old and a new price"),
        (seen({"input": [1, -1]}), "negative price: dynamic"),
        (seen({"input": [None, 1]}), "not a number"),
        (seen([]), "not a mapping"),
        (seen({}, observed_on="May"), "not a date"),
        (seen({}, kind=None), "not a text"),
        ("nonsense", "not JSON"),
    ],
)
def test_malformed_rows_are_rejected_and_the_next_is_read(read: Read, bad: str, reason: str):
    found = read(read_observations, f"{bad}\n{seen({'input': [1, 2]})}\n")
    assert found.reasons == [reason]
    assert [c.value for c in found.claims] == [2]


def test_the_real_file_is_read_whole(real_feed: Callable[[str], Path]):
    path = real_feed("price_observations.jsonl")
    found = Reading(read_observations(path, as_of=AS_OF))
    assert not found.rejected
    assert len(found.claims) >= len(path.read_text().splitlines())
