"""Comments that ignore findings: ``# ai-models: ignore[AIM102] until=2027-01-31``, in the comment syntax of the file.

A comment holds for the line on which it stands, and for the line below where it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from difflib import get_close_matches

from msgspec import Struct

from ai_models.audit.codes import CODES
from ai_models.audit.findings import Edit, Finding, Fix
from ai_models.audit.gathering import Gathered
from ai_models.audit.spans import SourceText, Span

__all__ = ["Suppression", "apply_suppressions", "find_suppressions"]

_COMMENT = re.compile(r"(?P<mark>#|//|--|;|/\*|<!--)[ \t]*(?P<body>(?i:ai[-_]models)[ \t]*:)(?=(?P<rest>[^\r\n]{0,400}))")
_WELL_FORMED = re.compile(
    r"[ \t]*ignore(?:\[(?P<codes>[^\]\r\n]*)\])?(?:[ \t]+until=(?P<until>[\w-]++))?(?![\w\[])(?![ \t,;]*(?:until\b|\[))"
)
"""Who writes a day in another way must not ignore for ever, and who writes codes in another way not everything."""
_ILL_FORMED = re.compile(r"(?:(?!\*/|-->|#)[^\r\n]){0,80}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOSING = {"/*": "*/", "<!--": "-->"}
_LONGEST = 1_000
"""How far the end of a comment is looked for."""
_ABOUT = re.compile(r"[ \t]*ignor", re.IGNORECASE)


class Suppression(Struct, frozen=True):
    """A comment that ignores findings: the codes (or prefixes; empty is all), until when, and the lines that it holds for.

    ``problem`` says why it ignores nothing.
    """

    span: Span
    codes: tuple[str, ...]
    until: date | None
    lines: tuple[int, ...]
    problem: str = ""
    removal: Edit | None = None

    def covers(self, finding: Finding, today: date) -> bool:
        """Whether it ignores a finding on a day; ``until`` is the last day on which it does."""
        if self.problem or (self.until is not None and today > self.until):
            return False
        return self.matches(finding)

    def matches(self, finding: Finding) -> bool:
        """Whether it is about a finding, be it expired or not."""
        here = any(finding.span.line <= line <= finding.span.end_line for line in self.lines)
        return here and (not self.codes or any(finding.code.startswith(code) for code in self.codes))


def find_suppressions(source: SourceText, is_comment: Callable[[int], bool]) -> list[Suppression]:
    """The suppressions of a text; ``is_comment`` tells whether an offset is in a comment."""
    return [
        _read(source, match)
        for match in _COMMENT.finditer(source.text)
        if is_comment(match.start()) and _ABOUT.match(match["rest"])
    ]


def _read(source: SourceText, match: re.Match[str]) -> Suppression:
    start = match.end("body")
    form = _WELL_FORMED.match(match["rest"])
    told = form[0] if form else _ILL_FORMED.match(match["rest"])[0].rstrip()  # type: ignore[index]  # it matches anything
    span = source.span(match.start("body"), start + len(told))
    alone = not source.text[source.starts[span.line - 1] : match.start()].strip()
    lines = (span.line, span.line + 1) if alone else (span.line,)
    if form is None:
        return Suppression(span, (), None, lines, "it is no `ignore[CODE] until=DATE`")
    codes = tuple(code.strip().upper() for code in (form["codes"] or "").split(",") if code.strip())
    problem = _problem(form["codes"], codes, form["until"])
    until = None if problem or form["until"] is None else date.fromisoformat(form["until"])
    return Suppression(span, codes, until, lines, problem, _removal(source, match["mark"], match.start(), start))


def _problem(written: str | None, codes: tuple[str, ...], until: str | None) -> str:
    if written is not None and not codes:
        return "its brackets are empty: name codes, or leave the brackets out"
    for code in codes:
        if not any(known.startswith(code) for known in CODES) or len(code) < len("AIM1"):
            near = get_close_matches(code, CODES, n=1)
            return f"no code is called {code}" + (f"; did you mean {near[0]}?" if near else "")
    if until is not None:
        try:
            date.fromisoformat(until if _DAY.fullmatch(until) else "")
        except ValueError:
            return f"until={until} is no day; write until=2027-01-31"
    return ""


def _removal(source: SourceText, mark: str, start: int, end: int) -> Edit | None:
    """Takes a comment away, with what it says besides, and its line where nothing else stands there.

    Another comment behind it on the line stays. None where the comment ends on another line.
    """
    line = source.line_at(start)
    line_start, line_end = source.starts[line - 1], source.starts[line - 1] + len(source.line(line))
    text, closing = source.text, _CLOSING.get(mark)
    follows = text.find(closing or mark, end, min(line_end, end + _LONGEST))
    if closing is not None and follows < 0:
        return None
    end = line_end if follows < 0 else follows + len(closing or "")
    if not (text[line_start:start] + text[end:line_end]).strip():
        return Edit(line_start, source.line_end(line), "")
    while start > line_start and text[start - 1] in " \t":
        start -= 1
    return Edit(start, end, "" if follows < 0 or closing is not None else "  ")


def apply_suppressions(
    gathered: Gathered, suppressions: Iterable[Suppression], today: date, codes: frozenset[str]
) -> list[Finding]:
    """The findings that no suppression ignores, with those about the suppressions themselves.

    Args:
        gathered: the file's; its findings are left as they are.
        suppressions: those of the file.
        today: the day of the audit.
        codes: the ids that are asked for; a suppression of others is not judged.
    """
    held = [*suppressions]
    if not held:
        return gathered.findings
    kept = [finding for finding in gathered.findings if not any(each.covers(finding, today) for each in held)]
    about = Gathered(gathered.path, gathered.source, cell=gathered.cell)
    for each in held:
        _judge(about, each, gathered.findings, today, codes)
    return [*kept, *about.findings]


def _judge(about: Gathered, each: Suppression, found: list[Finding], today: date, codes: frozenset[str]) -> None:
    subject = about.source.piece(each.span)
    matched = any(each.matches(finding) for finding in found)
    if each.problem:
        about.report("AIM904", each.span, subject, f"this comment ignores nothing: {each.problem}")
    elif each.until is not None and today > each.until and matched:
        facts = {"codes": list(each.codes), "until": each.until.isoformat()}
        about.report("AIM903", each.span, subject, f"this comment ignored until {each.until}, which is past", facts=facts)
    elif not matched and _is_judged(each, codes):
        fix = Fix("remove the comment", (each.removal,), safe=True) if each.removal is not None else None
        named = ", ".join(each.codes) or "anything"
        about.report(
            "AIM902",
            each.span,
            subject,
            f"there is no finding of {named} here to ignore" if each.codes else "there is nothing here to ignore",
            hint="remove the comment",
            facts={"codes": list(each.codes)},
            fix=fix,
        )


def _is_judged(each: Suppression, codes: frozenset[str]) -> bool:
    """Whether everything that a suppression is about was looked for."""
    about: Iterator[str] = (id_ for id_ in CODES if not each.codes or any(id_.startswith(code) for code in each.codes))
    return all(id_ in codes for id_ in about)
