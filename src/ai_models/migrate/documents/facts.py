"""Figures in prose and tables: windows in tokens, prices per million, and the day for which a page speaks."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

__all__ = ["Tokens", "prices_in", "reviewed_on", "tokens_in"]

_TOKENS = re.compile(r"(?<![\w.$])(\d{1,3}(?:[,_ ]\d{3})+|\d+(?:\.\d+)?)\s*([KkMm])?(?![\w%])")
_WINDOW = re.compile(rf"{_TOKENS.pattern}\s*(?:-?\s*tokens?\b|context\b|window\b)", re.IGNORECASE)
_SLASHED = re.compile(r"\$?\s*(\d+(?:\.\d+)?)\s*(?:in(?:put)?)?\s*[/|]\s*\$?\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
_SPOKEN = re.compile(
    r"\$?\s*(\d+(?:\.\d+)?)\s*(cents?|¢)?\s*(?:a|per)\s+(?:1\s*M|million)\b[^,;]{0,12}?\bin(?:put)?\b[,;]?\s*(?:and\s+)?\$?(\d+(?:\.\d+)?)\s*"
    r"(?:cents?|¢)?\s*(?:out(?:put)?)\b",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"\$?\s*(\d+(?:\.\d+)?)")
_REVIEWED = re.compile(
    r"(?:reviewed|updated|verified|checked|revised|as of|stand:?)\b[^.\n]{0,30}?"
    r"((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d{4}|\d{4}-\d{2}(?:-\d{2})?)",
    re.IGNORECASE,
)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


class Tokens(NamedTuple):
    """A number of tokens; ``roughly`` where it was written in thousands or millions."""

    number: int
    roughly: bool


def tokens_in(text: str, *, alone: bool = False) -> Tokens | None:
    """The number of tokens that a text states; ``alone``: it is a cell that holds nothing else of the kind."""
    match = (_TOKENS if alone else _WINDOW).search(text)
    if match is None:
        return None
    unit = (match[2] or "").lower()
    number = Decimal(re.sub(r"[,_ ]", "", match[1])) * _TIMES[unit]
    return Tokens(int(number), bool(unit))


def prices_in(text: str, title: str = "") -> dict[str, Decimal]:
    """Prices in USD per 1M tokens by meter, ``input`` and ``output``; ``title`` is that of a cell's column."""
    factor = 1000 if re.search(r"(?:per|/)\s*(?:1\s*k|1,?000|thousand)\b", f"{title} {text}", re.IGNORECASE) else 1
    spoken = _SPOKEN.search(text)
    if spoken is not None:
        unit = Decimal(100) if spoken[2] else Decimal(1)
        return {"input": Decimal(spoken[1]) / unit, "output": Decimal(spoken[3]) / unit}
    slashed = _SLASHED.search(text)
    if slashed is not None and (title or "$" in slashed[0]):
        return {"input": Decimal(slashed[1]) * factor, "output": Decimal(slashed[2]) * factor}
    single = _SINGLE.search(text)
    sides = [side for side in ("input", "output") if re.search(rf"\b{side[:-3]}(?:put)?\b", title, re.IGNORECASE)]
    return {sides[0]: Decimal(single[1]) * factor} if single is not None and len(sides) == 1 else {}


def reviewed_on(text: str) -> str:
    """When a page was last reviewed, as it says itself; empty where it does not."""
    match = _REVIEWED.search(" ".join(text.split()))
    return match[1] if match else ""
