"""What we count on of the providers, whoever keeps them."""

import json

import pytest
from providers import ClassificationResult, LLMProvider, ProviderMetrics, SignalCategory
from providers.claude import ClaudeProvider
from providers.factory import get_provider


@pytest.mark.parametrize("name", ["claude-haiku", "claude-sonnet", "claude-opus", "Claude-Sonnet", "CLAUDE-HAIKU"])
def test_claude_by_its_short_names_in_any_case(name):
    assert isinstance(get_provider(name), ClaudeProvider)


@pytest.mark.parametrize("name", ["claude-sonett", "no-such-model", ""])
def test_names_that_nobody_knows(name):
    with pytest.raises(ValueError):
        get_provider(name)


def test_a_message_gets_its_label(api):
    result = get_provider("claude-sonnet").classify("Need SSO integration")
    assert result.category == SignalCategory.FEATURE_REQUEST
    assert result.confidence == 0.92
    assert result.evidence == "sso"
    assert result.cost > 0
    assert result.tokens_used > 0
    assert result.latency_ms > 0
    assert result.model == api.requests[-1]["model"]
    assert result.model.startswith("claude-sonnet")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I will cancel.", SignalCategory.CHURN_RISK),
        ("It crashes", SignalCategory.BUG_REPORT),
        ("We need more seats", SignalCategory.EXPANSION_SIGNAL),
        ("Hello!", SignalCategory.GENERAL_FEEDBACK),
    ],
)
def test_every_label_can_come_back(text, category):
    assert get_provider("claude-haiku").classify(text).category is category


@pytest.mark.parametrize("text", ["", "   \n"])
def test_an_empty_text_is_refused_before_anything_is_sent(api, text):
    with pytest.raises(ValueError):
        get_provider("claude-haiku").classify(text)
    assert api.requests == []


def test_a_prompt_of_ones_own_is_sent(api):
    get_provider("claude-haiku").classify("Hello!", prompt="Think of a pirate.")
    assert "Think of a pirate." in json.dumps(api.requests[-1])


def test_a_prompt_in_the_second_place_is_sent_too(api):
    get_provider("claude-haiku").classify("Hello!", "Think of a sailor.")
    assert "Think of a sailor." in json.dumps(api.requests[-1])


@pytest.mark.parametrize("caching", [True, False])
def test_the_cache_is_used_as_asked(api, caching):
    get_provider("claude-sonnet", enable_caching=caching).classify("Hello!")
    assert ("cache_control" in json.dumps(api.requests[-1])) is caching


def test_cached_tokens_are_counted(api):
    provider = get_provider("claude-sonnet")
    api.cache_read = 1_024
    result = provider.classify("Hello!")
    assert result.cached_tokens == 1_024
    assert result.tokens_used > 1_024
    assert 0 < provider.get_metrics().cache_hit_rate < 1


def test_what_is_read_from_the_cache_is_cheaper(api):
    provider = get_provider("claude-haiku")
    fresh = provider.classify("Hello!")
    api.cache_read = fresh.tokens_used
    cached = provider.classify("Hello!")
    assert fresh.cost < cached.cost < 2 * fresh.cost


def test_an_overloaded_api_is_asked_again(api):
    api.fail_next(500, "api_error")
    assert get_provider("claude-haiku").classify("It crashes").category is SignalCategory.BUG_REPORT
    assert len(api.requests) == 2


def test_a_refused_request_is_an_error_at_once(api):
    api.fail_next(400, "invalid_request_error")
    with pytest.raises(Exception, match="as the test wanted"):
        get_provider("claude-haiku").classify("It crashes")
    assert len(api.requests) == 1


def test_metrics_add_up():
    provider = get_provider("claude-haiku")
    results = [provider.classify(text) for text in ("It crashes", "I will cancel")]
    metrics = provider.get_metrics()
    assert isinstance(metrics, ProviderMetrics)
    assert metrics.total_requests == 2
    assert metrics.total_cost == pytest.approx(sum(result.cost for result in results))
    assert metrics.total_tokens == sum(result.tokens_used for result in results)
    assert metrics.average_cost == pytest.approx(metrics.total_cost / 2)
    assert metrics.average_latency_ms > 0
    assert metrics.to_dict()["total_requests"] == 2
    provider.reset_metrics()
    assert provider.get_metrics().total_requests == 0


def test_metrics_before_the_first_request_are_zero():
    metrics = ProviderMetrics()
    assert (metrics.average_cost, metrics.average_latency_ms, metrics.cache_hit_rate) == (0, 0, 0)
    metrics.record_request(0.5, 100, 20.0, cached_tokens=25)
    assert (metrics.average_cost, metrics.average_latency_ms, metrics.cache_hit_rate) == (0.5, 20.0, 0.25)


@pytest.mark.parametrize("confidence", [0, 0.5, 1])
def test_confidences_within_the_bounds(confidence):
    assert ClassificationResult(SignalCategory.BUG_REPORT, confidence, "", "test").confidence == confidence


@pytest.mark.parametrize(
    "wrong", [{"confidence": -0.01}, {"confidence": 1.01}, {"cost": -0.01}, {"latency_ms": -1}], ids=lambda wrong: str(wrong)
)
def test_results_that_cannot_be(wrong):
    fields = {"category": SignalCategory.BUG_REPORT, "confidence": 0.5, "evidence": "", "method": "test", **wrong}
    with pytest.raises(ValueError):
        ClassificationResult(**fields)


def test_a_result_can_be_written_as_json():
    result = ClassificationResult(SignalCategory.CHURN_RISK, 0.9, "cancel", "test", cost=0.01, tokens_used=7)
    row = json.loads(json.dumps(result.to_dict()))
    assert row["category"] == "churn_risk"
    assert (row["confidence"], row["evidence"], row["cost"], row["tokens_used"]) == (0.9, "cancel", 0.01, 7)
    assert row["timestamp"].startswith(str(result.timestamp.year))


def test_a_result_cannot_be_changed():
    result = ClassificationResult(SignalCategory.CHURN_RISK, 0.9, "cancel", "test")
    with pytest.raises(AttributeError):
        result.confidence = 1.0


def test_categories_are_texts():
    assert SignalCategory("churn_risk") is SignalCategory.CHURN_RISK
    assert SignalCategory.BUG_REPORT == "bug_report"
    assert len(SignalCategory) == 5


def test_the_base_class_is_the_base_class():
    assert issubclass(ClaudeProvider, LLMProvider)
