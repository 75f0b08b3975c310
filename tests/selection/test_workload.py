# ruff: noqa: E501 a workload a line
"""What will be asked: counts and shares that can be, and the short way to write them."""

from __future__ import annotations

from decimal import Decimal, getcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_models.errors import InvalidWorkloadError
from ai_models.models.capabilities import ModelCapability
from ai_models.selection.shorthand import parse_workload, short_count, shorthand_of
from ai_models.selection.workload import Workload

HALF = Decimal("0.5")


def test_a_shorthand_says_tokens_parts_and_requests() -> None:
    assert parse_workload("50k:2k@80%cached x 1M/month") == Workload(
        input_tokens=50_000, output_tokens=2_000, cached_share=Decimal("0.8"), requests=1_000_000, period="month"
    )


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("4000:300", {"input_tokens": 4_000, "output_tokens": 300}),
        ("1_000,000:1.5k", {"input_tokens": 1_000_000, "output_tokens": 1_500}),
        (" 4k : 300 @ 50%batch @ flex ", {"input_tokens": 4_000, "output_tokens": 300, "batch_share": HALF, "service_tier": "flex"}),
        ("4k:3k@1k thinking@1 search", {"input_tokens": 4_000, "output_tokens": 3_000, "reasoning_tokens": 1_000, "searches": 1}),
        ("4k:0@1 made x3", {"input_tokens": 4_000, "images_made": 1, "requests": 3}),
        ("1k:1@50%written*5k/d", {"input_tokens": 1_000, "output_tokens": 1, "cache_write_share": HALF, "requests": 5_000, "period": "d"}),
        ("1:1@flex@2 images x 2", {"input_tokens": 1, "output_tokens": 1, "service_tier": "flex", "images": 2, "requests": 2}),
    ],
)  # fmt: skip
def test_every_part_can_be_written(text: str, fields: dict[str, Any]) -> None:
    assert parse_workload(text) == Workload(**fields)
    assert parse_workload(shorthand_of(Workload(**fields))) == Workload(**fields)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "IN:OUT"),
        ("50k", "IN:OUT"),
        ("1:2:3", "IN:OUT"),
        ("a:b", "IN must be a whole number"),
        ("1.5:3", "IN must be a whole number"),
        ("1:2x", "OUT must be a whole number"),
        ("1,5k:2", "IN must be a whole number"),
        ("10,00:2", "IN must be a whole number"),
        ("1__000:2", "IN must be a whole number"),
        ("1:2 x", "REQUESTS must be a whole number"),
        ("1:2 x /month", "REQUESTS must be a whole number"),
        ("1:2 x 5/", "PERIOD must be a word or two"),
        ("1:1@80%cach", "'80%cach'; did you mean cached"),
        ("1:9@1k thinkin", "did you mean thinking"),
        ("1:1@flexx", "did you mean flex"),
        ("1:1@101%cached", "cached_share must be a number from 0 to 1"),
        ("10:1@60%cached@50%written", "not more than the whole input"),
        ("1:1@1%cached@2%cached", "says cached_share once"),
        ("1:1@1.5 images", "images must be a whole number"),
        ("1:1@2 thinking", "reasoning_tokens must be a part of output_tokens"),
        ("1:1 x 0", "requests must be a whole number from 1"),
        ("1:1@batch", "'batch'"),
        ("0:0", "input_tokens must be above 0"),
        (f"{'9' * 300}:1", "IN:OUT"),
        (f"1:1 x 1/{'d' * 200}", "IN:OUT"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, named: str) -> None:
    with pytest.raises(InvalidWorkloadError, match=named):
        parse_workload(text)


