"""What a model costs: meters, rates and dated price versions; ``PricingService`` is the door to them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ai_models.pricing.models import Offering, Override, Pricing, PricingVersion, Rate, RateCard

if TYPE_CHECKING:
    from ai_models.registry.pricing_service import PricingService

__all__ = ["Offering", "Override", "Pricing", "PricingService", "PricingVersion", "Rate", "RateCard"]


def __getattr__(name: str) -> Any:
    """``from ai_models.pricing import PricingService``, as in the original design, without an arrow that points up."""
    if name == "PricingService":
        return import_module("ai_models.registry.pricing_service").PricingService
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
