"""When a text is a model's name: by what the catalogue knows, by its shape, and by where it stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from audit_catalog import TODAY

from ai_models.audit.names import Names, Place
from ai_models.catalog import Catalog, default_catalog
from ai_models.models.base import ModelStatus


@pytest.mark.parametrize(
    "text",
    [
        "claude-monet-gallery",
        "gpt-partition",
        "gpt-partition-2",
        "gemini",
        "gemini-horoscope",
        "gpt-90-notes.md",
        "https://gpt-90.example/gpt-90",
        "some text about gpt-90",
        "azure/gpt-my-deployment",
        "ollama/gpt-91",
        "gpt-2",
        "step-3",
        "veo-9",
        "a",
        "x" * 121,
    ],
)
@pytest.mark.parametrize("place", [Place.PROSE, Place.VALUE])
def test_what_only_looks_like_a_model_is_none(names: Names, text: str, place: Place) -> None:
    assert names.recognise(text, place) is None


@pytest.mark.parametrize(
    "text", ["gpt-90", "acme/gpt-90", "acme:gpt-90", "ft:gpt-90:team::1", "gpt-90:ft-team-2026", "gateway/acme/gpt-90"]
)
def test_known_names_are_recognised_wherever_they_are_a_value(names: Names, text: str) -> None:
    for place in (Place.VALUE, Place.MODEL):
        found = names.recognise(text, place)
        assert found is not None
        assert found.match is not None
        assert not found.spoken
    standing = names.stand(text)
    assert standing is not None
    assert standing.key == "acme/gpt-90"


def test_a_deployment_that_is_called_after_a_model_is_a_guess() -> None:
    names = Names(default_catalog(), TODAY)
    found = names.recognise("azure/gpt-4o", Place.MODEL)
    assert found is not None
    assert found.confidence == "low"


def test_an_ordinary_word_is_a_model_only_where_one_belongs_in_a_file_about_models(names: Names) -> None:
    assert names.recognise("sonar", Place.PROSE) is None
    assert names.recognise("sonar", Place.VALUE) is None
    assert names.recognise("sonar", Place.MODEL, near_models=False) is None
    found = names.recognise("sonar", Place.MODEL)
    assert found is not None
    assert found.confidence == "medium"


def test_two_words_of_a_maker_are_a_name_in_a_file_about_models(names: Names) -> None:
    assert names.recognise("claude-house", Place.VALUE, near_models=False) is None
    found = names.recognise("claude-house", Place.VALUE)
    assert found is not None
    assert found.confidence == "medium"


def test_the_shortest_names_need_a_place_for_a_model(names: Names) -> None:
    assert names.recognise("o7", Place.VALUE) is None
    inside, alone = names.recognise("o7", Place.MODEL), names.recognise("o7", Place.MODEL, near_models=False)
    assert inside is not None
    assert alone is not None
    assert (inside.confidence, alone.confidence) == ("medium", "low")


def test_a_spelling_of_people_is_a_mention_and_only_in_a_place_for_a_model_a_use(names: Names) -> None:
    spoken, used = names.recognise("GPT-90", Place.VALUE), names.recognise("GPT-90", Place.MODEL)
    assert spoken is not None
    assert spoken.spoken
    assert used is not None
    assert not used.spoken
    assert used.confidence == "medium"


@pytest.mark.parametrize(
    ("text", "place", "confidence"),
    [
        ("gpt-91", Place.MODEL, "high"),
        ("gpt-91", Place.VALUE, "medium"),
        ("gpt-91", Place.PROSE, "low"),
        ("acme/gpt-91", Place.MODEL, "high"),
        ("llama-10-70b", Place.MODEL, "low"),
        ("llama-10-70b", Place.VALUE, None),
        ("llama-10:70b", Place.MODEL, None),
        ("nobody/gpt-91", Place.MODEL, None),
        ("nobody:gpt-91", Place.MODEL, None),
        ("acme:gpt-91", Place.MODEL, "high"),
        ("gpt-91:free", Place.MODEL, "high"),
        ("gpt-91-like", Place.PROSE, None),
        ("claude-sonet-4-5", Place.MODEL, "medium"),  # misspelt
        ("claude-sonet-4-5", Place.VALUE, None),
        ("gpt-91-", Place.VALUE, None),
        ("gpt-85", Place.VALUE, None),  # gpt-85-mini begins with it
        ("gpt-85", Place.MODEL, "high"),
        ("gpt-ninety", Place.MODEL, None),  # a family
        ("gpt-91-prod", Place.VALUE, None),  # no word of a model
        ("gpt-91-prod", Place.MODEL, "high"),
        ("gpt-91-prod", Place.DEPLOYMENT, None),
        ("gpt-91-trubo", Place.VALUE, "medium"),  # misspelt
        ("gpt-91-test", Place.MODEL, None),  # made up on purpose
        ("gpt-91.example.com", Place.VALUE, None),
    ],
)
def test_names_that_lead_nowhere(names: Names, text: str, place: Place, confidence: str | None) -> None:
    found = names.recognise(text, place)
    assert (found.confidence if found else None) == confidence
    if found is not None:
        assert found.match is None


def test_an_unknown_name_gets_the_nearest_that_can_be_called_and_a_past_one_its_time(names: Names) -> None:
    why, near = names.why_unknown("gpt-91")
    assert why == ""
    assert "gpt-90" in near
    assert "gpt-80" not in near  # retired
    why, near = names.why_unknown("gpt-90-was")
    assert "until 2026-06-01" in why
    assert near == ()


def test_an_offering_has_a_life_of_its_own(names: Names) -> None:
    own, maker = names.stand("shop:gpt-90"), names.stand("gpt-90")
    assert own is not None
    assert maker is not None
    assert (own.status, maker.status) == (ModelStatus.RETIRED, ModelStatus.ACTIVE)
    assert names.stand("shop-only-1") is not None
    assert names.stand("gpt-91") is None


def test_a_name_that_two_makers_claim_is_known_and_stands_for_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("two")
    for maker in ("acme", "zeta"):
        (root / f"{maker}.yaml").write_text(
            f"model_id: gpt-1000-pro\nprovider: {maker}\nmetadata: {{name: X, last_verified: 2026-11-01}}\n"
        )
    names = Names(Catalog.load([root]), TODAY)
    found = names.recognise("gpt-1000-pro", Place.VALUE)
    assert found is not None
    assert names.stand("gpt-1000-pro") is None


def test_the_day_decides(made_up_catalog: Catalog) -> None:
    before = Names(made_up_catalog, datetime(2026, 10, 31, 23, 59, tzinfo=UTC)).stand("gpt-80")
    on_the_day = Names(made_up_catalog, datetime(2026, 11, 1, tzinfo=UTC)).stand("gpt-80")
    assert before is not None
    assert on_the_day is not None
    assert (before.status, on_the_day.status) == (ModelStatus.ACTIVE, ModelStatus.RETIRED)


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("gpt-4o", "openai/gpt-4o"),
        ("claude-3-5-sonnet-20241022", "anthropic/claude-3-5-sonnet-20241022"),
        ("bedrock/anthropic.claude-3-sonnet-20240229-v1:0", "anthropic/claude-3-sonnet-20240229"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5-20250929"),
        ("gemini/gemini-1.5-pro", "google/gemini-1.5-pro-001"),
        ("models/gemini-2.0-flash", "google/gemini-2.0-flash"),
        ("openrouter/anthropic/claude-3-opus", "anthropic/claude-3-opus-20240229"),
        ("text-davinci-003", "openai/text-davinci-003"),
        ("o3-mini", "openai/o3-mini"),
        ("openai:gpt-4o", "openai/gpt-4o"),
        ("openai:chat:gpt-4o", "openai/gpt-4o"),
        ("openai-responses:gpt-4o", "openai/gpt-4o"),
        ("azure_openai:gpt-4o", "openai/gpt-4o"),
        ("anthropic:messages:claude-3-5-sonnet-20241022", "anthropic/claude-3-5-sonnet-20241022"),
        ("google-gla:gemini-2.0-flash", "google/gemini-2.0-flash"),
        ("google_genai:gemini-2.0-flash", "google/gemini-2.0-flash"),
        ("google_vertexai:gemini-2.0-flash", "google/gemini-2.0-flash"),
        ("vertex:gemini-2.0-flash", "google/gemini-2.0-flash"),
        ("bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5-20250929"),
        ("bedrock_converse:anthropic.claude-3-sonnet-20240229-v1:0", "anthropic/claude-3-sonnet-20240229"),
        ("litellm:gpt-4o", "openai/gpt-4o"),
    ],
)
def test_the_forms_that_people_write_lead_to_real_models(text: str, model: str) -> None:
    names = Names(default_catalog(), TODAY)
    found, standing = names.recognise(text, Place.VALUE), names.stand(text)
    assert found is not None
    assert found.match is not None
    assert standing is not None
    assert standing.key.rpartition("/")[0] == model.rpartition("/")[0] or standing.key == model
