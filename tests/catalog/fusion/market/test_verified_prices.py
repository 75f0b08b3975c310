"""What rules make of prices that feeds misspell, leave out or state late: made-up rows, one rule each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec import structs

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.curated import apply_curated
from ai_models.catalog.fusion.market.known import Model
from ai_models.catalog.fusion.market.matching import Match
from ai_models.catalog.fusion.market.offerings import Offered, offering_document
from ai_models.catalog.fusion.market.passing_on import pass_on
from ai_models.catalog.fusion.market.prices import offering_prices
from ai_models.catalog.fusion.market.rows import Market, Row, collect
from ai_models.catalog.fusion.market.rules import Misread, read_market_rules
from ai_models.catalog.fusion.rate_cards import Card, Override, Prices
from ai_models.catalog.fusion.rules import CuratedPrice
from ai_models.catalog.sources.reading import Imported

READ = date(2026, 11, 1)
INPUT, OUTPUT = "input_per_1m_tokens", "output_per_1m_tokens"
CACHED, WRITTEN = "cache_read_per_1m_tokens", "cache_write_per_1m_tokens"
AUDIO, CACHED_AUDIO = "audio_input_per_1m_tokens", "cached_audio_input_per_1m_tokens"
HEARD, SECONDS = "audio_input_per_hour", "audio_per_hour"


def rate(
    key: str, value: str, *, source: str = "litellm", provider: str = "acme", subject: str = "one", **more: str
) -> Claim:
    return Claim(
        source=source,
        provider=provider,
        subject=subject,
        field=f"rate:{key}",
        value=Decimal(value),
        as_of=READ,
        conditions=tuple(sorted((name.replace("__", "."), text) for name, text in more.items())),
        where=f"{source} {key}",
    )


def priced(*claims: Claim, curated: list[CuratedPrice] | None = None) -> Prices:
    return offering_prices(
        Row(provider="acme", id="one", claims=list(claims)), flat=False, release=None, curated=curated or []
    )


def market(*claims: Claim, misread: list[Misread] | None = None) -> Market:
    rules = structs.replace(read_market_rules(), facts=[], misread=misread or [])
    sources = {claim.source for claim in claims}
    return collect(
        {s: Imported(claims=tuple(c for c in claims if c.source == s), rejected=()) for s in sorted(sources)}, rules
    )


def of(found: Market, provider: str, identifier: str) -> dict[str, str]:
    """The standard rates of a row, and those under conditions behind a ``|``."""
    return {
        "|".join((claim.field.removeprefix("rate:"), *(f"{name}={value}" for name, value in claim.conditions))): str(
            claim.value
        )
        for claim in found.rows[provider, identifier].claims
    }


# What a person read.


def test_what_a_person_read_stands_before_the_feeds_and_they_are_kept_as_a_conflict() -> None:
    prices = priced(
        rate(INPUT, "1"), rate("request_per_1k", "12"), curated=[CuratedPrice(rates={"request_per_1k": Decimal(5)})]
    )
    assert prices.cards[0].rates == {INPUT: Decimal(1), "request_per_1k": Decimal(5)}
    assert prices.cards[0].evidence == {"litellm", "vendor"}
    assert [dict(conflict.values) for conflict in prices.conflicts] == [{"litellm": "12", "vendor": "5"}]


def test_a_person_may_price_what_no_feed_does() -> None:
    prices = priced(curated=[CuratedPrice(rates={HEARD: Decimal("0.02")}, precision="assumed", source="report")])
    assert [(card.start, card.rates, card.evidence) for card in prices.cards] == [
        (None, {HEARD: Decimal("0.02")}, {"report"})
    ]


def test_a_minimum_is_restated_where_a_tier_prices_the_meter_anew() -> None:
    row = Row(provider="acme", id="one", claims=[rate(HEARD, "0.1"), rate(HEARD, "0.05", service_tier="batch")])
    prices = offering_prices(row, flat=False, release=None, curated=[CuratedPrice(minimums={HEARD: Decimal(10)})])
    document = offering_document(Offered(row, Match(None), prices), (None, None), own=False)
    version = document["pricing_versions"][0]
    assert version[HEARD] == {"price": Decimal("0.1"), "minimum": Decimal(10)}
    assert version["overrides"][0][HEARD] == {"price": Decimal("0.05"), "minimum": Decimal(10)}


def test_days_without_peak_hours_are_dates_of_the_condition() -> None:
    when = {"hours": "01:00-04:00", "weekdays": ["mon", "tue"], "except_dates": [date(2026, 10, 1), date(2026, 10, 2)]}
    prices = priced(rate(INPUT, "1"), curated=[CuratedPrice(when=when, rates={"input": Decimal(2)})])
    row = Row(provider="acme", id="one")
    document = offering_document(Offered(row, Match(None), prices), (None, None), own=False)
    assert document["pricing_versions"][0]["overrides"][0]["when"] == when


def test_a_factor_says_what_a_feed_states_of_the_tiers_of_another_day() -> None:
    """A feed without dates has the tiers of today: beside the dearer version of before they would be half as much."""
    batch = (("service_tier", "batch"),)

    def card(start: date | None, base: str) -> Card:
        tier = Override(when=batch, rates={INPUT: Decimal("0.5")})
        return Card(start=start, rates={INPUT: Decimal(base)}, overrides={batch: tier}, evidence={"litellm"}, notes=[])

    cards = [card(None, "2"), card(date(2026, 9, 1), "1")]
    apply_curated(cards, [CuratedPrice(when={"service_tier": "batch"}, multiply={"tokens": Decimal("0.5")})], {})
    assert [card.overrides[batch].rates for card in cards] == [{}, {}]
    assert [card.overrides[batch].multiply for card in cards] == [{"tokens": Decimal("0.5")}] * 2


# How feeds write.


def test_a_fee_by_the_search_context_is_of_the_request_where_the_provider_charges_every_request() -> None:
    sized = {"attribute__search_context_size": "low"}
    found = market(
        *(rate("web_search_per_1k", "5", provider=p, subject=f"{p}/one", **sized) for p in ("perplexity", "openai"))
    )
    assert of(found, "perplexity", "one") == {"request_per_1k|attribute.search_context_size=low": "5"}
    assert of(found, "openai", "one") == {"web_search_per_1k|attribute.search_context_size=low": "5"}


def test_a_resolution_has_one_spelling_and_max_is_none() -> None:
    found = market(
        rate("image_output_each", "1", attribute__resolution="4K"),
        rate("image_output_each", "2", subject="max-x-max/50-steps/one"),
    )
    assert of(found, "acme", "one") == {"image_output_each|attribute.resolution=4k": "1"}
    assert [left.reason for left in found.left_out] == [
        "max is the feed's word for whatever is larger, and no value that a request has"
    ]


def test_a_twin_without_organisation_adds_the_cache_rates_of_its_source() -> None:
    def rows(provider: str, cost: str) -> dict[str, str]:
        names = {"source": "genai-prices", "provider": provider}
        full = rate(INPUT, "3", subject="org/one", **names)
        twin = [rate(INPUT, cost, subject="one", **names), rate(CACHED, "0.3", subject="one", **names)]
        return of(market(full, *twin), provider, "org/one")

    assert rows("openrouter", "3") == {INPUT: "3", CACHED: "0.3"}
    assert rows("openrouter", "2") == {INPUT: "3"}, "another price"
    assert rows("acme", "3") == {INPUT: "3"}, "elsewhere the two may be two offerings"


def test_a_misread_row_is_left_out_with_its_reason() -> None:
    wrong = Misread(source="litellm", provider="acme", pattern="one", reason="it is another model's")
    found = market(rate(INPUT, "1"), rate(INPUT, "2", source="models.dev"), misread=[wrong])
    assert [claim.source for claim in found.rows["acme", "one"].claims] == ["models.dev"]
    assert [left.reason for left in found.left_out] == ["it is another model's"]


# Audio.


def test_a_cache_write_for_less_than_the_audio_is_what_reading_it_costs() -> None:
    card = priced(rate(AUDIO, "10"), rate("audio_cache_write_per_1m_tokens", "0.3")).cards[0]
    assert card.rates == {AUDIO: Decimal(10), CACHED_AUDIO: Decimal("0.3")}


def test_where_reading_it_has_a_price_the_cache_write_is_left_out() -> None:
    prices = priced(rate(AUDIO, "32"), rate(CACHED_AUDIO, "0.4"), rate("audio_cache_write_per_1m_tokens", "4"))
    assert prices.cards[0].rates == {AUDIO: Decimal(32), CACHED_AUDIO: Decimal("0.4")}
    assert [left.found for left in prices.quarantined] == ["4"]


@pytest.mark.parametrize(("seconds", "kept"), [("0.1", {HEARD}), ("0.2", {HEARD, SECONDS})])
def test_heard_audio_that_is_spelled_twice_has_one_rate(seconds: str, kept: set[str]) -> None:
    assert priced(rate(HEARD, "0.1"), rate(SECONDS, seconds)).cards[0].rates.keys() == kept


# Peak hours.


def test_hours_of_every_day_take_the_weekdays_of_a_source_that_has_them() -> None:
    base = [rate(INPUT, "1", source=source) for source in ("genai-prices", "litellm")]
    daily = rate(INPUT, "2", source="genai-prices", hours="01:00-04:00")
    days = {"hours": "01:00-04:00", "weekdays": "mon,tue"}
    assert list(priced(*base, daily, rate(INPUT, "2", **days)).cards[0].overrides) == [tuple(sorted(days.items()))]
    assert list(priced(*base, daily, rate(INPUT, "3", **days)).cards[0].overrides) == [(("hours", "01:00-04:00"),)]


# What cannot be.


def test_a_cache_write_for_less_than_the_input_is_left_out_of_a_version() -> None:
    since = {"source": "genai-prices"}
    dated = structs.replace(rate(INPUT, "2", **since), since=date(2026, 9, 1))
    prices = priced(rate(INPUT, "1", **since), rate(WRITTEN, "1.25"), rate(INPUT, "2"), dated)
    assert all(WRITTEN not in card.rates for card in prices.cards)
    assert any("writing a cache cannot cost less" in left.reason for left in prices.quarantined)


# Prices that are passed on.


def entry(identifier: str, *cards: Card) -> Offered:
    model = Model(maker="maker", model_id="one")
    prices = Prices(cards=list(cards), conflicts=[], quarantined=[])
    return Offered(Row(provider="gate", id=identifier), Match(model), prices)


def cut(precision: str = "effective") -> list[Card]:
    """The maker's price before and after a cut."""
    before = Card(start=date(2026, 7, 9), precision="assumed", rates={INPUT: Decimal(5)}, evidence={"vendor"})
    after = Card(start=date(2026, 7, 30), precision=precision, rates={INPUT: Decimal(2)}, evidence={"vendor"})
    return [before, after]


