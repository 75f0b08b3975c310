"""What holds of every model and every price of the shipped catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import default_catalog
from ai_models.catalog.location import packaged_roots
from ai_models.catalog.validate import validate
from ai_models.models.base import ModelSpec, ModelStatus
from ai_models.models.capabilities import Support
from ai_models.pricing.meters import METERS
from ai_models.pricing.models import Offering

THREE_MAKERS = ("anthropic", "google", "openai")
DAY = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
CALLABLE = ("active", "preview", "deprecated")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return default_catalog()


# Sold to approved organisations only; the vendor publishes prices but no windows for them, and an unknown stays unknown.
LIMITED_ACCESS = {"gpt-5.5-cyber", "gpt-6-cyber", "gpt-rosalind-discovery", "gpt-rosalind-research"}


NOT_CHAT = {"embeddings", "transcription", "speech_synthesis", "moderation", "image_output", "video_output", "audio_output"}


def current_models(catalog: Catalog) -> Iterator[ModelSpec]:
    """The chat models of the three makers that can be called: those whose facts a person read beside the feeds."""
    for maker in THREE_MAKERS:
        for model in catalog.models(maker=maker, status=CALLABLE, at=AT):
            capabilities = set(map(str, model.capabilities))
            if model.pricing_ref and "streaming" in capabilities and not NOT_CHAT & capabilities:
                yield model


def test_the_catalogues_own_files_have_no_problems() -> None:
    assert packaged_roots(), "the tests run from a checkout"
    assert [str(problem) for problem in validate(packaged_roots()).problems] == []


def test_all_three_makers_are_there_with_their_retired_models(catalog: Catalog) -> None:
    for maker, least in (("anthropic", 35), ("google", 30), ("openai", 80)):
        models = catalog.models(maker=maker)
        assert len(models) >= least, maker
        assert any(model.status_at(AT) is ModelStatus.RETIRED for model in models)


# Names


def test_every_id_and_every_alias_resolves_to_itself(catalog: Catalog) -> None:
    for model in catalog.models():
        for name in (model.model_id, model.key, f"{model.provider}:{model.model_id}", model.model_id.upper()):
            if name.count(":") and not catalog.sellers(model.key):
                continue
            assert catalog.get_model(name, at=AT) is model, name
        for alias in model.aliases:
            for day in {alias.since, AT.date()} - {None}:
                if alias.holds_at(day):
                    assert catalog.get_model(alias.name, at=day) is model, (alias, day)


def test_every_offering_resolves_to_itself(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        for name in (offering.key, f"{offering.id}@{offering.provider}"):
            assert catalog.get_offering(name) is offering
        assert catalog.get_offering(offering.id, provider=offering.provider) is offering


def test_every_model_of_a_maker_leads_to_the_makers_offering_and_back(catalog: Catalog) -> None:
    for model in catalog.models():
        if model.pricing_ref is not None:
            offering = catalog.get_offering(model.key)
            assert offering.key == f"{model.provider}:{model.pricing_ref}"
            assert offering.model == model.key
            assert catalog.get_model(offering.key) is model


# Facts


def test_every_current_model_has_a_price_a_window_capabilities_and_evidence(catalog: Catalog) -> None:
    for model in current_models(catalog):
        price = catalog.get_offering(model.key).pricing_at(AT)
        assert price is not None, model
        assert price.rate("input") is not None, model
        assert price.rate("output") is not None, model
        assert price.evidence, model
        assert model.context_window_input or model.model_id in LIMITED_ACCESS, model
        assert len(model.capabilities) >= 5, model
        windows = ("context_window_input",) if model.context_window_input else ()
        for field in (*windows, *(str(capability) for capability in model.capabilities)):
            assert model.evidence.get(field), (model, field)


def test_every_fact_names_its_sources(catalog: Catalog) -> None:
    facts = (
        "context_window_input",
        "context_window_output",
        "context_window",
        "knowledge_cutoff",
        "release_date",
        "open_weights",
    )
    for model in catalog.models():
        stated = {name for name in facts if getattr(model.metadata, name) is not None}
        stated |= {name for name in ("deprecated_on", "retires_on") if getattr(model.lifecycle, name) is not None}
        stated |= {str(capability) for capability in model.capabilities | model.unsupported}
        assert stated <= model.evidence.keys(), (model, stated - model.evidence.keys())
        for sources in model.evidence.values():
            assert set(sources) <= catalog.sources.keys(), model
    for offering in catalog.offerings():
        assert all(version.evidence for version in offering.versions), offering.key


def test_answers_fit_into_windows_and_dates_run_forward(catalog: Catalog) -> None:
    for model in catalog.models():
        total = model.metadata.context_window or model.context_window_input
        if total is not None and model.context_window_output is not None:
            assert model.context_window_output <= total, model
        assert model.last_verified <= DAY, model


def test_a_retired_model_that_has_a_successor_names_one_that_exists(catalog: Catalog) -> None:
    for model in catalog.models():
        for name in model.lifecycle.replacement:
            successor = catalog.get_model(name if "/" in name else f"{model.provider}/{name}", at=AT)
            assert successor is not model


# Prices


def cards(offering: Offering) -> Iterator[dict[str, Any]]:
    for version in offering.versions:
        yield version.rates
        for override in version.overrides:
            yield override.rates


def test_every_rate_belongs_to_a_known_meter(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        for rates in cards(offering):
            assert rates.keys() <= METERS.keys(), offering.key


def test_no_price_is_a_hundred_times_off_its_own_history(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        for meter in ("input", "output"):
            amounts = [rate for version in offering.versions if (rate := version.rate(meter))]
            if amounts:
                assert max(amounts) < 100 * min(amounts), (offering.key, meter, amounts)


def test_cached_tokens_are_not_dearer_than_fresh_ones(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        for rates in cards(offering):
            if "cache_read" in rates and "input" in rates:
                assert rates["cache_read"].amount <= rates["input"].amount, offering.key


def test_versions_are_sorted_and_the_first_one_opens_no_later_than_the_release(catalog: Catalog) -> None:
    for offering in catalog.offerings():
        starts = [version.effective_from for version in offering.versions]
        dated = [start for start in starts if start is not None]
        assert dated == sorted(set(dated)), offering.key
        assert None not in starts[1:], offering.key
        release = catalog.get_model(offering.model).metadata.release_date if offering.model else None
        first = offering.versions[0] if offering.versions else None
        if release is not None and first is not None and first.effective_date is not None:
            assert first.effective_date >= release, (offering.key, "a price cannot be older than its model")


@pytest.mark.parametrize(
    ("model", "day", "rates"),
    [
        ("o3", date(2025, 6, 9), ("10", "40")),
        ("o3", date(2025, 6, 10), ("2", "8")),
        ("gpt-4o", date(2024, 10, 1), ("5", "15")),
        ("gpt-4o", date(2024, 10, 2), ("2.5", "10")),
        ("gpt-4o-2024-08-06", date(2024, 9, 1), ("2.5", "10")),
        ("gpt-3.5-turbo-0125", date(2024, 2, 1), ("0.5", "1.5")),
        ("gpt-4o-mini", DAY, ("0.15", "0.6")),
        ("gpt-5.5", DAY, ("5", "30")),
        ("o1-mini", date(2024, 12, 1), ("3", "12")),
        ("o1-mini", date(2025, 6, 1), ("1.1", "4.4")),
        ("gpt-5.6-terra", date(2026, 7, 29), ("2.5", "15")),
        ("gpt-5.6-terra", date(2026, 7, 30), ("2", "12")),
        ("claude-sonnet-4.5", date(2026, 4, 29), ("3", "15")),
        ("claude-sonnet-4.5", DAY, ("3", "15")),
        ("claude-haiku-4.5", DAY, ("1", "5")),
        ("claude-opus-4.1", date(2026, 8, 4), ("15", "75")),
        ("claude-opus-5-5", DAY, ("4", "20")),
        ("claude-haiku-5-5", DAY, ("0.1", "0.5")),
        ("gemini-2.5-pro", date(2026, 10, 15), ("1.25", "10")),
        ("gemini-2.5-flash", date(2026, 10, 15), ("0.3", "2.5")),
        ("gemini-4-argon", date(2026, 11, 30), ("2", "10")),
        ("gemini-4-argon", date(2026, 12, 1), ("4", "20")),
        ("gemini-3.7-flash", date(2026, 12, 31), ("0.75", "3.75")),
        ("gemini-3.7-flash", date(2027, 1, 1), ("1.5", "7.5")),
        ("claude-sonnet-5", DAY, ("2", "10")),
        ("claude-fable-5.1", DAY, ("10", "50")),
        ("claude-fable-5-2", DAY, ("8", "40")),
        ("claude-opus-4.5", DAY, ("5", "25")),
        ("claude-opus-4.8", DAY, ("5", "25")),
        ("claude-opus-4", date(2026, 1, 1), ("15", "75")),
        ("claude-sonnet-4", date(2025, 6, 1), ("3", "15")),
        ("claude-3-5-haiku", date(2024, 11, 4), ("1", "5")),
        ("claude-3-5-haiku", date(2025, 3, 1), ("0.8", "4")),
        ("claude-3-haiku", date(2025, 1, 1), ("0.25", "1.25")),
        ("claude-3-opus", date(2025, 1, 1), ("15", "75")),
        ("claude-2.0", date(2023, 7, 11), ("11.02", "32.68")),
        ("claude-2.1", date(2023, 11, 21), ("8", "24")),
        ("claude-mythos-preview", date(2026, 5, 1), ("25", "125")),
        ("text-davinci-003", date(2023, 6, 1), ("20", "20")),
        ("gpt-3.5-turbo", date(2023, 6, 12), ("2", "2")),
        ("gpt-3.5-turbo", date(2023, 6, 13), ("1.5", "2")),
        ("gpt-3.5-turbo", date(2024, 2, 16), ("0.5", "1.5")),
        ("gpt-3.5-turbo-0301", date(2023, 6, 12), ("2", "2")),
        ("gpt-3.5-turbo-1106", date(2024, 1, 1), ("1", "2")),
        ("gpt-4", date(2024, 1, 1), ("30", "60")),
        ("gpt-4-32k", date(2024, 1, 1), ("60", "120")),
        ("gpt-4-turbo", date(2024, 5, 1), ("10", "30")),
        ("gpt-4.1", DAY, ("2", "8")),
        ("gpt-4.1-mini", DAY, ("0.4", "1.6")),
        ("gpt-4.1-nano", date(2026, 10, 1), ("0.1", "0.4")),
        ("o1", date(2025, 1, 1), ("15", "60")),
        ("o1-pro", date(2025, 4, 1), ("150", "600")),
        ("o3-pro", DAY, ("20", "80")),
        ("o4-mini", date(2025, 5, 1), ("1.1", "4.4")),
        ("gpt-5", DAY, ("1.25", "10")),
        ("gpt-5-mini", DAY, ("0.25", "2")),
        ("gpt-5-nano", DAY, ("0.05", "0.4")),
        ("gpt-5.6-sol", date(2026, 8, 20), ("5", "30")),
        ("gpt-5.6-sol", date(2026, 8, 21), ("4", "20")),
        ("gpt-5.6-luna", date(2026, 7, 29), ("1", "6")),
        ("gpt-5.6-luna", date(2026, 7, 30), ("0.2", "1.2")),
        ("gpt-6-sol", DAY, ("2", "10")),
        ("gpt-6-luna", DAY, ("0.1", "0.5")),
        ("gpt-6-astra", DAY, ("10", "50")),
        ("gemini-1.5-flash", date(2024, 8, 11), ("0.35", "1.05")),
        ("gemini-1.5-flash", date(2024, 8, 12), ("0.075", "0.3")),
        ("gemini-1.5-pro", date(2024, 9, 30), ("3.5", "10.5")),
        ("gemini-1.5-pro", date(2024, 10, 1), ("1.25", "5")),
        ("gemini-2.0-flash", date(2025, 6, 1), ("0.1", "0.4")),
        ("gemini-2.5-flash-lite", DAY, ("0.1", "0.4")),
        ("gemini-3.1-pro-preview", DAY, ("2", "12")),
        ("gemini-3.6-flash", date(2026, 7, 21), ("1.5", "7.5")),
        ("gemini-3.6-flash", DAY, ("0.75", "3.75")),
        ("gemini-3.6-flash", date(2027, 1, 1), ("1.5", "7.5")),
    ],
)
def test_prices_that_people_check_by_hand(catalog: Catalog, model: str, day: date, rates: tuple[str, str]) -> None:
    price = catalog.get_offering(model, at=day).pricing_at(day)
    assert price is not None
    assert (price.rate("input"), price.rate("output")) == tuple(map(Decimal, rates))


def test_a_snapshot_of_a_later_day_has_no_price_before_it(catalog: Catalog) -> None:
    wrong = []
    for model in catalog.models():
        release = model.metadata.release_date
        for alias in model.aliases:
            made = snapshot_day(alias.name)
            if model.provider in THREE_MAKERS and made and release and made > release + timedelta(days=31):
                wrong += [(model.key, alias.name)] if alias.since is None or alias.since < made else []
    assert wrong == []


def snapshot_day(name: str) -> date | None:
    """The day in a snapshot's name, as ``-2024-08-06`` or ``-20240806``."""
    found = re.search(r"-(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$", name)
    return date(*map(int, found.groups())) if found else None


