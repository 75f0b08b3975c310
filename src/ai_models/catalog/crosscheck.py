"""What only the whole catalogue can show: names claimed twice, references that lead nowhere, unnamed sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ai_models.catalog.files import CatalogFiles, Loaded
from ai_models.catalog.problems import nearest, shown
from ai_models.catalog.schema import ModelFile, PricingFile
from ai_models.models.base import Alias

__all__ = ["check_catalogue", "names_of"]


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


def check_catalogue(files: CatalogFiles) -> None:
    """Report what is wrong between the files of one catalogue."""
    _check_folders(files.models)
    _check_names(files.models)
    _check_offerings_twice(files.pricing)
    _check_references(files)
    _check_evidence(files)


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


def _claims(loaded: Loaded[ModelFile]) -> Iterator[_Claim]:
    model = loaded.content
    yield _Claim(loaded, model.model_id, None, None, ("model_id",))
    for place, alias in enumerate(model.aliases):
        if isinstance(alias, str):
            yield _Claim(loaded, alias, None, None, ("aliases", place))
        else:
            yield _Claim(loaded, alias.name, alias.since, alias.until, ("aliases", place))


def _is_history(one: _Claim, other: _Claim) -> bool:
    """A dated pointer that has ended, beside the id of the model that bears the name since."""
    ids = [claim for claim in (one, other) if claim.path == ("model_id",)]
    pointers = [claim for claim in (one, other) if claim.until is not None]
    return len(ids) == 1 and len(pointers) == 1


def _check_offerings_twice(pricing: list[Loaded[PricingFile]]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for loaded in pricing:
        for offering_id in loaded.content.models:
            first = seen.setdefault((loaded.content.provider, offering_id), loaded.file)
            if first != loaded.file:
                line = loaded.document.line_of("models", offering_id)
                loaded.document.report(line, f"is priced in {first} too", field=f"models.{offering_id}")


def _check_references(files: CatalogFiles) -> None:
    names = {f"{f.content.provider}/{alias.name}" for f in files.models for alias in names_of(f.content)}
    sold = {loaded.content.provider: loaded.content.models for loaded in files.pricing}
    for loaded in files.models:
        model = loaded.content
        if model.pricing_ref is not None and model.provider in sold and model.pricing_ref not in sold[model.provider]:
            _unknown(loaded, ("pricing_ref",), model.pricing_ref, sold[model.provider], "is not in the maker's pricing file")
        for place, name in enumerate(model.lifecycle.replacement):
            if (name if "/" in name else f"{model.provider}/{name}") not in names:
                known = [other.partition("/")[2] for other in names if other.startswith(f"{model.provider}/")]
                _unknown(loaded, ("lifecycle", "replacement", place), name, known, "is not a model of the catalogue")
    ids = {f"{f.content.provider}/{f.content.model_id}" for f in files.models}
    for priced in files.pricing:
        for offering_id, entry in priced.content.models.items():
            if entry.model is not None and entry.model not in ids:
                _unknown(priced, ("models", offering_id, "model"), entry.model, ids, "is not a model of the catalogue")


def _check_evidence(files: CatalogFiles) -> None:
    sources = {name for loaded in files.sources for name in loaded.content.sources}
    if not sources:
        return
    for loaded in files.models:
        for field, named in loaded.content.evidence.items():
            for place, source in enumerate(named):
                if source not in sources:
                    _unknown(loaded, ("evidence", field, place), source, sources, "is not named in the sources file")
    for priced in files.pricing:
        for offering_id, entry in priced.content.models.items():
            for number, version in enumerate(entry.pricing_versions):
                for place, source in enumerate(version.evidence):
                    path = ("models", offering_id, "pricing_versions", number, "evidence", place)
                    if source not in sources:
                        _unknown(priced, path, source, sources, "is not named in the sources file")


def _unknown(loaded: Loaded[Any], path: tuple[str | int, ...], found: str, known: Iterable[str], message: str) -> None:
    field = ".".join(str(step) for step in path if isinstance(step, str))
    document = loaded.document
    document.report(document.line_of(*path), message, field=field, found=shown(found), nearest=nearest(found, known))
