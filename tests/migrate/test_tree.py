"""The folder in which files are seen and changed: with directory descriptors, and where a system has none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from migrated_trees import picture, plan, tree

from ai_models.migrate import tree as tree_module
from ai_models.migrate.applying import apply
from ai_models.migrate.rollback import rollback
from ai_models.migrate.tree import ABSENT, InTheWay, Tree, outer_folders, unfit


@pytest.fixture(params=["descriptors", "paths"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tree_module, "HAS_DESCRIPTORS", request.param == "descriptors")
    return tree(tmp_path / "desk")


def test_what_stands_at_a_path(root: Path) -> None:
    seen = Tree(root)
    os.mkfifo(root / "pipe")
    (root / "desk" / "loop").symlink_to("loop")
    kinds = {
        "README.md": "file",
        "desk": "folder",
        "desk/linked.md": "link",
        "desk/loop": "link",
        "pipe": "other",
        "nothing": "absent",
        "nothing/below": "absent",
        "README.md/below": "blocked",
        "desk/linked.md/below": "blocked",
        "desk/loop/below": "blocked",
        "pipe/below": "blocked",
    }
    assert {path: seen.see(path).kind for path in kinds} == kinds
    assert seen.see("nothing") == ABSENT
    assert seen.see("desk/linked.md/below/that").at == "desk/linked.md"
    assert seen.see("desk/linked.md").target == "../README.md"


def test_a_whole_migration(root: Path) -> None:
    before = picture(root)
    apply(plan(root))
    rollback(root)
    assert picture(root) == before


def test_a_folder_that_is_there_is_not_made_again(root: Path) -> None:
    made = Tree(root)
    made.make_folder("desk")
    made.make_folder("deep")
    made.make_folder("deep/er")
    for path in ("README.md", "desk/linked.md"):
        with pytest.raises(InTheWay, match=path):
            made.make_folder(path)
    assert [made.remove_folder(path) for path in ("desk", "deep", "deep/er", "nothing", "README.md")] == [
        *(False, False, True, True, False)
    ]
    made.set_folder("deep", 0o700)
    assert made.see("deep").mode == 0o700


def test_a_folder_that_cannot_be_removed_is_an_error(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "rmdir", refused)
    with pytest.raises(PermissionError):
        Tree(root).remove_folder("empty")


def test_links_are_resolved_within_the_tree(root: Path, tmp_path: Path) -> None:
    real = Tree(root)
    (root / "out").symlink_to(tmp_path)
    (root / "self").symlink_to(".")
    assert real.real("desk/linked.md", itself=True) == "README.md"
    assert real.real("desk/linked.md", itself=False) == "desk/linked.md"
    assert real.real("self/README.md", itself=True) == "README.md"
    assert real.real("out/x", itself=True) is None
    assert real.real("out", itself=True) is None
    assert real.real("self", itself=True) is None, "the root itself is no file of the tree"
    assert Tree("/").real("etc/hostname", itself=False) == "etc/hostname"


def test_a_file_that_cannot_be_written_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = picture(root)
    monkeypatch.setattr(tree_module, "_write", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        Tree(root).create("new.txt", b"x", 0o644)
    assert picture(root) == before


def test_what_is_too_long_for_one_write_is_written_in_several(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:7]))
    Tree(root).create("new.txt", b"0123456789" * 10, 0o644)
    assert Tree(root).read("new.txt") == b"0123456789" * 10


@pytest.mark.parametrize("path", ["a", "a/b", "a b/c", "..a/b..", "\udcff"])
def test_paths_that_fit(path: str) -> None:
    assert unfit(path) == ""


@pytest.mark.parametrize("path", ["a\\b", "C:a", "a/b:c"])
def test_paths_that_do_not_fit_on_windows(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unfit(path) == ""
    monkeypatch.setattr(sys, "platform", "win32")
    assert unfit(path) == "holds a backslash or a colon"


def test_outer_folders() -> None:
    assert outer_folders("a/b/c.txt") == ["a", "a/b"]
    assert outer_folders("c.txt") == []
