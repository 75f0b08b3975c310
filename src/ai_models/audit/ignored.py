"""What ``.gitignore`` files say, nested as git nests them: the deepest file that says anything of a path decides."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pathspec import GitIgnoreSpec

__all__ = ["Ignored"]


class Ignored:
    """Patterns by the folder that they are relative to, the outermost first; immutable."""

    def __init__(self, rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()) -> None:
        self._rules = rules

    @classmethod
    def by_patterns(cls, folder: str, patterns: Iterable[str]) -> Ignored:
        """Patterns relative to a folder.

        Raises:
            ValueError: a pattern that is none.
        """
        lines = list(patterns)
        return cls(((os.path.abspath(folder), GitIgnoreSpec.from_lines(lines)),) if lines else ())

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
        rules = cls()._with(root, _exclusions(root))
        for parent in reversed(above[1:]):
            rules = rules.with_file(parent)
        return cls() if rules.matches(folder, is_folder=True) else rules  # whoever names an ignored folder means it

    def with_file(self, folder: str) -> Ignored:
        """With the ``.gitignore`` of a folder."""
        return self._with(folder, os.path.join(folder, ".gitignore"))

    def _with(self, folder: str, file: str) -> Ignored:
        try:
            lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
            spec = GitIgnoreSpec.from_lines(lines)
        except (OSError, ValueError):
            return self  # git, too, goes on without a file that it cannot read
        return Ignored((*self._rules, (os.path.abspath(folder), spec)))

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


def _exclusions(root: str) -> str:
    """The ``info/exclude`` of a repository, whose ``.git`` is a file in a worktree or a submodule."""
    place = os.path.join(root, ".git")
    if os.path.isfile(place):
        try:
            place = os.path.join(root, Path(place).read_text(encoding="utf-8").partition("gitdir:")[2].strip())
            common = Path(place, "commondir")
            place = os.path.join(place, common.read_text(encoding="utf-8").strip()) if common.exists() else place
        except (OSError, UnicodeDecodeError):
            return ""
    return os.path.join(place, "info", "exclude")
