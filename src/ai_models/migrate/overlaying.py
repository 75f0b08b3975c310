"""What a migration writes into a tree's own catalogue: models that it declared, and the guidance of its pages.

    own = own_catalogue(root, pages, declarations)
    own.changes, own.remarks, own.coverage

The rewriting of Python hands over the ``ModelSpec(…)`` that it found as ``Declaration`` values, and the Markdown files of
the tree for which ``may_be_guide`` is true; what comes back goes into its ``Plan``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from ai_models.catalog.aside import write_aside
from ai_models.catalog.catalog import Catalog
from ai_models.catalog.default import shipped_snapshot
from ai_models.catalog.overlays import Overlay
from ai_models.errors import CatalogError
from ai_models.migrate.declarations import (
    RULE,
    Declaration,
    definition_of,
    difference_between,
    drift_of,
    known_model,
    maker_of,
    offering_of,
)
from ai_models.migrate.documents.converting import RULE as GUIDE_RULE
from ai_models.migrate.documents.converting import Guides, may_be_guide
from ai_models.migrate.documents.coverage import Coverage
from ai_models.migrate.documents.names import Names
from ai_models.migrate.overlay_files import OverlayFiles, has_overlay
from ai_models.migrate.own_catalogue import problems_of
from ai_models.migrate.plan import FileChange, Remark
from ai_models.migrate.project_table import naming
from ai_models.migrate.tree import Tree

__all__ = ["OwnCatalogue", "may_be_guide", "own_catalogue"]


class OwnCatalogue(Struct, frozen=True, kw_only=True):
    """Files of the tree's own catalogue and pages that change for it, what is to be said, and where every passage went.

    ``models`` are the keys (``maker/model_id``) of declared models that it has now, by their ids.
    """

    changes: tuple[FileChange, ...] = ()
    remarks: tuple[Remark, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    models: dict[str, str] = {}


def own_catalogue(
    root: Path,
    pages: Mapping[str, bytes],
    declarations: Iterable[Declaration] = (),
    *,
    makers: Mapping[str, str] | None = None,
    today: date | None = None,
) -> OwnCatalogue:
    """Plan the tree's own catalogue; nothing is written.

    Args:
        root: the tree.
        pages: Markdown files, by their paths relative to the tree; those that are no guides are left alone.
        declarations: the models that it declares.
        makers: who made a declared model, by its id, where the declaration cannot say it.
        today: the day on which prices and lifecycles are judged; now in UTC by default.

    Raises:
        CatalogError: the tree's own catalogue has problems already.
        OSError: a file of it cannot be read.
    """
    declared = list(declarations)
    tree = Tree(root)
    if not declared and not pages and not has_overlay(tree):
        return OwnCatalogue()
    work = _Work(tree, today or datetime.now(UTC).date())
    work.declare(declared, makers or {})
    work.guide(pages)
    return work.result()


class _Work:
    def __init__(self, tree: Tree, today: date) -> None:
        self._tree = tree
        self._today = today
        self._shipped = Catalog(shipped_snapshot())
        self._overlay = OverlayFiles(tree, self._shipped)
        self._catalog: Catalog | None = self._laid(self._overlay)
        self._changes: list[FileChange] = []
        self._remarks: list[Remark] = []
        self._coverage: list[Coverage] = []
        self._models: dict[str, str] = {}

    def _laid(self, overlay: OverlayFiles) -> Catalog:
        """The shipped catalogue with the overlay as it would be.

        Raises:
            CatalogError: it would have problems.
        """
        with _written(overlay) as place:
            if place is None:
                return self._shipped
            try:
                return Catalog.load([place], base=self._shipped)
            except CatalogError as error:
                raise _named_in_tree(error.problems, place, overlay.place) from None

    @property
    def _known(self) -> Catalog:
        """What is known by now: laid anew once the overlay has become another, and not before somebody asks."""
        if self._catalog is None:
            self._catalog = self._laid(self._overlay)
        return self._catalog

    def _check(self, overlay: OverlayFiles) -> None:
        """Lay the overlay on the shipped catalogue, without compiling what comes of it.

        Raises:
            CatalogError: it would have problems.
        """
        with _written(overlay) as place:
            problems = [] if place is None else problems_of([Overlay(str(place), "a migration")], place)
            if problems and place is not None:
                raise _named_in_tree(map(str, problems), place, overlay.place)

    def declare(self, declarations: Sequence[Declaration], makers: Mapping[str, str]) -> None:
        """Add the models that the catalogue lacks, and say where it and the others differ."""
        lacking: dict[str, Declaration] = {}
        for declaration in declarations:
            known = known_model(declaration, self._known)
            if known is None:
                first = lacking.setdefault(declaration.model_id, declaration)
                self._remarks += difference_between(first, declaration)
                continue
            self._remarks += drift_of(declaration, known, self._known, self._today)
            if Path(known.origin).is_absolute():  # a user's own file defines it, and not a shipped one
                self._models[declaration.model_id] = known.key
        if not lacking:
            return
        try:
            self._define(list(lacking.values()), makers)
        except CatalogError:
            for declaration in lacking.values():  # one at a time, to see which of them cannot be
                try:
                    self._define([declaration], makers)
                except CatalogError as error:
                    self._remarks.append(_undeclarable(declaration, error))

    def _define(self, declarations: Sequence[Declaration], makers: Mapping[str, str]) -> None:
        """Add models to the overlay, all of them or none.

        Raises:
            CatalogError: the catalogue would have problems with them.
        """
        trial, remarks, models = self._overlay.copy(), [], {}
        for declaration in declarations:
            maker, undecided = maker_of(declaration, makers)
            source = f"{declaration.path}:{declaration.line}"
            trial.add_definition(definition_of(declaration, maker, self._today), source=source)
            offering = offering_of(declaration, self._today)
            if offering is not None:
                trial.add_offering(maker, declaration.model_id, offering, source=source)
            remarks += undecided
            models[declaration.model_id] = f"{maker}/{declaration.model_id}"
        self._check(trial)
        self._overlay, self._catalog = trial, None
        self._remarks += remarks
        self._models |= models

    def guide(self, pages: Mapping[str, bytes]) -> None:
        """Take what the pages say of models; all of them, or none where the result would have problems."""
        if not pages:
            return
        trial = self._overlay.copy()
        guides = Guides(trial, Names(self._known), self._known, self._today)
        for path, data in sorted(pages.items()):
            guides.add(path, data)
        if not guides.changes and not guides.remarks:
            return
        try:
            self._check(trial)
        except CatalogError as error:
            self._remarks += [_unplaceable(path, error) for path in sorted({each.path for each in guides.changes})]
            return
        self._overlay = trial
        self._changes += guides.changes
        self._remarks += guides.remarks
        self._coverage += guides.coverage

    def result(self) -> OwnCatalogue:
        files = list(self._overlay.changes())
        named = self._named() if files else None
        changes = [*self._changes, *files, *([named] if isinstance(named, FileChange) else [])]
        remarks = [*self._remarks, *([named] if isinstance(named, Remark) else [])]
        return OwnCatalogue(
            changes=tuple(sorted(changes, key=lambda change: change.path)),
            remarks=tuple(remarks),
            coverage=tuple(self._coverage),
            models=self._models,
        )

    def _named(self) -> FileChange | Remark | None:
        path = Path(self._tree.root, "pyproject.toml")
        return naming(self._overlay.place, path.read_bytes() if path.is_file() else None)


@contextmanager
def _written(overlay: OverlayFiles) -> Iterator[Path | None]:
    """The overlay's files in a directory of their own, for as long as it is looked at; None where it has none."""
    texts = overlay.texts()
    if not texts:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="ai-models-") as name:
        for path, data in texts.items():
            write_aside(Path(name, path), data)
        yield Path(name, overlay.place)


def _named_in_tree(problems: Iterable[str], place: Path, name: str) -> CatalogError:
    """Problems of files in a temporary directory, as problems of the tree's."""
    inside = [problem.replace(f"{place}/", f"{name}/") for problem in problems]
    return CatalogError("the tree's own catalogue would have problems:", problems=inside)


def _undeclarable(declaration: Declaration, error: CatalogError) -> Remark:
    return Remark(
        kind="undecided",
        path=declaration.path,
        line=declaration.line,
        rule=RULE,
        message=f"{declaration.model_id} cannot be defined as it is declared: {'; '.join(error.problems)}",
        advice="mend the declaration, and plan again",
        legacy="ModelSpec",
    )


def _unplaceable(path: str, error: CatalogError) -> Remark:
    return Remark(
        kind="undecided",
        path=path,
        line=0,
        rule=GUIDE_RULE,
        message=f"is left as it is, because the tree's own catalogue would have problems: {'; '.join(error.problems)}",
        advice="mend them, and plan again",
    )
