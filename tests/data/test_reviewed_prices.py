"""Prices that a review found wrong, each by its page or its bill; the rules that mended them are tested with fusion."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService

MILLION = Usage(input_tokens=1_000_000)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return default_catalog()


@pytest.fixture(scope="module")
def service() -> PricingService:
    return PricingService()


@pytest.mark.parametrize(
    ("model", "fees"),
    [
        ("sonar", {None: "5", "low": "5", "medium": "8", "high": "12"}),
        ("sonar-pro", {None: "6", "low": "6", "medium": "10", "high": "14"}),
        ("sonar-reasoning", {None: "5", "low": "5", "medium": "8", "high": "12"}),
        ("sonar-reasoning-pro", {None: "6", "low": "6", "medium": "10", "high": "14"}),
    ],
)
def test_perplexity_charges_a_request_by_its_search_context(
    service: PricingService, model: str, fees: dict[str | None, str]
) -> None:
    for size, fee in fees.items():
        asked = {} if size is None else {"search_context_size": size}
        cost = service.price(model, Usage(requests=1_000), provider="perplexity", attributes=asked)
        assert cost.total == Decimal(fee), size
        assert cost.status == "complete"


@pytest.mark.parametrize(("tokens", "price"), [(128_000, "0.384"), (128_001, "0.768006")])
def test_grok_4_costs_twice_as_much_above_128_000_tokens(service: PricingService, tokens: int, price: str) -> None:
    at = datetime(2025, 9, 24, tzinfo=UTC)
    assert service.price("xai:grok-4", Usage(input_tokens=tokens), at=at).total == Decimal(price)


def test_the_floating_name_of_grok_4_resolves(catalog: Catalog) -> None:
    assert catalog.get_model("grok-4-latest") is catalog.get_model("grok-4-0709")


@pytest.mark.parametrize(
    ("model", "at", "price"),
    [
        ("deepseek-v4-pro", "2026-04-25 12:00", "1.74"),
        ("deepseek-v4-pro", "2026-05-25 12:00", "0.435"),
        ("deepseek-v4-pro", "2026-08-14 02:30", "0.435"),
        ("deepseek-v4-pro", "2026-08-17 02:30", "1.32"),
        ("deepseek-v4-pro", "2026-08-17 04:30", "0.66"),
        ("deepseek-v4-pro", "2026-08-22 02:30", "1.32"),  # the last Saturday with a peak
        ("deepseek-v4-pro", "2026-08-23 02:30", "0.66"),
        ("deepseek-v4-pro", "2026-08-24 02:30", "1.32"),
        ("deepseek-v4-pro", "2026-10-01 02:30", "0.66"),  # a public holiday
        ("deepseek-v4-pro", "2026-10-08 02:30", "1.32"),
        ("deepseek-v4-flash", "2026-08-22 02:30", "0.44"),
        ("deepseek-v4-flash", "2026-08-29 02:30", "0.22"),
        ("deepseek-v4-flash", "2026-11-20 02:30", "0.3"),
        ("deepseek-v4-flash", "2026-11-21 02:30", "0.15"),
        ("deepseek-flash", "2026-09-25 09:59", "0.15"),
        ("deepseek-flash", "2026-09-28 09:59", "0.3"),
        ("deepseek-v4-flash-vision-exp", "2026-11-21 02:30", "0.15"),
    ],
)
def test_deepseek_has_peak_hours_on_working_days(service: PricingService, model: str, at: str, price: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert service.price(f"deepseek:{model}", MILLION, at=instant).total == Decimal(price)


@pytest.mark.parametrize(
    ("model", "hour"),
    [("whisper-large-v3", "0.111"), ("whisper-large-v3-turbo", "0.04"), ("distil-whisper-large-v3-en", "0.02")],
)
@pytest.mark.parametrize(("heard", "billed"), [(1, 10), (10, 10), (11, 11)])
def test_groq_bills_ten_seconds_at_least(service: PricingService, model: str, hour: str, heard: int, billed: int) -> None:
    tiers = {"standard": 1} | ({} if model.startswith("distil") else {"batch": 2})
    for tier, share in tiers.items():
        usage = Usage(input_audio_seconds=heard)
        cost = service.price(model, usage, provider="groq", service_tier=tier)
        assert cost.exact == Fraction(hour) * billed / 3_600 / share, tier


def test_heard_audio_has_one_price(catalog: Catalog) -> None:
    """Transcripts report heard seconds, and live sessions their own: only what is sold both ways has both rates."""
    both = {
        o.id for o in catalog.offerings() for v in o.versions if {"input_audio_seconds", "audio_seconds"} <= v.rates.keys()
    }
    assert both == {"gpt-live-transcribe", "gpt-realtime-whisper"}


@pytest.mark.parametrize(
    ("model", "rates"),
    [
        ("anthropic/claude-3.7-sonnet", ("0.30", "3.75")),
        ("anthropic/claude-3.5-sonnet", ("0.30", "3.75")),
        ("anthropic/claude-3-opus", ("1.50", "18.75")),
        ("anthropic/claude-3.5-haiku", ("0.08", "1.00")),
    ],
)
def test_openrouter_reads_and_writes_the_caches_of_older_claudes(
    catalog: Catalog, model: str, rates: tuple[str, str]
) -> None:
    version = catalog.get_offering(model, provider="openrouter").versions[-1]
    assert (version.rate("cache_read"), version.rate("cache_write")) == tuple(map(Decimal, rates))


@pytest.mark.parametrize(("day", "rates"), [(29, ("2.50", "15")), (30, ("2", "12"))])
def test_openrouter_passes_on_what_openai_asked(service: PricingService, day: int, rates: tuple[str, str]) -> None:
    at = datetime(2026, 7, day, 12, tzinfo=UTC)
    for name in ("openrouter:openai/gpt-5.6-terra", "openai:gpt-5.6-terra"):
        lines = service.price(name, Usage(input_tokens=1, output_tokens=1), at=at).lines
        assert [line.rate for line in lines] == list(map(Decimal, rates)), name


@pytest.mark.parametrize(
    ("model", "text", "picture"),
    [
        ("gemini-2.5-flash-image", "2.50", "30"),
        ("gemini-3-pro-image-preview", "12", "120"),
        ("gemini-3.1-flash-image-preview", "3", "60"),
    ],
)
def test_pictures_have_a_rate_of_their_own_in_every_version(catalog: Catalog, model: str, text: str, picture: str) -> None:
    for version in catalog.get_offering(model, provider="google").versions:
        assert (version.rate("output"), version.rate("image_output")) == (Decimal(text), Decimal(picture))


def test_a_price_that_only_a_feed_dated_says_so(catalog: Catalog) -> None:
    for model in ("o3", "o1-mini"):
        assert catalog.get_offering(model, provider="azure").versions[-1].date_precision == "observed"


def test_attributes_have_one_spelling_and_no_artefacts(catalog: Catalog) -> None:
    cards = [version for offering in catalog.offerings() for version in offering.versions]
    values = {pair for card in cards for override in card.overrides for pair in override.when.attributes.items()}
    assert {value for name, value in values if name == "resolution" and value != value.casefold()} == set()
    assert not values & {("size", "maxxmax"), ("steps", "max")}


def test_openai_writes_no_audio_to_a_cache_for_money(catalog: Catalog) -> None:
    """It lists input, cached input and output: a write is input, be it of text or of audio."""
    assert not [o.key for o in catalog.offerings() for version in o.versions if "audio_cache_write" in version.rates]


# What no vendor asks.


def test_caches_are_read_for_less_and_written_for_as_much_as_the_input_at_least(catalog: Catalog) -> None:
    wrong = []
    for offering in catalog.offerings():
        for version in offering.versions:
            fresh = version.rate("input")
            if fresh is None:
                continue
            read = version.rate("cache_read")
            writes = [version.rate(meter) for meter in ("cache_write", "cache_write_5m", "cache_write_1h")]
            if (read is not None and read > fresh) or any(write is not None and write < fresh for write in writes):
                wrong.append((offering.key, version.effective_from))
    assert wrong == []


def test_no_cheap_tier_is_dearer_and_no_quick_one_cheaper(catalog: Catalog) -> None:
    wrong = []
    for offering in catalog.offerings():
        for version in offering.versions:
            for override in version.overrides:
                tier, alone = override.when.service_tier, str(override.when) == f"service_tier={override.when.service_tier}"
                for meter, rate in override.rates.items() if alone else ():
                    standard = version.rates.get(meter)
                    if standard is None or standard.per != rate.per or standard.same_as is not None:
                        continue
                    dear = tier in ("batch", "flex") and rate.amount > standard.amount
                    cheap = tier in ("priority", "fast", "ultrafast") and rate.amount < standard.amount
                    wrong += [(offering.key, version.effective_from, tier, meter)] if dear or cheap else []
    assert wrong == []
