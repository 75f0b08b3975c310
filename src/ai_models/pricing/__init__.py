"""What a model costs: meters, rates, dated versions, usages and their costs; ``PricingService`` is the door to them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ai_models.pricing.models import Offering, Override, Pricing, PricingVersion, Rate, RateCard

if TYPE_CHECKING:
    from ai_models.pricing.context import Context
    from ai_models.pricing.cost import Cost, CostLine
    from ai_models.pricing.engine import Tariff
    from ai_models.pricing.usage import Usage
    from ai_models.registry.pricing_service import PricingService

__all__ = [
    "Context",
    "Cost",
    "CostLine",
    "Offering",
    "Override",
    "Pricing",
    "PricingService",
    "PricingVersion",
    "Rate",
    "RateCard",
    "Tariff",
    "Usage",
]

# Imported on first use: looking up a price needs no engine. ``PricingService`` stands here as in the original design,
# without an arrow that points up.
_HOMES = {
    "Context": "ai_models.pricing.context",
    "Cost": "ai_models.pricing.cost",
    "CostLine": "ai_models.pricing.cost",
    "PricingService": "ai_models.registry.pricing_service",
    "Tariff": "ai_models.pricing.engine",
    "Usage": "ai_models.pricing.usage",
}


def __getattr__(name: str) -> Any:
    """A public name on first use."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
