"""From a name to a model or an offering, by the seven rules of naming.

An exact name comes before one in another case, and that before one with dots, underscores or spaces for dashes. A bare
name means a model; ``provider:id``, ``id@provider`` and ``maker/model`` say more. Aliases are dated pointers, so every
question has an instant. The forms of Bedrock, Vertex AI, Azure and the Gemini API lead to the model behind them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple

from ai_models.catalog.ranking import row_status
from ai_models.catalog.snapshot import Index, Pointer
from ai_models.errors import AmbiguousModelError, ModelNotFoundError, NotFoundError
from ai_models.models.base import ModelStatus

__all__ = ["KEPT_NAMES", "Match", "OfferingKey", "Resolver", "caseless", "suggestions_for"]

KEPT_NAMES = 4_096
"""How many answers are kept; more names than that are no program's, but an attack's."""

Fold = Callable[[str], str]

_ALIKE = 0.7
"""From this share of common letters on, two names are taken for alike."""

_LONGEST_COMPARED = 100

_TO_DASH = str.maketrans("._ ", "---")


class OfferingKey(NamedTuple):
    """An offering's key: the provider, and the provider's exact identifier."""

    provider: str
    id: str


class Match(NamedTuple):
    """What a name leads to: a row of the index, or an offering, or both; ``floating`` names move to newer models."""

    row: int | None
    offering: OfferingKey | None = None
    floating: bool = False
    dated: bool = False
    """Whether the answer depends on the instant."""


def _exact(name: str) -> str:
    return name


def caseless(name: str) -> str:
    """A name in folded case; a letter that only folding makes ASCII stays: the Kelvin sign is no K."""
    if name.isascii():
        return name.lower()
    folded = ((letter, letter.casefold()) for letter in name)
    return "".join(letter if fold.isascii() and not letter.isascii() else fold for letter, fold in folded)


def _loose(name: str) -> str:
    return caseless(name).translate(_TO_DASH)


_FOLDS: tuple[Fold, ...] = (_exact, caseless, _loose)

_REGION = r"(?:(?:us|us-gov|eu|apac|ap|jp|au|ca|sa|global)\.)?"
_VERTEX_NAMES = r"(?:claude|gemini|gemma|llama|mistral|codestral|jamba|imagen|veo|text|deepseek|qwen)"

# What platforms write around, or instead of, the maker's name; applied in this order to a name that nothing else claims.
# A form that names an owner leads only to a model of that owner.
_PLATFORM_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Bedrock ARNs; an application's own inference profile says nothing of the model behind it.
    (re.compile(r"^arn:aws[\w-]*:bedrock:[^/]*:(?:foundation-model|inference-profile)/(?P<name>[^/]+)$"), r"\g<name>"),
    # Vertex AI and Gemini API resource names
    (re.compile(r"^(?:projects/.*/)?publishers/(?P<owner>[^/]+)/models/(?P<name>[^/]+)$"), r"\g<owner>/\g<name>"),
    (re.compile(r"^models/(?P<name>[^/]+)$"), r"\g<name>"),
    # The prefixes of LiteLLM
    (re.compile(r"^(?:azure|azure_ai|vertex_ai|gemini|bedrock|bedrock/converse|bedrock/invoke)/(?P<name>.+)$"), r"\g<name>"),
    # Bedrock: the three models that were named before the scheme, then us.anthropic.claude-3-5-sonnet-20241022-v2:0
    (re.compile(rf"^{_REGION}anthropic\.claude-v2:1(?::\w+)?$"), "anthropic/claude-2.1"),
    (re.compile(rf"^{_REGION}anthropic\.claude-v2(?::\d)?$"), "anthropic/claude-2.0"),
    (re.compile(rf"^{_REGION}anthropic\.claude-instant-v1(?::\w+)*$"), "anthropic/claude-instant-1.2"),
    (
        re.compile(rf"^{_REGION}(?P<owner>[a-z0-9]+)\.(?P<name>[a-z][a-z0-9.-]*?)-v\d+(?::\d+)?(?::\w+)?$"),
        r"\g<owner>/\g<name>",
    ),
    (re.compile(rf"^{_REGION}(?P<owner>anthropic)\.(?P<name>claude-.+)$"), r"\g<owner>/\g<name>"),
    # Vertex AI: claude-3-5-sonnet-v2@20241022, claude-sonnet-4-5@20250929, gemini-2.0-flash@001
    (re.compile(rf"^(?P<name>(?:[a-z]+/)?{_VERTEX_NAMES}[a-z0-9.-]*?)(?:-v\d)?@(?P<date>\d{{8}})$"), r"\g<name>-\g<date>"),
    (re.compile(rf"^(?P<name>(?:[a-z]+/)?{_VERTEX_NAMES}[a-z0-9.-]*)@(?:default|latest|\d{{3}})$"), r"\g<name>"),
    # Azure writes 35 for 3.5.
    (re.compile(r"^gpt-35-(?P<name>.+)$"), r"gpt-3.5-\g<name>"),
)


def platform_names(name: str) -> Iterator[str]:
    """The names that may stand behind a platform's form, the most literal first."""
    current = caseless(name)
    for pattern, replacement in _PLATFORM_FORMS:
        rewritten = pattern.sub(replacement, current)
        if rewritten != current:
            current = rewritten
            yield current


