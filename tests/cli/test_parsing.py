"""Token counts, amounts, instants and names as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import typer

from ai_models.cli.parsing import one_of, read_amount, read_instant, read_tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("200000", 200_000),
        ("1_000_000", 1_000_000),
        ("1,000,000", 1_000_000),
        ("200k", 200_000),
        ("200K", 200_000),
        ("1M", 1_000_000),
        ("1.5m", 1_500_000),
        ("2B", 2_000_000_000),
        (" 1k ", 1_000),
        ("0.001k", 1),
    ],
)
def test_a_token_count_may_be_grouped_or_scaled(text: str, count: int) -> None:
    assert read_tokens(text) == count


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1.0005k", "1Mi", "many", "1,00", "NaN", "1e6", "²"])
def test_what_is_no_whole_count_is_refused_with_examples(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write 200000, 1_000_000, 200k or 1M"):
        read_tokens(text)


@pytest.mark.parametrize(("text", "amount"), [("3", "3"), ("0.25", "0.25"), ("$.5", "0.5"), ("0", "0")])
def test_an_amount_keeps_its_digits(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "-1", "cheap", "nan", "inf", "1e3", "1 USD"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="not an amount"):
        read_amount(text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-08-10", datetime(2026, 8, 10, tzinfo=UTC)),
        ("2026-08-10T02:00", datetime(2026, 8, 10, 2, tzinfo=UTC)),
        ("2026-08-10 02:00Z", datetime(2026, 8, 10, 2, tzinfo=UTC)),
        ("2026-08-10T02:00+02:00", datetime(2026, 8, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_day_is_its_midnight_and_an_instant_without_a_zone_is_utc(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize("text", ["", "2026-02-30", "yesterday", "10/08/2026", "0001-01-01T00:00+10:00"])
def test_a_day_that_does_not_exist_is_refused_with_examples(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write 2026-08-10"):
        read_instant(text)


@pytest.mark.parametrize("text", ["deep_seek", "Deep-Seek", " deep-seek "])
def test_a_name_is_found_in_any_case_and_with_underscores(text: str) -> None:
    assert one_of(text, ["acme", "deep-seek"], what="maker") == "deep-seek"


def test_a_wrong_name_is_answered_with_the_nearest_and_else_with_all() -> None:
    with pytest.raises(typer.BadParameter, match=r"did you mean acme\?"):
        one_of("acne", ["acme", "zeta"], what="maker")
    with pytest.raises(typer.BadParameter, match="known: acme, zeta"):
        one_of("xxxxxx", ["zeta", "acme"], what="maker")
    with pytest.raises(typer.BadParameter, match="known: none"):
        one_of("x", [], what="maker")
