"""What is no number, no text or no instant, and what contradicts itself: the documented errors, and soon."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from ai_models import Usage
from ai_models.errors import InconsistentUsageError, InvalidContractError, InvalidUsageError
from ai_models.pricing import Context, Cost, Override, Rate, RateCard, Tariff
from ai_models.pricing.conditions import When, is_open
from ai_models.pricing.context import context_of
from ai_models.pricing.contracts import Contract, Term

CARD = RateCard(rates={"input": Rate(Decimal(2)), "output": Rate(Decimal(8)), "cache_read": Rate(Decimal(1))})


def cost() -> Cost:
    return Tariff(CARD).price(Usage(input_tokens=10))


@pytest.mark.parametrize("text", ["1E-999999", "1E+999999", "1E-401", "NaN", "sNaN", "Infinity", "-0.1"])
def test_quantities_without_end_are_refused_at_once(text: str) -> None:
    with pytest.raises(InvalidUsageError, match="audio_seconds must be a number"):
        Usage(audio_seconds=Decimal(text))


def test_floats_of_other_libraries_count_whatever_their_repr_is() -> None:
    class Seconds(float):
        def __repr__(self) -> str:
            return f"other.Seconds({float(self)})"

    assert dict(Usage(audio_seconds=Seconds(12.3)).buckets.counts) == dict(
        Usage(audio_seconds=Decimal("12.3")).buckets.counts
    )


@pytest.mark.parametrize(
    "rate", ["1E+999999", Decimal("1E-999999"), "1/0", "", "x", "9" * 5_000, 10**19, "0", -1, True, 0.9]
)
def test_exchange_rates_that_cannot_be_are_refused_at_once(rate: Any) -> None:
    with pytest.raises(InvalidUsageError, match="an exchange rate is a positive"):
        cost().convert("EUR", rate)


@pytest.mark.parametrize("currency", [None, "", " ", 1, Decimal("NaN"), []])
def test_a_currency_is_text(currency: Any) -> None:
    with pytest.raises(InvalidUsageError, match="a currency is text"):
        cost().convert(currency, 1)


@pytest.mark.parametrize("attributes", [None, 0, 0.0, (), "", {"quality": 1}])
def test_attributes_of_a_usage_are_a_mapping_of_text(attributes: Any) -> None:
    with pytest.raises(InvalidUsageError, match="attributes must map text to text"):
        Usage(attributes=attributes)


@pytest.mark.parametrize("fields", [None, 1, "input_tokens", {"notes": 1}, {"iterations": 5}, {"iterations": "x"}])
def test_fields_of_another_type_are_an_error_of_the_tree(fields: Any) -> None:
    with pytest.raises(InvalidUsageError):
        Usage.of(fields)


def test_a_standard_speed_that_the_response_reports_contradicts_a_fast_one() -> None:
    with pytest.raises(InconsistentUsageError, match="reports speed 'standard', and 'fast' was asked for"):
        context_of(Usage(speed="standard"), speed="fast")
    assert context_of(Usage(speed="standard"), speed="normal").speed is None
    assert context_of(Usage(speed="standard")).speed is None


def test_an_attribute_agrees_in_any_case_and_the_error_tells_how_to_correct_it() -> None:
    usage = Usage(attributes={"quality": "high"})
    assert context_of(usage, attributes={"quality": "High"}).attributes == (("quality", "high"),)
    with pytest.raises(InconsistentUsageError, match=r"attributes=\{\*\*usage.attributes, 'quality': 'low'\}"):
        context_of(usage, attributes={"quality": "low"})


@pytest.mark.parametrize("instant", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", None])
def test_hours_are_judged_to_the_ends_of_time(instant: datetime, zone: str | None) -> None:
    is_open(When(hours="08:00-20:00", timezone=zone), instant)


@pytest.mark.parametrize(
    ("hour", "is_dear"), [(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), False), (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), True)]
)
def test_hours_in_a_zone_skip_with_its_clocks(hour: datetime, is_dear: bool) -> None:
    """In Berlin the minute after 01:59 was 03:00 on that day."""
    assert is_open(When(hours="03:00-04:00", timezone="Europe/Berlin"), hour) is is_dear
    assert not is_open(When(hours="02:00-03:00", timezone="Europe/Berlin"), hour)
    assert (
        is_open(When(hours="03:00-04:00", timezone="Europe/Berlin"), hour.astimezone(timezone(timedelta(hours=-9))))
        is is_dear
    )


def test_thousands_of_thresholds_are_priced_by_the_last_one_reached() -> None:
    overrides = tuple(Override(when=When(input_tokens_above=n), rates={"input": Rate(Decimal(n))}) for n in range(3_000))
    tariff = Tariff(RateCard(rates={"input": Rate(Decimal(1))}, overrides=overrides))
    assert tariff.price(Usage(input_tokens=2_500)).total == Decimal(2_499 * 2_500) / 10**6


def test_a_factor_on_a_meter_reaches_those_that_have_its_rate() -> None:
    rates = {
        "input": Rate(Decimal(4)),
        "cache_read": Rate(Decimal(2)),
        "cached_audio_input": Rate(Decimal(2), same_as="cache_read"),
    }
    override = Override(when=When(service_tier="batch"), multiply={"cache_read": Decimal("0.5")})
    tariff = Tariff(RateCard(rates=rates, overrides=(override,)), Context("batch"))
    usage = Usage(input_tokens=100, input_audio_tokens=100, cache_read_tokens=100)
    assert tariff.price(usage).total == Decimal("0.0001")


def test_a_rate_like_one_that_the_card_lost_keeps_its_amount() -> None:
    card = RateCard(rates={"audio_input": Rate(Decimal(1), same_as="input")})
    assert Tariff(card).price(Usage(input_tokens=5, input_audio_tokens=5)).total == Decimal("0.000005")


def test_counts_that_are_not_stated_are_warned_about_in_one_line_a_kind() -> None:
    rates = {**CARD.rates, "web_searches": Rate(Decimal(10), 1_000), "file_searches": Rate(Decimal(2), 1_000)}
    usage = Usage(input_tokens=1, cache_read_tokens=None, web_searches=None, file_searches=None)
    assert Tariff(RateCard(rates=rates)).price(usage).warnings == (
        "cache_read_tokens is not stated: the total prices any as input",
        "web_searches, file_searches are not stated: the total has none",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"name": " "},
        {"terms": None},
        {"terms": (1,)},
        {"currency": None},
        {"terms": (Term(provider="x", rates={"input": Decimal(1)}),)},  # type: ignore[dict-item] # what a caller may pass
        {"terms": (Term(provider="x", rates={"input": Rate(Decimal("NaN"))}),)},
        {"terms": (Term(provider="x", rates={"input": Rate(Decimal(-1))}),)},
        {"terms": (Term(provider="x", rates={"input": Rate(Decimal(1), 0)}),)},
    ],
)
def test_a_contract_that_cannot_be_is_refused_when_it_is_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidContractError):
        Contract(**{"name": "x", "terms": (Term(provider="x", multiply=Decimal("0.9")),), **wrong})


def test_dates_are_midnight_utc_in_a_schedule_too() -> None:
    day = date(2026, 12, 31)
    assert is_open(When(weekdays=("thu",)), datetime.combine(day, datetime.min.time(), tzinfo=UTC))
