"""Context windows and output limits in code against those of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ai_models.audit.limits import same_limit

Found = Callable[..., list[Any]]


def limits(found: Found, text: str) -> list[Any]:
    """The findings about limits in a text."""
    return found(text, select=("AIM301",))


# gpt-90 takes 200,000 tokens and gives 8,000.
@pytest.mark.parametrize(
    ("code", "side", "found_there"),
    [
        ('CONTEXT_WINDOWS = {"gpt-90": 128_000}', "input", 128_000),
        ('CONTEXT_WINDOWS = {"gpt-90": 128 * 1000}', "input", 128_000),
        ('max_input_tokens = {"gpt-90": 300_000}', "input", 300_000),
        ('MAX_OUTPUT_TOKENS: dict = {"gpt-90": 4096}', "output", 4096),
        ('MAX_TOKENS = {"gpt-90": 400_000}', "any", 400_000),
        ('x = {"gpt-90": {"context_window": 100_000}}', "input", 100_000),
        ('x = {"gpt-90": {"max_output_tokens": 16_000}}', "output", 16_000),
        ('x = {"gpt-90": Limits(context_length=100_000)}', "input", 100_000),
        ('limits = {"gpt-90": {"input": 100_000}}', "input", 100_000),
        ('x = Spec(name="gpt-90", context_window=100_000)', "input", 100_000),
        ("GPT_90_CONTEXT_WINDOW = 128_000", "input", 128_000),
        ("GPT90_MAX_OUTPUT_TOKENS: int = 9_000", "output", 9_000),
        ('ModelSpec(Provider.OPENAI, "GPT 90", "gpt-90", 100_000, None, 2.0, 10.0)', "input", 100_000),
        ('x = {"model": "gpt-90", "contextWindow": 100_000}', "input", 100_000),
        ('def context_window(m):\n    return {"gpt-90": 100_000}[m]', "input", 100_000),
        ('def context_window(m):\n    return {"gpt-90": 100_000}.get(m, 4096)', "input", 100_000),
        ('def context_windows():\n    return {"gpt-90": 100_000}', "input", 100_000),
        ('f(context_window={"gpt-90": 100_000})', "input", 100_000),
        ('x = {"context_window": {"gpt-90": 100_000}}', "input", 100_000),
        ('self.context_window = {"gpt-90": 100_000}', "input", 100_000),
        ('CONTEXT_WINDOWS = {"shop:gpt-90": 32_000}', "input", 32_000),
        ('CONTEXT_WINDOWS = {"llama-9-70b": 262_144}', "input", 262_144),
    ],
)
def test_disagreements(found: Found, code: str, side: str, found_there: int) -> None:
    assert [(f.facts["limit"], f.facts["found"]) for f in limits(found, code)] == [(side, found_there)]


@pytest.mark.parametrize(
    "code",
    [
        'CONTEXT_WINDOWS = {"gpt-90": 200_000}',
        'CONTEXT_WINDOWS = {"gpt-90": 204_800}',  # 200k
        'CONTEXT_WINDOWS = {"gpt-90": 199_999}',
        'MAX_TOKENS = {"gpt-90": 8_000}',
        'MAX_TOKENS = {"gpt-90": 100_000}',  # below: a budget
        'CONTEXT_WINDOWS = {"shop:gpt-90": 64_000}',  # the shop's own
        'CONTEXT_WINDOWS = {"llama-9-70b": 8_192}',  # one host's
        'CONTEXT_WINDOWS = {"gpt-84": 8_192}',  # nobody knows
        'x = {"gpt-90": {"max_output_tokens": 500}}',
        'TOKEN_BUDGET_MAX = {"gpt-90": 400_000}',
        'TPM_LIMIT = {"gpt-90": 400_000}',
        'x = {"gpt-90": 400_000}',
        "GPT_90_CONTEXT_WINDOW = 200_000",
        "CONTEXT_WINDOW = 128_000",
        "GPT_90_RETRIES = 128_000",
        "x = 'gpt-90'\nCLAUDE_CONTEXT = 128_000",
        'f(model="gpt-90", max_tokens=4000)',
        'x = {"gpt-90": {"max_tokens_per_minute": 400_000}}',
        'CONTEXT_WINDOWS = {"gpt-90": 0.5}',
        'CONTEXT_WINDOWS = {"gpt-90": window}',
        'PRICE_LIMIT_TOKENS = {"gpt-90": 400_000}',
    ],
)
def test_agreements_and_other_numbers(found: Found, code: str) -> None:
    assert limits(found, code) == []


def test_a_disagreement_says_both(found: Found) -> None:
    (finding,) = limits(found, 'CONTEXT_WINDOWS = {"gpt-90": 128_000}')
    assert finding.message == "the context window of gpt-90 is 128,000 here and 200,000 in the catalogue (-36%)"
    assert finding.subject == "128_000"
    assert finding.facts["percent"] == -36.0


# Of gpt models those are served that take 200,000 (gpt-90) and 100,000 (gpt-85-mini); gpt-80 is gone.
@pytest.mark.parametrize(
    ("code", "there"),
    [
        ("GPT_CONTEXT = 128_000", [100_000, 200_000]),
        ("gpt_context_window: int = 8_192", [100_000, 200_000]),
        ("class A:\n    GPT_MINI_CONTEXT_LENGTH = 200_000", [100_000]),
        ('CONTEXT_WINDOWS = {"gpt": 32_000}', [100_000, 200_000]),
        ('WINDOWS = {"gpt": {"context_window": 32_000}}', [100_000, 200_000]),
    ],
)
def test_a_window_that_no_model_of_a_family_has(found: Found, code: str, there: list[int]) -> None:
    (finding,) = limits(found, f"MODEL = 'gpt-90'\n{code}")
    assert (finding.facts["catalogue"], finding.confidence) == (there, "low")
    assert "in the catalogue those that are served have" in finding.message


@pytest.mark.parametrize(
    "code",
    [
        "GPT_CONTEXT = 200_000",
        "GPT_CONTEXT = 100_000",
        "GPT_MAX_CONTEXT_TOKENS = 102_400",  # 100k
        "GPT_CONTEXT_BUDGET = 50_000",
        "GPT_MAX_OUTPUT_TOKENS = 300_000",  # which of its models gives that nobody can tell
        "GPT_LARGE_CONTEXT = 300_000",  # no such model
        "CLAUDE_CONTEXT = 300_000",  # whose windows are not known
        "LLAMA_CONTEXT = 300_000",  # anybody serves it as they like
        "COMMAND_CONTEXT_SIZE = 300_000",
        'CONTEXT_WINDOWS = {"command": 300_000, "default": 300_000}',
        "CONTEXT_WINDOW = 300_000",
    ],
)
def test_what_a_family_does_not_tell(found: Found, code: str) -> None:
    assert limits(found, f"MODEL = 'gpt-90'\n{code}") == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (128_000, 128_000, True),
        (128_000, 131_072, True),
        (1_000_000, 1_048_576, True),
        (1_048_575, 1_048_576, True),
        (1_048_000, 1_048_576, True),
        (8_191, 8_192, True),
        (8_190, 8_192, False),
        (128_000, 129_001, False),
        (100_000, 131_072, False),
        (4_096, 4_000, True),
    ],
)
def test_two_readings_of_one_limit(one: int, other: int, same: bool) -> None:
    assert same_limit(one, other) is same
    assert same_limit(other, one) is same
