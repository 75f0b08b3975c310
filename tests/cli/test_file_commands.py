"""``ai-models validate`` and ``schema``."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from commandline import Run

from ai_models.catalog import location
from ai_models.catalog.schema import FORMATS


def test_valid_files_are_counted(run: Run, made_up: Path) -> None:
    answer = run("validate", str(made_up))
    assert (answer.code, answer.out) == (0, "9 files valid: 5 models, 3 pricing, 1 sources\n")
    assert run("validate", str(made_up), "--json").json == {
        "valid": True, "problems": [],
        "files": {"models": 5, "families": 0, "pricing": 3, "sources": 1, "quarantine": 0, "contracts": 0},
    }  # fmt: skip


def test_every_problem_is_listed_with_its_place_and_exits_with_1(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("model_id: x\nprovidr: y\n")
    missing = tmp_path / "missing.yaml"
    answer = run("validate", str(bad), str(missing))
    assert answer.code == 1
    assert f"{bad}:2: providr: is not a key here; did you mean provider?" in answer.lines
    assert f"{missing}: does not exist" in answer.lines
    assert answer.lines[-1].endswith("in 2 files; read: nothing")
    facts = run("validate", str(bad), "--json")
    assert (facts.code, facts.json["valid"]) == (1, False)
    assert {"file": str(bad), "line": 2, "field": "providr", "nearest": "provider"}.items() <= next(
        problem for problem in facts.json["problems"] if problem["line"] == 2
    ).items()


def test_long_problems_are_whole_lines_on_a_narrow_terminal_too(run: Run, tmp_path: Path) -> None:
    assert run("validate", str(tmp_path / "missing.yaml"), width=80).code == 1


def test_a_checkout_validates_its_own_files(run: Run, made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(location, "packaged_roots", lambda: (made_up,))
    assert run("validate").out.startswith("9 files valid")


def test_an_installed_package_says_that_its_snapshot_was_validated(
    run: Run, made_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(location, "packaged_roots", tuple)
    answer = run("validate")
    assert answer.code == 0
    assert (
        "the shipped snapshot (5 models and 5 offerings) was validated when it was built: a private catalogue" in answer.out
    )
    assert run("validate", "--json").json["snapshot"] == "a private catalogue"


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_has_a_schema(run: Run, name: str) -> None:
    schema = run("schema", name).json
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_schema_refuses_what_validate_refuses(run: Run) -> None:
    validator = jsonschema.Draft202012Validator(run("schema", "sources").json)
    assert validator.is_valid(yaml.safe_load('sources: {a: {name: A, url: "https://a.example", licence: MIT}}'))
    assert not validator.is_valid({"sorces": {}})


def test_a_wrong_format_is_a_usage_error_with_a_suggestion(run: Run) -> None:
    answer = run("schema", "modle")
    assert answer.code == 2
    assert "did you mean model?" in answer.err
