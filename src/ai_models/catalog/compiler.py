"""From checked files to a snapshot: families merged, defaults filled in, names indexed, one shard a provider."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
from msgspec import Raw, structs

from ai_models.catalog.aside import write_aside
from ai_models.catalog.checks import derived_capabilities
from ai_models.catalog.contract_files import contract_of
from ai_models.catalog.crosscheck import names_of
from ai_models.catalog.files import CatalogFiles
from ai_models.catalog.location import SNAPSHOT, fingerprint, packaged_roots
from ai_models.catalog.own_offering import OwnOfferings
from ai_models.catalog.schema import (
    ModelFile,
    OfferingEntry,
    OverrideEntry,
    PricingFile,
    QuarantineFile,
    RateTerms,
    SourcesFile,
    VersionEntry,
)
from ai_models.catalog.scores import score_conflicts
from ai_models.catalog.snapshot import (
    Index,
    ModelRow,
    OverlayEntry,
    Pointer,
    ProviderEntry,
    Quarantine,
    Quarantined,
    Shard,
    Snapshot,
    SourceEntry,
    pack,
)
from ai_models.catalog.validate import load_valid
from ai_models.errors import CatalogError
from ai_models.models.base import ModelSpec, Optimization, family_guidance
from ai_models.models.benchmarks import each_once
from ai_models.models.capabilities import capability_mask
from ai_models.pricing.contracts import Contract
from ai_models.pricing.meters import RATE_KEYS
from ai_models.pricing.models import Offering, Override, PricingVersion, Rate

__all__ = [
    "Contents",
    "compile_checkout",
    "compile_contents",
    "compile_files",
    "compile_model",
    "compile_offering",
    "compile_packaged",
    "compile_quarantine",
    "matched",
    "provider_entry",
    "source_entries",
]

_log = logging.getLogger(__name__)

Rates = dict[str, Decimal | RateTerms]

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


def compile_checkout(roots: tuple[Path, ...], mark: str) -> Snapshot:
    """Compile a checkout's YAML, keep the result for the next process if its place can be written, and open it.

    Raises:
        CatalogError: the YAML has problems.
    """
    data = compile_files(load_valid(roots), mark)
    try:
        write_aside(SNAPSHOT, data)
    except OSError as error:
        _log.info("the compiled catalogue stays in memory, its place cannot be written: %s", error)
    return Snapshot(data, origin=str(SNAPSHOT))


def compile_packaged(target: Path) -> None:
    """Compile the checkout's own YAML and write the snapshot.

    Raises:
        CatalogError: the YAML has problems, or there is none.
    """
    roots = packaged_roots()
    if not roots:
        raise CatalogError("there is no YAML to compile: this is an installed package, not a checkout")
    write_aside(target, compile_files(load_valid(roots), fingerprint(roots)))


def compile_files(files: CatalogFiles, mark: str = "") -> bytes:
    """The snapshot of a catalogue that is free of problems; the same files give the same bytes."""
    guidance = {loaded.content.family: loaded.content.optimization for loaded in files.families}
    contents = Contents(
        specs=[compile_model(f.content, guidance, f"{f.content.provider}/{f.document.path.name}") for f in files.models],
        offerings=[
            compile_offering(f.content.provider, offering_id, entry, f.document.path.name)
            for f in files.pricing
            for offering_id, entry in f.content.models.items()
        ],
        providers={f.content.provider: provider_entry(f.content) for f in files.pricing},
        sources={name: entry for f in files.sources for name, entry in source_entries(f.content).items()},
        families=guidance,
        quarantine=compile_quarantine(files.quarantine[0].content) if files.quarantine else Quarantine(),
        contracts={loaded.content.name: contract_of(loaded.content) for loaded in files.contracts},
    )
    return compile_contents(contents, mark)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """All that a snapshot holds, in any order; an offering that names no model is matched by its maker's names."""

    specs: list[ModelSpec]
    offerings: list[Offering]
    providers: Mapping[str, ProviderEntry]
    sources: Mapping[str, SourceEntry]
    families: Mapping[str, Optimization]
    overlays: tuple[OverlayEntry, ...] = ()
    quarantine: Quarantine = field(default_factory=Quarantine)
    """Overlays leave it out: the catalogue below them tells it."""
    contracts: Mapping[str, Contract] = field(default_factory=dict)


