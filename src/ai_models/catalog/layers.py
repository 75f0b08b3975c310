"""Overlays laid on a compiled catalogue, the weakest first, each checked on top of what lies below it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, structs

from ai_models.catalog.aside import write_aside
from ai_models.catalog.binding import bind
from ai_models.catalog.checks import check_model, check_pricing
from ai_models.catalog.compiler import (
    Contents,
    compile_contents,
    compile_model,
    compile_offering,
    matched,
    provider_entry,
    source_entries,
)
from ai_models.catalog.contract_files import Market, Sold, check_contract, contract_of
from ai_models.catalog.crosscheck import Known, check_places, check_references
from ai_models.catalog.document import Document, Mapping, Scalar
from ai_models.catalog.files import CatalogFiles, Loaded, format_of, names_in, read_documents
from ai_models.catalog.merging import (
    as_file,
    fields_of,
    guidance_fields,
    model_over,
    offering_fields,
    pricing_over,
    without_old_status,
)
from ai_models.catalog.overlays import Overlay
from ai_models.catalog.problems import Problem, displayed, nearest, shown
from ai_models.catalog.schema import (
    ContractFile,
    EndpointsFile,
    FamilyFile,
    ModelFile,
    OfferingEntry,
    PricingFile,
    SourcesFile,
)
from ai_models.catalog.snapshot import (
    OverlayEntry,
    ProviderEntry,
    Shard,
    Snapshot,
    SourceEntry,
    decode_model,
    decode_offering,
)
from ai_models.errors import CatalogError
from ai_models.models.base import ModelSpec, Optimization, family_guidance
from ai_models.pricing.contracts import Contract
from ai_models.pricing.models import Offering, PricingVersion, version_field

__all__ = ["Layers", "combine", "keep"]

T = TypeVar("T", bound=Struct)

_log = logging.getLogger(__name__)


def combine(base: Snapshot, overlays: Iterable[Overlay], mark: str = "") -> bytes:
    """The snapshot of a catalogue with overlays laid on it.

    Raises:
        CatalogError: the overlays have problems; it lists all of them.
    """
    layers = Layers(base)
    for overlay in overlays:
        layers.lay(overlay)
    if layers.problems:
        problems = [str(problem) for problem in sorted(set(layers.problems))]
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        raise CatalogError(f"the overlays on the catalogue have {count}:", problems=problems)
    return compile_contents(layers.contents(), mark)


def keep(path: Path, data: bytes) -> None:
    """Keep a combined snapshot for the next process, for its owner's eyes, if its place can be written."""
    try:
        write_aside(path, data, mode=0o600)  # a user's own prices may be nobody else's business
    except OSError as error:
        _log.info("the catalogue with overlays stays in memory, its place cannot be written: %s", error)


