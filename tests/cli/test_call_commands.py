"""``ai-models providers``, ``complete`` and ``classify``: calling from a shell, without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commandline import Run, piped, uncoloured

from ai_models.errors import RateLimitError
from ai_models.providers import MockProvider, ProviderRegistry
from ai_models.providers.response import Reading

PRIVATE = "sk-ant-api03-not-for-anybodys-eyes"


@pytest.fixture(autouse=True)
def _nobodys_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_TOKEN")) or name.startswith(("ANTHROPIC_", "AI_MODELS_MODEL", "AWS_")):
            monkeypatch.delenv(name)


class Scripted(MockProvider):
    """Answers from a script that a test sets; keeps the last one made."""

    script: list[Any] | None = None
    last: Scripted

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, answers=type(self).script, **options)
        type(self).last = self


@pytest.fixture
def scripted() -> Iterator[type[Scripted]]:
    """The class that answers for ``mock`` within a test."""
    Scripted.script = None
    with ProviderRegistry.swapped("mock", Scripted):
        yield Scripted


# ---- providers


def by_name(answer: Any) -> dict[str, Any]:
    return {row["name"]: row for row in answer.json}


def test_what_is_built_in_and_what_each_lacks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", PRIVATE)
    rows = by_name(run("providers", "--json"))
    claude = rows["claude"]
    assert (claude["aliases"], claude["source"], claude["has_key"]) == (["anthropic"], "built in", True)
    assert claude["key_set"] == ["ANTHROPIC_API_KEY"]
    assert set(claude["sdks"]) == {"anthropic"}
    assert rows["gpt"]["has_key"] is False
    assert (rows["mock"]["has_key"], rows["mock"]["sdks"]) == (None, {})
    assert rows["ollama"]["has_key"] is None, "a server of one's own needs none"
    assert rows["bedrock"]["has_key"] is None, "the login may be elsewhere"
    assert rows["groq"]["where"].startswith("https://")
    assert {row["error"] for row in rows.values()} == {None}


def test_a_key_is_never_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", PRIVATE)
    monkeypatch.setenv("GROQ_API_KEY", PRIVATE)
    for arguments in (["providers"], ["providers", "--json"]):
        answer = run(*arguments)
        assert PRIVATE[:12] not in answer.out + answer.err
        assert "ANTHROPIC_API_KEY" in answer.out


def test_the_page_says_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "x")
    answer = run("providers")
    assert answer.line("gemini").split()[-2] == "GEMINI_API_KEY"
    assert "OPENAI_API_KEY not set" in answer.line("gpt")
    assert "not needed" in answer.line("ollama ")
    assert "cloud's own login" in answer.line("vertex ")
    assert max(map(len, uncoloured(run("providers", width=90).out).splitlines())) <= 90


def test_a_missing_sdk_comes_with_the_line_that_installs_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models.providers import inventory

    monkeypatch.setattr(inventory, "_version", lambda name: None if name in ("anthropic", "boto3") else "1.0")
    rows = by_name(run("providers", "--json"))
    assert rows["claude"]["install"] == "pip install 'ai-models-catalog[anthropic]'"
    assert rows["gpt"]["install"] is None
    answer = run("providers")
    assert "anthropic missing" in answer.line("claude")
    assert "anthropic, boto3 missing" in answer.line("bedrock")
    assert [line.split(maxsplit=1) for line in answer.lines[-3:]] == [
        [extra, f"pip install 'ai-models-catalog[{extra}]'"] for extra in ("anthropic", "bedrock", "vertex")
    ]


def test_what_a_program_registered_is_shown(run: Run) -> None:
    ProviderRegistry.register("house", Scripted, aliases=["ours"])
    try:
        row = by_name(run("providers", "--json"))["house"]
        assert (row["source"], row["aliases"], row["has_key"]) == ("registered", ["ours"], None)
        assert run("providers").line("house").split()[2] == "?"
    finally:
        ProviderRegistry.unregister("house")


def test_a_plugin_that_fails_is_reported_and_breaks_nothing_else(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "plugins-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugins\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ai_models.providers]\n"
        "broken = broken_cli_plugin:Broken\nworking = working_cli_plugin:Working\nclaude = working_cli_plugin:Working\n"
    )
    (tmp_path / "broken_cli_plugin.py").write_text("raise ImportError('libfoo is\\nnot there')")
    (tmp_path / "working_cli_plugin.py").write_text("from ai_models.providers import MockProvider as Working")
    monkeypatch.syspath_prepend(str(tmp_path))
    answer = run("providers", "--json")
    states = [row for row in answer.json if row["source"] == "plugin"]
    assert {row["name"]: row["error"] for row in states} == {
        "broken": "ImportError: libfoo is not there",
        "claude": "the name claude is taken by a built-in provider",
        "working": None,
    }
    assert answer.code == 0
    page = run("providers")
    assert page.lines[-2].split()[:2] == ["broken", "broken_cli_plugin:Broken:"]
    assert run("classify", "-p", "working", "Need SSO").line("category").endswith("feature_request")
    failed = run("classify", "-p", "broken", "Need SSO")
    assert (failed.code, failed.out) == (2, "")
    assert "the plugin 'broken' (broken_cli_plugin:Broken) cannot be used: ImportError" in failed.err


# ---- complete


def test_an_answer_on_stdout_and_its_price_on_stderr(run: Run, made_up: Path, scripted: type[Scripted]) -> None:
    from ai_models import Usage

    scripted.script = [Reading(text="It is.", usage=Usage(input_tokens=1_000, output_tokens=200))]
    answer = run("complete", "--model", "mock:big", "-s", "be brief", "--max-tokens", "1k", "Is it?")
    assert (answer.code, answer.out) == (0, "It is.\n")
    assert answer.err.splitlines()[-1].startswith("big-2: 1,000 input + 200 output tokens, 0.004 USD, ")
    request = scripted.last.requests[0]
    assert (request.messages[0].text, request.system, request.max_tokens) == ("Is it?", "be brief", 1_000)


def test_the_prompt_may_come_from_a_pipe() -> None:
    for arguments in (["complete", "-m", "mock"], ["complete", "-m", "mock", "-"]):
        assert piped(*arguments, given="from the pipe\n").out == "from the pipe\n"
    assert "is empty" in piped("complete", "-m", "mock", given=" \n").err


def test_the_model_may_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_MODELS_MODEL", "mock")
    assert run("complete", "hi").out == "hi\n"
    assert run("classify", "Need SSO").line("category").endswith("feature_request")


def test_without_a_model_it_says_how_to_choose(run: Run) -> None:
    for command in ("complete", "classify"):
        answer = run(command, "hi")
        assert (answer.code, answer.out) == (2, "")
        assert "AI_MODELS_MODEL" in answer.err
        assert "`mock` needs no key" in answer.err


@pytest.mark.parametrize("command", ["complete", "classify"])
def test_who_serves_it_is_a_provider_and_nothing_else(run: Run, made_up: Path, command: str) -> None:
    assert run(command, "--provider", "mock", "-m", "big", "hi").err.startswith("big-2: ")
    assert run(command, "--provider", "mock", "hi").err.startswith("mock: ")
    assert run(command, "--provider", "mokc", "hi").err == "error: no provider is called 'mokc'; did you mean mock?\n"
    assert run(command, "--provider", "big", "hi").err.startswith("error: no provider is called 'big'")


def test_a_stream_and_the_whole_print_the_same(run: Run, scripted: type[Scripted]) -> None:
    for flag in ("--stream", "--no-stream"):
        scripted.script = ["one two three\nfour"]
        assert run("complete", "-m", "mock", flag, "hi").out == "one two three\nfour\n"
    scripted.script = ["ends itself\n"]
    assert run("complete", "-m", "mock", "--stream", "hi").out == "ends itself\n"
    scripted.script = ["on a terminal"]
    assert run("complete", "-m", "mock", "hi", width=80).out == "on a terminal\n"


@pytest.mark.parametrize("way", ["--stream", "--no-stream"])
def test_an_answer_cannot_steer_a_terminal(run: Run, scripted: type[Scripted], way: str) -> None:
    for width, shown in ((80, "a[2Jb\n"), (None, "a\x1b[2Jb\n")):  # a pipe has the answer as it is
        scripted.script = ["a\x1b[2Jb"]
        out = run("complete", "-m", "mock", way, "hi", **({} if width is None else {"width": width})).out
        assert out == shown


def test_json_has_everything(run: Run, made_up: Path) -> None:
    answer = run("complete", "-m", "mock:big", "--json", "hello")
    found = answer.json
    assert answer.err == ""
    assert (found["text"], found["model"], found["provider"], found["finish_reason"]) == ("hello", "big-2", "mock", "stop")
    assert found["usage"] == {"input_tokens": 2, "output_tokens": 2, "requests": 1}
    assert found["cost"] == {"total": "0.000024", "upper": "0.000024", "currency": "USD"}
    unpriced = run("complete", "-m", "mock", "--json", "hello").json
    assert unpriced["cost"] is None


def test_what_the_checks_say_is_a_note(run: Run, made_up: Path, scripted: type[Scripted]) -> None:
    scripted.script = [Reading(text="cut", finish_reason="length")]
    answer = run("complete", "-m", "mock:big", "--system", "x", "hi")
    assert "note: no source says whether big-2 has text_output" not in answer.err
    assert "note: no source says whether big-2 has system_messages, which system needs" in answer.err
    assert "note: the answer ended early: length" in answer.err


def test_a_limit_of_cost_refuses_before_anything_is_sent(run: Run, made_up: Path, scripted: type[Scripted]) -> None:
    answer = run("complete", "-m", "mock:big", "--max-cost", "0.01", "hi")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: a call of big-2 may cost ")
    assert scripted.last.requests == []
    assert run("complete", "-m", "mock:big", "--max-cost", "$1", "--max-tokens", "10", "hi").code == 0
    assert run("classify", "-p", "mock", "-m", "big", "--max-cost", "0.000001", "hi").code == 2


def test_a_call_that_fails_is_one_line(run: Run, scripted: type[Scripted]) -> None:
    scripted.script = [RateLimitError("slow down", retry_after=10_000)]
    answer = run("complete", "-m", "mock", "hi")
    assert (answer.code, answer.out, answer.err) == (2, "", "error: slow down\n")
    assert run("complete", "-m", "gpt-5.5", "hi").err.startswith("error: OpenAI needs a key, and OPENAI_API_KEY is not set")
    assert run("complete", "-m", "gpt-5.55", "hi").err.startswith("error: no model is called 'gpt-5.55'")


def test_a_forbidden_request_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_PROVIDER_REQUESTS", "0")
    assert "ALLOW_PROVIDER_REQUESTS forbids it" in run("complete", "-m", "gpt-5.5", "hi").err


# ---- classify


def test_a_text_is_sorted_without_a_key(run: Run) -> None:
    answer = run("classify", "--provider", "mock", "Need SSO integration")
    assert answer.code == 0
    assert answer.line("category").split() == ["category", "feature_request"]
    assert answer.err == "mock: 111 tokens, cost unknown\n"


def test_labels_and_prompt_of_ones_own(run: Run, scripted: type[Scripted]) -> None:
    answer = run("classify", "-p", "mock", "-l", "red, green,blue", "--prompt", "Which colour?", "all green", "--json")
    assert (answer.json["category"], answer.json["confidence"]) == ("green", 0.9)
    assert scripted.last.requests[0].system.startswith("Which colour?")
    assert "two or more different names" in run("classify", "-p", "mock", "-l", "red", "x").err


def test_a_text_from_a_file_or_a_pipe(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mail.txt"
    path.write_text("We cancel.\n", encoding="utf-8")
    assert run("classify", "-p", "mock", "--file", str(path)).line("category").endswith("churn_risk")
    assert piped("classify", "-p", "mock", given="It crashes").line("category").endswith("bug_report")
    assert piped("classify", "-p", "mock", "-f", "-", given="It crashes").line("category").endswith("bug_report")
    both = run("classify", "-p", "mock", "--file", str(path), "and a text")
    assert (both.code, both.out) == (2, "")
    assert "cannot be read" in run("classify", "-p", "mock", "--file", str(tmp_path / "none")).err


def test_lines_are_texts_of_their_own_in_their_order() -> None:
    answer = piped("classify", "-p", "mock", "-m", "gpt-5.5", "--lines", given="It crashes\n\nWe cancel\n")
    assert [line.split()[0] for line in answer.lines[1:]] == ["bug_report", "churn_risk"]
    assert "USD" in answer.err
    rows = json.loads(piped("classify", "-p", "mock", "--lines", "--json", given="It crashes\nWe cancel").out)
    assert [row["category"] for row in rows] == ["bug_report", "churn_risk"]


def test_an_answer_outside_the_labels_ends_with_1(run: Run, scripted: type[Scripted]) -> None:
    scripted.script = ["no idea", "none at all"]
    answer = run("classify", "-p", "mock", "hm")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: the answer 'none at all' is none of feature_request")


def test_help_and_classifying_with_the_mock_import_no_sdk() -> None:
    code = """
import sys
sys.argv = ["ai-models", {arguments}]
from ai_models.cli import main
try:
    main()
except SystemExit:
    pass
print(*(name for name in ({names}) if name in sys.modules), file=sys.stderr)
"""
    heavy = "'anthropic', 'openai', 'google.genai', 'httpx2', 'pydantic'"
    for arguments, names in (
        ("'complete', '--help'", f"{heavy}, 'msgspec', 'ai_models.providers.base'"),
        ("'classify', '-p', 'mock', 'x'", heavy),
        ("'providers'", heavy),
    ):
        script = code.replace("{arguments}", arguments).replace("{names}", names)
        ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert ran.stderr.splitlines()[-1] == "", arguments
