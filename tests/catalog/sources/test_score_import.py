"""Published scores in models.dev's base models: each entry is a claim, or is left out whole with a reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from importer_reading import AS_OF, Reading
from test_hostile_feeds import HOSTILE, everything
from test_malformed_feeds import nodes, replaced

from ai_models.catalog.sources.models_dev import read_base_models
from ai_models.catalog.sources.scores import SCORE

Read = Callable[..., Reading]

ENTRY = {
    "name": "Terminal-Bench",
    "score": 64.30,
    "metric": "pass@1",
    "harness": "Claude Code",
    "variant": "max",
    "dataset": "public",
    "version": "2.1",
    "date": "2026-05-28",
    "source": "https://acme.example/eval",
}


def feed(*entries: object, **more: Any) -> dict[str, Any]:
    return {"acme/zeta-1": {"name": "Zeta", "benchmarks": list(entries), **more}}


def raw(score: str) -> str:
    """The feed with a score written in just this way."""
    return json.dumps(feed(ENTRY)).replace("64.3", score)


def test_an_entry_is_a_claim_with_all_that_says_how_it_was_measured(read: Read) -> None:
    (claim,) = read(read_base_models, feed(ENTRY)).of("benchmark:terminal_bench")
    assert (claim.source, claim.provider, claim.subject, claim.where) == (
        "models.dev", "acme", "zeta-1", "acme/zeta-1/benchmarks[0]",
    )  # fmt: skip
    assert (claim.value, claim.since, claim.as_of) == (Decimal("64.3"), date(2026, 5, 28), AS_OF)
    assert dict(claim.conditions) == {
        "name": "Terminal-Bench",
        "metric": "pass@1",
        "harness": "Claude Code",
        "variant": "max",
        "dataset": "public",
        "version": "2.1",
        "url": "https://acme.example/eval",
    }


def test_what_is_not_stated_is_no_condition(read: Read) -> None:
    bare = {key: ENTRY[key] for key in ("name", "score", "source")} | {"metric": None, "date": None}
    (claim,) = read(read_base_models, feed(bare)).of("benchmark:terminal_bench")
    assert dict(claim.conditions) == {"name": "Terminal-Bench", "url": "https://acme.example/eval"}
    assert claim.since is None


@pytest.mark.parametrize("written", ["64", "64.0", "64.30", "0", "100.000", "1e2", "12345678901234.5", "0.000001"])
def test_a_score_keeps_the_digits_that_it_was_published_with(read: Read, written: str) -> None:
    (claim,) = read(read_base_models, raw(written)).of("benchmark:terminal_bench")
    assert str(claim.value) == str(Decimal(written))


def test_a_version_may_be_a_number(read: Read) -> None:
    (claim,) = read(read_base_models, json.dumps(feed(ENTRY)).replace('"2.1"', "2.10")).of("benchmark:terminal_bench")
    assert dict(claim.conditions)["version"] == "2.10"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("true", "score: not a number"),
        ('"64.3"', "score: not a number"),
        ("[64.3]", "score: not a number"),
        ("null", "no score"),
        ("NaN", "score: not a finite number"),
        ("Infinity", "score: not a finite number"),
        ("1e16", "score: beyond any plausible score"),
        ("1e-16", "score: beyond any plausible score"),
        ("9" * 5_000, "score: beyond any plausible score"),
        ("0." + "1" * 29, "score: too many digits"),
        ('1, "score": 2', "score: not a number"),
    ],
)
def test_a_score_that_is_no_figure_leaves_the_entry_out(read: Read, written: str, reason: str) -> None:
    found = read(read_base_models, raw(written))
    assert not found.of("benchmark:terminal_bench")
    assert [(left.where, left.reason) for left in found.rejected] == [("acme/zeta-1/benchmarks[0]", f"{SCORE}: {reason}")]
    assert found.of("name"), "the rest of the row stays"


def test_a_figure_of_thirty_characters_is_read_and_one_of_more_is_not(read: Read) -> None:
    assert read(read_base_models, raw("0." + "1" * 28)).of("benchmark:terminal_bench")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("64.3", "not a mapping"),
        ([], "not a mapping"),
        ({}, "no name"),
        ({"name": None}, "no name"),
        ({"name": "A", "source": "https://a.example"}, "no score"),
        ({**ENTRY, "name": 5}, "name: not a text"),
        ({**ENTRY, "name": "  "}, "name: not a text"),
        ({**ENTRY, "name": ["A"]}, "name: not a text"),
        ({**ENTRY, "name": "x" * 81}, "name: longer than a name"),
        ({**ENTRY, "name": "a\x1b[31mb"}, "name: not a text of printable characters"),
        ({**ENTRY, "harness": ""}, "harness: not a text"),
        ({**ENTRY, "harness": "Null"}, "harness: a placeholder"),
        ({**ENTRY, "metric": True}, "metric: not a text"),
        ({**ENTRY, "variant": {}}, "variant: not a text"),
        ({**ENTRY, "dataset": "\u202egnp"}, "dataset: not a text of printable characters"),
        ({**ENTRY, "source": None}, "no source"),
        ({**ENTRY, "source": 5}, "source: not a text"),
        ({**ENTRY, "date": "2026-05"}, "date: date without a day"),
        ({**ENTRY, "date": "2026-02-30"}, "date: not a date"),
        ({**ENTRY, "date": 20260528}, "date: not a date"),
    ],
)
def test_an_entry_that_cannot_be_read_is_left_out_whole_and_its_neighbours_stay(
    read: Read, entry: object, reason: str
) -> None:
    found = read(read_base_models, feed(entry, ENTRY))
    assert found.reasons == [f"{SCORE}: {reason}"]
    assert len(found.of("benchmark:terminal_bench")) == 1


def test_a_name_of_eighty_characters_is_read(read: Read) -> None:
    assert read(read_base_models, feed({**ENTRY, "name": "x" * 80})).of(f"benchmark:{'x' * 80}")


@pytest.mark.parametrize("listed", [{}, "none", 5, True])
def test_a_list_that_is_none_is_rejected_once(read: Read, listed: object) -> None:
    found = read(read_base_models, {"acme/zeta-1": {"name": "Zeta", "benchmarks": listed}})
    assert [(left.where, left.reason) for left in found.rejected] == [("acme/zeta-1/benchmarks", f"{SCORE}: not a list")]


def test_no_scores_are_no_problem(read: Read) -> None:
    assert not read(read_base_models, {"acme/a": {"name": "A"}, "acme/b": {"name": "B", "benchmarks": None}}).rejected


def test_a_key_that_nobody_reads_is_reported_once_and_the_score_is_taken(read: Read) -> None:
    found = read(read_base_models, feed({**ENTRY, "stderr": 1}, {**ENTRY, "stderr": 2}))
    assert [(left.where, left.reason, left.found) for left in found.rejected] == [
        ("acme/zeta-1/benchmarks[0]", f"{SCORE}: unknown key", "stderr")
    ]
    assert len(found.of("benchmark:terminal_bench")) == 2


@pytest.mark.parametrize("hostile", [*HOSTILE, None, True, -1, 10**400, [], {}, [[[]]]], ids=lambda value: ascii(value)[:20])
def test_no_value_in_any_place_stops_the_run_or_steers_a_terminal(tmp_path: Path, hostile: object) -> None:
    content = feed(ENTRY, dict(ENTRY))
    for place in nodes(content):
        path = tmp_path / "feed.json"
        path.write_text(json.dumps(replaced(content, place, hostile)))
        found = Reading(read_base_models(path, as_of=AS_OF))
        texts = everything(found)
        assert all(text.isprintable() for text in texts)
        assert max(map(len, texts), default=0) <= 10_000


def test_hostile_keys_are_shown_harmlessly(read: Read) -> None:
    found = read(read_base_models, {"acme/\x1b]0;x\x07": {"benchmarks": [ENTRY]}, **feed({**ENTRY, "\x1b[2J": 1})})
    assert all(text.isprintable() for text in everything(found))
    assert len(found.of("benchmark:terminal_bench")) == 1


def test_ten_thousand_entries_are_ten_thousand_claims(read: Read) -> None:
    found = read(read_base_models, feed(*({**ENTRY, "name": f"Bench {place}"} for place in range(10_000))))
    assert sum(claim.field.startswith(f"{SCORE}:") for claim in found.claims) == 10_000
    assert not found.rejected


def test_every_entry_of_the_real_feed_is_a_claim(real_feed: Callable[[str], Path]) -> None:
    path = real_feed("models_dev_base_models.json")
    found = Reading(read_base_models(path, as_of=date(2026, 7, 2)))
    claims = [claim for claim in found.claims if claim.field.startswith(f"{SCORE}:")]
    content = json.loads(path.read_text(), parse_float=Decimal)
    expected = Counter(
        (f"{entry['name']}", key, Decimal(entry["score"]), entry["source"], entry.get("date"))
        for key, model in content.items()
        for entry in model.get("benchmarks", [])
    )
    assert expected == Counter(
        (
            dict(claim.conditions)["name"],
            f"{claim.provider}/{claim.subject}",
            claim.value,
            dict(claim.conditions)["url"],
            claim.since and claim.since.isoformat(),
        )
        for claim in claims
    )
    assert len(claims) >= 288
    assert not [left for left in found.rejected if left.reason.startswith(SCORE)]
