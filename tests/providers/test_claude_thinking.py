"""Effort and budget in the words of each generation of Claude models, by what the catalogue knows of their reasoning."""

from __future__ import annotations

from typing import Any

import pytest

from ai_models.errors import InvalidRequestError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers.claude_provider import ClaudeProvider
from ai_models.providers.request import Request

ADAPTIVE = {"type": "adaptive", "display": "summarized"}


def budget(tokens: int) -> dict[str, Any]:
    return {"type": "enabled", "budget_tokens": tokens}


def thinking(model: str, *, checks: Any = "error", **fields: Any) -> tuple[Any, Any]:
    """The fields ``thinking`` and ``effort`` of a call."""
    payload = ClaudeProvider(model, checks=checks)._translate(Request.of("?", **fields), streamed=False)
    return payload.get("thinking"), payload.get("output_config", {}).get("effort")


@pytest.mark.parametrize(
    ("model", "fields", "expected"),
    [
        ("claude-sonnet-5.5", {}, (None, None)),
        ("claude-sonnet-5.5", {"reasoning_effort": "high"}, (ADAPTIVE, "high")),
        ("claude-sonnet-5.5", {"reasoning_effort": "minimal"}, (ADAPTIVE, "low")),
        ("claude-sonnet-5.5", {"reasoning_effort": "none"}, ({"type": "disabled"}, None)),
        ("claude-sonnet-4.6", {"reasoning_effort": "max"}, (ADAPTIVE, "max")),
        ("claude-sonnet-4.6", {"reasoning_budget": 5_000}, (budget(5_000), None)),
        ("claude-sonnet-4.6", {"reasoning_effort": "low", "reasoning_budget": 5_000}, (budget(5_000), "low")),
        ("claude-opus-4.5", {"reasoning_effort": "high"}, (budget(24_576), "high")),
        ("claude-haiku-4.5", {"reasoning_effort": "minimal"}, (budget(1_024), None)),
        ("claude-haiku-4.5", {"reasoning_effort": "medium"}, (budget(8_192), None)),
        ("claude-haiku-4.5", {"reasoning_effort": "max"}, (budget(63_999), None)),
        ("claude-haiku-4.5", {"reasoning_effort": "high", "max_tokens": 4_000}, (budget(3_999), None)),
        ("claude-haiku-4.5", {"reasoning_budget": 1_024, "max_tokens": 1_025}, (budget(1_024), None)),
        ("claude-haiku-4.5", {"reasoning_budget": 0}, ({"type": "disabled"}, None)),
        ("claude-haiku-4.5", {"reasoning_effort": "low", "temperature": 1}, (budget(2_048), None)),
        ("claude-next-99", {"reasoning_effort": "high"}, (ADAPTIVE, "high")),
        ("claude-next-99", {"reasoning_budget": 2_000}, (budget(2_000), None)),
        ("claude-next-99", {"reasoning_effort": "none"}, ({"type": "disabled"}, None)),
        ("claude-3-haiku-20240307", {"reasoning_effort": "none"}, (None, None)),
    ],
)
def test_thinking_is_asked_for_as_the_model_is_steered(model: str, fields: Any, expected: tuple[Any, Any]) -> None:
    assert thinking(model, **fields) == expected


@pytest.mark.parametrize(
    ("model", "fields", "problem"),
    [
        ("claude-haiku-4.5", {"reasoning_budget": 1_023}, "from 1,024 to 63,999, found 1,023"),
        ("claude-haiku-4.5", {"reasoning_budget": 64_000, "max_tokens": 64_000}, "must be below max_tokens"),
        ("claude-haiku-4.5", {"reasoning_effort": "low", "max_tokens": 1_024}, "max_tokens must be above that"),
        ("claude-haiku-4.5", {"reasoning_effort": "low", "temperature": 0.5}, "no temperature but 1"),
        ("claude-sonnet-5.5", {"reasoning_effort": "low", "temperature": 0}, "no temperature but 1"),
        ("claude-sonnet-5.5", {"reasoning_budget": 2_000}, r"by reasoning_effort \(low, medium"),
        ("claude-sonnet-4.6", {"reasoning_effort": "xhigh"}, "none of the model's: low, medium, high, max"),
        ("claude-opus-5.5", {"reasoning_effort": "none"}, "cannot be switched off"),
    ],
)
def test_thinking_that_the_model_does_not_do_is_refused(model: str, fields: Any, problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        thinking(model, **fields)


def test_what_only_the_catalogue_objects_to_can_be_let_through() -> None:
    with pytest.warns(CapabilityWarning, match="none of the model's"):
        assert thinking("claude-sonnet-4.6", reasoning_effort="xhigh", checks="warn") == (ADAPTIVE, "xhigh")
    assert thinking("claude-opus-5.5", reasoning_effort="none", checks="off") == ({"type": "disabled"}, None)


def test_the_least_effort_is_said_to_be_another_word() -> None:
    said = list(ClaudeProvider()._adaptations(Request.of("?", reasoning_effort="minimal")))
    assert "'minimal'" in said[0]
