"""How numbers, changes and conditions are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ai_models.cli import words
from ai_models.pricing.conditions import When
from ai_models.pricing.models import Override, Rate


@pytest.mark.parametrize(
    ("amount", "text"),
    [("3", "3.00"), ("3.000", "3.00"), ("0.075", "0.075"), ("1234.5", "1,234.50"), ("0", "0.00"), ("1E+1", "10.00")],
)
def test_money_has_two_decimals_and_more_where_they_matter(amount: str, text: str) -> None:
    assert words.money(Decimal(amount)) == text


def test_unknown_is_a_question_mark_and_never_zero() -> None:
    assert (words.money(None), words.tokens(None), words.day(None)) == ("?", "?", "?")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("10", "2", "-80%"),
        ("2", "2.5", "+25%"),
        ("3", "2", "-33.3%"),
        ("2", "2.0", ""),
        (None, "1", "new"),
        ("1", None, "gone"),
        ("0", "1", "was free"),
        (None, None, ""),
    ],
)
def test_a_change_is_in_per_cent_where_both_are_known(old: str | None, new: str | None, text: str) -> None:
    assert words.change(old and Decimal(old), new and Decimal(new)) == text


def test_a_future_price_says_from_and_an_open_one_has_no_beginning() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert words.since(datetime(2027, 1, 1, tzinfo=UTC), now=now) == "from 2027-01-01"
    assert words.since(datetime(2026, 1, 1, 16, tzinfo=UTC), now=now) == "2026-01-01 16:00Z"
    assert words.since(None, now=now) == "the beginning"


@pytest.mark.parametrize(
    ("meter", "per", "text"),
    [
        ("input", 1_000_000, "1M tokens"),
        ("web_searches", 1_000, "1,000 searches"),
        ("images", 1, "image"),
        ("code_execution_seconds", 3_600, "hour"),
        ("input_audio_seconds", 60, "minute"),
        ("output_video_seconds", 1, "second"),
        ("nobody_knows", 1, "unit"),
    ],
)
def test_a_rate_says_what_it_is_for(meter: str, per: int, text: str) -> None:
    assert words.unit(meter, per) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (When(service_tier="batch", input_tokens_above=200_000), "batch tier, > 200,000 input tokens"),
        (When(input_tokens_from=128_000, output_tokens_above=1, output_tokens_from=5),
         ">= 128,000 input tokens, > 1 output tokens, >= 5 output tokens"),
        (When(region="eu", speed="fast"), "fast speed, region eu"),
        (When(attributes={"size": "1024x1024"}), "size 1024x1024"),
        (When(hours="16:30-00:30"), "16:30-00:30 UTC"),
        (When(weekdays=("sat", "sun"), timezone="Asia/Shanghai", except_dates=(date(2026, 10, 1),)),
         "all day Asia/Shanghai, sat sun, except 2026-10-01"),
        (When(), "always"),
    ],
)  # fmt: skip
def test_every_part_of_a_condition_is_said(when: When, text: str) -> None:
    assert words.condition(when) == text


def test_an_override_says_its_rates_its_factors_and_what_is_not_sold() -> None:
    when = When(service_tier="batch")
    rates = {"web_searches": Rate(Decimal(5), per=1_000), "input": Rate(Decimal(6))}
    assert words.effect(Override(when=when, rates=rates)) == "input 6.00; web_searches 5.00 per 1,000 searches"
    halves = {"input": Decimal("0.5"), "output": Decimal("0.5"), "cache_read": Decimal(1)}
    assert words.effect(Override(when=when, multiply=halves)) == "input, output x 0.5; cache_read x 1"
    assert words.effect(Override(when=when, unavailable=True)) == "not sold"
    marginal = Override(when=when, rates={"input": Rate(Decimal(6))}, marginal=True)
    assert words.effect(marginal) == "input 6.00 (only the tokens beyond)"
