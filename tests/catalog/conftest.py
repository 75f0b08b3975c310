"""Fixtures of the catalogue's tests: YAML text in, problems out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ai_models.catalog.document import Document, read_document
from ai_models.catalog.problems import Problem
from ai_models.catalog.validate import validate

Reader = Callable[[str | bytes], Document]
Report = Callable[..., list[Problem]]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read one file with this content."""

    def read_content(content: str | bytes) -> Document:
        path = tmp_path / "file.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_document(path)

    return read_content


@pytest.fixture
def report(write: Callable[[str, str], Path]) -> Report:
    """All problems of a catalogue of these files."""

    def problems_of(*texts: str) -> list[Problem]:
        return validate([write(f"file{place}.yaml", text) for place, text in enumerate(texts)]).problems

    return problems_of
