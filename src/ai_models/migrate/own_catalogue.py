"""A tree's own catalogue: the overlays that its ``pyproject.toml`` names, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import structs

from ai_models.catalog.default import shipped_snapshot
from ai_models.catalog.layers import Layers
from ai_models.catalog.overlays import Overlay, named_in
from ai_models.catalog.problems import Problem
from ai_models.migrate.tree import Tree

__all__ = ["catalogue_faults", "overlays_of", "problems_of"]


def overlays_of(tree: Tree) -> list[Overlay]:
    """The overlays that the ``pyproject.toml`` in the root names, the weakest first."""
    path = Path(tree.root, "pyproject.toml")
    return (named_in(str(path), path.read_bytes()) or []) if path.is_file() else []


def catalogue_faults(tree: Tree) -> list[Problem]:
    """What is wrong with the tree's overlays on the shipped catalogue; files are named relative to the tree."""
    return problems_of(overlays_of(tree), Path(tree.root))


def problems_of(overlays: Iterable[Overlay], root: Path) -> list[Problem]:
    """What is wrong with overlays on the shipped catalogue; files below the root are named relative to it."""
    layers = Layers(shipped_snapshot())
    for overlay in overlays:
        layers.lay(overlay)
    return sorted({_relative(problem, root) for problem in layers.problems})


def _relative(problem: Problem, root: Path) -> Problem:
    path = Path.cwd() / problem.file
    if not path.is_relative_to(root):
        return problem
    return structs.replace(problem, file=path.relative_to(root).as_posix())
