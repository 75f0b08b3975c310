"""Model specifications: names, limits and prices of every model that we call.

    >>> from models import ModelRegistry, Provider
    >>> ModelRegistry.get_recommended_model(Provider.ANTHROPIC).name
    'Claude Sonnet 4.5'
"""

from models.registry import ModelRegistry, ModelSpec, Provider

__all__ = ["ModelRegistry", "ModelSpec", "Provider"]
