"""The command ``ai-models-legacy``: drift now, the logs of several processes put together, and what the flag means."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from legacy_callers import Callers
from typer.testing import CliRunner

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs the command, its two outputs apart."""
    from ai_models_legacy.cli import app

    def command(*arguments: str | Path, expect: int = 0, **environment: str) -> Result:
        result = CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "160", **environment})
        assert result.exit_code == expect, result.output
        return result

    return command


def rows(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


# ---- differences


def test_drift_is_measured_against_the_catalogue_now(run: Run) -> None:
    found = {
        (row["subject"], row["field"]): (row["old"], row["new"]) for row in rows(run("differences", "--json", expect=1))
    }
    prices = {place: values for place, values in found.items() if "price" in place[1]}
    assert prices == {
        ("gemini-2.5-pro", "output_price_per_1m"): (5.0, 10.0),
        ("gemini-2.5-flash", "input_price_per_1m"): (0.075, 0.3),
        ("gemini-2.5-flash", "output_price_per_1m"): (0.3, 2.5),
        ("gemini-2.5-flash-lite", "input_price_per_1m"): (0.05, 0.1),
        ("gemini-2.5-flash-lite", "output_price_per_1m"): (0.2, 0.4),
    }
    assert found["CLAUDE_PRICING", "claude-haiku"] == ([0.25, 1.25], [1.0, 5.0])
    assert found["gpt-4o", "context_window_output"] == (None, 16_384)


def test_a_shadow_finds_what_the_command_finds(run: Run, callers: Callers, tmp_path: Path) -> None:
    log = tmp_path / "shadow.jsonl"
    callers.process(
        "import warnings\nwarnings.simplefilter('ignore')\nfrom models import *\nfrom providers import *",
        USE_NEW_REGISTRY="shadow",
        AI_MODELS_LEGACY_SHADOW_LOG=str(log),
    )
    names = ("subject", "field", "old", "new")
    in_use, now = (rows(run(*command, expect=1)) for command in (("differences", "--json", "--log", log),
                                                                 ("differences", "--json")))  # fmt: skip
    assert sorted(str([row[name] for name in names]) for row in in_use) == sorted(
        str([row[name] for name in names]) for row in now
    )


def shadow(path: Path, *records: dict[str, Any]) -> Path:
    default = {"subject": "gpt-4o", "field": "name", "old": "a", "new": "b", "example": False, "pid": 1}
    lines = [json.dumps({**default, "time": "2026-11-30T12:00:00+00:00", **record}) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_logs_are_put_together(run: Run, tmp_path: Path) -> None:
    cost = {"subject": "a request to claude-haiku", "field": "cost", "example": True}
    one = shadow(tmp_path / "a", {}, {"time": "2026-11-28T00:00:00+00:00"}, {"new": "c"}, {**cost, "old": "1", "new": "4"})
    other = shadow(tmp_path / "b", {"pid": 2}, {**cost, "old": "2", "new": "8"})
    found = rows(run("differences", "--log", one, "--log", other, "--json", expect=1))
    assert [(row["subject"], row["field"], row["old"], row["new"], row["told"]) for row in found] == [
        ("a request to claude-haiku", "cost", "1", "4", 2), ("gpt-4o", "name", "a", "b", 3), ("gpt-4o", "name", "a", "c", 1),
    ]  # fmt: skip
    assert (found[1]["first"], found[1]["last"]) == ("2026-11-28T00:00:00+00:00", "2026-11-30T12:00:00+00:00")
    text = run("differences", "--log", one, "--log", other, expect=1).stdout
    assert text.splitlines() == [
        "Of                         Field  Old  New  Told  Last",
        "a request to claude-haiku  cost   1    4       2  2026-11-30T12:00:00+00:00",
        "gpt-4o                     name   a    b       3  2026-11-30T12:00:00+00:00",
        "gpt-4o                     name   a    c       1  2026-11-30T12:00:00+00:00",
    ]


def test_no_difference_is_a_success(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n", encoding="utf-8")
    assert run("differences", "--log", empty).stdout == "no differences\n"
    assert rows(run("differences", "--log", empty, "--json")) == []


def test_known_differences_do_not_count(run: Run, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    known.write_text(run("differences", "--json", expect=1).stdout, encoding="utf-8")
    assert run("differences", "--known", known).stdout.startswith("no differences\n33 known differences left out")
    accepted = json.loads(known.read_text(encoding="utf-8"))
    known.write_text(json.dumps(accepted[1:]), encoding="utf-8")
    assert rows(run("differences", "--known", known, "--json", expect=1)) == accepted[:1]
    accepted[0]["new"] = 1
    known.write_text(json.dumps(accepted), encoding="utf-8")
    assert len(rows(run("differences", "--known", known, "--json", expect=1))) == 1, "another value is another difference"
    log = shadow(tmp_path / "log", {"field": "cost", "example": True, "old": "1", "new": "4"})
    known.write_text(json.dumps([{"subject": "gpt-4o", "field": "cost", "example": True}]), encoding="utf-8")
    assert "no differences" in run("differences", "--log", log, "--known", known).stdout


def test_long_and_hostile_values_stay_on_their_line(run: Run, tmp_path: Path) -> None:
    log = shadow(tmp_path / "log", {"old": "x" * 500, "new": "a\nb\x1b[31m"})
    text = run("differences", "--log", log, expect=1).stdout
    assert len(text.splitlines()) == 2
    assert "x" * 59 + "…" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "log:1: no JSON: '{'"),
        (b"[1]", "log:1: no JSON object"),
        (b'{"subject": "a"}', "log:1: 'field' is missing; is this a log of another kind?"),
        (b'\n\n{"subject": 1, "field": "b"}', "log:3: 'subject' must be str, found 1"),
        (b'{"subject": "a", "field": "b", "old": 1, "new": 2, "example": 0}', "log:1: 'example' must be bool, found 0"),
        (b"\xff", "cannot be read: 'utf-8' codec can't decode"),
        (b"[" * 100_000, "log:1: no JSON"),
    ],
)
def test_a_log_that_is_none_is_refused(run: Run, tmp_path: Path, content: bytes, problem: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(content)
    for command in (("differences", "--log"), ("calls",)):
        result = run(*command, log, expect=2)
        assert result.stdout == ""
        assert result.stderr.startswith(f"error: {tmp_path}")
    assert problem in run("differences", "--log", log, expect=2).stderr


def test_a_log_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert run("calls", missing, expect=2).stderr == f"error: {missing} cannot be read: No such file or directory\n"
    assert "cannot be read" in run("differences", "--log", missing, expect=2).stderr
    assert "cannot be read as JSON: No such file" in run("differences", "--known", missing, expect=2).stderr
    assert "Missing argument" in run("calls", expect=2).stderr


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"subject": "a"}]', "{", "1"])
def test_a_list_of_known_differences_that_is_none_is_refused(run: Run, tmp_path: Path, content: str) -> None:
    known = tmp_path / "known.json"
    known.write_text(content, encoding="utf-8")
    assert "known.json" in run("differences", "--known", known, expect=2).stderr


