"""All files or none: killed at any point, interrupted, changed by hand in between, twice at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from killed_syncs import moved
from sync_trees import DAYS, contents, tree

from ai_models.catalog import Catalog, default
from ai_models.catalog.location import JOURNAL, Place, has_journal
from ai_models.catalog.lock import is_locked, locked
from ai_models.catalog.sync import journal as journal_module
from ai_models.catalog.sync.journal import LOCK, STAGING, recover, write_all
from ai_models.catalog.sync.plan import make_plan, write_plan
from ai_models.catalog.validate import validate
from ai_models.errors import CatalogError

SCRIPT = Path(__file__).with_name("killed_syncs.py")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return tree(tmp_path / "tree")


@pytest.fixture
def interrupted(place: Place, monkeypatch: pytest.MonkeyPatch) -> dict[Path, bytes]:
    """A tree whose journal is written and whose files are not in place; what they will hold."""
    texts = make_plan(place, moved(), DAYS).texts
    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "_complete", lambda *_: None)
        write_all(tuple(place), texts)
    return texts


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A tree, and a copy of it beside it as ``work``."""
    tree(tmp_path / "original")
    return Path(shutil.copytree(tmp_path / "original", tmp_path / "work")).with_name("original")


def lines_of(program: str, original: Path) -> list[list[str]]:
    """What the program says of each of its children."""
    run = subprocess.run(
        [sys.executable, SCRIPT, program, original.with_name("work"), original],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COVERAGE_PROCESS_START": ""},
    )
    assert run.returncode == 0, run.stderr
    return [line.split() for line in run.stdout.splitlines()]


@pytest.mark.slow
def test_fifty_kills_at_random_points_leave_the_old_tree_or_the_new(original: Path) -> None:
    lines = lines_of("random", original)
    assert len(lines) == 50
    assert {line[0] for line in lines} <= {"-9", "0"}
    assert sum(line[0] == "-9" for line in lines) > 10, "most were too late"
    assert {line[1] for line in lines} <= {"old", "new"}
    assert all(line[2:] == ["none"] for line in lines), "a journal is left, or problems are found"


@pytest.mark.slow
def test_a_kill_before_any_step_leaves_the_old_tree_or_the_new(original: Path) -> None:
    lines = lines_of("each", original)
    kinds = [line[0] for line in lines]
    assert set(kinds) == {"old", "new"}
    assert all(len(line) == 3 for line in lines), "validate found problems"
    assert any(line[-1] == "half" for line in lines), "no kill hit the renaming"
    assert kinds == sorted(kinds, reverse=True), "the tree turns from old to new once, at the journal"
    assert len(lines) > 30


def test_a_journal_is_completed_by_whoever_reads_the_tree(place: Place, interrupted: dict[Path, bytes]) -> None:
    assert has_journal(place)
    assert not any(path.read_bytes() == data for path, data in interrupted.items() if path.exists())
    assert validate([place.pricing.parent]).problems == []
    assert all(path.read_bytes() == data for path, data in interrupted.items())
    assert [name for name in contents(place) if "/." in name] == []


@pytest.mark.parametrize("part", ["", "pricing", "pricing/acme.yaml", "definitions/acme", "definitions/acme/big.yaml"])
def test_any_part_of_the_tree_leads_to_the_journal(place: Place, interrupted: dict[Path, bytes], part: str) -> None:
    recover([place.pricing.parent / part])
    assert all(path.read_bytes() == data for path, data in interrupted.items())


