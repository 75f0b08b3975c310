"""The plan of a sync: every difference between a tree and a proposal, and the new text of each file that changes."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from msgspec import Struct

from ai_models.catalog.aside import write_aside
from ai_models.catalog.fusion.market.left_out import QUARANTINE, beside_unread, quarantine_text
from ai_models.catalog.fusion.market.proposal import BASE_MODELS, DEFINITIONS, PRICES
from ai_models.catalog.fusion.text import render
from ai_models.catalog.location import Place, yaml_files
from ai_models.catalog.problems import displayed, one_line
from ai_models.catalog.sync.definitions import CONFIRMED_AFTER, DefinitionMerge, alias_name, new_model
from ai_models.catalog.sync.differences import Difference
from ai_models.catalog.sync.edit import edited
from ai_models.catalog.sync.journal import write_all
from ai_models.catalog.sync.offerings import PricingMerge, new_offering
from ai_models.catalog.sync.plain import as_day, check_shape, compose, plain_of, text_of
from ai_models.catalog.sync.proposer import Documents
from ai_models.catalog.validate import Beside, validate
from ai_models.errors import CatalogError

__all__ = ["Plan", "make_plan", "retrieved", "write_plan"]

_NAME = re.compile(r"(?:[\w-][\w.@+ -]*/)+[\w-][\w.@+ -]*\.yaml")
"""A file below a folder: no step up, nothing hidden, nothing absolute."""

Step = Callable[[int, int], None]
"""Called with the files compared so far, and how many there are."""


class Plan(Struct, kw_only=True):
    """The differences in the order of their subjects, and the new content of each file that ``write_plan`` would change."""

    place: Place
    differences: list[Difference]
    texts: dict[Path, bytes]
    read: dict[Path, bytes | None]
    """What the files that change held when they were compared; None for those that are new."""

    @property
    def has_moved(self) -> bool:
        """Whether a source says something new that would be written; a later day alone is nothing new."""
        return any(found.is_written and found.kind != "confirmed" for found in self.differences)


def make_plan(place: Place, proposal: Documents, days: Mapping[str, date], *, step: Step | None = None) -> Plan:
    """Compare a tree with a proposal; ``days`` names the sources that it rests on, and the day for which each speaks.

    Raises:
        CatalogError: a file cannot be read, or not be changed without disturbing the rest of it.
    """
    plan = Plan(place=place, differences=[], texts={}, read={})
    tree, read = _Tree(place), frozenset(days)
    taken = _names_by_maker(proposal)
    for maker, model_id in tree.definitions:
        taken.setdefault(maker, {})[model_id] = model_id  # also that of a model that no source names any more
    files = sorted((name, document) for name, document in proposal.items() if name != QUARANTINE)
    for number, (name, document) in enumerate(files, 1):
        if "model_id" in document:
            _plan_definition(plan, tree, name, document, read, taken.get(document["provider"], {}))
        else:
            _plan_pricing(plan, tree, name, document, read)
        if step is not None:
            step(number, len(files))
    _plan_quarantine(plan, tree, proposal.get(QUARANTINE), read)
    _plan_sources(plan, tree, days)
    plan.differences.sort(key=lambda found: (found.subject, found.field))
    plan.read |= {path: tree.read.get(path) for path in plan.texts}
    return plan


def write_plan(plan: Plan, *, beside: Beside | None = None) -> list[Path]:
    """Check the tree as it would be, and write every file of the plan, or none.

    Raises:
        CatalogError: the tree would have problems, another sync is at work, or a file has changed since it was compared;
            nothing was written.
        OSError: a file cannot be written; nothing was.
    """
    _check(plan, beside)
    write_all(tuple(plan.place), plan.texts, expected=plan.read)
    return sorted(plan.texts)


def retrieved(place: Place) -> dict[str, date]:
    """The day on which each source was retrieved, as the catalogue's sources file says; models.dev's speaks for its base."""
    contents = (_read(path)[2] for path in sorted(place.definitions.glob("*.yaml")))
    sources: Mapping[str, Any] = next((content["sources"] for content in contents if content.get("sources")), {})
    said = {name: as_day(entry.get("retrieved")) for name, entry in sources.items()}
    days = {name: day for name, day in said.items() if day is not None}
    return {BASE_MODELS: days["models.dev"], **days} if "models.dev" in days else days


def _read(path: Path) -> tuple[bytes, str, Mapping[str, Any]]:
    """A file as it is, as text, and its content as words; what the rest relies on is there, and of its kind.

    Raises:
        CatalogError: it cannot be read, or is no file of a catalogue.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
        content = plain_of(compose(text.removeprefix("\ufeff")))
        check_shape(content)
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise CatalogError(f"{displayed(path)} cannot be read ({_said(error)}); `ai-models validate` says more") from None
    return data, text, content


def _said(error: Exception) -> str:
    return " ".join(str(error).split())


