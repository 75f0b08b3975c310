"""The command as a whole: help, version, exit codes, completion, closed pipes, and processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO

import pytest
from commandline import Answer, Run

from ai_models import __version__
from ai_models.catalog import default as default_module
from ai_models.cli import options, output
from ai_models.errors import CatalogError

COMMANDS = ("list", "show", "cost", "rates", "capabilities", "validate", "schema", "doctor")


def process(*arguments: str, **env: str) -> Answer:
    done = subprocess.run(
        [sys.executable, "-m", "ai_models", *arguments],
        capture_output=True, check=False, encoding="utf-8", env={**os.environ, **env},
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def test_help_names_every_command_and_the_exit_codes(run: Run) -> None:
    answer = run("--help")
    assert answer.code == 0
    for name in COMMANDS:
        assert answer.line(f"{name} ")
    assert "0  answered" in answer.out
    assert "2  wrong usage, an unknown name" in answer.out


def test_no_arguments_are_answered_with_help(run: Run) -> None:
    answer = run()
    assert "Usage: ai-models" in answer.out + answer.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    assert "Usage: ai-models" in run(name, "-h").out


def pages(run: Run, *words: str) -> list[tuple[str, str]]:
    """The page of help of a command, and those of the commands below it."""
    text = run(*words, "--help").out
    listed = text.partition("\nCommands:\n")[2].partition("\n\n")[0]
    names = [line.split()[0] for line in listed.splitlines() if not line.startswith("   ")]
    return [(" ".join(words), text), *(page for name in names for page in pages(run, *words, name))]


def test_help_fits_a_terminal_of_80_columns_and_cuts_nothing_off(run: Run) -> None:
    found = dict(pages(run))
    assert set(COMMANDS) | {"migrate plan"} <= set(found)
    for name, text in found.items():
        assert max(map(len, text.splitlines())) <= 80, name
        assert "..." not in text.replace("]...", "").replace("[ARGS]...", ""), name
        assert "[]" not in text, name


def test_the_help_of_list_says_what_max_price_compares(run: Run) -> None:
    assert "standard input rate now, in USD" in " ".join(run("list", "--help").out.split())


def test_version(run: Run) -> None:
    assert run("--version").out == f"ai-models {__version__}\n"


def test_a_catalogue_that_cannot_be_read_is_a_line_on_stderr(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise CatalogError("the snapshot is damaged")

    monkeypatch.setattr(default_module, "_default", None)
    monkeypatch.setattr(default_module, "load_packaged", broken)
    answer = run("list")
    assert (answer.code, answer.out, answer.err) == (2, "", "error: the snapshot is damaged\n")
    assert options.complete_model("") == []


@pytest.mark.usefixtures("made_up")
def test_names_are_completed_from_the_catalogue() -> None:
    assert options.complete_model("big") == ["big", "big-2"]
    assert options.complete_maker("z") == ["zeta"]
    assert options.complete_provider("s") == ["shop"]
    assert options.complete_status("re") == ["retired"]
    assert options.complete_sort("p") == ["price"]
    assert options.complete_capability("mod") == ["moderation"]


def test_a_shell_is_answered_with_model_names() -> None:
    answer = process(_AI_MODELS_COMPLETE="complete_bash", COMP_WORDS="ai-models show claude-sonnet-4", COMP_CWORD="2")
    assert "claude-sonnet-4-5" in answer.lines


def test_a_process_answers_from_the_real_catalogue() -> None:
    answer = process("list", "--maker", "anthropic")
    assert answer.code == 0
    assert answer.err == ""
    assert answer.line("claude-")


def test_a_process_ends_with_2_and_one_line_for_an_unknown_name() -> None:
    answer = process("show", "gpt-4oo")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: no model is called 'gpt-4oo'; did you mean gpt-4o")
    assert "Traceback" not in answer.err


def test_an_output_that_cannot_write_everything_still_answers() -> None:
    answer = process("capabilities", "--model", "o3", PYTHONIOENCODING="ascii")
    assert (answer.code, answer.err) == (0, "")
    assert answer.line("text_input").split()[1] == "yes"


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise on Windows")
@pytest.mark.parametrize("arguments", [("list", "--all", "--json"), ("list",)])
def test_a_closed_pipe_ends_the_command_in_silence(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "ai_models", *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        encoding="utf-8",
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_closed_pipe_on_a_terminal_form_is_silent_too() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "ai_models", "list"],
        stdout=writing, stderr=subprocess.PIPE, check=False, encoding="utf-8", env={**os.environ, "FORCE_COLOR": "1"},
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_help_and_version_import_neither_the_catalogue_nor_rich() -> None:
    code = (
        "import sys\nfrom ai_models.cli.app import app\n"
        "heavy = [m for m in ('msgspec', 'yaml', 'rich', 'ai_models.catalog') if m in sys.modules]\nprint(heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"


def test_the_library_imports_neither_typer_nor_rich() -> None:
    code = (
        "import sys, ai_models.registry, ai_models.catalog.default, ai_models.cli\n"
        "ai_models.catalog.default.default_catalog()\n"
        "print([m for m in ('typer', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"


def test_a_dumb_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert not output.on_terminal()


def test_values_without_a_json_form_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", StringIO())
    with pytest.raises(TypeError, match="object has no JSON form"):
        output.print_json(object())


def test_lists_in_csv_are_joined_by_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_csv([{"names": ["a", "b"], "none": []}], ["names", "none"])
    assert capsys.readouterr().out == "names,none\na b,\n"


def test_an_empty_table_without_words_is_its_header(capsys: pytest.CaptureFixture[str]) -> None:
    output.show(output.Table([output.Column("Model")], []), output.Title("Next"))
    assert capsys.readouterr().out == "Model\n\nNext\n"
