"""Imports of the old packages in what is no Python by itself: ``python -c`` in a script, a program in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from ai_models.audit.gathering import Judge
from ai_models.audit.legacy import HOMES, LEGACY, STRONG, canonical, legacy_module
from ai_models.audit.legacy_tree import LegacyPackage

__all__ = ["EmbeddedImport", "embedded_imports"]

_MODULE: Final = r"(?:[A-Za-z_]\w*\.)*(?:models|providers)(?:\.(?:registry|base|factory|claude))?"
_INNER: Final = r"(?:[A-Za-z_]\w*\.)*(?:models\.registry|providers\.(?:base|factory|claude))"
_IMPORT: Final = re.compile(
    rf"\bfrom[ \t]+(?P<dots>\.*)(?P<module>{_MODULE})[ \t]+import[ \t(\\]+(?P<names>[\w,* \t]*)|"
    rf"\bimport[ \t]+(?P<plain>{_INNER})\b|"
    rf"\bpython[\d.]*[ \t]+(?:[^\n;|&]{{0,200}}?[ \t])?-m[ \t]+(?P<run>{_INNER})\b"
)


class EmbeddedImport(Struct, frozen=True):
    """An import of an old package in a text, from its ``offset`` on.

    ``written`` is the module as it stands there, at ``place``; ``module`` its old name. ``demanded`` are full old names that
    only the tree has, with the place of the package that has them. It is ``certain`` where it leads to an old package of the
    tree, or takes a name that hardly anybody else has.
    """

    offset: int
    place: int
    written: str
    module: str
    demanded: tuple[tuple[str, str], ...]
    certain: bool


def embedded_imports(text: str, file: str, judge: Judge) -> Iterator[EmbeddedImport]:
    """The imports of old packages in a text.

    Args:
        text: any text.
        file: the file that it stands in.
        judge: the packages of the tree.
    """
    for match in _IMPORT.finditer(text):
        written = match["module"] or match["plain"] or match["run"]
        dots = match["dots"] or ""
        found = legacy_module(written)
        if found is None:
            continue  # one of ai_models itself
        parent, module = found
        names = [name.split()[0] for name in (match["names"] or "").split(",") if name.strip()]
        packages = judge.legacy.find(parent, module, importer=file, relative=_folder(file, dots, parent))
        is_old = any(each.is_legacy for each in packages) if packages else None
        if is_old or (is_old is None and not HOMES.keys().isdisjoint(names)):
            full = [canonical(module, name) or f"{module}.{name}" for name in names] or [f"{module}.*"]
            held = [each for each in packages if each.is_legacy][:1]
            demanded = [(each.place, name) for each in held for name in full if not _is_served(each, name)]
            certain = bool(is_old) or not STRONG.isdisjoint(names)
            place = max(map(match.start, ("module", "plain", "run"))) - len(dots)
            yield EmbeddedImport(match.start(), place, f"{dots}{written}", module, tuple(demanded), certain)


def _folder(file: str, dots: str, parent: str) -> str:
    """The folder that a relative import starts from; empty where it is none."""
    if not dots:
        return ""
    folder = Path(file).parent
    for _ in dots[1:]:
        folder = folder.parent
    return str(folder.joinpath(*filter(None, parent.split("."))))


def _is_served(package: LegacyPackage, name: str) -> bool:
    """Whether the distribution ``ai-models-legacy`` has a name that a text takes from a package of the tree."""
    return package.is_at_top and (name in LEGACY or name.endswith("*"))