class Layers:
    """A catalogue while overlays are laid on it; ``problems`` lists what is wrong with them."""

    def __init__(self, base: Snapshot) -> None:
        self.problems: list[Problem] = []
        self._providers = base.section("providers", dict[str, ProviderEntry])
        self._sources = base.section("sources", dict[str, SourceEntry])
        self._families = base.section("families", dict[str, Optimization])
        self._contracts = base.section("contracts", dict[str, Contract])
        self._used = list(base.section("overlays", tuple[OverlayEntry, ...]))
        self._specs: dict[str, ModelSpec] = {}
        self._offerings: dict[str, dict[str, Offering]] = defaultdict(dict)
        for name in base.header.sections:
            if name.startswith("shard:"):
                self._unpack(base.section(name, Shard))
        self._models = {key: _shipped(spec) for key, spec in self._specs.items()}

    def _unpack(self, shard: Shard) -> None:
        for raw in shard.models.values():
            spec = decode_model(raw)
            self._specs[spec.key] = spec
        for raw in shard.offerings.values():
            offering = decode_offering(raw)
            self._offerings[offering.provider][offering.id] = offering

    @property
    def overlays(self) -> tuple[OverlayEntry, ...]:
        """The overlays that were laid, the weakest first."""
        return tuple(self._used)

    def has_model(self, maker: str, model_id: str) -> bool:
        """Whether a maker's model is defined."""
        return f"{maker}/{model_id}" in self._specs

    def sells(self, provider: str, offering_id: str) -> bool:
        """Whether a provider has an offering of exactly this id."""
        return offering_id in self._offerings.get(provider, {})

    def contents(self) -> Contents:
        """Everything together."""
        return Contents(
            specs=list(self._specs.values()),
            offerings=[offering for sold in self._offerings.values() for offering in sold.values()],
            providers=self._providers,
            sources=self._sources,
            families=self._families,
            overlays=self.overlays,
            contracts=self._contracts,
        )

    def lay(self, overlay: Overlay) -> None:
        """Lay one overlay on all that there is: its sources, families, models, prices and contracts, in this order."""
        if overlay.problem:
            self._misnamed(overlay, overlay.problem)
            return
        if not Path(overlay.path).exists():
            self._misnamed(overlay, f"{displayed(Path(overlay.path))} does not exist")
            return
        models, offerings = dict(self._specs), {key: dict(sold) for key, sold in self._offerings.items()}
        documents = list(read_documents([Path(overlay.path)], self.problems))
        files = self._bound(documents)
        check_places(files)
        self._check_references(files)
        self.problems.extend(problem for document in documents for problem in document.problems)
        changed = [key for key, spec in self._specs.items() if spec is not models.get(key)]
        sold = [
            offering.id in offerings.get(provider, {})
            for provider, own in self._offerings.items()
            for offering in own.values()
            if offering is not offerings.get(provider, {}).get(offering.id)
        ]
        self._used.append(
            OverlayEntry(
                path=overlay.path,
                named_in=overlay.named_in,
                files=len(documents),
                models_added=sum(key not in models for key in changed),
                models_changed=sum(key in models for key in changed),
                offerings_added=sold.count(False),
                offerings_changed=sold.count(True),
                contracts=len(files.contracts),
            )
        )

    def _misnamed(self, overlay: Overlay, message: str) -> None:
        named_in = displayed(Path(overlay.named_in)) if overlay.line or overlay.problem else overlay.named_in
        self.problems.append(Problem(file=named_in, line=overlay.line, field=overlay.field, message=message))

    def _bound(self, documents: Sequence[Document]) -> CatalogFiles:
        by_kind: dict[type[Struct] | None, list[Document]] = defaultdict(list)
        for document in documents:
            by_kind[format_of(document)].append(document)
        files = CatalogFiles()
        for document in by_kind[SourcesFile]:
            self._lay_sources(document, files)
        for document in by_kind[FamilyFile]:
            self._lay_family(document, files)
        seen: dict[str, str] = {}
        for document in by_kind[ModelFile]:
            self._lay_model(document, files, seen)
        for document in by_kind[PricingFile]:
            self._lay_prices(document, files)
        for document in by_kind[ContractFile]:
            self._lay_contract(document, files)
        for document in by_kind[EndpointsFile]:
            bind(document, EndpointsFile)  # nothing of the catalogue's: only checked here, and read by the providers
        return files

    # One file each

    def _lay_sources(self, document: Document, files: CatalogFiles) -> None:
        content = bind(document, SourcesFile)
        if content is not None:
            files.sources.append(Loaded(document, content))
            self._sources |= source_entries(content)

    def _lay_family(self, document: Document, files: CatalogFiles) -> None:
        """What a family shares is added to every model of it, after the guidance that the model has."""
        content = bind(document, FamilyFile)
        if content is None or document.root is None:
            return
        files.families.append(Loaded(document, content))
        self._families[content.family] = family_guidance(content.optimization, self._families.get(content.family))
        origins = dict.fromkeys(guidance_fields(document.root), _origin(document))
        for key, spec in self._specs.items():
            if spec.metadata.family == content.family:
                guidance = family_guidance(content.optimization, spec.optimization)
                self._specs[key] = structs.replace(spec, optimization=guidance, origins=spec.origins | origins)
                self._models[key] = _shipped(self._specs[key])

    def _lay_model(self, document: Document, files: CatalogFiles, seen: dict[str, str]) -> None:
        root = document.root
        assert root is not None  # noqa: S101 it has a format
        key = f"{_text(root, 'provider')}/{_text(root, 'model_id')}"
        if seen.setdefault(key, document.file) != document.file:
            document.report(document.line_of("model_id"), f"{key} is defined in {seen[key]} too", field="model_id")
            return
        base = self._specs.get(key)
        whole = document if base is None else _with(document, model_over(root, base))
        content = bind(whole, ModelFile)
        if content is None:
            files.unbound.update(names_in(root))
            self._hint(document, root, is_new=base is None)
            return
        if base is None:
            spec = compile_model(content, self._families, _origin(document))
        else:
            content = without_old_status(content, root)
            origins = base.origins | dict.fromkeys(fields_of(root), _origin(document))
            spec = structs.replace(compile_model(content, {}, base.origin), origins=origins)
        loaded = Loaded(whole, content)
        check_model(loaded)
        files.models.append(loaded)
        self._specs[key] = spec
        self._models.pop(key, None)  # a problem between two models is reported where the later one stands
        self._models[key] = loaded

    def _hint(self, document: Document, root: Mapping, *, is_new: bool) -> None:
        """Say which model a file may mean that neither defines one whole nor changes one that exists."""
        metadata, maker, model_id = root.get("metadata"), _text(root, "provider"), _text(root, "model_id")
        whole = isinstance(metadata, Mapping) and {"name", "last_verified"} <= set(metadata.keys())
        if not is_new or whole or not maker or not model_id:
            return
        own = [spec for spec in self._specs.values() if spec.provider == maker]
        meant = next((s.model_id for s in own if model_id in {alias.name for alias in s.aliases}), "")
        document.report(
            document.line_of("model_id"),
            "is no model that could be changed, so all that a model needs must be written",
            field="model_id",
            found=shown(model_id),
            nearest=meant or nearest(model_id, [spec.model_id for spec in own]),
        )

    def _lay_prices(self, document: Document, files: CatalogFiles) -> None:
        root = document.root
        assert root is not None  # noqa: S101 it has a format
        provider = _text(root, "provider")
        sold = self._offerings.get(provider, {})
        whole = _with(document, pricing_over(root, self._providers.get(provider), sold))
        content = bind(whole, PricingFile)
        if content is None:
            return
        loaded = Loaded(whole, content)
        check_pricing(loaded)
        files.pricing.append(loaded)
        self._providers[provider] = provider_entry(content)
        for offering_id, entry in content.models.items():
            fields = offering_fields(root, offering_id)
            offering = _offering(provider, offering_id, entry, sold.get(offering_id), fields, _origin(document))
            self._offerings[provider][offering_id] = offering

    def _lay_contract(self, document: Document, files: CatalogFiles) -> None:
        """A contract replaces the one of its name whole: half of an agreement is none."""
        content = bind(document, ContractFile)
        if content is None:
            return
        loaded = Loaded(document, content)
        check_contract(loaded, Market(self._providers, self._sold))
        files.contracts.append(loaded)
        if not document.problems:
            self._contracts[content.name] = contract_of(content)

    def _sold(self, provider: str) -> Sold:
        offerings = matched(list(self._offerings.get(provider, {}).values()), list(self._specs.values()))
        return Sold.of([(offering.id, offering.model) for offering in offerings], self._providers[provider].regions)

    def _check_references(self, files: CatalogFiles) -> None:
        everything = CatalogFiles(models=list(self._models.values()), pricing=files.pricing, unbound=files.unbound)
        sold = {provider: set(own) for provider, own in self._offerings.items()}
        check_references(everything, Known(sources=frozenset(self._sources), offerings=sold))
        self._check_releases(files)

    def _check_releases(self, files: CatalogFiles) -> None:
        """A model cannot be released after a price that lies below; prices of the same overlay are checked themselves."""
        own = {(priced.content.provider, key) for priced in files.pricing for key in priced.content.models}
        for loaded in files.models:
            maker, reference = loaded.content.provider, loaded.content.pricing_ref
            release = loaded.content.metadata.release_date
            offering = self._offerings.get(maker, {}).get(reference or "")
            first = offering.versions[0].effective_from if offering is not None and offering.versions else None
            if release is None or first is None or first.date() >= release or (maker, reference) in own:
                continue
            loaded.document.report(
                loaded.document.line_of("metadata", "release_date"),
                f"is after the first price of {maker}:{reference} on {first.date()}; a price cannot be older than its model",
                field="metadata.release_date",
                found=shown(str(release)),
            )


