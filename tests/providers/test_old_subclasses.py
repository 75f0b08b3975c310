"""Subclasses that were written for the interface of old: every way of constructing, and calls to what they override."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from ai_models import PricingService
from ai_models.errors import InvalidRequestError
from ai_models.providers import ClassificationResult, LLMProvider, MockProvider, ProviderMetrics, SignalCategory


class TwoMethods(LLMProvider):
    """What an old subclass has to have, and no more: the base's constructor is its own."""

    def _classify_impl(self, text: str, prompt: str | None) -> ClassificationResult:
        cost = self._calculate_cost(1_000, 100, 400)
        return ClassificationResult(
            SignalCategory.BUG_REPORT, 0.5, text, "rules", cost, tokens_used=1_100, cached_tokens=400
        )

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        return (input_tokens - cached_tokens + output_tokens) / 1_000


class OfItsOwn(TwoMethods):
    """Has a constructor that calls none of the base's."""

    def __init__(self, path: str) -> None:
        self.path = path


class ByPlace(TwoMethods):
    """Calls the old constructor by place."""

    def __init__(self, model: str, enable_caching: bool = True) -> None:
        super().__init__(model, enable_caching)


class ByName(TwoMethods):
    """Calls the old constructor by name."""

    def __init__(self, model: str, enable_caching: bool = True) -> None:
        super().__init__(model=model, enable_caching=enable_caching)


class Before(TwoMethods):
    """Has its model before the base is asked, which is told nothing."""

    def __init__(self, model: str) -> None:
        self.model = model
        super().__init__()


@dataclasses.dataclass
class AsData(TwoMethods):
    """Has a constructor that nobody has written."""

    model: str = "in-house-1"


STYLES: dict[str, Callable[[], LLMProvider]] = {
    "no constructor": TwoMethods,
    "its own": lambda: OfItsOwn("rules.yaml"),
    "by place": lambda: ByPlace("in-house-1", False),
    "by name": lambda: ByName("in-house-1", False),
    "before": lambda: Before("in-house-1"),
    "as data": AsData,
}


@pytest.mark.parametrize("make", STYLES.values(), ids=STYLES)
def test_every_way_of_constructing_goes_on_working(make: Callable[[], LLMProvider]) -> None:
    provider = make()
    result = provider.classify("it broke", "Which is it?")
    assert (result.category, result.cost, result.evidence) == (SignalCategory.BUG_REPORT, 0.7, "it broke")
    assert asyncio.run(provider.aclassify("it broke")).method == "rules"
    assert provider.calculate_cost(1_000, 0) == 1.0
    metrics = provider.get_metrics()
    assert (metrics.total_requests, metrics.total_cost, metrics.cache_hit_rate) == (2, 1.4, 800 / 2_200)
    assert metrics.total_latency_ms > 0, "measured, where the subclass does not say it"
    provider.reset_metrics()
    assert provider.get_metrics().total_requests == 0
    with pytest.raises(ValueError, match="no text"):
        provider.classify("  ")
    with pytest.raises(NotImplementedError, match="it only classifies"):
        provider.complete("hi")
    with provider:
        assert type(provider).__name__ in repr(provider)


@pytest.mark.parametrize("name", ["by place", "by name"])
def test_the_old_arguments_arrive(name: str) -> None:
    provider = STYLES[name]()
    assert (provider.model, provider.model_id, provider.enable_caching) == ("in-house-1", "in-house-1", False)


def test_the_model_is_as_it_was_asked_for_and_its_identifier_as_the_provider_has_it(acme: PricingService) -> None:
    provider = MockProvider("ABLE", acme)
    assert (provider.model, provider.model_id) == ("ABLE", "able")
    assert STYLES["before"]().model == "in-house-1"
    assert (MockProvider().model, MockProvider().model_id) == ("", "")


def test_two_names_for_the_model_are_one_too_many() -> None:
    with pytest.raises(InvalidRequestError, match="model_id and model are one thing, found 'a' and 'b'"):
        TwoMethods("a", model="b")


def test_two_objects_count_for_themselves() -> None:
    one, other = OfItsOwn("a"), OfItsOwn("b")
    one.classify("x")
    assert (one.get_metrics().total_requests, other.get_metrics().total_requests) == (1, 0)


# ---- subclasses that add to what a provider does


class Watched(MockProvider):
    """Adds to the classification of its base."""

    def _classify_impl(self, text: str, prompt: str | None) -> ClassificationResult:
        result = super()._classify_impl(text, prompt)
        if text == "fail afterwards":
            raise RuntimeError("the subclass failed")
        return dataclasses.replace(result, evidence="watched")

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        return 2 * super()._calculate_cost(input_tokens, output_tokens, cached_tokens)


def test_the_base_s_own_classification_can_be_called_and_counts_once(acme: PricingService) -> None:
    provider = Watched("able", acme, answers=["churn_risk|0.9|x", "no", "no", "churn_risk|0.9|x"])
    result = provider.classify("we leave")
    assert (result.category, result.evidence) == (SignalCategory.CHURN_RISK, "watched")
    assert provider.get_metrics().total_requests == 1
    with pytest.raises(ValueError, match="no"):
        provider.classify("we leave")
    assert (provider.get_metrics().total_requests, provider.get_metrics().failed_requests) == (3, 0)
    with pytest.raises(RuntimeError, match="the subclass failed"):
        provider.classify("fail afterwards")
    assert (provider.get_metrics().total_requests, provider.get_metrics().failed_requests) == (4, 0), "all were answered"


def test_the_base_s_own_cost_can_be_called(acme: PricingService) -> None:
    plain, doubled = MockProvider("able", acme), Watched("able", acme)
    assert doubled.calculate_cost(1_000, 100) == 2 * plain.calculate_cost(1_000, 100) == 4.0


# ---- values


def test_a_result_is_a_frozen_dataclass_as_it_was() -> None:
    result = ClassificationResult(SignalCategory.BUG_REPORT, 0.5, "e", "llm", 0.1, 2.0, 3, 1, "m")
    assert [each.name for each in dataclasses.fields(result)] == [
        "category", "confidence", "evidence", "method", "cost", "latency_ms", "tokens_used", "cached_tokens", "model",
        "timestamp",
    ]  # fmt: skip
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.cost = 0.0  # type: ignore[misc] # that is the test
    assert dataclasses.replace(result, cost=0.2).cost == 0.2
    with pytest.raises(ValueError, match="confidence"):
        dataclasses.replace(result, confidence=1.5)
    assert dataclasses.asdict(result)["category"] is SignalCategory.BUG_REPORT
    for twin in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):  # noqa: S301 our own
        assert twin == result
        assert hash(twin) == hash(result)


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda metrics: pickle.loads(pickle.dumps(metrics))])  # noqa: S301 our own
def test_metrics_can_be_sent_home_by_a_worker(twin: Callable[[Any], Any]) -> None:
    metrics = ProviderMetrics()
    metrics.record_request(0.5, 100, 20.0, 40)
    sent = twin(metrics)
    assert sent.to_dict() == metrics.to_dict()
    sent.record_request(0.5, 100, 20.0)
    assert (sent.total_requests, metrics.total_requests) == (2, 1)