@pytest.mark.parametrize("text", [None, 5, b"1:1", ["1:1"]])
def test_anything_but_text_is_no_shorthand(text: Any) -> None:
    with pytest.raises(InvalidWorkloadError, match="workload must be IN:OUT"):
        parse_workload(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    try:
        workload = parse_workload(text)
    except InvalidWorkloadError:
        return
    assert parse_workload(shorthand_of(workload)) == workload


@given(st.integers(1, 10**9), st.integers(0, 9))
def test_a_short_count_means_the_count(digits: int, zeros: int) -> None:
    count = digits * 10**zeros
    assert parse_workload(f"{short_count(count)}:0").input_tokens == count


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (999, "999"),
        (1_000, "1k"),
        (1_050, "1050"),
        (1_100, "1.1k"),
        (2_500_000, "2.5M"),
        (123_456_700, "123456.7k"),
        (10**15, "1000000B"),
    ],
)
def test_a_count_is_written_short_where_it_is_round(count: int, text: str) -> None:
    assert short_count(count) == text


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"input_tokens": -1}, "input_tokens"),
        ({"output_tokens": 1.0}, "output_tokens"),
        ({"input_tokens": True}, "input_tokens"),
        ({"input_tokens": 10**18 + 1}, "input_tokens"),
        ({"requests": 0}, "requests"),
        ({"cached_share": -0.1}, "cached_share"),
        ({"cached_share": "1.01"}, "cached_share"),
        ({"batch_share": float("nan")}, "batch_share"),
        ({"batch_share": True}, "batch_share"),
        ({"batch_share": "half"}, "batch_share"),
        ({"output_tokens": 5, "reasoning_tokens": 6}, "reasoning_tokens"),
        ({"service_tier": "batch"}, "service_tier"),
        ({"input_tokens": 1, "cached_share": "1e-999999999"}, "cached_share"),
        ({"input_tokens": 1, "cached_share": None}, "cached_share"),
        ({"input_tokens": 1, "period": 3}, "period"),
        ({"input_tokens": 1, "period": "\x1b[31mday"}, "period"),
        ({"input_tokens": 1, "period": "d" * 41}, "period"),
        ({"requests": 5}, "input_tokens"),
        ({"input_tokens": 10**18, "images": 1, "image_tokens": 1}, "images"),
    ],
)
def test_a_workload_that_cannot_be_is_refused(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidWorkloadError, match=named) as caught:
        Workload(**fields)
    assert caught.value.field == named


def test_shares_are_of_whole_tokens_rounded_down() -> None:
    work = Workload(
        input_tokens=1_001, output_tokens=1, cached_share=0.5, cache_write_share="0.25", requests=3, batch_share=0.5
    )
    assert (work.cached, work.written, work.batched) == (500, 250, 1)
    assert Workload(input_tokens=10, cached_share=1).cached == 10


def test_a_third_is_a_third(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getcontext(), "prec", 3)  # a caller's own precision changes nothing
    third = Workload(input_tokens=3_000_000, cached_share=Fraction(1, 3), cache_write_share=Fraction(2, 3))
    assert (third.cached, third.written) == (1_000_000, 2_000_000)
    assert shorthand_of(third) == "3M:0@33.333333333333%cached@66.666666666667%written"
    nearly = Workload(input_tokens=3_000_000, cached_share=1 / 3)
    assert nearly.cached == 999_999
    assert parse_workload(shorthand_of(nearly)).cached == 999_999
    assert parse_workload("10k:0@12.34567%cached").cached == 1_234


def test_a_request_is_priced_with_its_pictures_on_top() -> None:
    work = Workload(input_tokens=1_000, output_tokens=10, images=2, image_tokens=500, cached_share="0.1", searches=3)
    usage = work.usage
    assert (work.prompt_tokens, usage.input_tokens, usage.input_image_tokens, usage.cache_read_tokens) == (
        2_000,
        2_000,
        1_000,
        100,
    )
    assert (usage.cached_image_tokens, usage.web_searches) == (0, 3)


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("1:1", {"text_input", "text_output"}),
        ("1:0", {"text_input"}),
        ("1:1@1 images", {"text_input", "text_output", "image_input"}),
        ("1:100@1 made", {"text_input", "image_output"}),
        ("1:1@1 search", {"text_input", "text_output", "web_search"}),
        ("1:9@9 thinking", {"text_input", "text_output", "extended_thinking"}),
    ],
)
def test_what_a_workload_needs(text: str, needs: set[str]) -> None:
    assert parse_workload(text).needs == {ModelCapability(name) for name in needs}
