"""Guides and pages about models turned into guidance of a tree's own catalogue, and what is left of each page.

``Guides`` takes pages one by one, fills an overlay, and says of every passage where it is now.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from ai_models.catalog.catalog import Catalog
from ai_models.migrate.documents.coverage import Coverage, Destination
from ai_models.migrate.documents.facts import reviewed_on
from ai_models.migrate.documents.markdown import Page
from ai_models.migrate.documents.names import Names, Subject
from ai_models.migrate.documents.pages import left_of, settled, was_migrated
from ai_models.migrate.documents.placeholders import RULE as PAGE_RULE
from ai_models.migrate.documents.placeholders import is_model_page, placeholder, subject_of
from ai_models.migrate.documents.placing import Fact, Placement
from ai_models.migrate.documents.reading import Reading
from ai_models.migrate.drift import gone
from ai_models.migrate.overlay_files import OverlayFiles
from ai_models.migrate.plan import FileChange, Remark

__all__ = ["RULE", "Guides", "may_be_guide"]

RULE = "guide"

_GUIDE = re.compile(
    r"optimi[sz]ation|"
    r"(?:model|llm|prompt(?:ing)?|claude|gpt|gemini)s?[-_ ]?(?:guide|handbook|playbook|cheat|notes|tips|best)|"
    r"(?:guide|handbook|playbook)[-_ ](?:to[-_ ])?(?:model|llm|prompt)",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"guide|handbook|playbook|cheat|prompt|llm|models?(?![a-z])", re.IGNORECASE)
_NEVER = re.compile(
    r"(?:readme|changelog|changes|history|news|contributing|license|security|code_of_conduct)\b", re.IGNORECASE
)
_FEWEST_ENTRIES = 3
"""Of a page that might be a guide by its name, to be one by what it says."""
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x80-\x84\x86-\x9f]")


def may_be_guide(path: str) -> bool:
    """Whether a file is worth looking into, by its name: Markdown that may be a guide, or a page about a model."""
    name = path.rpartition("/")[2]
    if not name.lower().endswith((".md", ".markdown")) or _NEVER.match(name):
        return False
    return is_model_page(path) or bool(_GUIDE.search(name) or _PERHAPS.search(name))


class Guides:
    """Pages that were read, and what became of them; the guidance itself is in the overlay."""

    def __init__(self, overlay: OverlayFiles, names: Names, catalog: Catalog, today: date) -> None:
        self._overlay = overlay
        self._names = names
        self._catalog = catalog
        self._today = today
        self.changes: list[FileChange] = []
        self.remarks: list[Remark] = []
        self.coverage: list[Coverage] = []

    def add(self, path: str, data: bytes) -> None:
        """Read a page, and take what it says of models; one that is no guide is left alone."""
        if is_model_page(path) and not data.strip():
            change, remarks = placeholder(path, data, self._names, self._today)
            self.changes.append(change)
            self.remarks += remarks
            return
        page = Page(path, data)
        if was_migrated(page):
            return
        about = subject_of(path, self._names) if is_model_page(path) else None
        reading = Reading(page, self._names, self._catalog, self._today, about=about)
        if not self._is_guide(path, reading):
            return
        if _UNPRINTABLE.search(page.source.text):
            self.remarks.append(_unreadable(path))
            return
        self._take(page, reading)

    def _is_guide(self, path: str, reading: Reading) -> bool:
        entries = sum(len(placement.entries) for placement in reading.placements)
        is_named = is_model_page(path) or bool(_GUIDE.search(path.rpartition("/")[2]))
        return entries > 0 and (is_named or entries >= _FEWEST_ENTRIES)

    def _take(self, page: Page, reading: Reading) -> None:
        placements = settled(page, reading.placements)
        places = self._filled(page, placements)
        self.coverage += [_covered(page, placement, places) for placement in placements]
        self.changes.append(left_of(page, placements, self._overlay.place, self._examples(placements)))
        self.remarks += self._drift(page, placements)
        self.remarks += _kept(page, placements)

    def _filled(self, page: Page, placements: list[Placement]) -> dict[tuple[Subject, str], str]:
        """Put every entry into the overlay; gives the file of each subject's lists."""
        lists: dict[Subject, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for placement in placements:
            for entry in placement.entries:
                lists[entry.subject][_field(entry.subject, entry.field)].append(tidy(entry.text))
        places: dict[tuple[Subject, str], str] = {}
        for subject, fields in lists.items():
            spec = self._names.spec(subject)
            notes = fields.pop("notes", [])
            if spec is not None:
                found = self._overlay.add_guidance(spec, fields, notes, source=page.path)
            else:
                name = self._names.title(subject.id)
                found = self._overlay.add_family(subject.id, subject.maker, name, fields, source=page.path)
            places |= {(subject, field): file for field, file in found.items()}
        return places

    def _examples(self, placements: list[Placement]) -> list[str]:
        """Models that ``ai-models show`` can be asked for, the first ones of the page first."""
        subjects = dict.fromkeys(entry.subject for placement in placements for entry in placement.entries)
        specs = (self._names.spec(subject) for subject in subjects)
        newest = (self._names.models_of(subject.id)[:1] for subject in subjects if subject.kind == "family")
        return [*(spec.model_id for spec in specs if spec is not None), *(spec.model_id for few in newest for spec in few)]

    def _drift(self, page: Page, placements: list[Placement]) -> Iterator[Remark]:
        """Figures that the catalogue contradicts, and models that are gone."""
        reviewed = reviewed_on(page.source.text)
        says = f"the page (of {reviewed})" if reviewed else "the page"
        seen: set[Subject] = set()
        for placement in placements:
            for fact in placement.facts:
                if not fact.comparison.agrees:
                    yield _contradicted(page, placement, fact, self._title(fact.subject), says)
            for subject in (*(entry.subject for entry in placement.entries), *(fact.subject for fact in placement.facts)):
                spec = self._names.spec(subject)
                said = gone(spec, self._today) if spec is not None and subject not in seen else ""
                seen.add(subject)
                if said:
                    yield Remark(kind="drift", path=page.path, line=placement.first + 1, rule=RULE, message=said)

    def _title(self, subject: Subject) -> str:
        spec = self._names.spec(subject)
        return spec.name if spec is not None else self._names.title(subject.id)


def _covered(page: Page, placement: Placement, places: dict[tuple[Subject, str], str]) -> Coverage:
    found: list[Destination] = []
    for entry in placement.entries:
        field = _field(entry.subject, entry.field)
        name = "documentation.notes" if field == "notes" else f"optimization.{field}"
        file, subject = places[entry.subject, field], entry.subject.id
        found.append(Destination(kind="field", file=file, field=name, subject=subject, text=tidy(entry.text)))
    found += [
        Destination(kind="fact", subject=fact.subject.id, text=fact.text, said=_fact_words(fact)) for fact in placement.facts
    ]
    if placement.stays:
        found.append(Destination(kind="kept", file=page.path, text=placement.text))
    elif placement.structure:
        found.append(Destination(kind="structure", text=placement.structure))
    line = placement.first + 1
    return Coverage(path=page.path, line=line, kind=placement.kind, text=placement.text, destinations=tuple(found))


def tidy(text: str) -> str:
    """A text as an entry of a list: without the comma that led to the next one."""
    return text.strip().rstrip(",;").rstrip()


def _field(subject: Subject, field: str) -> str:
    """The list for an entry: a family has no notes."""
    return "tips" if field == "notes" and subject.kind != "model" else field


def _fact_words(fact: Fact) -> str:
    found = fact.comparison
    return f"{found.what} {found.stated}, the catalogue has {found.known}"


def _contradicted(page: Page, placement: Placement, fact: Fact, name: str, says: str) -> Remark:
    found = fact.comparison
    return Remark(
        kind="drift",
        path=page.path,
        line=placement.first + 1,
        rule=RULE,
        message=f"{found.what} of {name}: {says} says {found.stated}, the catalogue {found.known}",
        advice="the page's figure is not copied; look at the vendor's page where the catalogue should be wrong",
    )


def _kept(page: Page, placements: list[Placement]) -> Iterator[Remark]:
    """What only the page says, and what it now says as well."""
    passages = [each for each in placements if each.kind not in ("heading", "titles", "rule", "front matter", "definition")]
    alone = [each.first + 1 for each in passages if each.stays and not each.entries]
    both = [each.first + 1 for each in passages if each.stays and each.entries]
    if alone:
        yield Remark(
            kind="manual",
            path=page.path,
            line=alone[0],
            rule=RULE,
            message=f"{len(alone)} of {len(passages)} passages belong to no model and stay here (lines {_listed(alone)})",
            advice="nothing has to be done",
        )
    if both:
        yield Remark(
            kind="manual",
            path=page.path,
            line=both[0],
            rule=RULE,
            message=f"{len(both)} passages were copied and stay here too, as the page needs them (lines {_listed(both)})",
            advice="change both when one of them changes, or keep one",
        )


def _listed(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:12])) + (f" and {len(lines) - 12} more" if len(lines) > 12 else "")


def _unreadable(path: str) -> Remark:
    return Remark(
        kind="undecided",
        path=path,
        line=0,
        rule=PAGE_RULE,
        message="holds control characters, or is not UTF-8, so it is left as it is",
        advice="save it as UTF-8 and plan again",
    )
