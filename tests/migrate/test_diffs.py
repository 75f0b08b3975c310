"""The diffs of a plan: what ``patch`` and ``git apply`` make of them is what the migration makes of the files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from migrated_trees import picture, write

from ai_models.migrate.diffs import diff_of
from ai_models.migrate.plan import FileChange

CASES: dict[str, tuple[str, bytes | None, bytes | None]] = {
    "a line": ("a.py", b"a\nb\n", b"a\nc\n"),
    "no newline at the end": ("a.py", b"a\nb", b"a\nc"),
    "windows lines": ("a.py", b"a\r\nb\r\n", b"a\r\nc\r\n"),
    "lone returns": ("a.py", b"a\rb\rc\r", b"a\rx\rc\r"),
    "a form feed": ("a.py", b"a\n\x0cb\nc\n", b"a\n\x0cb\nd\n"),
    "a byte order mark": ("a.py", b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
    "latin-1": ("a.py", b"# coding: latin-1\n# \xfc\na\n", b"# coding: latin-1\n# \xfc\nb\n"),
    "a line separator": ("a.py", "a\u2028b\nc\n".encode(), "a\u2028b\nd\n".encode()),
    "a new file": ("deep/er/a.py", None, b"a\n"),
    "a file that goes": ("deep/a.py", b"a\n", None),
    "an empty file that goes": ("deep/__init__.py", b"", None),
    "a new empty file": ("deep/__init__.py", None, b""),
    "a blank in the name": ("my folder/a b.py", b"a\n", b"b\n"),
    "a name beyond ascii": ("größe.py", b"a\n", b"b\n"),
    "quotes in the name": ('a"b\\c.py', b"a\n", b"b\n"),
    "a newline in the name": ("a\nb.py", b"a\n", b"b\n"),
}


@pytest.mark.parametrize("command", [["git", "apply", "-"], ["patch", "-p1", "--binary", "-s"]], ids=["git", "patch"])
@pytest.mark.parametrize("case", CASES)
def test_a_diff_can_be_applied(tmp_path: Path, case: str, command: list[str]) -> None:
    path, before, after = CASES[case]
    for name, content in (("tree", before), ("wanted", after)):
        (tmp_path / name).mkdir()
        write(tmp_path / name, {path: content} if content is not None else {})
    diff = diff_of(FileChange(path=path, before=before, after=after, reason="a test"))
    kept = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path), "LC_ALL": "C.UTF-8"}
    subprocess.run(command, input=diff, cwd=tmp_path / "tree", check=True, env=kept)
    made, wanted = picture(tmp_path / "tree"), picture(tmp_path / "wanted")
    assert {name: entry for name, entry in made.items() if entry[0] == "file"} == {
        name: entry for name, entry in wanted.items() if entry[0] == "file"
    }


def test_what_is_no_text_is_named() -> None:
    change = FileChange(path="a.md", before="ä\n".encode("utf-16"), after="ö\n".encode("utf-16"), reason="a test")
    assert diff_of(change) == b"Binary files a/a.md and b/a.md differ\n"
