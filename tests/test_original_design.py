"""The samples of the original design for registry, capabilities and pricing, run as they stand there.

Where section 12 of the architecture departs from a sample, the test says so beside it. Prices are those of a fixed day,
so that a new price never breaks the samples.
"""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime

import pytest
import time_machine

from ai_models.capabilities import ModelCapability
from ai_models.errors import UnsupportedCapabilityError
from ai_models.models.capabilities import CapabilityWarning, validate_capabilities
from ai_models.pricing import PricingService
from ai_models.registry import (
    CLAUDE_SONNET,
    GPT_4O,
    LEGACY_MODELS,
    ModelRegistry,
    Provider,
    find_models_with_capabilities,
)

DESIGN_DAY = datetime(2025, 10, 24, tzinfo=UTC)
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)

ORIGINAL_EIGHT = {
    "CLAUDE_SONNET": ("claude-sonnet-4.5", "claude-sonnet-4-5-20250929"),
    "CLAUDE_HAIKU": ("claude-haiku-4.5", "claude-haiku-4-5-20251001"),
    "CLAUDE_OPUS": ("claude-opus-4.1", "claude-opus-4-1-20250805"),
    "GEMINI_PRO": ("gemini-2.5-pro", "gemini-2.5-pro"),
    "GEMINI_FLASH": ("gemini-2.5-flash", "gemini-2.5-flash"),
    "GEMINI_FLASH_LITE": ("gemini-2.5-flash-lite", "gemini-2.5-flash-lite"),
    "GPT_4O": ("gpt-4o", "gpt-4o"),
    "GPT_4O_MINI": ("gpt-4o-mini", "gpt-4o-mini"),
}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


# Task 1.2


def test_model_registry_get_all() -> None:
    models = ModelRegistry.get_all_current_models()
    # Departure: the roster of exactly eight is that of the old packages (compat/); this registry knows the market.
    assert len(models) > 8
    assert "claude-sonnet-4.5" in models


def test_the_old_roster_is_to_be_had_by_its_names() -> None:
    roster = ModelRegistry.get_specs(LEGACY_MODELS)
    assert list(roster) == [name for name, _ in ORIGINAL_EIGHT.values()]
    assert roster["claude-sonnet-4.5"] is CLAUDE_SONNET
    assert {spec.provider for spec in roster.values()} == set(Provider)
    assert [spec.name for spec in roster.values() if spec.provider == Provider.OPENAI] == ["GPT-4o", "GPT-4o mini"]


@pytest.mark.parametrize(("constant", "names"), ORIGINAL_EIGHT.items())
def test_the_original_eight_are_pinned(constant: str, names: tuple[str, str]) -> None:
    import ai_models.registry as registry

    name, api_identifier = names
    spec = getattr(registry, constant)
    assert spec.api_identifier == api_identifier
    assert ModelRegistry.get_spec(name) is spec
    assert spec.optimization.recommended_for
    assert spec.optimization.best_practices
    assert spec.optimization.tips
    assert spec.optimization.pitfalls
    assert spec.optimization.since == date(2026, 11, 30)


# Task 2.4


def test_validate_capabilities_as_in_the_original() -> None:
    assert validate_capabilities(CLAUDE_SONNET, {ModelCapability.TEXT_INPUT, ModelCapability.TEXT_OUTPUT}) is True
    with pytest.raises(UnsupportedCapabilityError, match="does not support image_output"):
        validate_capabilities(CLAUDE_SONNET, required={ModelCapability.IMAGE_OUTPUT})
    with pytest.warns(CapabilityWarning, match="image_output"):
        assert validate_capabilities(CLAUDE_SONNET, {ModelCapability.IMAGE_OUTPUT}, warn_only=True) is False


