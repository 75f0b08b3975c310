"""A catalogue's files: found below some paths, read, and bound to the format that each one's keys show."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct

from ai_models.catalog.binding import bind_partly
from ai_models.catalog.document import Document, Mapping, Scalar, Sequence, read_document
from ai_models.catalog.location import yaml_files
from ai_models.catalog.problems import Problem, displayed, shown
from ai_models.catalog.schema import (
    ContractFile,
    EndpointsFile,
    FamilyFile,
    ModelFile,
    PricingFile,
    QuarantineFile,
    SourcesFile,
)
from ai_models.catalog.sync.journal import recover

__all__ = ["CatalogFiles", "Loaded", "format_of", "names_in", "read_documents", "read_files"]

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
    quarantine: list[Loaded[QuarantineFile]] = field(default_factory=list)
    contracts: list[Loaded[ContractFile]] = field(default_factory=list)
    endpoints: list[Loaded[EndpointsFile]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unbound: set[str] = field(default_factory=set)
    """``maker/name`` of models whose files have problems of their own."""

    @property
    def documents(self) -> list[Document]:
        """Every document that was bound."""
        catalogued = (self.models, self.families, self.pricing, self.sources, self.quarantine)
        groups = (*catalogued, self.contracts, self.endpoints)
        return [loaded.document for group in groups for loaded in group]


def read_files(roots: Iterable[Path]) -> CatalogFiles:
    """Read and bind every file; what is wrong with one stands in ``problems`` and does not stop the others.

    A file that several roots or links lead to is read once.
    """
    files = CatalogFiles()
    for document in read_documents(roots, files.problems):
        _bind_by_keys(document, files)
        files.problems.extend(document.problems)
        document.problems.clear()
    return files


def read_documents(roots: Iterable[Path], problems: list[Problem]) -> Iterator[Document]:
    """Every file at or below the roots, read once however many roots or links lead to it."""
    seen: set[str] = set()
    places = list(roots)
    recover(places)  # what an interrupted sync began is completed before anybody reads half of it
    for path in _paths(places, problems):
        real = os.path.realpath(path)
        if real not in seen:
            seen.add(real)
            yield read_document(path)


def _paths(roots: Iterable[Path], problems: list[Problem]) -> Iterator[Path]:
    for root in roots:
        try:
            root.lstat()
            yield from yaml_files([root])
        except (FileNotFoundError, NotADirectoryError):
            problems.append(_unreachable(root, "does not exist"))
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            problems.append(_unreachable(root, f"cannot be read: {getattr(error, 'strerror', None) or error}"))


def _unreachable(path: Path, message: str) -> Problem:
    return Problem(file=displayed(path), line=0, field="", message=message)


def _bind_by_keys(document: Document, files: CatalogFiles) -> None:
    kind = format_of(document)
    if kind is ModelFile:
        if not _add(document, ModelFile, files.models) and document.root is not None:
            files.unbound.update(names_in(document.root))
    elif kind is PricingFile:
        _add(document, PricingFile, files.pricing)
    elif kind is FamilyFile:
        _add(document, FamilyFile, files.families)
    elif kind is SourcesFile:
        _add(document, SourcesFile, files.sources)
    elif kind is QuarantineFile:
        _add(document, QuarantineFile, files.quarantine)
    elif kind is ContractFile:
        _add(document, ContractFile, files.contracts)
    elif kind is EndpointsFile:
        _add(document, EndpointsFile, files.endpoints)


def format_of(document: Document) -> type[Struct] | None:
    """The format that a file's keys show; None where it could not be read, or shows none, which is reported."""
    if document.root is None:
        return None
    keys = document.root.keys()
    for kind, marks in _MARKS.items():
        if any(mark in keys for mark in marks):
            return kind
    document.report(
        1,
        "is no catalogue file: a model has the key model_id, a pricing file models, a family family, a sources file "
        "sources, a contract terms, an endpoints file endpoints, and the list of what is not believed quarantine",
        found=shown(", ".join(keys[:5])),
    )
    return None


_MARKS: dict[type[Struct], tuple[str, ...]] = {
    ModelFile: ("model_id", "metadata"),
    PricingFile: ("models",),
    FamilyFile: ("family",),
    SourcesFile: ("sources",),
    QuarantineFile: ("quarantine",),
    ContractFile: ("terms",),
    EndpointsFile: ("endpoints",),
}


def _add(document: Document, kind: type[T], group: list[Loaded[T]]) -> bool:
    """Bind what fits of a file, so that its checks run too; gives whether all of it did."""
    content = bind_partly(document, kind)
    if content is not None:
        group.append(Loaded(document, content))
    return content is not None and not document.unbound


def names_in(root: Mapping) -> Iterator[str]:
    """``maker/name`` of every name that the file seems to claim, as far as its shape allows to tell."""
    maker, model_id, aliases = root.get("provider"), root.get("model_id"), root.get("aliases")
    nodes = [model_id, *(aliases.items if isinstance(aliases, Sequence) else ())]
    for node in nodes:
        name = node.get("name") if isinstance(node, Mapping) else node
        if isinstance(name, Scalar) and isinstance(maker, Scalar):
            yield f"{maker.text}/{name.text}"
