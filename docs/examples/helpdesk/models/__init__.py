from models.registry import ModelRegistry, ModelSpec, Provider

__all__ = ["ModelRegistry", "ModelSpec", "Provider"]
