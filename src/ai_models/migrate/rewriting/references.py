"""``References``: every use of an old name in a unit, with its full name and the local name by which it is reached."""

from __future__ import annotations

import ast
from typing import NamedTuple

from msgspec import Struct

from ai_models.audit.imports import Binder, Import
from ai_models.audit.legacy import LEGACY, LegacyName, legacy_module
from ai_models.audit.python_names import called_name
from ai_models.audit.python_source import text_of
from ai_models.migrate.rewriting.unit import Unit
from ai_models.migrate.rewriting.world import REGISTRY, World, is_asked_of, longest, module_length

__all__ = ["REGISTRY", "Hold", "Reference", "References"]

_LOADERS = frozenset({"import_module", "__import__"})


class Hold:
    """A local name that stands for something, in one scope: by imports, by an assignment, or (without a name) by a call.

    ``mixed`` says what else it is bound to: no use of it may be written otherwise. Empty where it is bound to nothing else.
    """

    def __init__(
        self, local: str, sources: tuple[Import, ...] = (), *, alias: Reference | None = None, loaded: str = ""
    ) -> None:
        self.local = local
        self.sources = sources
        self.alias = alias
        self.loaded = loaded
        self.mixed = ""
        self._stuck = ""

    @property
    def stuck(self) -> str:
        """Why what it stands for must stay what it is; empty where it may change."""
        return self._stuck or (self.alias.hold.stuck if self.alias is not None else "")

    @property
    def is_plain(self) -> bool:
        """Whether it comes from ``import a.b``, which binds ``a``."""
        return any(not each.name and each.alias.asname is None for each in self.sources)

    def hold(self, reason: str) -> None:
        """Leave it as it is, and whatever it is another name of."""
        self._stuck = self._stuck or reason
        if self.alias is not None:
            self.alias.hold.hold(reason)


class Reference(Struct, frozen=True, eq=False, kw_only=True):
    """One use: ``node`` is the longest chain of attributes that has an old name, ``module`` the part of it that is a module.

    ``root`` is what the chain begins with. ``direct`` says that it is reached by an import of the old package itself;
    ``parent`` is what stands before the old package there (``toolkit``).
    """

    name: str
    node: ast.expr
    root: ast.expr
    module: ast.expr | None
    module_name: str
    hold: Hold
    direct: bool
    parent: str = ""

    @property
    def row(self) -> LegacyName:
        """What the table says of the name."""
        return LEGACY[self.name]

    @property
    def module_of(self) -> str:
        """The old module that defines the name."""
        parts = self.name.split(".")
        return ".".join(parts[: module_length(parts)])


class _Trail(NamedTuple):
    """An absolute name in the terms of old: its parts, and by how many they differ from those of the chain in the code."""

    old: list[str]
    shift: int
    least: int = 1
    direct: bool = True
    parent: str = ""
    stuck: str = ""


