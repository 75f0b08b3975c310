"""The doors to the library, imported on first use: help, completion of options and usage errors need no catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ai_models.catalog import Catalog
    from ai_models.registry import PricingService

__all__ = ["CURRENT", "catalog", "now", "prices"]

CURRENT = ("active", "preview", "deprecated")
"""The statuses of models that can still be called, as ``ModelRegistry.get_all_current_models`` has them."""


def catalog() -> Catalog:
    """The process-wide catalogue.

    Raises:
        CatalogError: it cannot be used.
    """
    from ai_models.catalog.default import default_catalog  # 0.07 s that --help does not pay

    return default_catalog()


def prices() -> PricingService:
    """Prices of the process-wide catalogue."""
    from ai_models.registry.pricing_service import PricingService  # as above

    return PricingService()


def now() -> datetime:
    """This instant in UTC."""
    return datetime.now(UTC)
