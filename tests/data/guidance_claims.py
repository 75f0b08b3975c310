"""What guidance claims in words that can be held against the catalogue: sentence patterns, each with what must be so.

A statement may hold several claims, and words beside them. ``false_claims`` are those that the catalogue does not bear
out, ``unread_numbers`` what no pattern reads. A new way to say something checkable is a line in ``_CLAIMS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ai_models.catalog.catalog import Catalog
from ai_models.errors import NotSoldError, OfferingNotFoundError
from ai_models.models.base import ModelSpec, ModelStatus
from ai_models.models.capabilities import Support
from ai_models.pricing.models import PricingVersion, RateCard
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService

DAY = date(2026, 11, 30)
"""The day on which the statements were written; each must be true then."""

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
EVERY_STATUS = ("unreleased", "preview", "active", "deprecated", "retired")


class Facts:
    """A catalogue on the day of the statements, with the fewest tokens of a cached prefix, by model or by maker."""

    def __init__(self, catalog: Catalog, prefixes: Mapping[str, int]) -> None:
        self.catalog = catalog
        self.prefixes = prefixes
        self._service = PricingService()
        self._claims: dict[str, list[tuple[re.Pattern[str], Holds]]] = {}

    def models(self, maker: str) -> list[ModelSpec]:
        """Every model of a maker, retired ones too."""
        return self.catalog.models(maker=maker, status=EVERY_STATUS, at=AT)

    @cached_property
    def names(self) -> dict[str, dict[str, ModelSpec]]:
        """The models of each maker by the names that a statement may call them; an id is stronger than a display name."""
        found: dict[str, dict[str, ModelSpec]] = {}
        for spell in (lambda model: [model.name], lambda model: [model.model_id, *_fixed_aliases(model)]):
            for model in self.catalog.models(status=EVERY_STATUS, at=AT):
                found.setdefault(model.provider, {}).update(dict.fromkeys(spell(model), model))
        return found

    def claims(self, maker: str) -> list[tuple[re.Pattern[str], Holds]]:
        """Every pattern, with the names of the maker's models in it."""
        if maker not in self._claims:
            names = "|".join(re.escape(name) for name in sorted(self.names[maker], key=len, reverse=True))
            name = rf"(?<![\w.-])(?P<name>{names})(?!\.?[\w-])"
            self._claims[maker] = [(re.compile(text.replace("<name>", name)), holds) for text, holds in _CLAIMS]
        return self._claims[maker]

    def versions(self, model: ModelSpec) -> tuple[PricingVersion, ...]:
        """The prices of the model's maker, from the oldest to the newest; empty where there are none."""
        try:
            return self.catalog.get_offering(model.key, at=AT).versions
        except OfferingNotFoundError:
            return ()

    def card(self, model: ModelSpec) -> RateCard:
        """The prices in force, or the last ones that were; empty where there are none."""
        begun = [version for version in self.versions(model) if (version.effective_date or DAY) <= DAY]
        return begun[-1] if begun else RateCard()

    def cost(self, model: ModelSpec, usage: Usage, *, service_tier: str | None = None, speed: str | None = None) -> Fraction:
        """What the engine asks for a request."""
        return self._service.price(model.key, usage, at=AT, service_tier=service_tier, speed=speed).exact


def _fixed_aliases(model: ModelSpec) -> list[str]:
    return [alias.name for alias in model.aliases if not alias.floating]


class Claim(NamedTuple):
    """A pattern's match in a statement about a model."""

    facts: Facts
    model: ModelSpec
    match: re.Match[str]

    def said(self, part: str) -> str:
        """What the statement says in a named place of the pattern."""
        return self.match[part]

    @property
    def number(self) -> int:
        """The count of tokens that the statement gives."""
        return int(self.match["number"].replace(",", ""))

    @property
    def day(self) -> date:
        """The day that the statement gives."""
        return date.fromisoformat(self.match["day"])

    @property
    def ratio(self) -> Fraction:
        """The ratio that the statement gives."""
        return ratio_of(self.match["ratio"])

    @property
    def other(self) -> ModelSpec:
        """The model that the statement compares with."""
        return self.facts.names[self.model.provider][self.match["name"]]

    @property
    def card(self) -> RateCard:
        """The prices of the model's maker; empty where there are none."""
        return self.facts.card(self.model)


Holds = Callable[[Claim], bool]


def false_claims(facts: Facts, model: ModelSpec, statement: str) -> list[str]:
    """The claims that are false, or of which the catalogue does not know that they are true."""
    claims = [(holds, match) for pattern, holds in facts.claims(model.provider) for match in pattern.finditer(statement)]
    return [match[0] for holds, match in claims if not holds(Claim(facts, model, match))]


