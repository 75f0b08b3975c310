"""Who says what the catalogue would be: claims of the sources in, the documents of all files out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from ai_models.catalog.sources.reading import Imported

__all__ = ["Proposal", "Proposer"]


class Proposal(Struct, frozen=True, kw_only=True):
    """The documents of a whole catalogue by path: ``definitions/<maker>/<model>.yaml``, ``pricing/<provider>.yaml``."""

    files: Mapping[str, Mapping[str, Any]]


class Proposer(Protocol):
    """Makes a catalogue of what was imported, by the name of the source."""

    def __call__(self, imported: Mapping[str, Imported]) -> Proposal:
        """The documents of all files; equal input gives equal documents, whatever its order."""