class Resolver:
    """Answers names from an index.

    ``offering_ids`` gives a provider's identifiers, and ``offers`` who sells each model (``maker/model_id`` ->
    ``provider:id``), when the first name asks for them.
    """

    def __init__(
        self,
        index: Index,
        providers: Iterable[str],
        offering_ids: Callable[[str], Iterable[str]],
        offers: Callable[[], Mapping[str, list[str]]],
    ) -> None:
        self._index = index
        self._makers = {row.maker for row in index.rows}
        self._providers = set(providers)
        self._offering_ids = offering_ids
        self._offers = offers
        self._fixed: dict[str, Match] = {}
        self._suggested: dict[str, list[str]] = {}

    def match(self, name: str, day: date) -> Match:
        """What a name means on a day.

        Raises:
            ModelNotFoundError: nothing; it carries suggestions.
            AmbiguousModelError: several makers claim it.
        """
        match = self.find(name, day)
        if match is None:
            other_time = self.at_other_times(name)
            raise ModelNotFoundError(name, suggestions=() if other_time else self.suggest(name), hint=other_time or "")
        return match

    def find(self, name: str, day: date) -> Match | None:
        """What a name means on a day; None where it means nothing, without the cost of looking for near names.

        Raises:
            AmbiguousModelError: several makers claim it.
        """
        if not isinstance(name, str):
            raise TypeError(f"a model's name is text, found {type(name).__name__} {name!r}")
        fixed = self._fixed.get(name)
        if fixed is not None:
            return fixed
        match = self._literal(name, day)
        # A maker's name that means nothing at this time is not read as anything else: the price would be another one's.
        if match is None and self.at_other_times(name) is None:
            match = self._sold_as(name) or self._platform(name, day)
        if match is not None and not match.dated and len(self._fixed) < KEPT_NAMES:
            self._fixed[name] = match
        return match

    def meaning_period(self, name: str, day: date) -> tuple[int | None, int | None]:
        """The days (ordinals; since inclusive, until exclusive) around a day in which a name keeps its meaning.

        None is without end. Only a dated pointer ever changes its meaning; one that is spelt in another case, or with its
        maker, is taken to hold for the day.
        """
        if name in self._index.names or name in self._fixed:
            return None, None
        ordinal = day.toordinal()
        pointers = self._index.pointers.get(name)
        if pointers is None:
            return (ordinal, ordinal + 1) if self._is_dated(name, day) else (None, None)
        turns = {turn for pointer in pointers for turn in (pointer.since, pointer.until) if turn is not None}
        since = max((turn for turn in turns if turn <= ordinal), default=None)
        return since, min((turn for turn in turns if turn > ordinal), default=None)

    def offering(self, provider: str, name: str, day: date) -> OfferingKey | None:
        """A provider's offering by its identifier, or by a name of the model that the provider made and sells."""
        for fold in _FOLDS:
            found = self._offering(provider, name, day, fold)
            if found is not None:
                return found
        return None

    def suggest(self, name: str) -> list[str]:
        """Up to three names near a wrong one, the nearest first, current models before others; no two of one model."""
        if name in self._suggested:
            return self._suggested[name]
        known = {*self._index.names, *self._index.pointers, *self._sold}
        near: dict[object, str] = {}
        for candidate in suggestions_for(name, known, most=12, preferred=self._current_names):
            near.setdefault(self._index.names.get(candidate, candidate), candidate)
        if len(self._suggested) < KEPT_NAMES:  # a program that meets a new model meets it again and again
            self._suggested[name] = list(near.values())[:3]
        return list(near.values())[:3]

    @cached_property
    def rows_by_key(self) -> dict[str, int]:
        """The rows of the index by ``maker/model_id``."""
        return {self._key(place): place for place in range(len(self._index.rows))}

    def _is_dated(self, name: str, day: date) -> bool:
        try:
            return self.match(name, day).dated
        except NotFoundError:
            return False  # no model's name, so at most a provider's own identifier, and those do not move

    def _literal(self, name: str, day: date) -> Match | None:
        """What a name means on a day as it is written, or in another case, or with dots for dashes.

        Raises:
            AmbiguousModelError: several makers claim the name.
        """
        for fold in _FOLDS:
            found = self._bare(name, day, fold) or self._qualified(name, day, fold)
            if found is not None:
                return found
        return None

    def _platform(self, name: str, day: date) -> Match | None:
        """What a name means when it is read as a platform's way of writing a model."""
        return next(filter(None, (self._literal(behind, day) for behind in platform_names(name))), None)

    def at_other_times(self, name: str) -> str | None:
        """When a name that means nothing now does mean a model; None where it never does."""
        told = []
        for pointer in self._index.pointers.get(name, ()):
            since = "" if pointer.since is None else f" from {date.fromordinal(pointer.since)}"
            until = "" if pointer.until is None else f" until {date.fromordinal(pointer.until)}"
            told.append(f"{self._key(pointer.row)}{since}{until}")
        return f"at that time; it is a name of {' and of '.join(told)}" if told else None

    def _provider_id(self, name: str) -> str | None:
        """The provider of this name, in any case."""
        known = self._makers | self._providers
        folded = caseless(name)
        return name if name in known else folded if folded in known else None

    def _bare(self, name: str, day: date, fold: Fold, maker: str | None = None) -> Match | None:
        names = [name] if fold is _exact else self._folded[fold].get(fold(name), ())
        matches = {match for exact in names for match in self._claims(exact, day, maker)}
        rows = {match.row for match in matches}
        if len(rows) > 1:
            raise AmbiguousModelError(name, claimants=sorted(self._key(match.row) for match in matches))
        return min(matches, default=None)

    def _claims(self, name: str, day: date, maker: str | None) -> Iterator[Match]:
        row = self._index.names.get(name)
        if row is not None:
            if maker in (None, self._index.rows[row].maker):
                yield Match(row)
            return
        by_maker: dict[str, list[Pointer]] = defaultdict(list)
        for pointer in self._index.pointers.get(name, ()):
            if _holds(pointer, day.toordinal()) and maker in (None, self._index.rows[pointer.row].maker):
                by_maker[self._index.rows[pointer.row].maker].append(pointer)
        for pointers in by_maker.values():
            # A pointer with an end says more than a name without one: the id that gpt-4o became pointed elsewhere before.
            best = max(pointers, key=lambda pointer: (pointer.until is not None, pointer.since or 0))
            yield Match(best.row, floating=best.floating, dated=True)

    def _key(self, row: int | None) -> str:
        return "" if row is None else f"{self._index.rows[row].maker}/{self._index.rows[row].model_id}"

    def _qualified(self, name: str, day: date, fold: Fold) -> Match | None:
        for owner, rest in _splits(name):
            owner_id = self._provider_id(owner)
            if owner_id is None:
                continue
            key = self._offering(owner_id, rest, day, fold)
            model = self._bare(rest, day, fold, maker=owner_id)
            if key is not None or model is not None:
                dated, floating = (model.dated, model.floating) if model else (False, False)
                return Match(model.row if model else None, key, floating, dated)
        return None

    def _offering(self, provider: str, name: str, day: date, fold: Fold) -> OfferingKey | None:
        wanted = fold(name)
        ids = [offering_id for offering_id in self._offering_ids(provider) if fold(offering_id) == wanted]
        if len(ids) > 1:
            raise AmbiguousModelError(name, claimants=[f"{provider}:{offering_id}" for offering_id in sorted(ids)])
        if ids:
            return OfferingKey(provider, ids[0])
        own = self._bare(name, day, fold, maker=provider)
        row = None if own is None or own.row is None else self._index.rows[own.row]
        if row is None or row.offering is None or row.seller not in (None, provider):
            return None
        return OfferingKey(provider, row.offering)

    def _sold_as(self, name: str) -> Match | None:
        """A name that no model bears, but under which providers sell: one offering, or several of one model."""
        sold = self._sold.get(name) or self._sold.get(caseless(name), {})
        if len(sold) <= 1:
            return Match(None, next(iter(sold))) if sold else None
        models = set(sold.values())
        if len(models) > 1 or "" in models:
            raise AmbiguousModelError(name, claimants=[f"{key.provider}:{key.id}" for key in sorted(sold)])
        (model,) = models
        return Match(self.rows_by_key[model])

    @cached_property
    def _sold(self) -> dict[str, dict[OfferingKey, str]]:
        """Offerings, each with its model, by their bare identifiers: exact, and in folded case."""
        found: dict[str, dict[OfferingKey, str]] = defaultdict(dict)
        for model, keys in self._offers().items():
            for key in keys:
                offering = OfferingKey(*key.split(":", 1))
                found[offering.id][offering] = found[caseless(offering.id)][offering] = model
        return dict(found)

    @cached_property
    def _current_names(self) -> frozenset[str]:
        """Names that lead to models which can still be called; judged once, because only suggestions rest on it."""
        today = datetime.now(UTC).date().toordinal()
        ended = {ModelStatus.RETIRED, ModelStatus.UNRELEASED}
        rows = {place for place, row in enumerate(self._index.rows) if row_status(row, today) not in ended}
        moving = (name for name, held in self._index.pointers.items() if any(pointer.row in rows for pointer in held))
        return frozenset((*(name for name, place in self._index.names.items() if place in rows), *moving))

    @cached_property
    def _folded(self) -> dict[Fold, dict[str, list[str]]]:
        """Exact names by their folded forms; built when the first name misses."""
        tables: dict[Fold, dict[str, list[str]]] = {fold: defaultdict(list) for fold in _FOLDS[1:]}
        for name in (*self._index.names, *self._index.pointers):
            for fold, table in tables.items():
                table[fold(name)].append(name)
        return tables