# ---- calls

CODE = """
    import warnings
    warnings.simplefilter("ignore")
    from models import ModelRegistry, GPT_4O

    class Service:
        def spec(self, key):
            return ModelRegistry.get_spec(key)

    for key in "abc":
        Service().spec(key)
"""


def test_calls_of_several_processes_are_added_up(run: Run, callers: Callers, tmp_path: Path) -> None:
    script = callers.write(CODE)
    logs = [tmp_path / "one", tmp_path / "other"]
    for log in (*logs, logs[0]):
        callers.process(script, AI_MODELS_LEGACY_CALLS=str(log))
    found: Any = rows(run("calls", *logs, "--json"))
    spec = "models.registry.ModelRegistry.get_spec"
    assert [(row["name"], row["count"], row["sites"]) for row in found["names"]] == [
        (spec, 9, 1), ("models.GPT_4O", 3, 1), ("models.ModelRegistry", 3, 1),
    ]  # fmt: skip
    assert found["names"][0]["instead"] == "`ai_models.ModelRegistry.get_spec(name, None)`"
    assert found["sites"][0] == {
        "name": spec, "module": "__main__", "file": str(script), "line": 7, "function": "Service.spec", "count": 9,
    }  # fmt: skip
    lines = run("calls", *logs).stdout.splitlines()
    assert lines[0] == "Old names  3 names, 3 sites"
    assert lines[2].split()[:3] == ["9", "1", spec]
    assert lines[2].endswith("`ai_models.ModelRegistry.get_spec(name, None)`")
    assert lines[6] == "Sites"
    assert lines[8].split() == ["9", f"{script}:7", "__main__.Service.spec", spec]
    assert lines[9].split() == ["3", f"{script}:3", "__main__", "models.GPT_4O"]


