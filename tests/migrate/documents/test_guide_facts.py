"""Figures in prose and in cells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ai_models.migrate.documents.facts import prices_in, reviewed_on, tokens_in
from ai_models.migrate.documents.vocabulary import column_of, field_of, is_decision, is_warning, remaining_words


@pytest.mark.parametrize(
    ("text", "number", "roughly"),
    [
        ("200K", 200_000, True),
        ("1M", 1_000_000, True),
        ("1.5 M", 1_500_000, True),
        ("128,000", 128_000, False),
        ("1_048_576 tokens", 1_048_576, False),
        ("4096", 4096, False),
    ],
)
def test_a_window_in_a_cell(text: str, number: int, roughly: bool) -> None:
    assert tokens_in(text, alone=True) == (number, roughly)


@pytest.mark.parametrize("text", ["", "large", "$3", "50%", "v2"])
def test_a_cell_without_a_window(text: str) -> None:
    assert tokens_in(text, alone=True) is None


def test_a_window_in_prose_says_what_it_counts() -> None:
    assert tokens_in("We have 12 people and 128,000 tokens.") == (128_000, False)
    assert tokens_in("a 200K context") == (200_000, True)
    assert tokens_in("We have 12 people.") is None


@pytest.mark.parametrize(
    ("text", "title", "prices"),
    [
        ("$3.00 / $15.00", "Cost (in / out per 1M)", ("3.00", "15.00")),
        ("$3/$15", "", ("3", "15")),
        ("0.0025 / 0.01", "price per 1K", ("2.5000", "10.00")),
        ("15 cents a million in, 60 out", "", ("0.15", "0.6")),
        ("$2.50 per 1M input, 10 output", "", ("2.50", "10")),
    ],
)
def test_a_pair_of_prices(text: str, title: str, prices: tuple[str, str]) -> None:
    assert prices_in(text, title) == {"input": Decimal(prices[0]), "output": Decimal(prices[1])}


def test_one_price_of_a_column() -> None:
    assert prices_in("$3.00", "Input $/1M") == {"input": Decimal("3.00")}
    assert prices_in("15", "Output price") == {"output": Decimal(15)}
    assert prices_in("cheap", "Input") == {}
    assert prices_in("1 / 2", "") == {}, "a fraction is no price"
    assert prices_in("3", "Cost") == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("last reviewed in\nNovember 2025.", "November 2025"),
        ("Updated: 2025-11-03", "2025-11-03"),
        ("as of Jan 2026", "Jan 2026"),
        ("We updated it. In May 2020 it rained.", ""),
    ],
)
def test_when_a_page_was_reviewed(text: str, day: str) -> None:
    assert reviewed_on(text) == day


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Key strengths", "tips"),
        ("Pitfalls", "pitfalls"),
        ("Don\N{RIGHT SINGLE QUOTATION MARK}t", "pitfalls"),
        ("When not to use", "pitfalls"),
        ("When to use", "recommended_for"),
        ("Best for", "recommended_for"),
        ("Philosophy", "best_practices"),
        ("Do", "best_practices"),
        ("Techniques by model", "best_practices"),
        ("Invoices", None),
        ("Doing things", None),
    ],
)
def test_kinds_of_advice(text: str, field: str | None) -> None:
    assert field_of(text) == field


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("Model", "model"),
        ("API identifier", "identifier"),
        ("Context (tokens)", "context"),
        ("Cost (in / out per 1M)", "cost"),
        ("$ per 1M", "cost"),
        ("**Best for**", "recommended_for"),
        ("Avoid", "pitfalls"),
        ("Strengths", "tips"),
        ("Latency", "speed"),
        ("Owner", None),
    ],
)
def test_columns(title: str, column: str | None) -> None:
    assert column_of(title) == column


def test_what_a_heading_says_beside_its_kind() -> None:
    assert remaining_words("Techniques by model") == []
    assert remaining_words("Best practices that Ines found") == ["that", "ines", "found"]
    assert is_decision("Which one? A decision tree")
    assert not is_decision("Pitfalls")
    assert is_warning("**Don't** ask")
    assert not is_warning("Ask")
