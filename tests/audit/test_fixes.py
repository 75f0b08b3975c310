"""Fixes: exact spans, what is safe, encodings and line ends kept, nothing half written, no second run needed."""

from __future__ import annotations

import ast
import codecs
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ai_models.audit import Edit
from ai_models.audit.fixes import FixedFile, diff_of, edited, fixed_files, write_fixed
from ai_models.errors import AuditError

Look = Callable[..., Any]


def fix(look: Look, files: dict[str, str | bytes], *, unsafe: bool = False) -> list[FixedFile]:
    """Write files, audit them, and carry out their fixes."""
    done = [*fixed_files(look(files).findings, unsafe=unsafe)]
    for file in done:
        write_fixed(file)
    return done


@pytest.mark.parametrize(
    ("before", "after", "unsafe"),
    [
        ('x = "gpt-90-latest"\n', 'x = "gpt-90"\n', False),
        ("x = 'acme/gpt-90-latest'  # why\n", "x = 'acme/gpt-90'  # why\n", False),
        ('x = "gpt-80"\n', 'x = "gpt-80"\n', False),
        ('x = "gpt-80"\n', 'x = "gpt-90"\n', True),
        ('x = "gpt-80-latest"\n', 'x = "gpt-90"\n', True),
        ('f("gpt-80", "gpt-90-latest")\r\n', 'f("gpt-90", "gpt-90")\r\n', True),
        ("x = 1  # ai-models: ignore[AIM102]\n", "x = 1\n", False),
        ("# ai-models: ignore\nx = 1\n", "x = 1\n", False),
        ("x = 1  # ai-models: ignore[AIM102] because of the wiki\r\n", "x = 1\r\n", False),
        ("#ai-models:ignore[AIM1] 0", "", False),
        ("x = 1  # noqa  # ai-models: ignore  # more\n", "x = 1  # noqa  # more\n", False),
        ("x = 1\n# ai-models: ignore", "x = 1\n", False),
        ('ü = "😀", "gpt-90-latest"\n', 'ü = "😀", "gpt-90"\n', False),
        ("# gpt-80\n", "# gpt-80\n", True),  # a mention is nobody's to rewrite
        ('import openai\nx = "gpt\\x2d80"\n', 'import openai\nx = "gpt\\x2d80"\n', True),
    ],
)
def test_exactly_what_is_at_fault_changes(look: Look, tree: Path, before: str, after: str, unsafe: bool) -> None:
    fix(look, {"a.py": before.encode()}, unsafe=unsafe)
    assert (tree / "a.py").read_bytes().decode() == after
    ast.parse(after)
    assert fix(look, {}, unsafe=unsafe) == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.yaml", b"model: gpt-90-latest # x\r\n", b"model: gpt-90 # x\r\n"),
        ("a.json", b'{"model": "gpt-90-latest"}', b'{"model": "gpt-90"}'),
        ("a.toml", b'model = "gpt-90-latest"\n', b'model = "gpt-90"\n'),
        ("a.md", b"a\n<!-- ai-models: ignore -->\nb\n", b"a\nb\n"),
        ("a.ts", b'x = "gpt-90-latest" /* ai-models: ignore[AIM301] */;\n', b'x = "gpt-90";\n'),
        ("a.ts", b"x; /* ai-models: ignore[AIM301] why */ y;\n", b"x; y;\n"),
        ("a.ts", b"/* ai-models: ignore[AIM301]\n why */ y;\n", b"/* ai-models: ignore[AIM301]\n why */ y;\n"),
        ("a.yaml", codecs.BOM_UTF8 + b"model: gpt-90-latest\n", codecs.BOM_UTF8 + b"model: gpt-90\n"),
        ("a.py", codecs.BOM_UTF8 + b'x = "gpt-90-latest"\n', codecs.BOM_UTF8 + b'x = "gpt-90"\n'),
        ("a.py", b'# coding: latin-1\n# \xe9\nx = "gpt-90-latest"\n', b'# coding: latin-1\n# \xe9\nx = "gpt-90"\n'),
        ("a.yaml", b"# \xe9\nmodel: gpt-90-latest\n", b"# \xe9\nmodel: gpt-90\n"),
        ("a.yaml", "\ufeffmodel: gpt-90-latest\n".encode("utf-16-be"), "\ufeffmodel: gpt-90\n".encode("utf-16-be")),
    ],
)
def test_encodings_and_marks_stay(look: Look, tree: Path, name: str, before: bytes, after: bytes) -> None:
    fix(look, {name: before})
    assert (tree / name).read_bytes() == after