@pytest.mark.parametrize(
    ("model", "window", "output"),
    [
        ("claude-sonnet-4.5", 200_000, 64_000),
        ("claude-opus-4.1", 200_000, 32_000),
        ("claude-sonnet-5.5", 1_000_000, 128_000),
        ("gpt-4o", 128_000, 16_384),
        ("gpt-4o-2024-05-13", 128_000, 4_096),
        ("gemini-2.5-pro", 1_048_576, 65_536),
        ("gpt-4", 8_192, 8_192),
        ("gpt-3.5-turbo", 16_385, 4_096),
        ("gpt-4-turbo", 128_000, 4_096),
        ("gpt-4.1", 1_047_576, 32_768),
        ("o3", 200_000, 100_000),
        ("gpt-5", 272_000, 128_000),
        ("gpt-5-chat-latest", 128_000, 16_384),
        ("gpt-5.5", 922_000, 128_000),
        ("claude-3-opus", 200_000, 4_096),
        ("claude-haiku-4.5", 200_000, 64_000),
        ("claude-opus-5.5", 1_000_000, 128_000),
        ("gemini-2.0-flash", 1_048_576, 8_192),
        ("gemini-3.8-flash", 1_048_576, 65_536),
    ],
)
def test_windows_that_people_check_by_hand(catalog: Catalog, model: str, window: int, output: int) -> None:
    spec = catalog.get_model(model)
    assert (spec.context_window_input, spec.context_window_output) == (window, output)


