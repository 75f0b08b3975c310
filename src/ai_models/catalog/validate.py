"""Validation as one call: read files, check each and all together, and list every problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from ai_models.catalog.checks import check_model, check_pricing
from ai_models.catalog.contract_files import Market, Sellers, Sold, check_contract
from ai_models.catalog.crosscheck import Known, check_catalogue
from ai_models.catalog.files import CatalogFiles, read_files
from ai_models.catalog.problems import Problem, displayed
from ai_models.errors import CatalogError
from ai_models.models.base import ModelSpec

__all__ = ["Beside", "load_valid", "validate"]


class Beside(Sellers, Protocol):
    """What validation asks of the ``Catalog`` that files stand beside; importing it here would close a circle."""

    def models(self) -> list[ModelSpec]:
        """Every model."""

    @property
    def sources(self) -> Mapping[str, object]:
        """The sources of facts, by the names that evidence uses."""


def validate(paths: Iterable[Path], *, beside: Beside | None = None) -> CatalogFiles:
    """Read the files at or below the paths as one catalogue; ``problems`` lists all that is wrong, sorted by place.

    Args:
        paths: YAML files, or directories of them.
        beside: a catalogue whose models, sources and offerings the files may refer to.
    """
    roots = list(paths)
    files = read_files(roots)
    for loaded in files.models:
        check_model(loaded)
    for priced in files.pricing:
        check_pricing(priced)
    for contract in files.contracts:
        check_contract(contract, _market(files, beside))
    check_catalogue(files, Known() if beside is None else Known.of(beside.models(), beside.sources))
    files.problems.extend(problem for document in files.documents for problem in document.problems)
    if not (files.documents or files.problems):
        files.problems.append(_nothing(roots))
    files.problems.sort()
    return files


def _market(files: CatalogFiles, beside: Beside | None) -> Market:
    """What the files sell, and a catalogue beside them."""
    own = {loaded.content.provider: loaded.content for loaded in files.pricing}
    known = {} if beside is None else beside.providers
    maker_own = {(f.content.provider, f.content.pricing_ref or f.content.model_id): f.content.model_id for f in files.models}

    def sold(provider: str) -> Sold:
        file, entry = own.get(provider), known.get(provider)
        offerings = {} if file is None else {key: offering.model for key, offering in file.models.items()}
        matched = {key: model or _key(provider, maker_own.get((provider, key))) for key, model in offerings.items()}
        if beside is not None and entry is not None:
            matched = {offering.id: offering.model for offering in beside.offerings(provider=provider)} | matched
        return Sold.of(matched.items(), (file.regions if file is not None else []) or (entry.regions if entry else []))

    return Market({*own, *known}, sold)


def _key(maker: str, model_id: str | None) -> str | None:
    return None if model_id is None else f"{maker}/{model_id}"


def _nothing(roots: list[Path]) -> Problem:
    """An emptied directory or a mistyped path must not pass for a catalogue without faults."""
    place = ", ".join(displayed(root) for root in roots)
    return Problem(file=place or "no path", line=0, field="", message="holds no catalogue file (*.yaml, *.yml)")


def load_valid(paths: Iterable[Path]) -> CatalogFiles:
    """The files of a catalogue that is free of problems.

    Raises:
        CatalogError: something is wrong; ``problems`` lists all of it.
    """
    files = validate(paths)
    if files.problems:
        raise _error(files.problems)
    return files


def _error(problems: list[Problem]) -> CatalogError:
    count = len(problems)
    return CatalogError(
        f"the catalogue has {count} problem{'s' if count != 1 else ''}:", problems=[str(p) for p in problems]
    )
