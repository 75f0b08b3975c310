"""Real code that has nothing to do with language models: nothing is found in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from audit_catalog import TODAY

from ai_models.audit import Options, Report, audit
from ai_models.catalog import default_catalog

PACKAGES = {"django": "django==5.2.*", "sqlalchemy": "sqlalchemy==2.0.*", "pydantic": "pydantic==2.12.*"}


def look_at(path: Path, *exclude: str) -> Report:
    """An audit of a whole tree, by the real catalogue."""
    return audit([path], Options(catalog=default_catalog(), at=TODAY, gitignore=False, exclude=exclude))


def told(report: Report) -> list[str]:
    """The findings, with their places."""
    return [f"{f.path}:{f.span.line}: {f.code} {f.subject}" for f in report.findings]


@pytest.mark.slow
def test_the_standard_library() -> None:
    report = look_at(Path(sysconfig.get_paths()["stdlib"]), "site-packages")
    assert report.files > 1_000
    assert told(report) == []


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site-packages of a new environment with the three packages, from uv's cache or the index."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        pytest.skip("uv was not found, which installs the packages")
    folder = tmp_path_factory.mktemp("precision") / "venv"
    python = folder / "bin" / "python"
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    for arguments in (
        ["venv", "--quiet", "--python", sys.executable, str(folder)],
        ["pip", "install", "--quiet", "--only-binary=:all:", "--python", str(python), *PACKAGES.values()],
    ):
        ran = subprocess.run([uv, *arguments], env=variables, capture_output=True, text=True, timeout=240, check=False)
        if ran.returncode:
            pytest.skip(f"the packages cannot be installed here: {ran.stderr.strip().splitlines()[-1:]}")
    return next((folder / "lib").glob("python*/site-packages"))


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKAGES)
def test_large_public_packages(environment: Path, name: str) -> None:
    report = look_at(environment / name)
    assert report.files > 100
    assert told(report) == []
