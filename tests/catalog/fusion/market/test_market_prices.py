"""What an offering costs by several sources: made-up rows, one rule each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.market.overrides import settle_overrides
from ai_models.catalog.fusion.market.prices import offering_prices
from ai_models.catalog.fusion.market.rows import Row
from ai_models.catalog.fusion.rate_cards import Card, Override, Prices

READ = date(2026, 11, 1)
INPUT, OUTPUT, CACHED = "input_per_1m_tokens", "output_per_1m_tokens", "cache_read_per_1m_tokens"


def rate(source: str, key: str, value: str, *, since: date | None = None, as_of: date = READ, **conditions: str) -> Claim:
    return Claim(
        source=source,
        provider="acme",
        subject="one",
        field=f"rate:{key}",
        value=Decimal(value),
        as_of=as_of,
        since=since,
        conditions=tuple(sorted(conditions.items())),
        where=f"{source} {key}",
    )


def priced(*claims: Claim, identifier: str = "one", flat: bool = False, release: date | None = None) -> Prices:
    return offering_prices(Row(provider="acme", id=identifier, claims=list(claims)), flat=flat, release=release)


def test_a_card_is_not_put_together_from_sources_that_disagree() -> None:
    prices = priced(
        rate("genai-prices", INPUT, "1"),
        rate("genai-prices", OUTPUT, "2"),
        rate("litellm", INPUT, "3"),
        rate("litellm", OUTPUT, "4"),
        rate("litellm", CACHED, "0.3"),
    )
    assert prices.cards[0].rates == {INPUT: Decimal(1), OUTPUT: Decimal(2)}
    assert [(c.field, dict(c.values)) for c in prices.conflicts] == [
        (CACHED, {"litellm": "0.3"}),
        (INPUT, {"genai-prices": "1", "litellm": "3"}),
        (OUTPUT, {"genai-prices": "2", "litellm": "4"}),
    ]


def test_a_source_that_agrees_adds_what_the_other_leaves_out() -> None:
    prices = priced(rate("genai-prices", INPUT, "1"), rate("litellm", INPUT, "1"), rate("litellm", CACHED, "0.1"))
    assert prices.cards[0].rates == {INPUT: Decimal(1), CACHED: Decimal("0.1")}
    assert prices.cards[0].evidence == {"genai-prices", "litellm"}
    assert prices.conflicts == []


def test_two_that_agree_stand_before_the_specialist() -> None:
    prices = priced(rate("genai-prices", INPUT, "1"), rate("litellm", INPUT, "2"), rate("models.dev", INPUT, "2"))
    assert prices.cards[0].rates == {INPUT: Decimal(2)}


def test_a_dated_price_stands_before_agreement() -> None:
    prices = priced(
        rate("genai-prices", INPUT, "1", since=date(2026, 5, 1)),
        rate("litellm", INPUT, "2"),
        rate("models.dev", INPUT, "2"),
    )
    assert prices.cards[-1].rates == {INPUT: Decimal(1)}


def test_an_older_price_of_a_slower_source_is_history_and_no_conflict() -> None:
    prices = priced(
        rate("genai-prices", INPUT, "2"),
        rate("genai-prices", INPUT, "1", since=date(2026, 9, 1)),
        rate("models.dev", INPUT, "2", as_of=date(2026, 7, 2)),
    )
    assert [str(card.rates[INPUT]) for card in prices.cards] == ["2", "1"]
    assert prices.conflicts == []


def test_zero_is_a_price_only_for_free_ids_and_flat_rate_plans() -> None:
    zero = rate("litellm", INPUT, "0")
    assert priced(zero).cards == []
    assert priced(zero, identifier="one:free").cards[0].rates == {INPUT: Decimal(0), OUTPUT: Decimal(0)}
    assert priced(zero, flat=True).cards[0].rates[INPUT] == 0


def test_a_flat_rate_plan_with_a_price_has_that_price() -> None:
    assert priced(rate("genai-prices", INPUT, "3"), flat=True).cards[0].rates == {INPUT: Decimal(3)}


def test_a_first_price_opens_at_the_release_unless_a_feed_listed_it_long_before() -> None:
    june = rate("models.dev", INPUT, "1", as_of=date(2026, 6, 1))
    assert priced(june, release=date(2026, 5, 1)).cards[0].start == date(2026, 5, 1)
    assert priced(june, release=date(2026, 9, 1)).cards[0].start is None
    assert priced(june).cards[0].precision == "assumed"


def test_pictures_by_size_are_one_offering_with_the_usual_one_as_standard() -> None:
    sizes = {"1024x1024": "0.04", "1024x1536": "0.06"}
    claims = [
        rate("litellm", "image_output_each", price, **{"attribute.size": size, "attribute.quality": quality})
        for size, price in sizes.items()
        for quality in ("medium", "high")
    ]
    card = priced(*claims).cards[0]
    assert card.rates == {"image_output_each": Decimal("0.04")}
    assert len(card.overrides) == 2  # what repeats the standard says nothing


def test_a_tier_that_no_source_prices_beside_a_threshold_is_left_out() -> None:
    above, batch = (("input_tokens_above", "200000"),), (("service_tier", "batch"),)
    overrides = {when: Override(when=when, rates={INPUT: Decimal(1)}) for when in (above, batch)}
    card = Card(start=None, rates={INPUT: Decimal(2)}, overrides=overrides, evidence={"litellm"})
    assert len(settle_overrides(card, "acme:one")) == 1
    assert list(card.overrides) == [above]


def test_a_combination_that_a_source_prices_keeps_both() -> None:
    above, batch = (("input_tokens_above", "200000"),), (("service_tier", "batch"),)
    both = (*above, *batch)
    overrides = {when: Override(when=when, rates={INPUT: Decimal(1)}) for when in (above, batch, both)}
    card = Card(start=None, rates={INPUT: Decimal(2)}, overrides=overrides, evidence={"litellm"})
    assert settle_overrides(card, "acme:one") == []
    assert len(card.overrides) == 3


def test_a_source_that_repeats_what_the_vendor_said_once_is_passed_over() -> None:
    prices = priced(
        rate("vendor", INPUT, "5", historical="true"),
        rate("genai-prices", INPUT, "5"),
        rate("litellm", INPUT, "3"),
    )
    assert prices.cards[-1].rates == {INPUT: Decimal(3)}
    assert [dict(c.values) for c in prices.conflicts] == [{"genai-prices": "5", "litellm": "3"}]