def _offering(
    provider: str, offering_id: str, entry: OfferingEntry, base: Offering | None, fields: list[str], origin: str
) -> Offering:
    """An offering of an overlay, with the shipped price history up to the overlay's first version."""
    offering = compile_offering(provider, offering_id, entry, origin)
    if base is None:
        return offering
    own = {version_field(version): origin for version in offering.versions}
    versions = (*_before(base, offering), *offering.versions) if offering.versions else base.versions
    kept = {version_field(version) for version in versions}
    origins = {
        field: file for field, file in base.origins.items() if not field.startswith("pricing_versions.") or field in kept
    }
    origins |= dict.fromkeys(fields, origin) | own
    return structs.replace(offering, versions=versions, origin=base.origin, origins=origins)


def _before(base: Offering, offering: Offering) -> Iterator[PricingVersion]:
    """The shipped versions that begin before the overlay's first one does."""
    start = offering.versions[0].effective_from
    for version in base.versions:
        if start is not None and (version.effective_from is None or version.effective_from < start):
            yield version


def _shipped(spec: ModelSpec) -> Loaded[ModelFile]:
    """A model of the catalogue below as if its file had been read: it is checked against, and never reported on."""
    file = displayed(Path(spec.origin)) if Path(spec.origin).is_absolute() else f"shipped {spec.origin}"
    return Loaded(Document(file, Path(spec.origin)), as_file(spec))


def _with(document: Document, root: Mapping) -> Document:
    """The document with another content; what is wrong with it is wrong with the file."""
    return Document(document.file, document.path, root, document.problems)


def _origin(document: Document) -> str:
    return str(document.path.absolute())


def _text(root: Mapping, key: str) -> str:
    node = root.get(key)
    return node.text if isinstance(node, Scalar) else ""
