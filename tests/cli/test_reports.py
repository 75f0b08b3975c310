"""``ai-models changes``, ``conflicts`` and ``export``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commandline import Run

pytestmark = pytest.mark.usefixtures("made_up")


def test_changes_are_told_with_their_days_and_amounts(run: Run) -> None:
    answer = run("changes", "--since", "2026-06-01", "--until", "2026-06-01", "--kind", "price")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].split() == [
        "On",
        "What",
        "Model",
        "or",
        "offering",
        "Meter",
        "Before",
        "After",
        "Change",
        "Date",
        "is",
        "Detail",
    ]
    assert [line.split() for line in lines[1:]] == [
        ["2026-06-01", "price", "acme:big-2", "cache_read", "0.075", "observed"],
        ["2026-06-01", "price", "acme:big-2", "input", "4.00", "2.00", "-50%", "observed"],
        ["2026-06-01", "price", "acme:big-2", "web_searches", "10.00", "observed"],
    ]


def test_changes_end_today_unless_told_otherwise(run: Run) -> None:
    on = [change["on"] for change in run("changes", "--since", "2026-11-01", "--json").json]
    assert on == ["2026-11-12"]
    later = run("changes", "--since", "2026-11-01", "--until", "2027-01-01", "--json").json
    assert {change["kind"] for change in later} == {"retired", "price"}
    assert [change["after"] for change in later if change["meter"] == "output"] == ["20"]


def test_no_change_is_an_answer_of_no(run: Run) -> None:
    answer = run("changes", "--since", "2026-11-22")
    assert answer.code == 1
    assert answer.out == "nothing changed from 2026-11-22 to 2026-11-22\n"


def test_an_unknown_kind_is_answered_with_the_nearest(run: Run) -> None:
    answer = run("changes", "--since", "2026-01-01", "--kind", "retire")
    assert answer.code == 2
    assert "no kind of change is called 'retire'; did you mean retired?" in answer.err


def test_conflicts_show_what_each_source_says_and_what_settled_it(run: Run) -> None:
    answer = run("conflicts")
    assert answer.code == 0
    assert "acme/big-2" in answer.out
    assert "feed: 2025-05; vendor: 2025-06" in answer.out
    assert run("conflicts", "--json").json == [
        {
            "subject": "acme/big-2",
            "field": "knowledge_cutoff",
            "values": {"feed": "2025-05", "vendor": "2025-06"},
            "settled_by": "verified by a person",
        }
    ]


def test_a_catalogue_without_conflicts_says_so(run: Run, install) -> None:
    install({"one.yaml": "model_id: one\nprovider: acme\nmetadata: {name: One, last_verified: 2026-01-01}\n"})
    answer = run("conflicts")
    assert (answer.code, answer.out) == (1, "no sources disagree\n")


@pytest.mark.parametrize("form", ["json", "csv", "sqlite"])
def test_an_export_is_written_and_counted(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / "out"
    answer = run("export", str(path), "--format", form)
    assert answer.code == 0
    assert "5 models" in answer.out
    if form == "json":
        assert len(json.loads(path.read_text())["models"]) == 5
    elif form == "csv":
        assert (path / "models.csv").read_text().count("\n") == 6
    else:
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("SELECT COUNT(*) FROM models").fetchone() == (5,)


def test_the_columns_of_an_export_are_described(run: Run, tmp_path: Path) -> None:
    answer = run("export", str(tmp_path / "nothing"), "--columns")
    assert "largest prompt, tokens" in answer.out
    assert not (tmp_path / "nothing").exists()


def test_a_place_that_cannot_be_written_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run("export", str(tmp_path / "file" / "below"))
    assert answer.code == 2
    assert "cannot be written" in answer.err
    assert run("export", "x", "--format", "xml").code == 2