def test_the_mode_stays_and_a_link_stays_a_link(look: Look, tree: Path) -> None:
    (tree / "real.py").write_text('x = "gpt-90-latest"\n')
    (tree / "real.py").chmod(0o750)
    (tree / "a.py").symlink_to("real.py")
    for file in fixed_files(look({}, "a.py").findings, unsafe=False):
        write_fixed(file)
    assert (tree / "a.py").is_symlink()
    assert (tree / "real.py").read_text() == 'x = "gpt-90"\n'
    assert (tree / "real.py").stat().st_mode & 0o777 == 0o750


def test_a_file_that_changed_meanwhile_is_left_alone(look: Look, tree: Path) -> None:
    findings = look({"a.py": 'x = "gpt-90-latest"\n'}).findings
    (tree / "a.py").write_text('xyz = "gpt-90-latest"\n')
    (file,) = fixed_files(findings, unsafe=False)
    assert file.fixes == ()
    (tree / "a.py").write_text("")  # shorter than it was
    (file,) = fixed_files(findings, unsafe=False)
    assert (file.fixes, file.refused) == ((), "")
    (tree / "a.py").unlink()
    (file,) = fixed_files(findings, unsafe=False)
    assert file.refused == "it cannot be read: No such file or directory"


def test_a_comment_is_only_taken_away_with_what_was_read_behind_it(look: Look, tree: Path) -> None:
    findings = look({"a.py": "x = 1  # ai-models: ignore[AIM102]\n"}).findings
    (tree / "a.py").write_text("x = 1  # ai-models: ignore[AIM102]  # noqa\n")
    (file,) = fixed_files(findings, unsafe=False)
    assert file.fixes == ()


def test_a_read_only_file_stays_as_it_is(look: Look, tree: Path) -> None:
    findings = look({"a.py": 'x = "gpt-90-latest"\n'}).findings
    (tree / "a.py").chmod(0o444)
    (file,) = fixed_files(findings, unsafe=False)
    with pytest.raises(AuditError, match=r"a\.py is read-only, and stays as it is"):
        write_fixed(file)
    assert (tree / "a.py").read_text() == 'x = "gpt-90-latest"\n'


def test_a_fix_beside_a_secret(look: Look, tree: Path) -> None:
    key = "sk-proj-abcDEF1234567890"
    fix(look, {".env": f"KEY={key} MODEL=gpt-90-latest\n"})
    assert (tree / ".env").read_text() == f"KEY={key} MODEL=gpt-90\n"


def test_a_result_that_cannot_be_read_is_refused(look: Look, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_models.audit.fixes.edited", lambda *_: "x = (")
    (file,) = fixed_files(look({"a.py": 'x = "gpt-90-latest"\n'}).findings, unsafe=False)
    assert file.refused
    assert file.after == file.before.text


def test_what_cannot_be_written_is_an_error_and_the_old_file_is_whole(
    look: Look, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = fixed_files(look({"a.py": 'x = "gpt-90-latest"\n'}).findings, unsafe=False)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ai_models.audit.fixes.write_aside", full)
    with pytest.raises(AuditError, match="No space left"):
        write_fixed(file)
    assert (tree / "a.py").read_text() == 'x = "gpt-90-latest"\n'


def test_edits_are_independent_of_their_order() -> None:
    edits = [Edit(0, 1, "A"), Edit(2, 3, ""), Edit(3, 3, "!")]
    assert edited("abcd", edits) == edited("abcd", reversed(edits)) == "Ab!d"


def test_the_difference_is_shown(look: Look) -> None:
    (file,) = fixed_files(look({"a.py": 'y = 1\nx = "gpt-90-latest"'}).findings, unsafe=False)
    assert diff_of(file) == (
        '--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n y = 1\n-x = "gpt-90-latest"\n\\ No newline at end of file\n'
        '+x = "gpt-90"\n\\ No newline at end of file\n'
    )


@pytest.mark.parametrize(
    "text", ['x = 1\f\ny = "gpt-90-latest"\n', 'x = 1\ry = "gpt-90-latest"\r', 'x = "\x1c", "gpt-90-latest"\n']
)
def test_a_difference_can_be_applied_whatever_the_lines_end_with(look: Look, tree: Path, text: str) -> None:
    (file,) = fixed_files(look({"a.py": text.encode()}).findings, unsafe=False)
    subprocess.run(["git", "apply", "-"], input=diff_of(file).encode(), check=True, cwd=tree)
    assert (tree / "a.py").read_bytes().decode() == text.replace("gpt-90-latest", "gpt-90")
