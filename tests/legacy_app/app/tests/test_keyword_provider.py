import pytest
from providers import LLMProvider
from providers.base import SignalCategory
from signal_desk.keyword_provider import KeywordProvider


def test_it_is_a_provider_that_asks_nobody(api):
    provider = KeywordProvider()
    assert isinstance(provider, LLMProvider)
    result = provider.classify("Wir kündigen zum Monatsende")
    assert (result.category, result.method, result.evidence) == (SignalCategory.CHURN_RISK, "keyword", "kündigen")
    assert api.requests == []


def test_its_requests_are_counted_and_free():
    provider = KeywordProvider()
    provider.classify("hello")
    provider.classify("an error")
    assert provider.get_metrics().total_requests == 2
    assert provider.get_metrics().average_cost == 0
    assert provider._calculate_cost(1_000_000, 1_000_000) == 0


def test_an_empty_text_is_refused():
    with pytest.raises(ValueError):
        KeywordProvider().classify("")


def test_without_a_word_it_is_feedback():
    assert KeywordProvider().classify("hm").category is SignalCategory.GENERAL_FEEDBACK
