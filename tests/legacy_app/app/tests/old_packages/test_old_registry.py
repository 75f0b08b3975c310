"""``models`` as it is: its numbers, right or wrong. These tests go when the package goes."""

from datetime import date, timedelta
from urllib.error import URLError

import pytest
from models import ModelRegistry, Provider
from models.registry import CLAUDE_OPUS, CLAUDE_SONNET, GEMINI_FLASH, GPT_4O, GPT_4O_MINI

# the day of the last review; the check below is about the review, not about today
REVIEW = date(2025, 11, 3)

PRICES = {
    "claude-sonnet-4.5": (3.00, 15.00),
    "claude-haiku-4.5": (1.00, 5.00),
    "claude-opus-4.1": (15.00, 75.00),
    "gemini-2.5-pro": (1.25, 5.00),
    "gemini-2.5-flash": (0.075, 0.30),
    "gemini-2.5-flash-lite": (0.05, 0.20),
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
}


def test_there_are_eight():
    models = ModelRegistry.get_all_current_models()
    assert len(models) == 8
    assert "claude-sonnet-4.5" in models


@pytest.mark.parametrize("key", PRICES)
def test_prices(key):
    spec = ModelRegistry.get_spec(key)
    assert (spec.input_price_per_1m, spec.output_price_per_1m) == PRICES[key]


def test_nothing_was_older_than_180_days_at_the_review():
    for spec in ModelRegistry.get_all_current_models().values():
        assert REVIEW - spec.last_verified <= timedelta(days=180)


def test_nothing_is_both_current_and_deprecated():
    for key, spec in ModelRegistry.get_all_current_models().items():
        assert not ModelRegistry.is_deprecated(key)
        assert not ModelRegistry.is_deprecated(spec.api_identifier)


def test_advice_is_a_sentence():
    assert all(ModelRegistry.get_replacement(old).endswith(".") for old in ModelRegistry._DEPRECATED)
    assert ModelRegistry.get_replacement("gpt-4o") is None


def test_models_of_a_vendor_by_their_keys():
    assert list(ModelRegistry.get_by_provider(Provider.OPENAI)) == ["gpt-4o", "gpt-4o-mini"]


def test_recommendations():
    recommended = [ModelRegistry.get_recommended_model(provider) for provider in Provider]
    assert recommended == [CLAUDE_SONNET, GPT_4O, GEMINI_FLASH]


def test_pages_are_asked_for_their_head_only(monkeypatch):
    asked = []

    class Answer:
        status = 200

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    def opener(request, timeout):
        asked.append((request.get_method(), request.full_url))
        if "google" in request.full_url:
            raise URLError("no route")
        return Answer()

    monkeypatch.setattr("urllib.request.urlopen", opener)
    found = ModelRegistry.verify_all_docs_accessible()
    assert found == {Provider.ANTHROPIC: True, Provider.OPENAI: True, Provider.GOOGLE: False}
    assert {method for method, _ in asked} == {"HEAD"}


def test_constants():
    assert CLAUDE_OPUS is ModelRegistry.CLAUDE_OPUS_4_1
    assert GPT_4O_MINI is ModelRegistry.GPT_4O_MINI
