"""The old packages that a tree holds: which of their modules can go, which stay, and what goes with them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ai_models.audit.imports import module_name
from ai_models.audit.legacy import HOMES, MODULES
from ai_models.audit.legacy_tree import LegacyPackage, LegacyTree
from ai_models.audit.names import Names
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import PythonSource
from ai_models.migrate.declarations import Declaration, drift_of, known_model
from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.declared import Unreadable, read_declaration
from ai_models.migrate.rewriting.outcome import Demand, OldSite
from ai_models.migrate.rewriting.sources import Source
from ai_models.migrate.rewriting.tables import price_drift
from ai_models.migrate.rewriting.unit import Unit, is_test

__all__ = ["OldModule", "Verdicts", "models_of_its_own", "modules_of", "old_values", "verdicts"]


class OldModule(Struct, frozen=True, eq=False):
    """A file of an old package: its path relative to the root, its dotted name without parents, and what is in it."""

    path: str
    package: LegacyPackage
    name: str
    unit: Unit | None

    @property
    def python(self) -> PythonSource | None:
        """Its syntax tree."""
        return self.unit.python if self.unit is not None else None

    @property
    def parent(self) -> str:
        """The dotted name of what the package lies in; empty at the top."""
        name, _ = module_name(f"{self.package.place}/__init__.py")
        return name.rpartition(".")[0] if self.is_copy else ""

    @property
    def is_copy(self) -> bool:
        """Whether its package lies in another one: nobody imports it as ``models`` or ``providers``."""
        return not self.package.is_at_top

    @property
    def is_known(self) -> bool:
        """Whether it is one of the old modules, and not one that a team has put beside them."""
        return self.name in MODULES

    def own(self) -> list[str]:
        """The public classes and functions in it that the old surface does not have."""
        body = self.python.tree.body if self.python is not None else []
        defined = [each.name for each in body if isinstance(each, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))]
        return [name for name in defined if not name.startswith("_") and name not in HOMES]

    def settings(self) -> dict[str, int]:
        """The public constants in it that the old surface does not have, with their lines."""
        found: dict[str, int] = {}
        for node in self.python.tree.body if self.python is not None else []:
            targets = (
                node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            )
            for target in targets:
                if isinstance(target, ast.Name) and target.id.isupper() and not target.id.startswith("_"):
                    found[target.id] = node.lineno
        return {name: line for name, line in found.items() if name not in HOMES}


class Verdicts(Struct, frozen=True):
    """Which files of the old packages go, and which stay, each with the reason; what a reader must know of both."""

    gone: dict[str, str]
    staying: dict[str, str]
    remarks: tuple[Remark, ...]


def modules_of(tree: LegacyTree, sources: Mapping[str, Source]) -> list[OldModule]:
    """The Python files of the old packages of a tree, by what was read of it."""
    found: list[OldModule] = []
    for path, source in sources.items():
        package = tree.around(source.file)
        if package is not None:
            inner = Path(source.file).with_suffix("").relative_to(package.place).parts
            parts = [package.dotted, *(part for part in inner if part != "__init__")]
            found.append(OldModule(path, package, ".".join(parts), source.unit))
    return found


def models_of_its_own(modules: Iterable[OldModule], names: Names) -> Iterator[Declaration]:
    """The models that old modules declare and the catalogue lacks: a team's own, which nothing else has."""
    for each in modules:
        for _, declared in _declared(each):
            if declared is not None and known_model(declared, names.catalog) is None:
                yield declared


def _declared(module: OldModule) -> Iterator[tuple[int, Declaration | None]]:
    """The models that an old module declares, with their lines; None where a value is not written down there."""
    unit = module.unit
    if unit is None:
        return
    for call in _declarations(unit):
        line = unit.line_of(call)
        try:
            yield line, read_declaration(unit.python, call, path=module.path, line=line)
        except Unreadable:
            yield line, None


def _declarations(unit: Unit) -> list[ast.Call]:
    return [call for call in unit.python.nodes(ast.Call) if called_name(call) == "ModelSpec"]


def old_values(gone: Iterable[OldModule], names: Names) -> Iterator[Remark]:
    """What the old modules that go say of models, where the catalogue says otherwise; and what of it cannot be read."""
    today = names.at.date()
    for each in gone:
        if each.unit is None:
            continue
        priced = price_drift(each.unit, names, _declarations(each.unit))
        yield from (remark for outcome in priced for remark in outcome.remarks)
        for line, declared in _declared(each):
            spec = known_model(declared, names.catalog) if declared is not None else None
            if declared is None:
                yield _unread(each, line)
            elif spec is not None:
                yield from drift_of(declared, spec, names.catalog, today)


