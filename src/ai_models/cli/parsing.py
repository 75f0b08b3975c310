"""What people type, read: token counts, amounts, dates and instants, and names out of a short list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

import typer

__all__ = ["one_of", "read_amount", "read_instant", "read_tokens"]

_COUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<scale>[kmb]?)")
_GROUPED = re.compile(r"\d{1,3}(?:[,_]\d{3})+[kmb]?")
_AMOUNT = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_LONGEST_COUNT = 20
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}


def read_tokens(text: str) -> int:
    """A token count: ``200000``, ``1_000_000``, ``1,000,000``, ``200k``, ``1.5M``; k, M and B are decimal.

    Raises:
        typer.BadParameter: not a whole number of at least 0.
    """
    folded = str(text).strip().lower()
    if _GROUPED.fullmatch(folded):
        folded = folded.replace(",", "").replace("_", "")
    match = _COUNT.fullmatch(folded) if len(folded) <= _LONGEST_COUNT else None
    count = Fraction(match["number"]) * _SCALES[match["scale"]] if match else None
    if count is None or count.denominator != 1:
        raise typer.BadParameter(f"{text!r} is not a whole number of tokens; write 200000, 1_000_000, 200k or 1M")
    return count.numerator


def read_amount(text: str) -> Decimal:
    """An amount of money of at least 0, as it is written: no binary rounding.

    Raises:
        typer.BadParameter: not such an amount.
    """
    stripped = str(text).strip().removeprefix("$")
    if not _AMOUNT.fullmatch(stripped):
        raise typer.BadParameter(f"{text!r} is not an amount in USD; write 3, 0.25 or $0.25")
    return Decimal(stripped)


def read_instant(text: str) -> datetime:
    """A day (its midnight UTC) or an instant; one without a zone is read as UTC.

    Raises:
        typer.BadParameter: neither, or a day that does not exist.
    """
    stripped = str(text).strip()
    try:
        instant = datetime.fromisoformat(stripped)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is no instant ({error}); write 2026-08-10 or 2026-08-10T02:00Z") from None


def one_of(text: str, valid: Iterable[str], *, what: str, option: str | None = None) -> str:
    """The valid name that was meant, in any case and with dashes or underscores; ``option`` is where it was given.

    Raises:
        typer.BadParameter: none of them; the message names the nearest ones, or all.
    """
    known = sorted(valid)
    folded = {_folded(name): name for name in known}
    found = folded.get(_folded(text))
    if found is None:
        near = [folded[name] for name in get_close_matches(_folded(text), folded, n=3)]
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known) or 'none'}"
        raise typer.BadParameter(f"no {what} is called {text!r}; {hint}", param_hint=option)
    return found


def _folded(name: str) -> str:
    return name.strip().casefold().replace("_", "-")
