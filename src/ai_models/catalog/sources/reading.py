"""What every importer shares: reading one value exactly, and collecting claims and rejected rows.

Feeds are malformed every day: what cannot be read is rejected with its place, and the run goes on. Prices stay the decimal
text of the feed: ``3e-06`` a token is exactly 3 a million. Texts of a feed end on terminals and in the names of files, so
what a terminal would obey, or what leads out of a folder, is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from typing import TypeVar

from msgspec import Struct

from ai_models.catalog.claims import Claim, ClaimValue, Rejected
from ai_models.catalog.problems import one_line

__all__ = [
    "DYNAMIC",
    "NOT_A_MAPPING",
    "ZERO",
    "Imported",
    "Intake",
    "Row",
    "UnreadableError",
    "amount",
    "day",
    "flag",
    "partial_date",
    "text",
    "tokens",
]

ZERO = "zero placeholder"
DYNAMIC = "negative price: dynamic"
NOT_A_MAPPING = "not a mapping"

_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])
_LARGEST_EXPONENT = 15
_MOST_TOKENS = 10**12
_YEARS = range(1900, 2200)
_LONGEST_NAME = 300
_LONGEST_TEXT = 10_000
_LONGEST_PLACE = 1_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_LEADS_AWAY = re.compile(r"[/\\]|\A\.")
_LONGEST_SAMPLE = 120

_Reader = Callable[[object], ClaimValue]
_Found = TypeVar("_Found")


class UnreadableError(ValueError):
    """A value that is not what its field needs; the message is the reason that a ``Rejected`` gives."""


class Imported(Struct, frozen=True, kw_only=True):
    """What an importer made of a file: the claims in the file's order, and what it left out."""

    claims: tuple[Claim, ...]
    rejected: tuple[Rejected, ...]
    derived: bool = False
    """Whether the feed is made from other feeds: its claims repeat them, and are evidence of nothing."""


class Intake:
    """Collects one run's claims and rejections; ``as_of`` is the day for which the file speaks."""

    def __init__(self, source: str, as_of: date, *, derived: bool = False) -> None:
        self.source = source
        self.as_of = as_of
        self.derived = derived
        self.claims: list[Claim] = []
        self.rejected: list[Rejected] = []

    def reject(self, where: str, reason: str, found: object = "") -> None:
        """Leave something out, with the reason and a sample of what was found, both as they may be shown."""
        sample = one_line((found if isinstance(found, str) else repr(found))[:_LONGEST_SAMPLE], _LONGEST_PLACE)
        place = one_line(where, _LONGEST_PLACE)
        self.rejected.append(Rejected(source=self.source, where=place, reason=reason, found=sample[:_LONGEST_SAMPLE]))

    def each(self, rows: Iterable[tuple[str, _Found]], read: Callable[[Intake, str, _Found], None]) -> None:
        """Read row by row, each with its place; one that raises UnreadableError is rejected, and the run goes on."""
        for where, found in rows:
            try:
                read(self, where, found)
            except UnreadableError as problem:
                self.reject(where, str(problem), found)

    def done(self) -> Imported:
        """Everything collected."""
        return Imported(claims=tuple(self.claims), rejected=tuple(self.rejected), derived=self.derived)


