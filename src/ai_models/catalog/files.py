"""A catalogue's files: found below some paths, read, and bound to the format that each one's keys show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct

from ai_models.catalog.binding import bind
from ai_models.catalog.document import Document, read_document
from ai_models.catalog.location import yaml_files
from ai_models.catalog.problems import Problem, displayed
from ai_models.catalog.schema import FamilyFile, ModelFile, PricingFile, SourcesFile

__all__ = ["CatalogFiles", "Loaded", "read_files"]

T = TypeVar("T", bound=Struct)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """A file that was read: the document, for lines in messages, and its typed content."""

    document: Document
    content: T

    @property
    def file(self) -> str:
        """The file's name in messages."""
        return self.document.file


@dataclass(slots=True)
class CatalogFiles:
    """Every file of a catalogue by format, and all problems found while reading them."""

    models: list[Loaded[ModelFile]] = field(default_factory=list)
    families: list[Loaded[FamilyFile]] = field(default_factory=list)
    pricing: list[Loaded[PricingFile]] = field(default_factory=list)
    sources: list[Loaded[SourcesFile]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def documents(self) -> list[Document]:
        """Every document that was bound."""
        return [loaded.document for group in (self.models, self.families, self.pricing, self.sources) for loaded in group]


def read_files(roots: Iterable[Path]) -> CatalogFiles:
    """Read and bind every file; what is wrong with one stands in ``problems`` and does not stop the others."""
    files = CatalogFiles()
    for path in yaml_files(roots):
        document = read_document(path)
        _bind_by_keys(document, files)
        files.problems.extend(document.problems)
        document.problems.clear()
    return files


def _bind_by_keys(document: Document, files: CatalogFiles) -> None:
    if document.root is None:
        return
    keys = document.root.keys()
    if "model_id" in keys or "metadata" in keys:
        _add(document, ModelFile, files.models)
    elif "models" in keys:
        _add(document, PricingFile, files.pricing)
    elif "family" in keys:
        _add(document, FamilyFile, files.families)
    elif "sources" in keys:
        _add(document, SourcesFile, files.sources)
    else:
        document.report(
            1,
            "is no catalogue file: a model has the key model_id, a pricing file models, a family family, a sources file "
            "sources",
            found=", ".join(keys[:5]),
        )


def _add(document: Document, kind: type[T], group: list[Loaded[T]]) -> None:
    content = bind(document, kind)
    if content is not None:
        group.append(Loaded(document, content))


def missing(path: Path) -> Problem:
    """The problem of a path that does not exist."""
    return Problem(file=displayed(path), line=0, field="", message="does not exist")