def unread_numbers(facts: Facts, model: ModelSpec, statement: str) -> list[str]:
    """The numbers, and words for numbers, that belong to no claim and to no name."""
    rest = statement
    for pattern, _ in facts.claims(model.provider):
        for match in pattern.finditer(statement):
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    for name in sorted(facts.names[model.provider], key=len, reverse=True):
        rest = rest.replace(name, " ") if any(letter.isdigit() for letter in name) else rest
    return [found[0] for found in _NUMBERS.finditer(_GENERATION.sub(" ", rest))]


# Words for numbers.

_COUNTS = {"a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twenty": 20}
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10, "twentieth": 20, "fortieth": 40}
_TIMES = rf"twice|(?:{'|'.join(_COUNTS)}|\d+(?:\.\d+)?) times"
_SHARE = rf"half(?: of)?|(?:{'|'.join(_COUNTS)}) (?:{'|'.join(_PARTS)})s?(?: of)?|\d+(?:\.\d+)? % of"
_RATIO = rf"(?P<ratio>as much as|{_TIMES}|{_SHARE})"
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+)"
_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})"
_NUMBERS = re.compile(
    rf"\d[\d,.\-]*|%|\b(?:hal(?:f|ve[sd]?)|twice|doubled?s?|times|per cent|(?:{'|'.join(_PARTS)})s?)\b(?![- ]part)"
)
_GENERATION = re.compile(r"\b(?:[A-Z][A-Za-z]+|GPT|o)[ -]v?\d+(?:\.\d+)*\b(?! ?(?:tokens|%|USD))")
"""A generation that is named rather than counted: ``Claude 4.7``, ``Gemini 3``, ``GPT-5.6``."""


def ratio_of(words: str) -> Fraction:
    """The number that a ratio in words stands for: ``a third of`` is 1/3, ``2.5 times`` is 5/2."""
    words = words.removesuffix(" of")
    alone = {"as much as": Fraction(1), "half": Fraction(1, 2), "twice": Fraction(2)}
    if words in alone:
        return alone[words]
    count, _, unit = words.partition(" ")
    number = Fraction(_COUNTS[count]) if count in _COUNTS else Fraction(count)
    if unit in ("times", "%"):
        return number if unit == "times" else number / 100
    return number / _PARTS[unit if unit in _PARTS else unit.removesuffix("s")]


# Windows and days.


def _is_not_cached_below(claim: Claim) -> bool:
    known = claim.facts.prefixes
    return known.get(claim.model.key, known.get(claim.model.provider)) == claim.number


def _budget_starts_at(claim: Claim) -> bool:
    return claim.model.reasoning is not None and claim.model.reasoning.min_tokens == claim.number


# Prices.

_WHAT = {
    "it costs": ("input", "output"),
    "its input costs": ("input",),
    "its output costs": ("output",),
    "its audio costs": ("audio_input", "audio_output"),
    "its audio input costs": ("audio_input",),
    "its audio output costs": ("audio_output",),
    "its cache reads cost": ("cache_read",),
    "its picture tokens cost": ("image_output",),
    "a picture costs": ("images",),
    "a second of video costs": ("output_video_seconds",),
    "an hour of audio costs": ("input_audio_seconds",),
    "an hour of a session costs": ("audio_seconds",),
    "a request costs": ("requests",),
    "a character costs": ("input_characters",),
}
_METERS = {
    "a cache read": "cache_read",
    "a cache write": "cache_write",
    "a five-minute cache write": "cache_write_5m",
    "a one-hour cache write": "cache_write_1h",
    "a twelve-hour cache write": "cache_write_12h",
    "audio input": "audio_input",
    "audio output": "audio_output",
    "output": "output",
}
_BASES = {
    "the input rate": "input",
    "the text input rate": "input",
    "the audio input rate": "audio_input",
    "the output rate": "output",
    "the text output rate": "output",
}
_UNITS = {
    "picture": ("images", 1),
    "song": ("images", 1),
    "clip": ("images", 1),
    "page": ("pages", 1),
    "request": ("requests", 1),
    "hour of audio": ("input_audio_seconds", 3_600),
    "hour of a session": ("audio_seconds", 3_600),
    "second of video": ("output_video_seconds", 1),
    "million characters": ("input_characters", 1_000_000),
}
_TIERS = {"batch api": "batch", "message batches api": "batch", "batch tier": "batch", "flex tier": "flex"}


