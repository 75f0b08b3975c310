"""Fixtures of the catalogue's tests: YAML text in, problems out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from layering import BASE, Lay

from ai_models.catalog.catalog import Catalog
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


@pytest.fixture
def base(write: Callable[[str, str], Path]) -> Catalog:
    """A small catalogue to lay overlays on."""
    return Catalog.load([write(f"base/{name}", text) for name, text in BASE.items()])


@pytest.fixture
def lay(write: Callable[[str, str], Path], base: Catalog) -> Lay:
    """That catalogue with overlays of one file each."""

    def on_base(*texts: str) -> Catalog:
        paths = [write(f"overlay{n}/file.yaml", dedent(text)) for n, text in enumerate(texts, 1)]
        return Catalog.load([path.parent for path in paths], base=base)

    return on_base
