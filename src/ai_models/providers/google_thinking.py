"""How much a Gemini model thinks: a level or a budget, whichever the model takes, from what a request asks for."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ai_models.models.base import ModelSpec, Reasoning
from ai_models.models.capabilities import ModelCapability, Support
from ai_models.providers.request import Request

__all__ = ["Thinking", "thinking_of"]

_LEVELS = ("minimal", "low", "medium", "high", "xhigh")
_KNOWN_LEVELS = _LEVELS[:4]
"""What a model of which no source says more is taken to have."""

_ORDER = ("none", *_LEVELS, "max")

_TOKENS = {"none": 0, "minimal": 1_024, "low": 1_024, "medium": 8_192, "high": 24_576, "xhigh": 32_768, "max": 32_768}
"""Budgets of the efforts, up to ``high`` as Google's own OpenAI-compatible endpoint sets them."""

_AUTOMATIC = -1


class Thinking(Struct, frozen=True):
    """The SDK's ``thinking_config``, None where nothing is said, and what of the request is served otherwise."""

    config: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


def thinking_of(request: Request, spec: ModelSpec | None) -> Thinking:
    """What a request's effort or budget means for a model."""
    effort, budget = request.reasoning_effort, request.reasoning_budget
    if effort is None and budget is None:
        return Thinking()
    is_wanted = effort != "none" if budget is None else budget > 0
    if not is_wanted and spec is not None and spec.support(ModelCapability.EXTENDED_THINKING) is Support.UNSUPPORTED:
        return Thinking()  # it does not think, and must not be told so
    reasoning = None if spec is None else spec.reasoning
    config, notes = _asked(effort, budget, reasoning)
    return Thinking({**config, "include_thoughts": True} if is_wanted else config, notes)


def _asked(effort: str | None, budget: int | None, reasoning: Reasoning | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    control = None if reasoning is None else reasoning.control
    if reasoning is not None and control == "effort":
        return _level(effort, budget, reasoning.efforts or _KNOWN_LEVELS)
    if reasoning is not None and control == "budget_tokens":
        return _budget(effort, budget, reasoning)
    is_off = effort == "none" if budget is None else budget == 0
    if control == "toggle":
        return {"thinking_budget": 0 if is_off else _AUTOMATIC}, ()
    if control == "always":
        return {}, ("the model always thinks, as much as it finds right",)
    if budget is not None or effort is None:
        return {"thinking_budget": budget}, ()
    return ({"thinking_budget": 0}, ()) if is_off else _level(effort, None, _KNOWN_LEVELS)


def _level(effort: str | None, budget: int | None, levels: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A level for a model that takes levels: the one that is asked for, else the nearest, the higher of two."""
    if effort is None:
        wanted = _effort_of(budget or 0)
        asked = f"a reasoning_budget of {budget or 0:,} tokens"
    else:
        wanted, asked = effort, f"reasoning_effort {effort}"
    known = [level for level in levels if level in _LEVELS] or list(_KNOWN_LEVELS)
    place = _ORDER.index(wanted)
    nearest = min(known, key=lambda level: (abs(_ORDER.index(level) - place), -_ORDER.index(level)))
    is_as_asked = nearest == wanted and effort is not None
    notes = () if is_as_asked else (f"the model takes no {asked}; it is served as {nearest}",)
    return {"thinking_level": nearest.upper()}, notes


def _effort_of(budget: int) -> str:
    return next((effort for effort in ("none", "minimal", "medium", "high") if budget <= _TOKENS[effort]), "max")


def _budget(effort: str | None, budget: int | None, reasoning: Reasoning) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A budget for a model that takes budgets, within its bounds."""
    wanted = _TOKENS[effort or "none"] if budget is None else budget
    least, most = reasoning.min_tokens or 0, reasoning.max_tokens
    if effort == "max" and budget is None and most is not None:
        wanted = most
    if wanted == 0 and (reasoning.can_disable or least == 0):
        return {"thinking_budget": 0}, ()
    given = max(wanted, least) if most is None else min(max(wanted, least), most)
    is_as_asked = given == wanted or (budget is None and wanted > 0)  # an effort is no promise of a number
    notes = () if is_as_asked else (f"the model thinks with {least:,} tokens or more; {given:,} are allowed",)
    if not is_as_asked and given < wanted:
        notes = (f"the model thinks with up to {given:,} tokens; reasoning_budget {wanted:,} is cut to that",)
    return {"thinking_budget": given}, notes
