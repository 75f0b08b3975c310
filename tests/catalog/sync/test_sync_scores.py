"""Scores in a sync: added and corrected in the file's own text, kept where a person wrote them or nobody states them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sync_trees import BIG, DAYS, definition, documents, planned, tree

from ai_models.catalog import Catalog
from ai_models.catalog.fusion.score_list import score_document
from ai_models.catalog.location import Place
from ai_models.catalog.sources.models_dev import BASE_MODELS
from ai_models.catalog.sync.plan import Plan, write_plan
from ai_models.catalog.validate import validate
from ai_models.errors import CatalogError
from ai_models.models.benchmarks import Benchmark

PAGE = "https://acme.example/eval"
READ = {**DAYS, BASE_MODELS: date(2026, 6, 1)}
HELD = """\
benchmarks:
  # Our own run, on the machine in the cellar.
  - {name: Ours, score: 7.50, source: "https://acme.example/ours"}   # twice
  - name: Pool
    score: 50.0   # as the page had it
    metric: percent
    source: https://acme.example/eval
    via: models.dev
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The made-up tree, with a score of a person's and one of the feed's."""
    made = tree(tmp_path)
    path = made.definitions / "acme" / "big.yaml"
    path.write_text(BIG.replace("evidence:", HELD + "evidence:"), encoding="utf-8")
    return made


def stated(figure: str, name: str = "Pool", **more: Any) -> dict[str, Any]:
    return score_document(
        Benchmark(
            **{"name": name, "score": Decimal(figure), "metric": "percent", "source": PAGE, "via": "models.dev", **more}
        )
    )


def plan_of(place: Place, *scores: dict[str, Any], days: dict[str, date] | None = None) -> Plan:
    return planned(place, documents(definition(benchmarks=list(scores))), READ if days is None else days)


def text_of(place: Place) -> str:
    return (place.definitions / "acme" / "big.yaml").read_text(encoding="utf-8")


def shown(plan: Plan) -> list[tuple[str, str, str, str]]:
    return [(found.kind, found.field, found.old, found.new) for found in plan.differences]


def settled(place: Place, *scores: dict[str, Any]) -> None:
    write_plan(plan_of(place, *scores))
    again = plan_of(place, *scores)
    assert not again.texts
    assert not any(found.is_written for found in again.differences)
    assert validate(place).problems == []


def test_what_the_file_says_already_is_left_alone(place: Place) -> None:
    plan = plan_of(place, stated("50"))
    assert (shown(plan), plan.texts, plan.has_moved) == ([], {}, False)


def test_a_new_score_is_added_and_every_other_byte_stays(place: Place) -> None:
    scores = (stated("50"), stated("61.30", "Pool", harness="Codex", date=date(2026, 5, 28)))
    before = text_of(place)
    assert shown(plan_of(place, *scores)) == [("scores", "Pool", "", "61.30 (percent, harness Codex)")]
    settled(place, *scores)
    added = """\
  - name: Pool
    score: 61.30
    metric: percent
    harness: Codex
    date: 2026-05-28
    source: https://acme.example/eval
    via: models.dev
