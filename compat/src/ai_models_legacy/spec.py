"""``Provider`` and ``ModelSpec`` as the old registry had them: an enum, and a flat frozen dataclass."""

# Annotations are kept as types and not as text: a dataclass looks texts up in its module, which is the old one by name.

from dataclasses import dataclass
from datetime import date
from enum import Enum

__all__ = ["ModelSpec", "Provider"]


class Provider(Enum):
    """Who makes and serves a model."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GOOGLE = "google"


@dataclass(frozen=True)
class ModelSpec:
    """One model; windows are in tokens, prices in USD per 1M tokens.

    ``context_window_output`` None means the same as the input. ``knowledge_cutoff`` is a month such as "January 2025".
    """

    provider: Provider
    name: str
    api_identifier: str
    context_window_input: int
    context_window_output: int | None
    input_price_per_1m: float
    output_price_per_1m: float
    knowledge_cutoff: str
    last_verified: date
    docs_url: str
    notes: str = ""
    recommended_for: tuple[str, ...] = ()


# By the old name, so that values pickled here can be read where the old packages are still installed, and the reverse.
Provider.__module__ = ModelSpec.__module__ = "models.registry"
