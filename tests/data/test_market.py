"""What holds of the whole market: how much there is, that every feed's row is found, and at its own price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.catalog.fusion.market.naming import Reader
from ai_models.catalog.fusion.market.rows import collect
from ai_models.catalog.fusion.market.rules import MarketRules, read_market_rules
from ai_models.catalog.sources import IMPORTERS
from ai_models.errors import NotFoundError
from ai_models.pricing.models import Offering, PricingVersion

FEEDS: dict[str, tuple[str, date]] = {
    "genai-prices": ("genai_prices.json", date(2026, 11, 22)),
    "litellm": ("litellm.json", date(2026, 11, 22)),
    "models.dev": ("models_dev.json", date(2026, 7, 2)),
}
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return default_catalog()


@pytest.fixture(scope="module")
def rules() -> MarketRules:
    return read_market_rules()


# What a person read on a page.


def test_whose_weights_are_open_is_as_the_makers_pages_say(catalog: Catalog, rules: MarketRules) -> None:
    read = {fact.id: fact.says["open_weights"] for fact in rules.facts if "open_weights" in fact.says}
    models = {name: catalog.get_model(name) for name in read}
    assert {name: model.metadata.open_weights for name, model in models.items()} == read
    assert [name for name, model in models.items() if "vendor" not in model.evidence["open_weights"]] == []


def test_a_makers_window_stands_before_a_feeds(catalog: Catalog) -> None:
    model = catalog.get_model("titan-embed-image-v1")
    assert (model.context_window_input, model.evidence["context_window_input"]) == (256, ("vendor",))
    assert [conflict.values for conflict in model.conflicts] == [{"litellm": "128", "vendor": "256"}]


# How much there is.


def test_the_market_is_as_large_as_promised(catalog: Catalog) -> None:
    counts = catalog.counts()
    assert counts["models"] >= 1_000
    assert counts["offerings"] >= 8_000
    assert counts["providers"] >= 100
    assert counts["histories"] >= 600


def test_makers_own_offerings_have_histories(catalog: Catalog, rules: MarketRules) -> None:
    own = [
        o for o in catalog.offerings() if o.model is not None and o.provider in rules.makers[o.model.partition("/")[0]].own
    ]
    assert sum(len(offering.versions) > 1 for offering in own) >= 75


def test_every_model_has_a_maker_that_the_tables_know(catalog: Catalog, rules: MarketRules) -> None:
    assert {model.provider for model in catalog.models()} <= rules.makers.keys()


def test_all_modes_are_there(catalog: Catalog) -> None:
    for capability in (
        "embeddings",
        "reranking",
        "transcription",
        "speech_synthesis",
        "moderation",
        "image_output",
        "video_output",
    ):
        assert catalog.models(capabilities=[capability]), capability


def test_no_two_offerings_of_a_provider_are_one(catalog: Catalog) -> None:
    seen: dict[tuple[str, str], list[Offering]] = defaultdict(list)
    for offering in catalog.offerings():
        for other in seen[offering.provider, offering.id.casefold()]:
            assert other.versions != offering.versions, (other.key, offering.key)
        seen[offering.provider, offering.id.casefold()].append(offering)


# Every row of every feed.


class Stated(NamedTuple):
    """A price that a feed states today, without conditions."""

    source: str
    provider: str
    identifier: str
    as_of: date
    rates: dict[str, Decimal]


@pytest.fixture(scope="module")
def stated(rules: MarketRules) -> list[Stated]:
    """The input and output rates of every chat row with a price, as each feed states them."""
    shared = Path(__file__).parents[3] / "shared" / "sources"
    if not shared.is_dir():
        pytest.skip("the feeds are not at hand")
    found = []
    for source, (name, as_of) in FEEDS.items():
        market = collect({source: IMPORTERS[source](shared / name, as_of=as_of)}, rules)
        for row in market.rows.values():
            if row.mode in (None, "chat", "responses", "completion"):
                found.extend(Stated(source, row.provider, row.id, as_of, rates) for rates in _today(row.claims))
    return found


def _today(claims: list[Any]) -> Iterator[dict[str, Decimal]]:
    """The standard rates of each row that was merged into one: a feed may spell an offering twice."""
    rows: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for claim in claims:
        key = claim.field.removeprefix("rate:")
        if key not in ("input_per_1m_tokens", "output_per_1m_tokens") or claim.conditions or claim.value is None:
            continue
        if claim.since is not None and claim.since > claim.as_of:
            continue
        rates = rows[claim.provider, claim.subject]
        if key not in rates or (claim.since or date.min) >= (rates[key].since or date.min):
            rates[key] = claim
    for rates in rows.values():
        yield {key.removesuffix("_per_1m_tokens"): claim.value for key, claim in rates.items()}


def test_every_priced_row_of_every_feed_resolves(catalog: Catalog, stated: list[Stated]) -> None:
    lost = [f"{row.provider}:{row.identifier}" for row in stated if _offering(catalog, row) is None]
    assert lost == []
    assert len(stated) > 7_000


def test_the_price_on_a_feeds_day_is_the_feeds_or_a_listed_conflict(catalog: Catalog, stated: list[Stated]) -> None:
    wrong = []
    for row in stated:
        offering = _offering(catalog, row)
        if offering is None:
            continue
        version = offering.pricing_at(row.as_of)
        for meter, amount in row.rates.items():
            ours = None if version is None else version.rate(meter)
            if ours != amount and not _is_listed(offering, f"{meter}_per_1m_tokens", row.source):
                wrong.append((row.source, offering.key, meter, amount, ours))
    assert wrong == []


def _offering(catalog: Catalog, row: Stated) -> Offering | None:
    try:
        return catalog.get_offering(row.identifier, provider=row.provider, at=row.as_of)
    except NotFoundError:
        return None


def _is_listed(offering: Offering, key: str, source: str) -> bool:
    return any(conflict.field.startswith(key) and source in _sources(conflict.values) for conflict in offering.conflicts)


def _sources(values: Any) -> set[str]:
    return {name.strip() for names in values for name in names.split(",")}


# Plausibility.


def test_no_price_is_a_hundred_times_its_own_history(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        for meter in ("input", "output"):
            amounts = [amount for version in offering.versions if (amount := version.rate(meter))]
            if amounts:
                assert max(amounts) < 100 * min(amounts), (offering.key, meter, amounts)


def test_no_price_is_a_hundred_times_its_siblings(catalog: Catalog) -> None:
    """Of a model's offerings, none costs a hundredth or a hundred times what half of them cost."""
    odd = []
    for model in catalog.models():
        versions = [(o, v) for o in catalog.offerings(model=model.key) if (v := o.pricing_at(TODAY)) is not None]
        for meter in ("input", "output"):
            odd.extend(_odd(meter, versions))
    assert odd == []


