"""Models by the names of constants, for configuration files that name them so (``model: CLAUDE_SONNET``)."""

import importlib
from typing import Any

from models import registry

REGISTRY_MODULE = "models.registry"


def by_constant(name: str) -> Any:
    """The model of a constant, such as ``CLAUDE_SONNET``."""
    return getattr(registry, name)


def by_constant_or_sonnet(name: str) -> Any:
    return getattr(registry, name, None) or getattr(registry, "CLAUDE_SONNET")


def by_late_import(name: str) -> Any:
    """As ``by_constant``; the registry is imported now, not with this module."""
    return getattr(importlib.import_module("models.registry"), name)


def by_configured_module(name: str, module: str = REGISTRY_MODULE) -> Any:
    """As ``by_constant``, from a module that a configuration may name."""
    return vars(importlib.import_module(module))[name]


def factory() -> Any:
    return __import__("providers.factory", fromlist=["get_provider"]).get_provider
