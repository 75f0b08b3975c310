"""Plans carried out: every kind of change, refusals that touch nothing, failures that are undone."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from migrated_trees import REGISTRY, change, insertion, picture, plan, removal, replacing, tree, write

from ai_models.errors import MigrationError, TreeChangedError, UnfinishedMigrationError, UnfitPlanError
from ai_models.migrate.applying import apply, apply_run
from ai_models.migrate.backup import backup
from ai_models.migrate.guard import LOCK, guarded
from ai_models.migrate.journal import RunState
from ai_models.migrate.plan import FileChange, Plan
from ai_models.migrate.rollback import resume, rollback
from ai_models.migrate.status import status
from ai_models.migrate.store import Run, Store
from ai_models.migrate.tree import Tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "desk")


def new(path: str, after: bytes = b"new\n", mode: int = 0o644) -> FileChange:
    return FileChange(path=path, before=None, after=after, reason="a test", mode=mode)


def only(root: Path, *changes: FileChange) -> Plan:
    return Plan.of(str(root), changes, [])


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_every_kind_of_change(root: Path) -> None:
    applied = apply(plan(root))
    assert applied is not None
    assert applied.changed == ("README.md", "desk/app.py", "desk/latin.py", "scripts/run.sh")
    assert applied.added == ("NEW.md", "ai_models_overlay/definitions/house/desk.yaml", "bin/go")
    assert len(applied.removed) == 5
    assert (root / "README.md").read_bytes() == b"# Desk\r\nMoved.\r\n\r\nAsk models.registry.\r\n"
    assert (root / "desk/app.py").read_bytes().startswith(b"\xef\xbb\xbffrom ai_models.registry")
    assert (root / "desk/latin.py").read_bytes().endswith("für später\n".encode("latin-1"))
    assert [mode_of(root / name) for name in ("scripts/run.sh", "desk/latin.py", "bin/go")] == [0o750, 0o600, 0o755]
    assert not (root / "models").exists(), "a folder in which nothing is left would still be imported"
    assert not (root / "desk/gone.py").is_symlink()
    assert (root / "desk/linked.md").is_symlink()
    assert (root / "empty/inner").is_dir()
    assert not [name for name in picture(root) if ".ai-models" in name]


def test_a_plan_that_changes_nothing_writes_nothing(root: Path, state_home: Path) -> None:
    assert apply(only(root)) is None
    assert list(state_home.iterdir()) == []


def test_a_backup_is_for_its_owners_eyes(root: Path, state_home: Path) -> None:
    run = backup(plan(root))
    assert run.folder.is_relative_to(state_home / "ai-models" / "migrations")
    assert run.folder.parent.name.startswith("desk-")
    below = [run.folder, *run.folder.rglob("*")]
    assert {mode_of(path) for path in below if path.is_dir()} == {0o700}
    assert {mode_of(path) for path in below if path.is_file()} == {0o600}
    assert run.journal.state is RunState.PLANNED
    assert run.content(run.manifest.entries[-1].before.digest)


def test_a_backup_waits_for_the_very_plan(root: Path) -> None:
    wanted = plan(root)
    run = backup(wanted)
    before = picture(root)
    assert rollback_message(root).startswith("no migration of")
    applied = apply(wanted)
    assert applied is not None
    assert applied.run == run.name
    rollback(root)
    assert picture(root) == before
    other = apply(only(root, new("other.txt")))
    assert other is not None
    assert other.run > run.name


def rollback_message(root: Path) -> str:
    with pytest.raises(MigrationError) as caught:
        rollback(root)
    return str(caught.value)


def test_a_backup_is_applied_by_its_name(root: Path) -> None:
    with pytest.raises(MigrationError, match="waits to be applied: there is none"):
        apply_run(root)
    first = backup(only(root, new("one.txt")))
    backup(only(root, new("two.txt")))
    assert apply_run(root, run="1").run == first.name
    assert (root / "one.txt").exists()
    assert not (root / "two.txt").exists()
    with pytest.raises(MigrationError, match=f"waits to be applied: {first.name} is applied"):
        apply_run(root, run=first.name)
    with pytest.raises(MigrationError, match=r"no run of .* is called '7'; there are: 0001-"):
        apply_run(root, run="7")


# Refused, with nothing written


def test_files_that_changed_since_the_plan_are_named(root: Path) -> None:
    wanted = plan(root)
    (root / "README.md").write_bytes(b"other\n")
    (root / "models/registry.py").unlink()
    (root / "NEW.md").write_bytes(b"mine\n")
    before = picture(root)
    with pytest.raises(TreeChangedError, match="make a new plan") as caught:
        apply(wanted)
    assert caught.value.files == {
        "NEW.md": "is there already",
        "README.md": "was changed since",
        "models/registry.py": "is gone",
    }
    assert picture(root) == before


def test_files_that_changed_since_the_backup_are_named(root: Path) -> None:
    backup(plan(root))
    (root / "README.md").write_bytes(b"other\n")
    (root / "scripts/run.sh").chmod(0o777)
    (root / "models/registry.py").unlink()
    (root / "bin").mkdir()
    (root / "NEW.md").symlink_to("README.md")
    before = picture(root)
    with pytest.raises(TreeChangedError, match="changed since the backup") as caught:
        apply_run(root)
    assert caught.value.files == {
        "NEW.md": "is there already",
        "README.md": "its content was changed",
        "bin": "is there now",
        "models/registry.py": "is gone",
        "scripts/run.sh": "its permissions were changed to 0777",
    }
    assert picture(root) == before


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../out.txt", "names no file"),
        ("a/../../out.txt", "names no file"),
        ("/etc/motd", "not relative"),
        ("a//b", "names no file"),
        ("./a", "names no file"),
        ("a/", "names no file"),
        ("", "not relative"),
        ("a\0b", "NUL"),
        (LOCK, "is the lock file of migrations"),
    ],
)
def test_paths_that_lead_elsewhere_are_refused(root: Path, path: str, why: str) -> None:
    before = picture(root)
    with pytest.raises(UnfitPlanError, match="nothing was written") as caught:
        apply(only(root, new(path)))
    assert why in caught.value.files[path]
    assert picture(root) == before


def test_a_path_that_is_a_file_and_a_folder_is_refused(root: Path) -> None:
    with pytest.raises(UnfitPlanError, match="is to be a file, and the folder of x/y"):
        apply(only(root, new("x"), new("x/y")))
    for changes in ([new("README.md/x")], [removal(root, "README.md"), new("README.md/x")]):
        with pytest.raises(TreeChangedError, match=r"cannot be there, because README\.md is no folder"):
            apply(only(root, *changes))
    with pytest.raises(TreeChangedError, match="is there already"):
        apply(only(root, new("models")))


# Links


def test_a_link_within_the_tree_is_followed(root: Path) -> None:
    before = picture(root)
    apply(only(root, change(root, "desk/linked.md", insertion(b"", "Linked.\r\n"))))
    assert (root / "desk/linked.md").is_symlink()
    assert (root / "README.md").read_bytes().startswith(b"Linked.\r\n# Desk")
    rollback(root)
    assert picture(root) == before


def test_a_link_to_a_folder_of_the_tree_is_followed(root: Path) -> None:
    (root / "alias").symlink_to("desk")
    before = picture(root)
    edit = replacing(root, "alias/app.py", "models.registry", "ai_models")
    applied = apply(only(root, change(root, "alias/app.py", edit), new("alias/new.py")))
    assert applied is not None
    assert (applied.changed, applied.added) == (("desk/app.py",), ("desk/new.py",))
    rollback(root)
    assert picture(root) == before


def test_one_file_by_two_names_is_changed_once_or_refused(root: Path) -> None:
    first, second = insertion(b"", "Once.\n"), insertion(b"", "Twice.\n")
    with pytest.raises(UnfitPlanError, match=r"leads to README\.md, which is changed in another way too"):
        apply(only(root, change(root, "README.md", first), change(root, "desk/linked.md", second)))
    apply(only(root, change(root, "README.md", first), change(root, "desk/linked.md", first)))
    assert (root / "README.md").read_bytes().count(b"Once.") == 1


@pytest.mark.parametrize("removing", [True, False])
def test_a_link_out_of_the_tree_is_not_written_through(root: Path, tmp_path: Path, removing: bool) -> None:
    outside = tmp_path / "outside"
    write(outside, {"secret.txt": b"secret\n"})
    (root / "leak.txt").symlink_to(outside / "secret.txt")
    (root / "leaks").symlink_to(outside)
    after = None if removing else b"overwritten\n"
    for path in ("leak.txt", "leaks/secret.txt"):
        with pytest.raises((UnfitPlanError, TreeChangedError)) as caught:
            apply(only(root, FileChange(path=path, before=b"secret\n", after=after, reason="")))
        assert path in caught.value.files
    with pytest.raises(UnfitPlanError, match="leads out of the tree"):
        apply(only(root, new("leaks/new.txt")))
    assert picture(outside) == {"secret.txt": ("file", 0o644, b"secret\n")}


def test_a_link_swapped_in_between_backup_and_apply_is_no_way_out(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"__init__.py": b"from models.registry import SONNET\n", "registry.py": REGISTRY})
    backup(plan(root))
    (root / "models").rename(root / "moved")
    (root / "models").symlink_to(outside)
    before = picture(root), picture(outside)
    with pytest.raises(TreeChangedError, match="models is no folder any more"):
        apply_run(root)
    assert (picture(root), picture(outside)) == before


def test_a_link_swapped_in_while_apply_is_at_work_is_no_way_out(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is looked at, and replaced before the file in it is renamed."""
    outside = tmp_path / "outside"
    write(outside, {"app.py": b"not yours\n"})
    move = Tree.move

    def swapped(self: Tree, path: str, name: str) -> None:
        if name == "app.py":
            (root / "desk").rename(root / "moved")
            (root / "desk").symlink_to(outside)
        move(self, path, name)

    with monkeypatch.context() as patch:
        patch.setattr(Tree, "move", swapped)
        with pytest.raises(NotADirectoryError):
            apply(plan(root))
    assert picture(outside) == {"app.py": ("file", 0o644, b"not yours\n")}
    assert (root / "README.md").read_bytes() == b"# Desk\r\n\r\nAsk models.registry.\r\n", "what had been placed is undone"