def today(rate: str = "2", precision: str = "assumed") -> Card:
    return Card(start=date(2026, 7, 9), precision=precision, rates={INPUT: Decimal(rate)}, evidence={"feed"}, notes=[])


def test_an_undated_price_that_is_passed_on_begins_with_the_makers() -> None:
    found = entry("maker/one", today())
    pass_on([found], {"maker/one": cut()})
    assert [(card.start, card.precision, card.rates[INPUT]) for card in found.prices.cards] == [
        (date(2026, 7, 9), "assumed", Decimal(5)),
        (date(2026, 7, 30), "assumed", Decimal(2)),
    ]


@pytest.mark.parametrize(
    ("identifier", "card", "theirs"),
    [
        pytest.param("maker/one", today("3"), cut(), id="another price"),
        pytest.param("maker/one", today(precision="effective"), cut(), id="a date of its own"),
        pytest.param("maker/one", today(), cut("observed"), id="only a feed saw the maker's change"),
        pytest.param("maker/one-2026-08-01", today(), cut(), id="a snapshot"),
        pytest.param("maker/one:batch", today(), cut(), id="a variant"),
    ],
)
def test_other_prices_are_not_passed_on(identifier: str, card: Card, theirs: list[Card]) -> None:
    found = entry(identifier, card)
    pass_on([found], {"maker/one": theirs})
    assert len(found.prices.cards) == 1
