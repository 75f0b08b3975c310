"""``Outcome``: what becomes of one use of an old name: how its text changes, what that needs, what a reader must know."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from ai_models.migrate.plan import Remark, RemarkKind
from ai_models.migrate.rewriting.flow import Flow
from ai_models.migrate.rewriting.references import Reference, References

__all__ = ["Change", "Demand", "New", "NewModule", "Old", "OldSite", "Outcome", "Piece", "Site"]


class New(Struct, frozen=True):
    """A name of ``ai_models`` in a text that is to be: the local name is found when all are known."""

    name: str


class Old(Struct, frozen=True):
    """An old name that goes on meaning the old thing."""

    name: str


class NewModule(Struct, frozen=True):
    """The module of ``ai_models`` that an old module became, as it is written at the use."""

    name: str


Piece = str | New | Old | NewModule


class Change(Struct, frozen=True):
    """New text for a span of the unit's text."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    rule: str
    reason: str


class Demand(Struct, frozen=True):
    """A name that is taken from an old module of the tree, at ``place``, and that nothing else has."""

    place: str
    name: str
    path: str
    line: int


class OldSite(Struct, frozen=True, order=True):
    """A place that goes on with an old name."""

    path: str
    line: int
    name: str


class Outcome:
    """What becomes of a use, or of something else that is rewritten: then there is no reference, but a node.

    ``keeps`` says that the local name goes on in the code, and means the new thing; ``old`` that it means the old one.
    Neither: the use no longer needs it. ``stuck`` says why the name must stay as it is wherever it is used.
    """

    def __init__(
        self,
        reference: Reference | None,
        *,
        node: ast.AST | None = None,
        keeps: bool = True,
        old: bool = False,
        stuck: str = "",
    ) -> None:
        self.reference = reference
        self.node: ast.AST = reference.node if reference is not None else node or ast.Pass()
        self.keeps = keeps and not old
        self.old = old
        self.stuck = stuck
        self.changes: list[Change] = []
        self.remarks: list[Remark] = []
        self.demands: list[Demand] = []
        self.named: list[tuple[int, str]] = []
        """Old names in a text that stay, with their offsets."""
        self.consumed: list[ast.AST] = []
        """Nodes whose text goes: names in them are no longer used."""

    def change(self, start: int, end: int, pieces: Sequence[Piece] | str, rule: str, reason: str) -> None:
        """Add new text for a span."""
        self.changes.append(Change(start, end, (pieces,) if isinstance(pieces, str) else tuple(pieces), rule, reason))


class Site:
    """A use and what surrounds it, for the rules."""

    def __init__(self, references: References, flow: Flow, reference: Reference) -> None:
        self.references = references
        self.flow = flow
        self.reference = reference
        self.unit = references.unit
        self.node = reference.node
        self.parent = self.unit.parent(self.node)

    @property
    def call(self) -> ast.Call | None:
        """The call of the name, if it is called."""
        return self.parent if isinstance(self.parent, ast.Call) and self.parent.func is self.node else None

    @property
    def legacy(self) -> str:
        """The old name as reports say it: ``ModelRegistry.get_spec``, ``toolkit.get_provider``, ``models.registry``."""
        reference = self.reference
        short = reference.name if reference.row.kind == "module" else reference.name.removeprefix(f"{reference.module_of}.")
        return f"{reference.parent}.{short}" if reference.parent else short

    def remark(self, kind: RemarkKind, rule: str, message: str, advice: str = "", *, node: ast.AST | None = None) -> Remark:
        """A remark at the use, or at another node."""
        return self.unit.remark(kind, node or self.node, rule, message, advice=advice, legacy=self.legacy)

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where an expression stands.

        Raises:
            Unplaced: it is not certain.
        """
        return self.unit.places.of(node)

    def in_fstring(self, node: ast.AST) -> bool:
        """Whether a node stands in an f-string."""
        return any(isinstance(each, ast.JoinedStr) for each in self.unit.python.ancestors(node))

    @property
    def root_name(self) -> str:
        """The name that the use begins with; empty where it begins with something else."""
        return self.reference.root.id if isinstance(self.reference.root, ast.Name) else ""

    def pieces(self, node: ast.expr) -> list[Piece]:
        """The text of a part of the use for another place; a module in it is the new one.

        Raises:
            Unplaced: where it stands is not certain.
        """
        module = self.reference.module
        if module is None:
            return [self.unit.places.text(node)]
        end = self.span(module)[1]
        return [NewModule(self.reference.module_name), self.unit.text[end : self.span(node)[1]]]

    def demand(self, name: str) -> list[Demand]:
        """The demand of a name that only an old module of the tree has; none where the tree holds no such package."""
        reference = self.reference
        module = name.partition(".")[0]
        found = self.references.world.judge.legacy.find(reference.parent, module, importer=self.unit.file)
        line = self.unit.line_of(self.node)
        return [Demand(package.place, name, self.unit.path, line) for package in found if package.is_legacy][:1]