@pytest.mark.parametrize(
    ("model", "day", "rate"),
    [
        ("claude-sonnet-5-5", date(2026, 10, 6), "0.2"),
        ("claude-sonnet-5-5", date(2026, 10, 7), "0.1"),
        ("claude-opus-5-5", DAY, "0.2"),
        ("claude-fable-5-1", DAY, "0.25"),
        ("o3", date(2025, 6, 9), "2.5"),
        ("o3", date(2025, 6, 10), "0.5"),
        ("gemini-2.5-flash", date(2025, 11, 6), "0.075"),
        ("gemini-2.5-flash", date(2025, 11, 7), "0.03"),
        ("gpt-6.1-sol", DAY, "0.1"),
    ],
)
def test_cache_reads_that_people_check_by_hand(catalog: Catalog, model: str, day: date, rate: str) -> None:
    price = catalog.get_offering(model, at=day).pricing_at(day)
    assert price is not None
    assert price.rate("cache_read") == Decimal(rate)


@pytest.mark.parametrize(
    ("model", "status", "retires_on", "replacement"),
    [
        ("gemini-2.5-pro", ModelStatus.RETIRED, date(2026, 10, 16), ("gemini-3.1-pro-preview",)),
        ("gemini-2.5-flash", ModelStatus.RETIRED, date(2026, 10, 16), ("gemini-3.6-flash",)),
        ("gemini-2.5-flash-lite", ModelStatus.RETIRED, date(2026, 10, 16), ("gemini-3.1-flash-lite",)),
        ("gemini-2.0-flash", ModelStatus.RETIRED, date(2026, 6, 1), ("gemini-3.6-flash",)),
        ("claude-sonnet-4.5", ModelStatus.DEPRECATED, date(2026, 11, 30), ("claude-sonnet-5-5",)),
        ("claude-opus-4.1", ModelStatus.RETIRED, date(2026, 8, 5), ("claude-opus-4-8",)),
        ("gpt-5", ModelStatus.DEPRECATED, date(2026, 12, 11), ("gpt-6.1-sol",)),
        ("gpt-4o", ModelStatus.DEPRECATED, date(2027, 1, 14), ("gpt-6-luna",)),
        ("gpt-5.5-cyber", ModelStatus.DEPRECATED, date(2027, 2, 1), ()),
        ("o4-mini", ModelStatus.RETIRED, date(2026, 10, 23), ("gpt-5.6-terra",)),
    ],
)
def test_retirements_that_people_check_by_hand(
    catalog: Catalog, model: str, status: ModelStatus, retires_on: date | None, replacement: tuple[str, ...]
) -> None:
    spec = catalog.get_model(model)
    assert (spec.status_at(AT), spec.lifecycle.retires_on, spec.lifecycle.replacement) == (status, retires_on, replacement)


