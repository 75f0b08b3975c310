"""Our catalogue against genai-prices': every chat price of theirs at several instants, in every context and tier.

Where the two differ, a rule says why: ``RULES``, each from a recorded fact. What no rule explains fails the walk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import pytest

pytest.importorskip("genai_prices", reason="genai-prices is not installed: uv sync --group parity")

import peer_rates
from genai_prices import calc_price
from genai_prices import types as peer

from ai_models.errors import NotFoundError, NotSoldError, PricingNotFoundError, UnknownConditionError
from ai_models.pricing.context import Context
from ai_models.pricing.cost import Cost
from ai_models.pricing.engine import Tariff
from ai_models.pricing.meters import RATE_KEYS
from ai_models.pricing.models import Offering, Pricing
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService

PROVIDERS = {"aws": "amazon-bedrock", "cloudflare": "cloudflare-workers-ai", "x-ai": "xai"}
"""Providers that we call otherwise."""

AT_VERTEX = re.compile("claude|gemma-.*-maas")
"""What they list at Google and Google serves on Vertex AI only."""

INSTANTS = [
    datetime(2025, 6, 15, 12, tzinfo=UTC),
    datetime(2026, 3, 15, 12, tzinfo=UTC),
    datetime(2026, 8, 10, 2, tzinfo=UTC),  # in the peak hours that DeepSeek began a month later
    datetime(2026, 11, 21, 2, 30, tzinfo=UTC),  # in them, on a Saturday
    datetime(2026, 11, 20, 12, tzinfo=UTC),
]
COMPARED = ("input", "output", "cache_read", "cache_write", "cache_write_1h")
RATE_KEY = {rate.meter: key for key, rate in RATE_KEYS.items() if rate.meter in COMPARED}
PRICE_KEY = {meter: key for key, meter in peer_rates.METERS.items()}


class Difference(NamedTuple):
    """One meter of one model that the two price differently; ``cost`` is None where we do not sell it so."""

    name: peer_rates.Named
    at: datetime
    when: dict[str, str]
    threshold: int
    meter: str
    request: peer_rates.Request
    offering: Offering
    pricing: Pricing
    cost: Cost | None
    theirs: Decimal

    @property
    def model(self) -> peer.ModelInfo:
        return MODELS[self.name][1]

    @property
    def their_prices(self) -> dict[str, peer_rates.Price]:
        return peer_rates.stated(self.model.get_prices(self.at, self.when))

    def their_price(self, at: datetime, when: dict[str, str]) -> Decimal:
        return price_theirs(self.name, self.request, at, when)

    def __str__(self) -> str:
        total = "not sold" if self.cost is None else self.cost.total
        where = (
            f"{self.name} {self.at:%Y-%m-%d %H:%M} {self.when or ''} {'>' if self.threshold else ''}{self.threshold or ''}"
        )
        return f"{where} {self.meter}: {total} here, {self.theirs} there"


MODELS = peer_rates.models()


def price_theirs(name: peer_rates.Named, request: peer_rates.Request, at: datetime, when: dict[str, str]) -> Decimal:
    provider, model = MODELS[name]
    found = model.calc_price(request.theirs(), provider, genai_request_timestamp=at, price_context=when)
    return Decimal(found.total_price)


def offering_of(name: peer_rates.Named) -> Offering | None:
    provider, model = name
    ours = "google-vertex" if provider == "google" and AT_VERTEX.match(model) else PROVIDERS.get(provider, provider)
    try:
        return PricingService().catalog.get_offering(model, provider=ours)
    except NotFoundError:
        return None


def chat_models() -> list[peer_rates.Named]:
    priced = {"input_mtok", "output_mtok"}
    return [
        name for name, (_, model) in MODELS.items() if priced <= peer_rates.stated(model.get_prices(INSTANTS[-1])).keys()
    ]


def tariff_of(pricing: Pricing, when: dict[str, str]) -> Tariff:
    context = peer_rates.context_of(when)
    return Tariff(pricing) if context is None else Tariff(pricing, context)


def differences(counts: Counter[str]) -> Iterator[Difference]:
    """Walk their chat models; ``counts`` takes what was compared and what there was nothing to compare with."""
    for name in chat_models():
        offering = offering_of(name)
        if offering is None:
            counts["not in our catalogue"] += 1
            continue
        compared = set()
        for at, when in product(INSTANTS, peer_rates.contexts(MODELS[name][1])):
            pricing = offering.pricing_at(at)
            if pricing is None:
                counts["before our first price"] += 1
                continue
            both = (pricing.effective_from, str(when), repr(MODELS[name][1].get_prices(at, when)), _hours(name, pricing, at))
            if both not in compared:  # else it is what an earlier instant had on both sides
                compared.add(both)
                yield from _in_context(name, at, when, offering, pricing, counts)


def _hours(name: peer_rates.Named, pricing: Pricing, at: datetime) -> datetime | None:
    """The instant, where one of the two prices depends on it."""
    ours = any(override.when.hours or override.when.weekdays for override in pricing.overrides)
    return at if ours or peer_rates.windows(MODELS[name][1]) else None


def _in_context(
    name: peer_rates.Named,
    at: datetime,
    when: dict[str, str],
    offering: Offering,
    pricing: Pricing,
    counts: Counter[str],
) -> Iterator[Difference]:
    prices = MODELS[name][1].get_prices(at, when)
    meters = [meter for meter in COMPARED if meter in peer_rates.speakable(prices)]
    for threshold in [0, *sorted(peer_rates.thresholds(prices))]:
        base = {"input": threshold + 1} if threshold else {}
        single = {meter: peer_rates.Request({**base, meter: base.get(meter, 0) + 1_000}) for meter in meters}
        every = peer_rates.Request({**base, **{meter: base.get(meter, 0) + 997 + at for at, meter in enumerate(meters)}})
        try:
            tariff = tariff_of(pricing, when)
            if is_same(tariff.price(every.ours(), at), price_theirs(name, every, at, when)):
                counts["the same"] += 1
                continue
        except (NotSoldError, UnknownConditionError):
            theirs = price_theirs(name, every, at, when)
            yield Difference(name, at, when, threshold, "input", every, offering, pricing, None, theirs)
            continue
        for meter, request in single.items():
            cost, theirs = tariff.price(request.ours(), at), price_theirs(name, request, at, when)
            if not is_same(cost, theirs):
                yield Difference(name, at, when, threshold, meter, request, offering, pricing, cost, theirs)


def is_same(cost: Cost, theirs: Decimal) -> bool:
    return cost.status == "complete" and cost.exact == Fraction(theirs)


# Why they differ. A rule holds by a recorded fact: of our catalogue, of theirs, or of the request.


def is_silently_standard(found: Difference) -> bool:
    """Their variant begins later, or they have none: in the context that was asked for, theirs is the standard price."""
    return bool(found.when) and found.theirs == found.their_price(found.at, {})


def is_not_sold(found: Difference) -> bool:
    """Our catalogue says by an override that the combination is not sold; theirs has a price nevertheless."""
    if found.cost is not None:
        return False
    try:
        tariff_of(found.pricing, found.when)
    except (NotSoldError, UnknownConditionError):
        return False
    return any(override.unavailable for override in found.pricing.overrides)


def has_bounds(found: Difference) -> bool:
    """A cache write of unstated lifetime: ours has bounds, and theirs is within."""
    cost = found.cost
    return (
        cost is not None and cost.status == "partial" and cost.upper is not None and cost.lower <= found.theirs <= cost.upper
    )


def is_write_without_rate(found: Difference) -> bool:
    """A cache write of a lifetime that our card has no rate for, though it has one for others: unpriced, not as input."""
    return found.cost is not None and found.cost.unpriced == (found.meter,) and found.meter.startswith("cache_write")


def is_conflict(found: Difference) -> bool:
    """Our catalogue records that they say otherwise than another source, and by what rule the other won."""
    keys = {RATE_KEY[found.meter]}
    if found.meter not in found.pricing.rates or PRICE_KEY[found.meter] not in found.their_prices:
        keys.add(RATE_KEY["input"])  # one of the two prices it as input
    if found.threshold:
        keys.add(RATE_KEY["input"])  # the tokens that reach the threshold are input
    return any(conflict.field in keys and "genai-prices" in conflict.values for conflict in found.offering.conflicts)


def is_peak_of_another_day(found: Difference) -> bool:
    """Their hours have no days: at a weekend theirs is our price of the same hours on Friday."""
    if not any(override.when.weekdays for override in found.pricing.overrides):
        return False
    friday = found.at - timedelta(days=found.at.weekday() - 4)
    return tariff_of(found.pricing, found.when).price(found.request.ours(), friday).exact == Fraction(found.theirs)


def is_dearest_request(found: Difference) -> bool:
    """Their fee of a request has no sizes of the search context: theirs is our price with the largest."""
    largest = Context(attributes=(("search_context_size", "high"),))
    if "requests" not in found.pricing.rates:
        return False
    return Tariff(found.pricing, largest).price(found.request.ours(), found.at).exact == Fraction(found.theirs)


def is_rounding_of_floats(found: Difference) -> bool:
    """They kept what a float made of the vendor's number: 0.18000000000000002."""
    return found.cost is not None and abs(found.cost.exact / Fraction(found.theirs) - 1) < Fraction(1, 10**12)


