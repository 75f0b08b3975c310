"""The taxonomy and its three values, and the check before a call."""

from __future__ import annotations

import warnings
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ai_models.capabilities as door
from ai_models.errors import UnknownCapabilityError, UnsupportedCapabilityError
from ai_models.models.base import Lifecycle, Metadata, ModelSpec
from ai_models.models.capabilities import (
    CapabilityWarning,
    ModelCapability,
    Support,
    capabilities_of,
    capability_mask,
    in_order,
    validate_capabilities,
)

TASK_2_4 = {
    "text_input", "image_input", "audio_input", "video_input", "document_input", "text_output", "image_output",
    "structured_output", "function_calling", "json_mode", "streaming", "batch_api", "large_context", "extra_large_context",
    "extended_thinking", "code_generation", "math_reasoning", "content_filtering", "system_messages",
}  # fmt: skip


@pytest.fixture
def spec() -> ModelSpec:
    """Text in, no images; nothing is known of audio."""
    return ModelSpec(
        model_id="one",
        provider="acme",
        metadata=Metadata(name="One", last_verified=date(2026, 1, 1)),
        lifecycle=Lifecycle(),
        supported_mask=capability_mask(["text_input", "streaming"]),
        unsupported_mask=capability_mask(["image_input", "video_input"]),
    )


def test_the_originals_capabilities_are_in_the_taxonomy() -> None:
    values = {member.value for member in ModelCapability}
    assert TASK_2_4 | {"chain_of_thought"} <= values
    assert {"computer_use", "web_search", "embeddings", "moderation"} <= values


@pytest.mark.parametrize("member", ModelCapability)
def test_every_capability_has_a_criterion_a_bit_and_a_name(member: ModelCapability) -> None:
    assert member.criterion.endswith(".")
    assert len(member.criterion) > 20
    assert member.bit.bit_count() == 1
    assert capabilities_of(member.bit) == {member}
    assert member.name == member.value.upper()
    assert ModelCapability.parse(member.value) is member


def test_criteria_are_each_their_own() -> None:
    assert len({member.criterion for member in ModelCapability}) == len(ModelCapability)
    assert len({member.bit for member in ModelCapability}) == len(ModelCapability)


@given(chosen=st.frozensets(st.sampled_from(list(ModelCapability))))
def test_masks_round_trip(chosen: frozenset[ModelCapability]) -> None:
    mask = capability_mask(chosen)
    assert capabilities_of(mask) == chosen
    assert capability_mask([str(member) for member in chosen]) == mask
    assert mask.bit_count() == len(chosen)


def test_one_name_alone_stands_for_a_set_of_one() -> None:
    assert capability_mask("image-input") == ModelCapability.IMAGE_INPUT.bit


def test_order_is_that_of_the_taxonomy() -> None:
    members = list(ModelCapability)
    assert in_order(set(members)) == members
    assert in_order([]) == []


@pytest.mark.parametrize("name", ["image_input", "IMAGE_INPUT", " Image-Input ", "image-input"])
def test_names_are_read_in_any_case_and_with_dashes(name: str) -> None:
    assert ModelCapability.parse(name) is ModelCapability.IMAGE_INPUT


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        UnknownCapabilityError, match=r"'imageinput' is not a capability; did you mean image_input"
    ) as caught:
        ModelCapability.parse("imageinput")
    assert caught.value.name == "imageinput"
    assert caught.value.suggestions[0] == "image_input"
    assert isinstance(caught.value, ValueError)
    with pytest.raises(UnknownCapabilityError, match="ai-models capabilities --explain"):
        ModelCapability.parse("")


def test_support_has_three_values(spec: ModelSpec) -> None:
    assert spec.support("text_input") is Support.SUPPORTED
    assert spec.support(ModelCapability.IMAGE_INPUT) is Support.UNSUPPORTED
    assert spec.support("audio_input") is Support.UNKNOWN
    assert spec.capabilities == {ModelCapability.TEXT_INPUT, ModelCapability.STREAMING}
    assert spec.unsupported == {ModelCapability.IMAGE_INPUT, ModelCapability.VIDEO_INPUT}
    with pytest.raises(UnknownCapabilityError):
        spec.support("telepathy")


def test_what_is_supported_passes_in_silence(spec: ModelSpec) -> None:
    assert validate_capabilities(spec, [ModelCapability.TEXT_INPUT, "streaming"]) is True
    assert validate_capabilities(spec, []) is True


def test_what_is_unsupported_raises_and_names_all_of_it(spec: ModelSpec) -> None:
    with pytest.raises(UnsupportedCapabilityError, match="one does not support image_input, video_input") as caught:
        validate_capabilities(spec, ["video_input", "text_input", "image_input"])
    assert caught.value.model_id == "one"
    assert caught.value.missing == ("image_input", "video_input")
    assert "find_models_with_capabilities({image_input, video_input})" in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_what_is_unknown_warns_and_passes(spec: ModelSpec) -> None:
    with pytest.warns(CapabilityWarning, match="one: no source says whether it supports audio_input, json_mode") as caught:
        assert validate_capabilities(spec, ["json_mode", "audio_input", "text_input"]) is True
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_warn_only_warns_of_the_unsupported_and_returns_false(spec: ModelSpec) -> None:
    with pytest.warns(CapabilityWarning, match="one does not support image_input") as caught:
        assert validate_capabilities(spec, ["image_input"], warn_only=True) is False
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_unknown_and_unsupported_are_both_said(spec: ModelSpec) -> None:
    with pytest.warns(CapabilityWarning) as caught:
        assert validate_capabilities(spec, ["image_input", "audio_input"], True) is False
    assert len(caught) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(UnsupportedCapabilityError):
            validate_capabilities(spec, ["image_input", "audio_input"])


def test_a_requirement_that_is_no_capability_raises(spec: ModelSpec) -> None:
    with pytest.raises(UnknownCapabilityError):
        validate_capabilities(spec, ["telepathy"], warn_only=True)


def test_the_public_door_opens_to_the_same_objects() -> None:
    assert door.ModelCapability is ModelCapability
    assert door.validate_capabilities is validate_capabilities
