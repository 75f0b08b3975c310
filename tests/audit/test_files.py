"""Which files are looked at: what git ignores, what is binary or huge, links, kinds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ai_models.audit import files as files_module
from ai_models.audit.files import FileKind, kind_of, select_files
from ai_models.audit.ignored import Ignored

Look = Callable[..., Any]


def write(root: Path, *names: str, text: str = "x\n") -> None:
    """Files with some text."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def chosen(*paths: str, **options: Any) -> list[str]:
    """The files that are selected, with slashes."""
    return [Path(path).as_posix() for path in select_files(paths or ["."], **options).files]


def test_nested_gitignores_hold_as_git_has_them(tree: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tree)], check=True)
    write(
        tree,
        "keep.py",
        "out/a.py",
        "sub/drop.py",
        "sub/keep.log.py",
        "sub/deep/drop.py",
        "sub/deep/again.py",
        "secret.py",
        "a.tmp.py",
    )
    write(tree, ".gitignore", text="out/\n*.tmp.py\n/secret.py\n")
    write(tree, "sub/.gitignore", text="drop.py\n")
    write(tree, "sub/deep/.gitignore", text="!drop.py\nagain.py\n")
    (tree / ".git" / "info" / "exclude").write_text("keep.log.py\n")
    shown = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=tree, check=True, capture_output=True, text=True
    ).stdout.split()
    assert set(chosen()) == set(shown)
    assert "sub/deep/drop.py" in shown
    assert set(chosen(gitignore=False)) > set(chosen())


def test_the_files_of_parents_hold_below_a_folder_that_is_named(tree: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tree)], check=True)
    write(tree, "sub/a.py", "sub/b.py", text="x\n")
    write(tree, ".gitignore", text="b.py\n")
    assert chosen("sub") == ["sub/a.py"]
    assert chosen("sub/b.py") == ["sub/b.py"]  # who names an ignored file means it
    write(tree, ".gitignore", text="sub/\n")
    assert chosen("sub") == ["sub/a.py", "sub/b.py"]
    assert ".gitignore" in chosen(".")


def test_a_worktree_has_the_exclusions_of_its_repository(tree: Path) -> None:
    git = tree / "main.git"
    write(git, "info/exclude", text="b.py\n")
    write(git, "worktrees/wt/commondir", text="../..\n")
    write(tree, "wt/a.py", "wt/b.py")
    write(tree, "wt/.git", text=f"gitdir: {git}/worktrees/wt\n")
    assert set(chosen("wt")) == {"wt/a.py", "wt/.git"}
    (tree / "wt/.git").write_bytes(b"\xff\xfe")
    assert "wt/b.py" in chosen("wt")


def test_folders_that_nobody_wrote_are_not_entered(tree: Path) -> None:
    write(tree, "a.py", ".venv/b.py", "node_modules/c.js", "x/__pycache__/d.py", ".git/config")
    assert chosen() == ["a.py"]


def test_exclusions_hold_for_named_files_too(tree: Path) -> None:
    write(tree, "a.py", "gen/b.py", "gen/c/d.py")
    assert chosen(exclude=["gen/"]) == ["a.py"]
    assert chosen("gen/b.py", exclude=["gen/"]) == []
    assert select_files(["gen/b.py"], exclude=["*.py"]).passed_over == {"excluded": 1}


def test_links(tree: Path) -> None:
    write(tree, "real/a.py")
    (tree / "real" / "loop").symlink_to(tree, target_is_directory=True)
    (tree / "real" / "again.py").symlink_to(tree / "real" / "a.py")
    (tree / "real" / "gone.py").symlink_to(tree / "nothing")
    (tree / "real" / "self.py").symlink_to(tree / "real" / "self.py")
    selection = select_files(["real"])
    assert [Path(path).name for path in selection.files] == ["a.py"]
    assert selection.errors == []


def test_a_link_takes_no_files_place(look: Look, tree: Path) -> None:
    look({"z.py": 'MODEL = "gpt-80"\n', "outside.txt": "x\n", "d/e.py": "x = 1\n"})
    for name in ("a.txt", "b.log", "c.py"):
        (tree / name).symlink_to("z.py")
    (tree / "d2").symlink_to("d", target_is_directory=True)
    assert chosen() == ["outside.txt", "z.py", "d/e.py"]
    assert chosen("b.log", ".") == ["outside.txt", "z.py", "d/e.py"]
    assert chosen("c.py") == ["c.py"]
    assert chosen("d2", "d", "d2/e.py") == ["d2/e.py"]
    assert [f.code for f in look({}).findings] == ["AIM102"]