def is_implausible_there(found: Difference) -> bool:
    """A cache rate that our importer refuses: a write that costs less than input, a read that does not cost less."""
    rates = found.their_prices
    rate, base = (_amount(rates.get(key), found.threshold) for key in (PRICE_KEY[found.meter], "input_mtok"))
    if rate is None or base is None or found.meter in found.pricing.rates:
        return False
    return rate >= base if found.meter == "cache_read" else found.meter.startswith("cache_write") and rate < base


def is_known_to_others(found: Difference) -> bool:
    """A cache rate that another source of ours has and they have not: they price it as input."""
    has_ours = found.meter in found.pricing.rates
    return found.meter.startswith("cache") and has_ours and PRICE_KEY[found.meter] not in found.their_prices


def is_other_time_of_ours(found: Difference) -> bool:
    """Their price is that of another version of ours, or of other hours of the same: they date it otherwise, or not."""
    return any(_prices_as_they(found, version) for version in found.offering.versions)


def _prices_as_they(found: Difference, version: object) -> bool:
    assert hasattr(version, "rates")
    try:
        tariff = tariff_of(version, found.when)  # type: ignore[arg-type]
        costs = [tariff.price(found.request.ours(), at) for at in (found.at, *INSTANTS[-2:])]
    except (NotSoldError, UnknownConditionError):
        return False
    return any(cost.exact == Fraction(found.theirs) for cost in costs)


