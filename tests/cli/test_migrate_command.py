"""``ai-models migrate``: a tree planned, kept, changed, checked and put back, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import Run

FILES = {
    "models/__init__.py": "from models.registry import ModelRegistry\n",
    "models/registry.py": "class ModelRegistry:\n    _DEPRECATED = {}\n    GPT_4O = None\nGPT_4O = ModelRegistry.GPT_4O\n",
    "app.py": "from models import ModelRegistry\n\nx = ModelRegistry.get_spec(key)\n",
    "prices.py": (
        'PRICES = {\n    "gpt-4o": (2.50, 10.00),\n    "gpt-4o-mini": (0.15, 0.60),\n    "gpt-4.1": (9.00, 8.00),\n}\n'
    ),
    "pyproject.toml": '[project]\nname = "x"\ndependencies = ["ai-models-catalog"]\n',
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with an old package, and a state directory of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "tree"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def contents(root: Path) -> dict[str, str]:
    """Every file of a tree."""
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_plan_for_people(run: Run, tree: Path) -> None:
    answer = run("migrate", "plan", str(tree))
    assert answer.code == 1
    for words in (
        "2 changed, 2 removed",
        "models/registry.py",
        "app.py:3: ModelRegistry.get_spec: an unknown key gives None as before",
        "prices.py:4: price of gpt-4.1, USD per 1M tokens: input 9.00 here, 2.00 in the catalogue",
        "Own lines of model, price and provider code",
    ):
        assert words in answer.out
    assert contents(tree) == FILES


def test_a_plan_as_diffs(run: Run, tree: Path) -> None:
    answer = run("migrate", "plan", str(tree), "--diff")
    assert answer.code == 1
    assert "--- a/app.py\n+++ b/app.py\n@@ -1,3 +1,3 @@\n-from models import ModelRegistry\n+from ai_models" in answer.out
    assert "--- a/models/registry.py\n+++ /dev/null\n" in answer.out
    assert "+    for price in [PricingService().get_pricing(name)]\n" in answer.out


def test_a_plan_for_programs(run: Run, tree: Path) -> None:
    answer = run("migrate", "plan", str(tree), "--json")
    found = json.loads(answer.out)
    assert answer.code == 1
    assert {each["path"]: each["action"] for each in found["changes"]} == {
        "app.py": "change",
        "models/__init__.py": "remove",
        "models/registry.py": "remove",
        "prices.py": "change",
    }
    app = found["changes"][0]
    text = FILES["app.py"]
    for edit in sorted(app["edits"], key=lambda edit: -edit["start"]):
        text = text[: edit["start"]] + edit["text"] + text[edit["end"] :]
    assert text == "from ai_models import ModelRegistry\n\nx = ModelRegistry.get_spec(key, None)\n"
    assert found["own_lines"]["before"] > found["own_lines"]["after"]
    assert {"kind", "path", "line", "rule", "message", "advice", "legacy"} <= set(found["remarks"][0])


def test_a_plan_of_where_guides_go(run: Run, tree: Path) -> None:
    guide = "# Model guide\n\n## Claude Haiku 4.5\n\n- One label a line.\n- Four examples are enough.\n- Ask for evidence.\n"
    (tree / "MODEL_OPTIMIZATION_GUIDE.md").write_text(guide)
    answer = run("migrate", "plan", str(tree), "--coverage")
    assert "MODEL_OPTIMIZATION_GUIDE.md:5: One label a line. -> " in answer.out.replace("- One", "One")


def test_nothing_to_do(run: Run, tree: Path) -> None:
    for name in FILES:
        (tree / name).unlink()
    answer = run("migrate", "plan", str(tree))
    assert answer.code == 0
    assert "there is nothing to change in 0 files" in answer.out
    assert run("migrate", "apply", str(tree)).code == 0
    assert run("migrate", "backup", str(tree)).code == 0
    assert "no migration of" in run("migrate", "status", str(tree)).out


def test_there_and_back(run: Run, tree: Path) -> None:
    kept = run("migrate", "backup", str(tree))
    assert (kept.code, "kept 4 files as run 0001-" in kept.out) == (0, True)
    assert contents(tree) == FILES
    done = run("migrate", "apply", str(tree))
    assert (done.code, "run 0001-" in done.out, "2 changed, 0 added, 2 removed" in done.out) == (0, True, True)
    assert not (tree / "models").exists()
    checked = run("migrate", "validate", str(tree))
    assert (checked.code, "4 files checked, nothing found" in checked.out) == (0, True)
    assert "4 as applied" in run("migrate", "status", str(tree)).out
    assert json.loads(run("migrate", "status", str(tree), "--json").out)["runs"][0]["state"] == "applied"
    again = run("migrate", "plan", str(tree))
    assert "there is nothing to change" in again.out
    back = run("migrate", "rollback", str(tree))
    assert (back.code, "4 restored, 0 removed" in back.out) == (0, True)
    assert contents(tree) == FILES
    assert "had been rolled back before" in run("migrate", "rollback", str(tree)).out


def test_a_check_that_finds_something(run: Run, tree: Path) -> None:
    run("migrate", "apply", str(tree))
    (tree / "app.py").write_text("from ai_models import Nothing\n")
    checked = run("migrate", "validate", str(tree))
    assert checked.code == 1
    assert "app.py" in checked.out
    assert "disk" in checked.out
    found = json.loads(run("migrate", "validate", str(tree), "--json").out)
    assert {each["check"] for each in found["findings"]} == {"disk"}


def test_a_file_that_was_changed_since_is_not_overwritten(run: Run, tree: Path) -> None:
    run("migrate", "apply", str(tree))
    (tree / "app.py").write_text("mine\n")
    answer = run("migrate", "rollback", str(tree))
    assert answer.code == 2
    assert "app.py" in answer.err
    forced = run("migrate", "rollback", str(tree), "--force")
    assert forced.code == 0
    assert "app.py had been changed since, and is app.py.changed-0001 now" in forced.out
    assert (tree / "app.py").read_text() == FILES["app.py"]


def test_the_old_packages_can_be_kept(run: Run, tree: Path) -> None:
    run(
        "migrate", "apply", str(tree), "--keep-packages", "--exclude", "prices.py", "--backup-dir", str(tree.parent / "kept")
    )
    found = contents(tree)
    assert found["models/registry.py"] == FILES["models/registry.py"]
    assert found["prices.py"] == FILES["prices.py"]
    assert "ai_models" in found["app.py"]
    assert (tree.parent / "kept").is_dir()


def test_a_maker_is_told_as_id_and_maker(run: Run, tree: Path) -> None:
    assert run("migrate", "plan", str(tree), "--maker", "acme-2=acme").code == 1
    answer = run("migrate", "plan", str(tree), "--maker", "acme-2")
    assert answer.code == 2
    assert "ID=MAKER" in answer.err


def test_a_pattern_that_is_none(run: Run, tree: Path) -> None:
    answer = run("migrate", "plan", str(tree), "--exclude", "!")
    assert answer.code == 2
    assert "a pattern of files to leave alone is none: Invalid git pattern: '!'" in answer.err


def test_a_plan_is_printed_in_one_form(run: Run, tree: Path) -> None:
    answer = run("migrate", "plan", str(tree), "--diff", "--json")
    assert answer.code == 2
    assert "one of --diff, --coverage and --json" in answer.err


def test_what_is_left_to_do_is_said_when_it_is_done(run: Run, tree: Path) -> None:
    (tree / "pyproject.toml").unlink()
    answer = run("migrate", "apply", str(tree))
    assert answer.code == 0
    assert "To do besides  1\n- pyproject.toml: the tree needs ai-models-catalog now" in answer.out
    assert "there is nothing to change" in run("migrate", "plan", str(tree)).out


def test_a_folder_that_stays_is_named_with_what_is_in_it(run: Run, tree: Path) -> None:
    (tree / "models" / "__pycache__").mkdir()
    assert "not empty, and left: models (__pycache__)" in run("migrate", "apply", str(tree)).out.splitlines()


def test_a_damaged_run_is_shown_and_is_no_success(run: Run, tree: Path) -> None:
    kept = tree.parent / "kept"
    run("migrate", "apply", str(tree), "--backup-dir", str(kept))
    (state,) = kept.glob("**/state.json")
    state.write_text("{")
    answer = run("migrate", "status", str(tree), "--backup-dir", str(kept))
    assert answer.code == 1
    assert "damaged" in answer.out


@pytest.mark.parametrize("command", ["plan", "backup", "apply", "validate", "rollback", "resume", "status"])
def test_a_folder_that_is_none(run: Run, tree: Path, command: str) -> None:
    answer = run("migrate", command, str(tree / "nowhere"))
    assert answer.code == 2
    assert answer.err


def test_there_is_nothing_to_finish(run: Run, tree: Path) -> None:
    answer = run("migrate", "resume", str(tree))
    assert answer.code == 2
    assert "interrupted" in answer.err
