"""What a proposal consists of: its files, and a report of what stayed open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ai_models.catalog.claims import Rejected
from ai_models.models.base import Conflict

__all__ = ["DEFINITIONS", "PRICES", "Document", "Proposal", "Report", "counts_of", "told"]

DEFINITIONS = "models/definitions"
PRICES = "pricing/data"

Document = dict[str, Any]
"""A file's content as plain values."""


class Report(Struct, kw_only=True):
    """What stayed open, or was left out, and why."""

    counts: dict[str, int]
    unmatched: dict[str, list[str]]
    """Identifiers that match no model, by provider."""
    first_party: dict[str, str]
    """Rows of makers' own providers that are no models of theirs, with the reason."""
    open_first_party: list[str]
    """Rows of makers' own providers that match no model, and for which no rule gives a reason."""
    conflicts: list[str]
    left_out: list[Rejected]


class Proposal(Struct, kw_only=True):
    """Every file of the catalogue by its path below the package, as a plain document; and the report."""

    files: dict[str, Document]
    quarantine: Document
    """The content of the file ``QUARANTINE``, which has a form of its own."""
    report: Report


def told(subject: str, conflict: Conflict) -> str:
    """A conflict in one line."""
    return f"{subject} {conflict.field}: {conflict.values} -> {conflict.settled_by}"


def counts_of(files: Mapping[str, Document]) -> dict[str, int]:
    """How much a proposal holds."""
    models = [document for path, document in files.items() if path.startswith(DEFINITIONS)]
    prices = [document for path, document in files.items() if path.startswith(PRICES)]
    entries = [entry for document in prices for entry in document["models"].values()]
    return {
        "models": len(models),
        "offerings": len(entries),
        "providers": len(prices),
        "histories": sum(len(entry.get("pricing_versions", ())) > 1 for entry in entries),
    }