def _rate(card: RateCard, meter: str) -> Fraction | None:
    """The price of a single unit, whatever number of them the card speaks of."""
    rate = card.rates.get(meter)
    return None if rate is None else Fraction(rate.amount) / Fraction(rate.per)


def _costs_as_another(claim: Claim) -> bool:
    theirs = claim.facts.card(claim.other)
    pairs = [(_rate(claim.card, meter), _rate(theirs, meter)) for meter in _WHAT[claim.said("what").lower()]]
    known = [pair for pair in pairs if pair != (None, None)]
    return bool(known) and all(None not in pair and pair[0] == claim.ratio * (pair[1] or 0) for pair in known)


def _costs_as_another_meter(claim: Claim) -> bool:
    rate, base = _rate(claim.card, _METERS[claim.said("what").lower()]), _rate(claim.card, _BASES[claim.said("base")])
    if rate is None or base is None:
        return False
    return rate <= claim.ratio * base if claim.said("most") else rate == claim.ratio * base


def _costs_in_money(claim: Claim) -> bool:
    meter, count = _UNITS[claim.said("unit")]
    rate = _rate(claim.card, meter)
    return rate is not None and rate * count == Fraction(Decimal(claim.said("amount")))


def _tier_factors(claim: Claim, tier: str) -> set[Fraction]:
    """By how much a tier multiplies what the model asks for input and for output; empty where it is not sold."""
    fast = any(override.when.speed == tier for override in claim.card.overrides)
    asked = {"speed": tier} if fast else {"service_tier": tier}
    parts = {"input": Usage(input_tokens=1_000), "output": Usage(output_tokens=1_000)}
    sold = [usage for meter, usage in parts.items() if claim.card.rate(meter)]
    try:
        return {claim.facts.cost(claim.model, usage, **asked) / claim.facts.cost(claim.model, usage) for usage in sold}
    except NotSoldError:
        return set()


def _tier_halves(claim: Claim) -> bool:
    return _tier_factors(claim, _TIERS[claim.said("tier").lower()]) == {Fraction(1, 2)}


def _tier_costs(claim: Claim) -> bool:
    return _tier_factors(claim, claim.said("tier").lower()) == {claim.ratio}


def _has_threshold(card: RateCard, tokens: int) -> bool:
    return any(override.when.input_tokens_above == tokens for override in card.overrides)


def _costs_more_above(claim: Claim) -> bool:
    """Whether one token more makes the whole request, output too, so many times as dear."""
    one = claim.facts.cost(claim.model, Usage(input_tokens=1))
    for output in (0, 1_000):
        below = claim.facts.cost(claim.model, Usage(input_tokens=claim.number, output_tokens=output))
        above = claim.facts.cost(claim.model, Usage(input_tokens=claim.number + 1, output_tokens=output))
        if above != (below + one) * claim.ratio:
            return False
    return True


def _rates_double(claim: Claim) -> bool:
    """Whether a version of that day asks twice what the one before it asks, for input and for output."""
    changes = [(old, new) for old, new in pairwise(claim.facts.versions(claim.model)) if new.effective_date == claim.day]
    rates = [(old.rate(meter), new.rate(meter)) for old, new in changes for meter in ("input", "output")]
    return bool(rates) and all(old is not None and new == 2 * old for old, new in rates)


def _costs_nothing(claim: Claim) -> bool:
    return bool(claim.card.rates) and not any(rate.amount for rate in claim.card.rates.values())


# What a model can do.

_KINDS = {"text": "text", "pictures": "image", "audio": "audio", "video": "video", "documents": "document"}
_KIND = rf"(?:{'|'.join(_KINDS)})"
_LIST = rf"(?P<kinds>{_KIND}(?:, {_KIND})*(?:,? (?:and|or) {_KIND})?)"


def _all_are(support: Support, way: str) -> Holds:
    """Whether each kind of content that is listed is supported, or not, on the way in or out."""
    return lambda claim: all(
        claim.model.support(f"{_KINDS[word]}_{way}") is support for word in re.findall(_KIND, claim.said("kinds"))
    )


def _is(support: Support, capability: str) -> Holds:
    return lambda claim: claim.model.support(capability) is support


def _may_stop_reasoning(*, is_possible: bool) -> Holds:
    return lambda claim: claim.model.reasoning is not None and claim.model.reasoning.can_disable is is_possible


def _has_effort(claim: Claim) -> bool:
    return claim.model.reasoning is not None and claim.said("effort") in claim.model.reasoning.efforts


