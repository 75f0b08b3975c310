"""From files to a catalogue, and from a name to a model."""

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog

__all__ = ["Catalog", "default_catalog"]
