"""From a text to the model that it names, or to the fact that it names none: the one place that decides.

Three things speak for a name: that the catalogue knows it, that it looks like one, and where it stands. ``Names.recognise``
weighs them; ``Names.stand`` says how the model behind a name stands on the day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import IntEnum
from functools import cached_property, lru_cache

from msgspec import Struct

from ai_models.audit.findings import Confidence
from ai_models.audit.name_shapes import (
    EXTENSION,
    FAKES,
    FREE_PREFIXES,
    HOSTED,
    MADE_UP,
    NAME,
    OPEN,
    PROSE_SUFFIXES,
    is_deployment_word,
    is_model_word,
    without_framework,
)
from ai_models.catalog import Catalog
from ai_models.catalog.resolve import Match, suggestions_for
from ai_models.errors import AmbiguousModelError
from ai_models.models.base import Lifecycle, ModelSpec, ModelStatus
from ai_models.pricing.models import Offering

__all__ = ["Names", "Place", "Recognised", "Standing"]


class Place(IntEnum):
    """Where a text stands, from the least to the most telling."""

    PROSE = 0
    """Within a sentence: a comment, a docstring, a page."""
    VALUE = 1
    """A whole value of its own: a string, a setting."""
    DEPLOYMENT = 2
    """A value where a deployment is named, which may bear the name of another model than it serves, or of none."""
    MODEL = 3
    """A value where a model belongs: ``model=…``, ``OPENAI_MODEL=…``, a key of a table of models."""

    @classmethod
    def called(cls, *identifiers: str) -> Place:
        """The place that a variable, key or parameter of one of these names is."""
        if any(is_deployment_word(each) for each in identifiers):
            return cls.DEPLOYMENT
        return cls.MODEL if any(is_model_word(each) for each in identifiers) else cls.VALUE


class Recognised(Struct, frozen=True):
    """A name that was recognised; ``match`` is what it leads to, None where it leads nowhere (an unknown model)."""

    name: str
    match: Match | None
    confidence: Confidence
    spoken: bool = False
    """Whether it is a spelling of people rather than of an API (``GPT-4``): a mention, wherever it stands."""


class Standing(Struct, frozen=True):
    """How the model behind a name stands on the day of the audit."""

    spec: ModelSpec | None
    key: str
    """``maker/model_id``, or ``provider:id`` where an offering matches no model."""
    status: ModelStatus
    retires_on: date | None
    deprecated_on: date | None
    replacement: tuple[str, ...]
    floating: bool


_LONGEST = 120
_SURE = re.compile(r"\d")
_O = re.compile(r"o[1-9]")
_COUNTED = re.compile(r"(?P<word>[a-z]+)-v?\d+(?:\.\d+)?[a-z]?")
_DATED_O = re.compile(r"o[1-9](?:-(?:mini|pro|preview|deep-research)(?:-\d{4}-\d\d-\d\d)?|-\d{4}-\d\d-\d\d)")
_NEVER_SERVED = frozenset({"gpt-1", "gpt-2", "gpt-3", "grok-0", "grok-1"})
_SHORT = 4
_LONG = 10
_LEAST_MISSPELT = 5
"""Shorter words are alike by chance."""
_ALIKE = 0.8
_SEPARATORS = re.compile(r"[-.@:_]")


class Names:
    """Recognises names against one catalogue on one day. Answers are kept: a tree repeats its names.

    ``recognise(text, place, near_models=…)`` decides whether a text is a name, ``find(name)`` says what it leads to,
    ``stand(name)`` how that stands on the day, ``why_unknown(name)`` what is known of a name that leads nowhere.
    """

    def __init__(self, catalog: Catalog, at: datetime) -> None:
        """Bind to a catalogue.

        Args:
            catalog: the shipped one, or one with a user's overlays.
            at: the instant at which aliases, lifecycles and prices are judged.
        """
        self.catalog = catalog
        self.at = at
        self.find = lru_cache(maxsize=65_536)(self._find)
        self.stand = lru_cache(maxsize=4_096)(self._stand)
        self.why_unknown = lru_cache(maxsize=4_096)(self._why_unknown)
        self.recognise = lru_cache(maxsize=65_536)(self._recognise)

    # What a name leads to

    def _find(self, name: str) -> Match | None:
        """What a name leads to on the day; None where it leads nowhere.

        A fine-tuned model leads to its base. What a gateway that the catalogue does not know puts before a maker's name
        (``openrouter/anthropic/claude-2``) leads to the maker's model.
        """
        base, bare = _base(name), self.bare(name)
        try:
            found = self.catalog.match(base, at=self.at)
            if found is None and self._is_behind_a_gateway(base, bare):
                found = self.catalog.match(bare.partition(":")[0], at=self.at)  # without :free, :thinking …
        except AmbiguousModelError:
            return Match(None)
        return found

    def _is_behind_a_gateway(self, name: str, bare: str) -> bool:
        """Whether what stands before a maker's name is a gateway: ``gpt-4/gpt-4o`` are two names."""
        if "/" not in name or _leads_to_own_names(name) or not self.is_specific(bare):
            return False
        return not any(self.is_specific(part) for part in name.lower().split("/")[:-1])

    def bare(self, name: str) -> str:
        """A name in lower case without whoever serves it, and without what fine-tuning hangs onto it."""
        last = _base(name).rpartition("/")[2].lower()
        owner, mark, rest = last.partition(":")
        return rest if mark and owner in self._owners else last

    def _stand(self, name: str) -> Standing | None:
        """How the model behind a known name stands; None where the name leads to no single model or offering."""
        match = self.find(name)
        if match is None or (match.row is None and match.offering is None):
            return None
        offering = self.catalog.offering(*match.offering) if match.offering is not None else None
        spec = self._spec(match)
        if spec is None and offering is None:
            return None
        lifecycle = _lifecycle(spec, offering)
        status = lifecycle.status_at(self.at, release_date=spec.metadata.release_date if spec else None)
        key = spec.key if spec is not None else offering.key if offering is not None else ""
        return Standing(
            spec, key, status, lifecycle.retires_on, lifecycle.deprecated_on, lifecycle.replacement, match.floating
        )

    def _spec(self, match: Match) -> ModelSpec | None:
        if match.row is not None:
            return self.catalog.model_of(match)
        key = self.catalog.offering(*match.offering).model if match.offering is not None else None
        return None if key is None else self.catalog.get_model(key, at=self.at)

    def _why_unknown(self, name: str) -> tuple[str, tuple[str, ...]]:
        """Why a name leads nowhere, where more is known than that, and up to three near names of the same beginning."""
        other_time = self.catalog.at_other_times(name)
        if other_time is not None:
            return other_time, ()
        bare = self.bare(name)
        return "", tuple(suggestions_for(bare, self._by_stem.get(self._stem(bare), ()), most=3))

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        """Names of models that can be called on the day, by their first words."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._all):
            standing = self.stand(name)
            if standing is not None and standing.status not in (ModelStatus.RETIRED, ModelStatus.UNRELEASED):
                found[self._stem(name.lower())].append(name)
        return found

    def days_to_retirement(self, standing: Standing) -> int | None:
        """Whole days from the day of the audit to the retirement; None where no day is known."""
        return None if standing.retires_on is None else (standing.retires_on - self.at.date()) // timedelta(days=1)

    # Whether a text is a name

    def is_model(self, text: str) -> bool:
        """Whether a text, where a model belongs, is the name of one that is known."""
        found = self.recognise(text, Place.MODEL)
        return found is not None and found.match is not None

    def _recognise(self, text: str, place: Place, *, near_models: bool = True) -> Recognised | None:
        """What a text names, or None where it is not a model's name.

        Args:
            text: the whole value, or one token of prose.
            place: where it stands.
            near_models: whether the file has to do with language models at all: it imports an SDK, or holds a name that
                cannot be anything else. Ordinary words are names only there.
        """
        if len(text) > _LONGEST or not NAME.fullmatch(text) or EXTENSION.search(text) or "//" in text:
            return None
        bare = self.bare(text)
        match = self.find(text)
        if match is not None:
            return self._known(text, bare, match, place, near_models=near_models)
        return self._unknown(text, bare, place, near_models=near_models)

    def _known(self, text: str, bare: str, match: Match, place: Place, *, near_models: bool) -> Recognised | None:
        spoken = text != text.lower() and text not in self._all
        if place is Place.DEPLOYMENT or _leads_to_own_names(text):  # called after a model, it may serve another one
            return Recognised(text, match, "low", spoken=place is Place.PROSE) if self.is_specific(bare) else None
        if self.is_specific(bare):
            if place is Place.MODEL:
                return Recognised(text, match, "medium" if spoken else "high")
            return Recognised(text, match, "low" if spoken else "high", spoken=spoken or place is Place.PROSE)
        if place is Place.MODEL and _O.fullmatch(bare):
            return Recognised(text, match, "medium" if near_models else "low")
        if not near_models or place is Place.PROSE or (spoken and place is not Place.MODEL):
            return None
        if place is Place.MODEL:
            return Recognised(text, match, "low" if len(bare) < _SHORT or spoken else "medium")
        # An ordinary word, or two, on its own: only a maker's own two words are a name ("gemini-pro", "deepseek-chat").
        is_makers = "-" in bare and self._stem(bare) in HOSTED | OPEN and not self._is_counted(bare)
        return Recognised(text, match, "medium") if is_makers else None

    def _unknown(self, text: str, bare: str, place: Place, *, near_models: bool) -> Recognised | None:
        if text != text.lower() or not text[-1].isalnum() or place is Place.DEPLOYMENT or not self._may_be_unknown(text):
            return None
        if bare in self._families or bare in _NEVER_SERVED or self._is_made_up(bare, place):
            return None
        shaped = self.is_specific(bare)
        stem = self._stem(bare)
        if place is Place.PROSE:
            sure = shaped and stem in HOSTED and "/" not in text and not PROSE_SUFFIXES.search(text)
            return Recognised(text, None, "low", spoken=True) if sure and not self.begins_a_name(bare) else None
        if place is Place.MODEL and stem in MADE_UP & HOSTED and _SURE.search(bare) and not self._is_counted(bare):
            return Recognised(text, None, "high" if shaped and near_models else "medium")
        if stem in HOSTED and shaped:
            if place is Place.VALUE and self.begins_a_name(bare):
                return None  # a family's prefix, to which something is compared or added
            return Recognised(text, None, "high" if place is Place.MODEL and near_models else "medium")
        if place is Place.MODEL and near_models and shaped and stem in OPEN and "-" in bare and not set("/:") & set(text):
            return Recognised(text, None, "low")
        return None

    def _is_made_up(self, bare: str, place: Place) -> bool:
        """Whether the words of a name say that it is nobody's (``gpt-4o-test``), or something else's (``gpt-3-encoder``).

        Where a model belongs, every other word may be meant as a model's.
        """
        words = _SEPARATORS.split(bare)[1:]
        if not FAKES.isdisjoint(words):
            return True
        known = self._later_words.get(self._stem(bare), frozenset())
        strange = [word for word in words if word.isalpha() and word not in known]
        return place is not Place.MODEL and any(
            len(word) < _LEAST_MISSPELT or not get_close_matches(word, known, n=1, cutoff=_ALIKE) for word in strange
        )

    def _may_be_unknown(self, text: str) -> bool:
        """Whether a name that leads nowhere is a mistake: after an owner whom nobody knows, nobody can tell."""
        owner, mark, _ = without_framework(text).partition("/")
        if not mark:
            owner, mark, _ = owner.partition(":")
            return not mark or owner in self._owners or self.is_specific(owner)  # gpt-9:free
        return not _leads_to_own_names(text) and owner in self._owners

    @cached_property
    def _families(self) -> frozenset[str]:
        return frozenset(self.catalog.families)

    @cached_property
    def _owners(self) -> frozenset[str]:
        return frozenset((*self.catalog.providers, *self.catalog.makers))

    def is_specific(self, bare: str) -> bool:
        """Whether a name (in lower case, without whoever serves it) can hardly be anything but a model's.

        It begins with a maker's word, goes on with a number or with what the catalogue has after that word, and has a
        number in it.
        """
        if bare.startswith("o") and _DATED_O.fullmatch(bare):
            return True
        for owner in ("anthropic.", "amazon.", "meta.", "mistral.", "cohere.", "ai21.", "deepseek.", "qwen.", "openai."):
            bare = bare.partition(owner)[2] or bare
        stem, _, rest = bare.partition("-")
        if not _SURE.search(bare) or self._is_counted(bare):
            return False
        if not rest:
            return stem.rstrip("0123456789.:b") in {"llama", "qwen", "gemma", "mixtral", "codellama"} and len(bare) > _SHORT
        if stem not in HOSTED and stem not in OPEN:
            return len(bare) >= _LONG and len(_SEPARATORS.findall(bare)) > 1 and bare in self._all
        second = re.split(r"[-.@:_]", rest, maxsplit=1)[0]
        return second[:1].isdigit() or second.rstrip("0123456789") in self._second_words.get(stem, ())

    def _is_counted(self, bare: str) -> bool:
        """Whether a name is an ordinary word and a number, as ``step-3`` is."""
        counted = _COUNTED.fullmatch(bare)
        return counted is not None and counted["word"] not in MADE_UP

    def begins_a_name(self, bare: str) -> bool:
        """Whether known names go on where this one ends: ``claude-3`` is a family, not a misspelling."""
        return bare in self._prefixes

    def _stem(self, bare: str) -> str:
        return bare.partition("-")[0].rstrip(".:0123456789") or bare if not bare.startswith("o") else bare[:2]

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.catalog.names())

    @cached_property
    def _second_words(self) -> dict[str, frozenset[str]]:
        """What follows the first word of known names, without numbers at its end."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in self._all:
            stem, _, rest = name.lower().partition("-")
            second = re.split(r"[-.@:_]", rest, maxsplit=1)[0].rstrip("0123456789")
            if second:
                found[stem].add(second)
        return {stem: frozenset(words) for stem, words in found.items()}

    @cached_property
    def _later_words(self) -> dict[str, frozenset[str]]:
        """Every word after the first one in known names, by what the first one is."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in self._all:
            found[self._stem(name.lower())].update(_SEPARATORS.split(name.lower())[1:])
        return {stem: frozenset(words) for stem, words in found.items()}

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        """Every beginning of a known name that ends before a dash or a dot."""
        return frozenset(
            name[: mark.start()].lower() for name in self._all for mark in re.finditer(r"[-.:@]", name)
        ) | frozenset(
            name[: mark.start()].lower().replace(".", "-") for name in self._all for mark in re.finditer("-", name)
        )


def _lifecycle(spec: ModelSpec | None, offering: Offering | None) -> Lifecycle:
    """The offering's own life where it has one: Azure retires models on other days than their makers."""
    if offering is not None and offering.lifecycle is not None:
        own = offering.lifecycle
        if own.replacement or spec is None:
            return own
        return Lifecycle(
            status=own.status,
            deprecated_on=own.deprecated_on,
            retires_on=own.retires_on,
            replacement=spec.lifecycle.replacement,
        )
    return spec.lifecycle if spec is not None else Lifecycle()


def _base(name: str) -> str:
    """A name as the catalogue writes it, without a framework's prefix and without what fine-tuning hangs onto it.

    ``ft:gpt-4o-mini-2024-07-18:acme::id`` and ``davinci:ft-acme-2023-01-01`` are fine-tuned models.
    """
    name = without_framework(name)
    if name.startswith("ft:"):
        return name[3:].partition(":")[0]
    base, mark, _ = name.partition(":ft-")
    return base if mark else name


def _leads_to_own_names(text: str) -> bool:
    text = without_framework(text)
    owner = re.split(r"[/:]", text, maxsplit=1)[0]
    return owner != text and owner in FREE_PREFIXES
