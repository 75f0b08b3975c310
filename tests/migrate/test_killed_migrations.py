"""Killed at any point, or out of room at any write: what is left can be rolled back, byte for byte, and resumed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from migrated_trees import picture, write

from ai_models.migrate.applying import apply, apply_run
from ai_models.migrate.backup import backup
from ai_models.migrate.plan import FileChange, Plan
from ai_models.migrate.rollback import rollback

SCRIPT = Path(__file__).with_name("killed_migrations.py")
KILLED = "-9"


def outcomes(*arguments: str, folder: Path) -> list[list[str]]:
    """The lines of the program; hundreds of runs flush thousands of files."""
    run = subprocess.run(
        [sys.executable, SCRIPT, *arguments, f"{folder}/tree"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COVERAGE_PROCESS_START": "", "XDG_STATE_HOME": f"{folder}/state"},
    )
    assert run.returncode == 0, run.stderr
    lines = [line.split("|") for line in run.stdout.splitlines()]
    assert {line[4] for line in lines} == {"restored"}
    assert {line[3] for line in lines} <= {"idempotent", "never began"}
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("mending", ["rollback", "resume"])
def test_apply_killed_before_any_call_can_be_rolled_back_and_resumed(mending: str, in_memory: Path) -> None:
    lines = outcomes("each", "before", "apply", mending, folder=in_memory)
    seen = [line[1] for line in lines]
    assert {line[0] for line in lines[:-1]} == {KILLED}
    assert len(lines) > 120
    assert Counter(seen)["half"] > 40, "the tree was hit while it changed"
    assert seen[0] == "as before"
    assert seen[-1] == "as after"
    assert all(line[2] == "locked" for line in lines if line[1] == "half"), "a half changed tree has its lock file"


@pytest.mark.slow
@pytest.mark.parametrize("mending", ["rollback", "resume"])
def test_a_rollback_killed_before_any_call_is_done_again(mending: str, in_memory: Path) -> None:
    lines = outcomes("each", "before", "rollback", mending, folder=in_memory)
    assert {line[0] for line in lines[:-1]} == {KILLED}
    assert len(lines) > 100
    assert Counter(line[1] for line in lines)["half"] > 40


@pytest.mark.slow
@pytest.mark.parametrize("work", ["apply", "rollback"])
def test_a_hundred_kills_at_random_times(work: str, in_memory: Path) -> None:
    lines = outcomes("random", "100", work, folder=in_memory)
    assert len(lines) == 100
    assert Counter(line[0] for line in lines)[KILLED] > 10, "most were too late"


@pytest.mark.slow
def test_a_disk_that_is_full_once_leaves_the_tree_as_it_was(in_memory: Path) -> None:
    lines = outcomes("each", "full", "apply", "rollback", folder=in_memory)
    assert len(lines) > 40
    assert all(line[1:3] == ["as before", "free"] for line in lines if line[0] == "2")
    assert {line[0] for line in lines[:-1]} <= {"0", "2"}, "nothing that failed was left half done"


@pytest.mark.slow
def test_a_disk_that_stays_full_leaves_the_tree_as_it_was_but_for_the_very_end(in_memory: Path) -> None:
    """Once everything is in place, only the state remains to be written; undoing needs room that is not there."""
    lines = outcomes("each", "filled", "apply", "rollback", folder=in_memory)
    failed = {code: [line[1] for line in lines if line[0] == code] for code in ("2", "3", "4")}
    assert set(failed["2"]) == set(failed["3"]) == {"as before"}
    assert len(failed["4"]) <= 2
    assert len(failed["2"]) + len(failed["3"]) > 40


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["full", "filled"])
def test_a_rollback_without_room_goes_on_once_there_is_some(kind: str, in_memory: Path) -> None:
    assert len(outcomes("each", kind, "rollback", "rollback", folder=in_memory)) > 20


# Real limits


def grown(root: Path, size: int) -> Plan:
    write(root, {"small.txt": b"small\n", "text.txt": b"text\n"})
    changes = [
        FileChange(path=name, before=(root / name).read_bytes(), after=b"x" * length, reason="a test")
        for name, length in (("small.txt", 10), ("text.txt", size))
    ]
    return Plan.of(str(root), changes, [])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_tree_on_a_disk_that_is_really_full(small_disk: Path) -> None:
    root = small_disk / "tree"
    wanted = grown(root, 300_000)
    before = picture(root)
    with pytest.raises(OSError, match="No space left"):
        apply(wanted)
    assert picture(root) == before
    assert rollback(root).already, "it was undone, and that is written down"


def test_a_backup_on_a_disk_that_is_really_full(small_disk: Path, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    wanted = grown(root, 300_000)
    before = picture(root)
    with pytest.raises(OSError, match="No space left"):
        apply(wanted, backup_dir=small_disk)
    assert picture(root) == before
    assert not list(small_disk.rglob("state.json"))
    assert not list(small_disk.rglob("objects")), "what could not be finished takes no room"


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    backup(grown(root, 200_000))
    before = picture(root)
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            apply_run(root)
        except OSError as error:
            os._exit(3 if "File too large" in str(error) else 4)
        os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert picture(root) == before
