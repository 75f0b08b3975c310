"""What ``from models.registry import *`` brings besides the old names: what that module has imported or defined itself."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from ai_models.audit.decoding import decode
from ai_models.audit.files import FileKind
from ai_models.audit.imports import Import, module_name
from ai_models.audit.legacy import canonical, legacy_module
from ai_models.audit.legacy_tree import LegacyPackage
from ai_models.audit.python_source import Unparsable
from ai_models.migrate.rewriting.unit import Unit, declared_names

__all__ = ["brought_besides"]

_BUILT_IN = frozenset(dir(builtins))


def brought_besides(unit: Unit, each: Import, package: LegacyPackage | None) -> dict[str, Import | None]:
    """The names that a unit has from a star and that are no old names.

    Args:
        unit: whose import it is.
        each: the import of everything.
        package: the package of the tree that it leads to.

    Returns:
        By name, the import by which the old module itself has it; None where it is that module's own.
    """
    module = legacy_module(each.module)
    old = None if package is None or module is None else _module(package, module[1])
    if old is None or module is None:
        return {}
    wanted = {name.id for name in unit.names if isinstance(name.ctx, ast.Load)}
    unbound = {name.id for name in unit.names if name.id in wanted and not unit.imports.binders(name.id, name)}
    had = dict(_public(old))
    return {name: had[name] for name in sorted(unbound - _BUILT_IN) if name in had and canonical(module[1], name) is None}


def _module(package: LegacyPackage, module: str) -> Unit | None:
    """The source of an old module of the tree; None where it cannot be read."""
    inner = module.split(".")[1:]
    place = Path(package.place, *inner)
    files = [place / "__init__.py", place.with_name(f"{place.name}.py")]
    file = next((path for path in files if path.is_file()), None)
    if file is None:
        return None
    try:
        text = decode(file.read_bytes(), FileKind.PYTHON).text
        name, is_package = module_name(str(file))
        return Unit(file.name, str(file), text, module=name, is_package=is_package)
    except Unparsable:
        return None


def _public(old: Unit) -> Iterator[tuple[str, Import | None]]:
    """What a star brings of a module: what ``__all__`` lists, else what has no underscore."""
    listed = declared_names(old)
    for name, binders in old.imports.bound_at_top():
        if name in listed or (not listed and not name.startswith("_")):
            yield name, next((each.source for each in binders if each.source is not None), None)
