"""``Stars``: what ``from models.registry import *`` brings: the old names that module has, and what else there is in it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from ai_models.audit.decoding import decode
from ai_models.audit.files import FileKind
from ai_models.audit.imports import Import, module_name
from ai_models.audit.legacy import HOMES, canonical, legacy_module
from ai_models.audit.legacy_tree import LegacyPackage
from ai_models.audit.python_source import Unparsable
from ai_models.migrate.rewriting.unit import Unit, declared_names

__all__ = ["Stars"]

_BUILT_IN = frozenset(dir(builtins))

Public = dict[str, Import | None]
"""By name, the import by which a module has it, None where it is its own; ``*`` for all of a module nobody can look into."""


class Stars:
    """The old modules of a tree, each of which is read once."""

    def __init__(self) -> None:
        self._public: dict[tuple[str, str], Public | None] = {}

    def old_names(self, module: str, package: LegacyPackage | None) -> Iterator[tuple[str, str]]:
        """What a star brings of an old module, with the full old names.

        Args:
            module: ``models``, ``providers.factory`` …
            package: the package of the tree that it is in; None where the tree holds none.
        """
        public = self._of(package, module) if package is not None else None
        for name in HOMES:
            full = canonical(module, name)
            is_there = full is not None and (module in ("models", "providers") or full.startswith(f"{module}."))
            if full is not None and is_there and (public is None or name in public or "*" in public):
                yield name, full

    def besides(self, unit: Unit, each: Import, package: LegacyPackage | None) -> Public:
        """The names that a unit has from a star and that are no old names.

        Args:
            unit: whose import it is.
            each: the import of everything.
            package: the package of the tree that it leads to.

        Returns:
            By name, the import by which the old module itself has it; None where it is that module's own.
        """
        _, module = legacy_module(each.module) or ("", "")
        public = self._of(package, module) if package is not None and module else None
        if public is None:
            return {}
        loaded = {name.id: name for name in unit.names if isinstance(name.ctx, ast.Load)}
        unbound = {name for name, node in loaded.items() if not unit.imports.binders(name, node)} - _BUILT_IN
        own = {name for name in unbound if canonical(module, name) is None}
        return {name: public.get(name) for name in sorted(own) if name in public or "*" in public}

    def _of(self, package: LegacyPackage, module: str) -> Public | None:
        """What a star brings of an old module; None where it cannot be read."""
        key = (package.place, module)
        if key not in self._public:
            self._public[key] = {}  # modules that bring each other
            old = _module(package, module)
            self._public[key] = None if old is None else dict(self._public_of(old, package))
        return self._public[key]

    def _public_of(self, old: Unit, package: LegacyPackage) -> Iterator[tuple[str, Import | None]]:
        """What ``__all__`` lists, else what has no underscore."""
        listed = declared_names(old)
        for name, binders in old.imports.bound_at_top():
            if name == "*":
                for binder in binders:
                    yield from self._by_star(binder.source, package)
            elif name in listed or (not listed and not name.startswith("_")):
                yield name, next((each.source for each in binders if each.source is not None), None)

    def _by_star(self, source: Import | None, package: LegacyPackage) -> Iterator[tuple[str, Import | None]]:
        """What an old module has by a star of its own."""
        _, module = legacy_module(source.module if source is not None else "") or ("", "")
        inner = self._of(package, module) if module.partition(".")[0] == package.dotted else None
        yield from ({"*": None} if inner is None else inner).items()


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
    except (Unparsable, UnicodeDecodeError, OSError):
        return None
