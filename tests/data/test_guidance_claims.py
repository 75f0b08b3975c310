"""The checker of guidance: true claims pass, the same claims with another number do not, and no number goes unread."""

from __future__ import annotations

from fractions import Fraction

import pytest
from guidance_claims import PATTERNS, claims_of, false_claims, is_true, unread_numbers
from guidance_examples import EXAMPLES
from guidance_facts import Facts
from guidance_numbers import Amount, ratio_of

from ai_models.catalog.default import default_catalog

PREFIXES = {"anthropic/claude-opus-5": 512, "openai": 1_024}
RESOLUTIONS = {"grok-imagine-video": "480p", "wan": "1080p"}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(default_catalog(), PREFIXES, RESOLUTIONS)


def wrong(facts: Facts, model: str, statement: str) -> list[str]:
    return false_claims(facts, facts.catalog.get_model(model), statement)


def unread(facts: Facts, statement: str) -> list[str]:
    return unread_numbers(facts, facts.catalog.get_model("claude-haiku-4-5"), statement)


@pytest.mark.parametrize(
    ("words", "ratio"),
    [
        ("as much as", Fraction(1)),
        ("half", Fraction(1, 2)),
        ("twice", Fraction(2)),
        ("a third", Fraction(1, 3)),
        ("two thirds", Fraction(2, 3)),
        ("three quarters", Fraction(3, 4)),
        ("ten times", Fraction(10)),
        ("12.8 times", Fraction(64, 5)),
        ("31.25 %", Fraction(5, 16)),
        ("a third more", Fraction(4, 3)),
        ("half more", Fraction(3, 2)),
        ("an eighth less", Fraction(7, 8)),
        ("sixty times", Fraction(60)),
    ],
)
def test_a_ratio_in_words_is_a_number(words: str, ratio: Fraction) -> None:
    assert ratio_of(words) == ratio


@pytest.mark.parametrize(("model", "true", "false"), EXAMPLES)
def test_a_claim_holds_only_as_the_catalogue_says(facts: Facts, model: str, true: str, false: str) -> None:
    assert list(claims_of(facts, facts.catalog.get_model(model), true))
    assert wrong(facts, model, true) == []
    assert wrong(facts, model, false) != []


@pytest.mark.parametrize(
    ("bound", "value", "is_so"),
    [
        ("", "3", True),
        ("", "3.00002", True),
        ("", "3.0001", False),
        ("more than", "3", False),
        ("more than", "3.1", True),
        ("more than", "4", False),
        ("less than", "3", False),
        ("less than", "2.9", True),
        ("less than", "2.25", False),
        ("at most", "3", True),
        ("at most", "0.1", True),
        ("at most", "3.1", False),
    ],
)
def test_a_bound_is_kept_and_says_something(bound: str, value: str, is_so: bool) -> None:
    assert Amount(bound, Fraction(3)).fits(Fraction(value), Fraction(1)) is is_so


def test_a_ratio_to_what_is_unknown_or_free_is_false() -> None:
    assert not Amount("", Fraction(1)).fits(None, Fraction(1))
    assert not Amount("", Fraction(1)).fits(Fraction(1), None)
    assert not Amount("", Fraction(1)).fits(Fraction(0), Fraction(0))


def test_every_pattern_has_a_true_and_a_false_example(facts: Facts) -> None:
    read = [(facts.catalog.get_model(model), texts) for model, *texts in EXAMPLES]
    true = {found.pattern for model, (text, _) in read for found in claims_of(facts, model, text)}
    false = {found.pattern for model, (_, text) in read for found in claims_of(facts, model, text) if not is_true(found)}
    patterns = [pattern for pattern, _ in PATTERNS]
    assert [pattern for pattern in patterns if pattern not in true] == []
    assert [pattern for pattern in patterns if pattern not in false] == []


@pytest.mark.parametrize(
    ("statement", "numbers"),
    [
        ("It answers within 3 seconds", ["3"]),
        ("It is 20 % more accurate", ["20", "%"]),
        ("It costs half of what it was", ["half"]),
        ("It is three times as fast", ["three", "times"]),
        ("Its vectors have 3,072 dimensions", ["3,072"]),
        ("It accepts 200,000 tokens and 100 pictures", ["100"]),
        ("It costs many times Claude Haiku 3 for the same tokens", ["times"]),
    ],
)
def test_a_number_that_no_claim_reads_is_found(facts: Facts, statement: str, numbers: list[str]) -> None:
    assert unread(facts, statement) == numbers


@pytest.mark.parametrize(
    ("model", "statement"),
    [
        ("claude-haiku-4-5", "Claude Haiku 4.5 and Claude 4.7 differ"),
        ("gemini-3.5-flash", "Gemini 3 models bill each search"),
        ("qwen3-8b", "Take a Qwen3 2507 model, or Qwen2.5"),
        ("wan2.7-i2v", "t2v takes text, i2v a frame"),
        ("deepseek-v3", "Its own API serves V4 models, and answers of R1"),
        ("claude-haiku-4-5", "Ask a third-party host"),
        ("claude-haiku-4-5", "Sometimes"),
    ],
)
def test_a_name_with_a_number_in_it_claims_nothing(facts: Facts, model: str, statement: str) -> None:
    assert unread_numbers(facts, facts.catalog.get_model(model), statement) == wrong(facts, model, statement) == []


@pytest.mark.parametrize(
    ("statement", "numbers"),
    [
        ("It is a 70b model", ["70"]),
        ("Its active size is a42b", ["42"]),
        ("Send 300 passages", ["300"]),
        ("Llama 70 tokens a second", ["70"]),
        ("Accepts 5 pictures, and Claude 9 none", ["5", "9"]),
        ("Its window is 16k", ["16"]),
    ],
)
def test_a_number_is_not_taken_for_a_name(facts: Facts, statement: str, numbers: list[str]) -> None:
    assert unread_numbers(facts, facts.catalog.get_model("llama-3.1-8b-instruct"), statement) == numbers


def test_behind_advice_to_take_another_model_the_sentence_is_about_that_one(facts: Facts) -> None:
    model = "llama-3.1-70b-instruct"
    assert wrong(facts, model, "Take llama-4-scout-17b-instruct for books: it accepts 10,000,000 tokens") == []
    assert wrong(facts, model, "Take llama-4-scout-17b-instruct for books: it accepts 131,072 tokens") != []
    assert wrong(facts, model, "It accepts 131,072 tokens; take llama-4-scout-17b-instruct for books") == []
