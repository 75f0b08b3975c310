"""``OverlayFiles``: the catalogue files of a tree's own, as they are and with what a migration adds to them.

    overlay = OverlayFiles(tree, catalog)
    overlay.add_guidance(spec, {"tips": ["…"]}, notes=["…"])
    overlay.add_family("claude-sonnet", {"pitfalls": ["…"]})
    overlay.add_definition({…}); overlay.add_offering("house", "acme-1", {…})
    changes = overlay.changes(reason)

What is there stays as it is written: only values are added. What a file has already is not added again, so that a second
migration changes nothing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.fusion.text import PRICE_WIDTH, WIDTH, StyledDumper
from ai_models.catalog.location import yaml_files
from ai_models.catalog.sync.edit import edited
from ai_models.catalog.sync.plain import compose, plain_of, text_of
from ai_models.errors import CatalogError
from ai_models.migrate.own_catalogue import overlays_of
from ai_models.migrate.plan import FileChange
from ai_models.migrate.tree import Tree
from ai_models.models.base import ModelSpec

__all__ = ["DEFAULT_PLACE", "GUIDANCE", "OverlayFiles", "has_overlay"]

DEFAULT_PLACE = "ai_models_overlay"
"""Where the files go in a tree that names no overlay yet."""

GUIDANCE = ("recommended_for", "best_practices", "tips", "pitfalls")

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_STEM = 100

Content = dict[str, Any]


class OverlayFiles:
    """The overlay of a tree: the first one that its ``pyproject.toml`` names within the tree, or one that is still to be."""

    def __init__(self, tree: Tree, catalog: Catalog) -> None:
        """Read what is there.

        Raises:
            CatalogError: a file of it cannot be read.
            OSError: likewise.
        """
        self._tree = tree
        self._catalog = catalog
        self.place = _place(tree)
        self._before: dict[str, bytes] = {}
        self._content: dict[str, Content] = {}
        self._sources: dict[str, list[str]] = {}
        folder = Path(tree.root, self.place)
        for path in yaml_files([folder]) if folder.is_dir() else ():
            self._read(path)

    def _read(self, path: Path) -> None:
        data = path.read_bytes()
        try:
            content = plain_of(compose(data.decode("utf-8-sig")))
        except (ValueError, yaml.YAMLError) as error:
            raise CatalogError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
        name = path.relative_to(self._tree.root).as_posix()
        self._before[name] = data
        self._content[name] = content

    def copy(self) -> OverlayFiles:
        """Another one of the same, to try something on."""
        twin = copy.copy(self)
        twin._content = {path: dict(content) for path, content in self._content.items()}
        twin._sources = {path: list(sources) for path, sources in self._sources.items()}
        return twin

    # Adding

    def add_guidance(
        self, spec: ModelSpec, guidance: Mapping[str, Sequence[str]], notes: Sequence[str] = (), *, source: str = ""
    ) -> dict[str, str]:
        """Add to a model's guidance; gives the file in which each list, and ``notes``, is now."""
        path = self._find(provider=spec.provider, model_id=spec.model_id)
        if path is None:
            path = self._free(f"definitions/{_slug(spec.provider)}", spec.name)
            self._content[path] = {"model_id": spec.model_id, "provider": spec.provider}
        self._note_source(path, source)
        content = self._content[path]
        self._add_lists(content, guidance)
        if notes:
            self._add_notes(content, spec, notes)
        return dict.fromkeys([*guidance, *(["notes"] if notes else [])], path)

    def add_family(
        self, family: str, maker: str, name: str, guidance: Mapping[str, Sequence[str]], *, source: str = ""
    ) -> dict[str, str]:
        """Add to the guidance that a family's models share; gives the file in which each list is now."""
        path = self._find(family=family)
        if path is None:
            path = self._free("definitions/families", family)
            self._content[path] = {"family": family, "maker": maker, "name": name}
        self._note_source(path, source)
        self._add_lists(self._content[path], guidance)
        return dict.fromkeys(guidance, path)

    def add_definition(self, content: Content, *, source: str = "") -> str | None:
        """Add a model's whole definition; gives its file, None where the overlay has the model already."""
        maker, model_id = content["provider"], content["model_id"]
        if self._find(provider=maker, model_id=model_id) is not None:
            return None
        path = self._free(f"definitions/{_slug(maker)}", model_id)
        self._content[path] = content
        self._note_source(path, source)
        return path

    def add_offering(self, provider: str, offering_id: str, entry: Content, *, source: str = "") -> str | None:
        """Add a price; gives its file, None where the overlay prices the offering already."""
        known = [path for path, content in self._content.items() if "models" in content and _is(content, provider=provider)]
        if any(offering_id in (self._content[path]["models"] or {}) for path in known):
            return None
        path = known[0] if known else self._free("pricing", provider)
        content = self._content.setdefault(path, {"provider": provider, "models": {}})
        content["models"] = {**(content["models"] or {}), offering_id: entry}
        self._note_source(path, source)
        return path

    def _note_source(self, path: str, source: str) -> None:
        """Remember where the content of a new file comes from."""
        if source and path not in self._before and source not in self._sources.setdefault(path, []):
            self._sources[path].append(source)

    def _add_lists(self, content: Content, guidance: Mapping[str, Sequence[str]]) -> None:
        optimization = dict(content.get("optimization") or {})
        for field in GUIDANCE:
            known = list(optimization.get(field) or [])
            said = {_normal(text_of(item)) for item in known}
            for text in guidance.get(field, ()):
                if _normal(text) not in said:
                    said.add(_normal(text))
                    known.append(text)
            if known:
                optimization[field] = known
        if optimization:
            content["optimization"] = {
                **{key: value for key, value in optimization.items() if key not in GUIDANCE},
                **{field: optimization[field] for field in GUIDANCE if field in optimization},
            }

    def _add_notes(self, content: Content, spec: ModelSpec, notes: Sequence[str]) -> None:
        """Notes are replaced as a whole by an overlay, so the shipped ones go first."""
        documentation = dict(content.get("documentation") or {})
        known = text_of(documentation["notes"]) if documentation.get("notes") else spec.documentation.notes
        paragraphs = [known] if known else []
        said = _normal(known)
        paragraphs += [note for note in notes if _normal(note) not in said]
        documentation["notes"] = "\n\n".join(paragraphs)
        content["documentation"] = documentation

    def _find(self, **keys: str) -> str | None:
        return next((path for path, content in self._content.items() if _is(content, **keys)), None)

    def _free(self, folder: str, name: str) -> str:
        """A path in the overlay that is not taken."""
        stem, number = _slug(name), 1
        while True:
            path = f"{self.place}/{folder}/{stem}{f'_{number}' if number > 1 else ''}.yaml"
            if path not in self._content and self._tree.see(path).kind == "absent":
                return path
            number += 1

    # The files

    def texts(self) -> dict[str, bytes]:
        """Every file of the overlay as it will be.

        Raises:
            CatalogError: a file cannot be changed without disturbing the rest of it.
        """
        return {path: self._text(path).encode() for path in sorted(self._content)}

    def _text(self, path: str) -> str:
        content = self._content[path]
        before = self._before.get(path)
        if before is None:
            sources = self._sources.get(path, [])
            return (f"# From {' and '.join(sources)}.\n" if sources else "") + _rendered(content)
        return edited(before.decode(), content, name=path)

    def changes(self) -> Iterator[FileChange]:
        """The files that are new or changed.

        Raises:
            CatalogError: as ``texts``.
        """
        for path, after in self.texts().items():
            before = self._before.get(path)
            if before != after:
                reason = "guidance and models of the tree's own, beside the catalogue's"
                yield FileChange(path=path, before=before, after=after, reason=reason)


