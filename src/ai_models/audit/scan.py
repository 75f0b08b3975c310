"""One file, from its bytes to what is found in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from msgspec import Struct

from ai_models.audit.calls import read_calls
from ai_models.audit.comments import comment_spans
from ai_models.audit.config_prices import read_config_prices
from ai_models.audit.decoding import UTF16, decode
from ai_models.audit.files import FileKind, displayed, kind_of
from ai_models.audit.findings import Finding, ModelUse, PriceFound, Service
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.imports import Imports, module_name
from ai_models.audit.legacy_use import LEGACY_HINT, read_legacy, read_legacy_text
from ai_models.audit.limits import read_limits
from ai_models.audit.name_shapes import HINTS
from ai_models.audit.notebooks import cells_of
from ai_models.audit.plain_text import lower, read_text
from ai_models.audit.prices import read_prices
from ai_models.audit.python_names import is_about_models, read_names
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.audit.services import SDKS, note_endpoints, reaches_models, sdk_of
from ai_models.audit.spans import SourceText, Span
from ai_models.audit.suppression import apply_suppressions, find_suppressions

__all__ = ["Scanned", "scan_bytes", "scan_file"]

_LOOKED_AT: Final = 8192

_SDK_HINT: Final = re.compile(
    rb"(?:^|\n)[ \t]*(?:import|from)[ \t]+(?:"
    + "|".join(sorted(name.replace(".", r"\.") for name in SDKS if name != "boto3")).encode()
    + rb")\b"
)
_NAME_HINT: Final = re.compile(HINTS.pattern.encode())
_SLOT_HINT: Final = re.compile(rb"(?:model|llm|engine|deployment)[a-z_.-]{0,12}[\"']?\s*[:=]")


class Scanned(Struct, frozen=True, kw_only=True):
    """What one file holds; ``binary`` says that it was passed over, ``imports`` are the modules that it imports.

    ``passed_on`` are the names by which others can take something old from it, with what each stands for.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    uses: tuple[ModelUse, ...] = ()
    prices: tuple[PriceFound, ...] = ()
    services: tuple[Service, ...] = ()
    imports: tuple[str, ...] = ()
    passed_on: dict[str, str] = {}
    binary: bool = False


