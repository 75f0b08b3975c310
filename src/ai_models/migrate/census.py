"""The other files of a tree as they were when it was migrated, so that it can be told later whether they still are."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator

from ai_models.migrate.guard import LOCK
from ai_models.migrate.tree import Tree, unfit

__all__ = ["SKIPPED", "Census", "differences", "take_census"]

Census = dict[str, str]
"""By path: the SHA-256 of a file, or the size and the time of change of a very large one."""

SKIPPED = frozenset(
    (
        *(".git", ".hg", ".svn", ".jj"),
        *("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".tox", ".nox", ".ipynb_checkpoints"),
        *(".venv", "venv", "node_modules", "site-packages", ".eggs"),
    )
)
"""Folders that change by themselves, or hold what others wrote."""

_LARGEST_HASHED = 4 * 1024 * 1024


def take_census(tree: Tree, paths: Iterable[str] | None = None, *, excluded: Collection[str] = ()) -> Census:
    """The files at these paths, or all of the tree that are anybody's own.

    Raises:
        OSError: one cannot be read.
    """
    marks = {}
    for path in _all(tree, excluded) if paths is None else paths:
        mark = "" if unfit(path) else _mark(os.path.join(tree.root, path))
        if mark:
            marks[path] = mark
    return marks


def differences(tree: Tree, census: Census) -> dict[str, str]:
    """Which of the files that were counted are not as they were, in a few words each."""
    now = take_census(tree, census)
    return {
        path: "was changed" if path in now else "is gone" for path, mark in sorted(census.items()) if now.get(path) != mark
    }


def _all(tree: Tree, excluded: Collection[str]) -> Iterator[str]:
    left_out = {os.path.join(tree.root, path) for path in excluded}
    for folder, folders, names in os.walk(tree.root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and os.path.join(folder, name) not in left_out)
        inner = os.path.relpath(folder, tree.root).replace(os.sep, "/")
        prefix = "" if inner == "." else f"{inner}/"
        yield from (prefix + name for name in sorted(names) if prefix + name != LOCK)


def _mark(path: str) -> str:
    """The mark of a regular file; empty where there is none, or where nobody may read it."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ""
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return ""
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        if state.st_size > _LARGEST_HASHED:
            return f"{state.st_size} bytes of {state.st_mtime_ns}"
        return hashlib.file_digest(file, "sha256").hexdigest()
