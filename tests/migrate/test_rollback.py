"""Rolling back: byte for byte, in order, as often as anybody likes, and never over what somebody wrote since."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from migrated_trees import change, insertion, picture, plan, tree

from ai_models.errors import JournalError, MigrationError, TreeChangedError
from ai_models.migrate.applying import apply
from ai_models.migrate.backup import backup
from ai_models.migrate.plan import FileChange, Plan
from ai_models.migrate.rollback import RolledBack, resume, rollback
from ai_models.migrate.status import status
from ai_models.migrate.tree import Tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "desk")


def test_everything_is_as_it_was(root: Path) -> None:
    before = picture(root)
    apply(plan(root))
    assert picture(root) != before
    done = rollback(root)
    assert picture(root) == before
    assert len(done.restored) == 9
    assert done.removed == ("NEW.md", "ai_models_overlay/definitions/house/desk.yaml", "bin/go")
    assert (done.aside, done.left, done.already) == ({}, (), False)


def test_a_second_rollback_does_nothing(root: Path) -> None:
    apply(plan(root))
    first = rollback(root)
    before = picture(root)
    (root / "README.md").write_bytes(b"edited after the rollback\n")
    assert rollback(root) == RolledBack(run=first.run, already=True)
    assert rollback(root, run=first.run).already
    assert (root / "README.md").read_bytes() == b"edited after the rollback\n"
    assert picture(root).keys() == before.keys()


def test_runs_are_rolled_back_in_order(root: Path) -> None:
    states = [picture(root)]
    runs = []
    for number in range(3):
        applied = apply(Plan.of(str(root), [change(root, "README.md", insertion(b"", f"{number}\n"))], []))
        assert applied is not None
        runs.append(applied.run)
        states.append(picture(root))
    with pytest.raises(MigrationError, match=f"run {runs[2]} came after {runs[0]}: roll it back first"):
        rollback(root, run=runs[0])
    assert picture(root) == states[3]
    assert rollback(root).run == runs[2]
    assert picture(root) == states[2]
    again = rollback(root)
    assert (again.run, again.already, again.in_force) == (runs[2], True, runs[1]), "never further than was asked"
    assert [rollback(root, run=name).run for name in ("2", "0001")] == [runs[1], runs[0]]
    assert picture(root) == states[0]
    assert rollback(root).in_force == ""


def test_what_was_never_applied_cannot_be_rolled_back(root: Path) -> None:
    with pytest.raises(MigrationError, match="is known to roll back"):
        rollback(root)
    run = backup(plan(root))
    with pytest.raises(MigrationError, match="is known to roll back"):
        rollback(root)
    with pytest.raises(MigrationError, match="was never applied"):
        rollback(root, run=run.name)


# Changed since


def disturbed(root: Path) -> None:
    """Everything that people do to a tree after a migration."""
    (root / "README.md").write_bytes(b"edited\n")
    (root / "desk/app.py").unlink()
    (root / "scripts/run.sh").chmod(0o777)
    (root / "NEW.md").write_bytes(b"edited too\n")
    (root / "bin/go").unlink()
    (root / "bin").rmdir()
    (root / "bin").write_bytes(b"a file\n")
    (root / "models").symlink_to("desk")
    (root / "desk/latin.py").unlink()
    (root / "desk/latin.py").mkdir()
    (root / "desk/gone.py").write_bytes(b"back again\n")
    (root / "ai_models_overlay/mine.yaml").write_bytes(b"mine\n")


def test_files_that_changed_since_are_named_and_nothing_is_touched(root: Path) -> None:
    apply(plan(root))
    disturbed(root)
    before = picture(root)
    with pytest.raises(TreeChangedError, match=r"11 of the files of run .* nothing was touched") as caught:
        rollback(root)
    assert caught.value.files == {
        "NEW.md": "its content was changed",
        "README.md": "its content was changed",
        "bin/go": "bin is no folder any more",
        "desk/app.py": "is gone",
        "desk/gone.py": "something else stands there",
        "desk/latin.py": "is a folder now",
        "models/__init__.py": "models is no folder any more",
        "models/old/attic/__init__.py": "models is no folder any more",
        "models/old/attic/box.py": "models is no folder any more",
        "models/registry.py": "models is no folder any more",
        "scripts/run.sh": "its permissions were changed to 0777",
    }
    assert picture(root) == before


def test_a_forced_rollback_keeps_what_was_changed_and_says_where(root: Path) -> None:
    before = picture(root)
    apply(plan(root))
    disturbed(root)
    done = rollback(root, force=True)
    kept = {
        name: f"{name}.changed-0001" for name in ("NEW.md", "README.md", "bin", "desk/gone.py", "desk/latin.py", "models")
    }
    assert done.aside == {**kept, "scripts/run.sh": "scripts/run.sh.changed-0001"}
    assert (root / "README.md.changed-0001").read_bytes() == b"edited\n"
    assert (root / "models.changed-0001").readlink() == Path("desk")
    assert (root / "desk/latin.py.changed-0001").is_dir()
    after = picture(root)
    assert {path: seen for path, seen in after.items() if path in before} == before
    left = {path for path in after if path not in before and ".changed-0001" not in path}
    assert left == {"ai_models_overlay", "ai_models_overlay/mine.yaml"}
    assert done.left == ("ai_models_overlay",)
    assert rollback(root).already
    assert status(root).runs[0].aside == done.aside


def test_a_name_that_is_taken_is_not_written_over(root: Path) -> None:
    apply(plan(root))
    (root / "README.md").write_bytes(b"edited\n")
    (root / "README.md.changed-0001").write_bytes(b"from long ago\n")
    assert rollback(root, force=True).aside == {"README.md": "README.md.changed-0001-2"}
    assert (root / "README.md.changed-0001").read_bytes() == b"from long ago\n"


def killed_at(method: str, root: Path, *, after: bool) -> None:
    """A forced rollback in a child that ends at its first call of a method of ``Tree``."""
    child = os.fork()
    if child == 0:
        real = getattr(Tree, method)

        def killed(*arguments: object) -> None:
            if after:
                real(*arguments)
            os._exit(9)

        setattr(Tree, method, killed)
        rollback(root, force=True)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("after", [False, True])
def test_a_forced_rollback_that_was_killed_is_finished_without_force(root: Path, after: bool) -> None:
    before = picture(root)
    apply(plan(root))
    (root / "README.md").write_bytes(b"edited\n")
    killed_at("move", root, after=after)
    done = resume(root)
    assert isinstance(done, RolledBack)
    assert done.aside == {"README.md": "README.md.changed-0001"}
    kept = picture(root)
    assert kept.pop("README.md.changed-0001") == ("file", 0o644, b"edited\n")
    assert kept == before


def test_a_file_changed_after_a_rollback_was_killed_is_still_refused(root: Path) -> None:
    apply(plan(root))
    killed_at("move", root, after=True)
    (root / "scripts/run.sh").write_bytes(b"edited in between\n")
    for doing in (resume, rollback):
        with pytest.raises(TreeChangedError, match=r"scripts/run\.sh: its content was changed"):
            doing(root)
    assert (root / "scripts/run.sh").read_bytes() == b"edited in between\n"


def test_a_file_changed_while_a_rollback_is_at_work_is_not_written_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = picture(root)
    apply(plan(root))
    create = Tree.create

    def writing(self: Tree, path: str, *rest: object) -> None:
        (root / "scripts/run.sh").write_bytes(b"mine\n")
        create(self, path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Tree, "create", writing)
        with pytest.raises(TreeChangedError, match=r"scripts/run\.sh: its content was changed"):
            rollback(root)
    assert (root / "scripts/run.sh").read_bytes() == b"mine\n"
    done = rollback(root, force=True)
    assert done.aside == {"scripts/run.sh": "scripts/run.sh.changed-0001"}
    (root / "scripts/run.sh.changed-0001").unlink()
    assert picture(root) == before


def test_a_file_removed_after_a_forced_rollback_was_killed_is_still_refused(root: Path) -> None:
    apply(plan(root))
    (root / "README.md").unlink()
    killed_at("move", root, after=False)
    (root / "scripts/run.sh").unlink()
    with pytest.raises(TreeChangedError) as caught:
        rollback(root)
    assert caught.value.files == {"scripts/run.sh": "is gone"}, "that README.md is gone had been accepted"


def test_folders_that_somebody_uses_stay(root: Path) -> None:
    before = picture(root)
    apply(plan(root))
    (root / "bin/mine").write_bytes(b"mine\n")
    assert rollback(root).left == ("bin",)
    (root / "bin/mine").unlink()
    (root / "bin").rmdir()
    assert picture(root) == before


def test_folders_that_were_removed_by_hand_are_made_again(root: Path) -> None:
    before = picture(root)
    wanted = Plan.of(str(root), [change(root, "desk/app.py", insertion(b"", "# new\n"))], [])
    apply(wanted)
    for path in ("app.py", "latin.py", "linked.md", "gone.py"):
        (root / "desk" / path).unlink()
    (root / "desk").rmdir()
    done = rollback(root, force=True)
    assert done.aside == {}
    assert picture(root)["desk/app.py"] == before["desk/app.py"]


def test_a_cache_in_an_emptied_folder_stays_and_is_told(root: Path) -> None:
    before = picture(root)
    (root / "models/__pycache__").mkdir()
    (root / "models/__pycache__/registry.pyc").write_bytes(b"\0")
    applied = apply(plan(root))
    assert applied is not None
    assert applied.left == ("models",), "it can still be imported, as a namespace"
    (root / "models/__pycache__/registry.pyc").unlink()
    (root / "models/__pycache__").rmdir()
    rollback(root)
    assert picture(root) == before


def test_what_came_into_an_emptied_folder_meanwhile_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = picture(root)
    remove_folder = Tree.remove_folder

    def writing(self: Tree, path: str) -> bool:
        (root / "models/new.py").write_bytes(b"mine\n")
        return remove_folder(self, path)

    with monkeypatch.context() as patch:
        patch.setattr(Tree, "remove_folder", writing)
        applied = apply(plan(root))
    assert applied is not None
    assert applied.left == ("models",)
    rollback(root)
    assert (root / "models/new.py").read_bytes() == b"mine\n"
    (root / "models/new.py").unlink()
    assert picture(root) == before


# A backup that is damaged


def objects(root: Path) -> list[Path]:
    return sorted(Path(status(root).runs[0].backup, "objects").iterdir())


def test_a_damaged_backup_touches_nothing(root: Path) -> None:
    apply(plan(root))
    before = picture(root)
    digests = {path.name: path.read_bytes() for path in objects(root)}
    for path in objects(root):
        path.write_bytes(b"damaged")
    with pytest.raises(JournalError, match="was changed since it was written, so nothing is made of it"):
        rollback(root)
    for path in objects(root):
        path.unlink()
    with pytest.raises(JournalError, match="the backup of a file cannot be read"):
        rollback(root)
    assert picture(root) == before
    for name, data in digests.items():
        Path(status(root).runs[0].backup, "objects", name).write_bytes(data)
    assert not rollback(root).already


@pytest.mark.slow
def test_thousands_of_files(in_memory: Path) -> None:
    root = in_memory / "large"
    changes = []
    for number in range(3_000):
        folder = root / f"d{number % 100}" / f"e{number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{number}.py").write_bytes(b"x = %d\n" % (number % 50))
        path = f"d{number % 100}/e{number % 7}/f{number}.py"
        after = None if number % 3 == 0 else b"y = %d\n" % (number % 50)
        changes.append(FileChange(path=path, before=b"x = %d\n" % (number % 50), after=after, reason=""))
    before = picture(root)
    applied = apply(Plan.of(str(root), changes, []), backup_dir=in_memory)
    assert applied is not None
    assert (len(applied.changed), len(applied.removed)) == (2000, 1000)
    rollback(root, backup_dir=in_memory)
    assert picture(root) == before