def test_the_packaged_catalogue_is_completed_before_it_is_loaded(
    place: Place, interrupted: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in ("default", "compiler"):
        monkeypatch.setattr(f"ai_models.catalog.{module}.SNAPSHOT", tmp_path / "snapshot.msgpack")
    monkeypatch.setattr(default, "packaged_roots", lambda: tuple(place))
    assert Catalog(default.shipped_snapshot()).get_model("new-1").provider == "acme"
    assert not has_journal(place)


def test_what_was_staged_without_a_journal_is_thrown_away(place: Place) -> None:
    (place.definitions / STAGING).mkdir()
    (place.definitions / STAGING / "00000.new").write_text("rest")
    assert validate(place).problems == []
    write_plan(make_plan(place, moved(), DAYS))
    assert [name for name in contents(place) if "/." in name] == []


def test_a_pointer_to_no_journal_is_removed_unless_its_sync_is_alive(place: Place) -> None:
    pointer = place.pricing / JOURNAL
    pointer.write_bytes(msgspec.json.encode({"kept_in": "../definitions"}))
    with locked(place.definitions / LOCK, f"another sync of {place.definitions}"):
        recover([place.pricing])
        assert pointer.exists()
    recover([place.pricing])
    assert not pointer.exists()


def test_what_a_person_changed_in_between_is_not_overwritten(place: Place, interrupted: dict[Path, bytes]) -> None:
    (place.pricing / "acme.yaml").write_text("provider: acme\nmodels: {}\n")
    with pytest.raises(CatalogError, match="was changed after a sync of it had been interrupted"):
        recover(place)
    assert (place.pricing / "acme.yaml").read_text() == "provider: acme\nmodels: {}\n"


def test_a_journal_that_cannot_be_read_or_completed_is_an_error(place: Place, interrupted: dict[Path, bytes]) -> None:
    shutil.rmtree(place.pricing / STAGING)
    with pytest.raises(CatalogError, match="cannot be completed"):
        recover(place)
    (place.definitions / JOURNAL).write_text("{")
    with pytest.raises(CatalogError, match="cannot be read"):
        recover(place)


def test_two_readers_may_complete_the_same_journal(
    place: Place, interrupted: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def slower(self: Path, target: Path) -> Path:
        replace(self, target)
        raise FileNotFoundError(self)  # what the second of two sees

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", slower)
        recover(place)
    assert all(path.read_bytes() == data for path, data in interrupted.items())


def test_a_failure_before_the_journal_leaves_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(place)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal_module, "_commit", full)
    with pytest.raises(OSError, match="No space left"):
        write_all(tuple(place), {place.pricing / "new.yaml": b"x"})
    assert contents(place) == before
    with pytest.raises(CatalogError, match="lies outside"):
        write_all(tuple(place), {place.pricing.parent / "other.yaml": b"x"})


def test_modes_of_files_stay(place: Place) -> None:
    path = place.pricing / "acme.yaml"
    path.chmod(0o600)
    write_all(tuple(place), {path: b"x", place.pricing / "new.yaml": b"y"})
    assert (path.stat().st_mode & 0o777, (place.pricing / "new.yaml").stat().st_mode & 0o777) == (0o600, 0o644)


def test_a_second_sync_is_refused_while_one_is_at_work_and_a_stale_lock_is_taken(place: Place) -> None:
    assert not is_locked(place.definitions / LOCK)
    with locked(place.definitions / LOCK, f"another sync of {place.definitions}"):
        assert is_locked(place.definitions / LOCK)
        with pytest.raises(CatalogError, match=rf"another sync of .* is at work \(process {os.getpid()}\)"):
            write_all(tuple(place), {place.pricing / "new.yaml": b"x"})
    (place.definitions / LOCK).write_text("999999\n")
    assert not is_locked(place.definitions / LOCK)
    write_all(tuple(place), {place.pricing / "new.yaml": b"x"})
    assert not (place.definitions / LOCK).exists()


def test_a_lock_whose_file_its_holder_removed_is_taken_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place.definitions / LOCK
    taken = []

    def removed_first(one: os.stat_result, other: os.stat_result) -> bool:
        taken.append(one)
        return len(taken) > 1

    monkeypatch.setattr(os.path, "samestat", removed_first)
    with locked(place.definitions / LOCK, f"another sync of {place.definitions}"):
        assert path.exists()
    assert len(taken) == 2
