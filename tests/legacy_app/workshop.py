"""Copies of the legacy application, and its own suite run on them in each of the four states of a migration.

    app = copy_app(tmp_path / "desk")
    before = run_suite(app, State.BEFORE)
    move_old_packages(app, tmp_path / "aside")
    compat = run_suite(app, State.COMPAT, path=[ROOT / "compat" / "src"])

A run writes nothing into the copy, so that ``tree_hash`` is the same before and after it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from xml.etree import ElementTree

__all__ = [
    "APP",
    "IGNORED",
    "OLD_PACKAGES",
    "State",
    "SuiteResult",
    "add_ignored_files",
    "copy_app",
    "move_old_packages",
    "run_suite",
    "tree_hash",
]

APP = Path(__file__).parent / "app"

OLD_PACKAGES = ("models", "providers")
"""The top-level packages that ``ai-models-legacy`` takes the place of; ``toolkit`` has copies of its own."""

IGNORED = "scratch"
"""The folder that the application's ``.gitignore`` names."""

_TESTS_OF_OLD_PACKAGES = "tests/old_packages"
_OF_WHOEVER_RUNS_THE_TESTS = ("AI_MODELS_", "ANTHROPIC_", "OPENAI_", "GEMINI_", "GOOGLE_", "PYTEST_", "PYTHON", "USE_NEW_")

_SCRATCH = '''"""Ines's experiments: nothing in this folder counts."""

from models.registry import GEMINI_PRO

MODEL = "claude-instant-1.2"
PRICES = {"claude-instant-1.2": {"input": 0.80, "output": 2.40}}
print(GEMINI_PRO.name, PRICES[MODEL])
'''


class State(Enum):
    """Where a copy stands in its migration."""

    BEFORE = "before"
    COMPAT = "compat"
    MIGRATED = "migrated"
    ROLLED_BACK = "rolled back"

    @property
    def has_old_packages(self) -> bool:
        """Whether the tests of the old packages themselves run: their numbers and their habits are gone in between."""
        return self in (State.BEFORE, State.ROLLED_BACK)


@dataclass(frozen=True)
class SuiteResult:
    """A run of the application's suite: ``outcomes`` has ``passed``, ``failed``, ``error`` or ``skipped`` by test."""

    state: State
    exit_code: int
    outcomes: Mapping[str, str]
    seconds: float
    output: str

    @property
    def has_passed(self) -> bool:
        """Whether every test passed: none failed, none was left out."""
        return self.exit_code == 0 and set(self.outcomes.values()) == {"passed"}


def copy_app(folder: Path) -> Path:
    """A copy of the application in a folder that does not exist yet: bytes, modes and line endings as they are."""
    return Path(shutil.copytree(APP, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", ".venv")))


def add_ignored_files(app: Path) -> Path:
    """A file in the ignored folder with a retired model, a stale price and a legacy import: none of it may be reported."""
    file = app / IGNORED / "try_instant.py"
    file.parent.mkdir()
    file.write_text(_SCRATCH, encoding="utf-8")
    return file


def move_old_packages(app: Path, aside: Path) -> None:
    """Move the application's own ``models`` and ``providers`` out of it."""
    aside.mkdir(parents=True, exist_ok=True)
    for package in OLD_PACKAGES:
        (app / package).rename(aside / package)


def run_suite(
    app: Path,
    state: State,
    *,
    path: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> SuiteResult:
    """Run the application's suite in a process of its own, with this interpreter.

    Args:
        app: a copy of the application, in the state that is named.
        state: which tests belong to it: those in ``tests/old_packages`` before a migration and after a rollback only.
        path: folders whose packages the application may import beside its own.
        environment: variables set in addition; those of whoever runs our tests are not passed on.
        timeout: seconds.

    Raises:
        subprocess.TimeoutExpired: it took longer.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        report = Path(elsewhere) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        if not state.has_old_packages:
            command.append(f"--ignore={_TESTS_OF_OLD_PACKAGES}")
        started = time.perf_counter()
        run = subprocess.run(
            command,
            cwd=app,
            env=_environment(path, environment),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,  # failures are what the result is about
        )
        seconds = time.perf_counter() - started
        outcomes = _outcomes(report) if report.exists() else {}
    return SuiteResult(state, run.returncode, outcomes, seconds, run.stdout + run.stderr)


def _environment(path: Sequence[Path], more: Mapping[str, str] | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_WHOEVER_RUNS_THE_TESTS)}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the application uses none, and ours take half a second to load
        **(more or {}),
    }


def _outcomes(report: Path) -> dict[str, str]:
    cases = ElementTree.parse(report).getroot().iter("testcase")  # noqa: S314 written by pytest a moment ago
    return {f"{case.get('classname')}::{case.get('name')}": _outcome(case) for case in cases}


def _outcome(case: ElementTree.Element) -> str:
    named = {"failure": "failed", "error": "error", "skipped": "skipped"}
    return next((named[child.tag] for child in case if child.tag in named), "passed")


def tree_hash(root: Path) -> str:
    """One hash over every file below a folder: its path, its mode and its bytes; empty folders do not count."""
    whole = hashlib.sha256()
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        mode = file.stat().st_mode & 0o777
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"{file.relative_to(root).as_posix()}\0{mode:o}\0{content}\n".encode())
    return whole.hexdigest()
