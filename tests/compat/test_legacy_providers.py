"""The old packages ``providers``: the factory, Claude over a real socket, the prices of each flag, subclasses outside."""

from __future__ import annotations

import asyncio
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from fakes.anthropic import AnthropicServer
from legacy_callers import EIGHT, MODES

import ai_models.providers as today
from ai_models.providers import Retries

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ai_models.providers.preflight.LifecycleWarning"),
    pytest.mark.filterwarnings("ignore:.*was retired:ai_models.models.capabilities.CapabilityWarning"),
]

FEATURE = '{"category": "feature_request", "confidence": 0.93, "evidence": "Need SSO"}'

KEY = {"api_key": "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789", "retries": Retries(first=0.001)}

PINS = {
    "claude-haiku": "claude-haiku-4-5-20251001",
    "claude-sonnet": "claude-sonnet-4-5-20250929",
    "claude-opus": "claude-opus-4-1-20250805",
}

OLD_PRICES = {"claude-haiku": (0.25, 1.25), "claude-sonnet": (3.0, 15.0), "claude-opus": (15.0, 75.0)}
NEW_PRICES = {**OLD_PRICES, "claude-haiku": (1.0, 5.0)}


@pytest.fixture(params=MODES)
def flag(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each value of the flag in turn; which answer it gives."""
    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", request.param)
    return MODES[request.param]


# ---- the types are those of ai_models


def test_the_types_of_the_base_are_those_of_ai_models() -> None:
    import providers
    import providers.base
    import providers.claude

    for name in ("SignalCategory", "ClassificationResult", "ProviderMetrics", "LLMProvider"):
        assert getattr(providers.base, name) is getattr(providers, name) is getattr(today, name)
    assert issubclass(providers.claude.ClaudeProvider, today.ClaudeProvider)
    assert issubclass(providers.ClaudeProvider, providers.base.LLMProvider)


def test_the_categories() -> None:
    from providers.base import SignalCategory

    assert {member.name: member.value for member in SignalCategory} == {
        "FEATURE_REQUEST": "feature_request", "BUG_REPORT": "bug_report", "CHURN_RISK": "churn_risk",
        "EXPANSION_SIGNAL": "expansion_signal", "GENERAL_FEEDBACK": "general_feedback",
    }  # fmt: skip
    assert SignalCategory.BUG_REPORT == "bug_report"
    assert SignalCategory("churn_risk") is SignalCategory.CHURN_RISK


def test_a_result_keeps_its_contract() -> None:
    from providers.base import ClassificationResult, SignalCategory

    result = ClassificationResult(category=SignalCategory.BUG_REPORT, confidence=1, evidence="e", method="llm")
    assert (result.cost, result.latency_ms, result.tokens_used, result.cached_tokens, result.model) == (0.0, 0.0, 0, 0, "")
    assert result.timestamp.tzinfo is not None
    assert result.to_dict() == {
        "category": "bug_report", "confidence": 1, "evidence": "e", "method": "llm", "cost": 0.0, "latency_ms": 0.0,
        "tokens_used": 0, "cached_tokens": 0, "model": "", "timestamp": result.timestamp.isoformat(),
    }  # fmt: skip
    with pytest.raises(AttributeError):
        result.cost = 1.0  # type: ignore[misc] # that is the test
    for field, value in (("confidence", 1.01), ("confidence", -0.01), ("cost", -0.01), ("latency_ms", -1)):
        with pytest.raises(ValueError, match=field):
            ClassificationResult(**{"category": "x", "confidence": 0.5, "evidence": "", "method": "", field: value})


def test_metrics_keep_their_contract() -> None:
    from providers.base import ProviderMetrics

    metrics = ProviderMetrics()
    metrics.record_request(0.5, 100, 20.0, cached_tokens=40)
    metrics.record_request(cost=1.5, tokens=300, latency_ms=40.0)
    assert (metrics.total_requests, metrics.total_cost, metrics.total_tokens) == (2, 2.0, 400)
    assert (metrics.total_cached_tokens, metrics.total_latency_ms) == (40, 60.0)
    assert (metrics.average_cost, metrics.average_latency_ms, metrics.cache_hit_rate) == (1.0, 30.0, 0.1)
    assert metrics.to_dict().items() >= {"total_requests": 2, "average_cost": 1.0, "cache_hit_rate": 0.1}.items()


# ---- the factory


@pytest.mark.parametrize("name", ["claude-haiku", "Claude-Haiku", " CLAUDE-HAIKU ", "claude-sonnet", "claude-opus"])
def test_short_names_give_a_claude_that_is_pinned(flag: str, name: str) -> None:
    from providers.claude import ClaudeProvider
    from providers.factory import get_provider

    provider = get_provider(name)
    assert type(provider) is ClaudeProvider
    assert provider.model_id == PINS[name.strip().lower()]
    assert provider.model == name.strip().lower()
    assert provider.enable_caching is True
    assert get_provider(name, False).enable_caching is False
    assert get_provider(model=name, enable_caching=False).enable_caching is False


@pytest.mark.parametrize(
    ("name", "kind", "identifier"),
    [
        ("gpt-4o", "OpenAIProvider", "gpt-4o"),
        (" GPT-4o-mini ", "OpenAIProvider", "gpt-4o-mini"),
        ("gpt-5.5", "OpenAIProvider", "gpt-5.5"),
        ("gemini-2.5-pro", "GoogleProvider", "gemini-2.5-pro"),
        ("gemini-pro", "GoogleProvider", "gemini-2.5-pro"),
        ("Gemini-Flash", "GoogleProvider", "gemini-2.5-flash"),
        ("gemini-flash-lite", "GoogleProvider", "gemini-2.5-flash-lite"),
        ("claude-sonnet-4.5", "ClaudeProvider", "claude-sonnet-4-5-20250929"),
        ("claude-sonnet-5.5", "ClaudeProvider", "claude-sonnet-5-5"),
        ("groq:some-model", "GroqProvider", "some-model"),
        ("mock", "MockProvider", ""),
    ],
)
def test_every_other_name_works_now(flag: str, name: str, kind: str, identifier: str) -> None:
    from providers.base import LLMProvider
    from providers.claude import ClaudeProvider
    from providers.factory import get_provider

    provider = get_provider(name)
    assert isinstance(provider, LLMProvider)
    assert (provider.model_id, provider.checks) == (identifier, "warn")
    assert type(provider).__name__ == kind or kind == "GroqProvider"
    assert isinstance(provider, ClaudeProvider) is (kind == "ClaudeProvider")


def test_every_model_of_the_roster_has_a_provider() -> None:
    from providers.factory import get_provider

    assert [get_provider(key).spec.provider for key in EIGHT] == ["anthropic"] * 3 + ["google"] * 3 + ["openai"] * 2  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["clod", "gpt-99", "acme:zzz", "", "  ", None, 42, ["claude-haiku"]])
def test_an_unknown_name_is_a_value_error_that_names_the_supported_ones(flag: str, name: Any) -> None:
    from providers.factory import get_provider

    with pytest.raises(
        ValueError, match=r"claude-haiku, claude-sonnet, claude-opus, gemini-pro.*gpt-4o-mini, and every name"
    ):
        get_provider(name)


def test_options_reach_the_provider() -> None:
    from providers.factory import get_provider

    assert get_provider("claude-haiku", checks="off").checks == "off"
    assert get_provider("gpt-4o", max_cost="0.10").max_cost is not None


# ---- Claude


def test_the_old_constructor() -> None:
    from providers.claude import ClaudeProvider

    assert ClaudeProvider().model_id == PINS["claude-sonnet"]
    assert ClaudeProvider("claude-haiku", False).enable_caching is False
    assert ClaudeProvider(model="Claude-Opus").model_id == PINS["claude-opus"]
    assert ClaudeProvider("claude-sonnet-5.5").model_id == "claude-sonnet-5-5"
    for name in ("gpt-4o", "claude-sonet", "claude", ""):
        with pytest.raises(ValueError, match=f"no Claude is called '{name}'; supported: claude-haiku, claude-sonnet"):
            ClaudeProvider(name)
    with pytest.raises(ValueError, match="a model's name is a text, found None"):
        ClaudeProvider(None)  # type: ignore[arg-type] # that is the test


def test_the_price_beside_the_provider(flag: str) -> None:
    from providers.claude import ClaudeProvider

    expected = NEW_PRICES if flag == "new" else OLD_PRICES
    assert {name: ClaudeProvider(name).pricing for name in PINS} == expected
    with pytest.raises(KeyError, match=r"claude-sonnet-5\.5"):
        ClaudeProvider("claude-sonnet-5.5").pricing  # noqa: B018 that is the test


def test_the_table_of_prices(flag: str) -> None:
    from providers.claude import CLAUDE_PRICING

    assert (NEW_PRICES if flag == "new" else OLD_PRICES) == CLAUDE_PRICING
    assert type(CLAUDE_PRICING) is dict
    assert list(CLAUDE_PRICING) == ["claude-haiku", "claude-sonnet", "claude-opus"]
    assert "claude-haiku" in CLAUDE_PRICING
    price_in, price_out = CLAUDE_PRICING["claude-opus"]
    assert (price_in, price_out) == (15.0, 75.0)
    assert [(name, rates) for name, rates in CLAUDE_PRICING.items()] == list(CLAUDE_PRICING.items())
    assert CLAUDE_PRICING.get("gpt-4o") is None


@pytest.mark.parametrize(("tokens", "old", "new"), [
    ((1_000_000, 1_000_000), 1.5, 6.0),
    ((1_000_000, 0, 400_000), 0.16, 0.64),
    ((0, 0), 0.0, 0.0),
])  # fmt: skip
def test_costs_are_those_of_the_flag(flag: str, tokens: tuple[int, ...], old: float, new: float) -> None:
    from providers.claude import ClaudeProvider

    provider = ClaudeProvider("claude-haiku")
    expected = new if flag == "new" else old
    assert provider._calculate_cost(*tokens) == provider.calculate_cost(*tokens) == expected


def test_a_model_that_the_old_table_lacks_has_the_catalogues_price(flag: str) -> None:
    from ai_models import PricingService
    from providers.claude import ClaudeProvider

    cost = ClaudeProvider("claude-sonnet-5.5").calculate_cost(1_000, 1_000)
    assert cost == PricingService().calculate_cost("claude-sonnet-5.5", 1_000, 1_000) > 0


# ---- classification over a real socket


def test_a_text_is_classified_through_the_sdk(flag: str, anthropic_server: AnthropicServer) -> None:
    from providers.base import SignalCategory
    from providers.factory import get_provider

    anthropic_server.says(FEATURE, usage={"input_tokens": 1_000, "output_tokens": 200})
    with get_provider("claude-haiku", base_url=anthropic_server.url, **KEY) as provider:
        result = provider.classify("Need SSO integration")
    assert (result.category, result.confidence, result.evidence) == (SignalCategory.FEATURE_REQUEST, 0.93, "Need SSO")
    assert (result.tokens_used, result.model) == (1_200, PINS["claude-haiku"])
    assert result.cost == (0.002 if flag == "new" else 0.0005)
    assert anthropic_server.requests[0].json["model"] == PINS["claude-haiku"]
    metrics = provider.get_metrics()
    assert (metrics.total_requests, metrics.total_cost) == (1, result.cost)
    provider.reset_metrics()
    assert provider.get_metrics().total_requests == 0


def test_the_answer_of_old_and_a_prompt_by_place_are_understood(anthropic_server: AnthropicServer) -> None:
    from providers.factory import get_provider

    anthropic_server.says("churn_risk|0.8|we leave")
    provider = get_provider("claude-haiku", base_url=anthropic_server.url, **KEY)
    assert provider.classify("we leave you", "Sort by mood.").category == "churn_risk"
    assert provider.classify("we leave you", prompt="Sort by mood.").evidence == "we leave"
    assert provider.classify("we leave you", None).confidence == 0.8
    prompts = [json.dumps(request.json["system"]) for request in anthropic_server.requests]
    assert ["Sort by mood." in prompt for prompt in prompts] == [True, True, False]
    with pytest.raises(ValueError, match="no text to classify"):
        provider.classify("")
    provider.close()


def test_a_retired_model_is_called_with_a_warning(anthropic_server: AnthropicServer) -> None:
    from ai_models.models.capabilities import CapabilityWarning
    from providers.factory import get_provider

    anthropic_server.says(FEATURE)
    provider = get_provider("claude-opus", base_url=anthropic_server.url, **KEY)
    with pytest.warns(CapabilityWarning, match="was retired on 2026-08-05; use claude-opus-4-8"):
        assert provider.classify("Need SSO").category == "feature_request"
    assert anthropic_server.requests[0].json["model"] == PINS["claude-opus"]
    provider.close()


def test_a_shadow_compares_the_cost_and_asks_once(
    anthropic_server: AnthropicServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from providers.factory import get_provider

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "shadow")
    monkeypatch.setenv("AI_MODELS_LEGACY_SHADOW_LOG", str(tmp_path / "shadow.jsonl"))
    anthropic_server.says(FEATURE, usage={"input_tokens": 1_000, "output_tokens": 200})
    provider = get_provider("claude-haiku", base_url=anthropic_server.url, **KEY)
    assert [provider.classify("Need SSO").cost for _ in range(2)] == [0.0005, 0.0005]
    assert len(anthropic_server.requests) == 2, "no request is sent twice"
    assert provider.calculate_cost(1_000, 0) == 0.00025
    lines = [json.loads(line) for line in (tmp_path / "shadow.jsonl").read_text(encoding="utf-8").splitlines()]
    found = [(each["subject"], each["field"], each["old"], each["new"], each["example"]) for each in lines]
    assert found == [("a request to claude-haiku", "cost", "0.0005", "0.002", True)]
    provider.close()


def test_a_shadow_of_equal_costs_is_silent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from providers.claude import ClaudeProvider

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "shadow")
    monkeypatch.setenv("AI_MODELS_LEGACY_SHADOW_LOG", str(tmp_path / "shadow.jsonl"))
    assert ClaudeProvider("claude-sonnet").calculate_cost(1_000, 1_000, 500) == pytest.approx(0.01665)
    assert not (tmp_path / "shadow.jsonl").exists()


def test_an_answer_without_a_usage_has_no_cost_under_any_flag(flag: str) -> None:
    from ai_models.providers.request import Request
    from providers.claude import ClaudeProvider

    assert ClaudeProvider("claude-haiku")._cost(Request.of("hi"), None, []) is None


def test_another_s_pricing_service_counts_for_new_answers(flag: str, tmp_path: Path) -> None:
    from ai_models import PricingService
    from providers.claude import ClaudeProvider

    (tmp_path / "anthropic.yaml").write_text(
        "provider: anthropic\nmodels:\n  claude-haiku-4-5-20251001:\n    pricing_versions:\n"
        "      - {effective_date: 2026-01-01, input_per_1m_tokens: 7, output_per_1m_tokens: 8}\n",
        encoding="utf-8",
    )
    provider = ClaudeProvider("claude-haiku", pricing_service=PricingService(tmp_path))
    assert provider.calculate_cost(1_000_000, 0) == (7.0 if flag == "new" else 0.25)


# ---- subclasses outside


def test_subclasses_of_the_base_work_whatever_their_constructor_does(flag: str) -> None:
    from providers.base import ClassificationResult, LLMProvider, SignalCategory

    class Rules(LLMProvider):
        def _classify_impl(self, text: str, prompt: str | None) -> Any:
            cost = self._calculate_cost(1_000, 100, 400)
            return ClassificationResult(SignalCategory.BUG_REPORT, 0.5, text, "rules", cost, 3.0, 1_100, 400)

        def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
            return (input_tokens - cached_tokens + output_tokens) / 1_000

    class WithoutSuper(Rules):
        def __init__(self, path: str) -> None:
            self.path = path

    class ByPlace(Rules):
        def __init__(self, model: str, enable_caching: bool = True) -> None:
            super().__init__(model, enable_caching)

    class ByName(Rules):
        def __init__(self, model: str) -> None:
            super().__init__(model=model, enable_caching=False)

    for provider in (Rules(), WithoutSuper("rules.yaml"), ByPlace("in-house-1", False), ByName("in-house-1")):
        result = provider.classify("it broke", "Which?")
        assert (result.category, result.cost) == (SignalCategory.BUG_REPORT, 0.7)
        metrics = provider.get_metrics()
        assert (metrics.total_requests, metrics.average_cost, metrics.average_latency_ms) == (1, 0.7, 3.0)
        with pytest.raises(ValueError, match="no text"):
            provider.classify("")
    assert (provider.model, provider.enable_caching) == ("in-house-1", False)


def test_a_subclass_of_claude_adds_to_what_it_does(flag: str, anthropic_server: AnthropicServer) -> None:
    from dataclasses import replace

    from providers.claude import ClaudeProvider

    class Watched(ClaudeProvider):
        def __init__(self) -> None:
            super().__init__(model="claude-haiku", base_url=anthropic_server.url, **KEY)

        def _classify_impl(self, text: str, prompt: str | None) -> Any:
            return replace(super()._classify_impl(text, prompt), method="watched")

        def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
            return 2 * super()._calculate_cost(input_tokens, output_tokens, cached_tokens)

    anthropic_server.says(FEATURE, usage={"input_tokens": 1_000, "output_tokens": 200})
    with Watched() as provider:
        result = provider.classify("Need SSO")
        assert (result.method, result.cost) == ("watched", 0.004 if flag == "new" else 0.001)
        assert provider.get_metrics().total_requests == 1
        assert asyncio.run(provider.aclassify("Need SSO")).method == "watched"
        assert provider.calculate_cost(1_000_000, 1_000_000) == (12.0 if flag == "new" else 3.0)


def test_a_subclass_of_claude_with_prices_of_its_own_is_asked_for_them(flag: str, anthropic_server: AnthropicServer) -> None:
    from providers.claude import ClaudeProvider

    class Negotiated(ClaudeProvider):
        def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
            return (input_tokens * 2 + output_tokens * 3 - cached_tokens) / 1_000

    usage = {"input_tokens": 600, "cache_read_input_tokens": 400, "output_tokens": 200}
    anthropic_server.says(FEATURE, usage=usage)
    with Negotiated("claude-haiku", base_url=anthropic_server.url, **KEY) as provider:
        assert provider.classify("Need SSO").cost == provider.get_metrics().total_cost == 2.2


def test_a_provider_that_the_factory_gives_warns_of_nothing_but_its_end() -> None:
    from providers.factory import get_provider

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        get_provider("claude-haiku")
        get_provider("gpt-5.5")
