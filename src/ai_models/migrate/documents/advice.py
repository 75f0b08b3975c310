"""``Advice``: what the words of a passage say of themselves: which kind of advice it is, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ai_models.migrate.documents.markdown import Page, Passage, Section, plain
from ai_models.migrate.documents.names import Names, Subject
from ai_models.migrate.documents.placing import Entry
from ai_models.migrate.documents.vocabulary import Field, field_of, remaining_words, words_of

__all__ = ["Advice", "Labelled", "Uses", "first_sentence", "without"]

_LABEL = re.compile(r"(\*\*|__)(?P<label>[^*_\n]{1,80}?)(?P<colon>:?)\1(?P<after>:?)\s*(?P<rest>.*)", re.DOTALL)
_COLON = re.compile(r"(?P<label>[^:\n.!?]{1,60}):")
_USE = re.compile(
    r"(?:\*\*|__)?\b(?:use|choose|pick|prefer|reach for)\s+(?P<name>[^;:!?\n]{1,40}?)\s+(?P<when>when(?:ever)?|for|if)\b"
    r"(?:\*\*|__)?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*])")


class Labelled(NamedTuple):
    """A text without the label that announces its kind; ``label`` is what of it needs no place of its own.

    ``announces``: there is nothing but a label, which is that of the list below.
    """

    field: Field | None
    text: str
    label: str = ""
    announces: bool = False


class Uses(NamedTuple):
    """``Use Sonnet when …``, once or several times; ``heads`` is what of it the place of the entries says."""

    entries: list[Entry]
    heads: str


class Advice:
    """The passages of a page, asked one by one."""

    def __init__(self, page: Page, names: Names) -> None:
        self._page = page
        self._names = names
        mentioned = [mention.subject for mention in names.find(page.source.text)]
        self.makers = frozenset(subject.maker for subject in mentioned)
        """The makers whose models the page names."""
        self._families = list(_families(mentioned, names))
        self._above = {first: above for section in page.sections() for first, above in _passages_above(section)}

    def uses(self, passage: Passage, maker: str | None) -> Uses | None:
        """What a passage recommends models for; None where it does not, or a part of it would be left over."""
        if passage.kind not in ("paragraph", "item"):
            return None
        text = self._page.own_text(passage)
        named = [(match, self._one(match["name"], maker)) for match in _USE.finditer(text)]
        found = [(match, subject) for match, subject in named if subject is not None]
        if not found or text[: found[0][0].start()].strip(" *_-"):
            return None
        ends = [match.start() for match, _ in found[1:]] + [len(text)]
        entries = [
            Entry(
                subject=subject,
                field="recommended_for",
                text=f"{match['when'].lower()} {text[match.end() : end].strip(' *_')}",
            )
            for (match, subject), end in zip(found, ends, strict=True)
        ]
        return Uses(entries, " ".join(match[0] for match, _ in found))

    def labelled(self, passage: Passage, outer: Field | None) -> Labelled:
        """A passage's text, and its kind by its own label: ``**Philosophy:** …``; else ``outer``."""
        text = self._page.own_text(passage)
        if passage.kind not in ("paragraph", "item"):
            return Labelled(outer, text)
        match = _LABEL.match(text)
        if match is None or not (match["colon"] or match["after"] or not match["rest"]):
            colon = _COLON.fullmatch(text) if passage.kind == "paragraph" else None
            if colon is None or not _says_only_the_kind(colon["label"]):
                return Labelled(outer, text)
            return Labelled(field_of(colon["label"]), "", text, announces=True)
        field, rest = field_of(match["label"]), match["rest"].strip()
        if not _says_only_the_kind(match["label"]):
            return Labelled(field or outer, text, announces=not rest)
        return Labelled(field, rest, text[: match.start("rest")].strip(), announces=not rest)

    def kind(self, passage: Passage, outer: Field | None) -> Labelled:
        """``labelled``, where an item of a list without a label of its own has that of the paragraph above the list."""
        own = self.labelled(passage, outer)
        above = self._label_above(passage) if passage.kind == "item" and not own.label else None
        return own._replace(field=above) if above is not None else own

    def about(self, text: str, maker: str | None) -> tuple[Subject, ...]:
        """What a text is about: the one model that it names, else the one family, else the families of the one maker."""
        named = list(dict.fromkeys(mention.subject for mention in self._names.find(text, maker, self.makers)))
        own = [subject for subject in named if subject.kind != "maker"] or named
        if len(own) < 2:
            return self.of_makers(own)
        families = {family for subject in own for family in _families([subject], self._names)}
        return tuple(families) if len(families) == 1 else ()

    def of_makers(self, subjects: Iterable[Subject]) -> tuple[Subject, ...]:
        """Subjects, with each maker replaced by its families of which the page speaks."""
        found: dict[Subject, None] = {}
        for subject in subjects:
            own = [family for family in self._families if family.maker == subject.maker]
            found |= dict.fromkeys(own if subject.kind == "maker" else [subject])
        return tuple(found)

    def worker(self, section: Section) -> Subject | None:
        """The one model that the first sentence of a section names: "We tag with gpt-4o-mini."."""
        first = next(iter(section.passages), None)
        if section.level < 2 or first is None or first.kind != "paragraph":
            return None
        named = {mention.subject for mention in self._names.find(first_sentence(first.text), makers=self.makers)}
        subject = next(iter(named), None)
        return subject if len(named) == 1 and subject is not None and subject.kind != "maker" else None

    def _one(self, name: str, maker: str | None) -> Subject | None:
        """The model or family that a name means, and nothing beside it."""
        text = plain(name)
        found = self._names.find(text, maker, self.makers)
        if len(found) != 1 or found[0].subject.kind == "maker" or words_of(without(text, [found[0][:2]])):
            return None
        return found[0].subject

    def _label_above(self, item: Passage) -> Field | None:
        above = self._above.get(item.first)
        if above is None or above.kind != "paragraph":
            return None
        own = self.labelled(above, None)
        if own.field is not None and own.announces:
            return own.field
        last = _SENTENCE.split(above.text)[-1]
        return field_of(last) if last.rstrip("*_ ").endswith(":") else None


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    return _SENTENCE.split(text)[0]


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text with spaces in the place of some spans."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text


def _says_only_the_kind(label: str) -> bool:
    return field_of(label) is not None and not remaining_words(label)


def _families(subjects: Iterable[Subject], names: Names) -> Iterator[Subject]:
    """The families of models, and families themselves, each once, in their order."""
    found: dict[Subject, None] = {}
    for subject in subjects:
        spec = names.spec(subject)
        family = subject.id if subject.kind == "family" else spec.metadata.family if spec is not None else None
        if family is not None:
            found[Subject("family", subject.maker, family)] = None
    yield from found


def _passages_above(section: Section) -> Iterator[tuple[int, Passage]]:
    """The first line of every passage, and the last passage of the group above it."""
    above: Passage | None = None
    last: Passage | None = None
    for passage in section.passages:
        if last is not None and passage.group != last.group:
            above = last
        if above is not None:
            yield passage.first, above
        last = passage