_YES, _NO = Support.SUPPORTED, Support.UNSUPPORTED
_CUTOFF = r"knowledge ends (?:in|on) (?P<cutoff>\d{4}(?:-\d{2}){0,2})"

_CLAIMS: list[tuple[str, Holds]] = [
    (rf"accepts (?:prompts of )?{_NUMBER} tokens", lambda c: c.model.context_window_input == c.number),
    (rf"<name>,?(?: which)? accepts {_NUMBER}(?! tokens)", lambda c: c.other.context_window_input == c.number),
    (rf"[Pp]rompts above {_NUMBER} tokens are refused", lambda c: c.model.context_window_input == c.number),
    (rf"Split texts at {_NUMBER} tokens or below", lambda c: c.model.context_window_input == c.number),
    (rf"answers up to {_NUMBER} tokens", lambda c: c.model.context_window_output == c.number),
    (r"No source states its window", lambda c: c.model.context_window_input is None),
    (rf"retires on {_DAY}", lambda c: c.model.lifecycle.retires_on == c.day),
    (rf"deprecated since {_DAY}", lambda c: c.model.lifecycle.deprecated_on == c.day),
    (r"names <name> as the replacement", lambda c: c.other.model_id in c.model.lifecycle.replacement),
    (rf"(?<!whose ){_CUTOFF}", lambda c: c.model.knowledge_cutoff == c.said("cutoff")),
    (rf"<name>, whose {_CUTOFF}", lambda c: c.other.knowledge_cutoff == c.said("cutoff")),
    (rf"prefix of fewer than {_NUMBER} tokens is not cached", _is_not_cached_below),
    (rf"prefixes from {_NUMBER} tokens are cached", _is_not_cached_below),
    (rf"budget is at least {_NUMBER} tokens", _budget_starts_at),
    (rf"(?P<what>(?i:{'|'.join(_WHAT)})) {_RATIO}(?: the rates of)? <name>", _costs_as_another),
    (
        rf"(?P<what>(?i:{'|'.join(_METERS)})) costs (?P<most>at most )?{_RATIO} (?P<base>{'|'.join(_BASES)})",
        _costs_as_another_meter,
    ),
    (rf"costs (?P<amount>\d+(?:\.\d+)?) USD an? (?P<unit>{'|'.join(_UNITS)})", _costs_in_money),
    (
        rf"(?P<tier>(?i:{'|'.join(_TIERS)})) halves (?:all token rates|the token rates|the rates of input and output)",
        _tier_halves,
    ),
    (rf"(?P<tier>Fast|Ultrafast|Priority) mode costs {_RATIO} the standard rates", _tier_costs),
    (rf"Keep prompts at {_NUMBER} tokens or below", lambda c: _has_threshold(c.card, c.number)),
    (rf"\({_NUMBER} for <name>\)", lambda c: _has_threshold(c.facts.card(c.other), c.number)),
    (rf"Above {_NUMBER} tokens of prompt the whole request costs (?P<ratio>{_TIMES}) as much", _costs_more_above),
    (rf"rates double on {_DAY}", _rates_double),
    (r"free of charge", _costs_nothing),
    (r"has no rate for cache reads", lambda c: bool(c.card.rates) and "cache_read" not in c.card.rates),
    (rf"[Ii]t (?:also )?takes {_LIST}", _all_are(_YES, "input")),
    (rf"[Ii]t does not take {_LIST}", _all_are(_NO, "input")),
    (rf"[Ii]t gives {_LIST}", _all_are(_YES, "output")),
    (r"[Ii]t calls tools", _is(_YES, "function_calling")),
    (r"(?:[Ii]t|an \w+) does not call tools", _is(_NO, "function_calling")),
    (r"[Ii]t does not hold answers to a JSON Schema", _is(_NO, "structured_output")),
    (r"[Ii]t accepts an assistant prefill", _is(_YES, "assistant_prefill")),
    (r"An assistant prefill is refused", _is(_NO, "assistant_prefill")),
    (r"[Ii]t does not reason before it answers", _is(_NO, "extended_thinking")),
    (r"(?:[Tt]hinking|[Rr]easoning) cannot be switched off", _may_stop_reasoning(is_possible=False)),
    (r"(?:[Tt]hinking|[Rr]easoning) can be switched off", _may_stop_reasoning(is_possible=True)),
    (r"\(effort (?P<effort>\w+)\)", _has_effort),
    (r"[Ii]ts weights are open", lambda c: c.model.metadata.open_weights is True),
    (r"[Ii]t is a preview", lambda c: c.model.status_at(AT) is ModelStatus.PREVIEW),
]
