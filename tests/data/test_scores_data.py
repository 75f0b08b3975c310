"""What holds of the shipped scores: each has an address and a series, and says what its feed says."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.catalog.scores import impossible, is_address
from ai_models.errors import AmbiguousScoreError
from ai_models.models.base import ModelSpec
from ai_models.models.benchmarks import Benchmark, fold

FEED = "models_dev_base_models.json"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return default_catalog()


@pytest.fixture(scope="module")
def scores(catalog: Catalog) -> list[tuple[ModelSpec, Benchmark]]:
    return [(spec, score) for spec in catalog.models() for score in spec.benchmarks]


def test_every_score_can_be_as_it_is_and_names_its_page_and_its_source(
    catalog: Catalog, scores: list[tuple[ModelSpec, Benchmark]]
) -> None:
    assert len(scores) >= 270
    for spec, score in scores:
        assert is_address(score.source), (spec.key, score)
        assert impossible(score) is None, (spec.key, score)
        assert score.via in catalog.sources, (spec.key, score)
        release = spec.metadata.release_date
        assert None in (score.date, release) or score.date >= release, (spec.key, score)  # type: ignore[operator]


def test_every_score_belongs_to_one_series_of_one_benchmark(
    catalog: Catalog, scores: list[tuple[ModelSpec, Benchmark]]
) -> None:
    boards = catalog.benchmarks()
    assert len({fold(board.name) for board in boards}) == len(boards)
    ranked = Counter(
        (spec.key, score) for board in boards for series in board.series for spec, score in board.ranked(series)
    )
    assert ranked == Counter((spec.key, score) for spec, score in scores)
    for spec, score in scores:
        assert catalog.benchmark(score.name.upper().replace("-", " ")).name == score.name, (spec.key, score)


def test_names_and_harnesses_are_spelled_in_one_way(scores: list[tuple[ModelSpec, Benchmark]]) -> None:
    for part in ("name", "metric", "harness", "variant", "dataset"):
        written = {value for _, score in scores if (value := getattr(score, part)) is not None}
        assert len({fold(value) for value in written}) == len(written), part


def test_no_score_stands_twice_and_contradictions_are_those_that_were_reviewed(catalog: Catalog) -> None:
    for spec in catalog.models():
        held = [(score.setting, score.score) for score in spec.benchmarks]
        assert len(set(held)) == len(held), spec.key
    found = [(spec.key, c.field) for spec in catalog.models() for c in spec.conflicts if c.field.startswith("benchmarks:")]
    # The feed lists gpt-4o under its own name and under that of the snapshot that it means now.
    assert found == [("openai/gpt-4o", "benchmarks: Aider Polyglot, percent correct, harness not stated")]


def test_scores_of_a_model_with_several_harnesses_are_not_mixed(catalog: Catalog) -> None:
    board = catalog.benchmark("swe bench pro")
    opus = catalog.get_model("claude-opus-4-7")
    with pytest.raises(AmbiguousScoreError, match="Cursor CLI"):
        board.score_of(opus)
    chosen = board.score_of(opus, harness="cursor cli")
    assert chosen is not None
    assert chosen.score == Decimal("34.4")
    assert catalog.benchmark("terminal-bench 2.1").score_of(opus, harness="terminus-2") is not None


def test_every_figure_of_the_feed_is_in_a_definition_or_in_quarantine(
    catalog: Catalog, scores: list[tuple[ModelSpec, Benchmark]], shared_sources: Path
) -> None:
    feed = json.loads((shared_sources / FEED).read_text(encoding="utf-8"), parse_float=Decimal)
    entries = {
        f"{path}/benchmarks[{place}]": (str(entry["score"]), entry["source"])
        for path, model in feed.items()
        for place, entry in enumerate(model.get("benchmarks", []))
    }
    left_out = {claim.where for claim in catalog.quarantined() if claim.field.partition(":")[0] == "benchmark"}
    assert left_out <= entries.keys()
    assert len(left_out) <= 12
    believed = Counter(entry for place, entry in entries.items() if place not in left_out)
    shipped = Counter((f"{score.score:f}", score.source) for _, score in scores if score.via == "models.dev")
    # Claude Opus 4 and Claude Sonnet 4 stand in the feed under two names each, with the same score.
    repeated = Counter(
        {("72.0", "https://aider.chat/docs/leaderboards/"): 1, ("61.3", "https://aider.chat/docs/leaderboards/"): 1}
    )
    assert believed - shipped == repeated
    assert shipped - believed == Counter()


def test_the_days_and_settings_are_those_of_the_feed(
    scores: list[tuple[ModelSpec, Benchmark]], shared_sources: Path
) -> None:
    feed = json.loads((shared_sources / FEED).read_text(encoding="utf-8"), parse_float=Decimal)
    said = {
        (str(entry["score"]), entry["source"], entry.get("date"), entry.get("dataset"), *sorted(_run(entry)))
        for model in feed.values()
        for entry in model.get("benchmarks", [])
    }
    for spec, score in scores:
        day = None if score.date is None else score.date.isoformat()
        run = sorted(filter(None, (score.harness, score.variant)))
        assert (f"{score.score:f}", score.source, day, score.dataset, *run) in said, (spec.key, score)


def _run(entry: dict[str, str]) -> list[str]:
    """The harness and the variant; the feed has some of the one in the place of the other."""
    return [entry[key] for key in ("harness", "variant") if key in entry]
