"""The public door to the capability taxonomy: ``from ai_models.capabilities import ModelCapability``."""

from ai_models.models.capabilities import CapabilityWarning, ModelCapability, Support, validate_capabilities

__all__ = ["CapabilityWarning", "ModelCapability", "Support", "validate_capabilities"]
