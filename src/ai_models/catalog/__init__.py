"""From files to a catalogue, and from a name to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog

if TYPE_CHECKING:
    from ai_models.catalog.contract_files import load_contract

__all__ = ["Catalog", "default_catalog", "load_contract"]


def __getattr__(name: str) -> Any:
    """Import the reader of contracts on first use: it reads YAML, which no name needs."""
    if name != "load_contract":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ai_models.catalog.contract_files import load_contract  # as above

    return load_contract