def test_a_log_without_calls(run: Run, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("", encoding="utf-8")
    assert run("calls", tmp_path / "log").stdout.count("nobody has called") == 2
    assert rows(run("calls", tmp_path / "log", "--json")) == {"names": [], "sites": []}


def test_a_name_that_nobody_knows_has_general_advice(run: Run, tmp_path: Path) -> None:
    record = {"name": "models.zzz", "module": "m", "file": "f\x1b.py", "line": 1, "function": "<module>", "count": 2}
    (tmp_path / "log").write_text(json.dumps(record), encoding="utf-8")
    text = run("calls", tmp_path / "log").stdout
    assert "the names of ai_models" in text
    assert "\x1b" not in text


# ---- flag


@pytest.mark.parametrize(
    ("variables", "lines"),
    [
        ({}, ["flag                   true", "set by                 default", "old names answer from  the catalogue"]),
        (
            {"USE_NEW_REGISTRY": "0"},
            ["flag                   0", "set by                 USE_NEW_REGISTRY",
             "old names answer from  the frozen values of 2025-10-24"],
        ),
        (
            {"USE_NEW_MODEL_REGISTRY": "shadow"},
            ["flag                   shadow", "set by                 USE_NEW_MODEL_REGISTRY",
             "old names answer from  the frozen values of 2025-10-24; differences to the catalogue are told"],
        ),
        (
            {"USE_NEW_MODEL_REGISTRY": "5.7490%", "AI_MODELS_ROLLOUT_KEY": "tenant-42"},
            ["flag                   5.7490%", "set by                 USE_NEW_MODEL_REGISTRY",
             "key                    tenant-42 (from AI_MODELS_ROLLOUT_KEY)", "place of the key       in from 5.7491% on",
             "old names answer from  the frozen values of 2025-10-24"],
        ),
    ],
)  # fmt: skip
def test_the_flag_is_explained(run: Run, variables: dict[str, str], lines: list[str]) -> None:
    assert run("flag", **variables).stdout.splitlines() == lines


def test_the_flag_for_another_key(run: Run) -> None:
    found: Any = rows(run("flag", "--key", "tenant-42", "--json", USE_NEW_MODEL_REGISTRY="5.7491%"))
    assert found == {
        "flag": "5.7491%", "set_by": "USE_NEW_MODEL_REGISTRY", "answers": "new", "key": "tenant-42", "key_from": "--key",
        "in_from_percent": "5.7491",
    }  # fmt: skip
    assert rows(run("flag", "--json"))["in_from_percent"] is None  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("place", "text"), [(0, "0.0001%"), (9_999, "1%"), (99_999, "10%"), (999_998, "99.9999%"), (57_490, "5.7491%")]
)
def test_a_place_is_written_as_the_percentage_that_lets_it_in(place: int, text: str) -> None:
    from ai_models_legacy.cli import _percent
    from ai_models_legacy.flag import read_setting

    assert _percent(place + 1) == text
    assert read_setting(text, "x").places == place + 1


def test_an_empty_key_is_refused(run: Run) -> None:
    assert "a key is a text that is not empty" in run("flag", "--key", " ", expect=2).stderr


def test_a_wrong_flag_is_said(run: Run) -> None:
    result = run("flag", expect=2, USE_NEW_MODEL_REGISTRY="maybe")
    assert result.stderr.startswith("error: USE_NEW_MODEL_REGISTRY='maybe' is none of: true")


# ---- the command itself


def test_version_and_help(run: Run) -> None:
    import ai_models_legacy

    assert run("--version").stdout == f"ai-models-legacy {ai_models_legacy.__version__}\n"
    told = run("--help", COLUMNS="80").stdout
    assert "Exit codes" in told
    assert max(map(len, told.splitlines())) <= 80
    assert "No such command" in run("diferences", expect=2).stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_an_output_that_cannot_be_written_is_no_difference(callers: Callers) -> None:
    ran = callers.process(
        """
        import os, sys
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        sys.argv = ["ai-models-legacy", "differences"]
        from ai_models_legacy.cli import main
        main()
        """,
        expect=2,
    )
    assert ran.stderr.startswith("error: the output cannot be written: No space left on device\n")


def test_a_closed_pipe_ends_it_in_silence(callers: Callers) -> None:
    ran = callers.process(
        """
        import os, sys
        read, write = os.pipe()
        os.close(read)
        os.dup2(write, 1)
        sys.argv = ["ai-models-legacy", "differences"]
        from ai_models_legacy.cli import main
        main()
        """,
        expect=141,
    )
    assert ran.stderr == ""


def test_a_closed_output_leaves_the_exit_code_to_answer(callers: Callers) -> None:
    ran = callers.process(
        """
        import sys
        sys.stdout = None  # as Python has it where the stream is closed
        sys.argv = ["ai-models-legacy", "flag"]
        from ai_models_legacy.cli import main
        main()
        """
    )
    assert (ran.stdout, ran.stderr) == ("", "")