def test_what_is_unknown_warns_and_passes() -> None:
    # Departure: the original raised for whatever was not listed; here unknown is not "no".
    unknown = set(ModelCapability) - CLAUDE_SONNET.capabilities - CLAUDE_SONNET.unsupported
    assert unknown, "some capability of every model is stated by nobody"
    with pytest.warns(CapabilityWarning, match="no source says"):
        assert validate_capabilities(CLAUDE_SONNET, {min(unknown)}) is True


def test_capability_flags_of_the_original_sample() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        validate_capabilities(
            CLAUDE_SONNET,
            {
                ModelCapability.TEXT_INPUT,
                ModelCapability.TEXT_OUTPUT,
                ModelCapability.FUNCTION_CALLING,
                ModelCapability.LARGE_CONTEXT,
                ModelCapability.PROMPT_CACHING,
                ModelCapability.EXTENDED_THINKING,
            },
        )


# Task 4.1


def test_model_selection_by_capability() -> None:
    with time_machine.travel(DESIGN_DAY, tick=False):  # the vendor has deprecated GPT-4o since
        models = find_models_with_capabilities(required={ModelCapability.IMAGE_INPUT})
    assert GPT_4O in models
    # Departure: "Claude Sonnet has no vision" is not true of the model. The rule is tested with one that lacks image input.
    gpt_4 = ModelRegistry.get_spec("gpt-4")
    everything = find_models_with_capabilities(
        {ModelCapability.IMAGE_INPUT}, status=["active", "preview", "deprecated", "retired"]
    )
    assert CLAUDE_SONNET in everything
    assert gpt_4 not in everything
    assert ModelCapability.IMAGE_INPUT in gpt_4.unsupported


def test_required_and_preferred() -> None:
    models = find_models_with_capabilities({ModelCapability.IMAGE_INPUT}, preferred={ModelCapability.PROMPT_CACHING})
    cached = [ModelCapability.PROMPT_CACHING in model.capabilities for model in models]
    assert cached == sorted(cached, reverse=True)
    assert cached[0] is True


def test_pricing_service_accurate() -> None:
    pricing = PricingService()
    cost = pricing.calculate_cost("claude-sonnet-4-5-20250929", input_tokens=1_000_000, output_tokens=1_000_000)
    assert cost == 18.00  # $3 + $15


def test_backward_compatibility() -> None:
    assert CLAUDE_SONNET.api_identifier == "claude-sonnet-4-5-20250929"
    assert CLAUDE_SONNET.input_price_per_1m == 3.00
    assert CLAUDE_SONNET.output_price_per_1m == 15.00


# The migration guide's examples, and ADR-003


def test_historical_pricing() -> None:
    history = PricingService().get_pricing_history("claude-sonnet-4-5-20250929")
    # Departure: the sample dates the first price 2025-01-24, before the model's release; it is dated as the vendor lists it.
    assert [version.effective_date for version in history] == [date(2025, 9, 29), date(2026, 4, 30)]
    assert [len(version.overrides) > 0 for version in history] == [True, True]
    long_context = [o for o in history[0].overrides if o.when.input_tokens_above == 200_000 and o.when.service_tier is None]
    assert [float(o.rates["input"].amount) for o in long_context] == [6.0]
    assert not [o for o in history[1].overrides if o.when.input_tokens_above is not None], "the 1M beta has ended"


def test_prices_at_a_date() -> None:
    service = PricingService()
    assert service.get_pricing("o3", date(2025, 6, 9)).input_per_1m == 10.0
    assert service.get_pricing("o3", date(2025, 6, 10)).input_per_1m == 2.0
    assert service.get_pricing("claude-haiku-4-5-20251001", datetime(2025, 11, 1)).output_per_1m == 5.00


def test_find_models_of_the_migration_guide() -> None:
    models = find_models_with_capabilities(required={ModelCapability.IMAGE_INPUT, ModelCapability.FUNCTION_CALLING})
    assert models
    assert all(model.support(ModelCapability.FUNCTION_CALLING).value == "supported" for model in models)
    with pytest.raises(LookupError):
        ModelRegistry.get_spec("claude-opus-99")
