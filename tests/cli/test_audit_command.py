"""``ai-models audit``: its options, what it prints where, and how it exits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from commandline import Run, piped, uncoloured
from typer.testing import CliRunner

from ai_models.cli.app import app


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a file in which something is wrong, on a day that stands still."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "ask.py").write_text('MODEL = "gpt-4-turbo"\nOTHER = "claude-3-5-sonnet-latest", "gpt-4o"\n')
    with time_machine.travel(datetime(2026, 11, 30, 12, tzinfo=UTC), tick=False):
        yield folder


def test_findings_exit_with_1_and_nothing_with_0(run: Run) -> None:
    answer = run("audit")
    assert answer.code == 1
    assert answer.lines[0] == (
        "ask.py:1:10: AIM102 retired-model: gpt-4-turbo was retired on 2026-10-23 "
        "(its maker names gpt-5.6-sol as the replacement)"
    )
    assert run("audit", "--exit-zero").code == 0
    assert run("audit", "--select", "AIM3").out == "nothing found in 1 file\n"
    assert run("audit", "--select", "AIM3").code == 0


def test_notes_alone_exit_with_0(run: Run, project: Path) -> None:
    (project / "ask.py").write_text("# gpt-4-turbo\n")
    answer = run("audit")
    assert answer.code == 0
    assert "AIM105" in answer.out


def test_a_terminal_gets_the_source_in_colour(run: Run) -> None:
    answer = run("audit", width=100)
    assert "\x1b[31m" in answer.out
    assert "  1 | MODEL = " in uncoloured(answer.out)
    assert run("audit", "--format", "concise", width=100).out.startswith("ask.py:1:10:")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no nowhere"),
        (["--select", "AIM999"], "no code is called AIM999"),
        (["--format", "sarrif"], "did you mean sarif?"),
        (["--baseline", "none.json"], "there is no baseline none.json"),
        (["--write-baseline"], "--write-baseline needs --baseline FILE"),
        (["--inventory", "xml"], "known: json, markdown"),
        (["--graph", "svg"], "known: dot, json, mermaid"),
        (["--inventory", "json", "--graph", "dot"], "do not go together"),
        (["--changed", "HEAD"], "error: git"),
        (["--config", "none.toml"], "none.toml cannot be read"),
        (["--output", "ask.py/x", "--format", "json"], "cannot be written"),
        (["--stdin-filename", "a.py", "--fix"], "the standard input is only read"),
        (["--at", "soon"], "is no instant"),
        (["--unsafe-fixes"], "--unsafe-fixes needs --fix or --diff"),
        (["--select", ""], "--select names no code"),
        (["--ignore", ","], "--ignore names no code"),
        (["--select", "AIM1", "--ignore", "AIM1"], "select and ignore leave no code"),
        (["--exclude", ""], "the pattern '' names no file"),
        (["--stdin-filename", ""], "--stdin-filename needs a name"),
        (["--within", "99999"], "--within"),
        (["--statistics", "--format", "sarif"], "statistics are for people, or json"),
        (["--within", "-1"], "--within"),
    ],
)
def test_what_cannot_run_exits_with_2_and_says_why(run: Run, arguments: list[str], message: str) -> None:
    answer = run("audit", *arguments)
    assert answer.code == 2
    assert message in " ".join(answer.err.split())


@pytest.mark.parametrize(
    "options",
    [
        "--inventory json --graph dot",
        "--statistics --diff",
        "--inventory json --fix",
        "--graph json --fix",
        "--write-baseline --baseline b.json --fix",
        "--write-baseline --baseline b.json --changed HEAD",
        "--write-baseline --baseline b.json --output x",
        "--output x --diff",
        "--output x --statistics",
        "--format json --inventory json",
        "--format json --graph dot",
        "--format json --write-baseline --baseline b.json",
        "--stdin-filename a.py --fix",
        "--stdin-filename a.py --diff",
        "--stdin-filename a.py --changed HEAD",
    ],
)
def test_options_that_contradict_each_other_are_refused(run: Run, project: Path, options: str) -> None:
    answer = run("audit", *options.split())
    assert answer.code == 2
    assert "do not go together: " in answer.err
    assert [path.name for path in project.iterdir()] == ["ask.py"]


def test_a_stranger_in_the_baseline_moves_no_cursor(run: Run, project: Path) -> None:
    entry = {"path": "ask.py", "code": "AIM102", "message": "\x1b[2Jgone\nfake: line", "fingerprint": "x"}
    (project / "b.json").write_text(json.dumps({"version": 1, "findings": [entry]}))
    answer = run("audit", "--baseline", "b.json", "--format", "concise", width=80)
    assert answer.err == "settled, and still in the baseline: ask.py: AIM102 [2Jgone fake: line\n"


def test_the_forms_are_written_where_they_are_asked_for(run: Run, project: Path) -> None:
    assert json.loads(run("audit", "--format", "json").out)["summary"]["errors"] == 2
    assert run("audit", "--format", "github").lines[0].startswith("::error file=ask.py")
    answer = run("audit", "--format", "sarif", "--output", "out/audit.sarif")
    assert answer.out == ""
    assert answer.code == 1
    assert json.loads((project / "out/audit.sarif").read_text())["version"] == "2.1.0"


def test_statistics_count(run: Run) -> None:
    answer = run("audit", "--statistics")
    assert [line.split() for line in answer.lines] == [
        ["Code", "What", "Findings", "Fixable"],
        ["AIM102", "retired-model", "2", "2"],
        ["AIM103", "retiring-model", "1", "1"],
    ]
    assert json.loads(run("audit", "--statistics", "--format", "json").out)[0]["count"] == 2
    assert run("audit", "--statistics", "--select", "AIM3").out == "nothing found in 1 file\n"


def test_fixes(run: Run, project: Path) -> None:
    (project / "ask.py").write_text('import anthropic\nMODEL = "claude-sonnet"\nOLD = "gpt-4-turbo"\n')
    shown = run("audit", "--diff")
    assert '+MODEL = "claude-sonnet-5-5"' in shown.out
    assert "would fix 1 finding" in shown.err
    assert shown.code == 1
    assert '"claude-sonnet"' in (project / "ask.py").read_text()
    fixed = run("audit", "--fix")
    assert "fixed 1 finding" in fixed.err
    assert "AIM104" not in fixed.out
    assert fixed.code == 1  # the retired model is left
    assert '"claude-sonnet-5-5"' in (project / "ask.py").read_text()
    unsafe = run("audit", "--fix", "--unsafe-fixes")
    assert unsafe.code == 0
    assert "gpt-4-turbo" not in (project / "ask.py").read_text()
    before = (project / "ask.py").read_bytes()
    assert "fixed 0 findings" in run("audit", "--fix", "--unsafe-fixes").err
    assert (project / "ask.py").read_bytes() == before


def test_a_fix_that_cannot_be_written_is_told_and_the_others_are(run: Run, project: Path) -> None:
    (project / "fixed.py").write_text('MODEL = "claude-3-5-sonnet-latest"\n')
    (project / "ask.py").chmod(0o444)
    answer = run("audit", "--fix", "--unsafe-fixes")
    assert answer.code == 2
    assert answer.err.splitlines() == ["error: ask.py is read-only, and stays as it is", "fixed 1 finding"]
    assert "latest" not in (project / "fixed.py").read_text()


def test_a_diff_shows_no_secret(run: Run, project: Path) -> None:
    (project / ".env").write_text("OPENAI_API_KEY=sk-proj-abcdef1234567890\nMODEL=gpt-4-turbo\n")
    answer = run("audit", ".env", "--diff", "--unsafe-fixes")
    assert "-MODEL=gpt-4-turbo" in answer.out
    assert "1234" not in answer.out
    assert "this diff cannot be applied" in answer.err


def test_a_baseline_is_written_and_its_settled_entries_are_told(run: Run, project: Path) -> None:
    assert run("audit", "--baseline", "known.json", "--write-baseline").out == "wrote known.json: 3 findings\n"
    known = run("audit", "--baseline", "known.json")
    assert known.code == 0
    assert known.out == "nothing found in 1 file; 3 known in the baseline\n"
    assert run("audit", "--baseline", "known.json", "--write-baseline").out == "wrote known.json: 3 findings\n"
    (project / "ask.py").write_text('OTHER = "claude-3-5-sonnet-latest", "gpt-4o"\n')
    settled = run("audit", "--baseline", "known.json")
    assert "1 entry of the baseline settled" in settled.out
    assert settled.err == "settled, and still in the baseline: ask.py: AIM102 gpt-4-turbo was retired on 2026-10-23\n"


def test_the_baseline_of_the_project_is_written_anew(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ai_models.audit]\nbaseline = "known.json"\n')
    assert "there is no baseline" in run("audit").err
    for _ in range(2):  # what is known is not forgotten
        assert run("audit", "--write-baseline").out == "wrote known.json: 3 findings\n"
    assert run("audit", "--write-baseline", "--baseline", "known.json").out == "wrote known.json: 3 findings\n"
    assert run("audit").code == 0
    assert run("audit", "--write-baseline", "--baseline", "other.json").out == "wrote other.json: 3 findings\n"


def test_a_baseline_takes_the_place_of_nothing_else(run: Run, project: Path) -> None:
    before = (project / "ask.py").read_bytes()
    answer = run("audit", "--write-baseline", "--baseline", "ask.py")
    assert answer.code == 2
    assert "ask.py is no baseline, and stays as it is" in answer.err
    assert (project / "ask.py").read_bytes() == before
    (project / "known.json").write_text("")  # half written, or made by mktemp
    assert run("audit", "--write-baseline", "--baseline", "known.json").code == 0


def test_a_wrong_format_is_told_before_anything_is_fixed(run: Run, project: Path) -> None:
    before = (project / "ask.py").read_bytes()
    assert run("audit", "--fix", "--format", "jsn").code == 2
    assert (project / "ask.py").read_bytes() == before


def test_a_report_is_not_audited_when_it_is_written_again(run: Run) -> None:
    first, second = (run("audit", "--format", "json", "--output", "report.json") for _ in range(2))
    assert (first.code, second.code) == (1, 1)
    assert len(json.loads(Path("report.json").read_text())["findings"]) == 3


def test_the_standard_input_stands_in_for_a_file() -> None:
    answer = piped("audit", "--stdin-filename", "conf/app.yaml", given="model: gpt-4-turbo\n")
    assert answer.code == 1
    assert answer.lines[0].startswith("conf/app.yaml:1:8: AIM102")


def test_pictures(run: Run) -> None:
    inventory = json.loads(run("audit", "--inventory", "json").out)
    assert [entry["model"] for entry in inventory["models"]] == [
        "anthropic/claude-3-5-sonnet-20241022",
        "openai/gpt-4-turbo",
        "openai/gpt-4o",
    ]
    assert run("audit", "--inventory", "markdown").out.startswith("# Inventory\n")
    mermaid = run("audit", "--graph", "mermaid")
    assert mermaid.out.startswith("flowchart LR\n")
    assert "openai/gpt-4-turbo (retired)" in mermaid.out
    assert mermaid.code == 0


def test_the_project_is_configured_and_the_command_line_adds(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.ai_models.audit]\nwithin = 30\nignore = ['AIM102']\n")
    assert run("audit").code == 1  # gpt-4o is deprecated
    assert run("audit", "--ignore", "aim103").code == 0
    (project / "other.toml").write_text("[tool.ai_models.audit]\nselect = ['AIM3']\n")
    assert run("audit", "--config", "other.toml").code == 0
    (project / "pyproject.toml").write_text("[tool.ai_models.audit]\nwithn = 30\n")
    answer = run("audit")
    assert answer.code == 2
    assert "withn is not a key here; did you mean within?" in answer.err


def test_an_overlay_makes_a_model_of_ones_own_known(
    run: Run, project: Path, restored_default: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ai_models.catalog import default

    (project / "ask.py").write_text('import openai\nask(model="gpt-9000-house")\n')
    assert "AIM101" in run("audit").out
    overlay = project / "house"
    overlay.mkdir()
    (overlay / "m.yaml").write_text(
        "model_id: gpt-9000-house\nprovider: acme\nmetadata: {name: House, last_verified: 2026-11-01}\n"
    )
    monkeypatch.setenv("AI_MODELS_PATH", str(overlay))
    monkeypatch.setattr(default, "_default", None)
    assert run("audit", "ask.py").out == "nothing found in 1 file\n"


def test_the_help_lists_exit_codes() -> None:
    result = CliRunner().invoke(app, ["audit", "--help"], prog_name="ai-models")
    assert result.exit_code == 0
    assert "an error or a warning was found" in result.output
