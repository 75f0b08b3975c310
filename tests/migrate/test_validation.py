"""Whether a migration left what it should: spans, forms, the tree's own catalogue, and everything else untouched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from migrated_trees import change, insertion, plan, removal, replacing, tree, write
from workshop import copy_app

from ai_models.errors import MigrationError, UnfitPlanError
from ai_models.migrate.applying import apply
from ai_models.migrate.backup import backup
from ai_models.migrate.editing import decoded, edited
from ai_models.migrate.parsing import faults
from ai_models.migrate.plan import Edit, FileChange, Plan
from ai_models.migrate.rollback import rollback
from ai_models.migrate.validation import Changed, Finding, validate, validate_plan


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "desk")


def applied(root: Path, *changes: FileChange) -> list[tuple[str, int, str, str]]:
    """What is found after these changes."""
    apply(Plan.of(str(root), changes, []))
    return [(found.path, found.line, found.check, found.message) for found in validate(root).findings]


def edit(start: int, end: int, text: str) -> Edit:
    return Edit(start=start, end=end, text=text, rule="test", reason="a test")


def new(path: str, text: str) -> FileChange:
    return FileChange(path=path, before=None, after=text.encode(), reason="a test")


def test_a_migration_without_faults(root: Path) -> None:
    apply(plan(root))
    found = validate(root)
    assert (found.findings, found.files) == ((), 12)


def test_which_run_is_validated(root: Path) -> None:
    with pytest.raises(MigrationError, match=r"no migration of .* is applied"):
        validate(root)
    run = backup(plan(root))
    with pytest.raises(MigrationError, match=f"run {run.name} is planned; only one that is applied"):
        validate(root, run=run.name)
    apply(plan(root))
    assert validate(root, run="1").run == run.name
    rollback(root)
    with pytest.raises(MigrationError, match="is applied"):
        validate(root)


def test_files_that_are_not_as_the_run_left_them(root: Path) -> None:
    apply(plan(root))
    (root / "README.md").write_bytes(b"edited\n")
    (root / "scripts/run.sh").write_bytes(b"#!/bin/sh\npython -m models.registry\n")
    (root / "NEW.md").unlink()
    (root / "data/keep.bin").write_bytes(b"")
    (root / "pyproject.toml").unlink()
    (root / "another.txt").write_bytes(b"somebody's new file is no business of the migration's")
    assert [(found.path, found.check, found.message.split(",")[0]) for found in validate(root).findings] == [
        ("NEW.md", "disk", "is as it was before"),
        ("README.md", "disk", "its content was changed"),
        ("data/keep.bin", "elsewhere", "was changed since the backup"),
        ("pyproject.toml", "elsewhere", "is gone since the backup"),
        ("scripts/run.sh", "disk", "is as it was before"),
    ]


def test_what_differs_outside_of_the_edits_is_found(root: Path) -> None:
    honest = change(root, "README.md", insertion(b"", "x\n"))
    sloppy = FileChange(path="README.md", before=honest.before, after=b"x\n# Desk\n", reason="", edits=honest.edits)
    assert applied(root, sloppy) == [
        ("README.md", 0, "spans", "differs from what was before in more than the edits of the plan")
    ]
    overlapping = (edit(0, 5, "a"), edit(3, 6, "b"))
    wrong = FileChange(path="README.md", before=b"123456789", after=b"x", reason="", edits=overlapping)
    (found,) = validate_plan(Plan.of(str(root), [wrong], []))
    assert "overlaps another, or is outside" in found.message
    assert found.check == "spans"


def test_every_file_of_the_legacy_application_is_its_own_after_no_edit(tmp_path: Path) -> None:
    """Encodings, marks and line ends of every kind come back byte for byte."""
    app = copy_app(tmp_path / "app")
    files = [path for path in app.rglob("*") if path.is_file()]
    assert len(files) > 70
    for path in files:
        assert edited(path.read_bytes(), path.name, ()) == path.read_bytes()


@pytest.mark.parametrize(
    ("data", "name", "text", "encoding"),
    [
        (b"x = '\xc3\xa9'\r\n", "a.py", "x = 'é'\r\n", "utf-8"),
        (b"\xef\xbb\xbfx = 1\n", "a.py", "x = 1\n", "utf-8"),
        (b"# coding: latin-1\nx = '\xe9'\n", "a.py", "# coding: latin-1\nx = 'é'\n", "iso-8859-1"),
        (b"\xef\xbb\xbfx\n", "a.md", "x\n", "utf-8"),
        (b"caf\xe9\n", "a.md", "café\n", "latin-1"),
        ("é\n".encode("utf-16"), "a.md", "é\n", "utf-16-le"),
        (b"", "a.py", "", "utf-8"),
    ],
)
def test_a_text_and_how_it_stands_on_the_disk(data: bytes, name: str, text: str, encoding: str) -> None:
    found = decoded(data, name)
    assert (found.text, found.encoding) == (text, encoding)
    assert found.encode(text) == data
    assert edited(data, name, [edit(0, 0, "# ")]) == found.encode(f"# {text}")


def test_insertions_at_one_place_stand_in_their_order() -> None:
    assert edited(b"ab", "x.txt", [edit(1, 1, "1"), edit(1, 1, "2"), edit(1, 2, "B")]) == b"a12B"
    assert edited(b"ab", "x.txt", [edit(2, 2, "!"), edit(0, 1, "")]) == b"b!"


@pytest.mark.parametrize(
    ("data", "name", "edits", "why"),
    [
        (b"ab", "x.txt", [edit(1, 3, "")], "overlaps another, or is outside"),
        (b"ab", "x.txt", [edit(-1, 1, "")], "overlaps another, or is outside"),
        (b"ab", "x.txt", [edit(2, 1, "")], "overlaps another, or is outside"),
        (b"ab", "x.txt", [edit(0, 2, ""), edit(1, 2, "")], "overlaps another, or is outside"),
        (b"# coding: latin-1\n", "x.py", [edit(0, 0, "\u20ac")], "can't encode"),
        (b"# coding: nonsense\n", "x.py", [], "unknown encoding"),
        (b"\xe9\n", "x.py", [], "invalid or missing encoding"),
        (b"# coding: utf-7\nx = '+AGE-'\n", "x.py", [], "cannot be written in utf-7 as it was read"),
    ],
)
def test_edits_that_do_not_fit(data: bytes, name: str, edits: list[Edit], why: str) -> None:
    with pytest.raises(UnfitPlanError, match=why):
        edited(data, name, edits)


# Forms


def test_python_must_compile_with_its_own_encoding(root: Path) -> None:
    found = applied(
        root,
        change(root, "desk/app.py", replacing(root, "desk/app.py", "print(SONNET)", "print(SONNET")),
        change(root, "desk/latin.py", replacing(root, "desk/latin.py", "from models", "from ai_models")),
        new("later.py", "x = 'é'\nmatch x:\n    case 1: return\n"),
    )
    assert [(path, line, check) for path, line, check, _ in found] == [("desk/app.py", 3, "form"), ("later.py", 3, "form")]
    assert "does not compile: '(' was never closed" in found[0][3]


CELLS = '{"cells": [{"cell_type": "code", "source": %s}, {"cell_type": "markdown", "source": "x ="}], "nbformat": 4}'


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ('["%matplotlib inline\\n", "!pip install x\\n", "x = 1\\n", "x?"]', False),
        ('"files = !ls\\nfor f in files:\\n    print(f)\\n%time f\\n"', False),
        ('"%%bash\\nif [ 1 ]; then"', False),
        ('"%%time\\nx = 1"', False),
        ('"%%time\\nx = "', True),
        ('"await thing()"', False),
        ('"return 1"', True),
        ("7", False),
        ("[1, 2]", False),
    ],
)
def test_cells_of_notebooks_must_compile(source: str, faulty: bool) -> None:
    found = faults("a.ipynb", None, (CELLS % source).encode())
    assert bool(found) == faulty
    assert all(fault.message.startswith("cell 1, line ") for fault in found)


@pytest.mark.parametrize(
    ("name", "good", "bad", "says"),
    [
        ("a.py", b"x = 1\n", b"x = \n", "does not compile: invalid syntax"),
        ("a.pyi", b"x: int\n", b"x: \n", "does not compile"),
        ("a.py", b"x = 1\n", b"x = '\x00'\n", "does not compile: source code string cannot contain null bytes"),
        ("a.py", b"x = 1\n", b"x = " + b"(" * 5000 + b"1" + b")" * 5000, "does not compile"),
        ("a.ipynb", b'{"cells": []}', b'{"cells": 1}', "is no notebook any more"),
        ("a.ipynb", b'{"cells": []}', b"{", "is no notebook any more"),
        ("a.json", b"{}", b"{,}", "is not valid JSON"),
        ("a.json", b"{}", b"\xff\xfe\xff", "is not valid JSON"),
        ("a.toml", b"a = 1\n", b"a = \n", "is not valid TOML"),
        ("a.toml", b"a = 1\n", b"\xff", "is not valid TOML"),
        ("a.yaml", b"a: 1\n", b"a: [\n", "is not valid YAML"),
        ("a.yml", b"a: !secret x\n", b"a: b: c\n", "is not valid YAML: mapping values are not allowed"),
        ("a.yml", b"a: 1\n", b"a: \x01\n", "is not valid YAML"),
    ],
)
def test_a_file_that_was_whole_must_still_be(name: str, good: bytes, bad: bytes, says: str) -> None:
    assert faults(name, bad, good) == []
    assert faults(name, good, good) == []
    (fault,) = faults(name, good, bad)
    assert fault.message.startswith(says)
    assert faults(name, bad, bad) == [], "what was wrong before is no fault of the migration"
    assert faults(name, None, bad) == [fault]


@pytest.mark.parametrize("name", ["a.txt", "Makefile", "a.md", "a.py.txt", ".gitignore"])
def test_other_files_may_hold_anything(name: str) -> None:
    assert faults(name, b"", b"x = \xff(") == []


def test_a_plan_is_checked_before_anything_is_written(root: Path) -> None:
    assert validate_plan(plan(root)) == ()
    broken = change(root, "desk/app.py", replacing(root, "desk/app.py", "print(SONNET)", "print("))
    assert [found.path for found in validate_plan(Plan.of(str(root), [broken, removal(root, "README.md")], []))] == [
        "desk/app.py"
    ]


# The tree's own catalogue


GOOD = """\
model_id: acme-1
provider: house
metadata: {name: Acme 1, context_window_input: 1000, last_verified: 2026-11-01}
"""
TABLE = '[project]\nname = "desk"\n\n[tool.ai-models]\ncatalogue = ["overlay"]\n'


def test_the_tree_s_own_catalogue_is_validated(root: Path) -> None:
    before = (root / "pyproject.toml").read_bytes()
    table = FileChange(path="pyproject.toml", before=before, after=TABLE.encode(), reason="")
    assert applied(root, table, new("overlay/acme.yaml", GOOD)) == []
    rollback(root)
    ((path, line, check, message),) = applied(root, table, new("overlay/acme.yaml", GOOD.replace("1000", "0")))
    assert (path, line, check) == ("overlay/acme.yaml", 3, "catalogue")
    assert "must be above 0" in message
    rollback(root)
    ((path, _, check, message),) = applied(root, table)
    assert (path, check) == ("pyproject.toml", "catalogue")
    assert "overlay does not exist" in message


def test_yaml_of_other_kinds_is_only_read(root: Path) -> None:
    assert applied(root, new("docker-compose.yaml", "services: {x: {image: y}}\n")) == []


def test_more_checks_can_be_given(root: Path) -> None:
    seen: list[Changed] = []

    def imports(place: str, files: Sequence[Changed]) -> Iterable[Finding]:
        seen.extend(files)
        return [Finding(path="desk/app.py", line=1, check="imports", message=f"does not resolve in {place}")]

    apply(plan(root))
    (found,) = validate(root, checks=[imports]).findings
    assert found.message == f"does not resolve in {root}"
    assert {file.path for file in seen if file.before is None} == {
        *("NEW.md", "ai_models_overlay/definitions/house/desk.yaml", "bin/go", "desk/gone.py")
    }, "a removed link had no content of its own"
    assert next(file for file in seen if file.path == "desk/gone.py") == Changed(
        path="desk/gone.py", before=None, after=None
    )


# What else there is


def test_the_census_counts_what_is_anybodys_own(root: Path) -> None:
    write(
        root,
        {
            ".git/config": b"[core]\n",
            "desk/__pycache__/app.pyc": b"\0",
            "node_modules/x/index.js": b"",
            "large.bin": b"\0" * (4 * 1024 * 1024 + 1),
        },
    )
    run = backup(plan(root))
    assert sorted(run.manifest.beside) == ["data/keep.bin", "large.bin", "pyproject.toml"]
    assert run.manifest.beside["large.bin"].startswith("4194305 bytes of ")


def test_the_census_is_of_the_files_that_are_given(root: Path) -> None:
    wanted = ["pyproject.toml", "README.md", "../outside", "nothing.txt", "desk"]
    assert list(backup(plan(root), beside=wanted).manifest.beside) == ["pyproject.toml"]
