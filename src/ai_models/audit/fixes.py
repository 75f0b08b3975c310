"""Fixes carried out: exact spans are replaced, the result is read again, and the file is renamed into place."""

from __future__ import annotations

import ast
import difflib
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
from ai_models.audit.python_source import Unparsable
from ai_models.audit.spans import SourceText
from ai_models.catalog.aside import write_aside
from ai_models.errors import AuditError

__all__ = ["FixedFile", "diff_of", "edited", "fixable", "fixed_files", "write_fixed"]

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
    """Each file that has fixes, as it would be; nothing is written.

    Raises:
        AuditError: a file cannot be read any more.
    """
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in fixable(findings, unsafe=unsafe):
        by_file[finding.path].append(finding)
    for path, held in sorted(by_file.items()):
        try:
            before = decode(Path(path).read_bytes(), kind_of(path))
        except (OSError, Unparsable, UnicodeDecodeError) as error:
            raise AuditError(f"{path} cannot be read for its fixes: {error}") from None
        yield _fixed(path, before, held)


def _fixed(path: str, before: Decoded, held: list[Finding]) -> FixedFile:
    source = SourceText(before.text)
    edits: list[Edit] = []
    done: list[str] = []
    for finding in sorted(held, key=lambda each: (each.code not in _FIRST, each.sort_key)):
        fix = finding.fix
        if fix is None or source.piece(finding.span) != finding.subject:
            continue  # the file has changed since it was read
        if any(edit.start < other.end and other.start < edit.end for edit in fix.edits for other in edits):
            continue
        edits += fix.edits
        done.append(f"{finding.span.line}:{finding.span.column}: {finding.code} {fix.message}")
    after = edited(before.text, edits)
    problem = _problem(path, before.text, after)
    return FixedFile(path, before, before.text, (), problem) if problem else FixedFile(path, before, after, tuple(done))


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
        AuditError: it cannot be written; the old file is whole.
    """
    target = Path(os.path.realpath(file.path))
    try:
        write_aside(target, file.before.encode(file.after), mode=stat.S_IMODE(target.stat().st_mode))
    except (OSError, UnicodeEncodeError) as error:
        raise AuditError(f"{file.path} cannot be written: {error}") from None


def diff_of(file: FixedFile) -> str:
    """What would change in a file, as a unified diff."""
    before, after = file.before.text.splitlines(keepends=True), file.after.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, f"a/{file.path}", f"b/{file.path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