def _odd(meter: str, versions: list[tuple[Offering, PricingVersion]]) -> Iterator[tuple[str, str, Decimal, Decimal]]:
    priced = [(o, amount) for o, v in versions if v.currency == "USD" and (amount := v.rate(meter))]
    if len(priced) < 3:
        return
    middle = sorted(amount for _, amount in priced)[len(priced) // 2]
    for offering, amount in priced:
        marked = any(conflict.field.startswith(f"{meter}_per_1m_tokens") for conflict in offering.conflicts)
        if not marked and not middle / 100 < amount < middle * 100:
            yield offering.key, meter, amount, middle


def test_versions_are_sorted_and_dated_once(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        starts = [version.effective_from for version in offering.versions]
        assert None not in starts[1:], offering.key
        known = [start for start in starts if start is not None]
        assert known == sorted(set(known)), offering.key


def test_own_limits_of_an_offering_fit(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        prompt, answer = offering.limits.context_window_input, offering.limits.context_window_output
        assert prompt is None or answer is None or answer <= prompt, offering.key


# No price is free by accident.


def test_only_free_ids_and_flat_plans_cost_nothing(catalog: Catalog, rules: MarketRules) -> None:
    for offering in catalog.offerings():
        for version in offering.versions:
            if version.rates and all(not rate.amount for rate in version.rates.values() if rate.same_as is None):
                flat = rules.provider_rules(offering.provider).flat
                manual = bool({"manual", "report", "vendor"} & set(version.evidence))
                assert offering.id.endswith(":free") or flat or manual, offering.key


def test_no_maker_leaves_a_row_of_its_own_unexplained(catalog: Catalog, rules: MarketRules) -> None:
    reader = Reader(rules)
    reasons = rules.naming.not_models
    for offering in catalog.offerings():
        makers = [maker for maker, pattern in rules.owners(offering.provider) if not pattern]
        if offering.model is None and makers:
            spelled = reader.read(offering.provider, offering.id)
            assert any(rule.explains(offering.provider, offering.id) for rule in reasons), (offering.key, spelled)
