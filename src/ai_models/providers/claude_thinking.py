"""How a request's ``reasoning_effort`` or ``reasoning_budget`` is said to a Claude model.

Models differ in how thinking is steered, and the catalogue's ``reasoning`` facts say how: by a budget of tokens
(``thinking.type`` ``enabled``), or by an effort with the model deciding itself (``adaptive``). Source: the ``anthropic`` SDK
2.12 (``ThinkingConfigParam``, ``OutputConfigParam``) and Anthropic's pages on extended and adaptive thinking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ai_models.errors import InvalidRequestError
from ai_models.models.base import Reasoning
from ai_models.providers.request import Request

__all__ = ["thinking_of"]

_LEAST_BUDGET = 1_024
"""What the API takes at least."""

_BUDGETS = {"minimal": 1_024, "low": 2_048, "medium": 8_192, "high": 24_576, "xhigh": 49_152, "max": 131_072}
"""Tokens for a word, where a model knows budgets only; each is cut to what the model and ``max_tokens`` leave room for."""

Doubt = Callable[[str], None]
"""Told of what the catalogue says the model cannot do; it raises, warns, or lets it pass."""


def thinking_of(request: Request, reasoning: Reasoning | None, *, known: bool, most: int, doubt: Doubt) -> dict[str, Any]:
    """The fields ``thinking`` and ``effort`` of a call; empty where the request leaves it to the model.

    Args:
        known: whether the catalogue knows the model; ``reasoning`` None then means that it does not think.
        most: the call's ``max_tokens``, which thoughts are part of.
        doubt: see ``Doubt``.

    Raises:
        InvalidRequestError: no room for thoughts, or a temperature that thinking forbids.
    """
    effort, budget = request.reasoning_effort, request.reasoning_budget
    if effort is None and budget is None:
        return {}
    if effort == "none" or (effort is None and budget == 0):
        return _without(reasoning, known=known, doubt=doubt)
    found = _by_budget(effort, budget, reasoning, most, doubt) if _takes_budget(budget, reasoning) else {}
    if effort is not None and (not found or (reasoning is not None and reasoning.efforts)):
        found["effort"] = _effort(effort, reasoning, doubt)
    if "thinking" not in found:
        if budget is not None:
            doubt(f"the model's thinking is steered by reasoning_effort{_listed(reasoning)}, not by a budget")
        # Whether thoughts are shown unless asked for depends on the model; the caller has just asked for them.
        found["thinking"] = {"type": "adaptive", "display": "summarized"}
    if request.temperature not in (None, 1):
        raise InvalidRequestError(f"thinking takes no temperature but 1, found {request.temperature!r}")
    return found


def _without(reasoning: Reasoning | None, *, known: bool, doubt: Doubt) -> dict[str, Any]:
    if known and reasoning is None:
        return {}
    if reasoning is not None and reasoning.can_disable is False:
        doubt("the model always thinks: its reasoning cannot be switched off")
    return {"thinking": {"type": "disabled"}}


def _takes_budget(budget: int | None, reasoning: Reasoning | None) -> bool:
    """Whether the model's thinking has a budget: its bound is known, or it has none of the newer control."""
    if reasoning is None:
        return budget is not None
    if reasoning.control == "budget_tokens" or reasoning.max_tokens is not None:
        return True
    return budget is not None and reasoning.min_tokens is not None  # the generation that takes both


def _by_budget(
    effort: str | None, budget: int | None, reasoning: Reasoning | None, most: int, doubt: Doubt
) -> dict[str, Any]:
    least = (reasoning.min_tokens if reasoning else None) or _LEAST_BUDGET
    limit = reasoning.max_tokens if reasoning else None
    if budget is None:
        budget = min(_BUDGETS[effort or "medium"], most - 1, limit or most)
        if budget < least:
            raise InvalidRequestError(f"thinking takes at least {least:,} tokens; max_tokens must be above that")
    elif budget >= most:
        raise InvalidRequestError(
            f"reasoning_budget is {budget:,} and must be below max_tokens, which is {most:,} and includes it"
        )
    elif budget < least or (limit is not None and budget > limit):
        doubt(f"the model takes a reasoning_budget from {least:,} to {limit or most:,}, found {budget:,}")
    return {"thinking": {"type": "enabled", "budget_tokens": budget}}


def _effort(effort: str, reasoning: Reasoning | None, doubt: Doubt) -> str:
    """The API's word for an effort: it has none for ``minimal``, whose nearest is ``low``."""
    word = "low" if effort == "minimal" else effort
    if reasoning is not None and reasoning.efforts and word not in reasoning.efforts:
        doubt(f"reasoning_effort {effort!r} is none of the model's: {', '.join(reasoning.efforts)}")
    return word


def _listed(reasoning: Reasoning | None) -> str:
    return f" ({', '.join(reasoning.efforts)})" if reasoning is not None and reasoning.efforts else ""
