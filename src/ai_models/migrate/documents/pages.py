"""What is left of a page once its guidance has moved: the page with those lines gone, or a pointer to the new place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import structs

from ai_models.migrate.documents.markdown import Page, Section
from ai_models.migrate.documents.placing import Placement
from ai_models.migrate.editing import edited
from ai_models.migrate.plan import Edit, FileChange

__all__ = ["MARK", "left_of", "settled", "was_migrated"]

MARK = "<!-- ai-models: guidance moved; without this line, migrate reads the page again -->"
"""The line that tells a later migration to leave the page alone."""

_MARK = re.compile(r"<!--\s*ai-models:\s*guidance (?:moved|copied)")
_RULE = "guide"


def was_migrated(page: Page) -> bool:
    """Whether an earlier migration has been at the page."""
    return bool(_MARK.search(page.source.text))


def settled(page: Page, placements: Iterable[Placement]) -> list[Placement]:
    """The placements, with what of headings and rules follows from the rest.

    A heading stays where it says more than a place, where something below it stays, or where nothing below it has moved.
    The rules of a section go with its heading.
    """
    placed = {placement.first: placement for placement in placements}

    def visit(section: Section) -> tuple[bool, bool]:
        """Whether something of the section stays, and whether something of it moves."""
        # A table that moved whole is one placement.
        own = [placed[each.first] for each in section.passages if each.kind != "rule" and each.first in placed]
        below = [visit(inner) for inner in section.inner]
        stays = any(each.stays for each in own) or any(one for one, _ in below)
        moves = any(not each.stays for each in own) or any(other for _, other in below)
        if section.level:
            heading = placed[section.first]
            stays = stays or heading.stays or not moves
            structure = "" if stays else heading.structure
            placed[section.first] = structs.replace(heading, stays=stays, structure=structure)
            for passage in section.passages:
                if passage.kind == "rule" and not stays:
                    placed[passage.first] = structs.replace(placed[passage.first], stays=False, structure=passage.text)
        return stays, moves

    visit(page.root)
    return [placed[first] for first in sorted(placed)]


def left_of(page: Page, placements: Iterable[Placement], place: str, models: Iterable[str]) -> FileChange:
    """The page with what moved taken out, and a pointer to where it is; a pointer alone where nothing else is left.

    ``placements`` are settled.
    """
    placed = list(placements)
    gone = [placement for placement in placed if not placement.stays]
    title = next((section for section in page.sections() if section.level == 1), None)
    titled = title.first if title is not None else -1
    is_empty = all(placement.kind == "rule" or placement.first == titled for placement in placed if placement.stays)
    before = page.source.encode(page.source.text)
    if is_empty:
        after = page.source.encode(_pointer_page(page, title, place, models))
        return FileChange(
            path=page.path, before=before, after=after, reason="all of it now stands in the tree's own catalogue"
        )
    edits = [*_removals(page, gone), _pointer(page, title, place, models, moved=bool(gone))]
    after = edited(before, page.path, edits)
    reason = "what it says of models now stands in the tree's own catalogue"
    return FileChange(path=page.path, before=before, after=after, reason=reason, edits=tuple(edits))


def _removals(page: Page, gone: Iterable[Placement]) -> list[Edit]:
    """Spans of whole lines; of the blank lines around each, those above stay."""
    lines = sorted({number for placement in gone for number in range(placement.first, placement.end)})
    runs: list[list[int]] = []
    for number in lines:
        if runs and all(not line.strip() for line in page.lines[runs[-1][1] : number]):
            runs[-1][1] = number + 1
        else:
            runs.append([number, number + 1])
    edits = []
    for first, end in runs:
        while end < len(page.lines) and not page.lines[end].strip() and _is_blank_above(page, first):
            end += 1
        edits.append(
            Edit(
                start=page.starts[first],
                end=page.starts[end],
                text="",
                rule=_RULE,
                reason="moved to the tree's own catalogue",
            )
        )
    return edits


def _is_blank_above(page: Page, line: int) -> bool:
    return line == 0 or not page.lines[line - 1].strip()


def _pointer(page: Page, title: Section | None, place: str, models: Iterable[str], *, moved: bool) -> Edit:
    """A quotation below the title, or at the beginning."""
    at = title.end if title is not None else page.root.passages[0].end if _has_front_matter(page) else 0
    newline = page.newline
    text = newline.join(_pointer_lines(page, place, models, moved=moved)) + newline
    lead = newline if at else ""
    if at and page.starts[at] == len(page.source.text) and not page.source.text.endswith("\n"):
        lead = newline * 2
    tail = newline if at < len(page.lines) and page.lines[at].strip() else ""
    return Edit(start=page.starts[at], end=page.starts[at], text=lead + text + tail, rule=_RULE, reason="where it is now")


def _has_front_matter(page: Page) -> bool:
    return bool(page.root.passages) and page.root.passages[0].kind == "front matter"


def _pointer_lines(page: Page, place: str, models: Iterable[str], *, moved: bool) -> list[str]:
    link = "../" * page.path.count("/") + f"{place}/"
    examples = list(models)[:1] or ["NAME"]
    verb = "has moved to" if moved else "is also in"
    return [
        f"> What this page says of single models {verb} [`{place}/`]({link}), beside the catalogue's own facts:",
        f"> `ai-models show {examples[0]}` prints it.",
        MARK if moved else MARK.replace("moved", "copied"),
    ]


def _pointer_page(page: Page, title: Section | None, place: str, models: Iterable[str]) -> str:
    newline = page.newline
    heading = page.raw(title.first, title.end).split("\n") if title is not None else []
    lines = [*heading, *([""] if heading else []), *_pointer_lines(page, place, models, moved=True)]
    return newline.join(lines) + newline
