"""Old names in what is no Python by itself: programs within programs, configurations, files that cannot be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from ai_models.audit.gathering import Judge
from ai_models.audit.legacy import HOMES, LEGACY, canonical, full_name, legacy_module
from ai_models.audit.legacy_tree import LegacyPackage
from ai_models.migrate.rewriting.outcome import Demand

__all__ = ["EmbeddedImport", "demands_of", "embedded_imports", "module_in", "parted"]

_MODULE: Final = r"(?:[A-Za-z_]\w*\.)*(?:models|providers)(?:\.(?:registry|base|factory|claude))?"
_INNER: Final = r"(?:[A-Za-z_]\w*\.)*(?:models\.registry|providers\.(?:base|factory|claude))"
_IMPORT: Final = re.compile(
    rf"\bfrom[ \t]+(?P<dots>\.*)(?P<module>{_MODULE})[ \t]+import[ \t(\\]+(?P<names>[\w,* \t]*)|"
    rf"\bimport[ \t]+(?P<plain>{_INNER})\b|"
    rf"\bpython[\d.]*[ \t]+(?:[^\n;|&]*?[ \t])?-m[ \t]+(?P<run>{_INNER})\b"
)


class EmbeddedImport(Struct, frozen=True):
    """An import of an old package in a text: where it begins, the module as it is written, and what only the tree has.

    ``demanded`` are full old names, with the place of the package that has them.
    """

    offset: int
    module: str
    demanded: tuple[tuple[str, str], ...]


def embedded_imports(text: str, file: str, judge: Judge) -> Iterator[EmbeddedImport]:
    """The imports of old packages in a text.

    Args:
        text: any text.
        file: the file that it stands in.
        judge: the packages of the tree.
    """
    for match in _IMPORT.finditer(text):
        written = match["module"] or match["plain"] or match["run"]
        parent, module = legacy_module(written) or ("", "")
        names = [name.split()[0] for name in (match["names"] or "").split(",") if name.strip()]
        packages = judge.legacy.find(parent, module, importer=file, relative=_folder(file, match["dots"] or "", parent))
        is_old = any(each.is_legacy for each in packages) if packages else None
        if is_old or (is_old is None and not HOMES.keys().isdisjoint(names)):
            full = [canonical(module, name) or f"{module}.{name}" for name in names] or [f"{module}.*"]
            held = [each for each in packages if each.is_legacy][:1]
            demanded = [(each.place, name) for each in held for name in full if not _is_served(each, name)]
            yield EmbeddedImport(match.start(), f"{match['dots'] or ''}{written}", tuple(demanded))


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


# Dotted names


def module_in(text: str) -> str:
    """The longest beginning of a dotted name that is an old module."""
    parts = re.split(r"[.:]", text)
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if legacy_module(name)), text)


def parted(text: str) -> tuple[str, str]:
    """What stands before the old package in a dotted name, and the old name."""
    dotted = text.replace(":", ".")
    parent, _ = legacy_module(module_in(text)) or ("", "")
    return parent, dotted.removeprefix(f"{parent}.") if parent else dotted


def demands_of(text: str, judge: Judge, *, path: str, file: str, line: int) -> list[Demand]:
    """The demand of a dotted name in a text that nobody rewrites: of a copy, or of what only an old module of the tree has.

    Args:
        text: the dotted name.
        judge: the packages of the tree.
        path: the file that it stands in, as remarks name it.
        file: where that is.
        line: the line.
    """
    parent, old = parted(text)
    _, module = legacy_module(module_in(text)) or ("", "")
    full = full_name(old)
    known = full if full is not None and (LEGACY[full].kind != "module" or full == old) else None
    name = f"{known}.*" if known is not None and LEGACY[known].kind == "module" else known or old
    held = [each for each in judge.legacy.find(parent, module, importer=file) if each.is_legacy][:1]
    return [Demand(each.place, name, path, line) for each in held if known is None or not each.is_at_top]
