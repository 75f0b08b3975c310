"""Edits of one text: in order, and none over another."""

from __future__ import annotations

import pytest

from ai_models.migrate.rewriting.sheet import Overlap, Sheet


def sheet(*edits: tuple[int, int, str]) -> Sheet:
    made = Sheet("0123456789")
    for start, end, text in edits:
        made.add(start, end, text, "rule", "reason")
    return made


@pytest.mark.parametrize(
    ("edits", "result"),
    [
        ((), "0123456789"),
        (((0, 0, "a"),), "a0123456789"),
        (((10, 10, "a"),), "0123456789a"),
        (((2, 4, ""),), "01456789"),
        (((4, 6, "b"), (2, 4, "a")), "01ab6789"),
        (((2, 2, "a"), (2, 2, "b")), "01ab23456789"),
        (((2, 4, "x"), (2, 2, "a")), "01ax456789"),
        (((2, 4, "x"), (4, 4, "a")), "01xa456789"),
        (((2, 4, "23"),), "0123456789"),
    ],
)
def test_edits_in_order(edits: tuple[tuple[int, int, str], ...], result: str) -> None:
    assert sheet(*edits).result() == result


def test_an_edit_that_changes_nothing_is_none() -> None:
    assert sheet((2, 4, "23")).edits() == ()


@pytest.mark.parametrize("edits", [((2, 4, "a"), (3, 5, "b")), ((2, 8, "a"), (4, 5, "b")), ((2, 4, "a"), (3, 3, "b"))])
def test_two_edits_of_one_place_are_an_error(edits: tuple[tuple[int, int, str], ...]) -> None:
    with pytest.raises(Overlap, match="line 1"):
        sheet(*edits).edits()


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (5, 4), (0, 11)])
def test_a_span_that_is_none_is_an_error(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no span"):
        sheet((start, end, "x"))