def _unread(module: OldModule, line: int) -> Remark:
    return Remark(
        kind="undecided",
        path=module.path,
        line=line,
        rule="package",
        message="a model that is declared here has values that cannot be read, and goes with the module",
        advice="if it is your own, declare it in an overlay (docs/overlays.md)",
        legacy="models.registry.ModelSpec",
    )


def verdicts(modules: Sequence[OldModule], demands: Iterable[Demand], old: Iterable[OldSite], *, keep: bool) -> Verdicts:
    """What becomes of the old packages.

    Args:
        modules: their files.
        demands: the names that others take from them and that nothing else has.
        old: the places that go on with old names.
        keep: whether all of them are to stay.
    """
    if keep:
        return Verdicts({}, {each.path: "the old packages are to be kept" for each in modules}, ())
    asked = [*demands]
    by_package: dict[str, list[OldModule]] = defaultdict(list)
    for each in modules:
        by_package[each.package.place].append(each)
    staying: dict[str, str] = {}
    for place, held in by_package.items():
        staying |= _staying(held, [demand for demand in asked if demand.place == place], [*old])
    gone = {
        each.path: f"it is the old module {each.name}, which ai_models takes the place of"
        for each in modules
        if each.path not in staying
    }
    remarks = [*_kept_remarks(modules, staying), *_gone_remarks(modules, gone), *_demand_remarks(asked, modules, gone)]
    return Verdicts(gone, staying, tuple(remarks))


def _staying(held: Sequence[OldModule], demands: Sequence[Demand], old: Sequence[OldSite]) -> dict[str, str]:
    """The files of one package that stay, and why."""
    found: dict[str, str] = {}
    for each in held:
        if not each.is_known:
            found[each.path] = f"{each.name} is no module of the old packages, but somebody's own"
        elif each.python is None:
            found[each.path] = "it cannot be parsed"
        elif each.own():
            found[each.path] = f"it defines {', '.join(each.own())} besides"
        else:
            asked = [demand for demand in demands if not is_test(demand.path) and _is_in(demand.name, each.name)]
            if asked:
                found[each.path] = f"{asked[0].path} takes {asked[0].name} from it"
    if not found:
        return {}
    for each in held:
        if each.path not in found and each.path.endswith("__init__.py"):
            found[each.path] = "other modules of the package stay"
        elif each.path not in found and not each.is_copy and any(_is_in(site.name, each.name) for site in old):
            found[each.path] = "old names are still taken from it, and the package stays"
    return found


def _is_in(name: str, module: str) -> bool:
    """Whether a full old name is defined in a module."""
    return name.startswith(f"{module}.") and ".".join(name.split(".")[: len(module.split(".")) + 1]) not in MODULES


def _kept_remarks(modules: Sequence[OldModule], staying: Mapping[str, str]) -> list[Remark]:
    return [
        Remark(
            kind="undecided",
            path=each.path,
            line=0,
            rule="package",
            message=f"stays: {staying[each.path]}",
            advice="move what is your own into a module of another package, and plan again",
            legacy=each.name,
        )
        for each in modules
        if each.path in staying
    ]


def _gone_remarks(modules: Sequence[OldModule], gone: Mapping[str, str]) -> list[Remark]:
    """The settings that go with their modules."""
    return [
        Remark(
            kind="difference",
            path=each.path,
            line=line,
            rule="package",
            message=f"{name} goes with the module: the providers of ai_models have settings of their own",
            advice="give what you still want as a parameter, such as classify(text, prompt)",
            legacy=f"{each.name}.{name}",
        )
        for each in modules
        if each.path in gone
        for name, line in each.settings().items()
    ]


def _demand_remarks(demands: Sequence[Demand], modules: Sequence[OldModule], gone: Mapping[str, str]) -> list[Remark]:
    """Tests that reach into a module that goes."""
    lost = {(each.package.place, each.name) for each in modules if each.path in gone}
    return [
        Remark(
            kind="undecided",
            path=demand.path,
            line=demand.line,
            rule="package",
            message=f"{demand.name} goes with its module: this tests the old package itself",
            advice="remove it together with the package, or plan with --keep-packages",
            legacy=demand.name,
        )
        for demand in demands
        if any(place == demand.place and _is_in(demand.name, name) for place, name in lost)
    ]
