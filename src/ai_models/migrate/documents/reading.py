"""``Reading``: a page taken apart into what it says of models and families, and what it says of none.

A heading that names a model, a family or a maker says what the section is about; one that names a kind of advice says which
list it belongs to. What is certain moves: sections about a model, rows of a table of models, advice that names its model.
What a page says by the work (``## Tagging``: "We tag with gpt-4o-mini") and the leaves of decision trees are copied, because
the page would make no sense without them. Everything else stays on the page, where people look for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct, structs

from ai_models.catalog.catalog import Catalog
from ai_models.migrate.documents.advice import Advice, without
from ai_models.migrate.documents.facts import prices_in, tokens_in
from ai_models.migrate.documents.markdown import Page, Passage, Section, plain
from ai_models.migrate.documents.names import Names, Subject
from ai_models.migrate.documents.placing import Entry, Fact, Placement
from ai_models.migrate.documents.tables import ModelTable
from ai_models.migrate.documents.trees import leaves
from ai_models.migrate.documents.vocabulary import Field, field_of, is_decision, is_warning, remaining_words
from ai_models.migrate.drift import compare_rate, compare_tokens

__all__ = ["Reading"]

_MOST_REMAINING = 3
"""A heading with more words beside the model's name is about something else that the model only has to do with."""


class _Context(Struct, frozen=True):
    """What a section is about, and which list its advice belongs to."""

    subjects: tuple[Subject, ...] = ()
    field: Field | None = None
    decides: bool = False

    @property
    def maker(self) -> str | None:
        """The maker whose short names count here."""
        makers = {subject.maker for subject in self.subjects}
        return next(iter(makers)) if len(makers) == 1 else None

    @property
    def is_about_models(self) -> bool:
        """Whether the section is about models or families, and not about all of a maker's."""
        return bool(self.subjects) and all(subject.kind != "maker" for subject in self.subjects)


