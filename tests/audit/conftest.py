"""A made-up catalogue, and an audit of files that a test writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from audit_catalog import FILES, TODAY

from ai_models.audit import Finding, Options, Report, audit
from ai_models.audit.gathering import Judge
from ai_models.audit.names import Names
from ai_models.catalog import Catalog

Look = Callable[..., Report]
Found = Callable[..., list[Finding]]


@pytest.fixture(scope="session")
def made_up_catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    root = tmp_path_factory.mktemp("audit-catalogue")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text), encoding="utf-8")
    return Catalog.load([root])


@pytest.fixture(scope="session")
def names(made_up_catalog: Catalog) -> Names:
    return Names(made_up_catalog, TODAY)


@pytest.fixture(scope="session")
def judge(names: Names) -> Judge:
    return Judge(names)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    folder = tmp_path / "tree"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def look(tree: Path, made_up_catalog: Catalog) -> Look:
    """Write files and audit them, by the made-up catalogue, on 2026-11-30."""

    def run(files: dict[str, str | bytes], *paths: str, **options: Any) -> Report:
        for name, content in files.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return audit(list(paths) or ["."], Options(**{"catalog": made_up_catalog, "at": TODAY, "jobs": 1} | options))

    return run


@pytest.fixture
def found(look: Look) -> Found:
    """The findings in one text, by default as Python."""

    def run(text: str | bytes, name: str = "code.py", **options: Any) -> list[Finding]:
        report = look({name: text}, **options)
        for finding in report.findings:
            assert finding.source or finding.code == "AIM901"
        return list(report.findings)

    return run


@pytest.fixture
def codes(found: Found) -> Callable[..., list[tuple[str, str]]]:
    """The codes in one text, each with its subject."""
    return lambda text, name="code.py", **options: [(f.code, f.subject) for f in found(text, name, **options)]
