"""How many lines of its own a tree keeps for models, prices and providers, before a migration and after it.

A line counts where it is neither blank nor a comment alone. What counts are the files that hold old packages, prices,
declarations of models and guides, each as a whole, and whatever the migration adds in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ai_models.migrate.plan import FileChange

__all__ = ["FileLines", "OwnLines", "code_lines", "count_lines"]

_HASH_COMMENTS = (".py", ".pyi", ".pyw", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".sh", ".env")


class FileLines(Struct, frozen=True, order=True):
    """A file with its lines before and after, and what it holds."""

    path: str
    before: int
    after: int
    holds: str


class OwnLines(Struct, frozen=True):
    """The files that count."""

    files: tuple[FileLines, ...]

    @property
    def before(self) -> int:
        """All lines before."""
        return sum(file.before for file in self.files)

    @property
    def after(self) -> int:
        """All lines after."""
        return sum(file.after for file in self.files)

    @property
    def percent(self) -> float:
        """By how much they become fewer (negative) or more, in per cent of those before; 0 where there were none."""
        return (self.after - self.before) / self.before * 100 if self.before else 0.0


def code_lines(path: str, data: bytes | None) -> int:
    """The lines of a file that are neither blank nor a comment alone; of Markdown, those that are not blank."""
    if data is None:
        return 0
    lines = [line.strip() for line in data.splitlines()]
    has_comments = path.endswith(_HASH_COMMENTS)
    return sum(1 for line in lines if line and not (has_comments and line.startswith(b"#")))


def count_lines(changes: Iterable[FileChange], holds: Mapping[str, str], contents: Mapping[str, bytes]) -> OwnLines:
    """The lines of the files that count.

    Args:
        changes: those of the plan; a new file counts as what takes the place of others.
        holds: what each file that counts holds, by its path.
        contents: the files as they are, by their paths.
    """
    changed = {change.path: change for change in changes}
    counted = {path: what for path, what in holds.items() if path in contents}
    counted |= {path: "what takes the place of others" for path, change in changed.items() if change.before is None}
    files = []
    for path, what in counted.items():
        change = changed.get(path)
        before = contents.get(path) if change is None else change.before
        after = before if change is None else change.after
        files.append(FileLines(path, code_lines(path, before), code_lines(path, after), what))
    return OwnLines(tuple(sorted(files)))
