"""Numbers as guidance writes them, in figures and in words: ratios with their bounds, and where a statement has one."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

__all__ = ["DAY", "NUMBER", "NUMBERS", "THAN", "Amount", "amount", "ratio_of"]

_CARDINALS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_ORDINALS = (
    *("third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth"),
    *("fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_COUNTS = {"a": 1, "an": 1, **{word: number for number, word in enumerate(_CARDINALS, start=2)}, **_TENS}
_PARTS = {
    **{word: number for number, word in enumerate(_ORDINALS, start=3)},
    **{f"{word.removesuffix('y')}ieth": number for word, number in _TENS.items()},
}
_LARGE = r"hundreds?|thousands?|millions?|billions?|dozens?"

NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+)"
DAY = r"(?P<day>\d{4}-\d{2}-\d{2})"

THAN = r"(?: (?:of|than|with|what|the rates of))*"
"""What may stand between an amount and what it is compared with."""

_PART = rf"(?:{'|'.join(_COUNTS)}) (?:{'|'.join(_PARTS)})s?"
_RATIO = (
    rf"as much as|(?:{_PART}|half) (?:more|less)|twice|(?:{'|'.join(_COUNTS)}|\d+(?:\.\d+)?) times"
    rf"|half|{_PART}|\d+(?:\.\d+)? %"
)
_WORDS = "|".join((*_CARDINALS[1:], *_TENS, _LARGE))
NUMBERS = re.compile(
    r"\d[\d,.:\-]*|%|\b(?:hal(?:f|ve[sd]?)|twice|times|per cent|(?:double|triple|quadruple)[sd]?"
    rf"|(?:{'|'.join(_PARTS)})s?|{_WORDS})\b(?![- ]part)"
)
"""What is a number in a statement. One and two are not: they say of words what a plural says."""

_NEAR = Fraction(4, 3)
_ROUNDED = Fraction(1, 100_000)
"""Amounts that a feed converted from another currency, or to another unit, are rounded to five or six digits."""


class Amount(NamedTuple):
    """A ratio with what stands before it: nothing, ``less than``, ``more than`` or ``at most``."""

    bound: str
    ratio: Fraction

    def fits(self, value: Fraction | None, base: Fraction | None) -> bool:
        """Whether a value is this much of another; a bound must be near enough to say something."""
        if value is None or not base:
            return False
        said = self.ratio * base
        if self.bound == "at most":
            return value <= said
        if self.bound == "less than":
            return said / _NEAR < value < said
        if self.bound == "more than":
            return said < value < said * _NEAR
        return abs(value - said) <= value * _ROUNDED


def amount(place: str = "") -> str:
    """The pattern of an amount; ``place`` tells several in one pattern apart."""
    return rf"(?:(?P<bound{place}>less than|more than|at most) )?(?P<ratio{place}>{_RATIO})"


def ratio_of(words: str) -> Fraction:
    """The number that a ratio in words stands for: ``a third`` is 1/3, ``a third more`` 4/3, ``2.5 times`` 5/2."""
    alone = {"as much as": Fraction(1), "half": Fraction(1, 2), "twice": Fraction(2)}
    if words in alone:
        return alone[words]
    first, _, last = words.rpartition(" ")
    if last in ("more", "less"):
        return 1 + (ratio_of(first) if last == "more" else -ratio_of(first))
    number = Fraction(_COUNTS[first]) if first in _COUNTS else Fraction(first)
    if last in ("times", "%"):
        return number if last == "times" else number / 100
    return number / _PARTS[last if last in _PARTS else last.removesuffix("s")]