def compile_contents(contents: Contents, mark: str) -> bytes:
    """The snapshot of these contents; the same ones give the same bytes."""
    specs = sorted(contents.specs, key=lambda spec: (spec.provider, spec.model_id))
    offerings = matched(contents.offerings, specs)
    sections = {
        "index": _encode(_index(specs, OwnOfferings(offerings, contents.providers))),
        "providers": _encode(_counted(contents.providers, offerings)),
        "sources": _encode(contents.sources),
        "offers": _encode(_offers(offerings)),
        "families": _encode(contents.families),
        "overlays": _encode(contents.overlays),
        "quarantine": _encode(contents.quarantine),
        "contracts": _encode(contents.contracts),
    }
    for provider in sorted({spec.provider for spec in specs} | {offering.provider for offering in offerings}):
        shard = Shard(
            models={spec.model_id: Raw(_encode(spec)) for spec in specs if spec.provider == provider},
            offerings={offering.id: Raw(_encode(offering)) for offering in offerings if offering.provider == provider},
        )
        sections[f"shard:{provider}"] = _encode(shard)
    return pack(sections, mark)


def compile_model(model: ModelFile, guidance: Mapping[str, Optimization], origin: str) -> ModelSpec:
    """A definition with what its family shares and what its window decides."""
    derived = derived_capabilities(model.metadata.context_window_input)
    scores = each_once(model.benchmarks)
    holds = [capability for capability, value in derived.items() if value]
    lacks = [capability for capability, value in derived.items() if not value]
    return ModelSpec(
        model_id=model.model_id,
        provider=model.provider,
        metadata=model.metadata,
        lifecycle=model.lifecycle,
        supported_mask=capability_mask([*model.capabilities, *holds]),
        unsupported_mask=capability_mask([*model.unsupported, *lacks]),
        pricing_ref=model.pricing_ref,
        aliases=tuple(names_of(model))[1:],
        reasoning=model.reasoning,
        optimization=family_guidance(model.optimization, guidance.get(model.metadata.family or "")),
        documentation=model.documentation,
        benchmarks=scores,
        evidence={field: tuple(sources) for field, sources in model.evidence.items()},
        conflicts=(*model.conflicts, *score_conflicts(scores)),
        origin=origin,
    )


def matched(offerings: list[Offering], specs: list[ModelSpec]) -> list[Offering]:
    """Offerings by key, each with its model: the one that it names, or the one of its maker that it belongs to."""
    own = {(spec.provider, spec.pricing_ref): spec.key for spec in specs if spec.pricing_ref is not None}
    named = {(spec.provider, spec.model_id): spec.key for spec in specs}
    matched = []
    for offering in offerings:
        key = (offering.provider, offering.id)
        model = offering.model or own.get(key) or named.get(key)
        matched.append(offering if model == offering.model else structs.replace(offering, model=model))
    return sorted(matched, key=lambda offering: (offering.provider, offering.id))


def compile_offering(provider: str, offering_id: str, entry: OfferingEntry, origin: str) -> Offering:
    """An offering with its versions from the oldest to the newest."""
    return Offering(
        provider=provider,
        id=offering_id,
        display_name=entry.display_name,
        model=entry.model,
        versions=tuple(_version(version) for version in reversed(entry.pricing_versions)),
        limits=entry.limits,
        lifecycle=entry.lifecycle,
        unsupported_mask=capability_mask(entry.unsupported),
        region=entry.region,
        quantization=entry.quantization,
        conflicts=tuple(entry.conflicts),
        origin=origin,
    )


def _version(version: VersionEntry) -> PricingVersion:
    return PricingVersion(
        rates=_rates(version.rates),
        overrides=tuple(_override(override, version.rates) for override in version.overrides),
        currency=version.currency,
        effective_from=version.effective_date,
        date_precision=version.date_precision,
        notes=version.notes,
        evidence=tuple(version.evidence),
    )


def _override(override: OverrideEntry, base: Rates) -> Override:
    return Override(
        when=override.when,
        rates=_rates(override.rates, base),
        multiply=override.multiply,
        unavailable=override.unavailable,
        marginal=override.marginal,
        notes=override.notes,
    )


