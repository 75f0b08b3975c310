"""Importers of public feeds, one module a format; each turns a file into typed claims and rejected rows.

Nothing imports this package when the library starts.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Protocol

from ai_models.catalog.sources import (
    deprecations,
    genai_prices,
    litellm,
    models_dev,
    openrouter,
    price_observations,
    rates,
    vendor_facts,
)
from ai_models.catalog.sources.reading import Imported

__all__ = ["IMPORTERS", "Imported", "Importer"]


class Importer(Protocol):
    """Reads one file of one format; ``as_of`` is the day for which the file speaks."""

    def __call__(self, path: Path, *, as_of: date) -> Imported:
        """The claims of the file, and what was left out of it."""


IMPORTERS: dict[str, Importer] = {
    genai_prices.SOURCE: genai_prices.read,
    litellm.SOURCE: litellm.read,
    models_dev.SOURCE: models_dev.read,
    deprecations.SOURCE: deprecations.read,
    vendor_facts.SOURCE: vendor_facts.read,
    price_observations.SOURCE: price_observations.read,
    openrouter.SOURCE: openrouter.read,
    rates.SOURCE: rates.read,
}
"""The importers by the name of their source."""
