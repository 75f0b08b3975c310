"""A tree with old packages, and what a migration makes of the files that a test adds to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from rewriting_trees import OLD_PACKAGES, PRICED, Made

from ai_models.catalog import Catalog
from ai_models.migrate.planning import plan_migration

Rewrite = Callable[..., Made]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder for a tree."""
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


@pytest.fixture
def rewrite(tree: Path) -> Rewrite:
    """Write files beside the old packages, and plan; a text alone is ``app.py``."""

    def run(files: dict[str, str | bytes] | str | bytes, *, old: bool = True, **options: Any) -> Made:
        named = files if isinstance(files, dict) else {"app.py": files}
        for name, content in {**(OLD_PACKAGES if old else {}), **named}.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return Made(plan_migration(tree, **options), tree)

    return run


@pytest.fixture(scope="session")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A made-up catalogue: gpt-90 costs 2 and 8, gpt-85-mini 0.5 and 1.5, and gpt-latest moves on."""
    root = tmp_path_factory.mktemp("priced")
    for name, text in PRICED.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text), encoding="utf-8")
    return Catalog.load([root])
