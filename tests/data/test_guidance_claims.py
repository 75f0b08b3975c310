"""The checker of guidance: true claims pass, the same claims with another number do not, and no number goes unread."""

from __future__ import annotations

from fractions import Fraction

import pytest
from guidance_claims import Facts, false_claims, ratio_of, unread_numbers

from ai_models.catalog.default import default_catalog

PREFIXES = {"anthropic/claude-opus-5": 512, "openai": 1_024}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(default_catalog(), PREFIXES)


def wrong(facts: Facts, model: str, statement: str) -> list[str]:
    return false_claims(facts, facts.catalog.get_model(model), statement)


def unread(facts: Facts, statement: str) -> list[str]:
    return unread_numbers(facts, facts.catalog.get_model("claude-haiku-4-5"), statement)


@pytest.mark.parametrize(
    ("words", "ratio"),
    [
        ("as much as", Fraction(1)),
        ("half of", Fraction(1, 2)),
        ("half", Fraction(1, 2)),
        ("twice", Fraction(2)),
        ("a third of", Fraction(1, 3)),
        ("two thirds of", Fraction(2, 3)),
        ("three quarters of", Fraction(3, 4)),
        ("ten times", Fraction(10)),
        ("12.8 times", Fraction(64, 5)),
        ("31.25 % of", Fraction(5, 16)),
    ],
)
def test_a_ratio_in_words_is_a_number(words: str, ratio: Fraction) -> None:
    assert ratio_of(words) == ratio


@pytest.mark.parametrize(
    ("model", "true", "false"),
    [
        ("claude-haiku-4-5", "It accepts 200,000 tokens", "It accepts 200,001 tokens"),
        ("claude-haiku-4-5", "Claude Haiku 5.5 accepts 1,000,000", "Claude Haiku 5.5 accepts 999,999"),
        ("claude-opus-5-5", "It answers up to 128,000 tokens", "It answers up to 64,000 tokens"),
        (
            "claude-opus-5",
            "A prefix of fewer than 512 tokens is not cached",
            "A prefix of fewer than 513 tokens is not cached",
        ),
        ("claude-sonnet-5", "Its knowledge ends in 2026-01", "Its knowledge ends in 2026-02"),
        ("o3", "It retires on 2026-12-11", "It retires on 2026-12-12"),
        ("o3", "OpenAI names gpt-5.6-sol as the replacement", "OpenAI names gpt-6-sol as the replacement"),
        ("command-r", "It is deprecated since 2025-09-15", "It is deprecated since 2025-09-16"),
        ("o3-pro", "It costs ten times o3 for the same tokens", "It costs eight times o3 for the same tokens"),
        ("o3-pro", "It costs ten times o3 for the same tokens", "It costs 9.9 times o3 for the same tokens"),
        ("gpt-5.6-luna", "Its output costs 2.4 times GPT-6 Luna's", "Its input costs 2.4 times GPT-6 Luna's"),
        ("gpt-5.6-luna", "Its input costs twice GPT-6 Luna's", "It costs twice GPT-6 Luna for the same tokens"),
        (
            "claude-opus-5-5",
            "A cache read costs a twentieth of the input rate",
            "A cache read costs a tenth of the input rate",
        ),
        (
            "claude-opus-5-5",
            "A cache read costs at most a tenth of the input rate",
            "A cache read costs at most a fortieth of the input rate",
        ),
        ("gpt-transcribe", "It costs 0.27 USD an hour of audio", "It costs 0.28 USD an hour of audio"),
        ("gpt-6-astra", "The Batch API halves the token rates", "Ultrafast mode costs half the standard rates"),
        ("gpt-6-astra", "Fast mode costs twice the standard rates", "Fast mode costs three times the standard rates"),
        (
            "claude-haiku-5-5",
            "Above 100,000 tokens of prompt the whole request costs five times as much",
            "Above 100,001 tokens of prompt the whole request costs five times as much",
        ),
        (
            "claude-haiku-5-5",
            "Above 100,000 tokens of prompt the whole request costs five times as much",
            "Above 100,000 tokens of prompt the whole request costs four times as much",
        ),
        ("gpt-6-sol", "Keep prompts at 272,000 tokens or below", "Keep prompts at 272,001 tokens or below"),
        ("gemini-3.8-flash", "The rates double on 2027-01-01", "The rates double on 2027-01-02"),
        ("gemini-3.8-flash", "It takes text, pictures, audio and video", "It does not take pictures or video"),
        ("nova-micro-v1", "It does not take pictures, video or documents", "It takes text and pictures"),
        ("gpt-5-image", "It gives text and pictures", "It gives text and audio"),
        ("command-a-03-2025", "It calls tools", "It does not call tools"),
        ("gpt-5.2", "Reasoning can be switched off (effort none)", "Reasoning can be switched off (effort never)"),
        ("claude-opus-5-5", "Thinking cannot be switched off", "Thinking can be switched off"),
        ("gpt-oss-120b", "Its weights are open", "It is a preview"),
        ("o3-pro", "It has no rate for cache reads", "It accepts an assistant prefill"),
    ],
)
def test_a_claim_holds_only_as_the_catalogue_says(facts: Facts, model: str, true: str, false: str) -> None:
    assert wrong(facts, model, true) == []
    assert len(wrong(facts, model, false)) == 1


@pytest.mark.parametrize(
    ("statement", "numbers"),
    [
        ("It answers within 3 seconds", ["3"]),
        ("It is 20 % more accurate", ["20", "%"]),
        ("It costs half of what it was", ["half"]),
        ("It is three times as fast", ["times"]),
        ("Its vectors have 3,072 dimensions", ["3,072"]),
        ("It accepts 200,000 tokens and 100 pictures", ["100"]),
        ("It costs nine times Claude Haiku 3 for the same tokens", ["times"]),
    ],
)
def test_a_number_that_no_claim_reads_is_found(facts: Facts, statement: str, numbers: list[str]) -> None:
    assert unread(facts, statement) == numbers


@pytest.mark.parametrize(
    "statement",
    ["Claude Haiku 4.5 and Claude 4.7 differ", "Gemini 3 models bill each search", "Ask a third-party host", "Sometimes"],
)
def test_a_name_with_a_number_in_it_claims_nothing(facts: Facts, statement: str) -> None:
    assert unread(facts, statement) == wrong(facts, "claude-haiku-4-5", statement) == []