class Reading:
    """What becomes of every heading and passage of a page; ``about`` is what the name of its file says it is about."""

    def __init__(self, page: Page, names: Names, catalog: Catalog, today: date, *, about: Subject | None = None) -> None:
        self.page = page
        self._names = names
        self._catalog = catalog
        self._today = today
        self._advice = Advice(page, names)
        self.placements: list[Placement] = []
        self._section(page.root, _Context((about,) if about is not None else ()))
        self.placements.sort(key=lambda placement: placement.first)
        self._settle_labels()
        self._settle_definitions()

    # Sections

    def _section(self, section: Section, outer: _Context) -> None:
        context = outer
        if section.level:
            context, heading = self._headed(section, outer)
            self.placements.append(heading)
        for _, group in groupby(section.passages, key=lambda passage: (passage.group, passage.kind in ("item", "row"))):
            self._group(list(group), context, section)
        for inner in section.inner:
            self._section(inner, context)

    def _headed(self, section: Section, outer: _Context) -> tuple[_Context, Placement]:
        title = plain(section.title)
        mentions = self._names.find(title, outer.maker, self._advice.makers)
        rest = without(title, [(mention.start, mention.end) for mention in mentions])
        remaining = remaining_words(rest)
        # The title of the page says what all of it is about, and neither what nor which kind of advice a part of it is.
        is_title = section.level == 1
        field = None if is_title else field_of(rest) or outer.field
        subjects = () if is_title or len(remaining) > _MOST_REMAINING else _most_precise(each.subject for each in mentions)
        kept: tuple[Entry, ...] = ()
        if remaining and subjects and all(subject.kind == "model" for subject in subjects):
            kept = tuple(Entry(subject=subject, field="notes", text=section.title) for subject in subjects)
        stays = is_title or (bool(remaining) and not kept)
        heading = Placement(
            first=section.first,
            end=section.end,
            kind="heading",
            text=section.title,
            stays=stays,
            entries=kept,
            structure="" if stays or kept else section.title,
        )
        return _Context(subjects or outer.subjects, field, is_decision(title) or (outer.decides and not subjects)), heading

    def _group(self, passages: list[Passage], context: _Context, section: Section) -> None:
        """A list, a table, or a single block."""
        if passages[0].kind == "row":
            self._table(passages, context)
        elif passages[0].kind in ("rule", "front matter", "definition"):
            self._stay(passages)
        elif context.is_about_models:
            self._of_models(passages, context)
        elif context.subjects or context.field is not None or context.decides:
            self._of_kind(passages, context)
        else:
            self._of_work(passages, section)

    # What is moved

    def _table(self, passages: list[Passage], context: _Context) -> None:
        titles = passages[0]
        table = ModelTable(passages, self._names, self._catalog, self._today)
        if table.is_one:
            placed = table.placed()
            stays = any(row.stays for row in placed)
            self.placements += [self._placed(titles, [], stays=stays, structure=titles.text), *placed]
        elif context.is_about_models:
            end = passages[-1].end
            whole = structs.replace(titles, kind="code", end=end, text=self.page.raw(titles.first, end))
            self._of_models([whole], context)
        else:
            self._stay(passages)

    def _of_models(self, passages: Sequence[Passage], context: _Context) -> None:
        """What stands in a section about models: all of it is said of them."""
        for passage in passages:
            uses = self._advice.uses(passage, context.maker)
            if uses is not None:
                self._place(passage, uses.entries, structure=uses.heads)
                continue
            found = self._advice.kind(passage, context.field)
            usual: Field = "tips" if passage.kind == "item" else "notes"
            field = found.field or usual if passage.kind in ("paragraph", "item") else "notes"
            entries = [Entry(subject=subject, field=field, text=found.text) for subject in context.subjects]
            self._place(passage, entries, structure=found.label)

    def _of_kind(self, passages: Sequence[Passage], context: _Context) -> None:
        """What stands under a maker's name, or under ``Pitfalls``: advice of a known kind is said of what it names."""
        for passage in passages:
            if context.decides and self._decision(passage):
                continue
            uses = self._advice.uses(passage, context.maker)
            if uses is not None:
                self._place(passage, uses.entries, structure=uses.heads)
                continue
            found = self._advice.kind(passage, context.field)
            subjects = self._advice.about(found.text, context.maker) or self._advice.of_makers(context.subjects)
            if found.field is None or passage.kind not in ("paragraph", "item") or (found.text and not subjects):
                self._stay([passage])
            else:
                entries = [Entry(subject=subject, field=found.field, text=found.text) for subject in subjects]
                self._place(passage, entries, structure=found.label)

    # What is copied

    def _decision(self, passage: Passage) -> bool:
        """A tree of questions: each model has the way to it, and the tree itself stays."""
        found = leaves(passage.text, self._names, self._advice.makers)
        entries = [Entry(subject=subject, field="recommended_for", text=way) for subject, way in found]
        if entries:
            self._place(passage, entries, stays=True)
        return bool(entries)

    def _of_work(self, passages: Sequence[Passage], section: Section) -> None:
        """What stands under the name of a piece of work, whose first sentence names the model that does it."""
        worker = self._advice.worker(section)
        for passage in passages:
            uses = self._advice.uses(passage, None)
            if uses is not None:
                self._place(passage, uses.entries, structure=uses.heads)
            elif worker is None or passage.kind not in ("paragraph", "item"):
                self._stay([passage])
            else:
                entries = self._copied(passage, worker, section)
                self._place(passage, entries, stays=True, facts=self._facts(passage, worker))

    def _copied(self, passage: Passage, worker: Subject, section: Section) -> list[Entry]:
        text = self.page.own_text(passage)
        if passage is section.passages[0]:
            is_work = bool(remaining_words(section.title))
            return [Entry(subject=worker, field="recommended_for", text=section.title)] if is_work else []
        if passage.kind == "item":
            return [Entry(subject=worker, field=self._advice.kind(passage, None).field or "tips", text=text)]
        return [Entry(subject=worker, field="pitfalls", text=text)] if is_warning(text) else []

    def _facts(self, passage: Passage, subject: Subject) -> list[Fact]:
        spec = self._names.spec(subject)
        if spec is None:
            return []
        found = []
        tokens = tokens_in(passage.text)
        if tokens is not None:
            known = spec.context_window_input
            found.append(compare_tokens("context window", tokens.number, known, spec, roughly=tokens.roughly))
        for meter, rate in prices_in(passage.text).items():
            found.append(compare_rate(self._catalog, spec, meter, rate, [self._today]))
        return [Fact(subject=subject, text=passage.text, comparison=each) for each in found if each.agrees is not None]

    # What becomes of them

    def _place(
        self,
        passage: Passage,
        entries: Sequence[Entry],
        *,
        stays: bool = False,
        facts: Sequence[Fact] = (),
        structure: str = "",
    ) -> None:
        self.placements.append(self._placed(passage, entries, stays=stays, facts=facts, structure=structure))

    def _placed(
        self,
        passage: Passage,
        entries: Sequence[Entry],
        *,
        stays: bool = False,
        facts: Sequence[Fact] = (),
        structure: str = "",
    ) -> Placement:
        kept = [entry for entry in entries if entry.text.strip()]
        stays = stays or passage.has_footnote or not (kept or structure)
        kind = "titles" if passage.kind == "row" and not passage.cells else passage.kind
        return Placement(
            first=passage.first,
            end=passage.end,
            kind=kind,
            text=passage.text,
            stays=stays,
            entries=tuple(kept),
            facts=tuple(facts),
            structure="" if stays else structure,
        )

    def _stay(self, passages: Iterable[Passage]) -> None:
        for passage in passages:
            self._place(passage, [], stays=True)

    def _settle_labels(self) -> None:
        """A label stays where something of what it announces stays, or where it announces nothing."""
        for at, label in enumerate(self.placements):
            if label.kind != "paragraph" or label.stays or label.entries:
                continue
            below = self.placements[at + 1 :]
            ends = next((n for n, each in enumerate(below) if each.kind != "item"), len(below))
            announced = below[: ends or 1]
            if not announced or any(each.stays for each in announced):
                self.placements[at] = structs.replace(label, stays=True, structure="")

    def _settle_definitions(self) -> None:
        """The address of a link stays unless every text that points to it has moved, and has the address in it."""
        passages = {passage.first: passage for passage in self.page.passages()}
        stays = {placement.first for placement in self.placements if placement.stays}
        needed = {label for first, each in passages.items() if first in stays for label in self.page.references(each)}
        moved = {label for first, each in passages.items() if first not in stays for label in self.page.references(each)}
        for at, placement in enumerate(self.placements):
            passage = passages.get(placement.first)
            label = self.page.label_of(passage) if passage is not None and placement.kind == "definition" else ""
            if label and label in moved - needed:
                self.placements[at] = structs.replace(placement, stays=False, structure=placement.text)


def _most_precise(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """Models and families, each once; makers only where nothing else is named."""
    found = tuple(dict.fromkeys(subjects))
    return tuple(subject for subject in found if subject.kind != "maker") or found
