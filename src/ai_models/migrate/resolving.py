"""Whether what a migration wrote can be imported, and whether every old value is accounted for: checks for ``validate``.

Nothing of the tree is executed: names are looked up in the modules of ``ai_models``, in the table of old names, and in the
source of old modules that the tree still holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from ai_models.audit.files import FileKind, kind_of
from ai_models.audit.imports import Import
from ai_models.audit.legacy import MODULES, canonical, legacy_module
from ai_models.audit.legacy_tree import LegacyPackage, LegacyTree, look_for_packages
from ai_models.audit.names import Names
from ai_models.audit.python_source import dotted
from ai_models.catalog import Catalog, default_catalog
from ai_models.migrate.own_catalogue import overlays_of
from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.packages import OldModule, old_values
from ai_models.migrate.rewriting.sources import read_source
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.tree import Tree
from ai_models.migrate.validation import Changed, Check, Finding

__all__ = ["check_imports", "check_values"]

_OURS = "ai_models"


def check_imports(root: str, changed: Sequence[Changed]) -> Iterator[Finding]:
    """Every name of ``ai_models`` and of the old packages that a changed file imports, or takes from a module, exists."""
    files = [
        str(path)
        for path in Path(root).rglob("*.py")
        if path.parent.name in ("models", "providers") or path.stem in ("models", "providers")
    ]
    tree = look_for_packages(sorted(files))
    for file in changed:
        unit = None if file.after is None else _unit(root, file.path, file.after)
        if unit is not None:
            for node, message in _missing(unit, tree):
                yield Finding(path=file.path, line=unit.line_of(node), check="imports", message=message)


def _unit(root: str, path: str, data: bytes) -> Unit | None:
    full = str(Path(root, path))
    kind = kind_of(full)
    return read_source(path, full, data, kind).unit if kind in (FileKind.PYTHON, FileKind.NOTEBOOK) else None


def _missing(unit: Unit, tree: LegacyTree) -> Iterator[tuple[ast.AST, str]]:
    for each in unit.imports.all:
        why = _why_missing(each, unit, tree)
        if why:
            yield each.node, why
    for node in unit.python.nodes(ast.Attribute):
        absolute = unit.imports.resolve(node)
        if absolute is not None and absolute.partition(".")[0] == _OURS:
            module, name = _module_of(absolute)
            is_own = name.startswith("__") and name.endswith("__")  # every module has a __dict__, and dir() does not say it
            if name and absolute == f"{module}.{name}" and name not in _names_of(module) and not is_own:
                yield node, f"{dotted(node)} is nowhere: {module} has no {name}"


def _why_missing(each: Import, unit: Unit, tree: LegacyTree) -> str:
    """Why an import of ours or of the old packages fails; empty where it does not, or is neither."""
    if each.module.partition(".")[0] == _OURS and not each.level:
        return _why_ours_is_missing(each.module, each.name)
    module = legacy_module(each.module)
    if module is None or each.level or module[0] or not each.name or each.name == "*":
        return ""
    held = tree.find("", module[1], importer=unit.file)
    if held:
        return _why_not_in(held[0], module[1], each.name)
    if module[1] not in MODULES or canonical(module[1], each.name) is None:
        return f"{each.module} of ai-models-legacy has no {each.name}"
    return ""


def _why_ours_is_missing(module: str, name: str) -> str:
    if not _exists(module):
        return f"there is no module {module}"
    if name and name != "*" and name not in _names_of(module) and not _exists(f"{module}.{name}"):
        return f"{module} has no {name}"
    return ""


@lru_cache(maxsize=512)
def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False  # what is before the last dot is no package


@lru_cache(maxsize=512)
def _names_of(module: str) -> frozenset[str]:
    found = import_module(module)
    return frozenset((*dir(found), *getattr(found, "__all__", ())))


def _module_of(absolute: str) -> tuple[str, str]:
    """The module at the beginning of a dotted name, and the name behind it; empty where it is a module as a whole."""
    parts = absolute.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if _exists(module):
            return module, parts[length] if length < len(parts) else ""
    return absolute, ""


def _why_not_in(package: LegacyPackage, module: str, name: str) -> str:
    """Why a package of the tree does not have a name: its module is gone, or binds nothing of the kind."""
    inner = module.split(".")[1:]
    candidates = [
        Path(package.place, *inner).with_suffix(".py") if inner else Path(f"{package.place}.py"),
        Path(package.place, *inner, "__init__.py"),
    ]
    file = next((path for path in candidates if path.is_file()), None)
    if file is None:
        return f"{module} is not in the tree any more"
    unit = _unit(str(file.parent), file.name, file.read_bytes())
    is_bound = unit is None or unit.imports.is_bound(name) or any(each.name == "*" for each in unit.imports.all)
    return "" if is_bound or Path(package.place, *inner, f"{name}.py").is_file() else f"{module} has no {name}"


# Values


def check_values(remarks: Iterable[Remark]) -> Check:
    """A check that every old value is the catalogue's, or is listed as drift.

    Args:
        remarks: those of the plan.
    """
    told = {(remark.path, remark.line) for remark in remarks if remark.kind == "drift"}

    def check(root: str, changed: Sequence[Changed]) -> Iterator[Finding]:
        names = Names(_catalogue(root), datetime.now(UTC))
        gone = [file for file in changed if file.before is not None and file.after is None and file.path.endswith(".py")]
        for file in gone:
            unit = _unit(root, file.path, file.before or b"")
            module = OldModule(file.path, LegacyPackage("", is_legacy=True), "", unit)
            for remark in old_values([module], names):
                if remark.kind == "drift" and (remark.path, remark.line) not in told:
                    yield Finding(
                        path=remark.path, line=remark.line, check="values", message=f"not listed: {remark.message}"
                    )

    return check


def _catalogue(root: str) -> Catalog:
    """The shipped catalogue with the tree's own on it."""
    overlays = [Path(overlay.path) for overlay in overlays_of(Tree(root)) if not overlay.problem]
    return Catalog.load(overlays, base=default_catalog()) if overlays else default_catalog()
