"""The words by which guides name a kind of advice, a column of a table, or nothing in particular."""

from __future__ import annotations

import re
from typing import Literal

__all__ = [
    "Column",
    "Field",
    "column_of",
    "field_of",
    "is_decision",
    "is_warning",
    "remaining_words",
    "words_of",
]

Field = Literal["recommended_for", "best_practices", "tips", "pitfalls", "notes"]
"""A list of a model's guidance; ``notes`` is what else is said of it."""

Column = Literal["model", "identifier", "context", "cost", "speed", "recommended_for", "best_practices", "tips", "pitfalls"]

_FIELDS: tuple[tuple[Field, re.Pattern[str]], ...] = (
    (
        "pitfalls",
        re.compile(
            r"pitfalls?|gotchas?|caveats?|limitations?|weakness(?:es)?|drawbacks?|warnings?|mistakes?|watch out|"
            r"beware|avoid|don'?ts?|do not|known issues|not (?:for|recommended)|when not|anti-?patterns?"
        ),
    ),
    (
        "recommended_for",
        re.compile(
            r"best for|good for|great for|ideal for|suited for|suitable for|recommended|use cases?|when to use|"
            r"use (?:it )?(?:for|when)|choose (?:it )?when|pick (?:it )?when|what for|strong (?:at|for)"
        ),
    ),
    (
        "best_practices",
        re.compile(
            r"best practices?|techniques?|philosophy|guidelines?|recommendations|how to|prompting|"
            r"optimi[sz]ations?|do(?:'?s)?|principles?"
        ),
    ),
    ("tips", re.compile(r"tips?|tricks?|hints?|(?:key )?strengths?|advantages?|notes?|advice|pros|good to know")),
)

_COLUMNS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("identifier", re.compile(r"(?:api |model )?(?:identifier|id|slug|string)|api(?: name)?|api model")),
    ("context", re.compile(r"(?:max(?:imum)? )?(?:context|window|input)(?: (?:window|length|size|tokens?|limit))*|tokens?")),
    ("cost", re.compile(r"(?:cost|prices?|pricing|rates?)\b.*|.*(?:\$|usd).*")),
    ("speed", re.compile(r"speed|latency|throughput")),
    (
        "recommended_for",
        re.compile(
            r"(?:best|good|great|ideal|recommended|use[ds]?)(?: (?:for|when|it for|it when|cases?))?|when(?: to use)?|for"
        ),
    ),
    (
        "pitfalls",
        re.compile(
            r"pitfalls?|avoid(?: for)?|weakness(?:es)?|limitations?|caveats?|not (?:for|good for)|watch out(?: for)?"
        ),
    ),
    ("best_practices", re.compile(r"best practices?|techniques?|prompting")),
    ("tips", re.compile(r"tips?|(?:key )?strengths?|hints?|advice")),
    ("model", re.compile(r"(?:models?|names?)(?: names?)?")),
)

_DECISION = re.compile(r"decision|which (?:one|model)|choos(?:e|ing)|select(?:ion|ing)?|pick(?:ing)?")
_WARNING = re.compile(r"(?:don['\N{RIGHT SINGLE QUOTATION MARK}]t|do not|never|avoid)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W_]+)*")

_EMPTY = frozenset(
    (
        *(
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "by",
            "each",
            "every",
            "for",
            "in",
            "is",
            "it",
            "its",
            "of",
            "on",
            "one",
        ),
        *("or", "our", "per", "the", "to", "versus", "via", "vs", "what", "when", "which", "who", "with", "your"),
        *(
            "ai",
            "api",
            "decision",
            "families",
            "family",
            "flowchart",
            "general",
            "guidance",
            "guide",
            "llm",
            "llms",
            "model",
        ),
        *(
            "models",
            "overview",
            "quick",
            "reference",
            "section",
            "specific",
            "tree",
            "use",
            "used",
            "using",
            "work",
            "working",
        ),
    )
)
"""Words of headings that say nothing of their own once the section has its place."""


def words_of(text: str) -> list[str]:
    """The words of a text, without case and marks."""
    return [word.casefold() for word in _WORD.findall(text)]


def field_of(text: str) -> Field | None:
    """The kind of advice that a heading or a label announces; None where it announces none."""
    lowered = " ".join(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    for field, pattern in _FIELDS:
        if re.search(rf"\b(?:{pattern.pattern})(?!\w)", lowered):
            return field
    return None


def column_of(title: str) -> Column | None:
    """What a column of a table holds, by its title."""
    lowered = " ".join(re.sub(r"\(.*?\)|[*_`]", " ", title.casefold()).split()).strip(" :?")
    full = " ".join(title.casefold().split())
    for column, pattern in _COLUMNS:
        if pattern.fullmatch(lowered) or (column == "cost" and pattern.fullmatch(full)):
            return column
    return None


def remaining_words(text: str) -> list[str]:
    """The words of a heading or a label that say more than which kind of advice follows."""
    left = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for _, pattern in _FIELDS:
        left = re.sub(rf"\b(?:{pattern.pattern})(?!\w)", " ", left)
    return [word for word in words_of(left) if word not in _EMPTY]


def is_decision(text: str) -> bool:
    """Whether a heading announces how to choose between models."""
    return bool(_DECISION.search(text.casefold()))


def is_warning(text: str) -> bool:
    """Whether a sentence says what not to do."""
    return bool(_WARNING.match(text.strip().lstrip("*_")))
