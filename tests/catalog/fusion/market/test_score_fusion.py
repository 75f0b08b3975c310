"""Scores from a base-model feed to a proposal: whose they are, each once, and what is not believed."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.market.left_out import beside_unread
from ai_models.catalog.fusion.market.proposal import BASE_MODELS, Proposal, Rules, propose
from ai_models.catalog.fusion.market.rules import Maker, MarketRules, Provider, read_market_rules
from ai_models.catalog.fusion.rules import MakerRules, ModelRules
from ai_models.catalog.fusion.text import render
from ai_models.catalog.sources.models_dev import read_base_models
from ai_models.catalog.sources.reading import Imported
from ai_models.models.base import Alias

READ = date(2026, 7, 2)
RELEASE = date(2026, 1, 15)
PAGE = "https://acme.example/eval"
ROCKET = "models/definitions/acme/rocket_2.yaml"


@pytest.fixture(scope="module")
def rules() -> Rules:
    """One maker of the market, and one whose models a person curated."""
    shipped = read_market_rules()
    providers = {name: Provider(name=name) for name in ("acme", "zeta", "openrouter")}
    makers = {"acme": Maker(name="Acme", orgs=["acme-labs"], own={"acme": ""}), "zeta": Maker(name="Zeta", own={"zeta": ""})}
    curated = MakerRules(
        maker="zeta",
        display_name="Zeta",
        pricing_url="",
        documentation_url="https://zeta.example",
        window="total",
        spelled={"models.dev": ["zeta"]},
        defaults_as_of=READ,
        floating={"zhi": ["zhi-1-2026"]},
        default_facts={"release_date": RELEASE},
        models={
            "zhi-1-2026": ModelRules(
                name="Zhi 1", aliases=["zhi-1", Alias(name="zhi-newest", floating=True), Alias(name="zhi-0", until=RELEASE)]
            )
        },
    )
    market = MarketRules(providers=providers, makers=makers, naming=shipped.naming, scores=shipped.scores)
    return Rules(makers=[curated], market=market)


def entry(score: object = 61.5, **more: Any) -> dict[str, Any]:
    return {"name": "Bench", "score": score, "metric": "percent", "source": PAGE, **more}


def model(*entries: object, released: date = RELEASE) -> dict[str, Any]:
    return {"name": "Rocket", "release_date": released.isoformat(), "benchmarks": list(entries)}


def proposed(rules: Rules, tmp_path: Path, feed: dict[str, Any], existing: dict[str, Any] | None = None) -> Proposal:
    path = tmp_path / "base.json"
    path.write_text(json.dumps(feed), encoding="utf-8")
    imported = {
        BASE_MODELS: read_base_models(path, as_of=READ),
        "models.dev": Imported(
            claims=(_claim("openrouter", "acme/rocket-2"), _claim("openrouter", "acme/rocket-3")), rejected=()
        ),
    }
    return propose(imported, rules, existing=existing)


def _claim(provider: str, subject: str) -> Claim:
    return Claim(source="models.dev", provider=provider, subject=subject, field="name", value="Rocket", as_of=READ)


def scores(proposal: Proposal, path: str = ROCKET) -> list[tuple[Any, ...]]:
    return [(s["name"], str(s["score"]), s.get("date"), s["source"], s["via"]) for s in proposal.files[path]["benchmarks"]]


def reasons(proposal: Proposal) -> dict[str, list[str]]:
    """The subjects of what is not believed, by reason."""
    quarantine = proposal.quarantine["quarantine"]
    return {why: [e["subject"] for e in entries] for why, by_source in quarantine.items() for entries in by_source.values()}


def test_a_score_reaches_the_definition_as_it_was_published(rules: Rules, tmp_path: Path) -> None:
    proposal = proposed(
        rules, tmp_path, {"acme/rocket-2": model(entry(12.0, date="2026-02-01"), entry(50, harness="Codex"))}
    )
    assert scores(proposal) == [
        ("Bench", "12.0", date(2026, 2, 1), PAGE, "models.dev"),
        ("Bench", "50", None, PAGE, "models.dev"),
    ]
    text = render(proposal.files[ROCKET])
    assert "  - name: Bench\n    score: 12.0\n    metric: percent\n    date: 2026-02-01\n" in text
    assert f"    source: {PAGE}\n    via: models.dev\n" in text


def test_every_name_of_a_curated_model_that_does_not_move_leads_to_it(rules: Rules, tmp_path: Path) -> None:
    names = ("zhi-1-2026", "zhi-1", "zhi-newest", "zhi", "zhi-0", "zhi-latest")
    feed = {f"zeta/{name}": model(entry(place, name=name)) for place, name in enumerate(names)}
    proposal = proposed(rules, tmp_path, feed)
    assert [name for name, *_ in scores(proposal, "models/definitions/zeta/zhi_1.yaml")] == ["zhi-1", "zhi-1-2026"]
    moved = reasons(proposal)["is of no model of the catalogue, or of a name that moves between models"]
    assert {"zeta/zhi-newest", "zeta/zhi", "zeta/zhi-latest"} <= set(moved)


def test_a_score_makes_no_model(rules: Rules, tmp_path: Path) -> None:
    feed = {
        "acme/rocket-2": model(),
        "stranger/one": model(entry()),
        "acme/rocket-latest": model(entry()),
        "acme/ghost": {"benchmarks": [entry()]},
    }
    proposal = proposed(rules, tmp_path, feed)
    assert not [path for path in proposal.files if "ghost" in path or "stranger" in path or "latest" in path]
    assert proposal.files[ROCKET]["benchmarks"] == []
    (found,) = reasons(proposal).values()
    assert found == ["acme/ghost", "acme/rocket-latest", "stranger/one"]
    assert sum("is of no model" in left.reason for left in proposal.report.left_out) == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"score": 100.1}, "score is above a hundred, and its metric is a part of a hundred"),
        ({"score": -0.1}, "score is negative"),
        ({"source": "our own run"}, "source is not the address of a public page, as https://example.com/page"),
        (
            {"source": "https://user:secret@acme.example/"},
            "source is not the address of a public page, as https://example.com/page",
        ),
        ({"name": "???"}, "name has neither a letter nor a digit"),
        ({"date": (RELEASE - timedelta(days=1)).isoformat()}, "is dated before the release of the model"),
        ({"date": (READ + timedelta(days=1)).isoformat()}, "is dated after the day for which the source speaks"),
        ({"source": "https://openrouter.ai/acme/rocket-3/benchmarks"}, "comes from the page of another model"),
        ({"score": "61.5"}, "score: not a number"),
        ({"date": "2026-02"}, "date: date without a day"),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason_and_the_rest_stays(
    rules: Rules, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    feed = {"acme/rocket-2": model(entry(**changes), entry(1, name="Other")), "acme/rocket-3": model()}
    proposal = proposed(rules, tmp_path, feed)
    assert [name for name, *_ in scores(proposal)] == ["Other"]
    assert reasons(proposal) == {reason: ["acme/rocket-2"]}
    (left,) = proposal.quarantine["quarantine"][reason]["models.dev"]
    assert left["where"] == "acme/rocket-2/benchmarks[0]"
    assert "secret" not in str(proposal.quarantine)


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 100},
        {"score": 0},
        {"date": RELEASE.isoformat()},
        {"date": READ.isoformat()},
        {"metric": "Elo", "score": 1400},
        {"source": "https://openrouter.ai/acme/rocket-2/benchmarks"},
        {"source": "https://openrouter.ai/acme/rocket-99/benchmarks"},
        {"source": "https://elsewhere.example/acme/rocket-3"},
    ],
)
def test_what_lies_on_the_boundary_is_believed(rules: Rules, tmp_path: Path, changes: dict[str, Any]) -> None:
    proposal = proposed(rules, tmp_path, {"acme/rocket-2": model(entry(**changes)), "acme/rocket-3": model()})
    assert len(scores(proposal)) == 1
    assert reasons(proposal) == {}


def test_the_same_score_stated_twice_is_one_with_its_earliest_day(rules: Rules, tmp_path: Path) -> None:
    feed = {
        "acme/rocket-2": model(entry(), entry(61.50, date="2026-03-01"), entry(61.5, date="2026-02-01")),
        "zeta/zhi-1": model(entry()),
        "zeta/zhi-1-2026": model(entry(name="bench")),
    }
    proposal = proposed(rules, tmp_path, feed)
    assert [found[1:3] for found in scores(proposal)] == [("61.5", date(2026, 2, 1))]
    assert len(scores(proposal, "models/definitions/zeta/zhi_1.yaml")) == 1
    assert proposal.report.conflicts == []


def test_two_scores_of_one_setting_both_stand_and_the_report_names_them(rules: Rules, tmp_path: Path) -> None:
    other = "https://other.example/board"
    feed = {"acme/rocket-2": model(entry(61.5), entry(70, source=other), entry(80, harness="Codex"))}
    proposal = proposed(rules, tmp_path, feed)
    assert [found[1] for found in scores(proposal)] == ["61.5", "70", "80"]
    (conflict,) = proposal.report.conflicts
    assert conflict.startswith("acme/rocket-2 benchmarks: Bench, percent, harness not stated")
    assert PAGE in conflict
    assert other in conflict


def test_no_order_of_the_feed_changes_the_proposal(rules: Rules, tmp_path: Path) -> None:
    entries = [entry(n % 3, name=f"Bench {n % 2}", source=f"{PAGE}/{n}", date=f"2026-03-{1 + n:02}") for n in range(12)]
    shuffled = entries[:]
    random.Random(3).shuffle(shuffled)  # noqa: S311 no secret
    one, other = (proposed(rules, tmp_path, {"acme/rocket-2": model(*found)}) for found in (entries, shuffled))
    assert one.files == other.files
    assert len(scores(one)) == 6


def test_what_a_file_holds_already_is_kept_by_the_generator(rules: Rules, tmp_path: Path) -> None:
    feed = {"acme/rocket-2": model(entry(61.5))}
    ours = {"name": "Ours", "score": "7.50", "source": "https://ours.example", "metric": "null"}
    gone = {"name": "Gone", "score": "9", "source": PAGE, "via": "models.dev"}
    existing = {ROCKET: {"benchmarks": [ours, gone]}}
    proposal = proposed(rules, tmp_path, feed, existing)
    document = proposal.files[ROCKET]
    assert [(s["name"], str(s["score"])) for s in document["benchmarks"]] == [
        ("Bench", "61.5"),
        ("Ours", "7.50"),
        ("Gone", "9"),
    ]
    held = {ROCKET: {"benchmarks": [{k: str(v) for k, v in s.items()} for s in document["benchmarks"]]}}
    assert proposed(rules, tmp_path, feed, held).files[ROCKET]["benchmarks"] == document["benchmarks"]


def test_scores_in_quarantine_stay_where_their_file_was_not_read(rules: Rules, tmp_path: Path) -> None:
    bad = {"acme/rocket-2": model(entry(-1))}
    present = proposed(rules, tmp_path, bad).quarantine
    now = proposed(rules, tmp_path, {"acme/rocket-2": model()}).quarantine
    assert now["quarantine"] == {}
    kept = beside_unread(now, present, {"models.dev"})
    assert kept == present
    assert beside_unread(now, present, {"models.dev", BASE_MODELS}) == now
