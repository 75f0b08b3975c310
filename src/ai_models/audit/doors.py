"""A second look at files that take old names from other modules of the tree, which pass them on."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from ai_models.audit.files import FileKind, kind_of
from ai_models.audit.gathering import Judge
from ai_models.audit.imports import module_name
from ai_models.audit.scan import Scanned, scan_file

__all__ = ["through_doors"]


def through_doors(scanned: dict[str, Scanned], judge: Judge, codes: frozenset[str]) -> dict[str, Scanned]:
    """The files, of which those are looked at once more that take old names from others; in rounds, for these may pass them
    on in their turn."""
    known: dict[str, dict[str, str]] = {}
    while (doors := _doors(scanned)) != known:
        word = re.compile(rb"\b(?:" + b"|".join(re.escape(door.rpartition(".")[2]).encode() for door in doors) + rb")\b")
        seeing, known = replace(judge, doors=doors), doors
        scanned = {
            path: scan_file(path, seeing, codes) if _takes_from(path, each, doors, word) else each
            for path, each in scanned.items()
        }
    return scanned


def _doors(scanned: dict[str, Scanned]) -> dict[str, dict[str, str]]:
    """What modules pass on, by their dotted names; of two modules of one name nobody knows which is meant."""
    passing = {path: module_name(path)[0] for path, each in scanned.items() if each.passed_on}
    last = {name.rpartition(".")[2] for name in passing.values()}
    alike = Counter(module_name(path)[0] for path in scanned if path.endswith(".py") and _stem(path) in last)
    return {name: scanned[path].passed_on for path, name in passing.items() if name and alike[name] == 1}


def _stem(path: str) -> str:
    """The last word of the name of a module."""
    folder, name = os.path.split(path)
    return os.path.basename(os.path.abspath(folder)) if name == "__init__.py" else name.removesuffix(".py")


def _takes_from(path: str, each: Scanned, doors: Mapping[str, object], word: re.Pattern[bytes]) -> bool:
    """Whether Python may take something from one of these modules."""
    if kind_of(path) not in (FileKind.PYTHON, FileKind.NOTEBOOK):
        return False
    if each.imports:
        return not doors.keys().isdisjoint(each.imports)
    try:
        return word.search(Path(path).read_bytes()) is not None
    except OSError:
        return False  # the first look has reported it
