"""A new model: its definition and its price as two YAML files' worth of text, checked before anything is written.

A pricing file that exists is added to as text, so that every comment and line of it stays. Both files are written or none.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from msgspec import Struct, structs

from ai_models.catalog.aside import write_aside
from ai_models.catalog.catalog import Catalog
from ai_models.catalog.checks import derived_capabilities
from ai_models.catalog.compiler import Contents, compile_contents
from ai_models.catalog.crosscheck import MANUAL
from ai_models.catalog.document import Scalar, read_document
from ai_models.catalog.layers import Layers
from ai_models.catalog.location import Place
from ai_models.catalog.overlays import Overlay
from ai_models.catalog.snapshot import Snapshot
from ai_models.catalog.sync.edit import edited
from ai_models.catalog.sync.journal import write_all
from ai_models.catalog.sync.plain import check_shape, compose, plain_of
from ai_models.catalog.validate import validate
from ai_models.errors import CatalogError
from ai_models.models.base import ModelSpec
from ai_models.models.capabilities import ModelCapability, in_order
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["Added", "NewModel", "Place", "add_model", "add_to_compiled"]

_MAKER = re.compile(r"[a-z0-9][a-z0-9.-]*")
_LONGEST_STEM = 100
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


class Added(NamedTuple):
    """What was written for a new model: its definition, and its provider's prices where it has any."""

    definition: Path
    price: Path | None


def add_model(model: NewModel, place: Place, beside: Catalog | None = None) -> Added:
    """Write a model's definition and, where it has rates, its price.

    The whole catalogue at ``place``, with the new files, is checked first in a copy; ``beside`` is a catalogue that its
    files may refer to.

    Raises:
        CatalogError: the model exists, the catalogue would have problems, or a file changed meanwhile; nothing is written.
        OSError: a file cannot be written; none was.
    """
    addition = _Addition(model, place)
    _check_copy(place, addition.texts, beside)
    return addition.write()


def add_to_compiled(model: NewModel, place: Place, compiled: Snapshot) -> tuple[Added, Snapshot]:
    """Write a model into a catalogue that was compiled from the files at ``place``; gives the files, and it with them.

    What is compiled was checked, so only what is new is read: it is laid on the rest, and checked against all of it. That
    takes a twentieth of the time.

    Raises:
        CatalogError, OSError: as ``add_model``.
    """
    addition = _Addition(model, place)
    layers = Layers(compiled)
    if layers.has_model(model.maker, model.model_id) or (addition.price and layers.sells(model.maker, model.model_id)):
        raise CatalogError(f"{model.maker}/{model.model_id} exists; edit its files instead")
    with tempfile.TemporaryDirectory(prefix="ai-models-") as name:
        for path, text in addition.parts.items():
            write_aside(Path(name, path), text.encode())
        layers.lay(Overlay(name, "the new model"))
        _refuse_problems(map(str, sorted(set(layers.problems))), name)
    return addition.write(), Snapshot(_as_compiled(layers.contents(), addition), origin=compiled.origin)


def _as_compiled(contents: Contents, addition: _Addition) -> bytes:
    """The contents as if the new files had been compiled with the others, and not laid on them."""
    maker, model_id = addition.model.maker, addition.model.model_id
    specs = [
        structs.replace(spec, origin=f"{maker}/{addition.definition.name}", origins={})
        if spec.model_id == model_id and spec.provider == maker
        else spec
        for spec in contents.specs
    ]
    offerings = [
        structs.replace(offering, origin=f"{maker}.yaml", origins={})
        if offering.id == model_id and offering.provider == maker
        else offering
        for offering in contents.offerings
    ]
    return compile_contents(replace(contents, specs=specs, offerings=offerings, overlays=contents.overlays[:-1]), "")


