"""Know, price and choose AI models: one dated, sourced catalogue that answers offline."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_models.catalog import Catalog
    from ai_models.errors import AIModelsError
    from ai_models.models.base import ModelSpec, ModelStatus
    from ai_models.models.capabilities import CapabilityWarning, ModelCapability, Support, validate_capabilities
    from ai_models.pricing.cost import Cost
    from ai_models.pricing.models import Pricing, PricingVersion
    from ai_models.pricing.usage import Usage
    from ai_models.registry.model_registry import ModelRegistry, find_models_with_capabilities, get_model
    from ai_models.registry.pricing_service import PricingService, price
    from ai_models.registry.provider_registry import ProviderRegistry, get_provider
    from ai_models.selection.choice import select
    from ai_models.selection.comparison import compare
    from ai_models.selection.guidance import guide
    from ai_models.selection.recommendation import recommend
    from ai_models.selection.workload import Workload

__version__ = "0.1.0"

__all__ = [
    "AIModelsError",
    "CapabilityWarning",
    "Catalog",
    "Cost",
    "ModelCapability",
    "ModelRegistry",
    "ModelSpec",
    "ModelStatus",
    "Pricing",
    "PricingService",
    "PricingVersion",
    "ProviderRegistry",
    "Support",
    "Usage",
    "Workload",
    "compare",
    "find_models_with_capabilities",
    "get_model",
    "get_provider",
    "guide",
    "price",
    "recommend",
    "select",
    "validate_capabilities",
]

# Public names are imported on first use (PEP 562): importing the package costs next to nothing.
_HOMES = {
    "AIModelsError": "ai_models.errors",
    "CapabilityWarning": "ai_models.models.capabilities",
    "Catalog": "ai_models.catalog",
    "Cost": "ai_models.pricing.cost",
    "ModelCapability": "ai_models.models.capabilities",
    "ModelRegistry": "ai_models.registry.model_registry",
    "ModelSpec": "ai_models.models.base",
    "ModelStatus": "ai_models.models.base",
    "Pricing": "ai_models.pricing.models",
    "PricingService": "ai_models.registry.pricing_service",
    "PricingVersion": "ai_models.pricing.models",
    "ProviderRegistry": "ai_models.registry.provider_registry",
    "Support": "ai_models.models.capabilities",
    "Usage": "ai_models.pricing.usage",
    "Workload": "ai_models.selection.workload",
    "compare": "ai_models.selection.comparison",
    "find_models_with_capabilities": "ai_models.registry.model_registry",
    "get_model": "ai_models.registry.model_registry",
    "get_provider": "ai_models.registry.provider_registry",
    "guide": "ai_models.selection.guidance",
    "price": "ai_models.registry.pricing_service",
    "recommend": "ai_models.selection.recommendation",
    "select": "ai_models.selection.choice",
    "validate_capabilities": "ai_models.models.capabilities",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use and keep it."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion in an interpreter."""
    return [*__all__, "__version__"]
