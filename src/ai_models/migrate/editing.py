"""Spans of a text replaced, and not one byte elsewhere: what a plan's edits make of a file.

A file's text is what the audit reads in it: what its bytes decode to, without a byte order mark, with its line ends as they
are. Python is decoded by its own rules (the declaration in its first lines, else UTF-8), everything else as UTF-8, as UTF-16
where a mark says so, or as Latin-1, which fits all.
"""

from __future__ import annotations

from collections.abc import Iterable

from ai_models.audit.decoding import Decoded, decode
from ai_models.audit.files import FileKind
from ai_models.audit.python_source import Unparsable
from ai_models.errors import UnfitPlanError
from ai_models.migrate.plan import Edit

__all__ = ["PYTHON_SUFFIXES", "decoded", "edited", "is_python"]

PYTHON_SUFFIXES = (".py", ".pyi", ".pyw")


def is_python(path: str, data: bytes) -> bool:
    """Whether a file is Python: by its ending, or by its first line where its name has none."""
    if "." in path.rpartition("/")[2]:
        return path.endswith(PYTHON_SUFFIXES)
    first = data[:128].partition(b"\n")[0]
    return first.startswith(b"#!") and b"python" in first


def decoded(data: bytes, path: str) -> Decoded:
    """The text of a file, and how it stands on the disk.

    Raises:
        Unparsable: Python with an encoding that is unknown, or that it is not in.
        UnicodeDecodeError: a broken UTF-16.
    """
    return decode(data, FileKind.PYTHON if is_python(path, data) else FileKind.PROSE)


def edited(data: bytes, path: str, edits: Iterable[Edit]) -> bytes:
    """The content of a file with its edits.

    Insertions at one place stand in the order in which they are given.

    Raises:
        UnfitPlanError: edits that overlap or lie outside of the text, or a text that cannot be written as it was.
    """
    try:
        source = _reversible(data, path)
        return source.encode(_replaced(source.text, edits))
    except (ValueError, Unparsable) as error:  # ValueError: UnicodeError too
        raise UnfitPlanError("edits do not fit their file:", files={path: str(error)}) from None


def _reversible(data: bytes, path: str) -> Decoded:
    source = decoded(data, path)
    if source.encode(source.text) != data:
        raise ValueError(f"cannot be written in {source.encoding} as it was read")
    return source


def _replaced(text: str, edits: Iterable[Edit]) -> str:
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not at <= edit.start <= edit.end <= len(text):
            raise ValueError(f"the edit of {edit.start} to {edit.end} by {edit.rule!r} overlaps another, or is outside")
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join((*parts, text[at:]))
