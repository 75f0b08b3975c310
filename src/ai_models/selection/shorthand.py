"""The short way to write a workload: ``50k:2k@80%cached x 1M/month``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ai_models.errors import InvalidWorkloadError
from ai_models.pricing.amounts import EXACT, exact_decimal, plain
from ai_models.pricing.conditions import SERVICE_TIERS
from ai_models.selection.workload import Workload, share

__all__ = ["parse_workload", "short_count", "shorthand_of", "workload_of"]

_EXPECTED = "IN:OUT[@PART…][ x REQUESTS[/PERIOD]], such as 50k:2k@80%cached x 1M/month"
_COUNT = r"(?P<number>(?:\d{1,3}(?:[,_]\d{3})+|\d+)(?:\.\d+)?)(?P<scale>[kmb]?)"
_WHOLE = re.compile(r"(?P<request>.*?)(?:\sx\s*(?P<requests>[^/]*?)(?:/(?P<period>.*))?)?", re.DOTALL)
_TIMES = re.compile(r"\s*[\u00d7*]\s*|\s+x\s*(?=\d)", re.IGNORECASE)
_TOKENS = re.compile(_COUNT, re.IGNORECASE)
_SHARE = re.compile(r"(?P<percent>\d+(?:\.\d+)?)\s*%\s*(?P<what>[a-z]+)", re.IGNORECASE)
_PIECES = re.compile(_COUNT + r"\s*(?P<what>[a-z]+)", re.IGNORECASE)
_TIERS = tuple(tier for tier in SERVICE_TIERS if tier != "batch")  # a share of the requests says that
_LONGEST = 200
_PLACES = 12
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_SHARES = {"cached": "cached_share", "written": "cache_write_share", "batch": "batch_share", "batched": "batch_share"}
_PARTS = {
    "thinking": "reasoning_tokens",
    "reasoning": "reasoning_tokens",
    "image": "images",
    "images": "images",
    "made": "images_made",
    "search": "searches",
    "searches": "searches",
}


def parse_workload(text: str) -> Workload:
    """The workload that a shorthand means: ``IN:OUT[@PART…][ x REQUESTS[/PERIOD]]``.

    First come the tokens in and out of one request (``50k:2k``; k, M and B are decimal). Parts are ``80%cached`` and
    ``20%written`` of the input, ``50%batch`` of the requests, ``1k thinking`` of the output, ``2 images``, ``1 made``
    (pictures in the answer), ``1 search``, or a tier (``flex``, ``priority`` …). Then follows how many requests there are,
    in a time that is a word for the reader: ``x 1M/month``.

    Raises:
        InvalidWorkloadError: it cannot be read; the piece that cannot is named.
    """
    given: Any = text  # anything may have been passed
    is_readable = isinstance(given, str) and len(given) <= _LONGEST
    whole = _WHOLE.fullmatch(_TIMES.sub(" x ", given.strip(), count=1) if is_readable else "")
    pieces = whole["request"].split("@") if whole else [""]
    tokens = pieces[0].split(":")
    if whole is None or len(tokens) != 2:
        raise InvalidWorkloadError("workload", text, expected=_EXPECTED)
    fields: dict[str, Any] = {"input_tokens": _count("IN", tokens[0]), "output_tokens": _count("OUT", tokens[1])}
    for name, value in map(_part, pieces[1:]):
        if name in fields:
            raise InvalidWorkloadError("workload", text, expected=f"a shorthand that says {name} once")
        fields[name] = value
    if whole["requests"] is not None:
        fields["requests"] = _count("REQUESTS", whole["requests"])
    if whole["period"] is not None:
        fields["period"] = _period(whole["period"])
    return Workload(**fields)


def workload_of(given: Workload | str) -> Workload:
    """A workload as callers give it: itself, or its shorthand.

    Raises:
        InvalidWorkloadError: neither.
    """
    return given if isinstance(given, Workload) else parse_workload(given)


def _part(piece: str) -> tuple[str, Any]:
    written = piece.strip()
    part = _SHARE.fullmatch(written)
    if part is not None and part["what"].lower() in _SHARES:
        return _SHARES[part["what"].lower()], Decimal(part["percent"]).scaleb(-2, EXACT)
    counted = _PIECES.fullmatch(written)
    if counted is not None and counted["what"].lower() in _PARTS:
        return _PARTS[counted["what"].lower()], _number(counted)
    if written.lower() in _TIERS:
        return "service_tier", written.lower()
    raise _unknown_part(piece)


def _unknown_part(piece: str) -> InvalidWorkloadError:
    from difflib import get_close_matches  # only on the way to an error

    known = ", ".join([f"N%{name}" for name in _SHARES] + [f"N {name}" for name in _PARTS] + list(_TIERS))
    word = "".join(filter(str.isalpha, piece)).lower()
    near = get_close_matches(word, [*_SHARES, *_PARTS, *_TIERS], n=1)
    return InvalidWorkloadError("the part after @", piece, expected=f"one of {known}", suggestions=near)


def _count(name: str, text: str) -> int:
    found = _TOKENS.fullmatch(text.strip())
    count = None if found is None else _number(found)
    if count is None:
        raise InvalidWorkloadError(name, text, expected="a whole number, such as 200000, 200k or 1.5M")
    return count


def _period(text: str) -> str:
    if not text.strip():
        raise InvalidWorkloadError("PERIOD", text, expected="a word or two, such as month")
    return text.strip()


def _number(found: re.Match[str]) -> int | None:
    exact = Fraction(found["number"].replace("_", "").replace(",", "")) * _SCALES[found["scale"].lower()]
    return exact.numerator if exact.denominator == 1 else None


def shorthand_of(workload: Workload) -> str:
    """The shorthand that means a workload, but for the size of its pictures; a third is cut after twelve places."""
    request = f"{short_count(workload.input_tokens)}:{short_count(workload.output_tokens)}"
    parts = "".join(f"@{part}" for part in _parts_of(workload))
    if workload.requests == 1 and not workload.period:
        return request + parts
    period = f"/{workload.period}" if workload.period else ""
    return f"{request}{parts} x {short_count(workload.requests)}{period}"


def _parts_of(workload: Workload) -> Iterator[str]:
    for word in ("cached", "written", "batch"):
        percent = share(word, getattr(workload, _SHARES[word])) * 100
        if percent:
            has_end = Fraction(exact_decimal(percent)) == percent
            yield f"{plain(percent if has_end else round(percent, _PLACES))}%{word}"
    for word in ("thinking", "images", "made", "searches"):
        count = getattr(workload, _PARTS[word])
        if count:
            yield f"{short_count(count)} {word}"
    if workload.service_tier:
        yield workload.service_tier


def short_count(count: int) -> str:
    """A count as people write it: 50000 is 50k, 1500000 is 1.5M; anything that is not round stays whole."""
    for scale, factor in (("B", 10**9), ("M", 10**6), ("k", 10**3)):
        tenths, rest = divmod(count * 10, factor)
        if count >= factor and not rest:
            whole, tenth = divmod(tenths, 10)
            return f"{whole}.{tenth}{scale}" if tenth else f"{whole}{scale}"
    return str(count)
