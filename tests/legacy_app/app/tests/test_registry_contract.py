"""What we count on of the registry, whoever keeps it."""

from datetime import date

import models.registry
import pytest
from models import ModelRegistry, ModelSpec, Provider
from models.registry import CLAUDE_HAIKU, CLAUDE_SONNET, GPT_4O, GPT_4O_MINI
from signal_desk.roster import DESK
from signal_desk.vendors import label_of

SPECS = list(DESK.values())
each_model = pytest.mark.parametrize("spec", SPECS, ids=list(DESK))

PRICES = {
    "claude-sonnet-4.5": (3.00, 15.00),
    "claude-haiku-4.5": (1.00, 5.00),
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
}


@each_model
def test_answers_are_dearer_than_prompts_and_nothing_is_free(spec):
    assert 0 < spec.input_price_per_1m < spec.output_price_per_1m


@each_model
def test_windows_are_there(spec):
    assert spec.context_window_input > 0
    assert spec.context_window_output is None or 0 < spec.context_window_output <= spec.context_window_input


@each_model
def test_identifiers_begin_with_the_vendors_word(spec):
    assert spec.api_identifier.startswith({"Anthropic": "claude", "OpenAI": "gpt", "Google": "gemini"}[label_of(spec)])


@each_model
def test_nothing_of_the_last_generation(spec):
    assert "claude-3" not in spec.api_identifier
    assert "gemini-1" not in spec.api_identifier


@each_model
def test_every_fact_can_be_checked(spec):
    assert isinstance(spec, ModelSpec)
    assert spec.docs_url.startswith("https://")
    assert isinstance(spec.last_verified, date)
    assert spec.name
    assert spec.knowledge_cutoff
    assert isinstance(spec.notes, str)
    assert all(isinstance(use, str) for use in spec.recommended_for)


def test_identifiers_are_unique():
    assert len({spec.api_identifier for spec in SPECS}) == len(SPECS) == 8


@pytest.mark.parametrize("key", PRICES)
def test_prices_that_we_have_checked(key):
    spec = ModelRegistry.get_spec(key)
    assert (spec.input_price_per_1m, spec.output_price_per_1m) == PRICES[key]


def test_constants_and_keys_mean_the_same_models():
    assert ModelRegistry.get_spec("claude-sonnet-4.5").api_identifier == CLAUDE_SONNET.api_identifier
    assert ModelRegistry.get_spec("claude-haiku-4.5").api_identifier == CLAUDE_HAIKU.api_identifier
    assert ModelRegistry.get_spec("gpt-4o").api_identifier == GPT_4O.api_identifier
    assert ModelRegistry.get_spec("gpt-4o-mini").api_identifier == GPT_4O_MINI.api_identifier
    assert models.registry.CLAUDE_SONNET.api_identifier == "claude-sonnet-4-5-20250929"


def test_the_roster_knows_haiku():
    current = ModelRegistry.get_all_current_models()
    assert "claude-haiku-4.5" in current
    assert current["claude-haiku-4.5"].api_identifier == "claude-haiku-4-5-20251001"
    assert len(current) >= 8


def test_models_of_a_vendor():
    claude = ModelRegistry.get_by_provider(Provider.ANTHROPIC).values()
    assert CLAUDE_SONNET.api_identifier in {spec.api_identifier for spec in claude}
    assert all(spec.api_identifier.startswith("claude") for spec in claude)


def test_a_spec_cannot_be_changed():
    with pytest.raises(AttributeError):
        CLAUDE_SONNET.notes = "cheaper than it is"
