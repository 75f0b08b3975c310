"""What only the whole catalogue can show: names claimed twice, references that lead nowhere, unnamed sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from ai_models.catalog.files import CatalogFiles, Loaded
from ai_models.catalog.problems import nearest, shown
from ai_models.catalog.schema import ModelFile, PricingFile, QuarantineFile
from ai_models.models.base import Alias, ModelSpec

__all__ = ["Known", "check_catalogue", "check_places", "check_references", "names_of"]

MANUAL = "manual"
"""The source of what a person wrote into a file by hand; it needs no entry in a sources file."""


class Known(NamedTuple):
    """What a catalogue beside the checked files holds: they may refer to it as to their own."""

    names: frozenset[str] = frozenset()
    """``maker/name`` of every id and alias."""
    models: frozenset[str] = frozenset()
    """``maker/model_id``."""
    sources: frozenset[str] = frozenset()
    offerings: Mapping[str, Collection[str]] = MappingProxyType({})
    """The identifiers under which a provider sells, where the files add to what it sells already."""

    @classmethod
    def of(cls, models: Iterable[ModelSpec], sources: Iterable[str]) -> Known:
        """What these models and these sources make known."""
        specs = tuple(models)
        names = {f"{spec.provider}/{name}" for spec in specs for name in (spec.model_id, *(a.name for a in spec.aliases))}
        return cls(frozenset(names), frozenset(spec.key for spec in specs), frozenset(sources))


@dataclass(frozen=True, slots=True)
class _Claim:
    """A name that a model file claims for a time, and where it says so."""

    loaded: Loaded[ModelFile]
    name: str
    since: date | None
    until: date | None
    path: tuple[str | int, ...]

    def overlaps(self, other: _Claim) -> bool:
        starts_before = self.since is None or other.until is None or self.since < other.until
        return starts_before and (other.since is None or self.until is None or other.since < self.until)


def names_of(model: ModelFile) -> Iterator[Alias]:
    """The model's id, which always holds, and its aliases in one shape."""
    yield Alias(name=model.model_id)
    for alias in model.aliases:
        yield Alias(name=alias) if isinstance(alias, str) else alias


def check_catalogue(files: CatalogFiles, beside: Known) -> None:
    """Report what is wrong between the files of one catalogue, or of one that stands beside another."""
    check_places(files)
    check_references(files, beside)


def check_places(files: CatalogFiles) -> None:
    """Report what stands in the wrong folder, or is written in two files that lie beside each other."""
    _check_folders(files.models)
    _check_offerings_twice(files.pricing)
    _check_written_twice([(loaded, ("family",), loaded.content.family) for loaded in files.families])
    _check_written_twice([(loaded, ("sources", name), name) for loaded in files.sources for name in loaded.content.sources])
    _check_written_twice([(loaded, ("quarantine",), "quarantine") for loaded in files.quarantine])
    _check_written_twice([(loaded, ("name",), loaded.content.name) for loaded in files.contracts])


def check_references(files: CatalogFiles, beside: Known) -> None:
    """Report names that two models claim, and references that lead nowhere."""
    _check_names(files.models)
    _check_shared_prices(files.models)
    _check_first_prices(files)
    _check_replacements(files, beside)
    _check_offerings(files, beside)
    _check_evidence(files, beside)


def _check_folders(models: list[Loaded[ModelFile]]) -> None:
    for loaded in models:
        folder = loaded.document.path.resolve().parent
        if folder.parent.name == "definitions" and folder.name != loaded.content.provider:
            line = loaded.document.line_of("provider")
            loaded.document.report(
                line,
                f"the file lies in the folder of {folder.name!r}",
                field="provider",
                found=shown(loaded.content.provider),
            )


def _check_names(models: list[Loaded[ModelFile]]) -> None:
    """Within one maker a name points to one model at a time. A past pointer may bear a later model's id."""
    by_maker: dict[tuple[str, str], list[_Claim]] = defaultdict(list)
    for loaded in models:
        for claim in _claims(loaded):
            by_maker[loaded.content.provider, claim.name.casefold()].append(claim)
    for claims in by_maker.values():
        for later, claim in enumerate(claims):
            for earlier in claims[:later]:
                if earlier.loaded is not claim.loaded and earlier.overlaps(claim) and not _is_history(earlier, claim):
                    document = claim.loaded.document
                    document.report(
                        document.line_of(*claim.path),
                        f"{claim.name!r} is claimed by {earlier.loaded.content.model_id} too ({earlier.loaded.file})",
                        field=str(claim.path[0]),
                    )


def _claims(loaded: Loaded[ModelFile]) -> Iterable[_Claim]:
    """Each name and time once: a list that repeats itself is reported where it stands, not between files."""
    claims: dict[tuple[str, date | None, date | None], _Claim] = {}
    for place, name in enumerate(names_of(loaded.content)):
        path: tuple[str | int, ...] = ("aliases", place - 1) if place else ("model_id",)
        key = (name.name.casefold(), name.since, name.until)
        claims.setdefault(key, _Claim(loaded, name.name, name.since, name.until, path))
    return claims.values()


def _is_history(one: _Claim, other: _Claim) -> bool:
    """A dated pointer that has ended, beside the id of the model that bears the name since."""
    ids = [claim for claim in (one, other) if claim.path == ("model_id",)]
    # Judged on the day of the facts, as a written status is: a file does not become right because a day has passed.
    verified = max(claim.loaded.content.metadata.last_verified for claim in (one, other))
    ended = [claim for claim in (one, other) if claim.until is not None and claim.until <= verified]
    return len(ids) == 1 and len(ended) == 1