# The facts that were read on vendors' own pages

RATE_FIELDS = {"input_per_1m": "input", "output_per_1m": "output", "cache_read_per_1m": "cache_read"}
RATE_FIELDS |= {"cache_write_5m_per_1m": "cache_write_5m", "cache_write_1h_per_1m": "cache_write_1h"}


def vendor_facts(path: Path) -> Iterator[dict[str, Any]]:
    for line in (path / "vendor_facts.jsonl").read_text().splitlines():
        fact = json.loads(line)
        if fact["provider"] in THREE_MAKERS and not fact.get("historical") and not fact.get("superseded"):
            yield fact


def as_of(fact: dict[str, Any]) -> date:
    """The last day of what ``as_of`` names: a month's fact is held against the end of the month, at most today."""
    text = fact["as_of"]
    if len(text) == len("2026-11-22"):
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7] or 12)
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date.fromordinal(following.toordinal() - 1), DAY)


def held_value(catalog: Catalog, model: ModelSpec, fact: dict[str, Any]) -> object:
    """What the catalogue says where the vendor's page says ``fact['value']``."""
    field = fact["field"]
    if field.startswith("capability:"):
        support = model.support(field.removeprefix("capability:"))
        return {Support.SUPPORTED: True, Support.UNSUPPORTED: False, Support.UNKNOWN: "unknown"}[support]
    if field == "context_window_input" and fact.get("limit_kind") == "total_context":
        return model.metadata.context_window or model.context_window_input
    if field == "replacement":
        return fact["value"] if fact["value"] in model.lifecycle.replacement else model.lifecycle.replacement
    if field in {"retires_on", "deprecated_on"}:
        return str(getattr(model.lifecycle, field))
    if field == "release_date":
        return str(model.metadata.release_date)
    if field in {"context_window_input", "context_window_output", "knowledge_cutoff"}:
        return getattr(model.metadata, field)
    return held_rate(catalog, model, fact)


