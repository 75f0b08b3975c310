"""The familiar doors, on a made-up process-wide catalogue."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from ai_models import ModelCapability, ModelRegistry, Support, find_models_with_capabilities, get_model, registry
from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import use_as_default
from ai_models.errors import (
    AmbiguousModelError,
    ModelNotFoundError,
    ProviderNotFoundError,
    UnknownCapabilityError,
    UnknownStatusError,
)
from ai_models.models.base import ModelStatus

DAY = date(2026, 1, 15)

MODELS = {
    "cheap": ("text_input, function_calling", "", "release_date: 2025-01-01", "{}"),
    "dear": ("text_input, function_calling, prompt_caching, image_input", "", "context_window_input: 1000000", "{}"),
    "mid": ("text_input, function_calling, prompt_caching", "image_input", "context_window_input: 128000", "{}"),
    "unpriced": ("text_input, function_calling, prompt_caching, image_input", "", "family: lab", "{}"),
    "early": ("text_input, function_calling", "", "family: lab", "{status: preview}"),
    "leaving": ("text_input, function_calling", "", "family: lab", "{deprecated_on: 2026-01-01, replacement: [mid, dear]}"),
    "gone": ("text_input, function_calling", "", "family: lab", "{retires_on: 2026-01-15}"),
    "coming": ("text_input, function_calling", "", "release_date: 2026-01-16", "{}"),
}
PRICES = """
    provider: acme
    models:
      cheap:
        pricing_versions:
          - {effective_date: 2026-02-01, input_per_1m_tokens: 50, output_per_1m_tokens: 50}
          - {effective_date: 2025-01-01, input_per_1m_tokens: 0.1, output_per_1m_tokens: 0.2}
      mid: {pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 5}]}
      dear: {pricing_versions: [{input_per_1m_tokens: 5, output_per_1m_tokens: 25}]}
      early: {pricing_versions: [{currency: CNY, input_per_1m_tokens: 0.01, output_per_1m_tokens: 0.01}]}
      leaving: {pricing_versions: [{input_per_1m_tokens: 2, output_per_1m_tokens: 2}]}
      gone: {pricing_versions: [{input_per_1m_tokens: 2, output_per_1m_tokens: 2}]}