def _check_offerings_twice(pricing: list[Loaded[PricingFile]]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for loaded in pricing:
        for offering_id in loaded.content.models:
            first = seen.setdefault((loaded.content.provider, offering_id), loaded.file)
            if first != loaded.file:
                line = loaded.document.line_of("models", offering_id)
                loaded.document.report(line, f"is priced in {first} too", field=f"models.{offering_id}")


def _check_written_twice(named: list[tuple[Loaded[Any], tuple[str, ...], str]]) -> None:
    first: dict[str, Loaded[Any]] = {}
    for loaded, path, name in named:
        if first.setdefault(name, loaded) is not loaded:
            line = loaded.document.line_of(*path)
            loaded.document.report(line, f"{name!r} is described in {first[name].file} too", field=".".join(path))


def _check_shared_prices(models: list[Loaded[ModelFile]]) -> None:
    """An offering leads back to one model; a second one that refers to it would be left without a price."""
    owners: dict[tuple[str, str], Loaded[ModelFile]] = {}
    for loaded in models:
        reference = loaded.content.pricing_ref
        if reference is None:
            continue
        owner = owners.setdefault((loaded.content.provider, reference), loaded)
        if owner is not loaded:
            line = loaded.document.line_of("pricing_ref")
            message = f"is the price of {owner.content.model_id} already ({owner.file})"
            loaded.document.report(line, message, field="pricing_ref", found=shown(reference))


def _check_first_prices(files: CatalogFiles) -> None:
    """A price at the maker cannot be older than its model."""
    released = {
        (loaded.content.provider, loaded.content.pricing_ref): loaded.content.metadata.release_date
        for loaded in files.models
    }
    for priced in files.pricing:
        for offering_id, entry in priced.content.models.items():
            release = released.get((priced.content.provider, offering_id))
            first = entry.pricing_versions[-1].effective_date if entry.pricing_versions else None
            if release is not None and first is not None and first.date() < release:
                path = ("models", offering_id, "pricing_versions", len(entry.pricing_versions) - 1, "effective_date")
                message = f"is before the model's release on {release}; a price cannot be older than its model"
                line = priced.document.line_of(*path)
                priced.document.report(line, message, field=f"models.{offering_id}", found=str(first.date()))


def _check_replacements(files: CatalogFiles, beside: Known) -> None:
    # A file that did not bind is reported already; what points to its model is not wrong for that.
    own = {f"{f.content.provider}/{alias.name}" for f in files.models for alias in names_of(f.content)}
    names = own | files.unbound | beside.names
    for loaded in files.models:
        maker = loaded.content.provider
        for place, name in enumerate(loaded.content.lifecycle.replacement):
            if (name if "/" in name else f"{maker}/{name}") not in names:
                known = [other.partition("/")[2] for other in names if other.startswith(f"{maker}/")]
                _unknown(loaded, ("lifecycle", "replacement", place), name, known, "is not a model of the catalogue")


def _check_offerings(files: CatalogFiles, beside: Known) -> None:
    sold = {provider: set(ids) for provider, ids in beside.offerings.items()}
    for priced in files.pricing:
        # As written: an offering that did not fit its type is reported already, and is no missing one.
        sold.setdefault(priced.content.provider, set()).update(priced.document.keys_of("models"))
    for loaded in files.models:
        reference, own = loaded.content.pricing_ref, sold.get(loaded.content.provider)
        if reference is not None and own is not None and reference not in own:
            _unknown(loaded, ("pricing_ref",), reference, own, "is not in the maker's pricing file")
    ids = {f"{f.content.provider}/{f.content.model_id}" for f in files.models} | files.unbound | beside.models
    for priced in files.pricing:
        for offering_id, entry in priced.content.models.items():
            if entry.model is not None and entry.model not in ids:
                _unknown(priced, ("models", offering_id, "model"), entry.model, ids, "is not a model of the catalogue")


def _check_evidence(files: CatalogFiles, beside: Known) -> None:
    sources = {name for loaded in files.sources for name in loaded.content.sources} | beside.sources
    if not sources:
        return
    sources.add(MANUAL)
    for loaded in files.models:
        for keys, names in _sources_of(loaded.content):
            _check_named(loaded, keys, names, sources)
    for priced in files.pricing:
        for offering_id, entry in priced.content.models.items():
            for number, version in enumerate(entry.pricing_versions):
                path = ("models", offering_id, "pricing_versions", number, "evidence")
                _check_named(priced, path, version.evidence, sources)
    for kept in files.quarantine:
        for keys, names in _joined_sources(kept.content):
            _check_named(kept, keys, names, sources)


def _sources_of(model: ModelFile) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
    """Where sources are named, and which."""
    yield from ((("evidence", field), named) for field, named in model.evidence.items())
    for place, score in enumerate(model.benchmarks):
        if score.via is not None:
            yield ("benchmarks", place, "via"), [score.via]


def _joined_sources(content: QuarantineFile) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Where sources are named, and which; a claim that rests on several names them all."""
    for reason, by_source in content.quarantine.items():
        yield from ((("quarantine", reason, joined), joined.split(", ")) for joined in by_source)


def _check_named(loaded: Loaded[Any], path: tuple[str | int, ...], named: list[str], sources: set[str]) -> None:
    for place, source in enumerate(named):
        if source not in sources:
            _unknown(loaded, (*path, place), source, sources, "is not named in the sources file")


def _unknown(loaded: Loaded[Any], path: tuple[str | int, ...], found: str, known: Iterable[str], message: str) -> None:
    field = ".".join(str(step) for step in path if isinstance(step, str))
    document = loaded.document
    close = "" if document.is_full else nearest(found, known)
    document.report(document.line_of(*path), message, field=field, found=shown(found), nearest=close)
