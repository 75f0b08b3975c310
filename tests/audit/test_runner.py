"""An audit as a whole: options, order, several processes, baseline, changes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from audit_catalog import TODAY

from ai_models.audit import CODES, Options, Standard, audit, runner
from ai_models.audit.baseline import read_baseline, write_baseline
from ai_models.audit.codes import chosen
from ai_models.catalog import Catalog
from ai_models.errors import AuditError

Look = Callable[..., Any]

THREE = 'a = "gpt-80"\nb = "gpt-85-mini"\nc = "gpt-91"\n'


def ids(report: Any) -> list[str]:
    """The codes of a report in its order."""
    return [finding.code for finding in report.findings]


def test_selectors_are_prefixes_and_the_longer_wins() -> None:
    assert chosen((), ()) == set(CODES)
    assert chosen(("AIM101",), ()) == {"AIM101"}
    assert chosen(("AIM1",), ("AIM105",)) == {"AIM101", "AIM102", "AIM103", "AIM104"}
    assert chosen(("AIM102",), ("AIM1",)) == {"AIM102"}
    assert chosen(("AIM1",), ("AIM1",)) == set()
    assert "AIM903" not in chosen((), ("AIM9",))


def test_select_and_ignore(look: Look) -> None:
    assert ids(look({"a.py": THREE})) == ["AIM102", "AIM103", "AIM101"]
    assert ids(look({}, select=("AIM102", "AIM103"))) == ["AIM102", "AIM103"]
    assert ids(look({}, ignore=("AIM10",), select=("AIM101",))) == ["AIM101"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"select": ("AIM999",)}, "no code is called AIM999; did you mean AIM9"),
        ({"ignore": ("XYZ",)}, "no code is called XYZ"),
        ({"select": ("A",)}, "no code is called A"),
        ({"within": -1}, "found -1"),
        ({"exclude": ("!",)}, "the pattern '!' names no file"),
        ({"exclude": ("../a.py",)}, "goes up"),
        ({"exclude": ("",)}, "the pattern '' names no file"),
        ({"within": 36_501}, "from 0 to 36500, found 36501"),
        ({"select": ("AIM1",), "ignore": ("AIM1",)}, "select and ignore leave no code to look for"),
        ({"baseline": "none.json"}, "there is no baseline none.json"),
    ],
)
def test_wrong_questions_are_told(look: Look, options: dict[str, Any], message: str) -> None:
    with pytest.raises(AuditError, match=message):
        look({"a.py": "x = 1"}, **options)


def test_a_path_that_does_not_exist_is_an_error(tree: Path) -> None:
    with pytest.raises(AuditError, match="there is no nowhere"):
        audit(["nowhere"])
    with pytest.raises(AuditError, match="nothing to audit"):
        audit([])


def test_the_order_is_by_path_and_place(look: Look) -> None:
    report = look({"b.py": THREE, "a/z.py": THREE, "a.py": THREE})
    keys = [(f.path, f.span.line) for f in report.findings]
    assert keys == sorted(keys)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_several_processes_find_the_same(look: Look, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = {f"d{n}/f{n}.py": f'x = "gpt-4-turbo"\ny = "gpt-4-{n}"\n' for n in range(40)}
    alone = look(real, catalog=None, jobs=1)
    monkeypatch.setattr(runner, "_CHUNK", 100)
    monkeypatch.setattr(runner, "_start_method", lambda _: method)
    together = look({}, catalog=None, jobs=2)
    assert len(alone.findings) > 40
    assert together.findings == alone.findings
    assert together.uses == alone.uses


def test_processes_are_started_only_where_they_are_worth_it(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_in_processes", lambda *_: pytest.fail("a small tree needs no processes"))
    look({"a.py": THREE}, jobs=0)
    monkeypatch.setattr(runner.threading, "active_count", lambda: 2)
    look({}, jobs=4)  # a private catalogue cannot be loaded by another process


def test_content_from_elsewhere_is_judged_under_its_name(tree: Path) -> None:
    report = audit([], Options(at=TODAY, standard=Standard("conf/app.yaml", b"model: gpt-4-turbo\n")))
    assert [(f.path, f.code) for f in report.findings] == [("conf/app.yaml", "AIM102")]
    excluded = audit([], Options(at=TODAY, exclude=("conf/",), standard=Standard("conf/app.yaml", b"model: gpt-4-turbo\n")))
    assert (excluded.findings, excluded.passed_over) == ((), {"excluded": 1})


def test_a_file_that_goes_away_is_told(look: Look, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def gone(self: Path) -> bytes:
        if self.name == "a.py":
            raise FileNotFoundError(2, "No such file or directory")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", gone)
    (finding,) = look({"a.py": THREE}).findings
    assert (finding.code, finding.message) == ("AIM901", "it cannot be read: No such file or directory")


# Baseline


def test_known_findings_are_not_news_even_when_lines_move(look: Look, tree: Path) -> None:
    report = look({"a.py": THREE})
    assert write_baseline("base.json", report.findings, report.relative) == 3
    assert ids(look({}, baseline="base.json")) == []
    moved = look({"a.py": "# one\n# two\n" + THREE + 'd = "gpt-70"\n'}, baseline="./base.json")
    assert [(f.code, f.subject) for f in moved.findings] == [("AIM102", "gpt-70")]
    assert moved.known == 3
    assert moved.stale == ()


def test_what_is_settled_is_told_and_twice_the_same_counts_twice(look: Look) -> None:
    twice = 'f("gpt-80")\nf("gpt-80")\n'
    report = look({"a.py": twice, "b.py": THREE})
    write_baseline("base.json", report.findings, report.relative)
    assert ids(look({"a.py": twice + 'f("gpt-80")\n'}, baseline="base.json")) == ["AIM102"]
    settled = look({"a.py": 'f("gpt-80")\n'}, baseline="base.json")
    assert ids(settled) == []
    assert [(entry.path, entry.code) for entry in settled.stale] == [("a.py", "AIM102")]
    # Of files and codes that were not looked at nobody knows.
    assert look({}, "a.py", baseline="base.json", select=("AIM3",)).stale == ()
    assert [entry.path for entry in look({}, "a.py", baseline="base.json").stale] == ["a.py"]


def test_the_baseline_is_the_same_from_every_folder(
    look: Look, tree: Path, made_up_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    look({"pyproject.toml": "[project]\n", "sub/a.py": THREE})
    report = look({})
    write_baseline("base.json", report.findings, report.relative)
    monkeypatch.chdir(tree / "sub")
    assert ids(audit(["."], Options(at=TODAY, baseline="../base.json", catalog=made_up_catalog))) == []


def test_the_baseline_of_the_project_can_be_left_out(look: Look) -> None:
    report = look({"pyproject.toml": '[tool.ai_models.audit]\nbaseline = "base.json"\n', "a.py": THREE}, baseline="")
    assert write_baseline("base.json", report.findings, report.relative) == 3
    assert look({}).known == 3
    assert ids(look({}, baseline="")) == ids(report)


def test_a_baseline_of_several_folders_holds_no_absolute_path(look: Look, tree: Path) -> None:
    report = look({"a/a.py": THREE, "b/b.py": THREE}, "a", "b")
    write_baseline("base.json", report.findings, report.relative)
    assert str(tree) not in Path("base.json").read_text()
    assert look({}, "b", baseline="base.json").known == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": true, "findings": []}',
        '{"version": 0, "findings": []}',
        '{"version": 1, "findings": [{}]}',
        '{"version": 1, "findings": [3]}',
        "{" * 99_999,
    ],
)
def test_a_broken_baseline_is_an_error_that_names_it(tree: Path, text: str) -> None:
    Path("base.json").write_text(text)
    with pytest.raises(AuditError, match=r"base\.json"):
        read_baseline("base.json")


def test_a_baseline_that_cannot_be_written_is_an_error(tree: Path) -> None:
    Path("file").write_text("")
    with pytest.raises(AuditError, match="cannot be written"):
        write_baseline("file/base.json", [], {})
    assert json.loads(Path("file").read_text() or "1") == 1
    os.mkfifo("pipe")
    for place in ("pipe", "."):
        with pytest.raises(AuditError, match="is no file that a baseline can be written to"):
            write_baseline(place, [], {})


def test_a_baseline_of_a_newer_version_is_named_as_such(tree: Path) -> None:
    Path("base.json").write_text('{"version": 2, "findings": []}')
    with pytest.raises(AuditError, match=r"base\.json is a baseline of version 2, of a newer ai-models; this one reads 1"):
        read_baseline("base.json")


# Changes


@pytest.fixture
def repository(tree: Path) -> Path:
    """A repository with one commit."""
    git("init", "-q", "-b", "main")
    git("config", "user.email", "a@example.com")
    git("config", "user.name", "A")
    return tree


def git(*arguments: str) -> None:
    """Run git in the working directory."""
    subprocess.run(["git", "-c", "commit.gpgsign=false", *arguments], check=True, capture_output=True)


def commit() -> None:
    """Commit everything."""
    git("add", "-A")
    git("commit", "-qm", "more")


def test_only_new_lines_are_told(look: Look, repository: Path) -> None:
    look({"a.py": THREE, "same.py": THREE, 'sub/ü "q".py': THREE})
    commit()
    look(
        {"a.py": "# moved\n" + THREE + 'd = "gpt-70"\n', "new.py": THREE, 'sub/ü "q".py': THREE + 'e = f(\n  "gpt-70"\n)\n'}
    )
    git("add", "a.py")
    found = look({}, changed="HEAD")
    assert [(f.path, f.subject) for f in found.findings] == [
        ("a.py", "gpt-70"),
        ("new.py", "gpt-80"),
        ("new.py", "gpt-85-mini"),
        ("new.py", "gpt-91"),
        ('sub/ü "q".py', "gpt-70"),
    ]
    assert [(f.path, f.subject) for f in look({}, "sub", changed="main").findings] == [('sub/ü "q".py', "gpt-70")]


def test_lines_that_look_like_a_diff_are_content(look: Look, repository: Path) -> None:
    look({"a.py": "x = 1\n"})
    commit()
    text = 'x = """\n+++ b/other.py\n@@ -1 +1,9 @@\n-- a\n"""\ny = "gpt-80"\n'
    assert ids(look({"a.py": text, "other.py": THREE}, "a.py", changed="HEAD")) == ["AIM102"]


def test_a_changed_notebook_is_told_whole(look: Look, repository: Path) -> None:
    cell = {"cell_type": "code", "source": 'x = "gpt-80"'}
    look({"a.ipynb": json.dumps({"cells": [cell]})})
    commit()
    assert ids(look({}, changed="HEAD")) == []
    assert ids(look({"a.ipynb": json.dumps({"cells": [cell, cell]})}, changed="HEAD")) == ["AIM102", "AIM102"]


def test_a_changed_file_that_git_takes_for_binary_is_told_whole(look: Look, repository: Path) -> None:
    text = "\ufeffmodel: gpt-80\n"
    look({"wide.yaml": text.encode("utf-16-le"), "told.py": THREE, "same.py": THREE, ".gitattributes": "*.py -diff\n"})
    commit()
    assert ids(look({}, changed="HEAD")) == []
    found = look({"wide.yaml": f"{text}a: 1\n".encode("utf-16-le"), "told.py": f"{THREE}x = 1\n"}, changed="HEAD")
    assert [(f.path, f.code) for f in found.findings] == [
        ("told.py", "AIM102"),
        ("told.py", "AIM103"),
        ("told.py", "AIM101"),
        ("wide.yaml", "AIM102"),
    ]


def test_what_a_branch_has_changed_since_is_not_new_here(look: Look, repository: Path) -> None:
    look({"a.py": THREE})
    commit()
    git("checkout", "-qb", "topic")
    look({"b.py": 'x = "gpt-70"\n'})
    commit()
    git("checkout", "-q", "main")
    look({"a.py": "x = 1\n"})
    commit()
    git("checkout", "-q", "topic")
    assert [f.path for f in look({}, changed="main").findings] == ["b.py"]
    git("checkout", "-q", "--orphan", "alone")
    commit()
    assert {f.path for f in look({}, changed="main").findings} == {"a.py", "b.py"}  # nothing in common


def test_a_shallow_clone_says_what_it_lacks(
    look: Look, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look({"a.py": THREE})
    commit()
    look({"a.py": "x = 1\n"})
    commit()
    git("clone", "-q", "--depth=1", repository.as_uri(), str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    with pytest.raises(AuditError, match=r"git knows no 'HEAD~1' here; .*this clone is shallow"):
        audit(["."], Options(changed="HEAD~1"))


@pytest.mark.parametrize(
    ("reference", "message"),
    [("nothing", "git knows no 'nothing'"), ("--output=x", "is no git reference"), (" ", "is no git reference")],
)
def test_references_that_git_does_not_know(look: Look, repository: Path, reference: str, message: str) -> None:
    with pytest.raises(AuditError, match=message):
        look({"a.py": THREE}, changed=reference)


def test_outside_of_a_repository(look: Look) -> None:
    with pytest.raises(AuditError, match="git"):
        look({"a.py": THREE}, changed="HEAD")


def test_without_git(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(AuditError, match="git cannot be run"):
        look({"a.py": THREE}, changed="HEAD")


def test_a_date_is_its_midnight(look: Look) -> None:
    assert ids(look({"a.py": 'a = "gpt-80"\n'}, at=date(2026, 10, 31))) == ["AIM103"]
    assert ids(look({}, at=date(2026, 11, 1))) == ["AIM102"]
