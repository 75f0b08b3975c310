"""Any plan over any tree: applied it is what the plan says, rolled back it is what was there, folders and modes included."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from migrated_trees import Picture, picture

from ai_models.migrate.applying import apply
from ai_models.migrate.plan import FileChange, Plan
from ai_models.migrate.rollback import rollback
from ai_models.migrate.status import status
from ai_models.migrate.validation import validate

NAMES = ["a", "b", "A", "é", "e\N{COMBINING ACUTE ACCENT}", "x.py", "with space", "\udcff", "-rf", "'\"\n"]
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)
CONTENT = st.binary(max_size=40)
FILES = st.dictionaries(PATHS, st.tuples(CONTENT, st.sampled_from([0o644, 0o600, 0o755, 0o444, 0o640])), max_size=8)
FOLDERS = st.dictionaries(PATHS, st.sampled_from([0o755, 0o700, 0o750, 0o711, 0o2755]), max_size=4)
CHANGES = st.dictionaries(PATHS, st.tuples(st.none() | CONTENT, st.sampled_from([0o644, 0o755])), max_size=6)


def built(root: Path, files: dict, folders: dict) -> None:
    root.mkdir()
    for path, mode in folders.items():
        if clear(root, path):
            (root / path).mkdir(parents=True, exist_ok=True)
            (root / path).chmod(mode)
    for path, (data, mode) in files.items():
        if clear(root, path) and not (root / path).exists():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
            (root / path).chmod(mode)


def clear(root: Path, path: str) -> bool:
    """Whether no file stands in the way of a path."""
    return not any((root / folder).is_file() for folder in Path(path).parents)


def planned(root: Path, wanted: dict, removed: list[str]) -> Plan:
    """A plan that fits the tree: no path is a file and a folder at once."""
    changes: dict[str, FileChange] = {}
    for path in removed:
        changes[path] = FileChange(path=path, before=(root / path).read_bytes(), after=None, reason="")
    for path, (after, mode) in wanted.items():
        full = root / path
        if path in changes or not clear(root, path) or full.is_dir():
            continue
        before = full.read_bytes() if full.exists() else None
        nested = any(other.startswith(f"{path}/") or path.startswith(f"{other}/") for other in changes)
        if (before is None and after is None) or nested:
            continue
        changes[path] = FileChange(path=path, before=before, after=after, reason="", mode=mode)
    return Plan.of(str(root), changes.values(), [])


def expected(before: Picture, plan: Plan) -> dict[str, tuple[int, bytes]]:
    """The files, with their modes, that the plan leaves."""
    files = {path: seen[1:] for path, seen in before.items() if seen[0] == "file"}
    for change in plan.changes:
        if change.after is None:
            del files[change.path]
        else:
            mode = change.mode if change.before is None else files[change.path][0]
            files[change.path] = (mode, change.after)
    return files


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES, folders=FOLDERS, wanted=CHANGES, data=st.data())
def test_any_plan_applies_and_rolls_back(
    in_memory: Path, files: dict, folders: dict, wanted: dict, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory(dir=in_memory) as name:
        root, backups = Path(name, "tree"), Path(name, "backups")
        built(root, files, folders)
        before = picture(root)
        present = sorted(path for path, seen in before.items() if seen[0] == "file")
        removed = data.draw(st.lists(st.sampled_from(present), unique=True)) if present else []
        plan = planned(root, wanted, removed)
        applied = apply(plan, backup_dir=backups)
        assert (applied is None) == (not plan.changes)
        after = picture(root)
        assert {path: seen[1:] for path, seen in after.items() if seen[0] == "file"} == expected(before, plan)
        folders_left = {path for path, seen in after.items() if seen[0] == "folder"}
        kept = {path for path, seen in before.items() if seen[0] == "folder"} & folders_left
        assert all(after[path] == before[path] for path in kept)
        if applied is None:
            return
        emptied = {str(Path(path).parent) for path in applied.removed} & folders_left
        assert all(any(other.startswith(f"{path}/") for other in after) for path in emptied), "an emptied folder stayed"
        assert [file.state for file in status(root, backup_dir=backups).runs[0].files] == ["as applied"] * len(plan.changes)
        assert not [found for found in validate(root, backup_dir=backups).findings if found.check in ("disk", "spans")]
        done = rollback(root, backup_dir=backups)
        assert len(done.restored) + len(done.removed) == len(plan.changes)
        assert picture(root) == before