def test_what_is_huge_binary_or_data_is_counted(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "LARGEST", 1024)
    report = look({
        "big.py": "x = 1\n" * 400,
        "exactly.py": "#" * 1024,
        "image.png": b"\x89PNG",
        "data.csv": "gpt-80\n",
        "blob": b"a\0b gpt-80",
        "code.py": "x = 1\n",
    })  # fmt: skip
    assert report.passed_over == {"binary": 1, "data or binary": 2, "larger than 0 MB": 1}
    assert report.files == 2


def test_a_pipe_is_no_file_and_a_folder_without_rights_is_told(
    tree: Path, monkeypatch: pytest.MonkeyPatch, look: Look
) -> None:
    os.mkfifo(tree / "pipe.py")
    assert chosen() == []
    (tree / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    (finding,) = look({}).findings
    assert (finding.code, finding.message) == ("AIM901", "it cannot be looked at: Permission denied")


@pytest.mark.parametrize("name", ["pipe.py", "nowhere.py", "self.py"])
def test_what_is_no_file_is_told_where_somebody_names_it(tree: Path, look: Look, name: str) -> None:
    os.mkfifo(tree / "pipe.py")
    (tree / "nowhere.py").symlink_to(tree / "nothing")
    (tree / "self.py").symlink_to(tree / "self.py")
    assert not look({}).findings
    (finding,) = look({}, name).findings
    assert (finding.code, finding.path) == ("AIM901", name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.py", FileKind.PYTHON),
        ("a.PYI", FileKind.PYTHON),
        ("a.ipynb", FileKind.NOTEBOOK),
        ("a.yaml", FileKind.CONFIG),
        ("Dockerfile", FileKind.CONFIG),
        ("Dockerfile.dev", FileKind.CONFIG),
        (".env.production", FileKind.CONFIG),
        ("config.yaml.example", FileKind.CONFIG),
        ("values.yaml.tmpl", FileKind.CONFIG),
        ("Dockerfile.j2", FileKind.CONFIG),
        ("settings.py.dist", FileKind.PYTHON),
        (".example", FileKind.PROSE),
        ("a.ts", FileKind.CODE),
        ("README.md", FileKind.PROSE),
        ("a.unheard-of", FileKind.PROSE),
        ("a.png", FileKind.DATA),
        ("yarn.lock", FileKind.DATA),
        ("no-such-file", FileKind.PROSE),
    ],
)
def test_kinds(name: str, kind: FileKind) -> None:
    assert kind_of(name) is kind


def test_a_shebang_says_what_a_file_without_an_ending_is(tree: Path) -> None:
    write(tree, "tool", text="#!/usr/bin/env python3\nx = 'gpt-80'\n")
    write(tree, "script", text="#!/bin/sh\n")
    write(tree, "notes", text="hello\n")
    assert [kind_of(str(tree / name)) for name in ("tool", "script", "notes")] == [
        FileKind.PYTHON,
        FileKind.CONFIG,
        FileKind.PROSE,
    ]


def test_a_pattern_that_is_none_is_passed_over_as_git_does(tree: Path) -> None:
    write(tree, "a.py", "b.py", "c.py")
    write(tree, ".gitignore", text="b.py\n!\nsub/\\\nc.py\r\n")
    assert chosen() == [".gitignore", "a.py"]
    assert not Ignored().matches("a.py", is_folder=False)


def test_patterns_in_any_encoding(tree: Path) -> None:
    write(tree, "gen/a.py", "b.py")
    name = os.fsdecode(b"caf\xe9.py")
    try:
        write(tree, name)
    except OSError:  # a file system whose names are Unicode
        name = "none.py"
    (tree / ".gitignore").write_bytes(b"\xef\xbb\xbfgen/\ncaf\xe9.py\n")
    assert chosen() == [".gitignore", "b.py"]


def test_of_a_folder_two_stars_name_what_is_in_it(tree: Path) -> None:
    write(tree, "logs/a/k.py", "logs/k.py", "logs/l.py", "docs/a/k.py", "docs/k.txt", "top/x.py")
    write(tree, ".gitignore", text="logs/**\n!logs/**/k.py\n*.txt\n!docs/**\ntop/** \n")
    assert chosen() == [".gitignore", "docs/k.txt", "docs/a/k.py", "logs/k.py"]  # as `git ls-files -o` says
    assert chosen("docs", exclude=["docs/**"]) == []
