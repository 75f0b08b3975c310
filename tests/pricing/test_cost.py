"""``Cost``: a value that adds up, converts, is written and read, and never loses a digit."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from ai_models.errors import InvalidUsageError, MixedCurrenciesError
from ai_models.pricing.amounts import exact_decimal, plain
from ai_models.pricing.cost import Cost
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Rate, RateCard
from ai_models.pricing.usage import Usage

CARD = RateCard(rates={"input": Rate(Decimal(3)), "output": Rate(Decimal(15)), "cache_read": Rate(Decimal("0.3"))})
YUAN = RateCard(rates={"input": Rate(Decimal(7))}, currency="CNY")


def priced(card: RateCard = CARD, **counts: Any) -> Cost:
    return Tariff(card).price(Usage(**counts))


def test_lines_say_how_the_total_came_about() -> None:
    cost = priced(input_tokens=1_000, cache_read_tokens=400, output_tokens=100)
    assert [(line.meter, line.quantity, line.unit, line.rate, line.per, line.amount) for line in cost.lines] == [
        ("input", 600, "token", Decimal(3), 1_000_000, Decimal("0.0018")),
        ("cache_read", 400, "token", Decimal("0.3"), 1_000_000, Decimal("0.00012")),
        ("output", 100, "token", Decimal(15), 1_000_000, Decimal("0.0015")),
    ]
    assert cost.total == sum(line.amount for line in cost.lines if line.amount is not None) == Decimal("0.00342")
    assert (cost.currency, cost.status, cost.version) == ("USD", "complete", CARD)


def test_costs_of_one_currency_add_up_and_equal_lines_merge() -> None:
    costs = [priced(input_tokens=count, output_tokens=1) for count in (1, 2, 3)]
    whole = sum(costs)
    assert isinstance(whole, Cost)
    assert whole == priced(input_tokens=6, output_tokens=3)
    assert whole.version is CARD
    assert (costs[0] + priced(RateCard(rates={"input": Rate(Decimal(1))}), input_tokens=1)).version is None


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(MixedCurrenciesError, match="USD and CNY cannot be added") as caught:
        priced(input_tokens=1) + priced(YUAN, input_tokens=1)
    assert caught.value.currencies == ("USD", "CNY")


@pytest.mark.parametrize("other", [1, 0, 1.5, None, "x"])
def test_only_costs_are_added(other: Any) -> None:
    with pytest.raises(TypeError):
        priced(input_tokens=1) + other


def test_a_sum_with_a_partial_cost_is_partial() -> None:
    whole = priced(input_tokens=1) + priced(input_tokens=1, web_searches=1)
    assert (whole.status, whole.unpriced, whole.upper) == ("partial", ("web_searches",), None)
    assert whole.lower == whole.total == Decimal("0.000006")


def test_converting_takes_a_rate_that_the_caller_gives() -> None:
    converted = priced(YUAN, input_tokens=1_000_000).convert("USD", Decimal("0.14"))
    assert (converted.total, converted.currency) == (Decimal("0.98"), "USD")
    assert converted.lines[0].amount == Decimal("0.98")
    assert converted.warnings == ("converted from CNY at 0.14",)
    assert (converted + priced(input_tokens=1_000_000)).total == Decimal("3.98")


@pytest.mark.parametrize("rate", [0, -1, 0.14, float("nan"), "NaN", "x", True, None, "1/0"])
def test_a_rate_that_is_none_is_refused(rate: Any) -> None:
    with pytest.raises(InvalidUsageError, match="exchange rate"):
        priced(YUAN, input_tokens=1).convert("USD", rate)


def test_a_cost_is_written_without_losing_a_digit() -> None:
    cost = priced(input_tokens=1, cache_read_tokens=1, web_searches=2)
    written = json.loads(json.dumps(cost.to_dict()))
    assert written["total"] == "0.0000003"
    assert written["status"] == "partial"
    assert written["upper"] is None
    assert written["unpriced"] == ["web_searches"]
    assert written["lines"][0] == {
        "meter": "cache_read",
        "quantity": 1,
        "unit": "token",
        "rate": "0.3",
        "per": 1_000_000,
        "amount": "0.0000003",
    }
    assert written["lines"][1]["amount"] is None


def test_a_cost_reads_like_a_bill() -> None:
    lines = str(priced(input_tokens=1_234, output_tokens=1)).splitlines()
    assert lines[0].split() == ["input", "1,234", "tokens", "3", "per", "1M", "tokens", "0.003702", "USD"]
    assert lines[-1].split() == ["total", "0.003717", "USD"]
    assert repr(priced(input_tokens=1)) == "<Cost 0.000003 USD, complete, 1 lines>"


def test_a_cost_survives_a_process_boundary() -> None:
    cost = priced(input_tokens=5, web_searches=1)
    twin = pickle.loads(pickle.dumps(cost))  # noqa: S301 our own bytes
    assert twin == cost
    assert hash(twin) == hash(cost)
    assert twin.to_dict() == cost.to_dict()
    assert cost != priced(input_tokens=5)


def test_list_and_contract_are_two_numbers() -> None:
    assert priced(input_tokens=1).contracted_cost is None
    assert priced(input_tokens=1).list_cost == Decimal("0.000003")


def test_a_cost_is_a_number_at_the_last_step() -> None:
    assert float(priced(input_tokens=1_000_000)) == 3.0


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("3.00"), "3"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E-9"), "0.000000001"),
        (1234567, "1,234,567"),
        (Fraction(1, 8), "0.125"),
    ],
)
def test_amounts_are_written_as_people_write_them(amount: Any, text: str) -> None:
    assert plain(amount) == text


def test_a_fraction_is_exact_where_it_ends_and_long_where_it_does_not() -> None:
    assert exact_decimal(Fraction(1, 2**40)) == Decimal(5**40).scaleb(-40, __import__("decimal").Context(prec=60))
    assert str(exact_decimal(Fraction(1, 3))) == "0." + "3" * 50