class References:
    """The uses in one unit."""

    def __init__(self, world: World, unit: Unit) -> None:
        self.world = world
        self.unit = unit
        self._holds: dict[object, Hold | None] = {}
        self._stars = [each for each in world.held[unit] if each.name == "*"]
        self.all: list[Reference] = []
        self.at: dict[ast.AST, Reference] = {}
        self._find()

    def _find(self) -> None:
        loads = [name for name in self.unit.names if not isinstance(name.ctx, ast.Store)]
        calls = [call for call in self.unit.python.nodes(ast.Call) if called_name(call) in _LOADERS]
        roots: list[ast.Name | ast.Call] = [*loads, *calls]
        for root in roots:
            reference = self._reference(root)
            if reference is not None and reference.node not in self.at:
                self.all.append(reference)
                self.at[reference.node] = reference
        self.all.sort(key=lambda each: self.unit.places.start(each.node))

    def named(self, node: ast.AST | None) -> str:
        """The old name that an expression is, as a whole; empty where it is none. ``ModelRegistry()`` is the class."""
        found = self.at.get(node) if node is not None else None
        if found is None and isinstance(node, ast.Call) and _is_bare(node):
            found = self.at.get(node.func)
            return REGISTRY if found is not None and found.name == REGISTRY else ""
        return found.name if found is not None else ""

    # What an expression stands for

    def _reference(self, root: ast.Name | ast.Call) -> Reference | None:
        hold = self._loaded(root) if isinstance(root, ast.Call) else self.hold(root)
        if hold is None:
            return None
        nodes = self._chain(root)
        found = self._longest(hold, nodes)
        if found is not None and found.name == REGISTRY:
            call = self.unit.parent(found.node)
            if isinstance(call, ast.Call) and call.func is found.node and _is_bare(call):
                nodes = [*nodes[: nodes.index(found.node) + 1], *self._chain(call)[1:]]
                return self._longest(hold, nodes)
        return found

    def _chain(self, root: ast.expr) -> list[ast.expr]:
        """An expression, and the attributes that are taken from it one after the other."""
        nodes = [root]
        while isinstance(outer := self.unit.parent(nodes[-1]), ast.Attribute):
            nodes.append(outer)
        return nodes

    def _longest(self, hold: Hold, nodes: list[ast.expr]) -> Reference | None:
        """The use whose old name is the longest beginning of a chain."""
        parts = [hold.local, *(node.attr for node in nodes[1:] if isinstance(node, ast.Attribute))]
        trails = self._trails(hold, parts)
        found = [(place, trail) for trail in trails if (place := longest(trail.old, trail.least)) is not None]
        if not found:
            return None
        (name, length), trail = max(found, key=lambda pair: pair[0][1] + pair[1].shift)
        hold.hold(trail.stuck)
        modules = module_length(trail.old[:length])
        held = modules + trail.shift
        return Reference(
            name=name,
            node=nodes[length + trail.shift - 1],
            root=nodes[0],
            module=nodes[held - 1] if held > 0 and trail.direct else None,
            module_name=".".join(trail.old[:modules]),
            hold=hold,
            direct=trail.direct,
            parent=trail.parent,
        )

    def _trails(self, hold: Hold, parts: list[str]) -> list[_Trail]:
        if hold.alias is not None:
            old = hold.alias.name.split(".")
            return [_Trail([*old, *parts[1:]], 1 - len(old), len(old), hold.alias.direct, hold.alias.parent)]
        if hold.loaded:
            parent, module = legacy_module(hold.loaded) or ("", hold.loaded)
            old = module.split(".")
            return [_Trail([*old, *parts[1:]], 1 - len(old), len(old), direct=True, parent=parent)]
        return [trail for source in hold.sources if (trail := self._trail(source, parts)) is not None]

    def _trail(self, source: Import, parts: list[str]) -> _Trail | None:
        base = _base(source, parts[0])
        absolute = [*base, *parts[1:]]
        if source in self.world.held[self.unit]:
            parent, _ = legacy_module(source.module) or legacy_module(source.target) or ("", "")
            return self._below(parent, absolute, base)
        passed = self.world.second_hand(absolute)
        if passed is not None:
            old, taken, is_stuck = passed
            lead = len(old) - len(absolute[taken:])
            shift = taken - lead + 1 - len(base)
            stuck = f"{source.module} goes on with the old thing" if is_stuck else ""
            return _Trail(old, shift, max(lead, 1 - shift), direct=False, stuck=stuck)
        for place in range(1, len(absolute)):
            is_package = absolute[place] in ("models", "providers")
            if is_package and self.world.is_old(self.unit, ".".join(absolute[: place + 1])):
                return self._below(".".join(absolute[:place]), absolute, base)
        return None

    def _below(self, parent: str, absolute: list[str], base: list[str]) -> _Trail:
        taken = len(parent.split(".")) if parent else 0
        shift = taken + 1 - len(base)
        return _Trail(absolute[taken:], shift, max(1, 1 - shift), direct=True, parent=parent)

    # What binds a name

    def hold(self, name: ast.Name) -> Hold | None:
        """What a name stands for where it is used; None where nothing is known of it."""
        binders = self.unit.imports.binders(name.id, name)
        if binders:
            return self._of_binders(name.id, binders)
        key = ("*", name.id)
        if key not in self._holds:
            self._holds[key] = self._starred(name.id)
        return self._holds[key]

    def _of_binders(self, local: str, binders: list[Binder]) -> Hold | None:
        key = id(binders)
        if key not in self._holds:
            self._holds[key] = None  # whoever is bound by way of itself stands for nothing
            self._holds[key] = self._bound(local, binders)
        return self._holds[key]

    def _starred(self, local: str) -> Hold | None:
        found = [each for each in self._stars if local in dict(self.world.brought(self.unit, each))]
        passed = [
            each
            for each in self.unit.imports.all
            if each.name == "*" and not found and self.world.second_hand([*each.module.split("."), local])
        ]
        if not found and not passed:
            return None
        hold = Hold(local, tuple([*found, *passed][:1]))
        hold.hold(self._why_whole(found[0]) if found else "")
        return hold

    def _why_whole(self, star: Import) -> str:
        """Why a star must stay one: it brings what only the old module has; empty where it does not."""
        besides = self.world.brought_besides(self.unit, star)
        own = [name for name, source in besides.items() if source is None or not source.name]
        return f"everything is imported, and {own[0]} is in the old module alone" if own else ""

    def _bound(self, local: str, binders: list[Binder]) -> Hold | None:
        sources = tuple(each.source for each in binders if each.source is not None and each.source.name != "*")
        others = [each for each in binders if each.source is None and not self._is_nothing(each.node)]
        if not sources:
            return self._alias(local, others[0].node) if len(binders) == 1 and others else None
        hold = Hold(local, sources)
        if others:
            hold.mixed = f"{local} is bound to something else too, in line {self.unit.line_of(others[0].node)}"
        if hold.is_plain or (is_asked_of(self.old_name(sources[0])) and self.is_passed_on(sources[0])):
            hold.hold(hold.mixed)
        if not hold.is_plain:
            hold.hold(self._why_torn(local, sources) or self._why_hidden(local, sources[0]))
        return hold

    def _why_torn(self, local: str, sources: tuple[Import, ...]) -> str:
        """Why imports that bind one name must stay: they mean different things; empty where they do not."""
        names = {self.old_name(source) for source in sources}
        if len(names) == 1:
            passed = self.world.second_hand(sources[0].target.split("."))
            is_stuck = passed is not None and passed[2] and sources[0] not in self.world.held[self.unit]
            return f"{sources[0].module} goes on with the old {sources[0].name}" if is_stuck else ""
        if "" in names:
            return f"{local} is imported from elsewhere, too"
        is_value = all(name in LEGACY and LEGACY[name].kind == "constant" for name in names)
        return "" if is_value else f"{local} stands for more than one old name"

    def _why_hidden(self, local: str, source: Import) -> str:
        """Why an import in the body of a class must stay: what is asked of an attribute cannot be seen; else empty."""
        is_attribute = isinstance(self.unit.imports.scope(source.node), ast.ClassDef)
        is_hidden = is_attribute and is_asked_of(self.old_name(source))
        return f"{local} is an attribute of a class, and what is asked of it there cannot be seen" if is_hidden else ""

    def old_name(self, source: Import) -> str:
        """The old name that an import binds; empty where it binds none."""
        direct = self.world.held[self.unit].get(source)
        passed = self.world.second_hand(source.target.split(".")) if direct is None else None
        return direct or (".".join(passed[0]) if passed is not None else "")

    def is_passed_on(self, source: Import) -> bool:
        """Whether others may take from the module what an import binds."""
        is_at_top = self.unit.imports.scope(source.node) is self.unit.tree
        return is_at_top and self.world.is_passed_on(self.unit, source.local)

    def is_followed(self, target: ast.expr) -> bool:
        """Whether an assignment of an old class or module gives it a name that is seen wherever it is used."""
        hold = self.hold(target) if isinstance(target, ast.Name) else None
        return hold is not None and hold.alias is not None

    def names_at_top(self, *, stuck: bool) -> frozenset[str]:
        """The names at the top of the module that stand for old things; with ``stuck`` those that go on doing so."""
        found: set[str] = set()
        for local, binders in self.unit.imports.bound_at_top():
            hold = self._of_binders(local, binders)
            is_old = hold is not None and (hold.alias is not None or any(map(self.old_name, hold.sources)))
            if hold is not None and is_old and (hold.stuck or not stuck):
                found.add(local)
        return frozenset(found)

    def bound_by(self, source: Import) -> Hold | None:
        """The local name that an import binds; None for ``*``."""
        binders = self.unit.imports.binders(source.local, source.node) if source.name != "*" else []
        return self._of_binders(source.local, binders) if binders else None

    def _is_nothing(self, node: ast.AST) -> bool:
        """Whether a binding is ``name = None`` or ``del name``: no other meaning of the name."""
        around = self.unit.parent(node)
        is_none = isinstance(around, (ast.Assign, ast.AnnAssign)) and _is_none(around.value)
        return is_none or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del))

    def _alias(self, local: str, node: ast.AST) -> Hold | None:
        """A name that is given once, and is an old class or module: ``registry = ModelRegistry``."""
        around = self.unit.parent(node)
        is_alone = isinstance(around, ast.AnnAssign) or (isinstance(around, ast.Assign) and around.targets == [node])
        if not is_alone or not isinstance(around, (ast.Assign, ast.AnnAssign)) or around.value is None:
            return None
        is_called = isinstance(around.value, ast.Call) and _is_bare(around.value)
        value = around.value.func if isinstance(around.value, ast.Call) and is_called else around.value
        root = value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, (ast.Name, ast.Call)):
            return None
        meant = self._reference(root)
        if meant is None or meant.node is not value or not is_asked_of(meant.name):
            return None
        if isinstance(self.unit.imports.scope(node), ast.ClassDef):
            return None  # it is an attribute, and what is asked of that cannot be seen
        if is_called and meant.name != REGISTRY:
            return None
        return Hold(local, alias=meant)

    def _loaded(self, call: ast.Call) -> Hold | None:
        """The module that a call imports by its name."""
        text = text_of(self.unit.python.text_value(call.args[0])) if call.args else None
        if called_name(call) not in _LOADERS or text is None:
            return None
        if called_name(call) == "__import__" and not any(word.arg == "fromlist" for word in call.keywords):
            return None
        module = legacy_module(text)
        if module is None or self.world.judge.legacy.verdict(*module, importer=self.unit.file) is False:
            return None
        if module[1] in ("models", "providers") and not self.world.is_old(self.unit, text):
            return None
        return Hold("", loaded=text)


def _base(source: Import, local: str) -> list[str]:
    """The absolute name that a local name stands for by an import."""
    if source.name == "*":
        return [*source.module.split("."), local]
    if not source.name and source.alias.asname is None:
        return [local]
    return source.target.split(".")


def _is_bare(call: ast.Call) -> bool:
    """Whether a call has no arguments: ``ModelRegistry()`` is of as much use as the class."""
    return not call.args and not call.keywords


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
