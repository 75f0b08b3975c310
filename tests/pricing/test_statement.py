"""``str(cost)``: the bill as text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from ai_models.pricing.conditions import When
from ai_models.pricing.context import Context
from ai_models.pricing.contracts import Contract, Term
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Override, Rate, RateCard
from ai_models.pricing.usage import Usage

CARD = RateCard(
    rates={
        "output": Rate(Decimal(15)),
        "input": Rate(Decimal("3.00")),
        "cache_read": Rate(Decimal("0.3")),
        "web_searches": Rate(Decimal(10), 1_000),
        "audio_seconds": Rate(Decimal("0.36"), 3_600, minimum=Decimal(10)),
        "images": Rate(Decimal("0.04"), 1),
    },
    overrides=(Override(when=When(service_tier="batch"), multiply={"tokens": Decimal("0.5")}),),
)


def read(tier: str = "standard", /, **counts: int) -> list[str]:
    return str(Tariff(CARD, Context(service_tier=tier)).price(Usage(**counts))).splitlines()


def test_what_went_in_comes_before_what_came_out_and_amounts_end_under_each_other() -> None:
    assert read(input_tokens=2_000, cache_read_tokens=1_000, output_tokens=1, reasoning_tokens=1, web_searches=1) == [
        "input         1,000 tokens     3 per 1M tokens     0.003 USD",
        "cache_read    1,000 tokens   0.3 per 1M tokens    0.0003 USD",
        "reasoning          1 token    15 per 1M tokens  0.000015 USD  (at the rate of output)",
        "web_searches      1 search  10 per 1k searches      0.01 USD",
        "total                                           0.013315 USD",
    ]


def test_units_minimums_and_conditions_are_in_words() -> None:
    lines = read("batch", input_tokens=10, audio_seconds=4, images=2)
    assert lines[0].endswith("0.000015 USD  (service_tier=batch x0.5)")
    assert "0.36 per hour" in lines[1]
    assert lines[1].endswith("(10 billed)")
    assert lines[2].split() == ["images", "2", "images", "0.04", "per", "image", "0.08", "USD"]
    assert lines[-1].split()[0] == "total"


def test_a_partial_cost_has_bounds_and_says_what_is_open() -> None:
    lines = read(input_tokens=10, pages=3)
    assert lines[1].split() == ["pages", "3", "pages", "no", "known", "rate", "?"]
    assert lines[2].split(maxsplit=1)[1].strip() == "at least  0.00003 USD  (the most is unknown)"
    assert lines[3] == "unpriced: pages"
    both = read(input_tokens=100, input_audio_tokens=50, cache_read_tokens=50, output_tokens=0)
    assert any(line.startswith("warning: how many tokens are both") for line in both)


def test_a_contract_names_its_term_and_the_list_price() -> None:
    card = Tariff(CARD)
    contract = Contract(name="deal", terms=(Term(provider="acme", multiply=Decimal("0.5")),))
    lines = str(contract.price(card, Usage(input_tokens=1_000), datetime(2026, 1, 1, tzinfo=UTC))).splitlines()
    assert "list price: 0.003 USD" in lines
    assert lines[-1].startswith("warning: contract 'deal' has no term")


def test_nothing_used_costs_nothing() -> None:
    assert [line.split() for line in read()] == [["total", "0", "USD"]]