class _Tree:
    """The files of a catalogue by what they are about, wherever they stand."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.definitions: dict[tuple[str, str], tuple[Path, str, Mapping[str, Any]]] = {}
        self.pricing: dict[str, tuple[Path, str, Mapping[str, Any]]] = {}
        self.sources: tuple[Path, str, Mapping[str, Any]] | None = None
        self.read: dict[Path, bytes] = {}
        self.quarantine: tuple[Path, str] | None = None
        self.paths: set[Path] = set()
        for path in yaml_files(root for root in place if root.is_dir()):
            self._add(path)

    def _add(self, path: Path) -> None:
        self.read[path], text, content = _read(path)
        self.paths.add(path)
        if "model_id" in content:
            self.definitions[text_of(content["provider"]), text_of(content["model_id"])] = path, text, content
        elif "models" in content:
            self.pricing[text_of(content["provider"])] = path, text, content
        elif content.get("sources"):
            self.sources = path, text, content
        elif "quarantine" in content:
            self.quarantine = path, text

    def new_path(self, name: str) -> Path:
        """Where a new file goes; beside a file of that name that is about something else.

        Raises:
            CatalogError: the name leads out of the tree; names come from makers and providers, and those from feeds.
        """
        if not (_NAME.fullmatch(name) and name.startswith((f"{DEFINITIONS}/", f"{PRICES}/"))):
            raise CatalogError(f"{one_line(name, 200)!r} cannot be a file of the catalogue; nothing was written")
        root, folder = (
            (self.place.definitions, DEFINITIONS) if name.startswith(DEFINITIONS) else (self.place.pricing, PRICES)
        )
        path = root / PurePosixPath(name).relative_to(folder)
        number, chosen = 2, path
        while chosen in self.paths:
            chosen = path.with_stem(f"{path.stem}_{number}")
            number += 1
        self.paths.add(chosen)
        return chosen


def _plan_definition(
    plan: Plan, tree: _Tree, name: str, document: Mapping[str, Any], read: frozenset[str], taken: Mapping[str, str]
) -> None:
    held = tree.definitions.get((document["provider"], document["model_id"]))
    if held is None:
        own = document["model_id"]
        aliases = [alias for alias in document.get("aliases") or () if taken.get(alias_name(alias), own) == own]
        plan.differences.append(new_model(document))
        plan.texts[tree.new_path(name)] = render({**document, "aliases": aliases}).encode()
        return
    path, text, present = held
    merge = DefinitionMerge(present, document, read, taken)
    _take(plan, path, text, merge)


def _plan_pricing(plan: Plan, tree: _Tree, name: str, document: Mapping[str, Any], read: frozenset[str]) -> None:
    held = tree.pricing.get(document["provider"])
    if held is None:
        plan.differences += [new_offering(document["provider"], key, found) for key, found in document["models"].items()]
        if document["models"]:
            plan.texts[tree.new_path(name)] = render(document).encode()
        return
    path, text, present = held
    merge = PricingMerge(present, document, read)
    _take(plan, path, text, merge)


def _plan_quarantine(plan: Plan, tree: _Tree, document: Mapping[str, Any] | None, read: frozenset[str]) -> None:
    """What is not believed goes along with what is written; alone it changes nothing that anybody asks for."""
    if document is None or tree.quarantine is None or not plan.texts:
        return
    path, text = tree.quarantine
    present = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 builds text only
    new = quarantine_text(beside_unread(document, present, read))
    if new != text:
        plan.texts[path] = new.encode()


def _plan_sources(plan: Plan, tree: _Tree, days: Mapping[str, date]) -> None:
    """The days of retrieval go along with what is written; alone they change a file only after a month."""
    if tree.sources is None:
        return
    path, text, present = tree.sources
    target = {name: dict(entry) for name, entry in present["sources"].items()}
    newest = timedelta(0)
    for name, day in days.items():
        held = as_day(target.get(name, {}).get("retrieved"))
        if name in target and (held is None or held < day):
            target[name]["retrieved"] = day
            newest = max(newest, day - held if held else CONFIRMED_AFTER)
    if newest and (plan.texts or newest >= CONFIRMED_AFTER):
        found = Difference(kind="confirmed", subject="sources", field="retrieved", new=text_of(max(days.values())))
        plan.differences.append(found)
        plan.texts[path] = edited(text, {**present, "sources": target}, name=str(path)).encode()


def _take(plan: Plan, path: Path, text: str, merge: DefinitionMerge | PricingMerge) -> None:
    plan.differences += merge.differences
    if any(found.is_written for found in merge.differences):
        plan.texts[path] = edited(text, merge.target, name=str(path)).encode()


def _names_by_maker(files: Documents) -> dict[str, dict[str, str]]:
    """By maker, which model each name means now: ids, and aliases that are not dated."""
    names: dict[str, dict[str, str]] = {}
    for document in files.values():
        if "model_id" in document:
            held = names.setdefault(document["provider"], {})
            held.update({alias: document["model_id"] for alias in document.get("aliases") or () if isinstance(alias, str)})
            held[document["model_id"]] = document["model_id"]
    return names


def _check(plan: Plan, beside: Beside | None) -> None:
    """Validate a copy of the tree that has the new texts in it."""
    with tempfile.TemporaryDirectory(prefix="ai-models-sync-") as name:
        copy = Place(Path(name) / "definitions", Path(name) / "pricing")
        for original, copied in zip(plan.place, copy, strict=True):
            copied.mkdir()
            paths = yaml_files([original]) if original.is_dir() else ()
            for path in {*paths, *(path for path in plan.texts if path.is_relative_to(original))}:
                target = copied / path.relative_to(original)
                if path in plan.texts:
                    write_aside(target, plan.texts[path])
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        problems = [str(problem).replace(f"{name}/", "") for problem in validate(copy, beside=beside).problems]
    if problems:
        raise CatalogError("nothing was written, because the catalogue would have problems:", problems=problems)