def _amount(price: peer_rates.Price | None, threshold: int) -> Decimal | None:
    if isinstance(price, peer.TieredPrices):
        return next((tier.price for tier in reversed(price.tiers) if threshold >= tier.start > 0), price.base)
    return price


RULES: dict[str, tuple[Callable[[Difference], bool], ...]] = {
    "deliberate": (has_bounds, is_write_without_rate, is_not_sold, is_rounding_of_floats, is_implausible_there),
    "they lack the condition": (is_silently_standard, is_peak_of_another_day, is_dearest_request),
    "they lack the rate": (is_known_to_others,),
    "conflict": (is_conflict,),
    "date": (is_other_time_of_ours,),
}


def cause_of(found: Difference) -> str | None:
    for rules in RULES.items():
        for rule in rules[1]:
            if rule(found):
                return f"{rules[0]}: {rule.__name__}"
    return None


def test_every_difference_has_a_cause() -> None:
    counts: Counter[str] = Counter()
    unexplained = []
    used = set()
    for found in differences(counts):
        cause = cause_of(found)
        if cause is None:
            unexplained.append(str(found))
        else:
            counts[cause] += 1
            used.add(cause)
    print(*(f"{count:6,}  {what}" for what, count in counts.most_common()), sep="\n")
    assert not unexplained, f"{len(unexplained)} without a cause:\n" + "\n".join(unexplained[:40])
    assert counts["the same"] > 2_000
    assert counts["not in our catalogue"] == 0
    rules = {f"{cause}: {rule.__name__}" for cause, rules in RULES.items() for rule in rules}
    assert used == rules, "a rule that explains nothing any more"


