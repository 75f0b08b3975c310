"""Models, families and makers by the names that people write: ``Claude Sonnet 4.5``, ``Sonnet 4.5``, ``gpt-4o``, ``Flash``.

Names are compared word by word, without case, dots and dashes. A short one such as ``Flash`` counts only where its maker is
known from the place; ``Sonnet`` counts anywhere, because no other maker has a model of that name. In prose, a name needs a
number or a second word, and words of everyday language (``Step 3``) are no names unless their maker is named too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from msgspec import Struct

from ai_models.catalog.catalog import Catalog
from ai_models.models.base import ModelSpec

__all__ = ["Mention", "Names", "Subject"]

_TOKEN = re.compile(r"[^\W_]+")
_SEPARATORS = frozenset(" -_.:/@\u00a0\u2011")
_LONGEST = 16
"""Of a name, in words."""
_FEWEST_OF_A_BRAND = 3
_EVERYDAY = frozenset(
    (
        *("ada", "aria", "audio", "aura", "auto", "base", "beam", "best", "chat", "code", "coder", "command", "compound"),
        *("computer", "curie", "deep", "dolphin", "dream", "embed", "embedding", "enhanced", "falcon", "fast", "flint"),
        *("granite", "hermes", "image", "instruct", "large", "live", "meta", "mini", "molmo", "muse", "nano", "nimble"),
        *("north", "nova", "open", "rerank", "router", "search", "seed", "semantic", "small", "solar", "sonar", "speech"),
        *("step", "text", "titan", "video", "virtual", "vision", "voice", "weaver", "whisper"),
    )
)
_NO_FAMILY = frozenset(("auto", "computer-use", "deep-research", "o"))
"""Families whose ids are words of everyday language."""

_MAKERS = {"google": ("google", "gemini"), "openai": ("openai", "gpt"), "anthropic": ("anthropic", "claude")}
"""The makers of the old packages by the names that headings give them; others are known by their ids and brands."""


class Subject(Struct, frozen=True, order=True):
    """What advice is about: a model (``id`` is its id), a family, or all of a maker's models (``id`` is empty)."""

    kind: Literal["model", "family", "maker"]
    maker: str
    id: str = ""


class Mention(NamedTuple):
    """A name in a text."""

    start: int
    end: int
    subject: Subject


class _Known(NamedTuple):
    """What a phrase means; the lower ``rank`` wins: a model of the very name, a family, a model by another name, a maker."""

    subject: Subject
    rank: int
    is_short: bool = False
    is_distinctive: bool = True


