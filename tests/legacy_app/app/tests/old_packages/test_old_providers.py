"""``providers`` as it is. These tests go when the package goes."""

import pytest
from providers.base import SignalCategory
from providers.claude import CLAUDE_PRICING, ClaudeProvider, _parse
from providers.factory import get_provider


def test_the_table_that_bills_are_computed_from():
    assert CLAUDE_PRICING == {"claude-haiku": (0.25, 1.25), "claude-sonnet": (3.00, 15.00), "claude-opus": (15.00, 75.00)}


def test_a_cost_by_the_table():
    provider = ClaudeProvider("claude-sonnet")
    assert provider._calculate_cost(1_000_000, 1_000_000) == pytest.approx(18.00)
    assert provider._calculate_cost(1_000_000, 0, cached_tokens=1_000_000) == pytest.approx(0.30)


@pytest.mark.parametrize("model", ["gpt-4o", "gemini-flash"])
def test_vendors_without_a_client(model):
    with pytest.raises(NotImplementedError, match=model):
        get_provider(model)


def test_the_error_names_what_is_supported():
    with pytest.raises(ValueError, match="claude-haiku, claude-sonnet, claude-opus"):
        get_provider("claude-sonett")
    with pytest.raises(ValueError, match="claude-haiku"):
        ClaudeProvider("gpt-4o")


def test_the_line_is_read():
    assert _parse("bug_report|0.8|it | crashes") == (SignalCategory.BUG_REPORT, 0.8, "it | crashes")


@pytest.mark.parametrize("answer", ["", "I cannot say.", "praise|0.9|great", "bug_report|high|x"])
def test_what_cannot_be_read_is_feedback_without_confidence(answer):
    assert _parse(answer) == (SignalCategory.GENERAL_FEEDBACK, 0.0, "")