"""


@pytest.fixture(autouse=True)
def made_up_catalogue(write, tmp_path: Path, restored_default: None):
    for name, (can, cannot, metadata, lifecycle) in MODELS.items():
        write(
            f"{name}.yaml",
            f"""
            model_id: {name}
            provider: acme
            metadata: {{name: {name.title()}, last_verified: 2025-12-01, {metadata}}}
            lifecycle: {lifecycle}
            capabilities: [{can}]
            unsupported: [{cannot}]
            """,
        )
    write("acme.yaml", PRICES)
    write("cloud.yaml", "provider: cloud\nmodels: {mid-v1: {model: acme/mid}, gone: {model: acme/gone}}")
    use_as_default(Catalog.load([tmp_path]))
    with time_machine.travel(datetime(2026, 1, 15, 12, tzinfo=UTC), tick=False):
        yield


def ids(models) -> list[str]:
    return [model.model_id for model in models]


def test_found_models_are_current_and_run_from_the_cheapest() -> None:
    found = find_models_with_capabilities({ModelCapability.FUNCTION_CALLING})
    assert ids(found) == ["cheap", "mid", "dear", "early", "unpriced"], (
        "without a price in USD last; no unreleased, no retired"
    )


def test_more_of_what_is_preferred_comes_first_then_the_cheaper() -> None:
    preferred = {ModelCapability.PROMPT_CACHING, ModelCapability.IMAGE_INPUT}
    assert ids(find_models_with_capabilities({"text_input"}, preferred)) == ["dear", "unpriced", "mid", "cheap", "early"]
    assert ids(find_models_with_capabilities(required={"image-input"}, preferred=None)) == ["dear", "unpriced"]


def test_the_ranking_follows_the_price_in_force_at_the_instant() -> None:
    required = {ModelCapability.FUNCTION_CALLING}
    assert ids(find_models_with_capabilities(required, at=date(2026, 2, 1)))[:3] == ["mid", "dear", "cheap"]
    assert ids(find_models_with_capabilities(required, at=date(2026, 1, 31)))[0] == "cheap"


def test_other_statuses_are_found_when_asked_for() -> None:
    assert ids(find_models_with_capabilities({"text_input"}, status=["retired"])) == ["gone"]
    assert ids(find_models_with_capabilities({"text_input"}, status=ModelStatus.DEPRECATED)) == ["leaving"]
    assert ids(find_models_with_capabilities({"text_input"}, status=["retired"], at=date(2026, 1, 14))) == []
    assert find_models_with_capabilities({"text_input"}, status=[]) == []
    with pytest.raises(UnknownStatusError, match="'gonne' is not a status; use unreleased, preview"):
        find_models_with_capabilities({"text_input"}, status=["gonne"])


def test_an_unknown_capability_is_neither_supported_nor_unsupported() -> None:
    assert find_models_with_capabilities({ModelCapability.VIDEO_OUTPUT}) == []
    model = get_model("mid")
    assert model.support("image_input") is Support.UNSUPPORTED
    assert model.support(ModelCapability.TEXT_INPUT) is Support.SUPPORTED
    assert model.support(ModelCapability.VIDEO_OUTPUT) is Support.UNKNOWN
    assert model.unsupported == {ModelCapability.IMAGE_INPUT, ModelCapability.EXTRA_LARGE_CONTEXT}
    with pytest.raises(UnknownCapabilityError, match="did you mean image_input"):
        find_models_with_capabilities({"image_inptu"})


def test_context_capabilities_are_derived_from_the_window() -> None:
    assert ids(find_models_with_capabilities({ModelCapability.LARGE_CONTEXT})) == ["mid", "dear"]
    assert ids(find_models_with_capabilities({ModelCapability.EXTRA_LARGE_CONTEXT})) == ["dear"]
    assert get_model("cheap").support(ModelCapability.LARGE_CONTEXT) is Support.UNKNOWN


@pytest.mark.parametrize("built_in", [LookupError, ValueError], ids=["lookup", "value"])
def test_an_unknown_name_is_caught_as_callers_of_the_old_factory_catch_it(built_in: type[Exception]) -> None:
    with pytest.raises(built_in, match="no model is called"):
        get_model("claude-sonet")


def test_get_spec_raises_or_returns_the_default() -> None:
    assert ModelRegistry.get_spec("mid") is get_model("mid")
    assert ModelRegistry.get_spec("nonsense", None) is None
    assert ModelRegistry.get_spec("nonsense", default="other") == "other"
    with pytest.raises(ModelNotFoundError):
        ModelRegistry.get_spec("nonsense")


def test_current_models_include_deprecated_ones_and_take_every_name() -> None:
    models = ModelRegistry.get_all_current_models()
    assert list(models) == ["cheap", "dear", "early", "leaving", "mid", "unpriced"]
    assert len(models) == 6
    assert "mid" in models
    assert models["ACME/Mid"].model_id == "mid"
    assert models.get("gone") is None
    assert "nonsense" not in models
    assert None not in models
    assert repr(models) == "CurrentModels(cheap, dear, early, leaving, mid, unpriced)"
    with pytest.raises(KeyError, match="gone"):
        models["gone"]


def test_models_are_listed_by_every_filter() -> None:
    assert len(ModelRegistry.list_models()) == len(MODELS)
    assert ids(ModelRegistry.list_models(family="lab", status=["preview"])) == ["early"]
    assert ids(ModelRegistry.list_models(min_context=128_000)) == ["dear", "mid"]
    assert ids(ModelRegistry.list_models(min_context=128_001)) == ["dear"]
    assert ids(ModelRegistry.list_models(capabilities=["image_input"])) == ["dear", "unpriced"]
    assert len(ModelRegistry.list_models(maker="ACME")) == len(MODELS)
    for role in ("maker", "provider", "family"):
        with pytest.raises(ProviderNotFoundError, match=f"no {role} is called 'nobody'; known:"):
            ModelRegistry.list_models(**{role: "nobody"})
    assert ids(ModelRegistry.list_models(provider="cloud", status=["active"])) == ["mid"]
    assert list(ModelRegistry.get_by_provider("cloud")) == ["gone", "mid"]


def test_deprecation_and_replacement() -> None:
    assert [ModelRegistry.is_deprecated(name) for name in ("mid", "leaving", "gone")] == [False, True, True]
    assert ModelRegistry.get_replacement("leaving") == "mid"
    assert ModelRegistry.get_replacement("mid") is None


def test_a_default_answers_for_names_that_nobody_knows() -> None:
    assert ModelRegistry.is_deprecated("nonsense", False) is False
    assert ModelRegistry.is_deprecated("leaving", False) is True
    assert ModelRegistry.get_replacement("nonsense", None) is None
    assert ModelRegistry.get_replacement("nonsense", "ask Ines") == "ask Ines"
    assert ModelRegistry.get_replacement("leaving", "ask Ines") == "mid"
    for ask in (ModelRegistry.is_deprecated, ModelRegistry.get_replacement):
        with pytest.raises(ModelNotFoundError):
            ask("nonsense")


def test_a_roster_of_names_keeps_them_and_their_order() -> None:
    roster = ModelRegistry.get_specs(["gone", "mid"])
    assert list(roster.items()) == [("gone", get_model("gone")), ("mid", get_model("mid"))]
    assert ModelRegistry.get_specs(()) == {}
    with pytest.raises(ModelNotFoundError):
        ModelRegistry.get_specs(["mid", "nonsense"])
    with pytest.raises(TypeError, match="found one: 'mid'"):
        ModelRegistry.get_specs("mid")


def test_status_changes_at_midnight() -> None:
    gone = get_model("gone")
    assert gone.status is ModelStatus.RETIRED
    assert gone.status_at(datetime(2026, 1, 14, 23, 59, 59, tzinfo=UTC)) is ModelStatus.ACTIVE
    assert get_model("coming").status is ModelStatus.UNRELEASED
    assert get_model("coming").status_at(date(2026, 1, 16)) is ModelStatus.ACTIVE


def test_a_specification_has_the_flat_fields_of_the_old_one() -> None:
    model = get_model("mid")
    assert (model.name, model.api_identifier, model.context_window_input) == ("Mid", "mid", 128_000)
    assert (model.input_price_per_1m, model.output_price_per_1m) == (1.0, 5.0)
    assert model.context_window_output is model.knowledge_cutoff is model.docs_url is None
    assert (model.notes, model.recommended_for, model.last_verified) == ("", (), date(2025, 12, 1))
    assert get_model("unpriced").input_price_per_1m is None
    assert get_model("early").input_price_per_1m is None, "a price in CNY is not one in USD"
    assert repr(model) == "<ModelSpec acme/mid: Mid, active>"
    with pytest.raises(AttributeError):
        model.model_id = "other"


def test_a_specification_can_be_hashed_and_pickled_with_its_price() -> None:
    model = get_model("mid")
    copy = pickle.loads(pickle.dumps(model))  # noqa: S301 our own bytes
    assert copy == model
    assert hash(copy) == hash(model)
    assert copy.input_price_per_1m == 1.0
    assert len({model, copy, get_model("dear")}) == 2


def test_unknown_public_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'NOPE'"):
        registry.NOPE  # noqa: B018
    with pytest.raises(ModelNotFoundError):
        registry.CLAUDE_SONNET  # noqa: B018 the made-up catalogue has none


def test_who_gives_a_default_does_not_pay_for_near_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_models.catalog.resolve.Resolver.suggest", lambda *_: pytest.fail("near names are looked for"))
    assert ModelRegistry.get_spec("nobodys-model-of-this-name", None) is None
    assert ModelRegistry.is_deprecated("nobodys-model-of-this-name", False) is False


def test_a_default_does_not_hide_that_a_name_is_ambiguous(write, tmp_path: Path) -> None:
    write("other.yaml", "model_id: mid\nprovider: other\nmetadata: {name: Mid, last_verified: 2025-12-01}")
    use_as_default(Catalog.load([tmp_path]))
    with pytest.raises(AmbiguousModelError):
        ModelRegistry.get_spec("mid", None)
