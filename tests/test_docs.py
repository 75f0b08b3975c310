"""Every command and snippet of README and docs is run, and prints what the text shows.

``pycon`` blocks are doctests; ``console`` blocks are commands of ``ai-models`` and ``ai-models-legacy`` with their piped
output, where ``...`` stands for anything, and ``NAME=value`` before the command is its environment; ``sh`` blocks are set-up
commands, which CI runs as they stand. The clock stands still. test_migration_page.py runs the commands of its own page.
"""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import time_machine
from _pytest.mark.structures import ParameterSet
from typer.testing import CliRunner

from ai_models.catalog import default

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
IN_ORDER = ROOT / "docs" / "migration.md"  # its commands go on from one another: test_migration_page.py runs them
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMMANDS = {"ai-models": "ai_models.cli.app", "ai-models-legacy": "ai_models_legacy.cli"}


def _pages(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.md")) if not {".peers", ".venv"} & {*path.parts}]


pytestmark = pytest.mark.usefixtures("old_packages")

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(language: str) -> list[ParameterSet]:
    return list(_blocks(language))


def _blocks(language: str) -> Iterator[ParameterSet]:
    for page in PAGES:
        if page == IN_ORDER and language == "console":
            continue
        text = page.read_text(encoding="utf-8")
        for block in _BLOCK.finditer(text):
            if block[1] == language:
                line = text.count("\n", 0, block.start()) + 2
                yield pytest.param(block[2], id=f"{page.relative_to(ROOT)}:{line}")


def test_every_dependency_is_a_decision_with_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [*project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values()]
    asked = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(each for group in groups for each in group),
    ]
    names = {re.match(r"[\w-]+", each)[0].casefold() for each in asked if isinstance(each, str)}  # type: ignore[index]
    told = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").partition("\n## Dependencies\n")[2].casefold()
    shown = {"pytest-xdist": "xdist", "pytest-cov": "cov"}
    assert {name for name in names if not re.search(rf"\b{re.escape(shown.get(name, name))}\b", told)} == set()


@pytest.mark.parametrize("block", blocks("pycon"))
def test_python_snippets_print_what_the_text_shows(block: str) -> None:
    test = doctest.DocTestParser().get_doctest(block, {}, "snippet", None, None)
    assert test.examples, "a snippet without a prompt runs nothing"
    report: list[str] = []
    with time_machine.travel(TODAY, tick=False):
        result = doctest.DocTestRunner(optionflags=_OPTIONS).run(test, out=report.append)
    assert result.failed == 0, "".join(report)


