"""A new model: its definition and its price as two YAML files' worth of text, checked before anything is written.

A pricing file that exists is added to as text, so that every comment and line of it stays. The price is written before the
definition: whoever is interrupted between the two leaves an offering of no model, which is a valid catalogue.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from msgspec import Struct

from ai_models.catalog.aside import write_aside
from ai_models.catalog.catalog import Catalog
from ai_models.catalog.checks import derived_capabilities
from ai_models.catalog.crosscheck import MANUAL
from ai_models.catalog.validate import validate
from ai_models.errors import CatalogError
from ai_models.models.base import ModelSpec
from ai_models.models.capabilities import ModelCapability, in_order
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["NewModel", "Place", "add_model"]

_MAKER = re.compile(r"[a-z0-9][a-z0-9.-]*")
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


class NewModel(Struct, frozen=True, kw_only=True):
    """What a person knows of a new model; windows in tokens, rates by rate key in USD, None is unknown."""

    model_id: str
    maker: str
    name: str
    verified: date
    family: str | None = None
    context_window_input: int | None = None
    context_window_output: int | None = None
    knowledge_cutoff: str | None = None
    release_date: date | None = None
    aliases: tuple[str, ...] = ()
    capabilities: frozenset[ModelCapability] = frozenset()
    unsupported: frozenset[ModelCapability] = frozenset()
    rates: Mapping[str, Decimal] = {}
    documentation_url: str | None = None

    def like(self, other: ModelSpec) -> NewModel:
        """This model with what it leaves open taken from another: windows and capabilities, never a price.

        Family and documentation are its maker's, and are taken only from a model of the same one.
        """
        declared = self.capabilities | self.unsupported
        derived = set(derived_capabilities(1))
        sibling = other if other.provider == self.maker else None
        return NewModel(
            model_id=self.model_id,
            maker=self.maker,
            name=self.name,
            verified=self.verified,
            family=self.family or (sibling.metadata.family if sibling else None),
            context_window_input=self.context_window_input or other.context_window_input,
            context_window_output=self.context_window_output or other.context_window_output,
            knowledge_cutoff=self.knowledge_cutoff,
            release_date=self.release_date,
            aliases=self.aliases,
            capabilities=self.capabilities | (other.capabilities - declared - derived),
            unsupported=self.unsupported | (other.unsupported - declared - derived),
            rates=self.rates,
            documentation_url=self.documentation_url or (sibling.docs_url if sibling else None),
        )


class Place(NamedTuple):
    """The two directories of a catalogue: one of definitions by maker, one of pricing files by provider."""

    definitions: Path
    pricing: Path


def add_model(model: NewModel, place: Place, beside: Catalog | None = None) -> tuple[Path, Path | None]:
    """Write a model's definition and, where it has rates, its price; gives the files.

    The whole catalogue at ``place``, with the new files, is checked first in a copy; ``beside`` is a catalogue that its
    files may refer to.

    Raises:
        CatalogError: the model exists, or the catalogue would have problems; nothing is written.
    """
    if not _MAKER.fullmatch(model.maker):
        raise CatalogError(f"{model.maker!r} cannot be a maker's id; write lower-case letters, digits, dots and dashes")
    definition = place.definitions / model.maker / f"{_NOT_IN_A_NAME.sub('_', model.model_id.lower()).strip('_')}.yaml"
    price = place.pricing / f"{model.maker}.yaml" if model.rates else None
    if definition.exists():
        raise CatalogError(f"{definition} exists; edit it, or remove it to add the model again")
    texts = {definition: _definition(model, priced=price is not None)}
    if price is not None:
        texts = {price: _with_price(model, price), **texts}
    _check(place, texts, beside)
    for path, text in texts.items():
        write_aside(path, text.encode())
    return definition, price


def _check(place: Place, texts: Mapping[Path, str], beside: Catalog | None) -> None:
    """Validate a copy of the catalogue that has the new texts in it."""
    with tempfile.TemporaryDirectory(prefix="ai-models-add-") as name:
        copy = Place(Path(name) / "definitions", Path(name) / "data")
        for original, copied in zip(place, copy, strict=True):
            copied.mkdir()
            if original.is_dir():
                shutil.copytree(original, copied, dirs_exist_ok=True, ignore=_only_yaml)
            for path, text in texts.items():
                if path.is_relative_to(original):
                    write_aside(copied / path.relative_to(original), text.encode())
        problems = [str(problem).replace(name, "") for problem in validate(copy, beside=beside).problems]
    if problems:
        raise CatalogError("nothing was written, because the catalogue would have problems:", problems=problems)


def _only_yaml(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not (name.endswith((".yaml", ".yml")) or Path(folder, name).is_dir())}


def _definition(model: NewModel, *, priced: bool) -> str:
    facts = {
        "context_window_input": model.context_window_input,
        "context_window_output": model.context_window_output,
        "knowledge_cutoff": model.knowledge_cutoff,
        "release_date": model.release_date,
    }
    derived = derived_capabilities(model.context_window_input)
    supported = in_order(model.capabilities | {capability for capability, holds in derived.items() if holds})
    unsupported = in_order(model.unsupported | {capability for capability, holds in derived.items() if not holds})
    known = [name for name, value in facts.items() if value is not None]
    document: dict[str, Any] = {
        "model_id": model.model_id,
        "provider": model.maker,
        "aliases": list(model.aliases),
        "metadata": {"name": model.name, "family": model.family, **facts, "last_verified": model.verified},
        "capabilities": [str(capability) for capability in supported],
        "unsupported": [str(capability) for capability in unsupported],
        "pricing_ref": model.model_id if priced else None,
        "documentation": {"url": model.documentation_url},
        "evidence": {name: [MANUAL] for name in (*known, *map(str, supported), *map(str, unsupported))},
    }
    return _yaml(document)


def _with_price(model: NewModel, path: Path) -> str:
    """The pricing file with the new offering as the first one; a new file where there is none."""
    version: dict[str, Any] = {"effective_date": model.release_date or model.verified}
    version |= {key: model.rates[key] for key in RATE_KEYS if key in model.rates}
    entry = {model.model_id: {"display_name": model.name, "pricing_versions": [{**version, "evidence": [MANUAL]}]}}
    block = "".join(f"  {line}\n" for line in _yaml(entry).splitlines())
    if not path.exists():
        return f"provider: {model.maker}\nmodels:\n{block}"
    text = path.read_text(encoding="utf-8")
    head, found, rest = text.partition("\nmodels:\n")
    if not found:
        raise CatalogError(f"{path} has no line `models:` to add the price below; add it by hand")
    return f"{head}{found}{block}{rest}"


class _Dumper(yaml.SafeDumper):
    """Writes amounts digit by digit, as a person would."""


def _amount(dumper: yaml.SafeDumper, amount: Decimal) -> yaml.ScalarNode:
    text = f"{amount:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _amount)


def _yaml(document: Mapping[str, Any]) -> str:
    text: str = yaml.dump(
        dict(document), Dumper=_Dumper, sort_keys=False, default_flow_style=None, allow_unicode=True, width=120
    )
    return text
