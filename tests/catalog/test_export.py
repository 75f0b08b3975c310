"""The whole catalogue as files: the same rows in all three formats, and nothing half written."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.catalog.export import TABLES, export_csv, export_json, export_sqlite
from ai_models.models.capabilities import ModelCapability

MODEL = """
    model_id: one
    provider: acme
    aliases: [uno, {name: newest, since: 2025-01-01, floating: true}]
    metadata: {name: 'One, "the first"', last_verified: 2025-12-01, open_weights: false}
    capabilities: [text_input]
    unsupported: [image_input]
    pricing_ref: one
    evidence: {text_input: [a, b]}
    conflicts: [{field: text_input, values: {a: 'true', b: 'false'}, settled_by: a person}]
    benchmarks:
      - {name: Bench, score: 12.50, metric: percent, harness: Codex, date: 2026-01-31, source: "https://one.example/a"}
      - {name: Bench, score: 12, version: 2, source: "https://one.example/b"}
"""
PRICES = """
    provider: acme
    models:
      one:
        pricing_versions:
          - effective_date: 2025-01-01
            input_per_1m_tokens: 0.10
            audio_per_hour: 0.36
            overrides:
              - {when: {service_tier: batch}, multiply: {tokens: 0.5}}
              - {when: {input_tokens_above: 200000}, input_per_1m_tokens: 0.20}
              - {when: {service_tier: flex}, unavailable: true}
      other: {}
"""
QUARANTINE = """
    quarantine: {is below N: {feed: [{subject: acme/one, field: context_window, value: 5, against: 7}]}}
"""


@pytest.fixture
def catalog(write, tmp_path: Path) -> Catalog:
    write("files/one.yaml", MODEL)
    write("files/acme.yaml", PRICES)
    write("files/quarantine.yaml", QUARANTINE)
    return Catalog.load([tmp_path / "files"])


def test_amounts_stay_exact_and_conditions_stay_readable(catalog: Catalog, tmp_path: Path) -> None:
    export_json(catalog, tmp_path / "all.json")
    rates = json.loads((tmp_path / "all.json").read_text())["rates"]
    told = [(row["condition"], row["kind"], row["meter"], row["amount"], row["per"]) for row in rates]
    assert told == [
        (None, "rate", "audio_seconds", "0.36", 3_600),
        (None, "rate", "input", "0.10", 1_000_000),
        ('{"service_tier":"batch"}', "factor", "tokens", "0.5", None),
        ('{"input_tokens_above":200000}', "rate", "input", "0.20", 1_000_000),
        ('{"service_tier":"flex"}', "unavailable", None, None, None),
    ]
    assert rates[0]["effective_from"] == "2025-01-01T00:00:00+00:00"


def test_unknown_is_null_and_three_values_stay_three(catalog: Catalog, tmp_path: Path) -> None:
    export_json(catalog, tmp_path / "all.json")
    tables = json.loads((tmp_path / "all.json").read_text())
    assert tables["models"][0]["context_window_input"] is None
    assert tables["models"][0]["open_weights"] == 0
    support = {row["capability"]: (row["support"], row["sources"]) for row in tables["capabilities"]}
    assert support["text_input"] == ("supported", "a, b")
    assert support["image_input"] == ("unsupported", None)
    assert support["video_input"] == ("unknown", None)
    assert len(support) == len(ModelCapability)
    assert [row["alias"] for row in tables["aliases"]] == ["uno", "newest"]
    assert [(row["source"], row["value"]) for row in tables["conflicts"]] == [("a", "true"), ("b", "false")]
    told = {"subject": "acme/one", "field": "context_window", "source": "feed", "value": "5", "reason": "is below N"}
    assert tables["quarantine"] == [told | {"against": "7", "place": None}]


def test_scores_keep_their_digits_and_say_what_is_not_stated(catalog: Catalog, tmp_path: Path) -> None:
    export_json(catalog, tmp_path / "all.json")
    rows = json.loads((tmp_path / "all.json").read_text())["benchmarks"]
    model = {"maker": "acme", "model_id": "one", "benchmark": "Bench", "variant": None, "dataset": None, "via": None}
    assert rows == [
        model
        | {"score": "12.50", "metric": "percent", "harness": "Codex", "version": None, "date": "2026-01-31"}
        | {"source": "https://one.example/a"},
        model
        | {"score": "12", "metric": None, "harness": None, "version": "2", "date": None}
        | {"source": "https://one.example/b"},
    ]


def test_all_three_formats_hold_the_same_rows(catalog: Catalog, tmp_path: Path) -> None:
    counts = export_json(catalog, tmp_path / "all.json")
    assert export_csv(catalog, tmp_path / "csv") == counts
    assert export_sqlite(catalog, tmp_path / "all.sqlite") == counts
    tables = json.loads((tmp_path / "all.json").read_text())
    with closing(sqlite3.connect(tmp_path / "all.sqlite")) as database:
        for table in TABLES:
            expected = [tuple(row.values()) for row in tables[table.name]]
            assert database.execute(f"SELECT * FROM {table.name}").fetchall() == expected  # noqa: S608 our own names
            with (tmp_path / "csv" / f"{table.name}.csv").open(newline="") as file:
                header, *rows = csv.reader(file)
            assert header == list(table.columns)
            assert rows == [["" if value is None else str(value) for value in row] for row in expected]


def test_an_export_that_fails_leaves_the_old_file(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "all.json"
    path.write_text("old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        export_json(catalog, path)
    assert path.read_text() == "old"


def test_the_shipped_catalogue_can_be_queried(tmp_path: Path) -> None:
    counts = export_sqlite(default_catalog(), tmp_path / "all.sqlite")
    with closing(sqlite3.connect(tmp_path / "all.sqlite")) as database:
        cheapest = database.execute(
            """
            SELECT id, MIN(CAST(amount AS REAL)) FROM rates
            WHERE provider = 'openai' AND id = 'o3' AND meter = 'input' AND condition IS NULL
            """
        ).fetchone()
    assert cheapest == ("o3", 2.0)
    assert counts["capabilities"] == counts["models"] * len(ModelCapability)
