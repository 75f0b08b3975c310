"""Callers of the old packages: code in files of its own, run here or in a process of its own, and what it is warned of."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

__all__ = ["COMPAT", "EIGHT", "MODES", "Callers", "Told"]

COMPAT = Path(__file__).parents[2] / "compat" / "src"

EIGHT = (
    "claude-sonnet-4.5",
    "claude-haiku-4.5",
    "claude-opus-4.1",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gpt-4o",
    "gpt-4o-mini",
)

MODES = {"true": "new", "false": "old", "shadow": "old", "0%": "old", "100%": "new"}
"""What the flag may say, and which of the two answers is given."""


@dataclass(frozen=True)
class Told:
    """A warning as its reader sees it."""

    line: int
    text: str
    category: str
    file: str


class Callers:
    """Writes code to a directory and runs it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, code: str, name: str = "caller.py") -> Path:
        """A file with this code; its first line is line 1."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(code).lstrip("\n"), encoding="utf-8")
        return path

    def run(self, code: str | Path) -> tuple[dict[str, Any], list[Told]]:
        """Run code here; its variables, and the warnings, all of them shown."""
        path = code if isinstance(code, Path) else self.write(code)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = runpy.run_path(str(path), run_name=path.stem)
        return found, [Told(each.lineno, str(each.message), each.category.__name__, each.filename) for each in caught]

    def deprecations(self, code: str | Path) -> list[tuple[int, str]]:
        """Run code here; the line and the old name of each deprecation."""
        path = code if isinstance(code, Path) else self.write(code)
        _, told = self.run(path)
        assert {each.file for each in told} <= {str(path)}, "at the caller's own lines"
        return [
            (each.line, each.text.partition(" is deprecated")[0]) for each in told if each.category == "DeprecationWarning"
        ]

    def process(
        self,
        code: str | Path,
        *options: str,
        expect: int = 0,
        path: tuple[Path, ...] = (),
        measured: bool = True,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run code in a new interpreter with ``options``, the old packages on its path after ``path``.

        Not ``measured`` is what coverage would disturb: it loads modules, and hangs in a fork of a process with threads.
        """
        file = code if isinstance(code, Path) else self.write(code)
        inherited = {name: text for name, text in os.environ.items() if measured or not name.startswith("COVERAGE_")}
        variables = {**inherited, "PYTHONPATH": os.pathsep.join(map(str, (*path, COMPAT))), **environment}
        command = [sys.executable, *options, str(file)]
        ran = subprocess.run(
            command, env=variables, cwd=self.directory, capture_output=True, text=True, check=False, timeout=120
        )
        assert ran.returncode == expect, ran.stderr
        return ran
