"""``Usage``: totals include their parts, unknown is not 0, and every token stands in one bucket."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from ai_models.errors import InconsistentUsageError, InvalidUsageError
from ai_models.pricing.usage import Usage


def buckets(**fields: Any) -> dict[str, Any]:
    return dict(Usage(**fields).buckets.counts)


def test_parts_are_taken_out_of_their_totals() -> None:
    assert buckets(
        input_tokens=100, cache_read_tokens=60, cache_write_1h_tokens=10, output_tokens=20, reasoning_tokens=15
    ) == {"input": 30, "cache_read": 60, "cache_write_1h": 10, "output": 5, "reasoning": 15}


def test_what_is_zero_has_no_bucket() -> None:
    assert buckets(input_tokens=60, cache_read_tokens=60) == {"cache_read": 60}
    assert buckets() == {}


def test_parts_may_be_all_of_their_total_and_not_one_more() -> None:
    assert buckets(input_tokens=10, cache_read_tokens=4, cache_write_tokens=6) == {"cache_read": 4, "cache_write": 6}
    with pytest.raises(
        InconsistentUsageError, match="cache_read 5 \\+ cache_write 6 is more than input_tokens 10"
    ) as caught:
        Usage(input_tokens=10, cache_read_tokens=5, cache_write_tokens=6)
    assert caught.value.parts == {"input_tokens": 10, "cache_read": 5, "cache_write": 6}
    assert "includes its parts" in str(caught.value)
    with pytest.raises(InconsistentUsageError, match="output_tokens"):
        Usage(output_tokens=1, reasoning_tokens=2)


def test_parts_without_a_total_are_an_error() -> None:
    with pytest.raises(InconsistentUsageError, match="cache_read are parts of input_tokens, which is unknown"):
        Usage(input_tokens=None, cache_read_tokens=5)
    with pytest.raises(InconsistentUsageError, match="is more than input_tokens 0"):
        Usage(cache_read_tokens=5)


def test_modalities_are_parts_of_the_input() -> None:
    assert buckets(input_tokens=100, input_audio_tokens=30, input_image_tokens=20) == {
        "input": 50,
        "audio_input": 30,
        "image_input": 20,
    }
    with pytest.raises(InconsistentUsageError):
        Usage(input_tokens=49, input_audio_tokens=30, input_image_tokens=20)


def test_an_intersection_that_is_given_splits_exactly() -> None:
    assert buckets(input_tokens=100, cache_read_tokens=40, input_audio_tokens=30, cached_audio_tokens=10) == {
        "input": 40,
        "cache_read": 30,
        "audio_input": 20,
        "cached_audio_input": 10,
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"input_tokens": 50, "cache_read_tokens": 50, "input_audio_tokens": 20},
            {"cached_audio_input": 20, "cache_read": 30},
        ),
        (
            {"input_tokens": 50, "cache_read_tokens": 20, "input_audio_tokens": 50},
            {"cached_audio_input": 20, "audio_input": 30},
        ),
    ],
)
def test_an_intersection_with_one_possible_value_needs_not_be_given(
    fields: dict[str, int], expected: dict[str, int]
) -> None:
    assert buckets(**fields) == expected
    assert Usage(**fields).buckets.overlap is None


def test_an_open_intersection_is_left_open() -> None:
    usage = Usage(input_tokens=100, cache_read_tokens=40, input_audio_tokens=30)
    assert usage.buckets.overlap is not None
    assert not usage.buckets.is_plain


@pytest.mark.parametrize("cached", [31, 41])
def test_an_intersection_above_its_parts_is_an_error(cached: int) -> None:
    with pytest.raises(InconsistentUsageError, match="are both audio and cache_read"):
        Usage(input_tokens=100, cache_read_tokens=40, input_audio_tokens=30, cached_audio_tokens=cached)


def test_an_intersection_of_nothing_is_an_error_unless_it_is_nothing() -> None:
    usage = {"input_tokens": 100, "cache_read_tokens": 40, "input_audio_tokens": 30, "cached_audio_tokens": 30}
    assert Usage(**usage, cached_image_tokens=0).buckets.counts
    with pytest.raises(InconsistentUsageError, match="both image and cache_read"):
        Usage(**usage, cached_image_tokens=1)


def test_an_intersection_that_leaves_too_little_room_is_an_error() -> None:
    # 70 cached and 60 audio of 100 tokens share at least 30
    assert buckets(input_tokens=100, cache_read_tokens=70, input_audio_tokens=60, cached_audio_tokens=30)
    with pytest.raises(InconsistentUsageError):
        Usage(input_tokens=100, cache_read_tokens=70, input_audio_tokens=60, cached_audio_tokens=29)


@pytest.mark.parametrize(
    "wrong", [-1, 1.0, 1.5, float("nan"), float("inf"), True, False, "7", b"7", Decimal(7), 10**18 + 1, []]
)
def test_a_count_that_cannot_be_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidUsageError, match="output_tokens must be a whole number") as caught:
        Usage(input_tokens=1, output_tokens=wrong)
    assert caught.value.field == "output_tokens"


@pytest.mark.parametrize("wrong", [None, -1, True, 1.0])
def test_a_number_of_requests_is_always_known(wrong: Any) -> None:
    with pytest.raises(InvalidUsageError, match="requests"):
        Usage(requests=wrong)


def test_the_largest_count_is_taken() -> None:
    assert buckets(input_tokens=10**18) == {"input": 10**18}


@pytest.mark.parametrize("seconds", [12.3, Decimal("12.3"), Fraction(123, 10)])
def test_seconds_have_fractions_as_they_were_written(seconds: Any) -> None:
    assert buckets(input_audio_seconds=seconds) == {"input_audio_seconds": Fraction(123, 10)}


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), -0.1, True, "12"])
def test_seconds_that_cannot_be_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidUsageError, match="audio_seconds"):
        Usage(audio_seconds=wrong)


def test_unknown_is_not_zero() -> None:
    usage = Usage(input_tokens=5, output_tokens=None, web_searches=None)
    assert usage.unknown == ("output_tokens", "web_searches")
    assert not usage.buckets.is_plain
    assert usage != Usage(input_tokens=5)


def test_iterations_add_up_to_the_totals() -> None:
    part = Usage(input_tokens=5, output_tokens=2)
    assert Usage(input_tokens=10, output_tokens=4, iterations=(part, part)).iterations == (part, part)
    with pytest.raises(InconsistentUsageError, match="its iterations add up to 10"):
        Usage(input_tokens=11, output_tokens=4, iterations=(part, part))


def test_a_usage_is_a_value() -> None:
    usage = Usage(input_tokens=5, cache_read_tokens=3, attributes={"quality": "hd"})
    pickled = pickle.loads(pickle.dumps(usage))  # noqa: S301 our own bytes
    for twin in (copy.copy(usage), copy.deepcopy(usage), pickled, usage.replace(input_tokens=5)):
        assert twin == usage
        assert twin.buckets == usage.buckets
    with pytest.raises(AttributeError):
        usage.input_tokens = 6  # type: ignore[misc]
    with pytest.raises(TypeError):
        usage.attributes["quality"] = "standard"
    with pytest.raises(InconsistentUsageError):
        usage.replace(input_tokens=2)


def test_plain_fields_are_read_and_unknown_ones_refused() -> None:
    assert Usage.of({"input_tokens": 2, "iterations": [{"input_tokens": 2}]}).iterations == (Usage(input_tokens=2),)
    with pytest.raises(InvalidUsageError, match=r"no field 'input_token'.*did you mean input_tokens"):
        Usage.of({"input_token": 2})


@pytest.mark.parametrize(
    "fields", [{"elsewhere": True}, {"notes": "text"}, {"attributes": {"quality": 1}}, {"iterations": ({},)}, {"region": 5}]
)
def test_what_is_no_count_is_checked_too(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidUsageError, match=next(iter(fields))):
        Usage(**fields)
