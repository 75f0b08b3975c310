"""``ai-models add``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commandline import Run
from typer.testing import CliRunner

from ai_models.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.catalog.location import Place
from ai_models.cli.app import app

pytestmark = pytest.mark.usefixtures("made_up")


def test_options_are_enough_and_the_result_is_shown(run: Run, tmp_path: Path) -> None:
    answer = run(
        "add", "max-3", "--maker", "acme", "--name", "Max Three", "--like", "big", "--input", "1.25", "--output", "$10",
        "--rate", "cache_read_per_1m_tokens=0.125", "--context", "2M", "--answer", "32k", "--released", "2026-11-01",
        "-c", "audio_input", "--lacks", "image-input", "--alias", "max", "--into", str(tmp_path),
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert "Max Three  max-3  active" in answer.out
    spec = Catalog.load([tmp_path]).get_model("max")
    assert (spec.context_window_input, spec.context_window_output) == (2_000_000, 32_000)
    assert spec.support("audio_input").value == "supported"
    assert spec.support("image_input").value == "unsupported"
    assert spec.support("extended_thinking").value == "supported"
    assert spec.input_price_per_1m == 1.25


def test_what_is_missing_is_not_guessed_where_nobody_can_be_asked(run: Run, tmp_path: Path) -> None:
    answer = run("add", "max-3", "--into", str(tmp_path))
    assert answer.code == 2
    assert "missing: maker" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_what_is_missing_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_models.cli.adding._somebody_is_there", lambda: True)
    result = CliRunner().invoke(app, ["add", "--into", str(tmp_path)], input="max-3\nacme\n\n")
    assert result.exit_code == 0, result.output
    assert Catalog.load([tmp_path]).get_model("max-3").name == "max-3"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rate", "cache_read=1"], "'cache_read=1' is not KEY=USD with a known key"),
        (["--rate", "cache_read_per_1m_tokens"], "is not KEY=USD"),
        (["--rate", "cache_read_per_1m_tokens=x"], "is not an amount"),
        (["-c", "vision"], "did you mean image_input"),
        (["--like", "nothing"], "no model is called 'nothing'"),
        (["--released", "soon"], "is no instant"),
        (["--context", "10", "--answer", "11"], "exceeds the window of 10"),
    ],
)
def test_bad_options_write_nothing(run: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    answer = run("add", "max-3", "--maker", "acme", "--into", str(tmp_path), *arguments)
    assert answer.code == 2
    assert message in " ".join(answer.err.split())
    assert list(tmp_path.rglob("*.yaml")) == []


def test_an_installed_package_asks_for_a_directory(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_models.catalog.location.packaged_roots", tuple)
    answer = run("add", "max-3", "--maker", "acme")
    assert answer.code == 2
    assert "give --into DIR" in answer.err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            PermissionError(13, "Permission denied", "x.yaml"),
            "x.yaml cannot be written (Permission denied); nothing",
        ),
        (OSError(28, "No space left on device"), "a file cannot be written (No space left on device)"),
        (shutil.Error([("a.yaml", "b.yaml", "File too large")]), "b.yaml cannot be written (File too large)"),
        (shutil.Error([]), "a file cannot be written"),
    ],
)
def test_a_file_that_cannot_be_written_is_an_error_and_no_traceback(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("ai_models.catalog.adding.write_all", fail)
    answer = run("add", "max-3", "--maker", "acme", "--into", str(tmp_path))
    assert answer.code == 2
    assert said in " ".join(answer.err.split())


def test_a_directory_that_is_a_file_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = run("add", "max-3", "--maker", "acme", "--input", "1", "--into", str(tmp_path / "file"))
    assert answer.code == 2
    assert "Not a directory" in answer.err


def test_a_checkout_is_added_to_without_reading_it_again(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path / "definitions", tmp_path / "pricing")
    compiled = default_catalog()._snapshot
    monkeypatch.setattr("ai_models.catalog.location.packaged_roots", lambda: tuple(place))
    monkeypatch.setattr("ai_models.catalog.default.shipped_snapshot", lambda: compiled)
    answer = run("add", "max-3", "--maker", "acme", "--input", "1", "--released", "2026-11-01")
    assert answer.code == 0, answer.err
    assert answer.lines[:2] == [f"wrote {place.definitions / 'acme' / 'max_3.yaml'}", f"wrote {place.pricing / 'acme.yaml'}"]
    assert "max-3  max-3  active" in answer.out
    assert run("add", "BIG", "--maker", "acme").code == 2
