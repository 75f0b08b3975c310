"""docs/migration.md: its commands are run in order, by a shell, on a copy of its example, and print what the page shows.

``...`` stands for anything. ``pip`` puts the old packages of this checkout on the path, or takes them off; a command with
the comment ``# killed`` dies by SIGKILL while it changes the tree. Both are the terminal's; everything else is real.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from ai_models import providers, registry

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "migration.md"
TODAY = "2026-11-22T12:00:00+00:00"
HOME = "/home/you"
EXAMPLE = ROOT / "docs" / "examples" / "helpdesk"

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = re.compile(r"^\$ (.*?)(?=^\$ |\Z)", re.MULTILINE | re.DOTALL)
_TO_BE_KILLED = "  # killed"
_END = "\x1e"
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_KILLED = re.compile(r"^\S*bash: line \d+:\s+\d+ (Killed)\b.*$", re.MULTILINE)
_SET_UP = f"""
pip() {{
    case "$*" in
    "install -q ai-models-legacy") PYTHONPATH="$CLOCK:{ROOT}/compat/src" ;;
    "uninstall -qy ai-models-legacy") PYTHONPATH="$CLOCK" ;;
    *) echo "this terminal knows no pip $*"; return 2 ;;
    esac
}}
ai-models-legacy() {{ python -c "from ai_models_legacy.cli import main; main()" "$@"; }}
export PYTHONPATH="$CLOCK"
"""


class Command(NamedTuple):
    """A command of the page, and what it prints there."""

    line: int
    text: str
    shown: str


def commands() -> list[Command]:
    """The commands of the page; lines that begin with ``>`` go on with the one before."""
    page = PAGE.read_text(encoding="utf-8")
    found = []
    for block in _BLOCK.finditer(page):
        for part in _PROMPT.finditer(page, *block.span(1)):
            text, *rest = part[1].splitlines()
            more = [*takewhile(lambda each: each == ">" or each.startswith("> "), rest)]
            line = page.count("\n", 0, part.start()) + 1
            found.append(Command(line, "\n".join([text, *(each[2:] for each in more)]), "\n".join(rest[len(more) :])))
    return found


def run(session: list[Command], home: Path) -> list[tuple[str, int]]:
    """The output and the exit code of each command of one shell, in a home of its own."""
    script = [_SET_UP]
    for command in session:
        text = command.text.removesuffix(_TO_BE_KILLED)
        text = text if text == command.text else f"KILLED_AT=costs.py {text}"
        script.append(f"{{ {text}\n}} </dev/null\nlast=$?; printf '{_END}%s{_END}' $last; (exit $last)")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-s"],
        input="\n".join(script),
        cwd=home,
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,  # the codes of its commands are looked at
    )
    parts = done.stdout.split(_END)
    outputs = [_KILLED.sub(r"\1", part.replace(str(home), HOME)) for part in parts[:-1:2]]
    return list(zip(outputs, map(int, parts[1::2]), strict=True))


def _environment(home: Path) -> dict[str, str]:
    """What the shell knows of the world: this interpreter, a home, git without anybody's settings, and the day."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("COVERAGE", "LANG", "LC_", "TMP"))}
    return {
        **kept,
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"), "you"),
        "CLOCK": str(ROOT / "tests" / "stopped_clock"),
        "COLUMNS": "100",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPYCACHEPREFIX": str(home / "cache"),  # nothing is compiled into the tree
        "STOPPED_AT": TODAY,
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the example of the page in it."""
    shutil.copytree(EXAMPLE, tmp_path / EXAMPLE.name)
    return tmp_path


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that writes the table of the page."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import migration_page  # a script beside the package, which no other test needs

    monkeypatch.setitem(sys.modules, "migration_page", migration_page)
    return migration_page


@pytest.mark.slow
def test_the_commands_print_what_the_page_shows(home: Path) -> None:
    session = commands()
    results = run(session, home)
    assert len(results) == len(session) > 50
    for command, (output, code) in zip(session, results, strict=True):
        said = f"docs/migration.md:{command.line}: $ {command.text}\n{output}"
        if command.shown:
            assert doctest.OutputChecker().check_output(f"{command.shown}\n", output, _OPTIONS), said
        else:
            assert (output, code) == ("", 0), said


def test_every_block_of_the_page_is_read() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {*re.findall(r"^```(\w+)$", page, re.MULTILINE)} == {"console"}
    assert page.count("\n$ ") == len(commands())


def test_a_command_may_go_on_in_the_next_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PAGE", tmp_path / "page.md")
    (tmp_path / "page.md").write_text("# A\n\n```console\n$ cat <<END\n> a\n>\n> END\na\n> no\n$ false\n```\n")
    first, second = commands()
    assert first == Command(4, "cat <<END\na\n\nEND", "a\n> no")
    assert second == Command(10, "false", "")
    assert run([first, second], tmp_path) == [("a\n\n", 0), ("", 1)]


def test_the_table_is_in_step_with_the_code(table: ModuleType) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(table.BEGIN) == page.count(table.END) == 1
    written = page.partition(table.BEGIN)[2].partition(table.END)[0]
    assert written.strip() == table.section().strip(), "run: uv run python tools/migration_page.py"


SURFACE = {
    "": """
        models models.registry providers providers.base providers.factory providers.claude
        models.registry.Provider models.registry.ModelSpec models.registry.ModelRegistry
        providers.factory.get_provider providers.base.SignalCategory providers.base.ClassificationResult
        providers.base.ProviderMetrics providers.base.LLMProvider providers.claude.ClaudeProvider
        providers.claude.CLAUDE_PRICING model-configs/<provider>/<name>-config.md MODEL_OPTIMIZATION_GUIDE.md
        get_provider("claude-haiku") get_provider("claude-sonnet") get_provider("claude-opus")
    """,
    "models.registry.": """
        CLAUDE_SONNET CLAUDE_HAIKU CLAUDE_OPUS GEMINI_PRO GEMINI_FLASH GEMINI_FLASH_LITE GPT_4O GPT_4O_MINI
    """,
    "models.registry.ModelRegistry.": """
        CLAUDE_SONNET_4_5 CLAUDE_HAIKU_4_5 CLAUDE_OPUS_4_1 GEMINI_2_5_PRO GEMINI_2_5_FLASH
        GEMINI_2_5_FLASH_LITE GPT_4O GPT_4O_MINI VERIFICATION_SOURCES _DEPRECATED get_all_current_models
        get_spec get_by_provider is_deprecated get_replacement get_recommended_model
        verify_all_docs_accessible
    """,
    "Provider.": """
        ANTHROPIC OPENAI GOOGLE
    """,
    "ModelSpec.": """
        provider name api_identifier context_window_input context_window_output input_price_per_1m
        output_price_per_1m knowledge_cutoff last_verified docs_url notes recommended_for
    """,
    "SignalCategory.": """
        FEATURE_REQUEST BUG_REPORT CHURN_RISK EXPANSION_SIGNAL GENERAL_FEEDBACK
    """,
    "ClassificationResult.": """
        category confidence evidence method cost latency_ms tokens_used cached_tokens model timestamp to_dict
    """,
    "ProviderMetrics.": """
        total_requests total_cost total_tokens total_cached_tokens total_latency_ms average_cost
        average_latency_ms cache_hit_rate record_request to_dict
    """,
    "LLMProvider.": """
        classify get_metrics reset_metrics _classify_impl _calculate_cost
    """,
}
"""Every name of the old packages that callers know, by what it is below."""


@pytest.mark.parametrize("parent", SURFACE)
def test_every_old_name_has_its_row(parent: str) -> None:
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = {name: cells for first, *cells in rows for name in re.findall(r"`([^`]+)`", first)}
    for name in SURFACE[parent].split():
        assert len(told[f"{parent}{name}"]) == 3, name
        assert all(cell.strip(" |") for cell in told[f"{parent}{name}"]), name


def test_what_the_table_says_to_write_is_there(table: ModuleType) -> None:
    classes = {"Provider": registry.Provider, "ModelSpec": type(registry.get_model("gpt-4o"))}
    for row in table.BELOW:
        for name in row.names:
            parent, _, member = name.partition(".")
            if member:
                owner = classes[parent] if parent in classes else getattr(providers, parent)
                made = owner() if parent == "ProviderMetrics" else owner
                assert hasattr(made, member) or member in getattr(owner, "__dataclass_fields__", {}), name


def test_what_is_not_certain_is_told(table: ModuleType) -> None:
    rows = {row.names[0]: row for row in table.rows()}
    row = rows["providers.claude.CLAUDE_PRICING"]
    assert table.tried(row.uses) == [table.REWRITES, table.LEAVES]
    with pytest.raises(ValueError, match="left and not listed"):
        table.tried(["from providers.factory import get_provider\n\nx = get_provider(name)"])
