"""Patterns of files as in ``.gitignore``, nested as git nests them: the deepest that says anything of a path decides."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

from ai_models.errors import AuditError

__all__ = ["Ignored", "file_pattern"]

_INSIDE: Final = re.compile(r"\A(?!!)(.*/)\*\*[ \t\r]*\Z", re.DOTALL)
_WINDOWS: Final = re.compile(r"\\[\w.]")
"""A backslash that takes no sign of patterns as it is."""


class Ignored:
    """Patterns by the folder that they are relative to, the outermost first; immutable."""

    def __init__(self, rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()) -> None:
        self._rules = rules

    def with_patterns(self, folder: str, patterns: Iterable[str]) -> Ignored:
        """With patterns relative to a folder, each of which can be read."""
        lines = list(patterns)
        return Ignored((*self._rules, (os.path.abspath(folder), _spec(lines)))) if lines else self

    @classmethod
    def around(cls, folder: str) -> Ignored:
        """What the files above a folder say, up to the root of its repository, and the repository's own exclusions."""
        above = [os.path.abspath(folder)]
        while not os.path.exists(os.path.join(above[-1], ".git")):
            parent = os.path.dirname(above[-1])
            if parent == above[-1]:
                return cls()  # no repository: only what lies below the folder counts
            above.append(parent)
        root = above[-1]
        rules = cls().with_file(root, _exclusions(root))
        for parent in reversed(above[1:]):
            rules = rules.with_file(parent)
        return cls() if rules.matches(folder, is_folder=True) else rules  # whoever names an ignored folder means it

    def with_file(self, folder: str, file: str = "") -> Ignored:
        """With the ``.gitignore`` of a folder, or with another file whose patterns are relative to it."""
        place = Path(file) if file else Path(folder, ".gitignore")
        try:
            text = place.read_text(encoding="utf-8-sig", errors="surrogateescape")
        except OSError:
            return self  # git, too, goes on without a file that it cannot read
        return self.with_patterns(folder, filter(_is_pattern, text.split("\n")))

    def matches(self, path: str, *, is_folder: bool) -> bool:
        """Whether the path is to be passed over."""
        if not self._rules:
            return False
        absolute = os.path.abspath(path)
        for folder, spec in reversed(self._rules):
            if not absolute.startswith(folder.rstrip(os.sep) + os.sep):
                continue
            relative = absolute[len(folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
            verdict = spec.check_file(f"{relative}/" if is_folder else relative).include
            if verdict is not None:
                return verdict
        return False


def file_pattern(written: str) -> str:
    """A pattern as people write it, as ``.gitignore`` has it: to that one, ``./a`` means nothing and ``a\\b`` is ``ab``.

    Raises:
        AuditError: it has the separators of Windows, goes up, or names no file whatever.
    """
    if _WINDOWS.search(written):
        slashed = written.replace("\\", "/")
        raise AuditError(f"the pattern {written!r} has a backslash between folders; write {slashed!r}")
    if ".." in written.split("/"):
        raise AuditError(f"the pattern {written!r} goes up, and patterns only go down; write it from the folder above")
    pattern = written[1:] if written.startswith("./") else written
    if not _is_pattern(pattern) or all(each.include is None for each in _spec([pattern]).patterns):
        raise AuditError(f"the pattern {written!r} names no file")
    return pattern


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """Patterns ready to be asked; of a folder ``a/**`` names what is in it, as git has it, and not the folder."""
    return GitIgnoreSpec.from_lines(_INSIDE.sub(r"\1*", line) for line in lines)


def _is_pattern(line: str) -> bool:
    """Whether a line can be read: git goes on with the next one where it cannot."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _exclusions(root: str) -> str:
    """The ``info/exclude`` of a repository, whose ``.git`` is a file in a worktree or a submodule."""
    place = os.path.join(root, ".git")
    if os.path.isfile(place):
        try:
            place = os.path.join(root, Path(place).read_text(encoding="utf-8").partition("gitdir:")[2].strip())
            common = Path(place, "commondir")
            place = os.path.join(place, common.read_text(encoding="utf-8").strip()) if common.exists() else place
        except (OSError, UnicodeDecodeError):
            return os.devnull
    return os.path.join(place, "info", "exclude")
