"""``[tool.ai_models.audit]``: what it says, what it refuses, and where it is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ai_models.audit.configuration import find_configuration, read_configuration
from ai_models.errors import AuditError

Look = Callable[..., Any]

FOUR = 'a = "gpt-80"\nb = "gpt-85-mini"\nc = "gpt-84"\nd = "gpt-91"\n'


def ids(report: Any) -> list[str]:
    """The codes of a report, each with its file."""
    return [f"{finding.path}:{finding.code}" for finding in report.findings]


def test_a_project_says_what_it_wants(look: Look) -> None:
    report = look({
        "pyproject.toml": """\
            [tool.ai_models.audit]
            select = ["AIM1"]
            ignore = ["AIM101"]
            exclude = ["generated/"]
            within = 60
            baseline = "known.json"
            [tool.ai_models.audit.per-file-ignores]
            "tests/**" = ["AIM102"]
            """,
        "known.json": '{"version": 1, "findings": []}',
        "a.py": FOUR,
        "tests/deep/t.py": FOUR,
        "generated/g.py": FOUR,
    })  # fmt: skip
    assert ids(report) == ["a.py:AIM102", "a.py:AIM103", "tests/deep/t.py:AIM103"]
    assert ids(look({}, select=("AIM101", "AIM103"))) == ["a.py:AIM103", "tests/deep/t.py:AIM103"]
    with pytest.raises(AuditError, match="select and ignore leave no code to look for"):
        look({}, select=("AIM101",))  # what the project ignores stays ignored
    assert "a.py:AIM103" in ids(look({}, within=90))


def test_the_command_line_adds_to_it(look: Look) -> None:
    look({"pyproject.toml": '[tool.ai-models.audit]\nselect = ["AIM102"]\n', "a.py": FOUR, "b/c.py": FOUR})
    assert ids(look({})) == ["a.py:AIM102", "b/c.py:AIM102"]
    assert ids(look({}, select=("AIM103",), exclude=("b",), within=90)) == ["a.py:AIM103", "a.py:AIM103"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('selct = ["AIM1"]', r":2: tool.ai_models.audit.selct is not a key here; did you mean select\?"),
        ("colour = 1", "is not a key here; the keys are select, ignore"),
        ("per_file_ignores = {}", r"did you mean per-file-ignores\?"),
        ('select = "AIM1"', "must be a list of texts, found 'AIM1'"),
        ("select = [1]", "must be a list of texts"),
        ('ignore = ["AIM999"]', "names no code AIM999; did you mean AIM9"),
        ('per-file-ignores = {"a" = "AIM1"}', "must be a list of texts"),
        ('per-file-ignores = ["a"]', "must be a table"),
        ('per-file-ignores = {"a" = ["X"]}', r'per-file-ignores\."a" names no code X'),
        ("within = -1", "from 0 to 36500, found -1"),
        ("within = true", "found True"),
        ('within = "90"', "found '90'"),
        ("baseline = 3", "must be the path of a file"),
        ('baseline = ""', "must be the path of a file"),
        ('exclude = [""]', "must be a list of texts"),
        ('exclude = ["a", "[x"]', r":2: tool.ai_models.audit.exclude is no list of files: the pattern '\[x' names no file"),
        ('exclude = ["!"]', "the pattern '!' names no file"),
        ('per-file-ignores = {"" = ["AIM1"]}', "the pattern '' names no file"),
        ('per-file-ignores = {"#a.py" = ["AIM1"]}', "the pattern '#a.py' names no file"),
        ('per-file-ignores = {"!" = ["AIM1"]}', "the pattern '' names no file"),
        ("[tool.ai_models.audti]", r":2: tool.ai_models.audti is not a key here; did you mean audit\?"),
        ("[tool.ai_models]\ncatalogue = 1", r":3: tool.ai_models.catalogue .*; overlays are named in \[tool.ai-models\]"),
        ("[tool.ai_models.prices]", "tool.ai_models.prices is not a key here; the only key is audit"),
    ],
)
def test_mistakes_name_file_line_key_and_the_nearest(tree: Path, table: str, message: str) -> None:
    Path("pyproject.toml").write_text(f"[tool.ai_models.audit]\n{table}\n")
    with pytest.raises(AuditError, match=message) as raised:
        find_configuration(".")
    assert "pyproject.toml" in str(raised.value)


def test_a_mistake_is_on_the_line_of_the_table(tree: Path) -> None:
    text = """\
        [tool.ruff.lint]
        ignore = ["E501"]
        [tool.ai_models.audit]
        ignore = ["AIM9999"]
        """
    Path("pyproject.toml").write_text(dedent(text))
    with pytest.raises(AuditError, match=r"pyproject\.toml:4: tool\.ai_models\.audit\.ignore names no code"):
        find_configuration(".")
    text = """\
        [tool.ai_models.audit]
        within = 3
        [tool.ai_models.audit.per-file-ignores]
        "a/**" = ["AIM1"]
        "b/**" = "AIM1"
        """
    Path("pyproject.toml").write_text(dedent(text))
    with pytest.raises(AuditError, match=r'pyproject\.toml:5: tool\.ai_models\.audit\.per-file-ignores\."b/\*\*" must be'):
        find_configuration(".")


def test_patterns_as_people_write_them(look: Look) -> None:
    files = {"a.py": FOUR, "sub/b.py": FOUR, "pyproject.toml": '[tool.ai_models.audit]\nexclude = ["./a.py"]\n'}
    assert {f.path for f in look(files).findings} == {"sub/b.py"}
    assert look({}, exclude=("./sub/b.py",)).findings == ()
    assert look({}, exclude=(r"\#a", r"a\ b")).findings
    with pytest.raises(AuditError, match=r"the pattern 'sub\\\\b\.py' has a backslash between folders; write 'sub/b\.py'"):
        look({}, exclude=("sub\\b.py",))


def test_codes_that_count_only_in_some_files(look: Look) -> None:
    table = '[tool.ai_models.audit.per-file-ignores]\n"!src/**" = ["aim103 "]\n'
    found = ids(look({"pyproject.toml": table, "src/a.py": FOUR, "b.py": FOUR}, select=("AIM103",)))
    assert found == ["src/a.py:AIM103"] * 2


def test_patterns_of_the_command_line_are_relative_to_where_it_is_given(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    look({"pyproject.toml": "[tool.ai_models.audit]\n", "a/b.py": FOUR, "a/c.py": FOUR, "a/d.py": FOUR})
    monkeypatch.chdir("a")
    assert {f.path for f in look({}, exclude=("./b.py", "a/d.py")).findings} == {"c.py"}
    assert look({}, "../a/b.py", exclude=("b.py",)).findings == ()


def test_files_that_cannot_be_read(tree: Path) -> None:
    file = Path("pyproject.toml")
    file.write_text("[tool.ai_models.audit\n")
    with pytest.raises(AuditError, match="no valid TOML"):
        find_configuration(".")
    file.write_text("[tool.ai_models\n")  # not about the audit
    assert find_configuration(".").file == ""
    file.write_text("[tool]\nai_models = {audit = 3}\n")
    with pytest.raises(AuditError, match="must be a table, found 3"):
        find_configuration(".")
    file.write_text("[tool.ai_models.audit]\n[tool.ai-models.audit]\n")
    with pytest.raises(AuditError, match="are one table"):
        find_configuration(".")
    file.write_bytes(b"\xff")
    assert find_configuration(".").file == ""  # not about the audit either
    with pytest.raises(AuditError, match="cannot be read"):
        read_configuration("pyproject.toml")
    file.write_text("[tool.other]\n# ai_models\n")
    with pytest.raises(AuditError, match="has no table"):
        read_configuration("pyproject.toml")
    assert read_configuration("pyproject.toml", required=False) is None


def test_the_nearest_file_with_the_table_counts(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "a/b").mkdir(parents=True)
    (tree / "pyproject.toml").write_text("[tool.ai_models.audit]\nwithin = 7\n")
    (tree / "a/pyproject.toml").write_text("[project]\n")
    found = find_configuration("a/b/new.py")
    assert (found.within, found.root) == (7, str(tree))
    (tree / "pyproject.toml").unlink()
    assert find_configuration("a/b").root == str(tree / "a")
    (tree / "a/pyproject.toml").unlink()
    (tree / ".git").mkdir()
    assert find_configuration("a/b").root == str(tree)
    (tree / "a/pyproject.toml").write_text("[project]\n")
    assert find_configuration("a/b").root == str(tree)  # two packages of one repository have one root
    (tree / "a/pyproject.toml").unlink()
    (tree / ".git").rmdir()
    assert find_configuration("a/b").root == str(tree)  # where one stands
    monkeypatch.chdir(tree / "a")
    assert find_configuration(str(tree)).root == str(tree)


def test_a_working_directory_that_is_gone(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "gone").mkdir()
    monkeypatch.chdir(tree / "gone")
    (tree / "gone").rmdir()
    with pytest.raises(AuditError, match="the working directory is gone"):
        find_configuration(str(tree))


def test_the_overlays_leave_the_table_to_the_audit(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_models.catalog.overlays import find_overlays

    (tree / "pyproject.toml").write_text("[tool.ai-models.audit]\nwithin = 7\n")
    assert find_overlays() == ()
    (tree / "pyproject.toml").write_text(
        '[tool.ai-models]\ncatalogue = ["x"]\naudti = 1\n[tool.ai-models.audit]\nwithin = 7\n'
    )
    assert [overlay.problem for overlay in find_overlays()] == ["is not a key here; the key is catalogue", ""]
