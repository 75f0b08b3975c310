"""The quarantine file: one entry a claim, by reason and source, in an order of its own."""

from __future__ import annotations

import random
from typing import Any

import yaml

from ai_models.catalog.claims import Rejected
from ai_models.catalog.fusion.market.left_out import LeftOut, beside_unread, quarantine_document, quarantine_text


def left(subject: str, reason: str, *, source: str = "feed", where: str = "", found: str = "") -> LeftOut:
    return LeftOut(subject, Rejected(source=source, where=where, reason=reason, found=found))


def document(*left_out: LeftOut) -> dict[str, Any]:
    return quarantine_document(left_out, {}, [])


def test_field_reason_and_value_are_told_apart() -> None:
    said = left("shop:one", "rate:output_per_1m_tokens: does not join: a gap", where="Shop/one line 7", found="0.5")
    assert document(said)["quarantine"] == {
        "does not join: a gap": {
            "feed": [
                {"subject": "shop:one", "field": "output_per_1m_tokens", "value": "0.5", "where": "Shop/one line 7"}
            ]
        }
    }  # fmt: skip


def test_what_is_particular_about_a_reason_stands_in_the_entry() -> None:
    found = document(
        left("a:1", "context_window: is below the largest prompt of 262,144", found="256000"),
        left("a:2", "context_window: is below the largest prompt of 8,192", found="4096"),
        left("a:3", "72 conditions are a table, not a card"),
        left("a:4", "rate:input: 100 times off what other providers ask"),
    )["quarantine"]
    below = found["is below the largest prompt of N"]["feed"]
    assert [(entry["subject"], entry["against"]) for entry in below] == [("a:1", "262,144"), ("a:2", "8,192")]
    assert found["N conditions are a table, not a card"]["feed"] == [{"subject": "a:3", "against": "72"}]
    assert "against" not in found["100 times off what other providers ask"]["feed"][0]


def test_no_sentence_of_a_feed_is_copied_and_no_place_that_says_nothing() -> None:
    found = document(left("a:1", "no figure", where="/", found="Prices may vary by region!"), left("a:2", "no", where="A:2"))
    assert found["quarantine"] == {"no": {"feed": [{"subject": "a:2"}]}, "no figure": {"feed": [{"subject": "a:1"}]}}


def test_any_order_of_the_claims_gives_the_same_bytes_and_one_entry_for_what_is_said_twice() -> None:
    claims = [left(f"a:{n % 5}", f"reason {n % 3}", source=f"feed-{n % 2}", found=str(n % 4)) for n in range(60)]
    text = quarantine_text(document(*claims))
    random.Random(1).shuffle(claims)  # noqa: S311 no secret
    assert quarantine_text(document(*claims)) == text
    assert len([line for line in text.splitlines() if "subject" in line]) == 60


def test_the_text_reads_back_with_a_line_for_each_claim() -> None:
    written = quarantine_document(
        [left("a:1", "it's a gap: so what", found="0.50"), left("a:2", "it's a gap: so what", found="2026-01-01")],
        {"acme:b": "a tool", "acme:a": "a tool"},
        ["acme"],
    )
    text = quarantine_text(written)
    assert yaml.load(text, Loader=yaml.BaseLoader) == written  # noqa: S506 builds text only
    assert written["no_model"] == {"a tool": ["acme:a", "acme:b"]}
    assert text.count("- {subject:") == 2
    assert "&" not in text


def test_what_sources_said_that_were_not_read_again_stays() -> None:
    before = quarantine_document(
        [left("a:1", "old", source="one"), left("a:2", "old", source="two")], {"a:x": "tool"}, ["a"]
    )
    after = quarantine_document([left("a:3", "new", source="one")], {"a:y": "tool"}, ["b"])
    assert beside_unread(after, before, {"one", "two"}) == after
    kept = beside_unread(after, before, {"one"})
    assert kept["quarantine"] == {"new": {"one": [{"subject": "a:3"}]}, "old": {"two": [{"subject": "a:2"}]}}
    assert (kept["no_model"], kept["first_party"]) == ({"tool": ["a:x", "a:y"]}, ["a", "b"])
