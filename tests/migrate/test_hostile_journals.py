"""Journals that somebody planted or edited, trees that try to lead out of themselves: nothing outside is ever touched."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from migrated_trees import Picture, change, insertion, picture, plan, tree, write

from ai_models.catalog.lock import noted
from ai_models.errors import JournalError, MigrationError, UnfinishedMigrationError
from ai_models.migrate.applying import apply, apply_run
from ai_models.migrate.backup import backup
from ai_models.migrate.guard import LOCK
from ai_models.migrate.journal import digest_of
from ai_models.migrate.plan import FileChange, Plan
from ai_models.migrate.rollback import resume, rollback
from ai_models.migrate.status import status
from ai_models.migrate.store import Store
from ai_models.migrate.tree import Tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "desk")


@pytest.fixture
def outside(tmp_path: Path) -> Picture:
    write(tmp_path / "outside", {"victim.txt": b"whole\n"})
    return picture(tmp_path / "outside")


def planted(root: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """The journal of the newest run with something else in it, and a state that vouches for it."""
    run = Store.of(Tree(root)).runs()[-1]
    manifest = json.loads((run.folder / "manifest.json").read_bytes())
    edit(manifest)
    data = json.dumps(manifest).encode()
    (run.folder / "manifest.json").write_bytes(data)
    state = json.loads((run.folder / "state.json").read_bytes())
    (run.folder / "state.json").write_text(json.dumps({**state, "manifest": digest_of(data)}))


IMAGE = {"digest": "0" * 64, "mode": 0o644}


def entry(path: str) -> dict[str, Any]:
    return {"path": path, "before": IMAGE, "after": None}


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda m: m["entries"].append(entry("../outside/victim.txt")), r"'\.\./outside/victim\.txt', which has a part"),
        (lambda m: m["entries"].append(entry("/etc/passwd")), "'/etc/passwd', which is not relative"),
        (lambda m: m["entries"].append(entry("a\0b")), "holds a NUL"),
        (lambda m: m["entries"].append(entry("a/../../outside/victim.txt")), "has a part that names no file"),
        (lambda m: m["entries"].append(m["entries"][0]), "names a file twice"),
        (lambda m: m["entries"].append(entry("README.md/x")), "a file and a folder at once"),
        (lambda m: m.update(made=["../outside"]), r"'\.\./outside', which has a part"),
        (lambda m: m.update(made=["data"]), "a folder in which none of its files is"),
        (lambda m: m.update(emptied=[{"path": "empty", "mode": 0o777}]), "a folder in which none of its files is"),
        (lambda m: m.update(emptied=[{"path": "models", "mode": 0o77777}]), "is damaged"),
        (lambda m: m["entries"][0].update(before={"digest": "../../state.json", "mode": 0o644}), "is damaged"),
        (lambda m: m["entries"][0].update(before={"digest": "0" * 64 + "\n", "mode": 0o644}), "is damaged"),
        (lambda m: m["entries"][0].update(before={"digest": "0" * 64, "mode": -1}), "is damaged"),
        (lambda m: m.update(root="/somewhere/else"), "the journal is that of"),
        (lambda m: m.update(run="0007-20260101T000000Z"), "the journal is that of"),
        (lambda m: m.update(format=2), "has the form 2; this version of ai-models follows form 1"),
        (lambda m: m.pop("entries"), "is damaged"),
    ],
)
@pytest.mark.usefixtures("outside")
def test_a_journal_that_no_run_wrote_is_not_followed(root: Path, edit: Callable[[dict], None], why: str) -> None:
    apply(plan(root))
    planted(root, edit)
    before = picture(root.parent)
    with pytest.raises(JournalError, match=why):
        rollback(root, force=True)
    assert picture(root.parent) == before
    assert status(root).runs[0].damaged


def test_a_manifest_that_was_edited_is_not_followed(root: Path) -> None:
    run = backup(plan(root))
    path = run.folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"README.md", b"README.mx"))
    with pytest.raises(JournalError, match=r"manifest\.json was changed since it was written, so it is not followed"):
        apply_run(root)
    assert "was changed since" in status(root).runs[0].damaged


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"manifest": 1}', b"\xff", b"[" * 100_000])
def test_a_state_that_cannot_be_read(root: Path, content: bytes) -> None:
    apply(plan(root))
    run = Store.of(Tree(root)).runs()[0]
    (run.folder / "state.json").write_bytes(content)
    before = picture(root)
    another = Plan.of(str(root), [change(root, "README.md", insertion(b"", "x\n"))], [])
    for doing in (rollback, resume, lambda _: apply(another)):
        with pytest.raises(JournalError, match=r"/state\.json: the journal is damaged"):
            doing(root)
    (left,) = status(root).runs
    assert (left.state, left.files) == (None, ())
    before.pop(LOCK, None)
    after = picture(root)
    assert after.pop(LOCK)[0] == "file", "nobody can tell whether a run is unfinished, so the sign stays"
    assert after == before


def test_a_state_without_moments_or_with_wild_names(root: Path) -> None:
    apply(plan(root))
    run = Store.of(Tree(root)).runs()[0]
    state = json.loads((run.folder / "state.json").read_bytes())
    for changed, why in (
        ({"moments": []}, "is empty"),
        ({"kept": {"../a": "b"}}, "has a part"),
        ({"kept": {"a": "/b"}}, "relative"),
    ):
        (run.folder / "state.json").write_text(json.dumps({**state, **changed}))
        with pytest.raises(JournalError, match=why):
            rollback(root)


def test_a_journal_that_is_no_regular_file(root: Path) -> None:
    apply(plan(root))
    run = Store.of(Tree(root)).runs()[0]
    manifest = run.folder / "manifest.json"
    manifest.rename(run.folder / "elsewhere.json")
    manifest.symlink_to("elsewhere.json")
    with pytest.raises(JournalError, match="the journal cannot be read"):
        rollback(root)
    manifest.unlink()
    os.mkfifo(manifest)
    with pytest.raises(JournalError, match="is no regular file"):
        rollback(root)
    manifest.unlink()
    with pytest.raises(JournalError, match="the journal cannot be read"):
        rollback(root)


def test_a_link_that_a_journal_restores_does_not_lead_the_next_file_out(
    root: Path, tmp_path: Path, outside: Picture
) -> None:
    """Somebody plants a link as a removed file, and a file below it."""
    apply(plan(root))

    def edit(manifest: dict[str, Any]) -> None:
        target = str(tmp_path / "outside")
        old = next(each for each in manifest["entries"] if each["path"] == "README.md")["before"]
        link = {"path": "zz", "before": {"digest": digest_of(target), "mode": 0o777, "link": target}, "after": None}
        manifest["entries"] += [link, {"path": "zzz/victim.txt", "before": old, "after": None}]

    planted(root, edit)
    (root / "zzz").symlink_to(tmp_path / "outside")
    with pytest.raises(MigrationError, match="zzz is no folder any more"):
        rollback(root)
    assert picture(tmp_path / "outside") == outside


# Lock files


def test_a_lock_file_that_is_a_link_is_not_written_through(root: Path, tmp_path: Path, outside: Picture) -> None:
    (root / LOCK).symlink_to(tmp_path / "outside" / "victim.txt")
    with pytest.raises(OSError, match=r"Too many levels of symbolic links|is no regular file"):
        apply(plan(root))
    assert picture(tmp_path / "outside") == outside
    (root / LOCK).unlink()
    os.mkfifo(root / LOCK)
    with pytest.raises(OSError, match="is no regular file"):
        apply(plan(root))
    assert noted(root / LOCK) == ""


@pytest.mark.parametrize("note", ["/nowhere/at/all", "relative", "/", "a\0b", "\x1b[2J", "/dev/zero"])
def test_a_lock_file_that_came_with_the_tree_stops_everything_and_says_how_to_go_on(root: Path, note: str) -> None:
    (root / LOCK).write_text(f"123\n{note}\n")
    before = picture(root)
    for doing in (lambda: apply(plan(root)), lambda: rollback(root), lambda: resume(root)):
        with pytest.raises(UnfinishedMigrationError, match=rf"if it is gone for good, remove {root}/{LOCK}") as caught:
            doing()
        assert str(caught.value).isprintable()
    assert status(root).elsewhere == note
    after = picture(root)
    assert after.pop(LOCK)[2].endswith(f"{note}\n".encode()), "the note stays"
    del before[LOCK]
    assert after == before
    (root / LOCK).unlink()
    assert apply(plan(root)) is not None


def test_a_lock_file_of_a_run_that_ended_is_no_hindrance(root: Path, tmp_path: Path) -> None:
    applied = apply(plan(root), backup_dir=tmp_path / "backups")
    assert applied is not None
    (root / LOCK).write_text(f"123\n{applied.backup}\n")
    assert apply(Plan.of(str(root), [change(root, "README.md", insertion(b"", "x\n"))], [])) is not None
    assert not (root / LOCK).exists()


# Stores


def test_a_store_in_the_tree_is_refused_unless_it_is_asked_for(root: Path) -> None:
    with pytest.raises(MigrationError, match="lies in the tree that is migrated"):
        backup(plan(root), backup_dir=root / ".backups")
    assert not (root / ".backups").exists()
    before = picture(root)
    applied = apply(plan(root), backup_dir=root / ".backups", allow_inside=True)
    assert applied is not None
    assert (Path(applied.backup).parent / ".gitignore").read_text() == "*\n"
    name = Path(applied.backup).parent.relative_to(root).as_posix()
    for path in (f"{name}/x.txt", f"{name}/../{Path(name).name}/x"):
        with pytest.raises(MigrationError, match=r"lies in the backup directory|has a part"):
            apply(
                Plan.of(str(root), [FileChange(path=path, before=None, after=b"x", reason="")], []),
                backup_dir=root / ".backups",
                allow_inside=True,
            )
    rollback(root, backup_dir=root / ".backups", allow_inside=True)
    after = {path: seen for path, seen in picture(root).items() if not path.startswith(".backups")}
    assert after == before


def test_a_store_that_leads_into_the_tree_by_a_link_is_inside(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root / "data")
    with pytest.raises(MigrationError, match="lies in the tree"):
        backup(plan(root), backup_dir=tmp_path / "link")


def test_a_store_of_somebody_else_is_not_trusted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = backup(plan(root)).folder.parent
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1000)
    os.chown(folder, 4321, 4321) if os.getuid() == 0 else None
    with pytest.raises(MigrationError, match="belongs to another user"):
        status(root)


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_store_that_others_may_write_to_is_not_trusted(root: Path, mode: int) -> None:
    folder = backup(plan(root)).folder.parent
    folder.chmod(mode)
    with pytest.raises(MigrationError, match=rf"can be written to by others \({mode:04o}\)"):
        rollback(root)


def test_a_store_that_is_a_link_is_not_trusted(root: Path, tmp_path: Path) -> None:
    folder = backup(plan(root)).folder.parent
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    with pytest.raises(MigrationError, match="is no directory"):
        rollback(root)


def test_a_store_that_is_a_file(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert status(root, backup_dir=tmp_path / "file").runs == ()
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        apply(plan(root), backup_dir=tmp_path / "file")


def test_a_user_without_a_home(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_models.migrate.store.user_directory", lambda kind: "")
    with pytest.raises(MigrationError, match="no home directory to keep a backup in; name one with --backup-dir"):
        backup(plan(root))


def test_a_store_that_is_full_of_runs(root: Path) -> None:
    run = backup(plan(root))
    run.folder.rename(run.folder.with_name(run.name.replace("0001-", "9999-")))
    with pytest.raises(MigrationError, match="as many runs as it can"):
        backup(plan(root))


def test_two_trees_of_one_name_have_two_stores(tmp_path: Path) -> None:
    folders = {Store.of(Tree(tmp_path / side / "desk"), tmp_path / "backups").folder for side in ("one", "two")}
    assert len(folders) == 2
    assert {folder.name.rpartition("-")[0] for folder in folders} == {"desk"}
    assert Store.of(Tree("/"), tmp_path, allow_inside=True).folder.name.startswith("root-")
    strange = Store.of(Tree(tmp_path / "\udcff..\n"), tmp_path / "b").folder.name
    assert strange.isascii()


# Names


@pytest.mark.parametrize("name", ["\udcff\udcfe.py", "newline\n.py", "esc\x1b[31m.py", "x" * 250, "-rf", "é.py", "*?[.py"])
def test_strange_names(tmp_path: Path, name: str) -> None:
    root = tmp_path / "tree"
    write(root, {name: b"x = 1\n", "gone/" + name: b"y = 1\n"})
    before = picture(root)
    changes = [
        FileChange(path=name, before=b"x = 1\n", after=b"x = 2\n", reason=""),
        FileChange(path="gone/" + name, before=b"y = 1\n", after=None, reason=""),
        FileChange(path="new/" + name, before=None, after=b"z = 1\n", reason=""),
    ]
    apply(Plan.of(str(root), changes, []))
    (root / name).write_bytes(b"edited\n")
    with pytest.raises(MigrationError, match="its content was changed") as caught:
        rollback(root)
    assert all(line.isprintable() for line in str(caught.value).split("\n"))
    (root / name).write_bytes(b"x = 2\n")
    assert [file.state for file in status(root).runs[0].files] == ["as applied"] * 3
    rollback(root)
    assert picture(root) == before


def test_names_that_differ_by_case_alone(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    write(root, {"readme.md": b"small\n", "Readme.md": b"large\n"})
    before = picture(root)
    changes = [
        FileChange(path="readme.md", before=b"small\n", after=None, reason=""),
        FileChange(path="README.MD", before=None, after=b"all large\n", reason=""),
        FileChange(path="Readme.md", before=b"large\n", after=b"Large\n", reason=""),
    ]
    apply(Plan.of(str(root), changes, []))
    assert {path: seen[2] for path, seen in picture(root).items()} == {"README.MD": b"all large\n", "Readme.md": b"Large\n"}
    rollback(root)
    assert picture(root) == before


def test_a_new_name_that_a_file_system_takes_for_an_old_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where case does not count, the new file is there already: nothing is written over it."""
    root = tmp_path / "tree"
    write(root, {"readme.md": b"small\n"})
    for name in ("see", "read"):
        real = getattr(Tree, name)
        monkeypatch.setattr(Tree, name, lambda self, path, real=real: real(self, path.lower()))
    before = picture(root)
    changes = [
        FileChange(path="readme.md", before=b"small\n", after=None, reason=""),
        FileChange(path="README.md", before=None, after=b"large\n", reason=""),
    ]
    with pytest.raises(MigrationError, match=r"README\.md: is there already"):
        apply(Plan.of(str(root), changes, []))
    assert picture(root) == before


def test_special_files_are_never_opened(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    os.mkfifo(root / "pipe")
    with pytest.raises(MigrationError, match="pipe: is no regular file"):
        apply(Plan.of(str(root), [FileChange(path="pipe", before=b"", after=b"x", reason="")], []))
    assert stat.S_ISFIFO((root / "pipe").lstat().st_mode)