def has_overlay(tree: Tree) -> bool:
    """Whether a tree has an overlay of its own already."""
    return Path(tree.root, _place(tree)).is_dir()


def _place(tree: Tree) -> str:
    """The overlay's directory relative to the tree."""
    root = Path(tree.root)
    for overlay in overlays_of(tree):
        path = Path(overlay.path)
        if not overlay.problem and path != root and path.is_relative_to(root) and not path.is_file():
            return path.relative_to(root).as_posix()
    return DEFAULT_PLACE


def _is(content: Content, **keys: str) -> bool:
    return all(key in content and text_of(content[key]) == value for key, value in keys.items())


def _slug(name: str) -> str:
    return _NOT_IN_A_NAME.sub("_", name.lower()).strip("_")[:_LONGEST_STEM] or "model"


def _normal(text: str) -> str:
    """A text as it is compared: two that differ by case, space or a full stop say the same."""
    return " ".join(text.casefold().split()).rstrip(".,; ")


class _Dumper(StyledDumper):
    """The catalogue's style, with texts of several lines as they are."""


def _lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _lines)
_Dumper.add_representer(tuple, lambda dumper, data: dumper.represent_list(list(data)))


def _rendered(content: Content) -> str:
    width = PRICE_WIDTH if "models" in content else WIDTH
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width)
    return text
