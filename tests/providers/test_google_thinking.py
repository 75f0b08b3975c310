"""How much a Gemini model thinks: what a request asks for, in the words that the model takes."""

from __future__ import annotations

from typing import Any

import pytest

from ai_models import get_model
from ai_models.models.base import Reasoning
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers import Request
from ai_models.providers.google_provider import GoogleProvider
from ai_models.providers.google_thinking import thinking_of


class Spec:
    """A model of which only the reasoning is known."""

    def __init__(self, reasoning: Reasoning | None) -> None:
        self.reasoning = reasoning

    def support(self, _: object) -> None:
        return None


def asked(reasoning: Reasoning | None, **fields: Any) -> tuple[dict[str, Any], int]:
    """The configuration without what says that thoughts are shown, and the number of notes."""
    found = thinking_of(Request.of("Hi.", **fields), Spec(reasoning))  # type: ignore[arg-type]
    config = dict(found.config or {})
    wanted = fields.get("reasoning_effort") != "none" and fields.get("reasoning_budget") != 0
    assert config.pop("include_thoughts", False) == wanted
    return config, len(found.notes)


LEVELS = Reasoning(control="effort", efforts=("low", "high"))
ALL_LEVELS = Reasoning(control="effort", efforts=("minimal", "low", "medium", "high"))
UNLISTED = Reasoning(control="effort")


@pytest.mark.parametrize(
    ("reasoning", "fields", "level", "notes"),
    [
        (LEVELS, {"reasoning_effort": "high"}, "HIGH", 0),
        (LEVELS, {"reasoning_effort": "medium"}, "HIGH", 1),
        (LEVELS, {"reasoning_effort": "minimal"}, "LOW", 1),
        (LEVELS, {"reasoning_effort": "none"}, "LOW", 1),
        (LEVELS, {"reasoning_effort": "max"}, "HIGH", 1),
        (ALL_LEVELS, {"reasoning_effort": "minimal"}, "MINIMAL", 0),
        (ALL_LEVELS, {"reasoning_effort": "none"}, "MINIMAL", 1),
        (ALL_LEVELS, {"reasoning_effort": "low", "reasoning_budget": 20_000}, "LOW", 0),
        (ALL_LEVELS, {"reasoning_budget": 0}, "MINIMAL", 1),
        (ALL_LEVELS, {"reasoning_budget": 1_024}, "MINIMAL", 1),
        (ALL_LEVELS, {"reasoning_budget": 1_025}, "MEDIUM", 1),
        (ALL_LEVELS, {"reasoning_budget": 8_193}, "HIGH", 1),
        (ALL_LEVELS, {"reasoning_budget": 100_000}, "HIGH", 1),
        (UNLISTED, {"reasoning_effort": "medium"}, "MEDIUM", 0),
        (None, {"reasoning_effort": "low"}, "LOW", 0),
        (None, {"reasoning_effort": "xhigh"}, "HIGH", 1),
    ],
)
def test_a_model_that_takes_levels_gets_the_nearest(
    reasoning: Reasoning | None, fields: dict[str, Any], level: str, notes: int
) -> None:
    assert asked(reasoning, **fields) == ({"thinking_level": level}, notes)


PRO = Reasoning(control="budget_tokens", min_tokens=128, max_tokens=32_768)
FLASH = Reasoning(control="budget_tokens", min_tokens=0, max_tokens=24_576, can_disable=True)


@pytest.mark.parametrize(
    ("reasoning", "fields", "budget", "notes"),
    [
        (PRO, {"reasoning_budget": 500}, 500, 0),
        (PRO, {"reasoning_budget": 127}, 128, 1),
        (PRO, {"reasoning_budget": 32_769}, 32_768, 1),
        (PRO, {"reasoning_budget": 0}, 128, 1),
        (PRO, {"reasoning_effort": "none"}, 128, 1),
        (PRO, {"reasoning_effort": "medium"}, 8_192, 0),
        (PRO, {"reasoning_effort": "max"}, 32_768, 0),
        (FLASH, {"reasoning_effort": "none"}, 0, 0),
        (FLASH, {"reasoning_budget": 0}, 0, 0),
        (FLASH, {"reasoning_effort": "xhigh"}, 24_576, 0),
        (FLASH, {"reasoning_effort": "low", "reasoning_budget": 99}, 99, 0),
        (Reasoning(control="budget_tokens"), {"reasoning_effort": "max"}, 32_768, 0),
        (None, {"reasoning_budget": 500}, 500, 0),
        (None, {"reasoning_effort": "none"}, 0, 0),
        (None, {"reasoning_effort": "low", "reasoning_budget": 0}, 0, 0),
        (Reasoning(control="toggle"), {"reasoning_effort": "none"}, 0, 0),
        (Reasoning(control="toggle"), {"reasoning_budget": 0}, 0, 0),
        (Reasoning(control="toggle"), {"reasoning_effort": "high"}, -1, 0),
    ],
)
def test_a_model_that_takes_budgets_gets_one_within_its_bounds(
    reasoning: Reasoning | None, fields: dict[str, Any], budget: int, notes: int
) -> None:
    assert asked(reasoning, **fields) == ({"thinking_budget": budget}, notes)


def test_a_model_that_always_thinks_is_told_nothing_and_says_so() -> None:
    assert asked(Reasoning(control="always"), reasoning_effort="low") == ({}, 1)


def test_nothing_is_said_where_nothing_is_asked() -> None:
    assert thinking_of(Request.of("Hi."), get_model("gemini-3.8-flash")).config is None


def test_a_model_that_cannot_think_is_not_told_to_stop() -> None:
    spec = get_model("gemini-3.1-flash-lite-image")
    assert thinking_of(Request.of("Hi.", reasoning_effort="none"), spec).config is None


def test_what_is_served_otherwise_is_a_warning_of_the_call() -> None:
    provider = GoogleProvider("gemini-3.1-pro-preview", api_key="a-key")
    request = Request.of("Hi.", reasoning_effort="minimal")
    with pytest.warns(CapabilityWarning, match="takes no reasoning_effort minimal; it is served as low"):
        call = provider._begin(request, {}, None)
    assert call.warnings == ["gemini-3.1-pro-preview: the model takes no reasoning_effort minimal; it is served as low"]
    assert call.payload["config"]["thinking_config"] == {"thinking_level": "LOW", "include_thoughts": True}
