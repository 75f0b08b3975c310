"""What files that are no Python have to do with the old packages and with prices: it is listed, and changed by nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from ai_models.audit.comments import comment_spans
from ai_models.audit.config_prices import read_config_prices
from ai_models.audit.decoding import decode
from ai_models.audit.files import FileKind
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.legacy import HOMES, legacy_module
from ai_models.audit.legacy_use import read_legacy_text
from ai_models.audit.spans import SourceText
from ai_models.migrate.plan import Remark
from ai_models.migrate.rewriting.texts import new_reference

__all__ = ["listed"]

_IMPORT: Final = re.compile(
    r"\b(?:from[ \t]+(?P<module>(?:[A-Za-z_]\w*\.)*(?:models|providers)(?:\.(?:registry|base|factory|claude))?)"
    r"[ \t]+import[ \t]+(?P<names>[\w, \t]+)|"
    r"import[ \t]+(?P<plain>(?:[A-Za-z_]\w*\.)*(?:models\.registry|providers\.(?:base|factory|claude)))\b)"
)
_PRICES: Final = "prices are written down here"


def listed(path: str, file: str, data: bytes, kind: FileKind, judge: Judge) -> Iterator[Remark]:
    """What a reader must know of a configuration, a script of another language, or a program in one.

    Args:
        path: the path that remarks name.
        file: where it is.
        data: its content.
        kind: how it is read.
        judge: the catalogue, and the packages of the tree.
    """
    if kind not in (FileKind.CONFIG, FileKind.CODE):
        return
    try:
        text = decode(data, kind).text
    except UnicodeDecodeError:
        return  # nobody can say what is in it
    gathered = Gathered(file, SourceText(text))
    if kind is FileKind.CONFIG:
        read_config_prices(gathered, judge)
    for price in gathered.prices:
        told = next((each.message for each in gathered.findings if each.span == price.span), _PRICES)
        advice = "keep it, or have it written from `ai-models export`"
        yield Remark(
            kind="undecided",
            path=path,
            line=price.span.line,
            column=price.span.column,
            rule="price",
            message=told,
            advice=advice,
        )
    gathered.findings.clear()
    read_legacy_text(gathered, judge)
    is_comment = comment_spans(gathered.source, path)
    taken: set[int] = set()
    for finding in gathered.findings:
        if is_comment(gathered.source.offsets(finding.span)[0]):
            continue
        taken.add(finding.span.line)
        new = new_reference(finding.subject)
        yield _old_name(path, finding.span.line, finding.subject, f"write {new}" if new else "")
    yield from _imports(path, file, gathered.source, judge, taken, is_comment)


def _imports(
    path: str, file: str, source: SourceText, judge: Judge, taken: set[int], is_comment: Callable[[int], bool]
) -> Iterator[Remark]:
    """Python within another language: ``python -c 'from models.registry import CLAUDE_HAIKU'``."""
    for match in _IMPORT.finditer(source.text):
        line = source.span(match.start(), match.start()).line
        dotted = match["module"] or match["plain"]
        module = legacy_module(dotted)
        if line in taken or module is None or is_comment(match.start()):
            continue
        verdict = judge.legacy.verdict(*module, importer=file)
        names = {name.strip() for name in (match["names"] or "").split(",")}
        if verdict or (verdict is None and not names.isdisjoint(HOMES)):
            taken.add(line)
            new = new_reference(dotted)
            yield _old_name(path, line, dotted, f"write {new}" if new else "")


def _old_name(path: str, line: int, name: str, advice: str) -> Remark:
    return Remark(
        kind="undecided",
        path=path,
        line=line,
        rule="text",
        message=f"{name} is named here, in a text that is no Python",
        advice=advice,
        legacy=name,
    )
