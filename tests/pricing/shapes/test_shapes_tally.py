"""How counts are taken from a part of a response: what cannot be is an error that names its place, and none goes unsaid."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from ai_models.errors import InconsistentUsageError, InvalidUsageError
from ai_models.pricing.shapes import SHAPES, read
from ai_models.pricing.shapes.tally import Tally, writes
from ai_models.pricing.usage import Usage


class Tier(Enum):
    FLEX = "flex"


class Count:
    """A whole number of another library."""

    def __index__(self) -> int:
        return 7


def test_whole_numbers_of_other_libraries_and_members_of_enumerations_are_read() -> None:
    found = Tally({"tokens": Count(), "tier": Tier.FLEX})
    assert (found.count("tokens"), found.word("tier")) == (7, "flex")


@pytest.mark.parametrize(("count", "fits"), [(10**18, True), (10**18 + 1, False), (0, True), (-1, False)])
def test_counts_have_bounds(count: int, fits: bool) -> None:
    if fits:
        assert Tally({"tokens": count}).count("tokens") == count
    else:
        with pytest.raises(InvalidUsageError, match=r"usage\.tokens"):
            Tally({"tokens": count}).count("tokens")


@pytest.mark.parametrize(
    ("found", "place"),
    [
        ({"service_tier": 5}, r"usage\.service_tier must be text"),
        ({"cache_creation": 5}, r"usage\.cache_creation must be an object"),
        ({"iterations": 5}, r"usage\.iterations must be a list"),
        ({"iterations": "abc"}, r"usage\.iterations must be a list"),
        ({"server_tool_use": []}, r"usage\.server_tool_use must be an object"),
    ],
)
def test_what_is_of_another_kind_is_an_error_that_names_its_place(found: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidUsageError, match=place):
        Usage.from_anthropic({"input_tokens": 1, "output_tokens": 1, **found})


@pytest.mark.parametrize("seconds", ["x", True, -1, float("nan"), float("inf")])
def test_seconds_are_numbers(seconds: object) -> None:
    with pytest.raises(InvalidUsageError):
        Usage.from_openai({"type": "duration", "seconds": seconds})
    assert Usage.from_openai({"type": "duration", "seconds": Decimal("1.25")}).input_audio_seconds == Decimal("1.25")


def test_counts_in_lists_and_in_depth_are_remarked_upon_and_the_rest_is_numbered() -> None:
    found = Tally({"more": [{"tokens": 3}, 0, None, {"deep": {"tokens": 4}}], "flag": True, "name": "x"})
    assert found.notes() == [
        "the response counts usage.more[].tokens (3), which is not read",
        "the response counts usage.more[].deep.tokens (4), which is not read",
    ]
    assert len(Tally({f"t{number}": 1 for number in range(12)}).notes()) == 12
    assert Tally({f"t{number}": 1 for number in range(13)}).notes()[-1] == "the response has 1 more counts that are not read"


def test_a_part_is_the_same_whenever_it_is_asked_for() -> None:
    found = Tally({"part": {"a": 1, "b": 2}})
    found.part("part").count("a")
    found.part("part").count("b")
    assert found.notes() == []


def test_writes_of_a_lifetime_need_no_total() -> None:
    assert writes("it", None, {"cache_write_5m_tokens": 3, "cache_write_1h_tokens": None}) == {
        "cache_write_5m_tokens": 3,
        "cache_write_1h_tokens": 0,
    }
    assert writes("it", None, {"cache_write_5m_tokens": None}) == {"cache_write_tokens": None, "cache_write_5m_tokens": None}
    with pytest.raises(InconsistentUsageError) as error:
        writes("it", 4, {"cache_write_5m_tokens": 3})
    assert error.value.parts == {"cache_write_tokens": 4, "cache_write_5m_tokens": 3}


@pytest.mark.parametrize("name", ["type", "object", "event_type", "usage", "response", "content"])
def test_names_that_hold_something_else_than_text_are_no_crash(name: str) -> None:
    for shape in (None, *SHAPES):
        for found in ({name: []}, [{}, {name: []}], [{name: {}}, {name: [{}]}]):
            with pytest.raises((InvalidUsageError, InconsistentUsageError, ValueError)) as error:
                read(shape, found)
            assert type(error.value).__module__ == "ai_models.errors"
