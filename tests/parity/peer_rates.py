"""genai-prices' prices as our cards, and a request as both sides' usage; what only one side can say is left out by name.

The conversion is written from genai-prices' own rules (its ``types`` module), not with our importer: it is there to check
both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from genai_prices import types as peer
from genai_prices.data_snapshot import get_snapshot

from ai_models.pricing.conditions import When
from ai_models.pricing.context import Context
from ai_models.pricing.models import Offering, Override, PricingVersion, Rate
from ai_models.pricing.usage import Usage

METERS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "input_audio_mtok": "audio_input",
    "cache_audio_read_mtok": "cached_audio_input",
    "output_audio_mtok": "audio_output",
    "input_image_mtok": "image_input",
    "cache_image_read_mtok": "cached_image_input",
    "output_image_mtok": "image_output",
    "input_video_mtok": "video_input",
    "output_video_mtok": "video_output",
    "output_reasoning_mtok": "reasoning",
    "output_citation_mtok": "citation",
    "web_searches_kcount": "web_searches",
    "storage_searches_kcount": "file_searches",
    "requests_kcount": "requests",
    "audio_hours": "audio_seconds",
    "input_audio_hours": "input_audio_seconds",
    "input_document_kpages": "pages",
    "input_mchars": "input_characters",
}
PER = {"kcount": 1_000, "kpages": 1_000, "hours": 3_600, "mtok": 1_000_000, "mchars": 1_000_000}

ONLY_THEIRS = {
    "input_annotated_document_kpages": "an attribute of the pages here, a part of their count there",
    "input_text_messages_kcount": "nothing is billed by the message here",
}
"""Price keys that our meters cannot say."""

MINIMUM_SECONDS = {"whisper-large-v3", "whisper-large-v3-turbo"}
"""Groq's models that bill ten seconds at least: code there, a rate's ``minimum`` here."""

Price = Decimal | peer.TieredPrices
Named = tuple[str, str]


def models() -> dict[Named, tuple[peer.Provider, peer.ModelInfo]]:
    """Every model of theirs, by provider and id."""
    return {(provider.id, model.id): (provider, model) for provider in get_snapshot().providers for model in provider.models}


def context_of(when: Mapping[str, str]) -> Context | None:
    """Their context as ours; None where it is what we call the standard price."""
    if when in ({}, {"service_tier": "default"}):
        return None
    (name, value), *more = when.items()
    assert not more, when
    if name in ("processing", "service_tier"):
        return Context(service_tier=value)
    return Context(speed=value) if name == "speed" else Context(attributes=((name, value),))


def contexts(model: peer.ModelInfo) -> list[dict[str, str]]:
    """The standard context and every one that a variant of theirs knows and ours can say."""
    whens = [dict(variant.when) for variant in model.price_variants or ()]
    return [{}, *(when for index, when in enumerate(whens) if context_of(when) and when not in whens[:index])]


def standing(model: peer.ModelInfo) -> list[peer.ConditionalPrice]:
    prices = model.prices
    return [peer.ConditionalPrice(prices=prices)] if isinstance(prices, peer.ModelPrice) else prices


def start_of(constraint: object) -> datetime | None:
    if isinstance(constraint, peer.StartDateConstraint):
        return datetime(constraint.start_date.year, constraint.start_date.month, constraint.start_date.day, tzinfo=UTC)
    return None


def starts(model: peer.ModelInfo) -> list[datetime]:
    """The instants at which a price of theirs changes for good."""
    dated = [*standing(model), *(model.price_variants or ())]
    return sorted({start for entry in dated if (start := start_of(entry.constraint))})


def windows(model: peer.ModelInfo) -> list[peer.TimeOfDateConstraint]:
    return [entry.constraint for entry in standing(model) if isinstance(entry.constraint, peer.TimeOfDateConstraint)]


def offering(name: Named, model: peer.ModelInfo) -> Offering:
    """Their model with all its price versions as one of our offerings."""
    first = start_of(standing(model)[0].constraint)
    boundaries = [first, *(start for start in starts(model) if first is None or start > first)]
    return Offering(provider=name[0], id=name[1], versions=tuple(_version(model, start, boundaries) for start in boundaries))


def thresholds(prices: peer.ModelPrice) -> set[int]:
    return {tier.start for price in stated(prices).values() if isinstance(price, peer.TieredPrices) for tier in price.tiers}


def stated(prices: peer.ModelPrice) -> dict[str, Price]:
    """The prices that we can say, by their key."""
    unknown = prices.__dict__.keys() - METERS.keys() - ONLY_THEIRS.keys()
    assert not unknown, unknown
    return {key: price for key, price in prices.__dict__.items() if key in METERS and price is not None}


def _version(model: peer.ModelInfo, start: datetime | None, boundaries: list[datetime | None]) -> PricingVersion:
    instant = start or datetime(1970, 1, 1, tzinfo=UTC)
    entries = standing(model)
    dated = [
        index
        for index, entry in enumerate(entries)
        if not isinstance(entry.constraint, peer.TimeOfDateConstraint)
        and (entry.constraint is None or entry.constraint.active(instant))
    ]
    base = max(dated, default=0)
    daily = [entry for entry in entries[base + 1 :] if isinstance(entry.constraint, peer.TimeOfDateConstraint)]
    overrides = [*_tiers(entries[base].prices)]
    for entry in daily:
        overrides += _window(entry, entries[base].prices)
    overrides += _variants(model, instant, thresholds(entries[base].prices))
    assert not (daily and model.price_variants), "a window and a variant at once: the conversion does not combine them"
    rates = {METERS[key]: _rate(key, price, 0, model.id) for key, price in stated(entries[base].prices).items()}
    return PricingVersion(rates=rates, overrides=tuple(overrides), effective_from=start)


def _tiers(prices: peer.ModelPrice) -> Iterator[Override]:
    for threshold in sorted(thresholds(prices)):
        changed = {
            METERS[key]: _rate(key, price, threshold + 1)
            for key, price in stated(prices).items()
            if isinstance(price, peer.TieredPrices) and threshold in {tier.start for tier in price.tiers}
        }
        yield Override(when=When(input_tokens_above=threshold), rates=changed)


def _window(entry: peer.ConditionalPrice, standard: peer.ModelPrice) -> Iterator[Override]:
    constraint = entry.constraint
    assert isinstance(constraint, peer.TimeOfDateConstraint)
    assert stated(entry.prices).keys() == stated(standard).keys(), "a window that leaves a price out"
    assert not thresholds(entry.prices) | thresholds(standard), "a window with tiers"
    clocks = [peer._utc_timetz(clock) for clock in (constraint.start_time, constraint.end_time)]
    assert not any(clock.second or clock.microsecond for clock in clocks)
    hours = "-".join(f"{clock:%H:%M}" for clock in clocks)
    rates = {METERS[key]: _rate(key, price, 0) for key, price in stated(entry.prices).items()}
    yield Override(when=When(hours=hours), rates=rates)


def _variants(model: peer.ModelInfo, instant: datetime, standard: set[int]) -> Iterator[Override]:
    """What holds in each context: the first active variant that states a key, in every tier."""
    for when in contexts(model)[1:]:
        context = context_of(when)
        assert context is not None
        prices: dict[str, Price] = {}
        for variant in model.price_variants or ():
            if variant.when == when and (variant.constraint is None or variant.constraint.active(instant)):
                prices = {**stated(variant.prices), **prices}
        condition = {
            "service_tier": None if context.service_tier == "standard" else context.service_tier,
            "speed": context.speed,
            "attributes": dict(context.attributes),
        }
        for threshold in [None, *sorted(standard | thresholds(peer.ModelPrice(**prices)))]:
            tokens = 0 if threshold is None else threshold + 1
            rates = {METERS[key]: _rate(key, price, tokens, model.id) for key, price in prices.items()}
            if rates:
                yield Override(when=When(**condition, input_tokens_above=threshold), rates=rates)


def _rate(key: str, price: Price, tokens: int, model: str = "") -> Rate:
    amount = price
    if isinstance(price, peer.TieredPrices):
        amount = next((tier.price for tier in reversed(price.tiers) if tokens > tier.start), price.base)
    minimum = Decimal(10) if model in MINIMUM_SECONDS and key.endswith("_hours") else None
    return Rate(amount, PER[key.rpartition("_")[2]], minimum)


class Request(NamedTuple):
    """Tokens and units by our meter, disjoint; both sides' usages are made of it.

    Nothing is written to a cache beside audio, images or video: no field of ours says which of it was.
    """

    counts: Mapping[str, int]

    def _sum(self, *meters: str) -> int:
        return sum(self.counts.get(meter, 0) for meter in meters)

    def ours(self) -> Usage:
        audio, images = self._sum("cached_audio_input"), self._sum("cached_image_input")
        return Usage(
            input_tokens=self._sum(*_INPUTS),
            output_tokens=self._sum(*_OUTPUTS),
            cache_read_tokens=self._sum("cache_read") + audio + images,
            cache_write_tokens=self._sum("cache_write"),
            cache_write_1h_tokens=self._sum("cache_write_1h"),
            input_audio_tokens=self._sum("audio_input") + audio,
            input_image_tokens=self._sum("image_input") + images,
            input_video_tokens=self._sum("video_input"),
            cached_audio_tokens=audio,
            cached_image_tokens=images,
            cached_video_tokens=0,
            reasoning_tokens=self._sum("reasoning"),
            output_audio_tokens=self._sum("audio_output"),
            output_image_tokens=self._sum("image_output"),
            output_video_tokens=self._sum("video_output"),
            citation_tokens=self._sum("citation"),
            **{meter: self._sum(meter) for meter in _UNITS},
            audio_seconds=self._sum("audio_seconds"),
        )

    def theirs(self) -> peer.Usage:
        writes = self._sum("cache_write", "cache_write_1h")
        audio, images = self._sum("cached_audio_input"), self._sum("cached_image_input")
        return peer.Usage(
            input_tokens=self._sum(*_INPUTS),
            output_tokens=self._sum(*_OUTPUTS),
            cache_read_tokens=self._sum("cache_read") + audio + images,
            cache_write_tokens=writes,
            cache_write_1h_tokens=self._sum("cache_write_1h"),
            input_audio_tokens=self._sum("audio_input") + audio,
            input_image_tokens=self._sum("image_input") + images,
            input_video_tokens=self._sum("video_input"),
            cache_audio_read_tokens=audio,
            cache_image_read_tokens=images,
            output_reasoning_tokens=self._sum("reasoning"),
            output_audio_tokens=self._sum("audio_output"),
            output_image_tokens=self._sum("image_output"),
            output_video_tokens=self._sum("video_output"),
            output_citation_tokens=self._sum("citation"),
            **{theirs: self._sum(meter) for meter, theirs in _UNITS.items()},
            audio_seconds=self._sum("audio_seconds", "input_audio_seconds"),
        )


_INPUTS = (
    "input",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "audio_input",
    "cached_audio_input",
    "image_input",
    "cached_image_input",
    "video_input",
)
_OUTPUTS = ("output", "reasoning", "audio_output", "image_output", "video_output", "citation")
_UNITS = {
    "web_searches": "web_searches",
    "file_searches": "storage_searches",
    "pages": "input_document_pages",
    "input_characters": "input_characters",
    "input_audio_seconds": "input_audio_seconds",
}


def speakable(prices: peer.ModelPrice) -> list[str]:
    """The meters that both engines price by one rule where these prices hold.

    Left out, each with a test of its own: audio, video and citations without a rate, which are unpriced here and text
    there; one-hour cache writes without a rate, which are as dear as others there and unpriced here. Seconds that have a
    rate under two names are counted under the narrower.
    """
    keys = {METERS[key] for key in stated(prices)}
    meters = []
    if "input" in keys:
        meters += ["input", "cache_read", "image_input"]
        writes = keys & {"cache_write", "cache_write_1h"}
        meters += ["cache_write", "cache_write_1h"] if not writes else sorted(writes)
        if "image_input" not in keys or "cached_image_input" in keys:
            meters.append("cached_image_input")
        meters += sorted(keys & {"audio_input", "cached_audio_input", "video_input"})
    if "output" in keys:
        meters += ["output", "reasoning", *sorted(keys & {"audio_output", "image_output", "video_output", "citation"})]
    seconds = ["audio_seconds"] if "audio_seconds" in keys and "input_audio_seconds" not in keys else []
    return [*meters, *sorted(keys & _UNITS.keys()), *seconds]
