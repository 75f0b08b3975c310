"""``get_provider`` as callers know it: a name in, a provider out, and a ``ValueError`` for a name that nobody knows."""

from __future__ import annotations

from typing import Any

from ai_models.errors import InvalidRequestError, ModelNotFoundError
from ai_models.models.base import ModelSpec, ModelStatus
from ai_models.providers.base import LLMProvider
from ai_models.registry.model_registry import ModelRegistry
from ai_models.registry.provider_registry import get_provider as _get_provider
from ai_models_legacy import advice, frozen
from ai_models_legacy.callsite import told
from ai_models_legacy.claude import ClaudeProvider
from ai_models_legacy.flag import Answers, answers
from ai_models_legacy.lifecycle import end_of_life, warn_of_end
from ai_models_legacy.pricing import MODELS

__all__ = ["get_provider"]

_PINNED = {
    **MODELS,
    "gemini-pro": "gemini-2.5-pro",
    "gemini-flash": "gemini-2.5-flash",
    "gemini-flash-lite": "gemini-2.5-flash-lite",
}
"""The short names, which mean models of the roster for ever; to ai_models some of them mean others, or none."""


def get_provider(model: str, enable_caching: bool = True, **options: Any) -> LLMProvider:  # noqa: FBT001, FBT002 as of old
    """A provider for a model: ``claude-haiku``, ``claude-sonnet``, ``claude-opus``, or any name that ai_models knows.

    Claude comes as a ``ClaudeProvider``. A retired model warns instead of failing before the call. Options are those of
    ``ai_models.providers.LLMProvider``.

    Raises:
        ValueError: a name that nobody knows; it names those that are supported.
    """
    name = _folded(model)
    key = _PINNED.get(name)
    frame = told("providers.factory.get_provider", lambda: advice.instead_of_provider(model, key, _ended(key, name)))
    provider = _made(name, model.strip(), {"enable_caching": enable_caching, "checks": "warn", **options})
    ending = end_of_life(provider.spec) if provider.spec is not None and answers() is Answers.NEW else None
    if frame is not None and ending is not None:
        warn_of_end(frame, ending)
    return provider


def _folded(model: object) -> str:
    if not isinstance(model, str) or not model.strip():
        raise InvalidRequestError(f"a model's name is a text, found {model!r}; supported: {_supported()}")
    return model.strip().casefold()


def _made(name: str, model: str, options: dict[str, Any]) -> LLMProvider:
    if name in MODELS:
        return ClaudeProvider(name, **options)
    if name in _PINNED:
        return _get_provider(frozen.SPECS[_PINNED[name]].api_identifier, **options)
    spec = _spec(name)
    if spec is not None and spec.provider == "anthropic":
        return ClaudeProvider(name, **options)
    try:
        return _get_provider(model, **options)
    except ModelNotFoundError as error:
        raise ModelNotFoundError(model, suggestions=error.suggestions, hint=f"supported: {_supported()}") from None


def _spec(name: str) -> ModelSpec | None:
    """What a name means, unless it is a provider's (``bedrock:…``), or none."""
    return None if ":" in name else ModelRegistry.get_spec(name, None)


def _ended(key: str | None, name: str) -> ModelSpec | None:
    """The model of a key of the roster, or of another name, where it is retired."""
    spec = _spec(name if key is None else frozen.SPECS[key].api_identifier)
    return spec if spec is not None and spec.status is ModelStatus.RETIRED else None


def _supported() -> str:
    return f"{', '.join((*_PINNED, *frozen.SPECS))}, and every name that `ai-models list` shows"
