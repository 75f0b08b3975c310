"""What ``status`` tells of a tree's runs, in every state, as JSON too."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import time_machine
from migrated_trees import change, insertion, picture, plan, tree

from ai_models.migrate.applying import apply
from ai_models.migrate.backup import backup
from ai_models.migrate.journal import RunState
from ai_models.migrate.plan import Plan
from ai_models.migrate.rollback import rollback
from ai_models.migrate.status import status


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tree(tmp_path / "desk")


def test_a_tree_that_was_never_migrated(root: Path, state_home: Path) -> None:
    known = status(root)
    assert (known.root, known.at_work, known.unfinished, known.elsewhere, known.runs) == (str(root), False, "", "", ())
    assert known.store.startswith(str(state_home))
    assert list(state_home.iterdir()) == [], "asking leaves no trace"


def test_every_state_in_turn(root: Path) -> None:
    before = picture(root)
    with time_machine.travel("2026-11-30T10:00:00Z", tick=False):
        backup(plan(root))
        planned = status(root).runs[0]
    assert planned.state is RunState.PLANNED
    assert planned.since is not None
    assert planned.since.isoformat() == "2026-11-30T10:00:00+00:00"
    assert planned.run == "0001-20261130T100000Z"
    assert planned.counts() == {"as before": 12}
    apply(plan(root))
    assert status(root).runs[0].counts() == {"as applied": 12}
    (root / "README.md").write_bytes(b"edited\n")
    file = next(file for file in status(root).runs[0].files if file.path == "README.md")
    assert (file.state, file.difference) == ("changed since", "its content was changed")
    rollback(root, force=True)
    last = status(root).runs[0]
    assert (last.state, last.counts()) == (RunState.ROLLED_BACK, {"as before": 12})
    (root / "README.md.changed-0001").unlink()
    assert picture(root) == before


def test_a_file_that_a_later_run_changed(root: Path) -> None:
    for number in range(2):
        apply(Plan.of(str(root), [change(root, "README.md", insertion(b"", f"{number}\n"))], []))
    first, second = status(root).runs
    assert [file.state for run in (first, second) for file in run.files] == ["changed by a later run", "as applied"]
    rollback(root)
    assert status(root).runs[0].files[0].state == "as applied"


def test_it_can_be_printed_as_json(root: Path) -> None:
    apply(plan(root))
    content = json.loads(json.dumps(msgspec.to_builtins(status(root))))
    assert content["runs"][0]["state"] == "applied"
    assert {"path": "NEW.md", "state": "as applied", "difference": ""} in content["runs"][0]["files"]
