"""What to write instead of each old name: what warnings say, and what the command ``ai-models-legacy calls`` lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = ["INSTEAD", "instead", "instead_of_provider", "instead_of_spec"]

_CONSTANTS = {
    "CLAUDE_SONNET": "CLAUDE_SONNET_4_5",
    "CLAUDE_HAIKU": "CLAUDE_HAIKU_4_5",
    "CLAUDE_OPUS": "CLAUDE_OPUS_4_1",
    "GEMINI_PRO": "GEMINI_2_5_PRO",
    "GEMINI_FLASH": "GEMINI_2_5_FLASH",
    "GEMINI_FLASH_LITE": "GEMINI_2_5_FLASH_LITE",
    "GPT_4O": "GPT_4O",
    "GPT_4O_MINI": "GPT_4O_MINI",
}
"""The constants of ``models.registry``, which ``ai_models.registry`` has too, and the attributes of the same models."""

INSTEAD: dict[str, str] = {
    **{name: f"`from ai_models.registry import {name}`" for name in _CONSTANTS},
    **{f"ModelRegistry.{attribute}": f"`from ai_models.registry import {name}`" for name, attribute in _CONSTANTS.items()},
    "Provider": "`from ai_models.registry import Provider`, whose members are texts",
    "ModelSpec": "`from ai_models import ModelSpec` to read models, and an overlay to declare your own (docs/overlays.md)",
    "ModelRegistry": "`from ai_models import ModelRegistry`",
    "ModelRegistry.VERIFICATION_SOURCES": "`ai_models.get_model(name).docs_url`: a model has its own page",
    "ModelRegistry._DEPRECATED": '`ai_models.ModelRegistry.get_replacement("claude-3-opus-20240229")`: every model knows it',
    "ModelRegistry.get_all_current_models": "`ai_models.ModelRegistry.get_specs(ai_models.registry.LEGACY_MODELS)`, or "
    "`ai_models.ModelRegistry.get_all_current_models()` for every model that can be called",
    "ModelRegistry.get_spec": "`ai_models.ModelRegistry.get_spec(name, None)`",
    "ModelRegistry.get_by_provider": "`{key: spec for key, spec in ai_models.ModelRegistry.get_specs("
    'ai_models.registry.LEGACY_MODELS).items() if spec.provider == "anthropic"}`, or '
    '`ai_models.ModelRegistry.get_by_provider("anthropic")` for every model that is sold there',
    "ModelRegistry.is_deprecated": "`ai_models.ModelRegistry.is_deprecated(name, False)`, which knows of retirements since",
    "ModelRegistry.get_replacement": "`ai_models.ModelRegistry.get_replacement(name, None)`, which gives an identifier",
    "ModelRegistry.get_recommended_model": "`ai_models.registry.CLAUDE_SONNET`, `ai_models.registry.GEMINI_FLASH` or "
    '`ai_models.registry.GPT_4O`, as it was, or `ai_models.find_models_with_capabilities({"function_calling"})` by what the '
    "model must be able to do",
    "ModelRegistry.verify_all_docs_accessible": "`ai_models.get_model(name).docs_url`, and a request of your own",
    "SignalCategory": "`from ai_models.providers import SignalCategory`",
    "ClassificationResult": "`from ai_models.providers import ClassificationResult`",
    "ProviderMetrics": "`from ai_models.providers import ProviderMetrics`",
    "LLMProvider": "`from ai_models.providers import LLMProvider`",
    "ClaudeProvider": "`from ai_models.providers import ClaudeProvider`, to which claude-sonnet is the newest Sonnet",
    "CLAUDE_PRICING": '`ai_models.PricingService().get_pricing("claude-haiku-4.5").input_per_1m` and `.output_per_1m`',
    "get_provider": "`from ai_models.providers import get_provider`, to which claude-sonnet is the newest Sonnet",
}
"""By old name without its module; the members of ``ModelRegistry`` have the class before them."""

_MODULES = ("models.registry.", "providers.base.", "providers.factory.", "providers.claude.", "models.", "providers.")


def instead(name: str) -> str:
    """What to write instead of an old name, given with its module or without."""
    for module in _MODULES:
        if name.startswith(module):
            name = name.removeprefix(module)
            break
    return INSTEAD.get(name, "the names of ai_models (docs/migration.md)")


def instead_of_spec(key: object) -> str:
    """What to write instead of ``ModelRegistry.get_spec(key)``."""
    return f"`ai_models.ModelRegistry.get_spec({key!r}, None)`"


def instead_of_provider(name: object, meant: str | None, ended: ModelSpec | None = None) -> str:
    """What to write instead of ``get_provider(name)``.

    Args:
        name: as it was asked for.
        meant: the key of the model that a short name has always meant here, and does not mean to ai_models.
        ended: the model of that name, where it is retired: ai_models refuses to call it.
    """
    if ended is None:
        if meant is None:
            return f"`ai_models.get_provider({name!r})`"
        return f"`ai_models.get_provider({meant!r})`: that is the model that {name!r} has always meant here"
    on = f" on {ended.lifecycle.retires_on}" if ended.lifecycle.retires_on else ""
    what = ended.api_identifier if meant is None else f"{meant}, which {name!r} has always meant here,"
    named = ended.lifecycle.replacement
    if len(named) == 1:
        return f"`ai_models.get_provider({named[0]!r})`, another model: {what} was retired{on}"
    several = f"one of {', '.join(named)}" if named else "another model"
    return f"`ai_models.get_provider(name)` with {several}: {what} was retired{on}"