def held_rate(catalog: Catalog, model: ModelSpec, fact: dict[str, Any]) -> object:
    # A page dated by its month only may be younger than the month's end; it cannot be older than the model.
    price = catalog.get_offering(model.key).pricing_at(max(as_of(fact), model.metadata.release_date or date.min))
    assert price is not None, (model, fact)
    field = fact["field"]
    if field in RATE_FIELDS:
        return price.rate(RATE_FIELDS[field])
    meter = "output" if "output" in field else "input"
    if field.startswith("batch_"):
        override = next(o for o in price.overrides if o.when.service_tier == "batch" and o.when.input_tokens_above is None)
        factor = override.multiply.get(meter, override.multiply.get("tokens"))
        return override.rates[meter].amount if meter in override.rates else price.rates[meter].amount * factor
    assert field == "input_per_1m_above", fact
    tiers = [o for o in price.overrides if o.when.input_tokens_above == fact["threshold"] and o.when.service_tier is None]
    return tiers[0].rates[meter].amount


def test_no_fact_read_on_a_vendors_page_contradicts_the_catalogue(catalog: Catalog, shared_sources: Path) -> None:
    wrong, checked, absent = [], 0, set()
    for fact in vendor_facts(shared_sources):
        try:
            model = catalog.get_model(f"{fact['provider']}/{fact['model']}")
        except LookupError:
            absent.add(fact["model"])  # models that do not chat come with the next issue; the set is checked below
            continue
        checked += 1
        held = held_value(catalog, model, fact)
        stated = fact["value"] if isinstance(fact["value"], (str, bool)) else Decimal(str(fact["value"]))
        if held != stated and not (fact["field"] == "knowledge_cutoff" and str(stated).startswith(str(held))):
            wrong.append((fact["model"], fact["field"], fact["value"], held, fact["url"]))
    assert wrong == []
    assert checked >= 100
    assert absent <= {
        "chatgpt-image-latest",
        "gemini-3-pro-image-preview",
        "gemini-3.1-flash-live-preview",
        "gpt-realtime",
    }, "only models that do not chat may be absent"