@pytest.mark.parametrize("block", blocks("console"))
def test_commands_print_what_the_text_shows(block: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    assert commands, "a block without a prompt runs nothing"
    for command in commands:
        line, _, expected = command.partition("\n")
        words = shlex.split(line, comments=True)
        place = next((place for place, word in enumerate(words) if word in COMMANDS), None)
        assert place is not None, f"this test runs {' and '.join(COMMANDS)} only, not {line}"
        before, app, arguments = words[:place], import_module(COMMANDS[words[place]]).app, words[place + 1 :]
        named = dict(word.split("=", 1) for word in before if "=" in word)
        with monkeypatch.context() as patch, time_machine.travel(TODAY, tick=False):
            # As in the project's root, but what a command writes there is gone after the test.
            shutil.copytree(ROOT / "docs", tmp_path / "docs", dirs_exist_ok=True)
            patch.chdir(tmp_path)
            patch.setattr(default, "_default", None if named else default._default)
            patch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
            result = CliRunner().invoke(app, arguments, env={"COLUMNS": "100", **named}, catch_exceptions=False)
        if expected.strip():
            assert doctest.OutputChecker().check_output(expected, result.output, _OPTIONS), f"$ {line}\n{result.output}"
        else:
            assert result.exit_code == 0, result.output


@pytest.mark.parametrize("block", blocks("sh"))
def test_set_up_commands_are_those_that_ci_runs(block: str) -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for line in filter(None, block.splitlines()):
        for part in line.split(" && "):
            assert part.split(" ai-models ")[0].removeprefix("pip install ") in ci, f"{part} is not run by CI"


def test_no_other_kind_of_block_escapes() -> None:
    known = {"pycon", "console", "sh", "yaml", "text", "json"}
    for page in PAGES:
        languages = {block[1] for block in _BLOCK.finditer(page.read_text(encoding="utf-8"))}
        assert languages <= known, page
        assert len(re.findall(r"^```", page.read_text(encoding="utf-8"), re.MULTILINE)) % 2 == 0


_LINK = re.compile(
    r"""\]\(\s*<?([^()\s<>]+)>?(?:\s+"[^"]*")?\s*\)     # [text](target "title"), ![picture](target)
    | ^[ ]{0,3}\[[^\]]+\]:[ ]*<?([^\s<>]+)              # [name]: target
    | <(?:a|img)\s[^>]*?(?:href|src)="([^"]+)"           # HTML""",
    re.MULTILINE | re.VERBOSE,
)
_REFERENCE = re.compile(r"\][ ]?\[([^\]]+)\]")
_CODE = re.compile(r"(`+).+?\1")
_DEFINED = re.compile(r"^ {0,3}\[([^\]]+)\]:", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)
LINKING = [
    ROOT / "CHANGELOG.md",
    *PAGES,
    *(page for folder in ("compat", "examples", "benchmarks") for page in _pages(folder)),
]


def prose(page: Path) -> str:
    """A page without its code, in which brackets are no links and hashes no headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return _CODE.sub(lambda code: code[0] if "](" not in code[0] else "", text)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them; a heading that comes again is numbered."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(prose(page)):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


def links(page: Path) -> list[str]:
    """Every target that a page leads to, in order."""
    return ["".join(found) for found in _LINK.findall(prose(page))]


def broken(page: Path, root: Path = ROOT) -> list[str]:
    """The targets that are not there, or lie outside the project; references without a target."""
    text = prose(page)
    defined = {name.casefold() for name in _DEFINED.findall(text)}
    references = _REFERENCE.findall(_CODE.sub("", text))
    nowhere = [name for name in references if name.casefold() not in defined]
    return [*nowhere, *(target for target in links(page) if not _leads_somewhere(page, target, root))]


def _leads_somewhere(page: Path, target: str, root: Path) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return parts.scheme == "https" and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc) is not None
    file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    is_there = file.exists() and file.is_relative_to(root)
    return is_there and (not parts.fragment or (file.is_file() and parts.fragment in anchors(file)))


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    assert broken(page) == []


def test_links_are_found_where_they_are(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b` (c)\n\n## Twice\n[one](#a-b-c) `[no](x)` ![picture](y.png) [`code`](c.md)\n\n"
        '## Twice\n```text\n# no [no](z)\n```\n[two]: q.md\n[![badge](b.svg)](ci.md "title") [far](<e.md>)\n'
        '<img alt="" src="i.png"> <a href="h.md">h</a>\n'
    )
    assert anchors(page) == {"a-b-c", "twice", "twice-1"}
    assert links(page) == ["#a-b-c", "y.png", "c.md", "q.md", "b.svg", "ci.md", "e.md", "i.png", "h.md"]


@pytest.mark.parametrize(
    "link",
    [
        "[a](gone.md)",
        "[a](other.md#gone)",
        "[a](#gone)",
        "![a](gone.png)",
        "[![a](other.md)](gone.md)",
        '[a](gone.md "there")',
        "[a][gone]",
        "[a][b]\n\n[b]: gone.md",
        '<img src="gone.png">',
        "[a](../outside.md)",
        "[a](http://plain.example)",
        "[a](https://nodots)",
        "[`gone`](gone.md)",
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, link: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.md").touch()
    (root / "other.md").write_text("# There\n")
    page = root / "page.md"
    page.write_text(f"Text {link}\n")
    assert broken(page, root)
    page.write_text("[a](other.md#there) ![a](other.md) [a][b] `[c](gone.md)` <https://a.example>\n\n[b]: other.md\n")
    assert broken(page, root) == []
