"""Fixes carried out: exact spans are replaced, the result is read again, and the file is renamed into place."""

from __future__ import annotations

import ast
import difflib
import io
import json
import os
import stat
import tomllib
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from ai_models.audit.decoding import Decoded, decode
from ai_models.audit.files import FileKind, kind_of
from ai_models.audit.findings import Edit, Finding
from ai_models.audit.formats.wording import visible
from ai_models.audit.gathering import excerpts
from ai_models.audit.python_source import Unparsable
from ai_models.audit.spans import SourceText
from ai_models.catalog.aside import write_aside
from ai_models.errors import AuditError

__all__ = ["FixedFile", "diff_of", "edited", "fixable", "fixed_files", "write_fixed"]

_WRITABLE = 0o222

_FIRST = ("AIM102", "AIM103")
"""A replacement goes before the pin of the same name."""


class FixedFile(Struct, frozen=True):
    """A file with its text before and after; ``fixes`` tells what was done, ``refused`` why nothing was."""

    path: str
    before: Decoded
    after: str
    fixes: tuple[str, ...]
    refused: str = ""


def fixable(findings: Iterable[Finding], *, unsafe: bool) -> list[Finding]:
    """The findings that a fix settles; those that change behaviour only where they are asked for."""
    return [finding for finding in findings if finding.fix is not None and (finding.fix.safe or unsafe)]


def fixed_files(findings: Iterable[Finding], *, unsafe: bool) -> Iterator[FixedFile]:
    """Each file that has fixes, as it would be; nothing is written. One that cannot be read any more is refused."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in fixable(findings, unsafe=unsafe):
        by_file[finding.path].append(finding)
    for path, held in sorted(by_file.items()):
        try:
            before = decode(Path(path).read_bytes(), kind_of(path))
        except (OSError, Unparsable, UnicodeDecodeError) as error:
            yield FixedFile(
                path, Decoded("", "utf-8"), "", (), f"it cannot be read: {getattr(error, 'strerror', None) or error}"
            )
            continue
        yield _fixed(path, before, held)


def _fixed(path: str, before: Decoded, held: list[Finding]) -> FixedFile:
    source = SourceText(before.text)
    edits: list[Edit] = []
    done: list[str] = []
    for finding in sorted(held, key=lambda each: (each.code not in _FIRST, each.sort_key)):
        fix = finding.fix
        if fix is None or not _still_stands(finding, source):
            continue
        if any(edit.start < other.end and other.start < edit.end for edit in fix.edits for other in edits):
            continue
        edits += fix.edits
        done.append(f"{finding.span.line}:{finding.span.column}: {finding.code} {fix.message}")
    after = edited(before.text, edits)
    problem = _problem(path, before.text, after)
    return FixedFile(path, before, before.text, (), problem) if problem else FixedFile(path, before, after, tuple(done))


def _still_stands(finding: Finding, source: SourceText) -> bool:
    """Whether a finding is where it was: the file may have changed since it was read."""
    span = finding.span
    if span.end_line > len(source.starts) or source.piece(span) != finding.subject:
        return False
    return finding.source == excerpts(source, span)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits that do not overlap."""
    pieces: list[str] = []
    end = len(text)
    for edit in sorted(edits, reverse=True):
        pieces += (text[edit.end : end], edit.text)
        end = edit.start
    return text[:end] + "".join(reversed(pieces))


def _problem(path: str, before: str, after: str) -> str:
    """Why a result must not be written: it cannot be read where the original could."""
    return "the result could not be read" if _is_readable(path, before) and not _is_readable(path, after) else ""


def _is_readable(path: str, text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if kind_of(path) is FileKind.PYTHON:
                ast.parse(text)
            elif path.endswith(".json"):
                json.loads(text)
            elif path.endswith(".toml"):
                tomllib.loads(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def write_fixed(file: FixedFile) -> None:
    """Put a fixed file in the place of the old one, at once and with its mode; through a link, at its target.

    Raises:
        AuditError: it is read-only, or cannot be written; the old file is whole.
    """
    target = Path(os.path.realpath(file.path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        if not mode & _WRITABLE:
            raise AuditError(f"{file.path} is read-only, and stays as it is")
        write_aside(target, file.before.encode(file.after), mode=mode)
    except (OSError, UnicodeEncodeError) as error:
        raise AuditError(f"{file.path} cannot be written: {getattr(error, 'strerror', None) or error}") from None


def diff_of(file: FixedFile) -> str:
    """What would change in a file, as a unified diff."""
    # Lines as git and patch have them: neither a form feed nor a return alone ends one.
    before, after = (io.StringIO(text, newline="\n").readlines() for text in (file.before.text, file.after))
    name = visible(file.path)
    lines = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
