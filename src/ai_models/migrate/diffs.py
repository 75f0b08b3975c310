"""A change of a plan as a unified diff, byte for byte as ``git apply`` and ``patch -p1`` take it."""

from __future__ import annotations

import difflib
import io

from ai_models.migrate.plan import FileChange

__all__ = ["diff_of"]

_NOWHERE = b"/dev/null"
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def diff_of(change: FileChange) -> bytes:
    """The unified diff of a change; what is no text is only named."""
    before, after = change.before or b"", change.after or b""
    old = _name("a", change.path) if change.before is not None else _NOWHERE
    new = _name("b", change.path) if change.after is not None else _NOWHERE
    if b"\0" in before or b"\0" in after:
        return b"Binary files %s and %s differ\n" % (old, new)
    if not before and not after:
        return _of_an_empty_file(change)
    tail = b"\t" if b" " in old + new else b""  # or the name ends at the blank
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(before), _lines(after), old + tail, new + tail)
    return b"".join(line if line.endswith(b"\n") else line + _NO_NEWLINE for line in lines)


def _of_an_empty_file(change: FileChange) -> bytes:
    """What git says of a file without a line that comes or goes."""
    what, index = (b"new", b"0000000..e69de29") if change.before is None else (b"deleted", b"e69de29..0000000")
    mode = b"100755" if change.mode & 0o100 else b"100644"
    names = (_name("a", change.path), _name("b", change.path))
    return b"diff --git %s %s\n%s file mode %s\nindex %s\n" % (*names, what, mode, index)


def _lines(data: bytes) -> list[bytes]:
    """Lines as git and patch have them: neither a form feed nor a return alone ends one."""
    return io.BytesIO(data).readlines()


def _name(side: str, path: str) -> bytes:
    """A path as git writes it: in quotes, where a letter of it would end the line or the quotes."""
    name = f"{side}/{path}"
    raw = name.encode("utf-8", "surrogateescape")
    if name.isprintable() and not set(name) & {'"', "\\"}:
        return raw
    escaped = (rf"\{byte:03o}" if byte < 0x20 or byte > 0x7E or byte in b'"\\' else chr(byte) for byte in raw)
    return f'"{"".join(escaped)}"'.encode()
