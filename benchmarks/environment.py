"""A virtual environment for each subject under ``benchmarks/.peers/``, made on demand by uv and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import shorten

from benchmarks.subject import Subject

__all__ = ["InstallError", "audited_packages", "interpreter", "packages"]

HERE = Path(__file__).parent
PROJECT = HERE.parent
ENVIRONMENTS = HERE / ".peers"
SECONDS_TO_INSTALL = 300
AUDITED = ("django==5.2.*", "sqlalchemy==2.0.*", "pydantic==2.12.*")


class InstallError(Exception):
    """A subject could not be installed; the text is the reason."""


def interpreter(subject: Subject) -> Path:
    """The Python of the subject's environment, which is made first where it is missing or holds something else.

    Our own wheel is built and installed anew in each run: the tree changes while its version stays.

    Raises:
        InstallError: uv is missing, the index cannot be reached, the wheel does not build …
    """
    folder = ENVIRONMENTS / subject.name
    python = folder / "bin" / "python"
    if subject.requirement is None:
        _make(folder, python, str(_wheel()))
        return python
    marker = folder / "holds.txt"
    holds = f"{subject.requirement} on Python {sys.version}"
    if not (python.exists() and marker.exists() and marker.read_text() == holds):
        _make(folder, python, subject.requirement)
        marker.write_text(holds)
    return python


def audited_packages() -> Path:
    """The site-packages of an environment with the packages that the audit is measured on.

    Raises:
        InstallError: they cannot be installed.
    """
    folder = ENVIRONMENTS / "audited"
    if not folder.exists():
        _make(folder, folder / "bin" / "python", *AUDITED)
    return next((folder / "lib").glob("python*/site-packages"))


def packages(python: Path) -> list[str]:
    """What is installed beside the subject, as ``name==version``; its dependencies are measured with it."""
    lines = _uv("pip", "list", "--format=freeze", "--python", str(python)).splitlines()
    return [line for line in lines if "==" in line]


def _make(folder: Path, python: Path, *requirements: str) -> None:
    """Create the environment and install wheels into it, compiled, so that no timed start compiles them."""
    _uv("venv", "--clear", "--python", sys.executable, str(folder))
    _uv("pip", "install", "--compile-bytecode", "--only-binary=:all:", "--python", str(python), *requirements)


def _wheel() -> Path:
    """Build this project's wheel."""
    folder = ENVIRONMENTS / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    _uv("build", "--wheel", "--out-dir", str(folder), str(PROJECT))
    return next(folder.glob("*.whl"))


def _uv(*arguments: str) -> str:
    """Run uv, quietly; its complaint becomes the reason of an InstallError."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise InstallError("uv was not found")
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    try:
        ran = subprocess.run(
            [uv, *arguments],
            env=variables,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_INSTALL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InstallError(f"uv {arguments[0]} took more than {SECONDS_TO_INSTALL} s") from None
    if ran.returncode:
        lines = (line for line in ran.stderr.splitlines() if not line.startswith(("hint:", "Using", "Building")))
        complaint = " ".join(lines).removeprefix("error: ")
        raise InstallError(shorten(complaint, 240, placeholder=" ...") or f"uv {arguments[0]} failed")
    return ran.stdout
