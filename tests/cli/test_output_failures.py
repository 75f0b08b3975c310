"""Where the answer cannot be written, a line says so; nothing ends in a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commandline import Run

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_in_one_line() -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ai_models", "schema", "sources"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the output cannot be written: No space left on device")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("list",), ("audit", "--format", "full", "nothing.md"), ("schema", "sources")])
def test_a_closed_output_leaves_the_exit_code_to_answer(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "nothing.md").touch()
    done = closed(1, *arguments, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_audit_of_a_closed_input_is_refused() -> None:
    done = closed(0, "audit", "--stdin-filename", "x.py")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "Error: Invalid value for --stdin-filename: the standard input is closed"


def test_a_file_that_cannot_be_used_is_said_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error", "/some/file")

    monkeypatch.setattr("ai_models.cli.models.show", broken)
    answer = run("list")
    assert (answer.code, answer.err) == (2, "error: /some/file cannot be used: Input/output error\n")


def closed(number: int, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command without one of its standard streams, as ``>&-`` does."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {number}>&-', "sh", sys.executable, "-m", "ai_models", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=folder,
    )
