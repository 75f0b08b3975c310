"""Which model for which work: what was asked for, else a fallback, else the house default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional

import models.registry as r
from models import ModelRegistry, ModelSpec, Provider
from models.registry import CLAUDE_SONNET as SONNET, GPT_4O

FALLBACKS = {
    "claude-sonnet-4.5": ("claude-haiku-4.5", "gpt-4o"),
    "claude-opus-4.1": ("claude-sonnet-4.5",),
    "gpt-4o": ("gpt-4o-mini", "claude-haiku-4.5"),
    "gpt-5-nano-preview": ("gpt-4o-mini",),
}

# who is asked first when only the vendor is given
BY_VENDOR = {
    "anthropic": Provider.ANTHROPIC,
    "openai": Provider.OPENAI,
    "google": Provider.GOOGLE,
}


@dataclass(frozen=True)
class Choice:
    """A model and why it was taken."""

    spec: ModelSpec
    reason: str

    @property
    def identifier(self) -> str:
        return self.spec.api_identifier


def pick(key: str, default: ModelSpec = SONNET) -> Choice:
    """The model asked for; where we do not have it, the first of its fallbacks; else the default."""
    spec = ModelRegistry.get_spec(key)
    if spec is not None:
        return Choice(spec, "asked for")
    for other in FALLBACKS.get(key, ()):
        if found := ModelRegistry.get_spec(other):
            return Choice(found, f"fallback for {key}")
    return Choice(default, f"default, no model is called {key}")


def pick_or_4o(key: str) -> ModelSpec:
    return ModelRegistry.get_spec(key) or GPT_4O


def require(key: str) -> ModelSpec:
    if (spec := r.ModelRegistry.get_spec(key)) is None:
        raise LookupError(f"we have no model called {key!r}")
    return spec


def display_name(key: str) -> str:
    """A model's name for people; the key itself where nobody knows it."""
    spec = r.ModelRegistry.get_spec(key)
    return spec.name if spec else key


def known(keys: Iterable[str]) -> list[ModelSpec]:
    """Those of the keys that mean a model."""
    return [spec for key in keys if (spec := ModelRegistry.get_spec(key))]


def known_again(keys: Iterable[str]) -> list[ModelSpec]:
    """The same, as Jonas likes it."""
    return list(filter(None, map(ModelRegistry.get_spec, keys)))


def has_model(key: str) -> bool:
    if not ModelRegistry.get_spec(key):
        return False
    return True


def find(key: str) -> Optional[ModelSpec]:
    return ModelRegistry.get_spec(key)


def window_of(key: str) -> int:
    """How many tokens a model reads. The key is one of ours, so there is always a spec."""
    return ModelRegistry.get_spec(key).context_window_input


def safe_window_of(key: str) -> int:
    """The same for keys that users type."""
    try:
        return ModelRegistry.get_spec(key).context_window_input
    except AttributeError:  # None has no window
        return 8_000


def default_for(vendor: str) -> ModelSpec:
    """What to take from a vendor when nobody has an opinion."""
    return ModelRegistry.get_recommended_model(BY_VENDOR[vendor])


def default_claude() -> ModelSpec:
    return ModelRegistry.get_recommended_model(Provider.ANTHROPIC)


def answer_room(spec: ModelSpec) -> int:
    """How long an answer may be; the old way of saying "as long as the prompt" is None."""
    return spec.context_window_output or spec.context_window_input


def cheapest(keys: Iterable[str], input_tokens: int, output_tokens: int) -> ModelSpec:
    """The model of these that does a piece of work for the least money."""

    def cost(spec: "r.ModelSpec") -> float:
        return input_tokens * spec.input_price_per_1m + output_tokens * spec.output_price_per_1m

    return min(known(keys), key=cost)


def suited_for(use: str) -> list[ModelSpec]:
    """The models that we have found good for something, such as "tagging"."""
    return [spec for spec in ModelRegistry.get_all_current_models().values() if use in spec.recommended_for]


def largest_window() -> r.ModelSpec:
    """Of those that the desk has a contract for: Claude and GPT-4o."""
    return max((r.ModelRegistry.CLAUDE_SONNET_4_5, r.ModelRegistry.GPT_4O), key=lambda spec: spec.context_window_input)
