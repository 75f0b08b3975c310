"""Contracts: list prices as a customer has negotiated them; made-up cards, so that every figure can be worked out."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_models.errors import (
    ContractCurrencyError,
    ContradictingRatesError,
    InvalidContractError,
    InvalidUsageError,
    NotSoldError,
)
from ai_models.pricing.conditions import When
from ai_models.pricing.context import Context
from ai_models.pricing.contracts import Bracket, Contract, Rate, Term, Volume
from ai_models.pricing.cost import Cost
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Override, Pricing
from ai_models.pricing.usage import Usage

D = Decimal
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
RATES = {"input": Rate(D(3)), "output": Rate(D(15)), "cache_read": Rate(D("0.30"))}
HALF = (Bracket(0, D(1)), Bracket(1_000, D("0.5")))


def tariff(
    rates: dict[str, Rate] | None = None,
    *overrides: Override,
    offering: str = "one-1",
    model: str | None = "acme/one-1",
    currency: str = "USD",
    regions: tuple[str, ...] = (),
    **context: Any,
) -> Tariff:
    card = Pricing(
        provider="acme",
        offering_id=offering,
        model=model,
        rates=RATES if rates is None else rates,
        overrides=overrides,
        currency=currency,
    )
    return Tariff(card, Context(**context), name=f"acme:{offering}", regions=regions)


def agreed(*terms: Term, **fields: Any) -> Contract:
    return Contract(name="deal", terms=terms, **fields)


def term(**fields: Any) -> Term:
    return Term(provider="acme", **fields)


def price(contract: Contract, usage: Usage, card: Tariff | None = None, at: datetime = NOW, volume: int = 0) -> Cost:
    return contract.price(card or tariff(), usage, at, month_volume=volume)


def million(**counts: int) -> Usage:
    return Usage(**{name: count * 1_000_000 for name, count in counts.items()})


MIXED = million(input_tokens=10, output_tokens=1, cache_read_tokens=4)  # 6 x 3 + 4 x 0.30 + 1 x 15 = 34.20


# What a term does


def test_a_factor_multiplies_the_list_rate_and_both_costs_are_told() -> None:
    cost = price(agreed(term(multiply=D("0.9"))), MIXED)
    assert (cost.list_cost, cost.contracted_cost, cost.total) == (D("34.2"), D("30.78"), D("30.78"))
    assert {line.meter: line.rate for line in cost.lines} == {
        "input": D("2.7"),
        "cache_read": D("0.27"),
        "output": D("13.5"),
    }
    assert {line.contract for line in cost.lines} == {"deal, term 1: x0.9"}
    assert cost.warnings == ()
    assert "list" in str(cost)


def test_fixed_rates_replace_those_of_their_meters_only() -> None:
    cost = price(agreed(term(rates={"output": Rate(D(10))})), MIXED)
    assert {line.meter: (line.rate, line.contract) for line in cost.lines} == {
        "input": (D(3), None),
        "cache_read": (D("0.30"), None),
        "output": (D(10), "deal, term 1: fixed rate"),
    }
    assert (cost.list_cost, cost.total) == (D("34.2"), D("29.2"))


def test_a_fixed_rate_of_0_is_free() -> None:
    assert price(agreed(term(rates={"input": Rate(D(0))})), million(input_tokens=1)).total == 0


def test_a_factor_comes_after_the_overrides_and_a_fixed_rate_in_their_place() -> None:
    long = Override(when=When(input_tokens_above=200_000), rates={"input": Rate(D(6))})
    batch = Override(when=When(service_tier="batch"), multiply={"tokens": D("0.5")})
    card = tariff(None, long, batch, service_tier="batch")
    for tokens, listed in ((200_000, D("0.3")), (200_001, D("0.600003"))):
        usage = Usage(input_tokens=tokens)
        assert price(agreed(term(multiply=D("0.8"))), usage, card).total == listed * D("0.8")
        fixed = price(agreed(term(rates={"input": Rate(D(2))})), usage, card)
        assert (fixed.list_cost, fixed.total) == (listed, D(tokens) * 2 / 1_000_000)
        assert fixed.lines[0].overrides == ()


def test_marginal_thresholds_of_the_card_stay_marginal() -> None:
    above = Override(when=When(input_tokens_above=1_000), rates={"input": Rate(D(6))}, marginal=True)
    cost = price(agreed(term(multiply=D("0.5"))), Usage(input_tokens=1_500), tariff(None, above))
    assert [(line.quantity, line.rate) for line in cost.lines] == [(1_000, D("1.5")), (500, D(3))]


def test_thresholds_are_judged_on_each_call_of_a_request() -> None:
    long = Override(when=When(input_tokens_above=1_000), rates={"input": Rate(D(6))})
    usage = Usage(input_tokens=1_800, iterations=(Usage(input_tokens=900), Usage(input_tokens=900)))
    cost = price(agreed(term(multiply=D("0.5"))), usage, tariff(None, long))
    assert (cost.list_cost, cost.total) == (D("0.0054"), D("0.0027"))


def test_hours_are_judged_at_the_instant() -> None:
    peak = Override(when=When(hours="08:00-18:00"), rates={"input": Rate(D(6))})
    contract = agreed(term(multiply=D("0.5")))
    noon, midnight = (price(contract, million(input_tokens=1), tariff(None, peak), at) for at in (NOW, NOW.replace(hour=0)))
    assert (noon.list_cost, noon.total, midnight.list_cost, midnight.total) == (D(6), D(3), D(3), D("1.5"))


def test_minimums_and_increments_stay() -> None:
    card = tariff({"input_audio_seconds": Rate(D("0.6"), 60, minimum=D(10))})
    cost = price(agreed(term(multiply=D("0.5"))), Usage(input_audio_seconds=3), card)
    assert (cost.list_cost, cost.total, cost.lines[0].billed) == (D("0.1"), D("0.05"), 10)
    own = agreed(term(rates={"input_audio_seconds": Rate(D("0.6"), 60, minimum=D(5))}))
    assert price(own, Usage(input_audio_seconds=3), card).total == D("0.05")


def test_what_is_not_sold_has_no_contracted_price() -> None:
    closed = Override(when=When(input_tokens_above=10), unavailable=True)
    with pytest.raises(NotSoldError):
        price(agreed(term(rates={"input": Rate(D(1))})), Usage(input_tokens=11), tariff(None, closed))


# Meters that are billed as others


@pytest.mark.parametrize(
    ("terms", "rate"),
    [
        ([term(rates={"input": Rate(D(2))})], D(2)),
        ([term(meters=("input",), multiply=D("0.5"))], D("1.5")),
        ([term(meters=("cache_read",), multiply=D("0.1"))], D("0.3")),
        ([term(multiply=D("0.9")), term(rates={"input": Rate(D(2))})], D(2)),
        ([term(rates={"cache_read": Rate(D("0.2"))}), term(rates={"input": Rate(D(2))})], D("0.2")),
        ([term(meters=("output",), multiply=D("0.5"))], D(3)),
    ],
)
def test_cached_tokens_without_a_rate_follow_the_terms_of_input(terms: list[Term], rate: D) -> None:
    cost = price(agreed(*terms), Usage(input_tokens=10, cache_read_tokens=10), tariff({"input": Rate(D(3))}))
    assert cost.lines[0].rate == rate


def test_fixing_one_cache_write_leaves_the_others_at_their_list_price() -> None:
    usage = Usage(input_tokens=30, cache_write_1h_tokens=10, cache_write_5m_tokens=10, cache_write_tokens=10)
    cost = price(agreed(term(rates={"cache_write_5m": Rate(D(1))})), usage, tariff({"input": Rate(D(3))}))
    assert {line.meter: line.rate for line in cost.lines} == {"cache_write_1h": 3, "cache_write_5m": 1, "cache_write": 3}
    assert cost.status == "complete"


def test_bounds_of_unstated_cache_writes_are_multiplied_too() -> None:
    card = tariff({"input": Rate(D(3)), "cache_write_5m": Rate(D(4)), "cache_write_1h": Rate(D(6))})
    usage = million(input_tokens=1, cache_write_tokens=1)
    cost = price(agreed(term(multiply=D("0.5"))), usage, card)
    assert (cost.status, cost.lower, cost.upper, cost.list_cost) == ("partial", 2, 3, 4)
    fixed = price(agreed(term(rates={"cache_write": Rate(D(5))})), usage, card)
    assert (fixed.status, fixed.total) == ("complete", 5)
    assert "list_cost is the least that it can be: not every list rate is known" in fixed.warnings
    one = price(agreed(term(rates={"cache_write_1h": Rate(D(1))})), usage, card)
    assert (one.lower, one.upper) == (1, 4)


def test_bounds_of_overlapping_counts_are_multiplied_too() -> None:
    card = tariff(
        {"input": Rate(D(2)), "cache_read": Rate(D(1)), "audio_input": Rate(D(10)), "cached_audio_input": Rate(D(4))}
    )
    usage = million(input_tokens=4, input_audio_tokens=2, cache_read_tokens=2)
    listed, cost = card.price(usage), price(agreed(term(multiply=D("0.5"))), usage, card)
    assert listed.status == cost.status == "partial"
    assert (listed.upper, cost.upper) != (None, None)
    assert (cost.lower * 2, cost.upper and cost.upper * 2) == (listed.lower, listed.upper)


def test_what_has_no_rate_stays_unpriced_unless_the_contract_has_one() -> None:
    usage = million(input_tokens=1, images=1)
    cost = price(agreed(term(multiply=D("0.5"))), usage)
    assert (cost.status, cost.unpriced, cost.upper) == ("partial", ("images",), None)
    assert price(agreed(term(rates={"images": Rate(D("0.01"), 1)})), Usage(images=3)).total == D("0.03")


def test_a_contract_can_price_what_the_list_does_not_know_at_all() -> None:
    contract = agreed(term(rates={"input": Rate(D(1)), "output": Rate(D(2))}))
    cost = price(contract, million(input_tokens=2, cache_read_tokens=1, output_tokens=1), tariff({}))
    assert (cost.status, cost.total) == ("complete", 4)


def test_a_fee_for_each_request_is_negotiable() -> None:
    card = tariff({**RATES, "requests": Rate(D(5), 1_000)})
    assert price(agreed(term(multiply=D("0.5"))), Usage(input_tokens=0), card).total == D("0.0025")
    assert price(agreed(term(rates={"requests": Rate(D(1), 1_000)})), Usage()).total == D("0.001")


# What a contract touches


@pytest.mark.parametrize(
    ("fields", "touched"),
    [
        ({}, True),
        ({"models": ("one-1",)}, True),
        ({"models": ("ONE-1",)}, True),
        ({"models": ("acme/one-1",)}, True),
        ({"models": ("one-*",)}, True),
        ({"models": ("*-[12]",)}, True),
        ({"models": ("on?-1",)}, True),
        ({"models": ("one",)}, False),
        ({"models": ("two", "one-1")}, True),
        ({"models": ("eu.one-1@sold",)}, True),
        ({"regions": ("EU",)}, True),
        ({"regions": ("us",)}, False),
        ({"service_tiers": ("standard",)}, True),
        ({"service_tiers": ("batch", "flex")}, False),
        ({"meters": ("output",)}, False),
        ({"meters": ("tokens",)}, True),
        ({"since": NOW}, True),
        ({"since": NOW + timedelta(microseconds=1)}, False),
        ({"until": NOW}, False),
        ({"until": NOW + timedelta(microseconds=1)}, True),
    ],
)
def test_a_term_prices_what_it_names(fields: dict[str, Any], touched: bool) -> None:
    card = tariff(offering="eu.One-1@sold", regions=("eu", "us"), region="eu")
    cost = price(agreed(term(multiply=D("0.5"), **fields)), million(input_tokens=1), card)
    assert (cost.list_cost, cost.contracted_cost) == (3, D("1.5") if touched else 3)
    assert bool(cost.warnings) is not touched


def test_a_term_is_of_one_provider() -> None:
    cost = price(agreed(Term(provider="other", multiply=D("0.5"))), MIXED)
    assert cost.contracted_cost == cost.list_cost
    assert cost.warnings == ("contract 'deal' has no term for acme:one-1 as it was served: the price is the list price",)


def test_outside_its_dates_a_contract_is_the_list_price_and_says_so() -> None:
    contract = agreed(
        term(multiply=D("0.5")), since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2026, 7, 1, tzinfo=UTC)
    )
    usage = million(input_tokens=1)
    day, tick = date(2026, 7, 1), timedelta(microseconds=1)
    begin, end = (datetime.combine(day, datetime.min.time(), UTC) for day in (date(2026, 1, 1), day))
    for at, total in ((begin - tick, 3), (begin, D("1.5")), (end - tick, D("1.5")), (end, 3)):
        assert price(contract, usage, at=at).total == total
    assert price(contract, usage, at=end).warnings == (
        "contract 'deal' holds since 2026-01-01 until 2026-07-01, not on 2026-07-01: the price is the list price",
    )
    assert contract.price(tariff(), usage, day).total == 3
    assert contract.price(tariff(), usage, datetime(2026, 6, 30, 23, 59)).total == D("1.5")


def test_a_term_of_a_region_needs_the_regions_of_requests() -> None:
    contract = agreed(term(multiply=D("0.5"), regions=("eu",)), term(multiply=D("0.9")))
    cost = price(contract, million(input_tokens=1))
    assert cost.total == D("2.7")
    assert cost.warnings == ("contract 'deal' has terms for eu, and the request's region is not stated",)


# Specificity


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ({"models": ("one-1",)}, {"models": ("one-*",)}),
        ({"models": ("one-*",)}, {}),
        ({"models": ("one-1",)}, {"meters": ("input",)}),
        ({"models": ("one-1",), "meters": ("tokens",)}, {"models": ("one-1",)}),
        ({"meters": ("cache_read",)}, {"meters": ("input",)}),
        ({"meters": ("input",)}, {"meters": ("tokens",)}),
        ({"meters": ("tokens",)}, {"regions": ("eu",)}),
        ({"regions": ("eu",)}, {"service_tiers": ("standard",)}),
        ({"service_tiers": ("standard",)}, {"until": NOW + timedelta(1)}),
        ({"until": NOW + timedelta(1)}, {}),
    ],
)
def test_the_more_specific_term_wins_in_any_order(narrow: dict[str, Any], wide: dict[str, Any]) -> None:
    terms = [term(multiply=D("0.5"), **narrow), term(multiply=D("0.9"), **wide)]
    usage = million(input_tokens=1, cache_read_tokens=1)
    for order in (terms, terms[::-1]):
        assert price(agreed(*order), usage, tariff(region="eu", regions=("eu",))).total == D("0.15")


def test_equal_terms_are_refused() -> None:
    with pytest.raises(InvalidContractError) as caught:
        agreed(term(multiply=D("0.5"), models=("One-*",)), term(multiply=D("0.9"), models=("one-*", "two")))
    assert "terms[1]: prices every meter as terms[0] does, and neither is more specific" in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"models": ("one-1",)}, {"models": ("two",)}),
        ({"meters": ("input",)}, {"meters": ("output",)}),
        ({"regions": ("eu",)}, {"regions": ("us",)}),
        ({"service_tiers": ("batch",)}, {"service_tiers": ("flex",)}),
        ({"until": NOW}, {"since": NOW}),
    ],
)
def test_terms_that_cannot_meet_may_be_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert agreed(term(multiply=D("0.5"), **one), term(multiply=D("0.9"), **other))


def test_patterns_that_meet_at_an_offering_contradict_each_other_when_it_is_priced() -> None:
    contract = agreed(term(multiply=D("0.5"), models=("one-*",)), term(multiply=D("0.9"), models=("*-1",)))
    with pytest.raises(ContradictingRatesError) as caught:
        price(contract, MIXED)
    assert (caught.value.meter, len(caught.value.conditions)) == ("input", 2)
    assert "tell the terms apart" in str(caught.value)
    assert price(contract, MIXED, tariff(offering="one-2", model=None)).total == D("17.1")


# Volume


@pytest.mark.parametrize(
    ("before", "tokens", "average"),
    [
        (0, 1_000, 1),
        (0, 1_001, Fraction(1_000 + Fraction(1, 2), 1_001)),
        (999, 1, 1),
        (1_000, 1, Fraction(1, 2)),
        (999, 2, Fraction(3, 4)),
        (500, 1_000, Fraction(3, 4)),
        (0, 0, 1),
    ],
)
def test_marginal_brackets_split_a_request_where_they_meet(before: int, tokens: int, average: Fraction) -> None:
    contract = agreed(term(volume=Volume(marginal=True, brackets=HALF)))
    cost = price(contract, Usage(input_tokens=tokens), volume=before)
    assert cost.exact == Fraction(3, 1_000_000) * tokens * average
    assert cost.list_cost == D(3) * tokens / 1_000_000


@pytest.mark.parametrize(("before", "tokens", "factor"), [(0, 999, 1), (0, 1_000, 0.5), (999, 1, 0.5), (1_000, 5, 0.5)])
def test_whole_brackets_price_all_of_a_request_by_the_one_that_it_reaches(before: int, tokens: int, factor: float) -> None:
    contract = agreed(term(volume=Volume(marginal=False, brackets=HALF)))
    cost = price(contract, Usage(input_tokens=tokens), volume=before)
    assert cost.exact == Fraction(3, 1_000_000) * tokens * Fraction(factor)


def test_a_request_may_span_many_brackets() -> None:
    brackets = tuple(Bracket(start, D(factor)) for start, factor in ((0, "1"), (10, "0.9"), (20, "0.8"), (30, "0.7")))
    cost = price(agreed(term(volume=Volume(marginal=True, brackets=brackets))), Usage(input_tokens=30), volume=5)
    assert cost.exact == Fraction(3, 1_000_000) * (5 * 1 + 10 * Fraction("0.9") + 10 * Fraction("0.8") + 5 * Fraction("0.7"))
    assert cost.lines[0].contract == "deal, term 1: volume x1 and x0.9 and x0.8 and x0.7"


def test_a_volume_counts_its_meters_and_prices_those_of_the_term() -> None:
    counted = Volume(marginal=False, brackets=HALF, meters=("output",))
    contract = agreed(term(volume=counted, meters=("input",)))
    usage = Usage(input_tokens=1_000_000, output_tokens=999)
    assert price(contract, usage).total == D("3.014985")
    assert price(contract, usage.replace(output_tokens=1_000)).total == D("1.515")


def test_a_volume_may_count_what_is_no_token() -> None:
    contract = agreed(
        term(volume=Volume(marginal=True, brackets=(Bracket(0, D(1)), Bracket(2, D("0.5"))), meters=("requests",)))
    )
    assert [price(contract, million(input_tokens=1), volume=before).total for before in (0, 1, 2)] == [3, 3, D("1.5")]


def test_a_volume_counts_each_call_of_a_request_once() -> None:
    usage = Usage(input_tokens=1_000, iterations=(Usage(input_tokens=600), Usage(input_tokens=400)))
    assert price(agreed(term(volume=Volume(marginal=False, brackets=HALF))), usage).exact == Fraction(3, 2_000)


def test_a_volume_counts_tokens_of_which_nobody_knows_the_split() -> None:
    card = tariff({"input": Rate(D(2)), "cache_read": Rate(D(1)), "audio_input": Rate(D(10))})
    usage = Usage(input_tokens=1_000, input_audio_tokens=500, cache_read_tokens=500)
    cost = price(agreed(term(volume=Volume(marginal=False, brackets=HALF))), usage, card)
    assert cost.lower * 2 == card.price(usage).lower
    audio = Volume(marginal=False, brackets=HALF, meters=("audio_input",))
    assert "not stated in full" in " ".join(price(agreed(term(volume=audio)), usage, card).warnings)


def test_a_volume_of_which_a_total_is_not_known_is_taken_at_its_least() -> None:
    cost = price(agreed(term(volume=Volume(marginal=False, brackets=HALF))), Usage(input_tokens=999, output_tokens=None))
    assert (cost.status, cost.lower) == ("partial", D("0.002997"))
    assert "not stated in full" in " ".join(cost.warnings)


@pytest.mark.parametrize("volume", [-1, 1.5, True, float("nan"), 10**18 + 1, "many", None])
def test_a_month_has_a_whole_number_of_units(volume: Any) -> None:
    with pytest.raises(InvalidUsageError, match="month_volume"):
        price(agreed(term(multiply=D(1))), MIXED, volume=volume)


# Currencies


def test_a_contract_in_another_currency_has_a_fixed_rate_for_all_that_is_used() -> None:
    euros = agreed(term(rates={"input": Rate(D(2)), "output": Rate(D(10))}), currency="EUR")
    cost = price(euros, million(input_tokens=1, output_tokens=1))
    assert (cost.currency, cost.total, cost.list_currency, cost.list_cost) == ("EUR", 12, "USD", 18)
    assert "18 USD" in str(cost)
    assert cost.to_dict()["list_currency"] == "USD"
    with pytest.raises(ContractCurrencyError) as caught:
        price(euros, MIXED)
    assert (caught.value.currencies, caught.value.meters) == (("EUR", "USD"), ("cache_read",))


def test_a_factor_prices_nothing_in_another_currency() -> None:
    for card in (tariff({"input": Rate(D(3))}), tariff({"input": Rate(D(3)), "requests": Rate(D(1), 1_000)})):
        euros = agreed(term(rates={"input": Rate(D(2))}), term(meters=("output",), multiply=D("0.5")), currency="EUR")
        with pytest.raises(ContractCurrencyError):
            price(euros, million(input_tokens=1, output_tokens=1), card)


def test_what_a_contract_in_another_currency_does_not_touch_stays_in_its_own() -> None:
    euros = agreed(term(rates={"images": Rate(D(1), 1)}), currency="EUR")
    cost = price(euros, MIXED)
    assert (cost.currency, cost.total, cost.contracted_cost) == ("USD", D("34.2"), D("34.2"))
    assert cost.warnings == ("contract 'deal' prices no meter of this request",)


def test_a_fee_in_the_currency_of_the_list_is_not_lost() -> None:
    card = tariff({"input": Rate(D(3)), "requests": Rate(D(1), 1_000)})
    with pytest.raises(ContractCurrencyError, match="requests"):
        price(agreed(term(rates={"input": Rate(D(2))}), currency="EUR"), million(input_tokens=1), card)


def test_cached_tokens_in_another_currency_follow_input_where_the_list_bills_them_so() -> None:
    euros = agreed(term(rates={"input": Rate(D(2))}), currency="EUR")
    assert price(euros, million(input_tokens=1, cache_read_tokens=1), tariff({"input": Rate(D(3))})).total == 2


def test_converting_leaves_a_list_cost_of_another_currency_alone() -> None:
    euros = agreed(term(rates={"input": Rate(D(2))}), currency="EUR")
    cost = price(euros, million(input_tokens=1)).convert("CHF", 2)
    assert (cost.total, cost.currency, cost.list_cost, cost.list_currency) == (4, "CHF", 3, "USD")
    same = price(agreed(term(multiply=D("0.5"))), million(input_tokens=1)).convert("CHF", 2)
    assert (same.total, same.list_cost, same.list_currency) == (3, 6, "CHF")


# The contract itself


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "exactly one of multiply, rates and volume, found none"),
        ({"multiply": D(1), "rates": {"input": Rate(D(1))}}, "found multiply and rates"),
        ({"multiply": D(0)}, "terms[0].multiply: must be a factor from 0.001 to 10"),
        ({"multiply": D(90)}, "must be a factor"),
        ({"multiply": D(-1)}, "must be a factor"),
        ({"multiply": D("NaN")}, "must be a factor"),
        ({"multiply": 0.9}, "must be a factor"),
        ({"multiply": D(1), "meters": ("inputs",)}, "terms[0].meters[0]: 'inputs' is neither a meter nor a group"),
        ({"rates": {"inputs": Rate(D(1))}}, "is not a meter"),
        ({"rates": {"input": Rate(D(1))}, "meters": ("input",)}, "name their meters themselves"),
        ({"multiply": D(1), "since": NOW, "until": NOW}, "terms[0].until: is not after since"),
        ({"multiply": D(1), "service_tiers": ("slow",)}, "'slow' is not a service tier"),
        ({"volume": Volume(marginal=True, brackets=())}, "terms[0].volume.brackets: holds no bracket"),
        ({"volume": Volume(marginal=True, brackets=(Bracket(1, D(1)),))}, "must begin at 0"),
        ({"volume": Volume(marginal=True, brackets=(*HALF, HALF[1]))}, "brackets[2].from: a second bracket from 1,000"),
        ({"volume": Volume(marginal=True, brackets=(*HALF, Bracket(5, D(1))))}, "must ascend, found 5 after 1,000"),
        ({"volume": Volume(marginal=True, brackets=HALF, meters=("tokens", "images"))}, "counts images and tokens"),
        ({"volume": Volume(marginal=True, brackets=HALF, meters=())}, "counts nothing"),
    ],
)
def test_what_cannot_be_agreed_on_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidContractError) as caught:
        agreed(term(**fields))
    assert message in str(caught.value)


def test_a_contract_has_a_term_a_currency_and_a_time() -> None:
    with pytest.raises(InvalidContractError) as caught:
        Contract(name="deal", terms=(), currency="euro", since=NOW, until=NOW)
    assert len(caught.value.problems) == 3
    with pytest.raises(InvalidContractError, match="never holds"):
        agreed(term(multiply=D(1), until=NOW), since=NOW)


def test_a_contract_is_a_value() -> None:
    contract = agreed(term(rates={"input": Rate(D(1))}), term(volume=Volume(marginal=True, brackets=HALF), models=("x",)))
    price(contract, MIXED)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(contract), type=Contract) == contract
    for twin in (copy.copy(contract), copy.deepcopy(contract), pickle.loads(pickle.dumps(contract))):  # noqa: S301 our own
        assert twin == contract
        assert price(twin, MIXED) == price(contract, MIXED)
    with pytest.raises(AttributeError):
        contract.name = "other"  # type: ignore[misc]


def test_costs_by_a_contract_add_up_on_both_sides() -> None:
    contract = agreed(term(multiply=D("0.5")))
    both = price(contract, MIXED) + price(contract, MIXED)
    assert (both.list_cost, both.contracted_cost) == (D("68.4"), D("34.2"))


# Properties

counts = st.integers(0, 10**9)
factors = st.decimals("0.001", "10", places=3)
usages = st.builds(
    lambda plain, cached, output, reasoning: Usage(
        input_tokens=plain + cached, cache_read_tokens=cached, output_tokens=output + reasoning, reasoning_tokens=reasoning
    ),
    counts, counts, counts, counts,
)  # fmt: skip
bracket_lists = st.lists(st.tuples(st.integers(1, 3_000), factors), max_size=4, unique_by=lambda pair: pair[0]).map(
    lambda found: (Bracket(0, D(1)), *(Bracket(start, factor) for start, factor in sorted(found)))
)
term_fields = st.one_of(
    st.fixed_dictionaries({"multiply": factors, "meters": st.sampled_from([(), ("tokens",), ("output",), ("cache_read",)])}),
    st.fixed_dictionaries({"rates": st.fixed_dictionaries({"input": factors.map(Rate)})}),
    st.fixed_dictionaries({"volume": st.builds(Volume, marginal=st.booleans(), brackets=bracket_lists)}),
)
CARDS = [
    tariff(),
    tariff({"input": Rate(D(3)), "output": Rate(D(15))}),
    tariff(None, Override(when=When(input_tokens_above=10**6), multiply={"input": D(2)}, marginal=True)),
]


@given(fields=term_fields, usage=usages, card=st.sampled_from(CARDS), before=counts)
def test_no_contract_changes_the_list_cost(fields: dict[str, Any], usage: Usage, card: Tariff, before: int) -> None:
    cost = price(agreed(term(**fields)), usage, card, volume=before)
    listed = card.price(usage, NOW)
    assert cost.list_cost == listed.total
    assert cost.listed == listed
    assert cost.exact == cost.bill.lower == sum(line.exact or 0 for line in cost.lines)


@given(usage=usages, card=st.sampled_from(CARDS), before=counts)
def test_a_factor_of_1_is_the_list_price(usage: Usage, card: Tariff, before: int) -> None:
    flat = Volume(marginal=True, brackets=(Bracket(0, D(1)), Bracket(500, D(1))))
    for contract in (agreed(term(multiply=D(1))), agreed(term(volume=flat))):
        cost = price(contract, usage, card, volume=before)
        assert cost.exact == cost.listed.exact
        assert cost.warnings == cost.listed.warnings


@given(usage=usages, factor=factors)
def test_a_factor_is_exact_to_the_last_digit(usage: Usage, factor: D) -> None:
    cost = price(agreed(term(multiply=factor)), usage)
    assert cost.exact == cost.listed.exact * Fraction(factor)


@settings(deadline=None)
@given(brackets=bracket_lists, parts=st.lists(st.integers(0, 2_000), min_size=1, max_size=6), before=st.integers(0, 4_000))
def test_splitting_a_month_never_changes_its_marginal_total(
    brackets: tuple[Bracket, ...], parts: list[int], before: int
) -> None:
    contract = agreed(term(volume=Volume(marginal=True, brackets=brackets)))
    whole = price(contract, Usage(input_tokens=sum(parts)), volume=before)
    seen, split = before, Fraction(0)
    for part in parts:
        split += price(contract, Usage(input_tokens=part), volume=seen).exact
        seen += part
    assert split == whole.exact
    factor_of = [next(b.multiply for b in reversed(brackets) if b.start <= unit) for unit in range(before, seen)]
    assert whole.exact == sum(map(Fraction, factor_of), Fraction(0)) * Fraction(3, 1_000_000)


@given(brackets=bracket_lists, tokens=st.integers(0, 4_000), before=st.integers(0, 4_000))
def test_a_whole_bracket_is_one_factor(brackets: tuple[Bracket, ...], tokens: int, before: int) -> None:
    cost = price(agreed(term(volume=Volume(marginal=False, brackets=brackets))), Usage(input_tokens=tokens), volume=before)
    reached = max((bracket for bracket in brackets if bracket.start <= before + tokens), key=lambda bracket: bracket.start)
    assert cost.exact == cost.listed.exact * Fraction(reached.multiply)
