"""A claim: what one source says of one field of one subject, and as of when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

__all__ = ["Claim", "ClaimValue", "Rejected"]

ClaimValue = str | int | bool | Decimal | date | tuple[str, ...] | None


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement of a source.

    ``provider`` and ``subject`` are the source's own spelling of the provider and the model. ``field`` is a path:
    ``context_window_input``, ``capability:image_input``, ``retires_on``, ``rate:input`` …; ``conditions`` qualify a rate
    (``service_tier`` = ``batch``, ``input_tokens_above`` = ``200000``). ``since`` is the date from which the value holds,
    where the source says so; ``as_of`` is the day of the statement.
    """

    source: str
    provider: str
    subject: str
    field: str
    value: ClaimValue
    as_of: date
    since: date | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    where: str = ""
    """The place in the source, for messages: a path, a line, a URL."""


class Rejected(Struct, frozen=True, kw_only=True):
    """A row that could not be read, or that is implausible: where it stands, what was found, and why it was left out."""

    source: str
    where: str
    reason: str
    found: str = ""
