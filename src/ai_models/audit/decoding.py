"""Bytes to text and back: what is read in one encoding is written in the same, with the same byte order mark."""

from __future__ import annotations

import codecs
from typing import Final

from msgspec import Struct

from ai_models.audit.files import FileKind
from ai_models.audit.python_source import decode_python

__all__ = ["UTF16", "Decoded", "decode"]

UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""The byte order marks of UTF-16, with the encoding that each announces."""


class Decoded(Struct, frozen=True):
    """A text, and how it stands on the disk."""

    text: str
    encoding: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Another text in the same form.

        Raises:
            UnicodeEncodeError: the encoding has no such letter.
        """
        return self.mark + text.encode(self.encoding)


def decode(data: bytes, kind: FileKind) -> Decoded:
    """The text of a file: of Python by its own rules, else UTF-8, UTF-16 where a mark says so, or Latin-1, which fits all.

    Raises:
        Unparsable: Python whose encoding is unknown or wrong.
        UnicodeDecodeError: a broken UTF-16.
    """
    if kind is FileKind.PYTHON:
        text, encoding = decode_python(data)
        if encoding == "utf-8-sig":
            return Decoded(text, "utf-8", codecs.BOM_UTF8)
        return Decoded(text, encoding)
    for mark, encoding in UTF16.items():
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding), encoding, mark)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        return Decoded(data[len(mark) :].decode("utf-8"), "utf-8", mark)
    except UnicodeDecodeError:
        return Decoded(data.decode("latin-1"), "latin-1")