def _holds(pointer: Pointer, day: int) -> bool:
    return (pointer.since is None or day >= pointer.since) and (pointer.until is None or day < pointer.until)


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """The ways in which a name may hold an owner: ``provider:id``, ``maker/model``, ``id@provider``."""
    for separator in (":", "/"):
        owner, found, rest = name.partition(separator)
        if found and owner and rest:
            yield owner, rest
    rest, found, owner = name.rpartition("@")
    if found and owner and rest:
        yield owner, rest


def suggestions_for(
    name: str, known: Iterable[str], *, most: int = 3, preferred: Collection[str] = frozenset()
) -> list[str]:
    """Known names near a wrong one, the nearest first: alike in letters, sharing most of its words, or begun by it."""
    from difflib import SequenceMatcher  # only on the way to an error; costs an import that a good name never needs

    wanted = _loose(_without_owner(name)).strip("-")[:_LONGEST_COMPARED]
    if not wanted:
        return []
    words = set(wanted.split("-"))
    matcher = SequenceMatcher(b=wanted)
    scored = []
    for candidate in known:
        loose = _loose(candidate)
        shared = len(words & set(loose.split("-"))) / len(words)
        begun = loose.startswith(f"{wanted}-")
        matcher.set_seq1(loose)
        bounds = (matcher.real_quick_ratio, matcher.quick_ratio)  # both at least the ratio, and much sooner known
        if not (shared > 1 / 2 or begun) and any(bound() < _ALIKE for bound in bounds):
            continue
        alike = matcher.ratio()
        if alike >= _ALIKE or shared > 1 / 2 or begun:
            scored.append((-(alike + shared + begun / 4 + (candidate in preferred) / 8), len(candidate), candidate))
    return [candidate for *_, candidate in sorted(scored)[:most]]


def _without_owner(name: str) -> str:
    """The part of a name that names a model: nobody's ``provider:``, ``maker/`` or ``@provider``."""
    bare = name.rpartition("/")[2].partition("@")[0]
    return bare.rpartition(":")[2] if bare.count(":") == 1 else bare
