"""``Source``: a file of Python as it stands on the disk, with the unit that it is, and the change that its edits make."""

from __future__ import annotations

import re
from typing import Final

from ai_models.audit.decoding import decode
from ai_models.audit.files import FileKind
from ai_models.audit.imports import module_name
from ai_models.audit.legacy_tree import LegacyTree
from ai_models.audit.legacy_use import LEGACY_HINT
from ai_models.audit.name_shapes import HINTS
from ai_models.audit.python_source import Unparsable
from ai_models.errors import UnfitPlanError
from ai_models.migrate.editing import edited
from ai_models.migrate.overlaying import may_be_guide
from ai_models.migrate.plan import Edit, FileChange, Remark
from ai_models.migrate.rewriting.notebook import Notebook, Unmapped
from ai_models.migrate.rewriting.unit import Unit

__all__ = ["Source", "may_matter", "read_source"]

_NAMES: Final = re.compile(HINTS.pattern.encode())
_PROJECT: Final = re.compile(r"(?:^|/)(?:pyproject\.toml|setup\.(?:py|cfg)|requirements[\w.-]*\.txt)$")
_WORDS: Final = re.compile(rb"\b(?:models|providers)\b")


def may_matter(data: bytes, kind: FileKind, path: str, tree: LegacyTree) -> bool:
    """Whether a file can have to do with the old packages of a tree, or with prices: one look at its bytes."""
    if kind is FileKind.PROSE:
        return may_be_guide(path) or _PROJECT.search(path) is not None
    if LEGACY_HINT.search(data) is not None or _PROJECT.search(path) is not None or _NAMES.search(data.lower()) is not None:
        return True
    return tree.holds_old_packages and _WORDS.search(data) is not None


class Source:
    """A file with its unit; ``unit`` is None where it holds none that can be read, and ``remarks`` say why."""

    def __init__(self, path: str, file: str, data: bytes) -> None:
        self.path = path
        self.file = file
        self.data = data
        self.unit: Unit | None = None
        self.notebook: Notebook | None = None
        self.remarks: list[Remark] = []

    def leave(self, reason: str, line: int = 0) -> None:
        """Say that the file is left as it is, if it may have to do with the old packages."""
        if LEGACY_HINT.search(self.data) is not None:
            self.remarks.append(
                Remark(kind="undecided", path=self.path, line=line, rule="left", message=reason, advice="rewrite it by hand")
            )

    def made(self, edits: tuple[Edit, ...], text: str) -> tuple[tuple[Edit, ...], bytes]:
        """The edits of the unit as edits of the file, and what they make of it.

        Args:
            edits: those of the unit.
            text: what they make of the unit's text.

        Raises:
            Unmapped: they cannot be made in the file.
        """
        try:
            if self.notebook is not None:
                edits = self.notebook.edits(edits)
            after = edited(self.data, self.path, edits)
            if self.notebook is None and after != decode(self.data, FileKind.PYTHON).encode(text):
                raise Unmapped("it is read in one encoding and would be written in another")
        except (UnfitPlanError, UnicodeEncodeError) as error:
            raise Unmapped(str(error)) from None
        return edits, after

    def change(self, edits: tuple[Edit, ...], text: str) -> FileChange | None:
        """The change that the edits of the unit make; None where there are none.

        Raises:
            Unmapped: they cannot be made in the file.
        """
        if not edits:
            return None
        own, after = self.made(edits, text)
        reason = "it uses the old packages, or holds prices of its own"
        return FileChange(path=self.path, before=self.data, after=after, reason=reason, edits=own)


def read_source(path: str, file: str, data: bytes, kind: FileKind) -> Source:
    """Read a file of Python, or a notebook."""
    source = Source(path, file, data)
    try:
        text = decode(data, kind).text
        if kind is FileKind.NOTEBOOK:
            source.notebook = Notebook(text)
            for cell in source.notebook.skipped:
                source.leave(f"cell {cell.number} is left as it is: {cell.reason}")
            source.unit = Unit(path, file, source.notebook.text, place_of=source.notebook.place_of)
        else:
            module, is_package = module_name(file)
            source.unit = Unit(path, file, text, module=module, is_package=is_package)
    except Unparsable as error:
        source.leave(f"it is left as it is: {error.reason}", error.line)
    except UnicodeDecodeError as error:
        source.leave(f"it is left as it is: {error}")
    return source
