"""genai-prices' prices in our engine and in theirs: on everything that both can say, the same to the last digit.

Where the engines differ on purpose, the difference is a test of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("genai_prices", reason="genai-prices is not installed: uv sync --group parity")

import peer_rates
from genai_prices import types as peer

from ai_models.errors import ContradictingRatesError, NotSoldError, UnknownConditionError
from ai_models.pricing.conditions import When
from ai_models.pricing.context import STANDARD, Context, context_of
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Override, Pricing, Rate, RateCard
from ai_models.pricing.usage import Usage

MODELS = peer_rates.models()
OFFERINGS = {name: peer_rates.offering(name, model) for name, (_, model) in MODELS.items()}
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

DATED = {name for name, (_, model) in MODELS.items() if peer_rates.starts(model) or peer_rates.windows(model)}

with_more = sorted(
    name for name, (_, model) in MODELS.items() if not isinstance(model.prices, peer.ModelPrice) or model.price_variants
)
with_tiers = sorted(
    name
    for name, (_, model) in MODELS.items()
    if any(peer_rates.thresholds(entry.prices) for entry in peer_rates.standing(model))
)
with_units = sorted(
    name
    for name, (_, model) in MODELS.items()
    if set(peer_rates.stated(peer_rates.standing(model)[-1].prices)) - {"input_mtok", "output_mtok", "cache_read_mtok"}
)
"""Models whose prices say more than two rates: the random ones are mostly of these."""


def instants(model: peer.ModelInfo) -> list[datetime]:
    """On both sides of every date and every hour at which a price changes, weekend included."""
    found = [TODAY, datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)]
    for start in peer_rates.starts(model):
        found += [start - SECOND, start]
    for window in peer_rates.windows(model):
        for clock in (window.start_time, window.end_time):
            for day in (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)):
                edge = day.replace(hour=clock.hour, minute=clock.minute)
                found += [edge - SECOND, edge]
    return found


def pricing(name: peer_rates.Named, at: datetime) -> Pricing:
    found = OFFERINGS[name].pricing_at(at)
    assert found is not None
    return found


def both(
    name: peer_rates.Named, request: peer_rates.Request, at: datetime, when: dict[str, str]
) -> tuple[Fraction, Decimal]:
    """Our price and theirs."""
    provider, model = MODELS[name]
    tariff = Tariff(pricing(name, at), peer_rates.context_of(when) or STANDARD, name=str(name))
    cost = tariff.price(request.ours(), at)
    assert cost.status == "complete", (name, cost)
    theirs = model.calc_price(request.theirs(), provider, genai_request_timestamp=at, price_context=when)
    return cost.exact, theirs.total_price


def agree(ours: Fraction, theirs: Decimal) -> bool:
    """The same; but for a third of a cent by the hour, which their 28 digits cannot hold."""
    return ours == Fraction(theirs) or (ours.denominator % 3 == 0 and abs(ours - Fraction(theirs)) < ours / 10**26)


def is_sold(name: peer_rates.Named, at: datetime, when: dict[str, str]) -> bool:
    """Whether the version in force has the context at all; theirs is then standard, silently."""
    try:
        Tariff(pricing(name, at), peer_rates.context_of(when) or STANDARD)
    except (NotSoldError, UnknownConditionError):
        return False
    return True


def edge_requests(prices: peer.ModelPrice) -> Iterator[peer_rates.Request]:
    """Nothing, one of everything, and both sides of every threshold with cached tokens in the sum."""
    meters = peer_rates.speakable(prices)
    yield peer_rates.Request({})
    yield peer_rates.Request(_separable(dict.fromkeys(meters, 1)))
    for threshold in sorted(peer_rates.thresholds(prices)):
        for total in (threshold, threshold + 1):
            for counts in ({"input": total - 7, "cache_read": 7, "output": 11}, {"cache_read": total, "output": 11}):
                yield peer_rates.Request({meter: count for meter, count in counts.items() if meter in meters})


def _separable(counts: dict[str, int]) -> dict[str, int]:
    """Without cache writes where there is audio, images or video."""
    modal = any(counts.get(meter) for meter in counts if meter.removeprefix("cached_") in _MODAL)
    return {meter: count for meter, count in counts.items() if not (modal and meter.startswith("cache_write"))}


_MODAL = {"audio_input", "image_input", "video_input"}


def test_every_model_of_theirs_costs_the_same_at_every_edge() -> None:
    compared = 0
    for name, (_, model) in MODELS.items():
        for at in instants(model) if name in DATED else [TODAY]:
            for when in peer_rates.contexts(model):
                if not is_sold(name, at, when):
                    continue
                for request in edge_requests(model.get_prices(at, when)):
                    ours, theirs = both(name, request, at, when)
                    assert agree(ours, theirs), (name, request, at, when, ours, theirs)
                    compared += 1
    assert compared > 9_000


@st.composite
def pricings(draw: st.DrawFn) -> tuple[peer_rates.Named, peer_rates.Request, datetime, dict[str, str]]:
    name = draw(st.sampled_from(with_more) | st.sampled_from(with_tiers) | st.sampled_from(with_units))
    _, model = MODELS[name]
    at = draw(
        st.sampled_from(instants(model)) | st.datetimes(datetime(2023, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
    )
    when = draw(st.sampled_from([when for when in peer_rates.contexts(model) if is_sold(name, at, when)]))
    prices = model.get_prices(at, when)
    edges = [tokens for threshold in peer_rates.thresholds(prices) for tokens in (threshold, threshold + 1)]
    tokens = st.integers(0, 2_000_000) | st.sampled_from([0, 1, *edges])
    counts = {meter: draw(tokens) for meter in peer_rates.speakable(prices) if draw(st.booleans())}
    return name, peer_rates.Request(_separable(counts)), at, when


@settings(max_examples=400, deadline=None)
@given(pricings())
def test_any_usage_at_any_instant_in_any_context_costs_the_same(
    case: tuple[peer_rates.Named, peer_rates.Request, datetime, dict[str, str]],
) -> None:
    ours, theirs = both(*case)
    assert agree(ours, theirs), (ours, theirs)


class TestDeliberateDifferences:
    """What the engines do not do alike, and why ours does as it does."""

    def test_a_context_that_nobody_knows_is_an_error_and_not_the_standard_price(self) -> None:
        name = next(name for name in with_more if {"processing": "batch"} in peer_rates.contexts(MODELS[name][1]))
        provider, model = MODELS[name]
        usage = peer.Usage(input_tokens=1000, output_tokens=1000)
        for mistyped in ({"procesing": "batch"}, {"processing": "Batch"}, {"service_tier": "batch"}):
            assert (
                model.calc_price(usage, provider, price_context=mistyped).total_price
                == model.calc_price(usage, provider).total_price
                > model.calc_price(usage, provider, price_context={"processing": "batch"}).total_price
            )
        with pytest.raises(UnknownConditionError):
            context_of(Usage(), service_tier="bacth")
        with pytest.raises(UnknownConditionError):
            context_of(Usage(), attributes={"procesing": "batch"})
        with pytest.raises(NotSoldError):
            Tariff(pricing(name, TODAY), Context(service_tier="scale"))

    def test_before_the_first_dated_price_there_is_none(self) -> None:
        model = peer.ModelInfo(
            id="dated",
            match=peer.ClauseEquals("dated"),
            prices=[
                peer.ConditionalPrice(peer.StartDateConstraint(TODAY.date()), prices=peer.ModelPrice(input_mtok=Decimal(1)))
            ],
        )
        provider = peer.Provider(id="made up", name="", api_pattern="")
        theirs = model.calc_price(
            peer.Usage(input_tokens=1), provider, genai_request_timestamp=datetime(2020, 1, 1, tzinfo=UTC)
        )
        assert theirs.total_price == Decimal("0.000001")
        assert peer_rates.offering(("made up", "dated"), model).pricing_at(datetime(2020, 1, 1, tzinfo=UTC)) is None

    def test_dates_hours_and_weekdays_compose(self) -> None:
        """Peak hours that begin on a date: theirs hold every day since the first price, for an entry says one of the two."""
        model = peer.ModelInfo(
            id="peaked",
            match=peer.ClauseEquals("peaked"),
            prices=[
                peer.ConditionalPrice(prices=peer.ModelPrice(input_mtok=Decimal("0.14"))),
                peer.ConditionalPrice(
                    peer.StartDateConstraint(datetime(2026, 9, 10, tzinfo=UTC).date()),
                    prices=peer.ModelPrice(input_mtok=Decimal("0.15")),
                ),
                peer.ConditionalPrice(
                    peer.TimeOfDateConstraint(*(datetime(2026, 1, 1, hour, tzinfo=UTC).timetz() for hour in (1, 4))),
                    prices=peer.ModelPrice(input_mtok=Decimal("0.30")),
                ),
            ],
        )
        provider = peer.Provider(id="made up", name="", api_pattern="")
        usage = peer.Usage(input_tokens=1_000_000)
        before, saturday = datetime(2026, 8, 10, 2, tzinfo=UTC), datetime(2026, 9, 12, 2, tzinfo=UTC)
        assert [model.calc_price(usage, provider, genai_request_timestamp=at).total_price for at in (before, saturday)] == [
            Decimal("0.30")
        ] * 2
        weekdays = ("mon", "tue", "wed", "thu", "fri")
        card = RateCard(
            rates={"input": Rate(Decimal("0.15"))},
            overrides=(Override(when=When(hours="01:00-04:00", weekdays=weekdays), rates={"input": Rate(Decimal("0.30"))}),),
        )
        prices = [
            Tariff(card).price(Usage(input_tokens=1_000_000), at).total for at in (saturday, saturday + timedelta(days=2))
        ]
        assert prices == [Decimal("0.15"), Decimal("0.30")]

    def test_parts_without_a_rate_are_unpriced_where_no_vendor_says_what_they_cost(self) -> None:
        theirs = peer.ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(2), cache_write_mtok=Decimal("1.25"))
        card = RateCard(rates={"input": Rate(Decimal(1)), "output": Rate(Decimal(2)), "cache_write": Rate(Decimal("1.25"))})
        for meter in ("audio_input", "video_input", "cache_write_1h", "citation", "audio_output"):
            request = peer_rates.Request({meter: 1_000_000})
            assert theirs.calc_price(request.theirs())["total_price"] > 0
            cost = Tariff(card).price(request.ours())
            assert (cost.total, cost.upper, cost.unpriced) == (0, None, (meter,))

    def test_a_prompt_whose_parts_overlap_in_an_unknown_way_has_bounds(self) -> None:
        theirs = peer.ModelPrice(
            input_mtok=Decimal(1),
            cache_read_mtok=Decimal("0.1"),
            input_audio_mtok=Decimal(4),
            cache_audio_read_mtok=Decimal("0.4"),
        )
        with pytest.raises(ValueError, match="require explicit cache_audio_read_tokens"):
            theirs.calc_price(peer.Usage(input_tokens=10, cache_read_tokens=5, input_audio_tokens=5))
        card = RateCard(
            rates={
                meter: Rate(Decimal(rate))
                for meter, rate in {
                    "input": "1",
                    "cache_read": "0.1",
                    "audio_input": "4",
                    "cached_audio_input": "0.4",
                }.items()
            }
        )
        cost = Tariff(card).price(Usage(input_tokens=10, cache_read_tokens=5, input_audio_tokens=5))
        assert (cost.lower, cost.upper) == (Decimal("0.000007"), Decimal("0.0000205"))

    def test_two_contexts_at_once_need_a_price_of_their_own(self) -> None:
        """Theirs takes the first variant that matches: batch and fast together cost what the file happens to say first."""
        model = peer.ModelInfo(
            id="two",
            match=peer.ClauseEquals("two"),
            prices=peer.ModelPrice(input_mtok=Decimal(2)),
            price_variants=[
                peer.PriceVariant({"processing": "batch"}, peer.ModelPrice(input_mtok=Decimal(1))),
                peer.PriceVariant({"speed": "fast"}, peer.ModelPrice(input_mtok=Decimal(8))),
            ],
        )
        at_once = model.get_prices(TODAY, {"processing": "batch", "speed": "fast"})
        assert at_once.input_mtok == 1
        tariff = Tariff(
            RateCard(
                rates={"input": Rate(Decimal(2))},
                overrides=(
                    Override(when=When(service_tier="batch"), rates={"input": Rate(Decimal(1))}),
                    Override(when=When(speed="fast"), rates={"input": Rate(Decimal(8))}),
                    Override(when=When(input_tokens_above=10), rates={}),
                ),
            ),
            Context(service_tier="batch", speed="fast"),
        )
        with pytest.raises(ContradictingRatesError):
            tariff.price(Usage(input_tokens=1))

    @pytest.mark.parametrize("name", sorted(peer_rates.MINIMUM_SECONDS))
    def test_ten_seconds_at_least_are_data_here_and_code_there(self, name: str) -> None:
        for seconds in (0, 1, 10, 11):
            ours, theirs = both(("groq", name), peer_rates.Request({"input_audio_seconds": seconds}), TODAY, {})
            assert agree(ours, theirs)

    def test_what_only_they_can_say_is_little(self) -> None:
        """Two of their price keys have no meter of ours, on nine models in all."""
        without = {
            name
            for name, (_, model) in MODELS.items()
            for entry in peer_rates.standing(model)
            if entry.prices.__dict__.keys() & peer_rates.ONLY_THEIRS.keys()
        }
        assert 0 < len(without) <= 11, without

    def test_the_default_tier_is_the_standard_one(self) -> None:
        """Their ``service_tier: default`` is a variant; where its price differs, ours is the standard one."""
        other = {}
        for name, (provider, model) in MODELS.items():
            if any(variant.when == {"service_tier": "default"} for variant in model.price_variants or ()):
                usage = peer.Usage(input_tokens=1_000_000, output_tokens=1_000_000)
                named = model.calc_price(
                    usage, provider, genai_request_timestamp=TODAY, price_context={"service_tier": "default"}
                )
                standard = model.calc_price(usage, provider, genai_request_timestamp=TODAY)
                if named.total_price != standard.total_price:
                    other[name] = (named.total_price, standard.total_price)
        assert other == {}