def _rates(written: Rates, base: Rates | None = None) -> dict[str, Rate]:
    """Rates by meter; one that is the ``same_as`` another takes that one's amount, from beside it or from the base card."""
    amounts = {RATE_KEYS[key].meter: _amount(value) for key, value in {**(base or {}), **written}.items()}
    rates: dict[str, Rate] = {}
    for key, value in written.items():
        meter, per = RATE_KEYS[key].meter, RATE_KEYS[key].per
        if isinstance(value, Decimal):
            rates[meter] = Rate(value, per)
        else:
            amount = amounts[value.same_as or meter]
            assert amount is not None  # noqa: S101 checks._rates_findings
            rates[meter] = Rate(amount, per, value.minimum, value.increment, value.same_as)
    return rates


def _amount(value: Decimal | RateTerms) -> Decimal | None:
    return value.price if isinstance(value, RateTerms) else value


def provider_entry(pricing: PricingFile) -> ProviderEntry:
    """Who sells; how much is counted when everything is there."""
    return ProviderEntry(
        display_name=pricing.display_name or pricing.provider,
        pricing_url=pricing.pricing_url,
        regions=pricing.regions,
        makers=pricing.makers,
    )


def _counted(providers: Mapping[str, ProviderEntry], offerings: list[Offering]) -> dict[str, ProviderEntry]:
    sold = Counter(offering.provider for offering in offerings)
    histories = Counter(offering.provider for offering in offerings if len(offering.versions) > 1)
    return {
        provider: structs.replace(entry, offerings=sold[provider], histories=histories[provider])
        for provider, entry in providers.items()
    }


def source_entries(file: SourcesFile) -> dict[str, SourceEntry]:
    """The sources of a file, by name."""
    return {
        name: SourceEntry(s.name, s.url, s.licence, s.version, s.retrieved.isoformat() if s.retrieved else None, s.notes)
        for name, s in sorted(file.sources.items())
    }


def compile_quarantine(file: QuarantineFile) -> Quarantine:
    """What was left out, as one list."""
    return Quarantine(
        claims=tuple(
            Quarantined(reason, source, entry.subject, entry.field, entry.value, entry.against, entry.where)
            for reason, by_source in file.quarantine.items()
            for source, entries in by_source.items()
            for entry in entries
        ),
        no_model={key: reason for reason, keys in file.no_model.items() for key in keys},
        first_party=frozenset(file.first_party),
    )


def _offers(offerings: list[Offering]) -> dict[str, list[str]]:
    """Who sells each model: ``maker/model_id`` -> ``provider:id``; offerings of no model stand under an empty key."""
    offers: dict[str, list[str]] = defaultdict(list)
    for offering in offerings:
        offers[offering.model or ""].append(offering.key)
    return dict(offers)


def _index(specs: list[ModelSpec], own: OwnOfferings) -> Index:
    rows = [_row(spec, own.of(spec)) for spec in specs]
    claims: dict[str, list[Pointer]] = defaultdict(list)
    for place, spec in enumerate(specs):
        claims[spec.model_id].append(Pointer(place))
        for alias in spec.aliases:
            claims[alias.name].append(Pointer(place, _ordinal(alias.since), _ordinal(alias.until), alias.floating))
    names = {name: held[0].row for name, held in claims.items() if held == [Pointer(held[0].row)]}
    return Index(rows, names, {name: held for name, held in sorted(claims.items()) if name not in names})


def _row(spec: ModelSpec, offering: Offering | None) -> ModelRow:
    life = spec.lifecycle
    return ModelRow(
        maker=spec.provider,
        model_id=spec.model_id,
        supported=spec.supported_mask,
        unsupported=spec.unsupported_mask,
        offering=None if offering is None else offering.id,
        family=spec.metadata.family,
        window=spec.metadata.context_window_input,
        status=life.status,
        release=_ordinal(spec.metadata.release_date),
        deprecated=_ordinal(life.deprecated_on),
        retires=_ordinal(life.retires_on),
        blend=[] if offering is None else _blend(offering),
        seller=None if offering is None or offering.provider == spec.provider else offering.provider,
    )


def _blend(offering: Offering) -> list[tuple[float | None, float]]:
    """USD for 1M input and 1M output tokens by version: what "cheaper" means where no workload is given."""
    blends: list[tuple[float | None, float]] = []
    for version in offering.versions:
        start = None if version.effective_from is None else version.effective_from.timestamp()
        amounts = [version.rate("input"), version.rate("output")]
        known = [amount for amount in amounts if amount is not None]
        price = float(sum(known)) if len(known) == len(amounts) and version.currency == "USD" else float("inf")
        blends.append((start, price))
    return blends


def _ordinal(day: date | None) -> int | None:
    return None if day is None else day.toordinal()
