"""Which packages called ``models`` or ``providers`` the audited tree holds, and whether they are the old ones.

Django applications, too, have a ``models``. What decides is what a package defines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from ai_models.audit.legacy import MEMBERS, STRONG

__all__ = ["LegacyPackage", "LegacyTree", "look_for_packages"]

_PARTS = frozenset({"__init__.py", "registry.py", "base.py", "factory.py", "claude.py"})
_DEFINED = re.compile(r"^(?:class|def)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]*)?=[^=]", re.MULTILINE)
_PROVIDER_NAMES_NEEDED = 2
_MOST_STEPS_UP = 6


class LegacyPackage(Struct, frozen=True, order=True):
    """A package or module of one of the two names: its path without the ending, and whether it is the old one.

    ``home`` is the file that defines what makes it the old one; empty where it is another package.
    """

    place: str
    is_legacy: bool
    home: str = ""

    @property
    def dotted(self) -> str:
        """The last name: ``models`` or ``providers``."""
        return os.path.basename(self.place)

    @property
    def is_at_top(self) -> bool:
        """Whether imports may begin at it: the folder that holds it is no package itself."""
        return not os.path.exists(os.path.join(os.path.dirname(self.place), "__init__.py"))


class LegacyTree(Struct, frozen=True):
    """The packages of the two names in a tree."""

    packages: tuple[LegacyPackage, ...] = ()

    @property
    def holds_old_packages(self) -> bool:
        """Whether any of the packages is an old one."""
        return any(each.is_legacy for each in self.packages)

    def holds_near(self, path: str) -> bool:
        """Whether any is, or an import beside a file or above it would find one: an audit of single files lists none."""
        return self.holds_old_packages or any(
            each.is_legacy for name in ("providers", "models") for each in _on_disk(_beside(path, name))
        )

    def around(self, path: str) -> LegacyPackage | None:
        """The old package that a file is part of."""
        absolute = os.path.abspath(path)
        return next((each for each in self.packages if each.is_legacy and _is_within(absolute, each.place)), None)

    def verdict(self, parent: str, module: str, *, importer: str, relative: str = "") -> bool | None:
        """Whether an import leads to an old package of the tree: True, False, or None where the tree does not hold it.

        Args:
            parent: the dotted name of what stands before it (``mytoolkit``), empty at the top.
            module: ``models``, ``providers.factory`` …
            importer: the file that imports.
            relative: for a relative import, the folder that it starts from.
        """
        found = self.find(parent, module, importer=importer, relative=relative)
        return any(each.is_legacy for each in found) if found else None

    def find(self, parent: str, module: str, *, importer: str, relative: str = "") -> list[LegacyPackage]:
        """The packages of the tree that an import may lead to; parameters as those of ``verdict``."""
        name = module.partition(".")[0]
        suffix = os.path.join(*parent.split("."), name) if parent else name
        if relative:
            wanted = os.path.join(relative, name)
            return [each for each in self.packages if each.place == wanted] or [*_on_disk([wanted])]
        return self._by_suffix(suffix, importer) or [*_on_disk(_beside(importer, suffix))]

    def _by_suffix(self, suffix: str, importer: str) -> list[LegacyPackage]:
        """The packages that an absolute import may mean: of several, those that lie nearest to the importer."""
        found = [each for each in self.packages if each.place.endswith(os.sep + suffix)]
        if os.sep not in suffix:
            found = [each for each in found if each.is_at_top]
        if len(found) < 2:
            return found
        shared = {each: len(os.path.commonpath([each.place, os.path.abspath(importer)])) for each in found}
        return [each for each in found if shared[each] == max(shared.values())]


def _beside(importer: str, suffix: str) -> Iterator[str]:
    """Where a package would be if imports began in the importer's folder, or in one above it: never within a package."""
    folder = os.path.dirname(os.path.abspath(importer))
    for _ in range(_MOST_STEPS_UP):
        if not os.path.exists(os.path.join(folder, "__init__.py")):
            yield os.path.join(folder, suffix)
        folder = os.path.dirname(folder)


def _on_disk(places: Iterable[str]) -> Iterator[LegacyPackage]:
    """The first of these places that holds a package or module: an audit of single files does not list it."""
    for place in places:
        files = [f"{place}.py", *(os.path.join(place, part) for part in sorted(_PARTS))]
        held = [path for path in files if os.path.isfile(path)]
        if held:
            yield _package(place, held)
            return


def _is_within(path: str, place: str) -> bool:
    return path.startswith(place + os.sep) or path == f"{place}.py"


def look_for_packages(files: Iterable[str]) -> LegacyTree:
    """The packages of the two names among the files of an audit."""
    parts: dict[str, list[str]] = {}
    for path in files:
        folder, name = os.path.split(path)
        if name in ("models.py", "providers.py"):
            parts.setdefault(os.path.abspath(path)[: -len(".py")], []).append(path)
        elif name in _PARTS and os.path.basename(folder) in ("models", "providers"):
            parts.setdefault(os.path.abspath(folder), []).append(path)
    return LegacyTree(tuple(sorted(_package(place, found) for place, found in parts.items())))


def _package(place: str, files: list[str]) -> LegacyPackage:
    defined: dict[str, str] = {}
    members = False
    for path in sorted(files):
        try:
            text = Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # reported when it is read for the audit
        for match in _DEFINED.finditer(text):
            defined.setdefault(match[1] or match[2], path)
        members = members or any(member in text for member in MEMBERS)
    if f"{os.sep}ai_models{os.sep}" in place:
        return LegacyPackage(place, is_legacy=False)
    if os.path.basename(place) == "models":
        is_legacy = "ModelRegistry" in defined and members
        return LegacyPackage(place, is_legacy, defined["ModelRegistry"] if is_legacy else "")
    held = sorted(STRONG & defined.keys() | ({"get_provider"} & defined.keys()))
    is_legacy = len(held) >= _PROVIDER_NAMES_NEEDED
    return LegacyPackage(place, is_legacy, defined[held[0]] if is_legacy else "")