def scan_file(path: str, judge: Judge, codes: frozenset[str]) -> Scanned:
    """Read a file and look at it; one that cannot be read is a finding."""
    shown = displayed(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        gathered = Gathered(shown, SourceText(""))
        _unreadable(gathered, f"it cannot be read: {error.strerror or error}", 1)
        return _scanned(gathered, gathered.findings)
    return scan_bytes(data, path, judge, codes)


def scan_bytes(data: bytes, path: str, judge: Judge, codes: frozenset[str]) -> Scanned:
    """Look at the content of a file.

    Args:
        data: the content.
        path: where it is, or would be: its ending says how it is read.
        judge: what it is judged by.
        codes: the ids that are asked for, by which unused suppressions are judged.
    """
    kind, shown = kind_of(path), displayed(path)
    if kind is not FileKind.PYTHON and b"\0" in data[:_LOOKED_AT] and not data.startswith(tuple(UTF16)):
        return Scanned(path=shown, binary=True)
    if kind is FileKind.PYTHON:
        return _python(data, path, shown, judge, codes)
    if not _may_hold(data, kind):
        return Scanned(path=shown)
    try:
        text = decode(data, kind).text
    except UnicodeDecodeError as error:
        gathered = Gathered(shown, SourceText(""))
        _unreadable(gathered, f"it cannot be decoded: {error}", 1)
        return _scanned(gathered, gathered.findings)
    return _notebook(text, shown, judge, codes) if kind is FileKind.NOTEBOOK else _text(text, shown, judge, kind, codes)


def _may_hold(data: bytes, kind: FileKind) -> bool:
    """Whether a file can hold anything at all: one look at its bytes, which most files do not pass."""
    lowered = data.lower()
    if _NAME_HINT.search(lowered) or _names_us(lowered) or b"://" in lowered or data.startswith(tuple(UTF16)):
        return True
    return (kind is FileKind.CONFIG and _SLOT_HINT.search(lowered) is not None) or LEGACY_HINT.search(data) is not None


def _names_us(lowered: bytes) -> bool:
    """Whether a comment that ignores findings can be in it."""
    return b"ai-models" in lowered or b"ai_models" in lowered


def _may_hold_python(data: bytes) -> bool:
    lowered = data.lower()
    return bool(_NAME_HINT.search(lowered) or LEGACY_HINT.search(data) or _names_us(lowered) or _SDK_HINT.search(data))


def _scanned(gathered: Gathered, findings: list[Finding], *others: Gathered) -> Scanned:
    every = (gathered, *others)
    return Scanned(
        path=gathered.path,
        findings=tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        uses=tuple(use for each in every for use in each.uses),
        prices=tuple(price for each in every for price in each.prices),
        services=tuple(service for each in every for service in each.services),
        imports=tuple(sorted({name for each in every for name in each.imports})),
        passed_on=gathered.passed_on,
    )


def _unreadable(gathered: Gathered, reason: str, line: int) -> None:
    line = min(max(line, 1), len(gathered.source.starts))
    text = gathered.source.line(line)
    gathered.report("AIM901", Span(line, 1, line, len(text) + 1), gathered.path, reason, facts={"reason": reason})


def _python(data: bytes, path: str, shown: str, judge: Judge, codes: frozenset[str]) -> Scanned:
    if not (judge.imports or judge.doors or _may_hold_python(data)):
        return Scanned(path=shown)
    gathered = Gathered(shown, SourceText(""))
    try:
        text = decode(data, FileKind.PYTHON).text
        gathered = Gathered(shown, SourceText(text))
        python = PythonSource(text)
    except Unparsable as error:
        _unreadable(gathered, error.reason, error.line)
        if not gathered.source.text:
            return _scanned(gathered, gathered.findings)
        read_text(gathered, judge, FileKind.CODE)  # what no parser understands is still a text
        return _scanned(gathered, _unsuppressed(gathered, shown, judge, codes))
    module, is_package = module_name(path)
    code = _Code(gathered, python, module, is_package=is_package)
    near = is_about_models(python, judge.names, code.sdks)
    return _scanned(gathered, code.read(judge, codes, near_models=near))


class _Code:
    """A Python file, or a code cell, with what it imports."""

    def __init__(self, gathered: Gathered, python: PythonSource, module: str = "", *, is_package: bool = False) -> None:
        self.gathered = gathered
        self.python = python
        self.imports = Imports(python, module, is_package=is_package)
        gathered.source = python.source
        gathered.imports = {name for each in self.imports.all for name in (each.module, each.target) if name}
        self.sdks = self._services()

    def _services(self) -> frozenset[str]:
        """Note how the code reaches providers.

        Returns:
            The SDKs of models that it imports.
        """
        gathered, found = self.gathered, set()
        for each in self.imports.all:
            name = None if each.level else sdk_of(each.target) or sdk_of(each.module)
            if name is not None:
                found.add(name)
                gathered.services.append(Service("sdk", name, gathered.path, each.node.lineno))
        note_endpoints(gathered, lower(gathered.source.text))
        return frozenset(filter(reaches_models, found))

    def read(self, judge: Judge, codes: frozenset[str], *, near_models: bool) -> list[Finding]:
        """Look for everything that can be found in Python."""
        gathered, python = self.gathered, self.python
        read_names(gathered, judge, python, near_models=near_models)
        if near_models:
            read_prices(gathered, judge, python)
            read_limits(gathered, judge, python)
            read_calls(gathered, judge, python, self.imports)
        read_legacy(gathered, judge, python, self.imports)
        found = find_suppressions(python.source, python.is_comment)
        return apply_suppressions(gathered, found, judge.names.at.date(), codes)


def _notebook(text: str, shown: str, judge: Judge, codes: frozenset[str]) -> Scanned:
    whole = Gathered(shown, SourceText(text))
    try:
        cells = cells_of(text)
    except Unparsable as error:
        _unreadable(whole, error.reason, error.line)
        return _scanned(whole, whole.findings)
    findings: list[Finding] = []
    every: list[Gathered] = []
    codes_of_cells: list[_Code] = []
    for cell in cells:
        gathered = Gathered(shown, SourceText(cell.text), cell=cell.number)
        every.append(gathered)
        if cell.kind == "code":
            try:
                codes_of_cells.append(_Code(gathered, PythonSource(cell.python)))
            except Unparsable as error:
                _unreadable(gathered, error.reason, error.line)
                findings += gathered.findings
        else:
            read_text(gathered, judge, FileKind.PROSE if cell.kind == "prose" else FileKind.CONFIG)
            findings += gathered.findings
    # What one cell imports, the next ones use.
    near = any(is_about_models(code.python, judge.names, code.sdks) for code in codes_of_cells)
    for code in codes_of_cells:
        findings += code.read(judge, codes, near_models=near)
    return _scanned(whole, findings, *every)


def _text(text: str, shown: str, judge: Judge, kind: FileKind, codes: frozenset[str]) -> Scanned:
    gathered = Gathered(shown, SourceText(text))
    read_text(gathered, judge, kind)
    if kind is FileKind.CONFIG:
        read_config_prices(gathered, judge)
    if kind in (FileKind.CONFIG, FileKind.CODE):
        read_legacy_text(gathered, judge)
    return _scanned(gathered, _unsuppressed(gathered, shown, judge, codes))


def _unsuppressed(gathered: Gathered, shown: str, judge: Judge, codes: frozenset[str]) -> list[Finding]:
    """The findings in a text that no comment in it ignores."""
    found = find_suppressions(gathered.source, comment_spans(gathered.source, shown))
    return apply_suppressions(gathered, found, judge.names.at.date(), codes)
