"""The roster of eight: which answer a model has under the flag, and the names that callers know it by."""

from __future__ import annotations

from types import FrameType

from ai_models_legacy.flag import Answers, answers
from ai_models_legacy.frozen import SPECS
from ai_models_legacy.spec import ModelSpec

__all__ = ["CONSTANTS", "constant", "model", "warn_of"]

CONSTANTS: dict[str, str] = {
    "CLAUDE_SONNET": "claude-sonnet-4.5",
    "CLAUDE_HAIKU": "claude-haiku-4.5",
    "CLAUDE_OPUS": "claude-opus-4.1",
    "GEMINI_PRO": "gemini-2.5-pro",
    "GEMINI_FLASH": "gemini-2.5-flash",
    "GEMINI_FLASH_LITE": "gemini-2.5-flash-lite",
    "GPT_4O": "gpt-4o",
    "GPT_4O_MINI": "gpt-4o-mini",
}
"""The constants of ``models.registry``, and the keys of their models."""


def model(key: str, frame: FrameType | None = None) -> ModelSpec:
    """A model of the roster; whoever uses one that is retired or deprecated is warned at the line of ``frame``.

    Raises:
        FlagError: the flag says none of what it may.
        CatalogError: the catalogue cannot be used.
    """
    answer = answers()
    if answer is Answers.NEW:
        from ai_models_legacy.served import used  # loads the catalogue, which frozen answers do without

        return used(key, frame)
    if answer is Answers.SHADOW:
        _observe(key)
    return SPECS[key]


def warn_of(key: str, frame: FrameType | None) -> None:
    """The warning of ``model`` alone."""
    if frame is not None and answers() is Answers.NEW:
        model(key, frame)


def constant(name: str, frame: FrameType | None) -> ModelSpec:
    """The model of a constant of ``models.registry``; as ``model``."""
    return model(CONSTANTS[name], frame)


def _observe(key: str) -> None:
    from ai_models_legacy.differences import fields_of  # a shadow is asked for by few
    from ai_models_legacy.shadow import observe

    def new() -> dict[str, object]:
        from ai_models_legacy.served import served  # as above

        return fields_of(served(key).spec)

    observe(key, fields_of(SPECS[key]), new)