class Row:
    """Where one subject's claims are made; every method reads one value, or rejects it and goes on.

    ``at`` is the place of the value inside the row. ``as_of`` overrides the run's where the row has a date of its own.

    Raises:
        UnreadableError: the provider or the subject cannot be a name; a provider's is that of a file, too.
    """

    def __init__(self, intake: Intake, provider: str, subject: str, where: str = "", as_of: date | None = None) -> None:
        for name in (provider, subject):
            if not (name.strip() and len(name) <= _LONGEST_NAME and name.isprintable()):
                raise UnreadableError("not a name")
        if _LEADS_AWAY.search(provider):
            raise UnreadableError("not the name of a provider")
        self.intake = intake
        self.provider = provider
        self.subject = subject
        self.where = where or f"{provider}/{subject}"
        self.as_of = as_of or intake.as_of

    def place(self, at: str) -> str:
        """The path of a value in the file."""
        return one_line(f"{self.where}/{at}" if at else self.where, _LONGEST_PLACE)

    def reject(self, reason: str, found: object = "", *, at: str = "") -> None:
        """Leave a value of this row out."""
        self.intake.reject(self.place(at), reason, found)

    def claim(
        self,
        field: str,
        value: ClaimValue,
        *,
        at: str = "",
        since: date | None = None,
        conditions: Mapping[str, str] | None = None,
    ) -> None:
        """State a value that has been read; one that cannot be shown, or has a condition that cannot, is rejected."""
        unfit = [found for found in (value, *(conditions or {}).values()) if not _is_fit(found)]
        if unfit:
            return self.reject("not a text of printable characters", unfit[0], at=at)
        return self.intake.claims.append(
            Claim(
                source=self.intake.source,
                provider=self.provider,
                subject=self.subject,
                field=field,
                value=value,
                as_of=self.as_of,
                since=since,
                conditions=tuple(sorted((conditions or {}).items())),
                where=self.place(at),
            )
        )

    def rate(
        self,
        key: str,
        found: object,
        *,
        factor: int = 1,
        at: str = "",
        since: date | None = None,
        conditions: Mapping[str, str] | None = None,
    ) -> None:
        """State the price of a rate key; a 0 is free only for ``:free`` ids, elsewhere it is a placeholder."""
        try:
            value = amount(found, factor)
        except UnreadableError as problem:
            return self.reject(str(problem), found, at=at)
        if value == 0 and not self.subject.endswith(":free"):
            return self.reject(ZERO, found, at=at)
        return self.claim(f"rate:{key}", value, at=at, since=since, conditions=conditions)

    def text(self, field: str, found: object, *, at: str = "") -> None:
        """State a text; None is not stated."""
        self._read(field, found, at, text)

    def flag(self, field: str, found: object, *, at: str = "") -> None:
        """State True or False; None is not stated."""
        self._read(field, found, at, flag)

    def tokens(self, field: str, found: object, *, at: str = "") -> None:
        """State a limit in tokens; None is not stated, and 0 is a placeholder."""
        self._read(field, found, at, tokens)

    def day(self, field: str, found: object, *, at: str = "") -> None:
        """State a day; None and the empty text are not stated."""
        self._read(field, found or None, at, day)

    def partial_date(self, field: str, found: object, *, at: str = "") -> None:
        """State a date of any precision as text; None is not stated."""
        self._read(field, found, at, partial_date)

    def complete_list(self, listed: object, capabilities: Mapping[str, str], *, at: str) -> None:
        """State every capability of a list that names all that there is: True where it is named, False elsewhere.

        A name that is not in ``capabilities`` may be another word for one that is, so such a list states no False.
        """
        if not isinstance(listed, list) or not listed:
            return self.reject("not a list of modalities", listed, at=at)
        strange = [name for name in listed if not isinstance(name, str) or name not in capabilities]
        for name in strange:
            self.reject("unknown modality", name, at=at)
        for name, capability in capabilities.items():
            if name in listed or not strange:
                self.claim(f"capability:{capability}", name in listed, at=at)
        return None

    def _read(self, field: str, found: object, at: str, reader: _Reader) -> None:
        if found is None:
            return
        try:
            value = reader(found)
        except UnreadableError as problem:
            self.reject(str(problem), found, at=at or field)
        else:
            self.claim(field, value, at=at or field)


def _is_fit(value: object) -> bool:
    """Whether a value may be shown, and written to a file: every text in it is printable, and no book."""
    if isinstance(value, str):
        return value.isprintable() and len(value) <= _LONGEST_TEXT
    return all(map(_is_fit, value)) if isinstance(value, tuple) else True


def amount(found: object, factor: int = 1) -> Decimal:
    """A price times ``factor``, exactly, without trailing zeros; a 0 is returned as it is.

    Raises:
        UnreadableError: not a number, not finite, beyond plausible magnitude, or negative.
    """
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise UnreadableError("not a number")
    number = Decimal(found)
    if not number.is_finite():
        raise UnreadableError("not a finite number")
    if number and abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise UnreadableError("beyond any plausible price")
    if number < 0:
        raise UnreadableError(DYNAMIC)
    return _plain(number, factor)


def _plain(number: Decimal, factor: int) -> Decimal:
    try:
        product = _EXACT.multiply(number, Decimal(factor)).normalize(_EXACT)
    except DecimalException:
        raise UnreadableError("too many digits") from None
    return Decimal(f"{product:f}")


def tokens(found: object) -> int:
    """A number of tokens, at least 1; ``128000.0`` is whole.

    Raises:
        UnreadableError: not a whole number above 0, or beyond any plausible limit.
    """
    if (
        isinstance(found, Decimal)
        and found.is_finite()
        and abs(found.adjusted()) < _LARGEST_EXPONENT
        and found == int(found)
    ):
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise UnreadableError("not a number of tokens")
    if found == 0:
        raise UnreadableError(ZERO)
    if found > _MOST_TOKENS:
        raise UnreadableError("beyond any plausible limit")
    return found


def text(found: object) -> str:
    """A text that is not empty, without the spaces around it.

    Raises:
        UnreadableError: anything else, and texts with line breaks or other characters that are not printed.
    """
    if not isinstance(found, str) or not found.strip():
        raise UnreadableError("not a text")
    written = found.strip()
    if not _is_fit(written):
        raise UnreadableError("not a text of printable characters")
    return written


def flag(found: object) -> bool:
    """True or False.

    Raises:
        UnreadableError: anything else, 0 and 1 included.
    """
    if not isinstance(found, bool):
        raise UnreadableError("not true or false")
    return found


def day(found: object) -> date:
    """A day written ``YYYY-MM-DD``.

    Raises:
        UnreadableError: anything else; a month without a day says so.
    """
    written = partial_date(found)
    if not _DAY.fullmatch(written):
        raise UnreadableError("date without a day")
    return date.fromisoformat(written)


def partial_date(found: object) -> str:
    """A date written ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, as text.

    Raises:
        UnreadableError: anything else, days that do not exist, and years in which no model was made.
    """
    if not isinstance(found, str) or not _PARTIAL_DATE.fullmatch(found):
        raise UnreadableError("not a date")
    try:
        date.fromisoformat(found + "-01-01"[len(found) - 4 :])
    except ValueError:
        raise UnreadableError("not a date") from None
    if int(found[:4]) not in _YEARS:
        raise UnreadableError("beyond any plausible date")
    return found