# Failures that are undone


def failing(name: str, number: int) -> Callable[..., object]:
    """A method of ``Tree`` that fails at its n-th call."""
    real, calls = getattr(Tree, name), iter(range(number - 1, -1, -1))

    def replacement(*arguments: object) -> object:
        if next(calls, -1) == 0:
            raise OSError(errno.EIO, "Input/output error")
        return real(*arguments)

    return replacement


@pytest.mark.parametrize(("name", "number"), [("create", 1), ("create", 5), ("move", 1), ("move", 4), ("remove", 2)])
def test_an_error_undoes_everything(root: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    before = picture(root)
    with monkeypatch.context() as patch:
        patch.setattr(Tree, name, failing(name, number))
        with pytest.raises(OSError, match="Input/output error"):
            apply(plan(root))
    assert picture(root) == before
    (run,) = status(root).runs
    assert (run.state, run.why) == (RunState.ROLLED_BACK, "OSError: [Errno 5] Input/output error")
    assert apply(plan(root)) is not None, "the next one begins anew"


def test_somebody_who_interrupts_gets_the_old_tree_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = picture(root)
    remove_folder = Tree.remove_folder

    def interrupted(self: Tree, path: str) -> bool:
        monkeypatch.setattr(Tree, "remove_folder", remove_folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(Tree, "remove_folder", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply(plan(root))
    assert picture(root) == before


def test_a_file_that_is_changed_while_apply_is_at_work_stays_as_it_is_then(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = Tree.create
    before = picture(root)

    def writing(self: Tree, path: str, *rest: object) -> None:
        (root / "scripts/run.sh").write_bytes(b"#!/bin/sh\n# mine\n")
        create(self, path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Tree, "create", writing)
        with pytest.raises(TreeChangedError, match=r"scripts/run\.sh: its content was changed"):
            apply(plan(root))
    before["scripts/run.sh"] = ("file", 0o750, b"#!/bin/sh\n# mine\n")
    assert picture(root) == before
    assert status(root).runs[0].state is RunState.ROLLED_BACK


def test_a_file_that_is_changed_after_it_was_placed_is_never_lost(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undoing cannot take what somebody wrote over the new text: the run stays unfinished, and says so."""
    first = Tree.remove

    def writing(self: Tree, path: str) -> None:
        (root / "README.md").write_bytes(b"mine\n")
        monkeypatch.setattr(Tree, "remove", first)
        raise OSError(errno.EIO, "Input/output error")

    before = picture(root)
    monkeypatch.setattr(Tree, "remove", writing)
    with pytest.raises(MigrationError, match=r"undoing it failed too .*README\.md: was changed"):
        apply(plan(root))
    assert (root / "README.md").read_bytes() == b"mine\n"
    assert (root / LOCK).exists()
    with pytest.raises(TreeChangedError, match=r"README\.md: its content was changed"):
        resume(root)
    with pytest.raises(TreeChangedError, match=r"README\.md: its content was changed"):
        rollback(root)
    done = rollback(root, force=True)
    assert done.aside == {"README.md": "README.md.changed-0001"}
    assert (root / "README.md.changed-0001").read_bytes() == b"mine\n"
    (root / "README.md.changed-0001").unlink()
    assert picture(root) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="takes another user's place, which only root may")
@pytest.mark.parametrize("readonly", ["desk", "models/old/attic", "."])
def test_a_folder_that_may_not_be_written_to(tmp_path: Path, readonly: str) -> None:
    """In a process of somebody else, because root may write anywhere."""
    tmp_path.chmod(0o755)
    root = tree(tmp_path / "desk")
    for path in (root, *root.rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)
    before = picture(root)
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, 65534, 65534)
    mode = mode_of(root / readonly)
    (root / readonly).chmod(mode & 0o555)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.environ["XDG_STATE_HOME"] = str(state)
        try:
            apply(plan(root))
        except PermissionError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    (root / readonly).chmod(mode)
    assert picture(root) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="gives files away, which only root may")
def test_files_keep_their_owners_where_the_process_may_give_them_away(root: Path) -> None:
    for name in ("README.md", "models/registry.py", "models"):
        os.chown(root / name, 12, 34)
    (root / "scripts/run.sh").chmod(0o4750)

    def owners() -> list[tuple[int, int]]:
        states = [(root / name).stat() for name in ("README.md", "models/registry.py", "models") if (root / name).exists()]
        return [(state.st_uid, state.st_gid) for state in states]

    apply(plan(root))
    assert owners() == [(12, 34)]
    assert mode_of(root / "scripts/run.sh") == 0o4750, "giving a file away would take this from it"
    rollback(root)
    assert owners() == [(12, 34)] * 3


# One at a time


def test_two_processes_at_once(root: Path) -> None:
    store = Store.of(Tree(root))
    with guarded(store):
        before = picture(root)
        for doing in (lambda: apply(plan(root)), lambda: backup(plan(root)), lambda: rollback(root), lambda: resume(root)):
            with pytest.raises(MigrationError, match=rf"another migration of .* is at work \(process {os.getpid()}\)"):
                doing()
        assert status(root).at_work
        assert picture(root) == before
    assert not status(root).at_work
    assert not (root / LOCK).exists()


def test_a_tree_is_one_tree_by_whatever_backup_directory(root: Path, tmp_path: Path) -> None:
    with guarded(Store.of(Tree(root), tmp_path / "one")), pytest.raises(MigrationError, match="is at work"):
        apply(plan(root), backup_dir=tmp_path / "two")


def test_many_at_once_end_with_one_that_is_applied(root: Path) -> None:
    wanted, results = plan(root), []

    def work() -> None:
        try:
            apply(wanted)
            results.append("applied")
        except MigrationError as error:
            results.append(type(error).__name__)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("applied") == 1
    assert set(results) <= {"applied", "MigrationError", "TreeChangedError"}
    assert not (root / LOCK).exists()


def killed_while_applying(root: Path, backup_dir: Path | None = None) -> None:
    """Leave what a process leaves that is killed before its first rename."""
    child = os.fork()
    if child == 0:
        Tree.move = lambda *_: os._exit(9)  # type: ignore[method-assign]
        apply(plan(root), backup_dir=backup_dir)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_nothing_begins_over_a_run_that_was_killed(root: Path) -> None:
    before = picture(root)
    killed_while_applying(root)
    assert (root / LOCK).exists()
    assert status(root).unfinished.startswith("0001-")
    for doing in (lambda: apply(only(root, new("x"))), lambda: backup(only(root, new("x"))), lambda: apply_run(root)):
        with pytest.raises(
            UnfinishedMigrationError, match="was killed while it was applying: finish it with `resume`"
        ) as caught:
            doing()
        assert caught.value.run.startswith("0001-")
    assert (root / LOCK).exists(), "the sign stays until it is finished"
    resume(root)
    assert not (root / LOCK).exists()
    assert not (root / "models").exists()
    with pytest.raises(MigrationError, match="was interrupted"):
        resume(root)
    rollback(root)
    assert picture(root) == before


def test_a_run_that_was_killed_is_known_by_another_backup_directory_too(root: Path, tmp_path: Path) -> None:
    before = picture(root)
    killed_while_applying(root, tmp_path / "backups")
    for doing in (lambda: apply(only(root, new("x"))), lambda: rollback(root)):
        with pytest.raises(UnfinishedMigrationError, match=rf"whose backup is {tmp_path}/backups/desk-.*/0001-"):
            doing()
    assert status(root).elsewhere.startswith(str(tmp_path / "backups"))
    rollback(root, backup_dir=tmp_path / "backups")
    assert picture(root) == before
    assert status(root).elsewhere == ""


def test_what_a_killed_backup_left_is_thrown_away(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(self: Run, *_: object) -> None:
        os._exit(9)

    child = os.fork()
    if child == 0:
        Run._write_state = killed  # type: ignore[method-assign]
        backup(plan(root))
    os.waitpid(child, 0)
    store = Store.of(Tree(root))
    assert len(list(store.folder.iterdir())) == 1
    assert store.runs() == []
    run = backup(plan(root))
    assert run.name.startswith("0001-")
    assert list(store.folder.iterdir()) == [run.folder]


def test_the_state_is_on_the_disk_before_anything_changes(root: Path, state_home: Path, tmp_path: Path) -> None:
    """By the calls of the system: what is renamed was flushed, and its folder is flushed after."""
    log = tmp_path / "calls.txt"
    code = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from migrated_trees import plan
from ai_models.migrate.applying import apply
wanted, out = plan(Path({str(root)!r})), open({str(log)!r}, "w")
def path_of(place, handle):
    if isinstance(place, int):
        return os.readlink(f"/proc/self/fd/{{place}}")
    return os.path.join(os.readlink(f"/proc/self/fd/{{handle}}"), place) if handle is not None else str(place)
def traced(name, function):
    def replacement(*a, **o):
        print(name, path_of(a[name == "replace"], o.get("dst_dir_fd", o.get("dir_fd"))), file=out, flush=True)
        return function(*a, **o)
    setattr(os, name, replacement)
for name in ("fsync", "replace", "unlink", "mkdir", "rmdir"):
    traced(name, getattr(os, name))
apply(wanted)
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "XDG_STATE_HOME": str(state_home)})
    calls = [line.split(" ", 1) for line in log.read_text().splitlines()]
    in_tree = [n for n, (call, path) in enumerate(calls) if path.startswith(str(root)) and LOCK not in path]
    states = [n for n, (call, path) in enumerate(calls) if call == "replace" and path.endswith("state.json")]
    assert len(states) == 3, "planned, applying, applied"
    assert states[1] < in_tree[0]
    assert calls[states[1] - 1][0] == "fsync", "the new state was flushed before it was renamed"
    assert (calls[states[1] + 1][0], calls[states[1] + 1][1]) == ("fsync", str(Path(calls[states[1]][1]).parent))
    assert in_tree[-1] < states[2]
    renamed = [n for n in in_tree if calls[n][0] == "replace"]
    assert all(any(c == "fsync" and p == str(Path(calls[n][1]).parent) for c, p in calls[n:]) for n in renamed)
