"""What guidance claims in words that can be held against the catalogue.

A statement may hold several claims, and words beside them. ``false_claims`` are those that the catalogue does not bear
out, ``unread_numbers`` what no pattern reads. A new way to say something checkable is a line in ``guidance_models``, in
``guidance_prices`` or in ``guidance_conditions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from guidance_conditions import CONDITION_CLAIMS
from guidance_facts import Claim, Facts, Holds, UnnamedError
from guidance_models import MODEL_CLAIMS
from guidance_numbers import NUMBERS
from guidance_prices import PRICE_CLAIMS

from ai_models.models.base import ModelSpec

__all__ = ["PATTERNS", "Read", "claims_of", "false_claims", "is_true", "unread_numbers"]

PATTERNS = (*MODEL_CLAIMS, *PRICE_CLAIMS, *CONDITION_CLAIMS)
_ADVICE = r"(?:Take|Try) <name>[^:;]*: (?=(?:on \S+ own API )?(?:its?|a second|only)\b)"
"""What stands behind it is about the model that is named."""


class _Reading(NamedTuple):
    """The patterns, as they are written and with the names of a maker's models in them."""

    claims: list[tuple[str, re.Pattern[str], Holds]]
    advice: re.Pattern[str]


@cache
def _reading(facts: Facts, maker: str) -> _Reading:
    name = facts.name(maker).pattern

    def compiled(text: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"(?<!\?P)<(name|other|also)>", lambda found: rf"(?P<{found[1]}>{name})", text))

    return _Reading([(text, compiled(text), holds) for text, holds in PATTERNS], compiled(_ADVICE))


class Read(NamedTuple):
    """A claim, with the pattern that read it and what must be so."""

    pattern: str
    holds: Holds
    claim: Claim


def claims_of(facts: Facts, model: ModelSpec, statement: str) -> Iterator[Read]:
    """The claims of a statement; behind ``Take X for this: it …`` they are about X, and the model stands beside it."""
    reading = _reading(facts, model.provider)
    advice = reading.advice.match(statement)
    border = advice.end() if advice else len(statement)
    for text, pattern, holds in reading.claims:
        for match in pattern.finditer(statement, 0, border):
            yield Read(text, holds, Claim(facts, model, match))
        if advice:
            other = facts.names[model.provider][advice["name"]]
            for match in pattern.finditer(statement, border):
                yield Read(text, holds, Claim(facts, other, match, model))


def false_claims(facts: Facts, model: ModelSpec, statement: str) -> list[str]:
    """The claims that are false, or of which the catalogue does not know that they are true."""
    return [read.claim.match[0] for read in claims_of(facts, model, statement) if not is_true(read)]


def is_true(read: Read) -> bool:
    """Whether the catalogue says what a claim says."""
    try:
        return read.holds(read.claim)
    except UnnamedError:
        return False


def unread_numbers(facts: Facts, model: ModelSpec, statement: str) -> list[str]:
    """The numbers, and words for numbers, that belong to no claim and to no name."""
    rest = statement
    for read in claims_of(facts, model, statement):
        rest = _blanked(rest, read.claim.match)
    for pattern in (facts.name(model.provider), _GENERATION, _WORD_OF_A_NAME):
        for match in pattern.finditer(rest):
            if pattern is facts.name(model.provider) or _is_of_a_name(facts, model.provider, match[0]):
                rest = _blanked(rest, match)
    return [found[0] for found in NUMBERS.finditer(rest)]


def _blanked(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * len(match[0]) + text[match.end() :]


# Parts of names. A count stands before what it counts and never right behind a name. A size is a number though a name has it
# (``70b``, ``a3b``), and so is a resolution.

_WORD_OF_A_NAME = re.compile(r"(?<![\w.-])(?![ae]\d[\d.]*b\b)[A-Za-z][A-Za-z.]*\d[\w.]*(?<!\.)(?![\w-])")
"""A word that begins with a letter and has a digit: ``t2v``, ``Qwen2.5``, ``V4.1``."""

_GENERATION = re.compile(r"(?<![\w.-])(?:[A-Z][\w.]*|o)[ -]v?\d+(?:\.\d+)*\b(?! ?(?:tokens|%|USD|times))")
"""A generation that is named rather than counted: ``Claude 4.7``, ``Gemini 3``, ``GPT-5.6``, ``Qwen3 2507``."""


def _is_of_a_name(facts: Facts, maker: str, words: str) -> bool:
    """Whether a name of the maker's models has these words in this order."""
    wanted = re.split(r"[ -]", words.casefold())
    return any(_has_in_order(name, wanted) for name in _names(facts, maker))


@cache
def _names(facts: Facts, maker: str) -> list[list[str]]:
    """The words of the maker's names, of its models and of their families."""
    families = {model.metadata.family or "" for model in facts.models(maker)}
    return [re.split(r"[ -]", name.casefold()) for name in (*facts.names[maker], *families)]


def _has_in_order(name: list[str], wanted: list[str]) -> bool:
    left = iter(name)
    return all(word in left for word in wanted)
