"""Spans of a text replaced, and not one byte elsewhere: what a plan's edits make of a file.

A file's text is what its bytes decode to, without a byte order mark, with its line ends as they are: Python by its own
rules (the declaration in its first lines, else UTF-8), everything else as UTF-8, as UTF-16 where a mark says so, or as
Latin-1, which fits all.
"""

from __future__ import annotations

import codecs
import io
import tokenize
from collections.abc import Iterable

from msgspec import Struct

from ai_models.errors import UnfitPlanError
from ai_models.migrate.plan import Edit

__all__ = ["PYTHON_SUFFIXES", "Text", "decoded", "edited"]

PYTHON_SUFFIXES = (".py", ".pyi", ".pyw")

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Text(Struct, frozen=True):
    """A file's text, and how it stands on the disk."""

    text: str
    encoding: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Another text in the same form.

        Raises:
            UnicodeEncodeError: the encoding has no such letter.
        """
        return self.mark + text.encode(self.encoding)


def decoded(data: bytes, path: str) -> Text:
    """The text of a file.

    Raises:
        SyntaxError: Python with an encoding that is unknown or contradicts its mark.
        UnicodeDecodeError: Python, or UTF-16, that is not what it says.
    """
    if path.endswith(PYTHON_SUFFIXES):
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if encoding == "utf-8-sig":
            return Text(data[3:].decode("utf-8"), "utf-8", codecs.BOM_UTF8)
        return Text(data.decode(encoding), encoding)
    for mark, encoding in _UTF16.items():
        if data.startswith(mark):
            return Text(data[len(mark) :].decode(encoding), encoding, mark)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        return Text(data[len(mark) :].decode("utf-8"), "utf-8", mark)
    except UnicodeDecodeError:
        return Text(data.decode("latin-1"), "latin-1")


def edited(data: bytes, path: str, edits: Iterable[Edit]) -> bytes:
    """The content of a file with its edits.

    Insertions at one place stand in the order in which they are given.

    Raises:
        UnfitPlanError: edits that overlap or lie outside of the text, or a text that cannot be written as it was.
    """
    try:
        source = _reversible(data, path)
        return source.encode(_replaced(source.text, edits))
    except (ValueError, SyntaxError) as error:  # ValueError: UnicodeError too
        raise UnfitPlanError("edits do not fit their file:", files={path: str(error)}) from None


def _reversible(data: bytes, path: str) -> Text:
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
