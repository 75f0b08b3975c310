"""Dotted old names in texts: which module they begin with, and what they demand of the tree's own packages."""

from __future__ import annotations

import re

from ai_models.audit.gathering import Judge
from ai_models.audit.legacy import LEGACY, full_name, legacy_module
from ai_models.migrate.rewriting.outcome import Demand

__all__ = ["demands_of", "module_in", "parted"]


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