class _Addition:
    """The texts of a new model's files, and what they were made from; ``parts`` is what is new in them, by itself."""

    def __init__(self, model: NewModel, place: Place) -> None:
        if not _MAKER.fullmatch(model.maker):
            raise CatalogError(f"{model.maker!r} cannot be a maker's id; write lower-case letters, digits, dots and dashes")
        self.model = model
        self.place = place
        self.definition = _free_path(model, place.definitions / model.maker)
        self.price = place.pricing / f"{model.maker}.yaml" if model.rates else None
        definition = _definition(model, priced=self.price is not None)
        self.texts = {self.definition: definition}
        self.parts = {f"definitions/{model.maker}/{self.definition.name}": definition}
        self._read: dict[Path, bytes | None] = {self.definition: None}
        if self.price is not None:
            self._read[self.price] = self.price.read_bytes() if self.price.exists() else None
            self.texts[self.price] = _with_price(model, self.price, self._read[self.price])
            self.parts[f"pricing/{model.maker}.yaml"] = _yaml({"provider": model.maker, "models": _offering(model)})

    def write(self) -> Added:
        """Write both files, or none; whoever is killed in between leaves both to the next reader."""
        roots = tuple(self.place) if self.price is not None else (self.place.definitions,)
        write_all(roots, {path: text.encode() for path, text in self.texts.items()}, expected=self._read)
        return Added(self.definition, self.price)


def _free_path(model: NewModel, folder: Path) -> Path:
    """Where the definition goes: a name made of the id's letters and digits; a number tells ids apart that share them.

    Raises:
        CatalogError: the file of this very model is there.
    """
    stem = _NOT_IN_A_NAME.sub("_", model.model_id.lower()).strip("_")[:_LONGEST_STEM] or "model"
    path, number = folder / f"{stem}.yaml", 2
    while path.exists():
        root = read_document(path).root
        held = root.get("model_id") if root is not None else None
        if not isinstance(held, Scalar) or held.text == model.model_id:
            raise CatalogError(f"{path} exists; edit it, or remove it to add the model again")
        path, number = folder / f"{stem}_{number}.yaml", number + 1
    return path


def _check_copy(place: Place, texts: Mapping[Path, str], beside: Catalog | None) -> None:
    """Validate a copy of the catalogue that has the new texts in it."""
    with tempfile.TemporaryDirectory(prefix="ai-models-") as name:
        copy = Place(Path(name) / "definitions", Path(name) / "data")
        for original, copied in zip(place, copy, strict=True):
            copied.mkdir()
            if original.is_dir():
                shutil.copytree(original, copied, dirs_exist_ok=True, ignore=_only_yaml)
            for path, text in texts.items():
                if path.is_relative_to(original):
                    write_aside(copied / path.relative_to(original), text.encode())
        _refuse_problems(map(str, validate(copy, beside=beside).problems), name)


def _refuse_problems(problems: Iterable[str], folder: str) -> None:
    found = [problem.replace(f"{folder}/", "") for problem in problems]
    if found:
        raise CatalogError("nothing was written, because the catalogue would have problems:", problems=found)


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


def _offering(model: NewModel) -> dict[str, Any]:
    version: dict[str, Any] = {"effective_date": model.release_date or model.verified}
    version |= {key: model.rates[key] for key in RATE_KEYS if key in model.rates}
    return {model.model_id: {"display_name": model.name, "pricing_versions": [{**version, "evidence": [MANUAL]}]}}


def _with_price(model: NewModel, path: Path, data: bytes | None) -> str:
    """The pricing file with the new offering as the first one; a new file where there is none.

    Raises:
        CatalogError: the file cannot be read, is no pricing file, or prices the model already.
    """
    entry = _offering(model)
    if data is None:
        block = "".join(f"  {line}\n" for line in _yaml(entry).splitlines())
        return f"provider: {model.maker}\nmodels:\n{block}"
    try:
        text = data.decode()
        content = plain_of(compose(text.removeprefix("\ufeff")))
        check_shape(content)
    except (ValueError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise CatalogError(f"{path} cannot be read ({said}); `ai-models validate` says more") from None
    if model.model_id in (content.get("models") or {}):
        raise CatalogError(f"{path} prices {model.model_id} already; edit it there")
    models = {**entry, **(content.get("models") or {})}
    return edited(text, {**content, "models": models}, name=str(path))


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