class Names:
    """The names of a catalogue's models, families and makers, and of models that it does not have."""

    def __init__(self, catalog: Catalog, declared: Iterable[ModelSpec] = ()) -> None:
        self._catalog = catalog
        self._specs = {spec.key: spec for spec in (*catalog.models(), *declared)}
        self._phrases: dict[tuple[str, ...], list[_Known]] = defaultdict(list)
        self._brands = _brands(self._specs.values())
        self._makers_of_words = _makers_of_words(self._specs.values())
        self.families: dict[str, str] = {}
        """The families, each with its maker."""
        for spec in self._specs.values():
            self._add_model(spec)
        for family, maker in self.families.items():
            self._add_family(family, maker)
        for brand, maker in self._brands.items():
            self._phrases[(brand,)].append(_Known(Subject("maker", maker), 3))
        for maker, names in _MAKERS.items():
            for name in names:
                if maker in catalog.makers:
                    self._phrases[(name,)].append(_Known(Subject("maker", maker), 3))

    def spec(self, subject: Subject) -> ModelSpec | None:
        """The model that is meant; None for families and makers."""
        return self._specs.get(f"{subject.maker}/{subject.id}") if subject.kind == "model" else None

    def models_of(self, family: str) -> list[ModelSpec]:
        """The models of a family, the newest first; those whose release is unknown last."""
        found = [spec for spec in self._specs.values() if spec.metadata.family == family]
        return sorted(found, key=lambda spec: str(spec.metadata.release_date or ""), reverse=True)

    def title(self, family: str) -> str:
        """A family's name: its id as its models spell the words of it."""
        models = self.models_of(family)
        whole = next((spec.name for spec in models if _words(spec.name) == _words(family)), None)
        if whole is not None:
            return whole
        spelt = {word.casefold(): word for spec in reversed(models) for word in _TOKEN.findall(spec.name)}
        written = " ".join(spec.name for spec in models)
        title = ""
        for word in (spelt.get(word, word.capitalize()) for word in _words(family)):
            joined = f"{title.rpartition(' ')[2]}-{word}"
            title = f"{title}-{word}" if title and joined in written else f"{title} {word}".strip()
        return title

    def exact(self, name: str) -> Subject | None:
        """What a name means that stands alone, in a cell or as the name of a file; None where it means nothing known."""
        found = self.find(name)
        if len(found) == 1 and not re.search(r"\w", name[: found[0].start] + name[found[0].end :]):
            return found[0].subject if found[0].subject.kind != "maker" else None
        return None

    def find(self, text: str, within: str | None = None, makers: Collection[str] = ()) -> list[Mention]:
        """Every name in a text, the longest at each place.

        Args:
            text: prose, or Markdown.
            within: the maker that the place is about, whose short names count.
            makers: makers that the page is about, whose names of everyday words count.
        """
        tokens = [(match.start(), match.end()) for match in _TOKEN.finditer(text)]
        found, place = [], 0
        while place < len(tokens):
            mention, count = self._at(text, tokens, place, within, makers)
            if mention is not None:
                found.append(mention)
            place += count
        return found

    def _at(
        self, text: str, tokens: list[tuple[int, int]], place: int, within: str | None, makers: Collection[str]
    ) -> tuple[Mention | None, int]:
        start = tokens[place][0]
        if start and text[start - 1] in "-_." and (start > 1 and text[start - 2].isalnum()):
            return None, 1  # the middle of a longer identifier
        for count in range(_reach(text, tokens, place), 0, -1):
            end = tokens[place + count - 1][1]
            if _goes_on(text, end):
                continue
            words = tuple(text[first:last].casefold() for first, last in tokens[place : place + count])
            known = self._known(words, text[start:end], within, makers)
            if known is not None:
                return Mention(start, end, known), count
        return None, 1

    def _known(self, words: tuple[str, ...], written: str, within: str | None, makers: Collection[str]) -> Subject | None:
        candidates = self._phrases.get(words, [])
        is_capital = written[:1].isupper() or written[:1].isdigit()
        has_number = any(character.isdigit() for character in written)
        if not has_number and len(words) == 1 and not is_capital:
            return None
        is_identifier = has_number and "-" in written and " " not in written
        found = []
        for known in candidates:
            maker = known.subject.maker
            if known.is_short and not (within == maker or (known.is_distinctive and is_capital)):
                continue
            if words[0] in _EVERYDAY and not is_identifier and maker != within and maker not in makers:
                continue
            found.append(known)
        if within is not None:
            found = [known for known in found if known.subject.maker == within] or found
        if len({known.subject.maker for known in found}) != 1:
            return None
        return min(found, key=lambda known: (known.rank, len(known.subject.id), known.subject)).subject

    # Building

    def _add_model(self, spec: ModelSpec) -> None:
        maker, family = spec.provider, spec.metadata.family
        if family is not None:
            self.families.setdefault(family, maker)
        subject = Subject("model", maker, spec.model_id)
        names = [spec.name, spec.model_id, *(alias.name for alias in spec.aliases if not alias.floating and not alias.until)]
        for name in names:
            words = _words(name)
            if len(words) > 1 or any(character.isdigit() for character in name):
                rank = 0 if name in (spec.name, spec.model_id) else 2
                self._phrases[words].append(_Known(subject, rank))
        for alias in spec.aliases:
            if alias.floating and family is not None:
                self._phrases[_words(alias.name)].append(_Known(Subject("family", maker, family), 1))
        self._add_short(_words(spec.name), subject)

    def _add_family(self, family: str, maker: str) -> None:
        words = _words(family)
        subject = Subject("family", maker, family)
        if family not in _NO_FAMILY and (len(words) > 1 or any(character.isdigit() for character in family)):
            self._phrases[words].append(_Known(subject, 1))
        self._add_short(words, subject)

    def _add_short(self, words: tuple[str, ...], subject: Subject) -> None:
        """The name without its maker's brand: ``Sonnet 4.5``, ``Flash``."""
        if len(words) < 2 or self._brands.get(words[0]) != subject.maker:
            return
        short = words[1:]
        first = next((word for word in short if word.isalpha()), "")
        distinctive = short[0] == first and len(self._makers_of_words[first]) == 1 and first not in _EVERYDAY
        rank = 0 if subject.kind == "model" else 1
        self._phrases[short].append(_Known(subject, rank, is_short=True, is_distinctive=distinctive))


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _TOKEN.findall(name))


def _brands(specs: Iterable[ModelSpec]) -> dict[str, str]:
    """First words of names that one maker alone uses, and often: ``claude``, ``gemini``, ``gpt``."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for spec in specs:
        words = _words(spec.name)
        if words and words[0].isalpha() and words[0] not in _EVERYDAY and spec.name[:1].isupper():
            counts[words[0]][spec.provider] += 1
    return {
        word: next(iter(found))
        for word, found in counts.items()
        if len(found) == 1 and found.total() >= _FEWEST_OF_A_BRAND and len(word) > 2
    }


def _makers_of_words(specs: Iterable[ModelSpec]) -> dict[str, set[str]]:
    makers: dict[str, set[str]] = defaultdict(set)
    for spec in specs:
        for word in _words(spec.name):
            makers[word].add(spec.provider)
    return makers


def _reach(text: str, tokens: list[tuple[int, int]], place: int) -> int:
    """How many words from a place on may be one name: those with a single separator between them."""
    count = 1
    while place + count < len(tokens) and count < _LONGEST:
        between = text[tokens[place + count - 1][1] : tokens[place + count][0]]
        digits = text[tokens[place + count - 1][1] - 1].isdigit() and text[tokens[place + count][0]].isdigit()
        if len(between) != 1 or between not in _SEPARATORS or (digits and between not in ".-_@"):
            break
        count += 1
    return count


def _goes_on(text: str, end: int) -> bool:
    """Whether an identifier goes on behind a place: ``gpt-4`` in ``gpt-4-turbo`` is no name, in ``GPT-4.`` it is."""
    return end + 1 < len(text) and text[end] in "-_.:@" and text[end + 1].isalnum()
