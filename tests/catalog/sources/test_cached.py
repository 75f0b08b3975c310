"""The body in the cache and its note: they agree after a kill at any point."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from misbehaving import killed

from ai_models.catalog import aside
from ai_models.catalog.sources import cached as module
from ai_models.catalog.sources.cached import Cached, Note
from ai_models.catalog.sources.reading import UnreadableError

DAY = datetime(2026, 11, 22, tzinfo=UTC)


def count(body: bytes) -> int:
    try:
        return len(json.loads(body))
    except ValueError as problem:
        raise UnreadableError(str(problem)) from None


def note_of(body: bytes) -> Note:
    return Note(url="https://a.example", sha256=sha256(body).hexdigest(), rows=count(body), retrieved=DAY, checked=DAY)


OLD, NEW = b"[1]", b"[1, 2]"


@pytest.fixture
def cached(tmp_path: Path) -> Cached:
    here = Cached(tmp_path / "deep" / "cache", "models.dev")
    here.replace(OLD, note_of(OLD), None)
    return here


def test_nothing_is_known_of_nothing(tmp_path: Path):
    assert Cached(tmp_path, "feed").note(count) is None


def test_a_body_has_its_note(cached: Cached):
    assert cached.note(count) == note_of(OLD)
    cached.replace(NEW, note_of(NEW), note_of(OLD))
    assert (cached.path.read_bytes(), cached.note(count)) == (NEW, note_of(NEW))


@pytest.mark.parametrize(("survives", "body"), [(0, OLD), (1, OLD), (2, NEW)])
def test_a_stop_between_the_two_files_leaves_one_body_and_its_note(
    cached: Cached, monkeypatch: pytest.MonkeyPatch, survives: int, body: bytes
):
    writes = iter([*[aside.write_aside] * survives, None])

    def write(path: Path, data: bytes) -> None:
        step = next(writes)
        if step is None:
            raise KeyboardInterrupt
        step(path, data)

    monkeypatch.setattr(module, "write_aside", write)
    try:
        cached.replace(NEW, note_of(NEW), note_of(OLD))
    except KeyboardInterrupt:
        assert survives < 2
    assert (cached.path.read_bytes(), cached.note(count)) == (body, note_of(body))


@pytest.mark.parametrize("notes", [None, b"", b"{}", b'[{"url": 3}]', b"[]", b"\xff"])
def test_a_body_without_a_note_is_counted_and_was_read_from_nowhere(cached: Cached, notes: bytes | None):
    if notes is None:
        cached.notes_path.unlink()
    else:
        cached.notes_path.write_bytes(notes)
    found = cached.note(count)
    assert found is not None
    assert (found.rows, found.url, found.etag) == (1, "", None)


def test_a_note_of_another_body_is_not_taken(cached: Cached):
    cached.path.write_bytes(NEW)
    found = cached.note(count)
    assert found is not None
    assert (found.rows, found.url) == (2, "")


def test_a_body_that_is_none_is_as_good_as_nothing(cached: Cached):
    cached.path.write_bytes(b"[1")
    assert cached.note(count) is None


def test_remains_of_killed_processes_are_removed_once_they_are_old(cached: Cached):
    old, young = (cached.path.with_name(f"{cached.path.name}.{name}") for name in ("old", "young"))
    for remains in (old, young):
        remains.write_text("half")
    os.utime(old, (time.time() - 3_700,) * 2)
    cached.replace(NEW, note_of(NEW), note_of(OLD))
    assert (old.exists(), young.exists()) == (False, True)


_WRITER = """
import sys
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from ai_models.catalog.sources.cached import Cached, Note
cached, day, turn = Cached(Path(sys.argv[1]), "feed"), datetime(2026, 11, 22, tzinfo=UTC), count()
def step():
    rows = 20_000 + next(turn) % 2
    body = b"[" + b"1, " * (rows - 1) + b"1]"
    note = Note(url="https://a.example", sha256=sha256(body).hexdigest(), rows=rows, retrieved=day, checked=day)
    cached.replace(body, note, cached.note(lambda body: 1 / 0))
"""


def test_a_kill_at_any_point_leaves_a_whole_body_with_its_note(tmp_path: Path):
    cached = Cached(tmp_path, "feed")
    for _ in killed(_WRITER, str(tmp_path), times=25, between=(0.001, 0.04)):
        found = cached.note(count)
        assert found is None or (found.url, found.rows) in {("https://a.example", 20_000), ("https://a.example", 20_001)}
    assert found is not None