class TestDeliberateDifferences:
    """What users ask about first, by name."""

    V4_FLASH_BEFORE_PEAK_HOURS = datetime(2026, 8, 10, 2, tzinfo=UTC)
    SATURDAY_IN_PEAK_HOURS = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)

    def test_deepseek_before_it_had_peak_hours(self) -> None:
        million = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
        ours = PricingService().price("deepseek-v4-flash", million, at=self.V4_FLASH_BEFORE_PEAK_HOURS)
        assert [line.rate for line in ours.lines] == [Decimal("0.14"), Decimal("0.28")]
        theirs = calc_price(
            peer.Usage(input_tokens=1_000_000, output_tokens=1_000_000),
            "deepseek-v4-flash",
            provider_id="deepseek",
            genai_request_timestamp=self.V4_FLASH_BEFORE_PEAK_HOURS,
        )
        assert (theirs.input_price, theirs.output_price) == (Decimal("0.30"), Decimal("1.20")), "the peak of September"

    @pytest.mark.parametrize("model", ["deepseek-v4-flash", "deepseek-flash", "deepseek-v4-flash-vision-exp"])
    def test_deepseek_has_no_peak_at_weekends(self, model: str) -> None:
        """Since 2026-08-23, by genai-prices' own comment: an entry of theirs cannot say weekdays."""
        million = Usage(input_tokens=1_000_000)
        rates = [
            PricingService().price(f"deepseek:{model}", million, at=at).total
            for at in (self.SATURDAY_IN_PEAK_HOURS, self.SATURDAY_IN_PEAK_HOURS.replace(day=20))
        ]
        theirs = calc_price(
            peer.Usage(input_tokens=1_000_000),
            "deepseek-v4-flash",
            provider_id="deepseek",
            genai_request_timestamp=self.SATURDAY_IN_PEAK_HOURS,
        )
        assert theirs.total_price == Decimal("0.30")
        assert rates == [Decimal("0.15"), Decimal("0.30")]

    def test_before_the_first_price_there_is_an_error_that_says_since_when(self) -> None:
        before = datetime(2025, 9, 1, tzinfo=UTC)
        with pytest.raises(PricingNotFoundError) as caught:
            PricingService().price("claude-sonnet-4-5-20250929", Usage(input_tokens=1), at=before)
        assert caught.value.since is not None
        assert caught.value.since.date().isoformat() == "2025-09-29"
        theirs = calc_price(
            peer.Usage(input_tokens=1), "claude-sonnet-4-5", provider_id="anthropic", genai_request_timestamp=before
        )
        assert theirs.total_price == Decimal("0.000003")

    def test_a_context_key_that_nobody_knows_is_an_error(self) -> None:
        usage = peer.Usage(input_tokens=1_000_000)
        theirs = calc_price(usage, "claude-sonnet-4-5", provider_id="anthropic", price_context={"procesing": "batch"})
        assert theirs.total_price == calc_price(usage, "claude-sonnet-4-5", provider_id="anthropic").total_price
        for asked in ({"service_tier": "bacth"}, {"attributes": {"procesing": "batch"}}, {"speed": "quick"}):
            with pytest.raises(UnknownConditionError):
                PricingService().price("claude-sonnet-4-5", Usage(input_tokens=1), **asked)

    def test_a_million_in_and_out_of_sonnet_4_5_is_a_volume_or_a_request(self) -> None:
        """As a volume 18.00, always; as one request 28.50 while prompts above 200,000 tokens were sold at more."""
        service, million = PricingService(), Usage(input_tokens=1_000_000, output_tokens=1_000_000)
        at = datetime(2026, 3, 1, tzinfo=UTC)
        assert service.calculate_cost("claude-sonnet-4-5-20250929", 1_000_000, 1_000_000) == 18.0
        assert service.calculate_cost("claude-sonnet-4-5-20250929", 1_000_000, 1_000_000, at=at) == 18.0
        assert service.price("claude-sonnet-4-5-20250929", million, at=at).total == Decimal("28.50")
        theirs = calc_price(
            peer.Usage(input_tokens=1_000_000, output_tokens=1_000_000),
            "claude-sonnet-4-5-20250929",
            provider_id="anthropic",
            genai_request_timestamp=at,
        )
        assert theirs.total_price == Decimal("28.50")