"""
    assert text_of(place) == before.replace("evidence:\n", added + "evidence:\n", 1)


def test_the_first_scores_of_a_model_stand_behind_its_documentation(tmp_path: Path) -> None:
    place = tree(tmp_path)
    settled(place, stated("50"))
    lines = text_of(place).splitlines()
    assert lines[lines.index("benchmarks:") - 1].startswith("documentation:")
    assert lines[lines.index("benchmarks:") + 6] == "evidence:"
    assert [str(found.score) for found in Catalog.load(list(place)).get_model("big-1").benchmarks] == ["50"]


def test_a_score_that_its_page_corrects_is_corrected_in_its_place(place: Place) -> None:
    plan = plan_of(place, stated("52.25"))
    assert shown(plan) == [
        ("correction", "Pool", "50.0 (percent, harness not stated)", "52.25 (percent, harness not stated)")
    ]
    settled(place, stated("52.25"))
    assert "    score: 52.25   # as the page had it\n" in text_of(place)


def test_a_persons_score_is_kept_and_what_contradicts_it_is_shown_as_a_conflict(place: Place) -> None:
    scores = (stated("50"), stated("8", "Ours", metric=None))
    kinds = [(kind, field) for kind, field, *_ in shown(plan_of(place, *scores))]
    assert kinds == [("scores", "Ours"), ("conflict", "benchmarks: Ours, metric not stated, harness not stated")]
    settled(place, *scores)
    assert 'name: Ours, score: 7.50, source: "https://acme.example/ours"}   # twice' in text_of(place)
    spec = Catalog.load(list(place)).get_model("big-1")
    assert [str(found.score) for found in spec.benchmarks] == ["8", "7.50", "50.0"]
    assert [conflict.field for conflict in spec.conflicts] == ["benchmarks: Ours, metric not stated, harness not stated"]


def test_a_persons_score_that_the_feed_repeats_stays_the_persons(place: Place) -> None:
    assert plan_of(place, stated("50"), stated("7.5", "Ours", metric=None)).differences == []


def test_a_score_that_disappears_stays_and_is_named_only_where_its_file_was_read(place: Place) -> None:
    plan = plan_of(place)
    assert [(kind, field) for kind, field, *_ in shown(plan)] == [("removed claim", "Pool")]
    assert (plan.texts, plan.has_moved) == ({}, False)
    assert plan_of(place, days=DAYS).differences == []


def test_a_new_model_comes_with_its_scores(tmp_path: Path) -> None:
    place = tree(tmp_path)
    other = definition(model_id="new-1", aliases=[], pricing_ref=None, benchmarks=[stated("12.0")])
    proposal = documents(**{"models/definitions/acme/new.yaml": other})
    write_plan(planned(place, proposal, READ))
    assert "  - name: Pool\n    score: 12.0\n" in (place.definitions / "acme" / "new.yaml").read_text()


@pytest.mark.parametrize(
    "word",
    ["true", "1.50", "2026-01-01", "- x", "{a: b}", "a: b", "#x", "it's", "null", "~x", "!!x", "*x", "&x", "τ³", "%"],
)
def test_words_that_look_like_yaml_are_written_as_text(tmp_path: Path, word: str) -> None:
    place = tree(tmp_path)
    score = stated("50", f"a {word}", metric=word, variant=word, version=word)
    settled(place, score)
    (found,) = Catalog.load(list(place)).get_model("big-1").benchmarks
    assert (found.name, found.metric, found.variant, found.version) == (f"a {word}", word, word, word)


@pytest.mark.parametrize(
    "held",
    [
        "benchmarks: none\n",
        "benchmarks: [7]\n",
        "benchmarks: [{name: A}]\n",
        "benchmarks: [{name: A, score: many, source: x}]\n",
    ],
)
def test_a_file_with_scores_that_are_none_is_refused_and_nothing_is_written(tmp_path: Path, held: str) -> None:
    place = tree(tmp_path)
    path = place.definitions / "acme" / "big.yaml"
    path.write_text(BIG + held, encoding="utf-8")
    with pytest.raises(CatalogError, match="validate"):
        plan_of(place, stated("50"))
    assert path.read_text(encoding="utf-8") == BIG + held


def test_an_empty_list_of_scores_is_filled(tmp_path: Path) -> None:
    place = tree(tmp_path)
    path = place.definitions / "acme" / "big.yaml"
    path.write_text(BIG + "benchmarks: []\n", encoding="utf-8")
    settled(place, stated("50"))
    assert text_of(place).endswith(
        "benchmarks:\n  - name: Pool\n    score: 50\n    metric: percent\n"
        "    source: https://acme.example/eval\n    via: models.dev\n"
    )
