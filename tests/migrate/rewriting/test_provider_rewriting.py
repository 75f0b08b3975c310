"""The old providers: names go on, short names float, and the table of prices is read rate by rate or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made, copy_of_old

Rewrite = Callable[..., Made]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("get_provider('claude-sonnet')", "claude-sonnet is Claude Sonnet"),
        ("get_provider('Claude-Haiku', enable_caching=False)", "it was Claude Haiku 4.5"),
        ("get_provider(model='claude-opus')", "it was Claude Opus 4.1, which is retired"),
        ("get_provider(name)", "means the newest model of that name"),
        ("get_provider('gpt-4o')", ""),
        ("get_provider('claude-sonnet-4.5')", ""),
        ("get_provider", ""),
    ],
)
def test_short_names_move_on(rewrite: Rewrite, call: str, words: str) -> None:
    made = rewrite(f"from providers.factory import get_provider\nx = {call}\n")
    assert made.text() == f"from ai_models.providers import get_provider\nx = {call}\n"
    told = [remark.message for remark in made.remarks()]
    assert [words in message for message in told] == ([True] if words else [])


def test_the_default_model_of_claude_moves_on_too(rewrite: Rewrite) -> None:
    made = rewrite("from providers.claude import ClaudeProvider\nx = ClaudeProvider()\nclass C(ClaudeProvider): ...\n")
    assert [(each.line, "claude-sonnet is" in each.message) for each in made.remarks()] == [(2, True)]


def test_a_copy_may_have_cached_nothing(rewrite: Rewrite) -> None:
    code = (
        "from .providers.factory import get_provider\n"
        "x = get_provider('claude-sonnet')\ny = get_provider('claude-sonnet', False)\n"
    )
    made = rewrite({**copy_of_old("kit"), "kit/use.py": code}, old=False)
    assert ["enable_caching=False" in each.message for each in made.remarks("kit/use.py")] == [True, False]


@pytest.mark.parametrize(
    ("read", "new"),
    [
        ("CLAUDE_PRICING['claude-haiku'][0]", 'PricingService().get_pricing("claude-haiku-4.5").input_per_1m'),
        ("CLAUDE_PRICING['claude-opus'][1]", 'PricingService().get_pricing("claude-opus-4.1").output_per_1m'),
        (
            "CLAUDE_PRICING['claude-sonnet']",
            '(PricingService().get_pricing("claude-sonnet-4.5").input_per_1m, '
            'PricingService().get_pricing("claude-sonnet-4.5").output_per_1m)',
        ),
        ("f\"{CLAUDE_PRICING['claude-haiku'][0]}\"", "f\"{PricingService().get_pricing('claude-haiku-4.5').input_per_1m}\""),
    ],
)
def test_a_rate_that_is_read_by_name(rewrite: Rewrite, read: str, new: str) -> None:
    made = rewrite(f"from providers.claude import CLAUDE_PRICING\nx = {read}\n")
    assert made.text() == f"from ai_models import PricingService\nx = {new}\n"
    assert [each.kind for each in made.remarks()] == ["difference"]


@pytest.mark.parametrize("besides", ["from models.registry import GPT_4O\n", ""])
def test_what_two_places_need_is_imported_once(rewrite: Rewrite, besides: str) -> None:
    code = "from providers.claude import CLAUDE_PRICING\nGPT_4O_INPUT_PRICE = 2.5\nx = CLAUDE_PRICING['claude-haiku'][0]\n"
    made = rewrite(f"{besides}{code}").text()
    assert made.count("PricingService()") == 2
    assert made.count("import PricingService") + made.count(", PricingService\n") == 1


@pytest.mark.parametrize(
    "read",
    [
        "CLAUDE_PRICING[model]",
        "CLAUDE_PRICING['claude-instant']",
        "CLAUDE_PRICING.items()",
        "CLAUDE_PRICING.get('claude-haiku')",
        "dict(CLAUDE_PRICING)",
        "'claude-haiku' in CLAUDE_PRICING",
    ],
)
def test_the_table_as_such_stays(rewrite: Rewrite, read: str) -> None:
    made = rewrite(f"from providers.claude import CLAUDE_PRICING\nx = {read}\n")
    assert made.changed() == {}
    assert made.told(kind="undecided") == [(1, "CLAUDE_PRICING"), (2, "CLAUDE_PRICING")]


def test_an_entry_that_is_set_stays(rewrite: Rewrite) -> None:
    made = rewrite("from providers.claude import CLAUDE_PRICING\nCLAUDE_PRICING['claude-haiku'] = (1, 5)\n")
    assert made.changed() == {}


def test_subclasses_go_on(rewrite: Rewrite) -> None:
    code = "class K(LLMProvider):\n    def _classify_impl(self, text, prompt): ...\n"
    made = rewrite(f"from providers.base import LLMProvider\n{code}")
    assert made.text() == f"from ai_models.providers import LLMProvider\n{code}"
    assert not made.remarks()
