"""What files that are no Python have to do with the old packages and with prices: it is listed, and changed by nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ai_models.audit.comments import comment_spans
from ai_models.audit.config_prices import read_config_prices
from ai_models.audit.decoding import decode
from ai_models.audit.embedded_imports import embedded_imports
from ai_models.audit.files import FileKind
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.legacy_use import read_legacy_text
from ai_models.audit.spans import SourceText
from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.embedded import demands_of
from ai_models.migrate.rewriting.outcome import Demand, OldSite
from ai_models.migrate.rewriting.sources import Source
from ai_models.migrate.rewriting.texts import new_reference

__all__ = ["Listed", "listed", "unparsable"]

_FOREIGN: Final = "a text that is no Python"
_UNPARSED: Final = "a text that cannot be parsed"
_PRICES: Final = "prices are written down here"


class Listed:
    """What is said of a file: remarks, the places that go on with old names, and what they demand of the tree's own."""

    def __init__(self, path: str, file: str, judge: Judge) -> None:
        self.path = path
        self.file = file
        self.judge = judge
        self.remarks: list[Remark] = []
        self.old: list[OldSite] = []
        self.demands: list[Demand] = []

    @property
    def has_prices(self) -> bool:
        """Whether prices are written down in it."""
        return any(each.rule == "price" for each in self.remarks)

    def add(self, line: int, name: str, where: str) -> None:
        """Say that an old name stands in a line, and goes on there."""
        new = new_reference(name)
        remark = Remark(
            kind="undecided",
            path=self.path,
            line=line,
            rule="text",
            message=f"{name} is named here, in {where}",
            advice=f"write {new}" if new else "",
            legacy=name,
        )
        self.remarks.append(remark)
        self.old.append(OldSite(self.path, line, name))


def listed(path: str, file: str, data: bytes, kind: FileKind, judge: Judge) -> Listed:
    """What a reader must know of a configuration, a script of another language, or a program in one.

    Args:
        path: the path that remarks name.
        file: where it is.
        data: its content.
        kind: how it is read.
        judge: the catalogue, and the packages of the tree.
    """
    found = Listed(path, file, judge)
    if kind not in (FileKind.CONFIG, FileKind.CODE):
        return found
    try:
        text = decode(data, kind).text
    except UnicodeDecodeError:
        return found  # nobody can say what is in it
    gathered = Gathered(file, SourceText(text))
    if kind is FileKind.CONFIG:
        read_config_prices(gathered, judge)
        _add_prices(found, gathered)
    _add_names(found, gathered)
    _add_imports(found, gathered.source, path, _FOREIGN, gathered.source.line_at)
    return found


def unparsable(source: Source, judge: Judge) -> Listed:
    """What a file of Python that cannot be parsed imports; of a notebook, its cells that cannot, or are for the shell."""
    found = Listed(source.path, source.file, judge)
    if source.notebook is not None:
        whole = SourceText(decode(source.data, FileKind.NOTEBOOK).text)
        cells = [(cell, _UNPARSED) for cell in source.notebook.skipped]
        for cell, where in (*cells, *((cell, _FOREIGN) for cell in source.notebook.foreign)):
            lines = [whole.line_at(offset) for offset in cell.offsets]
            _add_imports(found, SourceText(cell.text), "cell.py", where, lines.__getitem__)
    elif source.unit is None:
        text = SourceText(source.data.decode("latin-1"))
        _add_imports(found, text, source.path, _UNPARSED, text.line_at)
    return found


def _add_prices(found: Listed, gathered: Gathered) -> None:
    for price in gathered.prices:
        told = next((each.message for each in gathered.findings if each.span == price.span), _PRICES)
        found.remarks.append(
            Remark(
                kind="undecided",
                path=found.path,
                line=price.span.line,
                column=price.span.column,
                rule="price",
                message=told,
                advice="keep it, or have it written from `ai-models export`",
            )
        )
    gathered.findings.clear()


def _add_names(found: Listed, gathered: Gathered) -> None:
    """Dotted names: entry points, loggers, settings."""
    is_comment = comment_spans(gathered.source, found.path)
    read_legacy_text(gathered, found.judge)
    for finding in gathered.findings:
        if not is_comment(gathered.source.offsets(finding.span)[0]):
            line = finding.span.line
            found.add(line, finding.subject, _FOREIGN)
            found.demands += demands_of(finding.subject, found.judge, path=found.path, file=found.file, line=line)


def _add_imports(found: Listed, text: SourceText, name: str, where: str, line_of: Callable[[int], int]) -> None:
    """Python within another language: ``python -c 'from models.registry import CLAUDE_HAIKU'``."""
    taken = {site.line for site in found.old}
    is_comment = comment_spans(text, name)
    for each in embedded_imports(text.text, found.file, found.judge):
        line = line_of(each.offset)
        if is_comment(each.offset):
            continue
        found.demands += [Demand(place, name, found.path, line) for place, name in each.demanded]
        if line not in taken:
            taken.add(line)
            found.add(line, each.written, where)
